"""RuleBook: one frozen value with every weight, threshold, limit, alias and word; the workbook's rules sheet lies over the defaults."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from ..grid import CellRef, Grid
from .fields import Profile, TableFields, profile, table_fields
from .model import Finding
from .parse import ParseWords, Trouble, Vocabulary, header_key, is_empty, normal_text, parse_money, parse_number, word_key

RULES_SHEET = "rules"
"""Role of the rules sheet among our own sheets."""


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
class Price:
    """A line of the price list, in yuan."""

    product: str
    price: float
    minimum: float | None = None
    """The least that a deal of the product is worth (001); None when the sheet doesn't say."""


@dataclass(frozen=True)
class Person:
    """A line of the roster."""

    name: str
    role: str = ""
    region: str = ""
    industry: str = ""


@dataclass(frozen=True)
class Needs:
    """The columns without which a rule can't judge any row."""

    rule: str
    profiles: tuple[str, ...]
    table: str
    columns: tuple[str, ...]
    instead: tuple[str, ...] = ()
    """Columns of which any one replaces all of *columns*."""


@dataclass(frozen=True)
class Deadline:
    """A limit of hours from the first filled of some dates of a row until another column is filled."""

    rule: str
    profiles: tuple[str, ...]
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
    findings: tuple[Finding, ...] = ()
    """Values on the rules sheet that can't be used."""

    @staticmethod
    def default() -> RuleBook:
        """The rule book as it comes with funnelbook."""
        return _default()

    def overlaid(self, grids: list[Grid]) -> RuleBook:
        """This rule book with the workbook's own rules sheet over it; bad values become findings and the default stays."""
        sheet = next((grid for grid in grids if grid.own_sheet == RULES_SHEET), None)
        return self if sheet is None else _Overlay(self, sheet).result()

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
        needs=tuple(Needs(n["rule"], tuple(n["profiles"]), n["table"], tuple(n["columns"]), tuple(n.get("or", ()))) for n in raw["needs"]),
        deadlines=tuple(_deadline(spec) for spec in raw["deadline"]),
        results=raw["results"],
        marks=raw["marks"],
        own_headers=frozenset(_own(header) for header in raw["own"]["headers"]),
        sheet_headers={code: tuple(header_key(text) for text in texts) for code, texts in raw["sheet"].items()},
    )


def _deadline(spec: Mapping[str, Any]) -> Deadline:
    lists = {name: tuple(spec.get(name, ())) for name in ("profiles", "since", "only")}
    return Deadline(spec["rule"], table=spec["table"], until=spec["until"], hours=spec["hours"], where=spec.get("where", ""), **lists)


def _own(header: Any) -> str:
    """Own headers are compared before any bracket is dropped."""
    return normal_text(header).casefold()


def is_own_header(value: Any, rules: RuleBook) -> bool:
    """Whether a header is one that funnelbook writes, in either language."""
    return isinstance(value, str) and _own(value) in rules.own_headers


_WEIGHTS = ("score.fit.full", "score.budget.above", "score.authority.decider", "score.urgency.soon")
"""The most that every dimension can give; 100 together."""
_FALLING = (("tier.A", "tier.B", "tier.C"), ("score.urgency.middle_months", "score.urgency.soon_months"), ("priority.A", "priority.B"))
"""Each number is greater than the one after it."""
_NEVER_RISING = (
    ("score.fit.full", "score.fit.partial", "score.fit.none"),
    ("score.budget.above", "score.budget.match", "score.budget.below"),
    ("score.authority.decider", "score.authority.influencer", "score.authority.none"),
    ("score.urgency.soon", "score.urgency.middle", "score.urgency.later"),
)


