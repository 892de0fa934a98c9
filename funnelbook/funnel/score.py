"""The 100-point score of 003 as an interval, with the points of every dimension, and the tier that follows (RULES.md 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..grid import Objects
from .calendar import Moments, Numbers, add_months, days
from .model import AsOf, Records
from .parse import normal_text, word_key
from .required import Mask
from .rulebook import RuleBook
from .typed import Flag

DIMENSIONS = ("fit", "budget", "authority", "urgency")
TIERS = ("A", "B", "C", "D")
_OPTIONS = {
    "fit": ("full", "partial", "none"),
    "budget": ("above", "match", "below"),
    "authority": ("decider", "influencer", "none"),
    "urgency": ("soon", "middle", "later"),
}


@dataclass(frozen=True, eq=False)
class Scores:
    """Per lead: points of every dimension (NaN where undetermined), the score's ends, and what follows for the tier."""

    points: dict[str, Numbers]
    low: Numbers
    high: Numbers
    tier: Objects
    """The computed tier, None where the interval spans several."""
    span: Objects
    """(worst, best) tier that the interval reaches."""
    typed: Objects
    """The typed tier: its letter, or as typed when it is none."""
    in_force: Objects
    check: Objects
    """same, differs, untyped or incomplete."""


def runs(records: Records, profile: str) -> bool:
    """Whether the table is scored: a 003 table, or one with any of the typed dimensions."""
    return profile == "tracking" or any(records.has(name) for name in ("fit", "budget_fit", "authority"))


def score(records: Records, entry: str, rules: RuleBook, as_of: AsOf) -> Scores:
    """Scores of the leads."""
    points = {
        "fit": _typed(records, "fit", "fit", rules),
        "budget": _budget(records, rules),
        "authority": _typed(records, "authority", "authority", rules),
        "urgency": _urgency(records, entry, rules, as_of),
    }
    ends = {name: [rules.number(f"score.{name}.{option}") for option in options] for name, options in _OPTIONS.items()}
    low = np.sum([np.where(np.isnan(p), min(ends[name]), p) for name, p in points.items()], axis=0)
    high = np.sum([np.where(np.isnan(p), max(ends[name]), p) for name, p in points.items()], axis=0)
    worst, best = tier_of(low, rules), tier_of(high, rules)
    tier = best.copy()
    tier[worst != best] = None
    typed, known = _typed_tier(records)
    span = np.fromiter(zip(worst, best, strict=True), dtype=object, count=len(records))
    in_force = np.where(worst == best, best, known)
    return Scores(points, low, high, tier, span, typed, in_force, _check(tier, worst, best, typed, known))


def tier_of(points: Numbers, rules: RuleBook) -> Objects:
    """Letter of each score: half-open bands, the bound belongs to the better one."""
    bounds = [points >= rules.number(f"tier.{letter}") for letter in TIERS[:-1]]
    letters: Objects = np.select(bounds, list(TIERS[:-1]), TIERS[-1]).astype(object)
    return letters


def _typed(records: Records, name: str, dimension: str, rules: RuleBook) -> Numbers:
    """Points of a word that people type; NaN where blank or unknown."""
    if not records.has(name):
        return np.full(len(records), np.nan)
    worth = {option: rules.number(f"score.{dimension}.{option}") for option in _OPTIONS[dimension]}
    return np.asarray(records.frame[name].map(worth), dtype=np.float64)


def _budget(records: Records, rules: RuleBook) -> Numbers:
    """Typed, else the budget's range against the price; an open end reaches any price."""
    typed = _typed(records, "budget_fit", "budget", rules)
    if not records.has("budget") or not rules.prices:
        return typed
    low, high = records.frame["budget.low"].to_numpy(), records.frame["budget.high"].to_numpy()
    exact, price = records.frame["budget.exact"].to_numpy(), _prices(records, rules)
    near = exact & (np.abs(low - price) <= rules.number("score.budget.tolerance") * price * (1 + 1e-12))
    options = [near, low > price, high < price, (low <= price) & (price <= high)]
    worth = [rules.number(f"score.budget.{option}") for option in ("match", "above", "below", "match")]
    return np.where(np.isnan(typed), np.select(options, worth, np.nan), typed)


def _prices(records: Records, rules: RuleBook) -> Numbers:
    """The price that counts for each lead: the only one, else its product's."""
    if len(rules.prices) == 1:
        return np.full(len(records), rules.prices[0].price)
    if not records.has("product"):
        return np.full(len(records), np.nan)
    prices = {word_key(price.product): price.price for price in rules.prices}
    product = records.frame["product"]
    by_word = {word: prices.get(word_key(word), np.nan) for word in product.dropna().unique()}
    return product.map(by_word).to_numpy(dtype=float)


def _urgency(records: Records, entry: str, rules: RuleBook, as_of: AsOf) -> Numbers:
    """By the calendar months from entry (or as_of) to the expected close; a close before the entry gives nothing.

    Of a month without a day the last day counts, at both ends.
    """
    close, entered = days(Moments.of(records, "expected_close").end), Moments.of(records, entry)
    by_clock = rules.text("score.urgency.base") == "as_of"
    base = np.full(len(records), np.datetime64(as_of.date)) if by_clock else days(entered.end)
    known = ~np.isnat(close) & ~np.isnat(base) & ~(close < days(entered.start))
    soon = close <= add_months(base, int(rules.number("score.urgency.soon_months")))
    middle = close <= add_months(base, int(rules.number("score.urgency.middle_months")))
    worth = [rules.number(f"score.urgency.{option}") for option in _OPTIONS["urgency"]]
    return np.where(known, np.select([soon, middle], worth[:2], worth[2]), np.nan)


def _typed_tier(records: Records) -> tuple[Objects, Objects]:
    """(as shown, known letter): an unknown word is shown as typed and never in force."""
    if not records.has("tier"):
        nothing: Objects = np.full(len(records), None, dtype=object)
        return nothing, nothing
    known: Objects = records.frame["tier"].to_numpy()
    unknown: Mask = (records.frame["tier?"].to_numpy() & Flag.WORD) != 0
    shown = known.copy()
    for position in np.flatnonzero(unknown):
        shown[position] = normal_text(records.raw["tier"][position])
    return shown, known


def _check(tier: Objects, worst: Objects, best: Objects, typed: Objects, known: Objects) -> Objects:
    """Typed against computed; letters sort from best to worst."""
    untyped: NDArray[np.bool_] = typed == None  # noqa: E711 (elementwise)
    unknown = ~untyped & (known == None)  # noqa: E711 (elementwise)
    letter = np.where(known == None, "", known)  # noqa: E711 (elementwise)
    outside = ~untyped & (unknown | (letter < best) | (letter > worst))
    undetermined: NDArray[np.bool_] = tier == None  # noqa: E711 (elementwise)
    states = [undetermined & ~outside, outside | (letter != tier) & ~untyped, untyped]
    checked: Objects = np.select(states, ["incomplete", "differs", "untyped"], "same").astype(object)
    return checked
