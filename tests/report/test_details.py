"""The details: one normalised row a lead, touches per owner and week, loss reasons, and where the formulas find them (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from funnelbook.report.details import HEADER_ROW, details
from funnelbook.words import LANGUAGES, say

from ..funnel.build import grid, sheet_of
from .sheets import Answered, answered, read_back, table_below, values

LEADS = [{"lead_id": "202406001-展会", "tier": "A"}, {"source": None, "owner": None, "entered_at": "2024-05-31 14:30"}, {"lead_id": None}]
TOUCHES = [{"followed_at": "2024-06-17"}, {"followed_at": "2024-06-20"}, {"followed_at": "2024-06-16"}, {"followed_at": "2024-06-19"}]
LOST = [{"result": "未成交", "loss_reason": "选择竞品、价格"}, {"result": "流失", "loss_reason": None}, {"result": "成交"}]


def found(lang: str = "zh") -> Answered:
    grids = [sheet_of("leads", LEADS), sheet_of("followups", TOUCHES), sheet_of("conversions", LOST)]
    return answered(grids, lang=lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lead_has_one_row_with_plain_values(lang: str) -> None:
    rows = table_below(found(lang).sheet("details"), say("details.id", lang))
    keys = ("id", "source", "owner", "tier", "result", "entry", "month")
    first = [[row[say(f"details.{key}", lang)] for key in keys] for row in rows[:3]]
    assert first == [
        ["202406001", {"zh": "展会", "en": "Exhibition"}[lang], "张三", "A", say("result.not_won", lang), dt.date(2024, 6, 19), "2024-06"],
        ["202406002", None, None, "A", say("result.lost", lang), dt.datetime(2024, 5, 31, 14, 30), "2024-05"],
        [None, {"zh": "展会", "en": "Exhibition"}[lang], "张三", "A", say("result.open", lang), dt.date(2024, 6, 19), "2024-06"],
    ]


def test_touches_are_counted_per_owner_and_week_of_monday() -> None:
    rows = table_below(found().sheet("details"), say("details.id", "zh"))
    names = [say(f"details.{key}", "zh") for key in ("touch_owner", "week", "touch_count")]
    counted = {tuple(row[name] for name in names) for row in rows if row[names[2]] is not None}
    assert counted == {("张三", dt.date(2024, 6, 17), 3), ("张三", dt.date(2024, 6, 10), 1)}


def test_every_reason_has_a_line_and_every_row_one_first() -> None:
    rows = table_below(found().sheet("details"), say("details.id", "zh"))
    names = [say(f"details.{key}", "zh") for key in ("lost_result", "reason", "reason_first")]
    lines = [tuple(row[name] for name in names) for row in rows if row[names[0]] is not None]
    assert lines == [
        (say("result.not_won", "zh"), "竞品", 1),
        (say("result.not_won", "zh"), "价格", 0),
        (say("result.lost", "zh"), None, 1),
    ]


@pytest.mark.parametrize("leads", [LEADS, []])
def test_the_excel_tables_cover_their_rows_and_do_not_touch(leads: list[dict[str, object]]) -> None:
    sheet = answered([sheet_of("leads", leads)]).sheet("details")
    areas = [table.range for table in sheet.tables]
    assert [table.name for table in sheet.tables] == ["funnelbook_data", "funnelbook_touches", "funnelbook_reasons"]
    assert {area.top for area in areas} == {HEADER_ROW}
    assert all(area.bottom > area.top for area in areas)
    assert all(a.right + 1 < b.left for a, b in itertools.pairwise(areas))
    header = values(sheet)[HEADER_ROW - 1]
    for area in areas:
        names = [str(text) for text in header[area.left - 1 : area.right]]
        assert len({name.casefold() for name in names}) == len(names)
        assert all(names)


def test_formulas_find_every_column_below_its_header() -> None:
    answer = found()
    made = details(answer.records, answer.assessment, answer.rules, "O'Brien", "zh")
    header = values(made.sheet)[HEADER_ROW - 1]
    for key, area in made.ranges.items():
        assert header[area.left - 1] == say(f"details.{key}", "zh")
        assert (area.left, area.top) == (area.right, HEADER_ROW + 1)
    assert made.ref("id") == "'O''Brien'!$A$4:$A$6"


def test_a_table_that_is_gone_takes_no_name_from_another() -> None:
    answer = answered(
        [sheet_of("leads", LEADS), grid([["客户ID", "客户名称", "客户等级", "线索ID"], ["KH1", "甲公司", "A", "202406001"]], "客户信息表")]
    )
    left = ("funnelbook_data", "funnelbook_reasons", "funnelbook_customers")
    made = details(answer.records, answer.assessment, answer.rules, "明细", "zh", left)
    names = [table.name for table in made.sheet.tables]
    assert names == ["funnelbook_data", "funnelbook_touches", "funnelbook_reasons", "funnelbook_customers"]


def test_what_is_written_is_read_back() -> None:
    (grid,) = read_back(found().sheet("details"))
    assert grid.own_sheet == "details"
    assert [grid.value(row, 1) for row in (4, 5, 6)] == ["202406001", "202406002", None]
    assert [table.name for table in grid.excel_tables] == ["funnelbook_data", "funnelbook_touches", "funnelbook_reasons"]
