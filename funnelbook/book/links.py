"""``<hyperlinks>``: cells that lead to a place in the same workbook (18.3.1.48)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from ..errors import UnsafeEditError
from ..grid import Range
from .elements import Element, detach, new
from .elements import add as append
from .names import WORKSHEET_ORDER
from .values import area_at
from .xml import child, children, insert_in_order

MAX_LINKS = 65_530
"""Of one sheet; Excel repairs a file with more (Excel specifications and limits)."""
ROOM = b"<hyperlinks/>"
_QUOTED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def add(sheet: Element, links: Sequence[tuple[str, str]], name: str) -> None:
    """Adds (cell, target) pairs as far as a sheet can have them; UnsafeEditError where a cell leads out of the workbook already."""
    if not links:
        return
    parent = child(sheet, "hyperlinks")
    if parent is None:
        parent = new(sheet, "hyperlinks")
        insert_in_order(sheet, parent, WORKSHEET_ORDER)
    known = {link.get("ref", ""): link for link in children(parent, "hyperlink")}
    room = MAX_LINKS - len(known)
    for cell, target in links:
        if cell in known:
            if _leads_out(known[cell]):
                raise UnsafeEditError(sheet=name, place=cell, reason="linked_elsewhere")
            known[cell].set("location", target)
        elif room > 0:
            append(parent, "hyperlink", {"ref": cell, "location": target})
            room -= 1


def make_room(sheet: Element) -> None:
    """Puts ROOM into a sheet of ours: many links are written faster than elements are made of them."""
    insert_in_order(sheet, new(sheet, "hyperlinks"), WORKSHEET_ORDER)


def written(links: Iterable[tuple[str, str]]) -> bytes:
    """The element for a sheet in the main namespace without prefix; what stands in the place of ROOM, as far as a sheet can have links."""
    nodes = "".join([f'<hyperlink ref="{cell}" location="{target.translate(_QUOTED)}"/>' for cell, target in islice(links, MAX_LINKS)])
    return f"<hyperlinks>{nodes}</hyperlinks>".encode()


def remove(sheet: Element, ranges: Iterable[Range]) -> None:
    """Takes out the links inside the workbook whose cells lie in *ranges*, and the list with the last one."""
    areas, parent = tuple(ranges), child(sheet, "hyperlinks")
    if parent is None or not areas:
        return
    for link in list(children(parent, "hyperlink")):
        place = area_at(link, default="A1")
        if any(area.covers(place) for area in areas) and not _leads_out(link):
            detach(link)
    if not len(parent):
        detach(parent)


def _leads_out(link: Element) -> bool:
    return any(str(name).endswith("}id") for name in link.attrib)
