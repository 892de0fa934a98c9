"""The copy that calamine reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from funnelbook.book.plain import plain_sheet
from funnelbook.book.reading_copy import CellFormats, cell_formats, packed_sheet, reading_copy

from .build import COMPATIBILITY, opened, styles, workbook_parts, worksheet


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("0%", True),
        ("[Red]0.0%;-0.0%", True),
        ('0"%"', False),
        ("0\\%", False),
        ("0.00", False),
        ('#,##0 "a % b"%', True),
        ("[$-804]yyyy", False),
    ],
)
def test_a_percent_format_shows_a_percent_sign_that_is_no_text(code: str, percent: bool) -> None:
    assert CellFormats({164: code}, (0, 164)).percents() == ({1} if percent else set())


def test_built_in_percent_formats_are_known() -> None:
    assert CellFormats({}, (0, 9, 10, 14)).percents() == {1, 2}


def test_formats_in_alternate_content_count(tmp_path: Path) -> None:
    xfs = (
        f'<xf numFmtId="0"/><mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice Requires="x"><xf numFmtId="9"/>'
        '</mc:Choice><mc:Fallback><xf numFmtId="1"/></mc:Fallback></mc:AlternateContent><xf numFmtId="14"/>'
    )
    package = opened(tmp_path, workbook_parts({"a": ""}, style_part=styles(xfs)))
    assert cell_formats(package).numbers == (0, 9, 14)


def test_a_package_without_styles_has_no_formats(tmp_path: Path) -> None:
    assert cell_formats(opened(tmp_path, workbook_parts({"a": ""}))) == CellFormats({}, ())


def test_a_plain_sheet_is_not_packed_again(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": "", "b": worksheet("<row/>")}))
    packed = []
    for part in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        packed.append(packed_sheet(package, part, plain_sheet(package.read(part), part)))
    assert [p.method for p in packed] == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]
    with zipfile.ZipFile(io.BytesIO(reading_copy(package, packed, CellFormats({}, ()), False))) as copy:
        assert copy.testzip() is None
        assert copy.read("xl/worksheets/sheet1.xml") == package.read("xl/worksheets/sheet1.xml")
