"""Sheets with everything that openpyxl and XlsxWriter can build go into any package whole, and leave nothing when they go."""

from __future__ import annotations

import io
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from funnelbook.book import Package, apply
from funnelbook.book.graft import graft
from funnelbook.book.workbook import SHEET_MARK, Workbook, sheet_reference
from funnelbook.edits import EditPlan, TakeOut

from .build import HEAD, MAIN, needs_shared, opened, workbook_parts
from .built import SHEETS, by_openpyxl, by_xlsxwriter
from .team import package_of, team_book
from .test_untouched import CORPUS, found

BUILDERS = {"openpyxl": cache(by_openpyxl), "xlsxwriter": cache(by_xlsxwriter)}
builders = pytest.mark.parametrize("builder", list(BUILDERS))
pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported")  # what openpyxl would lose on saving; it only reads here
SEVERAL = (
    "SimpleStrict.xlsx 58760.xlsx 59021.xlsx 56278.xlsx style-alternate-content.xlsx 49609.xlsx 50154.xlsx chart_sheet.xlsx 60825.xlsx "
    "ExcelPivotTableSample.xlsx 64759.xlsx 45540_form_Header.xlsx SimpleMacro.xlsm simple-monthly-budget.xlsx xlookup.xlsx"
).split()
TITLES = {SHEETS[0]: "新 '板'", SHEETS[1]: "Neu"}


def reopened(package: Package) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(package.to_bytes()))


def texts(package: Package) -> str:
    """Everything that the added XML says."""
    return "".join(package.read(name).decode() for name in sorted(package.added) if not name.endswith(".png"))


@builders
def test_charts_pictures_formats_rules_links_merges_widths_and_print_set_up_come_over(builder: str) -> None:
    package = package_of(team_book())
    graft(package, BUILDERS[builder]())
    book = reopened(package)
    sheet, detail = book[SHEETS[0]], book[SHEETS[1]]
    assert (len(sheet._charts), len(sheet._images)) == (1, 1)
    assert len(sheet.conditional_formatting) == (2 if builder == "openpyxl" else 3)
    assert sheet.data_validations.dataValidation[0].formula1 == "'明细 ''24'!$A$2:$A$4"
    assert sheet["A9"].hyperlink.target == "https://example.com/a"
    assert [area.coord for area in sheet.merged_cells.ranges] == ["A22:C23"]
    assert (round(sheet.column_dimensions["A"].width), sheet.freeze_panes, sheet.auto_filter.ref) == (
        32 if builder != "openpyxl" else 31,
        "B2",
        "A1:B4",
    )
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
    assert sheet.print_area.replace("$", "").endswith("A1:H30")
    assert list(detail.tables) == ["明细表"]
    assert book.defined_names["周期"].attr_text == "'明细 ''24'!$B$2"
    assert sheet["E1"].comment.text.startswith("看这里")
    assert package.read("docProps/app.xml") == package_of(team_book()).read("docProps/app.xml")


@builders
def test_every_place_that_names_a_sheet_follows_its_new_title(builder: str) -> None:
    package = package_of(team_book())
    graft(package, BUILDERS[builder](), TITLES)
    said = texts(package)
    assert not any(title in said for title in SHEETS)
    assert SHEETS[0] not in package.read(package.main).decode()
    assert package.read(package.main).count("'新 ''板'''!".encode()) >= 3


@builders
def test_names_and_tables_that_are_taken_in_any_case_are_called_otherwise_and_formulas_follow(builder: str, tmp_path: Path) -> None:
    sheet = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    package = opened(
        tmp_path,
        workbook_parts({"S": sheet}, names='<definedName name="明细表">S!$A$1</definedName><definedName name="rate">S!$A$2</definedName>'),
    )
    book = openpyxl.load_workbook(io.BytesIO(BUILDERS[builder]()))
    book.defined_names["Rate"] = openpyxl.workbook.defined_name.DefinedName("Rate", attr_text="看板!$B$2")
    book[SHEETS[0]]["D5"] = '=SUM(明细表[数])*Rate&"明细表 Rate"&MyRate(Rate)'
    stream = io.BytesIO()
    book.save(stream)
    graft(package, stream.getvalue())
    after = reopened(package)
    assert after[SHEETS[0]]["D5"].value == '=SUM(明细表_2[数])*Rate_2&"明细表 Rate"&MyRate(Rate_2)'
    assert list(after[SHEETS[1]].tables) == ["明细表_2"]
    assert after.defined_names["rate"].attr_text == "S!$A$2"
    assert after.defined_names["Rate_2"].attr_text == "看板!$B$2"


