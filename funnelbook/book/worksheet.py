"""One worksheet part while it is being edited: cells spliced in one pass, everything around them as a small tree."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from lxml import etree

from ..edits import PutCell, PutColumn, Value
from ..errors import BrokenXmlError, UnsafeEditError
from ..grid import CellRef, Range
from . import columns, links
from .elements import unset
from .fresh import Fresh, Strip, united
from .package import Package
from .packing import Packed, Packing
from .rels import named_ids
from .rows import holds, refuse_nowhere
from .rowtree import RowTree, numbered_rows
from .splice import Splicer, is_plain
from .styles import Styles
from .values import area_at, area_of
from .xml import child, children, parse, serialise, utf8

_DATA = re.compile(rb"<sheetData(?:\s[^>]*|/)?>")
_FILLING = re.compile(rb'<f[^>]*\st="(?:array|dataTable)"[^>]*>')
_REF = re.compile(rb'\sref="([^"]+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW, _HIDDEN = re.compile(rb'<row r="([0-9]{1,10})"[^>]*>'), re.compile(rb'\shidden="[^"]*"')
_DIGITS = 10
"""Of the number of a shared string."""
_NO_DATA = b"<sheetData/>"
_PLAIN_FORMULAS = (b"<f>", b"<f ", b"<f/>")


class Worksheet:
    """The part of one sheet; `finish` does the work that is collected, and nothing is written before `commit`."""

    def __init__(self, name: str, part: str, data: bytes, package: Package, styles: Styles, date1904: bool) -> None:
        self.name, self.part, self._package = name, part, package
        seen = package.seen(part)
        known = None if seen is None else seen.span
        self._data, self._span = data, known or _plain_span(data)
        """Where the inside of ``sheetData`` stands in the part when it is in the plain dialect; kept so, it isn't there twice."""
        self._shell = data if self._span is None else _shell(data, *self._span)
        self.root = parse(self._shell, part)
        if self._span is not None:
            if known is None:
                refuse_nowhere(data, *self._span, part)
            package.names_as_it_came(part, named_ids(self._shell))
        if len(list(islice(self.root.iter("{*}sheetData"), 2))) > 1:
            raise BrokenXmlError(part=part)  # nobody knows which of them counts
        self._before = etree.tostring(self.root)
        self._formulas = 0
        self.fresh = Fresh(name, styles, date1904)
        self.fresh.is_blank = self._is_blank
        self.strip = Strip(name)
        self._written: list[tuple[Range, Sequence[Value]]] = []
        self._rows: Packing | None = None

    # -- what is to be done
    def put_cell(self, edit: PutCell) -> None:
        self.fresh.cell(edit)
        self._note(edit.row, edit.column, [edit.value])

    def put_column(self, edit: PutColumn) -> None:
        self.fresh.column(edit)
        self._note(edit.header_row, edit.column, [edit.header])
        self._note(edit.first_row, edit.column, edit.values)

    def take_out(self, ranges: Iterable[Range], looks: Iterable[int]) -> None:
        """Cells of an earlier run that go, with their links."""
        self.strip = Strip(self.name, ranges, looks)

    def show_rows(self, area: Range) -> None:
        """Rows of a range are hidden no more: the filter that hid them has lost its conditions."""
        data = child(self.root, "sheetData")
        if self._span is None:
            for row, number in numbered_rows(data) if data is not None else ():
                if area.top <= number <= area.bottom:
                    unset(row, "hidden")
        elif holds(self._data, b" hidden=", b"h", *self._span):
            start, end = self._span
            self._data = _ROW.sub(partial(_shown, area), self._data[start:end])
            self._span = 0, len(self._data)

    def _note(self, row: int, column: int, values: Sequence[Value]) -> None:
        if len(values):
            self._written.append((Range(row, column, row + len(values) - 1, column), values))

    # -- doing it
    def finish(self) -> None:
        """Checks what is in the way, then splices the rows; UnsafeEditError when an edit would lose something."""
        self._check_obstacles()
        links.remove(self.root, self.strip.ranges)
        links.add(self.root, self.fresh.links(), self.name)
        self._formulas = self._count_formulas()
        if not self.fresh.rows() and not self.strip.ranges:
            return
        base = self._base
        if self._span is None:
            data = child(self.root, "sheetData")
            if data is None:
                raise UnsafeEditError(sheet=self.name, place="", reason="no_sheet_data")
            RowTree(self.fresh, self.strip, base).run(data)
        else:
            self._rows = Packing(Splicer(self.fresh, self.strip, base).run(self._data, *self._span))
            self._data, self._span = b"", (0, 0)
        self._package.forget(self.part)

    def commit(self) -> None:
        self._package.write(self.part, self.contents())

    def to_bytes(self) -> bytes:
        """The part as it is after the edits; the same bytes when there were none."""
        found = self.contents()
        return found if isinstance(found, bytes) else found.inflated() or b""

    def contents(self) -> bytes | Packed:
        """The part after the edits, packed where rows changed."""
        shell = self._shell if etree.tostring(self.root) == self._before else serialise(self.root, self._shell)
        start, end = self._span or (0, 0)
        if start == end and not self._rows:
            return shell
        head, _, tail = shell.partition(_NO_DATA)
        head, tail = head + b"<sheetData>", b"</sheetData>" + tail
        return b"".join((head, self._data[start:end], tail)) if self._rows is None else self._rows.between(head, tail)

    def user_formulas(self) -> int:
        """How many formulas there are beside those that go (to be asked after `finish`)."""
        return self._formulas - len(self.strip.formulas)

    def _count_formulas(self) -> int:
        if self._span is None:
            return len(_FORMULA.findall(utf8(self._shell)))
        found = holds(self._data, b"<f", b"f", *self._span)
        return sum(self._data.count(tag, *self._span) for tag in _PLAIN_FORMULAS) if found else 0

    def dimension(self, area: Range | None) -> str | None:
        """Widens the stated used range; what it was, None where nothing changed or nothing is stated."""
        node = child(self.root, "dimension")
        if node is None or area is None:
            return None
        was = node.get("ref", "A1")
        stated = area_at(node, default="A1")
        wide = united([stated, area])
        if wide is None or wide == stated:
            return None
        node.set("ref", wide.a1)
        return was

    # -- reading
    def merges(self) -> list[Range]:
        return [area_at(m) for m in children(child(self.root, "mergeCells"), "mergeCell")]

    def _is_blank(self, number: str) -> bool:
        if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
            return False
        for part in self._package.related(self._package.main, "sharedStrings"):
            item = next(islice(children(parse(self._package.read(part), part), "si"), int(number), None), None)
            return item is not None and not "".join(map(str, item.itertext())).strip()
        return False

    def _base(self, column: int) -> int:
        return columns.style_of(self.root, column)

    def _check_obstacles(self) -> None:
        for kind, area in self._obstacles():
            for written, values in self._written:
                if not area.overlaps(written):
                    continue
                for row in range(max(area.top, written.top), min(area.bottom, written.bottom) + 1):
                    free = kind == "merge" and (row, written.left) == area[:2]
                    if not free and values[row - written.top] not in (None, ""):
                        place = CellRef(row, written.left).a1
                        raise UnsafeEditError(sheet=self.name, place=place, reason=f"inside_{kind}")

    def _obstacles(self) -> Iterator[tuple[str, Range]]:
        yield from (("merge", area) for area in self.merges())
        for part in self._package.related(self.part, "pivotTable"):
            location = child(parse(self._package.read(part), part), "location")
            if location is not None:
                yield "pivot", area_at(location)
        for text in self._filled():
            area = area_of(text, self.root, "f")
            if not any(own.overlaps(area) for own in self.strip.ranges):
                yield "array", area

    def _filled(self) -> Iterator[str]:
        """Areas of array formulas and data tables."""
        if self._span is None:
            for formula in self.root.iter("{*}f"):
                if formula.get("t") in ("array", "dataTable") and formula.get("ref"):
                    yield formula.get("ref", "")
        elif holds(self._data, b't="array"', b"y", *self._span) or holds(self._data, b't="dataTable"', b"T", *self._span):
            for tag in _FILLING.findall(self._data, *self._span):
                match = _REF.search(tag)
                if match:
                    yield match[1].decode(errors="replace")


