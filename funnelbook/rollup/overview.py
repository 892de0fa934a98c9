"""The overview of the group: key figures, what to look at, twelve weeks, the teams' ranking, regions; charts beside the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..edits import Chart, Link, PutSheet, Series, Style, Value
from ..grid import CellRef, Range, quoted
from ..pipeline import ROLLUP
from ..report import look
from ..report.board import Board
from ..words import say
from .group import Group, Line
from .rows import Row
from .task import COUNTED, OK

WIDTH = 14
_COLUMN_WIDTH, _ROW_POINTS, _ROW_PIXELS = 11.3, 18.0, 24
_CHART_COLUMN, _CHART_WIDTH = 9, 505
_SCALE, _PAGE_POINTS = 68, 700.0
_MOST_LINES, _LEAST_ROWS = 12, 8
_MOST_NAMED = 3
_FEW_LEADS = 5
"""Below that a rate says nothing."""


@dataclass(frozen=True)
class Figures:
    """What the overview draws on."""

    group: Group
    rows: Sequence[Row]
    names: Mapping[str, str]
    """Workbook -> its path as it is shown."""
    as_of: dt.date
    titles: Mapping[str, str]
    """Titles of the other sheets."""


def overview(of: Figures, lang: str) -> PutSheet:
    """The first sheet."""
    board = Board()
    _heading(board, of, lang)
    row = _tiles(board, of, lang) + 1
    row = _hints(board, row, of, lang) + 1
    row = _trend(board, row, of.group, lang) + 1
    row = _lines(board, row, "teams", of.group.teams, of.titles["teams"], lang) + 1
    if of.group.regions:
        row = _lines(board, row, "regions", of.group.regions, None, lang) + 1
    return PutSheet(
        title=say("rollup.sheet.overview", lang),
        rows=board.rows(),
        mark=ROLLUP,
        widths=dict.fromkeys(range(1, WIDTH + 1), _COLUMN_WIDTH),
        heights={**dict.fromkeys(range(1, row), _ROW_POINTS), **board.heights},
        merges=tuple(board.merges),
        freeze=CellRef(4, 1),
        charts=tuple(board.charts),
        gridlines=False,
        tab_color=look.BLUE,
        landscape=True,
        print_rows=(1, 2),
        scale=_SCALE,
        breaks=board.breaks(row, _PAGE_POINTS, _ROW_POINTS, 2),
    )


def _heading(board: Board, of: Figures, lang: str) -> None:
    board.put(1, 1, say("rollup.title.overview", lang), look.TITLE, across=WIDTH)
    board.put(2, 1, say("summary.as_of", lang), look.MUTED)
    board.put(2, 2, of.as_of, replace(look.DATE, bold=True, horizontal="left"))
    board.put(2, 4, say("rollup.about", lang), replace(look.MUTED, horizontal="right"), across=WIDTH - 3)
    board.heights |= {1: 36, 2: 20, 3: 6}


def _tiles(board: Board, of: Figures, lang: str) -> int:
    """Seven key figures, and below the first two what else there is to them."""
    total = of.group.total
    failed = [row for row in of.rows if row["status"] not in COUNTED]
    tiles: Sequence[tuple[str, Value, bool]] = (
        ("workbooks", len(of.rows), False),
        ("leads", total.leads, False),
        ("won", total.won, False),
        ("conversion", total.conversion, True),
        ("on_time", total.timely, True),
        ("overdue", total.overdue, False),
        ("completeness", total.completeness, True),
    )
    below = {
        "workbooks": say("rollup.tile.failed", lang, n=len(failed)),
        "leads": say("rollup.tile.teams", lang, n=len(of.group.teams)),
    }
    if total.amount is not None:
        below["won"] = say("rollup.tile.amount", lang, amount=f"{total.amount:,.0f}")
    for i, (key, value, percent) in enumerate(tiles):
        column = 1 + 2 * i
        board.put(4, column, say(f"rollup.column.{key}", lang), look.TILE_LABEL, across=2)
        board.put(
            5, column, "\u2014" if value is None else value, replace(look.TILE, number_format="0.0%") if percent else look.TILE, across=2
        )
        board.put(6, column, below.get(key), look.TILE_LABEL, across=2)
    board.heights |= {4: 20, 5: 36, 6: 18}
    return 7


def _hints(board: Board, row: int, of: Figures, lang: str) -> int:
    """Where to look first, each with a link to its sheet."""
    hints = [(text, of.titles[sheet]) for sheet, text in _worth(of, lang)]
    if not hints:
        return row - 1
    row = _section(board, row, say("rollup.section.hints", lang))
    for text, title in hints:
        board.put(row, 1, "\u2022 " + text, look.WRAPPED, across=WIDTH - 2)
        board.put(row, WIDTH - 1, Link(title, f"{quoted(title)}!A1"), look.LINK, across=2)
        row += 1
    return row


def _worth(of: Figures, lang: str) -> list[tuple[str, str]]:
    """(sheet, sentence) of what needs somebody."""
    found: list[tuple[str, str]] = []
    for code, there in (
        ("failed", [row for row in of.rows if row["status"] not in COUNTED]),
        ("unwritten", [row for row in of.rows if row["status"] in COUNTED and row["status"] != OK]),
    ):
        if there:
            found.append(
                ("workbooks", say(f"rollup.hint.{code}", lang, n=len(there), names=_named([of.names[r["workbook"]] for r in there], lang)))
            )
    if of.group.customers:
        found.append(("twins", say("rollup.hint.twins", lang, n=of.group.customers, leads=of.group.twin_leads)))
    slow = [line for line in of.group.teams if line.leads >= _FEW_LEADS and line.overdue]
    if slow:
        worst = max(slow, key=lambda line: (line.overdue or 0) / line.leads)
        found.append(("teams", say("rollup.hint.overdue", lang, team=worst.team, n=worst.overdue, leads=worst.leads)))
    bad = [row for row in of.rows if row["status"] in COUNTED and (row["leads"] or 0) >= _FEW_LEADS and row["errors"]]
    if bad:
        row = max(bad, key=lambda row: row["errors"] / row["leads"])
        found.append(("quality", say("rollup.hint.quality", lang, team=row["team"], n=row["errors"], leads=row["leads"])))
    return found


def _named(names: Sequence[str], lang: str) -> str:
    return say("list.comma", lang).join(names[:_MOST_NAMED]) + ("\u2026" if len(names) > _MOST_NAMED else "")


def _trend(board: Board, row: int, group: Group, lang: str) -> int:
    row = _section(board, row, say("section.trend", lang))
    keys = ("new", "touches", "won", "amount")
    _header(board, row, [(say("column.week", lang), 2), *((say(f"column.{key}", lang), 1) for key in keys)])
    first = row + 1
    for line, week in enumerate(group.weeks, start=first):
        board.put(line, 1, week.start, replace(look.DATE, horizontal="left", number_format="mm-dd"), across=2)
        board.line(line, 3, [week.leads, week.touches, week.won, week.amount], [look.NUMBER, look.NUMBER, look.NUMBER, look.money(lang)])
    last = first + len(group.weeks) - 1
    series = tuple(
        Series(say(f"column.{key}", lang), Range(first, column, last, column), colour)
        for key, column, colour in zip(keys[:3], (3, 4, 5), (look.BLUE, look.ORANGE, look.GREEN), strict=True)
    )
    chart = ("line", say("chart.trend", lang), Range(first, 1, last, 1), series, None)
    return _chart(board, row, chart, len(group.weeks) + 1)


def _lines(board: Board, row: int, name: str, lines: Sequence[Line], more: str | None, lang: str) -> int:
    """The first lines of a ranking with their conversion rates as a chart; *more* is the sheet that has them all."""
    row = _section(board, row, say(f"rollup.section.{name}", lang))
    keys = ("leads", "won", "conversion", "amount", "overdue")
    _header(board, row, [(say(f"rollup.column.{name}", lang), 2), *((say(f"column.{key}", lang), 1) for key in keys)])
    first, shown = row + 1, lines[:_MOST_LINES]
    styles: Sequence[Style] = (look.NUMBER, look.NUMBER, look.PERCENT, look.money(lang), look.NUMBER)
    for i, line in enumerate(shown):
        board.put(first + i, 1, say("group.blank", lang) if line.key is None else line.key, look.TEXT, across=2)
        board.line(first + i, 3, [line.leads, line.won, line.conversion, line.amount, line.overdue], styles)
    after = first + len(shown)
    if len(lines) > len(shown):
        text = say("rollup.more", lang, n=len(lines) - len(shown))
        board.put(after, 1, Link(text, f"{quoted(more)}!A1") if more else text, look.LINK if more else look.MUTED, across=7)
        after += 1
    if not shown:
        return after
    series = (Series(say("column.conversion", lang), Range(first, 5, first + len(shown) - 1, 5), look.BLUE),)
    chart = ("bar", say(f"rollup.chart.{name}", lang), Range(first, 1, first + len(shown) - 1, 1), series, "0%")
    return max(after, _chart(board, row, chart, len(shown) + 1))


def _section(board: Board, row: int, title: str) -> int:
    board.sections.append(row)
    board.put(row, 1, title, look.SECTION, across=WIDTH)
    board.heights[row] = 24
    return row + 1


def _header(board: Board, row: int, headings: Sequence[tuple[str, int]]) -> None:
    column = 1
    for text, across in headings:
        style = look.HEADING_LEFT if column == 1 else replace(look.HEADING, horizontal="right")
        board.put(row, column, text, style, across=across)
        column += across
    board.heights[row] = 24


def _chart(board: Board, row: int, what: tuple[str, str, Range, tuple[Series, ...], str | None], rows: int) -> int:
    """A chart to the right of a table; the row below both."""
    kind, title, categories, series, number_format = what
    height = max(rows, _LEAST_ROWS)
    board.charts.append(
        Chart(
            kind=kind,
            title=title,
            categories=categories,
            series=series,
            anchor=CellRef(row + 1, _CHART_COLUMN),
            width=_CHART_WIDTH,
            height=height * _ROW_PIXELS,
            number_format=number_format,
            labels=kind != "line",
            legend=len(series) > 1,
        )
    )
    return row + 1 + height
