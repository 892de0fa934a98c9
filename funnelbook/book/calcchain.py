"""calcChain.xml: loses exactly the entries of cells that no longer hold formulas (18.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .elements import detach
from .package import Package
from .values import whole
from .xml import child, children, parse, serialise


def forget(package: Package, gone: Mapping[int, Callable[[str], bool]]) -> None:
    """Takes out the entries of which *gone* says so, by sheetId; the emptied part goes altogether."""
    part = next(iter(package.related(package.main, "calcChain")), None)
    if part is None or not gone:
        return
    data = package.read(part)
    root = parse(data, part)
    sheet, told = 0, 0
    for entry in list(children(root, "c")):
        sheet = whole(entry, "i", sheet)
        if sheet in gone and gone[sheet](entry.get("r") or ""):
            detach(entry)
        else:
            if sheet != told:  # an entry without a sheet means that of the one before it, which may have gone
                entry.set("i", str(sheet))
            told = sheet
    if child(root, "c") is not None:
        written = serialise(root, data)
        package.write(part, written)
        return
    for relationship in package.relationships(package.main):
        if relationship.kind == "calcChain" and relationship.part == part:
            package.unrelate(package.main, relationship.id)
    package.drop(part)
