"""Every cell of a worksheet in the plain dialect: where it stands, and which of the distinct cells it is.

A column of a team's sheet says the same again and again. Cells are told apart by their bytes, as columns of numbers and without a step per
cell in Python; what a cell means is then asked once for each distinct one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import BrokenXmlError
from .rows import pieces

Places = NDArray[np.int64]
"""Positions in a piece of XML, counted from 0."""
Codes = NDArray[np.int32]
Words = NDArray[np.uint64]
"""Eight bytes each, the first one lowest."""
Mask = NDArray[np.bool_]

_STEP = 2**22
"""Bytes of a piece: its columns of numbers stay in the processor's cache."""
_WORD = 8
_LONGEST = 12
"""Words of a cell that is told apart as numbers; longer ones are, one by one, as bytes."""
_MIX, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], dtype=np.uint64)
"""By number of bytes: what is left of a word that has so many."""
_REFERENCE = re.compile(rb'([A-Za-z]{1,3})([0-9]{1,7})"')
_ATTRIBUTE = re.compile(rb'\s([\w:.-]+)="')
_ATTRIBUTES = re.compile(rb'(?:\s+[\w:.-]+="[^"<]*")*\s*/?')
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = 0x20
_LONGEST_NAME = 4
"""Signs of a tag that can't hold an attribute."""
_LESS, _MORE, _SLASH, _QUOTE = b'<>/"'
_A, _Z = b"AZ"
_EXTENSION = np.uint64(int.from_bytes(b"<ext", "little"))
"""What a cell may hold beside its value."""
_SMALL = 0x20
"""The bit that makes a letter small."""


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

    def within(self, bottom: int, right: int) -> Cells:
        """Those in the first rows and columns."""
        kept = (self.rows <= bottom) & (self.columns <= right)
        return Cells(self.rows[kept], self.columns[kept], self.codes[kept], self.distinct)


class _Codes(dict[bytes, int]):
    """What was met -> its code, counted from 0 as it is met."""

    def __missing__(self, text: bytes) -> int:
        code = self[text] = len(self)
        return code


@dataclass(frozen=True, eq=False)
class _Tags:
    """The tags of a piece of XML in their order, columns of one length."""

    starts: Places
    ends: Places
    """Where ``<`` and ``>`` stand."""
    heads: Words
    """The first bytes of each."""
    closing: Mask
    empty: Mask
    """Whether it is closed by itself."""
    depths: Codes
    """Of an element, how many it is in."""


def cells_of(body: bytes, start: int, end: int, part: str) -> Cells | None:
    """Cells of the rows between two places of a part; None where they are not in the plain dialect, or ``>`` stands for itself.

    Raises BrokenXmlError for a cell that stands nowhere.
    """
    codes, found, heads = _Codes(), [], set[bytes]()
    for piece in pieces(body, start, end, _STEP):
        # Words are taken at every place, so the last ones reach beyond the end.
        text = piece + b" " * 2 * _WORD
        words: Words = np.ndarray((len(text) - _WORD + 1,), "<u8", text, 0, (1,))
        tags = _tags(text, words)
        some = None if tags is None else _cells(text, words, tags, codes, heads, part)
        if some is None:
            return None
        found.append(some)
    heads.update(text[: text.index(b">")] for text in codes)
    if not all(map(_are_attributes, heads)):
        return None
    nothing = np.empty(0, dtype=np.int32)
    rows, columns, numbers = (np.concatenate([nothing, *column]) for column in zip(*found, strict=True)) if found else (nothing,) * 3
    return Cells(rows, columns, numbers, list(codes))


def _are_attributes(text: bytes) -> bool:
    """Whether what stands in a tag behind its name, or behind its reference, is attributes, none of them twice."""
    names = [b"r", *_ATTRIBUTE.findall(text)]
    return _ATTRIBUTES.fullmatch(text) is not None and len(set(names)) == len(names)


def _tags(text: bytes, words: Words) -> _Tags | None:
    signs = np.frombuffer(text, dtype=np.uint8)
    if bool(np.any(signs < _SPACE)) and _CONTROL.search(text) is not None:
        return None
    starts, ends = np.flatnonzero(signs == _LESS), np.flatnonzero(signs == _MORE)
    if len(starts) != len(ends) or bool(np.any(starts > ends)) or bool(np.any(ends[:-1] > starts[1:])):
        return None
    heads = words[starts]
    closing = _sign(heads, 1) == _SLASH
    empty = (signs[ends - 1] == _SLASH) & ~closing
    opening = ~closing & ~empty
    inside = np.cumsum(opening.astype(np.int8) - closing.astype(np.int8), dtype=np.int32)
    return _Tags(starts, ends, heads, closing, empty, inside - opening)


