"""Checks between columns and tables: order of dates, joins, owners, typed against counted (RULES.md 2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .calendar import Moments, days
from .industries import unknown_industries
from .links import Links, key_of
from .model import AsOf, Finding, Records
from .required import Mask, is_filled, required_fields
from .results import Results
from .rulebook import RuleBook
from .statuses import status_moves
from .touches import Touches
from .validate import at


def check(
    records: Mapping[str, Records],
    links: Links,
    touches: Touches,
    results: Results,
    profile: str,
    rules: RuleBook,
    as_of: AsOf,
) -> list[Finding]:
    """Findings that need more than one cell."""
    entry = rules.profiles[profile].entry
    return [
        *_keys(records, links),
        *_lead_dates(records["leads"], entry, results, as_of),
        *_log_dates(records, links, entry, as_of),
        *_closing_dates(records, links, entry),
        *_owners(records["leads"], profile, results, rules),
        *_counted(records["leads"], touches),
        *_cycles(records, results),
        *unknown_industries(records["leads"], profile, rules),
        *status_moves(records, links, profile, rules, as_of),
    ]


def _keys(records: Mapping[str, Records], links: Links) -> list[Finding]:
    leads = records["leads"]
    found = at(leads, np.flatnonzero(links.duplicate), "key.duplicate", "error", "lead_id")
    for kind, unknown in links.unknown.items():
        found += _unknown_keys(records[kind], unknown)
    if "customers" in records:
        twice = pd.Series(key_of(records["customers"], "customer_id"), dtype=object)
        twice_there = twice.duplicated(keep=False).to_numpy() & twice.notna().to_numpy()
        found += at(records["customers"], np.flatnonzero(twice_there), "key.duplicate", "error", "customer_id")
    if "conversions" in records and records["conversions"].has("lead_id"):
        table = records["conversions"]
        again = table.frame["lead_id"]
        many = (again.duplicated() & again.isin(links.key[pd.notna(links.key)])).to_numpy()
        found += at(table, np.flatnonzero(many), "conversion.many", "warning", "lead_id")
    return found


def _unknown_keys(of: Records, unknown: Mask) -> list[Finding]:
    """Ids that nobody bears, at the first id of the row."""
    found = []
    for name in ("lead_id", "customer_id", "contract_no"):
        named = pd.notna(key_of(of, name)) & unknown
        found += at(of, np.flatnonzero(named), "key.unknown", "error", name)
        unknown = unknown & ~named
    return found


def _lead_dates(leads: Records, entry: str, results: Results, as_of: AsOf) -> list[Finding]:
    """Entry or assignment after as_of, assignment, signing or expected close before the entry, an expected close that is past."""
    entered, assigned, close = (Moments.of(leads, name) for name in (entry, "assigned_at", "expected_close"))
    found = at(leads, np.flatnonzero(entered.after(as_of)), "date.order", "error", entry, reason="after_as_of")
    bad = assigned.after(as_of)
    found += at(leads, np.flatnonzero(bad), "date.order", "error", "assigned_at", reason="after_as_of")
    found += at(
        leads, np.flatnonzero(_before(assigned, entered) & ~bad), "date.order", "error", "assigned_at", reason="before_entry", entry=entry
    )
    signed = _before(Moments.of(leads, "signed_at"), entered)
    found += at(leads, np.flatnonzero(signed), "date.order", "error", "signed_at", reason="before_entry", entry=entry)
    early = days(close.end) < days(entered.start)
    found += at(leads, np.flatnonzero(early), "date.order", "error", "expected_close", reason="before_entry", entry=entry)
    past = (days(close.end) < np.datetime64(as_of.date)) & ~results.closed
    return found + at(leads, np.flatnonzero(past), "close.overdue", "warning", "expected_close")


def _before(one: Moments, other: Moments) -> Mask:
    """Certainly before: by the hour where both have one, else by the day; a month counts to its last day."""
    both = one.timed & other.timed
    return np.where(both, one.start < other.start, days(one.end) < days(other.start))


def _log_dates(records: Mapping[str, Records], links: Links, entry: str, as_of: AsOf) -> list[Finding]:
    log = records.get("followups")
    if log is None or not log.has("followed_at"):
        return []
    when = Moments.of(log, "followed_at")
    late = when.after(as_of)
    found = at(log, np.flatnonzero(late), "date.order", "error", "followed_at", reason="after_as_of")
    early = _before(when, _of_lead(records["leads"], entry, links.lead_of("followups"))) & ~late
    return found + at(log, np.flatnonzero(early), "date.order", "error", "followed_at", reason="before_entry", entry=entry)


def _closing_dates(records: Mapping[str, Records], links: Links, entry: str) -> list[Finding]:
    table = records.get("conversions")
    if table is None or not table.has("closed_at"):
        return []
    early = _before(Moments.of(table, "closed_at"), _of_lead(records["leads"], entry, links.lead_of("conversions")))
    return at(table, np.flatnonzero(early), "date.order", "error", "closed_at", reason="before_entry", entry=entry)


def _of_lead(leads: Records, name: str, lead: np.ndarray) -> Moments:
    """A lead's date beside each row that is joined to it."""
    theirs, nothing = Moments.of(leads, name), np.datetime64("NaT", "us")
    return Moments(np.append(theirs.start, nothing)[lead], np.append(theirs.end, nothing)[lead], np.append(theirs.timed, False)[lead])


def _owners(leads: Records, profile: str, results: Results, rules: RuleBook) -> list[Finding]:
    """Open leads without an owner where none is required anyway; several people in one cell."""
    if not leads.has("owner"):
        return []
    found = at(leads, np.flatnonzero(leads.frame["owner.many"].to_numpy()), "owner.many", "error", "owner")
    if "owner" not in required_fields("leads", profile, rules):
        nobody = ~is_filled(leads, "owner") & ~results.closed
        found += at(leads, np.flatnonzero(nobody), "owner.none", "error", "owner")
    return found


def _counted(leads: Records, touches: Touches) -> list[Finding]:
    """The typed number of follow-ups and the typed last one, against the log."""
    found = []
    known = ~np.isnan(touches.count)
    if leads.has("follow_up_count"):
        typed = leads.frame["follow_up_count"].to_numpy()
        differs = known & ~np.isnan(typed) & (typed != touches.count)
        found += [
            f
            for p in np.flatnonzero(differs)
            for f in at(leads, [p], "count.differs", "warning", "follow_up_count", counted=int(touches.count[p]))
        ]
    if leads.has("last_follow_up_at"):
        typed_last, last = days(Moments.of(leads, "last_follow_up_at").end), days(touches.last.start)
        differs = touches.judged & ~np.isnat(typed_last) & ~(typed_last == last)
        found += at(leads, np.flatnonzero(differs), "last_touch.differs", "warning", "last_follow_up_at")
    return found


def _cycles(records: Mapping[str, Records], results: Results) -> list[Finding]:
    """The typed cycle against closing date less entry, where both are known."""
    table = records.get("conversions")
    if table is None or not table.has("cycle_days"):
        return []
    typed, counted = table.frame["cycle_days"].to_numpy(), results.row_cycle
    differs = (counted >= 0) & ~np.isnan(typed) & (typed != counted)
    return [f for p in np.flatnonzero(differs) for f in at(table, [p], "cycle.differs", "warning", "cycle_days", counted=int(counted[p]))]
