"""The summary's sections on time past: what moved since the refresh before this one, and the key figures of every refresh."""

from __future__ import annotations

from collections.abc import Sequence

from ..edits import Chart, Formula, Series
from ..grid import CellRef, Range
from ..words import say
from . import look
from .board import Board
from .changes import FIRST_ROW
from .past import CHANGES, HISTORY, Row
from .sections import WIDTH, Sources, section

MOST_DATES = 26
"""As-of dates that the lines show."""
_LINE_ROWS, _LINE_WIDTH = 9, 580
SHARES = ("conversion", "on_time", "completeness")
_COLOURS = (look.BLUE, look.GREEN, look.ORANGE)


def changes(board: Board, row: int, of: Sources, lang: str) -> int:
    """What moved since the refresh before this one, counted from the sheet of changes."""
    row = section(board, row, say("section.changes", lang))
    if of.changes.since is None:
        board.put(row, 1, say("empty.changes", lang), look.MUTED, across=WIDTH)
        return row + 1
    today = of.assessment.as_of.date
    mine = [r for r in of.changes.rows if r["date"] == today]
    levels = bool(of.assessment.metrics.levels)
    last = FIRST_ROW + max(1, len(of.changes.rows)) - 1

    def cells(key: str) -> str:
        column = CHANGES.index(key) + 1
        return Range(FIRST_ROW, column, last, column).on(of.changes_title)

    moved = ("tier_moved",) * bool(of.assessment.metrics.by_tier) + ("level_moved",) * levels
    for i, key in enumerate(("new", *moved, "won", "lost", "late")):
        value = sum(int(r.get(key) or 0) for r in mine)
        board.put(row, 1 + 2 * i, say(f"changes.{key}", lang), look.SIDE_LABEL)
        board.put(row, 2 + 2 * i, Formula(f"SUMIFS({cells(key)},{cells('date')},$B$2)", value), look.SIDE_NUMBER)
    board.heights[row] = 26
    return row + 1


def history(board: Board, row: int, of: Sources, lang: str) -> int:
    """Lines of the key figures of the last refreshes; nothing while there is only one."""
    if len(of.history) < 2:
        return row - 1
    row = section(board, row, say("section.history", lang)) + 1
    board.heights[row - 1] = 6  # between the line of the heading and the charts
    last = FIRST_ROW + len(of.history) - 1
    first = max(FIRST_ROW, last - MOST_DATES + 1)
    for column, title, keys, fmt in ((1, "counts", counts_shown(of.history), None), (8, "shares", SHARES, "0%")):
        found = [key for key in keys if any(isinstance(line.get(key), int | float) for line in of.history)]
        if found:
            board.charts.append(_lines(row, column, say(f"chart.history.{title}", lang), found, (first, last), of, fmt, lang))
    return row + _LINE_ROWS


def counts_shown(rows: Sequence[Row]) -> tuple[str, ...]:
    """Counts that the lines show; the limits of the other tables where the newest row can't tell which leads are overdue."""
    return "open", "won", "overdue" if isinstance(rows[-1].get("overdue"), int | float) else "limits"


def _lines(row: int, column: int, title: str, keys: Sequence[str], rows: tuple[int, int], of: Sources, fmt: str | None, lang: str) -> Chart:
    def cells(key: str) -> Range:
        place = HISTORY.index(key) + 1
        return Range(rows[0], place, rows[1], place)

    return Chart(
        kind="line",
        title=title,
        categories=cells("date"),
        series=tuple(Series(say(f"history.{key}", lang), cells(key), colour) for key, colour in zip(keys, _COLOURS, strict=False)),
        anchor=CellRef(row, column),
        width=_LINE_WIDTH,
        height=_LINE_ROWS * 24,
        source=of.history_title,
        number_format=fmt,
        legend=True,
    )
