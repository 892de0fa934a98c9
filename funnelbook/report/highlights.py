"""Conditional formats beside the cells: they mark what is missing until it is filled, and what is wrong while the row's issues name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..edits import CF_MARKER, Edit, Highlight, Rule
from ..funnel.model import Records, Table
from ..funnel.required import required_fields
from ..funnel.room import bottom_of
from ..funnel.rulebook import RuleBook
from ..funnel.typed import empties
from ..grid import Range, letters
from ..words import say
from . import look
from .phrases import bracketed, clean_header


def column_rules(table: Table, records: Records, issues: str, profile: str, rules: RuleBook, lang: str) -> list[Edit]:
    """Highlights of the user's columns, in the rows that an Excel Table has ready for more, too.

    *issues* is the column of the rows' issues as a formula names it, without a row.
    """
    first, last = table.headers_end + 1, bottom_of(table)
    if last < first:
        return []
    required = required_fields(records.kind, profile, rules)
    others = _others_amid(table, rules)
    edits: list[Edit] = []
    for name, columns in table.binding.items():
        for column in columns:
            where = Range(first, column, last, column)
            if name in required and column == columns[0]:
                missing = _all([CF_MARKER, *_missing(table, name, columns, others, rules)])
                edits.append(Highlight(table.sheet, Rule(where, missing, look.MISSING)))
            formula = f"AND({CF_MARKER},{_named(table.headers[column], f'{issues}{first}', lang)})"
            edits.append(Highlight(table.sheet, Rule(where, formula, look.WRONG)))
    return edits


def missing_rules(table: Table, profile: str, rules: RuleBook) -> tuple[Rule, ...]:
    """Highlights of what is missing in a table that has nothing but rows to be filled, the last of which ends them.

    They are the team's from the start and bear no marker: a removal gives back the workbook that a refresh found.
    """
    required = required_fields(table.kind, profile, rules)
    first, last = table.headers_end + 1, table.last_row
    return tuple(
        Rule(Range(first, columns[0], last, columns[0]), _all(_missing(table, name, columns, _Others(), rules)), look.MISSING)
        for name, columns in table.binding.items()
        if name in required
    )


def own_column_rules(table: Table, columns: Mapping[str, int], lang: str) -> list[Edit]:
    """Colours of our own states: what is late, what is due, what is fine."""
    first, last = table.headers_end + 1, bottom_of(table)
    if last < first:
        return []
    edits: list[Edit] = []
    for key, wanted in (
        ("first_touch", (("overdue", look.LATE), ("waiting", look.SOON), ("on_time", look.FINE))),
        (
            "follow_up",
            (("overdue", look.LATE), ("pool", look.LATE), ("due", look.SOON), ("pool_tomorrow", look.SOON), ("review_due", look.SOON)),
        ),
        ("tier_check", (("differs", look.LATE), ("same", look.FINE))),
        ("limits", (("overdue", look.LATE), ("due", look.SOON), ("on_time", look.FINE))),
        ("opportunity", (("weak", look.LATE), ("strong", look.FINE))),
    ):
        if key not in columns:
            continue
        for state, style in wanted:
            cell = f"${letters(columns[key])}{first}"
            word = say(f"{key}.{state}.starts", lang)
            formula = f"AND({CF_MARKER},LEFT({cell},{len(word)})={_literal(word)})"
            edits.append(Highlight(table.sheet, Rule(Range(first, columns[key], last, columns[key]), formula, style)))
    return edits


def _named(header: str, issues: str, lang: str) -> str:
    """True while the issues of a row name a column for anything but that it is empty: that ends as soon as the cell is filled."""
    named = bracketed(clean_header(header), lang)
    empty = named + say("finding.required.missing", lang)
    return f'ISNUMBER(FIND({_literal(named)},SUBSTITUTE({issues},{_literal(empty)},"")))'


@dataclass(frozen=True)
class _Others:
    """Rows amid the records, or ready for more of them, that hold something and are none."""

    speaking: bool = False
    """Subtotals, headings, headers again."""
    placeholders: bool = False
    """Empty markers only, such as the first choice of a list."""


def _others_amid(table: Table, rules: RuleBook) -> _Others:
    first = table.headers_end + 1
    between = np.ones(max(0, min(bottom_of(table), table.grid.height) + 1 - first), dtype=bool)
    between[table.rows - first] = False
    others = np.flatnonzero(between) + first
    columns = range(table.left, min(table.right, table.grid.width) + 1) if len(others) else ()
    says, marks = np.zeros(len(others), dtype=bool), np.zeros(len(others), dtype=bool)
    for column in columns:
        values = table.grid.columns[column - 1][others - 1].tolist()
        filled = np.array([value is not None and bool(str(value).strip()) for value in values], dtype=bool)
        empty = np.array(empties(values, rules), dtype=bool)
        says |= filled & ~empty
        marks |= filled & empty
    return _Others(bool(says.any()), bool((marks & ~says).any()))


def _missing(table: Table, name: str, columns: Sequence[int], others: _Others, rules: RuleBook) -> list[str]:
    """What is all true while the cells of a required field hold an empty marker and their row isn't empty.

    Nor is it a placeholder, a heading of one cell or a total, in tables that have such *others*.
    """
    first = table.headers_end + 1
    cells = f"${letters(table.left)}{first}:${letters(table.right)}{first}"
    row = [f"COUNTA({cells})>{int(others.speaking)}"]
    if others.placeholders:
        row.append(f"COUNTA({cells})>{'+'.join(f'COUNTIF({cells},{_literal(marker)})' for marker in rules.words.empty_markers)}")
    if others.speaking:
        totals = [*rules.marks["totals"], *(f"{word}{colon}" for word in rules.marks["totals"] for colon in (":", "\uff1a"))]
        first_filled = f'INDEX({cells},MATCH(TRUE,INDEX({cells}<>"",0),0))'
        row.append(f"NOT({_is_one_of(first_filled, totals)})")
    return [*row, *_conditions(table, name, first, rules), *(f"NOT({_filled(c, first, rules)})" for c in columns)]


def _all(conditions: Iterable[str]) -> str:
    return f"AND({','.join(conditions)})"


def _conditions(table: Table, name: str, first: int, rules: RuleBook) -> list[str]:
    """What else must hold for the cell to be required (RULES.md 2)."""
    if (table.kind, name) == ("leads", "company") and "customer_type" in table.binding:
        person = rules.vocabularies["customer_type"].synonyms(rules.marks["person"])
        return [f"NOT({_one_of(table.binding['customer_type'][0], first, person)})"]
    if (table.kind, name) == ("leads", "loss_reason"):
        level = rules.vocabularies["level"]
        words = [word for one in level.canonical if rules.results.get(one) == "lost" for word in level.synonyms(one)]
        return [_one_of(table.binding["level"][0], first, words)] if "level" in table.binding else ["FALSE"]
    if table.kind == "conversions" and name in ("amount", "loss_reason"):
        if "result" not in table.binding:
            return ["FALSE"]
        wanted = ("won",) if name == "amount" else ("not_won", "lost")
        known = rules.vocabularies["result"]
        words = [word for result in known.canonical if rules.results.get(result) in wanted for word in known.synonyms(result)]
        return [_one_of(table.binding["result"][0], first, words)]
    if (table.kind, name) == ("followups", "change_reason"):
        return [_filled(table.binding["level_change"][0], first, rules)] if "level_change" in table.binding else ["FALSE"]
    return []


def _filled(column: int, row: int, rules: RuleBook) -> str:
    """True when a cell holds anything but an empty marker, which may be typed in full-width signs."""
    markers = [str(marker).lower() for marker in rules.words.empty_markers]
    return f"NOT({_one_of(column, row, [*markers, *(m.translate(_FULL_WIDTH) for m in markers)], blank=True)})"


_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _one_of(column: int, row: int, words: Iterable[str], blank: bool = False) -> str:
    """True when a cell's text is one of the words; one FIND, since conditional formats may not hold array constants.

    Full-width and no-break blanks and line breaks around the text are blanks, a blank without width is nothing.
    """
    return _is_one_of(f"${letters(column)}{row}", words, blank)


def _is_one_of(cell: str, words: Iterable[str], blank: bool = False) -> str:
    text = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},"\u3000"," "),"\u00a0"," "),"\u200b","")'
    listed = "|".join(dict.fromkeys(word.lower() for word in words))
    return f'ISNUMBER(FIND("|"&LOWER(TRIM(CLEAN({text})))&"|",{_literal(("|" if blank else "") + "|" + listed + "|")}))'


def _literal(text: str) -> str:
    """A text as a formula writes it: Excel takes at most 255 signs between quotes, so a longer one is joined from pieces."""
    pieces = [text[i : i + _PIECE].replace('"', '""') for i in range(0, max(1, len(text)), _PIECE)]
    return "&".join(f'"{piece}"' for piece in pieces)


_PIECE = 120
"""Signs of a piece; as many again if each were a quotation mark, which is written twice."""
