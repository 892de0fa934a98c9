"""Findings, states and scores in words, one phrase each; the words themselves are in words.toml."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from ..funnel.model import Finding, Table, Tables
from ..funnel.rulebook import RuleBook
from ..funnel.score import DIMENSIONS
from ..words import catalogue, knows, said, say

_HEADER_SIGNS = 120


def clean_header(text: str) -> str:
    """A header on one line, without the marks of required columns; cut where an essay stands in it, since formulas name it."""
    return " ".join(text.replace("*", " ").replace("\uff0a", " ").split())[:_HEADER_SIGNS]


@lru_cache
def bracketed(header: str, lang: str) -> str:
    """A column's header as the issues of a row begin with it, so that one header is never taken for a part of another."""
    return say("issues.header", lang, header=header)


def label(field: str | None, table: Table | None, lang: str) -> str:
    """What people call a field: the table's own header, else our word."""
    if table is not None and field is not None and field in table.binding:
        return clean_header(table.headers[table.binding[field][0]])
    return say(f"field.{field}", lang) if field and knows(f"field.{field}") else str(field or "")


def word_label(vocabulary: str, canonical: str, rules: RuleBook, lang: str) -> str:
    """What people call a word of a vocabulary: our word for it, else the word itself, in English its first English synonym."""
    if knows(code := f"choice.{vocabulary}.{canonical}"):
        return say(code, lang)
    words = rules.vocabularies[vocabulary].synonyms(canonical)
    return canonical if lang == "zh" else next((word for word in words if word.isascii() and len(word) > 1), canonical)


def group_word(vocabulary: str, key: str | None, lang: str) -> str | None:
    """What the key of a group is called, such as a source; the code of a known word is its Chinese one, another is shown as typed."""
    rules = RuleBook.default()
    known = key is not None and key in rules.vocabularies[vocabulary].canonical
    return word_label(vocabulary, key, rules, lang) if known and key is not None else key


class Labels:
    """The header of the very column that a finding stands in; looked up once per column."""

    def __init__(self, tables: Tables, lang: str) -> None:
        self._lang = lang
        self._tables: dict[tuple[str, str], list[Table]] = {}
        self._known: dict[tuple[int, str | None, int | None], str] = {}
        for table in tables:
            self._tables.setdefault((table.kind, table.sheet), []).append(table)

    def of(self, finding: Finding) -> str:
        """The table's own header, else our word for the field."""
        table = self._table(finding)
        place = (id(table), finding.field, finding.column)
        if place not in self._known:
            self._known[place] = self._label(finding, table)
        return self._known[place]

    def field(self, kind: str, sheet: str, name: str) -> str:
        """The header of a field in the first table of a kind on a sheet, else our word."""
        return label(name, next(iter(self._tables.get((kind, sheet), [])), None), self._lang)

    def _table(self, finding: Finding) -> Table | None:
        here = self._tables.get((finding.kind, finding.sheet), [])
        row = finding.row
        if len(here) > 1 and row is not None:
            here = [table for table in here if table.header_row <= row <= max(table.last_row, table.headers_end)] or here
        return here[0] if here else None

    def _label(self, finding: Finding, table: Table | None) -> str:
        if table is not None and finding.column is not None and finding.column in table.headers:
            return clean_header(table.headers[finding.column])
        return label(finding.field, table, self._lang)


_NEGATIVE = re.compile(r"\s*[-\u2212\uff0d]\s*\d")
_LONGEST = 80
"""Signs of a cell that a message quotes: what stands in a row's issues has to fit into one cell."""


def message(finding: Finding, lang: str, field: str) -> str:
    """What is wrong, and what to do about it."""
    if not finding.facts and finding.value.__hash__ is not None:
        return _of_value(finding.code, finding.field, finding.value, lang, field)
    facts = {"field": field, "value": shown(finding.value), **{key: shown(value, lang) for key, value in finding.facts.items()}}
    if "level" in facts:
        facts["level"] = str(level_word(facts["level"], lang))
    if "entry" in facts:
        facts["entry"] = say(f"field.{facts['entry']}", lang)
    codes = _codes(finding.code, finding.field, finding.value)
    if "reason" in finding.facts:
        codes.insert(0, f"finding.{finding.code}.{finding.facts['reason']}")
    if finding.facts.get("nearest"):
        codes.insert(0, f"finding.{finding.code}.nearest")
        facts["nearest"] = _nearest(finding, lang)
    return say(next(code for code in codes if knows(code)), lang, **facts)


