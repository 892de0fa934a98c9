"""A team's workbook as Excel writes it, and what must hold of it whatever a person did to it between two refreshes."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import xlsxwriter
from lxml import etree
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from funnelbook import pipeline
from funnelbook.book import Package, apply, read_grids
from funnelbook.edits import EditPlan, Highlight, Note, PutCell, PutSheet, TakeOut, Validate, Value
from funnelbook.grid import CellRef, Grid
from funnelbook.report.answer import Report
from funnelbook.words import codes_of

from .workbooks import AS_OF, CONVERSIONS, FOLLOWUPS, LEADS, lead, touch

SHEET, LOG, OWN = "线索信息表", "跟进记录表", "自己的表"
COUNT = 8
COLUMNS = len(LEADS)
"""The team's columns; ours begin right of them."""
Build = Callable[[Workbook, Worksheet], None]


def leads() -> list[list[Any]]:
    """Eight leads: two lack something, one has a bad phone, the last has been won."""
    flaws: dict[int, dict[str, Any]] = {1: {"联系方式": None}, 3: {"联系方式": "12"}, 5: {"需求描述": None}}
    return [lead(f"L{i}", **{"线索等级": "ABCD"[i % 4], **flaws.get(i, {})}) for i in range(COUNT)]


def bare(book: Workbook, sheet: Worksheet) -> None:
    """Nothing but the leads."""


