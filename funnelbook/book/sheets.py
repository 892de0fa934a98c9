"""The list of sheets in a workbook part (ECMA-376 Part 1, 18.2.19 and 18.2.20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from .names import RELATIONSHIPS, RELATIONSHIPS_STRICT
from .rels import Relationship
from .values import numeral
from .xml import child, children

_KINDS = {"xlMacrosheet": "macrosheet", "xlIntlMacrosheet": "macrosheet"}


@dataclass(frozen=True)
class SheetEntry:
    """One sheet as the workbook part lists it (18.2.19)."""

    name: str
    part: str | None
    kind: str
    """worksheet, chartsheet, dialogsheet, macrosheet; module where no part is related (Excel 5.0 modules)."""
    state: str
    """visible, hidden or veryHidden."""
    sheet_id: int
    rel_id: str


def sheet_entries(workbook: etree._Element, relationships: Iterable[Relationship]) -> list[SheetEntry]:
    """Sheets of the root of a workbook part, in its order."""
    by_id = {relationship.id: relationship for relationship in relationships}
    return [_sheet_entry(node, by_id) for node in children(child(workbook, "sheets"), "sheet")]


def _sheet_entry(node: etree._Element, by_id: dict[str, Relationship]) -> SheetEntry:
    ids = (node.get(f"{{{uri}}}id") for uri in (RELATIONSHIPS, RELATIONSHIPS_STRICT))
    rel_id = next((found for found in ids if found), "")
    relationship = by_id.get(rel_id)
    part = relationship.part if relationship else None
    kind = "module" if relationship is None else _KINDS.get(relationship.kind, relationship.kind)
    return SheetEntry(
        node.get("name") or "",
        part,
        kind,
        node.get("state") or "visible",
        numeral(node.get("sheetId")) or 0,
        rel_id,
    )
