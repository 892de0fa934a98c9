"""Working days, and the entry of 000 within one of them (RULES.md 1.4 and 4)."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from funnelbook.funnel.workdays import workdays_after

from .build import reminded, rules_sheet
from .tiering import tiered


def after(day: str, count: int = 1, *own: str) -> str:
    days = workdays_after(np.array([day], dtype="datetime64[D]"), count, [dt.date.fromisoformat(one) for one in own])
    return str(days[0])


@pytest.mark.parametrize(
    ("day", "following"),
    [
        pytest.param("2024-06-17", "2024-06-18", id="a Monday"),
        pytest.param("2024-06-14", "2024-06-17", id="a Friday"),
        pytest.param("2024-06-15", "2024-06-17", id="a Saturday"),
        pytest.param("2024-06-07", "2024-06-11", id="before the Dragon Boat Festival"),
        pytest.param("2024-04-30", "2024-05-06", id="before the holidays of May"),
        pytest.param("2024-05-10", "2024-05-11", id="a Saturday that makes up for a holiday"),
        pytest.param("2024-09-30", "2024-10-08", id="before the National Day"),
        pytest.param("2024-10-11", "2024-10-12", id="a Saturday that makes up for the National Day"),
        pytest.param("2024-02-09", "2024-02-18", id="before the Spring Festival, to a Sunday that makes up for it"),
        pytest.param("2024-12-31", "2025-01-02", id="over the turn of the year"),
        pytest.param("NaT", "NaT", id="no day"),
    ],
)
def test_the_next_working_day(day: str, following: str) -> None:
    assert after(day) == following


def test_several_working_days() -> None:
    assert after("2024-06-14", 5) == "2024-06-21"


def test_the_companys_own_working_days_are_working_days() -> None:
    days = workdays_after(np.array(["2024-06-14"], dtype="datetime64[D]"), 1, (), [dt.date(2024, 6, 15)])
    assert str(days[0]) == "2024-06-15"


def test_the_companys_own_holidays_are_no_working_days() -> None:
    assert after("2024-06-14", 1, "2024-06-17") == "2024-06-18"


@pytest.mark.parametrize(
    ("met", "entered", "expected"),
    [
        pytest.param("2024-06-18", None, [("owner", "overdue", "2024-06-19")], id="a day late"),
        pytest.param("2024-06-19", None, [("owner", "due", "2024-06-20")], id="due today"),
        pytest.param("2024-06-20", None, [], id="met today"),
        pytest.param("2024-06-14", None, [("supervisor", "overdue", "2024-06-17")], id="more than another working day late"),
        pytest.param("2024-06-14", "2024-06-17", [], id="entered on the Monday"),
        pytest.param("2024-06-14 09:00", "2024-06-17 18:00", [], id="whole days count"),
        pytest.param("2024-06-10", "2024-06-19", [], id="entered late, but entered"),
        pytest.param(None, None, [], id="nobody knows when"),
    ],
)
def test_a_lead_is_entered_within_a_working_day_of_its_first_contact(met: Any, entered: Any, expected: list[Any]) -> None:
    assessment = tiered([{"首次接触时间": met, "录入时间": entered}])
    assert [(r.severity, r.state, str(r.due)) for r in reminded(assessment, "entry")] == expected


def test_nobody_is_reminded_to_enter_a_closed_lead() -> None:
    assert reminded(tiered([{"首次接触时间": "2024-06-10", "录入时间": None, "客户层级": "流失"}]), "entry") == []


def test_the_number_of_working_days_is_a_rule() -> None:
    rules = rules_sheet([("entry.workdays", 3)])
    assert reminded(tiered([{"首次接触时间": "2024-06-18", "录入时间": None}], rules=rules), "entry") == []


def test_the_calendar_is_loaded_only_where_working_days_count() -> None:
    code = "import sys, funnelbook.pipeline, funnelbook.funnel.assess; assert 'holidays' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
