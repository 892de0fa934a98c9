"""styles.xml: cell and differential formats, appended at the end of their lists unless an equal one is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import NamedTuple

from lxml import etree

from ..edits import Style
from ..errors import BrokenXmlError, UnsafeEditError
from .elements import Element, add, attributes_of, new
from .formats import (
    BUILT_IN,
    DATE_NUMBERS,
    REFERENCES,
    canonical,
    canonical_alignment,
    canonical_border,
    is_date_code,
)
from .names import MAIN, STYLES_TYPE, STYLESHEET_ORDER
from .overlay import lay_on_alignment, lay_on_border, lay_on_font, solid, tint
from .package import Package
from .values import whole
from .xml import child, children, insert_in_order, local, namespace, parse, serialise, utf8

_RGB = re.compile("[0-9A-Fa-f]{6}")
_USED = re.compile(rb"<(?:\w+:)?(?:c|row|col)\s[^>]*?\bs(?:tyle)?\s*=\s*[\"']\s*0*([0-9]{1,5})\s*[\"']")
_NAMED_LOOK = re.compile(rb"[dD]xfId\s*=\s*[\"']\s*0*([0-9]{1,5})\s*[\"']")
_MOST_FORMATS = 60_000
"""Excel takes 65,490 cell formats in a workbook: ours never reach those that are named beyond."""
FIRST_CUSTOM = 164
"""Numbers below are the standard's own formats (18.8.30)."""
_DEFAULTS = {
    "fonts": '<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',
    "fills": '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    "borders": "<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellStyleXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
    "cellXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    "cellStyles": '<cellStyle name="Normal" xfId="0" builtinId="0"/>',
}


class Recipe(NamedTuple):
    """A cell format with everything it points to."""

    xf: Element
    code: str
    font: Element
    fill: Element
    border: Element


