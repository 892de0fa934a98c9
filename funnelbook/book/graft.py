"""Sheets that openpyxl or XlsxWriter built, into a package: formats remapped, strings inlined, parts renamed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from lxml import etree

from .archive import read_archive
from .elements import Element, add, attributes_of, unset
from .names import (
    CHART,
    CHART_STRICT,
    DRAWING,
    DRAWING_STRICT,
    MAIN,
    MAIN_STRICT,
    PACKAGE_RELATIONSHIPS,
    RELATIONSHIPS,
    RELATIONSHIPS_STRICT,
    RELATIONSHIPS_TYPE,
    SHEET_DRAWING,
    SHEET_DRAWING_STRICT,
    WORKSHEET_TYPE,
)
from .package import Package, SheetEntry
from .packing import Packed
from .rels import relative, rels_name
from .styles import Styles
from .values import whole
from .workbook import Workbook
from .xml import DECLARATION, child, children, local, namespace, parse, serialise

Finish = Callable[[Element], bytes | Packed]
"""Makes the contents of a sheet part from its tree."""
_STRICT = {
    CHART: CHART_STRICT,
    SHEET_DRAWING: SHEET_DRAWING_STRICT,
    DRAWING: DRAWING_STRICT,
    RELATIONSHIPS: RELATIONSHIPS_STRICT,
    MAIN: MAIN_STRICT,
}
_NUMBERED = re.compile(r"\d*$")
_FORMULAS = ("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula")
_PLACES = ("location", "textlink")
"""Attributes that name a cell: of links (18.3.1.47) and of text boxes (20.5.2.29)."""
_QUOTED = r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\[\]]*\])"""
"""Of a formula what is no name: texts, sheets in quotes, columns of a table."""
_DAYS_1904 = 1462


def graft(package: Package, workbook: bytes, titles: Mapping[str, str] | None = None) -> list[str]:
    """Appends every worksheet of a built workbook, retitled where *titles* says so; names of the added parts."""
    styles, book = Styles.of(package), Workbook(package)
    grafter = Grafter(package, styles, book, workbook, titles or {})
    for entry in grafter.source.sheets():
        grafter.sheet(entry)
    grafter.names()
    styles.commit(package)
    book.commit()
    return grafter.added


