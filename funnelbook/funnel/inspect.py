"""What was found where: the tables, which header is which field, what was not understood, and the rules that differ from the default."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rapidfuzz import fuzz, process

from .model import Table, Tables
from .parse import header_key
from .rulebook import RuleBook

_LIKE_ENOUGH = 60
"""rapidfuzz's ratio from which a header is worth a hint."""


def inspection(tables: Tables, rules: RuleBook) -> dict[str, Any]:
    """Plain values for people and programs."""
    default = RuleBook.default()
    return {
        "profile": tables.profile,
        "tables": [_table(table, tables.profile, rules) for table in tables],
        "ignored": [{"sheet": table.sheet, "range": table.body.a1, "headers": list(table.headers.values())} for table in tables.ignored],
        "missing": sorted(name for name in _wanted(tables, rules) if not any(name in table.binding for table in tables.leads)),
        "rules_changed": [
            {"rule": key, "value": value, "default": default.values[key]}
            for key, value in rules.values.items()
            if value != default.values[key]
        ],
        "rule_lists": _lists(rules),
        "rule_findings": [{"sheet": finding.sheet, "cell": finding.cell, "value": finding.value} for finding in rules.findings],
    }


def _lists(rules: RuleBook) -> dict[str, list[Any]]:
    """The lists of the rules sheet in which the team typed something, one plain value a line."""
    lists: dict[str, list[Any]] = {
        "prices": [asdict(price) for price in rules.prices],
        "roster": [asdict(person) for person in rules.roster],
        "key_industries": list(rules.key_industries),
        "holidays": [day.isoformat() for day in rules.holidays],
        "workdays": [day.isoformat() for day in rules.workdays],
        "required": [
            {"table": kind, "field": name, "severity": s} for kind, fields in rules.required.items() for name, s in fields.items()
        ],
        "mapping": [{"header": header, "fields": dict(fields)} for header, fields in rules.mapping.items()],
        "words": [{"vocabulary": name, "own": own, "word": word} for name, words in rules.own_words.items() for own, word in words.items()],
        "left_out": sorted(rules.left_out),
    }
    return {name: lines for name, lines in lists.items() if lines}


def _wanted(tables: Tables, rules: RuleBook) -> tuple[str, ...]:
    return rules.profiles[tables.profile].columns


def _table(table: Table, profile: str, rules: RuleBook) -> dict[str, Any]:
    return {
        **table_facts(table, profile),
        "headers": {name: table.headers[columns[0]] for name, columns in table.binding.items()},
        "unmapped": [{"header": header, "nearest": nearest(header, table.kind, rules)} for header in table.unmapped],
    }


def table_facts(table: Table, profile: str) -> dict[str, Any]:
    """Where a table stands and which column is which field, as every JSON document has it (DESIGN.md 3)."""
    return {
        "kind": table.kind,
        "profile": profile,
        "sheet": table.sheet,
        "header_row": table.header_row,
        "first_row": table.first_row,
        "last_row": table.last_row,
        "rows": len(table.rows),
        "columns": table.letters(),
        "unmapped": table.unmapped,
    }


def nearest(header: str, kind: str, rules: RuleBook) -> str | None:
    """The field whose header is most like an unknown one; only ever a hint."""
    by_header = rules.tables[kind].by_header
    found = process.extractOne(header_key(header), list(by_header), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
    return by_header[found[0]] if found else None
