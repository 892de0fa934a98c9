"""Advice which priority the review of 001 might give (RULES.md 5)."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.rulebook import Price

from .build import assessed, rules_sheet
from .registry import known_of, registered, registry

RULES = {"key_industries": ("制造业",), "prices": (Price("", 300000.0, 200000.0),)}
GOOD = {"所属行业": "汽车制造业", "需求紧急程度": "高", "预算范围": "10-20万"}
EXTRA = ("需求紧急程度", "预算范围", "预计成交时间", "产品")


def advised(lead: dict[str, Any], *grids: Any, **rules: Any) -> str | None:
    leads = registry({"优先级": None, **lead}, extra=EXTRA)
    found: list[str | None] = registered(leads, *grids, **{**RULES, **rules}).leads["priority_suggested"].tolist()
    return found[0]


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        pytest.param({}, "A", id="all three hold"),
        pytest.param({"需求紧急程度": "中"}, "B", id="not urgent"),
        pytest.param({"所属行业": "教育"}, "B", id="no key industry"),
        pytest.param({"预算范围": "10-15万"}, "B", id="too small a budget"),
        pytest.param({"预算范围": "15万以内", "需求紧急程度": "低"}, "C", id="only one holds"),
        pytest.param({"预算范围": "5万", "需求紧急程度": "低", "所属行业": "教育"}, "C", id="none holds"),
        pytest.param({"预算范围": "10万以上"}, "A", id="an open budget may reach the least deal"),
        pytest.param({"预算范围": "待确认", "需求紧急程度": "低", "所属行业": "教育"}, "C", id="what is unknown can't change it"),
        pytest.param({"需求紧急程度": None, "预计成交时间": "2024-09-18"}, "A", id="urgent by the expected close"),
        pytest.param({"需求紧急程度": None, "预计成交时间": "2024-09-19"}, "B", id="not urgent by the expected close"),
    ],
)
def test_the_letter_goes_by_how_many_of_the_three_hold(lead: dict[str, Any], expected: str) -> None:
    assert advised({**GOOD, **lead}) == expected


@pytest.mark.parametrize(
    "lead",
    [
        pytest.param({"优先级": "C"}, id="it has a priority"),
        pytest.param({"优先级": "特急"}, id="it has one that can't be read"),
        pytest.param({"线索状态": "成交"}, id="closed"),
        pytest.param({"预算范围": "待确认"}, id="the budget could change it"),
        pytest.param({"所属行业": None}, id="the industry could change it"),
        pytest.param({"需求紧急程度": None}, id="the urgency could change it"),
    ],
)
def test_no_priority_is_advised_that_is_there_or_could_be_another(lead: dict[str, Any]) -> None:
    assert advised({**GOOD, **lead}) is None


def test_what_is_known_of_the_customer_counts_where_the_lead_says_nothing() -> None:
    lead = {**GOOD, "需求紧急程度": None, "预算范围": None}
    assert advised(lead, known_of({"线索编号": "X001", "成立年限": "5年", "预算范围": "20万", "采购时间节点": "2024年8月"})) == "A"
    assert advised(lead, known_of({"线索编号": "X001", "成立年限": "5年", "预算范围": "5万", "采购时间节点": "2025年8月"})) == "C"
    assert advised(lead, known_of({"线索编号": "X001", "成立年限": "5年", "预算范围": "5万", "采购时间节点": "尽快"})) is None


def test_of_several_products_the_leads_own_counts_else_all_or_none() -> None:
    prices = (Price("基础版", 1.0, 100000.0), Price("旗舰版", 1.0, 500000.0), Price("附件", 1.0))
    assert advised({**GOOD, "产品": "基础版"}, prices=prices) == "A"
    assert advised({**GOOD, "产品": "旗舰版"}, prices=prices) == "B"
    assert advised({**GOOD, "预算范围": "60万"}, prices=prices) == "A"
    assert advised({**GOOD, "预算范围": "30万"}, prices=prices) is None


def test_without_lists_nothing_is_advised() -> None:
    assert advised(GOOD, key_industries=(), prices=()) is None


def test_the_numbers_on_the_rules_sheet_count() -> None:
    sheet = rules_sheet([("priority.A", 2), ("priority.B", 1)])
    assert advised({**GOOD, "需求紧急程度": "中"}, sheet) == "A"


def test_other_documents_have_other_priorities() -> None:
    assert assessed([{"industry": "制造业"}]).leads["priority_suggested"].tolist() == [None]
