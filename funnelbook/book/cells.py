"""Values as cells: what stands between ``<c …>`` and ``</c>`` (18.3.1.4), and which look a kind of value asks for."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from ..edits import Formula, Link, Style, Value
from ..errors import UnsafeEditError
from ..grid import letters

MAX_TEXT = 32_767
"""Characters that a cell holds."""
DATE_FORMAT, TIME_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
LINK_COLOR = "0563C1"
KINDS = ("", "date", "datetime", "link")
_FIRST, _FIRST_1904 = dt.date(1900, 1, 1).toordinal(), dt.date(1904, 1, 1).toordinal()
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile(r"[&<>\x00-\x1f_\ufffe\uffff\ud800-\udfff]|^\s|\s$|  ")
"""Anything for which a text needs more than quoting as it is."""


_UNIQUE = {Formula, Link}
"""Kinds of values that hardly ever repeat and are slow to look up."""
_MISSING = "NAType"
"""The type of the value that pandas has for a missing one, which can't be compared with anything."""
_MOST_REMEMBERED = 20_000
"""Distinct values of a column whose cells are kept for the next part of it."""


class Content(NamedTuple):
    """The type attribute of a cell with a leading blank, and its children, as bytes."""

    type: bytes
    inner: bytes


EMPTY = Content(b"", b"")


def kind(value: Value) -> str:
    """Kind of look that a value asks for: one of KINDS."""
    type_: Any = type(value)
    return _kind_of(type_)


@cache
def _kind_of(type_: type) -> str:
    if issubclass(type_, dt.datetime):
        return "datetime"
    if issubclass(type_, dt.date):
        return "date"
    return "link" if issubclass(type_, Link) else ""


def look(style: Style, kind: str) -> Style:
    """A style as a value of that kind bears it: dates get a date format, links look like links."""
    if kind in ("date", "datetime") and style.number_format is None:
        return replace(style, number_format=DATE_FORMAT if kind == "date" else TIME_FORMAT)
    if kind == "link" and style.color is None and style.underline is None:
        return replace(style, color=LINK_COLOR, underline=True)
    return style


def xstring(text: str) -> str:
    """Text of an ST_Xstring: control characters and what looks like their escape as ``_xHHHH_`` (22.9.2.19)."""
    return _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def content(value: Value, date1904: bool = False) -> Content:
    """Type and children of the cell that holds a value; EMPTY for None, "" and NaN.

    UnsafeEditError for infinite numbers and texts that no cell can hold.
    """
    if type(value) is str:  # most are, and the question is cheap
        return _text(value) if value else EMPTY
    if type(value) is Link:
        return _text(value.text)
    if type(value) is int:
        return Content(b"", b"<v>%d</v>" % value)
    if type(value) is dt.datetime or type(value) is dt.date:
        return _date(value, date1904)
    if value is None or type(value).__name__ == _MISSING or value == "" or value != value:  # NaN and NaT are not equal to themselves
        return EMPTY
    value = _plain(value)
    match value:
        case bool():
            return Content(b' t="b"', b"<v>1</v>" if value else b"<v>0</v>")
        case str():
            return _text(value)
        case Link(text=text):
            return _text(text)
        case Formula():
            return _formula(value)
        case dt.date():
            return _date(value, date1904)
        case dt.time() | dt.timedelta():
            return _text(str(value))
        case int() | float() | Decimal():
            number = _number(value)
            return Content(b"", b"<v>" + number + b"</v>") if number else EMPTY
    raise UnsafeEditError(sheet="", place="", reason="no_cell_value")


def _date(value: dt.date, date1904: bool) -> Content:
    days = serial(value, date1904)
    if days is None:
        return _text(iso(value))
    whole = int(days)
    return Content(b"", b"<v>%d</v>" % whole if whole == days else b"<v>%b</v>" % repr(days).encode())


def as_text(value: dt.date) -> Content:
    """A date as the text that it gets where a user's cell format would show its number."""
    return _text(iso(value))


def iso(value: dt.date) -> str:
    """A date as text, a time of day to the minute."""
    return value.isoformat(" ", "minutes") if isinstance(value, dt.datetime) else value.isoformat()


def serial(value: dt.date, date1904: bool = False) -> float | None:
    """Days of the workbook's date system (18.17.4.1); None for dates before it begins."""
    days: float = value.toordinal() - (_FIRST_1904 if date1904 else _FIRST)
    if days < 0:
        return None
    if not date1904:
        days += 1 if days < 59 else 2  # the 1900 system counts a 29th of February that never was
    if isinstance(value, dt.datetime):
        milliseconds = (value.hour * 60 + value.minute) * 60_000 + value.second * 1000 + value.microsecond // 1000
        days += milliseconds / 86_400_000
    return days


