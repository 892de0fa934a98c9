"""Reminders: one for each limit that is passed, due today, or (pool) due tomorrow, by how far it is passed (RULES.md 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from ..grid import Objects
from .calendar import Days, day_difference
from .deadlines import Deadlines
from .limits import Limits
from .links import Links
from .model import AsOf, Records
from .reminder import SEVERITIES, Reminders
from .required import Mask

__all__ = ["SEVERITIES", "reminders"]


def reminders(records: Mapping[str, Records], links: Links, limits: Limits, others: Sequence[Deadlines], as_of: AsOf) -> Reminders:
    """Reminders of all tables, sorted by severity, due date and row."""
    leads = records["leads"]
    found = [_first_touch(leads, limits, as_of), *_cadence(leads, limits, as_of), _pool(leads, limits)]
    return Reminders.together([*found, *(_deadlines(records, links, one) for one in others)])


def _first_touch(leads: Records, limits: Limits, as_of: AsOf) -> Reminders:
    overdue = limits.first_touch == "overdue"
    today_due = (limits.first_touch == "waiting") & (limits.first_touch_due <= np.datetime64(as_of.date))
    far = overdue & (limits.first_touch_hours > 2 * limits.first_touch_limit)
    return _reminders(leads, "sla.first_touch", overdue | today_due, _severity(far), limits.first_touch, limits.first_touch_due)


def _cadence(leads: Records, limits: Limits, as_of: AsOf) -> Iterator[Reminders]:
    """The two weeks of an A lead and its next touch are limits of their own, whichever state is shown."""
    today = np.datetime64(as_of.date)
    runs = pd.notna(limits.cadence)
    review = runs & ~np.isnat(limits.review_on)
    old = day_difference(limits.review_on, today) > limits.review_days
    state: Objects = np.full(len(leads), "review_due", dtype=object)
    yield _reminders(leads, "cadence.review", review, _severity(old), state, limits.review_on)
    overdue = limits.cadence == "overdue"
    far = overdue & (day_difference(limits.next_touch, today) > limits.interval)
    state = np.where(overdue, "overdue", "due").astype(object)
    yield _reminders(leads, "cadence", runs & (limits.next_touch <= today), _severity(far), state, limits.next_touch)


def _pool(leads: Records, limits: Limits) -> Reminders:
    severity = np.where(limits.pool == "pool", "reassign", "owner").astype(object)
    return _reminders(leads, "pool", pd.notna(limits.pool), severity, limits.pool, limits.pool_on)


def _deadlines(records: Mapping[str, Records], links: Links, one: Deadlines) -> Reminders:
    """What is passed or due today and not yet done, or weak; who answers for it: the row's own person, else the lead's owner."""
    of, leads = records[one.kind], records["leads"]
    wanted = np.isin(one.state, ("due", "overdue", "weak"))
    if one.kind == "leads":
        return _reminders(leads, one.rule, wanted, _severity(one.far), one.state, one.due)
    lead = links.lead_of(one.kind)
    key, theirs = (np.append(_column(leads, name), np.array([None], dtype=object))[lead] for name in ("lead_id", "owner"))
    own = _column(of, "followed_by" if one.kind == "followups" else "owner")
    owner = np.where(pd.notna(own), own, theirs)
    return _reminders(of, one.rule, wanted, _severity(one.far), one.state, one.due, key, owner)


def _column(of: Records, name: str) -> Objects:
    """A column of texts; None throughout where the table lacks it."""
    found: Objects = of.frame[name].to_numpy() if of.has(name) else np.full(len(of), None, dtype=object)
    return found


def _severity(far: Mask) -> Objects:
    severity: Objects = np.where(far, "supervisor", "owner").astype(object)
    return severity


def _reminders(
    of: Records,
    rule: str,
    wanted: Mask,
    severity: Objects,
    state: Objects,
    due: Days,
    key: Objects | None = None,
    owner: Objects | None = None,
) -> Reminders:
    """Reminders of one rule; every column is that of all records of the table."""
    at = np.flatnonzero(wanted)
    keys, owners = _column(of, "lead_id") if key is None else key, _column(of, "owner") if owner is None else owner
    sheets = np.array([table.sheet for table in of.tables], dtype=object)
    return Reminders(
        rule=np.full(len(at), rule, dtype=object),
        severity=severity[at],
        state=state[at],
        kind=np.full(len(at), of.kind, dtype=object),
        sheet=sheets[of.table[at]],
        row=of.row[at],
        position=at,
        lead_id=keys[at],
        owner=owners[at],
        due=due[at].astype("datetime64[D]"),
    )
