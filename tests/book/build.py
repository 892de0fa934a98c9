"""Packages for tests, made byte by byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from funnelbook.book import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHARED = Path(__file__).parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the corpus is not there")

Pointer = tuple[str, str]
"""Kind of a relationship and its target; rId1, rId2 … are given in order."""


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the parts in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), data, method)
    return out.getvalue()


def relationships(pointers: Sequence[Pointer]) -> str:
    typed = [(kind if "/" in kind else f"{RELATIONSHIPS}/{kind}", target) for kind, target in pointers]
    nodes = "".join(f'<Relationship Id="rId{n}" Type="{t}" Target="{to}"/>' for n, (t, to) in enumerate(typed, 1))
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{nodes}</Relationships>'


def worksheet(rows: str, after: str = "", before: str = "") -> str:
    start = f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">'
    return f"{start}{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def styles(xfs: str = '<xf numFmtId="0"/>', formats: str = "") -> str:
    return f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>'


def workbook_parts(
    sheets: Mapping[str, str | bytes],
    *,
    strings: Sequence[str] | None = None,
    style_part: str | None = None,
    book: str = "",
    names: str = "",
    sheet_rels: Mapping[str, Sequence[Pointer]] | None = None,
    extra: Mapping[str, str | bytes] | None = None,
) -> dict[str, str | bytes]:
    """Parts of a workbook; *sheets* are whole worksheet parts, or just rows where they begin with "<row"."""
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1))
    pointers = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    overrides = [f"xl/worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "",
        "_rels/.rels": relationships([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">{book}<sheets>{listed}</sheets>'
        + (f"<definedNames>{names}</definedNames>" if names else "")
        + "</workbook>",
        "xl/_rels/workbook.xml.rels": "",
    }
    for n, (name, data) in enumerate(sheets.items(), 1):
        whole = worksheet(data) if isinstance(data, str) and data[:4] in ("", "<row") else data
        parts[f"xl/worksheets/sheet{n}.xml"] = whole
        if sheet_rels and name in sheet_rels:
            parts[f"xl/worksheets/_rels/sheet{n}.xml.rels"] = relationships(sheet_rels[name])
    if strings is not None:
        items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in strings)
        parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}">{items}</sst>'
        pointers.append(("sharedStrings", "sharedStrings.xml"))
    if style_part is not None:
        parts["xl/styles.xml"] = style_part
        pointers.append(("styles", "styles.xml"))
    parts["xl/_rels/workbook.xml.rels"] = relationships(pointers)
    parts["[Content_Types].xml"] = content_types(overrides)
    return parts | dict(extra or {})


def content_types(worksheets: Sequence[str] = ()) -> str:
    ml = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    nodes = "".join(f'<Override PartName="/{name}" ContentType="{ml}worksheet+xml"/>' for name in worksheets)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{ml}sheet.main+xml"/>{nodes}</Types>'
    )


def opened(tmp_path: Path, parts: Mapping[str, str | bytes] | bytes, **how: bool) -> Package:
    """Package of the parts, or of the bytes of a zip, by way of a file."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(parts if isinstance(parts, bytes) else zipped(parts))
    return Package.open(path, **how)
