"""One workbook as a task that runs in any process: read, validate, compute, write back where asked, leave its Parquet files."""

from __future__ import annotations

import datetime as dt
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from .. import pipeline
from ..errors import FunnelbookError
from ..funnel.model import AsOf
from ..words import LANGUAGES, complaint, say
from .rows import Row, figures, tables
from .schema import METRICS
from .store import Store

OK, UNWRITTEN, ERROR, CRASH, KILLED, OURS = "ok", "unwritten", "error", "crash", "killed", "ours"
"""Statuses: done; computed but not written back; could not; a bug of ours; its process died; a roll-up of ours, no team's workbook."""
COUNTED = (OK, UNWRITTEN)
"""Statuses of workbooks whose figures are there."""


@dataclass(frozen=True)
class Task:
    """What a process needs to know; it is sent to other processes and hosts, which see the same paths."""

    path: str
    key: str
    """Name of its Parquet files."""
    folder: str
    as_of: dt.date | dt.datetime
    settings: str
    """What besides the workbook decides the outcome, as a hash."""
    team: str
    """Name of the team where the workbook doesn't say it."""
    refresh: bool = False
    lang: str | None = None
    mask: bool = False

    @property
    def store(self) -> Store:
        return Store(Path(self.folder), AsOf.of(self.as_of).date)


def work(task: Task) -> Row:
    """Roll one workbook in; its row of the metrics, which stand in the folder by then if it gave figures.

    What is the matter with the workbook is in the row. Raises ReadOnlyError when the folder can't be written; any other exception is a
    bug, and whoever waits for the task gets it.
    """
    began, sha256 = perf_counter(), hash_of(Path(task.path))
    try:
        report, error = _report(task)
    except FunnelbookError as failure:
        status = OURS if failure.facts.get("problem") == pipeline.ROLLUP else ERROR
        reason = {lang: complaint(failure, lang) for lang in LANGUAGES}
        return failed(task, status, failure.code, reason, sha256, perf_counter() - began)
    row = {
        **_blank(task, hash_of(Path(task.path)) if report.replaced else sha256),
        "team": report.rules.text("team.name").strip() or _text(task.team),
        "status": OK if error is None else UNWRITTEN,
        "refreshed": task.refresh and error is None,
        **_reason(error),
        **figures(report, task.mask),
        "seconds": round(perf_counter() - began, 3),
    }
    task.store.write(task.key, tables(report, row, task.mask))
    return row


def failed(task: Task, status: str, code: str, reason: dict[str, str], sha256: str = "", seconds: float = 0.0) -> Row:
    """The row of a workbook that gave no figures."""
    return {
        **_blank(task, sha256),
        "status": status,
        "code": code,
        **{f"reason_{lang}": text for lang, text in reason.items()},
        "seconds": round(seconds, 3),
    }


def lost(task: Task, status: str, kind: str = "") -> Row:
    """The row of a workbook whose task raised an exception that is a bug (*kind*), or whose process died."""
    return failed(task, status, status, {lang: say(f"rollup.reason.{status}", lang, kind=kind) for lang in LANGUAGES})


def hash_of(path: Path) -> str:
    """SHA-256 of the file in hex; "" for one that can't be read, which its task finds too and says why."""
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


@cache
def program() -> str:
    """The version of funnelbook."""
    return version("funnelbook")


def _report(task: Task) -> tuple[pipeline.Report, FunnelbookError | None]:
    """The report, and what kept it from being written back; a workbook that can be read counts although it can't be written."""
    if task.refresh:
        try:
            return pipeline.refresh(task.path, as_of=task.as_of, lang=task.lang), None
        except FunnelbookError as error:
            return pipeline.audit(task.path, task.as_of, lang=task.lang), error
    return pipeline.audit(task.path, task.as_of, lang=task.lang), None


def _reason(error: FunnelbookError | None) -> dict[str, Any]:
    if error is None:
        return {}
    return {"code": error.code, **{f"reason_{lang}": _text(complaint(error, lang)) for lang in LANGUAGES}}


def _text(name: str) -> str:
    """The name of a file as Parquet can hold it: what is no UTF-8 in it as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def _blank(task: Task, sha256: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(METRICS.names),
        "workbook": _text(task.path),
        "sha256": sha256,
        "team": _text(task.team),
        "version": program(),
        "settings": task.settings,
        "moment": AsOf.of(task.as_of).text,
        "refreshed": False,
    }
