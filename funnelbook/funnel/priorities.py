"""Advice which priority 001's review might give a lead: key industry, urgency, and a budget that is worth a deal (RULES.md 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..grid import Objects
from .budgets import beside, budgets, customer_of
from .calendar import Moments, Numbers, add_months, days
from .industries import industries
from .links import Links, Positions
from .model import Records
from .parse import Moment, parse_date, word_key
from .required import Mask, is_filled
from .rulebook import RuleBook

LETTERS = ("A", "B", "C")


def suggested_priorities(records: Mapping[str, Records], links: Links, closed: Mask, profile: str, rules: RuleBook) -> Objects:
    """A, B or C for each open lead of 001 without a priority, else None. Advice only: the cell is never written.

    The letter goes by how many of the three hold; it is given only where what is unknown could not change it.
    """
    leads = records["leads"]
    advice: Objects = np.full(len(leads), None, dtype=object)
    if rules.profiles[profile].first_touch_by != "priority":
        return advice
    open_ = ~closed & ~(is_filled(leads, "priority") if leads.has("priority") else np.zeros(len(leads), dtype=bool))
    urgent = _is_urgent(records, customer_of(records, links), profile, rules)
    holds = np.array([_is_key(leads, rules), urgent, _is_worth_it(leads, budgets(records, links), rules)])
    least = np.nansum(holds, axis=0)
    worst, best = _letter(least, rules), _letter(least + np.isnan(holds).sum(axis=0), rules)
    said = open_ & (worst == best)
    advice[said] = worst[said]
    return advice


def _letter(count: Numbers, rules: RuleBook) -> Objects:
    bounds = [count >= rules.number(f"priority.{letter}") for letter in LETTERS[:-1]]
    letters: Objects = np.select(bounds, list(LETTERS[:-1]), LETTERS[-1]).astype(object)
    return letters


def _is_key(leads: Records, rules: RuleBook) -> Numbers:
    """1 where the industry, or the section that its division belongs to, is on the company's list; NaN without list or industry."""
    unknown = np.full(len(leads), np.nan)
    if not rules.key_industries or not leads.has("industry"):
        return unknown
    known = industries()
    ours = {known.key(name) for name in rules.key_industries}
    codes, distinct = pd.factorize(leads.frame["industry"].to_numpy())
    is_ours = np.array([*(float(not ours.isdisjoint(known.around(value))) for value in distinct.tolist()), np.nan])
    return np.where(is_filled(leads, "industry"), is_ours[codes], unknown)


def _is_urgent(records: Mapping[str, Records], known_of: Positions, profile: str, rules: RuleBook) -> Numbers:
    """By the typed urgency, else by the months from entry to the expected close or the planned purchase."""
    leads = records["leads"]
    typed = leads.frame["urgency"].to_numpy() if leads.has("urgency") else np.full(len(leads), None, dtype=object)
    close = days(Moments.of(leads, "expected_close").end)
    close = np.where(np.isnat(close), beside(_purchases(records.get("customers"), rules), known_of, np.datetime64("NaT", "D")), close)
    entered = days(Moments.of(leads, rules.profiles[profile].entry).end)
    soon = close <= add_months(entered, int(rules.number("priority.urgent_months")))
    by_date = np.where(np.isnat(close) | np.isnat(entered), np.nan, soon.astype(float))
    return np.where(pd.isna(typed), by_date, (typed == rules.marks["urgent"]).astype(float))


def _purchases(customers: Records | None, rules: RuleBook) -> np.ndarray:
    """The last day of the planned purchase of every customer, where its text is a date or a month."""
    if customers is None or not customers.has("purchase_at"):
        return np.empty(0, dtype="datetime64[D]")
    filled = is_filled(customers, "purchase_at").tolist()
    dates1904 = customers.tables[0].grid.dates1904
    read: list[Any] = [
        parse_date(v, rules.words, dates1904) if there else None
        for v, there in zip(customers.raw["purchase_at"].tolist(), filled, strict=True)
    ]
    return np.array(
        [np.datetime64(one.end, "D") if isinstance(one, Moment) else np.datetime64("NaT", "D") for one in read], "datetime64[D]"
    )


def _is_worth_it(leads: Records, budget: Numbers, rules: RuleBook) -> Numbers:
    """1 where the upper end of the budget reaches the least deal; of several products' the lead's own, or all or none of them."""
    least = {word_key(price.product): price.minimum for price in rules.prices if price.minimum is not None}
    if not least:
        return np.full(len(leads), np.nan)
    own = np.full(len(leads), np.nan)
    if leads.has("product"):
        own = leads.frame["product"].map(lambda product: least.get(word_key(product), np.nan) if product else np.nan).to_numpy(dtype=float)
    low, high = (np.where(np.isnan(own), of(least.values()), own) for of in (min, max))
    return np.select([np.isnan(budget), budget >= high, budget < low], [np.nan, 1.0, 0.0], np.nan)
