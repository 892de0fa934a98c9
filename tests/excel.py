"""What people do in Excel, done to the bytes as Excel does it: sorting, filtering, naming."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from funnelbook.grid import CellRef, Range, letters

Element = etree._Element
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Book:
    """The parts of a workbook file while somebody works in it; `save` writes them back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.trees: dict[str, Element] = {}

    def save(self) -> None:
        for name, root in self.trees.items():
            self.parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)

    def tree(self, part: str) -> Element:
        return self.trees.setdefault(part, etree.fromstring(self.parts[part]))

    @property
    def workbook(self) -> Element:
        return self.tree("xl/workbook.xml")

    def titles(self) -> list[str]:
        return [node.get("name", "") for node in self.workbook.iter(f"{MAIN}sheet")]

    def sheet(self, title: str) -> Element:
        return self.tree(self.part(title))

    def part(self, title: str) -> str:
        node = next(node for node in self.workbook.iter(f"{MAIN}sheet") if node.get("name") == title)
        return dict(self.relations("xl/workbook.xml"))[node.get(RELATION, "")]

    def relations(self, part: str) -> Iterator[tuple[str, str]]:
        """Id and part of everything that a part points to."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels"
        for node in self.tree(rels) if rels in self.parts else ():
            target = node.get("Target", "")
            yield node.get("Id", ""), target.lstrip("/") if target[:1] == "/" else posixpath.normpath(posixpath.join(folder, target))

    def related(self, title: str, word: str) -> list[str]:
        """Parts that a sheet points to and that have a word in their name."""
        return [part for _, part in self.relations(self.part(title)) if word in part]

    def tables(self, title: str) -> list[Element]:
        return [self.tree(part) for part in self.related(title, "tables/")]


def sort(path: Path, title: str, first: int, last: int, order: list[int], right: int) -> None:
    """Sorts the rows of a range: the cells of row order[0] come first, and so on; formats and notes stay, as in Excel."""
    book = Book(path)
    data = book.sheet(title).find(f"{MAIN}sheetData")
    assert data is not None
    rows = {int(row.get("r", "0")): row for row in data}
    cells = {n: [cell for cell in rows[n] if Range.parse(cell.get("r", "")).left <= right] for n in range(first, last + 1)}
    for there, here in enumerate(order, first):
        row = rows[there]
        rest = [cell for cell in row if cell not in cells[there]]
        row[:] = [*cells[here], *rest]
        for cell in row:
            cell.set("r", f"{letters(Range.parse(cell.get('r', '')).left)}{there}")
    book.save()


def retitle(path: Path, title: str, column: int, name: str) -> None:
    """Types another name into the header of a column, in the first row; an Excel Table takes it over."""
    book = Book(path)
    root = book.sheet(title)
    place = CellRef(1, column).a1
    drop(next(cell for cell in root.iter(f"{MAIN}c") if cell.get("r") == place))
    write(root, CellRef(1, column), name)
    for one in book.tables(title):
        next(iter(one.iter(f"{MAIN}tableColumns")))[column - Range.parse(one.get("ref", "")).left].set("name", name)
    book.save()


def filter_by(path: Path, title: str, column: int, value: str, hidden: list[int]) -> None:
    """Filters a sheet's table by a value of a column, which hides rows."""
    book = Book(path)
    root = book.sheet(title)
    node = next(node for holder in (root, *book.tables(title)) for node in holder.iter(f"{MAIN}autoFilter"))
    left = Range.parse(node.get("ref", "")).left
    condition = etree.SubElement(node, f"{MAIN}filterColumn", colId=str(column - left))
    etree.SubElement(etree.SubElement(condition, f"{MAIN}filters"), f"{MAIN}filter", val=value)
    for row in root.iter(f"{MAIN}row"):
        if int(row.get("r", "0")) in hidden:
            row.set("hidden", "1")
    book.save()


def filters(path: Path, title: str) -> list[int]:
    """Columns that a sheet's table is filtered by."""
    book = Book(path)
    nodes = [node for holder in (book.sheet(title), *book.tables(title)) for node in holder.iter(f"{MAIN}autoFilter")]
    return [
        Range.parse(node.get("ref", "")).left + int(column.get("colId", "0"))
        for node in nodes
        for column in node.iter(f"{MAIN}filterColumn")
    ]


def resize_table(path: Path, title: str, ref: str) -> None:
    """Drags the corner of a sheet's table."""
    book = Book(path)
    for one in book.tables(title):
        for node in (one, *one.iter(f"{MAIN}autoFilter")):
            node.set("ref", ref)
    book.save()


def rename_table(path: Path, title: str, name: str, to: str) -> None:
    """Gives an Excel Table of a sheet another name."""
    book = Book(path)
    for one in book.tables(title):
        if one.get("displayName") == name:
            one.set("name", to)
            one.set("displayName", to)
    book.save()


def formulas(path: Path, title: str) -> list[str]:
    """Every formula of a sheet."""
    return [node.text or "" for node in Book(path).sheet(title).iter(f"{MAIN}f")]


def links(path: Path, title: str) -> list[str]:
    """Where the links of a sheet lead to."""
    return [node.get("location", "") for node in Book(path).sheet(title).iter(f"{MAIN}hyperlink")]


def drop(node: Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def write(root: Element, place: CellRef, text: str) -> None:
    """A text in an empty cell of a row that is there."""
    row = next(row for row in root.iter(f"{MAIN}row") if row.get("r") == str(place.row))
    cell = etree.SubElement(row, f"{MAIN}c", r=place.a1, t="inlineStr")
    etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = text
    row[:] = sorted(row, key=lambda node: Range.parse(node.get("r", "")).left)


def sort_state(path: Path, title: str, ref: str, by: str) -> None:
    """Says by what a sheet's table was sorted last."""
    book = Book(path)
    holders = book.tables(title) or [next(book.sheet(title).iter(f"{MAIN}autoFilter"))]
    for holder in holders:
        node = etree.Element(f"{MAIN}sortState", ref=ref)
        etree.SubElement(node, f"{MAIN}sortCondition", ref=by)
        holder.insert(1 if holder.tag == f"{MAIN}table" else 0, node)
    book.save()


def sort_states(path: Path, title: str) -> list[str]:
    """Ranges of the sort states of a sheet and its tables."""
    book = Book(path)
    return [node.get("ref", "") for holder in (book.sheet(title), *book.tables(title)) for node in holder.iter(f"{MAIN}sortState")]


def tell_column(path: Path, title: str, name: str, **attributes: str) -> str:
    """Sets attributes of a table's column; its id."""
    book = Book(path)
    node = next(node for one in book.tables(title) for node in one.iter(f"{MAIN}tableColumn") if node.get("name") == name)
    for key, value in attributes.items():
        node.set(key, value)
    book.save()
    return node.get("id", "")


def table_column(path: Path, title: str, name: str) -> dict[str, str]:
    """Attributes of a table's column."""
    nodes = (node for one in Book(path).tables(title) for node in one.iter(f"{MAIN}tableColumn"))
    return next({str(key): str(value) for key, value in node.attrib.items()} for node in nodes if node.get("name") == name)
