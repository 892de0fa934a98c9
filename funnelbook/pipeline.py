"""The straight line from path to path: open, read, find, normalise, assess, plan, apply, save."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import collector
from .book import (
    Package,
    apply,
    backed_up,
    is_folder,
    is_there,
    put_back,
    read_foreign,
    read_grids,
    replacing,
    target_of,
)
from .errors import AmbiguousTableError, NoTableError, OldFormatError, UsageError
from .funnel.assess import assess
from .funnel.find import find_tables
from .funnel.inspect import inspection
from .funnel.model import AsOf, Assessment, Records, Tables
from .funnel.normalise import normalise
from .funnel.room import Inputs, with_inputs
from .funnel.rulebook import RuleBook
from .funnel.unknown import Unknown, unknown
from .grid import Grid
from .outputs import refuse_output, refuse_place, write_audit, write_ics, write_new, write_text
from .report.adoption import adoption
from .report.answer import Report
from .report.past import is_copy, level_history, read_past
from .report.plan import edit_plan
from .report.rule_blocks import name_of
from .report.template import template
from .undo import Removed, Restored, list_backups, remove, restore, same_backups
from .words import language, say

__all__ = ["Adopted", "Removed", "Report", "Restored", "Step", "adopt", "audit", "inspect", "new", "refresh", "write_page"]
__all__ += ["called", "list_backups", "remove", "restore", "same_backups"]
__all__ += ["is_folder", "is_there", "moment_of", "refuse_output", "write_audit", "write_ics", "write_new", "write_text"]

Step = Callable[[str], None]
"""Told the code of each stage as it begins; words.toml names them under ``step.``."""

ROLLUP = "rollup"
"""Role of the first sheet of a group's workbook, which is never a team's."""
_READ_ONLY_FORMATS = ("xls", "et", "xlsb", "ods")
_YEARS = range(1900, 3000)
"""Of an as-of date: Excel has no dates before, and limits that are counted from it have to stay dates."""


@dataclass(frozen=True, eq=False)
class _Found:
    """What a workbook holds, read and assessed."""

    grids: Sequence[Grid]
    rules: RuleBook
    tables: Tables
    inputs: Inputs
    records: Mapping[str, Records]
    assessment: Assessment
    lang: str


@collector.paused()
def refresh(
    path: str | Path,
    output: str | Path | None = None,
    as_of: dt.date | dt.datetime | None = None,
    *,
    lang: str | None = None,
    dry_run: bool = False,
    allow_protected: bool = False,
    keep_backup: bool = True,
    backup_dir: str | Path | None = None,
    keep: int | None = None,
    step: Step = lambda code: None,
) -> Report:
    """Refresh the workbook at *path*, in place after a backup or to *output*.

    A workbook that *output* replaces is backed up too. *keep* is how many backups stay, by default as many as there were, at least ten.
    On any FunnelbookError both files are as they were.
    """
    source, moment = Path(path), moment_of(as_of)
    target = source if output is None else target_of(source, Path(output))
    with nullcontext(_nothing) if dry_run else replacing(source, target) as unchanged:
        step("open")
        package = Package.open(source, allow_protected=allow_protected)
        step("read")
        grids = read_grids(package)
        found = _assessed(grids, moment, lang, path=source, step=step, with_new_inputs=True)
        step("plan")
        names = [sheet.name for sheet in package.sheets()]
        answer = edit_plan(grids, names, found.tables, found.records, found.assessment, found.rules, found.inputs, found.lang)
        step("apply")
        apply(answer.plan, package)
        changed, added = sorted(package.changed | package.dropped), sorted(package.added)
        copy = None
        replaced = not dry_run and (bool(changed or added) or target != source)
        if replaced:
            step("save")
            keeps = keep_backup and (target == source or is_there(target))
            with backed_up(target, _folder(backup_dir), keep) if keeps else nullcontext() as copy:
                package.save(target, unchanged)
    return Report(
        command="refresh",
        workbook=str(path),
        output=str(target) if replaced else None,
        tables=found.tables,
        records=found.records,
        assessment=answer.assessment,
        lang=found.lang,
        plan=answer.plan,
        changed_parts=changed,
        added_parts=added,
        backup=None if copy is None else str(copy),
        replaced=replaced,
        dry_run=dry_run,
        rules=found.rules,
        newest=answer.newest,
    )


@collector.paused()
def audit(
    path: str | Path,
    as_of: dt.date | dt.datetime | None = None,
    *,
    lang: str | None = None,
    step: Step = lambda code: None,
) -> Report:
    """Audit the workbook at *path* and write nothing; formats that are only read are audited too."""
    source, moment = Path(path), moment_of(as_of)
    step("read")
    found = _assessed(_grids(source), moment, lang, path=source, step=step)
    return Report("audit", str(path), found.tables, found.records, found.assessment, found.lang, rules=found.rules)


@collector.paused()
def inspect(path: str | Path, *, lang: str | None = None) -> dict[str, Any]:
    """What was found where in the workbook at *path*: tables, columns, what was not understood, changed rules."""
    grids = _grids(Path(path))
    rules = RuleBook.default().overlaid(grids)
    tables = _tables([grid for grid in grids if not is_copy(grid)], rules, Path(path))
    return {
        "schema": "funnelbook.inspect/1",
        "workbook": str(path),
        "lang": lang or language_of(tables),
        **inspection(tables, rules),
    }


@dataclass(frozen=True)
class Adopted:
    """What a workbook holds that isn't understood, and what became of the file."""

    workbook: str
    found: Unknown
    lang: str
    output: str | None
    """The file that was written; None where there was nothing to add."""
    backup: str | None


