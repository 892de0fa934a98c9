"""Where columns of ours fit beside a table: directly right of it, over nothing (DESIGN.md 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..grid import MAX_COLUMN, ExcelTable, Grid, Objects, Range
from .find import filled_mask
from .model import Table, Tables

Inputs = Mapping[tuple[str, int], Sequence[tuple[str, int]]]
"""(Sheet, header row) of a lead table -> the new input columns beside it: field and column."""


def excel_table_of(table: Table) -> ExcelTable | None:
    """The Excel Table that a table of ours lies in, if any."""
    here = Range(table.headers_end, table.left, table.last_row, table.right)
    return next((one for one in table.grid.excel_tables if one.range.overlaps(here)), None)


def bottom_of(table: Table) -> int:
    """Last row that belongs to a table: that of its last record, or the last one that its Excel Table has ready for more."""
    excel = excel_table_of(table)
    return table.last_row if excel is None else max(table.last_row, excel.range.bottom - excel.totals_rows)


def is_free(table: Table, columns: Sequence[int]) -> bool:
    """Whether columns beside a table hold nothing in its rows, and one more beyond them keeps the next table apart.

    A value, an error, a formula, a drawing, a pivot table, a merge, an array or another Excel Table counts as something; our own columns
    of an earlier refresh don't. An Excel Table that a query or an XML map feeds can't be widened.
    """
    if not columns:
        return True
    grid, top, bottom = table.grid, table.header_row, max(table.last_row, table.headers_end + 1)
    excel = excel_table_of(table)
    if max(columns) > MAX_COLUMN or (excel is not None and excel.fixed):
        return False
    bottom = bottom if excel is None else max(bottom, excel.range.bottom)
    beyond = max(columns) + 1
    return all(_empty(grid, column, top, bottom) for column in columns) and (
        beyond > MAX_COLUMN
        or beyond in own_columns(grid, table.header_row, table.headers_end)
        or not _has_value(grid, beyond, table.header_row, table.headers_end)
    )


def can_stay(table: Table, columns: Sequence[int]) -> bool:
    """Whether columns of an earlier refresh can grow with the table: nothing of the user's stands in the rows that they lack."""
    grid, top, bottom = table.grid, table.headers_end, max(table.last_row, table.headers_end + 1)
    return not any(
        _has_value(grid, column, first, last) for column in columns for first, last in _gaps(grid, column, top, bottom) if first <= last
    )


def _gaps(grid: Grid, column: int, top: int, bottom: int) -> list[tuple[int, int]]:
    """Rows between top and bottom that no mark of ours covers in a column."""
    gaps, row = [], top
    for own in sorted((own.range for own in grid.own_columns if own.range.left == column), key=lambda area: area.top):
        gaps.append((row, min(bottom, own.top - 1)))
        row = max(row, own.bottom + 1)
    return [*gaps, (row, bottom)]


def own_columns(grid: Grid, top: int, bottom: int) -> frozenset[int]:
    """Columns of ours that reach into some rows; above and below them a column is the user's."""
    return frozenset(own.range.left for own in grid.own_columns if own.range.top <= bottom and top <= own.range.bottom)


def _empty(grid: Grid, column: int, top: int, bottom: int) -> bool:
    strip = Range(top, column, bottom, column)
    if any(owned.range.overlaps(strip) for owned in grid.owned if owned.kind != "table"):
        return False
    if any(merge.overlaps(strip) for merge in grid.merged):
        return False
    if column in own_columns(grid, top, bottom):
        return not any(_has_value(grid, column, first, last) for first, last in _gaps(grid, column, top, bottom) if first <= last)
    return not any(one.range.overlaps(strip) for one in grid.excel_tables) and not _has_value(grid, column, top, bottom)


def _has_value(grid: Grid, column: int, top: int, bottom: int) -> bool:
    formulas = grid.formulas.get(column, np.empty(0, dtype=np.int64))
    values = column <= grid.width and top <= grid.height
    return (values and bool(filled_mask(grid, column, top, min(bottom, grid.height)).any())) or bool(
        ((formulas >= top) & (formulas <= bottom)).any()
    )


def with_inputs(tables: Tables, inputs: Mapping[str, str]) -> tuple[Tables, Inputs]:
    """The tables as they are once the input columns that they lack stand beside them, and which are new.

    *inputs* maps a field to its header. Columns go in only where there is room; they count as present in the very run (DESIGN.md 4).
    """
    leads: list[Table] = []
    added: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for table in tables.leads:
        missing = [name for name in inputs if name not in table.binding]
        columns = [table.right + 1 + i for i in range(len(missing))]
        free = own_columns(table.grid, table.header_row, table.grid.height).isdisjoint(columns) and is_free(table, columns)
        free = free and not any(_has_value(table.grid, column, table.header_row, table.grid.height) for column in columns)
        if missing and free:
            new = list(zip(missing, columns, strict=True))
            added[table.sheet, table.header_row] = new
            table = _widened(table, dict(new), inputs)
        leads.append(table)
    return replace(tables, by_kind={**tables.by_kind, "leads": tuple(leads)}), added


def _widened(table: Table, columns: Mapping[str, int], headers: Mapping[str, str]) -> Table:
    grid = table.grid
    cells: list[Objects] = list(grid.columns)
    while len(cells) < max(columns.values()):
        cells.append(np.full(grid.height, None, dtype=object))
    for name, column in columns.items():
        cells[column - 1] = cells[column - 1].copy()
        cells[column - 1][table.headers_end - 1] = headers[name]
    return replace(
        table,
        grid=replace(grid, columns=tuple(cells), known=None),
        binding={**table.binding, **{name: (column,) for name, column in columns.items()}},
        headers={**table.headers, **{column: headers[name] for name, column in columns.items()}},
        right=max(columns.values()),
    )
