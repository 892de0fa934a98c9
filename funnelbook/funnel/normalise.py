"""Tables to Records: every cell read once per distinct value into a typed column, with flags for what could not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import IntFlag
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Grid, Objects, Rows
from .fields import Field
from .model import Records, Table, Tables, frame_of
from .parse import (
    Moment,
    Money,
    Phone,
    Trouble,
    header_unit,
    is_empty,
    normal_text,
    parse_date,
    parse_email,
    parse_key,
    parse_money,
    parse_number,
    parse_people,
    parse_phone,
    parse_probability,
)
from .rulebook import RuleBook


class Flag(IntFlag):
    """What is the matter with a cell; several may be."""

    EMPTY = 1
    DATE = 2
    NUMBER = 4
    PROBABILITY = 8
    VAGUE = 16
    PHONE = 32
    EMAIL = 64
    WORD = 128
    TEXT_NUMBER = 256
    NO_VALUE = 512


CODES = {
    Flag.EMPTY: "required.missing",
    Flag.DATE: "date.invalid",
    Flag.NUMBER: "number.invalid",
    Flag.PROBABILITY: "probability.range",
    Flag.VAGUE: "budget.vague",
    Flag.PHONE: "phone.invalid",
    Flag.EMAIL: "email.invalid",
    Flag.WORD: "vocabulary.unknown",
    Flag.TEXT_NUMBER: "type.text_number",
    Flag.NO_VALUE: "formula.no_value",
}
"""Flag -> finding code (RULES.md 2)."""
_OLD = 1900
"""Dates of cells up to that year are left to parse_date, which knows what Excel means by them."""
_OF_TROUBLE = {code: flag for flag, code in CODES.items()}


def normalise(tables: Tables, rules: RuleBook) -> dict[str, Records]:
    """Kind -> Records, for every kind of table that the workbook has (RULES.md 1)."""
    return {kind: _records(kind, of, rules) for kind in ("leads", "followups", "conversions") if (of := tables.of(kind))}


def _records(kind: str, tables: tuple[Table, ...], rules: RuleBook) -> Records:
    fields = rules.tables[kind].fields
    present = [name for name in fields if any(name in table.binding for table in tables)]
    raw: dict[str, Objects] = {}
    column: dict[str, NDArray[np.int32]] = {}
    typed: dict[str, Any] = {}
    for name in present:
        values, places, uncached = _gather(tables, name, rules)
        raw[name], column[name] = values, places
        columns, flags = _read(fields[name], values, places, tables, rules)
        flags[uncached] = Flag.NO_VALUE
        typed.update(columns)
        typed[f"{name}?"] = flags
    sizes = [len(table.rows) for table in tables]
    return Records(
        kind=kind,
        tables=tables,
        frame=frame_of(typed),
        raw=raw,
        table=np.repeat(np.arange(len(tables), dtype=np.int32), sizes),
        row=np.concatenate([table.rows for table in tables]) if tables else np.empty(0, dtype=np.int64),
        column=column,
    )


def _gather(tables: Sequence[Table], name: str, rules: RuleBook) -> tuple[Objects, NDArray[np.int32], NDArray[np.bool_]]:
    """A field's cells below each other, the column each comes from, and which are formulas without a value."""
    values, places, uncached = [], [], []
    for table in tables:
        columns = table.binding.get(name, ())
        taken, where, without = _cells(table, columns, rules)
        values.append(taken)
        places.append(where)
        uncached.append(without)
    return np.concatenate(values), np.concatenate(places), np.concatenate(uncached)


def _cells(table: Table, columns: Sequence[int], rules: RuleBook) -> tuple[Objects, NDArray[np.int32], NDArray[np.bool_]]:
    """One table's cells of a field; of two columns the first filled cell counts."""
    size = len(table.rows)
    if not columns:
        return np.full(size, None, dtype=object), np.zeros(size, dtype=np.int32), np.zeros(size, dtype=bool)
    taken, without = _column(table.grid, columns[0], table.rows)
    where = np.full(size, columns[0], dtype=np.int32)
    for column in columns[1:]:
        values, uncached = _column(table.grid, column, table.rows)
        counts = _is_blank(taken, rules) & ~without & (~_is_blank(values, rules) | uncached)
        taken, without = np.where(counts, values, taken), np.where(counts, uncached, without)
        where[counts] = column
    return taken, where, without


