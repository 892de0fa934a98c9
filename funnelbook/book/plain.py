"""The plain dialect of worksheet XML, in which cells can be found by searching bytes, and how any other is put into it.

Plain is what nearly every program writes: UTF-8, the transitional namespace without prefix, rows and cells that begin
with their reference in double quotes, no comments or CDATA.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from ..errors import BrokenXmlError
from ..grid import MAX_COLUMN, MAX_ROW, letters
from .distinct import Cells, cells_of
from .names import MAIN
from .rows import holds
from .values import column_at, numeral, row_at
from .xml import child, children, is_true, local, parse, utf8

_ROOT = re.compile(rb"(?:<\?xml[^>]*\?>\s*)?<(worksheet|sst)\s[^>]*>")
_MAIN = f' xmlns="{MAIN}"'.encode()
_COUNT = re.compile(rb'uniqueCount\s*=\s*["\']\s*([0-9]+)')
_MARKS = (b"<!--", b"<![CDATA[")
_OPEN, _CLOSE, _EMPTY = b"<sheetData", b"</sheetData>", b"<sheetData/>"


@dataclass(frozen=True, eq=False)
class PlainSheet:
    """A worksheet in the plain dialect."""

    body: bytes
    start: int
    """Where the rows begin in *body*."""
    end: int
    """Where they end."""
    rest: etree._Element
    """The worksheet without its rows; in whatever namespace it came."""
    cells: Cells
    span: tuple[int, int] | None
    """Where the rows stand in the part as it came, if they can be edited there without a further look."""
    outline: bytes
    """The part as it came, or so much of it that every tag of the rows with other attributes is there once."""


def plain_sheet(data: bytes, part: str) -> PlainSheet:
    """Worksheet part in the plain dialect; raises BrokenXmlError (facts: part)."""
    body = utf8(data)
    root = _ROOT.match(body)
    start = body.find(_OPEN)
    if root is None or root[1] != b"worksheet" or _MAIN not in root[0] or start < 0 or b"<!" in body[:start]:
        return normalised(data, part)
    stop = body.find(b">", start) + 1
    empty = body[stop - 2 : stop] == b"/>"
    end = stop if empty else body.rfind(_CLOSE)
    # In a comment may stand what looks like the end of the rows.
    cells = cells_of(body, stop, end, part) if end >= stop and body.find(b"<!--", end) < 0 else None
    if cells is None:
        return normalised(data, part)
    rest = parse(body[:start] + _EMPTY + body[end + (0 if empty else len(_CLOSE)) :], part)
    if body is not data:
        return PlainSheet(body, stop, end, rest, cells, None, data)
    editable = cells.usual and not any(b"xmlns" in head for head in cells.heads) and not holds(body, _OPEN, b"h", stop)
    outline = b"".join((body[:stop], *(b"<c" + head + b">" for head in sorted(cells.heads)), body[end:]))
    return PlainSheet(body, stop, end, rest, cells, (stop, end) if editable else None, outline)


def normalised(data: bytes, part: str) -> PlainSheet:
    """Worksheet part of any dialect, rewritten in the plain one, without the cells that no worksheet has room for."""
    out = []
    parser = etree.iterparse(io.BytesIO(data), tag="{*}row", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    number = 0
    try:
        for _, row in parser:
            parent = row.getparent()
            if parent is None or local(parent) != "sheetData":
                continue
            stated = numeral(row.get("r"))
            if stated == 0:
                raise BrokenXmlError(part=part)  # programs take it for different rows
            number = stated or number + 1
            if number <= MAX_ROW:
                out.append(_row(row, number, part))
            parent.remove(row)
    except etree.XMLSyntaxError as error:
        raise BrokenXmlError(part=part, reason=str(error)) from None
    if parser.root is None or local(parser.root) != "worksheet":
        raise BrokenXmlError(part=part)
    start = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    body = b"".join((start, *out, _CLOSE, b"</worksheet>"))
    end = len(body) - len(_CLOSE + b"</worksheet>")
    cells = cells_of(body, len(start), end, part)
    if cells is None:
        raise BrokenXmlError(part=part)
    return PlainSheet(body, len(start), end, parser.root, cells, None, data)


def plain_strings(data: bytes, part: str) -> bytes:
    """Shared strings part in the plain dialect: as it came, or one plain text per item."""
    root = _ROOT.match(data)
    if root and root[1] == b"sst" and _MAIN in root[0] and _counts(root[0], data) and not any(mark in data for mark in _MARKS):
        return data
    items = (f"<si>{_text(text_of(item))}</si>" for item in children(parse(data, part), "si"))
    return f'<sst xmlns="{MAIN}">{"".join(items)}</sst>'.encode()


def _counts(root: bytes, data: bytes) -> bool:
    """Whether there may be as many items as are announced: calamine makes room for them."""
    counts = (numeral(count.decode()) for count in _COUNT.findall(root))
    return all(count is not None and count <= len(data) // len(b"<si/>") for count in counts)


def text_of(item: etree._Element) -> str:
    """Text of a string item (18.4.8), inline or shared: its runs, without phonetic hints."""
    texts = []
    for node in children(item):
        if local(node) == "t":
            texts.append(node.text or "")
        elif local(node) == "r":
            texts.extend(t.text or "" for t in children(node, "t"))
    return "".join(texts)


def _row(row: etree._Element, number: int, part: str) -> bytes:
    if any(row_at(cell) not in (None, number) for cell in children(row, "c")):
        raise BrokenXmlError(part=part)  # nobody knows which of the two counts
    hidden = ' hidden="1"' if is_true(row.get("hidden")) else ""
    cells = "".join(_cell(cell, f"{letters(column)}{number}") for cell, column in _cells(row) if column <= MAX_COLUMN)
    return f'<row r="{number}"{hidden}>{cells}</row>'.encode()


def _cells(row: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    column = 0
    for cell in children(row, "c"):
        column = column_at(cell, column)
        yield cell, column


def _cell(cell: etree._Element, reference: str) -> str:
    formula, value, inline = (child(cell, name) for name in ("f", "v", "is"))
    inner = "" if formula is None else _formula(formula)
    if value is not None:
        inner += f"<v>{escape(value.text or '')}</v>"
    if inline is not None:
        inner += f"<is>{_text(text_of(inline))}</is>"
    return f'<c r="{reference}"{_attributes(cell, "s", "t")}>{inner}</c>'


def _formula(formula: etree._Element) -> str:
    return f"<f{_attributes(formula, 't', 'ref', 'si')}>{escape(formula.text or '')}</f>"


def _attributes(node: etree._Element, *names: str) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name in names if (value := node.get(name)) is not None)


def _text(text: str) -> str:
    return f'<t xml:space="preserve">{escape(text)}</t>'
