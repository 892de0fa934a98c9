"""Which workbooks are meant: files, folders and globs, without lock files, backups and what we wrote ourselves."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..errors import NotFoundError, ReadOnlyError, UsageError
from ..pipeline import is_folder, is_there

_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
_LOCKS = ("~$", ".")
"""Owner files of Excel and WPS; locks of LibreOffice, temporary and hidden files."""
_BACKUPS = "funnelbook-backup"
_BACKUP = re.compile(r"\.\d{8}T\d{6}\.\d{6}Z$")
"""At the end of the stem of a backup, wherever it lies."""


def workbooks(paths: Sequence[str | Path], output: Path) -> list[Path]:
    """Absolute paths, each file once, sorted; *output* is none of them.

    Raises NotFoundError for a path that isn't there and for a pattern that nothing fits, UsageError where there is no workbook at all.
    """
    own = os.path.realpath(output)
    found = {os.path.realpath(path): path for given in paths for path in _meant(Path(given))}
    kept = [Path(os.path.abspath(path)) for real, path in found.items() if real != own]  # noqa: PTH100  # a symlink keeps its name
    if not kept:
        raise UsageError(problem="no_workbooks", path=", ".join(map(str, paths)))
    return sorted(kept)


def fallback_names(found: Sequence[Path]) -> dict[Path, str]:
    """What each team is called that doesn't say its name: the file's stem, with its folder where several share it."""
    ways: Sequence[Callable[[Path], str]] = (
        lambda path: path.stem,
        lambda path: f"{path.parent.name}/{path.stem}",
        lambda path: path.with_suffix("").as_posix(),
        str,
    )
    names: dict[Path, str] = {}
    left = list(found)
    for way in ways:
        told = {path: way(path) if way is str else way(path).casefold() for path in left}
        counts = Counter(told.values())
        names |= {path: way(path) for path in left if counts[told[path]] == 1}
        left = [path for path in left if path not in names]
    return names


def _meant(given: Path) -> Iterator[Path]:
    if is_folder(given):
        yield from (path for path in _below(given) if _is_workbook(path))
    elif is_there(given):
        if not given.name.startswith(_LOCKS):
            yield given
    else:
        fitting = [Path(path) for path in glob.glob(str(given), recursive=True)]  # noqa: PTH207  # the pattern may be absolute
        if not fitting:
            raise NotFoundError(path=str(given))
        for path in fitting:
            yield from _meant(path) if path.is_dir() else (one for one in [path] if _is_workbook(one))


def _below(folder: Path) -> Iterator[Path]:
    """Every file below a folder; raises ReadOnlyError for a folder that nobody lets us look into, whose teams would be missing unsaid."""

    def refuse(error: OSError) -> None:
        raise ReadOnlyError(path=str(error.filename or folder), reason=error.strerror or str(error), problem="reading")

    for inside, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(inside, name) for name in names)


def _is_workbook(path: Path) -> bool:
    if path.name.startswith(_LOCKS) or path.suffix.lower() not in _SUFFIXES:
        return False
    return path.parent.name != _BACKUPS and not _BACKUP.search(path.stem) and path.is_file()