def _is_blank(values: Objects, rules: RuleBook) -> NDArray[np.bool_]:
    codes, distinct = pd.factorize(values)
    return np.array([*_empties(distinct, rules), True])[codes]


def _column(grid: Grid, column: int, rows: Rows) -> tuple[Objects, NDArray[np.bool_]]:
    """Cells of a column at the given rows; errors as their text, and the cells of a vertical merge as its first."""
    values = grid.columns[column - 1][rows - 1]
    for ref, error in grid.errors.items():
        at = int(np.searchsorted(rows, ref.row))
        if ref.column == column and at < len(rows) and rows[at] == ref.row:
            values[at] = error
    for merge in grid.merged:
        if merge.left == column and merge.bottom > merge.top:
            below = slice(*np.searchsorted(rows, (merge.top + 1, merge.bottom + 1)))
            values[below] = grid.value(merge.top, column)
    uncached = grid.uncached.get(column)
    return values, np.zeros(len(rows), dtype=bool) if uncached is None else np.isin(rows, uncached)


def _read(
    field: Field, values: Objects, places: NDArray[np.int32], tables: Sequence[Table], rules: RuleBook
) -> tuple[dict[str, Any], NDArray[np.int16]]:
    """Typed columns and flags of one field, whose cells come from the columns *places*; every distinct value is read once."""
    dates1904 = tables[0].grid.dates1904
    if field.kind == "probability":
        return _probability(field, values, places, tables, rules)
    if field.kind in ("amount", "money"):
        units = _units(places, tables, rules)
        return _by_part(values, units, lambda part, unit: _read_distinct(field, part, rules, _Context(dates1904, float(unit))))
    return _read_distinct(field, values, rules, _Context(dates1904, 1.0))


def _by_part(
    values: Objects, part_of: NDArray[Any], read: Callable[[Objects, Any], tuple[dict[str, Any], NDArray[np.int16]]]
) -> tuple[dict[str, Any], NDArray[np.int16]]:
    """Cells that are read in different ways, each part by itself; nearly always there is one."""
    parts = np.unique(part_of).tolist() or [1.0]
    if len(parts) == 1:
        return read(values, parts[0])
    columns, flags = read(values, parts[0])
    for part in parts[1:]:
        mine = part_of == part
        others, own = read(values[mine], part)
        flags[mine] = own
        for name, column in others.items():
            columns[name][mine] = column
    return columns, flags


def _read_distinct(field: Field, values: Objects, rules: RuleBook, context: _Context) -> tuple[dict[str, Any], NDArray[np.int16]]:
    codes, found = pd.factorize(values)
    distinct = found.tolist()
    empties = _empties(distinct, rules)
    columns, flags = _READERS.get(field.kind, _text)(field, distinct, empties, rules, context)
    flags[np.flatnonzero(empties)] = Flag.EMPTY
    return {name: column[codes] for name, column in columns.items()}, np.append(flags, np.int16(Flag.EMPTY))[codes]


def _empties(values: Objects | Sequence[Any], rules: RuleBook) -> list[bool]:
    """Which values count as empty; few signs can begin a marker, so that most texts are seen not to be one by their first sign."""
    firsts = {value[:1] for value in values if type(value) is str}
    markers = {marker[:1] for marker in rules.words.empties}
    begin = {first for first in firsts if normal_text(first).casefold() in markers}
    return [(value[:1] in begin if type(value) is str else value is None) and is_empty(value, rules.words) for value in values]


class _Context:
    """What a cell's reading depends on besides its value."""

    def __init__(self, dates1904: bool, unit: float) -> None:
        self.dates1904, self.unit = dates1904, unit


_Columns = dict[str, Any]
_Reader = Callable[[Field, Sequence[Any], Sequence[bool], RuleBook, _Context], tuple[_Columns, NDArray[np.int16]]]


def _objects(values: Sequence[Any]) -> Objects:
    """Distinct values with a last None, which the code -1 (empty) picks."""
    return np.fromiter([*values, None], dtype=object, count=len(values) + 1)


