"""Arithmetic on columns of dates: days, calendar months, hour limits between cells that may lack a time (RULES.md 1.3-1.5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Objects
from .model import AsOf, Records
from .required import Mask

Days = NDArray[np.datetime64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """A column of moments: NaT where unknown; *timed* where an hour was typed."""

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    timed: Mask

    @classmethod
    def of(cls, records: Records, name: str) -> Moments:
        """The moments of a date field; all unknown when the table lacks it."""
        if not records.has(name):
            return cls.unknown(len(records))
        frame = records.frame
        return cls(frame[name].to_numpy(), frame[f"{name}.end"].to_numpy(), frame[f"{name}.timed"].to_numpy())

    @classmethod
    def unknown(cls, size: int) -> Moments:
        nothing = np.full(size, np.datetime64("NaT", "us"))
        return cls(nothing, nothing, np.zeros(size, dtype=bool))

    @property
    def known(self) -> Mask:
        return ~np.isnat(self.start)

    def else_(self, other: Moments) -> Moments:
        """These moments, and the other's where these are unknown."""
        mine = self.known
        return Moments(
            np.where(mine, self.start, other.start), np.where(mine, self.end, other.end), np.where(mine, self.timed, other.timed)
        )

    def latest(self, other: Moments) -> Moments:
        """The later of the two, or the one that is known."""
        mine = ~other.known | (self.known & (self.start >= other.start))
        return Moments(
            np.where(mine, self.start, other.start), np.where(mine, self.end, other.end), np.where(mine, self.timed, other.timed)
        )

    def at_end(self) -> Moments:
        """With the last day for a month that is given without a day, as limits count it (RULES.md 1.5)."""
        return Moments(self.end, self.end, self.timed)

    def after(self, as_of: AsOf) -> Mask:
        """Known and later than as_of."""
        moment = np.datetime64(as_of.moment)
        return self.known & (self.start >= moment if as_of.dated else self.start > moment)


def days(moments: NDArray[np.datetime64]) -> Days:
    """The calendar days of moments."""
    return moments.astype("datetime64[D]")


def day_difference(start: NDArray[np.datetime64], end: NDArray[np.datetime64] | np.datetime64) -> Numbers:
    """Calendar days from start to end; NaN where one is unknown."""
    later = end.astype("datetime64[D]")
    gap = later - days(start)
    out: Numbers = np.where(np.isnat(gap), np.nan, gap.astype("timedelta64[D]").astype(float))
    return out


def hour_difference(start: NDArray[np.datetime64], end: NDArray[np.datetime64] | np.datetime64) -> Numbers:
    """Hours from start to end; NaN where one is unknown."""
    gap = end - start
    return np.where(np.isnat(gap), np.nan, gap.astype("timedelta64[us]").astype(float) / 3.6e9)


def within_hours(start: Moments, end: Moments, hours: Numbers | float) -> Mask:
    """Whether a limit of so many hours is met: exact where both have a time, else by calendar days (RULES.md 1.3)."""
    exact = hour_difference(start.start, end.start) <= hours
    by_day = day_difference(start.start, end.start) <= np.asarray(hours) / 24
    return np.where(start.timed & end.timed, exact, by_day)


def as_moments(as_of: AsOf, size: int) -> Moments:
    """as_of beside a column; its moment decides hours, its date decides days."""
    moment = dt.datetime.combine(as_of.date, dt.time(23, 59, 59, 999999)) if as_of.dated else as_of.moment
    full = np.full(size, np.datetime64(moment, "us"))
    return Moments(full, full, np.ones(size, dtype=bool))


def add_months(start: Days, months: int) -> Days:
    """The same day so many calendar months later; the month's last day where it is shorter."""
    month = start.astype("datetime64[M]")
    target = month + np.timedelta64(months, "M")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    same = target.astype("datetime64[D]") + (start - month.astype("datetime64[D]"))
    later: Days = np.minimum(same, last)
    return later


def week_start(date: dt.date) -> dt.date:
    """Monday of the ISO week."""
    return date - dt.timedelta(days=date.weekday())


def month_keys(moments: NDArray[np.datetime64]) -> Objects:
    """YYYY-MM of each moment, None where unknown."""
    months = moments.astype("datetime64[M]")
    codes, distinct = pd.factorize(months)
    texts = np.array([*(str(np.datetime64(m, "M")) for m in distinct), None], dtype=object)
    keys: Objects = texts[codes]
    return keys
