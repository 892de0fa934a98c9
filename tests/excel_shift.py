"""Whole rows and columns of a sheet move as in Excel, and all that refers to them follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from lxml import etree

from funnelbook.grid import CellRef, Range, letters

from .excel import MAIN, Book, Element, drop, write

Move = Callable[[int], int | None]
"""Old number of a row or column to the new one; None where it is deleted."""
_REFERENCE = re.compile(
    r"((?:'(?:[^']|'')+'|[\w\u4e00-\u9fff]+)!)?((\$?)([A-Z]{1,3})(\$?)([1-9][0-9]*)(?::\$?[A-Z]{1,3}\$?[1-9][0-9]*)?)(?![\w(])"
    r"|\"(?:[^\"]|\"\")*\""
)
_PLACE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([1-9][0-9]*)")
_SHAPE = re.compile(rb"<v:shape\s.*?</v:shape>", re.DOTALL)
_NOTED = re.compile(rb"<x:Row>(\d+)</x:Row>(\s*)<x:Column>(\d+)</x:Column>")


def same(number: int) -> int:
    return number


def inserted(at: int, count: int = 1) -> Move:
    """Rows or columns come in before *at*."""
    return lambda number: number + count if number >= at else number


def deleted(first: int, count: int = 1) -> Move:
    """Rows or columns from *first* on go."""
    return lambda number: number if number < first else None if number < first + count else number - count


def moved(number: int, before: int) -> Move:
    """One column is cut and put in before another."""
    order = [n for n in range(1, max(number, before) + 2) if n != number]
    order.insert(order.index(before), number)
    places = {old: new for new, old in enumerate(order, 1)}
    return lambda n: places.get(n, n)


def shift(path: Path, title: str, rows: Move = same, columns: Move = same) -> None:
    """Moves whole rows or columns of a sheet, with tables, filters, formats, notes, names and formulas."""
    book = Book(path)
    root = book.sheet(title)
    _cells(root, rows, columns)
    _filter_columns(root, columns)
    for node in list(root.iter(f"{MAIN}dimension", f"{MAIN}mergeCell", f"{MAIN}autoFilter", f"{MAIN}sortState", f"{MAIN}hyperlink")):
        _refer(node, "ref", rows, columns)
    for node in list(root.iter(f"{MAIN}conditionalFormatting", f"{MAIN}dataValidation")):
        _refer(node, "sqref", rows, columns)
    for table in book.tables(title):
        for place, name in _table(table, rows, columns):
            write(root, place, name)
    for part in book.related(title, "comments"):
        for node in list(book.tree(part).iter(f"{MAIN}comment")):
            _refer(node, "ref", rows, columns)
    for part in book.related(title, "vmlDrawing"):
        book.parts[part] = _SHAPE.sub(lambda shape: _shape(shape[0], rows, columns), book.parts[part])
    for other in book.titles():
        for node in book.sheet(other).iter(f"{MAIN}f", f"{MAIN}formula", f"{MAIN}formula1", f"{MAIN}formula2"):
            node.text = _formula(node.text or "", title, other, rows, columns)
    for node in book.workbook.iter(f"{MAIN}definedName"):
        node.text = _formula(node.text or "", title, "", rows, columns)
    book.save()


def _cells(root: Element, rows: Move, columns: Move) -> None:
    data = root.find(f"{MAIN}sheetData")
    assert data is not None
    for row in list(data):
        number = rows(int(row.get("r", "0")))
        if number is None:
            data.remove(row)
            continue
        row.set("r", str(number))
        row.attrib.pop("spans", None)
        for cell in list(row):
            column = columns(Range.parse(cell.get("r", "")).left)
            if column is None:
                row.remove(cell)
            else:
                cell.set("r", f"{letters(column)}{number}")
        row[:] = sorted(row, key=lambda cell: Range.parse(cell.get("r", "")).left)
    cols = root.find(f"{MAIN}cols")
    if cols is not None and columns is not same:
        _widths(cols, columns)


def _widths(cols: Element, columns: Move) -> None:
    """Each column keeps its width; a span up to the sheet's edge stays one."""
    told: dict[int, Mapping[str, str]] = {}
    last = max((int(node.get("max", "0")) for node in cols if node.get("max") != "16384"), default=0) + 1
    tail: Mapping[str, str] | None = None
    for node in list(cols):
        attributes = {key: value for key, value in node.attrib.items() if key not in ("min", "max")}
        top = int(node.get("max", "0"))
        if top == 16384:
            tail = attributes
            last = max(last, int(node.get("min", "0")))
            top = last
        for number in range(int(node.get("min", "0")), top + 1):
            new = columns(number)
            if new is not None:
                told[new] = attributes
        cols.remove(node)
    for number in sorted(told):
        etree.SubElement(cols, f"{MAIN}col", {"min": str(number), "max": str(number), **told[number]})
    if tail is not None:
        etree.SubElement(cols, f"{MAIN}col", {"min": str(max(told) + 1), "max": "16384", **tail})


