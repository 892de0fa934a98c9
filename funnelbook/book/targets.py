"""The file that is written: which one it is, and that nobody else holds or changes it while we work."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import FunnelbookError, NotFoundError, ReadOnlyError, UsageError
from .locks import fingerprint, holding, refuse_held, refuse_open
from .package import Package
from .refusals import refuse_missing
from .save import clean_stale, real_path, writing
from .takeout import own_sheets
from .workbook import Workbook


def target_of(source: Path, output: Path) -> Path:
    """The file to write; a folder takes the workbook's name, another suffix would make another format.

    The workbook itself under another spelling is the workbook itself: it is written in place, after a backup.
    """
    with writing(output):
        if output.is_dir():
            output = output / source.name
        same_suffix(source, output)
        if not output.parent.is_dir():
            raise NotFoundError(path=str(output.parent), problem="folder")
    return source if real_path(output) == real_path(source) else output


@contextmanager
def replacing(source: Path, target: Path) -> Iterator[Callable[[Path], None]]:
    """Hold the file to be written; what is yielded raises when the source is other than it was, or open in a program by now.

    It is told where the file is that stood at *target*, see `save.Guard`.
    """
    refuse_missing(source)
    if target != source:
        refuse_held(source)
    with keeping(target):
        with writing(target):
            place = real_path(target)
            clean_stale(place.parent, place.stem)  # also where nothing will be written
        before = fingerprint(source)

        def unchanged(there: Path) -> None:
            for path in (source, target):
                refuse_open(path)
            before.check(there if target == source else source)

        yield unchanged


@contextmanager
def keeping(target: Path) -> Iterator[None]:
    """Hold a file; one that its owner made read-only is refused before anything is done."""
    with holding(target):
        if target.exists() and not target.stat().st_mode & stat.S_IWUSR:
            raise ReadOnlyError(path=str(target), reason=os.strerror(errno.EACCES))
        yield


def is_ours_alone(path: Path) -> bool:
    """Whether a file is a workbook of nothing but sheets of ours, such as a roll-up."""
    try:
        book = Workbook(Package.open(path, for_edit=False))
    except FunnelbookError:
        return False
    return set(own_sheets(book).values()) == set(book.titles())


def same_suffix(source: Path, other: Path, problem: str = "same_suffix") -> None:
    """Raise UsageError where another suffix would make another format of a workbook."""
    if other.suffix.lower() != source.suffix.lower():
        raise UsageError(problem=problem, path=str(other), suffix=source.suffix)
