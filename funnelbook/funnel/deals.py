"""The table of progress: which deals are open, what they are worth, and the dates that don't fit (RULES.md 2 and 6)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .calendar import Moments, Numbers, days
from .links import Links
from .model import AsOf, Finding, Records
from .required import Mask
from .results import Results, result_of
from .rulebook import RuleBook
from .validate import at


def open_deals(progress: Records, links: Links, results: Results, rules: RuleBook) -> Mask:
    """Deals without a result whose lead isn't closed by another; one that can't be joined is judged by itself."""
    closed = np.append(results.closed, False)[links.lead_of("progress")]
    still: Mask = pd.isna(result_of(progress, "status", rules)) & ~closed
    return still


def under_way(progress: Records, still: Mask, rules: RuleBook) -> Mask:
    """Open deals, and those whose own status says so although their lead is closed by another: a customer may buy again."""
    if not progress.has("status"):
        return still
    said: Mask = pd.notna(progress.frame["status"].to_numpy()) & pd.isna(result_of(progress, "status", rules))
    return still | said


def in_pipeline(links: Links, still: Mask, has_customers: bool) -> Mask:
    """Open deals that the weighted pipeline counts: those of leads (RULES.md 6), all where no customers say whose lead a deal is."""
    return still & (links.lead_of("progress") >= 0) if has_customers else still


def deal_frame(progress: Records, still: Mask, counted: Mask) -> pd.DataFrame:
    """Per deal: stage, whether it is open, amount (yuan), probability (percent) and, of those *counted*, their product."""

    def number(name: str) -> Numbers:
        return progress.frame[name].to_numpy() if progress.has(name) else np.full(len(progress), np.nan)

    stage = progress.frame["stage"].to_numpy() if progress.has("stage") else np.full(len(progress), None, dtype=object)
    amount, probability = number("amount"), number("probability")
    weighted = np.where(counted, amount * probability / 100, np.nan)
    return pd.DataFrame({"stage": stage, "open": still, "amount": amount, "probability": probability, "weighted": weighted})


def pipeline(progress: Records, deals: pd.DataFrame) -> float | None:
    """Sum of amount x probability over the deals that count, in yuan; None where the table lacks a column."""
    if not (progress.has("amount") and progress.has("probability")):
        return None
    return round(float(deals["weighted"].sum()), 2)


def deal_findings(records: Mapping[str, Records], links: Links, still: Mask, entry: str, as_of: AsOf) -> list[Finding]:
    """Signing or expected close before the lead's entry; an expected close that is past on an open deal."""
    progress = records["progress"]
    lead, entered = links.lead_of("progress"), days(Moments.of(records["leads"], entry).start)
    theirs = np.append(entered, np.datetime64("NaT", "D"))[lead]
    found = []
    for name in ("expected_close", "signed_at"):
        early = days(Moments.of(progress, name).end) < theirs
        found += at(progress, np.flatnonzero(early), "date.order", "error", name, reason="before_entry", entry=entry)
    past = (days(Moments.of(progress, "expected_close").end) < np.datetime64(as_of.date)) & still
    return found + at(progress, np.flatnonzero(past), "close.overdue", "warning", "expected_close")
