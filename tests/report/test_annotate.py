"""Our columns beside the user's tables, in real workbooks: where they stand after people moved things, and what blocks them (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

import funnelbook
from funnelbook.edits import PutColumn, PutSheet, Validate, WidenTable
from funnelbook.grid import MAX_COLUMN, CellRef, ExcelTable, Grid, Owned, Range
from funnelbook.report import look
from funnelbook.report.annotate import free_title, layout

from ..funnel.build import grid, sheet_of
from ..workbooks import AS_OF, LEADS, WEEK_LATER, lead, refresh, team, touch, type_in, workbook
from .calc import calculated
from .sheets import Answered, answered, table_below, values

OURS = [
    "系统评分", "评分说明", "系统等级", "等级核对", "首触状态", "跟进次数(系统)", "最近跟进(系统)", "下次跟进", "跟进状态", "完整度", "数据问题",
]  # fmt: skip
SHEET = "线索信息表"
BARE = LEADS[:11]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    leads = [lead("L1"), lead("L2", 来源=None, 联系方式="13800010002"), lead("L3", 联系方式="13800010003", 预算范围=None)]
    return team(tmp_path / "团队.xlsx", leads, [touch("L1", dt.date(2024, 6, 19))])


def header(path: Path, sheet: str = SHEET, row: int = 1) -> list[Any]:
    return [cell.value for cell in openpyxl.load_workbook(path)[sheet][row]]


def changed(path: Path, change: Callable[[Worksheet], None], sheet: str = SHEET) -> None:
    """What a person does in one sheet."""
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)


def cell(path: Path, name: str, row: int, sheet: str = SHEET) -> Any:
    return openpyxl.load_workbook(path)[sheet].cell(row, header(path, sheet).index(name) + 1).value


def test_our_columns_stand_directly_right_of_every_table(book: Path) -> None:
    refresh(book)
    assert header(book) == [*LEADS, *OURS]
    assert header(book, "跟进记录表")[-2:] == ["间隔(天)", "数据问题"]


def test_refreshing_twice_leaves_them_where_they_are(book: Path) -> None:
    refresh(book)
    first = book.read_bytes()
    refresh(book)
    assert book.read_bytes() == first


def test_the_values_stand_in_the_rows_of_their_records(book: Path) -> None:
    refresh(book)
    assert cell(book, "数据问题", 2) is None
    assert str(cell(book, "数据问题", 3)).startswith("【来源】")
    assert str(cell(book, "数据问题", 4)).startswith("【预算范围】")


def _delete(name: str) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        at = [cell.value for cell in sheet[1]].index(name) + 1
        for line in range(1, sheet.max_row + 1):
            for column in range(at, sheet.max_column + 1):
                sheet.cell(line, column).value = sheet.cell(line, column + 1).value

    return change


@pytest.mark.parametrize("name", ["系统评分", "首触状态", "数据问题"])
def test_a_column_of_ours_that_was_emptied_comes_back(name: str, book: Path) -> None:
    refresh(book)
    before = book.read_bytes()
    at = header(book).index(name) + 1
    for row in range(1, 5):
        type_in(book, SHEET, row, at, None)
    refresh(book)
    assert header(book) == [*LEADS, *OURS]
    assert book.read_bytes() == before


def test_a_column_that_the_user_adds_right_of_ours_stays_where_it_is(book: Path) -> None:
    refresh(book)
    at = len(LEADS) + len(OURS) + 1
    type_in(book, SHEET, 1, at, "备注")
    type_in(book, SHEET, 2, at, "老客户")
    refresh(book)
    assert header(book) == [*LEADS, *OURS, "备注"]
    assert cell(book, "备注", 2) == "老客户"


def moved_grid(keys: list[str], at: list[int], **facts: Any) -> Any:
    """A lead table whose columns of ours stand at the given places."""
    from funnelbook.funnel.find import find_tables
    from funnelbook.funnel.rulebook import RuleBook
    from funnelbook.grid import OwnColumn

    own = tuple(OwnColumn(f"leads.1.{key}", Range(1, column, 3, column)) for key, column in zip(keys, at, strict=True))
    rows = [["线索编号", "来源", "联系人", "联系方式", "录入时间"], ["L1", "展会", "张三", "138", "2024-06-01"], ["L2"] * 5]
    return find_tables([grid(rows, own_columns=own, **facts)], RuleBook.default()).leads[0]


@pytest.mark.parametrize(
    ("keys", "at", "expected"),
    [
        pytest.param([], [], {"a": 6, "b": 7, "c": 8}, id="the first refresh"),
        pytest.param(["a", "b", "c"], [6, 7, 8], {"a": 6, "b": 7, "c": 8}, id="as they were"),
        pytest.param(["a", "b", "c"], [9, 10, 11], {"a": 9, "b": 10, "c": 11}, id="moved away by the user"),
        pytest.param(["a", "b", "c"], [6, 8, 9], {"a": 6, "b": 8, "c": 9}, id="a column inserted between"),
        pytest.param(["a", "b", "c"], [7, 6, 8], {"a": 7, "b": 6, "c": 8}, id="in another order"),
        pytest.param(["a", "c"], [6, 7], {"a": 6, "c": 7, "b": 8}, id="a new one goes to the end"),
        pytest.param(["a", "b"], [6, 7], {"a": 6, "b": 7, "c": 8}, id="a new one at the end"),
        pytest.param(["a", "b", "old", "c"], [6, 7, 8, 9], {"a": 6, "b": 7, "c": 8}, id="one that is no more"),
        pytest.param(["b", "a", "c"], [2, 6, 7], {"b": 2, "a": 6, "c": 7}, id="moved into the table"),
        pytest.param(["b", "a"], [2, 6], {"b": 2, "a": 6, "c": 7}, id="moved into the table, and a new one"),
    ],
)
def test_columns_keep_their_place_unless_one_comes_or_goes(keys: list[str], at: list[int], expected: dict[str, int]) -> None:
    found = layout(moved_grid(keys, at), "leads.1", ["a", "b", "c"])
    assert not found.blocked
    assert dict(found.columns) == expected


ROSTER = {"person": ["赵六"], "role": ["销售"], "region": ["华东"]}


def with_roster(path: Path) -> None:
    """The team's roster on the rules sheet."""
    book = openpyxl.load_workbook(path)
    sheet = book["规则"]
    heads = {str(cell.value): cell.column for cell in sheet[4]}
    for name, value in (("姓名", "赵六"), ("角色", "销售"), ("负责区域", "华东")):
        sheet.cell(5, heads[name]).value = value
    book.save(path)


