"""Package: the parts of a workbook by name, bytes as read, and which of them are changed (ECMA-376 Part 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from pathlib import Path

from lxml import etree

from ..errors import FunnelbookError
from .archive import Archive, Entry, key, pack, read_archive, unescaped
from .names import MAIN_STRICT, RELATIONSHIPS_TYPE, TYPES_PART, relationship_type
from .packing import Packed
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


@dataclass(frozen=True)
class Seen:
    """What need not be looked for twice in a worksheet."""

    highest_format: int
    """Highest index of a cell format that is named without being there, -1 where there is none."""
    span: tuple[int, int] | None
    """Where its rows stand if they can be edited on bytes; None where that isn't known."""


class Package:
    """A workbook's parts; the only thing in funnelbook that changes. Names are compared without case."""

    def __init__(self, archive: Archive, path: Path | None = None) -> None:
        self.path = path
        self._archive = archive
        self._entries: dict[str, Entry] = {key(e.name): e for e in archive.entries if not e.folder}
        self._aliases = {unescaped(e.name): e.name for e in reversed(archive.entries) if not e.folder}
        self._written: dict[str, bytes | Packed] = {}
        self._added: dict[str, str] = {}
        """Key → name of the parts that were not there when opened, in the order of their adding."""
        self._dropped: set[str] = set()
        self._typed: dict[str, str] = {}
        """Name → content type, as `add` was told."""
        self._types: tuple[bytes, bytes] | None = None
        self._parsed: tuple[bytes, ContentTypes] | None = None
        self._links: dict[str, tuple[int, bytes, tuple[Relationship, ...]]] = {}
        self._version = 0
        """Counts the changes to what parts there are, on which the targets of relationships depend."""
        self._order: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, set[str]] = {}
        self._seen: dict[str, Seen] = {}

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

    def names(self) -> list[str]:
        """Names of all parts as they are now: those of the zip in its order, then added ones."""
        return [e.name for k, e in self._entries.items() if k not in self._dropped] + list(self._added.values())

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def find(self, name: str) -> str | None:
        """The name as it stands in the package; None when there is no such part."""
        for form in (key(name), unescaped(name)):
            if form in self._added:
                return self._added[form]
            known = self._entries[form].name if form in self._entries else self._aliases.get(form)
            if known is not None and key(known) not in self._dropped:
                return known
        return None

    def read(self, name: str) -> bytes:
        """Bytes of a part as they are now; KeyError when there is none, BadCrcError when they can't be trusted."""
        place = self._place(name)
        return self._content_types() if place == key(TYPES_PART) else self._contents(place)

    def forget(self, name: str) -> None:
        """Don't keep the inflated bytes of a large part that will hardly be read again."""
        entry = self._entries.get(key(name))
        if entry is not None:
            self._archive.forget(entry)

    def leave(self, name: str, seen: Seen) -> None:
        """What somebody who read a worksheet saw of it, for those who edit it, as long as it is as it was."""
        self._seen[self._place(name)] = seen

    def seen(self, name: str) -> Seen | None:
        """What was left of a part; None where nobody has read it as it is now."""
        return self._seen.get(self._place(name))

    def packed(self, name: str) -> Packed:
        """Contents of a part as they are saved: as the file packs them where they are unchanged. KeyError if there is no such part."""
        place = self._place(name)
        if place in self._written or place == key(TYPES_PART):
            data = self._content_types() if place == key(TYPES_PART) else self._written[place]
            return Packed.deflated(data) if isinstance(data, bytes) else data
        return self._archive.packed(self._entries[place])

    def holds(self, name: str, packed: Packed) -> bool:
        """Whether packed contents are those of a part, and sound. KeyError when there is no such part."""
        data = self._written.get(self._place(name))
        if isinstance(data, Packed):
            return bytes(packed.data) == data.data and packed.is_sound()
        return packed.inflated() == self.read(name)

    def write(self, name: str, data: bytes | Packed) -> None:
        """Give an existing part other contents; equal ones leave it unchanged. KeyError when there is no such part."""
        self._put(self._found(name), data)

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
        kept = dict(self._written), dict(self._added), set(self._dropped), dict(self._typed), dict(self._order)
        try:
            yield
        except BaseException:
            self._written, self._added, self._dropped, self._typed, self._order = kept
            self._seen.clear()
            self._version += 1
            self._types = None
            raise

    @property
    def changed(self) -> frozenset[str]:
        """Parts with other bytes than when opened."""
        return frozenset(self._entries[place].name for place in self._replaced())

    @property
    def added(self) -> frozenset[str]:
        """Parts that were not there when opened."""
        return frozenset(self._added.values())

    @property
    def dropped(self) -> frozenset[str]:
        """Parts that are gone since opening."""
        return frozenset(self._entries[place].name for place in self._dropped)

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

    def untouched(self) -> Iterator[tuple[str, memoryview]]:
        """Name and raw bytes, header included, of every entry that is saved as it came, folders too."""
        replaced = self._replaced()
        for entry in self._archive.entries:
            if entry.folder or not (key(entry.name) in replaced or key(entry.name) in self._dropped):
                yield entry.name, self._archive.raw(entry)

    @property
    def _root(self) -> etree._Element:
        return parse(self.read(self.main), self.main)

    def _place(self, name: str) -> str:
        return key(self._found(name))

    def _found(self, name: str) -> str:
        there = self.find(name)
        if there is None:
            raise KeyError(f"no such part: {name}")
        return there

    def _name(self, place: str) -> str:
        return self._added[place] if place in self._added else self._entries[place].name

    def _contents(self, place: str) -> bytes:
        data = self._written.get(place)
        if data is None:
            return self._archive.inflate(self._entries[place])
        if isinstance(data, bytes):
            return data
        found = data.inflated()
        assert found is not None, "packed by ourselves"
        return found

    def _put(self, name: str, data: bytes | Packed) -> None:
        place = key(name)
        self._seen.pop(place, None)
        self._version += place not in self._written
        self._written[place] = data
        if place in self._entries:
            self._dropped.discard(place)
            self._forget_equal(place, data)
        else:
            self._added.setdefault(place, name)
        self._types = None

    def _forget_equal(self, place: str, data: bytes | Packed) -> None:
        entry = self._entries[place]
        same = len(data) == entry.size if isinstance(data, bytes) else (data.size, data.crc) == (entry.size, entry.crc)
        if same and self._contents(place) == self._archive.inflate(entry):
            del self._written[place]

    def _remove(self, place: str) -> None:
        self._written.pop(place, None)
        self._seen.pop(place, None)
        if self._added.pop(place, None) is None:
            self._dropped.add(place)
        self._version += 1
        self._types = None

    def _replaced(self) -> set[str]:
        """Keys of the opened parts that are other now."""
        found = {place for place in self._written if place in self._entries}
        types = key(TYPES_PART)
        if types in self._entries:
            found.discard(types)
            if self._content_types() != self._archive.inflate(self._entries[types]):
                found.add(types)
        return found

    def _content_types(self) -> bytes:
        """[Content_Types].xml for the parts of now, worked out from the one that came, so that order doesn't wander."""
        place = key(TYPES_PART)
        base = self._contents(place)
        if self._types is None or self._types[0] != base:
            gone = [self._entries[k].name for k in self._dropped]
            self._types = (base, retyped(base, gone, self._typed) if gone or self._typed else base)
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
