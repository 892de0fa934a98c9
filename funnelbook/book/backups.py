"""Backups: byte copies of a workbook in a folder beside it, named by the time they were made."""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .refusals import read_file
from .save import clean_stale, discard, put_back, real_path, writing

FOLDER = "funnelbook-backup"
_KEPT = 10
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
_MOMENT_PATTERN = r"\d{8}T\d{6}\.\d{6}Z"


@contextmanager
def backed_up(path: Path, folder: Path | None = None, keep: int | None = None) -> Iterator[Path]:
    """Copy the file at *path* to *folder* (beside it by default) while it is replaced; the copy is yielded.

    The name bears the UTC time to the microsecond. Once the file is replaced only the newest *keep* copies of it stay, by default as
    many as there were, but at least ten. Where nothing was replaced the new copy goes: a job that fails every week would else push the
    useful ones out. Raises NotFoundError, ReadOnlyError.
    """
    path = _followed(path)
    folder = _folder(path) if folder is None else folder
    with writing(folder):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        folder.mkdir(parents=True, exist_ok=True)
    data = read_file(path)
    clean_stale(folder, path.stem)
    keep = max(_KEPT, len(backups(path, folder))) if keep is None else keep
    while (copy := folder / _name(path)).exists():
        pass
    put_back(data, copy, like=path)
    try:
        yield copy
    except BaseException:
        if path.exists() and path.read_bytes() == data:
            discard(copy)
        raise
    for old in backups(path, folder)[keep:] if keep > 0 else ():
        discard(old)  # one that is open in Excel stays until the next time


def backups(path: Path, folder: Path | None = None) -> list[Path]:
    """Backups of the file at *path*, newest first; raises ReadOnlyError where the system doesn't let us look."""
    with writing(path):
        path = _followed(path)
        folder = _folder(path) if folder is None else folder
        found = [copy for copy in folder.glob("*") if is_backup(path, copy)] if folder.is_dir() else []
    return sorted(found, key=lambda copy: copy.name, reverse=True)


def is_backup(path: Path, copy: Path) -> bool:
    """Whether a file bears the name of a backup of the one at *path*, wherever it lies."""
    path = _followed(path)
    return re.fullmatch(re.escape(path.stem) + r"\." + _MOMENT_PATTERN + re.escape(path.suffix), copy.name) is not None


def equal_to(path: Path, copies: Sequence[Path]) -> list[Path]:
    """Those of the copies that hold just what the file at *path* holds, in their order; raises what reading it does."""
    data = read_file(path)
    with writing(path):
        return [copy for copy in copies if copy.stat().st_size == len(data) and copy.read_bytes() == data]


def _followed(path: Path) -> Path:
    """The file that a link leads to: whoever looks for its backups may not know of the link."""
    return real_path(path) if path.is_symlink() else path


def _folder(path: Path) -> Path:
    return path.parent / FOLDER


def _name(path: Path) -> str:
    return f"{path.stem}.{dt.datetime.now(dt.UTC).strftime(_MOMENT)}{path.suffix}"
