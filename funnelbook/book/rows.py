"""The inside of a ``sheetData`` in the plain dialect cut into pieces, and the pieces into rows; every byte is in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..errors import BrokenXmlError

OPEN, CELL = b'<row r="', b'<c r="'
END, CELL_END = b"</row>", b"</c>"
_NUMBERED = re.compile(rb'<row r="([0-9]{1,10})"')
_DIGITS = 10
"""Of a number at most."""
_NOWHERE = re.compile(rb'<c r="[^A-Za-z]')
_SLASH = 47
_STEP = 2**18
"""Bytes of a piece: so many that the work per piece is nothing, so few that an odd row slows few others down."""


@dataclass(frozen=True, eq=False)
class Alike:
    """Rows one below the other whose tags differ in nothing but the number."""

    first: int
    attributes: bytes
    """What stands in the tag behind the number."""
    rows: list[bytes]
    """Each from its number on, without its end tag."""

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def behind(body: bytes, start: int, end: int, last: int) -> int:
    """Where the rows up to number *last* end, found by halving: a sheet may go on with a million rows that bear only a format."""
    low, high, first = start, end, end
    while low < high:
        middle = (low + high) // 2
        found = body.find(OPEN, middle, min(high + len(OPEN), end))
        name = body[found + len(OPEN) : found + len(OPEN) + _DIGITS + 1].partition(b'"')[0]
        if found < 0 or number_of(name) > last:
            first, high = first if found < 0 else found, middle
        else:
            low = found + 1
    return max(start, body.rfind(b">", start, first) + 1)


def pieces(body: bytes, start: int, stop: int) -> Iterator[bytes]:
    """What stands between two places, some rows at a time; what is behind the last end tag comes by itself."""
    while start < stop:
        end = body.rfind(END, start, start + _STEP) if start + _STEP < stop else body.rfind(END, start, stop)
        end = body.find(END, start, stop) if end < 0 else end
        behind_it = stop if end < 0 else end + len(END)
        yield body[start:behind_it]
        start = behind_it


def alike(piece: bytes) -> Alike | None:
    """The rows of a piece; None where they have to be looked at one by one."""
    if not piece.startswith(OPEN) or not piece.endswith(END):
        return None
    rows = piece[len(OPEN) : -len(END)].split(END + OPEN)
    head, closed, _ = rows[0].partition(b">")
    number, _, attributes = head.partition(b'"')
    # In "<row" and "</row>" stands the same letter, which is nowhere else in most sheets and found ten times as fast.
    if piece.count(b"w") != 2 * len(rows) and (piece.count(b"<row") != len(rows) or piece.count(END) != len(rows)):
        return None
    if not closed or not number.isdigit() or len(number) > _DIGITS or attributes.endswith(b"/"):
        return None
    first, behind_it = int(number), b'"' + attributes + b">"
    wanted = [b"%d" % number + behind_it for number in range(first, first + len(rows))]
    return Alike(first, attributes, rows) if all(map(bytes.startswith, rows, wanted)) else None


def rows_of(piece: bytes) -> Iterator[tuple[bytes, bytes, bytes | None]]:
    """Each row: what stands before it, its tag without the end, and its cells; None for those of a self-closed row."""
    for text in piece.removesuffix(END).split(END):
        head, closed, cells = text.partition(b">")
        if head.startswith(OPEN) and closed and head[-1] != _SLASH:
            yield b"", head, cells
        else:
            yield from _odd_rows(text)


def _odd_rows(text: bytes) -> Iterator[tuple[bytes, bytes, bytes | None]]:
    """The rows of a piece without end tags, of which all but the last must be self-closed; layout stands before them."""
    place = 0
    while (start := text.find(OPEN, place)) >= 0:
        end = text.find(b">", start)
        if end < 0:
            break
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


def holds(body: bytes, mark: bytes, letter: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether there is *mark* between two places; a *letter* of it that is rare among rows is looked for first, ten times as fast."""
    at = body.find(letter, start, end)
    return at >= 0 and body.find(mark, max(start, at - len(mark)), end) >= 0


def refuse_nowhere(body: bytes, start: int, end: int, part: str) -> None:
    """BrokenXmlError for a cell whose reference begins with no letter: programs take it to stand in different places."""
    if _NOWHERE.search(body, start, end) is not None:
        raise BrokenXmlError(part=part)


def numbers(body: bytes, start: int, end: int) -> list[int]:
    """Numbers of the rows between two places."""
    return list(map(int, _NUMBERED.findall(body, start, end)))


def number_of(digits: bytes) -> int:
    """Number of a row or a format as it is written; raises BrokenXmlError."""
    if not digits.isdigit() or len(digits) > _DIGITS:
        raise BrokenXmlError(part="sheetData")
    return int(digits)
