"""Our columns beside what stands close to the leads: Excel Tables of every kind, merges, panes, groups, other tables, the sheet's edge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from funnelbook.grid import MAX_COLUMN, letters

from . import excel
from .hard_ground import COLUMNS, COUNT, SHEET, Build, Ground, bare, figures, filtered, leads, table, type_values
from .libreoffice import saved
from .workbooks import LEADS, WEEK_LATER, lead

pytestmark = pytest.mark.thorough

Make = Callable[..., Ground]
TOTALS = [{"header": header, **({"total_function": "count"} if i == 0 else {})} for i, header in enumerate(LEADS)]


def frozen(book: Workbook, sheet: Worksheet) -> None:
    """Panes frozen below the header and right of the id, with a filter."""
    sheet.freeze_panes(1, 1)
    filtered(book, sheet)


def split(book: Workbook, sheet: Worksheet) -> None:
    """Panes split in the middle."""
    sheet.split_panes(45, 30)


def grouped(book: Workbook, sheet: Worksheet) -> None:
    """Columns in a collapsed group, and all beyond the leads hidden."""
    sheet.set_column(4, 6, 12, None, {"level": 1, "hidden": True})
    sheet.set_column(7, 7, 12, None, {"collapsed": True})
    sheet.set_column(COLUMNS, MAX_COLUMN - 1, 9, None, {"hidden": True})


def merged(book: Workbook, sheet: Worksheet) -> None:
    """A merged note below the leads, and merged cells right of all that we write."""
    sheet.merge_range(COUNT + 3, 0, COUNT + 3, COLUMNS - 1, "说明:灰色为必填")
    sheet.merge_range(2, COLUMNS + 20, 5, COLUMNS + 22, "备忘")


def styled(book: Workbook, sheet: Worksheet) -> None:
    """A format for every column of the sheet, each one for itself."""
    looks = [book.add_format({"bg_color": color}) for color in ("#FFFFFF", "#FFFFEE")]
    for column in range(COLUMNS, MAX_COLUMN):
        sheet.set_column(column, column, 9 + column % 3, looks[column % 2])


def beside_another(book: Workbook, sheet: Worksheet) -> None:
    """An Excel Table over the leads, another one below, and one far to the right."""
    table()(book, sheet)
    sheet.add_table(COUNT + 3, 0, COUNT + 6, 2, {"name": "预算表", "columns": [{"header": h} for h in ("月份", "预算", "实际")]})
    sheet.add_table(1, COLUMNS + 20, 4, COLUMNS + 21, {"name": "目标表", "columns": [{"header": h} for h in ("人", "目标")]})


GROUNDS = [
    pytest.param(bare, id="nothing"),
    pytest.param(table(), id="an Excel Table"),
    pytest.param(table(total_row=True, columns=TOTALS), id="an Excel Table with a totals row"),
    pytest.param(table(autofilter=False), id="an Excel Table without filter"),
    pytest.param(table(rows=COUNT + 12), id="an Excel Table with empty rows"),
    pytest.param(frozen, id="frozen panes"),
    pytest.param(split, id="split panes"),
    pytest.param(grouped, id="grouped and hidden columns"),
    pytest.param(merged, id="merged cells"),
    pytest.param(styled, id="a format for every column"),
    pytest.param(beside_another, id="other Excel Tables"),
]


@pytest.mark.parametrize("build", GROUNDS)
def test_our_columns_come_and_go_beside(ground: Make, build: Build) -> None:
    book = ground(build)
    first = figures(book.settled())
    assert len(first["leads"]) == COUNT
    assert book.headers()[COLUMNS : COLUMNS + 2] == ["系统评分", "评分说明"]
    book.settled(WEEK_LATER)
    assert figures(book.settled()) == first
    book.removed()


@pytest.mark.parametrize("build", [pytest.param(table(), id="an Excel Table"), pytest.param(filtered, id="an AutoFilter")])
def test_what_the_user_sorted_by_takes_our_columns_in_and_gives_them_up(ground: Make, build: Build) -> None:
    book = ground(build)
    for path in (book.path, book.original):
        excel.sort_state(path, SHEET, f"A2:{letters(COLUMNS)}{COUNT + 1}", f"B2:B{COUNT + 1}")
    book.refresh()
    assert excel.sort_states(book.path, SHEET) == [f"A2:{letters(max(book.columns().values()))}{COUNT + 1}"]
    assert not book.refresh().replaced
    book.removed()
    assert excel.sort_states(book.path, SHEET) == [f"A2:{letters(COLUMNS)}{COUNT + 1}"]


def at_the_edge(room: int) -> Build:
    """A second sheet whose leads stand in an Excel Table that leaves so many columns to the sheet's edge."""

    def build(book: Workbook, sheet: Worksheet) -> None:
        other = book.add_worksheet("边上")
        left = MAX_COLUMN - room - COLUMNS
        for row, values in enumerate([list(LEADS), *([f"E{i}", *values[1:]] for i, values in enumerate(leads()))]):
            other.write_row(row, left, [str(value) if value is not None else None for value in values])
        columns = [{"header": header} for header in LEADS]
        other.add_table(0, left, COUNT, MAX_COLUMN - room - 1, {"name": "边上表", "columns": columns})

    return build