def _area(area: Range, rows: Move, columns: Move) -> Range | None:
    """Where a range stands afterwards; None when nothing is left of it."""
    down = [n for row in _ends(area.top, area.bottom, rows) if (n := rows(row)) is not None]
    across = [n for column in _ends(area.left, area.right, columns) if (n := columns(column)) is not None]
    return Range(min(down), min(across), max(down), max(across)) if down and across else None


def _ends(first: int, last: int, move: Move) -> range:
    return range(first, last + 1) if last - first < 20_000 and move is not same else range(first, last + 1, max(1, last - first))


def _refer(node: Element, attribute: str, rows: Move, columns: Move) -> None:
    areas = [_area(Range.parse(text), rows, columns) for text in node.get(attribute, "").split()]
    left = " ".join(area.a1 for area in areas if area is not None)
    if left:
        node.set(attribute, left)
    else:
        drop(node)


def _filter_columns(root: Element, columns: Move) -> None:
    """The conditions of a filter are counted from its left column."""
    for parent in root.iter(f"{MAIN}autoFilter"):
        area = Range.parse(parent.get("ref", ""))
        now = _area(area, same, columns)
        for node in list(parent.findall(f"{MAIN}filterColumn")):
            column = columns(area.left + int(node.get("colId", "0")))
            if column is None or now is None:
                parent.remove(node)
            else:
                node.set("colId", str(column - now.left))


def _table(root: Element, rows: Move, columns: Move) -> list[tuple[CellRef, str]]:
    """Moves a table; the header cells that its new columns need, with their names."""
    area = Range.parse(root.get("ref", ""))
    now = _area(area, rows, columns)
    assert now is not None
    _filter_columns(root, columns)
    for node in [root, *root.iter(f"{MAIN}autoFilter", f"{MAIN}sortState", f"{MAIN}sortCondition")]:
        _refer(node, "ref", rows, columns)
    listed = root.find(f"{MAIN}tableColumns")
    assert listed is not None
    known = {columns(area.left + i): node for i, node in enumerate(listed)}
    for node in list(listed):
        listed.remove(node)
    top = max(int(node.get("id", "0")) for node in known.values())
    new = []
    for column in range(now.left, now.right + 1):
        if column not in known:
            top, name = top + 1, f"列{column}"
            known[column] = etree.Element(f"{MAIN}tableColumn", id=str(top), name=name)
            new.append((CellRef(now.top, column), name))
        listed.append(known[column])
    listed.set("count", str(len(listed)))
    return new


def _shape(shape: bytes, rows: Move, columns: Move) -> bytes:
    """A note's shape at its new place; nothing where the cell is gone."""
    place = _NOTED.search(shape)
    row, column = (rows(int(place[1]) + 1), columns(int(place[3]) + 1)) if place else (None, None)
    if place is None or row is None or column is None:
        return b"" if place else shape
    return _NOTED.sub(b"<x:Row>%d</x:Row>%s<x:Column>%d</x:Column>" % (row - 1, place[2], column - 1), shape)


def _formula(text: str, moving: str, here: str, rows: Move, columns: Move) -> str:
    def changed(match: re.Match[str]) -> str:
        named = (match[1] or "").removesuffix("!").strip("'").replace("''", "'") or here
        if match[2] is None or named != moving:
            return match[0]
        area = Range.parse(match[2])
        now = _area(area, rows, columns)
        if now is None:
            return "#REF!"
        places = iter([CellRef(now.top, now.left), CellRef(now.bottom, now.right)])
        text = _PLACE.sub(lambda place: _written(place, next(places)), match[2])
        return (match[1] or "") + text

    return _REFERENCE.sub(changed, text)


def _written(place: re.Match[str], to: CellRef) -> str:
    return f"{place[1]}{letters(to.column)}{place[3]}{to.row}"
