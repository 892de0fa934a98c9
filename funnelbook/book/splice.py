"""Rows on bytes: new cells go in by row and column number, old ones of ours come out, every other byte stays.

Only for the plain dialect that Excel, WPS, LibreOffice, openpyxl and XlsxWriter write: UTF-8, no prefixes, ``r`` first
on every row and cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from ..errors import BrokenXmlError, UnsafeEditError
from ..grid import CellRef, Range, column_number, letters
from .fresh import Base, Extent, Fresh, Put, Strip, respanned
from .names import COMPATIBILITY

_OPEN, _CELL, _END = b'<row r="', b'<c r="', b"</row>"
_ODD = (b"<!--", b"<![CDATA[", b"<?", b"<extLst", b"<sheetData")
_ODD_CELL = re.compile(rb'<c(?! r="[A-Z]+[1-9])[\s/>]')
_COMPATIBILITY = re.compile(rb'xmlns:(\w+)="' + COMPATIBILITY.encode() + rb'"')
_CELLS = re.compile(rb'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_LOOK = re.compile(rb'<c r="([A-Z]+)\d+"(?: s="(\d+)")?')
_STYLE = re.compile(rb'\ss="(\d+)"')
_LETTERS = re.compile(rb"[A-Z]+")
_TEXT = re.compile(rb">([^<]+)<")
_FILLS = re.compile(rb'<f[^>]*\sref="([^"]+)"')
_ROW_STYLE = re.compile(rb'(?=.*\scustomFormat="(?:1|true)").*\ss="(\d+)"')
_SLASH = 47
_NOTHING: frozenset[int] = frozenset()
_NO_LINE = (b"", Extent(0, 0, True))
_NUMBERED = re.compile(rb'<row r="([0-9]+)"')
_STEP = 2**22
"""Bytes that are split into rows at a time."""


def is_plain(body: bytes, head: bytes) -> bool:
    """Whether the inside of a ``sheetData`` is in the plain dialect; *head* stands before it."""
    if any(odd in body for odd in _ODD) or any(b"<" + p + b":" in body for p in _COMPATIBILITY.findall(head)):
        return False
    if body.count(b"<row") != body.count(_OPEN) or b"xmlns:" in body:
        return False
    return body.count(b"<c") == body.count(_CELL) or _ODD_CELL.search(body) is None


def holds_something(inner: bytes) -> bool:
    """Whether the inside of a cell shows or computes a value."""
    return b"<f" in inner or any(text.strip() for text in _TEXT.findall(b">" + inner + b"<"))


class Splicer:
    """One pass over the rows of a sheet."""

    def __init__(self, fresh: Fresh, strip: Strip, base: Base) -> None:
        self._fresh, self._strip, self._base = fresh, strip, base
        self._numbers: dict[bytes, int] = {}
        self._attributes: dict[tuple[bytes, frozenset[int], tuple[Extent, ...]], bytes] = {}
        self._ours: dict[frozenset[int], tuple[list[bytes], frozenset[tuple[bytes, bytes]]]] = {}

    def run(self, body: bytes) -> Iterator[bytes]:
        """The new inside of ``sheetData`` in pieces; UnsafeEditError when a cell in the way holds something."""
        rows = self._fresh.rows()
        todo = iter(rows)
        wanted = next(todo, 0)
        yield b"" if b">" in body else body
        last, stop = 0, behind(body, max([*rows[-1:], *(area.bottom for area in self._strip.ranges)], default=0))
        for before, head, cells in _rows(body, stop):
            name = head[len(_OPEN) : head.index(b'"', len(_OPEN))]
            number = _number(name)
            if number <= last or before.strip() or (cells and b"<row" in cells):
                raise BrokenXmlError(part=self._fresh.sheet)
            last = number
            while wanted and wanted < number:
                yield self._new_row(wanted)
                wanted = next(todo, 0)
            yield before
            gone = _NOTHING if cells is None else self._strip.columns(number)
            if wanted == number:
                yield self._row(head, name, number, cells or b"", gone, True)
                wanted = next(todo, 0)
            elif gone:
                yield self._row(head, name, number, cells or b"", gone, False)
            else:
                yield head + b"/>" if cells is None else b"".join((head, b">", cells, _END))
        while wanted:
            some = self._fresh.whole(wanted)
            yield some[0] if some else self._new_row(wanted)
            wanted = next(islice(todo, some[1] - 1 if some else 0, None), 0)
        if not ascend([max([last, *rows[-1:]]), *map(int, _NUMBERED.findall(body, stop))]):
            raise BrokenXmlError(part=self._fresh.sheet)
        yield body[stop:] if stop or b">" in body else b""

    def _new_row(self, number: int) -> bytes:
        name = str(number).encode()
        line = self._fresh.line(number)
        cells = line[0] if line else self._mixed(b"", number, _NOTHING, self._fresh.items(number), b"")
        return _OPEN + name + b'">' + cells + _END if cells else b""

    def _row(self, head: bytes, name: bytes, number: int, cells: bytes, gone: frozenset[int], filled: bool) -> bytes:
        """One row after the edit; a row that bore nothing but cells of ours goes with them."""
        attributes = head[len(_OPEN) + len(name) + 1 :]
        line = self._fresh.line(number) if filled else _NO_LINE
        kept = self._without_ours(cells, name, gone) if gone and line else cells
        if line is None or kept is None or self._last_column(kept) >= (line[1].left or 1 << 20):
            new = self._mixed(cells, number, gone, self._fresh.items(number) if filled else [], attributes)
        else:
            new = kept + line[0]
        if not new and not attributes and gone:
            return b""
        extents = tuple(self._fresh.extents(number)) if line is None else (line[1],) if filled else ()
        key = (attributes, gone, extents)
        spans = self._attributes.get(key)
        if spans is None:
            spans = self._attributes[key] = respanned(*key)
        end = (b">", new, _END) if new else (b"/>",)
        return b"".join((_OPEN, name, b'"', spans, *end))

    def _without_ours(self, cells: bytes, number: bytes, gone: frozenset[int]) -> bytes | None:
        """The row's cells without those at its end that go whole; None where each cell has to be looked at."""
        if gone not in self._ours:
            names = [letters(column).encode() for column in sorted(gone)]
            looks = [b"", *(b"%d" % i for i in self._strip.looks)]
            self._ours[gone] = names, frozenset((name, look) for name in names for look in looks)
        names, ours = self._ours[gone]
        for name in names:
            place = cells.find(_CELL + name + number + b'"')
            if place >= 0:
                tail = cells[place:]
                return cells[:place] if ours.issuperset(_LOOK.findall(tail)) and b"<f" not in tail else None
        return cells

    def _last_column(self, cells: bytes) -> int:
        """Column of the last cell, 0 where there is none."""
        place = cells.rfind(_CELL)
        if place < 0:
            return 0
        start = place + len(_CELL)
        begun = cells[start : start + 4]
        number = self._numbers.get(begun)
        if number is None:
            match = _LETTERS.match(begun)
            if match is None:
                raise BrokenXmlError(part=self._fresh.sheet)
            number = self._numbers[begun] = column_number(match[0].decode())
        return number

    def _mixed(self, cells: bytes, number: int, gone: frozenset[int], puts: list[tuple[int, Put]], attributes: bytes) -> bytes:
        """The cells of a row one by one, the new ones by column number between the old."""
        out: list[bytes] = []
        queue, place, end, last, found = list(reversed(puts)), 0, 0, 0, 0
        row_style = _ROW_STYLE.match(attributes)
        base = (lambda _: int(row_style[1])) if row_style else self._base

        def add(until: int) -> None:
            while queue and queue[-1][0] < until:
                column, put = queue.pop()
                out.append(self._fresh.render(put, number, column, None, base(column)))

        for match in _CELLS.finditer(cells):
            column = column_number(match[1].decode())
            if column <= last:
                raise BrokenXmlError(part=self._fresh.sheet)  # cells out of order or twice: nobody knows which counts
            last, found = column, found + 1
            out.append(cells[place : match.start()])
            place = end = match.end()
            add(column)
            old: bytes = match[0]
            if column in gone:
                old = self._emptied(match, number, column)
            if queue and queue[-1][0] == column:
                out.append(self._replaced(old, queue.pop()[1], number, column))
            else:
                out.append(old)
        if found != cells.count(_CELL):
            raise BrokenXmlError(part=self._fresh.sheet)  # a cell whose reference is none stands wherever the one before it stands
        add(1 << 20)
        return b"".join(out) + cells[end:]

    def _emptied(self, match: re.Match[bytes], number: int, column: int) -> bytes:
        """An old cell of ours without its content; b"" when nothing of the user's remains."""
        place, inner = CellRef(number, column).a1, match[3] or b""
        if b"<f" in inner:
            fills = _FILLS.search(inner)
            if fills:
                self._strip.check(Range.parse(fills[1].decode()), place)
            self._strip.formulas.append(place)
        style = _STYLE.search(match[2])
        index = int(style[1]) if style else 0
        return b'<c r="' + place.encode() + b'" s="%d"/>' % index if self._strip.remains(index) else b""

    def _replaced(self, old: bytes, put: Put, number: int, column: int) -> bytes:
        """A cell of the user's with the new value; UnsafeEditError when what it holds may not go."""
        match = _CELLS.match(old)
        if match is None:
            return self._fresh.render(put, number, column, None)
        inner, place = match[3] or b"", CellRef(number, column).a1
        blank = b't="s"' in match[2] and self._fresh.is_blank(b"".join(_TEXT.findall(inner)).decode(errors="replace"))
        if holds_something(inner) and not blank:
            if not put.overwrite:
                raise UnsafeEditError(sheet=self._fresh.sheet, place=place, reason="cell_in_use")
            if _FILLS.search(inner):
                raise UnsafeEditError(sheet=self._fresh.sheet, place=place, reason="formula_fills_more_cells")
            if b"<f" in inner:
                self._strip.formulas.append(place)
        style = _STYLE.search(match[2])
        return self._fresh.render(put, number, column, int(style[1]) if style else 0)


