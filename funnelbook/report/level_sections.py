"""The summary's sections on the levels of 000: the funnel with both conversion readings, the rates of every level."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from ..edits import Formula, Series
from ..funnel.levels import bottleneck
from ..grid import Range
from ..words import say
from . import look
from .board import Board
from .figures import quotient
from .phrases import level_word
from .sections import Sources, chart, header, rates, section


def levels(board: Board, row: int, of: Sources, lang: str) -> int:
    """Leads at every level now, leads that ever reached it, what of the level before that is, and where most are left behind."""
    lines, make = of.assessment.metrics.levels, of.figures
    stages, lost = lines[:-1], lines[-1]
    row = section(board, row, say("section.levels", lang))
    names = ("now", "snapshot", "ever", "reached", "bottleneck")
    header(board, row, say("column.levels", lang), [say(f"column.{name}", lang) for name in names])
    first, last = row + 1, row + len(stages)
    for i, line in enumerate(stages):
        at = first + i
        board.put(at, 1, level_word(line.level, lang), look.TEXT, across=2)
        board.put(at, 3, make.level_now(str(level_word(line.level, lang)), f"$A{at}", line.now), look.NUMBER)
        above = f"$E{at + 1}" if at < last else None
        board.put(at, 5, make.level_ever(str(level_word(line.level, lang)), f"$A{at}", above, line.ever), look.NUMBER)
    worst = bottleneck(lines)
    for i, (before, line) in enumerate(pairwise(stages), start=1):
        at = first + i
        board.put(at, 4, quotient(f"$C{at}", f"$C{at - 1}", line.now, before.now), look.PERCENT)
        board.put(at, 6, quotient(f"$E{at}", f"$E{at - 1}", line.ever, before.ever), look.PERCENT)
        board.put(at, 7, _mark(f"$F${first + 1}:$F${last}", i, line is worst, lang), look.LATE)
    board.put(last + 1, 1, level_word(lost.level, lang), look.TEXT, across=2)
    board.put(last + 1, 3, make.level_now(str(level_word(lost.level, lang)), f"$A{last + 1}", lost.now), look.NUMBER)
    board.put(last + 2, 1, say("levels.excluded", lang), look.MUTED, across=4)
    board.put(last + 2, 5, make.level_unknown(f"$A{last + 1}", lost.now - lost.ever), look.NUMBER)
    series = [Series(say("column.ever", lang), Range(first, 5, last, 5), look.BLUE)]
    end = chart(board, row, "bar", say("chart.levels", lang), Range(first, 1, last, 1), series, len(lines) + 2)
    return max(end, last + 3)


def _mark(shares: str, place: int, is_worst: bool, lang: str) -> Formula:
    """The word beside the first of the lowest shares, none while all are whole."""
    word = say("levels.bottleneck", lang)
    lowest = f"AND(MIN({shares})<1,MATCH(MIN({shares}),{shares},0)={place})"
    return Formula(f'IF(COUNT({shares})=0,"",IF({lowest},"{word}",""))', word if is_worst else "")


def level_rates(board: Board, row: int, of: Sources, lang: str) -> int:
    """Rates of every level, in the order of the levels."""
    found = of.assessment.metrics
    order = {line.level: i for i, line in enumerate(found.levels)}
    known = sorted(found.by_level, key=lambda rate: order.get(str(rate.key), len(order)))
    return rates(board, row, of, "level", [replace(rate, key=level_word(rate.key, lang)) for rate in known], "level", lang)
