"""The sheet of details: one normalised row a lead, the touches per owner and week, the loss reasons; what the summary counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..edits import BulkColumn, Cell, ExcelTableSpec, PutSheet, Style, Value
from ..funnel.calendar import month_keys
from ..funnel.metrics import row_reasons
from ..funnel.model import Assessment, Records
from ..funnel.rulebook import RuleBook
from ..grid import CellRef, Grid, Range, quoted
from ..words import said, say
from . import look, portfolio
from .phrases import group_word, level_word, plain

HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1

_LEADS: Sequence[tuple[str, Style, float]] = (
    ("id", look.TEXT, 16),
    ("company", look.TEXT, 26),
    ("source", look.TEXT, 12),
    ("owner", look.TEXT, 12),
    ("tier", look.TEXT, 8),
    ("level", look.TEXT, 12),
    ("result", look.TEXT, 10),
    ("entry", look.DATE, 12),
    ("month", look.TEXT, 10),
    ("closed_on", look.DATE, 12),
    ("amount", look.MONEY, 14),
    ("cycle", look.NUMBER, 10),
    ("first_touch", look.TEXT, 14),
    ("touches", look.NUMBER, 10),
    ("last_touch", look.DATE, 12),
    ("follow_up", look.TEXT, 14),
    ("completeness", look.PERCENT, 10),
    ("filled", look.NUMBER, 10),
    ("required", look.NUMBER, 10),
)
_CONTACT: Sequence[tuple[str, Style, float]] = (("contact_name", look.TEXT, 12), ("contact_title", look.TEXT, 14))
"""After the company, where contact and title stand in one cell of the table."""
_LEVELS: Sequence[tuple[str, Style, float]] = (("level_reached", look.TEXT, 14), ("level_before", look.TEXT, 14))
"""After the level, where levels are computed."""
_TOUCHES: Sequence[tuple[str, Style, float]] = (
    ("touch_owner", look.TEXT, 12),
    ("week", look.DATE, 12),
    ("touch_month", look.MONTH, 12),
    ("touch_count", look.NUMBER, 10),
)
_REASONS: Sequence[tuple[str, Style, float]] = (
    ("lost_result", look.TEXT, 10),
    ("reason", look.TEXT, 16),
    ("reason_first", look.NUMBER, 10),
)


@dataclass(frozen=True, eq=False)
class Details:
    """The sheet, and where its columns are for the formulas of the summary."""

    sheet: PutSheet
    ranges: Mapping[str, Range]
    blocks: Sequence[Mapping[str, Sequence[Value]]] = ()
    """The tables beside each other: column -> values."""

    def block(self, column: str) -> Mapping[str, Sequence[Value]]:
        """The table that has a column."""
        return next(block for block in self.blocks if column in block)

    def ref(self, column: str) -> str:
        """The column's cells as a formula names them."""
        return f"{quoted(self.sheet.title)}!{self.ranges[column].absolute}"


_Block = tuple[Sequence[tuple[str, Style, float]], list[Sequence[Value]], str]
TABLES = ("funnelbook_data", "funnelbook_touches", "funnelbook_reasons")


def table_names(grid: Grid | None) -> tuple[str, ...]:
    """Names of the Excel Tables on the details that are there: one that the user renamed is what his formulas know."""
    there = () if grid is None else sorted(grid.excel_tables, key=lambda table: table.range.left)
    return tuple(table.name for table in there) if len(there) >= len(TABLES) else TABLES


def details(
    records: Mapping[str, Records],
    assessment: Assessment,
    rules: RuleBook,
    title: str,
    lang: str,
    names: Sequence[str] = TABLES,
) -> Details:
    """The details of one workbook, in Excel Tables of these names."""
    blocks = [
        (*_lead_block(assessment, lang), TABLES[0]),
        (_TOUCHES, _touch_columns(assessment), TABLES[1]),
        (_REASONS, _reason_columns(records, assessment, rules, lang), TABLES[2]),
        *portfolio.blocks(records, assessment, lang),
    ]
    blocks = _named(blocks, names if len(names) == len(blocks) else names[: len(TABLES)])
    height = max(1, *(len(columns[0]) for _, columns, _ in blocks))
    header: list[Value | Cell] = []
    bulk: list[BulkColumn] = []
    ranges: dict[str, Range] = {}
    widths: dict[int, float] = {}
    tables: list[ExcelTableSpec] = []
    for specs, columns, name in blocks:
        if bulk:
            header.append(None)
            widths[len(header)] = 3
            bulk.append(BulkColumn([None] * height))
        left = len(header) + 1
        last = FIRST_ROW + max(1, len(columns[0])) - 1
        for (key, style, width), values in zip(specs, columns, strict=True):
            header.append(Cell(say(f"details.{key}", lang), look.HEADING))
            bulk.append(BulkColumn([*values, *[None] * (height - len(values))], style))
            ranges[key], widths[len(header)] = Range(FIRST_ROW, len(header), last, len(header)), width
        tables.append(ExcelTableSpec(name, Range(HEADER_ROW, left, last, len(header))))
    sheet = PutSheet(
        title=title,
        rows=[[Cell(say("details.title", lang), look.TITLE)], [Cell(say("details.about", lang), look.MUTED)], header],
        mark="details",
        bulk_row=FIRST_ROW,
        bulk=tuple(bulk),
        widths=widths,
        heights={1: 30, HEADER_ROW: 24},
        freeze=CellRef(FIRST_ROW, 2),
        tables=tuple(tables),
        gridlines=False,
        tab_color=look.GREY,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )
    return Details(sheet, ranges, [dict(zip((key for key, _, _ in specs), columns, strict=True)) for specs, columns, _ in blocks])