def test_a_column_that_comes_and_goes_leaves_no_gap_in_the_excel_table(tmp_path: Path) -> None:
    leads = [[*lead("L1"), "华东"], [*lead("L2", 联系方式="13800010002", 负责人=None), "华东"]]
    path = workbook(tmp_path / "book.xlsx", {SHEET: [[*LEADS, "所在地区"], *leads]})
    changed(path, lambda sheet: sheet.add_table(Table(displayName="线索", ref="A1:O3")))
    refresh(path)
    with_roster(path)
    refresh(path)
    wanted = [*LEADS, "所在地区", *OURS[:9], "建议负责人", *OURS[9:]]
    assert header(path) == wanted
    assert excel_table(path) == ("A1:AA3", wanted)
    changed(path, lambda sheet: sheet.cell(3, LEADS.index("负责人") + 1).__setattr__("value", "赵六"))
    refresh(path)
    wanted.remove("建议负责人")
    assert header(path) == wanted
    assert excel_table(path) == ("A1:Z3", wanted)


def excel_table(path: Path) -> tuple[str, list[str]]:
    (table,) = openpyxl.load_workbook(path)[SHEET].tables.values()
    return table.ref, [column.name for column in table.tableColumns]


def test_the_excel_table_takes_our_columns_in(book: Path) -> None:
    changed(book, lambda sheet: sheet.add_table(Table(displayName="线索", ref=f"A1:{get_column_letter(len(LEADS))}4")))
    refresh(book)
    area, names = excel_table(book)
    assert Range.parse(area) == Range(1, 1, 4, len(LEADS) + len(OURS))
    assert names == [*LEADS, *OURS]


def test_the_filter_takes_our_columns_in(book: Path) -> None:
    changed(book, lambda sheet: sheet.auto_filter.__setattr__("ref", "A1:N4"))
    refresh(book)
    assert Range.parse(openpyxl.load_workbook(book)[SHEET].auto_filter.ref) == Range(1, 1, 4, len(LEADS) + len(OURS))


