"""Time limits of 003: first touch, cadence, the A lead's two weeks, the public pool; and which state is shown (RULES.md 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..grid import Objects
from .calendar import Days, Moments, Numbers, as_moments, day_difference, days, hour_difference, within_hours
from .links import Links, key_of
from .model import AsOf, Records
from .required import Mask
from .results import Results
from .rulebook import RuleBook
from .touches import Touches

FIRST_TOUCH = ("on_time", "late", "overdue", "waiting", "exempt", "undetermined")
FOLLOW_UP = ("ok", "due", "overdue", "review_due", "pool", "pool_tomorrow", "pool_candidate", "closed", "undetermined")


@dataclass(frozen=True, eq=False)
class Limits:
    """Per lead."""

    first_touch: Objects
    first_touch_due: Days
    first_touch_hours: Numbers
    """Elapsed until the first touch, or until as_of."""
    first_touch_limit: Numbers
    by_day: Mask
    """First touch was judged by calendar days, since an hour is missing."""
    follow_up: Objects
    cadence: Objects
    """ok, due, overdue, review_due; None where no cadence runs."""
    next_touch: Days
    """Due date of the cadence, past or not; NaT where none runs."""
    interval: Numbers
    review_on: Days
    """Day of the two weeks' end; NaT before it."""
    review_days: float
    pool: Objects
    """pool, pool_tomorrow, pool_candidate, or None."""
    pool_on: Days
    """Day on which the lead goes to the pool."""


@dataclass(frozen=True, eq=False)
class _Case:
    """What the limits look at, per lead."""

    grade: Objects
    touch_grade: Objects
    """What sets the limit of the first touch: the tier in force, or 001's priority."""
    start: Moments
    touches: Touches
    closed: Mask
    on_hold: Mask
    key_status: Mask
    unsound: Mask
    """Entry or assignment after as_of."""
    as_of: AsOf
    rules: RuleBook

    @property
    def unknown(self) -> Mask:
        """Nothing can be said about the time limits of these."""
        return ~self.touches.judged | self.unsound

    @property
    def stopped(self) -> Mask:
        """No limit runs for these."""
        return self.closed | self.on_hold | self.unknown


def limits(
    records: Mapping[str, Records],
    links: Links,
    touches: Touches,
    results: Results,
    grade: Objects,
    profile: str,
    rules: RuleBook,
    as_of: AsOf,
) -> Limits:
    """The states of every lead; *grade* is the tier in force, or None. 001 sets the first touch by its priority (RULES.md 4)."""
    leads = records["leads"]
    own = rules.profiles[profile]
    entered, assigned, start = Moments.of(leads, own.entry), Moments.of(leads, "assigned_at"), Moments.unknown(len(leads))
    for name in (*own.clock, own.entry):
        start = start.else_(Moments.of(leads, name))
    status = leads.frame["status"].to_numpy() if leads.has("status") else np.full(len(leads), None, dtype=object)
    case = _Case(
        grade=grade,
        touch_grade=key_of(leads, own.first_touch_by) if own.first_touch_by else grade,
        start=start.at_end(),
        touches=touches,
        closed=results.closed,
        on_hold=status == rules.marks["on_hold"],
        key_status=status == rules.marks["key_status"],
        unsound=entered.after(as_of) | assigned.after(as_of),
        as_of=as_of,
        rules=rules,
    )
    first, hours, limit, due_first, by_day = _first_touch(case)
    cadence, due, interval, review_on = _cadence(case)
    pool, pool_on = _pool(case, assigned.at_end().latest(entered.at_end())) if profile in ("tracking", "registry") else _no_pool(len(leads))
    shown = _shown(case, cadence, pool)
    return Limits(
        first, due_first, hours, limit, by_day, shown, cadence, due, interval, review_on, rules.number("cadence.A.review"), pool, pool_on
    )


def _per_grade(case: _Case, rule: str, grade: Objects) -> Numbers:
    """A number per tier, NaN for D and without a tier."""
    worth = {letter: case.rules.number(f"{rule}.{letter}") for letter in ("A", "B", "C")}
    return np.asarray(pd.Series(grade, dtype=object).map(worth), dtype=np.float64)


