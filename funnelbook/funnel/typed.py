"""One field's distinct cell values as typed columns, with flags for what could not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import IntFlag
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Objects
from .fields import Field
from .parse import (
    Moment,
    Money,
    Phone,
    Trouble,
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
    plain_mobiles,
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
_DATES = frozenset({dt.date, dt.datetime})
_FIRST = np.datetime64("1901-01-01")
"""Dates of cells before are left to parse_date, which knows what Excel means by them."""
_OF_TROUBLE = {code: flag for flag, code in CODES.items()}


def read_distinct(field: Field, values: Objects, rules: RuleBook, context: Context) -> tuple[dict[str, Any], NDArray[np.int16]]:
    """Typed columns and flags of cells that are all read alike; every distinct value is read once."""
    codes, found = pd.factorize(values)
    distinct = found.tolist()
    empty = empties(distinct, rules)
    columns, flags = _READERS.get(field.kind, _text)(field, distinct, empty, rules, context)
    flags[np.flatnonzero(empty)] = Flag.EMPTY
    return {name: column[codes] for name, column in columns.items()}, np.append(flags, np.int16(Flag.EMPTY))[codes]


def empties(values: Objects | Sequence[Any], rules: RuleBook) -> list[bool]:
    """Which values count as empty; few signs can begin a marker, so that most texts are seen not to be one by their first sign."""
    firsts = {value[:1] for value in values if type(value) is str}
    markers = {marker[:1] for marker in rules.words.empties}
    begin = {first for first in firsts if normal_text(first).casefold() in markers}
    return [(value[:1] in begin if type(value) is str else value is None) and is_empty(value, rules.words) for value in values]


class Context:
    """What a cell's reading depends on besides its value."""

    def __init__(self, dates1904: bool, unit: float) -> None:
        self.dates1904, self.unit = dates1904, unit


Columns = dict[str, Any]
_Reader = Callable[[Field, Sequence[Any], Sequence[bool], RuleBook, Context], tuple[Columns, NDArray[np.int16]]]


def _objects(values: Sequence[Any]) -> Objects:
    """Distinct values with a last None, which the code -1 (empty) picks."""
    return np.fromiter([*values, None], dtype=object, count=len(values) + 1)


def _flags(parsed: Sequence[Any]) -> NDArray[np.int16]:
    return np.array([_OF_TROUBLE[p.code] if isinstance(p, Trouble) else 0 for p in parsed], dtype=np.int16)


def _text(field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: Context) -> tuple[Columns, NDArray[np.int16]]:
    texts = [
        None if empty else value if isinstance(value, str) else normal_text(value) for value, empty in zip(distinct, empties, strict=True)
    ]
    return {field.name: _objects(texts)}, np.zeros(len(texts), dtype=np.int16)


def _id(field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: Context) -> tuple[Columns, NDArray[np.int16]]:
    keys = [None if empty else parse_key(value) for value, empty in zip(distinct, empties, strict=True)]
    flags = np.array([Flag.TEXT_NUMBER if isinstance(value, int | float) else 0 for value in distinct], dtype=np.int16)
    return {field.name: _objects(keys)}, flags


def _date(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, context: Context
) -> tuple[Columns, NDArray[np.int16]]:
    start, flags = np.full(len(distinct) + 1, "NaT", dtype="datetime64[us]"), np.zeros(len(distinct), dtype=np.int16)
    real = np.fromiter(map(_DATES.__contains__, map(type, distinct)), dtype=bool, count=len(distinct))
    start[:-1][real] = pd.DatetimeIndex(list(compress(distinct, real))).to_numpy(dtype="datetime64[us]")
    real &= start[:-1] >= _FIRST
    start[:-1][real] = _to_second(start[:-1][real])
    start[:-1][~real] = "NaT"
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
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, context: Context
) -> tuple[Columns, NDArray[np.int16]]:
    parsed = [None if e else parse_money(v, rules.words, context.unit, kind="budget") for v, e in zip(distinct, empties, strict=True)]
    known = [p if isinstance(p, Money) and not p.unknown else None for p in parsed]
    low = [np.nan if p is None else -np.inf if p.low is None else p.low for p in known]
    high = [np.nan if p is None else np.inf if p.high is None else p.high for p in known]
    exact = [p is not None and p.exact for p in known]
    columns = {f"{field.name}.low": np.array([*low, np.nan]), f"{field.name}.high": np.array([*high, np.nan])}
    return {**columns, f"{field.name}.exact": np.array([*exact, False])}, _flags(parsed)


