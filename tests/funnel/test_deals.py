"""Deals: results, closing dates and amounts of leads from the table of progress, dates that don't fit, the pipeline (RULES.md 2 and 6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..lifecycle import assessed, lead, reminded, states
from .build import assessed_grids, day, found, grid


def deal(status: str | None = "进行中", **cells: Any) -> dict[str, Any]:
    return {"客户ID": "KH1", "当前阶段": "谈判", "状态": status, **cells}


def became(*deals: Any, more: Any = None, **tables: Any) -> Any:
    return assessed(*([] if more is None else [more]), progress=list(deals), **tables)


@pytest.mark.parametrize(
    ("words", "result"),
    [
        pytest.param(["合同签订"], "won", id="signed"),
        pytest.param(["丢单"], "lost", id="lost to another"),
        pytest.param(["流失"], "lost", id="lost"),
        pytest.param(["终止"], "lost", id="ended"),
        pytest.param(["进行中"], "open", id="under way"),
        pytest.param([None], "open", id="blank"),
        pytest.param(["不明"], "open", id="unknown word"),
        pytest.param(["丢单", "合同签订"], "won", id="the last row holds"),
        pytest.param(["合同签订", "丢单"], "lost", id="the last row holds, the other way round"),
        pytest.param(["合同签订", "进行中"], "won", id="the last row with a known result"),
        pytest.param([], "open", id="no row"),
    ],
)
def test_the_result_of_a_lead_is_that_of_its_last_deal(words: list[str | None], result: str) -> None:
    assert became(*(deal(word) for word in words)).leads["result"].tolist() == [result]


def test_a_deal_whose_customer_names_no_lead_decides_nothing() -> None:
    assert became(deal("合同签订"), customers=[{"客户ID": "KH1", "线索ID": None, "客户等级": "A"}]).leads["result"].tolist() == ["open"]
    assert became(deal("合同签订"), customers=None).leads["result"].tolist() == ["open"]


def test_a_conversion_of_the_lead_counts_before_its_deals() -> None:
    conversions = grid([["线索ID", "转化结果", "成交金额(万)"], ["LX1", "流失", None]], "转化")
    assert became(deal("合同签订"), more=conversions).leads["result"].tolist() == ["lost"]


def test_a_signed_deal_gives_the_closing_date_the_amount_and_the_cycle() -> None:
    leads = became(deal("合同签订", 签约日期="2024-06-11", **{"预计金额(万)": 50})).leads
    assert (day(leads["closed_on"][0]), leads["amount"][0], leads["cycle"][0]) == ("2024-06-11", 500_000, 10)


def test_a_deal_that_was_lost_has_no_closing_date_and_no_amount() -> None:
    leads = became(deal("丢单", 签约日期="2024-06-11", **{"预计金额(万)": 50})).leads
    assert (day(leads["closed_on"][0]), np.isnan(leads["amount"][0])) == (None, True)


def test_the_amount_is_that_of_the_deal_that_decides() -> None:
    leads = became(deal("合同签订", **{"预计金额(万)": 50}), deal("进行中", **{"预计金额(万)": 9})).leads
    assert leads["amount"].tolist() == [500_000]


def test_a_won_lead_is_closed_and_an_open_one_undetermined() -> None:
    won, open_ = became(deal("合同签订")), became(deal())
    assert [a.leads["follow_up"].tolist() for a in (won, open_)] == [["closed"], ["undetermined"]]
    assert [a.leads["tier_in_force"].tolist() for a in (won, open_)] == [[None], [None]]


def test_priority_is_never_a_tier_and_no_lead_goes_to_the_pool() -> None:
    assessment = assessed(leads=[lead("LX1", 优先级="高", 创建时间="2024-01-01")])
    frame = assessment.leads
    assert (frame["tier_in_force"].tolist(), frame["first_touch"].tolist(), frame["follow_up"].tolist()) == (
        [None],
        ["undetermined"],
        ["undetermined"],
    )
    assert {r.rule for r in assessment.reminders} & {"pool", "cadence", "sla.first_touch"} == set()


# ---- dates


@pytest.mark.parametrize("name", ["签约日期", "预计成交时间"])
def test_a_day_before_the_lead_was_entered_is_reported(name: str) -> None:
    column = {"签约日期": "L", "预计成交时间": "F"}[name]
    assert found(became(deal("合同签订", **{name: "2024-05-31"})), "date.order") == [f"销售进度跟踪表!{column}2"]


@pytest.mark.parametrize("value", ["2024-06-01", "2024-06", None])
def test_a_day_on_or_after_it_is_not(value: str | None) -> None:
    assert found(became(deal("合同签订", 签约日期=value, 预计成交时间=value)), "date.order") == []


def test_an_expected_close_that_is_past_is_reported_on_an_open_deal() -> None:
    assert found(became(deal(预计成交时间="2024-06-19")), "close.overdue") == ["销售进度跟踪表!F2"]


@pytest.mark.parametrize(
    ("status", "close"), [("进行中", "2024-06-20"), ("进行中", "2024-06"), ("合同签订", "2024-06-10"), ("丢单", "2024-06-10")]
)
def test_an_expected_close_to_come_or_of_a_deal_that_is_over_is_not(status: str, close: str) -> None:
    assert found(became(deal(status, 预计成交时间=close)), "close.overdue") == []


@pytest.mark.parametrize(("value", "code"), [(120, "probability.range"), (0.5, "probability.range"), (-1, "probability.range")])
def test_a_probability_outside_0_to_100_is_reported(value: float, code: str) -> None:
    assert found(became(deal(**{"成交概率(%)": value})), code) == ["销售进度跟踪表!G2"]


# ---- the weighted pipeline


def weighted(*deals: Any, **more: Any) -> float | None:
    found: float | None = became(*deals, **more).metrics.pipeline_weighted
    return found


def worth(amount: Any, probability: Any, status: str | None = "进行中") -> dict[str, Any]:
    return deal(status, **{"预计金额(万)": amount, "成交概率(%)": probability})


def test_the_pipeline_weighs_every_open_deal() -> None:
    assert weighted(worth(20, 60), worth(10, "50%")) == 170_000


def test_deals_without_amount_or_probability_and_closed_ones_add_nothing() -> None:
    assert weighted(worth(20, None), worth(None, 60), worth(10, 0)) == 0
    assert weighted(worth(20, 60), worth(50, 100, "合同签订")) == 0


def test_a_lost_deal_closes_its_lead_and_leaves_nothing() -> None:
    assert weighted(worth(50, 90, "丢单")) == 0


def test_a_deal_of_nobodys_lead_is_not_in_the_pipeline() -> None:
    assert weighted(worth(20, 60), {**worth(10, 50), "客户ID": "KH9"}) == 120_000


def test_without_customers_every_open_deal_is_in_the_pipeline() -> None:
    leads = lead("L1")
    sheets = [
        grid([list(leads), list(leads.values())]),
        grid([["客户ID", "当前阶段", "预计金额(万)", "成交概率(%)"], ["KH1", "谈判", 20, 60]], "进度"),
    ]
    assert assessed_grids(sheets).metrics.pipeline_weighted == 120_000


def test_without_a_column_there_is_no_pipeline() -> None:
    assert weighted(worth(20, 60), without=["成交概率(%)"]) is None


# ---- objections


def objected(status: str, answered: str | None) -> Any:
    return became(deal(status, 异议="价格", 异议提出时间="2024-06-17", 答复时间=answered))


def test_an_objection_of_an_open_deal_reminds_and_shows_in_its_row() -> None:
    assessment = objected("进行中", None)
    assert states(assessment, "progress", "objection") == ["overdue"]
    assert reminded(assessment, "objection") == [(2, "supervisor", "overdue", "2024-06-18")]


@pytest.mark.parametrize(
    ("status", "answered", "state"),
    [("进行中", "2024-06-18", "on_time"), ("进行中", "2024-06-19", "late"), ("丢单", None, "exempt"), ("丢单", "2024-06-19", "late")],
)
def test_one_that_was_answered_or_whose_deal_is_over_reminds_nobody(status: str, answered: str | None, state: str) -> None:
    assessment = objected(status, answered)
    assert (states(assessment, "progress", "objection"), reminded(assessment, "objection")) == ([state], [])
