"""The follow-ups of each lead: how many, the last, the gaps, and who made them (RULES.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from .build import assessed, day, lead


def row(*touched: Any, **more: Any) -> pd.Series[Any]:
    return assessed([{"entered_at": "2024-05-01"}], [{"followed_at": when} for when in touched], **more).leads.iloc[0]


@pytest.mark.parametrize(
    ("touched", "count", "last"),
    [
        pytest.param([], 0, None, id="none"),
        pytest.param(["2024-05-02", "2024-05-05"], 2, "2024-05-05", id="two"),
        pytest.param(["2024-05-05", "2024-05-02"], 2, "2024-05-05", id="in whatever order"),
        pytest.param(["2024-05-02", "2024-06-21"], 1, "2024-05-02", id="one after the run is ignored"),
        pytest.param(["2024-05-02", "昨天"], 2, "2024-05-02", id="one with an unreadable time only counts"),
        pytest.param(["昨天"], 1, None, id="also alone"),
        pytest.param(["2024-05-02", None], 2, "2024-05-02", id="so does one without a time"),
        pytest.param([dt.datetime(2024, 5, 2, 14, 30)], 1, "2024-05-02", id="a real date"),
        pytest.param(["2024-05"], 1, "2024-05-31", id="a month without a day is its last day"),
        pytest.param(["2024-06"], 1, "2024-06-20", id="of a month that has not ended, the day of the run"),
        pytest.param(["2024-05", "2024-05-20"], 2, "2024-05-31", id="also beside another in that month"),
    ],
)
def test_touches_are_counted_up_to_the_run(touched: list[Any], count: int, last: str | None) -> None:
    lead = row(*touched)
    assert (lead["touches"], day(lead["last_touch"])) == (count, last)


def test_the_last_touch_keeps_its_hour_where_one_was_typed() -> None:
    lead = row("2024-05-02", "2024-05-02 14:30")
    assert (str(lead["last_touch"]), bool(lead["last_timed"])) == ("2024-05-02 14:30:00", True)


@pytest.mark.parametrize("name", ["lead_id", "followed_at"])
def test_a_log_without_ids_or_times_is_no_log(name: str) -> None:
    frame = assessed([{}], [{}], without=[name]).leads
    assert np.isnan(frame["touches"].iloc[0])


def test_gaps_are_the_calendar_days_since_the_touch_before() -> None:
    one, two = lead(1)["lead_id"], lead(2)["lead_id"]
    log = [(one, "2024-05-05"), (two, "2024-05-03"), (one, "2024-05-02 23:00"), (one, "昨天"), ("x", "2024-05-09"), (two, "2024-06-25")]
    leads = [{"entered_at": "2024-05-01"}] * 2
    frame = assessed(leads, [{"lead_id": i, "followed_at": when} for i, when in log]).followups
    assert frame is not None
    assert np.array_equal(frame["gap"], [3, *[np.nan] * 5], equal_nan=True)


def test_a_touch_is_his_who_made_it_else_the_owners() -> None:
    log = [{"followed_by": "李四、王五"}, {"followed_by": None}, {"followed_by": None, "lead_id": "x"}, {"followed_at": "2024-06-25"}]
    assert assessed([{"owner": "张三"}], log).log["owner"].tolist() == ["李四", "张三", None]
