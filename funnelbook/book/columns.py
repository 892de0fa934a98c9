"""``<cols>``: the widths of columns (18.3.1.17); ours get theirs out of the user's spans and give it back as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ..grid import MAX_COLUMN
from .elements import Element, attributes_of, detach, new, unset
from .names import WORKSHEET_ORDER
from .values import whole
from .xml import child, children, insert_in_order, is_true

_SPAN = ("min", "max")
_REMEMBERED = re.compile("([0-9]{1,5}):([0-9]{1,5})")
_OURS = ("width", "hidden", "customWidth", "bestFit")
"""Attributes that a column of ours changes."""


def style_of(sheet: Element, column: int) -> int:
    """Cell format of new cells in a column."""
    col = _covering(sheet, column)
    return whole(col, "style") if col is not None else 0


def state(sheet: Element, column: int) -> str:
    """What stands for a column now, as a text that `restore` understands: "none", or its span and attributes in order.

    Of attributes that we don't change, the name alone tells the place.
    """
    col = _covering(sheet, column)
    if col is None:
        return "none"
    kept = (name for name in attributes_of(col) if name not in _SPAN)
    return " ".join([f"{col.get('min')}:{col.get('max')}", *(f"{k}={col.get(k)}" if k in _OURS else k for k in kept)])


def dress(sheet: Element, column: int, style: int) -> None:
    """Gives a column the cell format of its new cells."""
    col = _covering(sheet, column)
    _alone(_added(sheet, column) if col is None else col, column).set("style", str(style))


def show(sheet: Element, column: int, width: float | None) -> bool:
    """Makes a column visible, with *width* characters if given; whether anything had to change."""
    col = _covering(sheet, column)
    if col is None:
        if width is None:
            return False
        col = _added(sheet, column)
    elif width is None and not is_true(col.get("hidden")):
        return False
    col = _alone(col, column)
    unset(col, "hidden")
    if width is not None:
        unset(col, "bestFit")
        col.set("width", f"{width:g}")
        col.set("customWidth", "1")
    return True


def restore(sheet: Element, states: Mapping[int, str]) -> None:
    """Gives columns back what `state` said before they were ours, and joins what was one span."""
    spans = {}
    for column, text in states.items():
        col = _covering(sheet, column)
        if col is None:
            continue
        col = _alone(col, column)
        if text == "none":
            _drop(col)
            continue
        span, *pairs = text.split(" ")
        told = _REMEMBERED.fullmatch(span)
        if told is None:
            continue  # somebody changed the hidden name that remembers it: the width stays
        first, last = int(told[1]), int(told[2])
        spans[column] = (first, last)
        _set(col, pairs)
    for first, last in sorted(set(spans.values())):
        _join(sheet, first, last)


def _set(col: Element, was: Sequence[str]) -> None:
    """Puts attributes back as `state` told them; what the user's program has added since stands behind."""
    now = {name: value for name, value in attributes_of(col).items() if name not in _OURS}
    told = dict(pair.partition("=")[::2] for pair in was)
    before = {name: told[name] if name in _OURS else now[name] for name in told if name in _OURS or name in now}
    for name in attributes_of(col):
        unset(col, name)
    for name, value in ({name: now[name] for name in _SPAN} | before | now).items():
        col.set(name, value)


def _join(sheet: Element, first: int, last: int) -> None:
    """Joins neighbours that are equal and lie in one former span."""
    cols = child(sheet, "cols")
    inside = [c for c in children(cols, "col") if first <= whole(c, "min") and whole(c, "max") <= last]
    for left, right in pairwise(inside):
        if whole(left, "max") + 1 == whole(right, "min") and _look(left) == _look(right):
            right.set("min", left.get("min", ""))
            _drop(left)


def _look(col: Element) -> dict[str, str]:
    return {k: v for k, v in attributes_of(col).items() if k not in ("min", "max")}


def _covering(sheet: Element, column: int) -> Element | None:
    cols = children(child(sheet, "cols"), "col")
    return next((c for c in cols if whole(c, "min") <= column <= min(whole(c, "max"), MAX_COLUMN)), None)


def _alone(col: Element, column: int) -> Element:
    """The span cut so that one element is for this column alone."""
    first, last = whole(col, "min"), whole(col, "max")
    for low, high, before in ((first, column - 1, True), (column + 1, last, False)):
        if low <= high:
            part = new(col, "col", attributes_of(col))
            part.set("min", str(low))
            part.set("max", str(high))
            if before:
                col.addprevious(part)
            else:
                part.tail, col.tail = col.tail, None
                col.addnext(part)
    col.set("min", str(column))
    col.set("max", str(column))
    return col


def _added(sheet: Element, column: int) -> Element:
    col = new(sheet, "col", {"min": str(column), "max": str(column)})
    cols = child(sheet, "cols")
    if cols is None:
        cols = new(sheet, "cols")
        insert_in_order(sheet, cols, WORKSHEET_ORDER)
    later = (c for c in children(cols, "col") if whole(c, "min") > whole(col, "min"))
    following = next(later, None)
    if following is None:
        cols.append(col)
    else:
        following.addprevious(col)
    return col


def _drop(col: Element) -> None:
    """Takes a span out, and the list with the last one (it may not be empty)."""
    cols = col.getparent()
    if cols is None:
        return
    detach(col)
    sheet = cols.getparent()
    if not len(cols) and sheet is not None:
        detach(cols)
