"""The least .xls workbooks there are: one sheet, numbers in the first row ([MS-XLS] in [MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
HOURS = 46
"""The built-in number format [h]:mm:ss."""


def xls(numbers: Sequence[float], number_format: int = 0) -> bytes:
    """A workbook whose sheet S holds *numbers* side by side, each in a number format."""
    sheet = _bof(0x10) + b"".join(_record(0x203, struct.pack("<HHHd", 0, column, 0, n)) for column, n in enumerate(numbers)) + _record(0x0A)
    formats = _record(0xE0, struct.pack("<HH16x", 0, number_format))
    before = _bof(0x05) + formats
    place = len(before) + len(_bounds(0)) + len(_record(0x0A))
    stream = before + _bounds(place) + _record(0x0A) + sheet
    return compound(stream.ljust(8 * _SECTOR, b"\0"))


def compound(stream: bytes) -> bytes:
    """A compound file with one stream, Workbook, of whole sectors."""
    count = len(stream) // _SECTOR
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<10I", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    chains = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack("<128I", *chains, *[_FREE] * (128 - len(chains)))
    entries = (_entry("Root Entry", 5, 1, _END, 0), _entry("Workbook", 2, _FREE, 2, len(stream)), bytes(128), bytes(128))
    return head.ljust(_SECTOR, b"\xff") + fat + b"".join(entries) + stream


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _bounds(place: int) -> bytes:
    return _record(0x85, struct.pack("<IHBB", place, 0, 1, 0) + b"S")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    return wide.ljust(64, b"\0") + struct.pack("<HBBIII36xIQ", len(wide), kind, 1, _FREE, _FREE, child, start, size)