def _cells(text: bytes, words: Words, tags: _Tags, codes: _Codes, heads: set[bytes], part: str) -> tuple[Codes, Codes, Codes] | None:
    """Rows, columns and codes of the cells of a piece; what stands in all other tags behind their names is added to *heads*."""
    outer, inner = tags.depths == 0, tags.depths == 1
    is_row, is_cell = outer & ~tags.closing, inner & ~tags.closing
    row_ends, cell_ends = outer & tags.closing, inner & tags.closing
    wanted = ((is_row, b'<row r="'), (is_cell, b'<c r="'), (row_ends, b"</row>"), (cell_ends, b"</c>"))
    if int(tags.depths.min(initial=0)) < 0 or not all(_begin(tags.heads[which], sign) for which, sign in wanted):
        return None
    if np.count_nonzero(is_row & ~tags.empty) != np.count_nonzero(row_ends):
        return None
    if bool(np.any(tags.heads & _MASKS[4] == _EXTENSION)):
        return None
    if not _are_letters(words[tags.starts[is_cell] + len(b'<c r="')]):
        raise BrokenXmlError(part=part)
    names = words[tags.starts[is_row] + len(b'<row r="')]
    digits = _before_quote(names)
    numbers = _numbers(names, digits)
    if numbers is None:
        return None
    heads.update(_cut(text, tags.starts[is_row] + len(b'<row r="') + digits + 1, tags.ends[is_row]))
    deeper = (tags.depths > 1) & ~tags.closing & (tags.ends - tags.starts > _LONGEST_NAME)
    heads.update(head[head.find(b" ") :] for head in _cut(text, tags.starts[deeper], tags.ends[deeper]) if b" " in head)
    full = np.flatnonzero(is_cell & ~tags.empty)
    holding = tags.depths[full + 1] > 1
    row_of = (np.cumsum(is_row, dtype=np.int32) - 1)[full][holding]
    at, ends = tags.starts[full][holding] + len(b'<c r="'), tags.starts[cell_ends][holding]
    columns, length = _columns(words[at])
    # The row's own digits and the quote behind them, in the cell's reference.
    masks = _MASKS[digits + 1][row_of]
    usual = (columns > 0) & ((words[at + length] ^ names[row_of]) & masks == 0)
    rows, begins = numbers[row_of], at + length + digits[row_of] + 1
    for index in np.flatnonzero(~usual):
        match = _REFERENCE.match(text, at[index])
        if match is None or not int(match[2]):
            raise BrokenXmlError(part=part)  # a reference that is none
        columns[index], rows[index], begins[index] = _column(match[1]), int(match[2]), match.end()
    return rows, columns, _coded(text, words, begins, ends, codes)


def _cut(text: bytes, begins: Places, ends: Places) -> Iterator[bytes]:
    return map(text.__getitem__, map(slice, begins.tolist(), ends.tolist()))


def _begin(heads: Words, text: bytes) -> bool:
    wanted = np.uint64(int.from_bytes(text, "little"))
    return bool(np.all(heads & _MASKS[len(text)] == wanted))


def _are_letters(words: Words) -> bool:
    """Whether each word begins with a letter; a cell whose reference doesn't stands in different places for different programs."""
    signs = _sign(words, 0) | np.uint8(_SMALL)
    return bool(np.all((signs >= _A | _SMALL) & (signs <= _Z | _SMALL)))


def _sign(words: Words, position: int) -> NDArray[np.uint8]:
    return (words >> np.uint64(8 * position)).astype(np.uint8)


def _before_quote(words: Words) -> Codes:
    """Bytes before the first quote of each word; all where it has none."""
    lengths = np.full(len(words), _WORD, dtype=np.int32)
    for position in range(_WORD - 1, -1, -1):
        lengths[_sign(words, position) == _QUOTE] = position
    return lengths


def _numbers(words: Words, lengths: Codes) -> Codes | None:
    """Numbers of 1 to 7 digits that begin the words; None where one is none, or 0."""
    numbers = np.zeros(len(words), dtype=np.int32)
    if not len(words):
        return numbers
    if int(lengths.min()) < 1 or int(lengths.max()) == _WORD:
        return None
    for position in range(int(lengths.max())):
        signs, within = _sign(words, position), position < lengths
        if bool(np.any(((signs < ord("0")) | (signs > ord("9"))) & within)):
            return None
        numbers = np.where(within, numbers * 10 + signs - ord("0"), numbers).astype(np.int32)
    return numbers if int(numbers.min()) else None


def _columns(words: Words) -> tuple[Codes, Codes]:
    """Numbers of the columns that begin the words in capital letters, and how many letters they have; 0 where it isn't so."""
    columns, lengths = np.zeros(len(words), dtype=np.int32), np.zeros(len(words), dtype=np.int32)
    for position in range(3):
        signs = _sign(words, position)
        letters = (lengths == position) & (signs >= _A) & (signs <= _Z)
        columns = np.where(letters, columns * 26 + (signs - np.uint8(_A - 1)), columns).astype(np.int32)
        lengths += letters
        if not letters.any():
            break
    return columns, lengths


def _column(name: bytes) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + letter - _A + 1
    return number


def _coded(text: bytes, words: Words, begins: Places, ends: Places, codes: _Codes) -> Codes:
    """Code of each cell's bytes."""
    lengths = (ends - begins).astype(np.int32)
    short = lengths <= _LONGEST * _WORD
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
    return np.fromiter(map(codes.__getitem__, _cut(text, begins, ends)), dtype=np.int32, count=len(begins))


def _apart(words: Words, begins: Places, lengths: Codes) -> tuple[Places, Places] | None:
    """Which distinct one each is, and where those are met first; None where two different ones would be taken for the same."""
    parts = []
    key: Words = lengths.astype(np.uint64)
    for position in range(0, int(lengths.max(initial=0)), _WORD):
        part = words[np.minimum(begins + position, len(words) - 1)] & _MASKS[np.clip(lengths - position, 0, _WORD)]
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
