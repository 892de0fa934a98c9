"""The five levels of 000: typed, suggested, ever reached; and how many leads go from one to the next (RULES.md 5 and 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Objects
from .calendar import Moments, Numbers, days
from .links import Links
from .model import AsOf, LevelLine, Records
from .required import Mask
from .results import Results
from .rulebook import RuleBook
from .touches import Touches

History = Mapping[str, Sequence[tuple[dt.date, str]]]
"""Key of a lead -> (as-of date, level) of each of its rows of changes."""
_NONE = -1
"""Rank of a lead whose level is unknown or lost."""


@dataclass(frozen=True)
class Scale:
    """The words of the levels."""

    stages: tuple[str, ...]
    """From the first contact to the contract."""
    lost: str

    @classmethod
    def of(cls, rules: RuleBook) -> Scale:
        """The scale in the order of the rule book."""
        words = rules.vocabularies["level"].canonical
        (lost,) = (word for word in words if rules.results.get(word) == "lost")
        return cls(tuple(word for word in words if word != lost), lost)

    @property
    def won(self) -> str:
        return self.stages[-1]

    def ranks(self, levels: Any) -> NDArray[np.int64]:
        """Place of each level among the stages, -1 for lost and unknown ones."""
        places = {word: i for i, word in enumerate(self.stages)}
        return np.array([places.get(level, _NONE) for level in levels], dtype=np.int64)

    def words(self, ranks: NDArray[np.int64]) -> Objects:
        """The level of each place, None for none."""
        return np.array([*self.stages, None], dtype=object)[ranks]


@dataclass(frozen=True, eq=False)
class Levels:
    """Per lead; the words are the canonical ones."""

    typed: Objects
    suggested: Objects
    basis: Objects
    """result, probability, gap (a probability between two bands), count; None where nothing is suggested."""
    count: Numbers
    """Follow-ups from the log, else as typed."""
    reached: Objects
    """The highest level that the lead is known to have had."""
    before: Objects
    """Of a won lead the last level that it was seen at before."""


def runs(leads: Records, profile: str) -> bool:
    """Whether levels are computed: where there is a column of them, or the document asks for one."""
    return leads.has("level") or profile == "tiering"


def levels(
    records: Mapping[str, Records], links: Links, touches: Touches, results: Results, rules: RuleBook, as_of: AsOf, history: History
) -> Levels:
    """Levels of every lead; rows of *history* count when they are dated before as_of."""
    leads, scale = records["leads"], Scale.of(rules)
    typed = leads.frame["level"].to_numpy() if leads.has("level") else np.full(len(leads), None, dtype=object)
    count = np.where(np.isnan(touches.count), _numbers(leads, "follow_up_count"), touches.count)
    suggested, basis = _suggested(leads, results.result, count, scale, rules)
    seen = _seen(records, links, touches, scale, rules, as_of, history)
    reached = scale.ranks(typed)
    np.maximum.at(reached, seen["lead"].to_numpy(), seen["rank"].to_numpy())
    won = (typed == scale.won) | (results.result == "won")
    return Levels(typed, suggested, basis, count, scale.words(reached), _before(seen, won, scale))


def in_gap(probability: Numbers, rules: RuleBook) -> Mask:
    """Probabilities that lie between the bands of two levels, ends excluded."""
    gap = np.zeros(len(probability), dtype=bool)
    for below, above in (("potential", "interested"), ("interested.most", "high"), ("high.most", "won")):
        gap |= (probability > rules.number(f"level.probability.{below}")) & (probability < rules.number(f"level.probability.{above}"))
    return gap


def band(count: Numbers, rules: RuleBook) -> NDArray[np.int64]:
    """Place of the level to which a number of follow-ups belongs."""
    return np.searchsorted([rules.number("level.count.interested"), rules.number("level.count.high")], count, side="right")


def level_lines(leads: pd.DataFrame, rules: RuleBook) -> tuple[LevelLine, ...]:
    """The levels with the leads of the assessed frame; lost ones whose highest level is unknown were never anywhere."""
    scale, ranks = Scale.of(rules), Scale.of(rules).ranks(leads["level_reached"])
    lost = (leads["level"] == scale.lost).to_numpy()
    lines = [LevelLine(w, int((leads["level"] == w).sum()), int((ranks >= place).sum())) for place, w in enumerate(scale.stages)]
    return (*lines, LevelLine(scale.lost, int(lost.sum()), int((lost & (ranks > _NONE)).sum())))


def stages(lines: Sequence[LevelLine]) -> tuple[dict[str, Any], ...]:
    """Both conversion readings from each level to the next: by where the leads stand, and by what they ever reached."""
    return tuple(
        {"from": a.level, "to": b.level, "snapshot": _share(b.now, a.now), "reached": _share(b.ever, a.ever)}
        for a, b in pairwise(lines[:-1])
    )


def bottleneck(lines: Sequence[LevelLine]) -> LevelLine | None:
    """The level that the smallest share of those at the one before ever reached, the first of equals; None while nobody is left behind."""
    steps = [(b.ever / a.ever, place, b) for place, (a, b) in enumerate(pairwise(lines[:-1])) if a.ever]
    share, _, line = min(steps, key=lambda step: step[:2], default=(1.0, 0, None))
    return line if share < 1 else None


def _share(over: int, base: int) -> float | None:
    return round(over / base, 4) if base else None


def _suggested(leads: Records, result: Objects, count: Numbers, scale: Scale, rules: RuleBook) -> tuple[Objects, Objects]:
    """Closed results first, else by probability with lower bounds, else by the number of follow-ups."""
    probability = _numbers(leads, "probability")
    bounds = [rules.number(f"level.probability.{name}") for name in ("interested", "high", "won")]
    likely, counted = ~np.isnan(probability), ~np.isnan(count)
    place = np.where(likely, np.searchsorted(bounds, probability, side="right"), np.where(counted, band(count, rules), _NONE))
    suggested, basis = scale.words(place), np.full(len(leads), None, dtype=object)
    basis[counted], basis[likely], basis[in_gap(probability, rules)] = "count", "probability", "gap"
    for code, word in (("won", scale.won), ("lost", scale.lost)):
        suggested[result == code], basis[result == code] = word, "result"
    return suggested, basis


def _numbers(leads: Records, name: str) -> Numbers:
    return leads.frame[name].to_numpy(dtype=float) if leads.has(name) else np.full(len(leads), np.nan)


def _seen(
    records: Mapping[str, Records], links: Links, touches: Touches, scale: Scale, rules: RuleBook, as_of: AsOf, history: History
) -> pd.DataFrame:
    """(lead, day, rank) of every level that the change log or a follow-up names, of leads that can be joined."""
    place = {key: i for i, key in enumerate(links.key) if links.joinable[i]}
    read = rules.vocabularies["level"].read
    earlier = ((key, day, level) for key, rows in history.items() if key in place for day, level in rows if day < as_of.date)
    logged = [(place[key], np.datetime64(day, "D"), read(level)) for key, day, level in earlier]
    log = records.get("followups")
    if log is not None and log.has("level_change"):
        when = Moments.of(log, "followed_at")
        lead = links.lead_of("followups")
        wanted = (lead >= 0) & pd.notna(log.frame["level_change"]).to_numpy() & ~when.after(as_of)
        codes, texts = pd.factorize(log.frame["level_change"].to_numpy()[wanted])
        named = np.array([*(_last_level(text, rules) for text in texts), None], dtype=object)[codes]
        logged += zip(lead[wanted].tolist(), days(when.start)[wanted], named, strict=True)
    lead_of, on, level = zip(*logged, strict=True) if logged else ((), (), ())
    ranks = scale.ranks(level)
    frame = pd.DataFrame({"lead": np.array(lead_of, dtype=np.int64), "day": np.array(on, dtype="datetime64[s]"), "rank": ranks})
    return frame[ranks > _NONE]


def _last_level(text: str, rules: RuleBook) -> str | None:
    """The level that a running text names last."""
    for word in rules.marks["no_level"]:
        text = text.replace(word, " ")
    named = rules.vocabularies["level"].named_in(text)
    return named[-1] if named else None


def _before(seen: pd.DataFrame, won: Mask, scale: Scale) -> Objects:
    """The newest level below the contract that each won lead was seen at."""
    place = np.full(len(won), _NONE, dtype=np.int64)
    below = seen[(seen["rank"] < len(scale.stages) - 1) & seen["day"].notna()].sort_values("day", kind="stable")
    last = below.groupby("lead")["rank"].last()
    place[last.index.to_numpy()] = last.to_numpy()
    return scale.words(np.where(won, place, _NONE))
