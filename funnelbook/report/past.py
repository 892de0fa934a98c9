"""What earlier refreshes left on our own sheets: the user's remarks, the states of the leads, the key figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..grid import Grid, Objects
from ..words import LANGUAGES, catalogue, codes_of
from . import audit, reminder_sheet
from .details import TABLES, table_names

CHANGES = ("date", "id", "kind", "tier", "level", "result", "overdue", "new", "tier_moved", "level_moved", "won", "lost", "late", "note")
HISTORY = (
    "date",
    "leads",
    "open",
    "won",
    "not_won",
    "lost",
    "nurturing",
    "conversion",
    "on_time",
    "overdue",
    "completeness",
    "amount",
    "errors",
    "new",
    "touches",
    "limits",
)
_SIGNS = ("+", "-")
"""Excel keeps them at the beginning of a formula; of "=" it keeps nothing."""
_LOOKED_AT = 30
"""Rows in which the header of a sheet of ours is looked for, should the user have put something above it."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Past:
    """Remarks by the row that bore them; changes and history as rows by column key, in the order of the sheet."""

    audit_remarks: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    reminder_remarks: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    changes: Sequence[Row] = ()
    history: Sequence[Row] = ()
    tables: tuple[str, ...] = TABLES
    """Names of the Excel Tables of the details."""

    @property
    def newest(self) -> dt.date | None:
        """The newest as-of date of the history."""
        return max((row["date"] for row in self.history), default=None)


def read_past(grids: Sequence[Grid]) -> Past:
    """Past of a workbook, read from the sheets that bear our mark."""
    own = {grid.own_sheet: grid for grid in grids if grid.own_sheet is not None}
    audit_keys, reminder_keys = [key for key, _, _ in audit.COLUMNS], [key for key, _, _ in reminder_sheet.COLUMNS]
    return Past(
        audit_remarks=_remarks(_rows(own.get("audit"), "audit.", audit_keys), audit_keys, audit.remark_key),
        reminder_remarks=_remarks(_rows(own.get("reminders"), "reminders.", reminder_keys), reminder_keys, reminder_sheet.remark_key),
        changes=_dated(_rows(own.get("changes"), "changes.", CHANGES)),
        history=_dated(_rows(own.get("history"), "history.", HISTORY)),
        tables=table_names(own.get("details")),
    )


def level_history(grids: Sequence[Grid]) -> dict[str, list[tuple[dt.date, str]]]:
    """Id of a lead -> (as-of date, level) of its rows on our sheet of changes, oldest first."""
    own = next((grid for grid in grids if grid.own_sheet == "changes"), None)
    history: dict[str, list[tuple[dt.date, str]]] = {}
    for row in sorted(_dated(_rows(own, "changes.", CHANGES)), key=lambda row: row["date"]):
        if row.get("id") is not None and row.get("level") is not None:
            history.setdefault(id_text(row["id"]), []).append((row["date"], str(row["level"])))
    return history


def id_text(value: Any) -> str:
    """An id as text, which a program may have made a number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _dated(rows: Sequence[Row]) -> list[Row]:
    """The rows with a date; of a date-time, which only a person can have typed, the date counts."""
    dates = [row.get("date") for row in rows]
    days = [date.date() if isinstance(date, dt.datetime) else date for date in dates]
    return [{**row, "date": day} for row, day in zip(rows, days, strict=True) if isinstance(day, dt.date)]


_MADE_BY = ("summary.about", "audit.about", "reminders.about", "details.about", "changes.about", "history.about", "rules.about")


def is_copy(grid: Grid) -> bool:
    """Whether a sheet without our mark bears our line: a copy that a user made of a sheet of ours, which is never a source."""
    lines = {catalogue()[code][lang] for code in _MADE_BY for lang in LANGUAGES}
    cells = (grid.value(row, column) for row in (1, 2, 3) for column in range(1, min(grid.width, 14) + 1))
    return grid.own_sheet is None and any(isinstance(value, str) and value in lines for value in cells)


def _remarks(rows: Sequence[Row], keys: Sequence[str], of: Callable[[Sequence[object]], tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    found = {}
    for row in rows:
        if row.get("remark") is not None and str(row["remark"]).strip():
            found[of([row.get(key) for key in keys])] = str(row["remark"])
    return found


def _rows(grid: Grid | None, prefix: str, keys: Sequence[str]) -> list[Row]:
    """The rows below the header of a sheet of ours, by column key; [] when the sheet or its header isn't there."""
    if grid is None:
        return []
    for header in range(1, min(grid.height, _LOOKED_AT) + 1):
        columns = _columns(grid, header, prefix, keys)
        if len(columns) >= min(3, len(keys)):
            cells = {key: grid.columns[column - 1][header:] for key, column in columns.items()}
            if "remark" in columns:
                cells["remark"] = _as_typed(grid, columns["remark"], header)
            rows = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
            return [row for row in rows if any(value is not None for value in row.values())]
    return []


def _as_typed(grid: Grid, column: int, header: int) -> Objects:
    """Remarks below a header; one that Excel took for a formula, since it began with a sign, is the text that was typed."""
    typed = {cell.row: text if text.startswith(_SIGNS) else f"={text}" for cell, text in grid.unvalued.items() if cell.column == column}
    values = grid.columns[column - 1][header:].copy()
    for row, text in typed.items():
        if header < row <= grid.height:
            values[row - header - 1] = text
    return values


def _columns(grid: Grid, row: int, prefix: str, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in range(1, grid.width + 1):
        value = grid.value(row, column)
        code = codes_of(prefix, value) if isinstance(value, str) else None
        if code in keys:
            found.setdefault(str(code), column)
    return found