def test_our_columns_show_where_the_user_hid_all_columns_beside_the_table(book: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions.group("O", "XFD", hidden=True)

    changed(book, hide)
    refresh(book)
    sheet = openpyxl.load_workbook(book)[SHEET]
    hidden = {
        column for dimension in sheet.column_dimensions.values() if dimension.hidden for column in range(dimension.min, dimension.max + 1)
    }
    ours = set(range(len(LEADS) + 1, len(LEADS) + len(OURS) + 1))
    assert not hidden & ours
    assert {max(ours) + 1, MAX_COLUMN} <= hidden


def test_a_bare_table_gets_the_input_columns_with_their_choices_once(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {SHEET: [BARE, lead("L1")[:11], lead("L2", 联系方式="13800010002")[:11]]})
    report = funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    assert header(path) == [*BARE, "需求匹配度", "决策权限", *OURS]
    assert {"fit", "authority"} <= set(report.tables.leads[0].binding)
    sheet = openpyxl.load_workbook(path)[SHEET]
    choices = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert choices == {"L2:L3": '"完全契合,部分契合,不契合"', "M2:M3": '"直接决策人,有影响者,无权限"'}
    type_in(path, SHEET, 2, 12, "完全契合")
    type_in(path, SHEET, 2, 13, "直接决策人")
    refresh(path)
    assert header(path) == [*BARE, "需求匹配度", "决策权限", *OURS]
    assert (cell(path, "需求匹配度", 2), cell(path, "需求匹配度", 3)) == ("完全契合", None)
    assert len(openpyxl.load_workbook(path)[SHEET].data_validations.dataValidation) == 2


def test_a_table_with_the_input_columns_gets_none() -> None:
    assert answered([sheet_of("leads", [{"fit": "完全契合", "authority": "直接决策人"}])], inputs=True).of(Validate) == []


# ---- no room: a sheet of their own


def blocked(facts: dict[str, Any], rows: list[list[Any]] | None = None, **more: Any) -> Answered:
    return answered([sheet_with(facts, rows)], **more)


def sheet_with(facts: dict[str, Any], rows: list[list[Any]] | None = None, title: str = "线索") -> Grid:
    header = ["线索编号", "来源", "联系人", "联系方式", "录入时间"]
    first = ["L1", "展会", "张三", "13800010001", "2024-06-01"]
    return grid(rows or [["销售线索"], header, first, ["L2", None, "李四", "13800010002", "2024-06-02"]], title, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"owned": (Owned(Range.parse("J1:M9"), "drawing"),)}, id="a drawing"),
        pytest.param({"owned": (Owned(Range.parse("G2:K9"), "pivot"),)}, id="a pivot table"),
        pytest.param({"merged": (Range.parse("G3:H3"),)}, id="merged cells"),
        pytest.param({"excel_tables": (ExcelTable("other", Range.parse("G2:I9"), ("a", "b", "c")),)}, id="another Excel Table"),
        pytest.param({"errors": {CellRef(3, 7): "#REF!"}}, id="an error"),
    ],
)
def test_without_room_our_columns_stand_on_a_sheet_of_their_own(facts: dict[str, Any]) -> None:
    wide = [
        [*row, *[None] * 10]
        for row in (["销售线索"], ["线索编号", "来源", "联系人", "联系方式", "录入时间"], ["L1", None, "张三", "138", "2024-06-01"])
    ]
    found = blocked(facts, wide)
    assert found.of(PutColumn) == []
    sheet = found.sheet("check.leads.1")
    assert sheet.title == "线索 核对"
    assert [f.code for f in found.assessment.findings if f.code == "column.blocked"] == ["column.blocked"]
    (row,) = table_below(sheet, "编号")
    assert row["编号"] == "L1"
    assert str(row["数据问题"]).startswith("【来源】")


def test_a_query_table_in_the_way_of_itself_is_not_widened() -> None:
    facts = {"excel_tables": (ExcelTable("query", Range.parse("A2:E4"), ("a", "b", "c", "d", "e"), fixed=True),)}
    found = blocked(facts)
    assert (found.of(PutColumn), found.of(WidenTable)) == ([], [])
    assert found.sheet("check.leads.1").title == "线索 核对"


def test_a_table_at_the_edge_of_the_sheet_has_no_room() -> None:
    left = MAX_COLUMN - 6
    names = ["线索编号", "来源", "联系人", "联系方式", "录入时间"]
    rows = [[*[None] * left, *names], [*[None] * left, "L1", "展会", "张三", "138", "2024-06-01"]]
    found = answered([grid(rows, "线索")])
    assert found.of(PutColumn) == []
    assert found.sheet("check.leads.1").title == "线索 核对"


def blocked_book(tmp_path: Path) -> Path:
    """A lead table with a value of the user's two columns to its right, and a row of subtotals."""
    rows = [
        [*LEADS, None, None],
        [*lead("L1"), None, "旁注"],
        ["小计", *[None] * 13],
        lead(7, 来源=None, 联系方式="13800010002"),
        lead("007", 联系方式="13800010003"),
    ]
    return workbook(tmp_path / "book.xlsx", {SHEET: rows})