def _amount(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, context: Context
) -> tuple[Columns, NDArray[np.int16]]:
    parsed: list[Any] = []
    for value, empty in zip(distinct, empties, strict=True):
        money = None if empty else parse_money(value, rules.words, context.unit, kind="amount")
        parsed.append(Trouble("number.invalid") if isinstance(money, Money) and (not money.exact or money.low is None) else money)
    amounts = [p.low if isinstance(p, Money) else np.nan for p in parsed]
    return {field.name: np.array([*amounts, np.nan], dtype=float)}, _flags(parsed) | _typed_as_text(distinct)


def _number(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: Context
) -> tuple[Columns, NDArray[np.int16]]:
    parsed = [None if e else parse_number(v, rules.words) for v, e in zip(distinct, empties, strict=True)]
    numbers = [np.nan if p is None or isinstance(p, Trouble) else p for p in parsed]
    return {field.name: np.array([*numbers, np.nan], dtype=float)}, _flags(parsed) | _typed_as_text(distinct)


def _phone(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: Context
) -> tuple[Columns, NDArray[np.int16]]:
    mobiles = plain_mobiles(distinct)
    first = [None if empty else mobiles.get(value) for value, empty in zip(distinct, empties, strict=True)]
    others = [i for i, (number, empty) in enumerate(zip(first, empties, strict=True)) if number is None and not empty]
    every: list[tuple[str, ...]] = [() if number is None else (number,) for number in first]
    flags = np.zeros(len(distinct), dtype=np.int16)
    for i in others:
        parsed = parse_phone(distinct[i], rules.words)
        if isinstance(parsed, Phone):
            first[i], every[i] = parsed.e164, parsed.numbers
        else:
            flags[i] = _OF_TROUBLE[parsed.code]
        if isinstance(distinct[i], int | float):
            flags[i] |= Flag.TEXT_NUMBER
    return {field.name: _objects(first), f"{field.name}.all": _objects(every)}, flags


def _email(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: Context
) -> tuple[Columns, NDArray[np.int16]]:
    parsed = [None if e else parse_email(v) for v, e in zip(distinct, empties, strict=True)]
    return {field.name: _objects([None if isinstance(p, Trouble) else p for p in parsed])}, _flags(parsed)


def _people(
    field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: Context
) -> tuple[Columns, NDArray[np.int16]]:
    people = [() if e else parse_people(v, rules.words) for v, e in zip(distinct, empties, strict=True)]
    many = np.array([*(len(names) > 1 for names in people), False])
    columns = {field.name: _objects([names[0] if names else None for names in people]), f"{field.name}.many": many}
    return columns, np.zeros(len(people), dtype=np.int16)


def _word(field: Field, distinct: Sequence[Any], empties: Sequence[bool], rules: RuleBook, _: Context) -> tuple[Columns, NDArray[np.int16]]:
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


def read_probability(field: Field, values: Objects, formatted: bool, rules: RuleBook) -> tuple[Columns, NDArray[np.int16]]:
    """Typed column and flags of probabilities, all of which bear a percent format or none (RULES.md 1.9)."""
    codes, found = pd.factorize(values)
    empty = empties(found.tolist(), rules)
    parsed = [None if e else parse_probability(v, formatted, rules.words) for v, e in zip(found, empty, strict=True)]
    numbers = np.array([np.nan if p is None or isinstance(p, Trouble) else p for p in parsed] + [np.nan], dtype=float)
    flags = _flags(parsed) | _typed_as_text(found.tolist())
    flags[np.flatnonzero(empty)] = Flag.EMPTY
    return {field.name: numbers[codes]}, np.append(flags, np.int16(Flag.EMPTY))[codes]
