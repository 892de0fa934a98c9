"""Dates in every spelling that RULES.md 1.6 accepts, and those that it refuses."""

import calendar
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.funnel.parse import Moment, Trouble, parse_date
from funnelbook.funnel.rulebook import RuleBook

WORDS = RuleBook.default().words
FIRST_OF_MAY = dt.datetime(2024, 5, 1)
HALF_PAST_TWO = dt.datetime(2024, 5, 1, 14, 30)

DAYS = [
    "2024-5-1",
    "2024-05-01",
    "2024/5/1",
    "2024.5.1",
    "20240501",
    20240501,
    20240501.0,
    "2024年5月1日",
    "2024年05月01号",
    "2024 年 5 月 1 日",
    "２０２４－５－１",
    "２０２４年５月１日",
    " 2024-5-1\u3000",
    "45413",
    45413,
    45413.0,
    "45413.0",
    dt.date(2024, 5, 1),
    dt.datetime(2024, 5, 1),
    "2024-05-01 00:00",
    "2024-05-01 00:00:00",
]
MINUTES = [
    "2024-5-1 14:30",
    "2024/5/1  14:30",
    "2024.5.1 14:30:00",
    "20240501 14:30",
    "2024-05-01T14:30:00",
    "2024-5-1 14时30分",
    "2024年5月1日14:30",
    "2024年5月1日 14时30分",
    "2024年5月1日14时30分0秒",
    "２０２４－５－１　１４：３０",
    45413.604166666664,
    "45413.604166666664",
    dt.datetime(2024, 5, 1, 14, 30),
    dt.datetime(2024, 5, 1, 14, 29, 59, 999_997),
]
REFUSED = [
    ("5/1/2024", "ambiguous"),
    ("13-05-2024", "ambiguous"),
    ("1.5.2024 14:30", "ambiguous"),
    ("2024.8", "ambiguous"),
    (2024.8, "ambiguous"),
    ("6.18", "ambiguous"),
    (5.1, "ambiguous"),
    ("12.31", "ambiguous"),
    ("24-5-1", "two_digit_year"),
    ("01/05/24", "two_digit_year"),
    ("24-5-1 14:30", "two_digit_year"),
    ("24年5月1日", "two_digit_year"),
    ("24年5月", "two_digit_year"),
    ("2024-2-30", "impossible"),
    ("2023年2月29日", "impossible"),
    ("2024-13-1", "impossible"),
    ("2024-13", "impossible"),
    ("2024年0月", "impossible"),
    ("20241301", "impossible"),
    (20240532, "impossible"),
    ("2024-05-01 24:00", "impossible"),
    ("2024-05-01 12:60", "impossible"),
    ("1899-12-31", "impossible"),
    ("0000-01-01", "impossible"),
    (dt.datetime(1899, 12, 31), "impossible"),
    (60, "impossible"),
    (2958466, "impossible"),
    (0, "unreadable"),
    (0.5, "unreadable"),
    (-1, "unreadable"),
    (float("nan"), "unreadable"),
    (float("inf"), "unreadable"),
    (1e300, "unreadable"),
    (dt.time(14, 30), "unreadable"),
    (dt.timedelta(hours=30), "unreadable"),
    ("", "unreadable"),
    ("5月1日", "unreadable"),
    ("5/1", "unreadable"),
    ("2024-5/1", "unreadable"),
    ("2024-05-01 下午2点", "unreadable"),
    ("下午2点", "unreadable"),
    ("2024-05-01 14:3", "unreadable"),
    ("2024-05-01 14时", "unreadable"),
    ("2024-05-0114:30", "unreadable"),
    ("2024-05-01T14:30:00Z", "unreadable"),
    ("二〇二四年五月一日", "unreadable"),
    ("明天", "unreadable"),
    ("#REF!", "unreadable"),
]


@pytest.mark.parametrize("value", DAYS)
def test_a_day_is_read(value: Any) -> None:
    assert parse_date(value, WORDS) == Moment(FIRST_OF_MAY, FIRST_OF_MAY)


@pytest.mark.parametrize("value", MINUTES)
def test_a_day_with_a_time_is_read(value: Any) -> None:
    assert parse_date(value, WORDS) == Moment(HALF_PAST_TWO, HALF_PAST_TWO, timed=True)


