"""Which parts belong to a sheet alone, so that they go when it goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .archive import key
from .names import TYPES_PART
from .package import Package


def exclusive_parts(package: Package, sheets: Collection[str]) -> list[str]:
    """The given sheet parts and what only they lead to: drawings, charts, tables, notes; in the package's order."""
    stay = _reached(package, [""], set(sheets))
    gone = _reached(package, sheets, set()) - stay
    return [name for name in package.names() if name in gone and not is_plumbing(name)]


def is_plumbing(name: str) -> bool:
    """Whether a part says how others hang together, so that nobody owns it, whatever leads to it."""
    return key(name) == key(TYPES_PART) or key(name).endswith(".rels")


def _reached(package: Package, start: Iterable[str], without: set[str]) -> set[str]:
    seen: set[str] = set()
    todo = list(start)
    while todo:
        source = todo.pop()
        if source in seen or source in without:
            continue
        seen.add(source)
        todo += [r.part for r in package.relationships(source) if r.part is not None]
    return seen
