"""Working days: Monday to Friday less China's public holidays, plus the make-up days, with the company's own exceptions (RULES.md 1.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..grid import Objects
from .calendar import Days, Moments, days
from .deadlines import Deadlines
from .model import AsOf, Records
from .results import Results
from .rulebook import RuleBook


def entry_deadline(leads: Records, results: Results, rules: RuleBook, as_of: AsOf) -> Deadlines:
    """The entry of 000: so many working days after the first contact the lead is in the table.

    Whole days count, whatever the hour: who is met on a Friday is entered by the end of Monday.
    """
    met, entered = Moments.of(leads, "first_contact_at").at_end(), Moments.of(leads, "entered_at")
    allowed, today = int(rules.number("entry.workdays")), np.datetime64(as_of.date)
    due, far = (workdays_after(days(met.start), n, rules.holidays, rules.workdays) for n in (allowed, 2 * allowed))
    done = entered.known & ~entered.after(as_of)
    state: Objects = np.where(today > due, "overdue", np.where(today == due, "due", "waiting")).astype(object)
    state[done] = np.where(days(entered.start) <= due, "on_time", "late")[done]
    state[~met.known | met.after(as_of)] = "undetermined"
    state[results.closed & met.known] = "exempt"
    open_ = np.isin(state, ("waiting", "due", "overdue"))
    return Deadlines("entry", "leads", state, np.where(open_, due, np.datetime64("NaT", "D")), (state == "overdue") & (today > far))


def workdays_after(start: Days, count: int, off: Iterable[dt.date] = (), on: Iterable[dt.date] = ()) -> Days:
    """The working day that comes so many working days after each day; NaT of NaT. *off* and *on* are the company's own exceptions."""
    codes, distinct = pd.factorize(start)
    known: list[dt.date] = distinct.astype("datetime64[D]").astype(object).tolist()
    later = _after(known, count, frozenset(off), frozenset(on)) if known else {}
    table = np.array([*(np.datetime64(later[day], "D") for day in known), np.datetime64("NaT", "D")], dtype="datetime64[D]")
    out: Days = table[codes]
    return out


def _after(known: Iterable[dt.date], count: int, off: frozenset[dt.date], on: frozenset[dt.date]) -> Mapping[dt.date, dt.date]:
    from holidays.countries.china import China  # 0.2 s that only these workbooks need

    years = {day.year for day in known}
    official = China(years=sorted(years | {year + 1 for year in years}))  # type: ignore[no-untyped-call]  # its __init__ has no annotations
    found = {}
    for day in known:
        left, then = count, day
        while left:
            then += dt.timedelta(days=1)
            left -= then in on or (then not in off and official.is_working_day(then))
        found[day] = then
    return found
