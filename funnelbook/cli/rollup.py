"""The rollup command: many teams' workbooks into one of the group, with a bar or a line per workbook while it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from ..words import LANGUAGES, say
from . import answers
from .commands import AsOf, FilePath, main
from .complaints import DONE, FAILED, FOUND, printable

if TYPE_CHECKING:
    from ..rollup.run import Outcome, Progress

_PATH = FilePath(path_type=Path)
_SLOWEST = 3


@main.command(short_help="Roll many workbooks up into one of the group.")
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@click.option("-o", "--output", required=True, type=_PATH, help="The group's workbook (.xlsx); what is there is replaced.")
@click.option("--parquet", "folder", type=_PATH, help="Folder of the Parquet files (default: beside the output, named like it).")
@click.option("--engine", type=click.Choice(("local", "dask")), default="local", show_default=True)
@click.option("--scheduler", help="Address of a Dask scheduler, such as tcp://host:8786 (default: one on this machine).")
@click.option("--workers", type=click.IntRange(1), help="Processes (default: one per processor).")
@click.option("--refresh", is_flag=True, help="Write the answers back into every workbook too, after a backup.")
@click.option("--as-of", type=AsOf(), help="The moment to judge by: 2024-06-20 or 2024-06-20T18:00 (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of what is written (default: that of most workbooks).")
@click.option("--mask", is_flag=True, help="Mask names of people and phones in everything that is written.")
@click.option("--fail-on", type=click.Choice(("error", "warning", "never")), default="never", show_default=True)
def rollup(paths: Sequence[Path], output: Path, as_json: bool, fail_on: str, **options: Any) -> int:
    """Roll the workbooks of PATHS (files, folders, patterns) up into one workbook of the group, and Parquet files.

    What hasn't changed since the last time is skipped; what is the matter with a workbook is a row of its own.
    """
    if options["scheduler"] and options["engine"] != "dask":
        raise UsageError(problem="scheduler_engine")
    from ..rollup.needs import require

    require("rollup")
    if options["engine"] == "dask":
        require("dask")
    from ..rollup.run import rollup as run

    with _telling(options["lang"] or "zh") as told:
        outcome = run(paths, output, told=told, **options)
    if as_json:
        answers.write_json([outcome.to_dict()], batch=False)
    else:
        answers.write(_summary(outcome), None)
    return _status(outcome, fail_on)


def _summary(outcome: Outcome) -> str:
    facts = {"n": len(outcome.rows), "skipped": len(outcome.skipped), "failed": len(outcome.failed), "leads": outcome.group.total.leads}
    return printable(say("cli.rollup.done", outcome.lang, **facts, path=outcome.output, folder=outcome.folder)) + "\n"


def _status(outcome: Outcome, fail_on: str) -> int:
    """The worst of the workbooks' exit statuses."""
    if outcome.failed:
        return FAILED
    severities: Sequence[str] = {"error": ["errors"], "warning": ["errors", "warnings"], "never": []}[fail_on]
    return FOUND if any(row[severity] for row in outcome.rows for severity in severities) else DONE


@contextmanager
def _telling(lang: str) -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr where that is a terminal, with what failed and the slowest workbooks; else a line per workbook."""
    if not sys.stderr.isatty():
        yield lambda progress: click.echo(_line(progress), err=True)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        counts = {"failed": 0, "skipped": 0}
        slowest: list[tuple[float, str]] = []

        def told(progress: Progress) -> None:
            counts["failed"] += progress.failed
            counts["skipped"] += progress.skipped
            if not progress.skipped:
                slowest[:] = sorted([*slowest, (progress.row["seconds"], progress.name)], reverse=True)[:_SLOWEST]
            text = say("cli.rollup.bar", lang, done=progress.done, total=progress.total, **counts)
            if slowest:
                text += " " + say("cli.rollup.slowest", lang) + ", ".join(f"{name} {seconds:.1f} s" for seconds, name in slowest)
            bar.update(task, total=progress.total, completed=progress.done, description=escape(printable(text)))

        yield told


def _line(progress: Progress) -> str:
    """A line of the log, for people and for grep: count, status, seconds, findings, path, reason."""
    row = progress.row
    status = row["status"] if progress.failed or not progress.skipped else ""
    status = ", ".join(filter(None, [status, "skipped" if progress.skipped else ""]))
    facts = f" leads {row['leads']}, errors {row['errors']}, warnings {row['warnings']}" if row["leads"] is not None else ""
    reasons = " / ".join(str(row[f"reason_{lang}"]) for lang in LANGUAGES if row[f"reason_{lang}"])
    about = f": {reasons}" if reasons else ""
    return printable(f"[{progress.done}/{progress.total}] {status} {row['seconds']:.1f} s{facts} {row['workbook']}{about}")
