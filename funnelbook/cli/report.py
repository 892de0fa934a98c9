"""The report command: the figures of a workbook as one web page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from ..errors import FunnelbookError
from ..words import LANGUAGES, say
from .commands import AsOf, FilePath, main
from .complaints import DONE, FAILED, complain


@main.command(short_help="Write the figures as one web page.")
@click.argument("workbook", type=FilePath(path_type=Path))
@click.option("-o", "--output", type=FilePath(path_type=Path), required=True, help="The page to write (.html).")
@click.option("--as-of", type=AsOf(), help="The moment to judge by: 2024-06-20 or 2024-06-20T18:00 (default: now).")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of what is written (default: that of the headers).")
@click.option("--mask/--no-mask", default=True, show_default=True, help="Mask phones and names.")
def report(workbook: Path, output: Path, as_of: dt.date | None, lang: str | None, mask: bool) -> int:
    """Write the figures of the WORKBOOK as one web page that needs no Excel and no network; the workbook stays as it is."""
    from .. import pipeline

    try:
        done = pipeline.write_page(workbook, output, as_of, lang=lang, mask=mask)
    except FunnelbookError as error:
        complain(workbook, error)
        return FAILED
    click.echo(say("cli.report", done.lang, path=output, size=round(output.stat().st_size / 1024)))
    return DONE
