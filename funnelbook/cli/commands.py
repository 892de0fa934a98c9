"""The commands and their options; each is one call into the pipeline, and its words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import FunnelbookError, NotFoundError, UsageError
from ..words import LANGUAGES, say
from . import answers
from .complaints import DONE, FAILED, OneLiners, complain, in_both
from .progress import Outcome, each, status

if TYPE_CHECKING:
    from ..pipeline import Removed, Report, Restored, Step

Done = TypeVar("Done")
_OWNER_FILE = "~$"
"""How the names begin of the files by which Excel and WPS mark an open workbook; *.xlsx matches them too."""


class AsOf(click.ParamType[dt.date]):
    """YYYY-MM-DD, or YYYY-MM-DDTHH:MM."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date | dt.datetime:
        """The date or date-time; raises UsageError."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value) if len(value) <= len("2024-06-20") else dt.datetime.fromisoformat(value)
        except ValueError:
            raise UsageError(problem="as_of", value=value) from None


class FilePath(click.Path):
    """A path; an empty one is refused, since pathlib takes it for the folder that one stands in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; raises UsageError."""
        if value == "":
            raise UsageError(problem="no_path")
        return super().convert(value, param, ctx)


_WORKBOOK = FilePath(path_type=Path)
_as_of = click.option("--as-of", type=AsOf(), help="The moment to judge by: 2024-06-20 or 2024-06-20T18:00 (default: now).")
_lang = click.option("--lang", type=click.Choice(LANGUAGES), help="Language of what is written (default: that of the headers).")
_mask = click.option("--mask", is_flag=True, help="Mask phones and names in what is printed.")
_in_place = click.option("-o", "--output", type=_WORKBOOK, help="Write here instead of in place (a folder for several workbooks).")
_no_backup = click.option("--no-backup", is_flag=True, help="Make no backup.")
_protected = click.option("--allow-protected", is_flag=True, help="Write into protected sheets too.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def _fail_on(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    choice = click.Choice(("error", "warning", "never"))
    return click.option("--fail-on", type=choice, default=default, show_default=True, help="Exit status 1 at such findings.")


@click.group(cls=OneLiners, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="funnelbook", prog_name="funnelbook")
def main() -> None:
    """Scores, time limits and conversion rates for a sales team's own workbook; nothing else in it is changed."""


@main.command(short_help="Compute everything and write it into the workbook.")
@click.argument("workbooks", nargs=-1, required=True, type=_WORKBOOK)
@_in_place
@_as_of
@click.option("--dry-run", is_flag=True, help="Say what would be written and write nothing.")
@_json
@_lang
@_fail_on("never")
@click.option("--backup-dir", type=_WORKBOOK, help="Folder for the backup (default: funnelbook-backup beside the workbook).")
@_no_backup
@click.option("--keep", type=click.IntRange(1), default=10, show_default=True, help="Backups kept.")
@_protected
@_mask
def refresh(workbooks: Sequence[Path], output: Path | None, as_json: bool, fail_on: str, mask: bool, **options: Any) -> int:
    """Compute everything and write it into the WORKBOOKS, after a backup."""
    from .. import pipeline

    batch = len(workbooks) > 1
    workbooks = _without_owner_files(workbooks)
    _refuse_one_file_for_several(workbooks, output)
    _refuse_same_names(workbooks, options["backup_dir"], "same_name_backup")
    options["keep_backup"] = not options.pop("no_backup")

    def work(path: Path, step: Step) -> Report:
        return pipeline.refresh(path, output, step=step, **options)

    outcomes = each(workbooks, work, options["lang"], quiet=as_json)
    reports = _good(outcomes)
    if as_json:
        answers.write_json([answers.as_dict(path, outcome, mask) for path, outcome in outcomes], batch=batch)
    elif reports:
        answers.show_refreshes(reports)
    return status(outcomes, fail_on)


