"""Contents as a zip packs them: what is packed in pieces is the whole, and says the right things of itself."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.book.packing import Packed, Packing

_BYTES = st.binary(max_size=300)


@given(_BYTES, st.lists(_BYTES), _BYTES)
def test_a_part_packed_in_pieces_is_the_part(head: bytes, pieces: list[bytes], tail: bytes) -> None:
    whole = b"".join((head, *pieces, tail))
    packed = Packing(pieces).between(head, tail)
    assert packed.inflated() == whole
    assert (packed.crc, packed.size) == (zlib.crc32(whole), len(whole))
    assert packed.is_sound()


def test_a_middle_of_more_than_a_megabyte_has_the_right_crc() -> None:
    middle = bytes(range(256)) * 10_000
    assert Packing([middle]).between(b"<a>", b"</a>").crc == zlib.crc32(b"<a>" + middle + b"</a>")


def test_nothing_put_in_is_nothing() -> None:
    assert not Packing([])
    assert not Packing([b"", b""])
    assert Packing([b"x"])


@pytest.mark.parametrize("sound", [Packed.deflated(b"contents" * 999), Packed.stored(b"contents")], ids=["deflated", "stored"])
def test_contents_that_are_not_what_the_entry_says_are_found(sound: Packed) -> None:
    broken = bytearray(sound.data)
    broken[len(broken) // 2] ^= 0x55
    for other in (
        Packed(bytes(broken), sound.method, sound.crc, sound.size),
        Packed(sound.data, sound.method, sound.crc, sound.size - 1),
        Packed(sound.data, sound.method, sound.crc ^ 1, sound.size),
    ):
        assert other.inflated() is None
        assert not other.is_sound()
    assert sound.is_sound()
