"""Arithmetic on columns of dates (RULES.md 1.3 to 1.5)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.funnel.calendar import Moments, add_months, day_difference, month_keys, week_start, within_hours
from funnelbook.funnel.model import AsOf

DATES = st.dates(dt.date(1950, 1, 1), dt.date(2150, 1, 1))


def moments(text: str) -> Moments:
    at = np.array([text], dtype="datetime64[us]")
    return Moments(at, at, np.array(["T" in text]))


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-05-02", 3, "2024-08-02"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-05-31", 0, "2024-05-31"),
    ],
)
def test_months_are_added_on_the_calendar(start: str, months: int, expected: str) -> None:
    assert str(add_months(np.array([start], dtype="datetime64[D]"), months)[0]) == expected


@given(DATES, st.integers(0, 36))
def test_adding_months_keeps_the_day_or_takes_the_last(start: dt.date, months: int) -> None:
    later = add_months(np.array([start], dtype="datetime64[D]"), months)[0].item()
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later + dt.timedelta(days=1)).day == 1


@given(DATES)
def test_weeks_begin_on_monday(date: dt.date) -> None:
    assert (week_start(date).weekday(), week_start(date).isocalendar()[:2]) == (0, date.isocalendar()[:2])


@pytest.mark.parametrize(
    ("start", "end", "met"),
    [
        ("2024-05-01", "2024-05-02", True),
        ("2024-05-01", "2024-05-03", False),
        ("2024-05-01T10:00", "2024-05-02T10:00", True),
        ("2024-05-01T10:00", "2024-05-02T10:01", False),
        ("2024-05-01T10:00", "2024-05-02", True),
        ("2024-05-01", "2024-05-02T23:00", True),
        ("NaT", "2024-05-02", False),
    ],
)
def test_a_limit_of_24_hours(start: str, end: str, met: bool) -> None:
    assert within_hours(moments(start), moments(end), 24).tolist() == [met]


def test_unknown_dates_have_no_difference() -> None:
    dates = np.array(["2024-05-01", "NaT"], dtype="datetime64[us]")
    assert np.array_equal(day_difference(dates, np.datetime64("2024-05-03")), [2, np.nan], equal_nan=True)
    assert month_keys(dates).tolist() == ["2024-05", None]


@pytest.mark.parametrize(
    ("as_of", "text", "date"),
    [
        (dt.date(2024, 6, 20), "2024-06-20", dt.date(2024, 6, 20)),
        (dt.datetime(2024, 6, 20, 14, 30), "2024-06-20T14:30", dt.date(2024, 6, 20)),
        (dt.datetime(2024, 6, 20), "2024-06-20T00:00", dt.date(2024, 6, 20)),
        (dt.datetime(2024, 6, 20, 14, 30, 59, 7), "2024-06-20T14:30", dt.date(2024, 6, 20)),
    ],
)
def test_the_moment_of_a_run_is_said_as_it_was_given_to_the_minute(as_of: dt.date, text: str, date: dt.date) -> None:
    assert (AsOf.of(as_of).text, AsOf.of(as_of).date) == (text, date)


@pytest.mark.parametrize(
    ("as_of", "cell", "later"),
    [
        (dt.date(2024, 6, 20), "2024-06-20T23:59", False),
        (dt.date(2024, 6, 20), "2024-06-21", True),
        (dt.datetime(2024, 6, 20, 14, 30), "2024-06-20T14:30", False),
        (dt.datetime(2024, 6, 20, 14, 30), "2024-06-20T14:31", True),
        (dt.datetime(2024, 6, 20, 14, 30), "2024-06-20", False),
        (dt.datetime(2024, 6, 20, 14, 30), "NaT", False),
    ],
)
def test_what_is_later_than_the_run(as_of: dt.date, cell: str, later: bool) -> None:
    assert moments(cell).after(AsOf.of(as_of)).tolist() == [later]
