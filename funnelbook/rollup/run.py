"""The straight line of a roll-up: which workbooks, which of them changed, a task each, the group's figures, its workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from .. import pipeline
from ..errors import FunnelbookError, UsageError
from ..funnel.model import AsOf
from ..words import LANGUAGES
from .engines import Engine, ProcessDied, dask, local
from .group import Group, Line, summarise
from .rows import Row, nothing
from .schema import VERSION
from .sources import fallback_names, workbooks
from .task import COUNTED, CRASH, ERROR, KILLED, OK, OURS, Task, hash_of, lost, program, work
from .workbook import group_workbook

_READERS = 8
"""Threads that look whether the workbooks are as they were; they wait for the disk or the network."""
_RULES = ("words.toml", "funnel/rulebook.toml", "funnel/industries.toml")
Told = Callable[["Progress"], None]


@dataclass(frozen=True)
class Progress:
    """A workbook is done."""

    row: Row
    skipped: bool
    """Nothing changed since it was rolled up last."""
    done: int
    total: int

    @property
    def failed(self) -> bool:
        return self.row["status"] not in (OK, OURS)

    @property
    def name(self) -> str:
        return Path(self.row["workbook"]).name


@dataclass(frozen=True)
class Outcome:
    """What a roll-up did and found."""

    rows: Sequence[Row]
    """Of the metrics, one a workbook, by path."""
    skipped: frozenset[str]
    group: Group
    output: Path
    folder: Path
    as_of: str
    lang: str

    @property
    def failed(self) -> list[Row]:
        """The workbooks that could not be read or not be written back."""
        return [row for row in self.rows if row["status"] != OK]

    def to_dict(self) -> dict[str, Any]:
        """The JSON document (docs/rollup.md)."""
        group = self.group
        return {
            "schema": "funnelbook.rollup/1",
            "output": str(self.output),
            "parquet": str(self.folder),
            "as_of": self.as_of,
            "lang": self.lang,
            "workbooks": [_said(row, row["workbook"] in self.skipped) for row in self.rows],
            "total": _figures(group.total),
            "teams": [_figures(line) for line in group.teams],
            "regions": [_figures(line) for line in group.regions],
            "weeks": [{**asdict(week), "start": week.start.isoformat()} for week in group.weeks],
            "duplicates": {"customers": group.customers, "leads": group.twin_leads},
            "problems": [asdict(problem) for problem in group.problems],
        }


def rollup(
    paths: Sequence[str | Path],
    output: Path,
    *,
    folder: Path | None = None,
    as_of: dt.date | dt.datetime | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    workers: int | None = None,
    refresh: bool = False,
    lang: str | None = None,
    mask: bool = False,
    told: Told = lambda progress: None,
) -> Outcome:
    """Roll the workbooks of *paths* up into the workbook *output* and the Parquet *folder* (beside it by default).

    *as_of* is today by default, to its end. Raises FunnelbookError where the whole can't be done, also where no workbook could be read:
    what an earlier roll-up left is then as it was. What is the matter with one workbook of many is in its row.
    """
    pipeline.refuse_output(output)
    day = dt.date.today() if as_of is None else as_of
    pipeline.moment_of(day)  # refused here, no workbook is to blame for it
    folder = Path(os.path.abspath(folder or output.with_suffix(".parquet")))  # noqa: PTH100  # as for the workbooks
    workers = workers or os.cpu_count() or 1
    tasks = _tasks(workbooks(paths, output), folder, day, refresh, lang, mask)
    run = dask(work, workers, scheduler) if engine == "dask" else local(work, workers)
    rows, skipped = _rows(tasks, run, told)
    if not any(row["status"] in COUNTED for row in rows.values()):
        raise UsageError(problem="none_read", path=str(output), n=len(tasks), name=tasks[0].path)
    for task in tasks:
        if rows[task.key]["status"] not in COUNTED and task.path not in skipped:
            task.store.write(task.key, nothing(rows[task.key]))
    kept = {task.key: rows[task.key] for task in tasks if rows[task.key]["status"] != OURS}
    store = tasks[0].store
    store.keep_only(kept)
    found = list(kept.values())
    tongue = lang or _language(found)
    group = summarise(store, list(kept), AsOf.of(day).date, workers)
    pipeline.write_new(group_workbook(group, found, AsOf.of(day).date, tongue), output)
    return Outcome(found, frozenset(skipped), group, output, folder, AsOf.of(day).text, tongue)


def _said(row: Row, skipped: bool) -> dict[str, Any]:
    reason = " / ".join(str(row[f"reason_{lang}"]) for lang in LANGUAGES if row[f"reason_{lang}"])
    found = {
        name: row[name] for name in ("workbook", "sha256", "team", "status", "profile", "leads", "errors", "warnings", "infos", "seconds")
    }
    return {**found, "skipped": skipped, "error": {"code": row["code"], "message": reason} if row["code"] else None}


def _figures(line: Line) -> dict[str, Any]:
    rates = {name: getattr(line, name) for name in ("conversion", "closed_conversion", "timely", "completeness")}
    return {**asdict(line), **{name: None if rate is None else round(rate, 4) for name, rate in rates.items()}}


def _tasks(found: Sequence[Path], folder: Path, day: dt.date, refresh: bool, lang: str | None, mask: bool) -> list[Task]:
    names = fallback_names(found)
    return [
        Task(
            path=str(path),
            key=_digest(path.as_posix()),
            folder=str(folder),
            as_of=day,
            settings=_digest(VERSION, program(), _rules(), AsOf.of(day).text, lang, mask, names[path]),
            team=names[path],
            refresh=refresh,
            lang=lang,
            mask=mask,
        )
        for path in found
    ]


def _rows(tasks: Sequence[Task], run: Engine, told: Told) -> tuple[dict[str, Row], list[str]]:
    """Key -> row of every workbook, and the paths of those that were as they were."""
    with ThreadPoolExecutor(_READERS) as readers:
        known = dict(zip(tasks, readers.map(_unchanged, tasks), strict=True))
    rows: dict[str, Row] = {}
    skipped: list[str] = []
    for task, row in known.items():
        if row is not None:
            rows[task.key] = row
            skipped.append(task.path)
            told(Progress(row, True, len(rows), len(tasks)))
    todo = sorted((task for task, row in known.items() if row is None), key=_size, reverse=True)
    for task, row in _worked(todo, run):
        rows[task.key] = row
        told(Progress(row, False, len(rows), len(tasks)))
    return rows, skipped


def _worked(tasks: Sequence[Task], run: Engine) -> Iterator[tuple[Task, Row]]:
    """The row of every task; those whose process died are tried once more, each alone, so that the one to blame is known."""
    died: list[Task] = []
    for task, answer in _each(tasks, run):
        if isinstance(answer, ProcessDied):
            died.append(task)
        else:
            yield task, _row(task, answer)
    for task in died:
        for _, answer in _each([task], run):
            yield task, lost(task, KILLED) if isinstance(answer, ProcessDied) else _row(task, answer)


def _each(tasks: Sequence[Task], run: Engine) -> Iterator[tuple[Task, Row | BaseException]]:
    if tasks:
        with closing(run(tasks)) as answers:  # type: ignore[type-var]  # a generator, which ends its processes when it is closed
            yield from answers


def _row(task: Task, answer: Row | BaseException) -> Row:
    """The one place where a bug doesn't end the program: its exception comes through the border of a process, for one workbook of many."""
    if isinstance(answer, FunnelbookError):
        raise answer  # not the workbook's: the folder can't be written
    if isinstance(answer, BaseException):
        return lost(task, CRASH, type(answer).__name__)
    return answer


def _unchanged(task: Task) -> Row | None:
    """What is known of a workbook that is as it was; what could not be written, and what a process failed at, is tried again."""
    row = task.store.known(task.key)
    if row is None or row["status"] not in (OK, ERROR) or row["settings"] != task.settings:
        return None
    if task.refresh and row["status"] == OK and not row["refreshed"]:
        return None
    return row if row["sha256"] and row["sha256"] == hash_of(Path(task.path)) else None


def _size(task: Task) -> int:
    """The largest first, so that none is still at work when the others are done."""
    path = Path(task.path)
    return path.stat().st_size if path.is_file() else 0


def _language(rows: Sequence[Row]) -> str:
    """That of most workbooks."""
    counts = [sum(row.get("lang") == lang for row in rows) for lang in ("zh", "en")]
    return "en" if counts[1] > counts[0] else "zh"


def _rules() -> str:
    """The rules and words that come with this version; a team's own are in its workbook."""
    return _digest(*(files("funnelbook").joinpath(name).read_text(encoding="utf-8") for name in _RULES))


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()
