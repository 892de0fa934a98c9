"""Reminders as a calendar that Outlook and phones import (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from icalendar import Calendar

from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import AsOf
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.report.due import Due, due
from funnelbook.report.ics import ics

from ..funnel.build import AS_OF, assessed_grids, followup, sheet_of


def dues(*leads: dict[str, Any], as_of: dt.date = AS_OF, touched: str | None = None) -> list[Due]:
    grids = [sheet_of("leads", leads), sheet_of("followups", [] if touched is None else [{**followup(1), "followed_at": touched}])]
    rules = RuleBook.default()
    records = normalise(find_tables(grids, rules), rules)
    return due(assessed_grids(grids, as_of), records, "zh")


def first_touches(*leads: dict[str, Any], as_of: dt.date = AS_OF) -> list[Due]:
    return [one for one in dues(*leads, as_of=as_of) if one.reminder.rule == "sla.first_touch"]


def events(found: list[Due], as_of: dt.date = AS_OF, workbook: str = "a.xlsx") -> list[Any]:
    return Calendar.from_ical(ics(found, workbook, AsOf.of(as_of), "zh")).walk("VEVENT")


def test_a_late_reminder_stands_on_today_and_says_when_it_was_due() -> None:
    (event,) = events(first_touches({"entered_at": "2024-06-17"}))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (dt.date(2024, 6, 20), dt.date(2024, 6, 21))
    assert "2024-06-18" in event["description"]
    assert "202406001" in event["summary"]


def test_a_reminder_rings_on_the_morning_of_its_day() -> None:
    (event,) = events(first_touches({"entered_at": "2024-06-19"}))
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == dt.timedelta(hours=9)


def test_the_same_reminder_has_the_same_uid_and_a_later_import_updates_it() -> None:
    day = dt.timedelta(days=1)
    (one,), (later,) = (
        events(first_touches({"entered_at": "2024-06-17"})),
        events(first_touches({"entered_at": "2024-06-17"}, as_of=AS_OF + day), AS_OF + day),
    )
    assert one["uid"] == later["uid"]
    assert one["sequence"] < later["sequence"]


def test_reminders_of_other_leads_rules_and_workbooks_have_other_uids() -> None:
    found = dues({"entered_at": "2024-06-17"}, {"entered_at": "2024-06-17"}, {"entered_at": "2024-06-01"}, touched="2024-06-18")
    uids = [event["uid"] for name in ("a.xlsx", "b.xlsx") for event in events(found, workbook=name)]
    assert len(uids) == len(set(uids)) > 2


def test_the_same_reminders_give_the_same_bytes() -> None:
    found = dues({"entered_at": "2024-06-17"})
    assert ics(found, "a.xlsx", AsOf.of(AS_OF), "zh") == ics(found, "a.xlsx", AsOf.of(AS_OF), "zh")


def test_without_reminders_the_calendar_is_empty_but_sound() -> None:
    assert events([]) == []


def test_names_and_phones_can_be_masked() -> None:
    (one,) = first_touches({"entered_at": "2024-06-17", "contact": "李四", "phone": "13800138000"})
    (event,) = events([one.masked()])
    assert "13800138000" not in event["description"]
    assert "138****8000" in event["description"]
    assert "李四" not in event["summary"]
