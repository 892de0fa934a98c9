"""Header rows: which cells of a grid bind to which fields, and which rows of it are headers of which kind of table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..grid import Grid
from .parse import header_key, word_key
from .rulebook import RuleBook, is_own_header

MIN_BOUND = 3
"""A header row binds at least so many cells to different fields (DESIGN.md 6)."""
_LONGEST = 60
_NO, _ON, _END = range(3)
"""What a sign says of a text that may be a header: it is none, read on, or the words end here."""
_BRACKET = re.compile(r"[(\[{\u3010\u3014]")


@dataclass(frozen=True)
class HeaderRun:
    """Cells beside each other in a header row that belong to one table."""

    kind: str
    row: int
    end: int
    """Last header row: *row*, or the second of two."""
    binding: Mapping[str, tuple[int, ...]]
    headers: Mapping[int, str]
    left: int
    right: int

    @property
    def layout(self) -> dict[int, str]:
        """Column -> field."""
        return {column: name for name, columns in self.binding.items() for column in columns}


class Binder:
    """Looks up the fields that a header binds to, per kind of table; each distinct text is looked up once."""

    def __init__(self, rules: RuleBook) -> None:
        self.rules = rules
        self._known: dict[str, dict[str, str]] = {}
        aliases = {key for table in rules.tables.values() for key in table.by_header} | set(rules.mapping)
        self._signs = frozenset("".join(aliases))
        self._goes_on: dict[str, int] = {}

    def fields(self, value: Any) -> dict[str, str]:
        """Kind -> field name for a header text; {} when it binds nowhere."""
        if not isinstance(value, str):
            return {}
        if value not in self._known:
            self._known[value] = self._look_up(value) if len(value) <= _LONGEST else {}
        return self._known[value]

    def binding(self, values: Iterable[Any]) -> set[str]:
        """Those of many values that bind; most are struck out together, since the signs before a bracket have to be those of headers."""
        texts = [value for value in values if type(value) is str and len(value) <= _LONGEST]
        signs: dict[int, str] = {_NO: "", _ON: "", _END: ""}
        for sign in set("".join(texts)):
            if sign not in self._goes_on:
                self._goes_on[sign] = self._sign(sign)
            signs[self._goes_on[sign]] += re.escape(sign)
        on, end = (f"[{signs[kind]}]" if signs[kind] else "(?!)" for kind in (_ON, _END))
        likely = re.compile(rf"(?:{on})*+(?:{end}|\Z)").match
        return {text for text in texts if likely(text) and self.fields(text)}

    def _sign(self, sign: str) -> int:
        key = word_key(sign)
        return _END if _BRACKET.match(key) else _ON if self._signs.issuperset(key) else _NO

    def _look_up(self, value: str) -> dict[str, str]:
        if is_own_header(value, self.rules):
            return {}
        key = header_key(value)
        if key in self.rules.mapping:
            return dict(self.rules.mapping[key])
        return {kind: table.by_header[key] for kind, table in self.rules.tables.items() if key in table.by_header}


def header_runs(grid: Grid, binder: Binder) -> list[HeaderRun]:
    """Every header row of a grid, top to bottom, left to right; second header rows are part of the first."""
    hits = _hits(grid, binder)
    runs: list[HeaderRun] = []
    done: set[int] = set()
    near_merges = {row for m in grid.merged for row in (m.top, m.bottom) if row < len(hits)}
    enough = set(np.flatnonzero(hits.sum(axis=1) >= MIN_BOUND).tolist())
    for row in sorted(enough | near_merges):
        if row in done or not hits[row].any():
            continue
        first, last = _header_rows(grid, hits, row)
        if (hits[first] | hits[last]).sum() < MIN_BOUND:
            continue
        found = _runs_of(grid, binder, first, last)
        if found:
            runs.extend(found)
            done.update(range(first, last + 1))
    return runs


def _hits(grid: Grid, binder: Binder) -> NDArray[np.bool_]:
    """Which cells bind to a field of any kind; by row and column, both counted from 1, with a row beyond the last."""
    hits = np.zeros((grid.height + 2, grid.width + 1), dtype=bool)
    values = grid.distinct.values.tolist()
    binding = binder.binding(values)
    bound = np.array([type(value) is str and value in binding for value in values], dtype=bool)
    for column, codes in enumerate(grid.distinct.codes, start=1):
        hits[1:-1, column] = bound[codes]
    for own in grid.own_columns:
        hits[own.range.top : own.range.bottom + 1, own.range.left : own.range.left + 1] = False
    return hits


def _own_columns(grid: Grid, row: int) -> frozenset[int]:
    return frozenset(own.range.left for own in grid.own_columns if own.range.top <= row <= own.range.bottom)


def _header_rows(grid: Grid, hits: NDArray[np.bool_], row: int) -> tuple[int, int]:
    """First and last of the header rows around a row that binds cells: one, two, or two with a row of English keys below.

    A row belongs to the one above it when a heading is merged down over both, when headings that are merged across spread over
    everything that it holds, or when most of it binds too, as a second row of English keys does.
    """
    if _is_lower(grid, hits, row + 1):
        first, last = row, row + 1
    else:
        first, last = (row - 1, row) if _reaches_down(grid, row - 1) else (row, row)
    return (first, last + 1) if last > first and _are_keys(grid, hits, last + 1) else (first, last)


def _is_lower(grid: Grid, hits: NDArray[np.bool_], row: int) -> bool:
    bound = int(hits[row].sum())
    if not bound or _reaches_down(grid, row - 1):
        return bool(bound)
    filled = {c for c in range(1, grid.width + 1) if grid.value(row, c) is not None} - _own_columns(grid, row)
    across = {c for m in grid.merged if m.top == m.bottom == row - 1 for c in range(m.left, m.right + 1)}
    return filled <= across or _are_keys(grid, hits, row)


def _are_keys(grid: Grid, hits: NDArray[np.bool_], row: int) -> bool:
    """Whether most of a row binds."""
    if row >= len(hits):
        return False
    bound = int(hits[row].sum())
    filled = {c for c in range(1, grid.width + 1) if grid.value(row, c) is not None} - _own_columns(grid, row)
    return bound >= MIN_BOUND and 2 * bound > len(filled)


def _reaches_down(grid: Grid, row: int) -> bool:
    """Whether a heading of that row is merged with the cell below it, and with no more."""
    return any(m.top == row and m.bottom == row + 1 and grid.value(row, m.left) is not None for m in grid.merged)


def _runs_of(grid: Grid, binder: Binder, first: int, last: int) -> list[HeaderRun]:
    """The header runs of one header row; cells without a header part them, our own columns don't."""
    own = _own_columns(grid, last) | {c for c in range(1, grid.width + 1) if _is_own(grid, binder, range(first, last + 1), c)}
    texts = {c: text for c in range(1, grid.width + 1) if c not in own and (text := _header_text(grid, binder, first, last, c))}
    runs: list[dict[int, str]] = []
    for column in sorted(texts):
        nearest = max(runs[-1]) if runs else None
        between = range((nearest or 0) + 1, column)
        if nearest is not None and all(gap in own for gap in between):
            runs[-1][column] = texts[column]
        else:
            runs.append({column: texts[column]})
    return _joined([_run(binder, first, last, run) for run in runs], binder)


