"""The figures of the summary as formulas over the details, each with the value that was computed beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ..edits import Formula
from ..funnel.model import Cycle, Metrics, OwnerLine, Period, Rate
from ..words import say
from .details import Details

NONE = "\u2014"
"""Shown for a ratio without a base."""


def ratio(over: float, base: float) -> float | str:
    """A quotient as Excel computes it, or a dash without a base."""
    return over / base if base else NONE


def quotient(over: str, base: str, value: float, of: float) -> Formula:
    """Over ÷ base, both given as cells or expressions."""
    return Formula(f'IF({base}=0,"{NONE}",{over}/{base})', ratio(value, of))


@dataclass(frozen=True, eq=False)
class Figures:
    """Writes formulas over the columns of the details.

    Keys are compared with EXACT, since the criteria of COUNTIF know wildcards, read "007" as a number and ignore case.
    """

    details: Details
    metrics: Metrics
    lang: str

    def ref(self, column: str) -> str:
        return self.details.ref(column)

    def word(self, prefix: str, code: str) -> str:
        return '"' + say(f"{prefix}.{code}", self.lang) + '"'

    def is_(self, column: str, prefix: str, *codes: str) -> str:
        """1 for the rows whose word is one of ours; our own words hold no wildcards."""
        return "(" + "+".join(f"({self.ref(column)}={self.word(prefix, code)})" for code in codes) + ")"

    def in_group(self, column: str, key_cell: str, blank: bool) -> str:
        """1 for the rows of the group whose key stands in a cell."""
        if blank:
            return f'({self.ref(column)}="")*({self.ref("result")}<>"")'
        return f"EXACT({self.ref(column)},{key_cell})"

    def leads(self) -> Formula:
        return Formula(f"COUNTA({self.ref('result')})", self.metrics.leads)

    def state(self, column: str, prefix: str, codes: Sequence[str], value: int) -> Formula:
        """Leads whose state is one of several."""
        counted = "+".join(f"COUNTIF({self.ref(column)},{self.word(prefix, code)})" for code in codes)
        return Formula(counted, value)

    def group(self, rate: Rate, column: str, key_cell: str, cells: tuple[str, str, str]) -> list[Formula]:
        """Leads, won, closed, and both rates of a group; *cells* are the addresses of the first three."""
        mine = self.in_group(column, key_cell, rate.key is None)
        n, won, closed = cells
        return [
            Formula(f"SUMPRODUCT(({mine})*1)", rate.leads),
            Formula(f"SUMPRODUCT(({mine})*{self.is_('result', 'result', 'won')})", rate.won),
            Formula(f"SUMPRODUCT(({mine})*{self.is_('result', 'result', 'won', 'not_won', 'lost')})", rate.closed),
            quotient(won, n, rate.won, rate.leads),
            quotient(won, closed, rate.won, rate.closed),
        ]

    def owner(self, line: OwnerLine, key_cell: str, row: int, monday_cell: str) -> list[Formula]:
        """The owner table's cells from column C on."""
        mine = self.in_group("owner", key_cell, line.key is None)
        touched = (
            f'({self.ref("touch_owner")}="")*({self.ref("touch_count")}<>"")'
            if line.key is None
            else f"EXACT({self.ref('touch_owner')},{key_cell})"
        )
        judged = self.is_("first_touch", "first_touch", "on_time", "late", "overdue")
        on_time = f"SUMPRODUCT(({mine})*{self.is_('first_touch', 'first_touch', 'on_time')})"
        return [
            Formula(f"SUMPRODUCT(({mine})*1)", line.leads),
            Formula(f"SUMPRODUCT(({mine})*{self.is_('result', 'result', 'open', 'nurturing')})", line.open),
            Formula(f"SUMPRODUCT(({touched})*({self.ref('week')}={monday_cell}),{self.ref('touch_count')})", line.touches),
            quotient(on_time, f"SUMPRODUCT(({mine})*{judged})", line.on_time, line.touched),
            Formula(f"SUMPRODUCT(({mine})*{self.is_('follow_up', 'follow_up', 'overdue', 'pool')})", line.overdue),
            Formula(f"SUMPRODUCT(({mine})*{self.is_('result', 'result', 'won')})", line.won),
            Formula(f"SUMPRODUCT(({mine})*{self.is_('result', 'result', 'won')},{self.ref('amount')})", line.amount),
            quotient(f"$H{row}", f"$C{row}", line.won, line.leads),
            quotient(
                f"SUMPRODUCT(({mine})*1,{self.ref('filled')})", f"SUMPRODUCT(({mine})*1,{self.ref('required')})", line.filled, line.required
            ),
            quotient(
                f"$H{row}",
                f"SUMPRODUCT(({mine})*{self.is_('result', 'result', 'won', 'not_won', 'lost')})",
                line.won,
                line.leads - line.open,
            ),
        ]

    def week(self, period: Period, start_cell: str) -> list[Formula]:
        """New leads, touches, won and their amount of the week that begins on a day."""
        return self._span(period, start_cell, f"{start_cell}+7", "week")

    def month(self, period: Period, start_cell: str) -> list[Formula]:
        """The same of the month that begins on a day."""
        return self._span(period, start_cell, f"EDATE({start_cell},1)", "touch_month")

    def _span(self, period: Period, start: str, end: str, touched: str) -> list[Formula]:
        """From *start* to before *end*; *touched* is the column by whose first days touches are kept."""
        entry, closed = self.ref("entry"), self.ref("closed_on")
        won = f'{closed},">="&{start},{closed},"<"&{end},{self.ref("result")},{self.word("result", "won")}'
        return [
            Formula(f'COUNTIFS({entry},">="&{start},{entry},"<"&{end})', period.leads),
            Formula(f"SUMIFS({self.ref('touch_count')},{self.ref(touched)},{start})", period.touches),
            Formula(f"COUNTIFS({won})", period.won),
            Formula(f"SUMIFS({self.ref('amount')},{won})", period.amount),
        ]

    def completeness(self, filled: int, required: int) -> Formula:
        return quotient(f"SUM({self.ref('filled')})", f"SUM({self.ref('required')})", filled, required)

    def cycle(self) -> list[Formula]:
        """n, mean and median of the cycles."""
        ref, found = self.ref("cycle"), self.metrics.cycle
        known = found.n > 0
        return [
            Formula(f"COUNT({ref})", found.n),
            Formula(f'IF(COUNT({ref})=0,"{NONE}",ROUND(AVERAGE({ref}),2))', found.mean_days if known else NONE),
            Formula(f'IF(COUNT({ref})=0,"{NONE}",ROUND(MEDIAN({ref}),2))', found.median_days if known else NONE),
        ]

    def group_cycle(self, column: str, key_cell: str, row: int, found: Cycle) -> list[Formula]:
        """Number, mean and median of the cycles of one tier or level."""
        mine = f"EXACT({self.ref(column)},{key_cell})*ISNUMBER({self.ref('cycle')})"
        average = f"SUMPRODUCT({mine},{self.ref('cycle')})/$C{row}"
        ranked = f"{mine}*({self.ref('cycle')}+1)"  # one more than the days, so that a cycle of 0 stands above the other rows
        middle = "+".join(f"SUMPRODUCT(LARGE({ranked},INT(($C{row}+{k})/2)))" for k in (1, 2))
        return [
            Formula(f"SUMPRODUCT({mine})", found.n),
            Formula(f'IF($C{row}=0,"{NONE}",ROUND({average},2))', NONE if found.mean_days is None else found.mean_days),
            Formula(f'IF($C{row}=0,"{NONE}",ROUND(({middle})/2-1,2))', NONE if found.median_days is None else found.median_days),
        ]

    def level_now(self, key_cell: str, value: int) -> Formula:
        """Leads that stand at a level."""
        return Formula(f"SUMPRODUCT(EXACT({self.ref('level')},{key_cell})*1)", value)

    def level_ever(self, key_cell: str, above: str | None, value: int) -> Formula:
        """Leads that ever reached a level: those whose highest it is, and those of the level above."""
        mine = f"SUMPRODUCT(EXACT({self.ref('level_reached')},{key_cell})*1)"
        return Formula(mine if above is None else f"{mine}+{above}", value)

    def level_unknown(self, key_cell: str, value: int) -> Formula:
        """Leads of a level whose highest one is unknown."""
        return Formula(f'SUMPRODUCT(EXACT({self.ref("level")},{key_cell})*({self.ref("level_reached")}=""))', value)

    def reason(self, key_cell: str, result: str, count: int, base: int) -> list[Formula]:
        """Rows with a reason, and their share of all rows that lost their lead so."""
        of = self.is_("lost_result", "result", result)
        counted = f"SUMPRODUCT({of}*EXACT({self.ref('reason')},{key_cell}))"
        all_rows = f"SUMPRODUCT({of}*1,{self.ref('reason_first')})"
        return [Formula(counted, count), quotient(counted, all_rows, count, base)]


def serial_text(date: dt.date, lang: str) -> str:
    """A date in the words of the language."""
    return say("date.long", lang, y=date.year, m=date.month, d=date.day)
