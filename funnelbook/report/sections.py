"""The sections of the summary that count groups: trend, rates, owners, cycle, reasons; each answers the row after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..edits import Chart, Formula, Series
from ..funnel.model import Assessment, Metrics, Rate
from ..grid import CellRef, Range, letters
from ..words import say
from . import look
from .board import Board
from .changes import Changes
from .figures import Figures
from .known import PERIOD, owner_names, period_names
from .past import Row
from .phrases import group_word, level_word

WIDTH = 14
"""Columns of the summary."""
ROW_POINTS = 18.0
_CHART_COLUMN, _CHART_WIDTH = 9, 505
_ROW_PIXELS = 24
_MOST_GROUPS = 12
_CHART_ROWS = 7
_DAYS = (look.NUMBER, look.DAYS, look.DAYS)


@dataclass(frozen=True, eq=False)
class Sources:
    """What the summary draws on besides the figures."""

    title: str
    team: str
    assessment: Assessment
    figures: Figures
    changes: Changes
    changes_title: str
    history: Sequence[Row]
    history_title: str
    newest: dt.date | None
    """The newest as-of date of the history before this refresh."""
    row_counts: dict[str, int]
    """Result -> conversion rows that lost their lead so."""
    undetermined: Sequence[str]
    """Sentences on what could not be judged."""
    advice: Sequence[str]


def section(board: Board, row: int, title: str) -> int:
    """The heading of a section; the row below it."""
    board.sections.append(row)
    board.put(row, 1, title, look.SECTION, across=WIDTH)
    board.heights[row] = 24
    return row + 1


def header(board: Board, row: int, first: str, rest: Sequence[str], across: int = 2) -> None:
    """The header row of a table: the first header over some columns, one column each for the rest."""
    board.put(row, 1, first, look.HEADING_LEFT, across=across)
    for i, text in enumerate(rest):
        board.put(row, 1 + across + i, text, replace(look.HEADING, horizontal="right"))
    board.heights[row] = 24


def chart(
    board: Board, row: int, kind: str, title: str, categories: Range, series: Sequence[Series], rows: int, fmt: str | None = None
) -> int:
    """A chart to the right of a table; the row below both."""
    height = max(rows, _CHART_ROWS) * _ROW_PIXELS
    board.charts.append(
        Chart(
            kind=kind,
            title=title,
            categories=categories,
            series=tuple(series),
            anchor=CellRef(row + 1, _CHART_COLUMN),
            width=_CHART_WIDTH,
            height=height,
            number_format=fmt,
            labels=kind != "line",
            legend=len(series) > 1,
        )
    )
    return row + 1 + max(rows, _CHART_ROWS)


def trend(board: Board, row: int, of: Sources, lang: str) -> int:
    """Twelve weeks: new leads, touches, won, and their amount, as far as each is known."""
    names = period_names(of.assessment)
    if not names:
        return row - 1
    row = section(board, row, say("section.trend", lang))
    styles = [look.money(lang) if name == "amount" else look.NUMBER for name in names]

    def figures(period: list[Formula]) -> list[Formula]:
        return [formula for name, formula in zip(PERIOD, period, strict=True) if name in names]

    header(board, row, say("column.week", lang), [say(f"column.{key}", lang) for key in names])
    first = row + 1
    weeks = of.assessment.metrics.weeks
    for i, week in enumerate(weeks):
        line = first + i
        board.put(line, 1, week.start, replace(look.DATE, horizontal="left", number_format="mm-dd"), across=2)
        board.line(line, 3, figures(of.figures.week(week, f"$A{line}")), styles)
    last = first + len(weeks) - 1
    colours = {"new": look.BLUE, "touches": look.ORANGE, "won": look.GREEN}
    series = [
        Series(say(f"column.{key}", lang), Range(first, column, last, column), colours[key])
        for column, key in enumerate(names, start=3)
        if key in colours
    ]
    month = of.assessment.metrics.month
    board.put(last + 1, 1, say("column.this_month", lang), look.TEXT)
    board.put(last + 1, 2, month.start, replace(look.MONTH, horizontal="left"))
    board.line(last + 1, 3, figures(of.figures.month(month, f"$B{last + 1}")), styles)
    end = chart(board, row, "line", say("chart.trend", lang), Range(first, 1, last, 1), series, len(weeks) + 2)
    return max(end, last + 2)


def rates(board: Board, row: int, of: Sources, key: str, rates: Sequence[Rate], column: str, lang: str) -> int:
    """Leads, won, closed and both rates per group, with a chart."""
    row = section(board, row, say(f"section.{key}", lang))
    header(
        board,
        row,
        say(f"column.{key}", lang),
        [say(f"column.{name}", lang) for name in ("leads", "won", "closed", "conversion", "closed_conversion")],
    )
    first, shown = row + 1, rates[:_MOST_GROUPS]
    for i, rate in enumerate(shown):
        line = first + i
        board.put(line, 1, say("group.blank", lang) if rate.key is None else rate.key, look.TEXT, across=2)
        cells = (f"$C{line}", f"$D{line}", f"$E{line}")
        formulas = of.figures.group(rate, column, f"$A{line}", cells)
        board.line(line, 3, formulas, [look.NUMBER, look.NUMBER, look.NUMBER, look.PERCENT, look.PERCENT])
    last = first + len(shown) - 1
    after = last + 1
    if len(rates) > len(shown):
        board.put(after, 1, say("group.more", lang, n=len(rates) - len(shown)), look.MUTED, across=7)
        after += 1
    series = [Series(say("column.conversion", lang), Range(first, 6, last, 6), look.BLUE)]
    kind = "column" if key == "month" else "bar"
    end = chart(board, row, kind, say(f"chart.{key}", lang), Range(first, 1, last, 1), series, len(shown) + 1, "0%")
    return max(end, after)


def recent(rates: Sequence[Rate]) -> list[Rate]:
    """The latest months, oldest first, and behind them the leads of which the month is unknown."""
    unknown = [rate for rate in rates if rate.key is None]
    named = sorted((rate for rate in rates if rate.key is not None), key=lambda rate: str(rate.key))
    return [*named[len(unknown) - _MOST_GROUPS :], *unknown]


def owners(board: Board, row: int, of: Sources, lang: str) -> int:
    """One line per owner, with what the workbook lets be judged."""
    found = of.assessment.metrics
    row = section(board, row, say("section.owner", lang))
    looks = dict.fromkeys(("on_time", "conversion", "completeness", "closed_conversion"), look.PERCENT) | {"amount": look.money(lang)}
    names = owner_names(of.assessment)
    header(board, row, say("column.owner", lang), [say(f"column.{name}", lang) for name in names])
    monday = found.weeks[-1].start
    if "touches_week" in names:
        board.put(row, 13, say("column.week_of", lang), replace(look.MUTED, horizontal="right"))
        board.put(row, 14, monday, replace(look.MUTED, number_format="yyyy-mm-dd", horizontal="left"))
    for at, line in enumerate(found.owners, start=row + 1):
        board.put(at, 1, say("group.blank", lang) if line.key is None else line.key, look.TEXT, across=2)
        cells = {name: f"${letters(3 + i)}{at}" for i, name in enumerate(names)}
        figures = of.figures.owner(line, f"$A{at}", f"$N${row}", cells)
        board.line(at, 3, [figures[name] for name in names], [looks.get(name, look.NUMBER) for name in names])
    return row + 1 + len(found.owners)


def cycle(board: Board, row: int, of: Sources, lang: str) -> int:
    """Days from entry to close, of all won leads, per tier, and per level that they had before."""
    found: Metrics = of.assessment.metrics
    row = section(board, row, say("section.cycle", lang))
    if not found.cycle.n:
        board.put(row, 1, say("empty.cycle", lang), look.MUTED, across=WIDTH)
        return row + 1
    header(board, row, say("column.cycle", lang), [say(f"column.{key}", lang) for key in ("n", "mean", "median")])
    board.put(row + 1, 1, say("group.all", lang), look.TEXT, across=2)
    board.line(row + 1, 3, of.figures.cycle(), _DAYS)
    tiers = [("tier", tier, cycle) for tier, cycle in sorted(found.cycle_by_tier.items())]
    by_level = ((line.level, found.cycle_by_level.get(line.level)) for line in found.levels)
    groups = tiers + [("level_before", str(level_word(level, lang)), cycle) for level, cycle in by_level if cycle is not None]
    first = row + 2
    for i, (column, key, cycle) in enumerate(groups):
        board.put(first + i, 1, key, look.TEXT, across=2)
        board.line(first + i, 3, of.figures.group_cycle(column, key, f"$A{first + i}", first + i, cycle), _DAYS)
    last = first + len(groups) - 1
    if not groups:
        return first
    series = [Series(say("column.mean", lang), Range(first, 4, last, 4), look.GREEN)]
    title = say("chart.cycle" if tiers else "chart.cycle_level", lang)
    return max(last + 1, chart(board, row, "bar", title, Range(first, 1, last, 1), series, len(groups) + 2, "0.0"))


def reasons(board: Board, row: int, of: Sources, lang: str) -> int:
    """The top reasons of leads not won and lost."""
    found = of.assessment.metrics
    row = section(board, row, say("section.reasons", lang))
    end = row
    for result, reasons in (("not_won", found.loss_reasons), ("lost", found.lost_reasons)):
        if not reasons:
            continue
        header(board, row, say(f"column.reason.{result}", lang), [say("column.rows", lang), say("column.share", lang)])
        first = row + 1
        for i, reason in enumerate(reasons):
            word = str(group_word("loss_reason", reason.key, lang))
            board.put(first + i, 1, word, look.TEXT, across=2)
            formulas = of.figures.reason(word, f"$A{first + i}", result, reason.count, of.row_counts[result])
            board.line(first + i, 3, formulas, [look.NUMBER, look.PERCENT])
        last = first + len(reasons) - 1
        series = [Series(say("column.rows", lang), Range(first, 3, last, 3), look.ORANGE)]
        end = chart(board, row, "bar", say(f"chart.reason.{result}", lang), Range(first, 1, last, 1), series, len(reasons) + 1, "0")
        row = max(end, last + 1) + 1
    if end == row:
        board.put(row, 1, say("empty.reasons", lang), look.MUTED, across=7)
        row += 1
    return row
