"""Field: the canonical columns of every kind of table, how their cells are read, and where they are required."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from .parse import header_key


@dataclass(frozen=True)
class Field:
    """One canonical column.

    kind says which parser reads its cells and which typed columns it gets in a frame: id, text, company, email → the text;
    phone → the first number, and ``<name>.all``, a tuple; people → the first name, and ``<name>.many``; word → the canonical
    word; number, amount, probability → float; money → ``<name>.low``, ``<name>.high`` and ``<name>.exact``; date → ``<name>``
    (start), ``<name>.end`` and ``<name>.timed``.
    """

    name: str
    kind: str
    words: str | None
    """Vocabulary of a word."""
    aliases: tuple[str, ...]
    """Headers that bind to it, as header keys."""


@dataclass(frozen=True)
class TableFields:
    """The fields of one kind of table, and what makes a row its header row."""

    kind: str
    fields: Mapping[str, Field]
    by_header: Mapping[str, str]
    """Header key -> field name."""
    needs: frozenset[str]
    """Fields that a header row of this kind must bind, unless it has enough of the *signs*."""
    one_of: tuple[frozenset[str], ...]
    """Groups of fields, of each of which it must bind one."""
    rules_out_leads: frozenset[str]
    signs: frozenset[str]
    """Fields that hardly any other kind of table has; with two of them and an id the table is this one though what it needs is missing."""
    columns: tuple[str, ...]
    """The document's own columns; empty for leads, whose columns are the profiles'."""
    headers: tuple[str, ...]
    required: Mapping[str, str]
    if_column: frozenset[str]

    def is_plain_without(self, bound: Set[str]) -> bool:
        """Whether the fields that a header row binds say what the table is without what it needs, which is missing then."""
        return "lead_id" in bound and len(self.signs & bound) > 1


@dataclass(frozen=True)
class Profile:
    """One template document's lead table (RULES.md, heading)."""

    name: str
    document: str
    entry: str
    """The field whose date is the entry: month, pool and order count from it."""
    columns: tuple[str, ...]
    headers: tuple[str, ...]
    required: Mapping[str, str]
    """Field -> severity of a blank, in the order of RULES.md 2."""
    if_column: frozenset[str]
    inputs: tuple[str, ...]
    uncounted: frozenset[str]
    """Required fields that are no part of the completeness."""
    also_if_column: Mapping[str, frozenset[str]]
    """Other kind of table -> fields that this document requires only when the table has the column."""
    template: Mapping[str, tuple[str, ...]]
    """Kind of table -> fields of the columns that a starter workbook has."""
    clock: tuple[str, ...] = ("assigned_at",)
    """Dates from the first filled of which the first touch counts, before the entry."""
    first_touch_by: str = ""
    """The field whose A, B or C sets the limit of the first touch; "" for the tier in force."""
    review: tuple[str, ...] = ()
    """Fields without which the review returns a lead."""
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Vocabulary -> those of its words that the document knows, where they are not all."""


def table_fields(kind: str, raw: Mapping[str, Any]) -> TableFields:
    """TableFields of one [tables.*] of the rule book."""
    fields = {
        name: Field(name, spec["kind"], spec.get("words"), tuple(header_key(alias) for alias in spec["aliases"]))
        for name, spec in raw["fields"].items()
    }
    by_header: dict[str, str] = {}
    for name, one in fields.items():
        for alias in one.aliases:
            by_header.setdefault(alias, name)
    return TableFields(
        kind=kind,
        fields=fields,
        by_header=by_header,
        needs=frozenset(raw.get("needs", ())),
        one_of=tuple(frozenset(group) for group in raw.get("one_of", ())),
        rules_out_leads=frozenset(raw.get("rules_out_leads", ())),
        signs=frozenset(raw.get("signs", ())),
        columns=tuple(raw.get("columns", ())),
        headers=tuple(raw.get("headers", ())),
        required=raw.get("required", {}),
        if_column=frozenset(raw.get("if_column", ())),
    )


def profile(name: str, raw: Mapping[str, Any]) -> Profile:
    """Profile of one [profiles.*] of the rule book."""
    return Profile(
        name=name,
        document=raw["document"],
        entry=raw["entry"],
        columns=tuple(raw["columns"]),
        headers=tuple(raw["headers"]),
        required=raw["required"],
        if_column=frozenset(raw["if_column"]),
        inputs=tuple(raw["inputs"]),
        uncounted=frozenset(raw.get("uncounted", ())),
        also_if_column={kind: frozenset(names) for kind, names in raw.get("also_if_column", {}).items()},
        clock=tuple(raw.get("clock", ("assigned_at",))),
        first_touch_by=raw.get("first_touch_by", ""),
        review=tuple(raw.get("review", ())),
        scales={vocabulary: tuple(words) for vocabulary, words in raw.get("scales", {}).items()},
        template={kind: tuple(names) for kind, names in raw["template"].items()},
    )
