"""The zip: what is copied, what is replaced, what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from funnelbook.book.archive import Archive, key, pack, read_archive
from funnelbook.book.packing import Packed
from funnelbook.errors import (
    BadCrcError,
    DuplicateEntryError,
    EncryptedError,
    FunnelbookError,
    NotAWorkbookError,
    TooLargeError,
)

from .build import SHARED, needs_shared, zipped

PATH = Path("book.xlsx")


class _Stream(io.RawIOBase):
    """A stream that can't seek, so that zipfile writes data descriptors."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def _with_descriptors(parts: dict[str, bytes]) -> bytes:
    stream = _Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, data in parts.items():
            archive.writestr(name, data)
    return bytes(stream.data)


def _archive(data: bytes) -> Archive:
    return read_archive(data, PATH)


@pytest.mark.parametrize("name", ["a.xml", "[trash]/0000.dat", "dir/", "xl\\styles.xml", "文件.xml", "a b%20c.xml"])
def test_an_archive_without_changes_comes_out_byte_for_byte(name: str) -> None:
    data = zipped({"first.xml": b"<a/>", name: b"" if name.endswith("/") else b"x" * 1000, "last": b"z"})
    assert pack(_archive(data), {}, {}) == data


def test_data_descriptors_are_kept() -> None:
    data = _with_descriptors({"a": b"a" * 500, "b": b"b", "c": b""})
    assert pack(_archive(data), {}, {}) == data
    changed = pack(_archive(data), {"b": Packed.deflated(b"other")}, {})
    with zipfile.ZipFile(io.BytesIO(changed)) as archive:
        assert archive.testzip() is None
        assert [(i.filename, archive.read(i)) for i in archive.infolist()] == [
            ("a", b"a" * 500),
            ("b", b"other"),
            ("c", b""),
        ]


def test_a_comment_of_the_zip_is_kept() -> None:
    out = io.BytesIO(zipped({"a": b"1"}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"made by hand"
    assert pack(_archive(out.getvalue()), {}, {}) == out.getvalue()


def test_a_changed_part_keeps_its_place_and_date_and_others_their_raw_bytes() -> None:
    data = zipped({"a.xml": b"a" * 999, "b.xml": b"b" * 999, "c.xml": b"c" * 999})
    before, after = _archive(data), _archive(pack(_archive(data), {"b.xml": Packed.deflated(b"new")}, {"d.xml": Packed.deflated(b"d")}))
    assert [e.name for e in after.entries] == ["a.xml", "b.xml", "c.xml", "d.xml"]
    for i in (0, 2):
        assert after.raw(after.entries[i]) == before.raw(before.entries[i])
    assert after.inflate(after.entries[1]) == b"new"
    with zipfile.ZipFile(io.BytesIO(after.data)) as archive:
        assert [i.date_time for i in archive.infolist()] == [(2024, 5, 6, 7, 8, 10)] * 3 + [(1980, 1, 1, 0, 0, 0)]


def test_the_same_changes_give_the_same_bytes_and_left_out_parts_are_gone() -> None:
    data = zipped({"a.xml": b"a", "b.xml": b"b"})
    first, second = (pack(_archive(data), {"a.xml": None}, {"文.xml": Packed.deflated(b"n" * 99)}) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["b.xml", "文.xml"]


def test_zip64_fields_as_streaming_writers_set_them_are_read_and_kept() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.xml", "w", force_zip64=True) as file,
    ):
        file.write(b"abc" * 100)
    archive_ = _archive(out.getvalue())
    assert archive_.inflate(archive_.entries[0]) == b"abc" * 100
    assert pack(archive_, {}, {}) == out.getvalue()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("/xl\\Workbook.XML", "xl/workbook.xml"),
        ("xl/./a/../b.xml", "xl/b.xml"),
        ("[Content_Types].xml", "[content_types].xml"),
    ],
)
def test_names_compare_without_case_slashes_and_dots(name: str, expected: str) -> None:
    assert key(name) == expected


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["xl/a.xml", "XL/A.xml", "xl\\a.xml", "/xl/a.xml"])
def test_two_entries_of_one_name_are_refused(second: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/a.xml", "1")
        archive.writestr(second, "2")
    with pytest.raises(DuplicateEntryError):
        _archive(out.getvalue())


def _broken(data: bytes, name: bytes, how: str) -> bytes:
    """The zip with one fault in its first entry."""
    central, changed = data.rfind(b"PK\1\2"), bytearray(data)
    at = data.find(name, 30) + len(name)
    match how:
        case "crc":
            struct.pack_into("<L", changed, central + 16, 1)
        case "stream":
            changed[at : at + 8] = b"\xff" * 8
        case "too long":
            struct.pack_into("<L", changed, central + 24, 10)
    return bytes(changed)


@pytest.mark.parametrize("how", ["crc", "stream", "too long"])
def test_bytes_that_do_not_fit_what_the_zip_says_are_refused(how: str) -> None:
    archive = _archive(_broken(zipped({"a.xml": b"hello" * 100}), b"a.xml", how))
    with pytest.raises(BadCrcError):
        archive.inflate(archive.entries[0])


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    with pytest.raises(TooLargeError) as caught:
        _archive(zipped({"xl/a.xml": b"\0" * (65 * 2**20)}))
    assert caught.value.facts["part"] == "xl/a.xml"


def test_a_zip_with_a_password_is_encrypted() -> None:
    data = bytearray(zipped({"a": b"x"}))
    data[data.rfind(b"PK\1\2") + 8] |= 1
    with pytest.raises(EncryptedError):
        _archive(bytes(data))


def test_an_unknown_compression_is_refused() -> None:
    with pytest.raises(NotAWorkbookError):
        _archive(zipped({"a": b"x" * 100}, zipfile.ZIP_LZMA))


@pytest.mark.parametrize("cut", [4, 40, 100, -1, -30])
def test_a_cut_zip_is_refused(cut: int) -> None:
    with pytest.raises(FunnelbookError):
        _archive(zipped({"a.xml": b"x" * 500, "b.xml": b"y"})[:cut])


def test_entries_that_share_bytes_are_refused() -> None:
    data = bytearray(zipped({"a.xml": b"x" * 50, "b.xml": b"x" * 50}))
    struct.pack_into("<L", data, data.rfind(b"PK\1\2") + 42, 0)
    with pytest.raises(NotAWorkbookError):
        _archive(bytes(data))


@needs_shared
def test_every_workbook_of_the_corpus_comes_out_byte_for_byte() -> None:
    for path in sorted((SHARED / "corpus").glob("*.xls[xm]")):
        data = path.read_bytes()
        if data.startswith(b"PK") and not path.name.startswith("duplicate"):
            assert pack(_archive(data), {}, {}) == data, path.name
