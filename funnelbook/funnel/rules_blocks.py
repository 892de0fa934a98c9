"""Blocks: where the columns of a rules sheet stand, what is typed below each header, and what of it can't be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..grid import CellRef, Grid
from .model import Finding
from .parse import header_key, is_empty, normal_text

if TYPE_CHECKING:
    from .rulebook import RuleBook

RULES_SHEET = "rules"
"""Role of the rules sheet among our own sheets."""
_LOOKED_AT = 50
"""Rows in which the header is looked for, should the user have put something above it."""


class Blocks:
    """One rules sheet: a header row that names its columns, and the cells below it."""

    def __init__(self, rules: RuleBook, grid: Grid) -> None:
        self.rules, self.grid = rules, grid
        self.findings: list[Finding] = []
        """Values that can't be used, in the order in which they were read."""
        self.header_row, self.columns = header_columns(grid, rules.sheet_headers)

    def column(self, code: str) -> list[tuple[int, Any]]:
        """(row, value) of the filled cells below one header; an error value is reported and left out."""
        filled = []
        for row in range(self.header_row + 1, self.grid.height + 1) if code in self.columns else ():
            value = self.value(row, code)
            if CellRef(row, self.columns[code]) in self.grid.errors:
                self.bad(row, code, value, rule=code)
            elif not is_empty(value, self.rules.words):
                filled.append((row, value))
        return filled

    def value(self, row: int, code: str) -> Any:
        """What stands in a row below a header, an error as its text; None where the sheet lacks the column."""
        if code not in self.columns:
            return None
        place = CellRef(row, self.columns[code])
        return self.grid.errors.get(place, self.grid.value(*place))

    def text(self, row: int, code: str) -> str:
        """The text in a row below a header; "" for an empty cell."""
        value = self.value(row, code)
        return "" if is_empty(value, self.rules.words) else normal_text(value)

    def bad(self, row: int, code: str, value: Any, **facts: Any) -> None:
        """Report a value at its cell, or at the first column of the sheet that is there."""
        column = self.columns.get(code, next(iter(self.columns.values()), None))
        self.findings.append(Finding("rule.invalid", "error", RULES_SHEET, self.grid.sheet, row, column, value=value, facts=facts))


def header_columns(grid: Grid, headers: Mapping[str, tuple[str, ...]]) -> tuple[int, dict[str, int]]:
    """(header row, code -> column) of a rules sheet by the header keys of every column; (0, {}) when it has no header."""
    wanted = {text: code for code, texts in headers.items() for text in texts}
    for row in range(1, min(grid.height, _LOOKED_AT) + 1):
        cells = {column: grid.value(row, column) for column in range(1, grid.width + 1)}
        found: dict[str, int] = {}
        for column, value in cells.items():
            if isinstance(value, str) and (key := header_key(value)) in wanted:
                found.setdefault(wanted[key], column)
        if "key" in found and "value" in found:
            return row, found
    return 0, {}