def _first_touch(case: _Case) -> tuple[Objects, Numbers, Numbers, Days, Mask]:
    limit, first = _per_grade(case, "first_touch", case.touch_grade), case.touches.first
    now = as_moments(case.as_of, len(limit))
    until = Moments(np.where(first.known, first.start, now.start), now.end, np.where(first.known, first.timed, now.timed))
    met, by_day = within_hours(case.start, until, limit), ~(case.start.timed & until.timed)
    never = ~first.known
    unknown = case.unknown | ~case.start.known | np.isnan(limit) | (case.closed & never)
    states = [case.touch_grade == "D", unknown, ~never & met, ~never, met]
    state = _said(states, ["exempt", "undetermined", "on_time", "late", "waiting"], "overdue")
    elapsed_days = day_difference(case.start.start, until.start)
    hours = np.where(by_day, elapsed_days * 24, hour_difference(case.start.start, until.start))
    whole = np.nan_to_num(limit, nan=0.0)
    exact = days(case.start.start + (whole * 3600).astype("timedelta64[s]"))
    dated = days(case.start.start) + np.floor(whole / 24).astype("timedelta64[D]")
    due = np.where(case.start.timed, exact, dated)
    return state, hours, limit, due, by_day


def _cadence(case: _Case) -> tuple[Objects, Days, Numbers, Days]:
    """Calendar dates, whatever the hour; an A lead falls to B's cadence two weeks after its first touch."""
    rules, today = case.rules, np.datetime64(case.as_of.date)
    first = days(case.touches.first.start)
    review_on = first + np.timedelta64(int(rules.number("cadence.A.review")), "D")
    reviewed = (case.grade == "A") & (review_on <= today) & ~case.key_status & ~case.closed
    interval = np.where(reviewed, rules.number("cadence.B"), _per_grade(case, "cadence", case.grade))
    base = days(case.touches.last.else_(case.start).end)
    due = base + np.nan_to_num(interval, nan=0.0).astype("timedelta64[D]")
    as_b = (case.grade == "B") | reviewed
    forgiven = as_b & (case.touches.recent >= rules.number("cadence.B.touches"))
    none = case.stopped | np.isnan(interval) | np.isnat(base)
    states = [none, (due < today) & ~forgiven, reviewed, due <= today]
    state = _said(states, [None, "overdue", "review_due", "due"], "ok")
    return state, np.where(none, np.datetime64("NaT", "D"), due), interval, np.where(reviewed, review_on, np.datetime64("NaT", "D"))


def _pool(case: _Case, begun: Moments) -> tuple[Objects, Days]:
    """More than so many full days without a touch since entry, assignment or the last touch; D may be moved, others should."""
    allowed = int(case.rules.number("pool.days"))
    since = begun.latest(case.touches.last.at_end())
    by_date = day_difference(since.start, np.datetime64(case.as_of.date))
    by_hour = np.floor(hour_difference(since.start, np.datetime64(case.as_of.moment)) / 24)
    full = np.where(since.timed & (not case.as_of.dated), by_hour, by_date)
    below = case.grade == "D"
    states = [case.stopped | np.isnan(full), below & (full > allowed), below, full > allowed, full == allowed]
    pool = _said(states, [None, "pool_candidate", None, "pool", "pool_tomorrow"], None)
    return pool, np.where(case.stopped, np.datetime64("NaT", "D"), days(since.start) + np.timedelta64(allowed + 1, "D"))


def _no_pool(size: int) -> tuple[Objects, Days]:
    return np.full(size, None, dtype=object), np.full(size, np.datetime64("NaT", "D"))


def _shown(case: _Case, cadence: Objects, pool: Objects) -> Objects:
    """In this order: closed > undetermined > pool > pool_tomorrow > overdue > review_due > due > ok."""
    based = case.start.known | case.touches.last.known
    fine = case.on_hold | ((case.grade == "D") & based)
    states = [case.closed, case.unknown, pd.notna(pool), pd.notna(cadence), fine]
    return _said(states, ["closed", "undetermined", pool, cadence, "ok"], "undetermined")


def _said(states: Sequence[Mask], words: Sequence[str | Objects | None], otherwise: str | None) -> Objects:
    """The word, or the column's word, of the first state that holds."""
    said: Objects = np.full(len(states[0]), otherwise, dtype=object)
    for state, word in reversed(list(zip(states, words, strict=True))):
        said[state] = word[state] if isinstance(word, np.ndarray) else word
    return said
