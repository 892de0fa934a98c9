"""Reminder, and Reminders: all of a workbook as columns, since there may be more of them than leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Objects

SEVERITIES = ("owner", "supervisor", "reassign")


@dataclass(frozen=True)
class Reminder:
    """A limit that is passed, due today, or (pool) due tomorrow."""

    rule: str
    severity: str
    """owner, supervisor or reassign."""
    state: str
    kind: str
    sheet: str
    row: int
    position: int
    lead_id: str | None
    owner: str | None
    due: dt.date | None


@dataclass(frozen=True, eq=False)
class Reminders:
    """Columns of one length, named as the attributes of a Reminder and in their order; a Reminder is made when it is asked for."""

    rule: Objects
    severity: Objects
    state: Objects
    kind: Objects
    sheet: Objects
    row: NDArray[np.int64]
    position: NDArray[np.int64]
    lead_id: Objects
    owner: Objects
    due: NDArray[np.datetime64]
    """NaT for none."""

    @classmethod
    def together(cls, parts: Sequence[Reminders]) -> Reminders:
        """All of at least one part, sorted by severity, due date, row, sheet and rule."""
        one = cls(*map(np.concatenate, zip(*(part.columns() for part in parts), strict=True)))
        due = np.where(np.isnat(one.due), np.datetime64(dt.date.max), one.due)
        return one.taken(np.lexsort((ranks(one.rule), ranks(one.sheet), one.row, due, one.urgency())))

    def __len__(self) -> int:
        return len(self.rule)

    def __iter__(self) -> Iterator[Reminder]:
        return (Reminder(*row) for row in zip(*(column.tolist() for column in self.columns()), strict=True))

    def columns(self) -> list[NDArray[Any]]:
        """The columns in the order of a Reminder's attributes."""
        return list(vars(self).values())

    def taken(self, order: NDArray[np.int64]) -> Reminders:
        """Those of these positions, in this order."""
        return Reminders(*(column[order] for column in self.columns()))

    def urgency(self) -> NDArray[np.int64]:
        """Place of each severity among SEVERITIES."""
        return np.select([self.severity == name for name in SEVERITIES], range(len(SEVERITIES)))

    def counts(self) -> dict[str, int]:
        """How many there are of each severity."""
        return dict(zip(SEVERITIES, np.bincount(self.urgency(), minlength=len(SEVERITIES)).tolist(), strict=True))


def ranks(texts: Iterable[Any]) -> NDArray[np.int64]:
    """Place of each text among the different ones, sorted; -1 for None."""
    codes, _ = pd.factorize(np.asarray(texts, dtype=object), sort=True)
    return codes
