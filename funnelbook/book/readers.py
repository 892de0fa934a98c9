"""Formulas of the user's that read what is about to go: Excel would repair the file, so the edit is refused."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ..errors import UnsafeEditError
from .xml import utf8

_FORMULAS = re.compile(
    rb"<(?:\w+:)?(?P<name>f|formula[12]?|calculatedColumnFormula|totalsRowFormula|definedName)(?:\s[^>]*)?(?<!/)>(?P<text>[^<]*)</"
)
_PLACE = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>')
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_ESCAPED = re.compile(r"(['\[\]#@])")


@dataclass(frozen=True)
class Going:
    """What goes: sheets by title, Excel Tables by name, and columns of the tables that stay as (table, column)."""

    sheets: frozenset[str]
    tables: frozenset[str]
    columns: frozenset[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.sheets or self.tables or self.columns)


class Readers:
    """Looks for formulas that read what goes."""

    def __init__(self, going: Going) -> None:
        self._sheets = _any(_titles(going.sheets))
        self._tables = _any([rf"(?<![\w.\\!]){re.escape(name)}(?![\w.(\\])" for name in sorted(going.tables)])
        self._columns = _any([_structured(table, column) for table, column in sorted(going.columns)])
        words = [*going.sheets, *going.tables, *(column for _, column in going.columns)]
        self._hints = [form.encode() for word in words for form in {word, word.replace("'", "''"), escape(word)}]

    def check(self, sheet: str, data: bytes) -> None:
        """UnsafeEditError (facts: sheet, place, reason) when a formula in a part reads what goes."""
        plain = utf8(data)
        if b"&#" not in plain and not any(hint in plain for hint in self._hints):
            return
        for match in _FORMULAS.finditer(plain):
            reason = self.reason(html.unescape(match["text"].decode(errors="replace")))
            if reason is not None:
                raise UnsafeEditError(sheet=sheet, place=_place(plain, match), reason=reason)

    def reason(self, formula: str) -> str | None:
        """Code of what a formula reads that goes."""
        formula = _TEXT.sub('""', formula)
        if self._sheets is not None and self._sheets.search(formula):
            return "formula_reads_own_sheet"
        if self._tables is not None and self._tables.search(formula):
            return "formula_reads_own_sheet"
        if self._columns is not None and self._columns.search(formula):
            return "formula_reads_own_column"
        return None


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(patterns)
    return re.compile(joined, re.IGNORECASE) if joined else None


def _titles(sheets: Iterable[str]) -> list[str]:
    """Titles as formulas write them, bare or in quotes."""
    bare = [rf"(?<![\w.'\]]){re.escape(title)}!" for title in sorted(sheets)]
    return bare + [re.escape("'" + title.replace("'", "''") + "'!") for title in sorted(sheets)]


def _structured(table: str, column: str) -> str:
    """A structured reference to a column (18.17.2.5): Table[column], Table[[#This Row],[column]], Table[[a]:[column]]."""
    name = re.escape(_ESCAPED.sub(r"'\1", column))
    return rf"(?<![\w.\\]){re.escape(table)}\[(?:{name}\]|(?:\[(?:'.|[^\]'])*\]\s*[,:]\s*)*\[{name}\])"


def _place(data: bytes, match: re.Match[bytes]) -> str:
    """The cell of a formula; nothing for one that stands elsewhere."""
    if match["name"] != b"f":
        return ""
    cells = _PLACE.findall(data[max(0, match.start() - 2_000) : match.start()])
    return cells[-1].decode() if cells else ""
