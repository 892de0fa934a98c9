"""Breaks small packages in the ways that programs, disks and attackers do; the same seed breaks the same way.

Most mutations are made to parts and zipped anew with the right checksums, since a zip that is broken itself is refused at once.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

from lxml import etree

from hostile import hostile

Parts = dict[str, bytes]
Entry = tuple[str, bytes, int]
"""Name, contents and method of a zip entry."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPACES = (
    (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ("http://schemas.openxmlformats.org/package/2006/relationships", "urn:x"),
    (MAIN, "urn:x"),
)
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_blank_text=False)
_ATTRIBUTE = re.compile(rb"""([\w:.\-]+)\s*=\s*("[^"<]*"|'[^'<]*')""")


def unzipped(data: bytes) -> list[Entry]:
    """Entries of a zip that is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info), info.compress_type) for info in archive.infolist()]


def zipped(entries: list[Entry]) -> bytes:
    """A zip of the entries, duplicates included."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data, method in entries:
            info = zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10))
            info.compress_type = method
            archive.filelist  # noqa: B018 - the next line would warn of a duplicate
            archive.NameToInfo.pop(name, None)
            archive.writestr(info, data)
    return out.getvalue()


def mutated(entries: list[Entry], chance: random.Random) -> tuple[bytes, list[str]]:
    """The zip of the entries after one to three mutations, and their names."""
    told, entries = [], list(entries)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        kind = chance.choices((in_markup, in_bytes, in_package), (14, 2, 3))[0]
        told.append(kind(entries, chance))
    data = zipped(entries)
    if chance.random() < 0.12:
        act = chance.choice(ON_ZIP)
        told.append(act.__name__)
        data = act(data, chance)
    return data, told


# ---- in the markup of a part ------------------------------------------------------------------------------------------------------


def in_markup(entries: list[Entry], chance: random.Random) -> str:
    """A part that is XML, changed as markup; one that isn't XML gets other bytes."""
    place = _part(entries, chance, (".xml", ".rels", ".vml"))
    name, data, method = entries[place]
    act = chance.choice(ON_TEXT if chance.random() < 0.25 else ON_TREE)
    if act in ON_TREE:
        try:
            root = etree.fromstring(data, _PARSER)
        except etree.XMLSyntaxError:
            return in_bytes(entries, chance)
        act(root, chance)
        entries[place] = (name, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), method)
    else:
        entries[place] = (name, act(data, chance), method)
    return f"{act.__name__} {name}"


def _element(root: etree._Element, chance: random.Random) -> etree._Element:
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    return chance.choice(nodes)


def _attribute(root: etree._Element, chance: random.Random) -> tuple[etree._Element, str] | None:
    nodes = [node for node in root.iter() if isinstance(node.tag, str) and node.attrib]
    if not nodes:
        return None
    node = chance.choice(nodes)
    return node, chance.choice(list(node.attrib))


def change_attribute(root: etree._Element, chance: random.Random) -> None:
    found = _attribute(root, chance)
    if found:
        found[0].set(found[1], hostile(chance, found[0].get(found[1], "")))


def change_attributes_of_one_name(root: etree._Element, chance: random.Random) -> None:
    found = _attribute(root, chance)
    value = found and hostile(chance, found[0].get(found[1], ""))
    for node in root.iter(found[0].tag) if found else ():
        if chance.random() < 0.5:
            node.set(found[1], value if chance.random() < 0.7 else hostile(chance, ""))


def drop_attribute(root: etree._Element, chance: random.Random) -> None:
    found = _attribute(root, chance)
    if found:
        del found[0].attrib[found[1]]


def copy_attribute(root: etree._Element, chance: random.Random) -> None:
    one, other = _attribute(root, chance), _attribute(root, chance)
    if one and other:
        other[0].set(one[1], one[0].get(one[1], ""))


def drop_element(root: etree._Element, chance: random.Random) -> None:
    node = _element(root, chance)
    if node is not root:
        node.getparent().remove(node)


def double_element(root: etree._Element, chance: random.Random) -> None:
    node = _element(root, chance)
    if node is not root:
        for _ in range(chance.choice((1, 1, 2, 50))):
            node.addnext(_copied(node))


def move_element(root: etree._Element, chance: random.Random) -> None:
    node, into = _element(root, chance), _element(root, chance)
    if node is not root and node not in into.iterancestors() and node is not into:
        into.insert(chance.randrange(len(into) + 1), node)


