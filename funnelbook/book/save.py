"""Writing a package, whole or not at all: temporary file, self-check, replace (DESIGN §5.2)."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from ..errors import FunnelbookError, LockedError, ReadOnlyError
from .archive import Archive, key, read_archive
from .exchange import exchanged
from .names import TYPES_PART
from .package import Package

_TEMPORARY = r"(?:\.[\dT.]+Z)?\.funnelbook-(\d+)\.tmp"
"""Behind a dot and the stem of the workbook: of its own temporary files, and of those of its backups."""
_STEP = 2**20
"""Bytes that are read back at a time."""
_ANYBODY = 0o666
"""Mode of a new file, less what the umask takes."""
_UNSUPPORTED = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM)
Guard = Callable[[Path], None]
"""Called with where the file is that is to be replaced: in its place, last of all before that, and, where the system lets files change
places in one step, once more when ours has taken its place. What it raises leaves the target as it was."""


class SelfCheckError(RuntimeError):
    """What was written is not what was meant: a bug of ours; the target is as it was."""


def save(package: Package, target: Path, guard: Guard = lambda there: None) -> None:
    """Write *package* to *target* through a temporary file beside it, checked before it takes the target's place.

    A symlink is followed; an existing target's mode, owner and extended attributes are kept, a new one is open to nobody to whom the
    source isn't. *guard* is asked last of all.
    Raises ReadOnlyError (facts: path, reason), LockedError on Windows when a program has the target open.
    """
    source = package.path
    mode = source.stat().st_mode if source is not None and source.is_file() else _ANYBODY
    _replace(target, package.to_bytes(), partial(self_check, package), guard, new_mode=mode & _ANYBODY | stat.S_IRUSR | stat.S_IWUSR)


def put_back(data: bytes, target: Path, like: Path | None = None, guard: Guard = lambda there: None) -> None:
    """Write bytes to *target*, as whole or not at all as a package; mode and owner are those of *like*, else of the target itself.

    *guard* is asked last of all. Raises what `save` does.
    """
    _replace(target, data, lambda written, path: None, guard, like)


def self_check(package: Package, data: bytes, path: Path) -> None:
    """Raise SelfCheckError unless *data* holds what *package* holds: parts, relationships, types, untouched entries.

    Entries that were copied raw are compared raw: their CRCs were checked when they were opened.
    """
    try:
        archive = read_archive(data, path)
        _check_parts(package, archive)
        _check_untouched(package, archive)
        _check_references(package, Package(archive))
    except FunnelbookError as error:
        raise SelfCheckError(f"written package is not readable: {error}") from error


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system says against writing into a ReadOnlyError."""
    try:
        yield
    except OSError as error:
        raise ReadOnlyError(path=str(path), reason=error.strerror or str(error)) from None


def real_path(path: Path) -> Path:
    """The file that a path leads to; raises ReadOnlyError for links that lead in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # which of them is a matter of Python's version
        raise ReadOnlyError(path=str(path), reason=str(error)) from None


def is_there(path: Path) -> bool:
    """Whether there is something at *path*; raises ReadOnlyError for a name that no file can have."""
    with writing(path):
        return path.exists()


def is_folder(path: Path) -> bool:
    """Whether there is a folder at *path*; raises ReadOnlyError for a name that none can have, or where nobody lets us look."""
    with writing(path):
        return path.is_dir()


def discard(path: Path) -> None:
    """Remove a file that is of no more use; one that can't be removed is left for the next run."""
    with contextlib.suppress(OSError):
        path.unlink()


def clean_stale(folder: Path, stem: str) -> None:
    """Remove temporary files that killed runs on workbooks of this stem left in a folder."""
    pattern = re.compile(r"\." + re.escape(stem) + _TEMPORARY)
    for path in folder.glob(".*.tmp"):
        match = pattern.fullmatch(path.name)
        if match and not _is_running(int(match[1])):
            discard(path)


