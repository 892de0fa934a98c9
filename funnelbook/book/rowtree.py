"""Rows as a tree: the same edit as on bytes for other dialects (prefixes, no ``r``, comments among the cells)."""

from __future__ import annotations

from lxml import etree

from ..errors import BrokenXmlError, UnsafeEditError
from ..grid import CellRef
from .elements import Element, attributes_of, new, unset
from .fresh import Base, Fresh, Put, Strip, respanned
from .rows import ascend
from .values import area_at, column_at, whole
from .xml import child, is_true, local, namespace


class RowTree:
    """One pass over the rows of a parsed sheet, in place."""

    def __init__(self, fresh: Fresh, strip: Strip, base: Base) -> None:
        self._fresh, self._strip, self._base = fresh, strip, base

    def run(self, data: Element) -> None:
        """Edits a ``sheetData`` element; UnsafeEditError when a cell in the way holds something."""
        wanted, rows = self._fresh.rows()[::-1], numbered_rows(data)
        if not ascend([number for _, number in rows]):
            raise BrokenXmlError(part=self._fresh.sheet)
        for row, number in rows:
            while wanted and wanted[-1] < number:
                self._new_row(data, wanted.pop(), row, number)
            gone, mine = self._strip.columns(number), bool(wanted) and wanted[-1] == number
            if mine:
                wanted.pop()
            if mine or gone:
                self._row(row, number, gone, mine)
                if gone and not len(row) and not set(row.keys()) - {"r"}:
                    _number_next(row, str(number + 1))
                    _remove(row)
        while wanted:
            self._new_row(data, wanted.pop(), None, 0)

    def _new_row(self, data: Element, number: int, following: Element | None, its_number: int) -> None:
        row = new(data, "row", {"r": str(number)})
        self._row(row, number, frozenset(), True)
        if not len(row):
            return
        if following is None:
            _append(data, row)
        else:
            following.set("r", str(its_number))  # without it, it would count from the new row
            following.addprevious(row)

    def _row(self, row: Element, number: int, gone: frozenset[int], filled: bool) -> None:
        queue = self._fresh.items(number)[::-1] if filled else []
        row_style = whole(row, "s")
        base = (lambda _: row_style) if is_true(row.get("customFormat")) else self._base

        def fresh(until: int, following: Element | None) -> None:
            while queue and queue[-1][0] < until:
                column, put = queue.pop()
                xml = self._fresh.render(put, number, column, None, base(column))
                self._insert(row, xml, following, until, number)

        for cell, column in numbered_cells(row):
            fresh(column, cell)
            existing: int | None = whole(cell, "s")
            if column in gone:
                existing = self._emptied(cell, number, column)
            if queue and queue[-1][0] == column:
                self._replace(cell, queue.pop()[1], number, column, existing)
            elif existing is None:
                _drop(cell, number, column)
        fresh(1 << 20, None)
        if row.get("spans"):
            extents = self._fresh.extents(number) if filled else []
            spans = respanned(b' spans="' + row.get("spans", "").encode() + b'"', gone, extents)
            row.set("spans", spans[8:-1].decode())

    def _insert(self, row: Element, xml: bytes, following: Element | None, its_column: int, number: int) -> None:
        if not xml:
            return
        cell = _parsed(xml, row)
        if following is None:
            last = next((c for c in reversed(row) if local(c) == "c"), None)
            if last is None:
                row.insert(0, cell)
            else:
                cell.tail, last.tail = last.tail, None
                last.addnext(cell)
        else:
            following.set("r", CellRef(number, its_column).a1)
            following.addprevious(cell)

    def _emptied(self, cell: Element, number: int, column: int) -> int | None:
        """Takes the content out of an old cell of ours; its format where that is the user's, None where it may go."""
        place, formula = CellRef(number, column).a1, child(cell, "f")
        if formula is not None:
            if formula.get("ref"):
                self._strip.check(area_at(formula), place)
            self._strip.formulas.append(place)
        style = whole(cell, "s")
        for part in list(cell):
            cell.remove(part)
        for name in set(attributes_of(cell)) - {"r", "s"}:
            unset(cell, name)
        cell.set("r", place)
        return style if self._strip.remains(style) else None

    def _replace(self, cell: Element, put: Put, number: int, column: int, existing: int | None) -> None:
        place, formula = CellRef(number, column).a1, child(cell, "f")
        text = "".join(str(part) for part in cell.itertext()).strip()
        if formula is not None or (text and not (cell.get("t") == "s" and self._fresh.is_blank(text))):
            if not put.overwrite:
                raise UnsafeEditError(sheet=self._fresh.sheet, place=place, reason="cell_in_use")
            if formula is not None and formula.get("ref"):
                raise UnsafeEditError(sheet=self._fresh.sheet, place=place, reason="formula_fills_more_cells")
            if formula is not None:
                self._strip.formulas.append(place)
        xml = self._fresh.render(put, number, column, existing)
        if not xml:
            _drop(cell, number, column)
            return
        new = _parsed(xml, cell)
        new.tail = cell.tail
        parent = cell.getparent()
        if parent is not None:
            parent.replace(cell, new)


def numbered_rows(data: Element) -> list[tuple[Element, int]]:
    """Rows with their numbers; one without ``r`` follows the one before it (18.3.1.73)."""
    found, last = [], 0
    for row in data:
        if local(row) == "row":
            last = whole(row, "r", last + 1)
            found.append((row, last))
    return found


def numbered_cells(row: Element) -> list[tuple[Element, int]]:
    """Cells with their columns; one without ``r`` stands right of the one before it."""
    found, last = [], 0
    for cell in row:
        if local(cell) == "c":
            last = column_at(cell, last)
            found.append((cell, last))
    return found


def _parsed(xml: bytes, where: Element) -> Element:
    """The cell in the namespace of *where*, to be put there."""
    holder = etree.fromstring(b'<x xmlns="' + namespace(where).encode() + b'">' + xml + b"</x>")
    return holder[0]


def _append(parent: Element, node: Element) -> None:
    """Adds a last child before the closing tag's indentation."""
    if len(parent):
        node.tail, parent[-1].tail = parent[-1].tail, None
    parent.append(node)


def _drop(cell: Element, number: int, column: int) -> None:
    """Takes a cell out of its row."""
    _number_next(cell, CellRef(number, column + 1).a1)
    _remove(cell)


def _number_next(node: Element, reference: str) -> None:
    """Says which row or cell the next one is: without a reference it would count from the one before *node*."""
    following = next((other for other in node.itersiblings() if local(other) == local(node)), None)
    if following is not None and not following.get("r"):
        following.set("r", reference)


def _remove(node: Element) -> None:
    """Takes a node out and leaves the text behind it, which is layout."""
    parent, before = node.getparent(), node.getprevious()
    if parent is None:
        return
    if node.tail and before is not None:
        before.tail = (before.tail or "") + node.tail
    parent.remove(node)
