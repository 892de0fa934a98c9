"""What is unusual in a package and still handled: a refresh of a lead table in every dialect finds the same and loses nothing."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from funnelbook.book import read_grids
from funnelbook.grid import CellRef, Grid

from .book.build import COMPATIBILITY, HEAD, MAIN, STRICT, zipped
from .leadbook import BOOK, LOG_SHEET, ML, SHEET, XM, LeadBook
from .promise import Kept, kept
from .workbooks import column_of

Parts = dict[str, str | bytes]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
LEADS_FOUND = [("L1", 1, "2024-06-19"), ("L2", 1, "2024-06-12"), ("L3", 0, None), ("L4", 0, None)]


def leads(found: Kept) -> list[tuple[str, int, str | None]]:
    return [(one["lead_id"], one["touches"], one["last_touch"]) for one in found.report["leads"]]


def replaced(name: str, *pairs: tuple[str, str]) -> Callable[[Parts], Parts]:
    """A change of one part: every pair has to be found."""

    def change(parts: Parts) -> Parts:
        text = str(parts[name])
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        return parts | {name: text}

    return change


def everywhere(change: Callable[[str], str | bytes]) -> Callable[[Parts], Parts]:
    return lambda parts: {
        name: change(data) if isinstance(data, str) and name.endswith((".xml", ".rels")) else data for name, data in parts.items()
    }


def strict(text: str) -> str:
    text = text.replace(f"{OFFICE}/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
    return text.replace(MAIN, STRICT).replace("<workbook ", '<workbook conformance="strict" ')


def prefixed(text: str) -> str:
    if f'xmlns="{MAIN}"' not in text:
        return text
    text = re.sub(r"<(/?)(?=[A-Za-z])(?!\w+:)", r"<\1x:", text)
    return text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')


def without_references(parts: Parts) -> Parts:
    """Rows and cells without ``r``; a cell that isn't there is an empty one."""
    changed = dict(parts)
    for name in (SHEET, LOG_SHEET):
        rows = []
        for row in re.findall(r"<row [^>]*>(.*?)</row>", str(parts[name])):
            cells = {
                re.sub(r"\d", "", place): (attributes, inner)
                for place, attributes, inner in re.findall(r'<c r="(\w+)"([^>]*)>(.*?)</c>', row)
            }
            every = [cells.get(letter, ("", "")) for letter in "ABCDEFGHIJKLMN"[: 14 if name == SHEET else 7]]
            rows.append("<row>" + "".join(f"<c{attributes}>{inner}</c>" for attributes, inner in every) + "</row>")
        changed[name] = re.sub(r"<sheetData>.*</sheetData>", f"<sheetData>{''.join(rows)}</sheetData>", str(parts[name]))
    return changed


def alternate(inner: str) -> str:
    return f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice Requires="v2" xmlns:v2="urn:v2">{inner}</mc:Choice></mc:AlternateContent>'


def alternates_in_the_sheet(parts: Parts) -> Parts:
    rule = '<conditionalFormatting sqref="A9"><cfRule type="expression" dxfId="0" priority="3"><formula>1</formula></cfRule></conditionalFormatting>'
    link = '<hyperlinks><hyperlink ref="A9" location="A1"/></hyperlinks>'
    return replaced(SHEET, ("</sheetData>", f"</sheetData>{alternate(rule)}{link}"))(parts)


def alternates_in_the_workbook(parts: Parts) -> Parts:
    path = alternate('<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="D:\\销售\\"/>')
    views = '<bookViews><workbookView activeTab="1"/></bookViews>'
    return replaced(BOOK, ("<sheets>", f"{path}{views}<sheets>"))(parts)


def alternates_in_the_styles(parts: Parts) -> Parts:
    dxf, xf = "<dxf><font><i/></font></dxf>", '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0"/>'
    pairs = (
        ("</dxfs>", f"{alternate(dxf)}</dxfs>"),
        ("</cellXfs>", f"{alternate(xf)}</cellXfs>"),
        ('<dxfs count="1"', '<dxfs count="2"'),
        ('<cellXfs count="3"', '<cellXfs count="4"'),
    )
    return replaced("xl/styles.xml", *pairs)(parts)


def targets(sheet: str) -> Callable[[Parts], Parts]:
    return replaced("xl/_rels/workbook.xml.rels", ('Target="worksheets/sheet1.xml"', f'Target="{sheet}"'))


def escaped_names(parts: Parts) -> Parts:
    """A sheet part whose name needs escapes in targets and content types."""
    parts = targets("worksheets/%E7%BA%BF%E7%B4%A2%201.xml")(parts)
    parts = replaced("[Content_Types].xml", (f"/{SHEET}", "/xl/worksheets/%E7%BA%BF%E7%B4%A2%201.xml"))(parts)
    return renamed(parts, {SHEET: "xl/worksheets/线索 1.xml"})


