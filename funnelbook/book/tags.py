"""The tags of rows in the plain dialect as columns of numbers: where they stand, what they begin with, how deep they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rows import CELL, CELL_END, END, OPEN

Places = NDArray[np.int64]
"""Positions in a piece of XML, counted from 0."""
Codes = NDArray[np.int32]
Words = NDArray[np.uint64]
"""Eight bytes each, the first one lowest."""
Mask = NDArray[np.bool_]

WORD = 8
MASKS = np.array([(1 << 8 * count) - 1 for count in range(WORD + 1)], dtype=np.uint64)
"""By number of bytes: what is left of a word that has so many."""
SLASH, QUOTE = b'/"'
_LESS, _MORE, _SPACE = b"<> "
_ATTRIBUTE = re.compile(rb'\s([\w:.-]+)="')
_ATTRIBUTES = re.compile(rb'(?:\s+[\w:.-]+="[^"<]*")*\s*/?')
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EXTENSION = np.uint64(int.from_bytes(b"<ext", "little"))
_COLON = ord(":")


@dataclass(frozen=True, eq=False)
class Tags:
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

    @property
    def are_rows(self) -> Mask:
        """Which begin a row."""
        found: Mask = (self.depths == 0) & ~self.closing
        return found

    @property
    def are_cells(self) -> Mask:
        """Which begin a cell."""
        found: Mask = (self.depths == 1) & ~self.closing
        return found


def words_of(piece: bytes) -> tuple[bytes, Words]:
    """A piece with room behind it, and the word at every place of it, which reaches into that room."""
    text = piece + b" " * 2 * WORD
    return text, np.ndarray((len(text) - WORD + 1,), "<u8", text, 0, (1,))


def tags_of(text: bytes, words: Words) -> Tags | None:
    """Tags of a piece; None where its signs aren't those of tags alone, or its rows and cells don't stand in each other."""
    signs = np.frombuffer(text, dtype=np.uint8)
    if bool(np.any(signs < _SPACE)) and _CONTROL.search(text) is not None:
        return None
    starts, ends = np.flatnonzero(signs == _LESS), np.flatnonzero(signs == _MORE)
    if len(starts) != len(ends) or bool(np.any(starts > ends)) or bool(np.any(ends[:-1] > starts[1:])):
        return None
    heads = words[starts]
    closing = sign(heads, 1) == SLASH
    empty = (signs[ends - 1] == SLASH) & ~closing
    opening = ~closing & ~empty
    inside = np.cumsum(opening.astype(np.int8) - closing.astype(np.int8), dtype=np.int32)
    tags = Tags(starts, ends, heads, closing, empty, inside - opening)
    return tags if _are_rows(tags) else None


def _are_rows(tags: Tags) -> bool:
    """Whether there is nothing but rows, in them nothing but cells, and in those no extension and nothing of another namespace.

    A comment, an instruction and a CDATA section, which begin nothing and end nothing, leave the depths wrong.
    """
    outer, inner = tags.depths == 0, tags.depths == 1
    wanted = (
        (tags.are_rows, OPEN),
        (outer & tags.closing, END),
        (tags.are_cells, CELL),
        (inner & tags.closing, CELL_END),
    )
    if int(tags.depths.min(initial=0)) < 0 or not all(_begin(tags.heads[which], name) for which, name in wanted):
        return False
    closed = np.count_nonzero(tags.are_rows & ~tags.empty) == np.count_nonzero(outer & tags.closing)
    inside = (tags.depths == 2) & ~tags.closing
    heads, lengths = tags.heads[inside], (tags.ends - tags.starts)[inside]
    strange = [heads & MASKS[4] == _EXTENSION, *((sign(heads, n) == _COLON) & (n < lengths) for n in range(2, WORD))]
    return closed and not any(bool(which.any()) for which in strange)


def are_attributes(text: bytes) -> bool:
    """Whether what stands in a tag behind its name, or behind its reference, is attributes, none of them twice."""
    names = [b"r", *_ATTRIBUTE.findall(text)]
    return _ATTRIBUTES.fullmatch(text) is not None and len(set(names)) == len(names)


def cut(text: bytes, begins: Places, ends: Places) -> Iterator[bytes]:
    """What stands between each two places."""
    return map(text.__getitem__, map(slice, begins.tolist(), ends.tolist()))


def _begin(heads: Words, text: bytes) -> bool:
    wanted = np.uint64(int.from_bytes(text, "little"))
    return bool(np.all(heads & MASKS[len(text)] == wanted))


def sign(words: Words, position: int) -> NDArray[np.uint8]:
    """One byte of each word."""
    return (words >> np.uint64(8 * position)).astype(np.uint8)
