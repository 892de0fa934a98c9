"""The Parquet files are what docs/parquet.md says, for pandas and DuckDB too."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from funnelbook.rollup.run import Outcome
from funnelbook.rollup.schema import TABLES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "parquet.md").read_text(encoding="utf-8")
PANDAS = {"string": "str", "int32": "int32", "double": "float64", "timestamp[us]": "datetime64[us]", "bool": "bool"}
DUCK = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "double": "DOUBLE",
    "timestamp[us]": "TIMESTAMP",
    "date32[day]": "DATE",
    "bool": "BOOLEAN",
    "list<element: string>": "VARCHAR[]",
}


def columns(name: str) -> dict[str, str]:
    """Column -> type, as the document has it."""
    parts = re.split(r"^## (.+)$", DOCUMENT, flags=re.MULTILINE)[1:]
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    rows = re.findall(r"^\| (\w+) \| (\S+(?: string>)?) \|", sections["Columns of every table"] + sections[name], flags=re.MULTILINE)
    return {column: kind for column, kind in rows if column != "column"}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_documented_with_its_type(name: str) -> None:
    assert {field.name: str(field.type) for field in TABLES[name]} == columns(name)


@pytest.mark.parametrize("name", TABLES)
def test_every_file_has_the_schema(outcome: Outcome, name: str) -> None:
    parts = sorted((outcome.folder / name / "as_of=2024-06-20").glob("*.parquet"))
    assert len(parts) == 60
    assert all(pq.read_schema(part).equals(TABLES[name]) for part in parts)


@pytest.mark.parametrize("name", TABLES)
def test_duckdb_reads_the_documented_types(outcome: Outcome, name: str) -> None:
    with duckdb.connect() as database:
        rows = database.execute(f"DESCRIBE SELECT * FROM '{outcome.folder}/{name}/*/*.parquet'").fetchall()
    found = {row[0]: row[1] for row in rows}
    assert found.pop("as_of") == "DATE"
    assert found == {column: DUCK[kind] for column, kind in columns(name).items()}


@pytest.mark.parametrize("name", TABLES)
def test_pandas_reads_the_documented_types(outcome: Outcome, name: str) -> None:
    frame = pd.read_parquet(outcome.folder / name)
    assert set(frame) == {*columns(name), "as_of"}
    for column, kind in columns(name).items():
        if not frame[column].isna().any() and kind in PANDAS and len(frame):
            assert str(frame[column].dtype) == PANDAS[kind], column
