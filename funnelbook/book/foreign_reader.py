"""A program: takes a workbook of any format on stdin and gives its values on stdout; `foreign.py` runs it and says what it gives."""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

DONE, PASSWORD, NO_WORKBOOK, TOO_LONG = 0, 10, 11, 12
"""Exit statuses; of any other nobody knows what happened."""
_ROWS = 4096
"""Rows that are taken at a time."""
_MOST_MEMORY = 4 * 2**30
"""Bytes that a damaged file may make its reader ask for."""


def main() -> int:
    """Read stdin, write stdout; the exit status."""
    _keep_small()
    try:
        for piece in _pieces(CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))):
            pickle.dump(piece, sys.stdout.buffer)
    except PasswordError:
        return PASSWORD
    except CalamineError:
        return NO_WORKBOOK
    except OverflowError:
        return TOO_LONG
    return DONE


def _pieces(workbook: CalamineWorkbook) -> Iterator[Any]:
    """Of each worksheet its name, whether it is visible and its extent, then its columns some rows at a time, then None."""
    for meta in workbook.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_name(meta.name)
            yield meta.name, meta.visible == SheetVisibleEnum.Visible, sheet.start, sheet.end
            yield from _columns(sheet)
            yield None


def _columns(sheet: CalamineSheet) -> Iterator[list[tuple[Any, ...]]]:
    rows = iter(()) if sheet.start is None else sheet.iter_rows()
    while some := list(islice(rows, _ROWS)):
        yield list(zip(*some, strict=True))


def _keep_small() -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = _MOST_MEMORY if most == resource.RLIM_INFINITY else min(_MOST_MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))


if __name__ == "__main__":
    sys.exit(main())
