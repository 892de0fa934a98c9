"""The group's figures, computed from the Parquet files by DuckDB, which spills to disk what doesn't fit."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import duckdb

from . import queries
from .store import Store

MEMORY = "1GB"
"""DuckDB's own limit; the whole process stays below 2 GB."""
WEEKS = 12
MOST_DUPLICATES = 20_000
"""Rows of leads of duplicate customers that are listed."""
MOST_OWNERS = 500


@dataclass(frozen=True)
class Line:
    """The figures of one team, region or owner."""

    key: str | None
    team: str | None
    leads: int
    open: int
    won: int
    closed: int
    amount: float | None
    """What the won leads are worth; None where none of them says it."""
    on_time: int
    touched: int
    """First touches judged."""
    overdue: int | None
    """None where no lead can be judged."""
    filled: int
    required: int

    @property
    def conversion(self) -> float | None:
        return self.won / self.leads if self.leads else None

    @property
    def closed_conversion(self) -> float | None:
        return self.won / self.closed if self.closed else None

    @property
    def timely(self) -> float | None:
        return self.on_time / self.touched if self.touched else None

    @property
    def completeness(self) -> float | None:
        return self.filled / self.required if self.required else None


@dataclass(frozen=True)
class Week:
    """One week of the trend."""

    start: dt.date
    leads: int
    touches: int
    won: int
    amount: float | None
    """None where leads were won and none says its amount."""


@dataclass(frozen=True)
class Twin:
    """A lead of a customer whom another team works too."""

    group: int
    """Number of the customer."""
    same: tuple[str, ...]
    """What is equal: phone, email, company."""
    team: str
    owner: str | None
    company: str | None
    lead_id: str | None
    result: str | None
    last_touch: dt.datetime | None
    workbook: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Problem:
    """The findings of a code and a field over all workbooks."""

    code: str
    field: str | None
    severity: str
    count: int
    workbooks: int
    example: str


@dataclass(frozen=True)
class Group:
    """Everything that the group's workbook shows besides the workbooks themselves."""

    total: Line
    teams: Sequence[Line]
    """The best first: by leads won, their amount, the conversion rate."""
    regions: Sequence[Line]
    owners: Sequence[Line]
    weeks: Sequence[Week]
    twins: Sequence[Twin]
    customers: int
    """Worked by several teams."""
    twin_leads: int
    """All of them; at most MOST_DUPLICATES are listed."""
    problems: Sequence[Problem]
    worst: Mapping[str, tuple[str | None, str]]
    """Workbook -> its most frequent problem: the field, and an example."""


def summarise(store: Store, keys: Sequence[str], as_of: dt.date, threads: int) -> Group:
    """Group of the workbooks with these keys."""
    monday = as_of - dt.timedelta(days=as_of.weekday())
    first, end = monday - dt.timedelta(weeks=WEEKS - 1), monday + dt.timedelta(weeks=1)
    with tempfile.TemporaryDirectory(prefix="funnelbook-") as spill, _connected(spill, threads) as database:
        for table in ("leads", "followups", "findings"):
            database.read_parquet(store.parts(table, keys), hive_partitioning=False).create_view(table)
        database.execute(queries.KEYS)
        database.execute(queries.TWINS)
        twins = _rows(database, queries.LISTED, [MOST_DUPLICATES])
        customers, twin_leads = _rows(database, queries.COUNTED)[0]
        touches = dict(_rows(database, queries.TOUCHES, [first, end]))
        begun, closed = dict(_rows(database, queries.ENTERED, [first, end])), _rows(database, queries.CLOSED, [first, end])
        won = {week: (n, amount) for week, n, amount in closed}
        weeks = [first + dt.timedelta(weeks=i) for i in range(WEEKS)]
        teams = _lines(database, "team", "team")
        return Group(
            total=_total(teams),
            teams=teams,
            regions=_lines(database, "region", "NULL") if _rows(database, queries.HAS_REGIONS)[0][0] else [],
            owners=_lines(database, "owner", "team", MOST_OWNERS),
            weeks=[Week(week, begun.get(week, 0), touches.get(week, 0), *won.get(week, (0, 0.0))) for week in weeks],
            twins=[Twin(number, tuple(same.split(",")), *rest) for number, same, *rest in twins],
            customers=customers,
            twin_leads=twin_leads,
            problems=[Problem(*row) for row in _rows(database, queries.PROBLEMS)],
            worst=dict(_rows(database, queries.WORST)),
        )


def _connected(spill: str, threads: int) -> duckdb.DuckDBPyConnection:
    """A database in memory that may use the folder *spill*, and nothing else of the network or the disk by itself."""
    settings: dict[str, Any] = {
        "memory_limit": MEMORY,
        "threads": threads,
        "temp_directory": spill,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=settings)


def _lines(database: duckdb.DuckDBPyConnection, key: str, team: str, most: int = -1) -> list[Line]:
    rows = _rows(database, queries.LINES.format(key=key, team=team, limit=f"LIMIT {most}" if most >= 0 else ""))
    return [Line(*row) for row in rows]


def _total(lines: Sequence[Line]) -> Line:
    """What the lines come to, as far as it is known."""
    names = [field.name for field in fields(Line) if field.name not in ("key", "team")]
    known = {name: [value for line in lines if (value := getattr(line, name)) is not None] for name in names}
    sums: dict[str, Any] = {name: round(sum(values), 2) if values or not lines else None for name, values in known.items()}
    return Line(key=None, team=None, **sums)


def _rows(database: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = database.execute(query, list(parameters)).fetchall()
    return found
