"""Never at the same time: other programs' lock files, our own lock, files that change meanwhile (DESIGN §5.2–3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import ChangedMeanwhileError, LockedError, NotFoundError, ReadOnlyError
from .refusals import read_file

_OWNER_BYTES = 165
"""Size of Excel's owner file: the user's name with its length before it, first in ANSI (54 bytes), then in UTF-16."""


@dataclass(frozen=True)
class Snapshot:
    """What a file was like at a moment."""

    path: Path
    size: int
    mtime_ns: int
    sha256: str

    def check(self) -> None:
        """Raise ChangedMeanwhileError when the file is other now, or gone."""
        try:
            same = fingerprint(self.path) == self
        except NotFoundError:
            same = False
        if not same:
            raise ChangedMeanwhileError(path=str(self.path))


def fingerprint(path: Path) -> Snapshot:
    """Snapshot of a file; raises NotFoundError, NotAWorkbookError for a folder, TooLargeError, ReadOnlyError."""
    data = read_file(path)
    found = path.stat()
    return Snapshot(path, found.st_size, found.st_mtime_ns, hashlib.sha256(data).hexdigest())


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Keep other runs of funnelbook from the workbook at *path*; LockedError when somebody else holds it.

    Looked at are the owner files of Excel and WPS (``~$name``) and of LibreOffice (``.~lock.name#``), beside the file
    itself and beside the symlink that leads to it. A lock file whose program died still counts: nobody can tell.
    """
    places = {path, path.resolve()}
    for place in sorted(places):
        _refuse_held(place)
    lock = FileLock(_lock_path(path.resolve()), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(path=str(path), holder="funnelbook") from None
    except OSError as error:
        raise ReadOnlyError(path=str(path), reason=error.strerror or str(error)) from None
    try:
        yield
    finally:
        # Removed while it is held; a run that opened it a moment before finds it unlinked, and FileLock tries anew.
        _lock_path(path.resolve()).unlink(missing_ok=True)
        lock.release()


def _lock_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.funnelbook-lock")


def _refuse_held(path: Path) -> None:
    for lock, owner in ((path.with_name(f"~${path.name}"), _excel_user), (_libreoffice_lock(path), _libreoffice_user)):
        if lock.exists():
            raise LockedError(path=str(path), holder=owner(lock) or lock.name)


def _libreoffice_lock(path: Path) -> Path:
    return path.with_name(f".~lock.{path.name}#")


def _excel_user(lock: Path) -> str:
    """Name in an owner file: a length byte and the name; the UTF-16 half behind it has the name in any language."""
    data = _bytes_of(lock)
    wide = data[55:]
    if len(data) >= _OWNER_BYTES and 0 < wide[0] * 2 + 2 <= len(wide):
        return _clean(wide[2 : 2 + wide[0] * 2].decode("utf-16-le", "replace"))
    return _clean(data[1 : 1 + data[0]].decode("utf-8", "replace")) if data else ""


def _libreoffice_user(lock: Path) -> str:
    """First field of "user,account,host,time,profile;"; the account where no user is set."""
    fields = _bytes_of(lock).decode("utf-8", "replace").split(",")
    return next((name for name in map(_clean, fields[:2]) if name), "")


def _bytes_of(lock: Path) -> bytes:
    """Contents of a lock file; none where the program that made it doesn't let others read it."""
    try:
        return lock.read_bytes()
    except OSError:
        return b""


def _clean(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable()).strip()[:60]
