"""The funnel of touches and the states: nothing is shown that the workbook can't tell (DESIGN.md 4)."""

from __future__ import annotations

from typing import Any

from funnelbook.edits import Cell, Formula
from funnelbook.report.figures import NONE
from funnelbook.report.sections import recent
from funnelbook.words import say

from ..funnel.build import lead, sheet_of
from .sheets import Answered, answered


def texts(found: Answered) -> list[Any]:
    rows = found.sheet("summary").rows
    return [cell.value for row in rows for cell in row if isinstance(cell, Cell) and isinstance(cell.value, str)]


def below(found: Answered, text: str) -> list[Any]:
    """What the row that begins with a text shows."""
    row = next(row for row in found.sheet("summary").rows if row and isinstance(row[0], Cell) and row[0].value == text)
    return [cell.value.cached for cell in row if isinstance(cell, Cell) and isinstance(cell.value, Formula)]


def test_every_step_has_its_share_of_all_and_of_the_step_before() -> None:
    touches = [{"lead_id": lead(i)["lead_id"]} for i in (1, 1, 2, 3)]
    found = answered([sheet_of("leads", [{} for _ in range(4)]), sheet_of("followups", touches)])
    assert below(found, say("funnel.entered", "zh")) == [4]
    assert below(found, say("funnel.touched", "zh")) == [3, 0.75, 0.75]
    assert below(found, say("funnel.again", "zh")) == [1, 0.25, 1 / 3]


def test_a_step_that_more_leads_came_to_than_to_the_one_before_has_no_share_of_it() -> None:
    found = answered([sheet_of("leads", [{"status": "成交"}, {"status": "成交"}]), sheet_of("followups", [{}, {}])])
    assert below(found, say("funnel.again", "zh"))[0] == 1
    assert below(found, say("funnel.won", "zh")) == [2, 1.0, NONE]


def test_without_any_touch_there_are_no_steps_of_touches() -> None:
    shown = texts(answered([sheet_of("leads", [{}])]))
    assert say("funnel.won", "zh") in shown
    assert not {say("funnel.touched", "zh"), say("column.touches", "zh"), say("column.touches_week", "zh")} & set(shown)


def test_states_that_nobody_is_in_are_left_out_but_what_is_late_always_stands() -> None:
    found = answered([sheet_of("leads", [{"entered_at": "2024-06-20"}]), sheet_of("followups", [{"followed_at": "2024-06-20"}])])
    shown = texts(found)
    assert say("first_touch.overdue", "zh") in shown
    assert say("follow_up.overdue", "zh") in shown
    assert say("follow_up.review_due", "zh") not in shown


def test_without_a_cycle_there_are_words() -> None:
    assert say("empty.cycle", "zh") in texts(answered([sheet_of("leads", [{}])]))


def test_weeks_show_what_was_won_only_where_it_is_known_when() -> None:
    def trend(**lead: Any) -> set[str]:
        wanted = {say(f"column.{key}", "zh"): key for key in ("new", "won", "amount")}
        rows = answered([sheet_of("leads", [{}, lead])]).sheet("summary").rows
        (header,) = (row for row in rows if row and isinstance(row[0], Cell) and row[0].value == say("column.week", "zh"))
        return {wanted[str(cell.value)] for cell in header if isinstance(cell, Cell) and cell.value in wanted}

    assert trend(status="成交") == {"new"}
    assert trend(status="流失") == {"new", "won"}


def test_leads_without_a_month_stand_behind_the_months() -> None:
    leads = [{"entered_at": f"2024-{month:02}-01"} for month in range(1, 7)] + [
        {"entered_at": f"2023-{month:02}-01"} for month in range(1, 13)
    ]
    found = answered([sheet_of("leads", [*leads, {"entered_at": None}])])
    shown = [rate.key for rate in recent(found.assessment.metrics.by_month)]
    assert shown == [*(f"2023-{month:02}" for month in range(8, 13)), *(f"2024-{month:02}" for month in range(1, 7)), None]
    assert below(found, say("group.blank", "zh")) == [1, 0, 0, 0.0, NONE]


def test_a_workbook_without_leads_says_so_and_has_no_empty_charts() -> None:
    sheet = answered([sheet_of("leads", [])]).sheet("summary")
    shown = [cell.value for row in sheet.rows for cell in row if isinstance(cell, Cell)]
    assert say("summary.empty", "zh") in shown
    assert (sheet.charts, say("section.owner", "zh") in shown) == ((), False)
