"""Reminders: one for each limit that is passed, due today, or (pool) due tomorrow, by how far it is passed (RULES.md 4)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .calendar import day_difference
from .limits import Limits
from .model import AsOf, Records, Reminder

SEVERITIES = ("owner", "supervisor", "reassign")


def reminders(leads: Records, limits: Limits, as_of: AsOf) -> list[Reminder]:
    """Reminders of all leads, sorted by severity, due date and row."""
    found = [*_first_touch(leads, limits, as_of), *_cadence(leads, limits, as_of), *_pool(leads, limits)]
    return sorted(found, key=lambda r: (SEVERITIES.index(r.severity), str(r.due or "9999"), r.row, r.sheet, r.rule))


def _first_touch(leads: Records, limits: Limits, as_of: AsOf) -> Iterator[Reminder]:
    today = np.datetime64(as_of.date)
    overdue = limits.first_touch == "overdue"
    today_due = (limits.first_touch == "waiting") & (limits.first_touch_due <= today)
    far = overdue & (limits.first_touch_hours > 2 * limits.first_touch_limit)
    for position in np.flatnonzero(overdue | today_due):
        state = str(limits.first_touch[position])
        yield _reminder(leads, "sla.first_touch", "supervisor" if far[position] else "owner", state, int(position), limits.first_touch_due)


def _cadence(leads: Records, limits: Limits, as_of: AsOf) -> Iterator[Reminder]:
    state = limits.cadence
    late = day_difference(limits.next_touch, np.datetime64(as_of.date))
    far = (state == "overdue") & (late > limits.interval)
    for position in np.flatnonzero(pd.notna(state) & (state != "ok")):
        review = state[position] == "review_due"
        due = limits.review_on if review else limits.next_touch
        rule = "cadence.review" if review else "cadence"
        yield _reminder(leads, rule, "supervisor" if far[position] else "owner", str(state[position]), int(position), due)


def _pool(leads: Records, limits: Limits) -> Iterator[Reminder]:
    for position in np.flatnonzero(pd.notna(limits.pool)):
        state = str(limits.pool[position])
        severity = "reassign" if state == "pool" else "owner"
        yield _reminder(leads, "pool", severity, state, int(position), limits.pool_on)


def _reminder(leads: Records, rule: str, severity: str, state: str, position: int, due: np.ndarray) -> Reminder:
    owner = leads.frame["owner"].iat[position] if leads.has("owner") else None
    key = leads.frame["lead_id"].iat[position] if leads.has("lead_id") else None
    on = None if np.isnat(due[position]) else due[position].astype("datetime64[D]").item()
    return Reminder(rule, severity, state, "leads", leads.sheet_of(position), int(leads.row[position]), position, key, owner, on)
