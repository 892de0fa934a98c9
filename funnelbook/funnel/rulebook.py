"""RuleBook: one frozen value with every weight, threshold, limit, alias and word; the workbook's rules sheet lies over the defaults."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ..grid import Grid
from .fields import Profile, TableFields, profile, table_fields
from .model import Finding
from .parse import ParseWords, Trouble, Vocabulary, header_key, normal_text, parse_number
from .rules_blocks import RULES_SHEET as RULES_SHEET
from .rules_lists import Person as Person
from .rules_lists import Price as Price
from .rules_overlay import overlaid


@dataclass(frozen=True)
class Rule:
    """One row of the rule book that the rules sheet shows."""

    key: str
    kind: str
    """number, whole, text or choice."""
    value: Any
    unit: str = ""
    source: str = ""
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()

    def read(self, value: Any, words: ParseWords) -> Any:
        """The value that a cell of the rules sheet gives; ValueError when it can't be used."""
        if self.kind == "text":
            return normal_text(value)
        if self.kind == "choice":
            text = normal_text(value)
            if text not in self.choices:
                raise ValueError(text)
            return text
        number = parse_number(value, words)
        if isinstance(number, Trouble) or not self.low <= number <= self.high:
            raise ValueError(value)
        if self.kind == "whole" and number != int(number):
            raise ValueError(value)
        return int(number) if self.kind == "whole" else number


@dataclass(frozen=True)
class Needs:
    """The columns without which a rule can't judge any row."""

    rule: str
    profiles: tuple[str, ...]
    table: str
    columns: tuple[str, ...]
    instead: tuple[str, ...] = ()
    """Columns of which any one replaces all of *columns*."""
    or_table: str = ""
    """A kind of table that replaces them."""


@dataclass(frozen=True)
class Deadline:
    """A limit of hours from the first filled of some dates of a row until another column is filled."""

    rule: str
    table: str
    since: tuple[str, ...]
    until: str
    hours: str
    """Key of the rule that gives the hours."""
    where: str = ""
    only: tuple[str, ...] = ()
    """The limit runs only for records with one of these words in the field *where*."""


@dataclass(frozen=True)
class RuleBook:
    """Everything the business side reads besides the workbook's rows."""

    rules: Mapping[str, Rule]
    values: Mapping[str, Any]
    """Rule key -> value in force."""
    profiles: Mapping[str, Profile]
    tables: Mapping[str, TableFields]
    vocabularies: Mapping[str, Vocabulary]
    words: ParseWords
    needs: tuple[Needs, ...]
    deadlines: tuple[Deadline, ...]
    results: Mapping[str, str]
    marks: Mapping[str, Any]
    own_headers: frozenset[str]
    sheet_headers: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Mapping[str, tuple[str, ...]]]
    """table, vocabulary, severity, answer -> code -> what people call it on the rules sheet."""
    prices: tuple[Price, ...] = ()
    roster: tuple[Person, ...] = ()
    key_industries: tuple[str, ...] = ()
    """The industries that the company cares for most (001)."""
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Header key -> kind of table -> field name, from the rules sheet."""
    left_out: frozenset[str] = frozenset()
    """Sheets that are not read."""
    holidays: tuple[dt.date, ...] = ()
    """The company's own days off, besides the public holidays."""
    workdays: tuple[dt.date, ...] = ()
    """Days on which the company works, whatever the calendar says."""
    required: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Kind of table -> field -> severity of a blank, or "off", where the team wants other than the profile (RULES.md 2)."""
    own_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Vocabulary -> the team's word, as a word key -> canonical word; the vocabularies read them already."""
    findings: tuple[Finding, ...] = ()
    """Values on the rules sheet that can't be used."""

    @staticmethod
    def default() -> RuleBook:
        """The rule book as it comes with funnelbook."""
        return _default()

    def overlaid(self, grids: list[Grid]) -> RuleBook:
        """This rule book with the workbook's own rules sheet over it; bad values become findings and the default stays."""
        sheet = next((grid for grid in grids if grid.own_sheet == RULES_SHEET), None)
        return self if sheet is None else overlaid(self, sheet)

    def number(self, key: str) -> float:
        return float(self.values[key])

    def text(self, key: str) -> str:
        return str(self.values[key])


@cache
def _default() -> RuleBook:
    raw = tomllib.loads(files(__package__).joinpath("rulebook.toml").read_text(encoding="utf-8"))
    rules = {row["key"]: Rule(**{**row, "choices": tuple(row.get("choices", ()))}) for row in raw["rule"]}
    return RuleBook(
        rules=rules,
        values={key: rule.value for key, rule in rules.items()},
        profiles={name: profile(name, spec) for name, spec in raw["profiles"].items()},
        tables={kind: table_fields(kind, spec) for kind, spec in raw["tables"].items()},
        vocabularies={name: Vocabulary(words) for name, words in raw["vocabulary"].items()},
        words=ParseWords.from_mapping(raw["parse"]),
        needs=tuple(_needs(spec) for spec in raw["needs"]),
        deadlines=tuple(_deadline(spec) for spec in raw["deadline"]),
        results=raw["results"],
        marks=raw["marks"],
        own_headers=frozenset(_own(header) for header in raw["own"]["headers"]),
        sheet_headers={code: tuple(header_key(text) for text in texts) for code, texts in raw["sheet"].items()},
        names={of: {code: tuple(texts) for code, texts in names.items()} for of, names in raw["names"].items()},
    )


def _needs(spec: Mapping[str, Any]) -> Needs:
    lists = {"profiles": tuple(spec["profiles"]), "columns": tuple(spec["columns"]), "instead": tuple(spec.get("or", ()))}
    return Needs(spec["rule"], table=spec["table"], or_table=spec.get("or_table", ""), **lists)


def _deadline(spec: Mapping[str, Any]) -> Deadline:
    lists = {name: tuple(spec.get(name, ())) for name in ("since", "only")}
    return Deadline(spec["rule"], table=spec["table"], until=spec["until"], hours=spec["hours"], where=spec.get("where", ""), **lists)


def _own(header: Any) -> str:
    """Own headers are compared before any bracket is dropped."""
    return normal_text(header).casefold()


def is_own_header(value: Any, rules: RuleBook) -> bool:
    """Whether a header is one that funnelbook writes, in either language."""
    return isinstance(value, str) and _own(value) in rules.own_headers
