"""Masks for what leaves the workbook: phones as 138****0001, names of people as their first sign and a star."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ..funnel.model import Finding
from .phrases import shown

_PEOPLE = frozenset({"contact", "owner", "followed_by", "entered_by", "first_handler", "reviewed_by"})
_DIGITS = re.compile(r"\+?\d(?:[\d\s()-]{4,}\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")


def name(text: str | None) -> str | None:
    """The first sign and a star; a masked name stays as it is."""
    return None if text is None else text if "*" in text else text[:1] + "*"


def phone(text: str) -> str:
    """Numbers of a text with their middle digits masked, and mail addresses with all but the first sign."""
    return _MAIL.sub(_short_mail, _DIGITS.sub(_masked, text))


def _short_mail(mail: re.Match[str]) -> str:
    return mail[0][:1] + "***@" + mail[0].rpartition("@")[2]


def everywhere(value: Any) -> Any:
    """A JSON value with the mobile numbers and mail addresses of all its texts and numbers masked; keys stay."""
    if isinstance(value, dict):
        return {key: everywhere(item) for key, item in value.items()}
    if isinstance(value, list):
        return [everywhere(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and _MOBILE.fullmatch(str(value)):
        return everywhere(str(value))
    if isinstance(value, str):
        return _MAIL.sub(_short_mail, _MOBILE.sub(lambda number: f"{number[1]}****{number[2]}", value))
    return value


def finding(found: Finding) -> Finding:
    """A finding whose value and facts may be shown to anybody."""
    value: Any = found.value
    if value is not None and (found.field in _PEOPLE or found.facts.get("rule") == "roster"):
        value = name(str(value))
    elif value is not None and found.field in ("phone", "email", "wechat"):
        value = phone(shown(value))
    facts = {key: [name(str(item)) for item in fact] if key == "owners" else fact for key, fact in found.facts.items()}
    return replace(found, value=value, facts=facts)


def _masked(match: re.Match[str]) -> str:
    """At least four digits of a number are masked, however short it is; fewer than seven are no whole number."""
    digits = re.sub(r"\D", "", match[0])
    if len(digits) < 7:
        return digits
    if match[0].startswith("+") and _MOBILE.fullmatch(digits.removeprefix("86")):
        digits = digits.removeprefix("86")
    head, tail = min(3, (len(digits) - 4) // 2), min(4, (len(digits) - 3) // 2)
    return f"{digits[:head]}{'*' * (len(digits) - head - tail)}{digits[-tail:]}"
