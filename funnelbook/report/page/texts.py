"""Figures and sentences as the page shows them: grouped, with a unit, cut where they are too long."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ...words import say

NONE = "\u2014"
"""Shown for a ratio without a base."""
_TEN_THOUSAND = 10_000
_LONGEST = 60
"""Signs of a cell that somebody typed."""
_HAN = "\u2e80-\u9fff\u300c-\u300f"
_FULL = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b"}
_MARK = re.compile(rf"(?<=[{_HAN}%])\s?([,:;])\s?(?!\s)|\s?([,:;])\s?(?=[{_HAN}])")
_BRACKETS = re.compile(rf"\((?=[^()]*[{_HAN}])([^()]*)\)|(?<=[{_HAN}])\(([^()]*)\)")


def word(code: str, lang: str, **facts: Any) -> str:
    """A label or a sentence of ours, with Chinese punctuation where it is Chinese."""
    return sentence(say(code, lang, **facts), lang)


def sentence(text: str, lang: str) -> str:
    """A sentence of ours with the punctuation of its language."""
    if lang != "zh":
        return text
    text = _BRACKETS.sub(lambda found: f"\uff08{found[1] if found[1] is not None else found[2]}\uff09", text)
    return _MARK.sub(lambda found: _FULL[found[1] or found[2]], text)


def count(value: float) -> str:
    """A whole number, its thousands apart."""
    return f"{_rounded(value, 0):,}"


def money(value: float | None, lang: str) -> str:
    """An amount in yuan, which Chinese readers count in ten thousands from one of them on; a dash where it is unknown."""
    if value is None:
        return NONE
    large = lang == "zh" and value >= _TEN_THOUSAND
    return word("page.money", lang, n=f"{_rounded(value / _TEN_THOUSAND, 1):,}") if large else count(value)


def percent(over: float | None, base: float = 1.0) -> str:
    """A share to a tenth of a percent, or a dash without a base."""
    return NONE if over is None or not base else f"{_rounded(over / base * 100, 1)}%"


def days(value: float | None) -> str:
    """Days to a tenth."""
    return NONE if value is None else f"{_rounded(value, 1):,}"


def _rounded(value: float, places: int) -> Decimal:
    """As Excel shows a number: of its 15 digits, halves away from zero."""
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def share(over: float, base: float) -> float | None:
    """A quotient for a chart, None without a base."""
    return round(over / base, 4) if base else None


def clip(text: object) -> str:
    """What somebody typed, on one line and not longer than a line."""
    line = " ".join(str(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "\u2026"


def group(key: object | None, lang: str) -> str:
    """The name of a group; a blank one is said to be blank."""
    return word("group.blank", lang) if key is None else clip(key)
