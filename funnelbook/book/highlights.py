"""``<conditionalFormatting>``: highlights with our marker come and go, the user's stay (18.3.1.18 and 18.3.1.10)."""

from __future__ import annotations

from ..edits import CF_MARKER, Rule
from .elements import Element, detach, new
from .elements import add as append
from .names import WORKSHEET_ORDER
from .styles import Styles
from .values import numeral
from .xml import child, children, insert_in_order, local

_MOST = 2**31 - 1_000
"""Of priorities: they are xsd:int, and some of ours follow."""
_MARK = CF_MARKER.partition("=")[0]


def add(sheet: Element, rule: Rule, styles: Styles, marked: bool = True) -> None:
    """Adds a rule behind all others; a *marked* one bears the marker, by which it is found again."""
    formula = rule.formula.removeprefix("=")
    if marked and _MARK not in formula:
        formula = f"AND({CF_MARKER},{formula})"
    node = new(sheet, "conditionalFormatting", {"sqref": rule.range.a1})
    look, priority = str(styles.dxf(rule.style)), str(_last_priority(sheet) + 1)
    attributes = {"type": "expression", "dxfId": look, "priority": priority}
    append(append(node, "cfRule", attributes), "formula").text = formula
    insert_in_order(sheet, node, WORKSHEET_ORDER)


def remove(sheet: Element) -> int:
    """Takes out exactly the rules with the marker; how many they were."""
    gone = 0
    for node in list(children(sheet, "conditionalFormatting")):
        for rule in list(children(node, "cfRule")):
            if any(_MARK in (formula.text or "") for formula in children(rule, "formula")):
                detach(rule)
                gone += 1
        parent = node.getparent()
        if parent is not None and child(node, "cfRule") is None:
            detach(node)
    return gone


def _last_priority(sheet: Element) -> int:
    """Greatest priority of any rule, those of the extension list included."""
    rules = (rule for rule in sheet.iter("{*}cfRule") if local(rule) == "cfRule")
    return min(max((numeral(rule.get("priority")) or 0 for rule in rules), default=0), _MOST)
