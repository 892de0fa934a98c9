"""What calamine does not tell of a worksheet's cells, found in the bytes of the distinct ones: errors, formulas, formats."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..grid import CellRef, Range, Rows
from .distinct import Cells
from .plain import PlainSheet
from .rows import holds
from .values import ranges_of

_ERROR = re.compile(rb'[^>]*? t="e"(?:[^>]*[^/>])?>(.*)', re.DOTALL)
VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
"""The value of a cell, as it is written."""
_FORMULA = re.compile(rb"[^>]*>\s*<f[\s>/]")
_UNCACHED = re.compile(rb"([^>]*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(\Z|<v\s*/>|<v></v>|<v\s[^>]*></v>)")
_TEXT = re.compile(rb"[^>]*>\s*<f[^>]*>([^<]*)</f>")
_SPREAD = re.compile(rb'<f(?=\s)[^>]*? t="(?:array|dataTable)"[^>]*>')
_REF = re.compile(rb' ref="([A-Za-z0-9:$]+)"')
_FEW = 8
"""Formats that are looked for one by one, which is faster than a pattern."""
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,10})"[^>]*? hidden="(?:1|true)"')


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


def scan(sheet: PlainSheet, formats: Collection[int], with_texts: bool = False) -> Scan:
    """Scan of a worksheet; *formats* are indexes of cell formats to look for, *with_texts* asks for formulas without a usable value."""
    cells, distinct = sheet.cells, sheet.cells.distinct
    calculated = [code for code in _with(sheet, b"<f", b"f") if _FORMULA.match(distinct[code])]
    errors = {code: value for code in _with(sheet, b' t="e"', b"e") if (value := _error(distinct[code])) is not None}
    uncached = [code for code in calculated if _is_uncached(distinct[code])]
    return Scan(
        {cell: errors[code] for cell, code in _each(cells, errors)},
        _by_column(cells, calculated),
        _by_column(cells, uncached),
        _by_column(cells, _formatted(distinct, formats)),
        _hidden_rows(sheet),
        _unvalued(cells, {*errors, *uncached}.intersection(calculated)) if with_texts else {},
        _spreads(distinct[code] for code in calculated),
    )


def _with(sheet: PlainSheet, mark: bytes, letter: bytes) -> list[int]:
    """Codes of the cells that may hold a *mark*; one *letter* of it is rare."""
    if not holds(sheet.body, mark, letter, sheet.start, sheet.end):
        return []
    return [code for code, text in enumerate(sheet.cells.distinct) if mark in text]


def is_error(text: bytes) -> bool:
    """Whether a cell, as in Cells.distinct, bears an error value."""
    return b' t="e"' in text and _ERROR.match(text) is not None


def _error(text: bytes) -> str | None:
    """Error value of a cell that bears one, which may be empty."""
    match = _ERROR.match(text)
    value = VALUE.search(match[1]) if match else None
    return None if match is None else html.unescape(value[1].decode(errors="replace")) if value else ""


def _is_uncached(text: bytes) -> bool:
    """Whether a formula cell has no value; an empty one of type str is the cached value ""."""
    match = _UNCACHED.match(text)
    return match is not None and (not match[2] or b' t="str"' not in match[1])


def _formatted(distinct: Sequence[bytes], formats: Collection[int]) -> list[int]:
    if not formats:
        return []
    marks = [b' s="%d"' % index for index in sorted(formats)]
    is_formatted = re.compile(rb"[^>]*(?:" + b"|".join(marks) + rb")").match
    if len(marks) <= _FEW:
        likely = {code for mark in marks for code, text in enumerate(distinct) if mark in text}
        return [code for code in sorted(likely) if is_formatted(distinct[code])]
    return [code for code, text in enumerate(distinct) if is_formatted(text)]


def _hidden_rows(sheet: PlainSheet) -> frozenset[int]:
    if not holds(sheet.body, b' hidden="', b"h", sheet.start, sheet.end):
        return frozenset()
    return frozenset(map(int, _HIDDEN_ROW.findall(sheet.body, sheet.start, sheet.end)))


def _unvalued(cells: Cells, codes: Collection[int]) -> dict[CellRef, str]:
    found = {code: match[1] for code in codes if (match := _TEXT.match(cells.distinct[code])) and match[1]}
    return {cell: html.unescape(found[code].decode(errors="replace")) for cell, code in _each(cells, found)}


def _spreads(formulas: Iterable[bytes]) -> tuple[Range, ...]:
    tags = (match[0] for text in formulas for match in _SPREAD.finditer(text))
    ranges = ranges_of(ref[1].decode() for ref in map(_REF.search, tags) if ref)
    return tuple(r for r in ranges if r.top != r.bottom or r.left != r.right)


def _each(cells: Cells, codes: Collection[int]) -> Iterator[tuple[CellRef, int]]:
    """The cells of some codes, one by one in the order of the file."""
    which = _which(cells, codes)
    for row, column, code in zip(cells.rows[which].tolist(), cells.columns[which].tolist(), cells.codes[which].tolist(), strict=True):
        yield CellRef(row, column), code


def _by_column(cells: Cells, codes: Collection[int]) -> dict[int, Rows]:
    """Column number -> sorted rows of the cells of some codes."""
    which = _which(cells, codes)
    rows, columns = cells.rows[which].astype(np.int64), cells.columns[which]
    return {int(column): _sorted(rows[columns == column]) for column in np.unique(columns)}


def _which(cells: Cells, codes: Collection[int]) -> Rows:
    """Positions of the cells of some codes."""
    if not codes:
        return np.empty(0, dtype=np.int64)
    wanted = np.zeros(len(cells.distinct), dtype=np.bool_)
    wanted[list(codes)] = True
    return np.flatnonzero(wanted[cells.codes])


def _sorted(rows: Rows) -> Rows:
    return rows if bool(np.all(rows[1:] > rows[:-1])) else np.unique(rows)
