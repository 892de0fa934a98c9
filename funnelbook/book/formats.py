"""The elements of a cell format as values that compare, however they are written: fonts, fills, borders, alignments."""

from __future__ import annotations

import re

from .elements import Element, attributes_of
from .xml import local

# 18.8.30: the codes that have a number without being listed
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
DATE_NUMBERS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Numbers of date formats, those of East Asian locales included."""
_TRUTH = {"true": "1", "false": "0"}
_FLAGS = ("b", "i", "strike", "outline", "shadow", "condense", "extend")
REFERENCES = ("fontId", "fillId", "borderId")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


def is_date_code(code: str) -> bool:
    """Whether a number format shows dates or times: it holds y, m, d, h or s outside quotes and colours."""
    return any(letter in _QUOTED.sub("", code.split(";")[0]).lower() for letter in "ymdhs")


def canonical(element: Element) -> tuple[object, ...]:
    """Hashable content of an element; namespaces, order of children and how truth is written do not count."""
    attributes = tuple(sorted((k, _TRUTH.get(v, v)) for k, v in attributes_of(element).items()))
    if local(element) in _FLAGS and attributes == (("val", "1"),):
        attributes = ()
    inner = sorted((canonical(c) for c in element if isinstance(c.tag, str)), key=repr)
    return local(element), attributes, (element.text or "").strip(), tuple(inner)


def canonical_border(element: Element) -> tuple[object, ...]:
    """A border by the sides that have a line; ``<left/>`` is as good as nothing."""
    sides = (c for c in element if isinstance(c.tag, str) and c.get("style") not in (None, "none"))
    attributes = (pair for pair in attributes_of(element).items() if pair[0] != "outline")
    return tuple(sorted(attributes)), tuple(sorted(map(canonical, sides), key=repr))


def canonical_alignment(element: Element | None) -> tuple[object, ...]:
    """Alignment by the attributes that say something."""
    attributes = {} if element is None else attributes_of(element)
    nothing = {"horizontal": "general", "vertical": "bottom"}
    told = ((k, _TRUTH.get(v, v)) for k, v in attributes.items() if v not in ("0", "false", nothing.get(k)))
    return tuple(sorted(told))
