"""AutoFilters: their range and sort state take in columns on the right and give them up again (18.3.1.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from ..grid import Range
from .elements import detach
from .values import area_at, whole
from .xml import child, children

Element = etree._Element


def widen(sheet: Element, right: int) -> tuple[Range, Range] | None:
    """Widens the sheet's own filter up to a column; the range before and after, None where nothing changed."""
    node = child(sheet, "autoFilter")
    if node is None:
        return None
    was = area_at(node)
    return _resize(sheet, node, was, was._replace(right=max(was.right, right)))


def narrow(sheet: Element, right: int) -> tuple[Range, Range] | None:
    """Gives up the columns right of *right*; what they filter and sort by is `move_conditions`'s to say."""
    node = child(sheet, "autoFilter")
    if node is None:
        return None
    was = area_at(node)
    return _resize(sheet, node, was, was._replace(right=right)) if was.left <= right < was.right else None


def move_conditions(parent: Element, area: Range, places: Mapping[int, int | None]) -> bool:
    """What a filter or a sort state says of columns of ours follows them to their new places; None for one that goes.

    Whether a filter has lost its last condition so, and hides its rows without saying why.
    """
    before = list(children(parent, "filterColumn"))
    for node in before:
        column = area.left + whole(node, "colId")
        to = places.get(column, column)
        if to is None:
            detach(node)
        else:
            node.set("colId", str(to - area.left))
    left = sorted(children(parent, "filterColumn"), key=lambda node: whole(node, "colId"))
    if left != list(children(parent, "filterColumn")):
        for node in reversed(left):
            parent.insert(0, node)
    move_sorts(parent, places)
    return bool(before) and not left


def trim(parent: Element) -> None:
    """Takes out conditions beyond the filter's range, as when our columns come back without it."""
    for node in children(parent, "autoFilter"):
        area = area_at(node)
        for column in list(children(node, "filterColumn")):
            if area.left + whole(column, "colId") > area.right:
                detach(column)
        for holder in (node, parent):
            for state in list(children(holder, "sortState")):
                for condition in list(children(state, "sortCondition")):
                    if holder is node and area_at(condition).left > area.right:
                        detach(condition)
                if child(state, "sortCondition") is None:
                    detach(state)


def resize_sorts(parents: Iterable[Element | None], was: Range, right: int) -> None:
    """Sort states over all columns of a range take in those that it takes in."""
    for parent in parents:
        for state in children(parent, "sortState"):
            area = area_at(state)
            if (area.left, area.right) == (was.left, was.right):
                state.set("ref", area._replace(right=right).a1)


def move_sorts(parent: Element, places: Mapping[int, int | None]) -> None:
    """The conditions of sort states follow columns of ours to their new places; None for one that goes."""
    for state in list(children(parent, "sortState")):
        for condition in list(children(state, "sortCondition")):
            area = area_at(condition)
            to = places.get(area.left, area.left)
            if to is None:
                detach(condition)
            elif to != area.left:
                condition.set("ref", area._replace(left=to, right=to).a1)
        if child(state, "sortCondition") is None:
            detach(state)


def _resize(sheet: Element, node: Element, was: Range, now: Range) -> tuple[Range, Range] | None:
    if now == was:
        return None
    node.set("ref", now.a1)
    resize_sorts((node, sheet), was, now.right)
    return was, now
