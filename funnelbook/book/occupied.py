"""Which cells of a worksheet are taken by other things than values: drawings, controls, pivots, tables, notes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from ..edits import NOTE_AUTHOR
from ..grid import MAX_COLUMN, MAX_ROW, CellRef, ExcelTable, Owned, Range
from .package import Package
from .values import numeral, ranges_of
from .vml import Drawing, told_checksum
from .xml import child, children, is_true, parse, utf8

_EMU_PER_PIXEL, _EMU_PER_POINT = 9525, 12700
_PIXELS_PER_DIGIT, _PADDING = 7, 5
"""Width of a digit of Calibri 11 and what Excel adds to a column of digits (18.3.1.13)."""
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 8.43, 15.0
_SHAPE = re.compile(rb"<(?:\w+:)?ClientData\b[^>]*ObjectType\s*=\s*[\"'](\w+)[\"'][^>]*>(.*?)</(?:\w+:)?ClientData>", re.S)
_VML_ANCHOR = re.compile(rb"<(?:\w+:)?Anchor>\s*([^<]*?)\s*</")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_FED = ("queryTable", "xml")


def merged_ranges(rest: etree._Element) -> tuple[Range, ...]:
    """Merged ranges of a worksheet (18.3.1.55)."""
    return tuple(ranges_of(node.get("ref") for node in children(child(rest, "mergeCells"), "mergeCell")))


def filter_range(rest: etree._Element) -> Range | None:
    """Range of the worksheet's own AutoFilter (18.3.1.2)."""
    node = child(rest, "autoFilter")
    return None if node is None else next(ranges_of([node.get("ref")]), None)


def excel_tables(package: Package, part: str) -> tuple[ExcelTable, ...]:
    """Excel Tables of a worksheet part (18.5.1.2)."""
    found = ((name, parse(package.read(name), name)) for name in package.related(part, "table"))
    return tuple(table for name, root in found for table in _excel_table(package, name, root))


def owned_ranges(package: Package, part: str, rest: etree._Element) -> Iterator[Owned]:
    """What occupies cells of a worksheet part, arrays, merges and tables aside."""
    sizes = _Sizes(rest)
    for drawing in package.related(part, "drawing"):
        for anchor in children(parse(package.read(drawing), drawing)):
            yield from (Owned(area, "drawing") for area in _anchored(anchor, sizes))
    for name in ("controls", "oleObjects"):
        objects = child(rest, name)
        for anchor in () if objects is None else objects.iter("{*}anchor"):
            yield from (Owned(area, "control") for area in _anchored(anchor, sizes))
    for vml in _legacy_drawings(package, part, rest):
        yield from (Owned(area, "control") for area in _shapes(utf8(package.read(vml))))
    for pivot in package.related(part, "pivotTable"):
        yield from (Owned(area, "pivot") for area in _pivot(parse(package.read(pivot), pivot)))
    for cells in package.related(part, "tableSingleCells"):
        refs = (node.get("r") for node in children(parse(package.read(cells), cells), "singleXmlCell"))
        yield from (Owned(area, "table") for area in ranges_of(refs))


def noted_cells(package: Package, part: str) -> frozenset[CellRef]:
    """Cells of a worksheet part with a note or a threaded comment that isn't ours."""
    refs: list[str | None] = [note.get("ref") for author, note in _notes(package, part) if author != NOTE_AUTHOR]
    for name in package.related(part, "threadedComment"):
        refs += [node.get("ref") for node in children(parse(package.read(name), name), "threadedComment")]
    return frozenset(CellRef(area.top, area.left) for area in ranges_of(refs))


def nameless_notes(package: Package, part: str) -> dict[CellRef, str]:
    """Texts of the notes whose author has no name, and of ours whose checksum is lost, by cell."""
    sure = {
        place
        for vml in package.related(part, "vmlDrawing")
        for place, shape in Drawing(package.read(vml)).notes().items()
        if told_checksum(shape)
    }
    notes = [
        note
        for author, note in _notes(package, part)
        if author is not None and (not author.strip() or (author == NOTE_AUTHOR and not _places(note) <= sure))
    ]
    texts = ("".join(node.text or "" for node in note.iter("{*}t")) for note in notes)
    return {CellRef(area.top, area.left): text for note, text in zip(notes, texts, strict=True) for area in ranges_of([note.get("ref")])}


def _places(note: etree._Element) -> set[tuple[int, int]]:
    return {(area.top, area.left) for area in ranges_of([note.get("ref")])}


def _notes(package: Package, part: str) -> Iterator[tuple[str | None, etree._Element]]:
    """Every note of a worksheet part with its author; None where the number says nobody."""
    for name in package.related(part, "comments"):
        root = parse(package.read(name), name)
        authors = [node.text or "" for node in children(child(root, "authors"), "author")]
        for note in children(child(root, "commentList"), "comment"):
            number = numeral(note.get("authorId") or "0")
            yield None if number is None else next(iter(authors[number : number + 1]), None), note


