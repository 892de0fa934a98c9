"""The company's own days off and days worked, as a rules sheet lists them: single days, or a first and a last one in a cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .parse import Moment, parse_date
from .rules_blocks import Blocks

_LONGEST = 366
"""Days of a range; more is a slip of the pen."""
_FIRST_YEAR = 2000
"""Before it, a day is a small number that looks like a date."""


def company_days(blocks: Blocks) -> tuple[tuple[dt.date, ...], tuple[dt.date, ...]]:
    """(days off, days worked), each ascending; a day that is said to be both stays off and is reported."""
    off: dict[dt.date, None] = {}
    on: dict[dt.date, None] = {}
    for code, days in (("holiday", off), ("workday", on)):
        for row, value in blocks.column(code):
            named = _days(value, blocks)
            if not named or any(day in off for day in named if days is on):
                blocks.bad(row, code, value, rule=code)
            else:
                days.update(dict.fromkeys(named))
    return tuple(sorted(off)), tuple(sorted(on))


def _days(value: Any, blocks: Blocks) -> list[dt.date]:
    """The days that a cell names; [] when it names none."""
    day = _day(value, blocks)
    if day is not None:
        return [day]
    for separator in blocks.rules.words.range_separators:
        first, found, last = str(value).partition(separator)
        ends = _day(first, blocks), _day(last, blocks)
        if found and ends[0] and ends[1] and dt.timedelta() <= ends[1] - ends[0] < dt.timedelta(_LONGEST):
            return [ends[0] + dt.timedelta(days) for days in range((ends[1] - ends[0]).days + 1)]
    return []


def _day(value: Any, blocks: Blocks) -> dt.date | None:
    moment = parse_date(value, blocks.rules.words, blocks.grid.dates1904)
    if not isinstance(moment, Moment) or moment.month_only or moment.start.year < _FIRST_YEAR:
        return None
    return moment.start.date()
