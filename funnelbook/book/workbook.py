"""workbook.xml: the sheet list, defined names and what happens when the book is opened (18.2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from ..edits import NAME_PREFIX
from ..errors import BrokenXmlError
from ..grid import Range, quoted
from .elements import Element, add, detach, new
from .names import RELATIONSHIPS, RELATIONSHIPS_STRICT, WORKBOOK_ORDER
from .package import Package
from .values import area_of, numeral, whole
from .xml import child, children, insert_in_order, is_true, parse, serialise

SHEET_MARK, WAS = "sheet.", ".was"
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!:\[\]]+))!(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)")


@dataclass(frozen=True)
class OwnName:
    """One of our hidden names: the mark that follows the prefix, and what it refers to where that still exists."""

    mark: str
    text: str
    local: bool
    """Local to a sheet, as the copy of a sheet makes it."""
    sheet: str | None = None
    range: Range | None = None


class Workbook:
    """The workbook part while it is being edited; nothing is written before `commit`."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._data = package.read(package.main)
        self._root = parse(self._data, package.main)
        self._active = self._titles_of_views()

    @property
    def date1904(self) -> bool:
        properties = child(self._root, "workbookPr")
        return properties is not None and is_true(properties.get("date1904"))

    def titles(self) -> list[str]:
        """Names of all sheets as they are now, in order."""
        return [sheet.get("name", "") for sheet in self._sheets()]

    def commit(self) -> None:
        self._restore_views()
        data = serialise(self._root, self._data)
        if etree.tostring(parse(data)) != etree.tostring(parse(self._data)):
            self._package.write(self._package.main, data)

    # -- sheets
    def add_sheet(self, title: str, rel_id: str, hidden: bool = False) -> None:
        """Appends a sheet with an id above all others."""
        uri = RELATIONSHIPS_STRICT if self._package.strict else RELATIONSHIPS
        number = max((whole(s, "sheetId") for s in self._sheets()), default=0) + 1
        attributes = {"name": title, "sheetId": str(number)} | ({"state": "hidden"} if hidden else {})
        prefixes = {} if uri in self._root.nsmap.values() else {"r": uri}
        node = new(self._root, "sheet", {**attributes, f"{{{uri}}}id": rel_id}, **prefixes)
        parent = child(self._root, "sheets")
        if parent is None:
            parent = new(self._root, "sheets")
            insert_in_order(self._root, parent, WORKBOOK_ORDER)
        parent.append(node)

    def drop_sheets(self, titles: set[str]) -> None:
        """Takes sheets out of the list with the names that are theirs; the other sheets' own names stay theirs."""
        before = self.titles()
        stay = {i: n for n, i in enumerate(i for i, title in enumerate(before) if title not in titles)}
        for name in list(self._names()):
            scope = name.get("localSheetId")
            if scope is None:
                continue
            if whole(name, "localSheetId") in stay:
                name.set("localSheetId", str(stay[whole(name, "localSheetId")]))
            else:
                self._drop_name(name)
        for name in self._names():
            match = _REFERENCE.fullmatch((name.text or "").strip())
            sheet_name = (match[1] or match[2]).replace("''", "'") if match else None
            if sheet_name in titles and not name.get("name", "").startswith(NAME_PREFIX):
                name.text = "#REF!"  # as Excel writes it when a sheet is deleted
        for sheet in self._sheets():
            if sheet.get("name") in titles:
                parent = sheet.getparent()
                if parent is not None:
                    detach(sheet)

    def retitle(self, was: str, title: str) -> None:
        """Another name for a sheet of ours."""
        for sheet in self._sheets():
            if sheet.get("name") == was and was != title:
                sheet.set("name", title)

    # -- names
    def own_names(self) -> list[OwnName]:
        """Every name of ours, those that a sheet copy made included; columns, sheets and remembered states."""
        found = []
        for name in self._names():
            if not name.get("name", "").startswith(NAME_PREFIX):
                continue
            text = name.text or ""
            match = _REFERENCE.fullmatch(text.strip())
            sheet = (match[1].replace("''", "'") if match[1] else match[2]) if match else None
            area = area_of(match[3], name, "name") if match else None
            local = name.get("localSheetId") is not None
            found.append(OwnName(name.get("name", "")[len(NAME_PREFIX) :], text, local, sheet, area))
        return found

    def mark(self, marks: Mapping[str, str], exactly: bool) -> None:
        """Sets hidden names of ours, each where it was; with *exactly*, all others of ours go."""
        for name in list(self._names()) if exactly else ():
            own = name.get("name", "").removeprefix(NAME_PREFIX)
            if own != name.get("name") and (own not in marks or name.get("localSheetId") is not None):
                self._drop_name(name)
        for mark, text in marks.items():
            self.set_name(NAME_PREFIX + mark, text, hidden=True)

    def set_name(self, name: str, text: str, sheet: str | None = None, hidden: bool = False) -> None:
        """Gives a name its text; appended where it is new."""
        scope = None if sheet is None else str(self.titles().index(sheet))
        known = (n for n in self._names() if n.get("name") == name and n.get("localSheetId") == scope)
        node = next(known, None)
        if node is None:
            parent = child(self._root, "definedNames")
            if parent is None:
                parent = new(self._root, "definedNames")
                insert_in_order(self._root, parent, WORKBOOK_ORDER)
            told = {"name": name, "localSheetId": scope, "hidden": "1" if hidden else None}
            node = add(parent, "definedName", {k: v for k, v in told.items() if v is not None})
        node.text = text

    def drop_names_of(self, sheet: str, but: Collection[str]) -> None:
        """Takes out the standard's own names (print titles, filters) of a sheet that was written anew, except *but*."""
        index = str(self.titles().index(sheet))
        for node in list(self._names()):
            name = node.get("name", "")
            if node.get("localSheetId") == index and name.startswith("_xlnm.") and name not in but:
                self._drop_name(node)

    def resize_filter(self, sheet: str, was: Range, now: Range) -> None:
        """The hidden name of a sheet's filter follows its range (Excel keeps both)."""
        index = self.titles().index(sheet)
        for name in self._names():
            if name.get("name") == "_xlnm._FilterDatabase" and name.get("localSheetId") == str(index):
                match = _REFERENCE.fullmatch((name.text or "").strip())
                if match and area_of(match[3], name, "name") == was:
                    name.text = f"{(name.text or '').rpartition('!')[0]}!{now.absolute}"

    def global_names(self) -> list[str]:
        """Names that hold in the whole workbook."""
        return [name.get("name", "") for name in self._names() if name.get("localSheetId") is None]

    def plain_names(self) -> list[tuple[str, str, str | None, bool]]:
        """Every name with its text, the sheet that it is local to, and whether it is hidden."""
        titles, found = self.titles(), []
        for name in self._names():
            scope = name.get("localSheetId")
            if scope is not None and whole(name, "localSheetId") >= len(titles):
                raise BrokenXmlError(part=f"workbook/definedName@localSheetId={scope}")
            sheet = None if scope is None else titles[whole(name, "localSheetId")]
            found.append((name.get("name", ""), name.text or "", sheet, is_true(name.get("hidden"))))
        return found

    # -- calculation
    @property
    def calculates_on_load(self) -> bool:
        node = child(self._root, "calcPr")
        return node is not None and is_true(node.get("fullCalcOnLoad"))

    def calculate_on_load(self) -> None:
        """Has formulas computed when the book is opened, since cells that they read have changed."""
        node = child(self._root, "calcPr")
        if node is None:
            node = new(self._root, "calcPr")
            insert_in_order(self._root, node, WORKBOOK_ORDER)
        node.set("fullCalcOnLoad", "1")

    # -- views
    def _titles_of_views(self) -> list[tuple[Element, str, str]]:
        """For each view attribute that counts sheets, the title that it means."""
        titles = self.titles()
        found = []
        for view in children(child(self._root, "bookViews"), "workbookView"):
            for name in ("activeTab", "firstSheet"):
                place = numeral(view.get(name))
                if place is not None:
                    found.append((view, name, titles[place] if place < len(titles) else ""))
        return found

    def _restore_views(self) -> None:
        titles = self.titles()
        for view, name, title in self._active:
            if title in titles:
                view.set(name, str(titles.index(title)))
            elif whole(view, name) >= len(titles):
                shown = (i for i, sheet in enumerate(self._sheets()) if sheet.get("state", "visible") == "visible")
                view.set(name, str(next(shown, 0)))

    def _sheets(self) -> list[Element]:
        return list(children(child(self._root, "sheets"), "sheet"))

    def _names(self) -> Iterator[Element]:
        return children(child(self._root, "definedNames"), "definedName")

    def _drop_name(self, name: Element) -> None:
        parent = name.getparent()
        if parent is None:
            return
        detach(name)
        if not len(parent):
            detach(parent)


def sheet_reference(title: str) -> str:
    """What the hidden name of a sheet of ours refers to."""
    return f"{quoted(title)}!$A$1"