@lru_cache(maxsize=10_000, typed=True)
def _of_value(code: str, name: str | None, value: Any, lang: str, field: str) -> str:
    """The message of a finding that depends on nothing but its field and its value: few are different."""
    return say(next(code for code in _codes(code, name, value) if knows(code)), lang, field=field, value=shown(value))


def _codes(code: str, field: str | None, value: Any) -> list[str]:
    """Codes of the sentences that may say a finding, the one that fits best first."""
    negative = value < 0 if isinstance(value, int | float) else _NEGATIVE.match(str(value)) is not None
    kinds = {"type.text_number": "text" if isinstance(value, str) else "number", "number.invalid": "negative" if negative else ""}
    return [f"finding.{code}.{kinds.get(code) or field}", f"finding.{code}"]


def _nearest(finding: Finding, lang: str) -> str:
    """The word that is hinted at, as the drop-downs of the language have it."""
    tables = RuleBook.default().tables
    field = tables[finding.kind].fields.get(finding.field or "") if finding.kind in tables else None
    vocabulary = (field.words or field.name) if field is not None and field.kind == "word" else None
    return str(group_word(vocabulary, finding.facts["nearest"], lang) if vocabulary else finding.facts["nearest"])


def is_message(text: str) -> bool:
    """Whether every line of a text is a message of ours, in either language."""
    return all(_messages().fullmatch(line.strip()) for line in text.strip().split("\n"))


@cache
def _messages() -> re.Pattern[str]:
    texts = (text for code, texts in catalogue().items() if code.startswith("finding.") for text in texts.values())
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", ".*", re.escape(text)) for text in texts))


