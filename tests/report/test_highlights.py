"""Highlights: what LibreOffice makes of the conditional formats, before and after people type (DESIGN.md 4)."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.worksheet import Worksheet

import funnelbook
from funnelbook.edits import CF_MARKER, Highlight
from funnelbook.grid import MAX_COLUMN, ExcelTable, Range
from funnelbook.report import look

from ..funnel.build import grid, sheet_of
from ..workbooks import AS_OF, CONVERSIONS, LEADS, lead, workbook
from .calc import calculated
from .sheets import answered

EMPTY = (None, " ", "\u3000", "\u00a0", "-", "—", "–", "/", "无", "N/A", "n/a", "Select", "请选择", " 无 ", "－", "Ｎ／Ａ", "\n", "\u200b")
FILLED = ("无锡展会", "--", "N/A.", 0, "0", "待确认")
HEADERS = (*LEADS[:3], "电话", "联系电话", *LEADS[4:], "客户类型")
COLOURS = {str(look.MISSING.fill): "missing", str(look.WRONG.fill): "wrong"}
Lit = Mapping[tuple[str, str, str, int], set[str]]
"""(file, sheet, header, row) -> how the cell is highlighted."""


def row(key: str, **fields: Any) -> list[Any]:
    phone = fields.pop("电话", f"1380010{int(key[1:]):04}")
    other, kind = fields.pop("联系电话", None), fields.pop("客户类型", "企业")
    made = lead(key, 公司名称=fields.pop("公司名称", f"{key}有限公司"), **fields)
    return [*made[:3], phone, other, *made[4:], kind]


ROWS: dict[str, list[Any]] = {
    "whole": row("A00", 公司名称="北方机械集团"),
    **{f"empty {value!r}": row(f"A1{i:02}", 来源=value) for i, value in enumerate(EMPTY)},
    **{f"filled {value!r}": row(f"A2{i:02}", 需求描述=value) for i, value in enumerate(FILLED)},
    "blank": [None] * len(HEADERS),
    "placeholder": [None, "请选择", "-", "N/A", *[None] * (len(HEADERS) - 4)],
    "person": row("A30", 公司名称=None, 客户类型="个人"),
    "company": row("A31", 公司名称=None),
    "no phone": row("A32", 电话=None),
    "second phone": row("A33", 电话=None, 联系电话="13912345678"),
    "bad second phone": row("A34", 电话=None, 联系电话="19912345678901"),
    "bad date": row("A35", 录入时间="2024-13-45"),
    "budget": row("A36", 预算范围="-"),
    "optional": row("A37", 负责人="-", 线索等级=None),
    "end": row("A99"),
}
RESULTS = {
    "won": ("A00", "成交", None, None),
    "not won": ("A100", "未成交", None, None),
    "lost": ("A101", "流失", "-", "无"),
    "nurturing": ("A102", "培育中", None, None),
    "no result": ("A103", None, None, None),
    "won in full": ("A104", "成交", 65, None),
}
AT = {name: number for number, name in enumerate(ROWS, start=2)}
RESULT_AT = {name: number for number, name in enumerate(RESULTS, start=2)}
LEAD_SHEET, RESULT_SHEET = "线索信息表", "转化分析表"


@pytest.fixture(scope="module")
def lit(tmp_path_factory: pytest.TempPathFactory) -> Lit:
    """Which cells are highlighted after a refresh, after people filled what was missing, and after a sort of the rows."""
    folder = tmp_path_factory.mktemp("highlights")
    conversions = [[*values, None, "王大力", "分析", None] for values in RESULTS.values()]
    path = workbook(folder / "book.xlsx", {LEAD_SHEET: [HEADERS, *ROWS.values()], RESULT_SHEET: [CONVERSIONS, *conversions]})
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    files = {"before": None, "filled": _fill, "sorted": _turn_over}
    paths = []
    for name, change in files.items():
        book = openpyxl.load_workbook(path)
        if change is not None:
            change(book)
        paths.append(folder / f"{name}.xlsx")
        for title in (LEAD_SHEET, RESULT_SHEET):
            _write_formulas(book[title])
        book.save(paths[-1])
    found: dict[tuple[str, str, str, int], set[str]] = {}
    for name, result in zip(files, calculated(paths, folder), strict=True):
        _read(name, openpyxl.load_workbook(result, data_only=True), openpyxl.load_workbook(path), found)
    return found


_SCRATCH = 200


def _rules(sheet: Worksheet) -> list[tuple[Any, Any, str]]:
    """(range, rule, how it looks) of our highlights of the user's columns."""
    every = [(next(iter(area.sqref.ranges)), rule) for area in sheet.conditional_formatting for rule in area.rules]
    ours = [(where, rule) for where, rule in every if rule.dxf.fill is not None]
    return [(where, rule, COLOURS[rule.dxf.fill.bgColor.rgb[-6:]]) for where, rule in ours]