def _flags(parsed: Sequence[Any]) -> NDArray[np.int16]:
    return np.array([_OF_TROUBLE[p.code] if isinstance(p, Trouble) else 0 for p in parsed], dtype=np.int16)


def _text(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    texts = [
        None if empty else value if isinstance(value, str) else normal_text(value) for value, empty in zip(distinct, empties, strict=True)
    ]
    return {field.name: _objects(texts)}, np.zeros(len(texts), dtype=np.int16)


def _id(field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: _Context) -> tuple[_Columns, NDArray[np.int16]]:
    keys = [None if empty else parse_key(value) for value, empty in zip(distinct, empties, strict=True)]
    flags = np.array([Flag.TEXT_NUMBER if isinstance(value, int | float) else 0 for value in distinct], dtype=np.int16)
    return {field.name: _objects(keys)}, flags


def _date(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, context: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    start, flags = np.full(len(distinct) + 1, "NaT", dtype="datetime64[us]"), np.zeros(len(distinct), dtype=np.int16)
    real = np.array([isinstance(value, dt.date) and value.year > _OLD for value in distinct], dtype=bool)
    start[:-1][real] = _to_second(np.array([value for value, ready in zip(distinct, real, strict=True) if ready], dtype="datetime64[us]"))
    timed, end = start != start.astype("datetime64[D]"), start.copy()
    for i in np.flatnonzero(~real & ~np.array(empties, dtype=bool)).tolist():
        parsed = parse_date(distinct[i], rules.words, context.dates1904)
        if isinstance(parsed, Moment):
            start[i], end[i], timed[i] = parsed.start, parsed.end, parsed.timed
        else:
            flags[i] = _OF_TROUBLE[parsed.code]
    return {field.name: start, f"{field.name}.end": end, f"{field.name}.timed": timed & ~np.isnat(start)}, flags


def _to_second(moments: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """As parse_date rounds them, but all at once: most date columns hold nothing but real dates."""
    return (moments + np.timedelta64(500, "ms")).astype("datetime64[s]").astype("datetime64[us]")


def _money(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, context: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    parsed = [None if e else parse_money(v, rules.words, context.unit, kind="budget") for v, e in zip(distinct, empties, strict=True)]
    known = [p if isinstance(p, Money) and not p.unknown else None for p in parsed]
    low = [np.nan if p is None else -np.inf if p.low is None else p.low for p in known]
    high = [np.nan if p is None else np.inf if p.high is None else p.high for p in known]
    exact = [p is not None and p.exact for p in known]
    columns = {f"{field.name}.low": np.array([*low, np.nan]), f"{field.name}.high": np.array([*high, np.nan])}
    return {**columns, f"{field.name}.exact": np.array([*exact, False])}, _flags(parsed)


def _amount(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, context: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    parsed: list[Any] = []
    for value, empty in zip(distinct, empties, strict=True):
        money = None if empty else parse_money(value, rules.words, context.unit, kind="amount")
        parsed.append(Trouble("number.invalid") if isinstance(money, Money) and (not money.exact or money.low is None) else money)
    amounts = [p.low if isinstance(p, Money) else np.nan for p in parsed]
    return {field.name: np.array([*amounts, np.nan], dtype=float)}, _flags(parsed) | _typed_as_text(distinct)


def _number(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    parsed = [None if e else parse_number(v, rules.words) for v, e in zip(distinct, empties, strict=True)]
    numbers = [np.nan if p is None or isinstance(p, Trouble) else p for p in parsed]
    return {field.name: np.array([*numbers, np.nan], dtype=float)}, _flags(parsed) | _typed_as_text(distinct)


def _phone(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    parsed = [None if e else parse_phone(v, rules.words) for v, e in zip(distinct, empties, strict=True)]
    first = [p.e164 if isinstance(p, Phone) else None for p in parsed]
    every = [p.numbers if isinstance(p, Phone) else () for p in parsed]
    as_number = np.array([Flag.TEXT_NUMBER if isinstance(value, int | float) else 0 for value in distinct], dtype=np.int16)
    return {field.name: _objects(first), f"{field.name}.all": _objects(every)}, _flags(parsed) | as_number


def _email(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    parsed = [None if e else parse_email(v) for v, e in zip(distinct, empties, strict=True)]
    return {field.name: _objects([None if isinstance(p, Trouble) else p for p in parsed])}, _flags(parsed)


def _people(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    people = [() if e else parse_people(v, rules.words) for v, e in zip(distinct, empties, strict=True)]
    many = np.array([*(len(names) > 1 for names in people), False])
    columns = {field.name: _objects([names[0] if names else None for names in people]), f"{field.name}.many": many}
    return columns, np.zeros(len(people), dtype=np.int16)


def _word(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: _Context
) -> tuple[_Columns, NDArray[np.int16]]:
    vocabulary = rules.vocabularies[field.words or field.name]
    words = [None if e else vocabulary.read(v) for v, e in zip(distinct, empties, strict=True)]
    unknown = [Flag.WORD if word is None and not empty else 0 for word, empty in zip(words, empties, strict=True)]
    return {field.name: _objects(words)}, np.array(unknown, dtype=np.int16)


_READERS: Mapping[str, _Reader] = {
    "id": _id,
    "date": _date,
    "money": _money,
    "amount": _amount,
    "number": _number,
    "phone": _phone,
    "email": _email,
    "people": _people,
    "word": _word,
}


def _typed_as_text(distinct: Sequence[Any]) -> NDArray[np.int16]:
    """A number in a text cell, which Excel can't add up."""
    return np.array([Flag.TEXT_NUMBER if isinstance(value, str) and _is_plain_number(value) else 0 for value in distinct], dtype=np.int16)


def _is_plain_number(text: str) -> bool:
    return normal_text(text).replace(",", "").replace(".", "", 1).isdecimal()


def _of_cells(places: NDArray[np.int32], tables: Sequence[Table], of: Callable[[Table, int], NDArray[Any]]) -> NDArray[Any]:
    """What *of* says of every cell by its table and column, one value per row of the table."""
    out: list[NDArray[Any]] = []
    ends = np.cumsum([len(table.rows) for table in tables])
    for table, end in zip(tables, ends, strict=True):
        mine = places[end - len(table.rows) : end]
        said = of(table, 0)
        for column in np.unique(mine).tolist():
            said = np.where(mine == column, of(table, column), said)
        out.append(said)
    return np.concatenate(out) if out else np.empty(0)


def _units(places: NDArray[np.int32], tables: Sequence[Table], rules: RuleBook) -> NDArray[np.float64]:
    """The unit that the header above each cell gives to a plain number."""
    return _of_cells(places, tables, lambda table, column: np.full(len(table.rows), _unit(table.headers.get(column), rules)))


def _unit(header: str | None, rules: RuleBook) -> float:
    said = header_unit(header) if header else None
    units = rules.words.money_units
    fitting = [unit for unit in units if said and (said.casefold() == unit or (not unit.isascii() and said.endswith(unit)))]
    return units[max(fitting, key=len)] if fitting else 1.0


def _probability(
    field: Field, values: Objects, places: NDArray[np.int32], tables: Sequence[Table], rules: RuleBook
) -> tuple[dict[str, Any], NDArray[np.int16]]:
    """Percent formats decide what 0.5 means (RULES.md 1.9), so that cells with one are read apart."""
    percent = _of_cells(places, tables, lambda table, column: np.isin(table.rows, table.grid.percents.get(column, ())))

    def read(part: Objects, formatted: bool) -> tuple[dict[str, Any], NDArray[np.int16]]:
        codes, found = pd.factorize(part)
        empty = _empties(found.tolist(), rules)
        parsed = [None if e else parse_probability(v, formatted, rules.words) for v, e in zip(found, empty, strict=True)]
        numbers = np.array([np.nan if p is None or isinstance(p, Trouble) else p for p in parsed] + [np.nan], dtype=float)
        own = [Flag.EMPTY if p is None else _OF_TROUBLE[p.code] if isinstance(p, Trouble) else 0 for p in parsed]
        return {field.name: numbers[codes]}, np.array([*own, Flag.EMPTY], dtype=np.int16)[codes]

    return _by_part(values, percent, lambda part, formatted: read(part, bool(formatted)))
