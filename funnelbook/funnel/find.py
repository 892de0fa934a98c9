"""Grids to Tables: which rectangle is which table, which of several lead tables is the team's, and whose profile it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import AmbiguousTableError, NoTableError
from ..grid import ExcelTable, Grid, Rows
from .headers import Binder, HeaderRun, header_runs
from .model import Table, Tables
from .parse import header_key, normal_text, traditional, word_key
from .rulebook import RuleBook
from .typed import empties


def find_tables(grids: Sequence[Grid], rules: RuleBook) -> Tables:
    """The tables of a workbook (DESIGN.md 6).

    Raises NoTableError when no sheet holds a lead table, AmbiguousTableError (facts: candidates) when two different ones are
    covered equally.
    """
    binder = Binder(rules)
    found: dict[str, list[Table]] = defaultdict(list)
    for grid in grids:
        if grid.own_sheet is None and normal_text(grid.sheet) not in rules.left_out:
            for table in tables_on(grid, binder, rules):
                found[table.kind].append(table)
    if not found["leads"]:
        raise NoTableError(sheets=[grid.sheet for grid in grids if grid.own_sheet is None])
    leads, ignored = _the_team(found["leads"], rules)
    found["leads"] = list(leads)
    return Tables(profile_of(leads, rules), {kind: tuple(found[kind]) for kind in rules.tables if found[kind]}, ignored)


def coverage(table: Table, name: str, rules: RuleBook) -> tuple[float, int, int]:
    """How well a lead table covers a profile: share of its fields, of its own header words, and the number of fields bound."""
    profile = rules.profiles[name]
    bound, words = set(table.binding), {header_key(text) for text in table.headers.values()}
    share = len(bound & set(profile.columns)) / len(profile.columns)
    return round(share, 6), len(words & {header_key(text) for text in profile.headers}), len(bound)


def profile_of(tables: Sequence[Table], rules: RuleBook) -> str:
    """The profile that the rules sheet names, else the one whose columns the lead table covers best.

    The document's own words decide between equals.
    """
    return max(_profiles(rules), key=lambda name: max(coverage(table, name, rules) for table in tables))


def _the_team(tables: list[Table], rules: RuleBook) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """Lead tables with the same headers are one; of different ones the best covered is it."""
    groups: dict[frozenset[str], list[Table]] = defaultdict(list)
    for table in tables:
        groups[_headers(table, rules)].append(table)
    ranked = sorted(groups.values(), key=lambda group: _best(group[0], rules), reverse=True)
    if len(ranked) > 1 and _best(ranked[0][0], rules) == _best(ranked[1][0], rules):
        equal = [group for group in ranked if _best(group[0], rules) == _best(ranked[0][0], rules)]
        raise AmbiguousTableError(candidates=[f"{table.sheet}!{table.body.a1}" for group in equal for table in group])
    return tuple(ranked[0]), tuple(table for group in ranked[1:] for table in group)


def _headers(table: Table, rules: RuleBook) -> frozenset[str]:
    """What must be equal; the input columns that a refresh adds where there is room make no difference."""
    added = {c for one in rules.profiles.values() for name in one.inputs for c in table.binding.get(name, ())}
    return frozenset(header_key(text) for column, text in table.headers.items() if column not in added)


def _best(table: Table, rules: RuleBook) -> float:
    return max(coverage(table, name, rules)[0] for name in _profiles(rules))


def _profiles(rules: RuleBook) -> Sequence[str]:
    """The profiles that a lead table may have."""
    chosen = rules.text("profile")
    return [chosen] if chosen in rules.profiles else list(rules.profiles)


def tables_on(grid: Grid, binder: Binder, rules: RuleBook) -> list[Table]:
    """The tables of one sheet; a header that is repeated within a table starts none."""
    runs = header_runs(grid, binder)
    added = {column.range.left for column in grid.input_columns}
    heads: list[HeaderRun] = []
    repeats: dict[int, set[int]] = defaultdict(set)
    for run in runs:
        above = next((i for i in range(len(heads) - 1, -1, -1) if _overlap(heads[i], run)), None)
        if above is not None and _typed(heads[above], added) == _typed(run, added) and heads[above].kind == run.kind:
            repeats[above].update(range(run.row, run.end + 1))
        else:
            heads.append(run)
    return [_table(grid, head, _end(grid, heads, i), repeats[i], rules) for i, head in enumerate(heads)]


def _typed(run: HeaderRun, added: set[int]) -> dict[int, str]:
    """What must be equal; the input columns that a refresh added stand beside the first header only."""
    return {column: field for column, field in run.layout.items() if column not in added}


def _overlap(a: HeaderRun, b: HeaderRun) -> bool:
    return a.left <= b.right and b.left <= a.right


def _end(grid: Grid, heads: Sequence[HeaderRun], i: int) -> int:
    """Last row that may belong to a table: the one before the next table below it, or the sheet's last."""
    below = [head.row for head in heads[i + 1 :] if _overlap(heads[i], head) and head.row > heads[i].end]
    return min(below) - 1 if below else grid.height


def _table(grid: Grid, head: HeaderRun, end: int, repeats: set[int], rules: RuleBook) -> Table:
    rows = _record_rows(grid, head, end, repeats, rules)
    right = max(
        [head.right, *(t.range.right for t in grid.excel_tables if t.range.top == head.end and t.range.left <= head.left <= t.range.right)]
    )
    own = {column.range.left for column in grid.own_columns if column.range.top <= head.end <= column.range.bottom}
    while right > head.right and right in own:
        right -= 1
    return Table(head.kind, grid, head.row, head.end, rows, head.binding, head.headers, right, head.left)


