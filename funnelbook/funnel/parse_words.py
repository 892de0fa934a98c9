"""ParseWords: the words, signs and factors that the readers of single cells need, as one frozen value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from .parse_text import normal_text


@dataclass(frozen=True, eq=False)
class ParseWords:
    """Every word that a cell is read by (RULES.md 1); all of them NFKC, trimmed and case-folded."""

    empty_markers: tuple[str, ...]
    """Texts that count as an empty cell (RULES.md 1.7)."""
    date_units: Mapping[str, tuple[str, ...]]
    """year, month, day, hour, minute, second -> the signs that may follow the number."""
    money_units: Mapping[str, float]
    """Unit -> factor to yuan."""
    currency_marks: tuple[str, ...]
    """Dropped wherever they stand; all of them mean yuan."""
    money_lead_ins: tuple[str, ...]
    """Dropped before a figure."""
    unknown_budgets: tuple[str, ...]
    """Allowed answers to the question for a budget that give no figure (RULES.md 1.8)."""
    approx_before: tuple[str, ...]
    approx_after: tuple[str, ...]
    approx_share: float
    """What "about" adds and takes away, as a share of the figure."""
    at_most_before: tuple[str, ...]
    at_most_after: tuple[str, ...]
    below_before: tuple[str, ...]
    """Upper bounds that exclude the number (RULES.md 1.1)."""
    at_least_before: tuple[str, ...]
    at_least_after: tuple[str, ...]
    above_before: tuple[str, ...]
    """Lower bounds that exclude the number (RULES.md 1.1)."""
    range_separators: tuple[str, ...]
    numeral_signs: tuple[str, ...]
    """The signs of Chinese numerals."""
    numeral_variants: Mapping[str, str]
    """Chinese numerals -> the form that cn2an's strict mode knows."""
    count_units: tuple[str, ...]
    """Units that may follow a count or a number of days."""
    mask_characters: tuple[str, ...]
    person_separators: tuple[str, ...]
    reason_separators: tuple[str, ...]
    """Part the loss reasons of a cell (RULES.md 6)."""
    phone_separators: tuple[str, ...]
    phone_labels: tuple[str, ...]
    """May stand before a phone number."""
    chat_labels: tuple[str, ...]
    """Say that what follows is an account of a chat program, not a phone number."""
    extension_words: tuple[str, ...]
    bracket_signs: tuple[str, ...]
    """Dropped where company names are compared (RULES.md 2, duplicate.company)."""

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> ParseWords:
        """ParseWords of the rule book's table ``parse``; ValueError names the keys that are missing or unknown."""
        wanted = {field.name for field in fields(cls)}
        if wanted != set(mapping):
            raise ValueError(f"parse: {', '.join(sorted(wanted ^ set(mapping)))}")
        return cls(**{name: _folded(value) for name, value in mapping.items()})

    @cached_property
    def empties(self) -> frozenset[str]:
        return frozenset(self.empty_markers) | {""}

    def fold(self, value: Any) -> str:
        """The form in which a cell's text is compared with these words."""
        return normal_text(value).casefold()

    @cached_property
    def currency(self) -> re.Pattern[str]:
        return re.compile(any_of(self.currency_marks))

    @cached_property
    def between_reasons(self) -> re.Pattern[str]:
        return re.compile(any_of(self.reason_separators))

    @cached_property
    def between_people(self) -> re.Pattern[str]:
        return re.compile(any_of(self.person_separators))

    @cached_property
    def without_brackets(self) -> Mapping[int, None]:
        """For str.translate."""
        return {ord(sign): None for sign in self.bracket_signs}


def is_empty(value: Any, words: ParseWords) -> bool:
    """Whether a cell counts as empty: blank, white space, or one of the markers in any case (RULES.md 1.7)."""
    return value is None or (isinstance(value, str) and words.fold(value) in words.empties)


def any_of(words: Iterable[str]) -> str:
    """Regular expression for any of the words, the longest first; it matches nothing when there are none."""
    return "(?:" + ("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)") + ")"


def _folded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_word(key): _folded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_word(word) for word in value)
    return _word(value) if isinstance(value, str) else float(value)


def _word(word: str) -> str:
    """A word made of white space, such as a line break between people, stands for itself."""
    return normal_text(word).casefold() or word
