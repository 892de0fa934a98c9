"""The figures of the summary as formulas over the details, each with the value that was computed beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..edits import Formula
from ..funnel.model import Cycle, Metrics, OwnerLine, Period, Rate
from ..words import say
from .details import Details

NONE = "\u2014"
"""Shown for a ratio without a base."""
Where = tuple[str, str, Sequence[str]]
"""A column, the prefix of its words and the codes of those that count."""

_PLAIN = re.compile("[A-Za-z\u4e00-\u9fff]([A-Za-z\u4e00-\u9fff ]{0,98}[A-Za-z\u4e00-\u9fff])?")
_TRUTH = ("true", "false")
_KEYED = ("source", "tier", "owner", "level", "level_reached", "level_before", "touch_owner", "reason")


def ratio(over: float, base: float) -> float | str:
    """A quotient as Excel computes it, or a dash without a base."""
    return over / base if base else NONE


def quotient(over: str, base: str, value: float, of: float) -> Formula:
    """Over ÷ base, both given as cells or expressions."""
    return Formula(f'IF({base}=0,"{NONE}",{over}/{base})', ratio(value, of))


@dataclass(frozen=True, eq=False)
class Figures:
    """Writes formulas over the columns of the details.

    Keys are compared exactly. The criteria of COUNTIFS know wildcards, read "007" as a number and ignore case; they are fifteen times as
    fast as SUMPRODUCT over EXACT, so they count the keys that are plain words, and EXACT the others.
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

    @cached_property
    def _spellings(self) -> Mapping[str, Mapping[str, set[str]]]:
        """Column -> key without case and width -> the ways in which its cells write it."""
        found: dict[str, dict[str, set[str]]] = {}
        for column in (name for name in _KEYED if name in self.details.ranges):
            ways = found.setdefault(column, {})
            for value in set(self.details.block(column)[column]):
                ways.setdefault(_folded(str(value)), set()).add(str(value))
        return found

    def criterion(self, column: str, key: str | None, key_cell: str) -> str | None:
        """What COUNTIFS compares a column with for exactly one key; None where it can't tell it from others.

        LibreOffice's COUNTIFS overlooks blank cells at the end of a range.
        """
        if key is None:
            return None
        if column == "month":
            return f'{key_cell}&"*"'  # a text of one length; without the star it would be read as a date
        known = self._spellings.get(column, {}).get(_folded(key), set())
        plain = _PLAIN.fullmatch(key) is not None and key.casefold() not in _TRUTH
        return key_cell if plain and known <= {key} else None

    def one(self, column: str, key: str | None, key_cell: str, filled: str = "result") -> str:
        """TRUE or 1 for the rows of the group whose key stands in a cell; *filled* is a column that no row leaves empty."""
        if key is None:
            return f'({self.ref(column)}="")*({self.ref(filled)}<>"")'
        return f"EXACT({self.ref(column)},{key_cell})"

    def count(self, column: str, key: str | None, key_cell: str, where: Where | None = None) -> str:
        """Leads of a group, or those of them in some states."""
        criterion = self.criterion(column, key, key_cell)
        if criterion is None:
            mine = self.one(column, key, key_cell)
            return f"SUMPRODUCT({mine}*{self.is_(*where[:2], *where[2])})" if where else f"SUMPRODUCT({mine}*1)"
        mine = f"{self.ref(column)},{criterion}"
        if where is None:
            return f"COUNTIF({mine})"
        return "+".join(f"COUNTIFS({mine},{self.ref(where[0])},{self.word(where[1], code)})" for code in where[2])

    def total(self, values: str, column: str, key: str | None, key_cell: str, where: tuple[str, str] | None = None) -> str:
        """Sum of a column over the rows of a group; *where* is another column and what it is compared with."""
        criterion = self.criterion(column, key, key_cell)
        if criterion is None:
            other = f"*({self.ref(where[0])}={where[1]})" if where else "*1"
            return f"SUMPRODUCT({self.one(column, key, key_cell, values)}{other},{self.ref(values)})"
        other = f",{self.ref(where[0])},{where[1]}" if where else ""
        return f"SUMIFS({self.ref(values)},{self.ref(column)},{criterion}{other})"

    def leads(self) -> Formula:
        return Formula(f"COUNTA({self.ref('result')})", self.metrics.leads)

    def state(self, column: str, prefix: str, codes: Sequence[str], value: int) -> Formula:
        """Leads whose state is one of several."""
        counted = "+".join(f"COUNTIF({self.ref(column)},{self.word(prefix, code)})" for code in codes)
        return Formula(counted, value)

    def group(self, rate: Rate, column: str, key_cell: str, cells: tuple[str, str, str]) -> list[Formula]:
        """Leads, won, closed, and both rates of a group; *cells* are the addresses of the first three."""
        n, won, closed = cells
        results = self.count(column, rate.key, key_cell, ("result", "result", ("not_won", "lost")))
        return [
            Formula(self.count(column, rate.key, key_cell), rate.leads),
            Formula(self.count(column, rate.key, key_cell, ("result", "result", ("won",))), rate.won),
            Formula(f"{won}+{results}", rate.closed),
            quotient(won, n, rate.won, rate.leads),
            quotient(won, closed, rate.won, rate.closed),
        ]

    def owner(self, line: OwnerLine, key_cell: str, monday_cell: str, cells: Mapping[str, str]) -> dict[str, Formula]:
        """The figures of one owner; *cells* are the addresses of leads, open and won."""

        def count(column: str | None = None, *codes: str) -> str:
            return self.count("owner", line.key, key_cell, (column, column, codes) if column else None)

        def total(values: str, *where: str) -> str:
            return self.total(values, "owner", line.key, key_cell, (where[0], where[1]) if where else None)

        leads, still, won = (cells[name] for name in ("leads", "open", "won"))
        judged = count("first_touch", "on_time", "late", "overdue")
        touches = self.total("touch_count", "touch_owner", line.key, key_cell, ("week", monday_cell))
        return {
            "leads": Formula(count(), line.leads),
            "open": Formula(count("result", "open", "nurturing"), line.open),
            "touches_week": Formula(touches, line.touches),
            "on_time": quotient(f"({count('first_touch', 'on_time')})", f"({judged})", line.on_time, line.touched),
            "overdue": Formula(count("follow_up", "overdue", "pool"), line.overdue),
            "won": Formula(count("result", "won"), line.won),
            "amount": self._worth(
                won, self._priced(line.key, key_cell), total("amount", "result", self.word("result", "won")), line.amount
            ),
            "conversion": quotient(won, leads, line.won, line.leads),
            "completeness": quotient(total("filled"), total("required"), line.filled, line.required),
            "closed_conversion": quotient(won, f"({leads}-{still})", line.won, line.leads - line.open),
        }

    def week(self, period: Period, start_cell: str) -> list[Formula]:
        """New leads, touches, won and their amount of the week that begins on a day."""
        return self._span(period, start_cell, f"{start_cell}+7", "week")

    def month(self, period: Period, start_cell: str) -> list[Formula]:
        """The same of the month that begins on a day."""
        return self._span(period, start_cell, f"EDATE({start_cell},1)", "touch_month")

    def _span(self, period: Period, start: str, end: str, touched: str) -> list[Formula]:
        """From *start* to before *end*; *touched* is the column by whose first days touches are kept."""
        entry, closed, amount = self.ref("entry"), self.ref("closed_on"), self.ref("amount")
        won = f'{closed},">="&{start},{closed},"<"&{end},{self.ref("result")},{self.word("result", "won")}'
        return [
            Formula(f'COUNTIFS({entry},">="&{start},{entry},"<"&{end})', period.leads),
            Formula(f"SUMIFS({self.ref('touch_count')},{self.ref(touched)},{start})", period.touches),
            Formula(f"COUNTIFS({won})", period.won),
            self._worth(f"COUNTIFS({won})", f'COUNTIFS({won},{amount},">=0")', f"SUMIFS({amount},{won})", period.amount),
        ]

    def _priced(self, owner: str | None, key_cell: str) -> str:
        """Won leads of an owner that say what they are worth."""
        criterion, amount, result, won = (
            self.criterion("owner", owner, key_cell),
            self.ref("amount"),
            self.ref("result"),
            self.word("result", "won"),
        )
        if criterion is None:
            return f"SUMPRODUCT({self.one('owner', owner, key_cell)}*({result}={won})*ISNUMBER({amount}))"
        return f'COUNTIFS({self.ref("owner")},{criterion},{result},{won},{amount},">=0")'

    @staticmethod
    def _worth(won: str, priced: str, total: str, value: float | None) -> Formula:
        """A sum of amounts, or a dash where leads were won and none says what it is worth."""
        return Formula(f'IF(AND({won}>0,{priced}=0),"{NONE}",{total})', NONE if value is None else value)

    def won_amount(self) -> str:
        """What the won leads are worth."""
        return f"SUMIFS({self.ref('amount')},{self.ref('result')},{self.word('result', 'won')})"

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

    def group_cycle(self, column: str, key: str, key_cell: str, row: int, found: Cycle) -> list[Formula]:
        """Number, mean and median of the cycles of one tier or level."""
        mine, cycle = f"EXACT({self.ref(column)},{key_cell})*ISNUMBER({self.ref('cycle')})", self.ref("cycle")
        criterion = self.criterion(column, key, key_cell)
        counted = f"SUMPRODUCT({mine})" if criterion is None else f'COUNTIFS({self.ref(column)},{criterion},{cycle},">=0")'
        ranked = f"{mine}*({cycle}+1)"  # one more than the days, so that a cycle of 0 stands above the other rows
        middle = "+".join(f"SUMPRODUCT(LARGE({ranked},INT(($C{row}+{k})/2)))" for k in (1, 2))
        return [
            Formula(counted, found.n),
            Formula(
                f'IF($C{row}=0,"{NONE}",ROUND({self.total("cycle", column, key, key_cell)}/$C{row},2))',
                NONE if found.mean_days is None else found.mean_days,
            ),
            Formula(f'IF($C{row}=0,"{NONE}",ROUND(({middle})/2-1,2))', NONE if found.median_days is None else found.median_days),
        ]

    def level_now(self, word: str, key_cell: str, value: int) -> Formula:
        """Leads that stand at a level."""
        return Formula(self.count("level", word, key_cell), value)

    def level_ever(self, word: str, key_cell: str, above: str | None, value: int) -> Formula:
        """Leads that ever reached a level: those whose highest it is, and those of the level above."""
        mine = self.count("level_reached", word, key_cell)
        return Formula(mine if above is None else f"{mine}+{above}", value)

    def level_unknown(self, key_cell: str, value: int) -> Formula:
        """Leads of a level whose highest one is unknown."""
        return Formula(f'SUMPRODUCT(({self.ref("level")}={key_cell})*({self.ref("level_reached")}=""))', value)

    def reason(self, key: str, key_cell: str, result: str, count: int, base: int) -> list[Formula]:
        """Rows with a reason, and their share of all rows that lost their lead so."""
        counted = self.count("reason", key, key_cell, ("lost_result", "result", (result,)))
        all_rows = f"SUMIFS({self.ref('reason_first')},{self.ref('lost_result')},{self.word('result', result)})"
        return [Formula(counted, count), quotient(counted, all_rows, count, base)]


def _folded(text: str) -> str:
    """Without case and width, which the criteria of some programs ignore."""
    return unicodedata.normalize("NFKC", text).casefold()
