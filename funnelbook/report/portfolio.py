"""Customers, deals and limits of 002 as rows of the details, which the summary counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..edits import Style, Value
from ..funnel.model import Assessment, Records
from ..words import said, say
from . import look
from .phrases import LIMITS, limit_rules, plain

Specs = Sequence[tuple[str, Style, float]]
_CUSTOMERS: Specs = (
    ("customer", look.TEXT, 14),
    ("customer_company", look.TEXT, 26),
    ("grade", look.TEXT, 8),
    ("opportunity", look.TEXT, 10),
)
_DEALS: Specs = (
    ("deal_customer", look.TEXT, 14),
    ("stage", look.TEXT, 14),
    ("deal_open", look.NUMBER, 10),
    ("deal_amount", look.MONEY, 14),
    ("weighted", look.MONEY, 14),
)
_LIMITS: Specs = (("limit_rule", look.TEXT, 16), ("limit_state", look.TEXT, 12))
KINDS = ("customers", "progress", "deliveries")


def blocks(records: Mapping[str, Records], assessment: Assessment, lang: str) -> list[tuple[Specs, list[Sequence[Value]], str]]:
    """Specs, columns and the Excel Table's name of every block that the workbook has rows for."""
    others, found = assessment.others, list[tuple[Specs, list[Sequence[Value]], str]]()
    if "customers" in others:
        table, rated = records["customers"], others["customers"]
        ratings = rated["opportunity"].tolist() if "opportunity" in rated else ["unrated"] * len(table)
        words = said(lambda rating: say(f"opportunity.{rating}", lang), ratings)
        found.append((_CUSTOMERS, [*(_column(table, name) for name in ("customer_id", "company", "grade")), words], "funnelbook_customers"))
    if "progress" in others:
        deals = others["progress"]
        numbers = [plain(deals[name]) for name in ("amount", "weighted")]
        columns: list[Sequence[Value]] = [plain(deals["stage"]), deals["open"].astype(int).tolist(), *numbers]
        found.append((_DEALS, [_column(records["progress"], "customer_id"), *columns], "funnelbook_deals"))
    limits = limit_states(assessment)
    if limits:
        rules, states = ([pair[i] for pair in limits] for i in (0, 1))
        named = said(lambda rule: say(f"undetermined.{rule}", lang), rules), said(lambda state: say(f"limit_state.{state}", lang), states)
        found.append((_LIMITS, [*named], "funnelbook_limits"))
    return found


def limit_states(assessment: Assessment) -> list[tuple[str, str]]:
    """Rule and state of every limit that runs or ran, table by table."""
    frames = [assessment.others[kind] for kind in KINDS if kind in assessment.others]
    return [(rule, state) for frame in frames for rule in limit_rules(frame) for state in frame[rule].tolist() if state in LIMITS]


def _column(of: Records, name: str) -> list[Value]:
    return plain(of.frame[name]) if of.has(name) else [None] * len(of)
