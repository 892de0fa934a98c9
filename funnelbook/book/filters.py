"""AutoFilters: their range and sort state take in columns on the right and give them up again (18.3.1.2)."""

from __future__ import annotations

from lxml import etree

from ..grid import Range
from .xml import child, children

Element = etree._Element


def widen(sheet: Element, right: int) -> tuple[Range, Range] | None:
    """Widens the sheet's own filter up to a column; the range before and after, None where nothing changed."""
    node = child(sheet, "autoFilter")
    if node is None:
        return None
    was = Range.parse(node.get("ref", ""))
    return _resize(sheet, node, was, was._replace(right=max(was.right, right)))


def narrow(sheet: Element, right: int) -> tuple[Range, Range] | None:
    """Gives up the columns right of *right*, with what they filter and sort by."""
    node = child(sheet, "autoFilter")
    if node is None:
        return None
    was = Range.parse(node.get("ref", ""))
    return _resize(sheet, node, was, was._replace(right=right)) if was.left <= right < was.right else None


def drop_conditions(parent: Element, area: Range) -> None:
    """Takes out filter columns and sort conditions that lie right of *area*."""
    for column in list(children(parent, "filterColumn")):
        if area.left + int(column.get("colId", "0")) > area.right:
            parent.remove(column)
    _drop_sorts(parent, area)


def _drop_sorts(parent: Element, area: Range) -> None:
    for state in list(children(parent, "sortState")):
        for condition in list(children(state, "sortCondition")):
            if Range.parse(condition.get("ref", "")).left > area.right:
                state.remove(condition)
        if child(state, "sortCondition") is None:
            parent.remove(state)


def _resize(sheet: Element, node: Element, was: Range, now: Range) -> tuple[Range, Range] | None:
    if now == was:
        return None
    node.set("ref", now.a1)
    for parent in (node, sheet):
        for state in children(parent, "sortState"):
            area = Range.parse(state.get("ref", ""))
            if (area.left, area.right) == (was.left, was.right):
                state.set("ref", area._replace(right=now.right).a1)
    if now.right < was.right:
        drop_conditions(node, now)
        _drop_sorts(sheet, now)
    return was, now
