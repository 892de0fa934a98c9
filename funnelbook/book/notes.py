"""Notes (legacy comments): the comments part and its VML shapes, of which ours come and go (18.7 and Part 4, 19.1)."""

from __future__ import annotations

import re
import unicodedata
import zlib

from lxml import etree

from ..edits import NOTE_AUTHOR
from ..errors import UnsafeEditError
from ..grid import CellRef, Range
from .cells import xstring
from .names import COMMENTS_TYPE, MAIN, MAIN_STRICT, RELATIONSHIPS, RELATIONSHIPS_STRICT, VML_TYPE, WORKSHEET_ORDER
from .package import Package
from .xml import child, children, insert_in_order, namespace, parse, serialise

Element = etree._Element
FONT, SIZE = "Microsoft YaHei", "9"
LINE_WIDTH = 30
"""Half-width characters in a line of a note three columns wide."""
_VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{0}"/></o:shapelayout></xml>"""
_SHAPE_TYPE = b"""<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"""
_SHAPE = """<v:shape id="_x0000_s{id}" type="#_x0000_t202" alt="{author}:{crc}" style="position:absolute;margin-left:60pt;\
margin-top:1.5pt;width:150pt;height:{height}pt;z-index:{z};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">\
<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>\
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">\
<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>\
<x:Column>{column}</x:Column></x:ClientData></v:shape>"""
_SHAPES = re.compile(rb"<v:shape\s.*?</v:shape>", re.DOTALL)
_PLACE = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>.*?<x:Column>\s*(\d+)\s*</x:Column>", re.DOTALL)
_SUM = re.compile(rf"{NOTE_AUTHOR}[:_]([0-9a-f]{{8}})".encode())
_ID = re.compile(rb"_x0000_s(\d+)")
_TYPED = re.compile(rb"<v:shapetype\s[^>]*id=[\"']_x0000_t202")
_CLUSTER = re.compile(rb"<o:idmap[^>]*data=[\"'](\d+)")
_CLOSING = b"</xml>"