@pytest.mark.parametrize("value", ["2024-02", "2024-2", "2024/2", "2024年2月", "2024 年 02 月", "２０２４年２月"])
def test_a_month_without_a_day_is_the_whole_month(value: str) -> None:
    expected = Moment(dt.datetime(2024, 2, 1), dt.datetime(2024, 2, 29), month_only=True)
    assert parse_date(value, WORDS) == expected


@pytest.mark.parametrize(("value", "reason"), REFUSED)
def test_what_could_only_be_guessed_is_refused(value: Any, reason: str) -> None:
    assert parse_date(value, WORDS) == Trouble("date.invalid", reason)


@pytest.mark.parametrize(("serial", "day"), [(1, dt.datetime(1900, 1, 1)), (59, dt.datetime(1900, 2, 28)), (61, dt.datetime(1900, 3, 1))])
def test_serials_step_over_the_leap_day_that_1900_did_not_have(serial: int, day: dt.datetime) -> None:
    assert parse_date(serial, WORDS) == Moment(day, day)


@pytest.mark.parametrize(("serial", "day"), [(1, dt.datetime(1904, 1, 2)), (60, dt.datetime(1904, 3, 1)), (43951, FIRST_OF_MAY)])
def test_serials_follow_the_date_system_of_the_workbook(serial: int, day: dt.datetime) -> None:
    assert parse_date(serial, WORDS, dates1904=True) == Moment(day, day)
    assert parse_date(str(serial), WORDS, dates1904=True) == Moment(day, day)


def test_a_serial_beyond_the_last_year_is_impossible_in_the_1904_system() -> None:
    assert parse_date(2958465, WORDS, dates1904=True) == Trouble("date.invalid", "impossible")


def test_a_serial_a_blink_before_midnight_is_the_next_day() -> None:
    assert parse_date(45412.9999999, WORDS) == Moment(FIRST_OF_MAY, FIRST_OF_MAY)


def test_the_last_second_of_the_calendar_has_no_next_one() -> None:
    last = dt.datetime(9999, 12, 31, 23, 59, 59)
    assert parse_date(dt.datetime.max, WORDS) == Moment(last, last, timed=True)
    assert parse_date(2958465.9999999, WORDS) == Trouble("date.invalid", "impossible")


SPELLINGS = [
    "{0.year:04}-{0.month}-{0.day}",
    "{0:%Y/%m/%d}",
    "{0.year}.{0.month}.{0.day}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
]
TIMES = ["", " {0:%H:%M:%S}", " {0.hour}:{0:%M:%S}", " {0.hour}时{0.minute}分{0.second}秒"]
moments = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 31)).map(lambda m: m.replace(microsecond=0))


@given(moments, st.sampled_from(SPELLINGS), st.sampled_from(TIMES))
def test_a_date_comes_back_from_every_accepted_spelling(moment: dt.datetime, spelling: str, time: str) -> None:
    expected = moment if time else dt.datetime(moment.year, moment.month, moment.day)
    read = parse_date((spelling + time).format(moment), WORDS)
    assert read == Moment(expected, expected, timed=expected.time() != dt.time())


@given(moments.filter(lambda m: m >= dt.datetime(1904, 1, 2)), st.booleans())
def test_a_date_comes_back_from_its_serial(moment: dt.datetime, dates1904: bool) -> None:
    epoch = dt.datetime(1904, 1, 1) if dates1904 else dt.datetime(1899, 12, 30)
    serial = (moment - epoch) / dt.timedelta(days=1)
    assert parse_date(serial, WORDS, dates1904) == Moment(moment, moment, timed=moment.time() != dt.time())


@given(st.integers(1900, 9999), st.integers(1, 12), st.sampled_from(["{}-{:02}", "{}年{}月", "{}/{}"]))
def test_a_month_ends_on_its_last_day(year: int, month: int, spelling: str) -> None:
    read = parse_date(spelling.format(year, month), WORDS)
    assert isinstance(read, Moment)
    assert (read.start.day, read.end.day) == (1, calendar.monthrange(year, month)[1])


@given(st.text(alphabet="0123456789-/.:年月日时分 T下午"))
def test_every_text_is_a_moment_or_a_trouble(text: str) -> None:
    assert isinstance(parse_date(text, WORDS), Moment | Trouble)
