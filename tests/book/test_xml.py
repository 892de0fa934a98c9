"""XML: nothing expanded, nothing lost around the root, children in order."""

from __future__ import annotations

import codecs

import pytest
from lxml import etree

from funnelbook.book.names import WORKSHEET_ORDER
from funnelbook.book.xml import DECLARATION, child, children, insert_in_order, local, parse, refuse_doctype, serialise, utf8
from funnelbook.errors import BrokenXmlError, DoctypeError

from .build import COMPATIBILITY, MAIN

DECLARED = '<?xml version="1.0" encoding="{}" standalone="yes"?>\r\n'
BODY = "<!-- 前 --><a x='1'>中文 &amp; <b/> tail</a><!-- after -->"


@pytest.mark.parametrize(
    "data",
    [
        (DECLARED.format("UTF-8") + BODY).encode(),
        codecs.BOM_UTF8 + (DECLARED.format("utf-8") + BODY).encode(),
        BODY.encode(),
        codecs.BOM_UTF8 + BODY.encode(),
        codecs.BOM_UTF16_LE + (DECLARED.format("UTF-16") + BODY).encode("utf-16-le"),
        codecs.BOM_UTF16_BE + (DECLARED.format("UTF-16") + BODY).encode("utf-16-be"),
        (DECLARED.format("GB18030") + BODY).encode("gb18030"),
        b"<?xml version='1.0'?>" + BODY.encode(),
    ],
    ids=["utf-8", "bom", "bare", "bom bare", "utf-16-le", "utf-16-be", "gb18030", "no encoding"],
)
def test_a_document_keeps_mark_declaration_encoding_and_comments(data: bytes) -> None:
    written = serialise(parse(data), data)
    assert written.replace(b'"', b"'") == data.replace(b'"', b"'") or utf8(written).replace(b'"', b"'") == utf8(data).replace(b'"', b"'")
    assert written[:4] == data[:4]
    root = parse(written)
    assert (root.text, root.get("x"), local(root[0]), root[0].tail) == ("中文 & ", "1", "b", " tail")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("head", ["", "<?xml version='1.0'?>\n", " <!-- <a> -->\n<?pi x?>"])
def test_a_doctype_is_refused_in_any_encoding(encoding: str, head: str) -> None:
    data = f"{head}<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>".encode(encoding)
    with pytest.raises(DoctypeError):
        refuse_doctype(data, "part")


@pytest.mark.parametrize(
    "text",
    ["<a>&lt;!DOCTYPE html&gt;</a>", "<a><![CDATA[<!DOCTYPE html>]]></a>", "<!-- <!DOCTYPE a> --><a/>", "", "GIF89a"],
)
def test_the_word_doctype_elsewhere_is_no_doctype(text: str) -> None:
    refuse_doctype(text.encode(), "part")


def test_looking_for_a_doctype_is_quick_in_a_long_prolog() -> None:
    refuse_doctype(b"<!-- x --> " * 100_000 + b"<!-- " + b"-" * 10, "part")


@pytest.mark.parametrize("data", [b"", b"<a>", b"no xml", b"<a>\xff</a>", b"<a>&x;</a>", b"<x:a/>"])
def test_broken_xml_is_named_with_its_part(data: bytes) -> None:
    with pytest.raises(BrokenXmlError) as caught:
        parse(data, "xl/a.xml")
    assert caught.value.facts["part"] == "xl/a.xml"


def test_alternate_content_stands_for_its_first_branch() -> None:
    root = parse(
        f'<s xmlns:mc="{COMPATIBILITY}"><a/><mc:AlternateContent><mc:Choice Requires="x"><b/><c/></mc:Choice>'
        "<mc:Fallback><d/></mc:Fallback></mc:AlternateContent><e/></s>".encode()
    )
    assert [local(node) for node in children(root)] == ["a", "b", "c", "e"]
    assert child(root, "c") is not None
    assert child(root, "d") is None


@pytest.mark.parametrize(
    ("there", "new", "expected"),
    [
        ("<sheetData/><pageMargins/>", "autoFilter", "sheetData autoFilter pageMargins"),
        ("<sheetData/>", "extLst", "sheetData extLst"),
        ("<sheetData/><extLst/>", "tableParts", "sheetData tableParts extLst"),
        ("<conditionalFormatting/><pageMargins/>", "conditionalFormatting", "conditionalFormatting * pageMargins"),
        ("<sheetData/><mc:AlternateContent><mc:Choice><controls/></mc:Choice></mc:AlternateContent>", "drawing",
         "sheetData drawing AlternateContent"),
        ("<mc:AlternateContent><mc:Choice><oleObjects/></mc:Choice></mc:AlternateContent>", "tableParts",
         "AlternateContent tableParts"),
        ("<sheetData/><!-- c --><unknown/><pageSetup/>", "mergeCells", "sheetData  unknown mergeCells pageSetup"),
    ],
)  # fmt: skip
def test_a_child_goes_where_the_schema_wants_it(there: str, new: str, expected: str) -> None:
    root = parse(f'<worksheet xmlns="{MAIN}" xmlns:mc="{COMPATIBILITY}">{there}</worksheet>'.encode())
    node = etree.Element(f"{{{MAIN}}}{new}")
    insert_in_order(root, node, WORKSHEET_ORDER)
    names = ["*" if e is node and "*" in expected else local(e) for e in root]
    assert names == expected.split(" ")


@pytest.mark.parametrize(
    "tag",
    [
        f'<a xmlns="u" xmlns:mc="{COMPATIBILITY}" mc:Ignorable="x14ac" xmlns:x14ac="v"',
        '<a b="1" xmlns="u"',
        '<a xmlns="u"><ext uri="{1}" xmlns:x="v"',
    ],
)
def test_a_start_tag_keeps_the_order_in_which_its_namespaces_were_declared(tag: str) -> None:
    data = f"{tag}>text{'</ext>' * tag.count('<ext')}<c/></a>".encode()
    root = parse(data)
    assert serialise(root, data).removeprefix(DECLARATION) == data
    root[-1].set("d", "1")
    assert serialise(root, data).removeprefix(DECLARATION) == data.replace(b"<c/>", b'<c d="1"/>')


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ('<a id="1" ref="A1" xmlns="u"/>', '<a id="1" ref="B2" xmlns="u" more="x"/>'),
        ('<a ref="A1:B2" xmlns:r="v" id="1" xmlns="u">7</a>', '<a ref="B2" xmlns:r="v" id="1" xmlns="u" more="x">7</a>'),
        (
            '<!-- <a xmlns="u" ref="1"> --><a id="&gt;" xmlns="u" ref="A1"/>',
            '<!-- <a xmlns="u" ref="1"> --><a id="&gt;" xmlns="u" ref="B2" more="x"/>',
        ),
        ("<a ref='A1' id='1'/>", '<a ref="B2" id="1" more="x"/>'),
        ("<a/>", '<a ref="B2" more="x"/>'),
    ],
)
def test_a_root_keeps_the_order_of_its_attributes_when_their_values_change(read: str, written: str) -> None:
    root = parse(read.encode())
    root.set("ref", "B2")
    root.set("more", "x")
    assert serialise(root, read.encode()).decode() == written