def renamed(parts: Parts, names: dict[str, str]) -> Parts:
    return {names.get(name, name): data for name, data in parts.items()}


def outside_xl(parts: Parts) -> Parts:
    moved = {name: "book" + name.removeprefix("xl") if name.startswith("xl/") else name for name in parts}
    parts = {name: str(data).replace('"/xl/', '"/book/').replace('"xl/', '"book/') for name, data in parts.items()}
    return renamed(parts, moved)


def at_the_root(parts: Parts) -> Parts:
    moved = {name: name.removeprefix("xl/") for name in parts} | {"_rels/.rels": "_rels/.rels"}
    return renamed({name: str(data).replace('"/xl/', '"/').replace('"xl/', '"') for name, data in parts.items()}, moved)


def named_like_ours(parts: Parts) -> Parts:
    """Sheets in the parts that new sheets would get, in another case, and one that no sheet is related to."""
    names = {SHEET: "xl/worksheets/Sheet3.XML", LOG_SHEET: "xl/worksheets/SHEET1.xml"}
    for old, new in names.items():
        for part in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
            parts = replaced(part, (old.removeprefix("xl/"), new.removeprefix("xl/")))(parts)
    orphan = {"xl/worksheets/sheet4.xml": f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'}
    return renamed(parts, names) | orphan


def trash(parts: Parts) -> Parts:
    return parts | {"[trash]/0000.dat": b"\0" * 9, "xl/printerSettings/": b""}


def self_closed_rows(parts: Parts) -> Parts:
    return replaced(SHEET, ("</sheetData>", '<row r="6"/><row r="7" ht="30" customHeight="1"/></sheetData>'))(parts)


SAME: dict[str, Callable[[Parts], Parts]] = {
    "strict OOXML": everywhere(strict),
    "prefixed roots": everywhere(prefixed),
    "byte order marks": everywhere(lambda text: "\ufeff" + text),
    "UTF-16 parts": everywhere(lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16")),
    "rows and cells without r": without_references,
    "self-closed rows": self_closed_rows,
    "AlternateContent in the sheet": alternates_in_the_sheet,
    "AlternateContent in the workbook": alternates_in_the_workbook,
    "AlternateContent in the lists of the styles": alternates_in_the_styles,
    "absolute targets": targets("/xl/worksheets/sheet1.xml"),
    "relative targets": targets("./../xl/worksheets/sheet1.xml"),
    "backslash targets": targets("worksheets\\sheet1.xml"),
    "percent-encoded targets": escaped_names,
    "backslashes in the zip": lambda parts: {name.replace("/", "\\"): data for name, data in parts.items()},
    "workbook outside xl": outside_xl,
    "workbook at the root": at_the_root,
    "sheet parts named like ours": named_like_ours,
    "trash and folders in the zip": trash,
}


@pytest.mark.parametrize("dialect", list(SAME))
def test_a_dialect_is_handled(tmp_path: Path, dialect: str) -> None:
    assert leads(kept(zipped(SAME[dialect](LeadBook().built())), tmp_path, dialect=True)) == LEADS_FOUND


@pytest.mark.parametrize("styles", [None, f'{HEAD}<styleSheet xmlns="{MAIN}"/>'], ids=["missing", "empty"])
def test_missing_or_empty_styles(tmp_path: Path, styles: str | None) -> None:
    book = LeadBook()
    book.styles = styles
    found = kept(book.data(), tmp_path)
    assert leads(found) == LEADS_FOUND
    formats = etree.fromstring(found.after.read("xl/styles.xml")).findall(f"{{{MAIN}}}cellXfs/*")
    assert [dict(xf.attrib) for xf in formats[1:3]] == [dict(formats[0].attrib)] * 2  # cells name formats 1 and 2, which are none of ours


OTHER_SHEETS = {
    "chart sheet": (
        "chartsheet",
        f'<chartsheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"/></sheetViews></chartsheet>',
        f"{ML}chartsheet+xml",
    ),
    "dialog sheet": ("dialogsheet", f'<dialogsheet xmlns="{MAIN}"><sheetPr/></dialogsheet>', f"{ML}dialogsheet+xml"),
    "macro sheet": ("xlMacrosheet", f'<xm:macrosheet xmlns:xm="{XM}"/>', "application/vnd.ms-excel.macrosheet+xml"),
}


@pytest.mark.parametrize("kind", list(OTHER_SHEETS))
def test_other_sheets_among_the_sheets(tmp_path: Path, kind: str) -> None:
    book = LeadBook()
    relation, content, content_type = OTHER_SHEETS[kind]
    part = book.add_sheet("别的", content, relation, content_type)
    book.sheets.insert(0, book.sheets.pop())
    book.book["definedNames"] = (
        '<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="1">线索!$1:$1</definedName></definedNames>'
    )
    found = kept(book.data(), tmp_path)
    assert leads(found) == LEADS_FOUND
    assert found.after.read(part) == found.before.read(part)
    assert next(iter(found.after.sheets())).name == "别的"
    assert '<definedName name="_xlnm.Print_Titles" localSheetId="1">线索!$1:$1<'.encode() in found.after.read(BOOK)


@pytest.mark.parametrize("calculation", ["", '<calcPr calcId="191029" iterate="1"/>'], ids=["no calcPr", "calcPr"])
def test_a_workbook_with_formulas_is_calculated_when_it_is_opened(tmp_path: Path, calculation: str) -> None:
    book = LeadBook()
    book.book["calcPr"] = calculation
    book.raw("P9", '<c r="P9"><f>COUNTA(A2:A5)</f><v>4</v></c>')
    after = kept(book.data(), tmp_path).after.read(BOOK)
    assert b'fullCalcOnLoad="1"' in after
    assert (b'iterate="1"' in after) == bool(calculation)


def test_data_descriptors_in_the_zip(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in LeadBook().built().items():
            archive.writestr(name, data)
    assert zipfile.ZipFile(io.BytesIO(out.getvalue())).infolist()[0].flag_bits & 8
    assert leads(kept(out.getvalue(), tmp_path)) == LEADS_FOUND


@pytest.mark.parametrize("epoch", [dt.date(1899, 12, 30), dt.date(1904, 1, 1)], ids=str)
def test_both_date_systems(tmp_path: Path, epoch: dt.date) -> None:
    book = LeadBook(epoch=epoch)
    book.book["workbookPr"] = f'<workbookPr date1904="{epoch.year - 1899 and 1}"/>'
    found = kept(book.data(), tmp_path)
    assert leads(found) == LEADS_FOUND
    after = grid(found)
    assert after.value(2, column_of(after, "最近跟进(系统)")) == dt.date(2024, 6, 19)


def test_a_formula_in_an_input_column_is_read_by_its_cached_value(tmp_path: Path) -> None:
    book = LeadBook()
    book.raw("A4", '<c r="A4" t="str"><f>"L"&amp;3</f><v>L3</v></c>')
    found = kept(book.data(), tmp_path)
    assert leads(found) == LEADS_FOUND
    assert b'<f>"L"&amp;3</f>' in found.after.read(SHEET)


def test_a_formula_without_a_cached_value_is_a_finding_at_its_cell(tmp_path: Path) -> None:
    book = LeadBook()
    book.raw("C2", '<c r="C2"><f>VLOOKUP(A2,A:B,2,0)</f></c>')
    found = kept(book.data(), tmp_path)
    assert [(one["code"], one["cell"]) for one in found.report["findings"] if one["cell"] == "C2"] == [("formula.no_value", "C2")]


def test_merged_cells(tmp_path: Path) -> None:
    book = LeadBook()
    book.raw("B4", book.cell("B4", "网站") + '<c r="C4"/>')
    book.cells.pop(CellRef(4, 3))
    book.raw("B5", '<c r="B5"/>')
    book.sheet["mergeCells"] = '<mergeCells count="2"><mergeCell ref="B4:B5"/><mergeCell ref="A8:F9"/></mergeCells>'
    found = kept(book.data(), tmp_path)
    assert leads(found) == LEADS_FOUND
    assert book.sheet["mergeCells"].encode() in found.after.read(SHEET)
    assert not [one for one in found.report["findings"] if one["field"] == "source"]


def test_hidden_rows_and_columns(tmp_path: Path) -> None:
    book = LeadBook()
    book.rows = {3: ' hidden="1"', 4: ' hidden="1" outlineLevel="1"'}
    book.sheet["cols"] = (
        '<cols><col min="2" max="4" width="9" hidden="1" customWidth="1"/><col min="5" max="16384" width="9" hidden="1"/></cols>'
    )
    found = kept(book.data(), tmp_path)
    assert leads(found) == LEADS_FOUND
    after = found.after.read(SHEET)
    assert grid(found).hidden_rows == {3, 4}
    assert b'<col min="2" max="4" width="9" hidden="1" customWidth="1"/>' in after


def test_filters_of_the_sheet_and_of_its_table(tmp_path: Path) -> None:
    condition = '<filterColumn colId="10"><dynamicFilter type="thisMonth"/></filterColumn>'
    for number, of_table in enumerate((True, False)):
        book, folder = LeadBook(), tmp_path / str(number)
        folder.mkdir()
        element = f'<autoFilter ref="A1:N5">{condition}</autoFilter>'
        if of_table:
            book.table(element)
        else:
            book.sheet["autoFilter"] = element
        found = kept(book.data(), folder)
        assert leads(found) == LEADS_FOUND
        part = "xl/tables/table1.xml" if of_table else SHEET
        assert condition.encode() in found.after.read(part)
        assert b'<autoFilter ref="A1:Y5">' in found.after.read(part)


def grid(found: Kept) -> Grid:
    """The refreshed lead sheet."""
    return next(grid for grid in read_grids(found.after) if grid.sheet == "线索")