class Styles:
    """The styles part of a package while it is being edited; nothing is written before `commit`."""

    def __init__(self, data: bytes | None, main: str = MAIN) -> None:
        self._root = parse(data) if data else etree.fromstring(f'<styleSheet xmlns="{main}"/>')
        if local(self._root) != "styleSheet":
            raise BrokenXmlError(part="styles")  # a relationship that leads to another part, which would be changed
        self._namespace = namespace(self._root)
        self._data = data
        self._lists: dict[str, list[Element]] = {}
        self._known: dict[tuple[Style, int], int] = {}
        self._keys: dict[tuple[object, ...], int] | None = None
        self._forms: dict[Element, tuple[object, ...]] = {}
        """Canonical forms of fonts, fills, borders and differential formats, which stay as they are once they were asked for."""
        self._changed = False
        self._highest: dict[str, int] = {}
        """Highest cell format and differential format that are named, maybe without being there, until one is appended."""

    @classmethod
    def of(cls, package: Package) -> Styles:
        """Styles of a workbook, which may have none yet."""
        part = next(iter(package.related(package.main, "styles")), None)
        styles = cls(package.read(part) if part else None, namespace(parse(package.read(package.main))))
        styles._highest = {
            "cellXfs": _highest_used(package, len(styles._list("cellXfs"))),
            "dxfs": max(_highest_look_used(package), highest_look(styles._data or b"")),
        }
        return styles

    def commit(self, package: Package) -> None:
        """Writes the part when something was appended; creates it beside the workbook part when there is none."""
        if not self._changed:
            return
        data = serialise(self._root, self._data)
        part = next(iter(package.related(package.main, "styles")), None)
        if part is None:
            folder = package.main.rpartition("/")[0]
            part = package.free_name(f"{folder}/styles{{}}.xml".lstrip("/"), first="")
            package.add(part, data, STYLES_TYPE)
            package.relate(package.main, "styles", part)
        elif package.read(part) != data:
            package.write(part, data)

    # -- cell formats
    def index(self, style: Style, base: int = 0) -> int:
        """Index of the cell format *base* with the fields of *style* laid over it; appended when there is none."""
        if style == Style():
            return base
        if (style, base) not in self._known:
            _check_colors(style)
            self._known[style, base] = self._ensure(self._laid_over(style, base))
        return self._known[style, base]

    def find(self, style: Style) -> int | None:
        """Index of a style over the default format, without appending."""
        return 0 if style == Style() else self._table().get(self._key(self._laid_over(style, 0)))

    def is_date(self, index: int) -> bool:
        """Whether numbers in a cell of that format show as dates."""
        xf = self._at("cellXfs", index)
        number = whole(xf, "numFmtId")
        return number in DATE_NUMBERS or is_date_code(self._code(number))

    def adopt(self, other: Styles, index: int) -> int:
        """Index of the format here that looks as *index* does in another workbook; default stays default."""
        if index == 0:
            return 0
        recipe = other._recipe(index)
        xf = self._own(recipe.xf)
        xf.set("xfId", "0")
        return self._ensure(Recipe(xf, recipe.code, *(self._own(e) for e in recipe[2:])))

    # -- differential formats
    def dxf(self, style: Style) -> int:
        """Index of the differential format of a conditional format (18.8.14)."""
        _check_colors(style)
        dxf = new(self._root, "dxf")
        font = Style(bold=style.bold, italic=style.italic, underline=style.underline, color=style.color)
        if font != Style():
            dxf.append(lay_on_font(new(self._root, "font"), font))
        if style.number_format is not None:
            number = str(self._number(style.number_format))
            add(dxf, "numFmt", {"numFmtId": number, "formatCode": style.number_format})
        if style.fill is not None:
            dxf.append(tint(self._root, style.fill))
        if style.border is not None or style.border_bottom is not None:
            dxf.append(lay_on_border(new(self._root, "border"), style))
        return self._ensure_dxf(dxf)

    def adopt_dxf(self, other: Styles, index: int) -> int:
        """Index here of a differential format of another workbook."""
        dxf = self._own(other._at("dxfs", index))
        for number_format in (c for c in dxf if local(c) == "numFmt"):
            number_format.set("numFmtId", str(self._number(number_format.get("formatCode", "General"))))
        return self._ensure_dxf(dxf)

    def _ensure_dxf(self, dxf: Element) -> int:
        wanted = canonical(dxf)
        for i, known in enumerate(self._list("dxfs")):
            if self._form(known) == wanted:
                return i
        return self._append("dxfs", dxf)

    # -- formats and their parts
    def _laid_over(self, style: Style, base: int) -> Recipe:
        old = self._recipe(base)
        xf = deepcopy(old.xf)
        font = lay_on_font(deepcopy(old.font), style)
        fill, border = old.fill, old.border
        if style.fill is not None:
            fill = solid(self._root, style.fill)
        if style.border is not None or style.border_bottom is not None:
            border = lay_on_border(deepcopy(old.border), style)
        lay_on_alignment(xf, style)
        return Recipe(xf, old.code if style.number_format is None else style.number_format, font, fill, border)

    def _recipe(self, index: int) -> Recipe:
        xf = self._at("cellXfs", index)
        font, fill, border = (self._at(k[:-2] + "s", whole(xf, k)) for k in REFERENCES)
        return Recipe(xf, self._code(whole(xf, "numFmtId")), font, fill, border)

    def _table(self) -> dict[tuple[object, ...], int]:
        if self._keys is None:
            self._keys = {}
            for i in range(max(1, len(self._list("cellXfs")))):
                self._keys.setdefault(self._key(self._recipe(i)), i)
        return self._keys

    def _key(self, recipe: Recipe) -> tuple[object, ...]:
        """Equal for formats that look and behave the same, whoever wrote them."""
        protection = child(recipe.xf, "protection")
        flags = tuple(recipe.xf.get(k) in ("1", "true") for k in ("quotePrefix", "pivotButton"))
        return (
            recipe.code,
            *map(self._form, (recipe.font, recipe.fill, recipe.border)),
            canonical_alignment(child(recipe.xf, "alignment")),
            None if protection is None else canonical(protection),
            recipe.xf.get("xfId", "0"),
            flags,
        )

    def _form(self, element: Element) -> tuple[object, ...]:
        if element not in self._forms:
            self._forms[element] = canonical_border(element) if local(element) == "border" else canonical(element)
        return self._forms[element]

    def _ensure(self, recipe: Recipe) -> int:
        table, key = self._table(), self._key(recipe)
        if key not in table:
            xf = recipe.xf
            before = {k: xf.get(k, "0") for k in ("numFmtId", *REFERENCES)}
            xf.set("numFmtId", str(self._number(recipe.code)))
            for name, element in zip(REFERENCES, recipe[2:], strict=True):
                xf.set(name, str(self._same(name[:-2] + "s", element)))
            for name, flag in zip(before, ("NumberFormat", "Font", "Fill", "Border"), strict=True):
                if xf.get(name) != before[name]:
                    xf.set("apply" + flag, "1")
            xf.set("xfId", xf.get("xfId", "0"))
            table[key] = self._append("cellXfs", xf)
        return table[key]

    def _same(self, name: str, element: Element) -> int:
        """Position of an equal font, fill or border; appended when there is none."""
        self._section(name)
        wanted = self._form(element)
        for i, known in enumerate(self._list(name)):
            if self._form(known) == wanted:
                return i
        return self._append(name, deepcopy(element))

    def _code(self, number: int) -> str:
        listed = next((f for f in self._list("numFmts") if f.get("numFmtId") == str(number)), None)
        return BUILT_IN.get(number, f"#{number}") if listed is None else listed.get("formatCode", "General")

    def _number(self, code: str) -> int:
        """Number of a format code; a custom one is added above all that are in use."""
        if code.startswith("#") and code[1:].isdigit() and not BUILT_IN.get(int(code[1:])):
            return int(code[1:])  # a number of the standard whose code depends on the language
        formats = self._list("numFmts")
        number = next((n for n, c in BUILT_IN.items() if c == code), None)
        if number is None:
            number = next((whole(f, "numFmtId") for f in formats if f.get("formatCode") == code), None)
        if number is None:
            used = [whole(node, "numFmtId") for node in (*formats, *self._list("cellXfs"))]
            number = max([FIRST_CUSTOM - 1, *used]) + 1
            self._append("numFmts", new(self._root, "numFmt", {"numFmtId": str(number), "formatCode": code}))
        return number

    # -- lists
    def _list(self, name: str) -> list[Element]:
        if name not in self._lists:
            self._lists[name] = list(children(child(self._root, name)))
        return self._lists[name]

    def _at(self, name: str, index: int) -> Element:
        """Entry of a list; where the list or the entry is missing, the default that readers assume."""
        entries = self._list(name)
        if 0 <= index < len(entries):
            return entries[index]
        return entries[0] if entries else next(self._default(name))

    def _section(self, name: str) -> Element:
        section = child(self._root, name)
        if section is None:
            section = new(self._root, name)
            insert_in_order(self._root, section, STYLESHEET_ORDER)
            for element in self._default(name):
                section.append(element)
            self._lists.pop(name, None)
        elif not self._list(name) and name in _DEFAULTS:
            section.extend(self._default(name))
            self._lists.pop(name, None)
        return section

    def _append(self, name: str, element: Element) -> int:
        if name == "cellXfs" and child(self._root, name) is None:
            for other in ("fonts", "fills", "borders", "cellStyleXfs", "cellStyles"):
                self._section(other)
        section = self._section(name)
        if name in self._highest:  # what names a format that isn't there shows none, and is not to take on one of ours
            section.extend(self._plain(name) for _ in range(len(self._list(name)), self._highest.pop(name) + 1))
            self._lists.pop(name, None)
        entries = self._list(name)
        extension = next((node for node in section if local(node) == "extLst"), None)
        section.insert(len(section) if extension is None else section.index(extension), element)
        entries.append(element)
        section.set("count", str(len(entries)))
        self._changed = True
        return len(entries) - 1

    def _plain(self, name: str) -> Element:
        return next(self._default("cellXfs")) if name == "cellXfs" else new(self._root, "dxf")

    def _default(self, name: str) -> Iterator[Element]:
        inner = _DEFAULTS.get(name, "")
        yield from list(etree.fromstring(f'<x xmlns="{self._namespace}">{inner}</x>'))

    def _own(self, element: Element) -> Element:
        """Deep copy in the namespace of this part."""
        plain = {k: v for k, v in attributes_of(element).items() if not k.startswith("{")}
        copy = new(self._root, local(element), plain)
        copy.text = element.text
        copy.extend([self._own(c) for c in element if isinstance(c.tag, str) and local(c) != "extLst"])
        return copy


