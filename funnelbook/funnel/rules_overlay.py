"""The workbook's own rules sheet over the defaults: values and lists in force, and what can't be used (STYLE.md, "Rules and words")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..grid import Grid
from .parse import is_empty, normal_text
from .rules_blocks import Blocks
from .rules_dates import company_days
from .rules_lists import key_industries, left_out, prices, roster
from .rules_words import header_mapping, own_words, required

if TYPE_CHECKING:
    from .rulebook import RuleBook


def overlaid(rules: RuleBook, grid: Grid) -> RuleBook:
    """The rule book with a rules sheet over it; a bad value becomes a finding at its cell and the default stays."""
    blocks = Blocks(rules, grid)
    if not blocks.columns:
        return rules
    values = _values(blocks)
    words = own_words(blocks)
    holidays, workdays = company_days(blocks)
    return replace(
        rules,
        values=values,
        prices=prices(blocks),
        roster=roster(blocks),
        key_industries=key_industries(blocks),
        holidays=holidays,
        workdays=workdays,
        mapping=header_mapping(blocks),
        own_words=words,
        vocabularies={name: known.taught(words.get(name, {})) for name, known in rules.vocabularies.items()},
        required=required(blocks),
        left_out=left_out(blocks),
        findings=tuple(blocks.findings),
    )


def _values(blocks: Blocks) -> dict[str, Any]:
    values = dict(blocks.rules.values)
    rows: dict[str, int] = {}
    for row, key in blocks.column("key"):
        rule, value = blocks.rules.rules.get(normal_text(key)), blocks.value(row, "value")
        if rule is None:
            blocks.bad(row, "key", key, rule=normal_text(key))
        elif rule.key in rows:
            blocks.bad(row, "key", key, rule=rule.key)
        elif not is_empty(value, blocks.rules.words):
            rows[rule.key] = row
            try:
                values[rule.key] = rule.read(value, blocks.rules.words)
            except ValueError:
                blocks.bad(row, "value", value, rule=rule.key, default=rule.value)
    _check_groups(blocks, values, rows)
    return values


def _check_groups(blocks: Blocks, values: dict[str, Any], rows: Mapping[str, int]) -> None:
    """Thresholds in order and weights that sum to 100, or the whole group falls back to its defaults; which may upset another."""
    while group := _out_of_order(values):
        for key in group:
            default = blocks.rules.values[key]
            if key in rows and values[key] != default:
                blocks.bad(rows[key], "value", values[key], rule=key, default=default)
            values[key] = default


_WEIGHTS = ("score.fit.full", "score.budget.above", "score.authority.decider", "score.urgency.soon")
"""The most that every dimension can give; 100 together."""
_FALLING: tuple[tuple[str, ...], ...] = (
    ("tier.A", "tier.B", "tier.C"),
    ("score.urgency.middle_months", "score.urgency.soon_months"),
    ("priority.A", "priority.B"),
    ("level.probability.won", "level.probability.high", "level.probability.interested"),
    ("level.count.high", "level.count.interested"),
    ("opportunity.strong", "opportunity.fair"),
    ("satisfaction.high", "satisfaction.low"),
)
"""Each number is greater than the one after it."""
_NEVER_RISING = (
    ("opportunity.high", "opportunity.middle", "opportunity.low"),
    (
        "level.probability.won",
        "level.probability.high.most",
        "level.probability.high",
        "level.probability.interested.most",
        "level.probability.interested",
        "level.probability.potential",
    ),
    ("score.fit.full", "score.fit.partial", "score.fit.none"),
    ("score.budget.above", "score.budget.match", "score.budget.below"),
    ("score.authority.decider", "score.authority.influencer", "score.authority.none"),
    ("score.urgency.soon", "score.urgency.middle", "score.urgency.later"),
)


def _out_of_order(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The first group of numbers that contradict each other; () when none do."""
    for group in _FALLING:
        if any(values[a] <= values[b] for a, b in pairwise(group)):
            return group
    for group in _NEVER_RISING:
        if any(values[a] < values[b] for a, b in pairwise(group)):
            return group
    return () if sum(values[key] for key in _WEIGHTS) == 100 else _WEIGHTS