def _named(blocks: list[_Block], names: Sequence[str]) -> list[_Block]:
    """The blocks with the names that their tables have had; with our own where one that went has shifted them."""
    kept = [(specs, columns, names[i] if i < len(names) else name) for i, (specs, columns, name) in enumerate(blocks)]
    return kept if len({name.casefold() for _, _, name in kept}) == len(kept) else blocks


def _lead_block(assessment: Assessment, lang: str) -> tuple[Sequence[tuple[str, Style, float]], list[Sequence[Value]]]:
    """The columns of the leads, with those that only some workbooks have behind the ones that they belong to."""
    specs, columns = list(_LEADS), _lead_columns(assessment, lang)

    def after(key: str, more: Sequence[tuple[str, Style, float]], values: Sequence[Sequence[Value]]) -> None:
        place = [name for name, _, _ in specs].index(key) + 1
        specs[place:place], columns[place:place] = more, values

    if assessment.metrics.stages:
        after("level", _LEVELS, [_levels(assessment.leads[key], lang) for key, _, _ in _LEVELS])
    if assessment.leads["contact"].notna().any():
        after("company", _CONTACT, [plain(assessment.leads["contact"]), plain(assessment.leads["title"])])
    return specs, columns


def _levels(levels: pd.Series[str], lang: str) -> list[Value]:
    return [level_word(level, lang) for level in plain(levels)]


def _lead_columns(assessment: Assessment, lang: str) -> list[Sequence[Value]]:
    leads = assessment.leads

    def word(name: str) -> list[Value]:
        return said(lambda code: say(f"{name}.{code}", lang), leads[name])

    ratio = [f / r if r else None for f, r in zip(leads["filled"].tolist(), leads["required"].tolist(), strict=True)]
    return [
        plain(leads["key"]),
        plain(leads["company"]),
        [group_word("source", source, lang) for source in plain(leads["source"])],
        plain(leads["owner"]),
        plain(leads["tier_in_force"]),
        _levels(leads["level"], lang),
        word("result"),
        _moments(leads["entry"]),
        month_keys(leads["entry"].to_numpy()).tolist(),
        _moments(leads["closed_on"]),
        plain(leads["amount"]),
        plain(leads["cycle"]),
        word("first_touch"),
        [None if n is None else int(n) for n in plain(leads["touches"])],
        _moments(leads["last_touch"]),
        word("follow_up"),
        ratio,
        leads["filled"].tolist(),
        leads["required"].tolist(),
    ]


def _touch_columns(assessment: Assessment) -> list[Sequence[Value]]:
    """Touches of every owner in every week, a week that spans two months parted, in the order of owner and week."""
    log = assessment.log
    days = log["day"].to_numpy().astype("datetime64[D]")
    monday = days - ((days.astype(np.int64) + 3) % 7).astype("timedelta64[D]")  # 1970-01-01 was a Thursday
    month = days.astype("datetime64[M]")
    frame = pd.DataFrame({"owner": log["owner"].to_numpy(), "week": monday.astype("datetime64[s]"), "month": month.astype("datetime64[s]")})
    counted = frame.groupby(["owner", "week", "month"], dropna=False, sort=True).size().reset_index(name="n")
    dates = [[pd.Timestamp(day).date() for day in counted[name]] for name in ("week", "month")]
    return [plain(counted["owner"]), *dates, counted["n"].tolist()]


def _reason_columns(records: Mapping[str, Records], assessment: Assessment, rules: RuleBook, lang: str) -> list[Sequence[Value]]:
    """One line per reason of every row that lost its lead; 1 on the first line of each row."""
    lines: list[tuple[str, str | None, int]] = []
    for result in ("not_won", "lost"):
        for reasons in row_reasons(records, result, assessment.profile, rules):
            named: Sequence[str | None] = reasons or [None]
            lines += [
                (say(f"result.{result}", lang), group_word("loss_reason", reason, lang), int(i == 0)) for i, reason in enumerate(named)
            ]
    return [list(column) for column in zip(*lines, strict=True)] if lines else [[], [], []]


def _moments(values: pd.Series[pd.Timestamp]) -> list[Value]:
    """Dates, or date-times where there is an hour."""
    moments = values.to_numpy().astype("datetime64[s]")
    timed = (moments != moments.astype("datetime64[D]")).tolist()
    known = (~np.isnat(moments)).tolist()
    whole: list[dt.datetime] = moments.astype(object).tolist()
    return [None if not k else moment if t else moment.date() for moment, t, k in zip(whole, timed, known, strict=True)]
