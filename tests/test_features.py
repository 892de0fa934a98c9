"""Features of workbooks that a refresh has to carry through, each on a lead table that was made byte by byte."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from funnelbook.book import Package, read_grids
from funnelbook.grid import Grid

from .book.build import MAIN
from .leadbook import SHEET, TABLE, X14, XM, LeadBook
from .promise import kept
from .workbooks import LEADS, column_of

pytestmark = pytest.mark.thorough

VIEW = '<sheetViews><sheetView tabSelected="1" workbookViewId="0">{}</sheetView></sheetViews>'


def grid(package: Package, title: str = "线索") -> Grid:
    return next(grid for grid in read_grids(package) if grid.sheet == title)


def root(package: Package, part: str = SHEET) -> etree._Element:
    return etree.fromstring(package.read(part))


def utf16(parts: dict[str, str | bytes]) -> dict[str, str | bytes]:
    return {name: data if isinstance(data, bytes) else data.replace("UTF-8", "UTF-16").encode("utf-16") for name, data in parts.items()}


def test_utf_16_parts(tmp_path: Path) -> None:
    from .book.build import zipped

    found = kept(zipped(utf16(LeadBook().built())), tmp_path, dialect=True)
    assert found.after.read(SHEET).startswith(b"\xff\xfe<\0?\0")
    assert [one["lead_id"] for one in found.report["leads"]] == ["L1", "L2", "L3", "L4"]


def test_cdata_and_comments_inside_sheet_data(tmp_path: Path) -> None:
    book = LeadBook()
    book.raw("F2", '<c r="F2" t="inlineStr"><is><t><![CDATA[仓储 <1> & 更多]]></t></is></c><!-- by hand -->')
    book.raw("A3", "<!-- before --><?mine a=1?>" + book.cell("A3", "L2"))
    found = kept(book.data(), tmp_path, dialect=True)
    after = found.after.read(SHEET)
    assert [after.count(mark) for mark in (b"<!-- by hand -->", b"<!-- before -->", b"<?mine a=1?>")] == [1, 1, 1]
    assert grid(found.after).value(2, 6) == "仓储 <1> & 更多"


def zip64(data: bytes) -> bytes:
    """The zip with a zip64 end of its directory, as writers of streams leave it."""
    end = data.rfind(b"PK\5\6")
    count, length, start = struct.unpack_from("<H2L", data, end + 10)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    return (
        data[:end]
        + wide
        + struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)
    )


def test_zip64(tmp_path: Path) -> None:
    found = kept(zip64(LeadBook().data()), tmp_path)
    assert len(found.report["leads"]) == 4


def test_dates_of_1904(tmp_path: Path) -> None:
    book = LeadBook(epoch=dt.date(1904, 1, 1))
    book.book["workbookPr"] = '<workbookPr date1904="1"/>'
    found = kept(book.data(), tmp_path)
    assert found.lead("L1")["last_touch"] == "2024-06-19"
    after = grid(found.after)
    assert after.value(2, column_of(after, "录入时间")) == dt.date(2024, 6, 18)
    assert after.value(2, column_of(after, "最近跟进(系统)")) == dt.date(2024, 6, 19)


def test_a_table_whose_totals_row_is_shown(tmp_path: Path) -> None:
    book = LeadBook()
    columns = '<tableColumn id="1" name="线索编号" totalsRowLabel="合计"/><tableColumn id="2" name="来源" totalsRowFunction="count"/>'
    columns += "".join(f'<tableColumn id="{n}" name="{name}"/>' for n, name in enumerate(LEADS[2:], 3))
    part = book.table(columns=columns, ref="A1:N6", attributes=' totalsRowCount="1"')
    book.put("A6", "合计")
    book.raw("B6", '<c r="B6"><f>SUBTOTAL(103,线索表[来源])</f><v>3</v></c>')
    found = kept(book.data(), tmp_path)
    table, after = root(found.after, part), grid(found.after)
    assert (table.get("ref").endswith("6"), table.get("totalsRowCount"), table[0].get("ref")[-1]) == (True, "1", "5")
    assert [after.value(6, column) for column in (1, 2, 15, 16)] == ["合计", 3, None, None]
    assert len(found.report["leads"]) == 4


def test_a_table_with_a_calculated_column_and_structured_references(tmp_path: Path) -> None:
    book = LeadBook()
    formula = "LEN(线索表[[#This Row],[线索编号]])"
    columns = "".join(f'<tableColumn id="{n}" name="{name}"/>' for n, name in enumerate(LEADS, 1))
    columns += f'<tableColumn id="15" name="长度"><calculatedColumnFormula>{formula}</calculatedColumnFormula></tableColumn>'
    part = book.table(f'<autoFilter ref="A1:O5"/><tableColumns count="15">{columns}</tableColumns>', "", ref="A1:O5")
    book.parts[part] = str(book.parts[part]).replace('<tableColumns count="14"></tableColumns>', "")
    book.put("O1", "长度")
    for row in range(2, 6):
        book.raw(f"O{row}", f'<c r="O{row}"><f>{formula}</f><v>2</v></c>')
    book.add_sheet("统计", sheet('<row r="1"><c r="A1"><f>COUNTA(线索表[线索编号])</f><v>4</v></c></row>'))
    found = kept(book.data(), tmp_path)
    column = root(found.after, part).find(f".//{{{MAIN}}}tableColumn[@id='15']")
    assert column is not None
    assert column[0].text == formula
    assert found.after.read(SHEET).count(formula.encode()) == 4
    assert b'fullCalcOnLoad="1"' in found.after.read("xl/workbook.xml")


def test_an_auto_filter_with_a_filter_set(tmp_path: Path) -> None:
    book = LeadBook()
    condition = '<filterColumn colId="1"><filters><filter val="展会"/></filters></filterColumn>'
    book.sheet["autoFilter"] = f'<autoFilter ref="{TABLE}">{condition}</autoFilter>'
    book.rows[4] = ' hidden="1"'
    name = '<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">线索!$A$1:$N$5</definedName>'
    book.book["definedNames"] = f"<definedNames>{name}</definedNames>"
    found = kept(book.data(), tmp_path)
    after = found.after.read(SHEET)
    assert condition.encode() in after
    assert grid(found.after).hidden_rows == {4}
    wide = grid(found.after).filter
    assert wide is not None
    assert wide.right > 14
    assert f"线索!{wide.absolute}".encode() in found.after.read("xl/workbook.xml")
    assert found.lead("L3")["row"] == 4


def test_sparklines_and_x14_formats(tmp_path: Path) -> None:
    book = LeadBook()
    extension = (
        f'<ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="{X14}"><x14:conditionalFormattings><x14:conditionalFormatting '
        f'xmlns:xm="{XM}"><x14:cfRule type="dataBar" id="{{11111111-2222-3333-4444-555555555555}}"><x14:dataBar minLength="0" '
        'maxLength="100"><x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/></x14:dataBar></x14:cfRule><xm:sqref>H2:H5</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext>"
        f'<ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" xmlns:x14="{X14}"><x14:sparklineGroups xmlns:xm="{XM}"><x14:sparklineGroup '
        'type="column"><x14:sparklines><x14:sparkline><xm:f>线索!A2:N2</xm:f><xm:sqref>A9</xm:sqref></x14:sparkline></x14:sparklines>'
        "</x14:sparklineGroup></x14:sparklineGroups></ext>"
    )
    bar = '<dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar>'
    twin = f'<extLst><ext uri="{{B025F937-C7B1-47D3-B67F-A62EFF666E3E}}" xmlns:x14="{X14}"><x14:id>{{11111111-2222-3333-4444-555555555555}}</x14:id></ext></extLst>'
    book.sheet["conditionalFormatting"] = (
        f'<conditionalFormatting sqref="H2:H5"><cfRule type="dataBar" priority="1">{bar}{twin}</cfRule></conditionalFormatting>'
    )
    book.sheet["extLst"] = f"<extLst>{extension}</extLst>"
    after = root(kept(book.data(), tmp_path).after)
    assert len(list(after.iter(f"{{{X14}}}sparkline"))) == len(list(after.iter(f"{{{X14}}}cfRule"))) == 1
    priorities = [int(rule.get("priority")) for rule in after.iter(f"{{{MAIN}}}cfRule")]
    assert len(set(priorities)) == len(priorities)


@pytest.mark.parametrize(
    "pane",
    [
        '<pane xSplit="3" ySplit="1" topLeftCell="D2" activePane="bottomRight" state="frozen"/><selection pane="bottomRight"/>',
        '<pane xSplit="2340" ySplit="900" topLeftCell="C3" activePane="bottomRight"/><selection pane="topRight"/>',
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozenSplit"/><selection pane="bottomLeft"/>',
    ],
    ids=["frozen", "split", "both"],
)
def test_frozen_panes_and_split_panes(tmp_path: Path, pane: str) -> None:
    book = LeadBook()
    book.sheet["sheetViews"] = VIEW.format(pane)
    assert VIEW.format(pane).encode() in kept(book.data(), tmp_path).after.read(SHEET)


@pytest.mark.parametrize("right", [25, 30])
def test_column_groups(tmp_path: Path, right: int) -> None:
    book = LeadBook()
    book.sheet["sheetFormatPr"] = '<sheetFormatPr defaultRowHeight="15" outlineLevelCol="2"/>'
    book.sheet["cols"] = (
        '<cols><col min="3" max="4" width="9" outlineLevel="1"/><col min="5" max="5" width="9" collapsed="1"/>'
        f'<col min="15" max="{right}" outlineLevel="2" width="9" hidden="1" customWidth="1"/>'
        '<col min="31" max="31" width="9" collapsed="1"/></cols>'
    )
    found = kept(book.data(), tmp_path)
    columns = {int(c.get("min")): c for c in root(found.after).iter(f"{{{MAIN}}}col")}
    assert (columns[3].get("max"), columns[3].get("outlineLevel")) == ("4", "1")
    assert columns[15].get("hidden") is None
    assert columns[31].get("collapsed") == "1"
    assert found.removed.read(SHEET) == found.before.read(SHEET)


def test_a_data_validation_by_a_named_range(tmp_path: Path) -> None:
    book = LeadBook()
    book.add_sheet("选项", sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>展会</t></is></c></row>'))
    book.book["definedNames"] = '<definedNames><definedName name="来源列表">选项!$A$1:$A$3</definedName></definedNames>'
    rule = '<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="B2:B5"><formula1>来源列表</formula1></dataValidation>'
    book.sheet["dataValidations"] = f'<dataValidations count="1">{rule}</dataValidations>'
    found = kept(book.data(), tmp_path)
    assert rule.encode() in found.after.read(SHEET)
    assert "来源列表".encode() in found.after.read("xl/workbook.xml")


@pytest.mark.parametrize("protection", ["", '<sheetProtection sheet="1" objects="1" scenarios="1"/>'])
def test_protected_ranges(tmp_path: Path, protection: str) -> None:
    book = LeadBook()
    book.sheet["sheetProtection"] = protection
    book.sheet["protectedRanges"] = '<protectedRanges><protectedRange password="CBEB" sqref="A1:N5" name="线索区"/></protectedRanges>'
    found = kept(book.data(), tmp_path, allow_protected=bool(protection))
    assert (protection + book.sheet["protectedRanges"]).encode() in found.after.read(SHEET)


def sheet(rows: str) -> str:
    """A further worksheet."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


WPS = "http://www.wps.cn/officeDocument/2020/cellImage"


def test_cell_images_of_wps(tmp_path: Path) -> None:
    book = LeadBook()
    book.put("O1", "名片")
    shown = '=DISPIMG("ID_5A8D",1)'
    book.raw("O2", f'<c r="O2" t="str"><f>_xlfn.DISPIMG("ID_5A8D",1)</f><v>{escape(shown)}</v></c>')
    spaces = 'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    book.part(
        "xl/cellimages.xml",
        f'<etc:cellImages {spaces}><etc:cellImage r:embed="rId1"/></etc:cellImages>',
        "application/vnd.wps-officedocument.cellimage+xml",
    )
    book.parts["xl/media/image1.png"] = b"\x89PNG\r\n\x1a\n" + bytes(40)
    book.relate("xl/cellimages.xml", "image", "media/image1.png")
    book.relate("xl/workbook.xml", WPS, "cellimages.xml")
    found = kept(book.data(), tmp_path)
    assert b"_xlfn.DISPIMG" in found.after.read(SHEET)
    assert grid(found.after).value(2, 15) == shown
    assert found.after.related("xl/workbook.xml", "cellImage") == ["xl/cellimages.xml"]
