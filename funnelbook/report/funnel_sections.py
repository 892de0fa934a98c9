"""The summary's funnel of touches, and the states in which the leads are; each answers the row after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..edits import Formula, Series
from ..funnel.limits import FIRST_TOUCH, FOLLOW_UP
from ..funnel.results import RESULTS
from ..grid import Range
from ..words import say
from . import look
from .board import Board
from .figures import NONE, quotient, ratio
from .known import has_touches, judged
from .sections import Sources, chart, header, section

ALWAYS: Mapping[str, tuple[str, ...]] = {
    "result": ("won", "open"),
    "first_touch": ("on_time", "overdue"),
    "follow_up": ("due", "overdue"),
}
"""States that are shown although nothing stands in them; the others would only fill the page."""


def funnel(board: Board, row: int, of: Sources, lang: str) -> int:
    """Leads that came in, were touched, were touched again and were won, where there are no levels to count."""
    found, make = of.assessment.metrics, of.figures
    row = section(board, row, say("section.funnel", lang))
    header(board, row, say("column.funnel", lang), [say(f"column.{key}", lang) for key in ("leads", "of_all", "of_before")])
    touches, per_lead = make.ref("touches"), of.assessment.leads["touches"]
    stages = [
        ("entered", make.leads(), found.leads),
        ("touched", Formula(f'COUNTIF({touches},">=1")', int((per_lead >= 1).sum())), int((per_lead >= 1).sum())),
        ("again", Formula(f'COUNTIF({touches},">=2")', int((per_lead >= 2).sum())), int((per_lead >= 2).sum())),
        ("won", make.state("result", "result", ["won"], found.results["won"]), found.results["won"]),
    ]
    if not has_touches(of.assessment):
        del stages[1:3]
    first, last = row + 1, row + len(stages)
    for i, (key, formula, value) in enumerate(stages):
        at = first + i
        board.put(at, 1, say(f"funnel.{key}", lang), look.TEXT, across=2)
        board.put(at, 3, formula, look.NUMBER)
        if i:
            board.put(at, 4, quotient(f"$C{at}", f"$C${first}", value, found.leads), look.PERCENT)
            board.put(at, 5, share_of_step(f"$C{at}", f"$C{at - 1}", value, stages[i - 1][2]), look.PERCENT)
    series = [Series(say("column.leads", lang), Range(first, 3, last, 3), look.BLUE)]
    return chart(board, row, "bar", say("chart.funnel", lang), Range(first, 1, last, 1), series, len(stages) + 1)


def share_of_step(over: str, base: str, value: float, of: float) -> Formula:
    """A step ÷ the one before it; a dash where more came through than had come so far: what was in between was not recorded."""
    text = quotient(over, base, value, of).text
    return Formula(f'IF({over}>{base},"{NONE}",{text})', NONE if value > of else ratio(value, of))


def states(board: Board, row: int, of: Sources, lang: str) -> int:
    """Results, first touches and follow-up states side by side; what no lead can be judged by is left out."""
    found, make = of.assessment.metrics, of.figures
    blocks = [
        (name, codes, counts)
        for name, codes, counts in (
            ("result", RESULTS, found.results),
            ("first_touch", FIRST_TOUCH, found.first_touch),
            ("follow_up", FOLLOW_UP, found.follow_up),
        )
        if name == "result" or judged(counts)
    ]
    row = section(board, row, say("section.states" if len(blocks) > 1 else "section.results", lang))
    end = row + 1
    for place, (name, codes, counts) in enumerate(blocks):
        column = 1 + 5 * place
        board.put(row, column, say(f"column.{name}", lang), look.HEADING_LEFT, across=2)
        for i, key in enumerate(("leads", "of_all")):
            board.put(row, column + 2 + i, say(f"column.{key}", lang), replace(look.HEADING, horizontal="right"))
        shown = [code for code in codes if counts[code] or code in ALWAYS[name]]
        for at, code in enumerate(shown, start=row + 1):
            formula = make.state(name, name, [code], counts[code])
            board.put(at, column, say(f"{name}.{code}", lang), look.TEXT, across=2)
            board.put(at, column + 2, formula, look.NUMBER)
            total = make.leads()
            board.put(at, column + 3, quotient(f"{formula.text}", total.text, counts[code], found.leads), look.PERCENT)
        end = max(end, row + 1 + len(shown))
    board.heights[row] = 24
    return end
