"""What a refresh would write, without a file: the plan for some grids, and our sheets as they are read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from funnelbook.book import Package, apply, read_grids
from funnelbook.edits import Cell, Edit, EditPlan, PutColumn, PutSheet, Value
from funnelbook.funnel.assess import assess
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import AsOf, Assessment, Records, Tables
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.room import with_inputs
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Grid
from funnelbook.report.plan import edit_plan
from funnelbook.words import say

from ..funnel.build import AS_OF

AnyEdit = TypeVar("AnyEdit", bound=Edit)


@dataclass(frozen=True)
class Answered:
    """A workbook as it was found and assessed, and the plan for it."""

    tables: Tables
    records: Mapping[str, Records]
    rules: RuleBook
    assessment: Assessment
    plan: EditPlan

    def sheet(self, role: str) -> PutSheet:
        """The sheet of ours with a role."""
        return next(edit for edit in self.plan if isinstance(edit, PutSheet) and edit.mark == role)

    def columns(self, sheet: str) -> dict[str, PutColumn]:
        """The columns beside the tables of a sheet, by header."""
        return {edit.header: edit for edit in self.of(PutColumn) if edit.sheet == sheet}

    def of(self, kind: type[AnyEdit]) -> list[AnyEdit]:
        """The edits of one kind."""
        return [edit for edit in self.plan if isinstance(edit, kind)]


def answered(grids: Sequence[Grid], as_of: dt.date = AS_OF, lang: str = "zh", inputs: bool = False) -> Answered:
    """The answer to a workbook; with *inputs* its lead tables get the input columns that they lack."""
    rules = RuleBook.default().overlaid(list(grids))
    tables, new = find_tables(grids, rules), {}
    if inputs:
        tables, new = with_inputs(tables, {name: say(f"field.{name}", lang) for name in rules.profiles[tables.profile].inputs})
    records = normalise(tables, rules)
    found = assess(records, tables.profile, rules, AsOf.of(as_of))
    answer = edit_plan(grids, [grid.sheet for grid in grids], tables, records, found, rules, new, lang)
    return Answered(tables, records, rules, answer.assessment, answer.plan)


def read_back(*sheets: PutSheet) -> list[Grid]:
    """Sheets of ours after they were written to a workbook and read again."""
    package = Package.blank()
    apply(EditPlan(sheets), package)
    return read_grids(package)


def values(sheet: PutSheet) -> list[list[Value]]:
    """All values of a sheet of ours, row by row; short rows end early."""
    rows = [[cell.value if isinstance(cell, Cell) else cell for cell in row] for row in sheet.rows]
    if sheet.bulk:
        rows += [[] for _ in range(sheet.bulk_row - 1 - len(rows))]
        rows += [list(row) for row in zip(*(column.values for column in sheet.bulk), strict=True)]
    return rows


def table_below(sheet: PutSheet, first_header: str) -> list[dict[str, Any]]:
    """The rows below the header row that begins with a text, by header."""
    rows = values(sheet)
    top = next(i for i, row in enumerate(rows) if row and row[0] == first_header)
    return [dict(zip((str(header) for header in rows[top]), row, strict=False)) for row in rows[top + 1 :]]
