"""The names of the standard: namespaces, relationship and content types, the order of children (ECMA-376 Part 1)."""

from __future__ import annotations

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAIN_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
DRAWING_STRICT = "http://purl.oclc.org/ooxml/drawingml/main"
SHEET_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
SHEET_DRAWING_STRICT = "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CHART_STRICT = "http://purl.oclc.org/ooxml/drawingml/chart"
PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"

MAIN_NAMESPACES = (MAIN, MAIN_STRICT)

TYPES_PART = "[Content_Types].xml"
SIGNATURES = "_xmlsignatures/"

_MICROSOFT = "http://schemas.microsoft.com/office/"
_TYPE_OF_KIND = {
    "vbaProject": _MICROSOFT + "2006/relationships/vbaProject",
    "xlMacrosheet": _MICROSOFT + "2006/relationships/xlMacrosheet",
    "slicer": _MICROSOFT + "2007/relationships/slicer",
    "chartStyle": _MICROSOFT + "2011/relationships/chartStyle",
    "chartColorStyle": _MICROSOFT + "2011/relationships/chartColorStyle",
    "threadedComment": _MICROSOFT + "2017/10/relationships/threadedComment",
    "person": _MICROSOFT + "2017/10/relationships/person",
    "core-properties": "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
}


def relationship_type(kind: str, strict: bool) -> str:
    """Relationship type (a URI) for its last word, such as "worksheet"."""
    extended = "extendedProperties" if strict else "extended-properties"
    word = extended if kind in ("extendedProperties", "extended-properties") else kind
    return _TYPE_OF_KIND.get(kind, f"{RELATIONSHIPS_STRICT if strict else RELATIONSHIPS}/{word}")


_SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml."
WORKSHEET_TYPE = _SHEET_ML + "worksheet+xml"
STYLES_TYPE = _SHEET_ML + "styles+xml"
COMMENTS_TYPE = _SHEET_ML + "comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
BINARY_WORKBOOK_TYPE = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"

WORKSHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
"""Children of CT_Worksheet (18.3.1.99)."""

WORKBOOK_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr",
    "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
"""Children of CT_Workbook (18.2.27)."""

STYLESHEET_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
"""Children of CT_Stylesheet (18.8.39)."""
