"""Package: the parts of a workbook with their content types and relationships (ECMA-376 Part 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import chain, count
from pathlib import Path

from lxml import etree

from ..errors import FunnelbookError
from .archive import Archive, key, pack, read_archive, unescaped
from .names import MAIN_STRICT, RELATIONSHIPS_TYPE, TYPES_PART, relationship_type
from .packing import Packed
from .parts import Parts, Seen
from .refusals import check_entries, check_for_edit, main_part, read_file, refuse_other_format
from .rels import (
    ContentTypes,
    Relationship,
    content_types_of,
    named_ids,
    relationships_of,
    relative,
    rels_name,
    resolved,
    retyped,
    with_relationship,
    without_relationship,
)
from .sheets import SheetEntry, sheet_entries
from .xml import namespace, parse

__all__ = ["Package", "Seen", "SheetEntry"]

_BLANK = Path(__file__).with_name("blank")


class Package(Parts):
    """A workbook's parts; the only thing in funnelbook that changes. Names are compared without case."""

    def __init__(self, archive: Archive, path: Path | None = None) -> None:
        super().__init__(archive)
        self.path = path
        self._typed: dict[str, str] = {}
        """Name → content type, as `add` was told."""
        self._types: tuple[tuple[int, bytes], bytes] | None = None
        self._parsed: tuple[bytes, ContentTypes] | None = None
        self._links: dict[str, tuple[int, bytes, tuple[Relationship, ...]]] = {}
        self._order: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, set[str]] = {}

    @classmethod
    def open(cls, path: str | Path, *, allow_protected: bool = False, for_edit: bool = True) -> Package:
        """Package of the file at *path*; the file is read once and not kept open.

        Raises the refusals of DESIGN §5.4; with *for_edit* false, protected and signed workbooks are let through.
        """
        path = Path(path)
        try:
            data = read_file(path)
            refuse_other_format(data, path)
            archive = read_archive(data, path)
            mentioning = check_entries(archive)
            package = cls(archive, path)
            root = package._root
            if for_edit:
                check_for_edit(package, root, allow_protected, mentioning)
        except FunnelbookError as error:
            raise type(error)(**{"path": str(path), **error.facts}) from None
        return package

    @classmethod
    def blank(cls) -> Package:
        """The least workbook package, still without a sheet; the same bytes every time."""
        package = cls(Archive(b"", ()))
        for file, name in _BLANK_PARTS:
            package._put(name, (_BLANK / file).read_bytes())
        return package

    @cached_property
    def main(self) -> str:
        """Name of the workbook part."""
        return main_part(self)

    @cached_property
    def strict(self) -> bool:
        """Whether the package is in the strict namespaces of ECMA-376 Part 1."""
        return namespace(self._root) == MAIN_STRICT

    def add(self, name: str, data: bytes, content_type: str) -> None:
        """Add a part with its content type; one that was dropped comes back in its old place. KeyError if it exists."""
        if name in self:
            raise KeyError(f"part exists: {name}")
        self._put(name, data)
        self._typed[self._name(key(name))] = content_type

    def drop(self, name: str) -> None:
        """Remove a part with its own relationships and its content type; relationships to it are the caller's."""
        place = self._place(name)
        self._typed.pop(self._name(place), None)
        self._remove(place)
        relationships = self.find(rels_name(name))
        if relationships is not None:
            self._remove(key(relationships))

    def content_type(self, name: str) -> str | None:
        """Content type of a part; None when nothing says it."""
        return self._read_types().of(self.find(name) or name)

    def free_name(self, pattern: str, but: Collection[str] = (), first: str | None = None) -> str:
        """Part name of a *pattern* such as "xl/sheet{}.xml" with *first* or the first number that is free, and none of *but*."""
        taken = {name.casefold() for name in but}
        # What came dangling must not come to lead to a new part, and no new part inherit the relationships of one that is gone.
        names = (pattern.format(number) for number in chain(() if first is None else (first,), count(1)))
        return next(name for name in names if self._is_free(name, taken))

    def _is_free(self, name: str, taken: Collection[str]) -> bool:
        return name not in self and name.casefold() not in taken and key(name) not in self._promised and rels_name(name) not in self

    def relationships(self, source: str) -> tuple[Relationship, ...]:
        """Relationships of a part, or of the package for ""; () where there are none. Raises BrokenXmlError."""
        part = self.find(rels_name(source))
        if part is None:
            return ()
        data = self.read(part)
        known = self._links.get(source)
        if known is None or known[:2] != (self._version, data):
            known = self._links[source] = (self._version, data, relationships_of(data, source, self.find))
        return known[2]

    def dangling(self) -> Iterator[tuple[str, Relationship]]:
        """Relationships that lead to no part, each with the part that has it."""
        for source in ("", *(name for name in self.names() if not name.endswith(".rels"))):
            for found in self.relationships(source):
                if not found.external and found.part is None and found.target.partition("#")[0]:
                    yield source, found

    def related(self, source: str, kind: str) -> list[str]:
        """Parts that *source* points to by relationships of one kind."""
        return [r.part for r in self.relationships(source) if r.kind == kind and r.part is not None]

    def relate(self, source: str, kind: str, target_part: str) -> str:
        """Add a relationship from *source* to a part; its new id, the first free one."""
        used, name = {r.id for r in self.relationships(source)} | self._named_in_vain(source), rels_name(source)
        rel_id = next(free for free in map("rId{}".format, count(1)) if free not in used)
        part, type_, order = self.find(name), relationship_type(kind, self.strict), self._opened_order(source)
        data = with_relationship(None if part is None else self.read(part), rel_id, type_, relative(source, target_part), order)
        if part is None and self.content_type(name) is None:
            self._typed[name] = RELATIONSHIPS_TYPE  # each had its own type, instead of one for all
        self._put(part or name, data)
        return rel_id

    def names_as_it_came(self, source: str, ids: set[str]) -> None:
        """Tells what relationships an unchanged part names, so that it needn't be inflated again to see."""
        if key(source) not in self._written:
            self._named[source] = ids

    def unrelate(self, source: str, rel_id: str) -> None:
        """Remove a relationship; the part of the relationships goes with the last one."""
        part = self._found(rels_name(source))
        self._opened_order(source)
        data = without_relationship(self.read(part), rel_id)
        if data is None:
            self._typed.pop(part, None)
            self._remove(key(part))
        else:
            self._put(part, data)

    def sheets(self) -> list[SheetEntry]:
        """Sheets of the workbook part as it is now, in its order."""
        return sheet_entries(self._root, self.relationships(self.main))

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Undo what was changed since the beginning of the block when it ends with an exception."""
        kept, typed, order = self._snapshot(), dict(self._typed), dict(self._order)
        try:
            yield
        except BaseException:
            self._go_back(kept)
            self._typed, self._order = typed, order
            raise

    def to_bytes(self) -> bytes:
        """The zip as it would be saved: what is not changed is copied raw. The same changes give the same bytes."""
        contents: dict[str, Packed | None] = {name: self.packed(name) for name in self.changed}
        contents.update((name, None) for name in self.dropped)
        return pack(self._archive, contents, {name: self.packed(name) for name in self._added.values()})

    def save(self, target: str | Path, guard: Callable[[Path], None] = lambda there: None) -> None:
        """Write to *target*, whole or not at all, after a check of what was written and after *guard*; see save.py.

        Raises ReadOnlyError, LockedError. The package stays as it is: what is changed is still told against what was opened.
        """
        from .save import save

        save(self, Path(target), guard)

    def as_opened(self) -> Package:
        """The package without any of its changes."""
        return Package(self._archive, self.path)

    def _worked_out(self, place: str) -> bytes | None:
        return self._content_types() if place == key(TYPES_PART) else None

    @property
    def _root(self) -> etree._Element:
        return parse(self.read(self.main), self.main)

    def _content_types(self) -> bytes:
        """[Content_Types].xml for the parts of now, worked out from the one that came, so that order doesn't wander."""
        base = self._contents(key(TYPES_PART))
        if self._types is None or self._types[0] != (self._version, base):
            gone = sorted(self.dropped)
            self._types = ((self._version, base), retyped(base, gone, self._typed) if gone or self._typed else base)
        return self._types[1]

    def _read_types(self) -> ContentTypes:
        data = self._content_types()
        if self._parsed is None or self._parsed[0] != data:
            self._parsed = (data, content_types_of(data, TYPES_PART))
        return self._parsed[1]

    @cached_property
    def _promised(self) -> frozenset[str]:
        """Keys of the parts to which relationships led in vain as the file came."""
        found = [resolved(base, r.target) for source, r in self.as_opened().dangling() for base in (source, "")]
        return frozenset(form(name) for name in found for form in (key, unescaped))

    def _named_in_vain(self, source: str) -> set[str]:
        """Ids that a part names as it came although no relationship has them; a new one must not come to be meant."""
        entry = self._entries.get(key(source))
        if entry and source not in self._named:
            self._named[source] = named_ids(self._archive.inflate(entry))
        return self._named.get(source, set()) - set(self._opened_order(source))

    def _opened_order(self, source: str) -> tuple[str, ...]:
        """Ids of a part's relationships as first seen, so that one taken out and put back stands where it stood."""
        if source not in self._order:
            self._order[source] = tuple(r.id for r in self.relationships(source))
        return self._order[source]


_BLANK_PARTS = (
    ("content_types.xml", TYPES_PART), ("package.rels", "_rels/.rels"), ("workbook.xml", "xl/workbook.xml"),
    ("workbook.rels", "xl/_rels/workbook.xml.rels"), ("styles.xml", "xl/styles.xml"), ("theme.xml", "xl/theme/theme1.xml"),
    ("core.xml", "docProps/core.xml"), ("app.xml", "docProps/app.xml"),
)  # fmt: skip
