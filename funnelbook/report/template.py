"""Starter workbooks: a page of instructions, the tables of a profile as Excel Tables with drop-downs, and the rules sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..edits import Cell, EditPlan, ExcelTableSpec, Formula, PutSheet, Style, Value
from ..funnel.model import Table
from ..funnel.required import required_fields
from ..funnel.rulebook import RULES_SHEET, RuleBook
from ..grid import CellRef, Grid, Range
from ..words import knows, say
from . import look
from .highlights import missing_rules
from .rules_sheet import rules_sheet
from .template_columns import header, is_key, typed, typed_look, validation, width

HEADER_ROW, ROWS = 3, 200
"""Header row of every table, and the rows that bear its formats and drop-downs; Excel lengthens the table as people type."""

_MUST = Style(font=look.FONT, size=10, bold=True, color="FFFFFF", fill=look.BLUE, vertical="center")
_MAY = replace(_MUST, fill=look.FAINT)
_NEXT_ID_COLUMN = 8
_NEXT_ID = "000000-000"
"""Ids of 000: year and month, and a number."""


def template(profile: str, lang: str, sample: bool, rules: RuleBook) -> EditPlan:
    """A plan for an empty package; with *sample* the document's own example rows stand in the tables."""
    sheets = [_instructions(profile, lang)]
    sheets += [_table(kind, columns, profile, lang, sample, rules) for kind, columns in rules.profiles[profile].template.items()]
    return EditPlan((*sheets, rules_sheet(rules, say(f"sheet.{RULES_SHEET}", lang), lang)))


def _instructions(profile: str, lang: str) -> PutSheet:
    rows: list[list[Value | Cell]] = [
        [Cell(say(f"template.title.{profile}", lang), look.TITLE)],
        [Cell(say(f"template.about.{profile}", lang), look.MUTED)],
        [],
    ]
    number = 1
    while knows(f"template.step.{profile}.{number}"):
        rows.append([Cell(say(f"template.step.{profile}.{number}", lang), look.WRAPPED)])
        number += 1
    rows += [[], [Cell(say("template.colours", lang), look.SECTION)]]
    rows += [
        [Cell(say("template.colour.required", lang), _MUST)],
        [Cell(say("template.colour.optional", lang), _MAY)],
        [Cell(say("template.colour.own", lang), replace(_MUST, fill=look.OWN_HEADER.fill))],
        [Cell(say("template.colour.missing", lang), Style(font=look.FONT, size=10, color=look.INK, fill=look.MISSING.fill))],
        [Cell(say("template.colour.wrong", lang), Style(font=look.FONT, size=10, color=look.INK, fill=look.WRONG.fill))],
    ]
    heights: dict[int, float] = {1: 36, **dict.fromkeys(range(4, 3 + number), 34)}
    return PutSheet(say("template.sheet.instructions", lang), rows, widths={1: 84}, heights=heights, gridlines=False, tab_color=look.BLUE)


def _table(kind: str, columns: Sequence[str], profile: str, lang: str, sample: bool, rules: RuleBook) -> PutSheet:
    required, fields = required_fields(kind, profile, rules), rules.tables[kind].fields
    texts = [header(name, kind, profile, lang, rules) for name in columns]
    keys = {name for name in columns if is_key(name, kind, profile, lang, rules)}
    headers = [
        Cell(text, replace(_MUST if name in required or name in keys else _MAY, horizontal="center", wrap=True))
        for name, text in zip(columns, texts, strict=True)
    ]
    filled = _sample_rows(kind, columns, profile, lang, rules) if sample else []
    last = HEADER_ROW + ROWS
    looks = [typed_look(fields[name]) for name in columns]
    body: list[list[Value | Cell]] = []
    for i in range(ROWS):
        values = filled[i] if i < len(filled) else [None] * len(columns)
        body.append([Cell(value, style) for value, style in zip(values, looks, strict=True)])
    title = say(f"template.sheet.{profile}.{kind}", lang)
    top: list[Value | Cell] = [Cell(title, look.TITLE)]
    if kind == "leads" and profile == "tiering":
        top += [*[None] * (_NEXT_ID_COLUMN - 2), *_next_id(kind, texts[0], [row[0] for row in filled], lang)]
    binding = {name: (column,) for column, name in enumerate(columns, start=1)}
    empty = Table(
        kind, Grid(title), HEADER_ROW, HEADER_ROW, np.array([last]), binding, dict(enumerate(texts, start=1)), right=len(columns), left=1
    )
    return PutSheet(
        title=title,
        rows=[top, [Cell(say(f"template.hint.{profile}.{kind}", lang), look.MUTED)], [*headers], *body],
        widths={i: width(fields[name]) for i, name in enumerate(columns, start=1)},
        typed=dict(enumerate(looks, start=1)),
        heights={1: 32, HEADER_ROW: 30},
        freeze=CellRef(HEADER_ROW + 1, 2),
        tables=(ExcelTableSpec(kind, Range(HEADER_ROW, 1, last, len(columns)), "TableStyleLight9"),),
        rules=missing_rules(empty, profile, rules),
        validations=tuple(
            validation(name, kind, profile, Range(HEADER_ROW + 1, column, last, column), lang, rules)
            for column, name in enumerate(columns, start=1)
        ),
        tab_color=look.GREEN,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )


def _next_id(table: str, column: str, ids: Sequence[Value], lang: str) -> list[Value | Cell]:
    """The next free id, for a person to type: a formula in the column of the ids would number the rows anew when they are sorted."""
    cells, first, none = f"{table}[{column}]", say("template.next_id.first", lang), say("template.next_id.none", lang)
    greatest = f'SUMPRODUCT(MAX((0&SUBSTITUTE({cells},"-",""))+0))'
    formula = f'IF(COUNTA({cells})=0,"{first}",IFERROR(TEXT({greatest}+1,"{_NEXT_ID}"),"{none}"))'
    numbers = [int(str(one).replace("-", "")) for one in ids if one is not None]
    value = f"{max(numbers) + 1:09d}" if numbers else None
    shown = f"{value[:-3]}-{value[-3:]}" if value else first
    bold = Style(font=look.FONT, size=11, bold=True, color=look.BLUE, vertical="center")
    return [Cell(say("template.next_id", lang), look.MUTED), Cell(Formula(formula, shown), bold)]


def _sample_rows(kind: str, columns: Sequence[str], profile: str, lang: str, rules: RuleBook) -> list[list[Value]]:
    """The document's example rows; words.toml holds them, one text a row, cells parted by "|"."""
    rows: list[list[Value]] = []
    number = 1
    while knows(f"sample.{profile}.{kind}.{number}"):
        cells = say(f"sample.{profile}.{kind}.{number}", lang).split("|")
        cells += [""] * (len(columns) - len(cells))
        rows.append([typed(rules.tables[kind].fields[name], text) for name, text in zip(columns, cells, strict=True)])
        number += 1
    return rows
