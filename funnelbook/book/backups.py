"""Backups: byte copies of a workbook in a folder beside it, named by the time they were made."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from ..errors import NotFoundError
from .save import fsync_folder, write_synced, writing

FOLDER = "funnelbook-backup"
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
_MOMENT_PATTERN = r"\d{8}T\d{6}\.\d{6}Z"


def backup(path: Path, folder: Path | None = None, keep: int = 10) -> Path:
    """Copy the file at *path* to *folder* (beside it by default) and leave only the newest *keep* copies of it there.

    The name bears the UTC time to the microsecond. Raises NotFoundError, ReadOnlyError; a failed copy leaves nothing.
    """
    folder = _folder(path) if folder is None else folder
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    while (copy := folder / _name(path)).exists():
        pass
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(path=str(path)) from None
    with writing(copy):
        _write_synced(copy, data)
    for old in backups(path, folder)[keep:] if keep > 0 else ():
        old.unlink(missing_ok=True)
    return copy


def backups(path: Path, folder: Path | None = None) -> list[Path]:
    """Backups of the file at *path*, newest first."""
    folder = _folder(path) if folder is None else folder
    pattern = re.compile(re.escape(path.stem) + r"\." + _MOMENT_PATTERN + re.escape(path.suffix))
    found = [copy for copy in folder.glob("*") if pattern.fullmatch(copy.name)] if folder.is_dir() else []
    return sorted(found, key=lambda copy: copy.name, reverse=True)


def _folder(path: Path) -> Path:
    return path.parent / FOLDER


def _name(path: Path) -> str:
    return f"{path.stem}.{dt.datetime.now(dt.UTC).strftime(_MOMENT)}{path.suffix}"


def _write_synced(copy: Path, data: bytes) -> None:
    try:
        write_synced(copy, data)
    except OSError:
        copy.unlink(missing_ok=True)
        raise
    fsync_folder(copy.parent)
