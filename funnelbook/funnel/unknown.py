"""What of a workbook isn't understood: headers without a field and words without a meaning, each with the nearest one as a hint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import NoTableError
from ..grid import Grid
from .find import tables_on
from .headers import MIN_BOUND, Binder
from .inspect import nearest
from .model import Table, Tables
from .normalise import normalise
from .parse import Phone, Trouble, header_key, is_empty, parse_email, parse_phone
from .rulebook import RuleBook, is_own_header
from .typed import Flag

_LOOKED_AT = 30
"""Rows from the top in which a header row is looked for."""
_LONGEST = 60
"""Signs of a text that may still be a header or a word."""
_SHARE = 0.6
"""A header row names at least this share of the columns of its sheet's fullest row."""
_SAMPLES = 50
"""Cells below a header by which its field is guessed."""
_MOST_WORDS = 40
"""Unknown words of one vocabulary that are listed, the most frequent first; more are no vocabulary."""


@dataclass(frozen=True)
class UnknownHeader:
    """A header that binds to no field."""

    sheet: str
    header: str
    kind: str
    """The kind of table that it stands in, or may stand in."""
    hint: str | None
    """The field that it is most like; nothing is ever bound by it."""


@dataclass(frozen=True)
class UnknownWord:
    """A word that its vocabulary lacks."""

    vocabulary: str
    word: str
    count: int
    hint: str | None


@dataclass(frozen=True)
class Unknown:
    """What a person is asked about, and where the leads stand."""

    headers: tuple[UnknownHeader, ...]
    words: tuple[UnknownWord, ...]
    leads: tuple[str, ...]
    """Sheets with a lead table; none when too few headers bind."""
    texts: tuple[str, ...]
    """Every header that was looked at, also those that bind."""


def unknown(grids: Sequence[Grid], rules: RuleBook) -> Unknown:
    """The headers and words of a workbook that aren't understood, each once.

    Where no sheet holds a lead table, the row of every sheet that looks most like a header row is taken for one. Raises NoTableError
    when there is none either.
    """
    binder = Binder(rules)
    users = [grid for grid in grids if grid.own_sheet is None and grid.sheet not in rules.left_out]
    found = {grid.sheet: tables_on(grid, binder, rules) for grid in users}
    tables = [table for of_sheet in found.values() for table in of_sheet]
    leads = tuple(dict.fromkeys(table.sheet for table in tables if table.kind == "leads"))
    headers = [one for table in tables for one in _of_table(table, rules)]
    texts = [text for table in tables for text in table.headers.values()]
    for grid in users if not leads else ():
        row, named = (0, {}) if found[grid.sheet] else header_candidate(grid, rules)
        texts += named.values()
        headers += [_header(grid, row, column, text, rules) for column, text in named.items() if not binder.fields(text)]
    if not texts:
        raise NoTableError(problem="nothing", sheets=[grid.sheet for grid in users])
    first = {header_key(one.header): one for one in reversed(headers)}
    return Unknown(tuple(reversed(first.values())), tuple(_words(tables, rules)), leads, tuple(texts))


def header_candidate(grid: Grid, rules: RuleBook) -> tuple[int, dict[int, str]]:
    """(row, column -> text) of the first row that looks like a header row: different texts over most columns, and something below.

    (0, {}) when no row does.
    """
    looked_at = range(1, min(grid.height, _LOOKED_AT) + 1)
    rows = {row: [grid.value(row, column) for column in range(1, grid.width + 1)] for row in looked_at}
    widest = max((sum(not is_empty(value, rules.words) for value in values) for values in rows.values()), default=0)
    for row, values in rows.items():
        named = {column: value for column, value in enumerate(values, start=1) if _may_be_header(value, rules)}
        below = row + 1 in rows and any(value is not None for value in rows[row + 1])
        if below and len({*named.values()}) >= max(MIN_BOUND, _SHARE * widest):
            return row, named
    return 0, {}


def _may_be_header(value: object, rules: RuleBook) -> bool:
    short = isinstance(value, str) and len(value) <= _LONGEST
    return short and not is_empty(value, rules.words) and not str(value)[:1].isdigit() and not is_own_header(value, rules)


def _of_table(table: Table, rules: RuleBook) -> Iterator[UnknownHeader]:
    bound = {column for columns in table.binding.values() for column in columns}
    for column, text in table.headers.items():
        if column not in bound:
            hint = nearest(text, table.kind, rules) or _by_cells(table.grid, table.headers_end, column, rules)
            yield UnknownHeader(table.sheet, text, table.kind, hint if hint in rules.tables[table.kind].fields else None)


def _header(grid: Grid, row: int, column: int, text: str, rules: RuleBook) -> UnknownHeader:
    """A header of a sheet without a table that is known; most likely it is one of leads."""
    for kind in ("leads", *(kind for kind in rules.tables if kind != "leads")):
        if hint := nearest(text, kind, rules) or (_by_cells(grid, row, column, rules) if kind == "leads" else None):
            return UnknownHeader(grid.sheet, text, kind, hint)
    return UnknownHeader(grid.sheet, text, "leads", None)


def _by_cells(grid: Grid, row: int, column: int, rules: RuleBook) -> str | None:
    """The field that the cells below a header look like, where their form tells: e-mail addresses and phone numbers."""
    values = [value for value in grid.columns[column - 1][row:].tolist() if not is_empty(value, rules.words)][:_SAMPLES]
    addresses = sum(not isinstance(parse_email(value), Trouble) for value in values)
    numbers = sum(isinstance(phone := parse_phone(value, rules.words), Phone) and phone.e164 is not None for value in values)
    if not values or 2 * max(addresses, numbers) <= len(values):
        return None
    return "email" if addresses >= numbers else "phone"


def _words(tables: Sequence[Table], rules: RuleBook) -> Iterator[UnknownWord]:
    by_kind = {kind: tuple(table for table in tables if table.kind == kind) for kind in rules.tables}
    of_kind = {kind: of for kind, of in by_kind.items() if of}
    counts: Counter[tuple[str, str]] = Counter()
    for records in normalise(Tables("", of_kind), rules).values():
        for field in rules.tables[records.kind].fields.values():
            if field.kind == "word" and records.has(field.name):
                flagged = np.flatnonzero(records.frame[f"{field.name}?"].to_numpy() & Flag.WORD)
                counts.update((field.words or field.name, str(value)) for value in records.raw[field.name][flagged].tolist())
    listed: Counter[str] = Counter()
    for (vocabulary, word), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        listed[vocabulary] += 1
        if len(word) <= _LONGEST and listed[vocabulary] <= _MOST_WORDS:
            yield UnknownWord(vocabulary, word, count, rules.vocabularies[vocabulary].nearest(word))
