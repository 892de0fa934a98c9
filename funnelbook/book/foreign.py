"""Grids of the formats that are only read, .xls, .et, .xlsb and .ods: a process of its own reads the file.

What is damaged in these formats makes their reader panic, or ask for all the memory there is. That process ends then, not ours.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np

from ..errors import EncryptedError, NotAWorkbookError, OldFormatError
from ..grid import Grid, Objects
from . import foreign_reader
from .held import held
from .refusals import read_file

_READER = foreign_reader.__file__
_LONGEST = 600
"""Seconds; a damaged file can lead its reader in circles."""


def read_foreign(path: str | Path) -> list[Grid]:
    """Grids, of values alone, of a workbook in a format that is only read: .xls, .et, .xlsb, .ods.

    Raises NotFoundError, NotAWorkbookError, EncryptedError, and OldFormatError where a value is beyond what can be read.
    """
    path = Path(path)
    data = read_file(path)
    try:
        # -P: beside the reader are modules of ours with names of Python's own.
        done = subprocess.run([sys.executable, "-P", _READER], input=data, capture_output=True, timeout=_LONGEST, check=False)
    except subprocess.TimeoutExpired:
        raise NotAWorkbookError(path=str(path), looks_like="broken zip") from None
    match done.returncode:
        case foreign_reader.DONE:
            return _grids(io.BytesIO(done.stdout))
        case foreign_reader.PASSWORD:
            raise EncryptedError(path=str(path))
        case foreign_reader.NO_WORKBOOK:
            raise NotAWorkbookError(path=str(path), looks_like="other format")
        case foreign_reader.TOO_LONG:
            raise OldFormatError(path=str(path), format=path.suffix.lower().lstrip("."))
        case _:
            raise NotAWorkbookError(path=str(path), looks_like="broken zip")


def _grids(stream: io.BytesIO) -> list[Grid]:
    grids = []
    while stream.tell() < stream.getbuffer().nbytes:
        name, visible, start, end = pickle.load(stream)
        grids.append(Grid(name, _columns(stream, start, end), visible=visible))
    return grids


def _columns(stream: io.BytesIO, start: tuple[int, int] | None, end: tuple[int, int] | None) -> tuple[Objects, ...]:
    """Columns from A on; the rows that come begin with row 1, but with the first column that holds anything."""
    height, width, left = (0, 0, 0) if start is None or end is None else (end[0] + 1, end[1] + 1, start[1])
    columns = tuple(np.full(height, None, dtype=object) for _ in range(width))
    top = 0
    while (some := pickle.load(stream)) is not None:
        for column, part in zip(columns[left:], some, strict=True):
            column[top : top + len(part)] = held(part)
        top += len(some[0])
    return columns