@main.command(short_help="Report what is missing or wrong; nothing is written.")
@click.argument("workbooks", nargs=-1, required=True, type=_WORKBOOK)
@_as_of
@click.option("--format", "form", type=click.Choice(("text", "json", "csv", "xlsx")), default="text", show_default=True)
@click.option("-o", "--output", type=_WORKBOOK, help="Write here instead of printing.")
@_lang
@_fail_on("error")
@_mask
def audit(workbooks: Sequence[Path], form: str, output: Path | None, fail_on: str, mask: bool, **options: Any) -> int:
    """Report what is missing or wrong in the WORKBOOKS and write nothing into them."""
    from .. import pipeline

    batch = len(workbooks) > 1
    workbooks = _without_owner_files(workbooks)
    if form == "xlsx" and output is None:
        raise UsageError(problem="needs_output")
    if output is not None and output.resolve() in {path.resolve() for path in workbooks}:
        raise UsageError(problem="overwrites")
    quiet = form != "text" or output is not None
    outcomes = each(workbooks, lambda path, step: pipeline.audit(path, step=step, **options), options["lang"], quiet)
    reports = _good(outcomes)
    try:
        if form == "json":
            documents = [answers.as_dict(path, outcome, mask) for path, outcome in outcomes]
            answers.write_json(documents, batch=batch, output=output)
        elif reports:
            _report(reports, form, output, options["lang"] or reports[0].lang, mask)
    except FunnelbookError as error:
        complain(output, error)
        return FAILED
    return status(outcomes, fail_on)


def _good(outcomes: Sequence[Outcome]) -> list[Report]:
    """The reports, after a complaint about every workbook that gave none."""
    for path, outcome in outcomes:
        if isinstance(outcome, FunnelbookError):
            complain(path, outcome)
    return [outcome for _, outcome in outcomes if not isinstance(outcome, FunnelbookError)]


def _report(reports: Sequence[Report], form: str, output: Path | None, lang: str, mask: bool) -> None:
    """What an audit found, in any form but JSON."""
    from .. import pipeline

    if form == "xlsx" and output is not None:
        pipeline.write_audit(reports, output, lang, mask)
    elif form == "csv":
        answers.write(answers.csv_text(reports, mask), output, bom=True)
    elif output is not None:
        answers.write("".join(answers.audit_lines(report, mask) for report in reports), output)
    else:
        for report in reports:
            answers.show_audit(report, mask)


@main.command(short_help="Show which table and which field was found where.")
@click.argument("workbook", type=_WORKBOOK)
@_json
@_lang
def inspect(workbook: Path, as_json: bool, lang: str | None) -> int:
    """Show what was found where in the WORKBOOK: tables, which header is which field, what was not understood."""
    from .. import pipeline

    try:
        found = pipeline.inspect(workbook, lang=lang)
    except FunnelbookError as error:
        complain(workbook, error)
        if as_json:
            answers.write_json([answers.as_dict(workbook, error, mask=False)], batch=False)
        return FAILED
    if as_json:
        answers.write_json([found], batch=False)
    else:
        answers.write(answers.inspect_lines(found), None)
    return DONE


@main.command(short_help="Ask what the headers of another workbook mean.")
@click.argument("workbook", type=_WORKBOOK)
@click.option("-o", "--output", type=_WORKBOOK, help="Write here instead of in place.")
@_lang
@_no_backup
@_protected
def adopt(workbook: Path, output: Path | None, lang: str | None, no_backup: bool, allow_protected: bool) -> int:
    """Bring in a WORKBOOK that isn't one of the templates: its rules sheet then asks what its headers and words mean."""
    from .. import pipeline

    try:
        found = pipeline.adopt(workbook, output, lang=lang, keep_backup=not no_backup, allow_protected=allow_protected)
    except FunnelbookError as error:
        complain(workbook, error)
        return FAILED
    answers.write(answers.adopt_lines(found), None)
    return DONE


