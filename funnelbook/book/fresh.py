"""What one sheet gets and loses: the new cells row by row, and the cells of an earlier run that go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple

from ..edits import Formula, Link, PutCell, PutColumn, Style, Value
from ..errors import UnsafeEditError
from ..grid import MAX_COLUMN, MAX_ROW, CellRef, Range, letters
from .cells import Fragments, as_text, cell_xml, content, kind, look
from .styles import Styles

_LINES = 4096
"""Rows that are written in one go."""
_NONE: frozenset[int] = frozenset()
_SPANS = re.compile(rb' spans="([0-9]{1,7}:[0-9]{1,7}(?: [0-9]{1,7}:[0-9]{1,7})*)"')


class Put(NamedTuple):
    """A value for one cell; *overwrite* says that it may replace a value and build on the format that is there.

    *kept* says that an empty cell is written too, for the look of what people will type in it.
    """

    value: Value
    style: Style | None
    overwrite: bool = False
    kept: bool = False


class Extent(NamedTuple):
    """First and last column that a row gets cells in, and whether they are ours to take out again."""

    left: int
    right: int
    ours: bool


@dataclass
class Block:
    """Columns of one height side by side, as cells with "\\0" for the row number."""

    top: int
    height: int
    ours: bool
    columns: dict[int, tuple[Sequence[Value], Style]] = field(default_factory=dict)
    types: dict[int, set[type]] = field(default_factory=dict)
    """Of the values of each column."""
    fragments: list[Fragments] = field(default_factory=list)
    """Of the columns in their order, once rows are asked for."""
    lines: list[bytes] = field(default_factory=list)
    """The cells of some rows, each row's in one piece."""
    first: int = 0
    """Row of the first line."""

    @cached_property
    def extent(self) -> Extent:
        """Asked for once all columns are there."""
        return Extent(min(self.columns), max(self.columns), self.ours)

    @property
    def range(self) -> Range:
        return Range(self.top, min(self.columns), self.top + self.height - 1, max(self.columns))

    def covers(self, row: int) -> bool:
        return self.top <= row < self.top + self.height


