"""Workbooks that are broken where an edit has to look: each is refused with a reason, and the package stays as it is."""

from __future__ import annotations

import tempfile
import tracemalloc
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pytest

from funnelbook.book import Package, apply, read_grids
from funnelbook.book.newsheet import frames
from funnelbook.edits import CF_MARKER, Edit, EditPlan, Highlight, Note, PutCell, PutColumn, PutSheet, Rule, Style, TakeOut, WidenTable
from funnelbook.errors import BrokenXmlError, FunnelbookError, UnsafeEditError
from funnelbook.grid import Range, letters

from .build import HEAD, MAIN, opened, relationships, styles, workbook_parts, worksheet, zipped

ROW = '<row r="1"><c r="A1" s="0"><v>1</v></c></row>'
COLUMN = PutColumn("a", 5, 1, "Issues", 2, ["x", None, 3], "leads.1.issues", Style(), Style(bold=True), 12)
PLAN = EditPlan(
    [
        TakeOut(("summary",)),
        PutCell("a", 1, 3, "here", Style(fill="FFFF00")),
        COLUMN,
        Highlight("a", Rule(Range(2, 5, 4, 5), f"AND({CF_MARKER},E2<>0)", Style(fill="FFC7CE"))),
        Note("a", 2, 5, "look"),
        PutSheet("new", [["a", 1]], "summary"),
    ]
)


def parts_with(sheet: str = worksheet(ROW), **more: Any) -> dict[str, str | bytes]:
    return workbook_parts({"a": sheet}, style_part=styles(), **more)


def broken_name(scope: str) -> dict[str, str | bytes]:
    return parts_with(names=f'<definedName name="_funnelbook.sheet.summary" localSheetId="{scope}">a!$A$0</definedName>')


