"""One sentence of advice each on the weakest source, the top loss reason and what is late, from the documents' own words (RULES.md 6)."""

from __future__ import annotations

from ..funnel.levels import bottleneck
from ..funnel.model import Assessment
from ..funnel.rulebook import RuleBook
from ..words import knows, say
from .phrases import group_word
from .portfolio import limit_states

_MOST_NAMED = 8
"""Leads that one sentence names."""


def advice(assessment: Assessment, rules: RuleBook, lang: str) -> list[str]:
    """Sentences, the most pressing first."""
    found = assessment.metrics
    lines = []
    if found.follow_up["pool"]:
        lines.append(say("advice.pool", lang))
    if found.first_touch["overdue"]:
        lines.append(say("advice.first_touch", lang))
    if any(state == "overdue" for _, state in limit_states(assessment)):
        lines.append(say("advice.limits", lang))
    if (assessment.reminders.rule == "lost.silent").any():
        lines.append(say("advice.silent", lang))
    lines += _priorities(assessment, lang)
    stage = bottleneck(found.levels)
    if stage is not None:
        lines.append(say(f"advice.stage.{stage.level}", lang))
    least = int(rules.number("advice.source_leads"))
    sources = [rate for rate in found.by_source if rate.key is not None and rate.leads >= least]
    if len(sources) > 1:
        weakest = min(sources, key=lambda rate: (rate.conversion or 0.0, -rate.leads))
        code = f"advice.source.{weakest.key}"
        lines.append(say(code if knows(code) else "advice.source", lang, source=group_word("source", weakest.key, lang)))
    if found.loss_reasons:
        key = found.loss_reasons[0].key
        code = f"advice.reason.{key}"
        lines.append(say(code if knows(code) else "advice.reason", lang, reason=group_word("loss_reason", key, lang)))
    elif found.lost_reasons:
        lines.append(say("advice.lost", lang, reason=group_word("loss_reason", found.lost_reasons[0].key, lang)))
    return lines


def _priorities(assessment: Assessment, lang: str) -> list[str]:
    """What the review of 001 might give the leads that have no priority yet, the most urgent first."""
    advised = assessment.leads[assessment.leads["priority_suggested"].notna()]
    groups = []
    for letter, mine in advised.groupby("priority_suggested", sort=True):
        named = [str(key) for key in mine["key"] if key is not None]
        shown = say("list.comma", lang).join(named[:_MOST_NAMED]) + ("\u2026" if len(mine) > len(named[:_MOST_NAMED]) else "")
        groups.append(say("advice.priority.group", lang, priority=letter, n=len(mine), leads=shown))
    return [say("advice.priority", lang, groups=say("list.semicolon", lang).join(groups))] if groups else []