@builders
def test_part_names_are_free_of_collisions_in_any_case(builder: str, tmp_path: Path) -> None:
    taken = ("xl/charts/Chart1.XML", "xl/Drawings/DRAWING1.xml", "xl/media/IMAGE1.png", "xl/worksheets/SHEET2.xml", "xl/Tables/Table1.xml")
    package = opened(tmp_path, workbook_parts({"S": ""}, extra=dict.fromkeys(taken, "<a/>")))
    added = graft(package, BUILDERS[builder]())
    names = Counter(name.casefold() for name in package.names())
    assert max(names.values()) == 1
    assert not {name.casefold() for name in added} & {name.casefold() for name in taken}
    assert all(package.read(name) == b"<a/>" for name in taken)


def test_a_formula_without_a_value_is_calculated_when_the_workbook_is_opened(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"S": ""}))
    graft(package, by_openpyxl())
    assert b'fullCalcOnLoad="1"' in package.read(package.main)


def test_metadata_of_cells_stays_behind(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"S": ""}))
    graft(package, BUILDERS["xlsxwriter"]())
    cells = [cell for sheet in package.sheets()[1:] for cell in etree.fromstring(package.read(sheet.part or "")).iter("{*}c")]
    assert not [cell for cell in cells if cell.get("cm") or cell.get("vm")]


@builders
@pytest.mark.parametrize("file", SEVERAL)
@needs_shared
def test_sheets_go_into_any_workbook_and_leave_nothing_when_they_go(file: str, builder: str) -> None:
    source = CORPUS / file
    package = Package.open(source)
    before, marks = census(package), {}
    graft(package, BUILDERS[builder](), TITLES)
    book = Workbook(package)
    for role, title in zip(("one", "two"), TITLES.values(), strict=True):
        marks[SHEET_MARK + role] = sheet_reference(title)
    book.mark(marks, exactly=False)
    book.commit()
    edited = package.to_bytes()
    assert found(source, edited) == []
    gone = package_of(edited)
    apply(EditPlan([TakeOut(("one", "two"))]), gone)
    after = census(gone)
    styles, formats = before.pop("styles"), after.pop("styles")
    assert {name: after["names"].pop(name) for name in ("周期",)} == {"周期": "#REF!"}
    assert after == before
    assert all(formats[name][: len(entries)] == entries for name, entries in styles.items())
    assert found(source, gone.to_bytes(), semantic=True) == []


def census(package: Package) -> dict[str, Any]:
    """Everything in a package that has to be the same after sheets came and went."""
    types = etree.fromstring(package.read("[Content_Types].xml"))
    styles = next(iter(package.related(package.main, "styles")), None)
    lists = (
        {}
        if styles is None
        else {
            etree.QName(node).localname: [bytes(etree.tostring(n, method="c14n")) for n in node]
            for node in etree.fromstring(package.read(styles))
            if isinstance(node.tag, str)
        }
    )
    return {
        "parts": {name for name in package.names() if not name.endswith("styles.xml")},
        "types": Counter(tuple(sorted(node.attrib.items())) for node in types if "styles" not in str(node.attrib)),
        "relationships": {
            n: {(r.id, r.type, r.target) for r in package.relationships(n) if r.kind != "styles"}
            for n in ("", *package.names())
            if not n.endswith("styles.xml")
        },
        "sheets": [(sheet.name, sheet.sheet_id, sheet.part) for sheet in package.sheets()],
        "names": {name: text for name, text, sheet, _ in Workbook(package).plain_names()},
        "styles": lists,
    }