class Fresh:
    """The cells that one sheet gets, collected from its edits and handed out row by row."""

    def __init__(self, sheet: str, styles: Styles, date1904: bool = False) -> None:
        self.sheet, self.styles, self.date1904 = sheet, styles, date1904
        self._blocks: dict[tuple[int, int, bool], Block] = {}
        self._block: Block | None = None
        """The only one, once a line was asked for."""
        self._cells: dict[int, dict[int, tuple[Put, bool]]] = {}
        self._indices: dict[tuple[int, str], tuple[int, Style]] = {}
        """By identity, since styles are slow to compare; those held here keep their place in memory."""
        self.is_blank: Callable[[str], bool] = lambda _: False
        """Whether a shared string, by its number, is empty: exports hold such cells, and they are nothing to keep."""

    def cell(self, edit: PutCell) -> None:
        self._check(edit.row, edit.column)
        self._single(edit.row, edit.column, Put(edit.value, edit.style, overwrite=True), False)

    def column(self, edit: PutColumn) -> None:
        """Takes in header and values; UnsafeEditError beyond the sheet's edge."""
        self._check(edit.range.bottom, edit.column)
        self._single(edit.header_row, edit.column, Put(edit.header, edit.header_style), edit.mark is not None)
        self.values(edit.first_row, edit.column, edit.values, edit.style, edit.mark is not None)

    def values(self, first_row: int, column: int, values: Sequence[Value], style: Style, ours: bool) -> None:
        if len(values):
            self._check(first_row + len(values) - 1, column)
            key = (first_row, len(values), ours)
            block = self._blocks.setdefault(key, Block(*key))
            block.columns[column], block.types[column] = (values, style), set(map(type, values))

    def single(self, row: int, column: int, value: Value, style: Style, kept: bool = False) -> None:
        """One cell of a sheet of ours."""
        self._single(row, column, Put(value, style, kept=kept), False)

    def links(self) -> list[tuple[str, str]]:
        """Cells that lead somewhere, with their targets, row by row."""
        return [(place, value.target) for place, value in self._all(Link) if isinstance(value, Link)]

    def formulas(self) -> set[str]:
        """Cells that get a formula."""
        return {place for place, _ in self._all(Formula)}

    def _all(self, kind: type) -> list[tuple[str, Value]]:
        """Every value of one type with its place, row by row."""
        found = [
            (row, column, put.value) for row, cells in self._cells.items() for column, (put, _) in cells.items() if type(put.value) is kind
        ]
        for block in self._blocks.values():
            for column, (values, _) in block.columns.items():
                if kind in block.types[column]:
                    found += [(row, column, value) for row, value in enumerate(values, block.top) if type(value) is kind]
        found.sort(key=itemgetter(0, 1))
        names = {column: letters(column) for _, column, _ in found}
        return [(f"{names[column]}{row}", value) for row, column, value in found]

    def rows(self) -> list[int]:
        """Numbers of the rows that get cells, ascending."""
        numbers = set(self._cells)
        for block in self._blocks.values():
            numbers.update(range(block.top, block.top + block.height))
        return sorted(numbers)

    def bounds(self, ours: bool | None = None) -> Range | None:
        """Smallest range around the cells of one kind, or of both."""
        areas = [block.range for block in self._blocks.values() if ours in (None, block.ours)]
        for row, cells in self._cells.items():
            areas += [Range(row, c, row, c) for c, (_, own) in cells.items() if ours in (None, own)]
        return united(areas)

    def blocks(self, row: int) -> list[Block]:
        return [block for block in self._blocks.values() if block.covers(row)]

    def line(self, row: int) -> tuple[bytes, Extent] | None:
        """The cells of a row in one piece, when they come from one block."""
        if row in self._cells:
            return None
        block = self._block
        if block is None or not block.top <= row < block.top + block.height:
            found = self.blocks(row)
            if len(found) != 1:
                return None
            block = found[0]
            self._block = block if len(self._blocks) == 1 else None
        at = row - block.first
        if not 0 <= at < len(block.lines):
            self._write(block, row)
            at = 0
        return block.lines[at], block.extent

    def _write(self, block: Block, row: int) -> None:
        """Writes the lines from a row on: so many that the work per line is small, so few that memory is."""
        if not block.fragments:
            block.fragments = [self._column(block, column) for column in sorted(block.columns)]
        start = row - block.top
        stop = min(start + _LINES, block.height)
        parts = []
        for column, fragments in zip(sorted(block.columns), block.fragments, strict=True):
            with self._placed(letters(column)):
                parts.append(fragments.part(start, stop))
        numbers = map(b"%d".__mod__, range(row, block.top + stop))
        block.first, block.lines = row, list(map(bytes.replace, map(b"".join, zip(*parts, strict=True)), repeat(b"\0"), numbers))

    def lines(self, row: int, count: int) -> tuple[list[bytes], Extent] | None:
        """The cells of some rows, each row's in one piece, when they come from one block and from nowhere else."""
        if self.line(row) is None or self._block is None or not self._block.covers(row + count - 1):
            return None
        if self._cells.keys() & range(row, row + count):
            return None
        found: list[bytes] = []
        while len(found) < count:
            self.line(row + len(found))  # writes the next lines where they aren't there yet
            at = row + len(found) - self._block.first
            found += self._block.lines[at : at + count - len(found)]
        return found, self._block.extent

    def whole(self, row: int, below: int) -> tuple[bytes, int] | None:
        """Some whole rows from a row on, and how many, where they hold nothing but one block's cells; None where they don't."""
        if self.line(row) is None or self._block is None:
            return None
        block, at = self._block, row - self._block.first
        count = min(len(block.lines) - at, below - row)
        singles = self._cells.keys() & range(row, row + count)
        if singles:
            count = min(singles) - row
        return b"".join(b'<row r="%d">%b</row>' % of for of in enumerate(block.lines[at : at + count], row) if of[1]), count

    def items(self, row: int) -> list[tuple[int, Put]]:
        """The cells of a row one by one, by column."""
        found = {column: put for column, (put, _) in self._cells.get(row, {}).items()}
        for block in self.blocks(row):
            for column, (values, style) in block.columns.items():
                found[column] = Put(values[row - block.top], style)
        return sorted(found.items())

    def extents(self, row: int) -> list[Extent]:
        singles = self._cells.get(row, {})
        found = []
        for ours in (False, True):
            columns = [c for c, (_, own) in singles.items() if own is ours]
            wide = [b.extent for b in self.blocks(row) if b.ours is ours]
            columns += [c for extent in wide for c in extent[:2]]
            if columns:
                found.append(Extent(min(columns), max(columns), ours))
        return found

    def render(self, put: Put, row: int, column: int, existing: int | None, base: int = 0) -> bytes:
        """The whole cell; b"" when nothing has to be there.

        *existing* is the format of an empty or overwritten cell, *base* that of row or column where there is no cell.
        """
        with self._placed(CellRef(row, column).a1):
            what = content(put.value, self.date1904)
        index, name = 0, kind(put.value)
        if put.overwrite and (put.style is not None or existing is None):
            index = self.styles.index(look(put.style or Style(), name), base if existing is None else existing)
        elif existing:
            index = existing
            if name in ("date", "datetime") and not self.styles.is_date(index):
                what = as_text(put.value)  # type: ignore[arg-type]  # kind() says that it is a date
        else:
            index = self._index(put.style or Style(), name)
            if not what.inner and not put.kept and not _blank(put.style or Style()):
                return b""
        return cell_xml(CellRef(row, column).a1, index, what)

    def _single(self, row: int, column: int, put: Put, ours: bool) -> None:
        self._check(row, column)
        self._cells.setdefault(row, {})[column] = (put, ours)

    def _column(self, block: Block, column: int) -> Fragments:
        values, style = block.columns[column]
        return Fragments(values, column, lambda name: self._index(style, name), self.date1904, _blank(style), block.types[column])

    @contextmanager
    def _placed(self, place: str) -> Iterator[None]:
        """Says where it was that a value could not be written."""
        try:
            yield
        except UnsafeEditError as error:
            raise UnsafeEditError(sheet=self.sheet, place=place, reason=error.facts["reason"]) from None

    def _index(self, style: Style, name: str) -> int:
        key = (id(style), name)
        if key not in self._indices:
            self._indices[key] = (self.styles.index(look(style, name)), style)
        return self._indices[key][0]

    def _check(self, row: int, column: int) -> None:
        if not (0 < row <= MAX_ROW and 0 < column <= MAX_COLUMN):
            raise UnsafeEditError(sheet=self.sheet, place=f"R{row}C{column}", reason="beyond_sheet")


