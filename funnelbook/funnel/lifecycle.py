"""What 002 asks of its tables besides the leads: limits of customers, deals and deliveries, ratings, scores, weighted pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..grid import Objects
from .accounts import Accounts, accounts
from .aftersales import SCORES, delivery_plan, satisfaction, score_findings, visits
from .contacts import customer_cadence, last_contacts
from .deadlines import Deadlines
from .deals import deal_findings, deal_frame, in_pipeline, open_deals, pipeline, under_way
from .links import Links
from .model import AsOf, Finding, Records
from .opportunity import opportunities
from .required import Mask
from .results import Results
from .rulebook import RuleBook
from .services import quarterly_service


@dataclass(frozen=True, eq=False)
class Lifecycle:
    """What was computed; a rule runs wherever its columns are, whatever the profile."""

    limits: tuple[Deadlines, ...]
    """Those given, and those of the customers and deliveries."""
    ratings: Deadlines | None
    """Opportunities as a limit without a date: weak ones remind."""
    frames: Mapping[str, pd.DataFrame]
    """Kind -> ``<rule>`` and ``<rule>.due`` of each limit; customers: opportunity; progress: see deals.py; followups: satisfaction."""
    findings: tuple[Finding, ...]
    weighted: float | None
    """Weighted pipeline of the deals, in yuan."""


def lifecycle(
    records: Mapping[str, Records],
    links: Links,
    results: Results,
    given: Sequence[Deadlines],
    entry: str,
    rules: RuleBook,
    as_of: AsOf,
) -> Lifecycle:
    """Lifecycle of one workbook; *given* are the limits within one row (deadlines.py), *entry* the date of the leads."""
    known = accounts(records, links)
    progress, log = records.get("progress"), records.get("followups")
    still = open_deals(progress, links, results, rules) if progress is not None else np.zeros(0, dtype=bool)
    running = under_way(progress, still, rules) if progress is not None else still
    active = _active(links, results, known, running) if "customers" in records else still
    limits = [one if one.kind != "progress" else _while_open(one, running) for one in given]
    limits += [*_of_customers(records, links, results, known, active, entry, rules, as_of), *_of_deliveries(records, known, rules, as_of)]
    frames = {kind: _states(of, limits) for kind, of in records.items() if kind != "leads"}
    findings: list[Finding] = []
    ratings, weighted = _ratings(records, active, rules), None
    if ratings is not None:
        frames["customers"]["opportunity"] = opportunities(records["customers"], rules)
    if progress is not None:
        deals = deal_frame(progress, still, in_pipeline(links, still, "customers" in records))
        weighted = pipeline(progress, deals)
        frames["progress"] = pd.concat([frames["progress"], deals], axis=1)
        findings += deal_findings(records, links, still, entry, as_of)
    if log is not None and any(log.has(name) for name in SCORES):
        frames["followups"]["satisfaction"] = satisfaction(log, rules)
        findings += score_findings(log, rules)
    kept = {kind: frame for kind, frame in frames.items() if len(frame.columns)}
    return Lifecycle(tuple(limits), ratings, kept, tuple(findings), weighted)


def _while_open(one: Deadlines, running: Mask) -> Deadlines:
    """A limit of a deal ends with it, unless it was done."""
    over = ~running & np.isin(one.state, ("waiting", "due", "overdue"))
    state: Objects = np.where(over, "exempt", one.state).astype(object)
    return Deadlines(one.rule, one.kind, state, np.where(over, np.datetime64("NaT", "D"), one.due), one.far & ~over)


def _active(links: Links, results: Results, known: Accounts, running: Mask) -> Mask:
    """Customers whose lead isn't closed, or who have a deal under way besides."""
    closed = np.append(results.closed, False)[links.lead_of("customers")]
    mine, theirs = known.of("customers"), known.of("progress")
    active: Mask = ~closed | (np.isin(mine, theirs[running]) & (mine >= 0))
    return active


def _of_customers(
    records: Mapping[str, Records],
    links: Links,
    results: Results,
    known: Accounts,
    active: Mask,
    entry: str,
    rules: RuleBook,
    as_of: AsOf,
) -> Iterator[Deadlines]:
    customers = records.get("customers")
    if customers is None or not customers.has("grade"):
        return
    yield customer_cadence(customers, last_contacts(records, known, as_of), active, rules, as_of)
    won = np.append(results.result == "won", False)[links.lead_of("customers")]
    service = quarterly_service(records, links, known, active | won, entry, rules, as_of)
    if service is not None:
        yield service


def _of_deliveries(records: Mapping[str, Records], known: Accounts, rules: RuleBook, as_of: AsOf) -> Iterator[Deadlines]:
    if "deliveries" in records:
        plan = delivery_plan(records["deliveries"], rules, as_of)
        yield from [] if plan is None else [plan]
        yield from visits(records, known, rules, as_of)


def _ratings(records: Mapping[str, Records], active: Mask, rules: RuleBook) -> Deadlines | None:
    customers = records.get("customers")
    rated = opportunities(customers, rules) if customers is not None else None
    if rated is None:
        return None
    state: Objects = np.where(active, rated, "exempt").astype(object)
    return Deadlines("opportunity", "customers", state, np.full(len(rated), np.datetime64("NaT", "D")), np.zeros(len(rated), dtype=bool))


def _states(of: Records, limits: Sequence[Deadlines]) -> pd.DataFrame:
    """State and last day of every limit of one kind of table."""
    mine = [one for one in limits if one.kind == of.kind]
    columns = {
        name: column for one in mine for name, column in ((one.rule, one.state), (f"{one.rule}.due", one.due.astype("datetime64[s]")))
    }
    return pd.DataFrame(columns, index=range(len(of)))
