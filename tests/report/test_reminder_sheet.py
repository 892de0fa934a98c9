"""The reminders sheet: per owner, the most urgent first, with the user's remarks (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funnelbook.edits import Link
from funnelbook.report.reminder_sheet import COLUMNS, HEADER_ROW, remark_key
from funnelbook.words import LANGUAGES, say

from ..funnel.build import AS_OF, sheet_of
from .sheets import Answered, answered, read_back, table_below, values

LEADS = [
    {"owner": "李四", "entered_at": "2024-06-18"},
    {"owner": "张三", "entered_at": "2024-06-01"},
    {"owner": "张三", "entered_at": "2024-06-19"},
    {"owner": None, "entered_at": "2024-06-01"},
    {"owner": "李四", "entered_at": "2024-06-19", "lead_id": None},
]


def reminded(lang: str = "zh", leads: Any = LEADS) -> Answered:
    return answered([sheet_of("leads", leads), sheet_of("followups", [])], lang=lang)


def listed(found: Answered, lang: str = "zh") -> list[dict[str, Any]]:
    return table_below(found.sheet("reminders"), say("reminders.owner", lang))


def column(found: Answered, key: str) -> list[Any]:
    return [row[say(f"reminders.{key}", "zh")] for row in listed(found)]


def test_there_is_one_row_a_reminder_with_leads_of_nobody_first() -> None:
    found = reminded()
    owners = column(found, "owner")
    assert len(owners) == len(found.assessment.reminders)
    assert owners[0] == say("reminders.nobody", "zh")
    assert owners == sorted(owners, key=lambda name: (name != say("reminders.nobody", "zh"), name))


def test_within_an_owner_the_most_urgent_come_first() -> None:
    order = [say(f"urgency.{code}", "zh") for code in ("reassign", "supervisor", "owner")]
    rows = [
        (owner, order.index(urgency)) for owner, urgency in zip(column(reminded(), "owner"), column(reminded(), "urgency"), strict=True)
    ]
    for owner in {owner for owner, _ in rows}:
        mine = [urgency for name, urgency in rows if name == owner]
        assert mine == sorted(mine)


def test_a_row_says_what_is_due_and_how_late_it_is() -> None:
    rows = [row for row in listed(reminded()) if row[say("reminders.lead", "zh")] == Link("202406001", "'线索信息表'!A2")]
    row = next(row for row in rows if str(row[say("reminders.code", "zh")]).startswith("sla.first_touch"))
    assert row[say("reminders.due", "zh")] == dt.date(2024, 6, 19)
    assert row[say("reminders.late", "zh")] == 1
    assert row[say("reminders.matter", "zh")] == say("reminder.sla.first_touch.overdue", "zh")
    assert row[say("reminders.phone", "zh")] == "13800138001"


def test_what_is_due_today_is_not_late() -> None:
    assert min(column(reminded(), "late")) == 0
    assert all(due is None or due <= AS_OF + dt.timedelta(days=1) for due in column(reminded(), "due"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_reminders_it_says_so(lang: str) -> None:
    found = reminded(lang, [{"entered_at": "2024-06-20"}])
    sheet = found.sheet("reminders")
    assert found.assessment.reminders == ()
    assert sheet.bulk == ()
    assert values(sheet)[2] == [say("reminders.none", lang)]


def test_the_counts_stand_above() -> None:
    found = reminded()
    counts = {code: sum(r.severity == code for r in found.assessment.reminders) for code in ("owner", "supervisor", "reassign")}
    assert values(found.sheet("reminders"))[2] == [say("reminders.counts", "zh", **counts)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reminder_has_its_words(lang: str) -> None:
    for row in listed(reminded(lang), lang):
        assert all(row[say(f"reminders.{key}", lang)] for key in ("owner", "urgency", "matter", "lead", "code"))


def test_the_key_of_a_remark_survives_writing_and_reading() -> None:
    found = reminded()
    written = [remark_key(row) for row in zip(*(column.values for column in found.sheet("reminders").bulk), strict=True)]
    (grid,) = read_back(found.sheet("reminders"))
    rows = range(HEADER_ROW + 1, grid.height + 1)
    assert [remark_key([grid.value(row, column) for column in range(1, len(COLUMNS) + 1)]) for row in rows] == written
    assert len(set(written)) == len(written)