class Grafter:
    """Carries sheets of one built workbook over."""

    def __init__(
        self, package: Package, styles: Styles, book: Workbook, data: bytes, titles: Mapping[str, str], reserved: Collection[str] = ()
    ) -> None:
        self.source = Package(read_archive(data, Path("built.xlsx")))
        self.added: list[str] = []
        self._package, self._styles, self._book, self._titles = package, styles, book, titles
        self._built = Styles.of(self.source)
        self._book_built = Workbook(self.source)
        self._copies: dict[str, str] = {}
        self._strings = self._shared_strings()
        self._table_ids, taken = self._table_names()
        self._aliases = self._free_names(taken)
        """Names of tables and cells under which they come over, where the package has their own."""
        self._called = re.compile(_QUOTED + rf"|(?<![\w.!\\\]])({'|'.join(map(re.escape, self._aliases))})(?![\w.(!])")
        self._folder = posixpath.dirname(package.main)
        self._reserved = reserved
        """Part names that sheets with a place of their own take up again later."""

    def sheet(self, entry: SheetEntry, finish: Finish | None = None, place: SheetEntry | None = None) -> str:
        """Carries one worksheet over with everything that it points to; its new part name.

        *place* is a sheet that was taken out and whose place in the list, part name and id the new one takes.
        """
        assert entry.part is not None
        root = self._tree(self.source.read(entry.part))
        self._dress(root)
        self._rename(root)
        if self._book_built.calculates_on_load and next(root.iter("{*}f"), None) is not None:
            self._book.calculate_on_load()
        part = place.part if place and place.part else self._free("worksheets/sheet{}.xml")
        self._package.add(part, b"", WORKSHEET_TYPE)
        self._copies[entry.part] = part
        self._relationships(entry.part, part)
        self._package.write(part, finish(root) if finish else serialise(root))
        self.added.append(part)
        title = self._titles.get(entry.name, entry.name)
        if place:
            self._book.retitle(place.name, title)
        else:
            rel_id = self._package.relate(self._package.main, "worksheet", part)
            self._book.add_sheet(title, rel_id, entry.state != "visible")
        return part

    def names(self) -> set[tuple[str, str | None]]:
        """Carries the defined names over, print titles and filters with their sheets, others under a name that is free.

        Names with the title of the sheet that they are local to.
        """
        carried = set()
        for name, text, sheet, hidden in self._book_built.plain_names():
            title = self._titles.get(sheet, sheet) if sheet else None
            self._book.set_name(name if sheet else self._aliases.get(name, name), self._renamed(text), title, hidden)
            carried.add((name, title))
        return carried

    # -- the tree of a sheet
    def _tree(self, data: bytes) -> Element:
        return parse(strict(data) if self._package.strict else data)

    def _dress(self, root: Element) -> None:
        """Formats, strings and dates of the sheet as the package counts them; only one sheet of a book is selected."""
        shift = self._shift()
        for view in root.iter("{*}sheetView"):
            unset(view, "tabSelected")
        for node in root.iter("{*}c", "{*}row", "{*}col"):
            name = "style" if local(node) == "col" else "s"
            old = whole(node, name)
            if local(node) == "c":
                self._inline(node)
                for metadata in ("cm", "vm"):
                    unset(node, metadata)  # they count in a part of the built workbook; an array formula computes without
                if shift and self._built.is_date(old):
                    _move(node, shift)
            if node.get(name) is not None:
                node.set(name, str(self._styles.adopt(self._built, old)))
        self._dxfs(root)

    def _dxfs(self, root: Element) -> None:
        for node in root.iter("*"):
            for name, value in attributes_of(node).items():
                if name.lower().endswith("dxfid") and not name.startswith("{"):
                    node.set(name, str(self._styles.adopt_dxf(self._built, int(value))))

    def _shift(self) -> int:
        return _DAYS_1904 * (self._book_built.date1904 - self._book.date1904)

    def _inline(self, cell: Element) -> None:
        """A shared string becomes an inline one (18.3.1.53)."""
        value = child(cell, "v")
        if cell.get("t") != "s" or value is None or not value.text:
            return
        tag = namespace(cell)
        item = etree.SubElement(cell, f"{{{tag}}}is")
        item.extend([_copied(part, tag) for part in self._strings[int(value.text)]])
        cell.remove(value)
        cell.set("t", "inlineStr")

    def _rename(self, root: Element) -> None:
        if not (self._titles or self._aliases):
            return
        for node in root.iter("*"):
            if local(node) in _FORMULAS and node.text:
                node.text = self._renamed(node.text)
            for name in _PLACES:
                if node.get(name):
                    node.set(name, self._renamed(node.get(name, "")))

    def _renamed(self, text: str) -> str:
        """A formula that names its sheets, tables and names as they are called in the package."""
        if self._aliases:
            text = self._called.sub(lambda match: match[1] or self._aliases[match[2]], text)
        for old, new in self._titles.items():
            new_name = "'" + new.replace("'", "''") + "'!"
            text = text.replace("'" + old.replace("'", "''") + "'!", new_name)
            text = re.sub(rf"(?<![\w.'\]]){re.escape(old)}!", lambda _, to=new_name: to, text)  # type: ignore[misc]  # the default binds the loop's value
        return text

    # -- the parts around it
    def _relationships(self, source: str, target: str) -> None:
        """Copies what a part points to and writes its relationships under the same ids."""
        found = self.source.relationships(source)
        if not found:
            return
        root = etree.fromstring(f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}"/>')
        for r in found:
            outside = self._renamed(r.target) if r.target.startswith("#") else r.target
            leads = outside if r.external or r.part is None else relative(target, self._copy(r.part))
            type_ = strict(r.type.encode()).decode() if self._package.strict else r.type
            attributes = {"Id": r.id, "Type": type_, "Target": leads}
            if r.external:
                attributes["TargetMode"] = "External"
            add(root, "Relationship", attributes)
        data = DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False)
        self._package.add(rels_name(target), data, RELATIONSHIPS_TYPE)
        self.added.append(rels_name(target))

    def _copy(self, part: str) -> str:
        if part in self._copies:
            return self._copies[part]
        data = self.source.read(part)
        content_type = self.source.content_type(part) or ""
        if content_type.endswith("xml"):
            data = self._own(data, content_type)
        folder = posixpath.relpath(posixpath.dirname(part), posixpath.dirname(self.source.main) or ".")
        stem, extension = posixpath.splitext(posixpath.basename(part))
        name = self._free(posixpath.normpath(f"{posixpath.basename(folder)}/{_NUMBERED.sub('', stem)}{{}}{extension}"))
        self._package.add(name, data, content_type)
        self._copies[part] = name
        self.added.append(name)
        self._relationships(part, name)
        return name

    def _own(self, data: bytes, content_type: str) -> bytes:
        root = self._tree(data)
        if content_type.endswith("table+xml"):
            self._table(root)
        self._rename(root)
        return serialise(root, data)

    def _table(self, root: Element) -> None:
        """An Excel Table gets an id and a name that no other has (18.5.1.2)."""
        self._dxfs(root)
        number = next(n for n in range(1, len(self._table_ids) + 2) if n not in self._table_ids)
        name = self._aliases.get(root.get("displayName", ""), root.get("displayName", ""))
        self._table_ids.add(number)
        root.set("id", str(number))
        root.set("displayName", name)
        root.set("name", name)

    def _free_names(self, taken: set[str]) -> dict[str, str]:
        """Other names for what the built workbook calls by a name that is *taken*."""
        tables = (parse(self.source.read(part), part).get("displayName", "") for part in _table_parts(self.source))
        found, wanted = {}, dict.fromkeys([*self._book_built.global_names(), *tables])
        for name in wanted:
            free, copy = name, 2
            while free.casefold() in taken:
                free, copy = f"{name}_{copy}", copy + 1
            taken.add(free.casefold())
            if free != name:
                found[name] = free
        return found

    def _table_names(self) -> tuple[set[int], set[str]]:
        """Ids and names that are taken in the package; Excel's names and tables share one space."""
        ids, names = set(), {name.casefold() for name in self._book.global_names()}
        for part in _table_parts(self._package):
            root = parse(self._package.read(part), part)
            ids.add(whole(root, "id"))
            names.add((root.get("displayName") or "").casefold())
        return ids, names

    def _free(self, pattern: str) -> str:
        return self._package.free_name(posixpath.join(self._folder, pattern), self._reserved)

    def _shared_strings(self) -> list[Element]:
        part = next(iter(self.source.related(self.source.main, "sharedStrings")), None)
        return list(children(parse(self.source.read(part), part), "si")) if part else []


def _table_parts(package: Package) -> list[str]:
    return [name for name in package.names() if (package.content_type(name) or "").endswith("table+xml")]


def strict(data: bytes) -> bytes:
    """A part or relationship type in the namespaces of strict packages (Part 1, Annex A)."""
    for transitional, name in _STRICT.items():
        data = data.replace(transitional.encode() + b'"', name.encode() + b'"')
        data = data.replace(transitional.encode() + b"/", name.encode() + b"/")
    return data


def _move(cell: Element, days: int) -> None:
    """A date in the other date system; texts and formulas without a value stay."""
    value = child(cell, "v")
    if value is not None and value.text and cell.get("t", "n") == "n":
        value.text = repr(float(value.text) + days).removesuffix(".0")


def _copied(node: Element, main: str) -> Element:
    copy = etree.Element(f"{{{main}}}{local(node)}", attributes_of(node))
    copy.text = node.text
    copy.extend([_copied(part, main) for part in node if isinstance(part.tag, str)])
    return copy
