"""Every cell of a worksheet in the plain dialect: where it stands, and which of the distinct cells it is.

A column of a team's sheet says the same again and again. Cells are told apart by their bytes, as columns of numbers and without a step per
cell in Python; what a cell means is then asked once for each distinct one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import TooLargeError
from ..grid import column_number
from .rows import CELL, OPEN
from .tags import MASKS, QUOTE, WORD, Codes, Mask, Places, Tags, Words, are_attributes, cut, sign, tags_of, words_of

_STEP = 2**22
"""Bytes of a piece: its columns of numbers stay in the processor's cache."""
_LONGEST_ROW = 2**26
"""Bytes; for a piece a few times as many are needed as numbers."""
_LONGEST = 12
"""Words of a cell that is told apart as numbers; longer ones are, one by one, as bytes."""
_MIX, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
_REFERENCE = re.compile(rb'([A-Za-z]{1,3})([0-9]{1,7})"')
_LONGEST_NAME = 4
"""Signs of a tag that can't hold an attribute."""
_A, _Z = b"AZ"


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells that hold anything, in the order of the file; three columns of one length."""

    rows: Codes
    columns: Codes
    """Both counted from 1."""
    codes: Codes
    """Position of each in *distinct*."""
    distinct: Sequence[bytes]
    """What stands between the reference and the end tag: attributes, ``>``, and the inside."""
    heads: Set[bytes] = frozenset()
    """The different attributes behind the references of rows and cells, and those of what is in the cells."""
    usual: bool = True
    """Whether each reference is written as in Excel: capital letters, then the number as its row has it."""

    def within(self, bottom: int, right: int) -> Cells:
        """Those in the first rows and columns."""
        kept = (self.rows <= bottom) & (self.columns <= right)
        return Cells(self.rows[kept], self.columns[kept], self.codes[kept], self.distinct, self.heads, self.usual)


class _Codes(dict[bytes, int]):
    """What was met -> its code, counted from 0 as it is met."""

    def __missing__(self, text: bytes) -> int:
        code = self[text] = len(self)
        return code


@dataclass(frozen=True, eq=False)
class _Placed:
    """The cells of a piece, empty ones too, and where they stand; columns of one length but the last two."""

    cells: Places
    """Positions among the tags."""
    rows: Codes
    columns: Codes
    begins: Places
    """Where the text behind the reference does."""
    holding: Mask
    """Whether there is anything in it."""
    usual: bool
    row_heads: Set[bytes]
    """The different attributes of the rows."""


def cells_of(body: bytes, start: int, end: int, part: str) -> Cells | None:
    """Cells of the rows between two places of a part; None where they are not in the plain dialect, or ``>`` stands for itself.

    Raises TooLargeError for a row of more bytes than any has.
    """
    codes, heads = _Codes(), set[bytes]()
    found: list[tuple[Codes, Codes, Codes]] = []
    usual = True
    for piece in _pieces(body, start, end, part):
        text, words = words_of(piece)
        tags = tags_of(text, words)
        placed = None if tags is None else _placed(text, words, tags)
        if tags is None or placed is None:
            return None
        heads.update(placed.row_heads, _heads_inside(text, tags), _cell_heads(text, words, tags, placed))
        usual &= placed.usual
        holding = placed.holding
        ends = tags.starts[np.flatnonzero(tags.closing & (tags.depths == 1))][holding[~tags.empty[placed.cells]]]
        found.append((placed.rows[holding], placed.columns[holding], _coded(text, words, placed.begins[holding], ends, codes)))
    if not all(map(are_attributes, heads)):
        return None
    rows, columns, numbers = (np.concatenate([np.empty(0, dtype=np.int32), *(some[index] for some in found)]) for index in range(3))
    return Cells(rows, columns, numbers, list(codes), heads, usual)


def _pieces(body: bytes, start: int, end: int, part: str) -> Iterator[bytes]:
    """Some rows at a time; each piece but the first begins with a row."""
    while start < end:
        stop = body.rfind(OPEN, start + 1, start + _STEP) if start + _STEP < end else end
        if stop < 0:
            stop = body.find(OPEN, start + _STEP, end)
        stop = end if stop < 0 else stop
        if stop - start > _LONGEST_ROW:
            raise TooLargeError(part=part, size=stop - start, limit=_LONGEST_ROW)
        yield body[start:stop]
        start = stop


def _placed(text: bytes, words: Words, tags: Tags) -> _Placed | None:
    """Where the cells of a piece stand; None where a row has no number, or a reference doesn't fit its row."""
    is_row, cells = tags.are_rows, np.flatnonzero(tags.are_cells)
    row_at, at = tags.starts[is_row] + len(OPEN), tags.starts[cells] + len(CELL)
    names = words[row_at]
    digits = _before_quote(names)
    numbers = _numbers(names, digits)
    if numbers is None:
        return None
    row_of = (np.cumsum(is_row, dtype=np.int32) - 1)[cells]
    columns, length = _columns(words[at])
    # The row's own digits and the quote behind them, in the cell's reference.
    masks = MASKS[digits + 1][row_of]
    usual = (columns > 0) & ((words[at + length] ^ names[row_of]) & masks == 0)
    rows, begins = numbers[row_of], at + length + digits[row_of] + 1
    for index in np.flatnonzero(~usual):
        match = _REFERENCE.match(text, at[index])
        if match is None or int(match[2]) != rows[index]:
            return None
        columns[index], begins[index] = column_number(match[1].decode()), match.end()
    holding = ~tags.empty[cells] & (tags.depths[np.minimum(cells + 1, len(tags.depths) - 1)] > 1)
    row_heads = frozenset(cut(text, row_at + digits + 1, tags.ends[is_row]))
    return _Placed(cells, rows, columns, begins, holding, bool(np.all(usual)), row_heads)


