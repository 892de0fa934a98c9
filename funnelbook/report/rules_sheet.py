"""The rules sheet: every number with its unit, meaning and source, and the lists that the team fills; made once, then the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ..edits import Cell, Edit, PutCell, PutSheet, Style, Validate, Validation, Value
from ..funnel.rulebook import RULES_SHEET, Rule, RuleBook
from ..funnel.rules_blocks import header_columns
from ..grid import CellRef, Grid
from ..words import say
from . import look
from .rule_blocks import CHOICES, Block, Hints, blocks
from .rule_choices import of_column, of_rule

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
_KEY, _NAME, _VALUE, _UNIT, _SOURCE = 1, 2, 3, 4, 5
_LIST_ROWS = 40
"""Rows that a list offers at least."""
_SPACE = 3
"""Width of the empty column before each block."""
_NO_HINTS = Hints()
_PRINTED = 60
"""Percent: the numbers fill the first page of an A4 sheet, the lists the pages after it."""
_RULE_WIDTHS: Mapping[int, float] = {_KEY: 26, _NAME: 62, _VALUE: 14, _UNIT: 13, _SOURCE: 22}
_WIDTHS = {"price": 12, "minimum": 16, "person": 10, "role": 10, "required_severity": 12, "header": 20, "own_word": 18}
_WIDTH = 15


def rules_sheet(rules: RuleBook, title: str, lang: str, hints: Hints = _NO_HINTS) -> PutSheet:
    """A new rules sheet with the values in force, and below them the *hints* that wait for a decision."""
    rows: list[list[Value | Cell]] = [
        [Cell(say("rules.title", lang), look.TITLE)],
        [Cell(say("rules.about", lang), look.MUTED)],
        [Cell(say("rules.block.rules", lang), look.SECTION), *[Cell(None, look.SECTION)] * 4],
        [Cell(say(f"rules.{key}", lang), look.HEADING) for key in ("key", "name", "value", "unit", "source")],
    ]
    rows += [[*_rule_cells(rule, rules, lang)] for rule in rules.rules.values()]
    of_rules = (of_rule(rule, CellRef(FIRST_ROW + i, _VALUE), lang) for i, rule in enumerate(rules.rules.values()))
    everything = [_with_hints(block, hints) for block in blocks(rules, lang)]
    places = _side_by_side(everything, _SOURCE + 1)
    last = FIRST_ROW + _height(everything, rules) - 1
    for place, cell in _list_cells(everything, places, HEADER_ROW, last, lang):
        _put(rows, place, cell)
    return PutSheet(
        title=title,
        rows=rows,
        mark=RULES_SHEET,
        widths={**_RULE_WIDTHS, **_widths(places)},
        heights={1: 30, HEADER_ROW - 1: 22, HEADER_ROW: 24},
        freeze=CellRef(FIRST_ROW, 1),
        validations=(*filter(None, of_rules), *_list_rules(everything, places, FIRST_ROW, last, rules, lang)),
        gridlines=False,
        tab_color=look.GREEN,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
        scale=_PRINTED,
    )


def missing_rules(grid: Grid, rules: RuleBook, lang: str, hints: Hints = _NO_HINTS) -> list[Edit]:
    """What a rules sheet made earlier lacks: rows of numbers below its own, columns and blocks of lists right of everything.

    The *hints* stand in the first free rows of their blocks.
    """
    return [*_missing_rows(grid, rules, lang), *_missing_blocks(grid, rules, lang, hints)]


@cache
def _default_blocks(lang: str) -> list[Block]:
    return blocks(RuleBook.default(), lang)


def _with_hints(block: Block, hints: Hints) -> Block:
    """A block with the hints below its own rows."""
    added = hints.columns().get(block.name, {})
    height = max(map(len, block.columns.values()))
    return Block(
        block.name,
        {code: [*values, *[None] * (height - len(values)), *added.get(code, ())] for code, values in block.columns.items()},
    )


def _missing_rows(grid: Grid, rules: RuleBook, lang: str) -> Iterator[Edit]:
    column = next((c for c in range(1, grid.width + 1) for r in range(1, grid.height + 1) if grid.value(r, c) in rules.rules), None)
    if column is None:
        return
    cells = range(column, column + _SOURCE)
    known = {grid.value(row, column) for row in range(1, grid.height + 1)}
    below = max(row for row in range(1, grid.height + 1) if any(grid.value(row, cell) is not None for cell in cells))
    for i, rule in enumerate(rule for key, rule in rules.rules.items() if key not in known):
        row = below + 1 + i
        for offset, cell in enumerate(_rule_cells(rule, rules, lang)):
            yield PutCell(grid.sheet, row, column + offset, cell.value, cell.style)
        if rule_choice := of_rule(rule, CellRef(row, column + _VALUE - _KEY), lang):
            yield Validate(grid.sheet, rule_choice)


def _missing_blocks(grid: Grid, rules: RuleBook, lang: str, hints: Hints) -> Iterator[Edit]:
    header_row, columns = header_columns(grid, rules.sheet_headers)
    if not header_row:
        return
    default = RuleBook.default()
    everything = _default_blocks(lang)
    lacking = [_without(block, columns) for block in everything]
    wanted = [block for block in lacking if block.columns]
    places = _side_by_side(wanted, max(grid.width, columns["key"] + _SOURCE - _KEY) + 1)
    everywhere = {**columns, **places}
    hinted = dict(_hint_cells(grid, header_row, everywhere, everything, hints))
    last = header_row + _height(wanted, rules)
    cells = dict(_list_cells(wanted, places, header_row, last, lang)) | hinted
    for place, cell in cells.items():
        yield PutCell(grid.sheet, place.row, place.column, cell.value, cell.style)
    for choice in _list_rules(wanted, everywhere, header_row + 1, last, default, lang):
        yield Validate(grid.sheet, choice)


def _hint_cells(
    grid: Grid, header_row: int, columns: Mapping[str, int], everything: Sequence[Block], hints: Hints
) -> Iterator[tuple[CellRef, Cell]]:
    """The hints, below the last row in which anything stands in any column of their block."""
    added = hints.columns()
    for block in everything:
        rows = range(header_row, grid.height + 1)
        filled = [row for row in rows if any(grid.value(row, columns[code]) is not None for code in block.columns)]
        for code, values in added.get(block.name, {}).items():
            for row, value in enumerate(values, start=max(filled, default=header_row) + 1):
                yield CellRef(row, columns[code]), Cell(value, look.INPUT)


def _without(block: Block, columns: Mapping[str, int]) -> Block:
    """What of a block a sheet lacks; a column of it that the sheet has keeps its rows, the new ones stand in the same rows."""
    return Block(block.name, {code: values for code, values in block.columns.items() if code not in columns})


def _side_by_side(wanted: Sequence[Block], first: int) -> dict[str, int]:
    """Code -> column, with an empty column before every block."""
    places: dict[str, int] = {}
    column = first
    for block in wanted:
        places |= {code: column + 1 + i for i, code in enumerate(block.columns)}
        column += 1 + len(block.columns)
    return places


def _widths(places: Mapping[str, int]) -> dict[int, float]:
    taken = set(places.values())
    spaces = {column - 1: float(_SPACE) for column in taken if column - 1 not in taken}
    return {**spaces, **{column: float(_WIDTHS.get(code, _WIDTH)) for code, column in places.items()}}


def _height(wanted: Sequence[Block], rules: RuleBook) -> int:
    """Rows of the lists: as many as there are rules, and some to spare below what is filled."""
    filled = max((len(values) for block in wanted if block.name != CHOICES for values in block.columns.values()), default=0)
    return max(_LIST_ROWS, len(rules.rules), filled + _LIST_ROWS // 2)


def _list_cells(
    wanted: Sequence[Block], places: Mapping[str, int], header_row: int, last: int, lang: str
) -> Iterator[tuple[CellRef, Cell]]:
    """The cells of some blocks: their title, their headers, and the cells to type in."""
    for block in wanted:
        for i, (code, values) in enumerate(block.columns.items()):
            column, ours = places[code], block.name == CHOICES
            if header_row > 1:
                yield CellRef(header_row - 1, column), Cell(None if i else say(f"rules.block.{block.name}", lang), look.SECTION)
            yield CellRef(header_row, column), Cell(say(f"rules.{code}", lang), look.HEADING)
            for row in range(header_row + 1, header_row + len(values) + 1 if ours else last + 1):
                at = row - header_row - 1
                yield CellRef(row, column), Cell(values[at] if at < len(values) else None, look.MUTED if ours else _look(code))


def _look(code: str) -> Style:
    return look.INPUT_DATE if code in ("holiday", "workday") else look.INPUT


def _list_rules(
    wanted: Sequence[Block], columns: Mapping[str, int], first: int, last: int, rules: RuleBook, lang: str
) -> Iterator[Validation]:
    choices = next(block.columns for block in blocks(rules, lang) if block.name == CHOICES)
    for block in wanted:
        for code in block.columns if block.name != CHOICES else ():
            yield of_column(code, columns, first, last, choices, rules, lang)


def _rule_cells(rule: Rule, rules: RuleBook, lang: str) -> list[Cell]:
    value = rules.values[rule.key]
    return [
        Cell(rule.key, look.MUTED),
        Cell(say(f"rule.{rule.key}", lang), look.TEXT),
        Cell(None if value == "" else value, look.INPUT),
        Cell(say(f"unit.{rule.unit}", lang) if rule.unit else None, look.ASIDE),
        Cell(_source(rule, lang), look.ASIDE),
    ]


def _source(rule: Rule, lang: str) -> str:
    """The document that a number stands in, with its step."""
    document, _, step = rule.source.partition(".")
    named = say(f"rules.source.{document}", lang)
    return say("rules.step", lang, document=named, step=step) if step else named


def _put(rows: list[list[Value | Cell]], place: CellRef, cell: Cell) -> None:
    while len(rows) < place.row:
        rows.append([])
    line = rows[place.row - 1]
    line.extend([None] * (place.column - len(line)))
    line[place.column - 1] = cell
