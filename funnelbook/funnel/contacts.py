"""When a customer was last in contact, and when the next contact is due by the customer's grade (002; RULES.md 4)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..grid import Objects
from .accounts import Accounts
from .calendar import Days, Moments, day_difference, days
from .deadlines import Deadlines
from .model import AsOf, Records
from .required import Mask
from .rulebook import RuleBook

_CONTACTS = (("followups", "followed_at"), ("negotiations", "negotiated_at"))
"""What counts as a contact: a negotiation is one too."""


def last_contacts(records: Mapping[str, Records], known: Accounts, as_of: AsOf) -> Days:
    """Day of the last contact of each row of the customers' table, else that of its update; NaT without either.

    What lies after as_of is ignored.
    """
    never = np.iinfo(np.int64).min
    last = np.full(known.size + 1, never, dtype=np.int64)
    for kind, name in _CONTACTS:
        if kind in records and records[kind].has(name):
            when, account = Moments.of(records[kind], name), known.of(kind)
            counted = when.known & ~when.after(as_of) & (account >= 0)
            np.maximum.at(last, account[counted], days(when.end)[counted].astype(np.int64))
    customers = records["customers"]
    mine = last[known.of("customers")]
    updated = Moments.of(customers, "updated_at")
    otherwise = np.where(updated.after(as_of), np.datetime64("NaT", "D"), days(updated.end))
    return np.where(mine == never, otherwise, mine.astype("datetime64[D]"))


def customer_cadence(customers: Records, contact: Days, active: Mask, rules: RuleBook, as_of: AsOf) -> Deadlines:
    """The next contact of each customer by grade: due so many days after the last one, overdue after that day."""
    grades = {grade: rules.number(f"grade.{grade}.days") for grade in rules.vocabularies["grade"].canonical}
    allowed = pd.Series(customers.frame["grade"]).map(grades).to_numpy(dtype=float)
    gone = day_difference(contact, np.datetime64(as_of.date))
    known = ~np.isnan(allowed) & ~np.isnan(gone)
    states = [~known, ~active, gone > allowed, gone == allowed]
    state: Objects = np.select(states, ["undetermined", "exempt", "overdue", "due"], "waiting").astype(object)
    due = contact + np.nan_to_num(allowed).astype("timedelta64[D]")
    runs = np.isin(state, ("waiting", "due", "overdue"))
    far: Mask = runs & (gone > 2 * allowed)
    return Deadlines("customer cadence", "customers", state, np.where(runs, due, np.datetime64("NaT", "D")), far)
