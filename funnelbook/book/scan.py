"""What calamine does not tell of a worksheet's cells, found by searching the bytes of the plain dialect.

Errors, formulas, formats and hidden rows are sparse: each search is one pass in C, and no ordinary cell costs a call.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..grid import CellRef, Range, Rows, column_number
from .plain import PlainSheet
from .rows import holds
from .values import ranges_of

_PLACE = rb'<c r="([A-Za-z]{1,3}[0-9]{1,10})"'
_DIGITS, _LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ERROR = re.compile(_PLACE + rb'[^>]*? t="e"(?:[^>]*[^/>])?>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
_FORMULA = re.compile(_PLACE + rb"[^>]*>\s*<f[\s>/]")
_UNCACHED = re.compile(_PLACE + rb"([^>]*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(</c>|<v\s*/>|<v></v>|<v\s[^>]*></v>)")
_TEXT = re.compile(_PLACE + rb"[^>]*>\s*<f[^>]*>([^<]*)</f>")
_SPREAD = re.compile(rb'<f(?=\s)[^>]*? t="(?:array|dataTable)"[^>]*>')
_REF = re.compile(rb' ref="([A-Za-z0-9:$]+)"')
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,10})"[^>]*? hidden="(?:1|true)"')
_FILLED = re.compile(rb'<c r="([A-Za-z]+)([0-9]+)"(?:[^>]*[^/>])?>\s*<[vfi]')
_LONGEST, _LONGEST_NAME = 11, 7
"""Digits and letters beyond which a row or a column is just one that can't be."""
_TYPE_FIRST = b'" t="n" s="'
"""The type of a number before its format, as POI writes it when the format was set last."""


@dataclass(frozen=True, eq=False)
class Scan:
    """Cells of a worksheet that are more than values; by column number → sorted rows where there may be many."""

    errors: Mapping[CellRef, str]
    formulas: Mapping[int, Rows]
    uncached: Mapping[int, Rows]
    formatted: Mapping[int, Rows]
    """Cells with one of the formats that were asked for."""
    hidden_rows: frozenset[int]
    unvalued: Mapping[CellRef, str]
    """Texts of the formulas that have no usable value, where they were asked for."""
    spreads: tuple[Range, ...]
    """Ranges of more than one cell that array formulas, spills and data tables fill."""


@dataclass(frozen=True)
class Extent:
    """How far the rows and columns of a worksheet reach."""

    bottom: int
    right: int

    @property
    def cells(self) -> int:
        return self.bottom * self.right


def scan(sheet: PlainSheet, formats: Collection[int], with_texts: bool = False) -> Scan:
    """Scan of a worksheet; *formats* are indexes of cell formats to look for, *with_texts* asks for formulas without a usable value."""
    calculated = holds(sheet.body, b"<f", b"f", sheet.start, sheet.end)
    errors, uncached = _errors(sheet), _uncached(sheet) if calculated else {}
    return Scan(
        errors,
        _by_column(_FORMULA.findall(sheet.body, sheet.start, sheet.end)) if calculated else {},
        uncached,
        _formatted(sheet, formats),
        _hidden_rows(sheet),
        _unvalued(sheet, errors, uncached) if calculated and with_texts else {},
        _spreads(sheet) if calculated else (),
    )


def widest(sheet: PlainSheet) -> Extent:
    """An extent that no cell is beyond; up to 26 columns more than there are, and empty cells count.

    A cell's own reference counts, wherever its row says that it is. Beside columns beyond Z, rows are those of as many digits as the last
    one has, since only longer numbers can be looked for fast enough.
    """
    digits = len(str(sheet.bottom))
    far = set(_far(digits + 1).findall(sheet.body, sheet.start, sheet.end))
    rows = [_row(one or other) for _, one, other in far if one or other]
    columns = [_column(name) for name, _, _ in far if name]
    return Extent(max([10**digits - 1 if columns else sheet.bottom, *rows]), max(columns, default=26))


@cache
def _far(digits: int) -> re.Pattern[bytes]:
    """Cells in columns beyond Z, or in rows of so many digits."""
    return re.compile(rb'<c r="(?:([A-Za-z]{2,})([0-9]{%d,})?|[A-Za-z]([0-9]{%d,}))' % (digits, digits))


