"""The tiles of the summary: up to seven key figures that the workbook can answer, each with its change since the last refresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..edits import Formula, Style
from ..funnel.model import Assessment
from ..grid import letters, quoted
from ..words import say
from . import look
from .board import Board
from .changes import FIRST_ROW
from .figures import quotient
from .known import has_amounts, has_entries, has_touches, judged
from .past import HISTORY, Row
from .portfolio import limit_states
from .sections import Sources

MOST = 7
"""Tiles, two columns each."""
_ORDER = ("leads", "open", "won", "conversion", "on_time", "overdue", "limits", "completeness", "amount", "touches", "new")
_DUE = ("on_time", "late", "overdue")
"""States of a first touch whose limit has come."""
_BETTER_UP, _BETTER_DOWN = ("won", "conversion", "on_time", "completeness", "amount"), ("overdue", "limits")
PERCENT, _LEAST = ("conversion", "on_time", "completeness"), 0.05
"""Tiles of shares, and the percentage points below which one hasn't changed."""


@dataclass(frozen=True)
class _Tile:
    key: str
    figure: Formula


def tiles(board: Board, row: int, of: Sources, lang: str) -> int:
    """The tiles from a row on; the row after them."""
    before = _before(of)
    for i, tile in enumerate(_chosen(of)):
        column = 1 + 2 * i
        board.put(row, column, say(f"tile.{tile.key}", lang), look.TILE_LABEL, across=2)
        board.put(row + 1, column, tile.figure, replace(look.TILE, number_format=_format(tile.key, lang)), across=2)
        _change(board, row + 2, column, tile, before, of, lang)
    board.heights |= {row: 20, row + 1: 36, row + 2: 18}
    return row + 3


def _format(key: str, lang: str) -> str:
    money = look.money(lang).number_format or "General"
    return "0.0%" if key in PERCENT else money if key == "amount" else "#,##0"


def answerable(assessment: Assessment) -> list[str]:
    """Keys of the figures that the workbook can answer, the more telling ones first, in the order in which they stand."""
    found = assessment.metrics
    known = {
        "on_time": any(found.first_touch[state] for state in _DUE),
        "overdue": judged(found.follow_up),
        "limits": bool(limit_states(assessment)),
        "amount": has_amounts(assessment),
        "touches": has_touches(assessment),
        "new": has_entries(assessment),
    }
    return [key for key in _ORDER if known.get(key, True)][:MOST]


def _chosen(of: Sources) -> list[_Tile]:
    """The tiles with their formulas."""
    found, make = of.assessment.metrics, of.figures
    won, total = make.state("result", "result", ["won"], found.results["won"]), make.leads()
    still = found.results["open"] + found.results["nurturing"]
    new, touches, *_ = make.week(found.weeks[-1], "($B$2-WEEKDAY($B$2,2)+1)")
    figures = {
        "leads": total,
        "open": make.state("result", "result", ["open", "nurturing"], still),
        "won": won,
        "conversion": quotient(f"({won.text})", f"({total.text})", found.results["won"], found.leads),
        **_states(of),
        "completeness": make.completeness(int(of.assessment.leads["filled"].sum()), int(of.assessment.leads["required"].sum())),
        "amount": Formula(make.won_amount(), found.won_amount),
        "touches": touches,
        "new": new,
    }
    return [_Tile(key, figures[key]) for key in answerable(of.assessment)]


def _states(of: Sources) -> dict[str, Formula]:
    """How punctual the team is."""
    found, make = of.assessment.metrics, of.figures
    due = sum(found.first_touch[state] for state in _DUE)
    on_time = make.state("first_touch", "first_touch", ["on_time"], found.first_touch["on_time"])
    timely = make.state("first_touch", "first_touch", _DUE, due)
    overdue = found.follow_up["overdue"] + found.follow_up["pool"]
    figures = {
        "on_time": quotient(f"({on_time.text})", f"({timely.text})", found.first_touch["on_time"], due),
        "overdue": make.state("follow_up", "follow_up", ["overdue", "pool"], overdue),
    }
    limits = limit_states(of.assessment)
    if limits:
        late = sum(state == "overdue" for _, state in limits)
        figures["limits"] = make.state("limit_state", "limit_state", ["overdue"], late)
    return figures


def _before(of: Sources) -> tuple[int, Row] | None:
    """Sheet row and values of the history's newest row before this refresh."""
    rows = [(FIRST_ROW + i, row) for i, row in enumerate(of.history) if row["date"] < of.assessment.as_of.date]
    return rows[-1] if rows else None


def _change(board: Board, row: int, column: int, tile: _Tile, before: tuple[int, Row] | None, of: Sources, lang: str) -> None:
    """An arrow with its word, and beside it by how much."""
    percent = tile.key in PERCENT
    left, right = replace(look.TILE_CHANGE, horizontal="right"), replace(look.TILE_CHANGE, horizontal="left")
    if before is None:
        board.line(row, column, [None, None], [left, right])
        return
    at, values = before
    now, then = tile.figure.cached, values.get(tile.key)
    cell, there = f"{letters(column)}{row - 1}", f"{quoted(of.history_title)}!${letters(HISTORY.index(tile.key) + 1)}${at}"
    known = isinstance(now, int | float) and isinstance(then, int | float)
    moved: float | str = now - then if known else ""  # type: ignore[operator]  # both numbers
    difference = f"{cell}-{there}"
    if percent:
        moved = moved * 100 if isinstance(moved, int | float) else moved
        moved = 0 if isinstance(moved, float) and abs(moved) < _LEAST else moved
        difference = f"IF(ABS({difference})*100<{_LEAST},0,({difference})*100)"
    amount = f"{letters(column + 1)}{row}"
    words = {sign: say(f"tile.{sign}", lang) for sign in ("up", "down", "same")}
    said = "" if isinstance(moved, str) else words["up" if moved > 0 else "down" if moved < 0 else "same"]
    arrow = f'IF({amount}="","",IF({amount}>0,"{words["up"]}",IF({amount}<0,"{words["down"]}","{words["same"]}")))'
    formula = Formula(f'IF(AND(ISNUMBER({cell}),ISNUMBER({there})),{difference},"")', moved)
    board.put(row, column, Formula(arrow, said), _coloured(left, tile.key, moved))
    board.put(row, column + 1, formula, replace(_coloured(right, tile.key, moved), number_format=_change_format(tile.key, lang)))


def _change_format(key: str, lang: str) -> str:
    """Without a sign, which the arrow is; nothing for 0."""
    shown = f'0.0"{say("tile.points", lang)}"' if key in PERCENT else "#,##0"
    return f"{shown};{shown};"


def _coloured(style: Style, key: str, moved: float | str) -> Style:
    better: Sequence[str] = _BETTER_UP if not isinstance(moved, str) and moved > 0 else _BETTER_DOWN
    if isinstance(moved, str) or not moved or key not in (*_BETTER_UP, *_BETTER_DOWN):
        return style
    return replace(style, color=look.FINE.color if key in better else look.LATE.color)
