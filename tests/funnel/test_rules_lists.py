"""The lists of the rules sheet: smallest orders, key industries, the company's own days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funnelbook.funnel.rulebook import Price, RuleBook

from .build import errors, grid, rules_sheet


def overlaid(**lists: Any) -> RuleBook:
    return RuleBook.default().overlaid([rules_sheet(**lists)])


def places(rules: RuleBook) -> list[tuple[str | None, Any]]:
    return [(f.cell, f.value) for f in rules.findings]


def test_the_smallest_order_stands_beside_the_price() -> None:
    rules = overlaid(product=["仓储", "分拣"], price=[300000, 900000], minimum=["10万", None])
    assert (rules.prices, rules.findings) == ((Price("仓储", 300000, 100000), Price("分拣", 900000)), ())


def test_a_smallest_order_that_is_no_amount_is_reported_and_the_price_holds() -> None:
    rules = overlaid(product=["仓储"], price=[300000], minimum=["看情况"])
    assert (rules.prices, places(rules)) == ((Price("仓储", 300000),), [("E4", "看情况")])


def test_key_industries_are_read_once_each() -> None:
    assert overlaid(key_industry=["制造业", " 制造业", "物流", "-"]).key_industries == ("制造业", "物流")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        (dt.date(2024, 2, 8), ["2024-02-08"]),
        ("2024年2月8日", ["2024-02-08"]),
        ("2024-02-08~2024-02-10", ["2024-02-08", "2024-02-09", "2024-02-10"]),
        ("2024/2/8至2024/2/9", ["2024-02-08", "2024-02-09"]),
        (45330, ["2024-02-08"]),
    ],
)
def test_days_off_are_single_days_or_a_first_and_a_last_one(typed: Any, days: list[str]) -> None:
    rules = overlaid(holiday=[typed])
    assert (rules.holidays, rules.findings) == (tuple(map(day, days)), ())


@pytest.mark.parametrize("typed", ["春节", "2024-02", "2024-02-10~2024-02-08", "2023-01-01~2025-01-01", 12, "02/08/2024", "1999-01-01"])
def test_what_is_no_day_is_reported(typed: Any) -> None:
    rules = overlaid(holiday=[typed, "2024-02-08"])
    assert (rules.holidays, places(rules)) == ((day("2024-02-08"),), [("C4", typed)])


def test_a_day_that_is_both_off_and_worked_is_reported_and_stays_off() -> None:
    rules = overlaid(holiday=["2024-02-08"], workday=["2024-02-08", "2024-02-04"])
    assert (rules.holidays, rules.workdays) == ((day("2024-02-08"),), (day("2024-02-04"),))
    assert places(rules) == [("D4", "2024-02-08")]


def test_an_error_value_in_a_list_is_a_bad_value_and_not_a_name() -> None:
    sheet = grid([["规则代码", "取值", "姓名"], [None, None, None]], "规则", own_sheet="rules", errors=errors(C2="#REF!"))
    rules = RuleBook.default().overlaid([sheet])
    assert (rules.roster, places(rules)) == ((), [("C2", "#REF!")])


def test_a_rule_that_stands_twice_is_reported_and_the_first_counts() -> None:
    rules = RuleBook.default().overlaid([rules_sheet([("pool.days", 9), ("pool.days", 12)])])
    assert (rules.values["pool.days"], places(rules)) == (9, [("A5", "pool.days")])


def test_a_profile_that_does_not_exist_is_reported_and_the_columns_decide() -> None:
    rules = RuleBook.default().overlaid([rules_sheet([("profile", "客户表")])])
    assert (rules.values["profile"], places(rules)) == ("auto", [("B4", "客户表")])
