"""What isn't understood in a workbook: header rows of tables that nothing is known of, hints by name and by what stands below."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.errors import NoTableError
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.funnel.unknown import header_candidate, unknown

from .build import grid, rules_sheet, sheet_of

RULES = RuleBook.default()


def hints(rows: list[list[Any]]) -> dict[str, str | None]:
    return {one.header: one.hint for one in unknown([grid(rows)], RULES).headers}


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        pytest.param([["甲", "乙", "丙"], [1, 2, 3]], 1, id="the first row"),
        pytest.param([["登记表"], [], ["甲", "乙", "丙"], [1, 2, 3]], 3, id="below a title"),
        pytest.param([["甲", "乙", "丙"], ["a", "b", "c"], ["d", "e", "f"]], 1, id="texts below texts"),
        pytest.param([["2024-01-01", "甲", "乙"], ["号", "名", "话"], [1, 2, 3]], 2, id="dates are no headers"),
        pytest.param([["甲", "甲", "甲"], ["号", "名", "话"], [1, 2, 3]], 2, id="a heading that is repeated"),
        pytest.param([["注", "意", "这"], ["号", "名", "话", "司", "源", "人"], [1, 2, 3, 4, 5, 6]], 2, id="a note above a wider table"),
        pytest.param([["甲", "乙"], [1, 2]], 0, id="two columns"),
        pytest.param([["甲", "乙", "丙"]], 0, id="nothing below"),
        pytest.param([["甲" * 61, "乙", "丙"], [1, 2, 3]], 0, id="an essay"),
        pytest.param([], 0, id="an empty sheet"),
    ],
)
def test_the_row_that_looks_like_a_header_row(rows: list[list[Any]], row: int) -> None:
    assert header_candidate(grid(rows), RULES)[0] == row


def test_headers_are_hinted_at_by_their_names() -> None:
    assert hints([["联系人姓", "来源哪里", "怪怪的"], ["李", "展会", "x"]]) == {"联系人姓": "contact", "来源哪里": "source", "怪怪的": None}


def test_headers_are_hinted_at_by_what_stands_below_them() -> None:
    rows = [["呼", "网", "杂"], ["13800010001", "a@b.com", "一"], ["13800010002", "c@d.com", "13800010001"], ["13800010003", None, "二"]]
    assert hints(rows) == {"呼": "phone", "网": "email", "杂": None}


def test_only_what_is_not_understood_is_listed_and_once() -> None:
    leads = sheet_of("leads", [{}])
    again = grid([["线索编号", "来源", "负责人", "内部码", "内部码"], ["1", "展会", "张三", "a", "b"]], "另一张")
    found = unknown([leads, again], RULES)
    assert [(one.sheet, one.header) for one in found.headers] == [("另一张", "内部码")]
    assert (found.leads, found.words) == (("线索信息表", "另一张"), ())


def test_words_are_counted_over_all_tables_the_most_frequent_first() -> None:
    records = [{"source": "火星"}, {"source": "火星"}, {"source": "月亮", "tier": "甲等"}]
    found = unknown([sheet_of("leads", records)], RULES)
    assert [(one.vocabulary, one.word, one.count) for one in found.words] == [
        ("source", "火星", 2),
        ("source", "月亮", 1),
        ("tier", "甲等", 1),
    ]


def test_a_column_of_free_texts_is_no_vocabulary() -> None:
    found = unknown([sheet_of("leads", [{"source": f"第{i}次说明" + "长" * (70 if i == 0 else 1)} for i in range(60)])], RULES)
    assert len(found.words) == 39


def test_sheets_that_are_left_out_are_not_asked_about() -> None:
    rules = RULES.overlaid([rules_sheet(leave_out=["归档"])])
    other = grid([["甲", "乙", "丙"], [1, 2, 3]], "归档")
    with pytest.raises(NoTableError):
        unknown([other], rules)


def test_two_different_lead_tables_are_both_asked_about() -> None:
    one = grid([["线索编号", "来源", "负责人", "甲码"], ["1", "展会", "张三", "a"]], "一")
    two = grid([["线索编号", "来源", "联系人", "乙码"], ["1", "展会", "张三", "a"]], "二")
    assert [found.header for found in unknown([one, two], RULES).headers] == ["甲码", "乙码"]
