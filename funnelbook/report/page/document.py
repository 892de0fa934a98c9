"""What the page says, as plain values: sections of sentences, tables and charts; no HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from .. import masks


@dataclass(frozen=True)
class Tile:
    """One key figure."""

    name: str
    label: str
    value: str
    change: str | None = None
    """Since the last refresh."""


@dataclass(frozen=True)
class Table:
    """Rows of texts; the first cell of each names it."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset((0,))
    """Columns of words; the others hold figures."""
    whole: frozenset[int] = frozenset()
    """Columns of words that are never broken into lines."""
    title: str | None = None
    note: str | None = None
    """Said below it."""
    stacked: bool = False
    """Too wide for a phone, where every row becomes a card."""


@dataclass(frozen=True)
class Series:
    """Values of one colour, None where there is none."""

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]
    """The values as the table has them."""


@dataclass(frozen=True)
class Chart:
    """What stands beside a table, drawn."""

    name: str
    kind: str
    """bar (lying), column (standing) or line."""
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = "count"
    """Of the axis: count, percent or days."""
    colour: str = "blue"


@dataclass(frozen=True)
class Block:
    """A table, and what of it is drawn beside it."""

    table: Table
    chart: Chart | None = None


@dataclass(frozen=True)
class Section:
    """One heading and what stands below it."""

    name: str
    title: str
    lines: Sequence[str] = ()
    blocks: Sequence[Block] = ()
    is_list: bool = False
    """Whether the lines are things to do."""


@dataclass(frozen=True)
class Document:
    """The whole page."""

    lang: str
    title: str
    about: Sequence[str]
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    footer: str
    contents: str
    """What the list of the sections is called."""


def masked(value: Any) -> Any:
    """The same with the phones and mail addresses of all texts masked; names of people are masked where they are taken."""
    if isinstance(value, str):
        return masks.everywhere(value)
    if isinstance(value, tuple | list):
        return tuple(masked(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: masked(getattr(value, field.name)) for field in fields(value)})
    return value
