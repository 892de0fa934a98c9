"""What is refused, each with its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook.book import Package
from funnelbook.book.refusals import is_protected
from funnelbook.errors import (
    DoctypeError,
    EncryptedError,
    FunnelbookError,
    NotAWorkbookError,
    NotFoundError,
    OldFormatError,
    ProtectedError,
    SignedError,
    UnknownNamespaceError,
)

from .build import MAIN, content_types, opened, relationships, workbook_parts, worksheet, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000


@pytest.mark.parametrize(
    ("name", "data", "error", "fact"),
    [
        ("a.xls", OLE + "Workbook\0".encode("utf-16-le"), OldFormatError, "xls"),
        ("a.xlsx", OLE + "Workbook\0".encode("utf-16-le"), OldFormatError, "xls"),
        ("a.et", OLE + "Book\0".encode("utf-16-le"), OldFormatError, "et"),
        ("a.xls", b"\x09\x04\x06\0\0\0\x10\0", OldFormatError, "xls"),
        ("a.csv", "姓名,电话\n".encode("gb18030"), OldFormatError, "csv"),
        ("a.xlsx", OLE + "EncryptedPackage\0".encode("utf-16-le"), EncryptedError, None),
        ("a.doc", OLE, NotAWorkbookError, "OLE file"),
        ("a.xlsx", b"", NotAWorkbookError, "empty file"),
        ("a.xlsx", "姓名,电话".encode(), NotAWorkbookError, "text"),
        ("a.xls", b"<html><table></table></html>", NotAWorkbookError, "HTML"),
        ("a.xlsx", b"<?xml version='1.0'?><Workbook/>", NotAWorkbookError, "XML"),
        ("a.xlsx", b"\x89PNG\0\0", NotAWorkbookError, "binary file"),
        ("a.xlsx", b"PK\x03\x04 cut", NotAWorkbookError, "broken zip"),
        ("a.xlsx", zipped({"a.txt": b"hello"}), NotAWorkbookError, "zip"),
        ("a.ods", zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), OldFormatError, "ods"),
    ],
)  # fmt: skip
def test_other_files_are_told_apart_by_their_bytes(
    tmp_path: Path, name: str, data: bytes, error: type[FunnelbookError], fact: str | None
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error) as caught:
        Package.open(tmp_path / name)
    assert fact in (None, caught.value.facts.get("format"), caught.value.facts.get("looks_like"))
    assert caught.value.facts["path"] == str(tmp_path / name)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path / "none" / "none.xlsx"):
        with pytest.raises(NotFoundError):
            Package.open(path)
    with pytest.raises(NotAWorkbookError):
        Package.open(tmp_path)


@pytest.mark.parametrize(
    ("main", "error"),
    [
        ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", OldFormatError),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", NotAWorkbookError),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", NotAWorkbookError),
    ],
)
def test_other_office_packages_are_told_by_their_content_type(tmp_path: Path, main: str, error: type[FunnelbookError]) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with pytest.raises(error):
        opened(tmp_path, workbook_parts({"a": ""}) | {"[Content_Types].xml": content_types().replace(kind, main)})


def test_a_workbook_in_an_unknown_namespace_is_refused(tmp_path: Path) -> None:
    parts = workbook_parts({"a": ""})
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(MAIN, "urn:other")
    with pytest.raises(UnknownNamespaceError) as caught:
        opened(tmp_path, parts)
    assert caught.value.facts["namespace"] == "urn:other"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "customXml/item1.xml", "xl/drawings/vmlDrawing1.vml"])
def test_a_doctype_in_any_part_is_refused(tmp_path: Path, part: str, encoding: str) -> None:
    data = '<!DOCTYPE a [<!ENTITY lol "ha">]><a>&lol;</a>'.encode(encoding)
    with pytest.raises(DoctypeError) as caught:
        opened(tmp_path, workbook_parts({"a": ""}) | {part: data})
    assert caught.value.facts["part"] == part


@pytest.mark.parametrize(
    ("element", "protected"),
    [
        ('<sheetProtection sheet="1"/>', True),
        ('<sheetProtection password="CC3D" sheet="true" objects="1"/>', True),
        ("<x:sheetProtection xmlns:x='u' sheet='1'/>", True),
        ('<sheetProtection sheet="0" objects="1"/>', False),
        ('<sheetProtection objects="1" scenarios="1"/>', False),
        ("", False),
    ],
)
def test_a_sheet_is_protected_only_while_its_protection_is_in_force(tmp_path: Path, element: str, protected: bool) -> None:
    sheet = worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>sheetProtection sheet="1"</t></is></c></row>', element)
    assert is_protected(sheet.encode()) is protected
    assert is_protected(sheet.replace("UTF-8", "UTF-16").encode("utf-16")) is protected
    parts = workbook_parts({"free": "", "locked": sheet})
    if not protected:
        opened(tmp_path, parts)
        return
    with pytest.raises(ProtectedError) as caught:
        opened(tmp_path, parts)
    assert caught.value.facts["sheet"] == "locked"
    opened(tmp_path, parts, allow_protected=True)
    opened(tmp_path, parts, for_edit=False)


@pytest.mark.parametrize(("attribute", "protected"), [('lockStructure="1"', True), ('lockWindows="1"', False)])
def test_a_workbook_is_protected_when_its_structure_is(tmp_path: Path, attribute: str, protected: bool) -> None:
    parts = workbook_parts({"a": ""}, book=f"<workbookProtection {attribute}/>")
    if protected:
        with pytest.raises(ProtectedError):
            opened(tmp_path, parts)
    else:
        opened(tmp_path, parts)


def test_a_signed_workbook_is_refused_but_can_be_read(tmp_path: Path) -> None:
    origin = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    parts = workbook_parts({"a": ""}, extra={"_xmlsignatures/origin.sigs": b""})
    parts["_rels/.rels"] = relationships([("officeDocument", "xl/workbook.xml"), (origin, "_xmlsignatures/origin.sigs")])
    for how in ({}, {"allow_protected": True}):
        with pytest.raises(SignedError):
            opened(tmp_path, parts, **how)
    opened(tmp_path, parts, for_edit=False)