def swap_elements(root: etree._Element, chance: random.Random) -> None:
    node = _element(root, chance)
    if len(node) > 1:
        nodes = list(node)
        chance.shuffle(nodes)
        node[:] = nodes


def rename_element(root: etree._Element, chance: random.Random) -> None:
    node, other = _element(root, chance), _element(root, chance)
    node.tag = other.tag if chance.random() < 0.6 else chance.choice(("x", f"{{{MAIN}}}c", f"{{{MAIN}}}row", f"{{{MAIN}}}v", "{urn:x}c"))


def empty_element(root: etree._Element, chance: random.Random) -> None:
    node = _element(root, chance)
    for inner in list(node):
        node.remove(inner)
    node.text = None


def change_text(root: etree._Element, chance: random.Random) -> None:
    nodes = [node for node in root.iter() if isinstance(node.tag, str) and (node.text or not len(node))]
    if nodes:
        node = chance.choice(nodes)
        node.text = hostile(chance, node.text or "")


def insert_oddity(root: etree._Element, chance: random.Random) -> None:
    node = _element(root, chance)
    odd = chance.choice((etree.Comment(" c "), etree.ProcessingInstruction("pi", "x"), etree.Element("x"), etree.Element("{urn:x}ext")))
    node.insert(chance.randrange(len(node) + 1), odd)


def wrap_element(root: etree._Element, chance: random.Random) -> None:
    node = _element(root, chance)
    if node is root:
        return
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    alternate = etree.Element(f"{{{space}}}AlternateContent", nsmap={"mc": space})
    branch = etree.SubElement(alternate, f"{{{space}}}{chance.choice(('Choice', 'Fallback', 'Other'))}")
    node.getparent().replace(node, alternate)
    branch.append(node)


def nest_deeply(root: etree._Element, chance: random.Random) -> None:
    node = _element(root, chance)
    for _ in range(chance.choice((10, 250, 300, 5000))):
        node = etree.SubElement(node, node.tag)


def _copied(node: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(node, with_tail=False), _PARSER)


# ---- in the text of a part --------------------------------------------------------------------------------------------------------


def other_encoding(data: bytes, chance: random.Random) -> bytes:
    text = re.sub(r"^\ufeff?<\?xml[^>]*\?>\s*", "", data.decode("utf-8", "replace"))
    said, real = (
        chance.choice(("UTF-8", "UTF-16", "utf-16-le", "UTF-32", "latin-1", "gb18030", "windows-1252", "x-none")) for _ in range(2)
    )
    if chance.random() < 0.6 and real != "x-none":
        said = real
    declaration = f'<?xml version="1.0" encoding="{said}"?>' if chance.random() < 0.8 else ""
    return (declaration + text).encode("utf-8" if real == "x-none" else real, "xmlcharrefreplace")


def other_namespace(data: bytes, chance: random.Random) -> bytes:
    one, other = chance.choice(SPACES)
    return data.replace(one.encode(), other.encode())


def prefixed(data: bytes, chance: random.Random) -> bytes:
    """All elements of the default namespace under a prefix, as some writers have it."""
    if b"xmlns=" not in data:
        return data
    data = data.replace(b"xmlns=", b"xmlns:x=", 1)
    return re.sub(rb"<(/?)(?=[A-Za-z])(?![\w]+:)", rb"<\1x:", data)


def with_doctype(data: bytes, chance: random.Random) -> bytes:
    at = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
    entity = BOMB if chance.random() < 0.5 else b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'
    return data[:at] + entity + data[at:].replace(b"</v>", b"&c;</v>", chance.randrange(2))


def doubled_attribute(data: bytes, chance: random.Random) -> bytes:
    found = list(_ATTRIBUTE.finditer(data))
    if not found:
        return data
    match = chance.choice(found)
    return data[: match.end()] + b" " + match[0] + data[match.end() :]


def cut_markup(data: bytes, chance: random.Random) -> bytes:
    tags = [match.start() for match in re.finditer(rb"<", data)]
    if len(tags) < 2:
        return data
    one, other = sorted(chance.sample(tags, 2))
    return data[:one] + data[other:] if chance.random() < 0.7 else data[:one]


