"""Budgets and amounts (RULES.md 1.8), counts, and probabilities (RULES.md 1.9)."""

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.funnel.parse import Money, Trouble, parse_money, parse_number, parse_probability
from funnelbook.funnel.rulebook import RuleBook

WORDS = RuleBook.default().words
WAN = 10_000.0

FIGURES = [
    (500000, 500_000),
    (0, 0),
    ("500000", 500_000),
    ("５０００００", 500_000),
    ("500,000", 500_000),
    ("1,234,567.89", 1_234_567.89),
    ("￥500,000", 500_000),
    ("¥50万", 500_000),
    ("RMB 50万", 500_000),
    ("人民币50万元", 500_000),
    ("5000元", 5_000),
    ("3.5k", 3_500),
    ("3.5K", 3_500),
    ("20w", 200_000),
    ("20 万", 200_000),
    ("1.1万", 11_000),
    ("50萬", 500_000),
    ("1.2亿", 120_000_000),
    ("1亿2000万", 120_000_000),
    ("3万5千元", 35_000),
    ("5百万", 5_000_000),
    ("2千万", 20_000_000),
    ("五十万", 500_000),
    ("五十万元", 500_000),
    ("一百二十万", 1_200_000),
    ("两千", 2_000),
    ("三千五百万", 35_000_000),
    ("五点五万", 55_000),
    ("壹拾万", 100_000),
    ("一亿两千万", 120_000_000),
    ("预算20万", 200_000),
]
RANGES = [
    ("50-80万", 500_000, 800_000),
    ("50~80万", 500_000, 800_000),
    ("50～80万", 500_000, 800_000),
    ("50至80万", 500_000, 800_000),
    ("50到80万", 500_000, 800_000),
    ("50—80万", 500_000, 800_000),
    ("50——80万元", 500_000, 800_000),
    ("50 - 80 万", 500_000, 800_000),
    ("10万-15万", 100_000, 150_000),
    ("5000-8000元", 5_000, 8_000),
    ("8千-1万", 8_000, 10_000),
    ("5000元-1万", 5_000, 10_000),
    ("3-5千万", 30_000_000, 50_000_000),
    ("5000-8000", 5_000, 8_000),
    ("10-10万", 100_000, 100_000),
    ("三十至五十万元", 300_000, 500_000),
    ("五到十万", 50_000, 100_000),
    ("五万到八万", 50_000, 80_000),
    ("20万左右", 180_000, 220_000),
    ("约20万", 180_000, 220_000),
    ("预算20万左右", 180_000, 220_000),
    ("约50-80万", 500_000, 800_000),
    ("15万以内", None, 150_000),
    ("15万以下", None, 150_000),
    ("不超过15万", None, 150_000),
    ("≤15万", None, 150_000),
    ("100万以上", 1_000_000, None),
    ("100万及以上", 1_000_000, None),
    ("100万起", 1_000_000, None),
    ("100万+", 1_000_000, None),
    ("至少100万", 1_000_000, None),
    (">=100万", 1_000_000, None),
]
VAGUE = [
    "预算充足",
    "面议",
    "几十万",
    "上百万",
    "百万",
    "万",
    "三五十万",
    "三到五百万",
    "一万五",
    "3千5百万",
    "50万-80",
    "80-50万",
    "50-80万以内",
    "约50万以上",
    "20万以上50万以下",
    "50,80万",
    "5,00",
    "$500",
    "50万美元",
    "50万(含税)",
    "50%",
    "1e5",
    "",
    "9" * 400,
    "一" * 5_000,
    float("nan"),
    float("inf"),
    dt.datetime(2024, 10, 15),
    dt.time(10, 15),
]


@pytest.mark.parametrize(("value", "figure"), FIGURES)
def test_a_single_figure_is_read_exactly(value: Any, figure: float) -> None:
    assert parse_money(value, WORDS) == Money(figure, figure, exact=True)


@pytest.mark.parametrize(("text", "low", "high"), RANGES)
def test_a_range_is_read_from_end_to_end(text: str, low: float | None, high: float | None) -> None:
    assert parse_money(text, WORDS) == Money(low, high, exact=False)


@pytest.mark.parametrize("value", VAGUE)
def test_a_budget_without_a_clear_figure_is_vague(value: Any) -> None:
    trouble = parse_money(value, WORDS)
    assert isinstance(trouble, Trouble)
    assert trouble.code == "budget.vague"


@pytest.mark.parametrize("value", [*VAGUE, "待确认"])
def test_an_amount_without_a_clear_figure_is_no_number(value: Any) -> None:
    trouble = parse_money(value, WORDS, kind="amount")
    assert isinstance(trouble, Trouble)
    assert trouble.code == "number.invalid"


@pytest.mark.parametrize("kind", ["budget", "amount"])
@pytest.mark.parametrize("value", [-1, -0.5, "-5万", "－5万", "¥-500", "-5-8万", "负五万", "负五至八万"])
def test_less_than_nothing_is_no_number(value: Any, kind: Any) -> None:
    assert parse_money(value, WORDS, kind=kind) == Trouble("number.invalid", "negative")


def test_ends_the_wrong_way_round_are_said_to_be_so() -> None:
    assert parse_money("80-50万", WORDS) == Trouble("budget.vague", "reversed")


@pytest.mark.parametrize("text", ["待确认", " 待确认 ", "待確認"])
def test_a_budget_to_be_confirmed_is_unknown_and_no_trouble(text: str) -> None:
    assert parse_money(text, WORDS) == Money(None, None, exact=False, unknown=True)


