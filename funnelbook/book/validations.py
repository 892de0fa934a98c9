"""``<dataValidations>``: drop-downs and input rules (18.3.1.32 and 18.3.1.33)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..edits import Validation
from ..errors import UnsafeEditError
from ..grid import Range
from .elements import Element, detach, new
from .elements import add as append
from .formats import canonical
from .names import WORKSHEET_ORDER
from .values import areas_at
from .xml import child, children, insert_in_order

MAX_LIST = 255
"""Characters of a list that stands in the rule itself."""


def add(sheet: Element, validation: Validation, name: str) -> None:
    """Adds a rule unless an equal one is there; UnsafeEditError when the list of choices cannot be written."""
    node = _node(sheet, validation, name)
    parent = child(sheet, "dataValidations")
    if parent is None:
        parent = new(sheet, "dataValidations")
        insert_in_order(sheet, parent, WORKSHEET_ORDER)
    same_place = (known for known in children(parent, "dataValidation") if known.get("sqref") == node.get("sqref"))
    if any(canonical(known) == canonical(node) for known in same_place):
        return
    parent.append(node)
    parent.set("count", str(len(list(children(parent, "dataValidation")))))


def is_free(sheet: Element, area: Range) -> bool:
    """Whether no rule stands on a cell of the range: Excel knows one rule a cell, and the one that is there is the user's."""
    return not any(
        known.overlaps(area) for node in children(child(sheet, "dataValidations"), "dataValidation") for known in areas_at(node) or ()
    )


def remove(sheet: Element, ranges: Sequence[Range], rules: Collection[Validation], name: str) -> None:
    """Takes out those of the *rules* that lie wholly in the ranges, wherever that is; others there are the user's."""
    parent, ours = child(sheet, "dataValidations"), {_said(_node(sheet, rule, name)) for rule in rules}
    for node in list(children(parent, "dataValidation")) if parent is not None and ranges else ():
        areas = areas_at(node) if _said(node) in ours else None
        if parent is not None and areas and all(any(own.covers(area) for own in ranges) for area in areas):
            detach(node)
            left = len(list(children(parent, "dataValidation")))
            parent.set("count", str(left))
            if not left:
                detach(parent)


def _said(node: Element) -> tuple[str | None, ...]:
    """What people see of a rule; the rest is written differently by different programs."""
    formula = child(node, "formula1")
    return node.get("type"), node.get("promptTitle"), node.get("prompt"), None if formula is None else (formula.text or "").strip()


def _node(sheet: Element, rule: Validation, name: str) -> Element:
    attributes = {"type": rule.kind}
    if not rule.strict:
        attributes["errorStyle"] = "warning"
    if rule.kind not in ("list", "custom") and None in (rule.low, rule.high):
        attributes["operator"] = "lessThanOrEqual" if rule.low is None else "greaterThanOrEqual"
    attributes |= {"allowBlank": "1", "showInputMessage": "1", "showErrorMessage": "1"}
    if rule.error:
        attributes["error"] = rule.error[:255]
    if rule.title:
        attributes["promptTitle"] = rule.title[:32]
    if rule.prompt:
        attributes["prompt"] = rule.prompt[:255]
    attributes["sqref"] = rule.range.a1
    node = new(sheet, "dataValidation", attributes)
    for tag, text in zip(("formula1", "formula2"), _formulas(rule, name), strict=False):
        append(node, tag).text = text
    return node


def _formulas(rule: Validation, name: str) -> list[str]:
    if rule.kind == "list" and rule.source is None:
        text = ",".join(rule.choices)
        if len(text) > MAX_LIST or any("," in choice or '"' in choice for choice in rule.choices):
            raise UnsafeEditError(sheet=name, place=rule.range.a1, reason="choices_too_long")
        return [f'"{text}"']
    if rule.source is not None:
        return [rule.source.removeprefix("=")]
    return [text for text in (rule.low, rule.high) if text is not None]