def _replace(
    target: Path, data: bytes, check: Callable[[bytes, Path], None], guard: Guard, like: Path | None = None, new_mode: int = _ANYBODY
) -> None:
    target = real_path(target)
    like = like or target
    temporary = target.with_name(f".{target.stem}.funnelbook-{os.getpid()}.tmp")
    try:
        with writing(target):
            clean_stale(target.parent, target.stem)
            _refuse_read_only(target)
            _write_synced(temporary, data, 0o600 if like.exists() else new_mode)
            if like.exists():
                _take_after(like, temporary)
            same = _holds(temporary, data)
        if not same:
            raise SelfCheckError("not the bytes that were meant")
        check(data, temporary)
        guard(target)
        with writing(target):
            _take_place(temporary, target, guard)
            _fsync_folder(target.parent)
    finally:
        discard(temporary)


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file holds just these bytes, without having them in memory twice."""
    view, place = memoryview(data), 0
    with path.open("rb") as file:
        while some := file.read(_STEP):
            if some != bytes(view[place : place + len(some)]):  # a view is compared sign by sign
                return False
            place += len(some)
    return place == len(data)


def _write_synced(path: Path, data: bytes, mode: int) -> None:
    """Write a new file and wait until it is on the disk; what somebody else put there, such as a link, is never written to."""
    with open(path, "xb", opener=partial(os.open, mode=mode)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _take_after(like: Path, path: Path) -> None:
    """Give a file the owner, group, mode and extended attributes of another, as far as the system lets us.

    The group is how colleagues get at a workbook in a shared folder, and access lists are extended attributes.
    """
    found = like.stat()
    if os.name != "nt":
        with contextlib.suppress(PermissionError):  # nobody but root may give a file away
            os.chown(path, -1, found.st_gid)
            os.chown(path, found.st_uid, -1)
    shutil.copystat(like, path)
    os.utime(path)


def _take_place(temporary: Path, target: Path, guard: Guard) -> None:
    """Windows lets nobody replace a file that a program has open: that is no matter of permissions."""
    if target.exists() and exchanged(temporary, target):
        try:
            guard(temporary)
        except BaseException:
            temporary.replace(target)
            raise
        discard(temporary)
        return
    try:
        temporary.replace(target)
    except PermissionError as error:
        if getattr(error, "winerror", None) is None:
            raise
        raise LockedError(path=str(target), problem="open") from None


def _fsync_folder(folder: Path) -> None:
    """Wait until a folder's entries are on the disk, where the system can do that: Windows and some shares can't.

    The file is in its place by then, so that this is no reason to say that nothing was written.
    """
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one may write into a folder that one may not list
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)


def _refuse_read_only(target: Path) -> None:
    """Replacing needs only the folder's permission; a file that its owner made read-only is respected all the same."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists() and not target.stat().st_mode & stat.S_IWUSR:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _is_running(pid: int) -> bool:
    if pid == os.getpid():
        return False  # then it is of an earlier process with this number: one process saves one file at a time
    if os.name == "nt":
        return True  # os.kill would end the process there; the file stays
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _check_parts(package: Package, archive: Archive) -> None:
    written = {entry.name: entry for entry in archive.entries if not entry.folder}
    if sorted(written) != sorted(package.names()):
        raise SelfCheckError("written package has other parts")
    for name in package.changed | package.added:
        if not package.holds(name, archive.packed(written[name])):
            raise SelfCheckError(f"not the bytes that were meant: {name}")


def _check_untouched(package: Package, archive: Archive) -> None:
    written: dict[str, list[memoryview]] = {}  # a folder may be there twice
    for entry in archive.entries:
        written.setdefault(entry.name, []).append(archive.raw(entry))
    for name, raw in package.untouched():
        if not any(bytes(found) == bytes(raw) for found in written.get(name, ())):  # views are compared sign by sign
            raise SelfCheckError(f"not as it was: {name}")


def _check_references(before: Package, after: Package) -> None:
    """Every relationship target and content type that the package should have; what came without may stay so."""
    came = before.as_opened()
    dangling = {(source, r.id) for source, r in after.dangling()} - {(source, r.id) for source, r in came.dangling()}
    if dangling:
        raise SelfCheckError(f"relationship without target: {sorted(dangling)[0]}")
    for name in before.changed | before.added:
        untyped = key(name) != key(TYPES_PART) and after.content_type(name) is None
        if untyped and (name in before.added or came.content_type(name) is not None):
            raise SelfCheckError(f"no content type: {name}")
