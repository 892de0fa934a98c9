"""What became of every lead: result, closing date, amount and cycle, from the conversions table, else the deals (RULES.md 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..grid import Objects
from .calendar import Days, Moments, Numbers, day_difference, days
from .links import Links
from .model import Records
from .required import Mask
from .rulebook import RuleBook

RESULTS = ("won", "not_won", "lost", "nurturing", "open")
CLOSED = ("won", "not_won", "lost")


@dataclass(frozen=True, eq=False)
class Results:
    """Per lead, and the computed cycle of each conversion row."""

    result: Objects
    closed: Mask
    closed_on: Days
    """Closing date of the row that decides, else the lead's own signing date; NaT where none is typed."""
    amount: Numbers
    """In yuan; NaN where unknown."""
    cycle: Numbers
    """Days; NaN unless won and known."""
    row_cycle: Numbers
    """Per conversion that won: days from entry to close; NaN without both dates."""


def results(records: Mapping[str, Records], links: Links, entry: str, rules: RuleBook) -> Results:
    """Results of the leads: the last conversion with a known result, else the last such deal, else the own status or level, else open."""
    leads, table = records["leads"], records.get("conversions")
    size = len(leads)
    own = _own(leads, rules)
    entered = Moments.of(leads, entry)
    closed_on, amount, typed = np.full(size, np.datetime64("NaT", "D")), np.full(size, np.nan), np.full(size, np.nan)
    row_cycle = np.empty(0)
    if "progress" in records:
        _from_deals(records["progress"], links, rules, own, closed_on, amount)
    if table is not None:
        said = result_of(table, "result", rules)
        when = Moments.of(table, "closed_at")
        row_cycle = np.where(said == "won", _row_cycle(when, entered, links), np.nan)
        deciding = _last(links.lead_of("conversions"), pd.notna(said), size)
        has = deciding >= 0
        own[has] = said[deciding[has]]
        closed_on[has] = days(when.end)[deciding[has]]
        amount[has] = _column(table, "amount")[deciding[has]]
        typed[has] = _column(table, "cycle_days")[deciding[has]]
    if leads.has("signed_at"):
        signed = np.where(own == "won", days(Moments.of(leads, "signed_at").end), np.datetime64("NaT", "D"))
        closed_on = np.where(np.isnat(closed_on), signed, closed_on)
    cycle = _cycle(own, closed_on, entered, typed)
    return Results(own, np.isin(own, CLOSED), closed_on, amount, cycle, row_cycle)


def _own(leads: Records, rules: RuleBook) -> Objects:
    """Result by the lead's own status, else its level, else open."""
    result = np.full(len(leads), None, dtype=object)
    for name in ("status", "level"):
        if leads.has(name):
            said = leads.frame[name].map(rules.results).to_numpy(dtype=object)
            result = np.where(pd.notna(result), result, said)
    return np.where(pd.notna(result), result, "open").astype(object)


def _from_deals(deals: Records, links: Links, rules: RuleBook, own: Objects, closed_on: Days, amount: Numbers) -> None:
    """Fills in the leads that a deal decides; a day and an amount only where it was won, since they are planned before (002)."""
    said = result_of(deals, "status", rules)
    deciding = _last(links.lead_of("progress"), pd.notna(said), len(own))
    has = np.flatnonzero(deciding >= 0)
    own[has] = said[deciding[has]]
    won = has[own[has] == "won"]
    closed_on[won] = days(Moments.of(deals, "signed_at").end)[deciding[won]]
    amount[won] = _column(deals, "amount")[deciding[won]]


def result_of(table: Records, name: str, rules: RuleBook) -> Objects:
    """The result that the word in a column means for the lead, None for no word and one that means none."""
    if not table.has(name):
        return np.full(len(table), None, dtype=object)
    said: Objects = table.frame[name].map(rules.results).to_numpy(dtype=object)
    said[pd.isna(said)] = None
    return said


def _last(lead: np.ndarray, counts: Mask, size: int) -> np.ndarray:
    """Position of the last row of each lead that counts, -1 for none."""
    last = np.full(size, -1, dtype=np.int64)
    rows = np.flatnonzero(counts & (lead >= 0))
    last[lead[rows]] = rows
    return last


def _column(table: Records, name: str) -> Numbers:
    return table.frame[name].to_numpy(dtype=float) if table.has(name) else np.full(len(table), np.nan)


def _row_cycle(when: Moments, entered: Moments, links: Links) -> Numbers:
    start = np.append(entered.end, np.datetime64("NaT", "us"))[links.lead_of("conversions")]
    return day_difference(start, when.end)


def _cycle(result: Objects, closed_on: Days, entered: Moments, typed: Numbers) -> Numbers:
    """Calendar days of won leads; a negative one is ignored, and the typed one with it."""
    counted = day_difference(entered.end, closed_on)
    known = ~np.isnan(counted)
    cycle = np.where(known, np.where(counted >= 0, counted, np.nan), np.where(typed >= 0, typed, np.nan))
    return np.where(result == "won", cycle, np.nan)
