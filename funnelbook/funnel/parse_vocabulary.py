"""Headers and words: the form in which they are compared, and the vocabularies that give a word its canonical form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, process

from .parse_text import normal_text, without_spaces

_OPEN, _CLOSE = r"[(\[{\u3010\u3014]", r"[)\]}\u3011\u3015]"
_LAST_BRACKET = re.compile(rf"(.+?){_OPEN}([^()\[\]{{}}\u3010\u3011\u3014\u3015]*){_CLOSE}")
_LIKE_ENOUGH = 50.0
"""rapidfuzz's ratio from which a word is worth a hint: half of a word of two signs."""


def header_key(text: Any) -> str:
    """The form in which headers are compared (RULES.md 8): as words are, without what stands in brackets at the end."""
    key = word_key(text)
    while match := _LAST_BRACKET.fullmatch(key):
        key = match[1]
    return key


def word_key(text: Any) -> str:
    """The form in which words are compared (RULES.md 8): NFKC, simplified, case-folded, without ``*`` and spaces."""
    key = _folded(without_spaces(normal_text(text).replace("*", "")))
    return _simplified(key) if not key.isascii() else key


def header_unit(text: Any) -> str | None:
    """What stands in brackets at the end of a header, such as its unit; None without brackets."""
    match = _LAST_BRACKET.fullmatch(without_spaces(normal_text(text).replace("*", "")))
    return match[2] or None if match else None


def traditional(sign: str) -> str:
    """The Traditional signs that a Simplified one stands for, as one text; "" when there is none."""
    return _by_simplified().get(sign, "")


class Vocabulary:
    """Canonical words and what else is read as each of them; ValueError when a word would have two meanings."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self.canonical = tuple(words)
        """In the order of the rule book."""
        self._synonyms = {word: (word, *synonyms) for word, synonyms in words.items()}
        self._by_key: dict[str, str] = {}
        for word, synonyms in words.items():
            for text in (word, *synonyms):
                if self._by_key.setdefault(word_key(text), word) != word:
                    raise ValueError(f"{text}: {self._by_key[word_key(text)]}, {word}")

    def read(self, value: Any) -> str | None:
        """The canonical word that a filled cell means, with or without brackets at its end; None if there is none."""
        return self._by_key.get(word_key(value)) or self._by_key.get(header_key(value))

    def named_in(self, value: Any) -> list[str]:
        """The canonical words that a text names, in its order; a whole word counts for itself, whatever stands in brackets after it."""
        whole = self.read(value)
        return [whole] if whole else [self._by_key[word_key(match[0])] for match in self._anywhere.finditer(_spaced_key(value))]

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        """Any word of the vocabulary, the longest first; a Latin one only where it stands by itself."""
        words = {_spaced_key(word) for synonyms in self._synonyms.values() for word in synonyms}
        longest = sorted(words, key=lambda word: (-len(word), word))
        return re.compile("|".join(rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in longest))

    def synonyms(self, canonical: str) -> tuple[str, ...]:
        """The canonical word and all that is read as it, as the rule book spells them."""
        return self._synonyms[canonical]

    def taught(self, words: Mapping[str, str]) -> Vocabulary:
        """This vocabulary with more words: each is read as its canonical one, whatever it was read as before."""
        if not words:
            return self
        again = {word_key(word) for word in words}
        spelled = {one: [word for word in known[1:] if word_key(word) not in again] for one, known in self._synonyms.items()}
        return Vocabulary({one: [*known, *(word for word in words if words[word] == one)] for one, known in spelled.items()})

    def nearest(self, value: Any) -> str | None:
        """The canonical word that looks most like an unknown one, as a hint; None when nothing is near."""
        keys = list(self._by_key)
        found = process.extractOne(word_key(value), keys, scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
        return None if found is None else self._by_key[found[0]]


def _spaced_key(text: Any) -> str:
    """As word_key, with the spaces between words."""
    key = _folded(normal_text(text).replace("*", ""))
    return _simplified(key) if not key.isascii() else key


def _folded(text: str) -> str:
    """Case folding can undo NFKC, so that it is done again (Unicode, section 3.13)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.casefold()).casefold())


def _simplified(text: str) -> str:
    """Traditional signs as Simplified ones; a sign that becomes another Traditional one is converted again."""
    if _traditional_signs().isdisjoint(text):
        return text
    while (simplified := str(_converter().convert(text))) != text:
        text = simplified
    return text


@cache
def _converter() -> Any:
    from opencc import OpenCC  # most workbooks have no Traditional sign

    return OpenCC("t2s")


@cache
def _traditional_signs() -> frozenset[str]:
    return frozenset("".join(_by_simplified().values()))


@cache
def _by_simplified() -> dict[str, str]:
    """Simplified sign -> the Traditional ones that become it, from OpenCC's own list."""
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    signs: dict[str, str] = {}
    for one, others in (line.split("\t") for line in lines if "\t" in line):
        simplified = others.split(" ")[0]
        if simplified != one:
            signs[simplified] = signs.get(simplified, "") + one
    return signs
