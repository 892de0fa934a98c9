"""One block a person in a list: how the blocks are told apart, and how many rows each has."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..edits import Rule, Style
from ..grid import Range
from ..words import say
from . import look

_MOST_NAMED = 12
"""People that a line of counts names."""
_LINE, _ROOM = 14.0, 3.0
"""Points of a line of text, and around it."""


def block_rules(first: int, last: int, columns: int, looks: Sequence[tuple[str, Style]]) -> tuple[Rule, ...]:
    """The person of a block stands out in its first row, and a line ends it; words of the second column have *looks* of their own.

    Persons stand in the first column. The rules follow the cells, so that a list that is sorted otherwise is parted right too. Where two
    looks meet there is a rule for both, since LibreOffice shows only the first that holds.
    """
    begins, ends = f"OR(ROW()={first},$A{first}<>$A{first - 1})", f"$A{first}<>$A{first + 1}"
    person, word, line = Range(first, 1, last, 1), Range(first, 2, last, 2), Style(border_bottom=look.BLUE)
    rules = [(person, f"{begins},{ends}", Style(bold=True, border_bottom=look.BLUE)), (person, begins, Style(bold=True))]
    for text, style in looks:
        mine = f'$B{first}="{text}"'
        rules += [(word, f"{mine},{ends}", replace(style, border_bottom=look.BLUE)), (word, mine, style)]
    rules.append((Range(first, 1, last, columns), ends, line))
    return tuple(Rule(area, f'AND(N("funnelbook")=0,{condition})', style) for area, condition, style in rules)


def per_person(people: Sequence[str | None], lang: str) -> str:
    """How many rows everybody has, the most first; empty where there is nobody to name."""
    counts = Counter(people).most_common()
    if not any(who is not None for who, _ in counts):
        return ""
    named = [say("blocks.person", lang, person=who or say("reminders.nobody", lang), n=n) for who, n in counts[:_MOST_NAMED]]
    more = "\u2026" if len(counts) > _MOST_NAMED else ""
    return say("blocks.people", lang, people=say("list.comma", lang).join(named) + more)


def tall(texts: Sequence[object], width: float, first: int) -> dict[int, float]:
    """Heights of the rows whose text doesn't fit on one line of a column; not every program finds them itself."""
    long = ((row, str(text)) for row, text in enumerate(texts, start=first) if text and 2 * len(str(text)) > width)
    lines = ((row, math.ceil(visual(text) / width)) for row, text in long)
    return {row: _LINE * n + _ROOM for row, n in lines if n > 1}


def visual(text: str) -> int:
    """Width in half-width signs."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
