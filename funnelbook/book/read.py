"""Package → Grids: values by calamine from a reading copy, what it doesn't tell by a scan of the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ..edits import INPUT_MARK
from ..errors import BrokenXmlError, EncryptedError, NotAWorkbookError, TooLargeError
from ..grid import ExcelTable, Grid, Objects, Owned, Range, Rows
from .marks import Marks, marks_of
from .occupied import excel_tables, filter_range, merged_ranges, nameless_notes, noted_cells, owned_ranges
from .package import Package, SheetEntry
from .packing import Packed
from .plain import PlainSheet, normalised, plain_sheet
from .reading_copy import CellFormats, cell_formats, packed_sheet, reading_copy
from .refusals import read_file
from .scan import Scan, filled, scan, widest
from .styles import highest_format
from .xml import child, is_true, parse

_ALWAYS_FINE, _CELLS_PER_CELL = 4_000_000, 20
"""An extent of more cells than the first, and more than the second times the cells there are, is looked into."""
_LONGEST_GAP_DOWN, _LONGEST_GAP_RIGHT = 10_000, 500
"""What lies beyond as many empty rows or columns is a stray value, no table."""
_MOST_CELLS = 60_000_000
_ROWS = 4096
"""Rows that are taken from calamine at a time."""
_MOST_REMEMBERED = 20_000
"""Distinct values of a column that are kept to be found again."""
_EXACT = 2**53
_NUMBERS = {int, float}
_VISIBLE = SheetVisibleEnum.Visible


@dataclass(frozen=True, eq=False)
class _Sheet:
    """All of a worksheet but its values."""

    entry: SheetEntry
    part: str
    packed: Packed
    scan: Scan
    rest: etree._Element


def read_grids(package: Package) -> list[Grid]:
    """Grid of every worksheet in the order of the workbook, hidden ones too.

    Values that lie beyond 10,000 empty rows or 500 empty columns are left out where the extent would be out of
    proportion to the cells. Raises BrokenXmlError and TooLargeError.
    """
    workbook = parse(package.read(package.main), package.main)
    properties = child(workbook, "workbookPr")
    dates1904 = properties is not None and is_true(properties.get("date1904"))
    formats = cell_formats(package)
    percents = formats.percents()
    marks = marks_of(workbook)
    ours = {name for name, found in marks.items() if found.role is not None}
    sheets = [
        _sheet(package, entry, entry.part, formats, percents, entry.name.casefold() in ours)
        for entry in package.sheets()
        if entry.kind == "worksheet" and entry.part is not None
    ]
    columns = _values(package, sheets, formats, dates1904)
    return [
        _grid(package, sheet, columns_of_sheet, dates1904, marks.get(sheet.entry.name.casefold(), Marks()))
        for sheet, columns_of_sheet in zip(sheets, columns, strict=True)
    ]


def read_foreign(path: str | Path) -> list[Grid]:
    """Grids, of values alone, of a workbook in a format that is only read: .xls, .et, .xlsb, .ods.

    Raises NotFoundError, NotAWorkbookError, EncryptedError.
    """
    path = Path(path)
    data = read_file(path)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        return [Grid(meta.name, _columns(workbook.get_sheet_by_name(meta.name)), visible=meta.visible == _VISIBLE) for meta in sheets]
    except PasswordError:
        raise EncryptedError(path=str(path)) from None
    except CalamineError as error:
        raise NotAWorkbookError(path=str(path), looks_like=str(error)) from None


def _sheet(package: Package, entry: SheetEntry, part: str, formats: CellFormats, percents: frozenset[int], is_ours: bool) -> _Sheet:
    data = package.read(part)
    sheet = _in_proportion(data, part)
    package.highest_formats[part] = highest_format(data, len(formats.numbers))
    return _Sheet(entry, part, packed_sheet(package, part, sheet), scan(sheet, percents, with_texts=is_ours), sheet.rest)


def _in_proportion(data: bytes, part: str) -> PlainSheet:
    """Worksheet in the plain dialect, without stray values that would make a grid of billions of empty cells."""
    sheet = plain_sheet(data, part)
    if widest(sheet).cells <= max(_ALWAYS_FINE, _CELLS_PER_CELL * sheet.cells):
        return sheet
    rows, columns = filled(sheet)
    bottom, right = _before_gap(rows, _LONGEST_GAP_DOWN), _before_gap(columns, _LONGEST_GAP_RIGHT)
    if bottom * right > _MOST_CELLS:
        raise TooLargeError(part=part, size=bottom * right, limit=_MOST_CELLS)
    if not rows or (bottom, right) == (rows[-1], columns[-1]):
        return sheet
    return normalised(data, part, bottom, right)


def _before_gap(numbers: Sequence[int], longest: int) -> int:
    """Last of the sorted *numbers* that can be reached from 0 without a gap longer than *longest*."""
    last = 0
    for number in numbers:
        if number - last > longest:
            break
        last = number
    return last


def _values(package: Package, sheets: Sequence[_Sheet], formats: CellFormats, dates1904: bool) -> Iterator[tuple[Objects, ...]]:
    """Columns of each sheet in turn; one sheet's rows are gone before the next one's come."""
    if not sheets:
        return
    copy = reading_copy(package, (sheet.packed for sheet in sheets), formats, dates1904)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(copy))
    except CalamineError as error:
        for part in package.related(package.main, "sharedStrings"):
            parse(package.read(part), part)  # raises with the part's name where that is what is broken
        raise BrokenXmlError(part=package.main, reason=str(error)) from None
    for number, sheet in enumerate(sheets, 1):
        try:
            found = workbook.get_sheet_by_name(str(number))
        except CalamineError as error:
            raise BrokenXmlError(part=sheet.part, reason=str(error)) from None
        yield _columns(found)


def _columns(sheet: CalamineSheet) -> tuple[Objects, ...]:
    """Columns from A on, filled some rows at a time, so that only a few cells are there twice.

    Calamine's rows begin with row 1, but with the first column that holds anything.
    """
    if sheet.start is None or sheet.end is None:
        return ()
    top, left = 0, sheet.start[1]
    columns = [np.full(sheet.end[0] + 1, None, dtype=object) for _ in range(sheet.end[1] + 1)]
    values = [_Values() for _ in columns]
    rows = sheet.iter_rows()
    while some := list(islice(rows, _ROWS)):
        for column, seen, part in zip(columns[left:], values[left:], zip(*some, strict=True), strict=True):
            column[top : top + len(some)] = seen.of(part)
        top += len(some)
    return tuple(columns)


class _Values(dict[Any, Any]):
    """Value as calamine gives it -> as a Grid holds it; what repeats in a column is one object, worked out once."""

    def of(self, values: Sequence[Any]) -> list[Any]:
        if bool in set(map(type, values)):  # they are equal to 0 and 1
            values = [("FALSE", "TRUE")[v] if type(v) is bool else v for v in values]
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        return list(map(self.__getitem__, values))

    def __missing__(self, value: Any) -> Any:
        kept = value
        if type(value) is float and value.is_integer() and -_EXACT < value < _EXACT:
            kept = int(value)
        elif type(value) is dt.datetime:
            kept = _day(value)
        elif value == "":
            kept = None
        self[value] = kept
        return kept


def _day(value: dt.datetime) -> dt.date:
    return value.date() if value.time() == dt.time() else value


def _grid(package: Package, sheet: _Sheet, columns: tuple[Objects, ...], dates1904: bool, marks: Marks) -> Grid:
    merged, tables = merged_ranges(sheet.rest), excel_tables(package, sheet.part)
    return Grid(
        sheet.entry.name,
        columns,
        dates1904=dates1904,
        visible=sheet.entry.state == "visible",
        errors=sheet.scan.errors,
        formulas=sheet.scan.formulas,
        uncached=sheet.scan.uncached,
        unvalued=sheet.scan.unvalued,
        percents=_numbers_only(sheet.scan.formatted, columns),
        hidden_rows=sheet.scan.hidden_rows,
        merged=merged,
        owned=_owned(package, sheet, merged, tables),
        noted=noted_cells(package, sheet.part),
        nameless_notes=nameless_notes(package, sheet.part),
        excel_tables=tables,
        filter=filter_range(sheet.rest),
        own_columns=tuple(own for own in marks.columns if not own.key.startswith(INPUT_MARK)),
        input_columns=tuple(own for own in marks.columns if own.key.startswith(INPUT_MARK)),
        own_sheet=marks.role,
    )


def _owned(package: Package, sheet: _Sheet, merged: Sequence[Range], tables: Sequence[ExcelTable]) -> tuple[Owned, ...]:
    found = [
        *owned_ranges(package, sheet.part, sheet.rest),
        *(Owned(area, "array") for area in sheet.scan.spreads),
        *(Owned(area, "merge") for area in merged),
        *(Owned(table.range, "table") for table in tables),
    ]
    return tuple(dict.fromkeys(found))  # an ActiveX control stands in the drawing, in the VML and in the sheet


def _numbers_only(places: Mapping[int, Rows], columns: Sequence[Objects]) -> dict[int, Rows]:
    """Of the *places*, those that hold a number."""
    found = {}
    for column, rows in places.items():
        if column <= len(columns):
            within = rows[rows <= len(columns[column - 1])]
            kinds = list(map(type, columns[column - 1][within - 1]))
            found[column] = within if set(kinds) <= _NUMBERS else within[[kind in _NUMBERS for kind in kinds]]
    return {column: rows for column, rows in found.items() if len(rows)}
