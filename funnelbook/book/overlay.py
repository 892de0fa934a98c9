"""A Style laid over the fonts, borders and alignments that a cell format has: what it leaves open stays (18.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..edits import Style
from .elements import Element, add, new
from .xml import child, insert_in_order

FONT_ORDER = tuple("b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split())
BORDER_ORDER = ("start", "left", "end", "right", "top", "bottom", "diagonal", "vertical", "horizontal")


def lay_on_font(font: Element, style: Style) -> Element:
    """The font, changed."""
    for name, flag in (("b", style.bold), ("i", style.italic), ("u", style.underline)):
        if flag is not None:
            _put(font, name, FONT_ORDER, {} if flag else None)
    if style.size is not None:
        _put(font, "sz", FONT_ORDER, {"val": f"{style.size:g}"})
    if style.color is not None:
        _put(font, "color", FONT_ORDER, {"rgb": "FF" + style.color})
    if style.font is not None:
        _put(font, "name", FONT_ORDER, {"val": style.font})
        for name in ("family", "charset", "scheme"):  # they describe the font that was; a scheme even overrides a name
            _put(font, name, FONT_ORDER, None)
    return font


def lay_on_border(border: Element, style: Style) -> Element:
    """The border, changed."""
    sides = dict.fromkeys(("left", "right", "top", "bottom"), style.border) if style.border else {}
    if style.border_bottom is not None:
        sides["bottom"] = style.border_bottom
    for side, color in sides.items():
        line = _put(border, side, BORDER_ORDER, {"style": "thin"})
        if line is not None:
            add(line, "color", {"rgb": f"FF{color}"})
    return border


def lay_on_alignment(xf: Element, style: Style) -> None:
    """Changes the alignment of a cell format."""
    wanted = {
        "horizontal": style.horizontal,
        "vertical": style.vertical,
        "wrapText": None if style.wrap is None else str(int(style.wrap)),
        "indent": None if style.indent is None else str(style.indent),
    }
    if all(value is None for value in wanted.values()):
        return
    alignment = child(xf, "alignment")
    if alignment is None:
        alignment = new(xf, "alignment")
        xf.insert(0, alignment)
    for name, value in wanted.items():
        if value is not None:
            alignment.set(name, value)
    xf.set("applyAlignment", "1")


def solid(like: Element, color: str) -> Element:
    """A fill of one colour, for a cell format."""
    fill = new(like, "fill")
    pattern = add(fill, "patternFill", {"patternType": "solid"})
    add(pattern, "fgColor", {"rgb": "FF" + color})
    add(pattern, "bgColor", {"indexed": "64"})
    return fill


def tint(like: Element, color: str) -> Element:
    """A fill of one colour, for a differential format, where the background colour counts (18.8.20)."""
    fill = new(like, "fill")
    add(add(fill, "patternFill"), "bgColor", {"rgb": "FF" + color})
    return fill


def _put(parent: Element, name: str, order: Sequence[str], attributes: Mapping[str, str] | None) -> Element | None:
    """Replaces a child by one with these attributes, in its place or in schema order; None takes it out."""
    old = child(parent, name)
    inside = None if old is None else old.getparent()  # not the parent itself where an mc:AlternateContent stands between them
    if attributes is None:
        if inside is not None and old is not None:
            inside.remove(old)
        return None
    node = new(parent, name, attributes)
    if inside is not None and old is not None:
        inside.replace(old, node)
    else:
        insert_in_order(parent, node, order)
    return node
