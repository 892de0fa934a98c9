"""Values that no reader of a workbook expects."""

from __future__ import annotations

import random

NUMBERS = (
    "", " ", "-1", "0", "1", "2", "15", "16384", "16385", "1048576", "1048577", "4294967295", "4294967296", "9223372036854775808",
    "99999999999999999999", "1" * 5000, "1e400", "1E5", "0x10", "NaN", "INF", "-0", "007", "1.5", "+3", "1_000", "１２", "true", "TRUE",
)  # fmt: skip
REFERENCES = (
    "A0", "A1", "a1", "$A$1", "A01", "XFD1", "XFE1", "ZZZ1", "AAAA1", "A1048576", "A1048577", "A99999999999", "1A", "A", "1", "A1:A1",
    "A1:XFD1048576", "B2:A1", "A:A", "1:1", "A1:", ":A1", "A1 B2", "A1:B2 C3", "A1,B2", "#REF!", "Sheet1!A1", "R1C1",
)  # fmt: skip
TEXTS = (
    "", "n", "s", "str", "inlineStr", "b", "e", "d", "x", "&amp;", "\n", "\t", "\u00a0", "文", "\U0001f600", "a" * 40_000, "=1+1",
    "_x0000_", "_x000D_", "rId1", "rId999", "../../../etc/passwd", "/xl/workbook.xml", "xl\\workbook.xml", "%2e%2e/x.xml", "#A1", "..", "/",
    "http://example.org/", "?", "worksheets/sheet1.xml", "sharedStrings.xml", "shared", "array", "dataTable", "hidden", "veryHidden",
    "External", "list", "preserve",
)  # fmt: skip


def hostile(chance: random.Random, was: str) -> str:
    """A value that nobody expects, or one that is nearly the old one."""
    match chance.randrange(6):
        case 0 | 1:
            return chance.choice(NUMBERS)
        case 2:
            return chance.choice(REFERENCES)
        case 3:
            return chance.choice(TEXTS)
        case 4:
            return str(chance.randrange(-5, 200)) if chance.random() < 0.5 else str(chance.randrange(2**33))
    letters = list(was or "A1")
    for _ in range(chance.choice((1, 1, 3))):
        letters[chance.randrange(len(letters))] = chance.choice("AZaz019 $:!.-'\"&<>/#%文")
    return "".join(letters)