def _write_formulas(sheet: Worksheet) -> None:
    """Every highlight as a formula per row, right of everything; the columns of its references are fixed, its rows are not."""
    for number, (where, rule, _) in enumerate(_rules(sheet)):
        first = f"{openpyxl.utils.get_column_letter(_SCRATCH + number)}{where.min_row}"
        for at in range(where.min_row, where.max_row + 1):
            cell = sheet.cell(at, _SCRATCH + number)
            cell.value = Translator(f"={rule.formula[0]}", origin=first).translate_formula(cell.coordinate)


def _read(name: str, result: openpyxl.Workbook, source: openpyxl.Workbook, found: dict[tuple[str, str, str, int], set[str]]) -> None:
    for title in (LEAD_SHEET, RESULT_SHEET):
        for number, (where, _, how) in enumerate(_rules(source[title])):
            header = str(source[title].cell(1, where.min_col).value)
            for at in range(where.min_row, where.max_row + 1):
                value = result[title].cell(at, _SCRATCH + number).value
                assert isinstance(value, bool), (name, title, header, at, value)
                found.setdefault((name, title, header, at), set()).update({how} if value else set())


def _fill(book: openpyxl.Workbook) -> None:
    """A person fills all that is missing."""
    leads, results = book[LEAD_SHEET], book[RESULT_SHEET]
    for name, number in AT.items():
        if name.startswith("empty"):
            leads.cell(number, HEADERS.index("来源") + 1).value = "官网"
    leads.cell(AT["company"], HEADERS.index("公司名称") + 1).value = "补上有限公司"
    leads.cell(AT["no phone"], HEADERS.index("联系电话") + 1).value = "13700001111"
    leads.cell(AT["budget"], HEADERS.index("预算范围") + 1).value = "待确认"
    results.cell(RESULT_AT["won"], 3).value = 12
    results.cell(RESULT_AT["not won"], 4).value = "价格"
    results.cell(RESULT_AT["no result"], 2).value = "培育中"


def _turn_over(book: openpyxl.Workbook) -> None:
    """A person sorts the table the other way round; our columns go along."""
    sheet = book[LEAD_SHEET]
    rows = [[copy.copy(cell.value) for cell in line] for line in sheet.iter_rows(min_row=2, max_row=1 + len(ROWS))]
    for number, line in enumerate(reversed(rows), start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(number, column).value = value


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("empty")])
def test_every_empty_marker_in_a_required_cell_is_highlighted_until_it_is_filled(name: str, lit: Lit) -> None:
    assert lit["before", LEAD_SHEET, "来源", AT[name]] == {"missing"}
    assert lit["filled", LEAD_SHEET, "来源", AT[name]] == set()


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("filled")])
def test_a_text_that_only_looks_like_a_marker_is_filled(name: str, lit: Lit) -> None:
    assert lit["before", LEAD_SHEET, "需求描述", AT[name]] == set()


@pytest.mark.parametrize("name", ["whole", "blank", "placeholder", "end"])
def test_a_row_that_is_whole_or_empty_has_no_highlight(name: str, lit: Lit) -> None:
    assert {
        header for (file, sheet, header, at), how in lit.items() if (file, sheet, at) == ("before", LEAD_SHEET, AT[name]) and how
    } == set()


def test_the_company_is_required_of_companies_alone(lit: Lit) -> None:
    assert lit["before", LEAD_SHEET, "公司名称", AT["person"]] == set()
    assert lit["before", LEAD_SHEET, "公司名称", AT["company"]] == {"missing"}
    assert lit["filled", LEAD_SHEET, "公司名称", AT["company"]] == set()


def test_of_two_columns_for_one_field_one_has_to_be_filled(lit: Lit) -> None:
    assert lit["before", LEAD_SHEET, "电话", AT["no phone"]] == {"missing"}
    assert lit["filled", LEAD_SHEET, "电话", AT["no phone"]] == set()
    assert lit["before", LEAD_SHEET, "电话", AT["second phone"]] == set()


def test_a_header_that_is_part_of_another_is_not_taken_for_it(lit: Lit) -> None:
    assert lit["before", LEAD_SHEET, "联系电话", AT["bad second phone"]] == {"wrong"}
    assert lit["before", LEAD_SHEET, "电话", AT["bad second phone"]] == set()


def test_what_is_wrong_is_highlighted_while_the_issues_of_the_row_name_it(lit: Lit) -> None:
    assert lit["before", LEAD_SHEET, "录入时间", AT["bad date"]] == {"wrong"}
    assert lit["filled", LEAD_SHEET, "录入时间", AT["bad date"]] == {"wrong"}


def test_a_warning_is_highlighted_and_what_is_optional_is_not(lit: Lit) -> None:
    assert lit["before", LEAD_SHEET, "预算范围", AT["budget"]] == {"missing"}
    assert lit["filled", LEAD_SHEET, "预算范围", AT["budget"]] == set()
    assert lit["before", LEAD_SHEET, "负责人", AT["optional"]] == {"wrong"}  # an open lead without an owner
    assert lit["before", LEAD_SHEET, "线索等级", AT["optional"]] == set()


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("won", {"成交金额(万)"}),
        ("not won", {"未成交原因"}),
        ("lost", {"未成交原因"}),
        ("nurturing", set()),
        ("no result", {"转化结果"}),
        ("won in full", set()),
    ],
)
def test_the_amount_is_required_of_what_was_won_and_the_reason_of_what_was_not(name: str, missing: set[str], lit: Lit) -> None:
    at = RESULT_AT[name]
    assert {header for header in CONVERSIONS if lit.get(("before", RESULT_SHEET, header, at)) == {"missing"}} == missing
    assert not any("missing" in how for (file, sheet, _, row), how in lit.items() if (file, sheet, row) == ("filled", RESULT_SHEET, 2))


