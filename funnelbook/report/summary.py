"""The summary sheet: how many leads, where they are lost, who is late, what changed, what to do; every figure traceable in Excel."""

from __future__ import annotations

import math
from dataclasses import replace

from ..edits import PutSheet, Style
from ..grid import CellRef
from ..words import say
from . import funnel_sections, level_sections, look, sections, since_sections
from .blocks import visual
from .board import Board
from .phrases import group_word
from .portfolio_sections import portfolio
from .sections import ROW_POINTS, WIDTH, Sources
from .tiles import tiles

COLUMN_WIDTH = 11.3
_SCALE, _PAGE_POINTS = 68, 730.0
"""Percent at which the columns fill A4 landscape, and the height of such a page at that scale."""


def summary(of: Sources, lang: str) -> PutSheet:
    """The summary of one workbook."""
    board = Board()
    _heading(board, of, lang)
    row = tiles(board, 4, of, lang) + 1
    row = _advice(board, row, of, lang) + 1
    row = since_sections.changes(board, row, of, lang) + 1
    row = (_sections if of.assessment.metrics.leads else _nothing)(board, row, of, lang)
    last = since_sections.history(board, row, of, lang)
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
        print_rows=(1, 3),
        scale=_SCALE,
        breaks=board.breaks(last, _PAGE_POINTS, ROW_POINTS, 2),
    )


def _sections(board: Board, row: int, of: Sources, lang: str) -> int:
    found = of.assessment.metrics
    funnel = level_sections.levels if found.levels else funnel_sections.funnel
    row = funnel(board, row, of, lang) + 1
    by_source = [replace(rate, key=group_word("source", rate.key, lang)) for rate in found.by_source]
    by_tier = sorted(found.by_tier, key=lambda rate: (rate.key is None, str(rate.key)))
    for key, rates in (("source", by_source), ("tier", by_tier)):
        if rates:
            row = sections.rates(board, row, of, key, rates, key, lang) + 1
    if found.levels:
        row = level_sections.level_rates(board, row, of, lang) + 1
    row = sections.trend(board, row, of, lang) + 1
    row = sections.owners(board, row, of, lang) + 1
    row = funnel_sections.states(board, row, of, lang) + 1
    if found.by_month:
        row = sections.rates(board, row, of, "month", sections.recent(found.by_month), "month", lang) + 1
    row = portfolio(board, row, of, lang)
    row = sections.cycle(board, row, of, lang) + 1
    return sections.reasons(board, row, of, lang) + 1


def _nothing(board: Board, row: int, of: Sources, lang: str) -> int:
    """Without leads there are no figures, only how they come."""
    board.put(row, 1, say("summary.empty", lang), look.TEXT, across=WIDTH)
    return row + 2


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
    compared = say("summary.since", lang, date=since.isoformat()) if since else say("summary.first", lang)
    board.put(2, 3, compared, look.MUTED, across=4)
    board.put(2, 7, say("summary.about", lang), replace(look.MUTED, horizontal="right"), across=WIDTH - 6)
    board.heights |= {1: 36, 2: 20, 3: 6}
    if of.newest is not None and of.newest > of.assessment.as_of.date:
        board.put(3, 1, say("summary.newer", lang, date=of.newest.isoformat()), look.SOON_LINE, across=WIDTH)
        board.heights[3] = 20


def _advice(board: Board, row: int, of: Sources, lang: str) -> int:
    lines = [*of.advice, *of.undetermined]
    if not lines:
        return row - 1
    row = sections.section(board, row, say("section.advice", lang))
    for line in lines:
        board.put(row, 1, "\u2022 " + line, look.WRAPPED, across=WIDTH)
        board.heights[row] = 18 * max(1, math.ceil(visual(line) / 150))
        row += 1
    return row
