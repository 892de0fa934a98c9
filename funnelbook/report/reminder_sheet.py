"""The reminders sheet: per owner, the most urgent first, with a link to the lead and a remark that stays the user's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..edits import BulkColumn, Cell, Link, PutSheet, Rule, Style, Value
from ..funnel.model import Assessment, Records
from ..funnel.reminders import SEVERITIES
from ..grid import CellRef, Range
from ..words import say
from . import look
from .due import Due, due

HEADER_ROW = 4
COLUMNS: Sequence[tuple[str, Style, float]] = (
    ("owner", look.TEXT, 12),
    ("urgency", look.TEXT, 12),
    ("matter", look.TEXT, 30),
    ("due", look.DATE, 12),
    ("late", replace(look.NUMBER, horizontal="center"), 10),
    ("lead", look.LINK, 18),
    ("company", look.TEXT, 26),
    ("contact", look.TEXT, 12),
    ("phone", look.TEXT, 16),
    ("remark", look.REMARK, 28),
    ("code", look.MUTED, 18),
)


def reminder_sheet(
    assessment: Assessment,
    records: Mapping[str, Records],
    remarks: Mapping[tuple[str, ...], str],
    title: str,
    lang: str,
) -> PutSheet:
    """The sheet of reminders; *remarks* by row (see remark_key)."""
    rows = [_row(one, remarks, lang) for one in due(assessment, records, lang)]
    counts = {severity: sum(r.severity == severity for r in assessment.reminders) for severity in SEVERITIES}
    last, first = HEADER_ROW + max(1, len(rows)), HEADER_ROW + 1
    return PutSheet(
        title=title,
        rows=[
            [Cell(say("reminders.title", lang), look.TITLE)],
            [Cell(say("reminders.about", lang), look.MUTED)],
            [Cell(say("reminders.counts", lang, **counts) if rows else say("reminders.none", lang), look.TEXT)],
            [Cell(say(f"reminders.{key}", lang), look.HEADING) for key, _, _ in COLUMNS],
        ],
        mark="reminders",
        bulk_row=first,
        bulk=tuple(BulkColumn([row[i] for row in rows], style) for i, (_, style, _) in enumerate(COLUMNS)) if rows else (),
        widths={i: width for i, (_, _, width) in enumerate(COLUMNS, start=1)},
        heights={1: 30, HEADER_ROW: 22},
        freeze=CellRef(first, 1),
        filter=Range(HEADER_ROW, 1, last, len(COLUMNS)),
        rules=(
            *(
                Rule(Range(first, 2, last, 2), f'AND(N("funnelbook")=0,$B{first}="{say(f"urgency.{code}", lang)}")', style)
                for code, style in (("reassign", look.LATE), ("supervisor", look.LATE), ("owner", look.SOON))
            ),
            Rule(
                Range(first, 1, last, 1),
                f'AND(N("funnelbook")=0,ROW()>{first},$A{first}<>$A{first - 1})',
                Style(bold=True),
            ),
        ),
        gridlines=False,
        tab_color=look.ORANGE,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )


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
    row[-2] = remarks.get(remark_key(row))
    return row