def _is_own(grid: Grid, binder: Binder, rows: range, column: int) -> bool:
    """Whether a column bears a header of ours; not one that is but the key below a header of the user's, as `tier` may be."""
    texts = [grid.value(row, column) for row in rows]
    return any(is_own_header(text, binder.rules) for text in texts) and not any(binder.fields(text) for text in texts)


def _header_text(grid: Grid, binder: Binder, first: int, last: int, column: int) -> str:
    """The text that names a column: of several header rows the lowest that binds, else any.

    Where a row above says the same it is what people read, and the one below a key; not so the heading of a merged group.
    """
    texts = {row: value for row in range(last, first - 1, -1) if isinstance(value := grid.value(row, column), str) and value.strip()}
    bound = [row for row in texts if binder.fields(texts[row])] or list(texts)
    across = {m.top for m in grid.merged if m.left <= column <= m.right and m.right > m.left}
    same = [row for row in bound if row not in across and binder.fields(texts[row]) == binder.fields(texts[bound[0]])]
    return texts[min(same, default=bound[0])] if bound else ""


def _run(binder: Binder, first: int, last: int, texts: Mapping[int, str]) -> HeaderRun:
    """The run read as the kind of table that it covers best, of equals one that needs a field of its own; kind "" for none."""
    best = ""
    found: dict[str, list[int]] = {}
    for kind in binder.rules.tables:
        binding: dict[str, list[int]] = {}
        for column, text in texts.items():
            name = binder.fields(text).get(kind)
            if name is not None:
                binding.setdefault(name, []).append(column)
        better = len(binding) > len(found) or (len(binding) == len(found) and bool(binder.rules.tables[kind].needs))
        if _is_header(binder, kind, binding, texts.values()) and better:
            best, found = kind, binding
    columns = sorted(texts)
    return HeaderRun(best, first, last, {n: tuple(c) for n, c in found.items()}, dict(texts), columns[0], columns[-1])


def _is_header(binder: Binder, kind: str, binding: Mapping[str, Any], texts: Iterable[str]) -> bool:
    """DESIGN.md 6: three fields, and what the rule book wants of the kind."""
    table, bound = binder.rules.tables[kind], set(binding)
    if len(bound) < MIN_BOUND or not (table.needs <= bound or table.is_plain_without(bound)):
        return False
    if not all(bound & group for group in table.one_of):
        return False
    if kind != "leads":
        return True
    others = [other for name, other in binder.rules.tables.items() if name != kind and other.rules_out_leads]
    names = [binder.fields(text) for text in texts]
    return not any(other.rules_out_leads <= {fields[other.kind] for fields in names if other.kind in fields} for other in others)


def _joined(runs: list[HeaderRun], binder: Binder) -> list[HeaderRun]:
    """Runs that are no header by themselves, or bind other fields of the same kind, belong to the one on their left.

    The first of a row belongs to the one on its right.
    """
    out: list[HeaderRun] = []
    for run in runs:
        before = out[-1] if out else None
        if before is None or (before.kind and run.kind and not _completes(before, run)):
            out.append(run)
            continue
        joined = _run(binder, run.row, run.end, {**before.headers, **run.headers})
        gained = set(joined.binding) > set(before.binding) | set(run.binding) or _completes(before, run)
        if not (before.kind or run.kind) or (joined.kind in (before.kind, run.kind) and gained):
            out[-1] = joined
        elif run.kind:
            out.append(run)
    return [run for run in out if run.kind]


def _completes(before: HeaderRun, run: HeaderRun) -> bool:
    return before.kind == run.kind and not set(before.binding) & set(run.binding)
