"""Package → Grids: values of the distinct cells by calamine, what it doesn't tell by a scan of the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from lxml import etree
from numpy.typing import NDArray
from python_calamine import CalamineError, CalamineWorkbook

from ..edits import INPUT_MARK
from ..errors import BrokenXmlError, TooLargeError
from ..grid import Distinct, ExcelTable, Grid, Objects, Owned, Range, Rows
from .distinct import Cells
from .held import held
from .marks import Marks, marks_of
from .occupied import excel_tables, filter_range, merged_ranges, nameless_notes, noted_cells, owned_ranges
from .package import Package, Seen, SheetEntry
from .plain import plain_sheet
from .reading_copy import CellFormats, cell_formats, reading_copy, sheet_of
from .scan import VALUE, Scan, is_error, scan
from .styles import highest_format, highest_look
from .xml import child, is_true, parse

_ALWAYS_FINE, _CELLS_PER_CELL = 4_000_000, 20
"""An extent of more cells than the first, and more than the second times the cells there are, is looked into."""
_NARROWEST = 26
"""Columns that a sheet counts as having at least: down one column, too, a million rows are out of proportion."""
_LONGEST_GAP_DOWN, _LONGEST_GAP_RIGHT = 10_000, 500
"""What lies beyond as many empty rows or columns is a stray value, no table."""
_MOST_CELLS = 60_000_000
_NO_DURATION = 1e8
_LONG = re.compile(rb"<v[^>]*>\s*[-+]?(?:[0-9]{9}|[0-9.]+[eE]|[iInN])")
"""A value that may be such a number: a phone number in a column of hours, say."""
_FORMAT = re.compile(rb'\ss="[^"]*"')
_NUMBERS = {int, float}


@dataclass(frozen=True, eq=False)
class _Sheet:
    """All of a worksheet but its values."""

    entry: SheetEntry
    part: str
    cells: Cells
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
    values = _values(package, sheets, formats, dates1904)
    return [
        _grid(package, sheet, of_sheet, dates1904, marks.get(sheet.entry.name.casefold(), Marks()))
        for sheet, of_sheet in zip(sheets, values, strict=True)
    ]


def _sheet(package: Package, entry: SheetEntry, part: str, formats: CellFormats, percents: frozenset[int], is_ours: bool) -> _Sheet:
    sheet = plain_sheet(package.read(part), part)
    if is_ours:
        package.forget(part)  # another takes its place, or it goes
    package.leave(part, Seen(highest_format(sheet.outline, len(formats.numbers)), highest_look(sheet.outline), sheet.span))
    return _Sheet(entry, part, _in_proportion(sheet.cells, part), scan(sheet, percents, with_texts=is_ours), sheet.rest)


def _in_proportion(cells: Cells, part: str) -> Cells:
    """Cells without stray ones, which would make a grid of billions of empty cells."""
    bottom, right = int(cells.rows.max(initial=0)), int(cells.columns.max(initial=_NARROWEST))
    if bottom * right <= max(_ALWAYS_FINE, _CELLS_PER_CELL * len(cells.codes)):
        return cells
    bottom, right = _before_gap(np.unique(cells.rows), _LONGEST_GAP_DOWN), _before_gap(np.unique(cells.columns), _LONGEST_GAP_RIGHT)
    if bottom * right > _MOST_CELLS:
        raise TooLargeError(part=part, size=bottom * right, limit=_MOST_CELLS)
    return cells.within(bottom, right)


def _before_gap(numbers: NDArray[np.int32], longest: int) -> int:
    """Last of the sorted *numbers* that can be reached from 0 without a gap longer than *longest*."""
    gaps = np.flatnonzero(np.diff(numbers, prepend=0) > longest)
    reached = numbers[: gaps[0]] if len(gaps) else numbers
    return int(reached.max(initial=0))


def _values(package: Package, sheets: Sequence[_Sheet], formats: CellFormats, dates1904: bool) -> Iterator[Distinct]:
    """Values of each sheet in turn."""
    if not sheets:
        return
    copy = reading_copy(package, (sheet_of(_readable(sheet)) for sheet in sheets), formats, dates1904)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(copy))
    except CalamineError as error:
        for part in package.related(package.main, "sharedStrings"):
            parse(package.read(part), part)  # raises with the part's name where that is what is broken
        raise BrokenXmlError(part=package.main, reason=str(error)) from None
    for number, sheet in enumerate(sheets, 1):
        try:
            rows = workbook.get_sheet_by_name(str(number)).iter_rows()
        except CalamineError as error:
            raise BrokenXmlError(part=sheet.part, reason=str(error)) from None
        next(rows)
        values = list(chain.from_iterable(rows))
        values += [""] * (len(sheet.cells.distinct) - len(values))  # calamine leaves rows out at the end that hold nothing
        yield _spread(sheet.cells, held(["", *values]))


def _readable(sheet: _Sheet) -> Sequence[bytes]:
    """The distinct cells without what calamine stumbles over: errors that it doesn't know, and numbers that no duration can be."""
    distinct = sheet.cells.distinct
    if sheet.scan.errors:
        distinct = [b">" if is_error(text) else text for text in distinct]
    return [_without_format(text) if b' s="' in text and _LONG.search(text) else text for text in distinct]


def _without_format(text: bytes) -> bytes:
    """A cell as it is; one with a number beyond any date or duration without its format, by which it would be one."""
    value = VALUE.search(text)
    try:
        number = float(value[1]) if value else 0.0
    except ValueError:
        return text
    head, _, inside = text.partition(b">")
    return text if abs(number) < _NO_DURATION else _FORMAT.sub(b"", head) + b">" + inside


def _spread(cells: Cells, values: Objects) -> Distinct:
    """Columns from A on, from the value of each distinct cell; of two cells in one place the later one that holds a value counts."""
    height, width = int(cells.rows.max(initial=0)), int(cells.columns.max(initial=0))
    columns = tuple(np.zeros(height, dtype=np.int32) for _ in range(width))
    codes = np.array([0 if value is None else code for code, value in enumerate(values.tolist())], dtype=np.int32)[cells.codes + 1]
    order = np.argsort(cells.columns.astype(np.uint16), kind="stable")
    ends = np.cumsum(np.bincount(cells.columns, minlength=width + 1))
    for column, start, end in zip(columns, ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        which = order[start:end]
        which = which[codes[which] > 0]
        column[cells.rows[which] - 1] = codes[which]
    return Distinct(values, columns)


def _grid(package: Package, sheet: _Sheet, known: Distinct, dates1904: bool, marks: Marks) -> Grid:
    merged, tables = merged_ranges(sheet.rest), excel_tables(package, sheet.part)
    columns = tuple(known.values[codes] for codes in known.codes)
    return Grid(
        sheet.entry.name,
        columns,
        known,
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
