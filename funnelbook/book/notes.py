"""Notes (legacy comments): the comments part and its VML shapes, of which ours come and go (18.7)."""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import deepcopy

from lxml import etree

from ..edits import NOTE_AUTHOR
from ..errors import UnsafeEditError
from ..grid import CellRef
from .cells import xstring
from .elements import Element, add, detach, new
from .names import COMMENTS_TYPE, MAIN, MAIN_STRICT, RELATIONSHIPS, RELATIONSHIPS_STRICT, VML_TYPE, WORKSHEET_ORDER
from .package import Package
from .values import area_at
from .vml import Drawing, Place, checksum, told_checksum
from .xml import child, children, insert_in_order, parse, serialise

FONT, SIZE = "Microsoft YaHei", "9"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Notes:
    """The notes of one sheet while it is being edited."""

    def __init__(self, package: Package, sheet_part: str, sheet: Element, name: str) -> None:
        self._package, self._sheet_part, self._sheet, self._name = package, sheet_part, sheet, name
        self._part = next(iter(package.related(sheet_part, "comments")), None)
        self._data = package.read(self._part) if self._part else None
        self._root = parse(self._data, self._part or "") if self._data else self._empty()
        self._drawing_part = self._legacy_drawing()
        self._drawing = Drawing(package.read(self._drawing_part)) if self._drawing_part else self._empty_drawing()
        self._places = {_place(comment) for comment in children(child(self._root, "commentList"), "comment")}
        self._touched = False
        self._pattern: Element | None = None
        """What the notes that are added are copied from, once one is."""

    def remove(self, others: Collection[Place] = ()) -> None:
        """Takes out the notes of ours whose text nobody has changed, and those of *others*, which have lost their author."""
        listed, ours = child(self._root, "commentList"), self._author()
        if listed is None or (ours is None and not others):
            return
        shapes, gone = self._drawing.notes(), set()
        for comment in list(children(listed, "comment")):
            place = _place(comment)
            mine = comment.get("authorId") == ours and _unchanged(comment, shapes.get(place, b""))
            if mine or place in others:
                detach(comment)
                self._places.discard(place)
                gone.add(shapes.get(place, b""))
                self._touched = True
        self._drawing.remove(gone)
        authors = child(self._root, "authors")
        still = any(comment.get("authorId") == ours for comment in children(listed, "comment"))
        if authors is not None and ours is not None and not still and int(ours) == len(authors) - 1:
            authors.remove(authors[-1])

    def add(self, row: int, column: int, text: str) -> bool:
        """Adds a note unless the cell has one; whether it did."""
        listed = child(self._root, "commentList")
        if listed is None or (self._pattern is None and not self._is_readable()):
            raise UnsafeEditError(sheet=self._name, place=CellRef(row, column).a1, reason="notes_unreadable")
        if (row, column) in self._places:
            return False
        self._places.add((row, column))
        if self._pattern is None:
            self._pattern = self._first()
        comment = deepcopy(self._pattern)
        comment.set("ref", CellRef(row, column).a1)
        comment[0][0][-1].text = xstring(text)
        listed.append(comment)
        self._drawing.add((row, column), text)
        self._touched = True
        return True

    def commit(self) -> None:
        """Writes, creates or drops the two parts; the sheet's ``legacyDrawing`` comes and goes with the shapes."""
        if not self._touched:
            return
        if child(child(self._root, "commentList"), "comment") is None:
            self._drop(self._part)
        elif self._part:
            self._package.write(self._part, serialise(self._root, self._data))
        else:
            part = self._package.free_name(self._folder() + "comments{}.xml")
            self._package.add(part, serialise(self._root), COMMENTS_TYPE)
            self._package.relate(self._sheet_part, "comments", part)
        self._commit_drawing()

    def _commit_drawing(self) -> None:
        if not self._drawing.has_shapes:
            self._drop(self._drawing_part)
            legacy = child(self._sheet, "legacyDrawing")
            if legacy is not None:
                detach(legacy)
        elif self._drawing_part:
            self._package.write(self._drawing_part, self._drawing.to_bytes())
        else:
            part = self._package.free_name(self._folder() + "drawings/vmlDrawing{}.vml")
            self._package.add(part, self._drawing.to_bytes(), VML_TYPE)
            uri = RELATIONSHIPS_STRICT if self._package.strict else RELATIONSHIPS
            rel_id = self._package.relate(self._sheet_part, "vmlDrawing", part)
            node = new(self._sheet, "legacyDrawing", {f"{{{uri}}}id": rel_id}, r=uri)
            insert_in_order(self._sheet, node, WORKSHEET_ORDER)

    def _drop(self, part: str | None) -> None:
        """A part goes with every relationship that leads to it, whatever its type says."""
        if part is None:
            return
        for relationship in self._package.relationships(self._sheet_part):
            if relationship.part == part:
                self._package.unrelate(self._sheet_part, relationship.id)
        self._package.drop(part)

    def _folder(self) -> str:
        return self._package.main.rpartition("/")[0] + "/" if "/" in self._package.main else ""

    def _legacy_drawing(self) -> str | None:
        legacy = child(self._sheet, "legacyDrawing")
        rel_id = None if legacy is None else next((v for k, v in legacy.attrib.items() if str(k).endswith("}id")), None)
        return next((r.part for r in self._package.relationships(self._sheet_part) if r.id == rel_id), None)

    def _empty(self) -> Element:
        uri = MAIN_STRICT if self._package.strict else MAIN
        return etree.fromstring(f'<comments xmlns="{uri}"><authors/><commentList/></comments>')

    def _empty_drawing(self) -> Drawing:
        return Drawing.empty(sum(name.lower().endswith(".vml") for name in self._package.names()) + 1)

    def _author(self) -> str | None:
        names = [author.text for author in children(child(self._root, "authors"), "author")]
        return str(names.index(NOTE_AUTHOR)) if NOTE_AUTHOR in names else None

    def _is_readable(self) -> bool:
        """Whether the drawing takes more shapes; it doesn't where its relationship leads nowhere."""
        lost = self._drawing_part is None and child(self._sheet, "legacyDrawing") is not None
        return not lost and self._drawing.usable

    def _first(self) -> Element:
        """A note of ours without place and text."""
        authors = child(self._root, "authors")
        author = self._author()
        if author is None and authors is not None:
            author = str(len(authors))
            add(authors, "author").text = NOTE_AUTHOR
        comment = new(self._root, "comment", {"ref": "", "authorId": author or "0"})
        run = add(add(comment, "text"), "r")
        look = add(run, "rPr")
        add(look, "sz", {"val": SIZE})
        add(look, "color", {"indexed": "81"})  # the system's colour for text in notes
        add(look, "rFont", {"val": FONT})
        add(run, "t").set(_SPACE, "preserve")
        return comment


def _place(comment: Element) -> Place:
    area = area_at(comment, default="A1")
    return area.top, area.left


def _unchanged(comment: Element, shape: bytes) -> bool:
    """Whether a note says what we wrote; where another program lost the checksum, its words have to tell (occupied.nameless_notes)."""
    told = told_checksum(shape)
    text = "".join(t.text or "" for t in comment.iter("{*}t"))
    return told == checksum(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))
