"""The reading copy: a zip in memory that holds each distinct cell once, for calamine to say what it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from ..grid import letters
from .archive import zipped
from .names import CONTENT_TYPES, MAIN, PACKAGE_RELATIONSHIPS, RELATIONSHIPS
from .package import Package
from .packing import Packed
from .plain import plain_strings
from .values import numeral
from .xml import child, children, parse

_BUILT_IN_PERCENTS = frozenset({9, 10})
WIDTH = 64
"""Cells of a row of the copy."""
_SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
_HEADS = [f'<c r="{letters(column)}'.encode() for column in range(1, WIDTH + 1)]
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True)
class CellFormats:
    """The number formats of a workbook: codes of its own, and the number that each cell format (cellXfs) has."""

    codes: Mapping[int, str]
    numbers: tuple[int, ...]

    def percents(self) -> frozenset[int]:
        """Indexes of the cell formats that show a number as a percentage (18.8.30)."""
        shown = {n for n, code in self.codes.items() if "%" in _LITERAL.sub("", code)} | _BUILT_IN_PERCENTS
        return frozenset(index for index, number in enumerate(self.numbers) if number in shown)


def cell_formats(package: Package) -> CellFormats:
    """Number formats of a package; none where it has no styles part. Raises BrokenXmlError."""
    part = next(iter(package.related(package.main, "styles")), None)
    if part is None:
        return CellFormats({}, ())
    root = parse(package.read(part), part)
    known = ((numeral(node.get("numFmtId")), node.get("formatCode") or "") for node in children(child(root, "numFmts"), "numFmt"))
    codes = {number: code for number, code in known if number is not None}
    return CellFormats(codes, tuple(_int(xf.get("numFmtId")) for xf in children(child(root, "cellXfs"), "xf")))


def sheet_of(distinct: Sequence[bytes]) -> Packed:
    """Worksheet of each distinct cell once, in rows of *WIDTH* from the second on; the first is full, so that the sheet begins at A1."""
    rows = (_row(number, distinct[at : at + WIDTH]) for number, at in enumerate(range(0, len(distinct), WIDTH), start=2))
    return Packed.stored(b"".join((_SHEET, _row(1, [b"><v>0</v>"] * WIDTH), *rows, b"</sheetData></worksheet>")))


def _row(number: int, cells: Sequence[bytes]) -> bytes:
    name = b'%d"' % number
    named = [head + name + cell for head, cell in zip(_HEADS, cells, strict=False)]
    return b'<row r="' + name + b">" + b"</c>".join(named) + b"</c></row>"


def reading_copy(package: Package, sheets: Iterable[Packed], formats: CellFormats, dates1904: bool) -> bytes:
    """Bytes of a workbook that holds the sheets under the names "1", "2", and so on, with the package's strings and formats."""
    files = {f"xl/worksheets/sheet{number}.xml": packed for number, packed in enumerate(sheets, 1)}
    count = len(files)
    files["[Content_Types].xml"] = _file(f'<Types xmlns="{CONTENT_TYPES}"/>')
    files["_rels/.rels"] = _relationships([("rId1", "officeDocument", "xl/workbook.xml")])
    pointers = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, count + 1)]
    pointers.append((f"rId{count + 1}", "styles", "styles.xml"))
    strings = next(iter(package.related(package.main, "sharedStrings")), None)
    if strings is not None:
        files["xl/sharedStrings.xml"] = _strings(package, strings)
        pointers.append((f"rId{count + 2}", "sharedStrings", "sharedStrings.xml"))
    files[_WORKBOOK_RELS] = _relationships(pointers)
    files["xl/workbook.xml"] = _workbook(count, dates1904)
    files["xl/styles.xml"] = _styles(formats)
    return zipped(files)


def _strings(package: Package, part: str) -> Packed:
    data = package.read(part)
    plain = plain_strings(data, part)
    package.forget(part)
    return package.packed(part) if plain is data else Packed.stored(plain)


def _workbook(count: int, dates1904: bool) -> Packed:
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, count + 1))
    return _file(
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><workbookPr date1904="{int(dates1904)}"/><sheets>{sheets}</sheets></workbook>'
    )


def _styles(formats: CellFormats) -> Packed:
    codes = "".join(f'<numFmt numFmtId="{n}" formatCode={quoteattr(code)}/>' for n, code in formats.codes.items())
    xfs = "".join(f'<xf numFmtId="{number}"/>' for number in formats.numbers)
    return _file(f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>')


def _relationships(pointers: Iterable[tuple[str, str, str]]) -> Packed:
    nodes = (f'<Relationship Id="{i}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"/>' for i, kind, target in pointers)
    return _file(f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}">{"".join(nodes)}</Relationships>')


def _file(text: str) -> Packed:
    return Packed.stored(text.encode("utf-8"))


def _int(text: str | None) -> int:
    return numeral(text) or 0
