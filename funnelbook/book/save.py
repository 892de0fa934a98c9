"""Writing a package, whole or not at all: temporary file, self-check, replace (DESIGN §5.2)."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from ..errors import FunnelbookError, ReadOnlyError
from .archive import Archive, key, read_archive
from .names import TYPES_PART
from .package import Package

_TEMPORARY = re.compile(r"\..+\.funnelbook-(\d+)\.tmp")


class SelfCheckError(RuntimeError):
    """What was written is not what was meant: a bug of ours; the target is as it was."""


def save(package: Package, target: Path) -> None:
    """Write *package* to *target* through a temporary file beside it, checked before it takes the target's place.

    A symlink is followed, the mode of an existing target is kept. Raises ReadOnlyError (facts: path, reason).
    """
    _replace(target, package.to_bytes(), partial(self_check, package))


def put_back(data: bytes, target: Path) -> None:
    """Write the bytes of a backup to *target*, as whole or not at all as a package. Raises ReadOnlyError."""
    _replace(target, data, lambda written, path: None)


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


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Wait until a folder's entries are on the disk, where the system can open folders (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clean_stale(target: Path) -> None:
    """Remove temporary files of this target that a killed run left beside it."""
    for path in target.parent.glob(".*.tmp"):
        match = _TEMPORARY.fullmatch(path.name)
        if match and path.name.startswith(f".{target.stem}.funnelbook-") and not _is_running(int(match[1])):
            path.unlink(missing_ok=True)


def _replace(target: Path, data: bytes, check: Callable[[bytes, Path], None]) -> None:
    target = target.resolve()
    temporary = target.with_name(f".{target.stem}.funnelbook-{os.getpid()}.tmp")
    try:
        with writing(target):
            clean_stale(target)
            _refuse_read_only(target)
            write_synced(temporary, data)
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            written = temporary.read_bytes()
        if written != data:
            raise SelfCheckError("not the bytes that were meant")
        check(written, temporary)
        with writing(target):
            temporary.replace(target)
            fsync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


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
        if archive.inflate(written[name]) != package.read(name):
            raise SelfCheckError(f"not the bytes that were meant: {name}")


def _check_untouched(package: Package, archive: Archive) -> None:
    written = {entry.name: archive.raw(entry) for entry in archive.entries}
    for name, raw in package.untouched():
        if written.get(name) != raw:
            raise SelfCheckError(f"not as it was: {name}")


def _check_references(before: Package, after: Package) -> None:
    """Every relationship target and content type that the package should have; what came dangling may stay so."""
    dangling = _dangling(after) - _dangling(before.as_opened())
    if dangling:
        raise SelfCheckError(f"relationship without target: {sorted(dangling)[0]}")
    for name in before.changed | before.added:
        if key(name) != key(TYPES_PART) and after.content_type(name) is None:
            raise SelfCheckError(f"no content type: {name}")


def _dangling(package: Package) -> set[tuple[str, str]]:
    sources = ["", *(name for name in package.names() if not name.endswith(".rels"))]
    return {
        (source, relationship.id)
        for source in sources
        for relationship in package.relationships(source)
        if not relationship.external and relationship.part is None and relationship.target.partition("#")[0]
    }
