"""Rows on bytes: new cells go in by row and column number, old ones of ours come out, every other byte stays.

Only for the plain dialect that Excel, WPS, LibreOffice, openpyxl and XlsxWriter write: UTF-8, no prefixes, ``r`` first
on every row and cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import BrokenXmlError, UnsafeEditError
from ..grid import MAX_ROW, CellRef, Range, column_number, letters
from .fresh import Base, Extent, Fresh, Put, Strip, respanned
from .names import COMPATIBILITY
from .rows import CELL, CELL_END, END, OPEN, Alike, alike, ascend, behind, holds, number_of, numbers, pieces, rows_of

_ODD = ((b"<!--", b"!"), (b"<![CDATA[", b"!"), (b"<?", b"?"), (b"<extLst", b"x"), (b"<sheetData", b"h"), (b"xmlns:", b"x"))
"""What is not plain among the rows, each with a letter of it that is rare there."""
_UNUSUAL = re.compile(rb'<c r="[a-z]')
"""A cell whose reference is in small letters: the tree knows where it stands."""
_ODD_CELL = re.compile(rb'<c(?! r="[A-Z]+[1-9])[\s/>]')
_COMPATIBILITY = re.compile(rb'xmlns:(\w+)="' + COMPATIBILITY.encode() + rb'"')
_CELLS = re.compile(rb'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_LOOK = re.compile(rb'<c r="([A-Z]+)\d+"(?:[^>]*?\ss="(\d+)")?')
_STYLE = re.compile(rb'\ss="(\d+)"')
_LETTERS = re.compile(rb"[A-Z]+")
_TEXT = re.compile(rb">([^<]+)<")
_FILLS = re.compile(rb'<f[^>]*\sref="([^"]+)"')
_ROW_STYLE = re.compile(rb'(?=.*\scustomFormat="(?:1|true)").*\ss="(\d+)"')
_LONGEST = 4
"""Signs of a reference that tell its column."""
_NOTHING: frozenset[int] = frozenset()
_NO_LINE = (b"", Extent(0, 0, True))


def is_plain(data: bytes, start: int, end: int) -> bool:
    """Whether the inside of a ``sheetData``, which stands between two places of its part, is in the plain dialect."""
    prefixes = (b"<" + prefix + b":" for prefix in _COMPATIBILITY.findall(data, 0, start))
    if any(holds(data, *odd, start, end) for odd in _ODD) or any(data.find(prefix, start, end) >= 0 for prefix in prefixes):
        return False
    if data.count(b"<row", start, end) != data.count(OPEN, start, end) or _UNUSUAL.search(data, start, end) is not None:
        return False
    if any(data.count(tag[:-1], start, end) != data.count(tag, start, end) for tag in (END, CELL_END)):
        return False  # a blank may stand in an end tag
    return data.count(b"<c", start, end) == data.count(CELL, start, end) or _ODD_CELL.search(data, start, end) is None


def holds_something(inner: bytes) -> bool:
    """Whether the inside of a cell shows or computes a value."""
    return b"<f" in inner or any(text.strip() for text in _TEXT.findall(b">" + inner + b"<"))


class Splicer:
    """One pass over the rows of a sheet."""

    def __init__(self, fresh: Fresh, strip: Strip, base: Base) -> None:
        self._fresh, self._strip, self._base = fresh, strip, base
        self._todo = fresh.rows()[::-1]
        """Numbers of the rows that have yet to get their cells, the next one last."""
        self._last = 0
        """Number of the row that was written last."""
        self._numbers: dict[bytes, int] = {}
        self._attributes: dict[tuple[bytes, frozenset[int], tuple[Extent, ...]], bytes] = {}
        self._ours: dict[frozenset[int], tuple[list[bytes], frozenset[tuple[bytes, bytes]]]] = {}

    def run(self, data: bytes, start: int, end: int) -> Iterator[bytes]:
        """The new inside of the ``sheetData`` that stands between two places; UnsafeEditError when a cell in the way holds something."""
        empty = data.find(b">", start, end) < 0
        yield data[start:end] if empty else b""
        edited = [*self._todo[:1], *(area.bottom for area in self._strip.ranges)]
        stop = behind(data, start, end, max(edited, default=0))
        for piece in pieces(data, start, stop):
            rows = alike(piece)
            whole = None if rows is None else self._whole(piece, rows)
            if whole is None:
                yield from self._rows(piece)
            else:
                yield whole
        yield from self._new_rows()
        if not ascend([self._last, *numbers(data, stop, end)]):
            raise BrokenXmlError(part=self._fresh.sheet)
        yield b"" if empty else data[stop:end]

    def _whole(self, piece: bytes, rows: Alike) -> bytes | None:
        """A piece after the edit, worked on as a whole; None where its rows have to be looked at one by one."""
        wanted = self._todo[-1] if self._todo else 0
        gone = self._strip.columns_of(rows.first, rows.last)
        if rows.first <= self._last or gone is None or 0 < wanted < rows.first:
            return None
        if not gone and not 0 < wanted <= rows.last:
            self._last = rows.last
            return piece
        found = self._fresh.lines(rows.first, len(rows.rows)) if wanted == rows.first else None
        if found is None:
            return None
        lines, extent = found
        kept = self._kept(rows, gone, extent)
        if kept is None:
            return None
        old, new = rows.attributes + b">", respanned(rows.attributes, gone, (extent,)) + b">"
        if new != old:
            kept = [row.replace(old, new, 1) for row in kept]
        del self._todo[-len(lines) :]
        self._last = rows.last
        return OPEN + (END + OPEN).join([row + line for row, line in zip(kept, lines, strict=True)]) + END

    def _kept(self, rows: Alike, gone: frozenset[int], extent: Extent) -> list[bytes] | None:
        """Rows without their cells of ours; None where one has none left, or one in the way of new cells."""
        kept: list[bytes | None] = [*rows.rows]
        if gone:
            kept = [self._without_ours(row, b"%d" % number, gone) for number, row in enumerate(rows.rows, rows.first)]
        found = [row for row in kept if row is not None]
        ends = [row.rfind(CELL) for row in found]
        if len(found) < len(kept) or min(ends) < 0:
            return None
        ends_at = {row[at + len(CELL) : at + len(CELL) + _LONGEST] for row, at in zip(found, ends, strict=True)}
        return found if max(map(self._column_at, ends_at)) < extent.left else None

    def _rows(self, piece: bytes) -> Iterator[bytes]:
        """A piece after the edit, row by row."""
        for before, head, cells in rows_of(piece):
            name = head[len(OPEN) : head.index(b'"', len(OPEN))]
            number = number_of(name)
            if number <= self._last or before.strip() or (cells and b"<row" in cells):
                raise BrokenXmlError(part=self._fresh.sheet)
            yield from self._new_rows(number)
            self._last = number
            yield before
            gone = self._strip.columns(number)
            if self._todo and self._todo[-1] == number:
                self._todo.pop()
                yield self._row(head, name, number, cells, gone, True)
            elif gone:
                yield self._row(head, name, number, cells, gone, False)
            else:
                yield head + b"/>" if cells is None else b"".join((head, b">", cells, END))

    def _new_rows(self, below: int = MAX_ROW + 1) -> Iterator[bytes]:
        """The rows that are not there yet, up to one that is."""
        while self._todo and self._todo[-1] < below:
            number = self._todo[-1]
            found = self._fresh.whole(number, below)
            cells, count = found or (self._new_row(number), 1)
            yield cells
            del self._todo[-count:]
            self._last = number + count - 1

    def _new_row(self, number: int) -> bytes:
        name = str(number).encode()
        line = self._fresh.line(number)
        cells = line[0] if line else self._mixed(b"", number, _NOTHING, self._fresh.items(number), b"")
        return OPEN + name + b'">' + cells + END if cells else b""

    def _row(self, head: bytes, name: bytes, number: int, inner: bytes | None, gone: frozenset[int], filled: bool) -> bytes:
        """One row after the edit; a row that bore nothing but cells of ours goes with them."""
        cells = inner or b""
        attributes = head[len(OPEN) + len(name) + 1 :]
        line = self._fresh.line(number) if filled else _NO_LINE
        kept = self._without_ours(cells, name, gone) if gone and line else cells
        if line is None or kept is None or self._last_column(kept) >= (line[1].left or 1 << 20):
            new = self._mixed(cells, number, gone, self._fresh.items(number) if filled else [], attributes)
        else:
            new = kept + line[0]
        if not new and not attributes and gone and inner is not None:
            return b""
        extents = tuple(self._fresh.extents(number)) if line is None else (line[1],) if filled else ()
        key = (attributes, gone, extents)
        spans = self._attributes.get(key)
        if spans is None:
            spans = self._attributes[key] = respanned(*key)
        end = (b">", new, END) if new else (b"/>",)
        return b"".join((OPEN, name, b'"', spans, *end))

    def _without_ours(self, cells: bytes, number: bytes, gone: frozenset[int]) -> bytes | None:
        """The row's cells without those at its end that go whole; None where each cell has to be looked at."""
        if gone not in self._ours:
            names = [letters(column).encode() for column in sorted(gone)]
            looks = [b"", *(b"%d" % i for i in self._strip.looks)]
            self._ours[gone] = names, frozenset((name, look) for name in names for look in looks)
        names, ours = self._ours[gone]
        for name in names:
            place = cells.find(CELL + name + number + b'"')
            if place >= 0:
                tail = cells[place:]
                found = _LOOK.findall(tail)
                whole = len(found) == tail.count(CELL) and ours.issuperset(found) and b"<f" not in tail
                return cells[:place] if whole else None
        return cells

    def _last_column(self, cells: bytes) -> int:
        """Column of the last cell, 0 where there is none."""
        place = cells.rfind(CELL)
        start = place + len(CELL)
        return 0 if place < 0 else self._column_at(cells[start : start + _LONGEST])

    def _column_at(self, begun: bytes) -> int:
        """Column of a reference, or of its first signs."""
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
        base = (lambda _: number_of(row_style[1])) if row_style else self._base

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
        if found != cells.count(CELL):
            raise BrokenXmlError(part=self._fresh.sheet)  # a cell whose reference is none stands wherever the one before it stands
        add(1 << 20)
        return b"".join(out) + cells[end:]

    def _emptied(self, match: re.Match[bytes], number: int, column: int) -> bytes:
        """An old cell of ours without its content; b"" when nothing of the user's remains."""
        place, inner = CellRef(number, column).a1, match[3] or b""
        if b"<f" in inner:
            fills = _FILLS.search(inner)
            if fills:
                self._strip.check(self._area(fills[1]), place)
            self._strip.formulas.append(place)
        style = _STYLE.search(match[2])
        index = number_of(style[1]) if style else 0
        return b'<c r="' + place.encode() + b'" s="%d"/>' % index if self._strip.remains(index) else b""

    def _area(self, reference: bytes) -> Range:
        try:
            return Range.parse(reference.decode())
        except ValueError:
            raise BrokenXmlError(part=self._fresh.sheet) from None

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
        return self._fresh.render(put, number, column, number_of(style[1]) if style else 0)
