"""What is checked of a level: its band of probability and follow-ups, its evidence, its silence (RULES.md 2 and 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..grid import Objects
from .calendar import Days, Moments, day_difference, days
from .deadlines import Deadlines
from .levels import Levels, Scale, band, in_gap
from .model import AsOf, Finding, Records
from .parse import word_key
from .results import Results
from .rulebook import RuleBook
from .touches import Touches
from .validate import at


def level_findings(leads: Records, levels: Levels, rules: RuleBook) -> list[Finding]:
    """Findings of 000 on the levels of the leads."""
    scale = Scale.of(rules)
    found = []
    if leads.has("probability"):
        gap = in_gap(leads.frame["probability"].to_numpy(dtype=float), rules)
        found += at(leads, np.flatnonzero(gap), "probability.gap", "warning", "probability")
    place = scale.ranks(levels.typed)
    judged = (place >= 0) & (place < len(scale.stages) - 1) & ~np.isnan(levels.count)
    name = "follow_up_count" if leads.has("follow_up_count") else "level"
    for position in np.flatnonzero(judged & (place != band(levels.count, rules))):
        found += at(leads, [position], "level.count", "warning", name, level=levels.typed[position], counted=int(levels.count[position]))
    if leads.has("key_node"):
        bare = (levels.typed == scale.won) & ~_names_evidence(leads, rules)
        found += at(leads, np.flatnonzero(bare), "won.evidence", "warning", "key_node")
    return found


def _names_evidence(leads: Records, rules: RuleBook) -> np.ndarray:
    """Leads whose key node names a contract or a payment."""
    words = [word_key(word) for word in (*rules.marks["contract"], *rules.marks["payment"])]
    nodes = leads.frame["key_node"]
    named = {node: any(word in word_key(node) for word in words) for node in nodes.dropna().unique()}
    out: np.ndarray = nodes.map(named).eq(True).to_numpy()
    return out


def silence(leads: Records, levels: Levels, touches: Touches, results: Results, rules: RuleBook, as_of: AsOf) -> Deadlines:
    """More than so many days since the last follow-up of a lead that is neither won nor lost, by the log or as typed."""
    limit, scale, today = int(rules.number("lost.silent.days")), Scale.of(rules), np.datetime64(as_of.date)
    typed = Moments.of(leads, "last_follow_up_at").at_end()
    last = _until(days(typed.start), today, days(touches.last.end))
    quiet = day_difference(last, today)
    runs = ~results.closed & ~np.isin(levels.typed, (scale.won, scale.lost))
    state: Objects = np.full(len(leads), "waiting", dtype=object)
    state[quiet > limit] = "overdue"
    state[np.isnat(last)] = "undetermined"
    state[~runs] = "exempt"
    late = state == "overdue"
    due = np.where(late, last + np.timedelta64(limit + 1, "D"), np.datetime64("NaT", "D"))
    return Deadlines("lost.silent", "leads", state, due, late & (quiet > 2 * limit))


def _until(typed: Days, today: np.datetime64, logged: Days) -> Days:
    """The later of two days; a typed one that has not come yet is no follow-up."""
    typed = np.where(typed > today, np.datetime64("NaT", "D"), typed)
    return np.where(pd.isna(typed) | (logged > typed), logged, typed)