class Strip:
    """The cells of an earlier run that go: whole where they bear one of our looks, otherwise only their content."""

    def __init__(self, sheet: str, ranges: Iterable[Range] = (), looks: Iterable[int] = ()) -> None:
        self.sheet, self.ranges, self.looks = sheet, tuple(ranges), frozenset(looks)
        groups: dict[tuple[int, int], set[int]] = {}
        for area in self.ranges:
            groups.setdefault((area.top, area.bottom), set()).update(range(area.left, area.right + 1))
        self._groups = [(top, bottom, frozenset(columns)) for (top, bottom), columns in groups.items()]
        self.formulas: list[str] = []
        """Cells that lost a formula."""

    def columns(self, row: int) -> frozenset[int]:
        """Columns of which the row loses the cell."""
        if not self._groups:
            return _NONE
        found = [columns for top, bottom, columns in self._groups if top <= row <= bottom]
        return found[0] if len(found) == 1 else frozenset().union(*found)

    def columns_of(self, first: int, last: int) -> frozenset[int] | None:
        """Columns of which all rows of a range lose the cell; None where not every row loses the same."""
        found = [group for group in self._groups if group[0] <= last and first <= group[1]]
        if not found:
            return _NONE
        top, bottom, columns = found[0]
        return columns if len(found) == 1 and top <= first and last <= bottom else None

    def remains(self, style: int) -> bool:
        """Whether an emptied cell of that format stays, because the format is the user's."""
        return style not in self.looks

    def check(self, area: Range, place: str) -> None:
        """UnsafeEditError when a formula that goes also fills cells that stay."""
        tall = [r for r in self.ranges if r.top <= area.top and area.bottom <= r.bottom]
        if not all(any(r.left <= c <= r.right for r in tall) for c in range(area.left, area.right + 1)):
            raise UnsafeEditError(sheet=self.sheet, place=place, reason="formula_fills_more_cells")


def united(areas: Iterable[Range | None]) -> Range | None:
    """Smallest range around all of them."""
    known = [area for area in areas if area is not None]
    if not known:
        return None
    tops, lefts, bottoms, rights = zip(*known, strict=True)
    return Range(min(tops), min(lefts), max(bottoms), max(rights))


def respanned(attributes: bytes, gone: frozenset[int], added: Iterable[Extent]) -> bytes:
    """The attributes of a row with their ``spans`` (18.3.1.73) as they are after cells went and others came.

    What is ours gets a span of its own at the end of the list, so that taking it out leaves what the user's program
    wrote.
    """
    match = _SPANS.search(attributes)
    if match is None:
        return attributes
    first, *rest = (tuple(map(int, span.split(b":"))) for span in match[1].split())
    spans = [first, *(span for span in rest if not gone.issuperset(range(span[0], span[1] + 1)))]
    for extent in added:
        if not any(left <= extent.left and extent.right <= right for left, right in spans):
            if extent.ours:
                spans.append((extent.left, extent.right))
            else:
                spans[0] = (min(spans[0][0], extent.left), max(spans[0][1], extent.right))
    text = b" ".join(b"%d:%d" % span for span in spans)
    return attributes[: match.start(1)] + text + attributes[match.end(1) :]


def _blank(style: Style) -> bool:
    """Whether empty cells are written too, because the look shows without a value."""
    return any(look is not None for look in (style.fill, style.border, style.border_bottom))


Base = Callable[[int], int]
"""Column number to the cell format of its column."""
