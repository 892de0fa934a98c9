"""The sections of the page on customers, deals and limits of 002, as the summary counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...funnel.model import Assessment, Records
from ...funnel.opportunity import RATINGS
from ..phrases import LIMITS
from ..portfolio import blocks, limit_states
from .document import Block, Section, Table
from .texts import count, group, money, word

_MOST = 12
"""Groups that are named, as on the summary."""


def portfolio(records: Mapping[str, Records], assessment: Assessment, lang: str) -> list[Section]:
    """Customers by grade and rating, open deals by stage, limits by state; nothing where the workbook has none of these tables."""
    columns = {
        name: dict(zip((key for key, _, _ in specs), found, strict=True)) for specs, found, name in blocks(records, assessment, lang)
    }
    sections = []
    if "funnelbook_customers" in columns:
        sections.append(_customers(columns["funnelbook_customers"], lang))
    if "funnelbook_deals" in columns:
        sections.append(_deals(columns["funnelbook_deals"], lang))
    limits = Counter(limit_states(assessment))
    if limits:
        sections.append(_limits(limits, lang))
    return sections


def _section(name: str, key: str, header: Sequence[str], rows: Sequence[Sequence[str]], lang: str) -> Section:
    table = Table(name, [word(f"column.{key}", lang), *header], rows)
    return Section(name, word(f"section.{name}", lang), blocks=[Block(table)])


def _customers(block: Mapping[str, Sequence[Any]], lang: str) -> Section:
    counts = Counter(zip(block["grade"], block["opportunity"], strict=True))
    grades = sorted({grade for grade, _ in counts}, key=lambda grade: (grade is None, str(grade)))
    ratings = [word(f"opportunity.{code}", lang) for code in RATINGS]
    rows = []
    for grade in grades[:_MOST]:
        mine = [counts[grade, rating] for rating in ratings]
        rows.append([group(grade, lang), count(sum(mine)), *map(count, mine)])
    return _section("customers", "grade", [word("column.customers", lang), *ratings], rows, lang)


def _deals(block: Mapping[str, Sequence[Any]], lang: str) -> Section:
    every = zip(block["stage"], block["deal_open"], block["deal_amount"], block["weighted"], strict=True)
    deals = [(stage, amount, weighted) for stage, still, amount, weighted in every if still]
    stages = list(dict.fromkeys(stage for stage, _, _ in deals))[:_MOST]
    rows = [_worth(group(stage, lang), [deal for deal in deals if deal[0] == stage], lang) for stage in stages]
    rows.append(_worth(word("group.open", lang), deals, lang))
    header = [word(f"column.{key}", lang) for key in ("deals", "expected", "weighted")]
    return _section("deals", "stage", header, rows, lang)


def _worth(name: str, deals: Sequence[tuple[Any, float | None, float | None]], lang: str) -> list[str]:
    known = [[one for one in column if one is not None] for column in ([deal[1] for deal in deals], [deal[2] for deal in deals])]
    return [name, count(len(deals)), *(money(sum(values) if values or not deals else None, lang) for values in known)]


def _limits(counts: Mapping[tuple[str, str], int], lang: str) -> Section:
    rules = list(dict.fromkeys(rule for rule, _ in counts))
    rows = [[word(f"undetermined.{rule}", lang), *(count(counts.get((rule, state), 0)) for state in LIMITS)] for rule in rules]
    return _section("limits", "rule", [word(f"limit_state.{state}", lang) for state in LIMITS], rows, lang)
