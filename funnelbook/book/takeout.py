"""What earlier refreshes left, as its marks say: which columns and sheets are ours, and how they go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..edits import INPUT_MARK, PutColumn, Style, Validation
from ..grid import Range
from . import columns, filters, highlights, validations
from .cells import KINDS, look
from .fresh import united
from .styles import Styles
from .tables import TablePart
from .values import area_at, area_of
from .workbook import SHEET_MARK, WAS, OwnName, Workbook
from .worksheet import Worksheet
from .xml import child

SAME = "-"
"""Stands for a state that was not changed."""


@dataclass(frozen=True)
class Was:
    """What a column of ours found: the sheet's stated range and the column's span, each "-" where it stayed."""

    dimension: str = SAME
    column: str = SAME

    @property
    def text(self) -> str:
        """As a string constant, for a hidden name."""
        return f'"{self.dimension}|{self.column}"'

    @classmethod
    def parse(cls, text: str) -> Was:
        dimension, _, column = text.strip().strip('"').partition("|")
        return cls(dimension or SAME, column or SAME)


@dataclass
class OwnColumns:
    """The columns of ours on one sheet."""

    ranges: dict[str, Range] = field(default_factory=dict)
    """By mark; a copy's mark bears the sheet's name to tell it apart."""
    was: dict[str, Was] = field(default_factory=dict)

    def places(self, puts: Iterable[PutColumn], sheet: str) -> dict[int, int | None]:
        """Where the plan writes each column again; None where it doesn't."""
        again = {put.mark: put.column for put in puts if put.sheet == sheet}
        return {area.left: again.get(mark) for mark, area in self.ranges.items()}


def own_columns(book: Workbook, inputs: Collection[str] = ()) -> dict[str, OwnColumns]:
    """Columns of ours by sheet; of the input columns, which are the user's, those whose mark is one of *inputs*."""
    names: list[OwnName] = book.own_names()
    found: dict[str, OwnColumns] = {}
    remembered = (name for name in names if name.mark.endswith(WAS) and not name.local)
    was = {name.mark.removesuffix(WAS): Was.parse(name.text) for name in remembered}
    for name in names:
        if name.mark.startswith(SHEET_MARK) or name.sheet is None or name.range is None:
            continue
        if name.mark.startswith(INPUT_MARK) and (name.local or name.mark not in inputs):
            continue
        own = found.setdefault(name.sheet, OwnColumns())
        mark = f"{name.mark}!{name.sheet}" if name.local else name.mark
        own.ranges[mark] = name.range
        if not name.local and name.mark in was:
            own.was[mark] = was[name.mark]
    return found


def kept_inputs(book: Workbook, inputs: Collection[str]) -> dict[str, str]:
    """Names of the input columns that stay, with their texts."""
    names = (name for name in book.own_names() if name.mark.startswith(INPUT_MARK) and not name.local)
    return {name.mark: name.text for name in names if name.mark.removesuffix(WAS) not in inputs}


def own_sheets(book: Workbook) -> dict[str, str]:
    """Titles of our sheets by role; the copy that a user made of one is the user's."""
    titles = set(book.titles())
    named = (n for n in book.own_names() if n.mark.startswith(SHEET_MARK) and not n.local and n.sheet in titles)
    return {name.mark.removeprefix(SHEET_MARK): name.sheet for name in named if name.sheet is not None}


def look_indices(looks: Iterable[Style], styles: Styles) -> set[int]:
    """Cell formats that our looks have in this workbook; a cell without format is never the user's."""
    variants = {look(style, kind) for style in looks for kind in KINDS}
    return {0} | {index for style in variants if (index := styles.find(style)) is not None}


def take_out(
    sheet: Worksheet,
    own: OwnColumns,
    places: Mapping[int, int | None],
    tables: Iterable[TablePart],
    looks: Iterable[int],
    rules: Collection[Validation],
    book: Workbook,
) -> None:
    """Prepares a sheet to lose what is ours; in Excel Tables, filters and widths a column of *places* that stays there stays."""
    ranges = list(own.ranges.values())
    tables, kept = list(tables), kept_in(places)
    for table in tables:
        if table.move_conditions(places):
            sheet.show_rows(table.range)
        right = _user_edge(table.range, ranges, kept)
        if right is not None:
            table.kept = right[1]
            table.narrow(right[0])
    sheet.take_out([part for area in ranges for part in _without_headers(area, tables, kept)], looks)
    highlights.remove(sheet.root)
    validations.remove(sheet.root, ranges, rules, sheet.name)
    _restore_dimension(sheet, own)
    states = {own.ranges[mark].left: was.column for mark, was in own.was.items() if was.column != SAME}
    columns.restore(sheet.root, {column: state for column, state in states.items() if column not in kept})
    _narrow_filter(sheet, ranges, places, book)


def kept_in(places: Mapping[int, int | None]) -> set[int]:
    """Columns that stand where they stood."""
    return {column for column, to in places.items() if column == to}


def _without_headers(area: Range, tables: Iterable[TablePart], kept: set[int]) -> list[Range]:
    """The range less the header cell of a column that a table goes on having, since each table column needs its name."""
    inside = (t.range for t in tables if t.header_rows and area.left not in kept)
    if not any(r.top == area.top and r.left <= area.left <= r.right for r in inside):
        return [area]
    return [area._replace(top=area.top + 1)] if area.top < area.bottom else []


def _narrow_filter(sheet: Worksheet, ranges: list[Range], places: Mapping[int, int | None], book: Workbook) -> None:
    node = child(sheet.root, "autoFilter")
    if node is None:
        return
    area = area_at(node)
    if _user_edge(area, ranges, set()) or any(area.left <= column <= area.right for column in places):
        lost = filters.move_conditions(node, area, places)
        filters.move_sorts(sheet.root, places)
        if lost:
            sheet.show_rows(area)
    right = _user_edge(area, ranges, kept_in(places))
    changed = filters.narrow(sheet.root, right[0]) if right else None
    if changed:
        book.resize_filter(sheet.name, *changed)


def _restore_dimension(sheet: Worksheet, own: OwnColumns) -> None:
    """The stated range as it was before our columns, unless the user's cells have changed it since."""
    node = child(sheet.root, "dimension")
    told = next((was.dimension for was in own.was.values() if was.dimension != SAME), None)
    if node is None or told is None:
        return
    before = area_of(told, node, "ref")
    if area_at(node, default="A1") == united([before, *own.ranges.values()]):
        node.set("ref", told)


def _user_edge(area: Range, ranges: Iterable[Range], kept: set[int]) -> tuple[int, int] | None:
    """Right edge of a table or filter without the columns of ours that go, and how many of ours stay.

    None where none is ours.
    """
    ours = {r.left for r in ranges if r.top <= area.bottom and area.top <= r.bottom}
    first = area.right + 1
    while first - 1 in ours and first - 1 > area.left:
        first -= 1
    if first > area.right:
        return None
    stay = 0
    while first + stay in kept and first + stay <= area.right:
        stay += 1
    return first + stay - 1, stay
