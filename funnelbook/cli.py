"""The command line: click reads the arguments, one call does the work, words come out, the exit status says how it went."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .errors import FunnelbookError
from .words import LANGUAGES, knows, say

if TYPE_CHECKING:
    from .pipeline import Report

DONE, FOUND, FAILED = 0, 1, 2
_STAGES = ("open", "read", "find", "assess", "plan", "apply", "save")


class AsOfType(click.ParamType):
    """YYYY-MM-DD, or YYYY-MM-DDTHH:MM."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date | dt.datetime:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value) if len(value) <= 10 else dt.datetime.fromisoformat(value).replace(second=0, microsecond=0)
        except ValueError:
            self.fail(f"{value!r} is not a date: write 2024-06-20 or 2024-06-20T18:00", param, ctx)


_WORKBOOK = click.Path(path_type=Path)
_as_of = click.option("--as-of", type=AsOfType(), help="The moment to judge by: 2024-06-20 or 2024-06-20T18:00 (default: now).")
_lang = click.option("--lang", type=click.Choice(LANGUAGES), help="Language of what is written (default: that of the headers).")
_fail_on = lambda default: click.option(  # noqa: E731 (a decorator with a default)
    "--fail-on", type=click.Choice(("error", "warning", "never")), default=default, show_default=True, help="Exit status 1 at such findings."
)
_mask = click.option("--mask", is_flag=True, help="Mask phones and names in what is printed.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="funnelbook")
def main() -> None:
    """Scores, time limits and conversion rates for the sales team's own Excel workbook; nothing else in it is changed."""


@main.command()
@click.argument("workbooks", nargs=-1, required=True, type=_WORKBOOK)
@click.option("-o", "--output", type=_WORKBOOK, help="Write here instead of in place (a folder for several workbooks).")
@_as_of
@click.option("--dry-run", is_flag=True, help="Print the plan of edits and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@_lang
@_fail_on("never")
@click.option("--backup-dir", type=_WORKBOOK, help="Folder for the backup (default: funnelbook-backup beside the workbook).")
@click.option("--no-backup", is_flag=True, help="Make no backup.")
@click.option("--keep", type=click.IntRange(1), default=10, show_default=True, help="Backups kept.")
@click.option("--allow-protected", is_flag=True, help="Write into protected sheets too.")
@_mask
def refresh(workbooks: Sequence[Path], output: Path | None, as_json: bool, fail_on: str, mask: bool, **options: Any) -> None:
    """Compute everything and write it into the WORKBOOKS, after a backup."""
    from . import pipeline

    if output is not None and len(workbooks) > 1 and not output.is_dir():
        raise click.UsageError("-o must be a folder when there are several workbooks")
    options["keep_backup"] = not options.pop("no_backup")

    def work(path: Path, step: Callable[[str], None]) -> Report:
        return pipeline.refresh(path, output, step=step, **options)

    outcomes = _each(workbooks, work, quiet=as_json)
    if as_json:
        _print_json([_as_dict(path, outcome, mask) for path, outcome in outcomes])
    else:
        for path, outcome in outcomes:
            _tell(path, outcome, _refreshed)
    sys.exit(_status(outcomes, fail_on))


@main.command()
@click.argument("workbooks", nargs=-1, required=True, type=_WORKBOOK)
@_as_of
@click.option("--format", "form", type=click.Choice(("text", "json", "csv", "xlsx")), default="text", show_default=True)
@click.option("-o", "--output", type=_WORKBOOK, help="Write here instead of printing.")
@_lang
@_fail_on("error")
@_mask
def audit(workbooks: Sequence[Path], form: str, output: Path | None, fail_on: str, mask: bool, **options: Any) -> None:
    """Report what is missing or wrong in the WORKBOOKS and write nothing into them."""
    from . import pipeline

    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx needs -o FILE")
    outcomes = _each(workbooks, lambda path, step: pipeline.audit(path, step=step, **options), quiet=form != "text" or output is not None)
    reports = [outcome for _, outcome in outcomes if not isinstance(outcome, FunnelbookError)]
    for path, outcome in outcomes:
        if isinstance(outcome, FunnelbookError) and form != "json":
            _complain(path, outcome)
    if form == "xlsx" and output is not None:
        lang = options["lang"] or (reports[0].lang if reports else "zh")
        try:
            pipeline.write_audit(reports, output, lang, mask)
        except FunnelbookError as error:
            _complain(output, error)
            sys.exit(FAILED)
    elif form == "json":
        _print_json([_as_dict(path, outcome, mask) for path, outcome in outcomes], output)
    elif form == "csv":
        _write(_csv(reports, mask), output, bom=True)
    else:
        _write("".join(_audited(report, mask) for report in reports), output)
    sys.exit(_status(outcomes, fail_on))


@main.command()
@click.argument("workbook", type=_WORKBOOK)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@_lang
def inspect(workbook: Path, as_json: bool, lang: str | None) -> None:
    """Show what was found where in the WORKBOOK: tables, which header is which field, what was not understood."""
    from . import pipeline

    found = _or_fail(workbook, lambda: pipeline.inspect(workbook, lang=lang))
    if as_json:
        _print_json([found])
    else:
        click.echo("\n".join(_inspected(found)))


@main.command()
@click.argument("path", type=_WORKBOOK)
@click.option("--profile", type=click.Choice(("tracking",)), default="tracking", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.option("--sample", is_flag=True, help="With the example rows of the template document.")
def new(path: Path, profile: str, lang: str, sample: bool) -> None:
    """Make a starter workbook at PATH."""
    from . import pipeline

    made = _or_fail(path, lambda: pipeline.new(path, profile=profile, lang=lang, sample=sample))
    click.echo(say("cli.new", lang, path=made))


@main.command()
@click.argument("workbook", type=_WORKBOOK)
@click.option("-o", "--output", type=_WORKBOOK, help="Write here instead of in place.")
@click.option("--no-backup", is_flag=True, help="Make no backup.")
@click.option("--allow-protected", is_flag=True, help="Write into protected sheets too.")
def remove(workbook: Path, output: Path | None, no_backup: bool, allow_protected: bool) -> None:
    """Take everything of funnelbook out of the WORKBOOK: columns, highlights, notes, sheets, names."""
    from . import pipeline

    target = _or_fail(
        workbook, lambda: pipeline.remove(workbook, output, keep_backup=not no_backup, allow_protected=allow_protected)
    )
    click.echo(say("cli.removed", "zh", path=target) + "\n" + say("cli.removed", "en", path=target))


@main.command()
@click.argument("workbook", type=_WORKBOOK)
@click.option("--list", "show", is_flag=True, help="List the backups, newest first.")
@click.option("--from", "chosen", type=_WORKBOOK, help="The backup to put back (default: the newest).")
def restore(workbook: Path, show: bool, chosen: Path | None) -> None:
    """Put a backup back in the place of the WORKBOOK, after backing up what is there."""
    from . import pipeline

    if show:
        for copy in pipeline.list_backups(workbook):
            click.echo(copy)
        return
    used = _or_fail(workbook, lambda: pipeline.restore(workbook, chosen))
    click.echo(say("cli.restored", "zh", path=workbook, copy=used) + "\n" + say("cli.restored", "en", path=workbook, copy=used))


Outcome = tuple[Path, "Report | FunnelbookError"]


def _each(workbooks: Sequence[Path], work: Callable[[Path, Callable[[str], None]], Report], quiet: bool) -> list[Outcome]:
    """Every workbook is worked on, whatever becomes of the others; a progress bar on a terminal."""
    outcomes: list[Outcome] = []
    with _progress(len(workbooks), quiet) as told:
        for path in workbooks:
            try:
                outcomes.append((path, work(path, told(path.name))))
            except FunnelbookError as error:
                outcomes.append((path, error))
    return outcomes


@contextmanager
def _progress(workbooks: int, quiet: bool) -> Iterator[Callable[[str], Callable[[str], None]]]:
    """A bar on stderr, one step per stage; nothing where stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda name: lambda code: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=workbooks * len(_STAGES))

        def told(name: str) -> Callable[[str], None]:
            return lambda code: bar.update(task, advance=1, description=f"{name}: {say(f'step.{code}', 'zh')}")

        yield told


def _status(outcomes: Iterable[Outcome], fail_on: str) -> int:
    """The worst of the workbooks' statuses."""
    worst = DONE
    for _, outcome in outcomes:
        if isinstance(outcome, FunnelbookError):
            return FAILED
        counts = outcome.counts()
        bad = counts["error"] if fail_on == "error" else counts["error"] + counts["warning"] if fail_on == "warning" else 0
        worst = max(worst, FOUND if bad else DONE)
    return worst


def _or_fail(path: Path, call: Callable[[], Any]) -> Any:
    try:
        return call()
    except FunnelbookError as error:
        _complain(path, error)
        sys.exit(FAILED)


def _complain(path: Path, error: FunnelbookError) -> None:
    """One line on stderr that says what is the matter and what to do."""
    click.echo(f"funnelbook: {path}: {sentence(error)}", err=True)


def sentence(error: FunnelbookError) -> str:
    """An error in words, Chinese and English on one line: nobody knows the language before the workbook is read."""
    code = f"error.{error.code}.{error.facts['problem']}" if "problem" in error.facts else f"error.{error.code}"
    facts = {key: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value for key, value in error.facts.items()}
    facts = {"path": "", "part": "", "holder": "?", "reason": "", "sheet": "", "candidates": "", "format": "", "suffix": "", "place": ""} | facts
    return " / ".join(say(code if knows(code) else f"error.{error.code}", lang, **facts) for lang in LANGUAGES)


def _as_dict(path: Path, outcome: Report | FunnelbookError, mask: bool) -> dict[str, Any]:
    if isinstance(outcome, FunnelbookError):
        return {"workbook": str(path), "error": {"code": outcome.code, "message": sentence(outcome)}}
    return outcome.to_dict(mask=mask)


def _print_json(documents: Sequence[dict[str, Any]], output: Path | None = None) -> None:
    """One document; several workbooks are a batch."""
    found = documents[0] if len(documents) == 1 else {"schema": "funnelbook.batch/1", "workbooks": list(documents)}
    _write(json.dumps(found, ensure_ascii=False, indent=1) + "\n", output)


def _write(text: str, output: Path | None, bom: bool = False) -> None:
    """To a file in UTF-8 (with a BOM where Excel in China has to open it), else to stdout."""
    if output is None:
        click.echo(("\ufeff" if bom else "").encode() + text.encode(), nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8-sig" if bom else "utf-8", newline="")
    except OSError as error:
        click.echo(f"funnelbook: {output}: {error.strerror}", err=True)
        sys.exit(FAILED)


def _csv(reports: Sequence[Report], mask: bool) -> str:
    """All findings, one row each; a text that a spreadsheet would take for a formula gets an apostrophe."""
    keys = ("code", "severity", "sheet", "cell", "row", "field", "lead_id", "value", "message")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("workbook", *keys))
    for report in reports:
        for finding in report.finding_rows(mask):
            writer.writerow([_harmless(value) for value in (report.workbook, *(finding[key] for key in keys))])
    return out.getvalue()


def _harmless(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _audited(report: Report, mask: bool) -> str:
    """A line per finding and one that counts them."""
    lines = [f"{report.workbook}"]
    for found in report.finding_rows(mask):
        place = f"{found['sheet']}!{found['cell']}" if found["cell"] else found["sheet"]
        who = f" [{found['lead_id']}]" if found["lead_id"] else ""
        lines.append(f"  {say('severity.' + found['severity'], report.lang)}  {place}{who}  {found['message']}")
    lines.append("  " + _counted(report))
    return "\n".join(lines) + "\n"


def _counted(report: Report) -> str:
    if not report.findings:
        return say("audit.none", report.lang)
    return say("audit.counts", report.lang, **report.counts())


def _refreshed(report: Report) -> str:
    """What a refresh did, in a few lines."""
    lang, found = report.lang, report.assessment.metrics
    lines = []
    if report.dry_run and report.plan is not None:
        lines += [*report.plan.lines(), *(f"cells {area}" for area in report.plan.areas())]
    facts = {"leads": found.leads, "won": found.results["won"], "overdue": found.follow_up["overdue"] + found.follow_up["pool"]}
    lines.append(f"{report.workbook}: " + say("cli.refreshed", lang, **facts) + " " + _counted(report))
    if report.dry_run:
        lines.append("  " + say("cli.dry_run", lang))
    elif report.output is None:
        lines.append("  " + say("cli.unchanged", lang))
    else:
        lines.append("  " + say("cli.written", lang, path=report.output))
        if report.backup:
            lines.append("  " + say("cli.backup", lang, path=report.backup))
    return "\n".join(lines)


def _tell(path: Path, outcome: Report | FunnelbookError, words: Callable[[Report], str]) -> None:
    if isinstance(outcome, FunnelbookError):
        _complain(path, outcome)
    else:
        click.echo(words(outcome))


def _inspected(found: dict[str, Any]) -> list[str]:
    """Tables and columns as indented lines."""
    lang = found["lang"]
    lines = [f"{found['workbook']}: {found['profile']}"]
    for table in found["tables"]:
        lines.append(f"  {table['kind']}: {table['sheet']}, " + say("cli.rows", lang, first=table["first_row"], last=table["last_row"], n=table["rows"]))
        lines += [f"    {letter:>3}  {table['headers'][name]} -> {name}" for name, letter in table["columns"].items()]
        for unknown in table["unmapped"]:
            hint = say("cli.nearest", lang, field=unknown["nearest"]) if unknown["nearest"] else ""
            lines.append(f"      ?  {unknown['header']} {hint}".rstrip())
    for table in found["ignored"]:
        lines.append("  " + say("cli.ignored", lang, place=f"{table['sheet']}!{table['range']}"))
    if found["missing"]:
        lines.append("  " + say("cli.missing", lang, fields=", ".join(found["missing"])))
    for rule in found["rules_changed"]:
        lines.append("  " + say("cli.rule", lang, rule=rule["rule"], value=rule["value"], default=rule["default"]))
    return lines
