"""The summary sheet: how many leads, where they are lost, who is late, what changed, what to do; every figure traceable in Excel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ..edits import Formula, PutSheet, Style, Value
from ..grid import CellRef, letters, quoted
from ..words import say
from . import level_sections, look, sections
from .board import Board
from .changes import FIRST_ROW
from .figures import quotient, serial_text
from .past import HISTORY, Row
from .portfolio_sections import portfolio
from .sections import ROW_POINTS, WIDTH, Sources

COLUMN_WIDTH = 11.3
_SCALE, _PAGE_POINTS = 68, 700.0
"""Percent at which the columns fill A4 landscape, and the height of such a page at that scale."""


def summary(of: Sources, lang: str) -> PutSheet:
    """The summary of one workbook."""
    board = Board()
    _heading(board, of, lang)
    row = _tiles(board, of, lang) + 1
    row = _advice(board, row, of, lang) + 1
    row = sections.trend(board, row, of, lang) + 1
    found = of.assessment.metrics
    by_tier = sorted(found.by_tier, key=lambda rate: (rate.key is None, str(rate.key)))
    if found.levels:
        row = level_sections.levels(board, row, of, lang) + 1
        row = level_sections.level_rates(board, row, of, lang) + 1
    for key, rates, column in (("source", found.by_source, "source"), ("tier", by_tier, "tier")):
        if rates:
            row = sections.rates(board, row, of, key, rates, column, lang) + 1
    row = sections.owners(board, row, of, lang) + 1
    row = sections.states(board, row, of, lang) + 1
    if found.by_month:
        row = sections.rates(board, row, of, "month", sections.recent(found.by_month), "month", lang) + 1
    row = portfolio(board, row, of, lang)
    row = sections.cycle(board, row, of, lang) + 1
    row = sections.reasons(board, row, of, lang) + 1
    last = sections.changes(board, row, of, lang)
    return PutSheet(
        title=of.title,
        rows=board.rows(),
        mark="summary",
        widths=dict.fromkeys(range(1, WIDTH + 1), COLUMN_WIDTH),
        heights={**dict.fromkeys(range(1, last), ROW_POINTS), **board.heights},
        merges=tuple(board.merges),
        freeze=CellRef(4, 1),
        charts=tuple(board.charts),
        gridlines=False,
        tab_color=look.BLUE,
        landscape=True,
        print_rows=(1, 2),
        scale=_SCALE,
        breaks=board.breaks(last, _PAGE_POINTS, ROW_POINTS, 2),
    )


def _heading(board: Board, of: Sources, lang: str) -> None:
    board.put(1, 1, say("summary.title", lang, team=of.team).strip(), look.TITLE, across=WIDTH)
    board.put(2, 1, say("summary.as_of", lang), look.MUTED)
    board.put(
        2,
        2,
        of.assessment.as_of.date,
        Style(font=look.FONT, size=10, bold=True, color=look.INK, number_format="yyyy-mm-dd", horizontal="left"),
    )
    since = of.changes.since
    compared = say("summary.since", lang, date=serial_text(since, lang)) if since else say("summary.first", lang)
    board.put(2, 3, compared, look.MUTED, across=4)
    board.put(2, 7, say("summary.about", lang), replace(look.MUTED, horizontal="right"), across=WIDTH - 6)
    board.heights |= {1: 36, 2: 20, 3: 6}


def _tiles(board: Board, of: Sources, lang: str) -> int:
    """Seven key figures with their change since the last refresh."""
    found, make = of.assessment.metrics, of.figures
    still = found.results["open"] + found.results["nurturing"]
    judged = sum(found.first_touch[state] for state in ("on_time", "late", "overdue"))
    on_time = make.state("first_touch", "first_touch", ["on_time"], found.first_touch["on_time"])
    timely = make.state("first_touch", "first_touch", ["on_time", "late", "overdue"], judged)
    won, total = make.state("result", "result", ["won"], found.results["won"]), make.leads()
    overdue = found.follow_up["overdue"] + found.follow_up["pool"]
    filled, required = int(of.assessment.leads["filled"].sum()), int(of.assessment.leads["required"].sum())
    tiles: Sequence[tuple[str, Formula, bool]] = (
        ("leads", total, False),
        ("open", make.state("result", "result", ["open", "nurturing"], still), False),
        ("won", won, False),
        ("conversion", quotient(f"({won.text})", f"({total.text})", found.results["won"], found.leads), True),
        ("on_time", quotient(f"({on_time.text})", f"({timely.text})", found.first_touch["on_time"], judged), True),
        ("overdue", make.state("follow_up", "follow_up", ["overdue", "pool"], overdue), False),
        ("completeness", make.completeness(filled, required), True),
    )
    before = _before(of)
    for i, (key, formula, percent) in enumerate(tiles):
        column = 1 + 2 * i
        board.put(4, column, say(f"tile.{key}", lang), look.TILE_LABEL, across=2)
        board.put(5, column, formula, look.TILE_PERCENT if percent else look.TILE, across=2)
        change = _change(before, of, key, f"{letters(column)}5", formula)
        board.put(6, column, change, look.TILE_CHANGE_PERCENT if percent else look.TILE_CHANGE, across=2)
    board.heights |= {4: 20, 5: 36, 6: 18}
    return 7


def _before(of: Sources) -> tuple[int, Row] | None:
    """Sheet row and values of the history's newest row before this refresh."""
    rows = [(FIRST_ROW + i, row) for i, row in enumerate(of.history) if row["date"] < of.assessment.as_of.date]
    return rows[-1] if rows else None


def _change(before: tuple[int, Row] | None, of: Sources, key: str, cell: str, now: Formula) -> Value:
    if before is None:
        return None
    row, values = before
    there = f"{quoted(of.history_title)}!${letters(HISTORY.index(key) + 1)}${row}"
    then = values.get(key)
    both = isinstance(then, int | float) and isinstance(now.cached, int | float)
    return Formula(f'IF(AND(ISNUMBER({cell}),ISNUMBER({there})),{cell}-{there},"")', now.cached - then if both else "")  # type: ignore[operator]  # both numbers


def _advice(board: Board, row: int, of: Sources, lang: str) -> int:
    lines = [*of.advice, *of.undetermined]
    if not lines:
        return row - 1
    row = sections.section(board, row, say("section.advice", lang))
    for line in lines:
        board.put(row, 1, "\u2022 " + line, look.WRAPPED, across=WIDTH)
        board.heights[row] = 18 * max(1, math.ceil(_visual(line) / 150))
        row += 1
    return row


def _visual(text: str) -> int:
    """Width in half-width signs."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