def cdata_and_references(data: bytes, chance: random.Random) -> bytes:
    kind = chance.choice((rb"<![CDATA[\1]]>", rb"&#0;\1", rb"&#x41;\1", rb"<!-- \1 -->\1", rb"&unknown;\1", rb"\1<?x?>"))
    return re.sub(rb"(?<=>)([^<>&]+)(?=</)", kind, data, count=chance.choice((1, 3, 0)))


def in_bytes(entries: list[Entry], chance: random.Random) -> str:
    """Any part with other bytes."""
    place = _part(entries, chance, ("",))
    name, data, method = entries[place]
    act = chance.choice((flipped, truncated, spliced, emptied))
    entries[place] = (name, act(data, chance), method)
    return f"{act.__name__} {name}"


def in_package(entries: list[Entry], chance: random.Random) -> str:
    """Parts that are missing, doubled, swapped, renamed."""
    place, other = (chance.randrange(len(entries)) for _ in range(2))
    name, data, method = entries[place]
    what = chance.choice(("drop", "swap", "double", "rename", "store", "copy", "shuffle", "folder"))
    match what:
        case "drop" if len(entries) > 1:
            del entries[place]
        case "swap":
            entries[place], entries[other] = (name, entries[other][1], method), (entries[other][0], data, entries[other][2])
        case "double":
            entries.append((chance.choice((name, name.upper(), name.replace("/", "\\"), "/" + name, name + " ")), data, method))
        case "rename":
            entries[place] = (
                chance.choice((name.upper(), "/" + name, name.replace("/", "\\"), "../" + name, "文.xml", name + "/", "%20")),
                data,
                method,
            )
        case "store":
            entries[place] = (name, data, zipfile.ZIP_STORED)
        case "copy":
            entries[place] = (name, entries[other][1], method)
        case "shuffle":
            chance.shuffle(entries)
        case "folder":
            entries.insert(place, (chance.choice(("xl/", "a/", "xl/worksheets/")), b"", zipfile.ZIP_STORED))
    return f"{what} {name}"


def _part(entries: list[Entry], chance: random.Random, suffixes: tuple[str, ...]) -> int:
    """Place of a part; sheets and what holds the package together come more often."""
    places = [n for n, (name, _, _) in enumerate(entries) if name.lower().endswith(suffixes)] or list(range(len(entries)))
    weights = [3 if re.search(r"sheet\d*\.xml|workbook|styles|table|comment|rels", entries[n][0]) else 1 for n in places]
    return chance.choices(places, weights)[0]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8)) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def spliced(data: bytes, chance: random.Random) -> bytes:
    """A piece left out, doubled, or put elsewhere."""
    one, other = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    other = min(other, one + chance.choice((1, 4, 64, 4096)))
    at = chance.randrange(len(data) + 1)
    return chance.choice((data[:one] + data[other:], data[:at] + data[one:other] + data[at:]))


def emptied(data: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"", b" ", b"<a/>", b"\0" * 100, data + b"\0", b"\n" + data, data * 2))


def crossed_header(data: bytes, chance: random.Random) -> bytes:
    """A number of a zip header made wrong."""
    changed = bytearray(data)
    mark, width = chance.choice(((b"PK\1\2", 46), (b"PK\3\4", 30), (b"PK\5\6", 22)))
    places = [match.start() for match in re.finditer(re.escape(mark), data)]
    if places:
        at = chance.choice(places) + chance.randrange(4, width - 4)
        form, value = chance.choice(
            (("<H", 0xFFFF), ("<L", 0xFFFFFFFF), ("<H", chance.randrange(2**16)), ("<L", chance.randrange(2**20)), ("<B", 0))
        )
        struct.pack_into(form, changed, at, value)
    return bytes(changed)


def padded(data: bytes, chance: random.Random) -> bytes:
    return chance.choice((data + b"x" * 70_000, data + b"x", b"x" * 100 + data, b"PK\3\4" + data))


ON_TREE: tuple[Callable[[etree._Element, random.Random], None], ...] = (
    change_attribute, change_attribute, change_attribute, change_attributes_of_one_name, change_attributes_of_one_name, drop_attribute,
    copy_attribute, drop_element, double_element, move_element, swap_elements, rename_element, empty_element, change_text, change_text,
    insert_oddity, wrap_element, nest_deeply,
)  # fmt: skip
ON_TEXT: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    other_encoding, other_namespace, prefixed, with_doctype, doubled_attribute, cut_markup, cdata_and_references,
)  # fmt: skip
ON_ZIP: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, truncated, spliced, crossed_header, crossed_header, padded)
