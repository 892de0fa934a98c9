"""The sections of the summary on customers, deals and limits of 002; each answers the row after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..edits import Formula, Style, Value
from ..funnel.opportunity import RATINGS
from ..words import say
from . import look
from .board import Board
from .figures import NONE
from .phrases import LIMITS
from .portfolio import limit_states
from .sections import Sources, section

_MOST = 12
"""Stages that are named; the rest is in the total."""


def portfolio(board: Board, row: int, of: Sources, lang: str) -> int:
    """Customers by grade and rating, open deals by stage, limits by state; nothing where the workbook has none of these tables."""
    ranges = of.figures.details.ranges
    for column, write in (("grade", _customers), ("stage", _deals), ("limit_rule", _limits)):
        if column in ranges:
            row = write(board, row, of, lang) + 1
    return row


def _header(board: Board, row: int, first: str, rest: Sequence[str]) -> None:
    board.put(row, 1, first, look.HEADING_LEFT, across=2)
    for i, text in enumerate(rest):
        board.put(row, 3 + i, text, replace(look.HEADING, horizontal="right"))
    board.heights[row] = 24


def _line(board: Board, row: int, key: Value, formulas: Sequence[Formula], styles: Sequence[Style], lang: str) -> None:
    board.put(row, 1, say("group.blank", lang) if key is None else key, look.TEXT, across=2)
    board.line(row, 3, formulas, styles)


def _customers(board: Board, row: int, of: Sources, lang: str) -> int:
    row = section(board, row, say("section.customers", lang))
    make, block = of.figures, of.figures.details.block("customer")
    counts = Counter(zip(block["grade"], block["opportunity"], strict=True))
    grades = sorted({grade for grade, _ in counts}, key=lambda grade: (grade is None, str(grade)))
    ratings = {code: say(f"opportunity.{code}", lang) for code in RATINGS}
    _header(board, row, say("column.grade", lang), [say("column.customers", lang), *ratings.values()])
    for at, grade in enumerate(grades, start=row + 1):
        mine = _of_group(of, "grade", "opportunity", at, grade is None)
        formulas = [Formula(f"SUMPRODUCT({mine})", sum(n for (key, _), n in counts.items() if key == grade))]
        formulas += [
            Formula(f"SUMPRODUCT({mine}*{make.is_('opportunity', 'opportunity', code)})", counts[grade, word])
            for code, word in ratings.items()
        ]
        _line(board, at, grade, formulas, [look.NUMBER] * len(formulas), lang)
    return row + 1 + len(grades)


def _deals(board: Board, row: int, of: Sources, lang: str) -> int:
    row = section(board, row, say("section.deals", lang))
    make, block = of.figures, of.figures.details.block("deal_customer")
    _header(board, row, say("column.stage", lang), [say(f"column.{key}", lang) for key in ("deals", "expected", "weighted")])
    rows = [one for one in zip(block["stage"], block["deal_open"], block["deal_amount"], block["weighted"], strict=True) if one[1]]
    stages = list(dict.fromkeys(stage for stage, *_ in rows))[:_MOST]
    styles = [look.NUMBER, look.money(lang), look.money(lang)]
    for at, stage in enumerate(stages, start=row + 1):
        mine = f"{_of_group(of, 'stage', 'deal_open', at, stage is None)}*({make.ref('deal_open')}=1)"
        _line(board, at, stage, _worth(of, mine, [one for one in rows if one[0] == stage]), styles, lang)
    last = row + 1 + len(stages)
    _line(board, last, say("group.open", lang), _worth(of, f"({make.ref('deal_open')}=1)*1", rows), styles, lang)
    return last + 1


def _worth(of: Sources, mine: str, rows: Sequence[tuple[Any, ...]]) -> list[Formula]:
    """Number, amount and weighted amount of some deals; a dash where none of them says it."""
    found = [Formula(f"SUMPRODUCT({mine})", len(rows))]
    for i, column in ((2, "deal_amount"), (3, "weighted")):
        cells, known = of.figures.ref(column), [one[i] for one in rows if one[i] is not None]
        value = float(np.sum(known)) if known or not rows else NONE
        none = f"AND(SUMPRODUCT({mine})>0,SUMPRODUCT({mine}*ISNUMBER({cells}))=0)"
        found.append(Formula(f'IF({none},"{NONE}",SUMPRODUCT({mine},{cells}))', value))
    return found


def _limits(board: Board, row: int, of: Sources, lang: str) -> int:
    row = section(board, row, say("section.limits", lang))
    counts = Counter(limit_states(of.assessment))
    rules = list(dict.fromkeys(rule for rule, _ in counts))
    _header(board, row, say("column.rule", lang), [say(f"limit_state.{state}", lang) for state in LIMITS])
    for at, rule in enumerate(rules, start=row + 1):
        mine = _of_group(of, "limit_rule", "limit_state", at, False)
        formulas = [
            Formula(f"SUMPRODUCT({mine}*{of.figures.is_('limit_state', 'limit_state', state)})", counts[rule, state]) for state in LIMITS
        ]
        _line(board, at, say(f"undetermined.{rule}", lang), formulas, [look.NUMBER] * len(formulas), lang)
    return row + 1 + len(rules)


def _of_group(of: Sources, column: str, filled: str, row: int, blank: bool) -> str:
    """1 for the rows of the group whose key stands in the row; *filled* is a column that no row leaves empty."""
    ref = of.figures.ref
    return f'({ref(column)}="")*({ref(filled)}<>"")' if blank else f"EXACT({ref(column)},$A{row})*1"
