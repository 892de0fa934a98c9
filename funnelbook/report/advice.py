"""One sentence of advice each on the weakest source, the top loss reason and what is late, from the documents' own words (RULES.md 6)."""

from __future__ import annotations

from ..funnel.levels import bottleneck
from ..funnel.model import Assessment
from ..funnel.rulebook import RuleBook
from ..words import knows, say


def advice(assessment: Assessment, rules: RuleBook, lang: str) -> list[str]:
    """Sentences, the most pressing first."""
    found = assessment.metrics
    lines = []
    if found.follow_up["pool"]:
        lines.append(say("advice.pool", lang))
    if found.first_touch["overdue"]:
        lines.append(say("advice.first_touch", lang))
    stage = bottleneck(found.levels)
    if stage is not None:
        lines.append(say(f"advice.stage.{stage.level}", lang))
    least = int(rules.number("advice.source_leads"))
    sources = [rate for rate in found.by_source if rate.key is not None and rate.leads >= least]
    if len(sources) > 1:
        weakest = min(sources, key=lambda rate: (rate.conversion or 0.0, -rate.leads))
        lines.append(say("advice.source", lang, source=weakest.key))
    if found.loss_reasons:
        key = found.loss_reasons[0].key
        code = f"advice.reason.{key}"
        lines.append(say(code if knows(code) else "advice.reason", lang, reason=key))
    elif found.lost_reasons:
        lines.append(say("advice.lost", lang, reason=found.lost_reasons[0].key))
    return lines