@pytest.mark.parametrize(("room", "fits"), [(11, True), (10, False), (0, False)])
def test_a_table_at_the_edge_of_the_sheet(ground: Make, room: int, fits: bool) -> None:
    book = ground(at_the_edge(room))
    report = book.settled()
    assert len(report.to_dict()["leads"]) == 2 * COUNT
    assert ("边上 核对" not in [grid.sheet for grid in book.grids()]) == fits
    assert bool(book.columns("边上")) == fits
    book.removed()


def test_a_column_of_ours_in_an_excel_table_keeps_its_total_and_its_format_when_it_is_laid_out_again(ground: Make) -> None:
    book = ground(table(), rows=[lead("L9", 负责人=None), *leads()[1:]])
    book.settled()
    told = {"totalsRowFunction": "average", "dataCellStyle": "Percent"}
    number = excel.tell_column(book.path, SHEET, "完整度", **told)
    type_values(book.path, SHEET, {(2, 10): "王大力"})
    book.refresh()
    assert "owner" not in book.columns()
    assert excel.table_column(book.path, SHEET, "完整度") == {"id": number, "name": "完整度", **told}
    assert book.lint() == []


def test_each_sheet_of_leads_with_the_same_headers_is_annotated(ground: Make) -> None:
    names = ["张三", "李四", "王五"]

    def build(book: Workbook, sheet: Worksheet) -> None:
        for number, name in enumerate(names):
            other = book.add_worksheet(name)
            for row, values in enumerate([list(LEADS), *([f"{number}-{i}", *values[1:]] for i, values in enumerate(leads()))]):
                other.write_row(row, 0, [str(value) if value is not None else None for value in values])
            if number:
                other.add_table(0, 0, COUNT, COLUMNS - 1, {"name": f"表{number}", "columns": [{"header": h} for h in LEADS]})

    book = ground(build)
    report = book.settled()
    assert len(report.to_dict()["leads"]) == 4 * COUNT
    for name in names:
        assert book.columns(name) == book.columns()
        assert book.grid(name).value(2, book.columns(name)["score"]) is not None
        assert "联系方式" in str(book.grid(name).value(3, book.columns(name)["issues"]))
    book.removed()


def test_a_subtotal_or_a_heading_amid_the_leads_is_no_lead_and_not_highlighted(ground: Make, tmp_path: Path) -> None:
    body = leads()
    subtotal = ["小计:", *[None] * (COLUMNS - 2), 3]
    book = ground(rows=[*body[:3], subtotal, ["二组"], list(LEADS), *body[3:]])
    assert len(book.settled().to_dict()["leads"]) == COUNT
    assert highlighted(book.path, tmp_path) == {("D", 3), ("F", 10)}
    book.removed()


def highlighted(path: Path, folder: Path) -> set[tuple[str, int]]:
    """Required cells that our rules mark as empty, as LibreOffice calculates their formulas."""
    book, scratch = openpyxl.load_workbook(path), 200
    sheet, places = book[SHEET], {}
    for area in list(sheet.conditional_formatting):
        for rule in area.rules:
            if "COUNTA" in str(rule.formula):
                where = next(iter(area.sqref.ranges))
                scratch += 1
                for row in range(where.min_row, where.max_row + 1):
                    cell = sheet.cell(row, scratch)
                    cell.value = Translator(f"={rule.formula[0]}", origin=f"{letters(scratch)}{where.min_row}").translate_formula(
                        cell.coordinate
                    )
                    places[cell.coordinate] = (letters(where.min_col), row)
    copy = folder / "formulas.xlsx"
    book.save(copy)
    values = openpyxl.load_workbook(saved(folder, [copy]) / copy.name, data_only=True)[SHEET]
    assert {values[cell].value for cell in places} <= {True, False}
    return {place for cell, place in places.items() if values[cell].value}
