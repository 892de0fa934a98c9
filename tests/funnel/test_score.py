"""The 100-point score, the tier that follows, and its comparison with the typed one (RULES.md 3)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import product
from typing import Any

import pytest

from funnelbook.grid import Grid

from .build import assessed, rules_sheet

FIT = {"完全契合": 40, "部分契合": 20, "不契合": 0}
BUDGET = {"高于定价": 25, "匹配": 15, "不足": 5}
AUTHORITY = {"直接决策人": 20, "有影响者": 10, "无权限": 0}
URGENCY = {"2024-06-30": 15, "2024-08-31": 10, "2025-01-31": 5}
FULL = {"fit": "完全契合", "budget_fit": "高于定价", "authority": "直接决策人", "expected_close": "2024-06-30"}


def points(name: str, lead: dict[str, Any], **more: Any) -> float | None:
    value = assessed([lead], **more).leads[f"points.{name}"].iloc[0]
    return None if value != value else float(value)


def priced(*lines: tuple[str, Any]) -> Grid:
    return rules_sheet(product=[name for name, _ in lines], price=[price for _, price in lines])


def test_all_81_combinations_add_up_and_fall_into_the_documents_tiers() -> None:
    cases = list(product(FIT, BUDGET, AUTHORITY, URGENCY))
    leads = [dict(zip(("fit", "budget_fit", "authority", "expected_close"), case, strict=True)) for case in cases]
    frame = assessed(leads).leads
    assert frame["score_low"].tolist() == [FIT[a] + BUDGET[b] + AUTHORITY[c] + URGENCY[d] for a, b, c, d in cases]
    assert frame["score_high"].tolist() == frame["score_low"].tolist()
    assert Counter(frame["tier"]) == {"A": 13, "B": 25, "C": 26, "D": 17}


@pytest.mark.parametrize(("score", "tier"), [(100, "A"), (80, "A"), (75, "B"), (60, "B"), (55, "C"), (40, "C"), (35, "D"), (10, "D")])
def test_80_60_and_40_points_belong_to_the_better_tier(score: int, tier: str) -> None:
    cases = product(FIT, BUDGET, AUTHORITY, URGENCY)
    case = next(c for c in cases if FIT[c[0]] + BUDGET[c[1]] + AUTHORITY[c[2]] + URGENCY[c[3]] == score)
    lead = dict(zip(("fit", "budget_fit", "authority", "expected_close"), case, strict=True))
    assert assessed([lead]).leads["tier"].tolist() == [tier]


@pytest.mark.parametrize(
    ("entered", "close", "expected"),
    [
        pytest.param("2024-05-02", "2024-06-02", 15, id="one month to the day is within one month"),
        pytest.param("2024-05-02", "2024-06-03", 10, id="one day more is not"),
        pytest.param("2024-05-02", "2024-08-02", 10, id="three months to the day are within three"),
        pytest.param("2024-05-02", "2024-08-03", 5, id="one day more is later"),
        pytest.param("2024-05-02", "2024-07", 10, id="of a month its last day counts, one day less than three months here"),
        pytest.param("2024-05-01", "2024年8月", 5, id="and more than three months here"),
        pytest.param("2024-01-31", "2024-02-29", 15, id="one month after 31 January is the last day of February"),
        pytest.param("2024-01-31", "2024-03-01", 10, id="and 1 March lies after it"),
        pytest.param("2024-05-02 18:00", "2024-06-02 19:00", 15, id="calendar dates are compared, whatever the hour"),
        pytest.param("2024-05-02", "2024-05-02", 15, id="the day of the entry itself"),
        pytest.param("2024-05-02", "2024-05-01", None, id="a close before the entry gives no points"),
        pytest.param("2024-05", "2024-05-10", 15, id="a close within the month of the entry may lie after it"),
        pytest.param("2024-05", "2024-06-30", 15, id="of an entry without a day the last of the month counts too"),
        pytest.param("2024-05-02", "5/6/2024", None, id="an unreadable close gives no points"),
        pytest.param("2024-05-02", None, None, id="nor does a blank one"),
        pytest.param("昨天", "2024-06-02", None, id="nor an unreadable entry"),
    ],
)
def test_urgency_counts_calendar_months_from_entry_to_close(entered: str, close: str | None, expected: float | None) -> None:
    assert points("urgency", {"entered_at": entered, "expected_close": close}) == expected


def test_urgency_counts_from_the_day_of_the_run_when_the_rules_sheet_says_so() -> None:
    lead = {"entered_at": "2024-01-01", "expected_close": "2024-07-20"}
    assert points("urgency", lead) == 5
    assert points("urgency", lead, rules=rules_sheet([("score.urgency.base", "as_of")])) == 15


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        pytest.param("50-80万", 25, id="a range above the price"),
        pytest.param("40-80万", 15, id="a range that begins at the price matches"),
        pytest.param("20-40万", 15, id="a range that ends at the price matches"),
        pytest.param("20-39万", 5, id="a range below the price"),
        pytest.param("40万", 15, id="the price itself"),
        pytest.param("44万", 15, id="a single figure ten percent above still matches"),
        pytest.param("36万", 15, id="and ten percent below"),
        pytest.param("44.1万", 25, id="more than ten percent above does not"),
        pytest.param("35.9万", 5, id="nor more than ten percent below"),
        pytest.param("44万左右", 15, id="about a figure is the range of ten percent around it"),
        pytest.param("45万左右", 25, id="which lies above the price here"),
        pytest.param("45-50万", 25, id="the ten percent are not for ranges"),
        pytest.param("40万以上", 15, id="an open end reaches any price"),
        pytest.param("50万以内", 15, id="also downwards"),
        pytest.param("39万以内", 5, id="unless the closed end is below it"),
        pytest.param("超过40万", 25, id="more than the price is above it"),
        pytest.param("不足40万", 5, id="less than the price is below it"),
        pytest.param(400000, 15, id="a plain number is yuan"),
        pytest.param("待确认", None, id="to be confirmed is unknown"),
        pytest.param("tbc", None, id="in English too"),
        pytest.param("To be  confirmed", None, id="in English words"),
        pytest.param("预算充足", None, id="a vague answer is unknown"),
        pytest.param(None, None, id="a blank is unknown"),
    ],
)
def test_the_budget_is_measured_by_the_price(budget: Any, expected: float | None) -> None:
    assert points("budget", {"budget": budget}, rules=priced(("", 400000))) == expected


@pytest.mark.parametrize(
    ("lead", "lines", "expected"),
    [
        pytest.param({}, [], None, id="without a price the budget says nothing"),
        pytest.param({}, [("仓储", "30万"), ("分拣", "90万")], None, id="nor with several prices and no product column"),
        pytest.param({"product": "仓储"}, [("仓储", "30万"), ("分拣", "90万")], 25, id="the product says which price"),
        pytest.param({"product": "分拣 "}, [("仓储", "30万"), ("分拣", "90万")], 5, id="and the other product the other"),
        pytest.param({"product": "叉车"}, [("仓储", "30万"), ("分拣", "90万")], None, id="a product without a price"),
        pytest.param({"product": None}, [("仓储", "30万"), ("分拣", "90万")], None, id="a blank product"),
        pytest.param({"product": "叉车"}, [("", "30万")], 25, id="a single price holds for every product"),
        pytest.param({"budget_fit": "不足"}, [("", "30万")], 5, id="what is typed goes before what is computed"),
        pytest.param({"budget_fit": "看情况"}, [("", "30万")], 25, id="an unknown word counts as blank"),
        pytest.param({"budget_fit": "匹配", "budget": None}, [], 15, id="a typed grade needs no price"),
    ],
)
def test_which_price_and_which_source_the_budget_points_come_from(
    lead: dict[str, Any], lines: list[tuple[str, Any]], expected: float | None
) -> None:
    assert points("budget", {"budget": "50-80万", **lead}, rules=priced(*lines) if lines else None) == expected


@pytest.mark.parametrize(
    ("name", "dimension", "value", "expected"),
    [
        ("fit", "fit", "完全契合", 40),
        ("fit", "fit", "部分契合", 20),
        ("fit", "fit", "不契合", 0),
        ("fit", "fit", 40, 40),
        ("fit", "fit", "很契合", None),
        ("fit", "fit", "-", None),
        ("authority", "authority", "直接决策人", 20),
        ("authority", "authority", "有影响者", 10),
        ("authority", "authority", "无权限", 0),
        ("authority", "authority", "無權限", 0),
        ("authority", "authority", "无", None),
    ],
)
def test_typed_words_give_their_points_and_other_words_none(name: str, dimension: str, value: Any, expected: float | None) -> None:
    assert points(dimension, {name: value}) == expected


def test_authority_is_never_taken_from_the_job_title() -> None:
    assert points("authority", {"contact": "总经理", "authority": None}) is None


@pytest.mark.parametrize(
    ("lead", "score", "tier", "span"),
    [
        pytest.param(FULL, (100, 100), "A", ("A", "A"), id="complete"),
        pytest.param({**FULL, "authority": None}, (80, 100), "A", ("A", "A"), id="one gap that changes nothing"),
        pytest.param({**FULL, "fit": None}, (60, 100), None, ("B", "A"), id="one gap that decides"),
        pytest.param({**FULL, "budget_fit": None, "budget": None}, (80, 100), "A", ("A", "A"), id="an unknown budget is 5 to 25"),
        pytest.param({**FULL, "expected_close": None}, (90, 100), "A", ("A", "A"), id="an unknown close is 5 to 15"),
        pytest.param(
            {"fit": None, "authority": None, "expected_close": None, "budget": None}, (10, 100), None, ("D", "A"), id="nothing known"
        ),
    ],
)
def test_an_undetermined_dimension_makes_the_score_an_interval(
    lead: dict[str, Any], score: tuple[int, int], tier: str | None, span: tuple[str, str]
) -> None:
    row = assessed([lead]).leads.iloc[0]
    assert (row["score_low"], row["score_high"], row["tier"], row["span"]) == (*score, tier, span)


B_OR_A = {**FULL, "fit": None}


@pytest.mark.parametrize(
    ("lead", "typed", "check", "shown", "in_force"),
    [
        pytest.param(FULL, "A", "same", "A", "A", id="the typed tier is the computed one"),
        pytest.param(FULL, "A级", "same", "A", "A", id="A级 is A"),
        pytest.param(FULL, "A类", "same", "A", "A", id="A类 is A"),
        pytest.param(FULL, "ａ", "same", "A", "A", id="a full-width small letter is A"),
        pytest.param(FULL, "B", "differs", "B", "A", id="the computed tier is in force where they differ"),
        pytest.param(FULL, None, "untyped", None, "A", id="nothing typed"),
        pytest.param(FULL, "-", "untyped", None, "A", id="a dash is nothing typed"),
        pytest.param(FULL, "重要", "differs", "重要", "A", id="an unknown word is shown as typed and differs"),
        pytest.param(B_OR_A, "A", "incomplete", "A", "A", id="undetermined, and the typed tier possible and in force"),
        pytest.param(B_OR_A, "B", "incomplete", "B", "B", id="so is the other end"),
        pytest.param(B_OR_A, "C", "differs", "C", "C", id="a typed tier outside the span differs and stays in force"),
        pytest.param(B_OR_A, None, "incomplete", None, None, id="undetermined and nothing typed"),
        pytest.param(B_OR_A, "重要", "differs", "重要", None, id="an unknown word is never in force"),
    ],
)
def test_the_typed_tier_is_compared_with_the_computed_one(
    lead: dict[str, Any], typed: str | None, check: str, shown: str | None, in_force: str | None
) -> None:
    row = assessed([{**lead, "tier": typed}]).leads.iloc[0]
    assert (row["tier_check"], row["tier_typed"], row["tier_in_force"]) == (check, shown, in_force)


def test_without_a_tier_column_the_computed_tier_is_in_force() -> None:
    row = assessed([FULL], without=["tier"]).leads.iloc[0]
    assert (row["tier"], row["tier_typed"], row["tier_in_force"], row["tier_check"]) == ("A", None, "A", "untyped")


def test_the_weights_of_the_rules_sheet_are_the_ones_that_count() -> None:
    rules = rules_sheet([("score.fit.full", 30), ("score.budget.above", 35), ("tier.A", 95)])
    row = assessed([{**FULL, "expected_close": "2024-08-31"}], rules=rules).leads.iloc[0]
    assert (row["score_low"], row["tier"]) == (95, "A")


def test_the_score_is_the_same_whatever_the_day_of_the_run() -> None:
    scores = {assessed([FULL], as_of=day).leads["score_low"].iloc[0] for day in (dt.date(2024, 6, 20), dt.date(2026, 1, 1))}
    assert scores == {100}