def shown(value: Any, lang: str = "zh") -> str:
    """A fact as people read it, on one line; lists of rows are cut after a few, and so is a long text."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return say("list.comma", lang).join(shown(item) for item in value[:5]) + ("\u2026" if len(value) > 5 else "")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    text = " ".join(str(value).split()) if "\n" in str(value) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"


def score_texts(leads: pd.DataFrame) -> list[int | str | None]:
    """The score as a number, or as its span."""

    def write(low: float | None, high: float | None) -> int | str | None:
        if low is None or high is None:
            return None
        return int(low) if low == high else f"{int(low)}\u2013{int(high)}"

    return said(write, plain(leads["score_low"]), plain(leads["score_high"]))


def score_bases(leads: pd.DataFrame, lang: str) -> list[str | None]:
    """The points of every dimension, or that it is missing."""

    def write(low: float | None, *points: float | None) -> str | None:
        if low is None:
            return None
        parts = []
        for name, worth in zip(DIMENSIONS, points, strict=True):
            what = say(f"dimension.{name}", lang)
            parts.append(f"{what} {int(worth)}" if worth is not None else f"{what} {say('score.missing', lang)}")
        return " \u00b7 ".join(parts)

    return said(write, plain(leads["score_low"]), *(plain(leads[f"points.{name}"]) for name in DIMENSIONS))


def tier_texts(leads: pd.DataFrame) -> list[str | None]:
    """The computed tier, or the span of tiers that the score still allows."""

    def write(tier: str | None, span: tuple[str, str] | None) -> str | None:
        return tier or (None if span is None else f"{span[0]}\u2013{span[1]}")

    return said(write, plain(leads["tier"]), plain(leads["span"]))


def tier_checks(leads: pd.DataFrame, lang: str) -> list[str | None]:
    """Typed against computed, with what is missing."""

    def write(check: str | None, typed: str | None, tier: str | None, span: tuple[str, str] | None, *points: float | None) -> str | None:
        if check is None:
            return None
        missing = [say(f"dimension.{name}", lang) for name, worth in zip(DIMENSIONS, points, strict=True) if worth is None]
        computed = tier or (f"{span[0]}\u2013{span[1]}" if span else "")
        return say(f"tier_check.{check}", lang, typed=shown(typed), tier=computed, missing=say("list.comma", lang).join(missing))

    columns = [plain(leads[name]) for name in ("tier_check", "tier_typed", "tier", "span")]
    return said(write, *columns, *(plain(leads[f"points.{name}"]) for name in DIMENSIONS))


def first_touches(leads: pd.DataFrame, lang: str) -> list[str]:
    """First-touch state, with the hours that are gone or left."""

    def write(state: str, hours: float | None, limit: float | None, by_day: bool) -> str:
        text = say(f"first_touch.{state}", lang)
        if state in ("overdue", "waiting", "late") and hours is not None and limit is not None:
            beyond = hours if state != "waiting" else limit - hours
            amount = max(1, round(beyond / 24)) if by_day or beyond >= 48 else max(1, round(beyond))
            unit = "days" if by_day or beyond >= 48 else "hours"
            text = say(f"first_touch.{state}.{unit}", lang, n=amount)
        judged = by_day and state in ("on_time", "late", "overdue", "waiting")
        return text + (say("first_touch.by_day", lang) if judged else "")

    hours = leads["first_touch_hours"].round()
    return said(write, leads["first_touch"], plain(hours), plain(leads["first_touch_limit"]), leads["by_day"].tolist())


def follow_ups(leads: pd.DataFrame, as_of: Any, lang: str) -> list[str]:
    """Follow-up state, with the days that it is overdue."""
    late = (pd.Timestamp(as_of) - pd.to_datetime(leads["next_touch"])).dt.days.astype(float)

    def write(state: str, days: float | None) -> str:
        if state == "overdue" and days is not None:
            return say("follow_up.overdue.days", lang, n=int(days))
        return say(f"follow_up.{state}", lang)

    return said(write, leads["follow_up"], plain(late.where(leads["follow_up"] == "overdue")))


LIMITS = ("overdue", "due", "waiting", "late", "on_time")
"""States of a limit as a row names them, the most urgent first; others are not named."""


def limit_rules(frame: pd.DataFrame) -> list[str]:
    """Rules of the limits in a frame of Assessment.others."""
    return [str(name) for name in frame if f"{name}.due" in frame]


def limit_texts(frame: pd.DataFrame, as_of: Any, lang: str) -> list[str | None]:
    """All limits of a row that run or ran, the most urgent first, with the days left or passed; None without one."""
    rules = limit_rules(frame)
    left = [(pd.to_datetime(frame[f"{rule}.due"]) - pd.Timestamp(as_of)).dt.days.astype(float) for rule in rules]

    def write(*cells: Any) -> str | None:
        states, days = cells[: len(rules)], cells[len(rules) :]
        named = [(state, rule, n) for rule, state, n in zip(rules, states, days, strict=True) if state in LIMITS]
        texts = [
            say("limits.of", lang, state=_limit(state, n, lang), rule=say(f"undetermined.{rule}", lang))
            for state, rule, n in sorted(named, key=lambda one: LIMITS.index(one[0]))
        ]
        return say("list.semicolon", lang).join(texts) or None

    return said(write, *(plain(frame[rule]) for rule in rules), *map(plain, left))


def _limit(state: str, days: float | None, lang: str) -> str:
    return say(f"limits.{state}", lang, n=abs(int(days or 0)))


def level_word(level: str | None, lang: str) -> str | None:
    """What a level is called; the code is its Chinese word."""
    return None if level is None else say(f"level.{level}", lang)


def suggested_levels(leads: pd.DataFrame, lang: str) -> list[str | None]:
    """The suggested level, marked where it rests on less than a probability within a band."""

    def write(level: str | None, basis: str | None) -> str | None:
        mark = f"level_basis.{basis}"
        return None if level is None else str(level_word(level, lang)) + (say(mark, lang) if knows(mark) else "")

    return said(write, plain(leads["level_suggested"]), plain(leads["level_basis"]))


def plain(values: pd.Series[Any]) -> list[Any]:
    """Values as a list, None where unknown (a NaN is not equal to itself and would count as a new value each time)."""
    known = values.notna().tolist()
    return [value if there else None for value, there in zip(values.tolist(), known, strict=True)]


def issues(findings: Sequence[Finding], labels: Labels, lang: str) -> Mapping[tuple[str, str, int], str]:
    """(kind, sheet, row) -> all that is wrong in the row, each beginning with its column's header in brackets."""
    rows: dict[tuple[str, str, int], list[str]] = {}
    for finding in findings:
        if finding.row is not None and finding.position is not None:
            where = labels.of(finding)
            text = bracketed(where, lang) + message(finding, lang, where)
            rows.setdefault((finding.kind, finding.sheet, finding.row), []).append(text)
    separator = say("list.semicolon", lang)
    return {place: separator.join(texts) for place, texts in rows.items()}
