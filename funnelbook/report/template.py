"""Starter workbooks: a page of instructions, the tables of a profile as Excel Tables with drop-downs, and the rules sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from ..edits import Cell, EditPlan, ExcelTableSpec, PutSheet, Style, Validation, Value
from ..funnel.rulebook import RULES_SHEET, RuleBook
from ..grid import CellRef, Range
from ..words import knows, say
from . import look
from .rules_sheet import rules_sheet

HEADER_ROW, ROWS = 3, 200
"""Header row of every table, and the rows that bear its formats and drop-downs; Excel lengthens the table as people type."""

_COLUMNS: Mapping[str, Sequence[str]] = {
    "leads": (
        "lead_id", "source", "contact", "phone", "company", "need", "budget", "expected_close", "tier", "owner", "entered_at",
        "fit", "budget_fit", "authority", "entered_by", "region", "industry", "assigned_at", "status",
    ),
    "followups": ("lead_id", "followed_at", "method", "content", "feedback", "next_action", "followed_by"),
    "conversions": ("lead_id", "result", "amount", "loss_reason", "cycle_days", "owner", "summary", "closed_at"),
}  # fmt: skip
_WIDE = {"need": 30, "company": 24, "content": 40, "feedback": 28, "next_action": 28, "summary": 36, "lead_id": 16, "phone": 16}
_TIMES = ("followed_at", "assigned_at", "entered_at")
_DATES = ("expected_close", "closed_at")
_TYPED_WORDS = ("fit", "budget_fit", "authority")


def template(profile: str, lang: str, sample: bool, rules: RuleBook) -> EditPlan:
    """A plan for an empty package; with *sample* the document's own example rows stand in the tables."""
    sheets = [_instructions(lang)]
    sheets += [_table(kind, columns, profile, lang, sample, rules) for kind, columns in _COLUMNS.items()]
    return EditPlan((*sheets, rules_sheet(rules, say(f"sheet.{RULES_SHEET}", lang), lang)))


def _instructions(lang: str) -> PutSheet:
    rows: list[list[Value | Cell]] = [[Cell(say("template.title", lang), look.TITLE)], [Cell(say("template.about", lang), look.MUTED)], []]
    number = 1
    while knows(f"template.step.{number}"):
        rows.append([Cell(say(f"template.step.{number}", lang), look.WRAPPED)])
        number += 1
    rows += [[], [Cell(say("template.colours", lang), look.SECTION)]]
    rows += [
        [Cell(say("template.colour.required", lang), Style(font=look.FONT, size=10, bold=True, color="FFFFFF", fill=look.BLUE))],
        [Cell(say("template.colour.optional", lang), Style(font=look.FONT, size=10, bold=True, color="FFFFFF", fill=look.FAINT))],
        [Cell(say("template.colour.missing", lang), Style(font=look.FONT, size=10, color=look.INK, fill=look.MISSING.fill))],
        [Cell(say("template.colour.wrong", lang), Style(font=look.FONT, size=10, color=look.INK, fill=look.WRONG.fill))],
    ]
    heights: dict[int, float] = {1: 36, **dict.fromkeys(range(4, 3 + number), 34)}
    return PutSheet(say("template.sheet.instructions", lang), rows, widths={1: 84}, heights=heights, gridlines=False, tab_color=look.BLUE)