def _out_of_order(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The first group of numbers that contradict each other; () when none do."""
    for group in _FALLING:
        if any(values[a] <= values[b] for a, b in pairwise(group)):
            return group
    for group in _NEVER_RISING:
        if any(values[a] < values[b] for a, b in pairwise(group)):
            return group
    return () if sum(values[key] for key in _WEIGHTS) == 100 else _WEIGHTS


class _Overlay:
    """Reads the blocks of one rules sheet; each block is a header in the header row and what stands below it."""

    def __init__(self, rules: RuleBook, grid: Grid) -> None:
        self.rules, self.grid = rules, grid
        self.findings: list[Finding] = []
        self.header_row, self.columns = self._headers()

    def result(self) -> RuleBook:
        if not self.columns:
            return self.rules
        values = self._values()
        return replace(
            self.rules,
            values=values,
            prices=self._prices(),
            roster=self._roster(),
            mapping=self._mapping(),
            left_out=frozenset(normal_text(value) for _, value in self._column("leave_out")),
            findings=tuple(self.findings),
        )

    def _headers(self) -> tuple[int, dict[str, int]]:
        wanted = {text: code for code, texts in self.rules.sheet_headers.items() for text in texts}
        for row in range(1, min(self.grid.height, 50) + 1):
            cells = {column: self.grid.value(row, column) for column in range(1, self.grid.width + 1)}
            found = {wanted[key]: c for c, v in cells.items() if isinstance(v, str) and (key := header_key(v)) in wanted}
            if "key" in found and "value" in found:
                return row, found
        return 0, {}

    def _column(self, code: str) -> list[tuple[int, Any]]:
        """(row, value) of the filled cells below one header."""
        column = self.columns.get(code)
        if column is None:
            return []
        cells = [(row, self.grid.value(row, column)) for row in range(self.header_row + 1, self.grid.height + 1)]
        return [(row, value) for row, value in cells if not is_empty(value, self.rules.words)]

    def _bad(self, row: int, code: str, value: Any, **facts: Any) -> None:
        self.findings.append(
            Finding("rule.invalid", "error", RULES_SHEET, self.grid.sheet, row, self.columns[code], value=value, facts=facts)
        )

    def _values(self) -> dict[str, Any]:
        values = dict(self.rules.values)
        rows: dict[str, int] = {}
        for row, key in self._column("key"):
            rule = self.rules.rules.get(normal_text(key))
            place = CellRef(row, self.columns["value"])
            value = self.grid.errors.get(place, self.grid.value(*place))
            if rule is None:
                self._bad(row, "key", key, rule=normal_text(key))
            elif is_empty(value, self.rules.words):
                continue
            else:
                rows[rule.key] = row
                try:
                    values[rule.key] = rule.read(value, self.rules.words)
                except ValueError:
                    self._bad(row, "value", value, rule=rule.key, default=rule.value)
        self._check_groups(values, rows)
        return values

    def _check_groups(self, values: dict[str, Any], rows: dict[str, int]) -> None:
        """Thresholds in order and weights that sum to 100, or the whole group falls back to its defaults; which may upset another."""
        while group := _out_of_order(values):
            for key in group:
                default = self.rules.values[key]
                if key in rows and values[key] != default:
                    self._bad(rows[key], "value", values[key], rule=key, default=default)
                values[key] = default

    def _prices(self) -> tuple[Price, ...]:
        prices: dict[str, Price] = {}
        for row, value in self._column("price"):
            price, product = parse_money(value, self.rules.words, kind="amount"), self._beside(row, "product")
            if isinstance(price, Trouble) or not price.exact or not price.low:
                self._bad(row, "price", value, rule="price")
            elif word_key(product) in prices:
                self._bad(row, "product" if "product" in self.columns else "price", product, rule="price")
            else:
                prices[word_key(product)] = Price(product, price.low)
        return tuple(prices.values())

    def _roster(self) -> tuple[Person, ...]:
        people: dict[str, Person] = {}
        for row, value in self._column("person"):
            name = normal_text(value)
            if name in people:
                self._bad(row, "person", value, rule="roster")
                continue
            rest = {code: self._beside(row, code) for code in ("role", "region", "industry")}
            people[name] = Person(name, **rest)
        return tuple(people.values())

    def _beside(self, row: int, code: str) -> str:
        value = self.grid.value(row, self.columns[code]) if code in self.columns else None
        return "" if is_empty(value, self.rules.words) else normal_text(value)

    def _mapping(self) -> dict[str, dict[str, str]]:
        """A field is named by its code or by any header that binds to it."""
        mapping: dict[str, dict[str, str]] = {}
        for row, value in self._column("header"):
            wanted = self._beside(row, "field")
            tables = self.rules.tables.items()
            fields = {kind: wanted for kind, table in tables if wanted in table.fields} or {
                kind: table.by_header[header_key(wanted)] for kind, table in tables if header_key(wanted) in table.by_header
            }
            if fields:
                mapping[header_key(value)] = fields
            elif wanted:
                self._bad(row, "field", wanted, rule="mapping")
        return mapping
