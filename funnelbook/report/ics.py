"""Reminders as an iCalendar file that Outlook and phones import: one all-day event with an alarm for each (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from icalendar import Alarm, Calendar, Event

from ..funnel.model import AsOf
from ..words import say
from .due import Due

_ALARM = dt.timedelta(hours=9)
"""From the beginning of the day."""
_EPOCH = dt.date(2000, 1, 1)
_PRIORITY = {"reassign": 1, "supervisor": 1, "owner": 5}


def ics(dues: Sequence[Due], workbook: str, as_of: AsOf, lang: str) -> bytes:
    """The calendar; the same reminder has the same UID, and a greater SEQUENCE on a later day, so that a second import updates it.

    What is late stands on the day of as_of, since nobody looks at yesterday. *workbook* tells the same lead of two teams apart.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//funnelbook//reminders//" + lang.upper())
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("reminders.title", lang))
    for one in dues:
        calendar.add_component(_event(one, workbook, as_of, lang))
    return bytes(calendar.to_ical())


def uid(one: Due, workbook: str) -> str:
    """Of the rule and the row's id; where a lead has several rows, of the day too."""
    reminder = one.reminder
    parts = [workbook, reminder.rule, reminder.kind, reminder.lead_id or f"{reminder.sheet}!{reminder.row}"]
    if reminder.kind != "leads":
        parts.append(str(reminder.due))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32] + "@funnelbook"


def _event(one: Due, workbook: str, as_of: AsOf, lang: str) -> Event:
    event, due = Event(), one.reminder.due or as_of.date
    day = max(due, as_of.date)
    who = " · ".join(str(text) for text in (one.company, one.contact) if text is not None)
    event.add("uid", uid(one, workbook))
    event.add("dtstamp", dt.datetime.combine(as_of.date, dt.time(), dt.UTC))
    event.add("sequence", (as_of.date - _EPOCH).days)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", f"{one.name} {who}: {one.matter}" if who else f"{one.name}: {one.matter}")
    lines = [say("ics.owner", lang, owner=one.owner or say("reminders.nobody", lang)), say("ics.due", lang, date=due.isoformat())]
    if one.phone is not None:
        lines.append(say("ics.phone", lang, phone=str(one.phone)))
    lines.append(f"{workbook} {one.place}")
    event.add("description", "\n".join(lines))
    event.add("priority", _PRIORITY[one.reminder.severity])
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one.matter)
    alarm.add("trigger", _ALARM)
    event.add_component(alarm)
    return event
