"""A sheet as plain values: Grid, CellRef, Range, and the arithmetic of A1 references (ECMA-376 Part 1, 18.18.7 and 18.18.62)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]*)(?::\$?([A-Z]{1,3})\$?([1-9][0-9]*))?", re.IGNORECASE)

Objects = NDArray[np.object_]
Rows = NDArray[np.int64]


@cache
def letters(column: int) -> str:
    """Name of a column counted from 1: 1 is "A", 28 is "AB"."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """Number of a column by its name: "A" is 1, "AB" is 28."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def quoted(sheet: str) -> str:
    """Sheet name as it stands before the "!" of a reference; always in quotes, which every program reads."""
    return "'" + sheet.replace("'", "''") + "'"


class CellRef(NamedTuple):
    """One cell, counted from 1."""

    row: int
    column: int

    @property
    def a1(self) -> str:
        return f"{letters(self.column)}{self.row}"


class Range(NamedTuple):
    """A rectangle of cells, counted from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Range:
        """Range of "B2" or "$A$1:C9"; ValueError for anything else."""
        match = _AREA.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        left, top = column_number(match[1]), int(match[2])
        right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    @property
    def a1(self) -> str:
        first, last = CellRef(self.top, self.left).a1, CellRef(self.bottom, self.right).a1
        return first if first == last else f"{first}:{last}"

    @property
    def absolute(self) -> str:
        """With dollar signs, as a defined name holds it: "$A$1:$C$9"."""
        return f"${letters(self.left)}${self.top}:${letters(self.right)}${self.bottom}"

    def on(self, sheet: str) -> str:
        """Absolute reference that names its sheet: "'Sheet1'!$A$1:$C$9"."""
        return f"{quoted(sheet)}!{self.absolute}"

    def overlaps(self, other: Range) -> bool:
        return self.top <= other.bottom and other.top <= self.bottom and self.left <= other.right and other.left <= self.right

    def covers(self, other: Range) -> bool:
        return self.top <= other.top and other.bottom <= self.bottom and self.left <= other.left and other.right <= self.right


@dataclass(frozen=True)
class ExcelTable:
    """Excel's own table object (a ListObject) on a sheet."""

    name: str
    range: Range
    """With header and totals rows."""
    columns: tuple[str, ...]
    header_rows: int = 1
    totals_rows: int = 0
    fixed: bool = False
    """Fed by a query or an XML map, so that it may not be widened."""


@dataclass(frozen=True)
class Owned:
    """A rectangle that something other than cell values occupies."""

    range: Range
    kind: str
    """drawing, pivot, array, merge, table, control."""


@dataclass(frozen=True)
class OwnColumn:
    """A column that an earlier refresh wrote, as its hidden name says."""

    key: str
    """What follows ``_funnelbook.`` in the name, such as "leads.1.score"."""
    range: Range
    """Header to last row."""


@dataclass(frozen=True, eq=False)
class Distinct:
    """The columns of a sheet as positions in one list of its values, so that what is asked of a value is asked once."""

    values: Objects
    """The first one is None; the same value may be there twice."""
    codes: tuple[NDArray[np.int32], ...]

    @classmethod
    def of(cls, columns: tuple[Objects, ...]) -> Distinct:
        known: dict[Any, int] = {None: 0}
        codes = tuple(np.array([known.setdefault(value, len(known)) for value in column.tolist()], dtype=np.int32) for column in columns)
        return cls(np.fromiter(known, dtype=object, count=len(known)), codes)

    @cached_property
    def filled(self) -> NDArray[np.bool_]:
        """Which of the values say anything: all but None, white space and what is no number."""
        said = [value is not None and value == value and not (type(value) is str and not value.strip()) for value in self.values.tolist()]
        return np.array(said, dtype=bool)


@dataclass(frozen=True, eq=False)
class Grid:
    """One worksheet as values, column by column; row 1 of the sheet is position 0 of each column."""

    sheet: str
    columns: tuple[Objects, ...] = ()
    """All of one length. None where empty, else str, int, float, datetime.date (midnight), datetime.datetime, datetime.time or
    datetime.timedelta; truth values as the text that Excel shows."""
    known: Distinct | None = None
    """The same columns by their distinct values, where whoever read them knows these."""
    dates1904: bool = False
    visible: bool = True
    errors: Mapping[CellRef, str] = field(default_factory=dict)
    """Cells that hold an error value, such as "#REF!"; None in *columns*."""
    formulas: Mapping[int, Rows] = field(default_factory=dict)
    """Column number -> sorted row numbers of its formula cells."""
    uncached: Mapping[int, Rows] = field(default_factory=dict)
    """Column number -> rows whose formula has no cached value."""
    unvalued: Mapping[CellRef, str] = field(default_factory=dict)
    """On sheets of ours: the texts of formulas that have no usable value, such as a remark that began with a sign."""
    percents: Mapping[int, Rows] = field(default_factory=dict)
    """Column number -> rows whose number is formatted as a percentage."""
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Range, ...] = ()
    owned: tuple[Owned, ...] = ()
    noted: frozenset[CellRef] = frozenset()
    """Cells with a note or a threaded comment of the user's."""
    nameless_notes: Mapping[CellRef, str] = field(default_factory=dict)
    """Notes without the name of an author, with their texts, as LibreOffice saves every note; and those of ours of which nobody can tell
    any more whether the user changed them."""
    excel_tables: tuple[ExcelTable, ...] = ()
    filter: Range | None = None
    """The sheet's own AutoFilter (not that of an Excel Table)."""
    own_columns: tuple[OwnColumn, ...] = ()
    input_columns: tuple[OwnColumn, ...] = ()
    """Input columns that a refresh added; they are read as the user's."""
    own_sheet: str | None = None
    """Role of a sheet that funnelbook made, such as "summary"; None for the user's sheets."""

    @cached_property
    def distinct(self) -> Distinct:
        return self.known or Distinct.of(self.columns)

    @property
    def height(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def width(self) -> int:
        return len(self.columns)

    def value(self, row: int, column: int) -> Any:
        """Value of a cell counted from 1; None beyond the used range."""
        return self.columns[column - 1][row - 1] if 0 < column <= self.width and 0 < row <= self.height else None