def behind(body: bytes, last: int) -> int:
    """Where the rows up to number *last* end, found by halving: a sheet may go on with a million rows that bear only a format."""
    low, high, first = 0, len(body), len(body)
    while low < high:
        middle = (low + high) // 2
        start = body.find(_OPEN, middle, high + len(_OPEN))
        if start < 0 or _number(body[start + len(_OPEN) : body.index(b'"', start + len(_OPEN))]) > last:
            first, high = first if start < 0 else start, middle
        else:
            low = start + 1
    return body.rfind(b">", 0, first) + 1


def _rows(body: bytes, stop: int) -> Iterator[tuple[bytes, bytes, bytes | None]]:
    """Each row: what stands before it, its tag without the end, and its cells; None for those of a self-closed row."""
    start = 0
    while start < stop:
        end = body.rfind(_END, start, start + _STEP) if start + _STEP < stop else stop
        end = body.find(_END, start, stop) if end < 0 else end
        for text in body[start : stop if end < 0 else end].split(_END):
            head, closed, cells = text.partition(b">")
            if head.startswith(_OPEN) and closed and head[-1] != _SLASH:
                yield b"", head, cells
            else:
                yield from _odd_rows(text)
        start = stop if end < 0 else end + len(_END)


def _odd_rows(text: bytes) -> Iterator[tuple[bytes, bytes, bytes | None]]:
    """The rows of a piece without end tags, of which all but the last must be self-closed; layout stands before them."""
    place = 0
    while (start := text.find(_OPEN, place)) >= 0:
        end = text.index(b">", start)
        if text[end - 1] == _SLASH:
            yield text[place:start], text[start : end - 1], None
            place = end + 1
        else:
            yield text[place:start], text[start:end], text[end + 1 :]
            return
    if text.find(b"<", place) >= 0:
        raise BrokenXmlError(part="sheetData")  # something else than rows


def ascend(numbers: Sequence[int]) -> bool:
    """Whether the rows of a sheet stand in their order: of those that don't, or are there twice, nobody knows which counts."""
    return all(one < other for one, other in pairwise(numbers))


def _number(name: bytes) -> int:
    """Number of a row as it is written; raises BrokenXmlError."""
    if not name.isdigit():
        raise BrokenXmlError(part="row@r")
    return int(name)
