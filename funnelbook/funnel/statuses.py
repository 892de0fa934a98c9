"""The order of a lead's states in 001: moves backward and skips in the log of follow-ups (RULES.md 2, status.order).

The log is what the follow-ups say in their change of state. The states between two refreshes are no log: a lead that went through
three states in a week would look as if it had skipped two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .calendar import Moments
from .links import Links
from .model import AsOf, Finding, Records
from .rulebook import RuleBook
from .validate import finding

Steps = Mapping[str, int]
"""State -> its place in the order; states outside the order have none."""


def status_moves(records: Mapping[str, Records], links: Links, profile: str, rules: RuleBook, as_of: AsOf) -> Iterator[Finding]:
    """status.order at the change of state that goes back or leaves a state out; only in workbooks of 001.

    Follow-ups after as_of, without a readable time or without a lead don't count. A state outside the order (on hold) is passed over,
    and a lead may be lost from any state.
    """
    log = records.get("followups")
    if log is None or profile not in rules.marks["status_order_in"] or not log.has("level_change") or not log.has("followed_at"):
        return
    order: Sequence[Sequence[str]] = rules.marks["status_order"]
    steps = {word: place for place, words in enumerate(order) for word in words}
    states = _states(log, rules, steps)
    when, lead = Moments.of(log, "followed_at"), links.lead_of("followups")
    counts = when.known & ~when.after(as_of) & (lead >= 0) & np.array([bool(named) for named in states], dtype=bool)
    rows = np.lexsort((when.start, lead))
    before: dict[int, str] = {}
    for position in rows[counts[rows]].tolist():
        of = int(lead[position])
        wrong = _wrong_move([*([before[of]] if of in before else []), *states[position]], order, steps, rules)
        before[of] = states[position][-1]
        if wrong:
            yield finding(log, "status.order", "warning", position, "level_change", **wrong)


def _states(log: Records, rules: RuleBook, steps: Steps) -> list[list[str]]:
    """The states of the order that every cell names, as they follow each other; every distinct cell is read once."""
    vocabulary = rules.vocabularies["status"]
    codes, distinct = pd.factorize(log.frame["level_change"].to_numpy())
    read = [[state for state in vocabulary.named_in(cell) if state in steps] for cell in distinct.tolist()]
    return [read[code] if code >= 0 else [] for code in codes.tolist()]


def _wrong_move(states: Sequence[str], order: Sequence[Sequence[str]], steps: Steps, rules: RuleBook) -> dict[str, Any] | None:
    """The first move that goes back or leaves states out, as the facts of its finding."""
    for before, after in pairwise(states):
        gone = steps[after] - steps[before]
        if gone < 0:
            return {"reason": "backward", "before": before, "after": after}
        if gone > 1 and rules.results.get(after) not in ("lost", "not_won"):
            return {
                "reason": "skip",
                "before": before,
                "after": after,
                "skipped": [words[0] for words in order[steps[before] + 1 : steps[after]]],
            }
    return None
