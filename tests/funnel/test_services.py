"""Services: customers of grade A get one every calendar quarter (RULES.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ..lifecycle import assessed, lead, reminded, states, visit


def served(*days: Any, grade: str | None = "A", entry: str = "2024-01-10", as_of: dt.date = dt.date(2024, 6, 20), **more: Any) -> Any:
    return assessed(
        as_of=as_of,
        leads=[lead("LX1", 创建时间=entry)],
        customers=[{"客户ID": "KH1", "线索ID": "LX1", "客户等级": grade}],
        followups=[visit("KH1", day, "增值服务") for day in days],
        **more,
    )


@pytest.mark.parametrize(
    ("days", "state", "expected"),
    [
        pytest.param(["2024-04-01"], "on_time", [], id="this quarter"),
        pytest.param(["2024-03-31"], "waiting", [], id="last quarter"),
        pytest.param(["2023-12-31"], "overdue", [(2, "owner", "overdue", "2024-03-31")], id="not in the last quarter"),
        pytest.param(["2023-09-30"], "overdue", [(2, "supervisor", "overdue", "2023-12-31")], id="not in the last two"),
        pytest.param(["2024-07-01", "2024-03-31"], "waiting", [], id="one after the run is ignored"),
    ],
)
def test_a_customer_of_grade_a_is_served_every_quarter(days: list[str], state: str, expected: list[Any]) -> None:
    assessment = served(*days, entry="2023-01-10")
    assert (states(assessment, "customers", "service"), reminded(assessment, "service")) == ([state], expected)


def test_on_the_last_day_of_the_quarter_it_is_due() -> None:
    assert reminded(served("2024-03-01", as_of=dt.date(2024, 6, 30)), "service") == [(2, "owner", "due", "2024-06-30")]


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        pytest.param("2024-04-02", "waiting", id="the quarter of entry doesn't count"),
        pytest.param("2024-03-31", "waiting", id="the first whole quarter is this one"),
        pytest.param("2023-12-31", "overdue", id="the first whole quarter has passed"),
        pytest.param("2024-07-01", "undetermined", id="entered after the run"),
    ],
)
def test_before_the_first_service_the_first_whole_quarter_counts(entry: str, state: str) -> None:
    assert states(served(entry=entry), "customers", "service") == [state]


@pytest.mark.parametrize(
    ("delivered", "state"),
    [
        pytest.param("2024-05-05", "waiting", id="this quarter"),
        pytest.param("2024-03-30", "overdue", id="last quarter"),
        pytest.param(None, "overdue", id="never"),
    ],
)
def test_after_a_delivery_its_quarter_counts(delivered: str | None, state: str) -> None:
    deliveries = [{"客户ID": "KH1", "交付环节": "安装", "交付日期": delivered}]
    assert states(served(entry="2023-01-10", deliveries=deliveries), "customers", "service") == [state]


@pytest.mark.parametrize("grade", ["B", "C", None])
def test_other_grades_are_left_alone(grade: str | None) -> None:
    assert states(served(grade=grade, entry="2023-01-10"), "customers", "service") == ["exempt"]


@pytest.mark.parametrize(("status", "state"), [("合同签订", "overdue"), ("流失", "exempt")])
def test_a_won_customer_is_served_and_a_lost_one_is_not(status: str, state: str) -> None:
    progress = [{"客户ID": "KH1", "当前阶段": "谈判", "状态": status}]
    assert states(served(entry="2023-01-10", progress=progress), "customers", "service") == [state]


def test_another_kind_of_follow_up_is_no_service() -> None:
    assessment = assessed(
        leads=[lead("LX1", 创建时间="2023-12-01")],
        customers=[{"客户ID": "KH1", "线索ID": "LX1", "客户等级": "A"}],
        followups=[visit("KH1", "2024-06-01", "日常")],
    )
    assert states(assessment, "customers", "service") == ["overdue"]
