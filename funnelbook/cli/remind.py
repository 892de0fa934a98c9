"""The remind command: what is due, per owner, as text, JSON and a calendar file."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import FunnelbookError
from ..words import LANGUAGES, say
from . import answers
from .commands import AsOf, FilePath, main
from .complaints import DONE, FAILED, complain, printable

if TYPE_CHECKING:
    from ..pipeline import Report


@main.command(short_help="Show what is due, per owner; also as a calendar.")
@click.argument("workbook", type=FilePath(path_type=Path))
@click.option("--owner", help="Only the reminders of this person.")
@click.option("--ics", "calendar", type=FilePath(path_type=Path), help="Write them as a calendar file too (.ics).")
@click.option("--as-of", type=AsOf(), help="The moment to judge by: 2024-06-20 or 2024-06-20T18:00 (default: now).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of what is written (default: that of the headers).")
@click.option("--mask", is_flag=True, help="Mask phones and names.")
def remind(
    workbook: Path, owner: str | None, calendar: Path | None, as_of: dt.date | None, as_json: bool, lang: str | None, mask: bool
) -> int:
    """Show what is due in the WORKBOOK today, per owner, and write it as a calendar file; the workbook stays as it is."""
    from .. import pipeline

    written = None
    try:
        report = pipeline.audit(workbook, as_of, lang=lang)
        if calendar is not None:
            written = pipeline.write_ics(report, calendar, owner, mask)
    except FunnelbookError as error:
        complain(workbook, error)
        if as_json:
            answers.write_json([answers.as_dict(workbook, error, mask)], batch=False)
        return FAILED
    if as_json:
        answers.write_json([report.reminders_dict(owner, mask)], batch=False)
        return DONE
    answers.write(_lines(report, owner, mask), None)
    if written is not None:
        click.echo(say("cli.remind.ics", report.lang, path=calendar, n=written))
    return DONE


def _lines(report: Report, owner: str | None, mask: bool) -> str:
    """A block per owner, a line per reminder."""
    lang, found = report.lang, report.due(owner, mask)
    if not found:
        return printable(_nothing(report, owner, mask)) + "\n"
    lines: list[str] = []
    for who, mine in groupby(found, key=lambda one: one.owner):
        block = list(mine)
        lines.append(f"{who or say('reminders.nobody', lang)} ({len(block)})")
        for one in block:
            late = " " + say("cli.remind.late", lang, n=one.days_late) if one.days_late else ""
            about = " ".join(str(text) for text in (one.name, one.company, one.contact, one.phone) if text is not None)
            lines.append(f"  {one.reminder.due or ''}{late}  {one.urgency}  {one.matter}  {about}")
    return "".join(printable(line) + "\n" for line in lines)


def _nothing(report: Report, owner: str | None, mask: bool) -> str:
    """Why there is no reminder: nothing is due, or nobody has that name."""
    if owner is None:
        return say("reminders.none", report.lang)
    if report.has_owner(owner):
        return say("cli.remind.nobody", report.lang, owner=owner)
    like = report.owner_like(owner, mask)
    if like is None:
        return say("cli.remind.stranger", report.lang, owner=owner)
    return say("cli.remind.stranger.like", report.lang, owner=owner, like=like)
