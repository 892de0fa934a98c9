"""The folder of Parquet files: four tables, a folder per as-of date, a file per workbook, each whole or not there."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import ReadOnlyError
from .rows import Row
from .schema import METRICS, TABLES

_LAST = "metrics"
"""Written last and removed first: a workbook whose metrics are there has its other tables too."""


@dataclass(frozen=True)
class Store:
    """The parts of one as-of date."""

    folder: Path
    day: dt.date

    def part(self, table: str, key: str) -> Path:
        """File of a workbook, by the key of its path, in one of the tables."""
        return self._partition(table) / f"{key}.parquet"

    def parts(self, table: str, keys: Iterable[str]) -> list[str]:
        """Files of several workbooks."""
        return [str(self.part(table, key)) for key in keys]

    def known(self, key: str) -> Row | None:
        """What the metrics of a workbook say; None where a part of it isn't there, can't be read, or is not as this version writes it."""
        try:
            found = pq.read_table(self.part(_LAST, key), partitioning=None)
            for name in TABLES:
                pq.read_metadata(self.part(name, key))
        except (OSError, pa.ArrowException):
            return None
        row: Row | None = found.to_pylist()[0] if found.schema.equals(METRICS) and found.num_rows else None
        return row

    def write(self, key: str, tables: Mapping[str, pa.Table]) -> None:
        """The tables of a workbook, the metrics last; raises ReadOnlyError."""
        with _writing(self.folder):
            self.part(_LAST, key).unlink(missing_ok=True)
            for name in TABLES:
                self._partition(name).mkdir(parents=True, exist_ok=True)
                _replace(self.part(name, key), tables[name])

    def keep_only(self, keys: Collection[str]) -> None:
        """Drop what earlier roll-ups of this date left of other workbooks, and what killed ones left half done."""
        with _writing(self.folder):
            for name in TABLES:
                for part in self._partition(name).glob("*"):
                    if part.suffix == ".tmp" or (part.suffix == ".parquet" and part.stem not in keys):
                        part.unlink(missing_ok=True)

    def _partition(self, table: str) -> Path:
        return self.folder / table / f"as_of={self.day.isoformat()}"


def _replace(target: Path, table: pa.Table) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """What the system says against writing is the end of the job: no workbook is to blame for it."""
    try:
        yield
    except OSError as error:
        raise ReadOnlyError(path=str(error.filename or folder), reason=error.strerror or str(error)) from None