@main.command()
@click.argument("path", type=_WORKBOOK)
@click.option("--profile", type=click.Choice(("tracking", "registry", "lifecycle", "tiering")), default="tracking", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.option("--sample", is_flag=True, help="With the example rows of the template document.")
def new(path: Path, profile: str, lang: str, sample: bool) -> int:
    """Make a starter workbook at PATH."""
    from .. import pipeline

    def say_so(made: Path) -> None:
        click.echo(say("cli.new", lang, path=made))

    return _tried(path, lambda: pipeline.new(path, profile=profile, lang=lang, sample=sample), say_so)


@main.command(short_help="Take everything of funnelbook out again.")
@click.argument("workbook", type=_WORKBOOK)
@click.option("-o", "--output", type=_WORKBOOK, help="Write here instead of in place.")
@_no_backup
@_protected
def remove(workbook: Path, output: Path | None, no_backup: bool, allow_protected: bool) -> int:
    """Take everything of funnelbook out of the WORKBOOK: columns, highlights, notes, sheets, names."""
    from .. import pipeline

    def say_so(done: Removed) -> None:
        tongues = LANGUAGES if done.lang is None else (done.lang,)
        _say(tongues, "cli.removed", path=done.output)
        if done.backup is not None:
            _say(tongues, "cli.backup", path=done.backup)

    return _tried(workbook, lambda: pipeline.remove(workbook, output, keep_backup=not no_backup, allow_protected=allow_protected), say_so)


@main.command(short_help="Put a backup back in the place of the workbook.")
@click.argument("workbook", type=_WORKBOOK)
@click.option("--list", "show", is_flag=True, help="List the backups, newest first.")
@click.option(
    "--from", "chosen", type=_WORKBOOK, help="The backup to put back (default: the newest; of a file that equals one, the one before it)."
)
def restore(workbook: Path, show: bool, chosen: Path | None) -> int:
    """Put a backup back in the place of the WORKBOOK, after backing up what is there."""
    from .. import pipeline

    if show:
        return _list_backups(workbook)

    def say_so(done: Restored) -> None:
        _say(LANGUAGES, "cli.restored" if done.own else "cli.restored.other", path=done.workbook, copy=done.copy)
        if done.kept is not None:
            _say(LANGUAGES, "cli.restored.kept", path=done.workbook, copy=done.kept)

    return _tried(workbook, lambda: pipeline.restore(workbook, chosen), say_so)


def _list_backups(workbook: Path) -> int:
    """A line per backup; which of them the workbook equals is said, and that there is none."""
    from .. import pipeline

    copies = pipeline.list_backups(workbook)
    if not copies and not workbook.exists():
        raise NotFoundError(path=str(workbook))
    same = pipeline.same_backups(workbook)
    for copy in copies:
        click.echo(f"{copy}  {in_both('cli.backup.same')}" if copy in same else copy)
    if not copies:
        click.echo(in_both("cli.backup.none", path=workbook))
    return DONE


def _tried(path: Path, call: Callable[[], Done], say_so: Callable[[Done], None]) -> int:
    """The status of a command on one workbook, after its words."""
    try:
        done = call()
    except FunnelbookError as error:
        complain(path, error)
        return FAILED
    say_so(done)
    return DONE


def _say(tongues: Sequence[str], code: str, **facts: Any) -> None:
    """A line in each of the languages: both, where no workbook was read whose language could be taken."""
    for lang in tongues:
        click.echo(say(code, lang, **facts))


def _without_owner_files(workbooks: Sequence[Path]) -> Sequence[Path]:
    """The workbooks less the owner files among them; an owner file that is all there is stays and is complained of."""
    return [path for path in workbooks if not path.name.startswith(_OWNER_FILE)] or workbooks


def _refuse_one_file_for_several(workbooks: Sequence[Path], output: Path | None) -> None:
    """Raise UsageError where several workbooks would be written to one file."""
    if output is None or len(workbooks) < 2:
        return
    from ..pipeline import is_folder

    if not is_folder(output):
        raise UsageError(problem="folder")
    _refuse_same_names(workbooks, output, "same_name")


def _refuse_same_names(workbooks: Sequence[Path], folder: Path | None, problem: str) -> None:
    """Raise UsageError where workbooks of one name would meet in a folder."""
    name, times = Counter(path.name.casefold() for path in workbooks).most_common(1)[0]
    if folder is not None and times > 1:
        raise UsageError(problem=problem, name=name)
