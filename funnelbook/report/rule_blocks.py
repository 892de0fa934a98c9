"""The blocks of the rules sheet right of the numbers: their columns, and what the rule book has for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..edits import Value
from ..funnel.rulebook import RuleBook
from ..funnel.rules_words import fields_named
from ..words import say
from .phrases import word_label

CHOICES = "choices"
"""The block from which long drop-downs take their lists; it is ours, the others are the team's."""


@dataclass(frozen=True)
class Block:
    """Columns beside each other: code of each -> what stands below its header."""

    name: str
    columns: Mapping[str, Sequence[Value]]


@dataclass(frozen=True)
class Hints:
    """What a person is asked to decide on: rows of the mapping and of the words whose decision is open."""

    headers: Sequence[tuple[str, str | None]] = ()
    """(header, name of the field that is suggested)."""
    words: Sequence[tuple[str, str, str | None]] = ()
    """(name of the vocabulary, the team's word, the word that is suggested)."""

    def columns(self) -> dict[str, dict[str, Sequence[Value]]]:
        """Name of a block -> code of a column -> what stands below each other in it; the codes that stay open are left out."""
        return {
            "mapping": {"header": [header for header, _ in self.headers], "field_hint": [hint for _, hint in self.headers]},
            "words": {code: [row[i] for row in self.words] for i, code in enumerate(("vocabulary", "own_word", "word_hint"))},
        }


def blocks(rules: RuleBook, lang: str) -> list[Block]:
    """All blocks, left to right."""
    return [
        _block("prices", ("product", "price", "minimum"), ((one.product, one.price, one.minimum) for one in rules.prices)),
        _block(
            "roster", ("person", "role", "region", "industry"), ((one.name, one.role, one.region, one.industry) for one in rules.roster)
        ),
        Block("key_industries", {"key_industry": rules.key_industries}),
        Block("days", {"holiday": rules.holidays, "workday": rules.workdays}),
        _block("required", ("required_table", "required_field", "required_severity"), _required(rules, lang)),
        _block("mapping", ("header", "field", "field_hint", "field_yes"), _mapping(rules, lang)),
        _block("words", ("vocabulary", "own_word", "word", "word_hint", "word_yes"), _words(rules, lang)),
        Block("left_out", {"leave_out": sorted(rules.left_out)}),
        Block(CHOICES, _choices(rules, lang)),
    ]


def name_of(of: str, code: str, rules: RuleBook, lang: str) -> str:
    """What people call a table, vocabulary, severity or answer on the sheet."""
    chinese, english, *_ = rules.names[of][code]
    return chinese if lang == "zh" else english


def field_label(fields: Mapping[str, str], rules: RuleBook, lang: str) -> str:
    """The shortest way to say exactly these fields (kind of table -> field): our word for one, its code, or a header of it.

    ValueError when nothing says just these.
    """
    for kind, name in fields.items():
        for text in (say(f"field.{name}", lang), name, *rules.tables[kind].fields[name].aliases):
            if fields_named(text, rules) == fields:
                return text
    raise ValueError(fields)


def label_in(kind: str, name: str, rules: RuleBook, lang: str) -> str:
    """What people call a field of one kind of table: our word where it is a header of that table, else a header in the language."""
    aliases = rules.tables[kind].fields[name].aliases
    in_language = [alias for alias in aliases if alias.isascii() == (lang == "en")]
    texts = (say(f"field.{name}", lang), *in_language, name)
    return next(text for text in texts if fields_named(text, rules).get(kind) == name)


def _block(name: str, codes: Sequence[str], rows: Iterable[Sequence[Value]]) -> Block:
    filled = list(rows)
    return Block(name, {code: [row[i] or None if i < len(row) else None for row in filled] for i, code in enumerate(codes)})


def _required(rules: RuleBook, lang: str) -> Iterable[tuple[Value, ...]]:
    for kind, fields in rules.required.items():
        for name, severity in fields.items():
            yield name_of("table", kind, rules, lang), label_in(kind, name, rules, lang), name_of("severity", severity, rules, lang)


def _mapping(rules: RuleBook, lang: str) -> Iterable[tuple[Value, ...]]:
    return ((header, field_label(fields, rules, lang)) for header, fields in rules.mapping.items())


def _words(rules: RuleBook, lang: str) -> Iterable[tuple[Value, ...]]:
    for vocabulary, words in rules.own_words.items():
        for theirs, canonical in words.items():
            yield name_of("vocabulary", vocabulary, rules, lang), theirs, word_label(vocabulary, canonical, rules, lang)


def _choices(rules: RuleBook, lang: str) -> dict[str, Sequence[Value]]:
    fields = dict.fromkeys(label_in(kind, name, rules, lang) for kind, table in rules.tables.items() for name in table.fields)
    names = {code: name_of("vocabulary", code, rules, lang) for code in rules.vocabularies}
    words = [(names[code], word_label(code, word, rules, lang)) for code, known in rules.vocabularies.items() for word in known.canonical]
    return {
        "all_fields": list(fields),
        "all_vocabularies": list(names.values()),
        "all_words_of": [name for name, _ in words],
        "all_words": [word for _, word in words],
    }
