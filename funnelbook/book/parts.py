"""Parts: the contents of a package by name, bytes as read, and which of them are changed (ECMA-376 Part 2, 6.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .archive import Archive, Entry, key, unescaped
from .packing import Packed

_Kept = tuple[dict[str, "bytes | Packed"], dict[str, str], set[str]]


@dataclass(frozen=True)
class Seen:
    """What need not be looked for twice in a worksheet."""

    highest_format: int
    """Highest index of a cell format that is named without being there, -1 where there is none."""
    highest_look: int
    """Highest index of a differential format that is named, -1 where there is none."""
    span: tuple[int, int] | None
    """Where its rows stand if they can be edited on bytes; None where that isn't known."""


class Parts:
    """Bytes by name; a name is compared without case. What isn't changed is as the file has it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._entries: dict[str, Entry] = {key(e.name): e for e in archive.entries if not e.folder}
        self._aliases = {unescaped(e.name): e.name for e in reversed(archive.entries) if not e.folder}
        self._written: dict[str, bytes | Packed] = {}
        self._added: dict[str, str] = {}
        """Key → name of the parts that were not there when opened, in the order of their adding."""
        self._dropped: set[str] = set()
        self._version = 0
        """Counts the changes to what parts there are, on which the targets of relationships depend."""
        self._seen: dict[str, Seen] = {}

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
        return self._now(self._place(name))

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
        data = self._worked_out(place) or self._written.get(place)
        if data is None:
            return self._archive.packed(self._entries[place])
        return Packed.deflated(data) if isinstance(data, bytes) else data

    def holds(self, name: str, packed: Packed) -> bool:
        """Whether packed contents are those of a part, and sound. KeyError when there is no such part."""
        data = self._written.get(self._place(name))
        if isinstance(data, Packed):
            return bytes(packed.data) == data.data and packed.is_sound()
        return packed.inflated() == self.read(name)

    def write(self, name: str, data: bytes | Packed) -> None:
        """Give an existing part other contents; equal ones leave it unchanged. KeyError when there is no such part."""
        self._put(self._found(name), data)

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

    def untouched(self) -> Iterator[tuple[str, memoryview]]:
        """Name and raw bytes, header included, of every entry that is saved as it came, folders too."""
        replaced = self._replaced()
        for entry in self._archive.entries:
            if entry.folder or not (key(entry.name) in replaced or key(entry.name) in self._dropped):
                yield entry.name, self._archive.raw(entry)

    def _worked_out(self, place: str) -> bytes | None:
        """Contents of a part that follow from the other parts; None for any other."""
        return None

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

    def _replaced(self) -> set[str]:
        """Keys of the opened parts that are other now."""
        return {place for place in self._entries if self._is_other(place)}

    def _is_other(self, place: str) -> bool:
        data = self._worked_out(place)
        return place in self._written if data is None else data != self._archive.inflate(self._entries[place])

    def _now(self, place: str) -> bytes:
        data = self._worked_out(place)
        return self._contents(place) if data is None else data

    def _snapshot(self) -> _Kept:
        return dict(self._written), dict(self._added), set(self._dropped)

    def _go_back(self, kept: _Kept) -> None:
        self._written, self._added, self._dropped = kept
        self._seen.clear()
        self._version += 1