def _highest_used(package: Package, there: int) -> int:
    """Highest index of a cell format from *there* on in the columns, rows and cells of the worksheets, -1 where there is none."""
    parts = (sheet.part for sheet in package.sheets() if sheet.kind == "worksheet" and sheet.part is not None)
    return max((_highest_in(package, part, there) for part in parts), default=-1)


def _highest_in(package: Package, part: str, there: int) -> int:
    seen = package.seen(part)
    return highest_format(package.read(part), there) if seen is None else seen.highest_format


def _highest_look_used(package: Package) -> int:
    """Highest index of a differential format in the worksheets, their tables and their pivot tables, -1 where there is none."""
    highest = -1
    for part in (sheet.part for sheet in package.sheets() if sheet.kind == "worksheet" and sheet.part is not None):
        seen = package.seen(part)
        others = [*package.related(part, "table"), *package.related(part, "pivotTable")]
        found = highest_look(package.read(part)) if seen is None else seen.highest_look
        highest = max(highest, found, *(highest_look(package.read(other)) for other in others))
    return highest


def highest_look(data: bytes) -> int:
    """Highest index of a differential format that a part names, -1 where there is none."""
    return max((index for index in map(int, _NAMED_LOOK.findall(utf8(data))) if index < _MOST_FORMATS), default=-1)


def highest_format(data: bytes, there: int) -> int:
    """Highest index of a cell format from *there* on that a worksheet names, -1 where there is none."""
    plain = utf8(data)
    if not any(plain[m.start() - 1 : m.start()].isspace() for m in re.finditer(_from(there), plain)):
        return -1
    return max((index for index in map(int, _USED.findall(plain)) if there <= index < _MOST_FORMATS), default=-1)


def _from(number: int) -> bytes:
    """Pattern of the attributes that name a format from a number on, and of few others; most sheets have none of them."""
    first, more = str(number)[:1], len(str(number)) - 1
    return rb"s(?:tyle)?\s*=\s*[\"']\s*0*(?:[%b-9][0-9]{%d}|[0-9]{%d})" % (first.encode(), more, more + 2)


def _check_colors(style: Style) -> None:
    """UnsafeEditError for a colour that is none: programs can't open a styles part that holds one (18.18.86)."""
    for color in (style.fill, style.color, style.border, style.border_bottom):
        if color is not None and _RGB.fullmatch(color) is None:
            raise UnsafeEditError(sheet="", place="", reason="bad_color")
