"""A cell as plain text: its normal form, and the one answer for what can't be read."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

# White space, and the signs without width that come along when text is copied from chats, address books and web pages.
_INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_EDGE = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + _INVISIBLE
_WITHOUT_WIDTH = str.maketrans("", "", _INVISIBLE)
_NO_SPACES = str.maketrans("", "", _EDGE)


@dataclass(frozen=True)
class Trouble:
    """What is the matter with a value that can't be used: the code of a finding (RULES.md 2) and why."""

    code: str
    reason: str = ""


def normal_text(value: Any) -> str:
    """A value as text: NFKC, trimmed of white space and signs without width; "" for None.

    Whole numbers have no ".0", others the 15 digits that Excel shows; dates are ISO, without the time at midnight.
    """
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value).strip(_EDGE)
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def without_spaces(text: str) -> str:
    """The text without any white space or sign without width."""
    return "".join(text.translate(_NO_SPACES).split())


def without_width(text: str) -> str:
    """The text without signs that have no width, also inside."""
    return text.translate(_WITHOUT_WIDTH)
