"""One worksheet part while it is being edited: its cells spliced in one pass, everything around them as a small tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from ..edits import PutCell, PutColumn, Value
from ..errors import UnsafeEditError
from ..grid import CellRef, Range
from . import columns, links
from .fresh import Fresh, Strip, united
from .package import Package
from .rowtree import RowTree
from .splice import Splicer, is_plain
from .styles import Styles
from .xml import child, children, parse, serialise, utf8

_DATA = re.compile(rb"<sheetData(?:\s[^>]*)?>")
_FILLING = re.compile(rb'<f[^>]*\st="(?:array|dataTable)"[^>]*>')
_REF = re.compile(rb'\sref="([^"]+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PLAIN_FORMULAS = (b"<f>", b"<f ", b"<f/>")


class Worksheet:
    """The part of one sheet; `finish` does the work that is collected, and nothing is written before `commit`."""

    def __init__(self, name: str, part: str, package: Package, styles: Styles, date1904: bool) -> None:
        self.name, self.part, self._package = name, part, package
        self._data = package.read(part)
        self._body = _plain_body(self._data)
        self.root = self._tree()
        self._before = etree.tostring(self.root) if self._body is not None else b""
        self.fresh = Fresh(name, styles, date1904)
        self.strip = Strip(name)
        self._written: list[tuple[Range, Sequence[Value]]] = []
        self._result: bytes | None = None

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

    def _note(self, row: int, column: int, values: Sequence[Value]) -> None:
        if len(values):
            self._written.append((Range(row, column, row + len(values) - 1, column), values))

    # -- doing it
    def finish(self) -> None:
        """Checks what is in the way, then splices the rows; UnsafeEditError when an edit would lose something."""
        self._check_obstacles()
        links.remove(self.root, self.strip.ranges)
        links.add(self.root, self.fresh.links(), self.name)
        if not self.fresh.rows() and not self.strip.ranges:
            return
        base = self._base
        if self._body is None:
            data = child(self.root, "sheetData")
            if data is None:
                raise UnsafeEditError(sheet=self.name, place="", reason="no_sheet_data")
            RowTree(self.fresh, self.strip, base).run(data)
        else:
            self._result = Splicer(self.fresh, self.strip, base).run(self._body)

    def commit(self) -> None:
        self._package.write(self.part, self.to_bytes())

    def to_bytes(self) -> bytes:
        """The part as it is after the edits; the same bytes when there were none."""
        if self._body is None:
            data = serialise(self.root, self._data)
            return self._data if etree.tostring(parse(data)) == etree.tostring(parse(self._data)) else data
        shell = self._shell if etree.tostring(self.root) == self._before else serialise(self.root, self._shell)
        body = self._body if self._result is None else self._result
        if not body and b"<sheetData/>" in self._data:
            return shell
        return shell.replace(b"<sheetData/>", b"<sheetData>" + body + b"</sheetData>", 1)

    def user_formulas(self) -> int:
        """How many formulas there are beside those that go (to be asked after `finish`)."""
        if self._body is None:
            return len(_FORMULA.findall(utf8(self._data))) - len(self.strip.formulas)
        return sum(map(self._body.count, _PLAIN_FORMULAS)) - len(self.strip.formulas)

    def dimension(self, area: Range | None) -> str | None:
        """Widens the stated used range; what it was, None where nothing changed or nothing is stated."""
        node = child(self.root, "dimension")
        if node is None or area is None:
            return None
        was = node.get("ref", "A1")
        wide = united([Range.parse(was), area])
        if wide is None or wide == Range.parse(was):
            return None
        node.set("ref", wide.a1)
        return was

    # -- reading
    def merges(self) -> list[Range]:
        return [Range.parse(m.get("ref", "")) for m in children(child(self.root, "mergeCells"), "mergeCell")]

    def _base(self, column: int) -> int:
        return columns.style_of(self.root, column)

    def _tree(self) -> etree._Element:
        if self._body is None:
            return parse(self._data, self.part)
        match = _DATA.search(self._data)
        assert match is not None  # _plain_body found it
        end = match.end() if match[0].endswith(b"/>") else match.end() + len(self._body) + len(b"</sheetData>")
        self._shell = self._data[: match.start()] + b"<sheetData/>" + self._data[end:]
        return parse(self._shell, self.part)

    def _check_obstacles(self) -> None:
        for kind, area in self._obstacles():
            for written, values in self._written:
                if not area.overlaps(written):
                    continue
                for row in range(max(area.top, written.top), min(area.bottom, written.bottom) + 1):
                    free = kind == "merge" and (row, written.left) == area[:2]
                    if not free and values[row - written.top] not in (None, ""):
                        raise UnsafeEditError(sheet=self.name, place=CellRef(row, written.left).a1, reason=f"inside_{kind}")

    def _obstacles(self) -> Iterator[tuple[str, Range]]:
        yield from (("merge", area) for area in self.merges())
        for part in self._package.related(self.part, "pivotTable"):
            location = child(parse(self._package.read(part), part), "location")
            if location is not None:
                yield "pivot", Range.parse(location.get("ref", ""))
        for text in self._filled():
            area = Range.parse(text)
            if not any(own.overlaps(area) for own in self.strip.ranges):
                yield "array", area

    def _filled(self) -> Iterator[str]:
        """Areas of array formulas and data tables."""
        if self._body is None:
            for formula in self.root.iter("{*}f"):
                if formula.get("t") in ("array", "dataTable") and formula.get("ref"):
                    yield formula.get("ref", "")
        elif b't="array"' in self._body or b't="dataTable"' in self._body:
            for tag in _FILLING.findall(self._body):
                match = _REF.search(tag)
                if match:
                    yield match[1].decode()


def has_formulas(data: bytes) -> bool:
    """Whether a sheet part holds any formula."""
    plain = utf8(data)
    return any(tag in plain for tag in _PLAIN_FORMULAS) or (b"<row" not in plain and _FORMULA.search(plain) is not None)


def _plain_body(data: bytes) -> bytes | None:
    """Inside of ``sheetData`` where it may be spliced on bytes; None for other dialects."""
    if data[:3] == b"\xef\xbb\xbf" or utf8(data) is data:
        match = _DATA.search(data)
        if match is None or data.count(b"<sheetData") != 1 or b'xmlns="' not in data[: match.start()]:
            return None
        if match[0].endswith(b"/>"):
            return b""
        end = data.rfind(b"</sheetData>")
        body = data[match.end() : end] if end > 0 else None
        return body if body is not None and is_plain(body, data[: match.start()]) else None
    return None
