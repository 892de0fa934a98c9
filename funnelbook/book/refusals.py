"""What is refused of a zip that can be read: DOCTYPE, bad CRC, other formats, protection, signatures (DESIGN §5.4)."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ..errors import (
    BrokenXmlError,
    EncryptedError,
    NotAWorkbookError,
    NotFoundError,
    OldFormatError,
    ProtectedError,
    ReadOnlyError,
    SignedError,
    TooLargeError,
    UnknownNamespaceError,
)
from .archive import MAX_FILE, Archive
from .names import BINARY_WORKBOOK_TYPE, MAIN_NAMESPACES, SIGNATURES, TYPES_PART
from .xml import child, children, is_true, local, namespace, parse, refuse_doctype, utf8

if TYPE_CHECKING:
    from .package import Package

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_WORD_IN_ENCODINGS = (b"sheetProtection", b"\0".join(letter.encode() for letter in "sheetProtection"))
"""The second is in UTF-16 of either order."""
_PROTECTION = re.compile(rb"<(?:[\w.\-]+:)?sheetProtection(?=[\s/>])[^>]*>")
_IN_FORCE = re.compile(rb"""\ssheet\s*=\s*["']\s*(?:1|true|on)\s*["']""")
_OTHER_OFFICE = {"wordprocessingml": "Word document", "presentationml": "presentation", "ms-word": "Word document"}


def read_file(path: Path) -> bytes:
    """Bytes of a file; raises NotFoundError, NotAWorkbookError for a folder, TooLargeError, ReadOnlyError."""
    size = refuse_missing(path)
    if size > MAX_FILE:
        raise TooLargeError(path=str(path), part="", size=size, limit=MAX_FILE)
    with _reading(path):
        return path.read_bytes()


def refuse_missing(path: Path) -> int:
    """Size of the file at *path*, in bytes.

    Raises NotFoundError when there is nothing, NotAWorkbookError for what is no file (a pipe would be waited for without end),
    ReadOnlyError when nobody lets us look.
    """
    with _reading(path):
        found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise NotAWorkbookError(path=str(path), looks_like="folder" if stat.S_ISDIR(found.st_mode) else "device")
    return found.st_size


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(path=str(path)) from None
    except OSError as error:
        raise ReadOnlyError(path=str(path), reason=error.strerror or str(error), problem="reading") from None


def refuse_other_format(data: bytes, path: Path) -> None:
    """Raise what the bytes of a file that is no zip are; its name counts only where the bytes don't tell.

    Raises EncryptedError, OldFormatError (facts: format), NotAWorkbookError (facts: looks_like).
    """
    if data.startswith(b"PK"):
        return
    suffix = path.suffix.lower().lstrip(".")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedError(path=str(path))
        if any(name.encode("utf-16-le") + b"\0\0" in data for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
            raise OldFormatError(path=str(path), format="et" if suffix == "et" else "xls")
        raise NotAWorkbookError(path=str(path), looks_like="OLE file")
    if data[:2] in _BIFF and suffix in ("xls", "xlt", "et"):
        raise OldFormatError(path=str(path), format=suffix)
    if suffix in ("csv", "tsv"):
        raise OldFormatError(path=str(path), format=suffix)
    raise NotAWorkbookError(path=str(path), looks_like=_look_of(data))


def check_entries(archive: Archive) -> frozenset[str]:
    """Inflate every entry once; the names of those that mention protection.

    Raises BadCrcError and DoctypeError (facts: part).
    """
    mentioning = set()
    for entry in archive.entries:
        data = archive.inflate(entry)
        refuse_doctype(data, entry.name)
        if any(word in data for word in _WORD_IN_ENCODINGS):
            mentioning.add(entry.name)
    return frozenset(mentioning)


def main_part(package: Package) -> str:
    """Name of the workbook part; raises what DESIGN §5.4 says of packages that hold something else."""
    if TYPES_PART not in package:
        raise _not_a_workbook(package)
    relationship = next((r for r in package.relationships("") if r.kind == "officeDocument"), None)
    if relationship is None:
        raise _not_a_workbook(package)
    if relationship.part is None:
        raise BrokenXmlError(part=relationship.target)
    kind = package.content_type(relationship.part) or ""
    if kind == BINARY_WORKBOOK_TYPE or relationship.part.endswith(".bin"):
        raise OldFormatError(format="xlsb")
    other = next((name for word, name in _OTHER_OFFICE.items() if word in kind), None)
    if other:
        raise NotAWorkbookError(looks_like=other)
    root = parse(package.read(relationship.part), relationship.part)
    if local(root) != "workbook":
        raise NotAWorkbookError(looks_like=local(root))
    if namespace(root) not in MAIN_NAMESPACES:
        raise UnknownNamespaceError(namespace=namespace(root))
    if child(root, "sheets") is None:
        raise BrokenXmlError(part=relationship.part)
    return relationship.part


def _refuse_relationships(root: etree._Element, part: str) -> None:
    """Raise BrokenXmlError unless each relationship has an id of its own, a type and a target."""
    _refuse_others(root, "Relationships", {"Relationship"}, part)
    nodes = list(children(root))
    incomplete = any(node.get(name) is None for node in nodes for name in ("Id", "Type", "Target"))
    if incomplete or _doubled([node.get("Id") for node in nodes]):
        raise BrokenXmlError(part=part)


def _doubled(values: Sequence[object]) -> bool:
    return len(set(values)) < len(values)


def _refuse_others(root: etree._Element, name: str, inside: set[str], part: str) -> None:
    """Raise BrokenXmlError for elements that the package's own parts don't have (Part 2, 6.5.3 and 7.2.3)."""
    if local(root) != name or any(isinstance(node.tag, str) and local(node) not in inside for node in root.iterdescendants()):
        raise BrokenXmlError(part=part)


def check_for_edit(package: Package, workbook: etree._Element, allow_protected: bool, mentioning: frozenset[str]) -> None:
    """Raise SignedError, ProtectedError, or BrokenXmlError for relationships.

    *workbook* is the root of its part, *mentioning* from check_entries.
    """
    for name in package.names():
        # All of them are followed, to see what a part that goes has of its own.
        if name.lower().endswith(".rels"):
            _refuse_relationships(parse(package.read(name), name), name)
    _refuse_others(parse(package.read(TYPES_PART), TYPES_PART), "Types", {"Default", "Override"}, TYPES_PART)
    # Excel has no two sheets of one name or in one part, and nobody knows which is meant.
    if _doubled([sheet.name.casefold() for sheet in package.sheets()]) or _doubled([s.part for s in package.sheets() if s.part]):
        raise BrokenXmlError(part=package.main)
    signed = any(name.lower().startswith(SIGNATURES) for name in package.names())
    if signed or any(r.kind == "origin" and "digital-signature" in r.type for r in package.relationships("")):
        raise SignedError()
    if allow_protected:
        return
    protection = child(workbook, "workbookProtection")
    if protection is not None and is_true(protection.get("lockStructure")):
        raise ProtectedError(problem="workbook", sheet=None)
    for sheet in package.sheets():
        if sheet.kind == "worksheet" and sheet.part in mentioning and is_protected(package.read(sheet.part)):
            raise ProtectedError(sheet=sheet.name)


def is_protected(worksheet: bytes) -> bool:
    """Whether a worksheet part holds a sheetProtection that is in force (18.3.1.85); cells are not parsed."""
    data = utf8(worksheet)
    at = data.find(b"sheetProtection")
    while at >= 0:
        match = _PROTECTION.match(data, data.rfind(b"<", 0, at))
        if match and _IN_FORCE.search(match[0]):
            return True
        at = data.find(b"sheetProtection", at + 1)
    return False


def _not_a_workbook(package: Package) -> NotAWorkbookError | OldFormatError:
    if "mimetype" in package and b"opendocument.spreadsheet" in package.read("mimetype"):
        return OldFormatError(format="ods")
    return NotAWorkbookError(looks_like="zip")


def _look_of(data: bytes) -> str:
    head = data[:4096]
    if not head:
        return "empty file"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return "HTML"
    if start.startswith(b"<"):
        return "XML"
    if start.startswith(b"%pdf"):
        return "PDF"
    return "binary file" if b"\0" in head else "text"
