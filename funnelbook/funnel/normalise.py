"""Tables to Records: every cell read once per distinct value into a typed column, with flags for what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Grid, Objects, Rows
from .fields import Field
from .model import Records, Table, Tables, frame_of
from .parse import header_unit
from .rulebook import RuleBook
from .typed import Context, Flag, empties, read_distinct, read_probability


def normalise(tables: Tables, rules: RuleBook) -> dict[str, Records]:
    """Kind -> Records, for every kind of table that the workbook has (RULES.md 1)."""
    return {kind: _records(kind, of, rules) for kind, of in tables.by_kind.items()}


def _records(kind: str, tables: tuple[Table, ...], rules: RuleBook) -> Records:
    fields = rules.tables[kind].fields
    present = [name for name in fields if any(name in table.binding for table in tables)]
    raw: dict[str, Objects] = {}
    column: dict[str, NDArray[np.int32]] = {}
    typed: dict[str, Any] = {}
    for name in present:
        values, places, uncached = _gather(tables, name, rules)
        raw[name], column[name] = values, places
        columns, flags = _read(fields[name], values, places, tables, rules)
        flags[uncached] = Flag.NO_VALUE
        typed.update(columns)
        typed[f"{name}?"] = flags
    sizes = [len(table.rows) for table in tables]
    return Records(
        kind=kind,
        tables=tables,
        frame=frame_of(typed),
        raw=raw,
        table=np.repeat(np.arange(len(tables), dtype=np.int32), sizes),
        row=np.concatenate([table.rows for table in tables]) if tables else np.empty(0, dtype=np.int64),
        column=column,
    )


def _gather(tables: Sequence[Table], name: str, rules: RuleBook) -> tuple[Objects, NDArray[np.int32], NDArray[np.bool_]]:
    """A field's cells below each other, the column each comes from, and which are formulas without a value."""
    values, places, uncached = [], [], []
    for table in tables:
        columns = table.binding.get(name, ())
        taken, where, without = _cells(table, columns, rules)
        values.append(taken)
        places.append(where)
        uncached.append(without)
    if len(tables) == 1:
        return values[0], places[0], uncached[0]
    return np.concatenate(values), np.concatenate(places), np.concatenate(uncached)


def _cells(table: Table, columns: Sequence[int], rules: RuleBook) -> tuple[Objects, NDArray[np.int32], NDArray[np.bool_]]:
    """One table's cells of a field; of two columns the first filled cell counts."""
    size = len(table.rows)
    if not columns:
        return np.full(size, None, dtype=object), np.zeros(size, dtype=np.int32), np.zeros(size, dtype=bool)
    taken, without = _column(table.grid, columns[0], table.rows)
    where: NDArray[np.int32] = np.broadcast_to(np.int32(columns[0]), size)  # one number, however many rows
    for column in columns[1:]:
        values, uncached = _column(table.grid, column, table.rows)
        counts = _is_blank(taken, rules) & ~without & (~_is_blank(values, rules) | uncached)
        taken, without = np.where(counts, values, taken), np.where(counts, uncached, without)
        where = np.where(counts, np.int32(column), where)
    return taken, where, without


def _is_blank(values: Objects, rules: RuleBook) -> NDArray[np.bool_]:
    codes, distinct = pd.factorize(values)
    return np.array([*empties(distinct, rules), True])[codes]


def _column(grid: Grid, column: int, rows: Rows) -> tuple[Objects, NDArray[np.bool_]]:
    """Cells of a column at the given rows; errors as their text, and the cells of a vertical merge as its first."""
    errors = {ref.row: error for ref, error in grid.errors.items() if ref.column == column}
    merges = [merge for merge in grid.merged if merge.left == column and merge.bottom > merge.top]
    together = len(rows) > 0 and int(rows[-1] - rows[0]) == len(rows) - 1
    if together and not errors and not merges:  # then the grid's own cells do: a column of a large sheet needn't be there twice
        values = grid.columns[column - 1][rows[0] - 1 : rows[-1]]
    else:
        values = grid.columns[column - 1][rows - 1]
    for row, error in errors.items():
        at = int(np.searchsorted(rows, row))
        if at < len(rows) and rows[at] == row:
            values[at] = error
    for merge in merges:
        below = slice(*np.searchsorted(rows, (merge.top + 1, merge.bottom + 1)))
        values[below] = grid.value(merge.top, column)
    uncached = grid.uncached.get(column)
    return values, np.zeros(len(rows), dtype=bool) if uncached is None else np.isin(rows, uncached)


def _read(
    field: Field, values: Objects, places: NDArray[np.int32], tables: Sequence[Table], rules: RuleBook
) -> tuple[dict[str, Any], NDArray[np.int16]]:
    """Typed columns and flags of one field, whose cells come from the columns *places*; every distinct value is read once."""
    dates1904 = tables[0].grid.dates1904
    if field.kind == "probability":
        return _probability(field, values, places, tables, rules)
    if field.kind in ("amount", "money"):
        units = _units(places, tables, rules)
        return _by_part(values, units, lambda part, unit: read_distinct(field, part, rules, Context(dates1904, float(unit))))
    return read_distinct(field, values, rules, Context(dates1904, 1.0))


def _by_part(
    values: Objects, part_of: NDArray[Any], read: Callable[[Objects, Any], tuple[dict[str, Any], NDArray[np.int16]]]
) -> tuple[dict[str, Any], NDArray[np.int16]]:
    """Cells that are read in different ways, each part by itself; nearly always there is one."""
    parts = np.unique(part_of).tolist() or [1.0]
    if len(parts) == 1:
        return read(values, parts[0])
    columns, flags = read(values, parts[0])
    for part in parts[1:]:
        mine = part_of == part
        others, own = read(values[mine], part)
        flags[mine] = own
        for name, column in others.items():
            columns[name][mine] = column
    return columns, flags


def _of_cells(places: NDArray[np.int32], tables: Sequence[Table], of: Callable[[Table, int], NDArray[Any]]) -> NDArray[Any]:
    """What *of* says of every cell by its table and column, one value per row of the table."""
    out: list[NDArray[Any]] = []
    ends = np.cumsum([len(table.rows) for table in tables])
    for table, end in zip(tables, ends, strict=True):
        mine = places[end - len(table.rows) : end]
        said = of(table, 0)
        for column in np.unique(mine).tolist():
            said = np.where(mine == column, of(table, column), said)
        out.append(said)
    return np.concatenate(out) if out else np.empty(0)


def _units(places: NDArray[np.int32], tables: Sequence[Table], rules: RuleBook) -> NDArray[np.float64]:
    """The unit that the header above each cell gives to a plain number."""
    return _of_cells(places, tables, lambda table, column: np.full(len(table.rows), _unit(table.headers.get(column), rules)))


def _unit(header: str | None, rules: RuleBook) -> float:
    said = header_unit(header) if header else None
    units = rules.words.money_units
    fitting = [unit for unit in units if said and (said.casefold() == unit or (not unit.isascii() and said.endswith(unit)))]
    return units[max(fitting, key=len)] if fitting else 1.0


def _probability(
    field: Field, values: Objects, places: NDArray[np.int32], tables: Sequence[Table], rules: RuleBook
) -> tuple[dict[str, Any], NDArray[np.int16]]:
    """Percent formats decide what 0.5 means (RULES.md 1.9), so that cells with one are read apart."""
    percent = _of_cells(places, tables, lambda table, column: np.isin(table.rows, table.grid.percents.get(column, ())))
    return _by_part(values, percent, lambda part, formatted: read_probability(field, part, bool(formatted), rules))
