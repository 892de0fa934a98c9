"""Never at the same time: other programs' lock files, our own lock, files that change meanwhile (DESIGN §5.2–3)."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import ChangedMeanwhileError, LockedError, NotFoundError
from .refusals import read_file
from .save import discard, real_path, writing

_OWNER_BYTES = 165
"""Size of Excel's owner file: the user's name with its length before it, first in ANSI (54 bytes), then in UTF-16."""


_OURS = "funnelbook"


@dataclass(frozen=True)
class Snapshot:
    """What a file was like at a moment."""

    path: Path
    size: int
    mtime_ns: int
    sha256: str

    def check(self, there: Path) -> None:
        """Raise ChangedMeanwhileError when the file is other now, or gone; *there* is where it should be."""
        try:
            same = replace(fingerprint(there), path=self.path) == self
        except NotFoundError:
            same = False
        if not same:
            raise ChangedMeanwhileError(path=str(self.path))


def fingerprint(path: Path) -> Snapshot:
    """Snapshot of a file; raises NotFoundError, NotAWorkbookError for a folder, TooLargeError, ReadOnlyError."""
    sha256 = hashlib.sha256(read_file(path)).hexdigest()
    found = path.stat()  # last, so that a change while it was read shows, and next to nothing is between a check and what follows it
    return Snapshot(path, found.st_size, found.st_mtime_ns, sha256)


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Keep other runs of funnelbook from the workbook at *path*; LockedError when somebody else holds it.

    Looked at are the files of `refuse_open`. A lock file whose program died still counts: nobody can tell.
    """
    refuse_open(path)
    lock_path = _lock_path(real_path(path))
    lock = FileLock(lock_path, timeout=0)
    with writing(path):
        lock_path.parent.stat()  # FileLock would make a folder that isn't there
        try:
            lock.acquire()
        except Timeout:
            raise LockedError(path=str(path), holder=_OURS) from None
    try:
        yield
    finally:
        # Removed while it is held; a run that opened it a moment before finds it unlinked, and FileLock tries anew.
        discard(lock_path)
        lock.release()
        if os.name == "nt":  # where nobody can remove a file that is open
            discard(lock_path)


def refuse_open(path: Path) -> None:
    """Raise LockedError when another program has the workbook at *path* open (facts: holder, the lock file where it names nobody).

    Looked for are the owner files of Excel (``~$name``) and WPS (that, or ``.~name``) and the lock of LibreOffice
    (``.~lock.name#``), beside the file itself and beside the one that a symlink leads to.
    """
    for place in sorted({path, real_path(path)}):
        for form, owner in _LOCKS.items():
            lock = place.with_name(form.format(place.name))
            with writing(path):
                there = _exists(lock)
            if there and (name := owner(lock)):
                raise LockedError(path=str(path), holder=name)
            if there:
                raise LockedError(path=str(path), holder=lock.name, problem="unnamed")


def refuse_held(path: Path) -> None:
    """Raise LockedError when another program has the workbook at *path* open, or a run of funnelbook is about to replace it."""
    refuse_open(path)
    lock_path = _lock_path(real_path(path))
    if lock_path.exists():
        lock = FileLock(lock_path, timeout=0)
        with suppress(OSError):  # a lock of a killed run of somebody else's
            try:
                lock.acquire()
            except Timeout:
                raise LockedError(path=str(path), holder=_OURS) from None
            lock.release()


def _lock_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.funnelbook-lock")


def _exists(lock: Path) -> bool:
    """Whether there is such a file; a name that is too long for one is no file's."""
    try:
        return lock.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


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


_LOCKS = {"~${}": _excel_user, ".~{}": _excel_user, ".~lock.{}#": _libreoffice_user}
"""Name of the lock file for a file's name → who holds it."""
