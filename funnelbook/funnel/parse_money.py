"""Figures: budgets and amounts in yuan, counts, probabilities."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from .parse_text import Trouble, without_spaces
from .parse_words import ParseWords, any_of

Kind = Literal["budget", "amount"]

_PLAIN = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_ARABIC = re.compile(_PLAIN)
_LONGEST = 60
"""Longer texts tell a story, not a figure."""


@dataclass(frozen=True)
class Money:
    """What a budget says, in yuan: a figure, a range, a range with an open end, or that nobody knows yet."""

    low: float | None
    """None where the range is open. An end that the words exclude (RULES.md 1.1) lies one float further in."""
    high: float | None
    exact: bool
    """A single figure without "about"."""
    unknown: bool = False


def parse_money(value: Any, words: ParseWords, unit: float = 1.0, *, kind: Kind = "budget") -> Money | Trouble:
    """The money that a filled cell names, in yuan (RULES.md 1.8); *unit* is the factor of a figure without its own.

    A currency mark says yuan, as the word behind a figure does.
    Of two figures the first takes the unit of the last. Trouble: ``number.invalid`` for a negative figure, and for
    whatever else is no figure ``budget.vague`` or, in an amount, ``number.invalid``. A range in an amount is read;
    whether it may stand there is for the caller to say.
    """
    code = "budget.vague" if kind == "budget" else "number.invalid"
    if isinstance(value, int | float):
        return _of_number(_yuan(float(value) * unit), code)
    if not isinstance(value, str):
        return Trouble(code, "unreadable")
    folded = words.fold(value)
    if kind == "budget" and folded in words.unknown_budgets:
        return Money(None, None, exact=False, unknown=True)
    reader = _reader(words)
    text = reader.bare(folded)
    if len(text) > _LONGEST:
        return Trouble(code, "unreadable")
    if text.startswith(_MINUS):
        return Trouble("number.invalid", "negative")
    return reader.read(text, 1.0 if words.currency.search(folded) else unit, code)


def parse_number(value: Any, words: ParseWords) -> float | Trouble:
    """The count or number of days of a filled cell, with or without its unit; else, or negative, ``number.invalid``."""
    if isinstance(value, int | float):
        number: float | None = float(value)
    elif isinstance(value, str):
        text = without_spaces(words.fold(value))
        if text.startswith(_MINUS):
            return Trouble("number.invalid", "negative")
        number = _numeral(text, words)
        for unit in words.count_units:
            if number is None and text.endswith(unit):
                number = _numeral(text.removesuffix(unit), words)
    else:
        number = None
    if number is None or not math.isfinite(number):
        return Trouble("number.invalid", "unreadable")
    return number if number >= 0 else Trouble("number.invalid", "negative")


def parse_probability(value: Any, percent_format: bool, words: ParseWords) -> float | Trouble:
    """The probability of a filled cell, 0 to 100 (RULES.md 1.9).

    *percent_format* says that the cell shows its number as a percentage. Trouble ``probability.range``: unreadable,
    fraction (between 0 and 1 without a percent sign or format) or outside.
    """
    percent = percent_format
    number: float | None = None
    if isinstance(value, int | float):
        number = round(float(value) * 100, 9) if percent_format else float(value)
    elif isinstance(value, str):
        text = without_spaces(words.fold(value))
        percent = text.endswith("%")
        number = _numeral(text.removesuffix("%").removeprefix("+"), words)
    if number is None:
        return Trouble("probability.range", "unreadable")
    if 0 < number < 1 and not percent:
        return Trouble("probability.range", "fraction")
    return number if 0 <= number <= 100 else Trouble("probability.range", "outside")


_MINUS = ("-", "\u2212")


def _of_number(number: float, code: str) -> Money | Trouble:
    if not math.isfinite(number):
        return Trouble(code, "unreadable")
    return Money(number, number, exact=True) if number >= 0 else Trouble("number.invalid", "negative")


def _numeral(text: str, words: ParseWords) -> float | None:
    """A number in Arabic digits, with or without thousands commas, or in Chinese numerals; None when it is neither."""
    if _ARABIC.fullmatch(text):
        return _plain(text)
    return None if text.isascii() or len(text) > _LONGEST else _chinese(text, words)


def _chinese(text: str, words: ParseWords) -> float | None:
    """Chinese numerals; the strict mode refuses what people read in two ways (two digits side by side)."""
    if not set(text) <= {*words.numeral_signs, *words.numeral_variants}:
        return None
    from cn2an import cn2an  # slow to import, and most workbooks have no such numeral

    try:
        return float(cn2an("".join(words.numeral_variants.get(sign, sign) for sign in text), "strict"))
    except ValueError:
        return None


class _Figure(NamedTuple):
    """A number and its own unit."""

    number: float
    factor: float | None
    """None when it has no unit."""
    simple: bool = True
    """One number with at most one unit, which another number can share."""
    chinese: bool = False

    def times(self, unit: float) -> float:
        return _yuan(self.number * (unit if self.factor is None else self.factor))


@lru_cache(maxsize=8)
def _reader(words: ParseWords) -> _Reader:
    return _Reader(words)


class _Reader:
    """Reads money by one set of words."""

    def __init__(self, words: ParseWords) -> None:
        self.words = words
        units = any_of(words.money_units)
        self._part = re.compile(rf"({_PLAIN})({units})")
        self._arabic = re.compile(rf"(?P<number>{_PLAIN})(?P<unit>{units})?")
        self._lead_in = re.compile(rf"^{any_of(words.money_lead_ins)}")
        self._about = re.compile(rf"^{any_of(words.approx_before)}|{any_of(words.approx_after)}$")
        self._separator = re.compile(any_of(words.range_separators))
        self._chinese_units = sorted((u for u, f in words.money_units.items() if f in _MYRIADS), key=len, reverse=True)

    def bare(self, folded: str) -> str:
        """The text without spaces, currency marks and words that only lead to the figure."""
        return self._lead_in.sub("", self.words.currency.sub("", without_spaces(folded)))

    def read(self, text: str, unit: float, code: str) -> Money | Trouble:
        """A single figure, a bound, something about a figure, or a range."""
        money = self._single(text, unit) or self._bound(text, unit) or self._around(text, unit) or self._range(text, unit)
        ends = () if money is None else [end for end in (money.low, money.high) if end is not None]
        if money is None or not all(math.isfinite(end) for end in ends):
            return Trouble(code, "unreadable")
        if min(ends) < 0:
            return Trouble("number.invalid", "negative")
        if money.low is not None and money.high is not None and money.low > money.high:
            return Trouble(code, "reversed")
        return money

    def _single(self, text: str, unit: float) -> Money | None:
        figure = self._figure(text)
        return None if figure is None else Money(figure.times(unit), figure.times(unit), exact=True)

    def _bound(self, text: str, unit: float) -> Money | None:
        words = self.words
        if (figure := self._beside(text, words.at_most_before, words.at_most_after)) is not None:
            return Money(None, figure.times(unit), exact=False)
        if (figure := self._beside(text, words.at_least_before, words.at_least_after)) is not None:
            return Money(figure.times(unit), None, exact=False)
        if (figure := self._beside(text, words.below_before, ())) is not None:
            return Money(None, math.nextafter(figure.times(unit), -math.inf), exact=False)
        if (figure := self._beside(text, words.above_before, ())) is not None:
            return Money(math.nextafter(figure.times(unit), math.inf), None, exact=False)
        return None

    def _beside(self, text: str, before: tuple[str, ...], after: tuple[str, ...]) -> _Figure | None:
        """The figure that follows one word or precedes another."""
        rests = [text.removeprefix(word) for word in before if text.startswith(word)]
        rests += [text.removesuffix(word) for word in after if text.endswith(word)]
        return next((figure for rest in rests if (figure := self._figure(rest)) is not None), None)

    def _around(self, text: str, unit: float) -> Money | None:
        """About a figure is a range around it; about a range is that range, which is an estimate by itself."""
        rest = self._about.sub("", text)
        if rest == text:
            return None
        figure = self._figure(rest)
        if figure is None:
            return self._range(rest, unit)
        number, share = figure.times(unit), self.words.approx_share
        return Money(_yuan(number * (1 - share)), _yuan(number * (1 + share)), exact=False)

    def _range(self, text: str, unit: float) -> Money | None:
        """Two figures; the first takes the unit of the last, never the other way round."""
        for match in self._separator.finditer(text):
            low, high = self._figure(text[: match.start()]), self._figure(text[match.end() :])
            if low is not None and high is not None and _is_clear(low, high):
                shared = unit if high.factor is None else high.factor
                return Money(low.times(shared), high.times(shared), exact=False)
        return None

    def _figure(self, text: str) -> _Figure | None:
        match = self._arabic.fullmatch(text)
        if match is not None:
            unit = match["unit"]
            return _Figure(_plain(match["number"]), None if unit is None else self.words.money_units[unit])
        return None if text.isascii() else self._sum(text) or self._chinese_figure(text)

    def _sum(self, text: str) -> _Figure | None:
        """Several numbers whose units fall, such as 1 yi 2000 wan."""
        parts = [(_plain(match[1]), self.words.money_units[match[2]]) for match in self._part.finditer(text)]
        if self._part.sub("", text) or not all(a > b for (_, a), (_, b) in itertools.pairwise(parts)):
            return None
        return _Figure(sum(number * factor for number, factor in parts), 1.0, simple=False)

    def _chinese_figure(self, text: str) -> _Figure | None:
        """Chinese numerals: hundreds and thousands belong to the number, a last wan or yi is a unit for both."""
        for unit in self._chinese_units:
            if text.endswith(unit):
                number, factor = _chinese(text.removesuffix(unit), self.words), self.words.money_units[unit]
                if number is not None and (number < _MYRIADS[1] or factor == 1):
                    return _Figure(number, factor, simple=number < _MYRIADS[1], chinese=True)
        number = _chinese(text, self.words)
        if number is None or number < _MYRIADS[1]:
            return None if number is None else _Figure(number, None, chinese=True)
        return _Figure(number, 1.0, simple=False)


_MYRIADS = (1.0, 1e4, 1e8)
"""Factors at which Chinese numerals begin anew."""


def _is_clear(low: _Figure, high: _Figure) -> bool:
    """Whether the units of a range can be read in one way only.

    A digit before a round numeral with a larger first digit, as in "three to five hundred wan", may share the hundred
    or not.
    """
    if low.factor is not None:
        return high.factor is not None
    if not high.simple:
        return False
    digits = f"{high.number:.15g}"
    return not (low.chinese and low.number < 10 <= high.number and low.number < int(digits[0]) and not digits[1:].strip("0"))


def _plain(number: str) -> float:
    return float(number.replace(",", ""))


def _yuan(number: float) -> float:
    """Without the dust of binary fractions: 1.1 wan is 11000."""
    return round(number, 6)
