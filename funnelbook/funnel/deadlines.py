"""Limits from one date of a row to another: registered, reviewed, planned, recorded, assigned, answered in time (RULES.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..grid import Objects
from .calendar import Days, Moments, Numbers, as_moments, day_difference, days, hour_difference, within_hours
from .model import AsOf, Records
from .required import Mask, is_filled
from .results import Results
from .rulebook import RuleBook

STATES = ("on_time", "late", "waiting", "due", "overdue", "undetermined", "exempt")
"""Done within the limit, done after it; not done: in time, today is the last day, too late; a date is missing; no limit here."""


@dataclass(frozen=True, eq=False)
class Deadlines:
    """One limit over all records of one table."""

    rule: str
    kind: str
    state: Objects
    """One of STATES per record."""
    due: Days
    """The last day of the limit; NaT where none runs."""
    far: Mask
    """Passed by more than the limit itself: the supervisor is copied."""


def deadlines(records: Mapping[str, Records], results: Results, rules: RuleBook, as_of: AsOf) -> list[Deadlines]:
    """The limits of [[deadline]] of the rule book whose columns are there, whatever the profile."""
    found = []
    for wanted in rules.deadlines:
        of = records.get(wanted.table)
        if of is None or not of.has(wanted.until) or not any(of.has(name) for name in wanted.since):
            continue
        start = Moments.unknown(len(of))
        for name in wanted.since:
            start = start.else_(Moments.of(of, name))
        runs = ~results.closed if wanted.table == "leads" else np.ones(len(of), dtype=bool)
        if wanted.only:
            runs &= np.isin(of.frame[wanted.where].to_numpy(), wanted.only) if of.has(wanted.where) else False
        hours = rules.number(wanted.hours)
        found.append(within(wanted.rule, of, start.at_end(), _until(of, wanted.until, start, rules), hours, runs, as_of))
    return found


def _until(of: Records, name: str, start: Moments, rules: RuleBook) -> Moments:
    """When it was done; a field that is no date (002, whom a lead was given to) says only that it was, which counts as in time."""
    if rules.tables[of.kind].fields[name].kind == "date":
        return Moments.of(of, name)
    nothing, done = Moments.unknown(len(of)), is_filled(of, name)
    return Moments(np.where(done, start.start, nothing.start), np.where(done, start.end, nothing.end), done & start.timed)


def within(rule: str, of: Records, start: Moments, until: Moments, hours: float, runs: Mask, as_of: AsOf) -> Deadlines:
    """Deadlines of so many hours from *start* to *until*, for the records in which it *runs* (RULES.md 1.3)."""
    now = as_moments(as_of, len(of))
    done = until.known & ~until.after(as_of)
    ends = Moments(np.where(done, until.start, now.start), now.end, np.where(done, until.timed, now.timed))
    limit: Numbers = np.full(len(of), float(hours))
    met = within_hours(start, ends, limit)
    exact = days(start.start + np.timedelta64(int(hours * 3600), "s"))
    dated = days(start.start) + np.timedelta64(int(np.floor(hours / 24)), "D")
    due = np.where(start.timed, exact, dated)
    today = np.datetime64(as_of.date)
    elapsed = np.where(start.timed & ends.timed, hour_difference(start.start, ends.start), day_difference(start.start, ends.start) * 24)
    state: Objects = np.full(len(of), "overdue", dtype=object)
    state[met] = "waiting"
    state[met & (due == today)] = "due"
    state[done] = np.where(met, "on_time", "late")[done]
    state[start.after(as_of)] = "undetermined"
    state[~start.known] = "undetermined"
    state[~runs & start.known] = "exempt"
    open_ = np.isin(state, ("waiting", "due", "overdue"))
    far: Mask = (state == "overdue") & (elapsed > 2 * hours)
    return Deadlines(rule, of.kind, state, np.where(open_, due, np.datetime64("NaT", "D")), far)
