"""HTML elements; a text that goes into one is escaped, always."""

from __future__ import annotations

import re
from html import escape

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""Signs that HTML forbids, and those that turn the direction of what follows."""
_VOID = frozenset({"meta", "br"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *children: str | None, **attributes: str | None) -> Html:
    """One element; None among the children and attributes is left out, class is written as class_, data-x as data_x."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{text(value)}"' for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*children: str | None) -> Html:
    """Elements and texts, one after another."""
    return Html("".join(child if isinstance(child, Html) else text(child) for child in children if child is not None))


def text(value: str) -> str:
    """Escaped for the inside of an element or of an attribute in double quotes."""
    return escape(_UNSEEN.sub("\ufffd", value), quote=True)