def _table(kind: str, columns: Sequence[str], profile: str, lang: str, sample: bool, rules: RuleBook) -> PutSheet:
    required = rules.profiles[profile].required if kind == "leads" else rules.tables[kind].required
    must = Style(font=look.FONT, size=10, bold=True, color="FFFFFF", fill=look.BLUE, horizontal="center", vertical="center", wrap=True)
    may = Style(font=look.FONT, size=10, bold=True, color="FFFFFF", fill=look.FAINT, horizontal="center", vertical="center", wrap=True)
    headers = [Cell(say(f"field.{name}", lang), must if name in required else may) for name in columns]
    filled = _sample_rows(kind, columns, lang) if sample else []
    last = HEADER_ROW + ROWS
    body: list[list[Value | Cell]] = []
    for i in range(ROWS):
        values = filled[i] if i < len(filled) else [None] * len(columns)
        body.append([Cell(value, _format(name)) for name, value in zip(columns, values, strict=True)])
    title = say(f"template.sheet.{kind}", lang)
    return PutSheet(
        title=title,
        rows=[[Cell(title, look.TITLE)], [Cell(say(f"template.hint.{kind}", lang), look.MUTED)], [*headers], *body],
        widths={i: _WIDE.get(name, 14) for i, name in enumerate(columns, start=1)},
        heights={1: 32, HEADER_ROW: 30},
        freeze=CellRef(HEADER_ROW + 1, 2),
        tables=(ExcelTableSpec(kind, Range(HEADER_ROW, 1, last, len(columns)), "TableStyleLight9"),),
        validations=tuple(_validation(name, column, last, lang, rules, kind) for column, name in enumerate(columns, start=1)),
        tab_color=look.GREEN,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )


def _format(name: str) -> Style:
    if name in _TIMES:
        return Style(font=look.FONT, size=10, number_format="yyyy-mm-dd hh:mm", horizontal="center")
    if name in _DATES:
        return Style(font=look.FONT, size=10, number_format="yyyy-mm-dd", horizontal="center")
    if name in ("amount", "cycle_days"):
        return Style(font=look.FONT, size=10, number_format="0.##" if name == "amount" else "0")
    if name in ("lead_id", "phone"):
        return Style(font=look.FONT, size=10, number_format="@")
    return Style(font=look.FONT, size=10)


def _validation(name: str, column: int, last: int, lang: str, rules: RuleBook, kind: str) -> Validation:
    where = Range(HEADER_ROW + 1, column, last, column)
    title = say(f"field.{name}", lang)[:32]
    code = f"prompt.{name}"
    prompt = say(code, lang) if knows(code) else ""
    words = rules.tables[kind].fields[name].words
    if name in _TYPED_WORDS:
        choices = tuple(say(f"choice.{name}.{option}", lang) for option in rules.vocabularies[name].canonical)
        return Validation(where, "list", choices, title=title, prompt=prompt, error=say("template.error.list", lang))
    if words is not None:
        choices = _words(words, lang, rules)
        return Validation(where, "list", choices, title=title, prompt=prompt, error=say("template.error.list", lang))
    if name in (*_TIMES, *_DATES):
        return Validation(
            where, "date", low="DATE(2000,1,1)", high="DATE(2100,12,31)", title=title, prompt=prompt, error=say("template.error.date", lang)
        )
    if name in ("amount", "cycle_days"):
        return Validation(
            where, "decimal", low="0", high="1000000000", title=title, prompt=prompt, error=say("template.error.number", lang)
        )
    return Validation(where, "custom", source="TRUE", title=title, prompt=prompt)


def _words(vocabulary: str, lang: str, rules: RuleBook) -> tuple[str, ...]:
    """The canonical words, in English their first English synonym."""
    words = rules.vocabularies[vocabulary]
    if lang == "zh":
        return words.canonical
    return tuple(next((w for w in words.synonyms(word) if w.isascii() and len(w) > 1), word) for word in words.canonical)


def _sample_rows(kind: str, columns: Sequence[str], lang: str) -> list[list[Value]]:
    """The document's example rows; words.toml holds them, one text a row, cells parted by "|"."""
    rows: list[list[Value]] = []
    number = 1
    while knows(f"sample.{kind}.{number}"):
        cells = say(f"sample.{kind}.{number}", lang).split("|")
        rows.append([_typed(name, text) for name, text in zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True)])
        number += 1
    return rows


def _typed(name: str, text: str) -> Value:
    if not text:
        return None
    if name in _TIMES and " " in text:
        return dt.datetime.fromisoformat(text)
    if name in (*_TIMES, "closed_at"):
        return dt.date.fromisoformat(text)
    return float(text) if name in ("amount", "cycle_days") else text
