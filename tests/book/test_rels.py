"""Relationships and content types, edited in place."""

from __future__ import annotations

import pytest

from funnelbook.book.rels import (
    content_types_of,
    relationships_of,
    relative,
    rels_name,
    resolved,
    retyped,
    with_relationship,
    without_relationship,
)

from .build import PACKAGE, content_types, relationships

PREFIXED = (
    f'\ufeff<?xml version="1.0"?><p:Types xmlns:p="{PACKAGE}/content-types">'
    '<p:Default Extension="XML" ContentType="x"/>'
    '<p:Override PartName="/XL/a.xml" ContentType="t"/></p:Types>'
).encode()


@pytest.mark.parametrize(
    ("source", "target", "part"),
    [
        ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/worksheets/sheet1.xml", "../drawings/d.xml", "xl/drawings/d.xml"),
        ("xl/worksheets/sheet1.xml", "/xl/tables/t.xml", "xl/tables/t.xml"),
        ("xl/worksheets/sheet1.xml", "..\\tables\\t.xml", "xl/tables/t.xml"),
        ("", "xl/workbook.xml", "xl/workbook.xml"),
        ("", "/xl/workbook.xml#a", "xl/workbook.xml"),
        ("workbook.xml", "./sheet.xml", "sheet.xml"),
    ],
)
def test_a_target_means_a_part(source: str, target: str, part: str) -> None:
    assert resolved(source, target) == part


@pytest.mark.parametrize("source", ["", "workbook.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "docProps/app.xml", "top.xml"])
def test_a_relative_target_leads_back_to_its_part(source: str, part: str) -> None:
    assert resolved(source, relative(source, part)) == part


def test_the_part_of_relationships_stands_beside_its_source() -> None:
    assert [rels_name(s) for s in ("", "a.xml", "xl/b.xml")] == [
        "_rels/.rels",
        "_rels/a.xml.rels",
        "xl/_rels/b.xml.rels",
    ]


def test_a_relationship_that_comes_back_stands_where_it_stood() -> None:
    data = relationships([("a", "1.xml"), ("b", "2.xml"), ("c", "3.xml")]).encode()
    less = without_relationship(data, "rId2")
    assert less is not None
    again = with_relationship(less, "rId2", "b", "2.xml", ("rId1", "rId2", "rId3"))
    ids = [r.id for r in relationships_of(again, "", lambda name: name)]
    assert ids == ["rId1", "rId2", "rId3"]


def test_the_last_relationship_takes_the_part_with_it() -> None:
    assert without_relationship(relationships([("a", "1.xml")]).encode(), "rId1") is None


def test_strict_and_microsoft_types_have_a_kind_too() -> None:
    data = relationships(
        [("http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet", "a"),
         ("http://schemas.microsoft.com/office/2017/10/relationships/person", "b")]
    ).encode()  # fmt: skip
    assert [r.kind for r in relationships_of(data, "", lambda name: None)] == ["worksheet", "person"]


def test_content_types_keep_mark_and_prefix_when_one_is_added() -> None:
    data = retyped(PREFIXED, [], {"xl/b.xml": "new"})
    assert data.startswith(b"\xef\xbb\xbf<?xml")
    assert b'<p:Override PartName="/xl/b.xml" ContentType="new"/></p:Types>' in data
    types = content_types_of(data, "")
    assert (types.of("xl/A.xml"), types.of("XL/B.XML"), types.of("c.xml"), types.of("c.png")) == ("t", "new", "x", None)


@pytest.mark.parametrize(("gone", "wanted"), [([], {}), (["not/there.xml"], {}), ([], {"xl/a.xml": "t"}), ([], {"xl/other.xml": "x"})])
def test_content_types_stay_byte_for_byte_when_nothing_is_to_be_done(gone: list[str], wanted: dict[str, str]) -> None:
    assert retyped(PREFIXED, gone, wanted) is PREFIXED


def test_an_override_goes_or_changes_in_its_place() -> None:
    data = content_types(["xl/a.xml", "xl/b.xml"]).encode()
    assert b"xl/a.xml" not in retyped(data, ["XL/A.xml"], {})
    changed = retyped(data, [], {"xl/a.xml": "other"})
    assert changed.index(b'PartName="/xl/a.xml" ContentType="other"') < changed.index(b"/xl/b.xml")
