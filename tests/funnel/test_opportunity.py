"""Opportunities: three words about a customer make a rating (RULES.md 5)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from ..lifecycle import assessed, reminded
from .build import found, rules_sheet

WORTH = {"高": 2, "中": 1, "低": 0}


def rated(urgency: Any, budget: Any, chain: Any, **more: Any) -> Any:
    customers = [{"客户ID": "KH1", "线索ID": "LX1", "需求紧迫性": urgency, "预算匹配度": budget, "决策链清晰度": chain}]
    return assessed(*more.pop("more", ()), customers=customers, **more)


def rating(found: Any) -> Any:
    return found.others["customers"]["opportunity"].tolist()[0]


@pytest.mark.parametrize("words", list(product("高中低", repeat=3)), ids="".join)
def test_5_points_are_strong_3_are_fair_less_is_weak(words: tuple[str, str, str]) -> None:
    total = sum(WORTH[word] for word in words)
    assert rating(rated(*words)) == ("strong" if total >= 5 else "fair" if total >= 3 else "weak")


@pytest.mark.parametrize("blank", [None, "-", "不清楚"])
def test_any_blank_leaves_it_unrated(blank: str | None) -> None:
    assert rating(rated("高", blank, "高")) == "unrated"
    assert reminded(rated("低", blank, "低"), "opportunity") == []


def test_an_unknown_word_is_reported() -> None:
    assert found(rated("高", "不清楚", "高"), "vocabulary.unknown") == ["客户信息表!S2"]


def test_a_weak_one_reminds_to_change_the_strategy() -> None:
    assert reminded(rated("低", "低", "高"), "opportunity") == [(2, "owner", "weak", None)]


@pytest.mark.parametrize("words", ["高高高", "中中中"])
def test_a_better_one_reminds_nobody(words: str) -> None:
    assert reminded(rated(*words), "opportunity") == []


@pytest.mark.parametrize("status", ["合同签订", "丢单"])
def test_a_weak_one_that_is_over_is_still_rated_and_reminds_nobody(status: str) -> None:
    over = rated("低", "低", "低", progress=[{"客户ID": "KH1", "当前阶段": "谈判", "状态": status}])
    assert (rating(over), reminded(over, "opportunity")) == ("weak", [])


def test_a_table_with_two_of_the_columns_rates_nothing_and_says_what_it_lacks() -> None:
    lacking = rated("高", "高", None, without=["决策链清晰度"])
    assert rating(lacking) == "unrated"
    assert [(u.rule, u.missing) for u in lacking.undetermined if u.rule == "opportunity"] == [("opportunity", ("chain_clarity",))]


def test_a_table_without_the_columns_has_no_rating() -> None:
    bare = assessed(without=["需求紧迫性", "预算匹配度", "决策链清晰度"], customers=[{"客户ID": "KH1", "线索ID": "LX1", "客户等级": "A"}])
    assert "opportunity" not in bare.others["customers"]


def test_the_points_are_those_of_the_rules_sheet() -> None:
    assert rating(rated("高", "中", "中", more=[rules_sheet([("opportunity.strong", 4)])])) == "strong"
