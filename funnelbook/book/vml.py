"""The VML drawing of a sheet as bytes: the shapes of notes come and go, everything else stays (Part 4, 19.1).

It is no XML that one can rely on: Excel itself leaves line breaks open, and openpyxl names the prefixes as it likes.
"""

from __future__ import annotations

import re
import unicodedata
import zlib

from ..edits import NOTE_AUTHOR

LINE_WIDTH = 30
"""Half-width characters in a line of a note three columns wide."""
_PREFIXES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES.items())
_EMPTY = """<xml{0}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{1}"/></o:shapelayout></xml>"""
_SHAPE_TYPE = """<v:shapetype{0} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"""
_SHAPE = """<v:shape{declared} id="_x0000_s{id}" type="#_x0000_t202" alt="{author}:{sum}" style="position:absolute;\
margin-left:60pt;margin-top:1.5pt;width:150pt;height:{height}pt;z-index:{z};visibility:hidden" fillcolor="#ffffe1" \
o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>\
<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>\
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>\
<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"""
_SHAPES = re.compile(rb"<(\w+):shape\s.*?</\1:shape>", re.DOTALL)
_ROW, _COLUMN = (re.compile(rb"<(?:\w+:)?" + tag + rb">\s*([0-9]{1,10})\s*<") for tag in (b"Row", b"Column"))
_SUM = re.compile(rf"{NOTE_AUTHOR}[:_]([0-9a-f]{{8}})".encode())
_ID = re.compile(rb"_x0000_s([0-9]{1,10})")
_TYPED = re.compile(rb"<\w+:shapetype\s[^>]*id=[\"']_x0000_t202")
_CLUSTER = re.compile(rb"<\w+:idmap[^>]*\bdata=[\"']([0-9]{1,10})")
_ROOT, _CLOSING = re.compile(rb"<xml\b[^>]*>"), b"</xml>"

Place = tuple[int, int]
"""Row and column, counted from 1."""


class Drawing:
    """A VML drawing while it is being edited."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._added: list[bytes] = []
        self._next = (0, 0)

    @classmethod
    def empty(cls, number: int) -> Drawing:
        """A new drawing; *number* sets the ids of its shapes apart from those of other drawings."""
        return cls(_EMPTY.format(_DECLARED, number).encode())

    @property
    def usable(self) -> bool:
        """Whether shapes can be added."""
        return _CLOSING in self._data and _ROOT.search(self._data) is not None

    @property
    def has_shapes(self) -> bool:
        return bool(self._added) or _SHAPES.search(self._data) is not None

    def notes(self) -> dict[Place, bytes]:
        """The shapes of notes by the cells that they belong to."""
        found = {}
        for match in _SHAPES.finditer(self._data):
            row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
            if row and column and b"Note" in match[0]:
                found[int(row[1]) + 1, int(column[1]) + 1] = match[0]
        return found

    def remove(self, shapes: set[bytes]) -> None:
        """Takes shapes out, and with the last one the type that they were drawn by, if we brought it."""
        self._data = _SHAPES.sub(lambda match: b"" if match[0] in shapes else match[0], self._data)
        if b'"#_x0000_t202"' not in self._data:
            self._data = self._data.replace(_SHAPE_TYPE.format(self._declared()).encode(), b"")

    def add(self, place: Place, text: str) -> None:
        """Adds a hidden shape for a note."""
        if not self._added:
            self._next = self._first()
            if not _TYPED.search(self._data):
                self._added.append(_SHAPE_TYPE.format(self._declared()).encode())
        number, z = self._next
        self._added.append(_shape(place, text, number, z, self._declared()).encode())
        self._next = number + 1, z + 1

    def to_bytes(self) -> bytes:
        """The part as it is now."""
        if not self._added:
            return self._data
        head, tail = self._data.rsplit(_CLOSING, 1)
        return b"".join([head, *self._added, _CLOSING, tail])

    def _first(self) -> tuple[int, int]:
        """Id and depth of the next shape."""
        cluster = _CLUSTER.search(self._data)
        used = [int(number) for number in _ID.findall(self._data)]
        number = max([1024 * int(cluster[1]) if cluster else 1024, *used]) + 1
        return number, sum(1 for _ in _SHAPES.finditer(self._data)) + 1

    def _declared(self) -> str:
        """The declarations that our shapes have to bring along."""
        root = _ROOT.search(self._data)
        there = root is not None and all(f'xmlns:{p}="{uri}"'.encode() in root[0] for p, uri in _PREFIXES.items())
        return "" if there else _DECLARED


def checksum(text: str) -> str:
    """Of the words of a note: programs change its line ends and blanks."""
    return f"{zlib.crc32(' '.join(text.split()).encode()):08x}"


def told_checksum(shape: bytes) -> str | None:
    """The checksum that a shape of ours bears; None where another program has lost it."""
    match = _SUM.search(shape)
    return match[1].decode() if match else None


def _shape(place: Place, text: str, number: int, z: int, declared: str) -> str:
    row, column = place
    lines = sum(max(1, -(-_width(line) // LINE_WIDTH)) for line in text.split("\n")) + 1
    top = max(0, row - 2)
    return _SHAPE.format(
        declared=declared,
        id=number,
        author=NOTE_AUTHOR,
        sum=checksum(text),
        height=15 * lines,
        z=z,
        anchor=f"{column}, 15, {top}, 10, {column + 3}, 15, {top + lines}, 4",
        row=row - 1,
        column=column - 1,
    )


def _width(text: str) -> int:
    """Half-width characters that a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