BROKEN: dict[str, dict[str, str | bytes]] = {
    "the number of a sheet is a text": {
        k: v if "workbook.xml" not in k else str(v).replace('sheetId="1"', 'sheetId="one"') for k, v in parts_with().items()
    },
    "the number of a row is no number": parts_with(worksheet('<row r="&#10;"><c r="A1"><v>1</v></c></row>')),
    "the column of a cell has no letters": parts_with(worksheet('<row r="3"><c r="33"><v>1</v></c></row>')),
    "a cell is there twice": parts_with(worksheet('<row r="1"><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row>')),
    "a cell is called a row": parts_with(worksheet('<row r="3"><c r="A3"><v>1</v></c><row r="B3"><v>2</v></row></row>')),
    "a cell stands in no column": parts_with(worksheet('<row r="1"><c r="A1"><v>1</v></c><c r="文1"><v>2</v></c></row>')),
    "a cell far from the edit stands nowhere": parts_with(worksheet(f'{ROW}<row r="9"><c r="\uff11\uff12"><v>1</v></c></row>')),
    "a cell among comments stands nowhere": parts_with(worksheet(f'<!-- x -->{ROW}<row r="2"><c r="12"><v>1</v></c></row>')),
    "a cell has an empty reference": parts_with(worksheet(f'{ROW}<row r="9"><c r=""><v>1</v></c></row>')),
    "cells are out of order": parts_with(worksheet('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>')),
    "rows are out of order": parts_with(worksheet('<row r="3"><c r="A3"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>')),
    "rows among comments are out of order": parts_with(worksheet('<!-- x --><row r="3"><c r="A3"><v>1</v></c></row><row r="1"/>')),
    "a row is there twice": parts_with(worksheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>')),
    "rows behind the edited ones are out of order": parts_with(worksheet(f'{ROW}<row r="90"/><row r="80"/>')),
    "the number of a row is in words": parts_with(worksheet('<row  r="two"><c r="A2"><v>1</v></c></row>')),
    "a column begins nowhere": parts_with(worksheet(ROW, before='<cols><col min="x" max="9"/></cols>')),
    "a merge covers nothing": parts_with(worksheet(ROW, after='<mergeCells><mergeCell ref="A0:B1"/></mergeCells>')),
    "the used range is none": parts_with(worksheet(ROW, before='<dimension ref="?"/>')),
    "an array formula fills nothing": parts_with(worksheet('<row r="1"><c r="A1"><f t="array" ref="Z0">1</f><v>1</v></c></row>')),
    "a format has a number that is none": parts_with() | {"xl/styles.xml": styles('<xf numFmtId="1e400"/>')},
    "the rows are there twice": parts_with(worksheet(ROW, after=f"<sheetData>{ROW}</sheetData>")),
    "the rows hold rows": parts_with(worksheet(f"{ROW}<sheetData>{ROW}</sheetData>")),
    "the styles are something else": parts_with() | {"xl/styles.xml": worksheet(ROW)},
    "a name of ours leads nowhere": broken_name("0"),
    "relationships of a part that nobody touches are cut": parts_with()
    | {"xl/drawings/_rels/drawing1.xml.rels": relationships([("image", "x.png")])[:-30]},
    "relationships are something else": parts_with() | {"xl/drawings/_rels/drawing1.xml.rels": "<a/>"},
    "two sheets are one part": workbook_parts({"a": ROW, "b": ROW})
    | {"xl/_rels/workbook.xml.rels": relationships([("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet1.xml")])},
    "two relationships have one id": parts_with()
    | {"xl/drawings/_rels/drawing1.xml.rels": relationships([("image", "a"), ("image", "b")]).replace("rId2", "rId1")},
    "a relationship has no id": parts_with()
    | {"xl/drawings/_rels/drawing1.xml.rels": relationships([("image", "a")]).replace('Id="rId1" ', "")},
    "relationships are one relationship": parts_with() | {"xl/drawings/_rels/drawing1.xml.rels": "<Relationship/>"},
    "the content types are something else": parts_with() | {"[Content_Types].xml": "<a/>"},
    "two sheets have one name": workbook_parts({"a": ROW, "A": ROW}),
    "something else stands among the rows": parts_with(worksheet(f'<x><c r="A1"><v>1</v></c></x>{ROW}')),
    "something else stands behind the rows": parts_with(worksheet(f'{ROW}<x><c r="A9"><v>1</v></c></x>')),
    "relationships stand in something else": {
        k: str(v).replace("</Rel", "<x/></Rel") if k == "xl/_rels/workbook.xml.rels" else v
        for k, v in parts_with().items()
        for k, v in parts_with().items()
    },
    "a sheet is not in the encoding that it names": parts_with() | {"xl/worksheets/sheet1.xml": b"\xff\xfe\x00\x00\xff\xff\xff\xff" * 4},
}


@pytest.mark.parametrize("what", BROKEN)
def test_it_is_refused_and_the_package_stays_as_it_is(tmp_path: Path, what: str) -> None:
    with pytest.raises(FunnelbookError) as caught:
        _edited_or_unchanged(tmp_path, BROKEN[what])
    assert isinstance(caught.value, BrokenXmlError)


def _edited_or_unchanged(tmp_path: Path, parts: dict[str, str | bytes]) -> None:
    package = opened(tmp_path, parts)
    try:
        apply(PLAN, package)
    except FunnelbookError:
        assert (package.changed, package.added, package.dropped) == (frozenset(), frozenset(), frozenset())
        assert package.to_bytes() == zipped(parts)
        raise


def test_what_fails_while_it_is_written_changes_nothing(tmp_path: Path) -> None:
    """The number of a sheet is looked at when the new one is added, after other parts have been written."""
    _, parts = "", BROKEN["the number of a sheet is a text"]
    with pytest.raises(BrokenXmlError):
        _edited_or_unchanged(tmp_path, parts)


def test_no_note_is_added_where_the_shapes_of_the_notes_are_lost(tmp_path: Path) -> None:
    sheet = worksheet(ROW, after='<legacyDrawing r:id="rId1"/>')
    package = opened(tmp_path, parts_with(sheet, sheet_rels={"a": [("vmlDrawing", "../drawings/gone.vml")]}))
    with pytest.raises(UnsafeEditError) as caught:
        apply(EditPlan([Note("a", 1, 1, "look")]), package)
    assert caught.value.facts["reason"] == "notes_unreadable"


def test_a_part_that_nothing_leads_to_keeps_its_name(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": ROW}, extra={"xl/styles.xml": styles(), "xl/worksheets/sheet2.xml": "<a/>"}))
    apply(PLAN, package)
    package.save(tmp_path / "out.xlsx")
    after = Package.open(tmp_path / "out.xlsx")
    assert (after.read("xl/styles.xml"), after.read("xl/worksheets/sheet2.xml")) == (styles().encode(), b"<a/>")
    assert [grid.value(1, 1) for grid in read_grids(after)] == [1, "a"]


def test_a_new_sheet_inherits_nothing_of_one_that_is_missing(tmp_path: Path) -> None:
    extra = {
        "xl/worksheets/_rels/sheet2.xml.rels": relationships([("drawing", "../drawings/drawing7.xml")]),
        "xl/drawings/drawing7.xml": "<cut",
    }
    package = opened(tmp_path, workbook_parts({"a": ROW}, extra=extra))
    apply(PLAN, package)
    package.save(tmp_path / "out.xlsx")
    assert [grid.sheet for grid in read_grids(Package.open(tmp_path / "out.xlsx"))] == ["a", "new"]
    assert "xl/worksheets/sheet2.xml" not in Package.open(tmp_path / "out.xlsx").names()


def test_a_relationship_that_leads_nowhere_does_not_lead_to_a_new_sheet(tmp_path: Path) -> None:
    parts = workbook_parts({"a": ROW})
    parts["xl/_rels/workbook.xml.rels"] = relationships([("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")])
    package = opened(tmp_path, parts)
    apply(EditPlan([PutSheet("new", [["a", 1]])]), package)
    assert "xl/worksheets/sheet2.xml" not in package.added


def test_what_names_a_relationship_that_is_missing_does_not_come_to_mean_a_new_one(tmp_path: Path) -> None:
    parts = workbook_parts({"a": ROW, "b": ROW})
    parts["xl/_rels/workbook.xml.rels"] = relationships([("worksheet", "worksheets/sheet1.xml")])
    package = opened(tmp_path, parts)
    apply(EditPlan([PutSheet("new", [["a", 1]])]), package)
    assert [sheet.rel_id for sheet in package.sheets()] == ["rId1", "rId2", "rId3"]
    assert [sheet.part is None for sheet in package.sheets()] == [False, True, False]


@pytest.mark.parametrize("size", ["INF", "1e400", "NaN", "-1"])
def test_sizes_that_are_none_are_those_of_the_standard(tmp_path: Path, size: str) -> None:
    sheet = worksheet(
        ROW, before=f'<sheetFormatPr defaultRowHeight="{size}" defaultColWidth="{size}"/><cols><col min="1" max="2" width="{size}"/></cols>'
    )
    (grid,) = read_grids(opened(tmp_path, parts_with(sheet)))
    assert grid.value(1, 1) == 1


def test_a_folder_of_a_parts_name_is_no_part(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": ROW}, extra={"xl/worksheets/sheet2.xml/": ""}))
    apply(PLAN, package)
    package.save(tmp_path / "out.xlsx")
    assert [grid.sheet for grid in read_grids(Package.open(tmp_path / "out.xlsx"))] == ["a", "new"]


def test_a_rule_for_whole_columns_stays_when_ours_go(tmp_path: Path) -> None:
    rule = '<dataValidations count="1"><dataValidation type="whole" sqref="A:A"><formula1>1</formula1></dataValidation></dataValidations>'
    package = opened(tmp_path, parts_with(worksheet(ROW, after=rule)))
    apply(PLAN, package)
    apply(EditPlan([TakeOut(("summary",), (Style(bold=True), Style()))]), package)
    assert b'sqref="A:A"' in package.read("xl/worksheets/sheet1.xml")


def test_a_sheet_that_goes_with_the_same_plan_takes_no_cell(tmp_path: Path) -> None:
    package = opened(tmp_path, parts_with())
    apply(PLAN, package)
    with pytest.raises(UnsafeEditError) as caught:
        apply(EditPlan([TakeOut(("summary",)), PutCell("new", 1, 1, "x")]), package)
    assert caught.value.facts["reason"] == "no_such_sheet"


@pytest.mark.parametrize(
    "edit",
    [
        WidenTable("a", "t", ("Issues",)),
        PutCell("a", 1, 2, "y", Style()),
        PutColumn("a", 2, 1, "y", 3, ["z"], None, Style(), Style(), 9),
    ],
)
def test_an_excel_table_whose_columns_are_not_those_of_its_range_is_not_edited(tmp_path: Path, edit: Edit) -> None:
    columns = '<tableColumns count="1"><tableColumn id="1" name="x"/></tableColumns>'
    table = f'{HEAD}<table xmlns="{MAIN}" id="1" name="t" displayName="t" ref="A1:B2">{columns}</table>'
    sheet = worksheet(ROW, after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>')
    package = opened(
        tmp_path, parts_with(sheet, sheet_rels={"a": [("table", "../tables/table1.xml")]}, extra={"xl/tables/table1.xml": table})
    )
    with pytest.raises(BrokenXmlError):
        apply(EditPlan([edit]), package)


def test_relationships_have_a_content_type_where_each_has_its_own(tmp_path: Path) -> None:
    parts = parts_with()
    kind = "application/vnd.openxmlformats-package.relationships+xml"
    own = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name in parts if name.endswith(".rels"))
    types = str(parts["[Content_Types].xml"]).replace(f'<Default Extension="rels" ContentType="{kind}"/>', own)
    package = opened(tmp_path, parts | {"[Content_Types].xml": types})
    apply(PLAN, package)
    package.save(tmp_path / "out.xlsx")
    assert Package.open(tmp_path / "out.xlsx").content_type("xl/worksheets/_rels/sheet1.xml.rels") == kind


@pytest.mark.parametrize("place", ["A1048577", "ZZ1048577", "ZZ1000000", "XFD999999", "RID999999"])
def test_a_cell_that_is_far_from_all_others_costs_no_memory(tmp_path: Path, place: str) -> None:
    cells = "".join(f'<c r="{letters(column)}1"><v>1</v></c>' for column in range(1, 700))
    far = f'<row r="{place.lstrip(ascii_uppercase)}"><c r="{place}"><v>1</v></c></row>'
    package = opened(tmp_path, parts_with(worksheet(f'<row r="1">{cells}</row>{far}')))
    tracemalloc.start()
    try:
        (grid,) = read_grids(package)
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()
    assert (grid.height, grid.value(1, 1)) == (1, 1)


@pytest.mark.parametrize("place", ["A2", "B11", "c10", "$D$4", "E0"])
@pytest.mark.parametrize("row", ['<row r="1">', '<row spans="1:5" r="1">', "<row>"])
def test_a_cell_whose_reference_contradicts_its_row_is_damaged(tmp_path: Path, place: str, row: str) -> None:
    package = opened(tmp_path, parts_with(worksheet(f'{row}<c r="A1"><v>1</v></c><c r="{place}"><v>1</v></c></row>')))
    with pytest.raises(BrokenXmlError):
        read_grids(package)


def test_new_sheets_need_no_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    assert frames([PutSheet("new", [["a", 1]])]).startswith(b"PK")
