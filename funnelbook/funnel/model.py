"""The frozen values of the business side: Table, Records, Finding, Metrics, Assessment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by  # Finding has a field of that name
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Grid, Objects, Range, Rows, letters
from .reminder import Reminders

SEVERITIES = ("error", "warning", "info")


def frame_of(columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of columns of one length; texts stay objects with None for unknown, where pandas would infer strings with NaN."""
    kept = {name: pd.Series(c, dtype=object) if c.dtype == object else c for name, c in columns.items()}
    return pd.DataFrame(kept, copy=False)


@dataclass(frozen=True)
class AsOf:
    """The one moment of a run; a date means the end of that day (RULES.md 1.2)."""

    moment: dt.datetime
    """The last moment that counts: the typed minute, or midnight after the typed day."""
    dated: bool
    """Given as a date."""

    @classmethod
    def of(cls, value: dt.date | dt.datetime) -> AsOf:
        """From a date or a date-time, which counts to the minute."""
        if isinstance(value, dt.datetime):
            return cls(value.replace(second=0, microsecond=0), dated=False)
        return cls(dt.datetime.combine(value, dt.time()) + dt.timedelta(days=1), dated=True)

    @property
    def date(self) -> dt.date:
        return (self.moment - dt.timedelta(days=1)).date() if self.dated else self.moment.date()

    @property
    def text(self) -> str:
        """As given: YYYY-MM-DD, or YYYY-MM-DDTHH:MM."""
        return self.date.isoformat() if self.dated else self.moment.strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True, eq=False)
class Table:
    """A rectangle of a Grid recognised as one kind of table: leads, follow-ups, conversions, customers and so on."""

    kind: str
    grid: Grid
    header_row: int
    """The first header row of two."""
    headers_end: int
    rows: Rows
    """Sheet rows of the records, ascending: no totals, repeated headers or blank rows."""
    binding: Mapping[str, tuple[int, ...]]
    """Field -> column numbers; several where two columns bind to one field."""
    headers: Mapping[int, str]
    """Column number -> header as typed, of every column with a header, ours left out."""
    right: int
    """Last column that belongs to the table (with unknown columns)."""
    left: int

    @property
    def sheet(self) -> str:
        return self.grid.sheet

    @property
    def unmapped(self) -> list[str]:
        bound = {column for columns in self.binding.values() for column in columns}
        return [text for column, text in self.headers.items() if column not in bound]

    @property
    def first_row(self) -> int:
        return int(self.rows[0]) if len(self.rows) else self.headers_end + 1

    @property
    def last_row(self) -> int:
        return int(self.rows[-1]) if len(self.rows) else self.headers_end

    @property
    def body(self) -> Range:
        """From the row below the header to the last record, from the first to the last column."""
        return Range(self.headers_end + 1, self.left, max(self.last_row, self.headers_end + 1), self.right)

    def letters(self) -> dict[str, str]:
        """Field -> name of its first column, in the order of the columns."""
        return {name: letters(columns[0]) for name, columns in sorted(self.binding.items(), key=lambda item: item[1][0])}


@dataclass(frozen=True)
class Tables:
    """What was found in a workbook."""

    profile: str
    by_kind: Mapping[str, tuple[Table, ...]]
    """Kinds in the order of the rule book, leads first; a kind that the workbook lacks has no entry."""
    ignored: tuple[Table, ...] = ()
    """Lead tables with other headers, less well covered."""

    @property
    def leads(self) -> tuple[Table, ...]:
        return self.by_kind["leads"]

    def __iter__(self) -> Iterator[Table]:
        return chain.from_iterable(self.by_kind.values())

    def of(self, kind: str) -> tuple[Table, ...]:
        return self.by_kind.get(kind, ())


@dataclass(frozen=True, eq=False)
class Records:
    """All tables of one kind as one typed frame.

    *frame* has one row per record, index 0…n-1, and per present field its typed columns (see fields.py) and
    ``<field>?``, the flags of the cell.
    """

    kind: str
    tables: tuple[Table, ...]
    frame: pd.DataFrame
    raw: Mapping[str, Objects]
    """Field -> cell values as typed (error cells as their text)."""
    table: NDArray[np.int32]
    """Position in *tables* of each record."""
    row: Rows
    column: Mapping[str, NDArray[np.int32]]
    """Field -> column number of the cell that counts, per record."""

    def __len__(self) -> int:
        return len(self.frame)

    def has(self, name: str) -> bool:
        return name in self.column

    def sheet_of(self, position: int) -> str:
        return self.tables[int(self.table[position])].sheet