@collector.paused()
def adopt(
    path: str | Path,
    output: str | Path | None = None,
    *,
    lang: str | None = None,
    keep_backup: bool = True,
    allow_protected: bool = False,
) -> Adopted:
    """Bring in the foreign workbook at *path*: its rules sheet asks what the headers and words mean that aren't understood.

    Nothing is bound before a person has decided on that sheet. On any FunnelbookError both files are as they were.
    """
    source = Path(path)
    target = source if output is None else target_of(source, Path(output))
    with replacing(source, target) as unchanged:
        package = Package.open(source, allow_protected=allow_protected)
        grids = read_grids(package)
        rules = RuleBook.default().overlaid(grids)
        with _named(source):
            found = unknown([grid for grid in grids if not is_copy(grid)], rules)
        lang = lang or language("".join(found.texts))
        apply(adoption(grids, [sheet.name for sheet in package.sheets()], found, rules, lang), package)
        copy, written = None, bool(package.changed or package.added or target != source)
        if written:
            with backed_up(source) if target == source and keep_backup else nullcontext() as copy:
                package.save(target, unchanged)
    return Adopted(str(path), found, lang, str(target) if written else None, None if copy is None else str(copy))


def new(path: str | Path, *, profile: str = "tracking", lang: str = "zh", sample: bool = False) -> Path:
    """Make a starter workbook at *path*; nothing that is there is overwritten."""
    target = Path(path)
    if is_there(target):
        raise UsageError(problem="exists", path=str(target))
    refuse_place(target, ".xlsx")
    package = Package.blank()
    apply(template(profile, lang, sample, RuleBook.default()), package)
    package.save(target)
    return target


@collector.paused()
def write_page(
    path: str | Path, output: Path, as_of: dt.date | dt.datetime | None = None, *, lang: str | None = None, mask: bool = True
) -> Report:
    """Audit the workbook at *path* and write its figures as a web page at *output*; what is there is replaced."""
    from .report.page import Content, document, html  # only this command needs them

    refuse_place(output, ".html")
    of = _assessed(_grids(Path(path)), moment_of(as_of), lang, path=Path(path), step=lambda code: None)
    put_back(html(document(Content(of.tables, of.records, of.assessment, of.rules, read_past(of.grids), of.lang), mask)), output)
    return Report("audit", str(path), of.tables, of.records, of.assessment, of.lang, output=str(output), replaced=True)


def called(of: str, code: str, lang: str) -> str:
    """What people call a table, a vocabulary or a severity (*of*)."""
    return name_of(of, code, RuleBook.default(), lang)


def language_of(tables: Tables) -> str:
    """Code of the language: zh where any header of the tables has a Chinese sign, else en."""
    return language("".join(text for table in tables for text in table.headers.values()))


def _assessed(grids: Sequence[Grid], as_of: AsOf, lang: str | None, *, path: Path, step: Step, with_new_inputs: bool = False) -> _Found:
    rules = RuleBook.default().overlaid(list(grids))
    step("find")
    tables = _tables([grid for grid in grids if not is_copy(grid)], rules, path)
    lang = lang or language_of(tables)
    inputs: Inputs = {}
    if with_new_inputs:
        wanted = {name: say(f"field.{name}", lang) for name in rules.profiles[tables.profile].inputs}
        tables, inputs = with_inputs(tables, wanted)
    step("assess")
    records = normalise(tables, rules)
    history = level_history(grids) if records["leads"].has("level") else {}
    return _Found(grids, rules, tables, inputs, records, assess(records, tables.profile, rules, as_of, history), lang)


def _tables(grids: Sequence[Grid], rules: RuleBook, path: Path) -> Tables:
    """find_tables, with the path in the error's facts, and what the workbook is where it is a roll-up of ours."""
    with _named(path):
        try:
            return find_tables(grids, rules)
        except NoTableError as error:
            if any(grid.own_sheet == ROLLUP for grid in grids):
                error.facts["problem"] = ROLLUP
            raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Puts the path in the facts of an error about tables."""
    try:
        yield
    except (NoTableError, AmbiguousTableError) as error:
        error.facts["path"] = str(path)
        raise


def _grids(path: Path) -> list[Grid]:
    try:
        return read_grids(Package.open(path, for_edit=False))
    except OldFormatError as error:
        if error.facts.get("format") not in _READ_ONLY_FORMATS:
            raise
        return read_foreign(path)


def moment_of(as_of: dt.date | dt.datetime | None) -> AsOf:
    """as_of, by default this minute: the one place that reads the clock."""
    moment = as_of if as_of is not None else dt.datetime.now()
    if not isinstance(moment, dt.date):
        raise UsageError(problem="as_of", value=repr(moment))
    if moment.year not in _YEARS:
        raise UsageError(problem="as_of_year", value=moment.isoformat(), first=_YEARS[0], last=_YEARS[-1])
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        raise UsageError(problem="as_of", value=moment.isoformat())
    return AsOf.of(moment)


def _nothing(there: Path) -> None:
    """A dry run replaces nothing."""


def _folder(backup_dir: str | Path | None) -> Path | None:
    return None if backup_dir is None else Path(backup_dir)
