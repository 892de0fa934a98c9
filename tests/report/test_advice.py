"""Advice: one sentence each on what is late, the weakest source and the top loss reason (RULES.md 6)."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.rulebook import Price, RuleBook
from funnelbook.report.advice import advice
from funnelbook.report.phrases import group_word
from funnelbook.words import LANGUAGES, knows, say

from ..funnel.build import assessed, rules_sheet
from ..funnel.registry import registered, registry

RULES = RuleBook.default()


def sources(**counts: int) -> list[dict[str, Any]]:
    return [{"source": name, "entered_at": "2024-06-20"} for name, n in counts.items() for _ in range(n)]


def test_with_nothing_late_and_nothing_lost_there_is_none() -> None:
    assert advice(assessed([{"entered_at": "2024-06-20"}]), RULES, "zh") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_late_comes_first(lang: str) -> None:
    lines = advice(assessed([{"entered_at": "2024-06-01"}]), RULES, lang)
    assert lines == [say("advice.pool", lang), say("advice.first_touch", lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_weakest_source_is_named_when_it_has_enough_leads(lang: str) -> None:
    won = [{"lead_id": "2024060" + f"{n:02d}", "result": "成交"} for n in range(1, 4)]
    lines = advice(assessed(sources(展会=5, 官网=6), conversions=won), RULES, lang)
    assert say("advice.source.官网", lang, source=group_word("source", "官网", lang)) in lines
    assert advice(assessed(sources(展会=5, 官网=4), conversions=won), RULES, lang) == []


def test_of_equally_weak_sources_the_one_with_more_leads_is_named() -> None:
    assert advice(assessed(sources(展会=5, 官网=7)), RULES, "zh") == [say("advice.source.官网", "zh", source="官网")]


def test_the_number_of_leads_that_is_enough_is_a_rule() -> None:
    rules = RULES.overlaid([rules_sheet([("advice.source_leads", 1)])])
    assert advice(assessed(sources(展会=2, 官网=1)), rules, "zh") == [say("advice.source", "zh", source="展会")]


@pytest.mark.parametrize(("typed", "reason"), [("预算不足", "预算不足"), ("选择竞品", "竞品"), ("老板换人", "老板换人")])
def test_the_top_loss_reason_has_the_documents_own_advice(typed: str, reason: str) -> None:
    lost = [{"result": "未成交", "loss_reason": typed}]
    code = f"advice.reason.{reason}" if knows(f"advice.reason.{reason}") else "advice.reason"
    assert advice(assessed([{"entered_at": "2024-06-20"}], conversions=lost), RULES, "zh") == [say(code, "zh", reason=reason)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_leads_without_a_priority_are_named_with_the_one_that_is_advised(lang: str) -> None:
    urgent = {"优先级": None, "所属行业": "制造业", "需求紧急程度": "高", "预算范围": "50万"}
    leads = registry(urgent, {**urgent, "需求紧急程度": "低"}, urgent, {}, extra=("需求紧急程度", "预算范围"))
    found = registered(leads, key_industries=("制造业",), prices=(Price("", 1.0, 100000.0),))
    (line,) = [line for line in advice(found, RULES, lang) if "X002" in line]
    first = say("advice.priority.group", lang, priority="A", n=2, leads=say("list.comma", lang).join(["X001", "X003"]))
    assert first in line
    assert say("advice.priority.group", lang, priority="B", n=1, leads="X002") in line
    assert "X004" not in line


def test_of_many_leads_without_a_priority_a_few_are_named() -> None:
    urgent = {"优先级": None, "所属行业": "制造业", "需求紧急程度": "高", "预算范围": "50万"}
    leads = registry(*[urgent] * 10, extra=("需求紧急程度", "预算范围"))
    found = registered(leads, key_industries=("制造业",), prices=(Price("", 1.0, 100000.0),))
    (line,) = [line for line in advice(found, RULES, "zh") if "X001" in line]
    assert "A 类 10 条" in line
    assert "X008…" in line
    assert "X009" not in line
