"""Every workbook in turn, with a progress bar on a terminal; what becomes of one doesn't stop the others."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FunnelbookError
from ..words import say
from .complaints import DONE, FAILED, FOUND

if TYPE_CHECKING:
    from ..pipeline import Report, Step

Outcome = tuple[Path, "Report | FunnelbookError"]
_STAGES = ("open", "read", "find", "assess", "plan", "apply", "save")


def each(workbooks: Sequence[Path], work: Callable[[Path, Step], Report], lang: str | None, quiet: bool) -> list[Outcome]:
    """The report or the error of every workbook, in their order; *quiet* shows no bar."""
    outcomes: list[Outcome] = []
    with _bar(len(workbooks), lang or "zh", quiet) as beginning:
        for number, path in enumerate(workbooks):
            try:
                outcomes.append((path, work(path, beginning(number, path.name))))
            except FunnelbookError as error:
                outcomes.append((path, error))
            if len(workbooks) > 1:
                gc.collect()  # it is paused while a command runs
    return outcomes


def status(outcomes: Sequence[Outcome], fail_on: str) -> int:
    """The worst of the workbooks' exit statuses."""
    return max(_status(outcome, fail_on) for _, outcome in outcomes)


def _status(outcome: Report | FunnelbookError, fail_on: str) -> int:
    if isinstance(outcome, FunnelbookError):
        return FAILED
    counts = outcome.counts()
    bad = {"error": counts["error"], "warning": counts["error"] + counts["warning"], "never": 0}[fail_on]
    return FOUND if bad else DONE


@contextmanager
def _bar(workbooks: int, lang: str, quiet: bool) -> Iterator[Callable[[int, str], Step]]:
    """Gives the Step of a workbook by its number and name: a bar on stderr where that is a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda number, name: lambda code: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=workbooks * len(_STAGES))

        def beginning(number: int, name: str) -> Step:
            def step(code: str) -> None:
                done = number * len(_STAGES) + _STAGES.index(code)
                bar.update(task, completed=done, description=escape(f"{name}: {say(f'step.{code}', lang)}"))

            return step

        yield beginning