def made(path: Path, build: Build = bare, top: int = 0, rows: list[list[Any]] | None = None) -> Path:
    """Leads from row *top* (from 0) on, a log, conversions and a sheet of the user's that counts the leads; *build* adds to it."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": dt.datetime(2024, 6, 1)})
    sheet, date = book.add_worksheet(SHEET), book.add_format({"num_format": "yyyy/m/d"})
    body = leads() if rows is None else rows
    for row, values in enumerate([list(LEADS), *body], top):
        for column, value in enumerate(values):
            sheet.write(row, column, value, date if isinstance(value, dt.date) else None)
    sheet.set_column(0, 3, 14)
    sheet.write_comment(top + 1, 4, "老客户", {"author": "王五"})
    sheet.conditional_format(top + 1, 8, top + len(body), 8, {"type": "cell", "criteria": "==", "value": '"A"', "format": None})
    for title, rows_of in {
        LOG: [FOLLOWUPS, *(touch(f"L{i}", dt.date(2024, 6, 18)) for i in range(0, COUNT, 2))],
        "成交": [CONVERSIONS, ["L7", "成交", 60, None, None, "王大力", "好", dt.date(2024, 6, 19)]],
    }.items():
        other = book.add_worksheet(title)
        for row, values in enumerate(rows_of):
            for column, value in enumerate(values):
                other.write(row, column, value, date if isinstance(value, dt.date) else None)
    build(book, sheet)
    book.add_worksheet(OWN).write_formula("A1", f"=COUNTA({SHEET}!A{top + 2}:A{top + 1 + len(body)})", None, len(body))
    book.close()
    return path


def filtered(book: Workbook, sheet: Worksheet) -> None:
    """An AutoFilter over the leads."""
    sheet.autofilter(0, 0, COUNT, COLUMNS - 1)


def table(top: int = 0, rows: int = COUNT, name: str = "线索表", **options: Any) -> Build:
    """An Excel Table over the leads; options as XlsxWriter has them."""
    columns = options.pop("columns", [{"header": header} for header in LEADS])
    bottom = top + rows + (1 if options.get("total_row") else 0)

    def build(book: Workbook, sheet: Worksheet) -> None:
        sheet.add_table(top, 0, bottom, len(columns) - 1, {"name": name, "columns": columns, **options})

    return build


@dataclass
class Ground:
    """A workbook with what it was before funnelbook came, and the checkers."""

    path: Path
    original: Path
    checker: ModuleType | None

    @classmethod
    def of(cls, path: Path, checker: ModuleType | None = None) -> Ground:
        return cls(path, Path(shutil.copyfile(path, path.with_suffix(".original.xlsx"))), checker)

    def refresh(self, as_of: dt.date = AS_OF, **options: Any) -> Report:
        return pipeline.refresh(self.path, as_of=as_of, keep_backup=False, **options)

    def settled(self, as_of: dt.date = AS_OF, **options: Any) -> Report:
        """A refresh of what is there: nothing of the user's is lost, the package is sound, our columns stand once, again changes no byte."""
        before = Path(shutil.copyfile(self.path, self.path.with_suffix(".before.xlsx")))
        report = self.refresh(as_of, **options)
        found = [*self.lint(), *self.lost(before, report)]
        assert not found, found
        for grid in self.grids():
            keys = Counter(own.key for own in grid.own_columns)
            assert not [key for key, times in keys.items() if times > 1 or "!" in key], keys
        assert not self.refresh(as_of, **options).replaced
        return report

    def lint(self) -> list[Any]:
        return [] if self.checker is None else list(self.checker.lint(self.path, self.original))

    def lost(self, before: Path, report: Report) -> list[Any]:
        """What the refresh lost of the file as the user left it."""
        if self.checker is None:
            return []
        plan = list(report.plan or ())
        noted = [f"{e.sheet}!{CellRef(e.row, e.column).a1}" for e in plan if isinstance(e, Note)]
        ruled = [f"{e.sheet}!{e.rule.range.a1}" for e in plan if isinstance(e, Highlight)]
        ruled += [f"{e.sheet}!{e.validation.range.a1}" for e in plan if isinstance(e, Validate)]
        cells = [*(report.plan.areas() if report.plan else ()), *self.marked(before)]
        sheets = [edit.title for edit in plan if isinstance(edit, PutSheet)]
        ours = [grid.sheet for grid in read_grids(Package.open(before)) if grid.own_sheet is not None]
        found = self.checker.compare(before, self.path, cells, [*sheets, *ours], [*noted, *ruled, *cells])
        nameless = any(edit.notes for edit in plan if isinstance(edit, TakeOut))  # ours, whose author another program dropped
        return [one for one in found if not _known(one) and not (nameless and one.place.startswith(("comments/", "xml/shape")))]

    def marked(self, path: Path) -> list[str]:
        return [f"{grid.sheet}!{own.range.a1}" for grid in read_grids(Package.open(path)) for own in grid.own_columns]

    def removed(self, like: Path | None = None, semantic: bool = False) -> None:
        """Takes ours out; what is left is the workbook *like*, by default the original."""
        pipeline.remove(self.path, keep_backup=False)
        found = self.lint()
        if self.checker is not None:
            found += self.checker.compare(like or self.original, self.path, semantic=semantic)
        found = [one for one in found if not (semantic and one.place == "worksheet/dimension[0]@ref")]
        assert not found, found

    def remove(self) -> None:
        pipeline.remove(self.path, keep_backup=False)

    def grids(self) -> list[Grid]:
        return read_grids(Package.open(self.path))

    def grid(self, sheet: str = SHEET) -> Grid:
        return next(grid for grid in self.grids() if grid.sheet == sheet)

    def headers(self, sheet: str = SHEET, row: int = 1) -> list[Any]:
        grid = self.grid(sheet)
        return [grid.value(row, column) for column in range(1, grid.width + 1)]

    def columns(self, sheet: str = SHEET) -> dict[str, int]:
        """Key of each of our columns, with its place."""
        return {own.key.rpartition(".")[2]: own.range.left for own in self.grid(sheet).own_columns}


def _known(finding: Any) -> bool:
    """The checker can't know a column of ours in an Excel Table when the user has changed their order."""
    if finding.kind in ("element-added", "element-lost") and finding.detail.startswith("<tableColumn "):
        return codes_of("own.", etree.fromstring(finding.detail).get("name")) is not None
    return False


def figures(report: Report) -> dict[str, Any]:
    """What a refresh says of the leads, wherever they stand."""
    answer = report.to_dict()
    told = {lead["lead_id"]: {k: v for k, v in lead.items() if k not in ("row", "sheet")} for lead in answer["leads"]}
    return {"leads": told, "metrics": answer["metrics"], "codes": Counter(finding["code"] for finding in answer["findings"])}


def type_values(path: Path, sheet: str, values: Mapping[tuple[int, int], Value]) -> None:
    """What a person types, by row and column."""
    package = Package.open(path)
    apply(EditPlan([PutCell(sheet, row, column, value) for (row, column), value in values.items()]), package)
    package.save(path)
