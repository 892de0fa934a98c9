"""How good an opportunity is, by three words about the customer: strong, fair, weak or unrated (RULES.md 5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..grid import Objects
from .model import Records
from .rulebook import RuleBook

RATINGS = ("strong", "fair", "weak", "unrated")
DIMENSIONS = ("need_urgency", "budget_match", "chain_clarity")


def opportunities(customers: Records, rules: RuleBook) -> Objects | None:
    """One of RATINGS per customer; a blank makes it unrated. None when the table has none of the three columns."""
    if not any(customers.has(name) for name in DIMENSIONS):
        return None
    worth = {word: rules.number(f"opportunity.{code}") for word, code in rules.marks["rating"].items()}
    unknown = np.full(len(customers), np.nan)
    points = [pd.Series(customers.frame[name]).map(worth).to_numpy(dtype=float) if customers.has(name) else unknown for name in DIMENSIONS]
    total = np.sum(points, axis=0)
    rated = [total >= rules.number("opportunity.strong"), total >= rules.number("opportunity.fair"), ~np.isnan(total)]
    rating: Objects = np.select(rated, ["strong", "fair", "weak"], "unrated").astype(object)
    return rating
