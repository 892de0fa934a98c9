"""The follow-ups of each lead: how many, the first, the last, how many lately (RULES.md 4, "Touches")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .calendar import Moments, Numbers, day_difference
from .links import Links
from .model import AsOf, Records, frame_of
from .required import Mask
from .rulebook import RuleBook


@dataclass(frozen=True, eq=False)
class Touches:
    """Per lead; *judged* where first touch and cadence can be judged at all."""

    count: Numbers
    """NaN where nothing can be joined."""
    first: Moments
    last: Moments
    recent: Numbers
    """On the last dates of the window of `cadence.B.window`."""
    judged: Mask
    gap: Numbers
    """Per follow-up: days since the one before it of the same lead; NaN for the first."""
    counted: Mask
    """Per follow-up: readable and not after as_of."""


def touches(records: Mapping[str, Records], links: Links, rules: RuleBook, as_of: AsOf) -> Touches:
    """Touches of every lead; a follow-up after as_of is ignored, one with an unreadable time counts in the number only."""
    leads, log = records["leads"], records.get("followups")
    size = len(leads)
    if log is None or not log.has("followed_at") or not log.has("lead_id"):
        nothing = np.full(size, np.nan)
        empty = np.empty(0) if log is None else np.full(len(log), np.nan)
        counted = np.zeros(len(empty), dtype=bool)
        return Touches(nothing, Moments.unknown(size), Moments.unknown(size), nothing, np.zeros(size, dtype=bool), empty, counted)
    when = Moments.of(log, "followed_at")
    late = when.after(as_of)
    counted = when.known & ~late
    lead = links.lead_of("followups")
    number = np.bincount(lead[(lead >= 0) & ~late], minlength=size).astype(float)
    dated = _by_now(when, as_of)
    order = np.lexsort((dated.start, lead))
    order = order[(lead[order] >= 0) & counted[order]]
    first, last = _ends(lead[order], order, dated, size)
    window = int(rules.number("cadence.B.window"))
    ago = day_difference(dated.start, np.datetime64(as_of.date))
    lately = counted & (lead >= 0) & (ago >= 0) & (ago < window)
    recent = np.bincount(lead[lately], minlength=size).astype(float)
    judged = links.joinable & (first.known | (number == 0))
    return Touches(np.where(links.joinable, number, np.nan), first, last, recent, judged, _gaps(lead, order, dated), counted)


def _by_now(when: Moments, as_of: AsOf) -> Moments:
    """With the last day for a month that is given without a day, or as_of while that day has not come."""
    ends = when.at_end()
    day = np.where(when.timed, ends.end, np.minimum(ends.end, np.datetime64(as_of.date, "us")))
    return Moments(day, day, when.timed)


def _ends(lead: np.ndarray, order: np.ndarray, when: Moments, size: int) -> tuple[Moments, Moments]:
    """First and last of the follow-ups of each lead, which come sorted by lead and time."""
    first, last = Moments.unknown(size), Moments.unknown(size)
    if not len(order):
        return first, last
    new = np.flatnonzero(np.diff(lead, prepend=-1))
    ends = np.append(new[1:] - 1, len(order) - 1)
    return _placed(lead[new], order[new], when, size), _placed(lead[ends], order[ends], when, size)


def _placed(lead: np.ndarray, positions: np.ndarray, when: Moments, size: int) -> Moments:
    start, end = np.full(size, np.datetime64("NaT", "us")), np.full(size, np.datetime64("NaT", "us"))
    timed = np.zeros(size, dtype=bool)
    start[lead], end[lead], timed[lead] = when.start[positions], when.end[positions], when.timed[positions]
    return Moments(start, end, timed)


def _gaps(lead: np.ndarray, order: np.ndarray, when: Moments) -> Numbers:
    """Calendar days between neighbouring follow-ups of a lead, at the later one."""
    gaps = np.full(len(lead), np.nan)
    if len(order) > 1:
        same = lead[order][1:] == lead[order][:-1]
        apart = day_difference(when.start[order[:-1]], when.start[order[1:]])
        gaps[order[1:]] = np.where(same, apart, np.nan)
    return gaps


def touches_per_week(records: Mapping[str, Records], links: Links, counted: Mask, as_of: AsOf) -> pd.DataFrame:
    """(owner, day) of every counted follow-up: who did it, else who owns the lead."""
    log, leads = records.get("followups"), records["leads"]
    if log is None or not log.has("followed_at"):
        return frame_of({"owner": np.empty(0, dtype=object), "day": np.empty(0, dtype="datetime64[us]")})
    nobody = np.full(len(log), None, dtype=object)
    by = log.frame["followed_by"].to_numpy() if log.has("followed_by") else nobody
    owners = leads.frame["owner"].to_numpy() if leads.has("owner") else np.full(len(leads), None, dtype=object)
    theirs = np.append(owners, nobody[:1])[links.lead_of("followups")] if len(log) else nobody
    owner = np.where(pd.notna(by), by, theirs)
    day = _by_now(Moments.of(log, "followed_at"), as_of).start
    return frame_of({"owner": owner[counted], "day": day[counted]})
