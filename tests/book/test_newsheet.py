"""Sheets of ours: cells with their cached values, print set-up, links and charts that show without a calculator."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from lxml import etree

from funnelbook.book.apply import apply
from funnelbook.book.links import MAX_LINKS
from funnelbook.book.package import Package
from funnelbook.edits import BulkColumn, Cell, Chart, EditPlan, ExcelTableSpec, Formula, Link, PutColumn, PutSheet, Series, Style
from funnelbook.errors import UnsafeEditError
from funnelbook.grid import CellRef, Range

from .build import workbook_parts, worksheet, zipped
from .team import new_sheets, package_of

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def written(*sheets: PutSheet) -> Package:
    package = Package.blank()
    apply(EditPlan(sheets), package)
    return package


def chart_of(chart: Chart, rows: Any) -> etree._Element:
    package = written(PutSheet("S", rows, charts=(chart,)))
    return etree.fromstring(package.read("xl/charts/chart1.xml"))


@pytest.mark.parametrize("kind", ["bar", "column", "line", "stacked", "pie"])
def test_a_chart_holds_the_figures_that_it_shows(kind: str) -> None:
    rows = [["展会", Formula("1+1", 2)], ["网站", 3.5], [None, "-"]]
    series = (Series("数", Range(1, 2, 3, 2), "C00000"),)
    root = chart_of(Chart(kind, "标题", Range(1, 1, 3, 1), series, CellRef(5, 1), 400, 300, labels=True, legend=True), rows)
    assert [v.text for v in root.iter(C + "v")] == ["数", "展会", "网站", "2", "3.5"]
    assert [f.text for f in root.iter(C + "f")] == ["'S'!$A$1:$A$3", "'S'!$B$1:$B$3"]
    assert {d.get("val") for d in root.iter(C + "delete")} <= {"0"}
    assert root.find(C + "roundedCorners").get("val") == "0"


def test_horizontal_bars_begin_at_the_top() -> None:
    chart = Chart("bar", "", Range(1, 1, 2, 1), (Series("n", Range(1, 2, 2, 2)),), CellRef(5, 1), 400, 300)
    root = chart_of(chart, [["a", 1], ["b", -2]])
    assert [o.get("val") for o in root.find(f".//{C}catAx").iter(C + "orientation")] == ["maxMin"]
    assert root.find(f".//{C}valAx/{C}crosses").get("val") == "max"
    assert root.find(f".//{C}valAx/{C}scaling/{C}min") is None


@pytest.mark.parametrize(
    ("values", "number_format", "steps", "most"),
    [
        ([3, 0], None, "1", None),
        ([9, 0], None, None, None),
        ([2.5, 0], "0.0", None, None),
        ([0.95, 0.5], "0%", None, "1"),
        ([0.5, 0.1], "0%", None, None),
    ],
)
def test_an_axis_has_neither_half_leads_nor_more_than_all(
    values: list[float], number_format: str | None, steps: str | None, most: str | None
) -> None:
    chart = Chart("column", "", Range(1, 1, 2, 1), (Series("n", Range(1, 2, 2, 2)),), CellRef(5, 1), 400, 300, number_format=number_format)
    axis = chart_of(chart, [["a", values[0]], ["b", values[1]]]).find(f".//{C}valAx")
    found = [node.get("val") if node is not None else None for node in (axis.find(C + "majorUnit"), axis.find(f"{C}scaling/{C}max"))]
    assert [value and f"{float(value):g}" for value in found] == [steps, most]


def test_a_sheet_is_set_up_for_reading_and_printing() -> None:
    package = written(*new_sheets())
    book = openpyxl.load_workbook(io.BytesIO(package.to_bytes()), data_only=True)
    summary = book["汇总"]
    assert (summary["B4"].value, summary["A1"].font.sz, summary.freeze_panes) == (10, 16, "A4")
    assert (summary.page_setup.orientation, summary.page_setup.paperSize, summary.print_title_rows) == ("landscape", 9, "$3:$3")
    assert (summary.row_dimensions[1].height, summary.row_dimensions[7].height) == (28, 6)
    assert summary.sheet_properties.pageSetUpPr.fitToPage
    assert str(summary.merged_cells) == "A1:C1"
    audit = book["数据审计"]
    assert (audit["A21"].value, audit["B21"].value, audit["B21"].hyperlink.location) == (19, "C23", "'线索'!C23")
    assert audit.auto_filter.ref == "A1:C21"
    assert book["明细"].tables["fb_data"].column_names == ["编号", "来源"]


def test_only_one_sheet_is_selected() -> None:
    package = written(PutSheet("a", [[1]]), PutSheet("b", [[2]]))
    assert not any(b"tabSelected" in package.read(s.part or "") for s in package.sheets())


def test_a_scale_and_page_breaks_replace_fitting_the_width() -> None:
    package = written(PutSheet("a", [[1]], scale=60, breaks=(10, 20)))
    data = package.read("xl/worksheets/sheet1.xml")
    assert b'scale="60"' in data
    assert data.count(b"<brk ") == 2
    assert b'fitToPage="1"' not in data


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert written(*new_sheets()).to_bytes() == written(*new_sheets()).to_bytes()


def test_a_table_needs_texts_in_its_header() -> None:
    with pytest.raises(UnsafeEditError):
        written(PutSheet("a", [["x", 1], [1, 2]], tables=(ExcelTableSpec("t", Range(1, 1, 2, 2)),)))


def test_an_empty_cell_with_a_fill_is_written() -> None:
    package = written(PutSheet("a", [[Cell(None, Style(fill="FFFF00")), Cell(None), None]]))
    assert package.read("xl/worksheets/sheet1.xml").count(b"<c ") == 1


def test_a_sheet_has_no_more_links_than_excel_opens_and_still_all_its_texts() -> None:
    package = Package.blank()
    links = [Link(f"C{row}", "'S'!A1") for row in range(MAX_LINKS + 5)]
    apply(EditPlan([PutSheet("S", bulk_row=1, bulk=(BulkColumn(links),))]), package)
    data = package.read(package.sheets()[0].part or "")
    assert data.count(b"<hyperlink ") == MAX_LINKS
    assert data.count(b"<c r=") == MAX_LINKS + 5


def test_the_links_of_a_user_count_too() -> None:
    theirs = "".join(f'<hyperlink ref="B{row}" location="A1"/>' for row in range(1, MAX_LINKS))
    sheet = worksheet("", f"<hyperlinks>{theirs}</hyperlinks>")
    package = package_of(zipped(workbook_parts({"S": sheet})))
    apply(EditPlan([PutColumn("S", 1, 1, "去", 2, [Link("看", "S!B1")] * 9, "leads.1.go")]), package)
    assert package.read("xl/worksheets/sheet1.xml").count(b"<hyperlink ") == MAX_LINKS


def test_columns_that_people_type_in_have_their_look_before_anything_is_typed() -> None:
    text = Style(number_format="@")
    sheet = PutSheet("S", [["Id", "Note"], [Cell(None, text), Cell(None, text)]], widths={1: 12}, typed={1: text})
    page = openpyxl.load_workbook(io.BytesIO(written(sheet).to_bytes()))["S"]
    assert page.column_dimensions["A"].number_format == "@"
    assert [page["A2"].number_format, page["B2"].number_format] == ["@", "General"]


def test_excel_offers_no_conversion_of_a_number_that_is_meant_as_text() -> None:
    looks = {1: Style(number_format="@"), 2: Style(bold=True), 4: Style(number_format="@")}
    root = etree.fromstring(written(PutSheet("S", [["Id", "Count"]], typed=looks)).read("xl/worksheets/sheet1.xml"))
    (told,) = root.iter("{*}ignoredError")
    assert (told.get("sqref"), told.get("numberStoredAsText")) == ("A1:A1048576 D1:D1048576", "1")
