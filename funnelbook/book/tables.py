"""Excel Tables: they take in columns of ours on their right and give them up again (18.5.1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ..errors import BrokenXmlError, UnsafeEditError
from ..grid import Range
from . import filters
from .cells import xstring
from .elements import Element, detach, new
from .occupied import unescaped
from .package import Package
from .values import area_at, whole
from .xml import child, children, parse, serialise


@dataclass
class TablePart:
    """One table part of a sheet while it is being edited."""

    part: str
    root: Element
    data: bytes
    kept: int = 0
    """Columns of ours that stayed at its right edge when others were taken out."""
    given_up: dict[str, Element] = field(default_factory=dict)
    """By case-folded name; one that comes back has the id, totals and formats that it had."""

    @property
    def name(self) -> str:
        return self.root.get("displayName") or self.root.get("name") or ""

    @property
    def range(self) -> Range:
        return area_at(self.root)

    @property
    def header_rows(self) -> int:
        return whole(self.root, "headerRowCount", 1)

    @property
    def column_names(self) -> list[str]:
        return [unescaped(column.get("name", "")) for column in self._columns()]

    @property
    def lost(self) -> list[str]:
        """Names of the columns that were given up for good (to be asked after all edits)."""
        there = {name.casefold() for name in self.column_names}
        return [unescaped(column.get("name", "")) for name, column in self.given_up.items() if name not in there]

    def widen(self, sheet: str, names: Sequence[str]) -> None:
        """Takes in the columns right of the table up to *names*, of which the table may have the first ones already."""
        self._check()
        kept = self._there(names)
        for column, name in zip(self._columns()[-kept:] if kept else [], names, strict=False):
            _rename(column, name)
        added = names[kept:]
        if not added:
            return
        known = {name.casefold() for name in self.column_names}
        if self.root.get("tableType") in ("queryTable", "xml") or any(name.casefold() in known for name in added):
            raise UnsafeEditError(sheet=sheet, place=self.range.a1, reason="table_columns")
        for name in added:
            self._list().append(self._column(name))
        self._resize(self.range.right + len(added))

    def retitle(self, sheet: str, column: int, row: int, name: str) -> None:
        """A column within the table gets the name that is written into its header cell, as Excel demands."""
        area = self.range
        if not (area.left <= column <= area.right and area.top <= row < area.top + self.header_rows):
            return
        self._check()
        columns = self._columns()
        node = columns[column - area.left]
        if any(other is not node and unescaped(other.get("name", "")).casefold() == name.casefold() for other in columns):
            raise UnsafeEditError(sheet=sheet, place=area.a1, reason="table_columns")
        _rename(node, name)

    def title(self, column: int) -> str:
        """Name of the column that stands in a column of the sheet."""
        self._check()
        return self.column_names[column - self.range.left]

    def narrow(self, right: int) -> None:
        """Gives up the columns right of *right*."""
        area = self.range
        if not area.left <= right < area.right:
            return
        self._check()
        for column in self._columns()[right - area.right :]:
            detach(column)
            self.given_up[unescaped(column.get("name", "")).casefold()] = column
        self._resize(right)

    def move_conditions(self, places: Mapping[int, int | None]) -> bool:
        """What the table filters and sorts by follows columns of ours; whether it has lost the last condition so."""
        node, area = child(self.root, "autoFilter"), self.range
        filters.move_sorts(self.root, places)
        return node is not None and filters.move_conditions(node, area, places)

    def to_bytes(self) -> bytes:
        """The part as it is now; the same bytes where nothing changed."""
        same = etree.tostring(self.root) == etree.tostring(parse(self.data))
        return self.data if same else serialise(self.root, self.data)

    def _check(self) -> None:
        """BrokenXmlError where the table lists other columns than it covers."""
        area = self.range
        if len(self._columns()) != area.right - area.left + 1:
            raise BrokenXmlError(part=self.part)

    def _there(self, names: Sequence[str]) -> int:
        """How many of the columns the table has at its right edge, from the first name on."""
        known = self.column_names
        same = (n for n in range(min(len(names), len(known)), 0, -1) if known[-n:] == list(names[:n]))
        return max(next(same, 0), min(self.kept, len(names)))

    def _list(self) -> Element:
        columns = child(self.root, "tableColumns")
        if columns is None:
            raise UnsafeEditError(sheet="", place=self.name, reason="table_columns")
        return columns

    def _columns(self) -> list[Element]:
        return list(children(child(self.root, "tableColumns"), "tableColumn"))

    def _column(self, name: str) -> Element:
        """The column of that name that the table had, else a new one with an id of its own."""
        known = (*self._columns(), *self.given_up.values())
        number = max((whole(column, "id") for column in known), default=0) + 1
        again = self.given_up.get(name.casefold())
        return new(self.root, "tableColumn", {"id": str(number), "name": _written(name)}) if again is None else again

    def _resize(self, right: int) -> None:
        was = self.range
        self.root.set("ref", was._replace(right=right).a1)
        self._list().set("count", str(len(self._columns())))
        node = child(self.root, "autoFilter")
        if node is not None:
            node.set("ref", area_at(node)._replace(right=right).a1)
        filters.resize_sorts((self.root, node), was, right)


def _rename(column: Element, name: str) -> None:
    if unescaped(column.get("name", "")) != name:
        column.set("name", _written(name))


def _written(name: str) -> str:
    """A name as the attribute holds it, where a plain line break would be read as a blank."""
    return xstring(name).replace("\n", "_x000a_")


def tables_of(package: Package, sheet_part: str) -> list[TablePart]:
    """Tables of a sheet."""
    parts = package.related(sheet_part, "table")
    return [TablePart(part, parse(data, part), data) for part in parts for data in (package.read(part),)]
