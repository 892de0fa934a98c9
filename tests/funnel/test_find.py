"""Finding the tables of a workbook: which rectangle is which table, which rows are records (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from funnelbook.errors import AmbiguousTableError, NoTableError
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import Table, Tables
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import ExcelTable, Grid, OwnColumn, Range

from .build import HEADERS, assessed_grids, errors, found, grid, merged, rules_sheet, sheet_of

HEAD = ["线索编号", "来源", "联系人", "联系方式"]
LOG = ["线索编号", "跟进时间", "跟进方式", "沟通内容"]
OUTCOME = ["线索编号", "转化结果", "成交金额(万)"]


def tables_of(*grids: Grid) -> Tables:
    return find_tables(grids, RuleBook.default().overlaid(list(grids)))


def only(rows: Sequence[Sequence[Any]], **facts: Any) -> Table:
    (table,) = tables_of(grid(rows, **facts)).leads
    return table


def lead_row(number: int) -> list[Any]:
    return [str(number), "展会", "李", "13800138000"]


@pytest.mark.parametrize(
    ("above", "beside"),
    [
        pytest.param([], [], id="in the corner"),
        pytest.param([["销售线索信息表"], []], [], id="below a title and a blank row"),
        pytest.param([["线索表"], ["填写说明：电话必填"], ["来源：展会、官网"]], [], id="below notes"),
        pytest.param([[], [], []], [None, None], id="anywhere on the sheet"),
        pytest.param([["部门", "销售一部", "月份", "6月"]], [], id="below a line of labels"),
    ],
)
def test_the_header_may_stand_anywhere(above: list[list[Any]], beside: list[Any]) -> None:
    table = only([*above, [*beside, *HEAD], [*beside, *lead_row(1)], [*beside, *lead_row(2)]])
    assert (table.header_row, table.rows.tolist()) == (len(above) + 1, [len(above) + 2, len(above) + 3])
    assert table.binding["lead_id"] == (len(beside) + 1,)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("*联系方式", "phone"),
        ("联系方式*", "phone"),
        ("联系方式 ＊", "phone"),
        ("联系\n方式", "phone"),
        (" 联系方式 ", "phone"),
        ("聯繫方式", "phone"),
        ("聯絡電話", None),
        ("聯繫電話", "phone"),
        ("预算范围(万元)", "budget"),
        ("預算範圍（萬元）", "budget"),
        ("成交概率(%)", "probability"),
        ("成交概率【%】", "probability"),
        ("Phone Number", "phone"),
        ("PHONE", "phone"),
        ("Expected close", "expected_close"),
        ("expected Close*", "expected_close"),
        ("联系方式1", None),
        ("微信群", None),
    ],
)
def test_a_header_binds_by_its_words_never_by_likeness(header: str, field: str | None) -> None:
    table = only([["线索编号", "来源", "联系人", "公司名称", header], ["1", "展会", "李", "海川", "x"]])
    assert {name for name, columns in table.binding.items() if 5 in columns} == ({field} if field else set())
    assert table.unmapped == ([] if field else [header])


def test_an_english_workbook_is_read_like_a_chinese_one() -> None:
    head = ["Lead ID", "Source", "Contact", "Phone", "Company", "Need", "Budget", "Expected close", "Grade", "Owner", "Created"]
    table = only([head, ["1", "Website", *["x"] * 9]])
    assert list(table.letters()) == list(RuleBook.default().profiles["tracking"].columns)


def test_a_second_row_of_english_keys_belongs_to_the_header() -> None:
    table = only([HEAD, ["lead_id", "Source", "Contact", "Phone"], lead_row(1)])
    assert (table.header_row, table.headers_end, table.rows.tolist()) == (1, 2, [3])


def test_a_second_row_with_a_key_that_nobody_knows_does_too() -> None:
    table = only([[*HEAD, "微信群"], ["lead_id", "Source", "Contact", "Phone", "chat_group"], [*lead_row(1), "x"]])
    assert (table.headers_end, table.rows.tolist()) == (2, [3])


def test_a_key_that_is_called_like_a_column_of_ours_leaves_the_column_the_users() -> None:
    table = only([[*HEAD, "线索等级"], ["lead_id", "source", "contact", "phone", "tier"], [*lead_row(1), "A"]])
    assert table.letters()["tier"] == "E"


@pytest.mark.parametrize("above", [None, "系统"])
def test_a_column_of_ours_below_a_heading_that_is_no_header_stays_ours(above: str | None) -> None:
    table = only([[*HEAD, above], ["lead_id", "source", "contact", "phone", "Tier"], [*lead_row(1), "A"]])
    assert "tier" not in table.letters()


def test_a_column_is_named_by_what_stands_above_its_english_key() -> None:
    table = only([[*HEAD, "微信群", "Owner"], ["lead_id", "source", "contact", "phone", "chat_group", "owner"], [*lead_row(1), "x", "李"]])
    assert list(table.headers.values()) == [*HEAD, "微信群", "Owner"]
    assert table.unmapped == ["微信群"]


@pytest.mark.parametrize(
    ("rows", "areas"),
    [
        pytest.param(
            [["线索编号", "来源", "客户", None, "负责人"], [None, None, "联系人", "联系方式", None]],
            ["A1:A2", "B1:B2", "C1:D1", "E1:E2"],
            id="most of it above",
        ),
        pytest.param(
            [["线索编号", "客户", None, None, "跟进"], [None, "联系人", "联系方式", "公司名称", "负责人"]],
            ["A1:A2", "B1:D1"],
            id="most of it below",
        ),
        pytest.param(
            [["线索编号", "来源", "客户", None], [None, None, "联系人", "联系方式"]], ["A1:A2", "B1:B2", "C1:D1"], id="half and half"
        ),
        pytest.param(
            [["线索编号", "来源", "联系人", "客户", None], [None, None, None, "联系方式", "昵称"]],
            ["A1:A2", "B1:B2", "C1:C2", "D1:E1"],
            id="with an unknown word below",
        ),
    ],
)
def test_a_merged_header_of_two_rows_is_one_header(rows: list[list[Any]], areas: list[str]) -> None:
    record = ["1", "展会", "李", "13800138000", "x"][: len(rows[0])]
    table = only([["标题"], *rows, record], merged=tuple(Range(a.top + 1, a.left, a.bottom + 1, a.right) for a in merged(*areas)))
    assert (table.header_row, table.headers_end, table.rows.tolist()) == (2, 3, [4])
    assert {"lead_id", "contact", "phone"} <= set(table.binding)


def test_a_first_follow_up_that_only_says_wechat_is_no_second_header() -> None:
    tables = tables_of(grid([HEAD, lead_row(1)]), grid([LOG, [None, None, "微信", None]], "跟进"))
    assert tables.of("followups")[0].rows.tolist() == [2]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([lead_row(1), [], lead_row(2)], [2, 4], id="a blank row between leads is none, and the table goes on"),
        pytest.param([lead_row(1), ["  ", None, "", None], lead_row(2)], [2, 4], id="nor is a row of white space"),
        pytest.param([lead_row(1), HEAD, lead_row(2)], [2, 4], id="a header that is repeated is no lead"),
        pytest.param([lead_row(1), ["合计", None, None, "1"]], [2], id="a total is no lead"),
        pytest.param([lead_row(1), ["合 计:", None, None, None]], [2], id="with a space and a colon"),
        pytest.param([lead_row(1), ["總計", None, None, 3]], [2], id="in Traditional signs"),
        pytest.param([lead_row(1), ["小计", 3], lead_row(2), ["总计", 6]], [2, 4], id="nor a subtotal in the middle"),
        pytest.param([lead_row(1), [None, "Total", 5]], [2], id="the first filled cell says so"),
        pytest.param([lead_row(1), ["2", "合计科技", "李", "138"]], [2, 3], id="a name that begins so is a lead"),
        pytest.param([lead_row(1), ["2", "合计", "李", "138"]], [2, 3], id="so is a row whose first cell is an id"),
        pytest.param([lead_row(1), ["2"]], [2, 3], id="a lead with one filled cell is a lead"),
    ],
)
def test_which_rows_are_leads(rows: list[list[Any]], expected: list[int]) -> None:
    assert only([HEAD, *rows]).rows.tolist() == expected


def test_a_total_in_a_column_that_is_not_read_is_a_total_too() -> None:
    assert only([["序号", *HEAD], [1, *lead_row(1)], ["合计", None, None, None, "1"]]).rows.tolist() == [2]


def test_rows_of_formulas_only_are_no_leads() -> None:
    rows = np.array([3, 4])
    formulas = {1: rows, 2: np.array([2, 3, 4])}
    table = only([HEAD, lead_row(1), ["2", "展会", None, None], ["3", "展会", "李", None]], formulas=formulas)
    assert table.rows.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("row", "is_lead"),
    [
        (["-", "-", "-", "-"], False),
        ([None, "请选择", None, None], False),
        ([" － ", "N/A", "无", "/"], False),
        (["-", "请选择", "李", "-"], True),
        ([None, None, None, 0], True),
        (["--", None, None, None], True),
    ],
)
def test_rows_of_empty_markers_only_are_no_leads(row: list[Any], is_lead: bool) -> None:
    assert only([HEAD, lead_row(1), row, lead_row(2)]).rows.tolist() == ([2, 3, 4] if is_lead else [2, 4])


def test_formulas_beside_empty_markers_make_no_lead() -> None:
    table = only([HEAD, lead_row(1), ["2", "请选择", "-", None]], formulas={1: np.array([2, 3])})
    assert table.rows.tolist() == [2]


def test_an_error_beside_empty_markers_makes_a_row() -> None:
    assert only([HEAD, lead_row(1), [None, "请选择", "-", None]], errors=errors(A3="#REF!")).rows.tolist() == [2, 3]


def test_the_totals_row_of_an_excel_table_is_no_lead() -> None:
    area = ExcelTable("表1", Range(1, 1, 3, 4), tuple(HEAD), totals_rows=1)
    assert only([HEAD, lead_row(1), ["3", None, None, "9"]], excel_tables=(area,)).rows.tolist() == [2]


def test_an_error_makes_a_row() -> None:
    table = only([HEAD, lead_row(1), [], [], lead_row(2)], errors=errors(A3="#REF!"))
    assert table.rows.tolist() == [2, 3, 5]


def test_a_merged_note_at_the_end_is_no_lead() -> None:
    assert only([HEAD, lead_row(1), [], ["注：电话必填"]], merged=merged("A4:D4")).rows.tolist() == [2]


def test_tables_below_each_other_end_where_the_next_begins() -> None:
    rows = [
        ["表1"],
        HEAD,
        lead_row(1),
        ["2"],
        [],
        ["表2 跟进记录"],
        ["电话 请写全"],
        [],
        LOG,
        ["1", "2024-06-01", "电话", "x"],
        [],
        ["表3"],
        OUTCOME,
        ["1", "成交", 5],
    ]
    tables = tables_of(grid(rows))
    assert [table.rows.tolist() for table in tables] == [[3, 4], [10], [14]]


def test_leads_of_two_teams_below_each_other_are_one_table_without_the_titles() -> None:
    table = only([["一部"], HEAD, lead_row(1), [], ["二部"], HEAD, lead_row(2)])
    assert table.rows.tolist() == [3, 7]


def test_tables_side_by_side_are_read_apart() -> None:
    rows = [[*HEAD, None, *LOG], [*lead_row(1), None, "1", "2024-06-01", "电话", "x"], [None] * 5 + ["1", "2024-06-02", "电话", "y"]]
    tables = tables_of(grid(rows))
    assert [(table.kind, table.left, table.right, table.rows.tolist()) for table in tables] == [
        ("leads", 1, 4, [2]),
        ("followups", 6, 9, [2, 3]),
    ]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param([*HEAD[:3], None, "联系方式", "负责人"], id="in the middle"),
        pytest.param(["线索编号", None, "来源", "联系人", "联系方式", "负责人"], id="after the id"),
        pytest.param([*HEAD, None, "负责人"], id="before the last"),
        pytest.param(["线索编号", None, "来源", None, "联系人", None, "联系方式", None, "负责人"], id="between all"),
    ],
)
def test_a_blank_header_does_not_part_a_table(head: list[str | None]) -> None:
    table = only([head, [None if text is None else "x" for text in head]])
    assert set(table.binding) == {"lead_id", "source", "contact", "phone", "owner"}
    assert (table.left, table.right) == (1, len(head))


def test_a_note_beside_a_table_is_no_part_of_it() -> None:
    table = only([[*HEAD, None, "电话必填！"], lead_row(1)])
    assert (table.right, table.unmapped) == (4, [])


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (["线索编号", "联系人", "负责人"], "leads"),
        (["公司名称", "预算范围", "线索状态"], "leads"),
        (["Lead ID", "Contact", "Phone"], "leads"),
        (["线索编号", "联系人"], None),
        (["预算范围", "需求描述", "负责人"], None),
        (["线索编号", "需求描述", "预算范围"], None),
        (["线索编号", "联系人", "跟进时间", "跟进方式", "负责人"], "followups"),
        (["线索编号", "公司名称", "联系人", "跟进时间", "沟通内容", "跟进人"], "followups"),
        (["线索编号", "联系人", "负责人", "转化结果"], "conversions"),
        (["姓名", "年龄", "工资"], None),
    ],
)
def test_what_makes_a_header_row_and_of_which_table(head: list[str], kind: str | None) -> None:
    tables = tables_of(grid([HEAD, lead_row(1)], "线索"), grid([head, ["x"] * len(head)], "另一个"))
    assert [t.kind for t in (*tables, *tables.ignored) if t.sheet == "另一个"] == ([kind] if kind else [])


def test_sheets_with_the_same_headers_are_one_table() -> None:
    tables = tables_of(grid([HEAD, lead_row(1)], "张三"), grid([["李四的线索"], HEAD, lead_row(2)], "李四"))
    assert [(t.sheet, t.rows.tolist()) for t in tables.leads] == [("张三", [2]), ("李四", [3])]


def test_of_different_lead_tables_the_best_covered_is_the_teams() -> None:
    better = ["线索编号", "来源", "联系人", "联系方式", "公司名称", "录入时间"]
    tables = tables_of(grid([HEAD, lead_row(1)], "旧"), grid([better, ["x"] * 6], "新"))
    assert ([t.sheet for t in tables.leads], [t.sheet for t in tables.ignored]) == (["新"], ["旧"])


def test_two_equally_good_lead_tables_are_an_error_that_names_them() -> None:
    with pytest.raises(AmbiguousTableError) as raised:
        tables_of(grid([HEAD, lead_row(1)], "甲"), grid([[*HEAD[:3], "公司名称"], ["x"] * 4], "乙"))
    assert raised.value.facts["candidates"] == ["甲!A2:D2", "乙!A2:D2"]


@pytest.mark.parametrize(
    "grids",
    [
        pytest.param([], id="no sheet"),
        pytest.param([Grid("空")], id="an empty sheet"),
        pytest.param([grid([["姓名", "年龄"], ["李", 30]])], id="a table of something else"),
        pytest.param([grid([LOG, ["1", "2024-06-01", "电话", "x"]])], id="follow-ups alone"),
        pytest.param([grid([HEAD, lead_row(1)], own_sheet="data")], id="a sheet of ours"),
        pytest.param([grid([["系统评分", "Tier", "Owner", "Score"], [1, "A", "x", 2]])], id="our own headers"),
    ],
)
def test_a_workbook_without_a_lead_table_is_an_error(grids: list[Grid]) -> None:
    with pytest.raises(NoTableError):
        tables_of(*grids)


def test_a_header_without_rows_is_a_table_without_leads() -> None:
    table = only([HEAD])
    assert (table.rows.tolist(), table.first_row, table.last_row, table.body.a1) == ([], 2, 1, "A2:D2")


OWN = ["系统评分", "Score basis", "跟进次数(系统)", "TIER", "数据问题"]


def test_headers_that_funnelbook_writes_never_bind() -> None:
    table = only([[*HEAD, *OWN], [*lead_row(1), 80, "x", 3, "A", ""]])
    assert (table.right, table.unmapped, set(table.binding)) == (4, [], {"lead_id", "source", "contact", "phone"})


def test_columns_of_ours_between_the_users_are_seen_through() -> None:
    own = tuple(OwnColumn(f"leads.1.{i}", Range(1, 5 + i, 2, 5 + i)) for i in range(2))
    table = only([[*HEAD, "系统评分", "改了名", "负责人"], [*lead_row(1), 80, "x", "张三"]], own_columns=own)
    assert (table.binding["owner"], table.headers[7], table.right) == ((7,), "负责人", 7)
    assert 6 not in table.headers


def test_the_same_headers_with_and_without_columns_of_ours_are_one_table() -> None:
    tables = tables_of(grid([[*HEAD, *OWN], [*lead_row(1), 1, 2, 3, 4, 5]], "甲"), grid([HEAD, lead_row(2)], "乙"))
    assert [t.sheet for t in tables.leads] == ["甲", "乙"]


def test_the_input_columns_that_a_refresh_adds_make_no_difference() -> None:
    tables = tables_of(grid([[*HEAD, "需求匹配度", "决策权限"], [*lead_row(1), None, None]], "甲"), grid([HEAD, lead_row(2)], "乙"))
    assert [t.sheet for t in tables.leads] == ["甲", "乙"]


def test_sheets_left_out_on_the_rules_sheet_are_not_read() -> None:
    tables = tables_of(grid([HEAD, lead_row(1)], "线索"), grid([HEAD, lead_row(2)], "存档"), rules_sheet(leave_out=["存档"]))
    assert [t.sheet for t in tables.leads] == ["线索"]


@pytest.mark.parametrize("field", ["phone", "联系电话", "手机号"])
def test_the_mapping_on_the_rules_sheet_goes_before_the_synonyms(field: str) -> None:
    rows = grid([["线索编号", "来源", "联系人", "备注", "打这个(必填)"], ["1", "展会", "李", "x", "138"]])
    tables = tables_of(rows, rules_sheet(header=["打这个", "备注"], field=[field, "需求描述"]))
    assert (tables.leads[0].binding["phone"], tables.leads[0].binding["need"]) == ((5,), (4,))


def test_a_mapped_header_binds_in_every_kind_of_table_that_knows_the_word() -> None:
    sheets = [grid([[*HEAD, "谁"], [*lead_row(1), "张三"]], "线索"), grid([[*LOG, "谁"], ["1", "2024-06-01", "电话", "x", "张三"]], "跟进")]
    tables = tables_of(*sheets, rules_sheet(header=["谁"], field=["跟进人"]))
    assert (tables.leads[0].binding["owner"], tables.of("followups")[0].binding["followed_by"]) == ((5,), (5,))


@pytest.mark.parametrize(
    ("name", "profile"),
    [("tracking", "tracking"), ("registry", "registry"), ("lifecycle", "lifecycle"), ("tiering", "tiering")],
)
def test_the_documents_own_header_rows_have_their_profiles(name: str, profile: str) -> None:
    head = RuleBook.default().profiles[name].headers
    tables = tables_of(grid([head, ["x"] * len(head)]))
    assert (tables.profile, tables.leads[0].unmapped) == (profile, [])


@pytest.mark.parametrize("kind", ["followups", "conversions"])
def test_the_documents_other_tables_are_read_whole(kind: str) -> None:
    tables = tables_of(sheet_of("leads", [{}]), sheet_of(kind, [{}]))
    (table,) = tables.of(kind)
    assert (set(table.binding), table.unmapped) == (set(HEADERS[kind]) & set(table.binding), [])


def test_two_columns_for_one_field_are_both_kept_in_their_order() -> None:
    assert only([["线索编号", "电话", "联系人", "手机号"], ["1", "x", "李", "y"]]).binding["phone"] == (2, 4)


def test_a_long_column_of_texts_that_begin_like_headers_is_no_header() -> None:
    rows = [[str(i), "来源未知", "联系人" + str(i), "联系方式见备注" + str(i)] for i in range(50)]
    assert len(only([HEAD, *rows]).rows) == 50


def test_the_profile_that_the_rules_sheet_names_is_taken_whatever_the_columns_say() -> None:
    leads, sheet = sheet_of("leads", [{}]), rules_sheet([("profile", "lifecycle")])
    assert find_tables([leads], RuleBook.default()).profile == "tracking"
    assert find_tables([leads, sheet], RuleBook.default().overlaid([sheet])).profile == "lifecycle"


@pytest.mark.parametrize(
    ("kind", "headers", "missing"),
    [
        pytest.param(
            "followups", ["线索编号", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人"], "followed_at", id="a log without times"
        ),
        pytest.param(
            "conversions", ["线索编号", "成交金额(万)", "未成交原因", "转化周期(天)", "负责人", "分析总结"], "result", id="no result"
        ),
    ],
)
def test_a_table_without_the_column_that_makes_it_one_is_found_and_told_what_it_lacks(kind: str, headers: list[str], missing: str) -> None:
    sheets = [sheet_of("leads", [{}]), grid([headers, ["20240601", *["x"] * (len(headers) - 1)]], "表")]
    assert [table.kind for table in find_tables(sheets, RuleBook.default())] == ["leads", kind]
    assert f"表!{missing}" in found(assessed_grids(sheets), "column.missing")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["线索编号", "负责人", "跟进方式"], id="one sign is not enough"),
        pytest.param(["跟进方式", "沟通内容", "客户反馈", "下一步行动"], id="no id"),
    ],
)
def test_a_list_that_only_resembles_a_log_is_left_alone(headers: list[str]) -> None:
    sheets = [sheet_of("leads", [{}]), grid([headers, ["x"] * len(headers)], "表")]
    assert [table.kind for table in find_tables(sheets, RuleBook.default())] == ["leads"]
