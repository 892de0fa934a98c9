"""The package: parts by name, what is changed, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from funnelbook.book import Package
from funnelbook.book.names import STYLES_TYPE, TYPES_PART, WORKSHEET_TYPE
from funnelbook.errors import BrokenXmlError, FunnelbookError

from .build import MAIN, SHARED, STRICT, needs_shared, opened, relationships, styles, workbook_parts, zipped

SHEET = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()


def test_a_blank_package_is_the_same_every_time_and_opens_again(tmp_path: Path) -> None:
    package = Package.blank()
    part = package.free_name("xl/worksheets/sheet{}.xml")
    package.add(part, SHEET, WORKSHEET_TYPE)
    rel_id = package.relate(package.main, "worksheet", part)
    book = package.read(package.main)
    package.write(
        package.main,
        book.replace(b"<sheets/>", f'<sheets><sheet name="a" sheetId="1" r:id="{rel_id}"/></sheets>'.encode()),
    )
    again = opened(tmp_path, package.to_bytes())
    assert [(s.name, s.part, s.kind, s.state) for s in again.sheets()] == [("a", part, "worksheet", "visible")]
    assert (again.main, again.strict, again.content_type(part)) == ("xl/workbook.xml", False, WORKSHEET_TYPE)
    assert Package.blank().to_bytes() == Package.blank().to_bytes()
    assert package.added == frozenset(package.names())


def test_names_are_found_without_case_slash_and_escape(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": ""}, extra={"xl\\media\\my image.png": b"x", "xl/b%20c.bin": b"y"}))
    for name in ("XL/Workbook.xml", "/xl/workbook.xml", "xl/media/my%20image.png", "xl/b c.bin", "xl/b%20c.bin"):
        assert name in package
    assert "xl/nothing.xml" not in package
    assert package.read("xl/MEDIA/my image.png") == b"x"
    with pytest.raises(KeyError):
        package.read("xl/nothing.xml")


def test_a_part_written_back_with_equal_bytes_is_not_changed(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": ""}))
    data = package.read("xl/workbook.xml")
    package.write("xl/workbook.xml", data + b" ")
    assert package.changed == {"xl/workbook.xml"}
    package.write("xl/workbook.xml", data)
    assert package.changed == frozenset()
    assert package.path is not None
    assert package.to_bytes() == package.path.read_bytes()


def test_adding_and_dropping_keeps_content_types_and_relationships_in_step(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": ""}))
    name = package.free_name("xl/worksheets/Sheet{}.xml")
    assert name == "xl/worksheets/Sheet2.xml"
    package.add(name, SHEET, WORKSHEET_TYPE)
    package.relate(name, "drawing", "xl/drawings/d.xml")
    rel_id = package.relate("xl/workbook.xml", "worksheet", name)
    assert package.related("xl/workbook.xml", "worksheet") == ["xl/worksheets/sheet1.xml", name]
    assert package.added == {name, "xl/worksheets/_rels/Sheet2.xml.rels"}
    assert package.content_type(name) == WORKSHEET_TYPE
    package.drop(name)
    package.unrelate("xl/workbook.xml", rel_id)
    assert (package.added, package.dropped, package.changed - {"xl/_rels/workbook.xml.rels"}) == (set(), set(), set())
    with pytest.raises(KeyError):
        package.drop(name)


@pytest.mark.parametrize(
    "target",
    ["../tables/Table1.xml", "/xl/tables/table1.xml", "xl/tables/table1.xml", "../tables/table%31.xml", "../x/../tables\\table1.xml"],
)
def test_no_new_part_takes_a_name_to_which_some_relationship_leads_in_vain(tmp_path: Path, target: str) -> None:
    parts = workbook_parts({"S": ""})
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relationships([("table", target)])
    assert opened(tmp_path, parts).free_name("xl/tables/table{}.xml") == "xl/tables/table2.xml"


def test_a_dropped_part_leaves_relationships_without_a_part(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": "", "b": ""}))
    assert package.sheets()[1].part == "xl/worksheets/sheet2.xml"
    package.drop("xl/worksheets/sheet2.xml")
    assert package.sheets()[1].part is None
    assert package.dropped == {"xl/worksheets/sheet2.xml"}
    assert b"sheet2.xml" not in package.read(TYPES_PART)
    assert opened(tmp_path, package.to_bytes()).names() == package.names()


def _like_a_refresh(package: Package) -> bytes:
    """Takes out what an earlier one added and adds it again, with a part in between that stays."""
    for part in [n for n in package.names() if "/own" in n]:
        package.unrelate(package.main, next(r.id for r in package.relationships(package.main) if r.part == part))
        package.drop(part)
    for n in (1, 2):
        package.add(f"xl/worksheets/own{n}.xml", SHEET * n, WORKSHEET_TYPE)
        package.relate(package.main, "worksheet", f"xl/worksheets/own{n}.xml")
        if not package.related(package.main, "styles"):
            package.add("xl/styles.xml", styles().encode(), STYLES_TYPE)
            package.relate(package.main, "styles", "xl/styles.xml")
    return package.to_bytes()


def test_taking_out_and_adding_again_gives_the_same_bytes(tmp_path: Path) -> None:
    first = _like_a_refresh(opened(tmp_path, workbook_parts({"a": ""})))
    package = opened(tmp_path, first)
    assert _like_a_refresh(package) == first
    assert (package.changed, package.added, package.dropped) == (frozenset(), frozenset(), frozenset())


def test_a_strict_package_gets_strict_relationships(tmp_path: Path) -> None:
    parts = workbook_parts({"a": ""})
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(MAIN, STRICT)
    package = opened(tmp_path, parts)
    assert package.strict
    package.relate(package.main, "styles", "xl/styles.xml")
    assert package.relationships(package.main)[-1].type == "http://purl.oclc.org/ooxml/officeDocument/relationships/styles"


def test_targets_of_any_form_are_followed_and_the_workbook_may_stand_anywhere(tmp_path: Path) -> None:
    parts = workbook_parts({"a": "", "b": "", "c": ""})
    parts["xl/_rels/workbook.xml.rels"] = relationships(
        [
            ("worksheet", "/xl/worksheets/SHEET1.xml"),
            ("worksheet", "worksheets\\sheet2.xml"),
            ("worksheet", "xl/worksheets/sheet3.xml"),
        ]
    )
    assert all(s.part for s in opened(tmp_path, parts).sheets())
    moved = {name.replace("xl/", "deep/er/"): data for name, data in workbook_parts({"a": ""}).items()}
    moved["_rels/.rels"] = relationships([("officeDocument", "deep/er/workbook.xml")])
    assert opened(tmp_path, moved).sheets()[0].part == "deep/er/worksheets/sheet1.xml"


def test_broken_parts_that_have_to_be_read_are_named(tmp_path: Path) -> None:
    for part in ("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", TYPES_PART):
        with pytest.raises(BrokenXmlError) as caught:
            opened(tmp_path, workbook_parts({"a": ""}) | {part: "<broken"})
        assert caught.value.facts["part"] == part
        assert caught.value.facts["path"].endswith("book.xlsx")


@needs_shared
def test_every_workbook_of_the_corpus_opens_or_is_refused_with_its_code() -> None:
    corpus = SHARED / "corpus"
    for case in json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["files"]:
        if case["expect"] == "edit":
            package = Package.open(corpus / case["file"])
            assert case["sheet"] in [sheet.name for sheet in package.sheets() if sheet.kind == "worksheet"]
            continue
        with pytest.raises(FunnelbookError) as caught:
            Package.open(corpus / case["file"])
        assert caught.value.code == case["reason"].replace("-", "_"), case["file"]
        if caught.value.code in ("protected", "signed"):
            Package.open(corpus / case["file"], for_edit=False)
        if caught.value.code == "protected":
            Package.open(corpus / case["file"], allow_protected=True)


def test_a_part_without_a_name_is_read_too(tmp_path: Path) -> None:
    assert opened(tmp_path, zipped({**workbook_parts({"a": ""}), "": b"x"})).read("") == b"x"


def test_folders_in_the_zip_are_kept_and_are_no_parts(tmp_path: Path) -> None:
    data = zipped({"xl/": b"", **workbook_parts({"a": ""}), "[trash]/0000.dat": b"\0" * 9})
    package = opened(tmp_path, data)
    assert "xl/" not in package.names()
    package.write("xl/worksheets/sheet1.xml", SHEET)
    names = [name for name, _ in package.untouched()]
    assert "xl/" in names
    assert "[trash]/0000.dat" in names