def _heads_inside(text: bytes, tags: Tags) -> Iterator[bytes]:
    """Attributes of the tags in the cells."""
    deeper = (tags.depths > 1) & ~tags.closing & (tags.ends - tags.starts > _LONGEST_NAME)
    return (head[head.find(b" ") :] for head in cut(text, tags.starts[deeper], tags.ends[deeper]) if b" " in head)


def _cell_heads(text: bytes, words: Words, tags: Tags, placed: _Placed) -> Iterator[bytes]:
    """Attributes of the cells, each different one at least once."""
    begins, ends = placed.begins, tags.ends[placed.cells]
    apart = _apart(words, begins, (ends - begins).astype(np.int32))
    return cut(text, begins, ends) if apart is None else cut(text, begins[apart[1]], ends[apart[1]])


def _before_quote(words: Words) -> Codes:
    """Bytes before the first quote of each word; all where it has none."""
    lengths = np.full(len(words), WORD, dtype=np.int32)
    for position in range(WORD - 1, -1, -1):
        lengths[sign(words, position) == QUOTE] = position
    return lengths


def _numbers(words: Words, lengths: Codes) -> Codes | None:
    """Numbers of 1 to 7 digits that begin the words; None where one is none, or 0."""
    numbers = np.zeros(len(words), dtype=np.int32)
    if not len(words):
        return numbers
    if int(lengths.min()) < 1 or int(lengths.max()) == WORD:
        return None
    for position in range(int(lengths.max())):
        signs, within = sign(words, position), position < lengths
        if bool(np.any(((signs < ord("0")) | (signs > ord("9"))) & within)):
            return None
        numbers = np.where(within, numbers * 10 + signs - ord("0"), numbers).astype(np.int32)
    return numbers if int(numbers.min()) else None


def _columns(words: Words) -> tuple[Codes, Codes]:
    """Numbers of the columns that begin the words in capital letters, and how many letters they have; 0 where it isn't so."""
    columns, lengths = np.zeros(len(words), dtype=np.int32), np.zeros(len(words), dtype=np.int32)
    for position in range(3):
        signs = sign(words, position)
        letters = (lengths == position) & (signs >= _A) & (signs <= _Z)
        columns = np.where(letters, columns * 26 + (signs - np.uint8(_A - 1)), columns).astype(np.int32)
        lengths += letters
        if not letters.any():
            break
    return columns, lengths


def _coded(text: bytes, words: Words, begins: Places, ends: Places, codes: _Codes) -> Codes:
    """Code of each cell's bytes."""
    lengths = (ends - begins).astype(np.int32)
    short = lengths <= _LONGEST * WORD
    found = np.empty(len(begins), dtype=np.int32)
    for which, apart in ((short, _apart(words, begins[short], lengths[short])), (~short, None)):
        some, until = begins[which], ends[which]
        if apart is None:
            found[which] = _each(text, some, until, codes)
        else:
            numbers, firsts = apart
            found[which] = _each(text, some[firsts], until[firsts], codes)[numbers]
    return found


def _each(text: bytes, begins: Places, ends: Places, codes: _Codes) -> Codes:
    return np.fromiter(map(codes.__getitem__, cut(text, begins, ends)), dtype=np.int32, count=len(begins))


def _apart(words: Words, begins: Places, lengths: Codes) -> tuple[Places, Places] | None:
    """Which distinct one each is, and where those are met first; None where that can't be told by numbers."""
    if int(lengths.max(initial=0)) > _LONGEST * WORD:
        return None
    parts = []
    key: Words = lengths.astype(np.uint64)
    for position in range(0, int(lengths.max(initial=0)), WORD):
        part = words[np.minimum(begins + position, len(words) - 1)] & MASKS[np.clip(lengths - position, 0, WORD)]
        key = (key ^ part) * _MIX
        key ^= key >> _SHIFT
        parts.append(part)
    numbers, distinct = pd.factorize(key)
    firsts = np.empty(len(distinct), dtype=np.int64)
    firsts[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    alike = firsts[numbers]
    if not all(np.array_equal(part, part[alike]) for part in (*parts, lengths)):
        return None
    return numbers.astype(np.int64), firsts
