"""Pandera schemas: one per kind of table, declared from its fields; failure cases become Findings (RULES.md 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.errors
import pandera.pandas as pa

from .model import Finding, Records
from .required import only_if_column, required_cells, required_fields
from .rulebook import RuleBook
from .typed import CODES, Flag

_SEVERITY = {
    Flag.DATE: "error",
    Flag.NUMBER: "error",
    Flag.PROBABILITY: "error",
    Flag.VAGUE: "warning",
    Flag.PHONE: "warning",
    Flag.EMAIL: "warning",
    Flag.WORD: "warning",
    Flag.TEXT_NUMBER: "info",
    Flag.NO_VALUE: "warning",
}
_READABLE = "readable"
_TYPES: Mapping[str, Mapping[str, str]] = {
    "date": {"": "datetime64[us]", ".end": "datetime64[us]", ".timed": "bool"},
    "money": {".low": "float64", ".high": "float64", ".exact": "bool"},
    "amount": {"": "float64"},
    "number": {"": "float64"},
    "probability": {"": "float64"},
    "phone": {"": "object", ".all": "object"},
    "people": {"": "object", ".many": "bool"},
}
"""Kind of a field -> its typed columns, by what follows the name; every other kind is text."""


def schema(records: Records, rules: RuleBook) -> pa.DataFrameSchema:
    """The schema of a typed frame: its columns' types, and that no cell has a flag.

    Never coercing: cells were parsed before, and a cast would fall back to a Python call per value.
    """
    fields = rules.tables[records.kind].fields
    return _schema(records.kind, tuple((field.name, field.kind) for field in fields.values() if records.has(field.name)))


@cache
def _schema(kind: str, fields: tuple[tuple[str, str], ...]) -> pa.DataFrameSchema:
    columns = {name: column for field, of_kind in fields for name, column in _columns(field, of_kind)}
    return pa.DataFrameSchema(columns, strict=True, coerce=False, name=kind)


def validate(records: Records, profile: str, rules: RuleBook) -> list[Finding]:
    """Findings of one kind of table: unreadable and missing cells, missing and doubled columns."""
    return [*_columns_missing(records, profile, rules), *_columns_twice(records), *_cells(records, profile, rules)]


def _columns(field: str, kind: str) -> Iterator[tuple[str, pa.Column]]:
    for suffix, dtype in _TYPES.get(kind, {"": "object"}).items():
        yield f"{field}{suffix}", pa.Column(dtype, nullable=True)
    yield f"{field}?", pa.Column("int16", pa.Check(lambda flags: flags == 0, name=_READABLE, error=_READABLE))


def _cells(records: Records, profile: str, rules: RuleBook) -> Iterator[Finding]:
    """Cells that fail the schema, each with every flag that it bears."""
    required = required_cells(records, profile, rules)
    severity = required_fields(records.kind, profile, rules)
    frame = records.frame.copy(deep=False)
    for name in records.column:
        marks = frame[f"{name}?"].to_numpy()
        excused = ~required[name] if name in required else np.ones(len(records), dtype=bool)
        frame[f"{name}?"] = np.where(excused, marks & ~np.int16(Flag.EMPTY), marks)
    for name, position, flags in _failures(frame, schema(records, rules)):
        for flag in Flag(flags):
            how_bad = severity[name] if flag is Flag.EMPTY else _SEVERITY[flag]
            yield finding(records, CODES[flag], how_bad, position, name, **_hint(records, flag, name, position, rules))


def _failures(frame: pd.DataFrame, expected: pa.DataFrameSchema) -> list[tuple[str, int, int]]:
    """(field, position, flags) of the cells that fail; anything else that fails is a bug of ours and raised."""
    try:
        expected.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failed:
        cases = failed.failure_cases
        if not (cases["check"] == _READABLE).all():
            raise
        names = [column[:-1] for column in cases["column"]]
        return list(zip(names, cases["index"].astype(int), cases["failure_case"].astype(int), strict=True))
    return []


def _hint(records: Records, flag: Flag, name: str, position: int, rules: RuleBook) -> dict[str, Any]:
    """What helps to mend the cell: the nearest word of the vocabulary."""
    words = rules.tables[records.kind].fields[name].words
    if flag is not Flag.WORD or words is None:
        return {}
    return {"nearest": rules.vocabularies[words].nearest(records.raw[name][position])}


def finding(records: Records, code: str, severity: str, position: int, name: str, **facts: Any) -> Finding:
    """A finding at the cell of one record's field."""
    return at(records, [position], code, severity, name, **facts)[0]


def at(records: Records, positions: Iterable[Any], code: str, severity: str, name: str, **facts: Any) -> list[Finding]:
    """The same finding at one field of several records."""
    kind, sheets = records.kind, [table.sheet for table in records.tables]
    column, raw, known = records.column.get(name), records.raw.get(name), {key: value for key, value in facts.items() if value is not None}
    return [
        Finding(
            code,
            severity,
            kind,
            sheets[records.table[position]],
            int(records.row[position]),
            None if column is None else int(column[position]),
            int(position),
            name,
            None if raw is None else raw[position],
            known,
        )
        for position in positions
    ]


def _columns_missing(records: Records, profile: str, rules: RuleBook) -> Iterator[Finding]:
    """Required columns that a whole table lacks, once each; an id column is required of leads in every profile."""
    wanted = dict(required_fields(records.kind, profile, rules))
    optional = only_if_column(records.kind, profile, rules)
    if records.kind == "leads":
        wanted, optional = {"lead_id": "error", **wanted}, optional - {"lead_id"}
    for name, severity in wanted.items():
        without = next((table for table in records.tables if name not in table.binding), None)
        if without is not None and name not in optional:
            yield Finding("column.missing", severity, records.kind, without.sheet, field=name)


def _columns_twice(records: Records) -> Iterator[Finding]:
    """Two columns that bind to one field, at the header of every one after the first."""
    for table in records.tables:
        for name, columns in table.binding.items():
            for column in columns[1:]:
                header = table.headers[column]
                facts = {"first": table.headers[columns[0]]}
                yield Finding(
                    "column.twice", "info", table.kind, table.sheet, table.headers_end, column, field=name, value=header, facts=facts
                )
