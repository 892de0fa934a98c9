"""Contents as a zip packs them: deflated at once or as they come, and what an entry has to say of them (APPNOTE 4.4).

ISA-L packs; zlib, which is other code, unpacks, so that what was written is checked by somebody else.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from isal import isal_zlib

STORED, DEFLATED = 0, 8
_LEVEL = 2
"""Of ISA-L's deflate: a quarter of the time of zlib's level 2 and a tenth of its level 6, for a quarter more bytes than that."""
_JOINED = 2**20
"""Bytes of pieces that are joined before they are packed."""
_STEP = 2**16
"""Packed bytes that are inflated at a time."""


@dataclass(frozen=True, eq=False)
class Packed:
    """Contents of an entry as they stand in a zip."""

    data: bytes | memoryview
    method: int
    crc: int
    size: int

    @classmethod
    def deflated(cls, data: bytes) -> Packed:
        stream = _stream()
        return cls(stream.compress(data) + stream.flush(), DEFLATED, zlib.crc32(data), len(data))

    @classmethod
    def stored(cls, data: bytes) -> Packed:
        return cls(data, STORED, zlib.crc32(data), len(data))

    def inflated(self) -> bytes | None:
        """The contents; None when they are not what the entry says of them."""
        if self.method == STORED:
            found = bytes(self.data)
            return found if len(found) == self.size and zlib.crc32(found) == self.crc else None
        # BytesIO hands out what it holds, while decompress() puts blocks together, which are there twice for a moment.
        out = io.BytesIO()
        return out.getvalue() if self._inflate(out.write) else None

    def is_sound(self) -> bool:
        """Whether the contents are what the entry says of them, found without holding them."""
        if self.method == STORED:
            return len(self.data) == self.size and zlib.crc32(self.data) == self.crc
        return self._inflate(len)

    def _inflate(self, take: Callable[[bytes], object]) -> bool:
        """Hands the contents on as they come; whether they were what the entry says of them. What is bigger is not inflated to its end."""
        stream, crc, size = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0
        for start in range(0, len(self.data), _STEP):
            try:
                # One byte more than declared shows an entry that is bigger than it says.
                found = stream.decompress(self.data[start : start + _STEP], self.size - size + 1)
            except zlib.error:
                return False
            crc, size = zlib.crc32(found, crc), size + len(found)
            if size > self.size:
                return False
            take(found)
        return size == self.size and crc == self.crc


class Packing:
    """The middle of a part, packed as its pieces come; what went in is not kept, nor has what stands around it to be known."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._crc = self._size = 0
        stream, out = _stream(), []
        for data in _joined(pieces):
            self._crc, self._size = zlib.crc32(data, self._crc), self._size + len(data)
            out.append(stream.compress(data))
        out.append(stream.flush(isal_zlib.Z_SYNC_FLUSH))
        self._data = b"".join(out)

    def __bool__(self) -> bool:
        return self._size > 0

    def between(self, head: bytes, tail: bytes) -> Packed:
        """The whole part: deflate's blocks stand behind each other, each without a look at what was packed before it."""
        before, after = _stream(), _stream()
        data = b"".join(
            (before.compress(head), before.flush(isal_zlib.Z_SYNC_FLUSH), self._data, after.compress(tail), after.flush()),
        )
        crc = zlib.crc32(tail, isal_zlib.crc32_combine(zlib.crc32(head), self._crc, self._size))
        return Packed(data, DEFLATED, crc, len(head) + self._size + len(tail))


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces."""
    some, size = [], 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= _JOINED:
            yield b"".join(some)
            some, size = [], 0
    yield b"".join(some)


def _stream() -> isal_zlib.Compress:
    return isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
