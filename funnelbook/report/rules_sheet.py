"""The rules sheet: every number with its unit, meaning and source, and the lists that the team fills; made once, then the user's."""

from __future__ import annotations

from collections.abc import Sequence

from ..edits import Cell, Edit, PutCell, PutSheet, Validation, Value
from ..funnel.rulebook import RULES_SHEET, Rule, RuleBook
from ..grid import CellRef, Grid, Range
from ..words import say
from . import look

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
_KEY, _NAME, _VALUE, _UNIT, _SOURCE = 1, 2, 3, 4, 5
_LISTS: Sequence[tuple[str, ...]] = (("product", "price"), ("person", "role", "region", "industry"), ("header", "field"), ("leave_out",))
_LIST_ROWS = 30
"""Empty rows that a new sheet offers below each list's header; more may be typed below them."""
_WIDTHS = {"product": 16, "price": 12, "person": 10, "role": 10, "region": 14, "industry": 14, "header": 16, "field": 16, "leave_out": 20}


def rules_sheet(rules: RuleBook, title: str, lang: str) -> PutSheet:
    """A new rules sheet with the values in force."""
    rows: list[list[Value | Cell]] = [
        [Cell(say("rules.title", lang), look.TITLE)],
        [Cell(say("rules.about", lang), look.MUTED)],
        [],
        [Cell(say(f"rules.{key}", lang), look.HEADING) for key in ("key", "name", "value", "unit", "source")],
    ]
    rows += [[*_rule_cells(rule, rules, lang)] for rule in rules.rules.values()]
    widths: dict[int, float] = {_KEY: 26, _NAME: 46, _VALUE: 14, _UNIT: 8, _SOURCE: 10}
    column = _SOURCE + 2
    validations = [_validation(rule, FIRST_ROW + i, lang) for i, rule in enumerate(rules.rules.values()) if rule.kind != "text"]
    for block in _LISTS:
        widths[column - 1] = 3
        for key in block:
            _put(rows, HEADER_ROW, column, Cell(say(f"rules.{key}", lang), look.HEADING))
            for row in range(FIRST_ROW, FIRST_ROW + _LIST_ROWS):
                _put(rows, row, column, Cell(None, look.INPUT))
            widths[column] = _WIDTHS[key]
            if key == "field":
                validations.append(_field_choices(column, rules))
            column += 1
        column += 1
    return PutSheet(
        title=title,
        rows=rows,
        mark=RULES_SHEET,
        widths=widths,
        heights={1: 30, HEADER_ROW: 24},
        freeze=CellRef(FIRST_ROW, 1),
        validations=tuple(validations),
        gridlines=False,
        tab_color=look.GREEN,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )


def missing_rules(grid: Grid, rules: RuleBook, lang: str) -> list[Edit]:
    """Rows of the rule book that a rules sheet made earlier lacks, below its own."""
    column = next((c for c in range(1, grid.width + 1) for r in range(1, grid.height + 1) if grid.value(r, c) in rules.rules), None)
    if column is None:
        return []
    filled = [row for row in range(1, grid.height + 1) if grid.value(row, column) is not None]
    known = {grid.value(row, column) for row in filled}
    edits: list[Edit] = []
    for i, rule in enumerate(rule for key, rule in rules.rules.items() if key not in known):
        row = max(filled) + 1 + i
        for offset, cell in enumerate(_rule_cells(rule, rules, lang)):
            edits.append(PutCell(grid.sheet, row, column + offset, cell.value, cell.style))
    return edits


def _rule_cells(rule: Rule, rules: RuleBook, lang: str) -> list[Cell]:
    value = rules.rules[rule.key].value
    source = rule.source if rule.source != "ours" else say("rules.ours", lang)
    return [
        Cell(rule.key, look.MUTED),
        Cell(say(f"rule.{rule.key}", lang), look.TEXT),
        Cell(None if value == "" else value, look.INPUT),
        Cell(say(f"unit.{rule.unit}", lang) if rule.unit else None, look.MUTED),
        Cell(source, look.MUTED),
    ]


def _validation(rule: Rule, row: int, lang: str) -> Validation:
    where = Range(row, _VALUE, row, _VALUE)
    title = say(f"rule.{rule.key}", lang)[:32]
    if rule.kind == "choice":
        return Validation(where, "list", rule.choices, title=title, error=say("rules.error.choice", lang))
    low, high = f"{rule.low:.15g}", f"{rule.high:.15g}"
    prompt = say("rules.prompt", lang, low=low, high=high)
    kind = "whole" if rule.kind == "whole" else "decimal"
    return Validation(where, kind, low=low, high=high, title=title, prompt=prompt, error=prompt)


def _field_choices(column: int, rules: RuleBook) -> Validation:
    """The canonical columns of all tables as a drop-down (255 characters at most fit into a typed list)."""
    names: list[str] = []
    for name in dict.fromkeys(name for table in rules.tables.values() for name in table.fields):
        if len(",".join([*names, name])) <= 250:
            names.append(name)
    return Validation(Range(FIRST_ROW, column, FIRST_ROW + _LIST_ROWS - 1, column), "list", tuple(names))


def _put(rows: list[list[Value | Cell]], row: int, column: int, cell: Cell) -> None:
    while len(rows) < row:
        rows.append([])
    line = rows[row - 1]
    line.extend([None] * (column - len(line)))
    line[column - 1] = cell
