"""The industries of GB/T 4754-2017: which words are one of its sections or divisions, and which of them are not (RULES.md 2)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from .model import Finding, Records
from .parse import Vocabulary, normal_text, word_key
from .parse_words import any_of
from .required import is_filled
from .rulebook import RuleBook
from .validate import finding


@dataclass(frozen=True, eq=False)
class Industries:
    """The standard's names; a section (A to T) and its only division are one where they share their name."""

    sections: dict[str, str]
    """Letter -> name."""
    divisions: dict[str, str]
    """Two digits -> name."""
    section_of: dict[str, str]
    """Two digits -> letter."""
    words: Vocabulary
    """Name -> its codes, its name without the ending, without the signs of a list, and in English."""
    between: re.Pattern[str]
    """Parts the industries of one cell."""
    _dropped: str
    _ending: str

    def read(self, value: Any) -> tuple[str, ...]:
        """The names that a cell means, () when it holds anything else; of several parts each must be known."""
        whole = self._read(value)
        if whole is not None:
            return (whole,)
        parts = [self._read(part) for part in self.between.split(normal_text(value)) if part.strip()]
        known = tuple(part for part in parts if part is not None)
        return known if len(known) == len(parts) else ()

    def key(self, value: Any) -> str:
        """The form in which two industries are compared: the standard's name, else the word without signs and ending."""
        return self._read(value) or _short(value, self._dropped, self._ending)

    def around(self, value: Any) -> set[str]:
        """The keys of all industries of a cell, and of the sections that its divisions belong to."""
        names = self.read(value) or (self.key(value),)
        return {*names, *(self.sections[self.section_of[code]] for code, name in self.divisions.items() if name in names)}

    def _read(self, value: Any) -> str | None:
        return self.words.read(value) or self.words.read(_short(value, self._dropped, self._ending))


@cache
def industries() -> Industries:
    """The sections and divisions as industries.toml has them."""
    raw = tomllib.loads(files(__package__).joinpath("industries.toml").read_text(encoding="utf-8"))
    dropped, ending = "".join(raw["between"]["dropped"]), raw["between"]["ending"]
    sections = {section["code"]: section["name"] for section in raw["section"]}
    divisions = {code: name for section in raw["section"] for code, name, _ in section["divisions"]}
    section_of = {code: section["code"] for section in raw["section"] for code, _, _ in section["divisions"]}
    synonyms: dict[str, list[str]] = {}
    for section in raw["section"]:
        _add(synonyms, section["name"], [section["code"]], section["en"], dropped, ending)
        for code, name, english in section["divisions"]:
            letter = section["code"]
            _add(synonyms, name, [code, letter + code, str(int(code)), letter + str(int(code))], english, dropped, ending)
    between = re.compile(any_of(raw["between"]["signs"]))
    return Industries(sections, divisions, section_of, Vocabulary(synonyms), between, dropped, ending)


def _add(synonyms: dict[str, list[str]], name: str, codes: Iterable[str], english: str, dropped: str, ending: str) -> None:
    short = _short(name, dropped, ending)
    names = (name, short, _short(english, dropped, ending))
    synonyms.setdefault(name, []).extend([*codes, short, english, names[2], *(code + one for code in codes for one in names)])


def _short(name: Any, dropped: str, ending: str) -> str:
    """A name as a word, without the signs of a list and without its ending; a name of one sign more than the ending keeps it."""
    key = "".join(sign for sign in word_key(name) if sign not in dropped)
    return key.removesuffix(ending) or key


def unknown_industries(leads: Records, profile: str, rules: RuleBook) -> Iterator[Finding]:
    """industry.unknown: neither of the standard nor on the company's own list; only where 001 asks for the standard."""
    if profile not in rules.marks["standard_industries"] or not leads.has("industry"):
        return
    known, own = industries(), {industries().key(name) for name in rules.key_industries}
    codes, distinct = pd.factorize(leads.raw["industry"])
    bad = np.array([*(not known.read(value) and known.key(value) not in own for value in distinct.tolist()), False])
    for position in np.flatnonzero(bad[codes] & is_filled(leads, "industry")).tolist():
        nearest = known.words.nearest(leads.raw["industry"][position])
        yield finding(leads, "industry.unknown", "warning", position, "industry", nearest=nearest)
