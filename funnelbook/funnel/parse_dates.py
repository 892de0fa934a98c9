"""Dates: what a cell says about a day, a minute or a month, and why it says nothing."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .parse_text import Trouble, normal_text
from .parse_words import ParseWords, any_of

CODE = "date.invalid"
_FIRST_YEAR, _LAST_YEAR = 1900, 9999
_LAST_SERIAL = 2_958_465
_NEVER_SERIAL = 60
"""29 February 1900, which Excel's 1900 system has and the calendar hasn't (ECMA-376 Part 1, 18.17.4.1)."""
_LIKELY_YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Moment:
    """A point or an interval of time; without *timed*, start and end are midnights that stand for whole days."""

    start: dt.datetime
    end: dt.datetime
    """The same as *start*, but the last day of a month that is given without a day (RULES.md 1.5)."""
    timed: bool = False
    month_only: bool = False


def parse_date(value: Any, words: ParseWords, dates1904: bool = False) -> Moment | Trouble:
    """The moment that a filled cell gives, to the second, in one of the spellings of RULES.md 1.6.

    A time of exactly 00:00:00 counts as none (RULES.md 1.2). Trouble ``date.invalid`` with the reason unreadable,
    impossible, ambiguous (day and month, or month and serial) or two_digit_year.
    """
    if isinstance(value, dt.datetime):
        return _checked(_to_second(value.replace(tzinfo=None)))
    if isinstance(value, dt.date):
        return _checked(dt.datetime(value.year, value.month, value.day))
    if isinstance(value, dt.time | dt.timedelta):
        return Trouble(CODE, "unreadable")
    return _from_text(normal_text(value), _spellings(words), dates1904)


def _from_text(text: str, spellings: _Spellings, dates1904: bool) -> Moment | Trouble:
    """Numbers come here as text too, so that both are read alike."""
    if match := _first(spellings.days, text):
        return _of_day(match)
    if match := _first(spellings.months, text):
        return _of_month(int(match["y"]), int(match["m"]))
    if match := _SERIAL.fullmatch(text):
        if _DAY_OR_SERIAL.fullmatch(text) or (_MONTH_OR_SERIAL.fullmatch(text) and int(match[1]) in _LIKELY_YEARS):
            return Trouble(CODE, "ambiguous")
        return _of_serial(int(match[1]), float(f"0.{match[2] or 0}"), dates1904)
    if spellings.year_last.fullmatch(text):
        return Trouble(CODE, "ambiguous")
    return Trouble(CODE, "two_digit_year" if _first(spellings.short_years, text) else "unreadable")


_SERIAL = re.compile(r"([0-9]{1,7})(?:\.([0-9]+))?")
_MONTH_OR_SERIAL = re.compile(r"[0-9]{4}\.(?:0?[1-9]|1[0-2])")
"""2024.8: in a cell of numbers nobody can tell it from a serial, nor 2024.1 from 2024.10."""


_DAY_OR_SERIAL = re.compile(r"(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12][0-9]|3[01])")
"""6.18: a day of June to whoever typed it, and an afternoon of January 1900 to Excel."""


class _Spellings:
    """The patterns of one set of words; groups are named after what they count."""

    def __init__(self, words: ParseWords) -> None:
        unit = {name: rf"\s*{any_of(signs)}" for name, signs in words.date_units.items()}
        year, month, day = "(?P<y>[0-9]{4})", "(?P<m>[0-9]{1,2})", "(?P<d>[0-9]{1,2})"
        clock = "(?P<h1>[0-9]{1,2}):(?P<i1>[0-9]{2})(?::(?P<s1>[0-9]{2}))?"
        worded = (
            rf"(?P<h2>[0-9]{{1,2}}){unit['hour']}\s*(?P<i2>[0-9]{{1,2}}){unit['minute']}"
            rf"(?:\s*(?P<s2>[0-9]{{1,2}}){unit['second']})?"
        )
        time = f"(?:{clock}|{worded})"
        month_sign = rf"{unit['year']}\s*{month}{unit['month']}"
        self.days = (
            re.compile(rf"{year}(?P<sign>[-/.]){month}(?P=sign){day}(?:(?:\s+|T){time})?"),
            re.compile(rf"{year}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})(?:(?:\s+|T){time})?"),
            re.compile(rf"{year}{month_sign}\s*{day}{unit['day']}(?:\s*{time})?"),
        )
        self.months = (re.compile(rf"{year}[-/]{month}"), re.compile(rf"{year}{month_sign}"))
        self.year_last = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}(?:\s.*)?")
        self.short_years = (
            re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?:\s.*)?"),
            re.compile(rf"[0-9]{{2}}{month_sign}.*"),
        )


def _first(patterns: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)


@lru_cache(maxsize=8)
def _spellings(words: ParseWords) -> _Spellings:
    return _Spellings(words)


def _of_day(match: re.Match[str]) -> Moment | Trouble:
    hour, minute, second = (int(match[f"{unit}1"] or match[f"{unit}2"] or 0) for unit in "his")
    try:
        return _checked(dt.datetime(int(match["y"]), int(match["m"]), int(match["d"]), hour, minute, second))
    except ValueError:
        return Trouble(CODE, "impossible")


def _of_month(year: int, month: int) -> Moment | Trouble:
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
        return Trouble(CODE, "impossible")
    last = calendar.monthrange(year, month)[1]
    return Moment(dt.datetime(year, month, 1), dt.datetime(year, month, last), month_only=True)


def _of_serial(days: int, share: float, dates1904: bool) -> Moment | Trouble:
    """Days since the epoch of the workbook's date system and the share of a day."""
    if days == 0:
        return Trouble(CODE, "unreadable")
    if days > _LAST_SERIAL or (days == _NEVER_SERIAL and not dates1904):
        return Trouble(CODE, "impossible")
    epoch = dt.datetime(1904, 1, 1) if dates1904 else dt.datetime(1899, 12, 31 if days < _NEVER_SERIAL else 30)
    try:
        return _checked(epoch + dt.timedelta(days=days, seconds=round(share * 86400)))
    except OverflowError:
        return Trouble(CODE, "impossible")


def _to_second(moment: dt.datetime) -> dt.datetime:
    """Excel keeps times as shares of a day, so that a full second may miss a few microseconds."""
    half = dt.timedelta(microseconds=500_000 if moment.year < _LAST_YEAR else 0)  # there is no year 10000 to round to
    return (moment + half).replace(microsecond=0)


def _checked(moment: dt.datetime) -> Moment | Trouble:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return Trouble(CODE, "impossible")
    return Moment(moment, moment, timed=moment.time() != dt.time())