def filled(sheet: PlainSheet) -> tuple[list[int], list[int]]:
    """Sorted numbers of the rows and of the columns that hold a value; slow, a step per cell."""
    rows, columns = set(), set()
    for match in _FILLED.finditer(sheet.body, sheet.start, sheet.end):
        columns.add(match[1])
        rows.add(match[2])
    return sorted(map(_row, rows)), sorted(map(_column, columns))


def _row(digits: bytes) -> int:
    """Number of a row; one of more digits than any has is some number that is too large."""
    return int(digits.lstrip(b"0")[:_LONGEST] or b"0")


def _column(name: bytes) -> int:
    """Number of a column; one of more letters than any has is some number that is too large."""
    return column_number(name[:_LONGEST_NAME].decode())


def _errors(sheet: PlainSheet) -> dict[CellRef, str]:
    if not holds(sheet.body, b' t="e"', b"e", sheet.start, sheet.end):
        return {}
    found = ((place, _VALUE.search(inner)) for place, inner in _ERROR.findall(sheet.body, sheet.start, sheet.end))
    return {_cell(place): html.unescape(value[1].decode(errors="replace")) if value else "" for place, value in found}


def _uncached(sheet: PlainSheet) -> dict[int, Rows]:
    found = _UNCACHED.findall(sheet.body, sheet.start, sheet.end)
    # An empty value of type str is the cached value "".
    return _by_column([place for place, attributes, end in found if end == b"</c>" or b' t="str"' not in attributes])


def _unvalued(sheet: PlainSheet, errors: Collection[CellRef], uncached: Mapping[int, Rows]) -> dict[CellRef, str]:
    cells = {*errors, *(CellRef(int(row), column) for column, rows in uncached.items() for row in rows)}
    wanted, found = {cell.a1.encode(): cell for cell in cells}, _TEXT.findall(sheet.body, sheet.start, sheet.end)
    return {wanted[place]: html.unescape(text.decode(errors="replace")) for place, text in found if text and place in wanted}


def _formatted(sheet: PlainSheet, formats: Collection[int]) -> dict[int, Rows]:
    if not formats:
        return {}
    numbers = b"|".join(str(index).encode() for index in sorted(formats))
    between = rb'(?: t="n")?' if sheet.body.find(_TYPE_FIRST, sheet.start, sheet.end) >= 0 else b""
    pattern = re.compile(_PLACE + between + rb' s="(?:' + numbers + rb')"')
    return _by_column(pattern.findall(sheet.body, sheet.start, sheet.end))


def _hidden_rows(sheet: PlainSheet) -> frozenset[int]:
    if not holds(sheet.body, b' hidden="', b"h", sheet.start, sheet.end):
        return frozenset()
    return frozenset(map(int, _HIDDEN_ROW.findall(sheet.body, sheet.start, sheet.end)))


def _spreads(sheet: PlainSheet) -> tuple[Range, ...]:
    refs = (_REF.search(match[0]) for match in _SPREAD.finditer(sheet.body, sheet.start, sheet.end))
    ranges = ranges_of(ref[1].decode() for ref in refs if ref)
    return tuple(r for r in ranges if r.top != r.bottom or r.left != r.right)


def _cell(place: bytes) -> CellRef:
    area = Range.parse(place.decode())
    return CellRef(area.top, area.left)


def _by_column(places: list[bytes]) -> dict[int, Rows]:
    """Column number → sorted rows of cells such as b"AB12", without a step per cell in Python."""
    if not places:
        return {}
    joined = b" ".join(places)
    rows = np.array(joined.translate(None, _LETTERS).split(b" ")).astype(np.int64)
    names = joined.translate(None, _DIGITS).split(b" ")
    columns = {name: column_number(name.decode()) for name in set(names)}
    numbers = np.fromiter(map(columns.__getitem__, names), dtype=np.int64, count=len(names))
    return {number: _sorted(rows[numbers == number]) for number in sorted(set(columns.values()))}


def _sorted(rows: Rows) -> Rows:
    return rows if bool(np.all(rows[1:] > rows[:-1])) else np.unique(rows)
