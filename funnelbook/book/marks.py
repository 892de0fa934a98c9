"""What earlier refreshes left in a workbook, as hidden names say: own columns and own sheets (DESIGN §4)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from ..edits import NAME_PREFIX
from ..grid import OwnColumn, Range
from .xml import child, children

_REFERENCE = re.compile(r"\s*(?:'((?:[^']|'')+)'|([^'!\s]+))!([$A-Za-z0-9:]+)\s*")
_ROLE = "sheet."


@dataclass(frozen=True)
class Marks:
    """Own columns and own role of one sheet."""

    columns: tuple[OwnColumn, ...] = ()
    role: str | None = None


@dataclass
class _Found:
    columns: list[OwnColumn] = field(default_factory=list)
    role: str | None = None


def marks_of(workbook: etree._Element) -> dict[str, Marks]:
    """Marks by case-folded sheet name, from the root of the workbook part.

    A name that belongs to one sheet alone comes from copying that sheet in Excel. Its columns are ours to rewrite, but
    the sheet is the user's: its role is given as an own column with the key "sheet.<role>" instead.
    """
    found: dict[str, _Found] = defaultdict(_Found)
    for node in children(child(workbook, "definedNames"), "definedName"):
        name, reference = node.get("name") or "", _REFERENCE.fullmatch(node.text or "")
        if not name.startswith(NAME_PREFIX) or reference is None:
            continue
        key = name.removeprefix(NAME_PREFIX)
        sheet = (reference[1] or reference[2]).replace("''", "'").casefold()
        try:
            area = Range.parse(reference[3])
        except ValueError:
            continue
        if key.startswith(_ROLE) and node.get("localSheetId") is None:
            found[sheet].role = key.removeprefix(_ROLE)
        else:
            found[sheet].columns.append(OwnColumn(key, area))
    return {sheet: Marks(tuple(mine.columns), mine.role) for sheet, mine in found.items()}
