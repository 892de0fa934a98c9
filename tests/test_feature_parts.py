"""Features that bring parts of their own: a refresh carries the parts as bytes and what points to them as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from .book.build import MAIN, RELATIONSHIPS
from .leadbook import BOOK, ML, MS, SHEET, TABLE, X14, LeadBook
from .promise import Kept, kept
from .workbooks import LEADS

pytestmark = pytest.mark.thorough

A14 = "http://schemas.microsoft.com/office/drawing/2010/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
MICROSOFT = "http://schemas.microsoft.com/office"


def same_parts(found: Kept, *names: str) -> None:
    """The parts are there with their bytes, and their relationships and content types."""
    for name in names:
        assert found.after.read(name) == found.before.read(name), name
        assert found.after.content_type(name) == found.before.content_type(name), name
        assert found.after.relationships(name) == found.before.relationships(name), name


@pytest.mark.parametrize("source", ['name="线索表"', f'ref="{TABLE}" sheet="线索"'], ids=["by its table", "by its range"])
def test_a_pivot_over_the_lead_table(tmp_path: Path, source: str) -> None:
    book = LeadBook()
    book.table()
    fields = "".join(f'<cacheField name="{name}" numFmtId="0"><sharedItems/></cacheField>' for name in LEADS)
    cache = f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}" r:id="rId1" recordCount="0"><cacheSource type="worksheet">'
    cache += f'<worksheetSource {source}/></cacheSource><cacheFields count="14">{fields}</cacheFields></pivotCacheDefinition>'
    book.part("xl/pivotCache/pivotCacheDefinition1.xml", cache, f"{ML}pivotCacheDefinition+xml")
    book.part("xl/pivotCache/pivotCacheRecords1.xml", f'<pivotCacheRecords xmlns="{MAIN}" count="0"/>', f"{ML}pivotCacheRecords+xml")
    book.relate("xl/pivotCache/pivotCacheDefinition1.xml", "pivotCacheRecords", "pivotCacheRecords1.xml")
    pivot_fields = '<pivotField axis="axisRow" showAll="0"/>' + '<pivotField showAll="0"/>' * 12 + '<pivotField dataField="1" showAll="0"/>'
    pivot = f'<pivotTableDefinition xmlns="{MAIN}" name="透视表" cacheId="5" dataCaption="值"><location ref="A3:B5" firstHeaderRow="1" '
    pivot += f'firstDataRow="1" firstDataCol="1"/><pivotFields count="14">{pivot_fields}</pivotFields></pivotTableDefinition>'
    book.part("xl/pivotTables/pivotTable1.xml", pivot, f"{ML}pivotTable+xml")
    book.relate("xl/pivotTables/pivotTable1.xml", "pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
    cells = '<row r="3"><c r="A3" t="inlineStr"><is><t>行标签</t></is></c><c r="B3"><v>4</v></c></row>'
    sheet = book.add_sheet("透视", f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>')
    book.relate(sheet, "pivotTable", "../pivotTables/pivotTable1.xml")
    rel_id = book.relate(BOOK, "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
    book.book["pivotCaches"] = f'<pivotCaches><pivotCache cacheId="5" r:id="{rel_id}"/></pivotCaches>'
    found = kept(book.data(), tmp_path)
    same_parts(
        found, "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotCache/pivotCacheRecords1.xml", "xl/pivotTables/pivotTable1.xml", sheet
    )


def test_slicers(tmp_path: Path) -> None:
    book = LeadBook()
    table = book.table()
    book.part(
        "xl/slicerCaches/slicerCache1.xml",
        f'<slicerCacheDefinition xmlns="{X14}" name="切片器_来源" sourceName="来源"><extLst><x:ext xmlns:x="{MAIN}" '
        f'uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{X15}"><x15:tableSlicerCache tableId="7" column="2"/></x:ext></extLst>'
        "</slicerCacheDefinition>",
        f"{MS}slicerCache+xml",
    )
    slicer = f'<slicers xmlns="{X14}"><slicer name="来源" cache="切片器_来源" caption="来源" rowHeight="225425"/></slicers>'
    book.part("xl/slicers/slicer1.xml", slicer, f"{MS}slicer+xml")
    place = f'<xdr:wsDr xmlns:xdr="{DRAWING}" xmlns:mc="{MARKUP}" xmlns:sle15="u"><xdr:twoCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0'
    place += "</xdr:colOff><xdr:row>20</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>"
    place += '30</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><mc:AlternateContent><mc:Choice Requires="sle15"/><mc:Fallback/></mc:AlternateContent>'
    place += "<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
    book.part("xl/drawings/drawing1.xml", place, "application/vnd.openxmlformats-officedocument.drawing+xml")
    book.sheet["drawing"] = f'<drawing r:id="{book.relate(SHEET, "drawing", "../drawings/drawing1.xml")}"/>'
    listed = f'<x14:slicerList><x14:slicer r:id="{book.relate(SHEET, f"{MICROSOFT}/2007/relationships/slicer", "../slicers/slicer1.xml")}"/></x14:slicerList>'
    book.sheet["extLst"] = f'<extLst><ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}" xmlns:x14="{X14}">{listed}</ext></extLst>'
    cached = book.relate(BOOK, f"{MICROSOFT}/2007/relationships/slicerCache", "slicerCaches/slicerCache1.xml")
    caches = f'<x15:slicerCaches xmlns:x14="{X14}"><x14:slicerCache r:id="{cached}"/></x15:slicerCaches>'
    book.book["extLst"] = f'<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" xmlns:x15="{X15}">{caches}</ext></extLst>'
    book.book["definedNames"] = '<definedNames><definedName name="切片器_来源">#N/A</definedName></definedNames>'
    found = kept(book.data(), tmp_path)
    same_parts(found, "xl/slicerCaches/slicerCache1.xml", "xl/slicers/slicer1.xml", "xl/drawings/drawing1.xml")
    columns = {c.get("id"): c.get("name") for c in etree.fromstring(found.after.read(table)).iter(f"{{{MAIN}}}tableColumn")}
    assert [columns[str(number)] for number in range(1, 15)] == list(LEADS)
    assert "切片器_来源".encode() in found.after.read(BOOK)


def notes(book: LeadBook, cells: dict[str, tuple[str, str]]) -> None:
    """Notes of authors on cells of the lead sheet, with their shapes."""
    authors = list(dict.fromkeys(author for author, _ in cells.values()))
    listed = "".join(
        f'<comment ref="{cell}" authorId="{authors.index(author)}"><text><t>{text}</t></text></comment>'
        for cell, (author, text) in cells.items()
    )
    told = "".join(f"<author>{author}</author>" for author in authors)
    book.part(
        "xl/comments1.xml",
        f'<comments xmlns="{MAIN}"><authors>{told}</authors><commentList>{listed}</commentList></comments>',
        f"{ML}comments+xml",
    )
    shapes = '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
    for number, cell in enumerate(cells, 1):
        where = f"<x:Row>{int(cell[1:]) - 1}</x:Row><x:Column>{ord(cell[0]) - 65}</x:Column>"
        shapes += f'<v:shape id="_x0000_s{1024 + number}" type="#_x0000_t202" style="visibility:hidden"><x:ClientData ObjectType="Note">{where}</x:ClientData></v:shape>'
    vml = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"'
    book.parts["xl/drawings/vmlDrawing1.vml"] = f'<xml {vml}><o:shapelayout><o:idmap v:ext="edit" data="1"/></o:shapelayout>{shapes}</xml>'
    book.relate(SHEET, "comments", "../comments1.xml")
    book.sheet["legacyDrawing"] = f'<legacyDrawing r:id="{book.relate(SHEET, "vmlDrawing", "../drawings/vmlDrawing1.vml")}"/>'


def noted(found: Kept) -> dict[str, tuple[str, str]]:
    """Author and text of every note of the refreshed lead sheet."""
    (part,) = found.after.related(SHEET, "comments")
    root = etree.fromstring(found.after.read(part))
    authors = [author.text or "" for author in root.iter("{*}author")]
    return {c.get("ref", ""): (authors[int(c.get("authorId", ""))], "".join(c.itertext())) for c in root.iter("{*}comment")}


def test_threaded_comments(tmp_path: Path) -> None:
    book = LeadBook()
    identity, person = "{A1B2C3D4-0000-4000-8000-000000000001}", "{A1B2C3D4-0000-4000-8000-00000000000F}"
    notes(book, {"C3": (f"tc={identity}", "[线程批注] 联系人是谁?")})
    thread = f'<threadedComment ref="C3" dT="2024-06-01T08:00:00.00" personId="{person}" id="{identity}"><text>联系人是谁?</text></threadedComment>'
    book.part(
        "xl/threadedComments/threadedComment1.xml",
        f'<ThreadedComments xmlns="{THREADS}">{thread}</ThreadedComments>',
        f"{MS}threadedcomments+xml",
    )
    book.relate(SHEET, f"{MICROSOFT}/2017/10/relationships/threadedComment", "../threadedComments/threadedComment1.xml")
    people = f'<personList xmlns="{THREADS}"><person displayName="王五" id="{person}" userId="w" providerId="None"/></personList>'
    book.part("xl/persons/person.xml", people, f"{MS}person+xml")
    book.relate(BOOK, f"{MICROSOFT}/2017/10/relationships/person", "persons/person.xml")
    found = kept(book.data(), tmp_path)
    same_parts(found, "xl/threadedComments/threadedComment1.xml", "xl/persons/person.xml")
    assert noted(found)["C3"] == (f"tc={identity}", "[线程批注] 联系人是谁?")
    assert noted(found)["B4"][0] == "funnelbook"


def test_a_note_of_the_user_on_a_cell_that_is_flagged(tmp_path: Path) -> None:
    book = LeadBook()
    notes(book, {"C3": ("王五", "周一再问"), "N2": ("赵六", "已确认")})
    found = kept(book.data(), tmp_path)
    assert {cell: note for cell, note in noted(found).items() if note[0] != "funnelbook"} == {
        "C3": ("王五", "周一再问"),
        "N2": ("赵六", "已确认"),
    }
    assert {one["cell"] for one in found.report["findings"] if one["code"] == "required.missing"} == {"C3", "B4"}
    assert set(noted(found)) >= {"B4"}


def test_form_controls(tmp_path: Path) -> None:
    book = LeadBook()
    notes(book, {"N2": ("赵六", "已确认")})
    vml = str(book.parts["xl/drawings/vmlDrawing1.vml"])
    box = (
        '<v:shape id="_x0000_s2049" type="#_x0000_t201"><x:ClientData ObjectType="Checkbox"><x:Anchor>0, 15, 20, 2, 1, 40, 21, 4</x:Anchor>'
    )
    book.parts["xl/drawings/vmlDrawing1.vml"] = vml.replace("</xml>", f"{box}<x:Checked>1</x:Checked></x:ClientData></v:shape></xml>")
    book.part(
        "xl/ctrlProps/ctrlProp1.xml",
        f'<formControlPr xmlns="{X14}" objectType="CheckBox" checked="Checked"/>',
        f"{MS}controlproperties+xml",
    )
    control = f'<control shapeId="2049" r:id="{book.relate(SHEET, "ctrlProp", "../ctrlProps/ctrlProp1.xml")}" name="复选框 1"/>'
    choice = f'<mc:Choice xmlns:mc="{MARKUP}" Requires="x14" xmlns:x14="{X14}"><controls>{control}</controls></mc:Choice>'
    book.sheet["AlternateContent"] = f'<mc:AlternateContent xmlns:mc="{MARKUP}">{choice}</mc:AlternateContent>'
    found = kept(book.data(), tmp_path)
    same_parts(found, "xl/ctrlProps/ctrlProp1.xml")
    assert b'ObjectType="Checkbox"' in found.after.read("xl/drawings/vmlDrawing1.vml")
    assert control.encode() in found.after.read(SHEET)


def test_a_data_model(tmp_path: Path) -> None:
    book = LeadBook()
    book.table()
    book.part(
        "xl/model/item.data",
        b"\x08\0STREAM_STORAGE_SIGNATURE" + bytes(range(256)) * 40,
        "application/vnd.openxmlformats-officedocument.model+data",
    )
    book.relate(BOOK, f"{MICROSOFT}/2011/relationships/powerPivotData", "model/item.data")
    connection = '<connection id="1" keepAlive="1" name="ThisWorkbookDataModel" type="5" refreshedVersion="8" minRefreshableVersion="5"/>'
    book.part("xl/connections.xml", f'<connections xmlns="{MAIN}">{connection}</connections>', f"{ML}connections+xml")
    book.relate(BOOK, "connections", "connections.xml")
    tables = '<x15:modelTables><x15:modelTable id="线索表" name="线索表" connection="WorksheetConnection_线索表"/></x15:modelTables>'
    model = f'<ext uri="{{FCE2AD5D-F65C-4FA6-A056-5C36A1767C68}}" xmlns:x15="{X15}"><x15:dataModel>{tables}</x15:dataModel></ext>'
    book.book["extLst"] = f"<extLst>{model}</extLst>"
    found = kept(book.data(), tmp_path)
    same_parts(found, "xl/model/item.data", "xl/connections.xml")
    assert model.encode() in found.after.read(BOOK)
