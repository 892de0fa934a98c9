"""The promise to a file, as one function: refreshed, nothing lost; again, no byte; removed, as it was.

What it checks by itself holds on a fresh clone; where the independent checkers are there, they have to agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

import funnelbook
from funnelbook import pipeline
from funnelbook.book import Package

from .workbooks import AS_OF, tool

LISTS = ("conditionalFormatting", "dataValidations", "hyperlinks", "tableParts", "legacyDrawing")
GROWING = {*LISTS, "cols", "dimension", "autoFilter", "sheetData"}
"""Elements of a worksheet to which a refresh adds; everything else has to be equal."""


@dataclass(frozen=True)
class Kept:
    """A workbook as it was, refreshed and with everything of ours taken out, and what the refresh reported."""

    before: Package
    after: Package
    removed: Package
    report: dict[str, Any]

    def lead(self, key: str) -> dict[str, Any]:
        return next(one for one in self.report["leads"] if one["lead_id"] == key)

    def codes(self) -> set[str]:
        return {one["code"] for one in self.report["findings"]}


def kept(data: bytes, folder: Path, suffix: str = ".xlsx", *, dialect: bool = False, **options: Any) -> Kept:
    """Refreshes a workbook that holds a lead table and checks every row of the promise."""
    before, after, removed = (folder / f"{name}{suffix}" for name in ("before", "after", "removed"))
    before.write_bytes(data)
    result = funnelbook.refresh(before, after, as_of=AS_OF, **options)
    report = result.to_dict()
    once = after.read_bytes()
    assert before.read_bytes() == data
    assert funnelbook.refresh(after, as_of=AS_OF, **options).output is None
    assert after.read_bytes() == once
    pipeline.remove(after, removed, **{k: v for k, v in options.items() if k == "allow_protected"})
    packages = [Package.open(path, allow_protected=True) for path in (before, after, removed)]
    _check_untouched(packages[0], packages[1], report)
    _check_removed(packages[0], packages[2])
    checker = tool("check_package")
    if checker is not None:
        assert result.plan is not None
        cells = result.plan.areas()
        assert checker.lint(after, before) == []
        assert list(checker.compare(before, after, allow_cells=cells, annotations=[*cells, *table_areas(report)])) == []
        assert list(checker.compare(before, removed, semantic=dialect)) == []
    return Kept(*packages, report)


def table_areas(report: dict[str, Any]) -> list[str]:
    """The tables' own ranges, headers included, from the JSON."""
    areas = []
    for table in report["tables"]:
        letters = sorted(table["columns"].values(), key=lambda letter: (len(letter), letter))
        areas.append(f"{table['sheet']}!{letters[0]}{table['header_row']}:{letters[-1]}{table['last_row']}")
    return areas


def _check_untouched(before: Package, after: Package, report: dict[str, Any]) -> None:
    changed = set(report["changed_parts"])
    assert changed | set(before.names()) == set(before.names())
    assert set(after.names()) == set(before.names()) | set(report["added_parts"])
    for name in before.names():
        assert (before.read(name) == after.read(name)) == (name not in changed), name
    for sheet in before.sheets():
        if sheet.part in changed and sheet.kind == "worksheet":
            same_elements(before.read(sheet.part), after.read(sheet.part))


def same_elements(before: bytes, after: bytes) -> None:
    """Every element of a worksheet that no edit names is equal and in its order, and every cell that was there."""
    one, other = etree.fromstring(before), etree.fromstring(after)
    assert [_canonical(e) for e in one if _name(e) not in GROWING] == [_canonical(e) for e in other if _name(e) not in GROWING]
    for name in LISTS:
        was, now = ([e for node in root if _name(node) == name for e in (node if len(node) else [node])] for root in (one, other))
        assert not _counted(was) - _counted(now), name
    cells = ([cell for cell in root.iter("{*}c") if len(cell)] for root in (one, other))
    assert not _counted(next(cells)) - _counted(next(cells))


def _check_removed(before: Package, removed: Package) -> None:
    brought = {"xl/styles.xml"} - set(before.names())
    assert set(removed.names()) - brought == set(before.names())
    for name in before.names():
        was, now = before.read(name), removed.read(name)
        if was == now or name.endswith("styles.xml"):
            continue
        trees = [etree.fromstring(data) for data in (was, now)]
        if name == "[Content_Types].xml" or name.endswith(".rels"):
            entries = [Counter(_canonical(e) for e in tree if not (brought and b"styles" in _canonical(e))) for tree in trees]
            assert entries[0] == entries[1], name
            continue
        for tree in trees:
            for node in tree.xpath("*[local-name()='calcPr'][not(@*[local-name() != 'fullCalcOnLoad'])]"):
                tree.remove(node)
            for node in tree.iter("{*}calcPr"):
                node.attrib.pop("fullCalcOnLoad", None)
        assert _canonical(trees[0]) == _canonical(trees[1]), name


def _counted(nodes: Iterable[etree._Element]) -> Counter[bytes]:
    return Counter(map(_canonical, nodes))


def _canonical(node: etree._Element) -> bytes:
    return bytes(etree.tostring(node, method="c14n", exclusive=True, with_tail=False))


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
