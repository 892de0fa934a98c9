"""Excel Tables: they take in columns of ours on their right and give them up again (18.5.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from ..errors import UnsafeEditError
from ..grid import Range
from . import filters
from .elements import Element, new
from .package import Package
from .xml import child, children, parse, serialise


@dataclass
class TablePart:
    """One table part of a sheet while it is being edited."""

    part: str
    root: Element
    data: bytes
    kept: int = 0
    """Columns of ours that stayed at its right edge when others were taken out."""

    @property
    def name(self) -> str:
        return self.root.get("displayName") or self.root.get("name") or ""

    @property
    def range(self) -> Range:
        return Range.parse(self.root.get("ref", ""))

    @property
    def header_rows(self) -> int:
        return int(self.root.get("headerRowCount", "1"))

    @property
    def column_names(self) -> list[str]:
        return [column.get("name", "") for column in self._columns()]

    def widen(self, sheet: str, names: Sequence[str]) -> None:
        """Takes in the columns right of the table up to *names*, of which the table may have the first ones already."""
        kept = self._there(names)
        for column, name in zip(self._columns()[-kept:] if kept else [], names, strict=False):
            column.set("name", name)
        added = names[kept:]
        if not added:
            return
        known = {name.casefold() for name in self.column_names}
        if self.root.get("tableType") in ("queryTable", "xml") or any(name.casefold() in known for name in added):
            raise UnsafeEditError(sheet=sheet, place=self.range.a1, reason="table_columns")
        last_id = max((int(column.get("id", "0")) for column in self._columns()), default=0)
        for number, name in enumerate(added, last_id + 1):
            self._list().append(self._new(number, name))
        self._resize(self.range.right + len(added))

    def retitle(self, sheet: str, column: int, row: int, name: str) -> None:
        """A column within the table gets the name that is written into its header cell, as Excel demands."""
        area = self.range
        if not (area.left <= column <= area.right and area.top <= row < area.top + self.header_rows):
            return
        columns = self._columns()
        node = columns[column - area.left]
        if any(other is not node and other.get("name", "").casefold() == name.casefold() for other in columns):
            raise UnsafeEditError(sheet=sheet, place=area.a1, reason="table_columns")
        node.set("name", name)

    def narrow(self, right: int) -> None:
        """Gives up the columns right of *right*."""
        area = self.range
        if not area.left <= right < area.right:
            return
        for column in self._columns()[right - area.right :]:
            self._list().remove(column)
        self._resize(right)
        now = self.range
        for parent in (self.root, child(self.root, "autoFilter")):
            if parent is not None:
                filters.drop_conditions(parent, now)

    def to_bytes(self) -> bytes:
        """The part as it is now; the same bytes where nothing changed."""
        same = etree.tostring(self.root) == etree.tostring(parse(self.data))
        return self.data if same else serialise(self.root, self.data)

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

    def _new(self, number: int, name: str) -> Element:
        return new(self.root, "tableColumn", {"id": str(number), "name": name})

    def _resize(self, right: int) -> None:
        self.root.set("ref", self.range._replace(right=right).a1)
        self._list().set("count", str(len(self._columns())))
        node = child(self.root, "autoFilter")
        if node is not None:
            node.set("ref", Range.parse(node.get("ref", ""))._replace(right=right).a1)


def tables_of(package: Package, sheet_part: str) -> list[TablePart]:
    """Tables of a sheet."""
    parts = package.related(sheet_part, "table")
    return [TablePart(part, parse(data, part), data) for part in parts for data in (package.read(part),)]