def test_the_check_sheet_turns_red_where_its_id_no_longer_fits(tmp_path: Path) -> None:
    path = blocked_book(tmp_path)
    refresh(path)
    check = openpyxl.load_workbook(path)[f"{SHEET} 核对"]
    assert [check.cell(row, 1).value for row in range(1, 6)] == ["编号", "L1", "小计", 7, "007"]
    ((area, rules),) = [(area.sqref, area.rules) for area in check.conditional_formatting]
    assert str(area) == f"A2:{get_column_letter(len(OURS) + 1)}5"
    (rule,) = rules
    assert rule.dxf.fill.bgColor.rgb[-6:] == look.STALE.fill
    assert stale(path, rule.formula[0], tmp_path) == [False] * 4
    changed(path, lambda sheet: [sheet.cell(row, 1).__setattr__("value", key) for row, key in ((2, 7), (4, "L1"))] and None)
    assert stale(path, rule.formula[0], tmp_path) == [True, False, True, False]


def stale(path: Path, formula: str, folder: Path) -> list[Any]:
    """The rule of a check sheet as LibreOffice calculates it, row by row."""
    book = openpyxl.load_workbook(path)
    sheet = book[f"{SHEET} 核对"]
    for row in range(2, 6):
        sheet.cell(row, 50).value = "=" + formula.replace("$A2", f"$A{row}")
    scratch = folder / "scratch.xlsx"
    book.save(scratch)
    (result,) = calculated([scratch], folder)
    return [openpyxl.load_workbook(result, data_only=True)[sheet.title].cell(row, 50).value for row in range(2, 6)]


def test_a_blocked_table_stays_blocked_byte_for_byte_and_is_given_its_columns_once_there_is_room(tmp_path: Path) -> None:
    path = blocked_book(tmp_path)
    refresh(path)
    first = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == first
    type_in(path, SHEET, 2, 16, None)
    refresh(path, as_of=WEEK_LATER)
    assert f"{SHEET} 核对" not in openpyxl.load_workbook(path).sheetnames
    assert header(path) == [*LEADS, *OURS]


def test_the_highlights_of_a_blocked_table_read_its_check_sheet(tmp_path: Path) -> None:
    path = blocked_book(tmp_path)
    refresh(path)
    formulas = [rule.formula[0] for area in openpyxl.load_workbook(path)[SHEET].conditional_formatting for rule in area.rules]
    named = [formula for formula in formulas if "核对" in formula]
    assert len(named) == len(LEADS)
    assert all(f"'{SHEET} 核对'!$L2" in formula for formula in named)


def test_a_real_chart_in_the_way_blocks_and_stays(book: Path) -> None:
    def draw(sheet: Worksheet) -> None:
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=1, min_row=2, max_row=4))
        sheet.add_chart(chart, "Q3")

    changed(book, draw)
    report = funnelbook.refresh(book, as_of=AS_OF, keep_backup=False)
    assert [(f.code, f.sheet) for f in report.findings if f.code == "column.blocked"] == [("column.blocked", SHEET)]
    assert header(book) == list(LEADS)
    assert len(openpyxl.load_workbook(book)[SHEET]._charts) == 1


def test_input_columns_of_a_blocked_excel_table_are_taken_in() -> None:
    header = list(BARE)
    rows = [header, lead("L1")[:11], lead("L2")[:11]]
    facts: dict[str, Any] = {
        "excel_tables": (ExcelTable("线索", Range.parse("A1:K3"), tuple(header)),),
        "owned": (Owned(Range.parse("Q1:T9"), "drawing"),),
    }
    found = answered([grid(rows, **facts)], inputs=True)
    assert found.of(WidenTable) == [WidenTable(SHEET, "线索", ("需求匹配度", "决策权限"))]
    assert [column.header for column in found.of(PutColumn)] == ["需求匹配度", "决策权限"]


@pytest.mark.parametrize(
    ("wanted", "titles", "expected"),
    [
        ("汇总", {"线索"}, "汇总"),
        ("汇总", {"汇总"}, "汇总 (2)"),
        ("Summary", {"SUMMARY", "summary (2)"}, "Summary (3)"),
        ("x" * 40, set(), "x" * 31),
        ("x" * 31, {"X" * 31}, "x" * 27 + " (2)"),
    ],
)
def test_a_sheet_name_is_free_without_regard_to_case_and_short_enough(wanted: str, titles: set[str], expected: str) -> None:
    assert free_title(wanted, titles) == expected


def test_a_check_sheet_of_a_long_name_has_a_title_that_excel_takes() -> None:
    name = "华东大区第一事业部线索信息登记总表二〇二四年上半年'汇总"
    found = answered([sheet_with({"owned": (Owned(Range.parse("G1:M9"), "drawing"),)}, title=name)])
    title = found.sheet("check.leads.1").title
    assert len(title) <= 31
    assert title.endswith(" 核对")
    assert not title.startswith("'")
    assert len(values(found.sheet("check.leads.1"))) == 4
    assert len([edit for edit in found.plan if isinstance(edit, PutSheet)]) == 8
