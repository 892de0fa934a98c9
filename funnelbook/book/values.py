"""Attribute values in the standard's simple types; one that isn't of its type makes the part a broken one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from ..errors import BrokenXmlError
from ..grid import Range, column_number
from .xml import local

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]*)")
_DIGITS = 10
"""Of an xsd:unsignedInt."""


def whole(node: etree._Element, name: str, default: int = 0) -> int:
    """Value of an xsd:unsignedInt attribute; *default* where there is none. Raises BrokenXmlError."""
    text = node.get(name)
    if text is None:
        return default
    number = numeral(text)
    if number is None:
        raise _broken(node, name)
    return number


def numeral(text: str | None) -> int | None:
    """Number that a text writes in decimal digits, as an xsd:unsignedInt is written; None for any other text."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else None


def column_at(cell: etree._Element, last: int) -> int:
    """Column of a cell (18.3.1.4); one without a reference stands right of *last*. BrokenXmlError for a reference that is none."""
    reference = cell.get("r")
    if reference is None:
        return last + 1
    match = _CELL.fullmatch(reference.strip())
    if match is None:
        raise _broken(cell, "r")
    return column_number(match[1])


def row_at(cell: etree._Element) -> int | None:
    """Row that a cell's reference names; None where it names none."""
    match = _CELL.fullmatch(cell.get("r", "").strip())
    return int(match[2][:_DIGITS]) if match and match[2] else None


def area_at(node: etree._Element, name: str = "ref", default: str = "") -> Range:
    """Value of an ST_Ref attribute (18.18.62). Raises BrokenXmlError."""
    return area_of(node.get(name, default), node, name)


def areas_at(node: etree._Element, name: str = "sqref") -> list[Range] | None:
    """Ranges of an ST_Sqref attribute; None where one is no rectangle, such as the "A:A" that some programs write."""
    try:
        return [Range.parse(text) for text in node.get(name, "").split()]
    except ValueError:
        return None


def ranges_of(refs: Iterable[str | None]) -> Iterator[Range]:
    """Ranges of the references that are ones; a broken reference occupies nothing."""
    for ref in refs:
        try:
            yield Range.parse(ref or "")
        except ValueError:
            continue


def area_of(text: str, node: etree._Element, name: str) -> Range:
    """Range of a text that stands in an attribute. Raises BrokenXmlError."""
    try:
        return Range.parse(text)
    except ValueError:
        raise _broken(node, name) from None


def _broken(node: etree._Element, name: str) -> BrokenXmlError:
    return BrokenXmlError(part=f"{local(node.getroottree().getroot())}/{local(node)}@{name}")