def _shown(area: Range, row: re.Match[bytes]) -> bytes:
    return _HIDDEN.sub(b"", row[0]) if area.top <= int(row[1]) <= area.bottom else row[0]


def has_formulas(data: bytes) -> bool:
    """Whether a sheet part holds any formula."""
    plain = utf8(data)
    return any(tag in plain for tag in _PLAIN_FORMULAS) or (b"<row" not in plain and _FORMULA.search(plain) is not None)


def _plain_span(data: bytes) -> tuple[int, int] | None:
    """Where the inside of ``sheetData`` begins and ends when the part may be spliced on bytes; None when it is in another dialect."""
    match = _DATA.search(data)
    if match is None or data.count(b"<sheetData") != 1 or b'xmlns="' not in data[: match.start()]:
        return None
    start = match.end()
    if utf8(data[:start]) != data[:start].removeprefix(codecs.BOM_UTF8):
        return None
    if data[start - 2 : start] == b"/>":
        return start, start
    end = data.rfind(b"</sheetData>")
    return (start, end) if end >= start and is_plain(data, start, end) else None


def _shell(data: bytes, start: int, end: int) -> bytes:
    """The part without its rows; an element that was self-closed or empty reads the same."""
    head = data[: data.rindex(b"<sheetData", 0, start)]
    closed = data[start - 2 : start] == b"/>"
    return head + _NO_DATA + data[start if closed else end + len(b"</sheetData>") :]
