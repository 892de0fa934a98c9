"""What takes a refresh back: a backup in the place of the workbook, or everything of ours out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from . import collector
from .book import (
    Package,
    apply,
    backed_up,
    backups,
    equal_to,
    is_backup,
    is_there,
    keeping,
    put_back,
    read_grids,
    replacing,
    same_suffix,
    target_of,
)
from .errors import NotFoundError
from .grid import Grid
from .report.plan import take_out
from .words import language

_CHECK = "check"
"""So begins the role of a sheet of ours that bears the name of a user's sheet in its own."""


@dataclass(frozen=True)
class Removed:
    """Where the workbook is that holds nothing of ours any more."""

    output: str
    lang: str | None
    """Language of our sheets that went; None where there were none."""
    backup: str | None


@dataclass(frozen=True)
class Restored:
    """What was put in the place of a workbook, and where that is which stood there."""

    workbook: str
    copy: str
    own: bool
    """Whether *copy* bears the name of a backup of this workbook."""
    kept: str | None
    """None where nothing stood there."""


@collector.paused()
def remove(path: str | Path, output: str | Path | None = None, *, keep_backup: bool = True, allow_protected: bool = False) -> Removed:
    """Take everything of ours out of the workbook at *path*, in place after a backup or to *output*."""
    source = Path(path)
    target = source if output is None else target_of(source, Path(output))
    copy = None
    with replacing(source, target) as unchanged:
        package = Package.open(source, allow_protected=allow_protected)
        grids = read_grids(package)
        apply(take_out(grids), package)
        if target != source or package.changed or package.dropped:
            with backed_up(source) if target == source and keep_backup else nullcontext() as copy:
                package.save(target, unchanged)
    return Removed(str(target), _language(grids), None if copy is None else str(copy))


def restore(path: str | Path, chosen: str | Path | None = None) -> Restored:
    """Put a backup back in the place of *path*: *chosen*, or the newest; what is there stays in a backup.

    Where the file equals a backup already, the default is the newest of those before it, so that each restore goes a step further back.
    What is no sound workbook of the same suffix is refused.
    """
    target = Path(path)
    copies = list_backups(target)
    if chosen is None and not copies:
        raise NotFoundError(path=str(target), problem="backup")
    with _held(target) as unchanged:
        same = equal_to(target, copies) if target.exists() else []
        copy = _next(target, copies, same) if chosen is None else Path(chosen)
        same_suffix(target, copy, "backup_suffix")
        Package.open(copy, for_edit=False)
        data = copy.read_bytes()
        with backed_up(target) if target.exists() and not same else nullcontext(same[0] if same else None) as kept:
            put_back(data, target, None if target.exists() else copy, unchanged)
    return Restored(str(path), str(copy), is_backup(target, copy), None if kept is None else str(kept))


@contextmanager
def _held(target: Path) -> Iterator[Callable[[Path], None]]:
    """Hold the file to be put back, which need not be there; what is yielded raises where another program has changed it since."""
    if is_there(target):
        with replacing(target, target) as unchanged:
            yield unchanged
    else:
        with keeping(target):
            yield lambda there: None


def list_backups(path: str | Path) -> list[Path]:
    """Backups of the workbook at *path*, newest first."""
    return backups(Path(path))


def same_backups(path: str | Path) -> list[Path]:
    """Those backups of the workbook at *path* that hold what it holds now, newest first; none where it isn't there."""
    return equal_to(Path(path), list_backups(path)) if Path(path).exists() else []


def _next(target: Path, copies: Sequence[Path], same: Sequence[Path]) -> Path:
    """The newest backup, or the newest before all those that the file equals."""
    older = copies[copies.index(same[-1]) + 1 :] if same else copies
    if not older:
        raise NotFoundError(path=str(target), problem="older_backup")
    return older[0]


def _language(grids: Sequence[Grid]) -> str | None:
    titles = [grid.sheet for grid in grids if grid.own_sheet is not None and not grid.own_sheet.startswith(_CHECK)]
    return language("".join(titles)) if titles else None
