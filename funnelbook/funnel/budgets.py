"""What is known of a lead beside its own row: its customer's row, and the budget of the two (RULES.md 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .calendar import Numbers
from .links import Links, Positions
from .model import Records


def customer_of(records: Mapping[str, Records], links: Links) -> Positions:
    """The last row that the customers' table has of each lead, -1 for none."""
    rows = np.full(len(records["leads"]), -1, dtype=np.int64)
    lead = links.lead_of("customers")
    rows[lead[lead >= 0]] = np.flatnonzero(lead >= 0)
    return rows


def beside(values: np.ndarray, at: Positions, nothing: Any) -> np.ndarray:
    """What stands in those rows; *nothing* where there is none."""
    return np.append(values, nothing)[at] if len(values) else np.full(len(at), nothing)


def budgets(records: Mapping[str, Records], links: Links) -> Numbers:
    """Upper end of each lead's budget in yuan, its own, else its customer's; NaN where unknown."""
    own, theirs = _highs(records["leads"]), _highs(records["customers"]) if "customers" in records else np.empty(0)
    return np.where(np.isnan(own), beside(theirs, customer_of(records, links), np.nan), own)


def _highs(of: Records) -> Numbers:
    highs: Numbers = of.frame["budget.high"].to_numpy() if of.has("budget") else np.full(len(of), np.nan)
    return highs