@dataclass(frozen=True)
class Finding:
    """One failure case: what is wrong, where; never a text."""

    code: str
    severity: str
    kind: str
    """The table's kind; "rules" for the rules sheet."""
    sheet: str
    row: int | None = None
    column: int | None = None
    position: int | None = None
    """Of the record in its Records; None for a table-wide finding."""
    field: str | None = None
    value: Any = None
    facts: Mapping[str, Any] = made_by(default_factory=dict)

    @property
    def cell(self) -> str | None:
        return None if self.row is None or self.column is None else f"{letters(self.column)}{self.row}"


@dataclass(frozen=True)
class Undetermined:
    """A rule that no row can be judged by, since its table lacks columns."""

    rule: str
    table: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Rate:
    """Leads of one group and what became of them (RULES.md 6)."""

    key: str | None
    leads: int
    won: int
    closed: int

    @property
    def conversion(self) -> float | None:
        return round(self.won / self.leads, 4) if self.leads else None

    @property
    def closed_conversion(self) -> float | None:
        return round(self.won / self.closed, 4) if self.closed else None


@dataclass(frozen=True)
class Reason:
    """One reason for which leads were lost."""

    key: str
    count: int
    share: float


@dataclass(frozen=True)
class Cycle:
    """Days from entry to close."""

    n: int
    mean_days: float | None
    median_days: float | None


@dataclass(frozen=True)
class LevelLine:
    """How many leads stand at a level, and how many ever did (RULES.md 6)."""

    level: str
    now: int
    ever: int
    """Of the lost level: those whose highest level is known, which count among the others."""


@dataclass(frozen=True)
class OwnerLine:
    """One line of the owner table (RULES.md 6)."""

    key: str | None
    leads: int
    open: int
    touches: int
    """In the week of as_of."""
    on_time: int
    touched: int
    """First touches judged: on time, late or overdue."""
    overdue: int
    won: int
    amount: float | None
    """What was won; None where leads were won and none of them says its amount."""
    filled: int
    required: int


@dataclass(frozen=True)
class Period:
    """Figures of one week or month."""

    key: str
    start: dt.date
    leads: int
    touches: int
    won: int
    amount: float | None
    """As in the owner table."""


@dataclass(frozen=True)
class Metrics:
    """The figures of RULES.md 6."""

    leads: int
    results: Mapping[str, int]
    by_source: tuple[Rate, ...]
    by_tier: tuple[Rate, ...]
    by_level: tuple[Rate, ...]
    by_owner: tuple[Rate, ...]
    by_month: tuple[Rate, ...]
    levels: tuple[LevelLine, ...]
    """From the first contact to the contract, the lost level last; () without a column of levels."""
    stages: tuple[Mapping[str, Any], ...]
    cycle: Cycle
    cycle_by_tier: Mapping[str, Cycle]
    cycle_by_level: Mapping[str, Cycle]
    """By the level that a won lead had before."""
    loss_reasons: tuple[Reason, ...]
    lost_reasons: tuple[Reason, ...]
    first_touch: Mapping[str, int]
    follow_up: Mapping[str, int]
    completeness: float | None
    pipeline_weighted: float | None
    owners: tuple[OwnerLine, ...]
    weeks: tuple[Period, ...]
    month: Period
    won_amount: float | None
    """As in the owner table."""


@dataclass(frozen=True, eq=False)
class Assessment:
    """Scores with their reasons, tiers, states and rates of one workbook as of one moment."""

    as_of: AsOf
    profile: str
    leads: pd.DataFrame
    """One row per lead, index as in its Records; see assess.py for the columns."""
    followups: pd.DataFrame | None
    conversions: pd.DataFrame | None
    others: Mapping[str, pd.DataFrame]
    """Kind -> what was computed for each record of the other tables, index as in its Records; a kind without anything has no entry."""
    findings: tuple[Finding, ...]
    reminders: Reminders
    undetermined: tuple[Undetermined, ...]
    metrics: Metrics
    log: pd.DataFrame
    """(owner, day) of every counted follow-up."""
