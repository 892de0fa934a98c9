"""The reminders sheet: per owner, the most urgent first, with a link to the lead and a remark that stays the user's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..edits import BulkColumn, Cell, Link, PutSheet, Style, Value
from ..funnel.model import Assessment, Records
from ..funnel.reminder import Reminders
from ..grid import CellRef, Range
from ..words import say
from . import look
from .blocks import block_rules, per_person, tall
from .due import Due, by_owner, due

HEADER_ROW = 5
MOST_ROWS = 20_000
"""Reminders listed; a count of the rest stands above them."""
COLUMNS: Sequence[tuple[str, Style, float]] = (
    ("owner", look.TEXT, 11),
    ("urgency", look.TEXT, 11),
    ("matter", look.WRAPPED, 38),
    ("due", look.DATE, 12),
    ("late", replace(look.NUMBER, horizontal="center"), 8),
    ("lead", look.LINK, 15),
    ("company", look.TEXT, 24),
    ("contact", look.TEXT, 10),
    ("phone", look.TEXT, 16),
    ("remark", look.REMARK, 20),
    ("code", look.MUTED, 26),
)
_MATTER = [key for key, _, _ in COLUMNS].index("matter")
_LOOKS = (("reassign", look.LATE), ("supervisor", look.LATE), ("owner", look.SOON))
_SCALE = 64
"""Percent at which the printed columns fill A4 landscape; the codes, which only a refresh reads, are not printed."""
_MOST_PAGES = 1_000
"""Page ends that Excel takes on a sheet, less a few."""
_REMARK = [key for key, _, _ in COLUMNS].index("remark")


def reminder_sheet(
    assessment: Assessment,
    records: Mapping[str, Records],
    remarks: Mapping[tuple[str, ...], str],
    title: str,
    lang: str,
) -> PutSheet:
    """The sheet of reminders; *remarks* by row (see remark_key)."""
    rows = _listed(assessment, records, remarks, lang)
    about = _counts(assessment.reminders, assessment.as_of.date, lang) if rows else say("reminders.none", lang)
    if len(rows) < len(assessment.reminders):
        about += say("reminders.more", lang, n=len(assessment.reminders) - len(rows))
    last, first = HEADER_ROW + max(1, len(rows)), HEADER_ROW + 1
    people = [one if one is None else str(one) for one in assessment.reminders.owner.tolist()]
    return PutSheet(
        title=title,
        rows=[
            [Cell(say("reminders.title", lang), look.TITLE)],
            [Cell(say("reminders.about", lang), look.MUTED)],
            [Cell(about, look.TEXT)],
            [Cell(per_person(people, lang) or None, look.TEXT)],
            [Cell(say(f"reminders.{key}", lang), look.HEADING) for key, _, _ in COLUMNS],
        ],
        mark="reminders",
        bulk_row=first,
        bulk=tuple(BulkColumn([row[i] for row in rows], style) for i, (_, style, _) in enumerate(COLUMNS)) if rows else (),
        widths={i: width for i, (_, _, width) in enumerate(COLUMNS, start=1)},
        heights={1: 30, HEADER_ROW: 22, **tall([row[_MATTER] for row in rows], COLUMNS[_MATTER][2], first)},
        freeze=CellRef(first, 1),
        filter=Range(HEADER_ROW, 1, last, len(COLUMNS)),
        rules=block_rules(first, last, len(COLUMNS), [(say(f"urgency.{code}", lang), style) for code, style in _LOOKS]),
        gridlines=False,
        tab_color=look.ORANGE,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
        print_area=Range(1, 1, last, len(COLUMNS) - 1),
        scale=_SCALE,
        breaks=_page_ends(rows),
    )


def _page_ends(rows: Sequence[Sequence[Value]]) -> tuple[int, ...]:
    """Rows after which a printed page ends: everybody's list can be handed out alone."""
    ends = [HEADER_ROW + i for i, (row, after) in enumerate(pairwise(rows), start=1) if row[0] != after[0]]
    return tuple(ends) if len(ends) <= _MOST_PAGES else ()


def _counts(reminders: Reminders, today: dt.date, lang: str) -> str:
    """How many by urgency, and by when they are due."""
    due = reminders.due.astype("datetime64[D]")
    known = ~np.isnat(due)
    when = {"overdue": int((due[known] < np.datetime64(today)).sum()), "today": int((due[known] == np.datetime64(today)).sum())}
    tomorrow = int((reminders.state == "pool_tomorrow").sum())
    parts = [say("reminders.when", lang, **when), *([say("reminders.tomorrow", lang, n=tomorrow)] if tomorrow else [])]
    return say("list.semicolon", lang).join([*parts, say("reminders.counts", lang, **reminders.counts())])


def _listed(assessment: Assessment, records: Mapping[str, Records], remarks: Mapping[tuple[str, ...], str], lang: str) -> list[list[Value]]:
    """Rows of the reminders that are listed: all, or the most urgent of everybody and those with a remark."""
    few = most_urgent(assessment.reminders)
    every = len(few) == len(assessment.reminders) or bool(remarks)
    rows = [_row(one, remarks, lang) for one in due(assessment, records, lang, None if every else few)]
    if len(rows) == len(few):
        return rows
    kept = set(few.tolist())
    return [row for i, row in enumerate(rows) if i in kept or row[_REMARK] is not None]


def most_urgent(reminders: Reminders) -> NDArray[np.int64]:
    """Positions among by_owner of so many that a sheet lists: where there are more, as many of every owner as of any other."""
    if len(reminders) <= MOST_ROWS:
        return np.arange(len(reminders))
    owners = pd.Series(reminders.owner[by_owner(reminders)], dtype=object)
    place = owners.groupby(owners, dropna=False).cumcount().to_numpy()
    return np.flatnonzero(place < max(1, np.sort(place)[MOST_ROWS]))[:MOST_ROWS]


def remark_key(row: Sequence[object]) -> tuple[str, ...]:
    """What a row of this sheet is recognised by at the next refresh: its rule and sheet, and its lead, wherever that stands."""
    lead, code = row[5], row[-1]
    return (str(code or ""), lead.text if isinstance(lead, Link) else str(lead or ""), "")


def _row(one: Due, remarks: Mapping[tuple[str, ...], str], lang: str) -> list[Value]:
    row: list[Value] = [
        one.owner or say("reminders.nobody", lang),
        one.urgency,
        one.matter,
        one.reminder.due,
        one.days_late,
        Link(one.name, one.place),
        one.company,
        one.contact,
        str(one.phone) if one.phone is not None else None,
        None,
        " ".join([one.reminder.rule, one.reminder.sheet, *one.ids]),
    ]
    row[_REMARK] = remarks.get(remark_key(row))
    return row
