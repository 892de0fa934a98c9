"""The team's own headers, words and required fields, as a rules sheet gives them: a suggestion counts only once a person accepted it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .parse import Vocabulary, header_key, normal_text, word_key
from .rules_blocks import Blocks

if TYPE_CHECKING:
    from .rulebook import RuleBook


def header_mapping(blocks: Blocks) -> dict[str, dict[str, str]]:
    """Header key -> kind of table -> field, for every header whose field a person chose or whose suggestion a person accepted."""
    mapping: dict[str, dict[str, str]] = {}
    for row, value in blocks.column("header"):
        wanted, column = _chosen(blocks, row, "field", "field_hint", "field_yes")
        key, fields = header_key(value), fields_named(wanted, blocks.rules)
        if wanted and not fields:
            blocks.bad(row, column, wanted, rule="mapping")
        elif fields and (not key or mapping.setdefault(key, fields) != fields):
            blocks.bad(row, "header", value, rule="mapping")
    return mapping


def fields_named(name: str, rules: RuleBook) -> dict[str, str]:
    """Kind of table -> field that a name means: the code of a field, or any header that binds to one; {} when there is none."""
    tables = rules.tables.items()
    codes = {kind: name for kind, table in tables if name in table.fields}
    key = header_key(name)
    return codes or {kind: table.by_header[key] for kind, table in tables if key in table.by_header}


def own_words(blocks: Blocks) -> dict[str, dict[str, str]]:
    """Vocabulary -> word key of the team's word -> the canonical word that a person chose or accepted for it."""
    found: dict[str, dict[str, str]] = {}
    for row, value in blocks.column("own_word"):
        wanted, column = _chosen(blocks, row, "word", "word_hint", "word_yes")
        if not wanted:
            continue
        name = named(blocks.text(row, "vocabulary"), "vocabulary", blocks.rules)
        if name is None:
            blocks.bad(row, "vocabulary", blocks.value(row, "vocabulary"), rule="words")
            continue
        known, theirs = blocks.rules.vocabularies[name], word_key(value)
        canonical = known.read(wanted)
        if canonical is None:
            blocks.bad(row, column, wanted, rule="words")
        elif not _may_mean(known, theirs, canonical) or found.setdefault(name, {}).setdefault(theirs, canonical) != canonical:
            blocks.bad(row, "own_word", value, rule="words")
    return found


def _may_mean(known: Vocabulary, theirs: str, canonical: str) -> bool:
    """A canonical word keeps its meaning; results and rates of all teams are counted by it."""
    return bool(theirs) and theirs not in {word_key(word) for word in known.canonical if word != canonical}


def required(blocks: Blocks) -> dict[str, dict[str, str]]:
    """Kind of table -> field -> severity of a blank, or "off"."""
    found: dict[str, dict[str, str]] = {}
    for row, value in blocks.column("required_field"):
        kind = named(blocks.text(row, "required_table"), "table", blocks.rules)
        severity = named(blocks.text(row, "required_severity"), "severity", blocks.rules)
        name = fields_named(normal_text(value), blocks.rules).get(kind or "")
        if kind is None:
            blocks.bad(row, "required_table", blocks.value(row, "required_table"), rule="required")
        elif name is None:
            blocks.bad(row, "required_field", value, rule="required")
        elif severity is None:
            blocks.bad(row, "required_severity", blocks.value(row, "required_severity"), rule="required")
        elif found.setdefault(kind, {}).setdefault(name, severity) != severity:
            blocks.bad(row, "required_field", value, rule="required")
    return found


def named(text: str, of: str, rules: RuleBook) -> str | None:
    """The code of a table, vocabulary, severity or answer that a text names; None when there is none."""
    key = word_key(text)
    return next((code for code, names in rules.names[of].items() if key in map(word_key, (code, *names))), None)


def _chosen(blocks: Blocks, row: int, chosen: str, hint: str, accepted: str) -> tuple[str, str]:
    """(what a person decided on, its column): what was chosen, else the suggestion where it was accepted, else ""."""
    if text := blocks.text(row, chosen):
        return text, chosen
    answer = blocks.text(row, accepted)
    said = named(answer, "answer", blocks.rules) if answer else None
    if answer and (said is None or (said == "yes" and not blocks.text(row, hint))):
        blocks.bad(row, accepted, answer, rule=accepted)
    return (blocks.text(row, hint), hint) if said == "yes" else ("", chosen)
