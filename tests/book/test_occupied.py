"""What occupies cells beside values."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook.book import read_grids
from funnelbook.book.names import SHEET_DRAWING
from funnelbook.grid import CellRef, ExcelTable, Grid, Owned, Range

from .build import COMPATIBILITY, MAIN, Pointer, opened, relationships, workbook_parts, worksheet


def _grid(tmp_path: Path, after: str, pointers: list[Pointer], extra: dict[str, str], before: str = "") -> Grid:
    parts = workbook_parts({"a": worksheet("", after, before)}, sheet_rels={"a": pointers}, extra=extra)
    return read_grids(opened(tmp_path, parts))[0]


def _marker(name: str, column: int, row: int) -> str:
    inner = f"<xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    return f"<xdr:{name}>{inner}</xdr:{name}>"


TWO = f"<xdr:twoCellAnchor>{_marker('from', 1, 2)}{_marker('to', 3, 9)}</xdr:twoCellAnchor>"
ONE = f'<xdr:oneCellAnchor>{_marker("from", 1, 2)}<xdr:ext cx="1828800" cy="571500"/></xdr:oneCellAnchor>'
ABSOLUTE = '<xdr:absoluteAnchor><xdr:pos x="609600" y="190500"/><xdr:ext cx="609600" cy="190500"/></xdr:absoluteAnchor>'


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        (TWO, "B3:D10"),
        (
            f"<mc:AlternateContent><mc:Choice Requires='a'>{TWO}</mc:Choice><mc:Fallback/></mc:AlternateContent>",
            "B3:D10",
        ),
        (ONE, "B3:D6"),
        (ABSOLUTE, "A2:B3"),
    ],
)
def test_a_drawing_owns_the_cells_under_its_anchor(tmp_path: Path, anchor: str, expected: str) -> None:
    drawing = f'<xdr:wsDr xmlns:xdr="{SHEET_DRAWING}" xmlns:mc="{COMPATIBILITY}">{anchor}</xdr:wsDr>'
    grid = _grid(
        tmp_path, '<drawing r:id="rId1"/>', [("drawing", "../drawings/d.xml")], {"xl/drawings/d.xml": drawing},
        '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="9" width="9" customWidth="1"/></cols>',
    )  # fmt: skip
    assert [(o.range.a1, o.kind) for o in grid.owned] == [(expected, "drawing")]


def test_controls_of_the_vml_own_cells_and_its_notes_do_not(tmp_path: Path) -> None:
    anchor = "<x:Anchor>\n 1, 15, 2, 10, 3, 31, 4, 9</x:Anchor>"
    shape = f'<v:shape><x:ClientData ObjectType="{{}}">{anchor}</x:ClientData></v:shape>'
    vml = f"<xml><br>{shape.format('Drop')}{shape.format('Note')}</xml>"
    grid = _grid(tmp_path, '<legacyDrawing r:id="rId1"/>', [("vmlDrawing", "../v.vml")], {"xl/v.vml": vml})
    assert grid.owned == (Owned(Range(3, 2, 5, 4), "control"),)
    grid = _grid(tmp_path, '<legacyDrawingHF r:id="rId1"/>', [("vmlDrawing", "../v.vml")], {"xl/v.vml": vml})
    assert grid.owned == ()


@pytest.mark.parametrize(("pages", "expected"), [("", "C6:E9"), (' rowPageCount="2" colPageCount="1"', "C3:E9")])
def test_a_pivot_owns_its_cells_and_its_page_fields(tmp_path: Path, pages: str, expected: str) -> None:
    pivot = f'<pivotTableDefinition xmlns="{MAIN}"><location ref="C6:E9"{pages}/></pivotTableDefinition>'
    grid = _grid(tmp_path, "", [("pivotTable", "../p.xml")], {"xl/p.xml": pivot})
    assert [(o.range.a1, o.kind) for o in grid.owned] == [(expected, "pivot")]


def test_merges_and_arrays_own_their_cells(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><f t="array" ref="A1:B2">x</f><v>1</v></c></row>'
    sheet = worksheet(rows, '<mergeCells><mergeCell ref="D1:E2"/><mergeCell ref="broken"/></mergeCells>')
    grid = read_grids(opened(tmp_path, workbook_parts({"a": sheet})))[0]
    assert grid.merged == (Range(1, 4, 2, 5),)
    assert {(o.range.a1, o.kind) for o in grid.owned} == {("A1:B2", "array"), ("D1:E2", "merge")}


def _table(attributes: str = "", column: str = "") -> str:
    columns = f'<tableColumn id="1" name="电_x000a_话"{column}/><tableColumn id="2" name="B"/>'
    return (
        f'<table xmlns="{MAIN}" id="1" name="T1" displayName="表1" ref="A3:B9"{attributes}><autoFilter ref="A3:B9"/>'
        f'<tableColumns count="2">{columns}</tableColumns></table>'
    )


def test_an_excel_table_is_read_with_its_columns(tmp_path: Path) -> None:
    grid = _grid(tmp_path, "", [("table", "../t.xml")], {"xl/t.xml": _table(' totalsRowCount="1"')})
    assert grid.excel_tables == (ExcelTable("表1", Range(3, 1, 9, 2), ("电\n话", "B"), 1, 1, False),)
    assert grid.owned == (Owned(Range(3, 1, 9, 2), "table"),)
    assert grid.filter is None


@pytest.mark.parametrize(
    ("attributes", "column", "rels", "fixed"),
    [
        ("", "", [], False),
        (' tableType="worksheet"', "", [], False),
        (' tableType="queryTable"', "", [], True),
        (' tableType="xml"', "", [], True),
        ("", ' queryTableFieldId="1"', [], True),
        ("", "", [("queryTable", "q.xml")], True),
        (
            "",
            '><xmlColumnPr mapId="1" xpath="/a" xmlDataType="string"/></tableColumn><tableColumn id="3" name="C"',
            [],
            True,
        ),
        ("", ' uniqueName="1"', [], False),
    ],
)
def test_a_table_that_is_fed_from_elsewhere_is_fixed(
    tmp_path: Path, attributes: str, column: str, rels: list[Pointer], fixed: bool
) -> None:
    extra = {"xl/t.xml": _table(attributes, column), "xl/q.xml": "<q/>"}
    if rels:
        extra["xl/_rels/t.xml.rels"] = relationships(rels)
    grid = _grid(tmp_path, "", [("table", "../t.xml")], extra)
    assert grid.excel_tables[0].fixed is fixed


def test_notes_of_the_user_are_told_from_ours(tmp_path: Path) -> None:
    notes = (
        f'<comments xmlns="{MAIN}"><authors><author>王</author><author>funnelbook</author></authors><commentList>'
        '<comment ref="A1" authorId="0"/><comment ref="B2" authorId="1"/><comment ref="C3"/></commentList></comments>'
    )
    threads = '<ThreadedComments xmlns="urn:x"><threadedComment ref="D4" id="{1}"/></ThreadedComments>'
    pointers = [
        ("comments", "../c.xml"),
        ("http://schemas.microsoft.com/office/2017/10/relationships/threadedComment", "../t.xml"),
    ]
    grid = _grid(tmp_path, "", pointers, {"xl/c.xml": notes, "xl/t.xml": threads})
    assert grid.noted == {CellRef(1, 1), CellRef(3, 3), CellRef(4, 4)}


def test_the_anchor_of_a_control_in_damaged_signs_is_no_crash(tmp_path: Path) -> None:
    shape = '<v:shape><x:ClientData ObjectType="Drop"><x:Anchor>~, 15, 2, 10, 3, 31, 4, 9</x:Anchor></x:ClientData></v:shape>'
    vml = f"<xml>{shape}</xml>".encode().replace(b"~", b"\xb1")
    grid = _grid(tmp_path, '<legacyDrawing r:id="rId1"/>', [("vmlDrawing", "../v.vml")], {"xl/v.vml": vml})
    assert [one.kind for one in grid.owned] == ["control"]
