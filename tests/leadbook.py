"""A team's workbook made byte by byte: leads, follow-ups, and whatever a test adds to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from funnelbook.grid import CellRef

from .book.build import COMPATIBILITY, HEAD, MAIN, PACKAGE, RELATIONSHIPS, zipped
from .workbooks import FOLLOWUPS, LEADS, lead, touch

ML = "application/vnd.openxmlformats-officedocument.spreadsheetml."
MS = "application/vnd.ms-excel."
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
X14AC = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
SHEET, LOG_SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"
SHEET_ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState "
    "dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
    "pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    "legacyDrawingHF picture oleObjects controls webPublishItems AlternateContent tableParts extLst"
).split()
BOOK_ORDER = "workbookPr workbookProtection bookViews sheets externalReferences definedNames calcPr pivotCaches extLst".split()
TABLE = "A1:N5"
"""Where the leads stand: header row 1, four leads; L2 lacks its contact, L3 its source."""
ROWS = [lead("L1"), lead("L2", 联系人=None), lead("L3", 来源=None), lead("L4", 联系方式="13800010004")]
TOUCHES = [touch("L1", dt.date(2024, 6, 19)), touch("L2", dt.date(2024, 6, 12))]
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/>'
    '<name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" '
    'applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf><font><color rgb="FF9C0006"/></font></dxf></dxfs>'
    '<tableStyles count="0" defaultTableStyle="TableStyleMedium2"/></styleSheet>'
)


class LeadBook:
    """The parts of a workbook while a test puts it together; sheet 1 holds the leads, sheet 2 the follow-ups."""

    def __init__(self, leads: Sequence[Sequence[Any]] = ROWS, *, epoch: dt.date = dt.date(1899, 12, 30)) -> None:
        self.epoch = epoch
        self.cells: dict[CellRef, str] = {}
        """Cells of the lead sheet as XML; of a place without one there is none."""
        self.rows: dict[int, str] = {}
        """Attributes of its rows."""
        self.sheet: dict[str, str] = {}
        """Its other elements, by name."""
        self.book: dict[str, str] = {}
        """Elements of the workbook part beside the list of sheets, by name."""
        self.sheets: list[tuple[str, str, str]] = [
            ("线索", "worksheet", "worksheets/sheet1.xml"),
            ("跟进", "worksheet", "worksheets/sheet2.xml"),
        ]
        self.strings: list[str] = []
        self.styles: str | None = STYLES
        self.parts: dict[str, str | bytes] = {}
        self.types: dict[str, str] = {}
        self.rels: dict[str, list[tuple[str, str, str]]] = {}
        for row, values in enumerate([LEADS, *leads], 1):
            for column, value in enumerate(values, 1):
                self.put(CellRef(row, column).a1, value, style=2 if row == 1 else 0)

    def put(self, place: str, value: Any, style: int = 0) -> None:
        """One cell of the lead sheet."""
        self.raw(place, self.cell(place, value, style))

    def raw(self, place: str, xml: str) -> None:
        """One cell of the lead sheet as XML."""
        column, row = place.rstrip("0123456789"), int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        number = 0
        for letter in column:
            number = number * 26 + ord(letter) - 64
        self.cells[CellRef(row, number)] = xml

    def cell(self, place: str, value: Any, style: int = 0) -> str:
        """A cell as XML; texts go to the shared strings."""
        look = f' s="{style}"' if style else ""
        match value:
            case None:
                return ""
            case str():
                if value not in self.strings:
                    self.strings.append(value)
                return f'<c r="{place}"{look} t="s"><v>{self.strings.index(value)}</v></c>'
            case dt.date():
                return f'<c r="{place}" s="1"><v>{(value - self.epoch).days}</v></c>'
            case _:
                return f'<c r="{place}"{look}><v>{value}</v></c>'

    def part(self, name: str, content: str | bytes, content_type: str) -> None:
        """A part with its content type; text gets a declaration."""
        self.parts[name] = content if isinstance(content, bytes) or content.startswith("<?xml") else HEAD + content
        self.types[name] = content_type

    def relate(self, source: str, kind: str, target: str, mode: str = "") -> str:
        """A relationship of a part, of an Office kind or of a whole type; its id."""
        pointers = self.rels.setdefault(source, [])
        family = "http://schemas.microsoft.com/office/2006/relationships" if kind == "xlMacrosheet" else RELATIONSHIPS
        pointers.append((kind if "/" in kind else f"{family}/{kind}", target, mode))
        return f"rId{len(pointers)}"

    def add_sheet(self, title: str, content: str, kind: str = "worksheet", content_type: str = f"{ML}worksheet+xml") -> str:
        """A further sheet; its part."""
        name = f"{kind}s/sheet{len(self.sheets) + 1}.xml"
        self.sheets.append((title, kind, name))
        self.part(f"xl/{name}", content, content_type)
        return f"xl/{name}"

    def table(self, inner: str = "", columns: str | None = None, ref: str = TABLE, attributes: str = "") -> str:
        """An Excel Table 线索表 over the leads; *inner* stands where the columns do, by default an AutoFilter before them."""
        listed = columns or "".join(f'<tableColumn id="{n}" name={quoteattr(name)}/>' for n, name in enumerate(LEADS, 1))
        root = f'<table xmlns="{MAIN}" id="7" name="线索表" displayName="线索表" ref="{ref}"{attributes or " totalsRowShown=" + quoteattr("0")}>'
        style = '<tableStyleInfo name="TableStyleMedium2" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/>'
        body = f'{inner or f"<autoFilter ref={quoteattr(TABLE)}/>"}<tableColumns count="14">{listed}</tableColumns>{style}'
        self.part("xl/tables/table1.xml", f"{root}{body}</table>", f"{ML}table+xml")
        self.sheet["tableParts"] = (
            f'<tableParts count="1"><tablePart r:id="{self.relate(SHEET, "table", "../tables/table1.xml")}"/></tableParts>'
        )
        return "xl/tables/table1.xml"

    def built(self) -> dict[str, str | bytes]:
        """Every part by name."""
        parts: dict[str, str | bytes] = {"[Content_Types].xml": "", "_rels/.rels": ""}
        parts[BOOK] = self._workbook()
        parts[SHEET] = self._lead_sheet()
        parts[LOG_SHEET] = _worksheet({"sheetData": f"<sheetData>{self._log()}</sheetData>"})
        self.types |= {BOOK: f"{ML}sheet.main+xml"} if BOOK not in self.types else {}
        self.types |= {SHEET: f"{ML}worksheet+xml", LOG_SHEET: f"{ML}worksheet+xml"}
        if self.styles is not None:
            self.part("xl/styles.xml", self.styles, f"{ML}styles+xml")
            self.relate(BOOK, "styles", "styles.xml")
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.strings)
        self.part("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{items}</sst>', f"{ML}sharedStrings+xml")
        self.relate(BOOK, "sharedStrings", "sharedStrings.xml")
        self.rels.setdefault("", []).insert(0, (f"{RELATIONSHIPS}/officeDocument", BOOK, ""))
        parts |= self.parts
        for source, pointers in self.rels.items():
            folder, _, base = source.rpartition("/")
            parts[f"{folder}/_rels/{base}.rels".lstrip("/")] = _relationships(pointers)
        parts["[Content_Types].xml"] = _content_types(self.types)
        return parts

    def data(self) -> bytes:
        """The zip of all parts."""
        return zipped(self.built())

    def _lead_sheet(self) -> str:
        rows: dict[int, str] = dict.fromkeys(self.rows, "")
        for place, xml in sorted(self.cells.items()):
            rows[place.row] = rows.get(place.row, "") + xml
        written = (f'<row r="{number}"{self.rows.get(number, "")}>{cells}</row>' for number, cells in sorted(rows.items()))
        return _worksheet({"sheetData": f"<sheetData>{''.join(written)}</sheetData>"} | self.sheet)

    def _log(self) -> str:
        rows = [[self.cell(CellRef(r, c).a1, v) for c, v in enumerate(values, 1)] for r, values in enumerate([FOLLOWUPS, *TOUCHES], 1)]
        return "".join(f'<row r="{number}">{"".join(cells)}</row>' for number, cells in enumerate(rows, 1))

    def _workbook(self) -> str:
        listed = ""
        for number, (title, kind, target) in enumerate(self.sheets, 1):
            state = ' state="hidden"' if kind == "xlMacrosheet" else ""
            listed += f'<sheet name={quoteattr(title)} sheetId="{number}"{state} r:id="{self.relate(BOOK, kind, target)}"/>'
        inner = {"sheets": f"<sheets>{listed}</sheets>"} | self.book
        body = "".join(inner[name] for name in BOOK_ORDER if name in inner)
        return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">{body}</workbook>'


def _worksheet(elements: Mapping[str, str]) -> str:
    spaces = f'xmlns:r="{RELATIONSHIPS}" xmlns:mc="{COMPATIBILITY}" mc:Ignorable="x14ac" xmlns:x14ac="{X14AC}"'
    assert set(elements) <= set(SHEET_ORDER)
    return f'{HEAD}<worksheet xmlns="{MAIN}" {spaces}>{"".join(elements.get(name, "") for name in SHEET_ORDER)}</worksheet>'


def _relationships(pointers: Sequence[tuple[str, str, str]]) -> str:
    nodes = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target={quoteattr(target)}{f" TargetMode={quoteattr(mode)}" if mode else ""}/>'
        for n, (kind, target, mode) in enumerate(pointers, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{nodes}</Relationships>'


def _content_types(types: Mapping[str, str]) -> str:
    nodes = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
        "png": "image/png",
    }
    listed = "".join(f'<Default Extension="{extension}" ContentType="{kind}"/>' for extension, kind in defaults.items())
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{listed}{nodes}</Types>'
