"""Relationship parts and [Content_Types].xml, read as values and edited in place (ECMA-376 Part 2, 6.5 and 7.2.3)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from lxml import etree

from ..errors import BrokenXmlError
from .archive import key
from .elements import detach
from .names import CONTENT_TYPES, PACKAGE_RELATIONSHIPS
from .xml import DECLARATION, children, local, parse, serialise, utf8

_NAMED = re.compile(rb"""=\s*["'](rId[0-9]+)["']""")
_EMPTY = DECLARATION + f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}"/>'.encode()


@dataclass(frozen=True)
class Relationship:
    """A named pointer from a part, or from the package, to another part or to something outside."""

    id: str
    type: str
    kind: str
    """Last word of the type, the same in strict and transitional packages: "worksheet"."""
    target: str
    """As written."""
    part: str | None
    """Name of the part that it leads to; None when there is none, or outside."""
    external: bool


@dataclass(frozen=True)
class ContentTypes:
    """Content types by extension and by part, both keyed without case."""

    defaults: Mapping[str, str]
    overrides: Mapping[str, str]

    def of(self, name: str) -> str | None:
        extension = posixpath.basename(name).rpartition(".")[2].casefold()
        return self.overrides.get(key(name), self.defaults.get(extension))


def rels_name(source: str) -> str:
    """Name of the part that holds the relationships of *source* ("" for the package)."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships_of(data: bytes, source: str, find: Callable[[str], str | None]) -> tuple[Relationship, ...]:
    """Relationships in their order; *find* answers the real name of a part, or None. Raises BrokenXmlError."""
    root = parse(data, rels_name(source))
    if local(root) != "Relationships":
        raise BrokenXmlError(part=rels_name(source))
    return tuple(_relationship(node, source, find) for node in children(root, "Relationship"))


def resolved(source: str, target: str) -> str:
    """Part name that a target means, seen from *source*; backslashes are read as slashes, as Excel does."""
    path = target.partition("#")[0].replace("\\", "/")
    joined = path if path.startswith("/") else posixpath.join(posixpath.dirname(source), path)
    return posixpath.normpath(joined).lstrip("/")


def relative(source: str, target_part: str) -> str:
    """Target, as written in a relationship of *source*, for a part."""
    path = posixpath.relpath(target_part, posixpath.dirname(source) or ".")
    return quote(path, safe="/!$&'()*+,;=:@~")


def with_relationship(data: bytes | None, rel_id: str, type_: str, target: str, order: Sequence[str]) -> bytes:
    """The part with one relationship more: in its place of *order* when that holds its id, otherwise at the end."""
    original = _EMPTY if data is None else data
    root = parse(original)
    node = etree.SubElement(root, etree.QName(root, "Relationship"))
    for name, value in (("Id", rel_id), ("Type", type_), ("Target", target)):
        node.set(name, value)
    rank = {known: place for place, known in enumerate(order)}
    if rel_id in rank:
        for other in root:
            if other is not node and rank.get(other.get("Id") or "", len(rank)) > rank[rel_id]:
                other.addprevious(node)
                break
    return serialise(root, original)


def without_relationship(data: bytes, rel_id: str) -> bytes | None:
    """The part without one relationship; None when none is left."""
    root = parse(data)
    for node in list(children(root, "Relationship")):
        if node.get("Id") == rel_id:
            detach(node)
    return serialise(root, data) if next(children(root, "Relationship"), None) is not None else None


def named_ids(data: bytes) -> set[str]:
    """Ids of the usual form that a part names in its attributes."""
    plain = utf8(data)
    return {name.decode() for name in _NAMED.findall(plain)} if b"rId" in plain else set()


def content_types_of(data: bytes, part: str) -> ContentTypes:
    """Content types of the part's bytes; raises BrokenXmlError."""
    root = parse(data, part)
    if local(root) != "Types":
        raise BrokenXmlError(part=part)
    defaults = {(n.get("Extension") or "").casefold(): n.get("ContentType") or "" for n in children(root, "Default")}
    overrides = {key(n.get("PartName") or ""): n.get("ContentType") or "" for n in children(root, "Override")}
    return ContentTypes(defaults, overrides)


def retyped(data: bytes, gone: Sequence[str], wanted: Mapping[str, str]) -> bytes:
    """The part without overrides of the *gone* names, with those *wanted* (name → content type), new ones at the end.

    Bytes are as they were when nothing is to be done.
    """
    root = parse(data)
    types = content_types_of(data, "")
    leaving, missing = {key(name) for name in gone}, {n: t for n, t in wanted.items() if types.of(n) != t}
    places = {key(name): type_ for name, type_ in missing.items()}
    touched = False
    for node in list(children(root, "Override")):
        name = key(node.get("PartName") or "")
        if name in leaving:
            detach(node)
            touched = True
        elif name in places:
            node.set("ContentType", places.pop(name))
            touched = True
    for name, type_ in missing.items():
        if key(name) in places:
            node = etree.SubElement(root, f"{{{CONTENT_TYPES}}}Override")
            node.set("PartName", f"/{name}")
            node.set("ContentType", type_)
            touched = True
    return serialise(root, data) if touched else data


def _relationship(node: etree._Element, source: str, find: Callable[[str], str | None]) -> Relationship:
    type_, target = node.get("Type") or "", node.get("Target") or ""
    external = (node.get("TargetMode") or "").lower() == "external"
    part = None
    if not external and target.partition("#")[0]:
        # Some writers mean the root of the package and leave out the slash.
        part = find(resolved(source, target)) or find(resolved("", target))
    return Relationship(node.get("Id") or "", type_, type_.rstrip("/").rpartition("/")[2], target, part, external)