class Notes:
    """The notes of one sheet while it is being edited."""

    def __init__(self, package: Package, sheet_part: str, sheet: Element, name: str) -> None:
        self._package, self._sheet_part, self._sheet, self._name = package, sheet_part, sheet, name
        self._part = next(iter(package.related(sheet_part, "comments")), None)
        self._data = package.read(self._part) if self._part else None
        self._root = parse(self._data, self._part or "") if self._data else self._empty()
        self._vml_part = self._drawing_part()
        self._vml = package.read(self._vml_part) if self._vml_part else b""
        self._places = {_place(comment) for comment in children(child(self._root, "commentList"), "comment")}
        self._drawn: list[bytes] = []
        self._next = (0, 0)
        self._touched = False

    def remove(self) -> None:
        """Takes out the notes of ours whose text nobody has changed."""
        listed, ours = child(self._root, "commentList"), self._author()
        if listed is None or ours is None:
            return
        shapes, gone = self._shapes(), set()
        for comment in list(children(listed, "comment")):
            place = _place(comment)
            if comment.get("authorId") == ours and _unchanged(comment, shapes.get(place, b"")):
                listed.remove(comment)
                self._places.discard(place)
                gone.add(shapes.get(place, b""))
                self._touched = True
        self._vml = _SHAPES.sub(lambda shape: b"" if shape[0] in gone else shape[0], self._vml)
        if b'"#_x0000_t202"' not in self._vml:
            self._vml = self._vml.replace(_SHAPE_TYPE, b"")
        authors = child(self._root, "authors")
        still = any(c.get("authorId") == ours for c in children(listed, "comment"))
        if authors is not None and not still and int(ours) == len(authors) - 1:
            authors.remove(authors[-1])

    def add(self, row: int, column: int, text: str) -> bool:
        """Adds a note unless the cell has one; whether it did."""
        listed, reference = child(self._root, "commentList"), CellRef(row, column).a1
        if listed is None:
            raise UnsafeEditError(sheet=self._name, place=reference, reason="comments_unreadable")
        if (row, column) in self._places:
            return False
        self._places.add((row, column))
        listed.append(self._comment(reference, text))
        self._draw(row, column, text)
        self._touched = True
        return True

    def commit(self) -> None:
        """Writes, creates or drops the two parts; the sheet's ``legacyDrawing`` comes and goes with the shapes."""
        if not self._touched:
            return
        if self._drawn:
            head, tail = self._vml.rsplit(_CLOSING, 1)
            self._vml = b"".join([head, *self._drawn, _CLOSING, tail])
        if child(child(self._root, "commentList"), "comment") is None:
            self._drop(self._part, "comments")
        elif self._part:
            self._package.write(self._part, serialise(self._root, self._data))
        else:
            part = self._package.free_name(self._folder() + "comments{}.xml")
            self._package.add(part, serialise(self._root), COMMENTS_TYPE)
            self._package.relate(self._sheet_part, "comments", part)
        self._commit_drawing()

    def _commit_drawing(self) -> None:
        legacy = child(self._sheet, "legacyDrawing")
        if not _SHAPES.search(self._vml):
            self._drop(self._vml_part, "vmlDrawing")
            if legacy is not None:
                self._sheet.remove(legacy)
        elif self._vml_part:
            self._package.write(self._vml_part, self._vml)
        else:
            part = self._package.free_name(self._folder() + "drawings/vmlDrawing{}.vml")
            self._package.add(part, self._vml, VML_TYPE)
            uri = RELATIONSHIPS_STRICT if self._package.strict else RELATIONSHIPS
            rel_id = self._package.relate(self._sheet_part, "vmlDrawing", part)
            tag = f"{{{namespace(self._sheet)}}}legacyDrawing"
            node = etree.Element(tag, {f"{{{uri}}}id": rel_id}, nsmap={**self._sheet.nsmap, "r": uri})
            insert_in_order(self._sheet, node, WORKSHEET_ORDER)

    def _drop(self, part: str | None, kind: str) -> None:
        if part is None:
            return
        for relationship in self._package.relationships(self._sheet_part):
            if relationship.kind == kind and relationship.part == part:
                self._package.unrelate(self._sheet_part, relationship.id)
        self._package.drop(part)

    def _folder(self) -> str:
        return self._package.main.rpartition("/")[0] + "/" if "/" in self._package.main else ""

    def _drawing_part(self) -> str | None:
        legacy = child(self._sheet, "legacyDrawing")
        rel_id = None if legacy is None else next((v for k, v in legacy.attrib.items() if str(k).endswith("}id")), None)
        return next((r.part for r in self._package.relationships(self._sheet_part) if r.id == rel_id), None)

    def _empty(self) -> Element:
        uri = MAIN_STRICT if self._package.strict else MAIN
        return etree.fromstring(f'<comments xmlns="{uri}"><authors/><commentList/></comments>')

    def _author(self) -> str | None:
        names = [author.text for author in children(child(self._root, "authors"), "author")]
        return str(names.index(NOTE_AUTHOR)) if NOTE_AUTHOR in names else None

    def _comment(self, reference: str, text: str) -> Element:
        tag = f"{{{namespace(self._root)}}}"
        author = self._author()
        authors = child(self._root, "authors")
        if author is None and authors is not None:
            author = str(len(authors))
            etree.SubElement(authors, tag + "author").text = NOTE_AUTHOR
        comment = etree.Element(tag + "comment", {"ref": reference, "authorId": author or "0"}, nsmap=self._root.nsmap)
        run = etree.SubElement(etree.SubElement(comment, tag + "text"), tag + "r")
        look = etree.SubElement(run, tag + "rPr")
        for name, attributes in (("sz", {"val": SIZE}), ("color", {"indexed": "81"}), ("rFont", {"val": FONT}), ("family", {"val": "2"})):
            etree.SubElement(look, tag + name, attributes)
        node = etree.SubElement(run, tag + "t")
        node.text = xstring(text)
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return comment

    def _draw(self, row: int, column: int, text: str) -> None:
        if not self._drawn:
            self._next = self._first_shape(CellRef(row, column).a1)
        number, z = self._next
        self._drawn.append(_shape(number, row, column, text, z).encode())
        self._next = number + 1, z + 1

    def _first_shape(self, reference: str) -> tuple[int, int]:
        """Number and depth of the next shape; makes sure that there is a drawing to put it in."""
        if not self._vml:
            number = sum(name.lower().endswith(".vml") for name in self._package.names()) + 1
            self._vml = _VML.format(number).encode()
        if _CLOSING not in self._vml or any(b"xmlns:%b=" % prefix not in self._vml for prefix in (b"v", b"o", b"x")):
            raise UnsafeEditError(sheet=self._name, place=reference, reason="drawing_unreadable")
        if not _TYPED.search(self._vml):
            self._drawn.append(_SHAPE_TYPE)
        cluster = _CLUSTER.search(self._vml)
        used = [int(number) for number in _ID.findall(self._vml)]
        number = max([1024 * int(cluster[1]) if cluster else 1024, *used]) + 1
        return number, len(_SHAPES.findall(self._vml)) + 1

    def _shapes(self) -> dict[tuple[int, int], bytes]:
        found = {}
        for shape in _SHAPES.findall(self._vml):
            place = _PLACE.search(shape)
            if place and b'"Note"' in shape:
                found[int(place[1]) + 1, int(place[2]) + 1] = shape
        return found


def _shape(number: int, row: int, column: int, text: str, z: int) -> str:
    lines = sum(max(1, -(-_width(line) // LINE_WIDTH)) for line in text.split("\n")) + 1
    top = max(0, row - 2)
    anchor = f"{column}, 15, {top}, 10, {column + 3}, 15, {top + lines}, 4"
    return _SHAPE.format(
        id=number, author=NOTE_AUTHOR, crc=_checksum(text), height=15 * lines, z=z, anchor=anchor, row=row - 1, column=column - 1
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _place(comment: Element) -> tuple[int, int]:
    area = Range.parse(comment.get("ref", "A1"))
    return area.top, area.left


def _checksum(text: str) -> str:
    """Of the words of a note: programs change its line ends and blanks."""
    return f"{zlib.crc32(' '.join(text.split()).encode()):08x}"


def _unchanged(comment: Element, shape: bytes) -> bool:
    """Whether a note says what we wrote; where the sum is lost nobody can tell, and it counts as ours."""
    told = _SUM.search(shape)
    text = "".join(t.text or "" for t in comment.iter("{*}t"))
    return told is None or told[1].decode() == _checksum(_unescaped(text))


def _unescaped(text: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
