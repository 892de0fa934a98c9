"""XML of a part: safe parsing, serialising that keeps what stands around the root, and inserting in schema order."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from lxml import etree

from ..errors import BrokenXmlError, DoctypeError
from .names import COMPATIBILITY

ALTERNATE = f"{{{COMPATIBILITY}}}AlternateContent"
_CHOICE, _FALLBACK = f"{{{COMPATIBILITY}}}Choice", f"{{{COMPATIBILITY}}}Fallback"
_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>\s*")
_ENCODING = re.compile(r"""\sencoding\s*=\s*["']([A-Za-z][\w.\-]*)["']""")
# Possessive and atomic, so that a long comment before the root costs one pass.
_DOCTYPE = re.compile(rb"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE", re.DOTALL)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
_BARE = (
    (re.compile(rb"[<\s]\0\0\0"), "utf-32le"),
    (re.compile(rb"\0\0\0[<\s]"), "utf-32be"),
    (re.compile(rb"[<\s]\0"), "utf-16le"),
    (re.compile(rb"\0[<\s]"), "utf-16be"),
)
_TOLD = re.compile(rb"""[^\s=<]+="[^"<]*\"""")
_ROOT = re.compile(rb"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+(<[^\s<>/!?]++)((?:\s++[^\s=<]+=\"[^\"<]*\")++)", re.DOTALL)
"""The root's name and attributes."""
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def parse(data: bytes, part: str = "") -> etree._Element:
    """Root element of a part; nothing is expanded or fetched.

    Raises DoctypeError and BrokenXmlError (facts: part).
    """
    refuse_doctype(data, part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenXmlError(part=part, reason=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DoctypeError(part=part)
    return root


def serialise(root: etree._Element, original: bytes | None = None) -> bytes:
    """The document of *root* with byte order mark, declaration and encoding as in *original*; UTF-8 without one."""
    tree = root.getroottree()
    if original is None:
        return DECLARATION + _written(tree, "UTF-8")
    bom, family = _family(original)
    declaration = _declaration(original)
    encoding = family if family != "utf-8" else _declared(declaration) or "UTF-8"
    return bom + declaration.encode(encoding) + _with_tags_of(original, _written(tree, encoding))


def utf8(data: bytes) -> bytes:
    """The same document in UTF-8 without byte order mark, and without declaration where the encoding was another; raises BrokenXmlError."""
    bom, family = _family(data)
    encoding = family if family != "utf-8" else _declared(_declaration(data)) or "utf-8"
    body = data[len(bom) :]
    if codecs.lookup(encoding).name == "utf-8":
        return body
    try:
        text = body.decode(encoding)
        return _DECLARATION.sub("", text, count=1).encode("utf-8")
    except UnicodeError:
        raise BrokenXmlError(part="") from None


def refuse_doctype(data: bytes, part: str) -> None:
    """Raise DoctypeError when what looks like XML declares a DOCTYPE before its root, in UTF-8, -16 or -32."""
    bom, family = _family(data)
    head = data[len(bom) :]
    if family != "utf-8":
        head = head.decode(family, "replace").encode("utf-8")
    if _DOCTYPE.match(head):
        raise DoctypeError(part=part)


def local(node: etree._Element) -> str:
    """Name of an element without its namespace; "" for comments and processing instructions."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def namespace(node: etree._Element) -> str:
    """Namespace of an element; "" where there is none."""
    return node.tag[1:].partition("}")[0] if node.tag.startswith("{") else ""


def children(parent: etree._Element | None, name: str | None = None) -> Iterator[etree._Element]:
    """Child elements, of one local name if given; an mc:AlternateContent is its first branch (Part 3, 7.5)."""
    for node in () if parent is None else parent:
        if node.tag == ALTERNATE:
            yield from children(_branch(node), name)
        elif isinstance(node.tag, str) and (name is None or local(node) == name):
            yield node


def child(parent: etree._Element | None, name: str) -> etree._Element | None:
    """First child of a local name, or None."""
    return next(children(parent, name), None)


def is_true(text: str | None) -> bool:
    """Value of an xsd:boolean attribute; an absent one is false."""
    return text is not None and text.strip() in ("1", "true", "on")


def insert_in_order(parent: etree._Element, node: etree._Element, order: Sequence[str]) -> None:
    """Put *node* among the children of *parent* where the schema's *order* wants it, after those of its name."""
    rank = {name: place for place, name in enumerate(order)}
    mine = rank[local(node)]
    for sibling in parent:
        if rank.get(_stands_for(sibling), -1) > mine:
            sibling.addprevious(node)
            return
    parent.append(node)


def _written(tree: etree._ElementTree, encoding: str) -> bytes:
    written = etree.tostring(tree, encoding=encoding, xml_declaration=False)
    return written if isinstance(written, bytes) else written.encode(encoding)  # the stub says either


def _with_tags_of(original: bytes, written: bytes) -> bytes:
    """What was written with the start tags as they were read where a namespace is declared behind an attribute.

    Excel does so wherever an attribute names the prefix (``mc:Ignorable``), openpyxl at every root, and lxml always declares first.
    """
    written = _with_root_of(original, written)
    for tag in dict.fromkeys(_declaring(original)):
        told = _TOLD.findall(tag)
        usual = b" ".join([tag.split(maxsplit=1)[0], *sorted(told, key=lambda one: not one.startswith(b"xmlns"))])
        if usual != tag:
            for end in (b">", b"/>"):
                written = written.replace(usual + end, tag + end)
    return written


def _with_root_of(original: bytes, written: bytes) -> bytes:
    """What was written with the attributes of its root in the order in which they were read, new ones last."""
    before, now = _ROOT.match(original), _ROOT.match(written)
    if before is None or now is None:
        return written
    order = {_name(one): place for place, one in enumerate(_TOLD.findall(before[2]))}
    told = sorted(_TOLD.findall(now[2]), key=lambda one: order.get(_name(one), len(order)))
    return b" ".join([written[: now.end(1)], *told]) + written[now.end() :]


def _name(attribute: bytes) -> bytes:
    return attribute.partition(b"=")[0]


def _declaring(data: bytes) -> Iterator[bytes]:
    """Start tags that declare a namespace, without their end."""
    at = data.find(b" xmlns")
    while at >= 0:
        start, end = data.rfind(b"<", 0, at), data.find(b">", at)
        yield data[start:end].rstrip(b"/")
        at = data.find(b" xmlns", end)


def _stands_for(node: etree._Element) -> str:
    """Name that counts for the order: that of the first element inside, for an mc:AlternateContent."""
    if node.tag != ALTERNATE:
        return local(node)
    inner = next((e for branch in node for e in branch if isinstance(e.tag, str)), None)
    return "" if inner is None else _stands_for(inner)


def _branch(alternate: etree._Element) -> etree._Element | None:
    choice = alternate.find(_CHOICE)
    return choice if choice is not None else alternate.find(_FALLBACK)


def _family(data: bytes) -> tuple[bytes, str]:
    """Byte order mark and width of the encoding (XML 1.0, appendix F)."""
    for bom, family in _BOMS:
        if data.startswith(bom):
            return bom, family
    return b"", next((family for start, family in _BARE if start.match(data)), "utf-8")


def _declaration(data: bytes) -> str:
    bom, family = _family(data)
    match = _DECLARATION.match(data[len(bom) : len(bom) + 800].decode(family, "replace"))
    return match[0] if match else ""


def _declared(declaration: str) -> str | None:
    """Encoding that a declaration names, as it names it; None where Python doesn't know it."""
    match = _ENCODING.search(declaration)
    try:
        return match[1] if match and codecs.lookup(match[1]) else None
    except LookupError:
        return None
