"""Every kind of place in one workbook, each broken in every way: what chance rarely hits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mutate import Entry, zipped

VALUES = (
    b"9" * 5000, b"9" * 25, b"4294967296", b"-1", b"0", b" 5 ", b"1e5", b"1.5", b"NaN", "٣".encode(), b"", b"true", b"A1:",
    b"A1:ZZZZ9", b"$A$1", b"A1 B2", b"#REF!", b"x" * 40_000,
)  # fmt: skip
TEXTS = (b"9" * 5000, b"x" * 40_000, b"-1e400", b"#REF!", b"")
_TAG = re.compile(rb'<([\w:]+)((?:\s[\w:]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(rb'\s([\w:]+)="([^"]*)"')
_RELATIONSHIP = re.compile(rb"<Relationship\s[^>]*>")
_TARGET, _TYPE = re.compile(rb'Target="([^"]*)"'), re.compile(rb'Type="([^"]*)"')
_CHOICE = (
    b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    b'<mc:Choice Requires="q" xmlns:q="urn:q">%b</mc:Choice></mc:AlternateContent>'
)


class Way(NamedTuple):
    """How a part is broken: what comes in the place of some of its bytes."""

    part: str
    start: int
    stop: int
    new: bytes
    told: str


class Sweep:
    """A workbook that is broken in one way at a time, once per kind of place."""

    def __init__(self, name: str, entries: list[Entry]) -> None:
        self._name, self._entries = name, entries
        self._parts = {part: data for part, data, _ in entries}
        self._ways = [*self._markup(), *self._pointers(), *self._swaps()]

    def __len__(self) -> int:
        return len(self._ways)

    def broken(self, seed: int, number: int) -> tuple[str, bytes, list[str]]:
        """Input of a number: what it was made from, its bytes, what was done to it; the *seed* doesn't matter."""
        way = self._ways[number]
        whole = self._parts[way.part]
        data = whole[: way.start] + way.new + whole[way.stop :]
        entries = [(part, data if part == way.part else old, method) for part, old, method in self._entries]
        return self._name, zipped(entries), [f"{way.part} {way.told}"]

    def _markup(self) -> Iterator[Way]:
        """The first element and attribute of each name in each kind of part."""
        seen: set[tuple[object, ...]] = set()
        for part, data in self._parts.items():
            kind = re.sub(r"\d+", "", part)
            for tag in _TAG.finditer(data) if part.endswith((".xml", ".rels", ".vml")) else ():
                name = tag[1].decode()
                for attribute in _ATTRIBUTE.finditer(tag[2]):
                    if (place := (kind, name, attribute[1])) not in seen:
                        seen.add(place)
                        yield from _of_attribute(part, name, tag.start(2), attribute)
                if (kind, name) not in seen:
                    seen.add((kind, name))
                    yield from _of_element(part, name, data, tag)

    def _pointers(self) -> Iterator[Way]:
        """Every relationship, to every part and of every type that there is."""
        names = [part for part in self._parts if not part.endswith(".rels")]
        sources = [(part, data) for part, data in self._parts.items() if part.endswith(".rels")]
        types = sorted({type_ for _, data in sources for type_ in _TYPE.findall(data)})
        for part, data in sources:
            for node in _RELATIONSHIP.finditer(data):
                for pattern, values in ((_TARGET, [f"/{name}".encode() for name in names]), (_TYPE, types)):
                    if found := pattern.search(data, *node.span()):
                        yield from (Way(part, *found.span(1), value, f"{found[1]!r} is {value!r}") for value in values)

    def _swaps(self) -> Iterator[Way]:
        """Every part with the contents of every other."""
        for part, data in self._parts.items():
            yield from (Way(part, 0, len(data), other, f"holds {name}") for name, other in self._parts.items() if name != part)


def _of_attribute(part: str, element: str, offset: int, attribute: re.Match[bytes]) -> Iterator[Way]:
    start, stop = (offset + place for place in attribute.span(2))
    told = f"<{element} {attribute[1].decode()}>"
    yield from (Way(part, start, stop, value, f"{told} is {value[:20]!r}") for value in VALUES)
    yield Way(part, offset + attribute.start(), stop + 1, b"", f"{told} is gone")


def _of_element(part: str, name: str, data: bytes, tag: re.Match[bytes]) -> Iterator[Way]:
    closing = b"</" + name.encode() + b">"
    inner = None if tag[0].endswith(b"/>") else data.find(closing, tag.end())
    if inner is not None and inner < 0:
        return
    stop = tag.end() if inner is None else inner + len(closing)
    whole = data[tag.start() : stop]
    yield Way(part, tag.start(), stop, b"", f"<{name}> is gone")
    yield Way(part, tag.start(), stop, whole * 2, f"<{name}> is there twice")
    yield Way(part, tag.start(), stop, whole.replace(name.encode(), b"other"), f"<{name}> is called otherwise")
    yield Way(part, tag.start(), stop, _CHOICE % whole, f"<{name}> is a choice")
    yield Way(part, tag.start(), stop, b"<!-- x -->" + whole, f"<{name}> has a comment before it")
    if inner is not None:
        yield from (Way(part, tag.end(), inner, text, f"<{name}> holds {text[:20]!r}") for text in TEXTS)
