"""Whom to reach and how: phone numbers, e-mail addresses, names of people and companies, and the ids of leads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import phonenumbers

from .parse_text import Trouble, normal_text, without_spaces, without_width
from .parse_words import ParseWords, any_of, is_empty

_REGION, _COUNTRY_CODE = "CN", "86"
_COMPLETE = 11
"""Digits of a number without an area code; fewer are a number that was cut (RULES.md 1.10)."""
_IN_BRACKETS = re.compile(r"([^()]*[^()\s])\s*\(([^()]*[^()\s][^()]*)\)")
_BEHIND_COMMA = re.compile(r"([^,/\u3001;]*[^,/\u3001;\s])\s*[,/]\s*([^,/\u3001;]*[^,/\u3001;\s])")
_BEHIND_BLANK = re.compile(r"([\u4e00-\u9fff*]+)\s+([^,/\u3001;\s]+)")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_DIALLED = re.compile(r"\+?\(?[0-9][0-9 ().-]*")
_COUNTRY = re.compile(rf"^(?:\+|00)\s*{_COUNTRY_CODE}")
_REMARK = re.compile(r"\([^()0-9]*\)")
_LAST_GROUP = re.compile(r"(.+[0-9])-[0-9]{1,6}")
_LOCAL, _LABEL = r"[\w!#$%&'*+/=?^`{|}~-]+", r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True)
class Phone:
    """What a phone cell holds; without numbers it is masked, cut, or another way to reach the person."""

    numbers: tuple[str, ...]
    """The complete numbers in E.164, as they come, without extensions."""
    numeric: bool = False
    """The cell holds a number instead of text."""

    @property
    def e164(self) -> str | None:
        """The first complete number, which counts where one is asked for."""
        return self.numbers[0] if self.numbers else None


def parse_phone(value: Any, words: ParseWords) -> Phone | Trouble:
    """The phone numbers of a filled cell, region CN (RULES.md 1.10); ``phone.invalid`` when one of several is none.

    Masked and cut numbers, e-mail addresses and accounts that are marked as such are accepted without a number.
    """
    if not isinstance(value, str | int | float) or (isinstance(value, float) and not value.is_integer()):
        return Trouble("phone.invalid", "unreadable")
    text = _DASHES.sub("-", without_width(words.fold(value)))
    dial = _dial(words)
    parts = [part.strip() for part in dial.between.split(text)]
    numbers = [dial.read(part) for part in parts if part]
    if not numbers or None in numbers:
        return Trouble("phone.invalid", "unreadable")
    complete = dict.fromkeys(number for number in numbers if number)
    return Phone(tuple(complete), numeric=not isinstance(value, str))


def plain_mobiles(values: Sequence[Any]) -> dict[Any, str]:
    """Of many values those that are a Chinese mobile number and nothing else, as nearly all are, with their E.164."""
    is_mobile = _mobile().fullmatch
    return {value: f"+{_COUNTRY_CODE}{value}" for value in values if type(value) is str and value.isascii() and is_mobile(value)}


def parse_email(value: Any) -> str | Trouble:
    """The e-mail address of a filled cell, case-folded; ``email.invalid`` when it is not exactly one."""
    address = normal_text(value).casefold()
    return address if _ADDRESS.fullmatch(address) else Trouble("email.invalid", "unreadable")


def parse_people(value: Any, words: ParseWords) -> tuple[str, ...]:
    """The names in a cell, in order (RULES.md 2, owner.many); masked names are names."""
    if is_empty(value, words):
        return ()
    names = (normal_text(name) for name in words.between_people.split(normal_text(value)))
    return tuple(name for name in names if not is_empty(name, words))


def split_contact(text: str) -> tuple[str, str | None]:
    """Name and title of a contact written in one cell: the title stands in brackets, behind a comma, or, in Chinese, behind a blank.

    Of several people the cell is left whole, since a title would belong to only one of them.
    """
    for pattern in (_IN_BRACKETS, _BEHIND_COMMA, _BEHIND_BLANK):
        if match := pattern.fullmatch(text):
            return match[1].strip(), match[2].strip()
    return text, None


def company_key(value: Any, words: ParseWords) -> str:
    """The form in which company names are compared: case-folded, without spaces and bracket signs (RULES.md 2)."""
    return without_spaces(words.fold(value)).translate(words.without_brackets)


def parse_key(value: Any) -> str | None:
    """The id by which tables are joined (RULES.md 1.11); None for a blank.

    A suffix without a digit is dropped ("202405001-fair") as long as what is left has one: "KH-A" and "KH-B" stay two
    ids.
    """
    key = normal_text(value)
    head, dash, suffix = key.rpartition("-")
    while dash and not _has_digit(suffix) and _has_digit(head):
        key = head.rstrip()
        head, dash, suffix = key.rpartition("-")
    return key or None


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def shown_id(value: Any) -> str:
    """An id as it was typed, for people to find it by; whole numbers without ".0"."""
    return value.strip() if isinstance(value, str) else normal_text(value)


@lru_cache(maxsize=8)
def _dial(words: ParseWords) -> _Dial:
    return _Dial(words)


class _Dial:
    """Reads single phone numbers by one set of words."""

    def __init__(self, words: ParseWords) -> None:
        masks = [mask for mask in words.mask_characters if not mask.isalpha()]
        letters = [mask for mask in words.mask_characters if mask.isalpha()]
        self.between = re.compile(any_of(words.phone_separators))
        self._label = re.compile(rf"^{any_of(words.phone_labels)}\s*[:.]?\s*")
        self._chat = re.compile(rf"{any_of(words.chat_labels)}\s*:?\s*(\S.*)")
        self._extension = re.compile(rf"(.*[0-9)])\s*{any_of(words.extension_words)}\s*[0-9]{{1,6}}")
        # One letter between digits is an extension (x801), several are a mask.
        doubled = [f"{letter}(?={letter})|(?<={letter}){letter}(?!{letter})" for letter in letters]
        mask = "|".join([any_of(masks), *doubled])
        self._mask = re.compile(mask)
        self._maskable = re.compile(rf"(?:[0-9+() .-]|{mask})+")

    def read(self, text: str) -> str | None:
        """E.164 of a complete number, "" for what is accepted without one, None for what is no phone number."""
        text = self._label.sub("", _REMARK.sub("", text)).strip()
        if match := self._chat.fullmatch(text):
            return (_DIALLED.fullmatch(match[1]) and _complete(match[1])) or ""
        if _ADDRESS.fullmatch(text) or (self._mask.search(text) and self._maskable.fullmatch(text)):
            return ""
        if match := self._extension.fullmatch(text):
            text = match[1]
        if not _DIALLED.fullmatch(text):
            return None
        return _complete(text) or _without_last_group(text) or ("" if _is_cut(text) else None)


@cache
def _mobile() -> re.Pattern[str]:
    """What the library itself knows of Chinese mobile numbers; most cells hold one, and asking it for each takes 50 times as long."""
    known: Any = phonenumbers.PhoneMetadata.metadata_for_region(_REGION)
    return re.compile(known.mobile.national_number_pattern)


def _complete(text: str) -> str | None:
    if _mobile().fullmatch(text):
        return f"+{_COUNTRY_CODE}{text}"
    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _without_last_group(text: str) -> str | None:
    """An extension behind a hyphen, after an area code: 0755-81234567-801."""
    match = _LAST_GROUP.fullmatch(text)
    return _complete(match[1]) if match and text.startswith("0") else None


def _is_cut(text: str) -> bool:
    """Fewer digits than a number has, without an area code or a foreign country code."""
    national = _COUNTRY.sub("", text)
    digits = re.sub("[^0-9]", "", national)
    return 0 < len(digits) < _COMPLETE and not digits.startswith("0") and not national.startswith("+")