class _Sizes:
    """Widths of columns and the height of a row in EMU, for anchors that give a size instead of a second cell."""

    def __init__(self, rest: etree._Element) -> None:
        self._rest = rest
        form = child(rest, "sheetFormatPr")
        width, height = (None, None) if form is None else (form.get("defaultColWidth"), form.get("defaultRowHeight"))
        self._width = _emu_of_width(_float(width, _DEFAULT_WIDTH))
        self.height = max(1, int(_float(height, _DEFAULT_HEIGHT) * _EMU_PER_POINT))

    @cached_property
    def _columns(self) -> list[tuple[int, int, int]]:
        nodes = children(child(self._rest, "cols"), "col")
        return [(_int(node.get("min")), _int(node.get("max")), _column_width(node)) for node in nodes]

    def column_at(self, first: int, offset: int) -> int:
        """Column, from 0, that *offset* EMU right of the left edge of column *first* lies in."""
        column = first
        while column < MAX_COLUMN - 1 and offset > self._width_of(column + 1):
            offset -= self._width_of(column + 1)
            column += 1
        return column

    def _width_of(self, column: int) -> int:
        return next((width for low, high, width in self._columns if low <= column <= high), self._width)


def _anchored(anchor: etree._Element, sizes: _Sizes) -> Iterator[Range]:
    """Range of an anchor (20.5.2.33, 20.5.2.24, 20.5.2.1); row heights other than the default are not counted."""
    start, stop, size, place = (child(anchor, name) for name in ("from", "to", "ext", "pos"))
    left, top = _mark(start, "col"), _mark(start, "row")
    across, down = _mark(start, "colOff"), _mark(start, "rowOff")
    if start is None and place is not None:
        across, down = _int(place.get("x")), _int(place.get("y"))
    if stop is not None:
        right, bottom = _mark(stop, "col"), _mark(stop, "row")
    elif size is not None:
        right = sizes.column_at(left, across + _int(size.get("cx")))
        bottom = top + (down + _int(size.get("cy"))) // sizes.height
        left, top = (sizes.column_at(0, across), down // sizes.height) if start is None else (left, top)
    else:
        return
    yield _clamped(top, left, bottom, right)


def _shapes(vml: bytes) -> Iterator[Range]:
    """Ranges of the controls of a VML part, which need not be well-formed; notes float and own nothing."""
    for kind, inner in _SHAPE.findall(vml):
        anchor = _VML_ANCHOR.search(inner)
        numbers = [] if anchor is None else [_int(n.strip().decode(errors="replace")) for n in anchor[1].split(b",")]
        if kind != b"Note" and len(numbers) == 8:
            left, _, top, _, right, _, bottom, _ = numbers
            yield _clamped(top, left, bottom, right)


def _legacy_drawings(package: Package, part: str, rest: etree._Element) -> list[str]:
    """VML parts of a worksheet, those of its header and footer left out."""
    node = child(rest, "legacyDrawing")
    ids = set() if node is None else {value for name, value in node.attrib.items() if str(name).endswith("}id")}
    return [r.part for r in package.relationships(part) if r.kind == "vmlDrawing" and r.part and r.id in ids]


def _pivot(root: etree._Element) -> Iterator[Range]:
    """Location of a pivot table with its page fields, which stand above it after an empty row (18.10.1.49)."""
    location = child(root, "location")
    if location is None:
        return
    pages = _int(location.get("rowPageCount"))
    for area in ranges_of([location.get("ref")]):
        yield area._replace(top=max(1, area.top - pages - 1)) if pages else area


def _excel_table(package: Package, name: str, root: etree._Element) -> Iterator[ExcelTable]:
    columns = list(children(child(root, "tableColumns"), "tableColumn"))
    fed = root.get("tableType") in _FED or bool(package.related(name, "queryTable"))
    mapped = any(child(column, "xmlColumnPr") is not None or column.get("queryTableFieldId") for column in columns)
    header, totals = root.get("headerRowCount"), root.get("totalsRowCount")
    for area in ranges_of([root.get("ref")]):
        yield ExcelTable(
            root.get("displayName") or root.get("name") or "",
            area,
            tuple(unescaped(column.get("name") or "") for column in columns),
            1 if header is None else _int(header),
            _int(totals),
            fed or mapped,
        )


def unescaped(text: str) -> str:
    """Text of an ST_Xstring (22.9.2.19): _x000a_ is a line break."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _clamped(top: int, left: int, bottom: int, right: int) -> Range:
    """Range of rows and columns counted from 0, within the sheet."""
    first = Range(min(max(top, 0) + 1, MAX_ROW), min(max(left, 0) + 1, MAX_COLUMN), 0, 0)
    return first._replace(bottom=min(max(bottom + 1, first.top), MAX_ROW), right=min(max(right + 1, first.left), MAX_COLUMN))


def _mark(marker: etree._Element | None, name: str) -> int:
    """Number that a from or to marker gives under a name; controls write it with the unit or not at all."""
    node = child(marker, name)
    return 0 if node is None else _int((node.text or "").strip())


def _column_width(node: etree._Element) -> int:
    return 0 if is_true(node.get("hidden")) else _emu_of_width(_float(node.get("width"), 0))


def _emu_of_width(characters: float) -> int:
    return int((characters * _PIXELS_PER_DIGIT + _PADDING) * _EMU_PER_PIXEL) if characters > 0 else 0


def _int(text: str | None) -> int:
    match = re.match(r"-?[0-9]{1,18}", (text or "").strip())
    return int(match[0]) if match else 0


def _float(text: str | None, default: float) -> float:
    try:
        number = float(text) if text is not None else default
    except ValueError:
        return default
    return number if math.isfinite(number) else default