def test_highlights_follow_their_rows_when_the_table_is_sorted(lit: Lit) -> None:
    for (file, sheet, header, at), how in lit.items():
        if (file, sheet) == ("before", LEAD_SHEET):
            assert lit["sorted", LEAD_SHEET, header, len(ROWS) + 3 - at] == how, (header, at)


LONG = '备注"说明"' * 70
FUNCTIONS = {"AND", "NOT", "N", "COUNTA", "ISNUMBER", "FIND", "LOWER", "TRIM", "CLEAN", "SUBSTITUTE", "LEFT"}


def formulas(lang: str = "zh") -> list[str]:
    header = ["线索编号", "来源", "联系人", f"联系电话({LONG})", "公司名称", "需求描述", LONG, "客户类型", "录入时间"]
    leads = grid([header, ["L1", "展会", "张三", "12", None, "x", "y", "个人", "2024-06-01"]])
    grids = [leads, sheet_of("followups", [{"lead_id": "L1", "level_change": "x"}]), sheet_of("conversions", [{"lead_id": "L1"}])]
    return [edit.rule.formula for edit in answered(grids, lang=lang).of(Highlight)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_formulas_stay_within_what_excel_takes(lang: str) -> None:
    for formula in formulas(lang):
        texts = re.findall(r'"((?:[^"]|"")*)"', formula)
        bare = re.sub(r'"(?:[^"]|"")*"', "", formula)
        assert len(formula) <= 8192
        assert all(len(text) <= 255 for text in texts)
        assert "{" not in bare
        assert set(re.findall(r"[A-Z.]+(?=\()", bare)) <= FUNCTIONS
        assert CF_MARKER in formula
        assert max(map(len, re.findall(r"\$([A-Z]+)", bare)), default=0) <= len("XFD")
    assert MAX_COLUMN == 16_384


def test_each_column_has_one_contiguous_range_per_highlight() -> None:
    grids = [sheet_of("leads", [{}, {}, {}])]
    for edit in answered(grids).of(Highlight):
        assert (edit.rule.range.top, edit.rule.range.bottom) == (2, 4)
        assert edit.rule.range.left == edit.rule.range.right


@pytest.mark.parametrize(("totals", "bottom"), [(0, 20), (1, 19)])
def test_highlights_reach_to_the_end_of_the_excel_table(totals: int, bottom: int) -> None:
    leads = sheet_of("leads", [{}, {}])
    area = Range(1, 1, 20, len(leads.columns))
    excel = ExcelTable("T", area, tuple(str(column[0]) for column in leads.columns), totals_rows=totals)
    found = answered([replace(leads, excel_tables=(excel,))]).of(Highlight)
    assert {(edit.rule.range.top, edit.rule.range.bottom) for edit in found} == {(2, bottom)}


@pytest.mark.parametrize(("between", "counted"), [(["-"], True), ([None, "请选择"], True), ([None], False)])
def test_placeholders_are_counted_only_where_there_are_some(between: list[str | None], counted: bool) -> None:
    header, first, last = [[column[row] for column in sheet_of("leads", [{}, {}]).columns] for row in range(3)]
    leads = grid([header, first, between, last], sheet_of("leads", []).sheet)
    missing = [edit.rule.formula for edit in answered([leads]).of(Highlight) if "COUNTA" in edit.rule.formula]
    assert missing
    assert all(("COUNTIF" in formula) == counted for formula in missing)


def test_a_row_below_the_records_of_an_excel_table_that_is_none_is_told_from_them() -> None:
    header, *records = [[column[row] for column in sheet_of("leads", [{}]).columns] for row in range(2)]
    leads = grid([header, *records, ["合计"]], sheet_of("leads", []).sheet)
    excel = ExcelTable("T", Range(1, 1, 9, len(header)), tuple(map(str, header)))
    formulas = [edit.rule.formula for edit in answered([replace(leads, excel_tables=(excel,))]).of(Highlight)]
    assert any("MATCH(TRUE" in formula for formula in formulas)


def test_a_table_without_rows_has_no_highlights() -> None:
    assert answered([sheet_of("leads", [])]).of(Highlight) == []


def test_the_states_of_ours_are_coloured_by_how_their_text_begins() -> None:
    found = {
        (edit.rule.formula.split("LEFT")[1], edit.rule.style)
        for edit in answered([sheet_of("leads", [{}])]).of(Highlight)
        if "LEFT" in edit.rule.formula
    }
    assert {style for _, style in found} == {look.LATE, look.SOON, look.FINE}
