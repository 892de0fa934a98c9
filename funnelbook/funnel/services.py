"""One service per calendar quarter for customers of the highest grade (002; RULES.md 4)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..grid import Objects
from .accounts import Accounts
from .calendar import Days, Moments, days
from .deadlines import Deadlines
from .links import Links, Positions
from .model import AsOf, Records
from .required import Mask
from .rulebook import RuleBook

_MONTHS = 3
"""Of a calendar quarter; quarters are counted from the first of 1970."""
_NEVER = np.int64(-(1 << 40))


def quarterly_service(
    records: Mapping[str, Records], links: Links, known: Accounts, active: Mask, entry: str, rules: RuleBook, as_of: AsOf
) -> Deadlines | None:
    """What each *active* customer is owed: the first quarter after the last service, due on that quarter's last day.

    Without a service it is the quarter of the first delivery, else the first whole quarter after the lead's *entry*. None where the
    tables lack the grade or the kind of follow-up.
    """
    customers, log = records["customers"], records.get("followups")
    if not customers.has("grade") or log is None or not (log.has("kind") and log.has("followed_at")):
        return None
    given = _last_service(log, known, rules, as_of)[known.of("customers")]
    owed = np.where(given == _NEVER, _first_quarter(records, links, known, entry, as_of), given + 1)
    current = _quarter(np.array([as_of.date], dtype="datetime64[D]"))[0]
    of_grade = (customers.frame["grade"] == rules.marks["serviced_grade"]).to_numpy()
    unknown = (owed == _NEVER) | (known.of("customers") < 0)
    due = (np.where(unknown, 0, owed + 1) * _MONTHS).astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")
    fresh = (given == _NEVER) & (owed > current)
    states = [~of_grade | ~active, unknown, fresh, owed > current, owed < current, due == np.datetime64(as_of.date)]
    state: Objects = np.select(states, ["exempt", "undetermined", "waiting", "on_time", "overdue", "due"], "waiting").astype(object)
    runs = np.isin(state, ("waiting", "due", "overdue"))
    far: Mask = (state == "overdue") & (owed < current - 1)
    return Deadlines("service", "customers", state, np.where(runs, due, np.datetime64("NaT", "D")), far)


def _quarter(moments: Days) -> Positions:
    """Calendar quarter of each day, _NEVER where unknown."""
    return np.where(np.isnat(moments), _NEVER, moments.astype("datetime64[M]").astype(np.int64) // _MONTHS)


def _last_service(log: Records, known: Accounts, rules: RuleBook, as_of: AsOf) -> Positions:
    """Quarter of the last service of each customer up to as_of, and at the end _NEVER for rows without a customer."""
    when, theirs = Moments.of(log, "followed_at"), known.of("followups")
    served = (log.frame["kind"] == rules.marks["service"]).to_numpy() & when.known & ~when.after(as_of) & (theirs >= 0)
    last = np.full(known.size + 1, _NEVER, dtype=np.int64)
    np.maximum.at(last, theirs[served], _quarter(days(when.end)[served]))
    return last


def _first_quarter(records: Mapping[str, Records], links: Links, known: Accounts, entry: str, as_of: AsOf) -> Positions:
    """The first quarter that counts for each customer, _NEVER where neither delivery nor entry is known."""
    entered = Moments.of(records["leads"], entry)
    quarter = _quarter(np.where(entered.after(as_of), np.datetime64("NaT", "D"), days(entered.end)))
    after_entry = np.where(quarter == _NEVER, _NEVER, quarter + 1)
    by_lead: Positions = np.append(after_entry, _NEVER)[links.lead_of("customers")]
    if "deliveries" not in records:
        return by_lead
    deliveries, theirs = records["deliveries"], known.of("deliveries")
    delivered = Moments.of(deliveries, "delivered_at").else_(Moments.of(deliveries, "accepted_at"))
    done = delivered.known & ~delivered.after(as_of) & (theirs >= 0)
    first = np.full(known.size + 1, -_NEVER, dtype=np.int64)
    np.minimum.at(first, theirs[done], _quarter(days(delivered.end)[done]))
    mine = first[known.of("customers")]
    return np.where(mine == -_NEVER, by_lead, mine)
