"""What may be typed on the rules sheet: bounds of numbers, drop-downs and hints of the lists (18.3.1.33)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..edits import Validation, Value
from ..funnel.rulebook import Rule, RuleBook
from ..grid import CellRef, Range
from ..words import say
from .rule_blocks import name_of

_SHORT = {"required_table": "table", "required_severity": "severity", "field_yes": "answer", "word_yes": "answer"}
"""Columns whose choices stand in the rule itself, and what they are the names of."""
_LONG = {"required_field": "all_fields", "field": "all_fields", "vocabulary": "all_vocabularies"}
"""Columns whose choices are longer than the 255 characters that a rule holds, and the column where they stand."""


def of_rule(rule: Rule, place: CellRef, lang: str) -> Validation | None:
    """What may be typed as the value of a rule; None for a text."""
    where, title = Range(*place, *place), say(f"rule.{rule.key}", lang)[:32]
    if rule.kind == "text":
        return None
    if rule.kind == "choice":
        return Validation(where, "list", rule.choices, title=title, error=say("rules.error.choice", lang))
    low, high = f"{rule.low:.15g}", f"{rule.high:.15g}"
    prompt = say("rules.prompt", lang, low=low, high=high)
    kind = "whole" if rule.kind == "whole" else "decimal"
    return Validation(where, kind, low=low, high=high, title=title, prompt=prompt, error=prompt)


def of_column(
    code: str,
    columns: Mapping[str, int],
    first: int,
    last: int,
    choices: Mapping[str, Sequence[Value]],
    rules: RuleBook,
    lang: str,
) -> Validation:
    """What may be typed in one column of a block, between two rows; *columns* says where the columns of the sheet stand.

    The lists of *choices* begin in the first row too.
    """
    where = Range(first, columns[code], last, columns[code])
    title, prompt, error = say(f"rules.{code}", lang)[:32], say(f"rules.prompt.{code}", lang), say("rules.error.choice", lang)
    if code in _SHORT:
        names = tuple(name_of(_SHORT[code], one, rules, lang) for one in rules.names[_SHORT[code]])
        return Validation(where, "list", names, title=title, prompt=prompt, error=error)
    source = _source(code, columns, first, choices)
    if source is None:
        return Validation(where, "custom", source="TRUE", title=title, prompt=prompt)
    return Validation(where, "list", source=source, title=title, prompt=prompt, error=error)


def _source(code: str, columns: Mapping[str, int], first: int, choices: Mapping[str, Sequence[Value]]) -> str | None:
    """The cells that a long drop-down takes its choices from; None for a column without one."""

    def area(of: str) -> str:
        return Range(first, columns[of], first + len(choices[of]) - 1, columns[of]).absolute

    if code in _LONG:
        return area(_LONG[code])
    if code != "word":
        return None
    top, vocabulary = Range(first, columns["all_words"], first, columns["all_words"]), CellRef(first, columns["vocabulary"])
    here, named = f"${vocabulary.a1}", area("all_words_of")
    return f"OFFSET({top.absolute},MATCH({here},{named},0)-1,0,COUNTIF({named},{here}),1)"
