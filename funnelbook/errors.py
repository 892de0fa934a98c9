"""The exceptions of funnelbook: each one means "cannot go on", and the file is as it was."""

from __future__ import annotations

from typing import Any, ClassVar


class FunnelbookError(Exception):
    """The work could not be done; `code` says why and `facts` what it concerns.

    The sentence for people is in words.toml under ``error.<code>``, filled from *facts*.
    """

    code: ClassVar[str] = "error"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(": ".join([self.code, *(f"{k}={v}" for k, v in facts.items())]))

    def __reduce__(self) -> tuple[Any, ...]:
        """Facts are keywords, so that the exception crosses a process border whole."""
        return _rebuild, (type(self), self.facts)


def _rebuild(kind: type[FunnelbookError], facts: dict[str, Any]) -> FunnelbookError:
    return kind(**facts)


class NotFoundError(FunnelbookError):
    """There is no file at the path (facts: path)."""

    code = "not_found"


class NotAWorkbookError(FunnelbookError):
    """The file is not an .xlsx or .xlsm package (facts: path, and what it looks like)."""

    code = "not_a_workbook"


class OldFormatError(FunnelbookError):
    """The file has a format that is read but never written: .xls, .et, .xlsb, .ods, .csv (facts: path, format)."""

    code = "old_format"


class EncryptedError(FunnelbookError):
    """The workbook is encrypted with a password (facts: path)."""

    code = "encrypted"


class DoctypeError(FunnelbookError):
    """A part declares a DOCTYPE, which no spreadsheet program writes (facts: path, part)."""

    code = "doctype"


class DuplicateEntryError(FunnelbookError):
    """Two zip entries have one name, compared without case (facts: path, part)."""

    code = "duplicate_entry"


class BadCrcError(FunnelbookError):
    """The bytes of a zip entry do not fit its checksum or its compressed stream (facts: path, part)."""

    code = "bad_crc"


class BrokenXmlError(FunnelbookError):
    """A part that has to be read is not well-formed XML or lacks what every workbook has (facts: path, part)."""

    code = "broken_xml"


class UnknownNamespaceError(FunnelbookError):
    """The workbook part is in no namespace of ECMA-376 (facts: path, namespace)."""

    code = "unknown_namespace"


class TooLargeError(FunnelbookError):
    """A part or the whole is beyond the size limits (facts: path, part, size, limit)."""

    code = "too_large"


class ProtectedError(FunnelbookError):
    """The workbook's structure or a sheet is protected (facts: path, sheet)."""

    code = "protected"


class SignedError(FunnelbookError):
    """The workbook is digitally signed, and any edit breaks the signature (facts: path)."""

    code = "signed"


class NoTableError(FunnelbookError):
    """No sheet holds a lead table (facts: path)."""

    code = "no_table"


class AmbiguousTableError(FunnelbookError):
    """Several different lead tables are covered equally well (facts: path, candidates)."""

    code = "ambiguous_table"


class LockedError(FunnelbookError):
    """Another program or another run has the workbook open (facts: path, holder)."""

    code = "locked"


class ChangedMeanwhileError(FunnelbookError):
    """The workbook changed on disk while it was being worked on (facts: path)."""

    code = "changed_meanwhile"


class ReadOnlyError(FunnelbookError):
    """The target cannot be written (facts: path, reason)."""

    code = "read_only"


class UnsafeEditError(FunnelbookError):
    """An edit would lose something of the user's or break the workbook (facts: sheet, place, reason)."""

    code = "unsafe_edit"


class UsageError(FunnelbookError):
    """What was asked for contradicts itself (facts: problem, a code of words.toml under ``usage.``)."""

    code = "usage"