@pytest.mark.parametrize("word", ["不足", "不满", "低于", "<"])
def test_less_than_a_price_stays_below_it(word: str) -> None:
    money = parse_money(f"{word}100万", WORDS)
    assert isinstance(money, Money)
    assert money.low is None
    assert money.high is not None
    assert money.high < 1_000_000
    assert money.high == pytest.approx(1_000_000)


@pytest.mark.parametrize("word", ["超过", "高于", ">"])
def test_more_than_a_price_stays_above_it(word: str) -> None:
    money = parse_money(f"{word}100万", WORDS)
    assert isinstance(money, Money)
    assert money.high is None
    assert money.low is not None
    assert money.low > 1_000_000
    assert money.low == pytest.approx(1_000_000)


@pytest.mark.parametrize(
    ("value", "figure"),
    [(65, 650_000), (6.6, 66_000), ("65", 650_000), ("65万", 650_000), ("650000元", 650_000), ("五十", 500_000)],
)
def test_the_unit_of_the_header_is_for_figures_without_their_own(value: Any, figure: float) -> None:
    assert parse_money(value, WORDS, WAN, kind="amount") == Money(figure, figure, exact=True)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("￥650,000", 650_000, 650_000), ("RMB 8000", 8_000, 8_000), ("￥20万", 200_000, 200_000), ("￥200,000-￥300,000", 200_000, 300_000)],
)
def test_a_currency_mark_says_yuan_whatever_the_unit_of_the_header(value: str, low: float, high: float) -> None:
    found = parse_money(value, WORDS, WAN)
    assert isinstance(found, Money)
    assert (found.low, found.high) == (low, high)


def test_a_range_without_units_takes_that_of_the_header() -> None:
    assert parse_money("50-80", WORDS, WAN) == Money(500_000, 800_000, exact=False)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(sorted(WORDS.money_units)), st.sampled_from("-~至到"))
def test_a_range_comes_back_from_its_text(one: int, other: int, unit: str, sign: str) -> None:
    low, high = sorted((one, other))
    factor = WORDS.money_units[unit]
    assert parse_money(f"{low}{sign}{high}{unit}", WORDS) == Money(low * factor, high * factor, exact=False)


@given(st.text(alphabet="负零一二两三五十百千万亿点0123456789.,-~至到元kw约左右以内以上<>= ", max_size=12))
def test_the_low_end_never_lies_above_the_high_end(text: str) -> None:
    money = parse_money(text, WORDS)
    if isinstance(money, Money) and money.low is not None and money.high is not None:
        assert 0 <= money.low <= money.high < math.inf


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (45, 45),
        (45.5, 45.5),
        (0, 0),
        ("45", 45),
        ("45天", 45),
        ("45 天", 45),
        ("45个工作日", 45),
        ("４５", 45),
        ("1,000", 1000),
        ("3次", 3),
        ("四十五天", 45),
        ("45 Days", 45),
        ("0.5", 0.5),
    ],
)
def test_a_count_is_read_with_or_without_its_unit(value: Any, number: float) -> None:
    assert parse_number(value, WORDS) == number


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (-3, "negative"),
        ("-3", "negative"),
        ("−3天", "negative"),
        ("约45天", "unreadable"),
        ("45万", "unreadable"),
        ("三五天", "unreadable"),
        ("天", "unreadable"),
        ("", "unreadable"),
        (None, "unreadable"),
        ("1-2", "unreadable"),
        (float("nan"), "unreadable"),
        (float("inf"), "unreadable"),
        (dt.datetime(2024, 5, 1), "unreadable"),
    ],
)
def test_what_is_no_count_is_no_number(value: Any, reason: str) -> None:
    assert parse_number(value, WORDS) == Trouble("number.invalid", reason)


@pytest.mark.parametrize(
    ("value", "percent_format", "probability"),
    [
        (50, False, 50),
        (0, False, 0),
        (100, False, 100),
        (1, False, 1),
        ("50", False, 50),
        ("50%", False, 50),
        ("50 ％", False, 50),
        ("0.5%", False, 0.5),
        (0.5, True, 50),
        (0.55, True, 55),
        (1, True, 100),
        (0.005, True, 0.5),
        ("50%", True, 50),
        ("50", True, 50),
        (0.29, True, 29),
    ],
)
def test_a_probability_is_read_in_percent(value: Any, percent_format: bool, probability: float) -> None:
    assert parse_probability(value, percent_format, WORDS) == probability


@pytest.mark.parametrize(
    ("value", "percent_format", "reason"),
    [
        (0.5, False, "fraction"),
        ("0.5", False, "fraction"),
        ("0.5", True, "fraction"),
        (101, False, "outside"),
        (-1, False, "outside"),
        (50, True, "outside"),
        ("120%", False, "outside"),
        (float("nan"), False, "outside"),
        ("70%-90%", False, "unreadable"),
        ("高", False, "unreadable"),
        ("", False, "unreadable"),
        (dt.date(2024, 5, 1), False, "unreadable"),
    ],
)
def test_what_is_no_probability_is_refused(value: Any, percent_format: bool, reason: str) -> None:
    assert parse_probability(value, percent_format, WORDS) == Trouble("probability.range", reason)


@given(st.integers(0, 100))
def test_a_percent_format_and_a_percent_sign_say_the_same(percent: int) -> None:
    assert parse_probability(percent / 100, True, WORDS) == parse_probability(f"{percent}%", False, WORDS) == percent
