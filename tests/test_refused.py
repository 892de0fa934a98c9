"""What is refused, one test per code: the sentence names it, the file is as it was, and nothing else is left behind."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest

import funnelbook
from funnelbook.errors import FunnelbookError

from .book.build import MAIN, zipped
from .leadbook import BOOK, SHEET, LeadBook
from .workbooks import ROOT, files, run

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000


def refused(folder: Path, data: bytes | None, code: str, name: str = "team.xlsx", *options: str) -> str:
    """A refresh that must end with an error of that code and leave everything as it was; the line that it prints."""
    path = folder / name
    if data is not None:
        path.write_bytes(data)
    before = files(folder)
    with pytest.raises(FunnelbookError) as caught:
        funnelbook.refresh(path)
    assert caught.value.code == code
    for arguments in ((path,), (path, "-o", folder / f"out{path.suffix}"), (path, "--dry-run")):
        result = run("refresh", *arguments, *options)
        assert result.exit_code == 2
        assert result.stderr.strip()
        assert "Traceback" not in result.stderr
    assert files(folder) == before
    return str(result.stderr)


def changed(**parts: str | bytes) -> bytes:
    return zipped(LeadBook().built() | parts)


def patched(data: bytes, part: str, offset: int, form: str, value: int) -> bytes:
    """The zip with another number in the central directory record of one part."""
    out, at = bytearray(data), data.rfind(b"PK\1\2", 0, data.rfind(part.encode()))
    struct.pack_into(form, out, at + offset, value)
    return bytes(out)


def test_not_found(tmp_path: Path) -> None:
    refused(tmp_path, None, "not_found")


@pytest.mark.parametrize("data", [b"", b"PK\3\4 cut", b"<html><table/></html>", zipped({"a.txt": b"x"}), LeadBook().data()[:-30]])
def test_not_a_workbook(tmp_path: Path, data: bytes) -> None:
    refused(tmp_path, data, "not_a_workbook")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xls", OLE + "Workbook\0".encode("utf-16-le")),
        ("named.xlsx", OLE + "Workbook\0".encode("utf-16-le")),
        ("a.et", OLE + "Workbook\0".encode("utf-16-le")),
        ("a.csv", "线索编号,联系人\n".encode("gb18030")),
        ("a.ods", zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})),
        ("a.xlsb", changed(**{"[Content_Types].xml": str(LeadBook().built()["[Content_Types].xml"]).replace(
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "vnd.ms-excel.sheet.binary.macroEnabled.main")})),
    ],
)  # fmt: skip
def test_old_format(tmp_path: Path, name: str, data: bytes) -> None:
    assert ".xlsx" in refused(tmp_path, data, "old_format", name)


def test_encrypted(tmp_path: Path) -> None:
    refused(tmp_path, OLE + "EncryptedPackage\0".encode("utf-16-le"), "encrypted")


def test_a_zip_with_a_password_is_encrypted(tmp_path: Path) -> None:
    refused(tmp_path, patched(LeadBook().data(), SHEET, 8, "<H", 1), "encrypted")


BOMB = '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]><a>&m;</a>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "[Content_Types].xml", "docProps/custom.xml", "xl/drawings/vmlDrawing1.vml"])
def test_doctype(tmp_path: Path, part: str, encoding: str) -> None:
    assert part in refused(tmp_path, changed(**{part: BOMB.encode(encoding)}), "doctype")


@pytest.mark.parametrize("second", [SHEET, SHEET.upper(), SHEET.replace("/", "\\"), f"/{SHEET}"])
def test_duplicate_entry(tmp_path: Path, second: str) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(LeadBook().data())
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(second, b"<worksheet/>")
    refused(tmp_path, None, "duplicate_entry")


@pytest.mark.parametrize("part", [SHEET, "xl/media/unknown.bin"])
def test_bad_crc(tmp_path: Path, part: str) -> None:
    data = changed(**{"xl/media/unknown.bin": b"\1\2\3" * 50})
    assert part in refused(tmp_path, patched(data, part, 16, "<L", 1), "bad_crc")


@pytest.mark.parametrize(
    "part", [SHEET, BOOK, "_rels/.rels", "[Content_Types].xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]
)
def test_broken_xml(tmp_path: Path, part: str) -> None:
    data = LeadBook().built()[part]
    assert part in refused(tmp_path, changed(**{part: str(data)[:-9]}), "broken_xml")


def test_unknown_namespace(tmp_path: Path) -> None:
    book = str(LeadBook().built()[BOOK]).replace(MAIN, "http://schemas.microsoft.com/office/excel/2006/2")
    refused(tmp_path, changed(**{BOOK: book}), "unknown_namespace")


def test_a_part_of_2_gb_by_its_header_only_is_too_large(tmp_path: Path) -> None:
    assert SHEET in refused(tmp_path, patched(LeadBook().data(), SHEET, 24, "<L", 2**31), "too_large")


def test_a_part_that_is_compressed_beyond_reason_is_too_large(tmp_path: Path) -> None:
    assert "xl/a.xml" in refused(tmp_path, changed(**{"xl/a.xml": b" " * (65 * 2**20)}), "too_large")


def test_zip64_beyond_what_excel_writes_is_too_large(tmp_path: Path) -> None:
    data = LeadBook().data()
    at = data.rfind(b"PK\1\2", 0, data.rfind(SHEET.encode()))
    name_end = at + 46 + len(SHEET)
    extra = struct.pack("<2HQ", 1, 8, 2**40)
    wide = bytearray(data[:name_end] + extra + data[name_end:])
    struct.pack_into("<L", wide, at + 24, 0xFFFFFFFF)
    struct.pack_into("<H", wide, at + 30, len(extra))
    end = wide.rfind(b"PK\5\6")
    struct.pack_into("<L", wide, end + 12, struct.unpack_from("<L", wide, end + 12)[0] + len(extra))
    refused(tmp_path, bytes(wide), "too_large")


def test_a_protected_sheet(tmp_path: Path) -> None:
    book = LeadBook()
    book.sheet["sheetProtection"] = '<sheetProtection sheet="1" objects="1"/>'
    assert "--allow-protected" in refused(tmp_path, book.data(), "protected")
    assert run("refresh", tmp_path / "team.xlsx", "--allow-protected", "--no-backup").exit_code == 0


def test_a_protected_structure(tmp_path: Path) -> None:
    book = LeadBook()
    book.book["workbookProtection"] = '<workbookProtection workbookPassword="CC1A" lockStructure="1"/>'
    refused(tmp_path, book.data(), "protected")
    assert run("refresh", tmp_path / "team.xlsx", "--allow-protected", "--no-backup").exit_code == 0


def test_signed(tmp_path: Path) -> None:
    book = LeadBook()
    book.parts["_xmlsignatures/origin.sigs"] = b""
    book.types["_xmlsignatures/origin.sigs"] = "application/vnd.openxmlformats-package.digital-signature-origin"
    book.relate("", "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin", "_xmlsignatures/origin.sigs")
    refused(tmp_path, book.data(), "signed", "team.xlsx", "--allow-protected")


def test_no_table(tmp_path: Path) -> None:
    book = LeadBook()
    book.cells = {place: xml for place, xml in book.cells.items() if place.row > 1}
    refused(tmp_path, book.data(), "no_table")


def test_two_equally_good_tables_are_named(tmp_path: Path) -> None:
    book, other = LeadBook(), LeadBook()
    other.put("O1", "区域")
    book.strings = other.strings
    book.add_sheet("线索乙", str(other.built()[SHEET]))
    assert "线索乙" in refused(tmp_path, book.data(), "ambiguous_table")


@pytest.mark.parametrize("command", ["refresh", "adopt", "remove", "audit", "inspect", "report", "remind"])
@pytest.mark.parametrize("place", [".", "", "a pipe"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / "a pipe")
    more = ("-o", "page.html") if command == "report" else ()
    result = run(command, place, *more)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a pipe"]


def test_a_protected_structure_is_told_without_naming_a_sheet(tmp_path: Path) -> None:
    book = LeadBook()
    book.book["workbookProtection"] = '<workbookProtection lockStructure="1"/>'
    said = refused(tmp_path, book.data(), "protected")
    assert "None" not in said
    assert "结构" in said


def test_a_download_that_was_cut_off_is_told_to_be_damaged(tmp_path: Path) -> None:
    assert "不完整" in refused(tmp_path, LeadBook().data()[:-30], "not_a_workbook")


def test_a_name_that_no_file_can_have_is_one_line(tmp_path: Path) -> None:
    result = run("new", tmp_path / f"{'x' * 300}.xlsx")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_can_not_be_written_is_one_line_and_status_2(tmp_path: Path) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(LeadBook().data())
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "funnelbook", "audit", str(path), "--format", "json"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Traceback" not in done.stderr
