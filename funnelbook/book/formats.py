"""The elements of a cell format as values that compare: fonts, fills, borders and whole formats without regard to how they are written."""

from __future__ import annotations

import re

from lxml import etree

from .xml import local

Element = etree._Element

# 18.8.30: the codes that have a number without being listed
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
DATE_NUMBERS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Numbers of date formats, those of East Asian locales included."""
REFERENCES = ("fontId", "fillId", "borderId")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


def is_date_code(code: str) -> bool:
    """Whether a number format shows dates or times: it holds y, m, d, h or s outside quotes and colours."""
    return any(letter in _QUOTED.sub("", code.split(";")[0]).lower() for letter in "ymdhs")


def canonical(element: Element) -> tuple[object, ...]:
    """Hashable content of an element; namespaces, order of children and how truth is written do not count."""
    attributes = tuple(sorted((k, "1" if v == "true" else "0" if v == "false" else v) for k, v in element.attrib.items()))
    if local(element) in ("b", "i", "strike", "outline", "shadow", "condense", "extend") and attributes == (("val", "1"),):
        attributes = ()
    inner = sorted((canonical(c) for c in element if isinstance(c.tag, str)), key=repr)
    return local(element), attributes, (element.text or "").strip(), tuple(inner)


def canonical_border(element: Element) -> tuple[object, ...]:
    """A border by the sides that have a line; ``<left/>`` is as good as nothing."""
    sides = (c for c in element if isinstance(c.tag, str) and c.get("style") not in (None, "none"))
    return tuple(sorted(k for k in element.attrib.items() if k[0] != "outline")), tuple(sorted(map(canonical, sides), key=repr))


def canonical_alignment(element: Element | None) -> tuple[object, ...]:
    """Alignment by the attributes that say something."""
    attributes = {} if element is None else element.attrib
    nothing = {"horizontal": "general", "vertical": "bottom", "readingOrder": "0"}
    return tuple(sorted((k, "1" if v == "true" else v) for k, v in attributes.items() if v not in ("0", "false", nothing.get(k))))
