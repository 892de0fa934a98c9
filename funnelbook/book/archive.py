"""The zip: central directory, raw copy of untouched entries, size limits, and refusals that concern the container."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from ..errors import (
    BadCrcError,
    DuplicateEntryError,
    EncryptedError,
    NotAWorkbookError,
    TooLargeError,
)
from .packing import DEFLATED, STORED, Packed

MAX_FILE = 2**30
MAX_PART = 2**30
MAX_WHOLE = 4 * 2**30 - 1
MAX_ENTRIES = 50_000
MAX_RATIO, RATIO_FROM = 400, 64 * 2**20
"""A part that inflates beyond RATIO_FROM bytes may be at most MAX_RATIO times its packed size."""

_MOST_KEPT = 2**28
"""Inflated bytes that are kept to be asked for again."""
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK, _DESCRIPTOR_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\7\x08"
_END64, _LOCATOR64 = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
_ENCRYPTED_FLAG, _DESCRIPTOR_FLAG, _UTF8_FLAG, _LEVEL_FLAGS = 0x1, 0x8, 0x800, 0x6
_FULL = 0xFFFFFFFF
_FIRST_DAY = 0x21
"""1980-01-01 as a DOS date: new entries bear no clock."""


@dataclass(frozen=True)
class Entry:
    """One file of the zip as the central directory describes it."""

    name: str
    """With forward slashes and without a leading one."""
    record: bytes
    """Its central directory record as read."""
    offset: int
    """Of the local header."""
    start: int
    """Of the packed bytes."""
    end: int
    """Behind the packed bytes and the data descriptor."""
    flags: int
    method: int
    crc: int
    packed: int
    size: int

    @property
    def folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True, eq=False)
class Archive:
    """The bytes of a zip file with the entries of its central directory, in order."""

    data: bytes
    entries: tuple[Entry, ...]
    comment: bytes = b""
    _inflated: dict[int, bytes] = field(default_factory=dict)
    """By offset: XML that was asked for, until it is forgotten."""

    def inflate(self, entry: Entry) -> bytes:
        """Inflated bytes of an entry, checked; raises BadCrcError (facts: part)."""
        known = self._inflated.get(entry.offset)
        if known is not None:
            return known
        found = self.packed(entry).inflated()
        if found is None:
            raise BadCrcError(part=entry.name)
        kept = sum(map(len, self._inflated.values())) + len(found)
        if entry.method == DEFLATED and entry.name.casefold().endswith(".xml") and kept <= _MOST_KEPT:
            self._inflated[entry.offset] = found
        return found

    def forget(self, entry: Entry) -> None:
        """The inflated bytes will not be asked for again soon."""
        self._inflated.pop(entry.offset, None)

    def packed(self, entry: Entry) -> Packed:
        """Contents of an entry as they are packed."""
        packed = memoryview(self.data)[entry.start : entry.start + entry.packed]
        return Packed(packed, entry.method, entry.crc, entry.size)

    def raw(self, entry: Entry) -> memoryview:
        """Everything that the file holds for an entry: local header, packed bytes, data descriptor."""
        return memoryview(self.data)[entry.offset : entry.end]


def key(name: str) -> str:
    """Under which part names are compared: forward slashes, no leading one, no "..", without case (Part 2, 6.3.5)."""
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).casefold()


def unescaped(name: str) -> str:
    """The key of a name whose percent escapes are undone."""
    return key(unquote(name))


def read_archive(data: bytes, path: Path) -> Archive:
    """Archive of the bytes of a zip file.

    Raises NotAWorkbookError, EncryptedError, DuplicateEntryError, TooLargeError; CRCs are checked when inflating.
    """
    if len(data) > MAX_FILE:
        raise TooLargeError(path=str(path), part="", size=len(data), limit=MAX_FILE)
    try:
        archive = _central_directory(data)
    except (struct.error, ValueError, IndexError):
        raise NotAWorkbookError(path=str(path), looks_like="broken zip") from None
    _refuse_oversize(archive, path)
    _refuse_duplicates(archive, path)
    if any(entry.flags & _ENCRYPTED_FLAG for entry in archive.entries):
        raise EncryptedError(path=str(path))
    if any(entry.method not in (STORED, DEFLATED) for entry in archive.entries):
        raise NotAWorkbookError(path=str(path), looks_like="zip of an unknown compression")
    return archive


def zipped(files: Mapping[str, Packed]) -> bytes:
    """Bytes of a new zip of packed contents, without clock and attributes."""
    out, directory = _Pieces(), []
    for name, packed in files.items():
        local, record = _fresh(name.encode("utf-8"), 0 if name.isascii() else _UTF8_FLAG, (0, _FIRST_DAY), packed)
        directory.append(_moved(record, out.size))
        out.add(local, packed.data)
    return _finished(out, directory, b"")


def pack(archive: Archive, contents: Mapping[str, Packed | None], added: Mapping[str, Packed]) -> bytes:
    """Bytes of the zip with some entries replaced in their place (None: left out) and new ones at the end.

    Entries that *contents* doesn't name are copied raw. The same arguments give the same bytes: no clock is read.
    """
    out, records = _Pieces(), {}
    for entry in sorted(archive.entries, key=lambda entry: entry.offset):
        local: tuple[bytes | memoryview, ...] = (archive.raw(entry),)
        record = entry.record
        if entry.name in contents and not entry.folder:
            replacement = contents[entry.name]
            if replacement is None:
                continue
            header, record = _replaced(entry, replacement)
            local = (header, replacement.data)
        records[entry.offset] = _moved(record, out.size)
        out.add(*local)
    # The directory may list the files in another order than they stand in; both orders are kept.
    directory = [records[entry.offset] for entry in archive.entries if entry.offset in records]
    for name, packed in added.items():
        header, record = _fresh(name.encode("utf-8"), 0 if name.isascii() else _UTF8_FLAG, (0, _FIRST_DAY), packed)
        directory.append(_moved(record, out.size))
        out.add(header, packed.data)
    return _finished(out, directory, archive.comment)


class _Pieces:
    """What a file will hold, one behind the other; put together only once, since it is large."""

    def __init__(self) -> None:
        self.size = 0
        self.found: list[bytes | memoryview] = []

    def add(self, *pieces: bytes | memoryview) -> None:
        self.found += pieces
        self.size += sum(map(len, pieces))


def _finished(out: _Pieces, directory: list[bytes], comment: bytes) -> bytes:
    start, length, count = out.size, sum(map(len, directory)), len(directory)
    if start + length > MAX_WHOLE or count >= 0xFFFF:
        raise TooLargeError(part="", size=start, limit=MAX_WHOLE)
    end = _END.pack(_END_MARK, 0, 0, count, count, length, start, len(comment))
    return b"".join((*out.found, *directory, end, comment))


def _central_directory(data: bytes) -> Archive:
    end = data.rfind(_END_MARK, max(0, len(data) - _END.size - 0xFFFF))
    if end < 0:
        raise ValueError("no end of central directory")
    _, _, _, _, count, _, offset, length = _END.unpack_from(data, end)
    comment = data[end + _END.size : end + _END.size + length]
    if data[max(0, end - _LOCATOR64.size) : end].startswith(b"PK\6\7"):
        at = _LOCATOR64.unpack_from(data, end - _LOCATOR64.size)[2]
        if data[at : at + 4] != b"PK\6\6":
            raise ValueError("no zip64 end of central directory")
        count, _, offset = _END64.unpack_from(data, at)[7:]
    if count > MAX_ENTRIES:
        raise TooLargeError(part="", size=count, limit=MAX_ENTRIES)
    entries = []
    for _ in range(count):
        entry, offset = _entry(data, offset)
        entries.append(entry)
    _refuse_overlap(entries)
    return Archive(data, tuple(entries), comment)


def _entry(data: bytes, at: int) -> tuple[Entry, int]:
    fields = _CENTRAL.unpack_from(data, at)
    if fields[0] != _CENTRAL_MARK:
        raise ValueError("no central directory record")
    flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
    name_end = at + _CENTRAL.size + fields[10]
    stop = name_end + fields[11] + fields[12]
    record, offset = data[at:stop], fields[16]
    wide = _zip64(data[name_end : name_end + fields[11]])
    size, packed, offset = (wide.pop(0) if narrow == _FULL else narrow for narrow in (size, packed, offset))
    local = _LOCAL.unpack_from(data, offset)
    start = offset + _LOCAL.size + local[9] + local[10]
    if local[0] != _LOCAL_MARK or len(record) != stop - at or start + packed > len(data):
        raise ValueError("local header out of place")
    end = start + packed
    if flags & _DESCRIPTOR_FLAG:
        end += _descriptor_length(data, end, crc, packed, size)
    name = _decoded(data[at + _CENTRAL.size : name_end], flags).replace("\\", "/").lstrip("/")
    return Entry(name, record, offset, start, end, flags, method, crc, packed, size), stop


def _zip64(extra: bytes) -> list[int]:
    """The 64-bit numbers of an extra field (APPNOTE 4.5.3): those that are full in the record, in its order."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            return list(struct.unpack_from(f"<{length // 8}Q", extra, at + 4))
        at += 4 + length
    return []


def _descriptor_length(data: bytes, at: int, crc: int, packed: int, size: int) -> int:
    """Length of the data descriptor (APPNOTE 4.3.9); its mark and the width of its sizes are the writer's choice."""
    mark = len(_DESCRIPTOR_MARK) if data[at : at + 4] == _DESCRIPTOR_MARK else 0
    for form in ("<L2L", "<L2Q"):
        if data[at + mark : at + mark + struct.calcsize(form)] == struct.pack(form, crc, packed, size):
            return mark + struct.calcsize(form)
    raise ValueError("no data descriptor")


def _decoded(name: bytes, flags: int) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8" if flags & _UTF8_FLAG else "cp437", "replace")


def _refuse_overlap(entries: list[Entry]) -> None:
    """Entries that share bytes are a bomb's trick."""
    ordered = sorted(entries, key=lambda entry: entry.offset)
    if any(one.end > other.offset for one, other in pairwise(ordered)):
        raise ValueError("entries overlap")


def _refuse_oversize(archive: Archive, path: Path) -> None:
    for entry in archive.entries:
        limit = MAX_PART if entry.size <= RATIO_FROM else min(MAX_PART, entry.packed * MAX_RATIO)
        if entry.size > limit:
            raise TooLargeError(path=str(path), part=entry.name, size=entry.size, limit=limit)
    whole = sum(entry.size for entry in archive.entries)
    if whole > MAX_WHOLE:
        raise TooLargeError(path=str(path), part="", size=whole, limit=MAX_WHOLE)


def _refuse_duplicates(archive: Archive, path: Path) -> None:
    seen: set[str] = set()
    for entry in archive.entries:
        if entry.folder:
            continue
        if key(entry.name) in seen:
            raise DuplicateEntryError(path=str(path), part=entry.name)
        seen.add(key(entry.name))


def _replaced(entry: Entry, packed: Packed) -> tuple[bytes, bytes]:
    """Local header and central record for new contents; name, date and attributes are kept."""
    fields = _CENTRAL.unpack_from(entry.record)
    name = entry.record[_CENTRAL.size : _CENTRAL.size + fields[10]]
    flags = entry.flags & ~(_DESCRIPTOR_FLAG | _LEVEL_FLAGS)
    local, record = _fresh(name, flags, fields[5:7], packed)
    comment = entry.record[_CENTRAL.size + fields[10] + fields[11] :]
    kept = list(_CENTRAL.unpack_from(record))
    kept[1], kept[12], kept[14], kept[15] = fields[1], fields[12], fields[14], fields[15]
    return local, _CENTRAL.pack(*kept) + name + comment


def _fresh(name: bytes, flags: int, moment: tuple[int, ...], what: Packed) -> tuple[bytes, bytes]:
    common = (20, flags, what.method, *moment, what.crc, len(what.data), what.size, len(name), 0)
    return _LOCAL.pack(_LOCAL_MARK, *common) + name, _CENTRAL.pack(_CENTRAL_MARK, 20, *common, 0, 0, 0, 0, 0) + name


def _moved(record: bytes, offset: int) -> bytes:
    """Central record that names another offset; one that a zip64 field held is put where all others are."""
    if struct.unpack_from("<L", record, 42)[0] != _FULL:
        return record[:42] + struct.pack("<L", offset) + record[46:]
    at = _CENTRAL.size + int(struct.unpack_from("<H", record, 28)[0])
    while struct.unpack_from("<H", record, at)[0] != 1:
        at += 4 + struct.unpack_from("<H", record, at + 2)[0]
    before = sum(struct.unpack_from("<L", record, place)[0] == _FULL for place in (20, 24))
    at += 4 + 8 * before
    return record[:at] + struct.pack("<Q", offset) + record[at + 8 :]