def _record_rows(grid: Grid, head: HeaderRun, end: int, repeats: set[int], rules: RuleBook) -> Rows:
    """Sheet rows with a typed value in a bound column, less totals, repeated headers, and titles below the table."""
    first = head.end + 1
    height = max(0, end - head.end)
    if not height:
        return np.empty(0, dtype=np.int64)
    named = sorted(head.headers)
    cells = np.column_stack([filled_mask(grid, column, first, end) for column in named])
    bound = [i for i, column in enumerate(named) if column in head.layout]
    filled = cells[:, bound]
    count = filled.sum(axis=1)
    keep = _say_anything(grid, {named[i]: head.layout[named[i]] for i in bound}, filled, head.kind, first, rules)
    keep &= ~_totals(grid, named, cells, first, rules)
    keep[[row - first for row in repeats if first <= row <= end]] = False
    for table in grid.excel_tables:
        if _is_another(table, head, repeats):
            keep[max(0, table.range.top - first) : max(0, table.range.bottom + 1 - first)] = False
        if table.totals_rows and first <= table.range.bottom <= end and table.range.left <= head.right and head.left <= table.range.right:
            keep[table.range.bottom - first] = False
    ends = [*sorted(row for row in repeats if row - 1 not in repeats), *([end + 1] if end < grid.height else [])]
    for row in ends:
        _drop_titles(keep, count, row - first)
    _drop_footnote(grid, head, keep, count, first)
    return np.flatnonzero(keep).astype(np.int64) + first


def _is_another(table: ExcelTable, head: HeaderRun, repeats: set[int]) -> bool:
    """Whether an Excel Table below a header has a header of its own, that isn't the same once more."""
    below = table.range.top > head.end + 1 and table.range.left <= head.right and head.left <= table.range.right
    return bool(table.header_rows) and below and table.range.top not in repeats


def filled_mask(grid: Grid, column: int, first: int, last: int) -> NDArray[np.bool_]:
    """Which cells of a column hold anything: a value that isn't white space, an error, or a formula without a value."""
    codes = grid.distinct.codes[column - 1][first - 1 : last]
    mask = np.zeros(last - first + 1, dtype=bool)
    mask[: len(codes)] = grid.distinct.filled[codes]
    for ref in grid.errors:
        if ref.column == column and first <= ref.row <= last:
            mask[ref.row - first] = True
    uncached = grid.uncached.get(column, np.empty(0, dtype=np.int64))
    mask[uncached[(uncached >= first) & (uncached <= last)] - first] = True
    return mask


def _say_anything(
    grid: Grid, layout: Mapping[int, str], filled: NDArray[np.bool_], kind: str, first: int, rules: RuleBook
) -> NDArray[np.bool_]:
    """Rows in which a cell that is no formula holds more than an empty marker, such as the first choice of a list (RULES.md 1.7)."""
    last, fields, distinct = first + len(filled) - 1, rules.tables[kind].fields, grid.distinct
    typed, values = filled.copy(), distinct.values
    for i, column in enumerate(layout):
        rows = grid.formulas.get(column, np.empty(0, dtype=np.int64))
        typed[rows[(rows >= first) & (rows <= last)] - first, i] = False
    found = np.zeros(len(filled), dtype=bool)
    # Columns of few words first: what they settle needn't be asked of texts that are nearly all different.
    for i, column in sorted(enumerate(layout), key=lambda one: fields[layout[one[1]]].words is None):
        rows = np.flatnonzero(typed[:, i] & ~found)
        held = distinct.codes[column - 1][first - 1 : last]
        codes = np.append(held, np.zeros(len(filled) - len(held), dtype=held.dtype))[rows]
        met = pd.unique(codes)
        empty = met[np.array(empties(values[met].tolist(), rules), dtype=bool) & distinct.filled[met]]
        found[rows[~np.isin(codes, empty)]] = True
    return found


def _totals(grid: Grid, columns: Sequence[int], filled: NDArray[np.bool_], first: int, rules: RuleBook) -> NDArray[np.bool_]:
    """Rows whose first filled cell says total."""
    words = {word_key(word) for word in rules.marks["totals"]}
    first_signs = {word[0] for word in words} | {sign for word in words for sign in traditional(word[0])}
    totals = np.zeros(len(filled), dtype=bool)
    first_filled = filled.argmax(axis=1)
    for i, column in enumerate(columns):
        rows = np.flatnonzero(filled[:, i] & (first_filled == i))
        values = grid.columns[column - 1][rows + first - 1]
        likely = {v for v in set(values.tolist()) if type(v) is str and v.lstrip()[:1].casefold() in first_signs}
        totals[rows] = pd.Series(values, dtype=object).isin([v for v in likely if word_key(v).rstrip(":") in words])
    return totals


def _drop_titles(keep: NDArray[np.bool_], count: NDArray[np.int64], header: int) -> None:
    """Takes away the title and notes above a header: rows of one cell, up to the first gap above them."""
    position = header - 1
    while position >= 0 and count[position] == 0:
        position -= 1
    while position >= 0 and count[position] == 1:
        keep[position] = False
        position -= 1


def _drop_footnote(grid: Grid, head: HeaderRun, keep: NDArray[np.bool_], count: NDArray[np.int64], first: int) -> None:
    """Takes away merged notes at the end of the table."""
    spread = {
        row for m in grid.merged if m.right > m.left and m.left <= head.right and m.right >= head.left for row in range(m.top, m.bottom + 1)
    }
    for position in np.flatnonzero(keep)[::-1]:
        if count[position] > 1 or int(position) + first not in spread:
            break
        keep[position] = False