class Fragments:
    """Cells of a column, with "\\0" where the row number belongs; b"" for empty values, unless *blank* asks for cells.

    Each distinct value is written once, and texts that need no quoting are recognised all together, so that the work per cell is a
    look-up in C. *index_of*: cell format per kind of look.
    """

    def __init__(
        self,
        values: Sequence[Value],
        column: int,
        index_of: Callable[[str], int],
        date1904: bool = False,
        blank: bool = False,
        types: Set[type] | None = None,
    ) -> None:
        self._values, self._date1904 = values, date1904
        self._types = set(map(type, values)) if types is None else types
        start = b'<c r="' + letters(column).encode() + b'\0"'
        kinds = {_kind_of(type_) for type_ in self._types}
        self._heads = {name: start + _style(index_of(name)) for name in KINDS if name in kinds}
        self._empty = start + _style(index_of("")) + b"/>" if blank else b""
        self._table: dict[Any, bytes] = {}

    def part(self, start: int, stop: int) -> list[bytes]:
        """The cells of some of the values, by position."""
        values = self._values[start:stop]
        if self._types & _UNIQUE:
            return list(map(self._cell, values))
        if any(type_.__name__ == "bool" for type_ in self._types):  # True == 1, so the value alone is no key
            keys: list[Any] = list(zip(map(type, values), values, strict=True))
            self._table.update((key, self._cell(key[1])) for key in set(keys).difference(self._table))
            return list(map(self._table.__getitem__, keys))
        if len(self._table) > _MOST_REMEMBERED:
            self._table.clear()
        self._learn(set(values).difference(self._table))
        return list(map(self._table.__getitem__, values))

    def _learn(self, values: set[Any]) -> None:
        texts = {value for value in values if type(value) is str} if str in self._types else set()
        if texts:
            plain = texts if _all_plain(texts) else {text for text in texts if _SPECIAL.search(text) is None and 0 < len(text) <= MAX_TEXT}
            head, tail = self._heads[""] + b' t="inlineStr"><is><t>', b"</t></is></c>"
            self._table.update((text, head + text.encode() + tail) for text in plain)
            values = values - plain
        self._table.update((value, self._cell(value)) for value in values)

    def _cell(self, value: Value) -> bytes:
        what, inner = content(value, self._date1904)
        return self._heads[kind(value)] + what + b">" + inner + b"</c>" if inner else self._empty


def cell_xml(reference: str, style: int | None, what: Content) -> bytes:
    """A whole cell; *style* None leaves the attribute out, as does 0."""
    start = b'<c r="' + reference.encode() + b'"' + _style(style or 0) + what.type
    return start + b">" + what.inner + b"</c>" if what.inner else start + b"/>"


def _all_plain(texts: Collection[str]) -> bool:
    """Whether none of the texts needs more than to be written as it is; one look in C at all of them together.

    No is no answer: then each is looked at by itself. "_" serves as the sign between them, since a text with one isn't plain.
    """
    joined = "_".join(texts)
    if not joined.isprintable() or max(map(len, texts)) > MAX_TEXT or joined.count("_") >= len(texts):
        return False
    return not any(sign in f"_{joined}_" for sign in ("&", "<", ">", "  ", "_ ", " _", "__"))


def _plain(value: Any) -> Any:
    """Python's own number or truth value for one of numpy's or a decimal one."""
    return float(value) if isinstance(value, Decimal) else value.item() if hasattr(value, "item") else value


def _style(index: int) -> bytes:
    return b' s="%d"' % index if index else b""


def _text(text: str) -> Content:
    if len(text) > MAX_TEXT:
        raise UnsafeEditError(sheet="", place="", reason="text_too_long")
    if _SPECIAL.search(text) is None:
        return Content(b' t="inlineStr"', b"<is><t>" + text.encode() + b"</t></is>")
    space = b' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else b""
    return Content(b' t="inlineStr"', b"<is><t" + space + b">" + escape(xstring(text)).encode() + b"</t></is>")


def _formula(formula: Formula) -> Content:
    head = b"<f>" + escape(formula.text.removeprefix("=")).encode() + b"</f>"
    match formula.cached:
        case None:
            return Content(b"", head)
        case bool() as truth:
            return Content(b' t="b"', head + (b"<v>1</v>" if truth else b"<v>0</v>"))
        case str() as text:
            space = b' xml:space="preserve"' if text != text.strip() else b""
            return Content(b' t="str"', head + b"<v" + space + b">" + escape(xstring(text)).encode() + b"</v>")
        case number:
            return Content(b"", head + b"<v>" + _number(number) + b"</v>")


def _number(value: Any) -> bytes:
    """Shortest text that reads back as the same number; b"" for NaN."""
    number = _plain(value)
    if isinstance(number, bool):
        return b"1" if number else b"0"
    if isinstance(number, float):
        if math.isnan(number):
            return b""
        if math.isinf(number):
            raise UnsafeEditError(sheet="", place="", reason="infinite_number")
        if number.is_integer() and abs(number) < 1e15:
            number = int(number)
    return repr(number).encode()
