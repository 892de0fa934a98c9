"""The copy that calamine reads."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from funnelbook.book.reading_copy import WIDTH, CellFormats, cell_formats, reading_copy, sheet_of
from funnelbook.grid import CellRef

from .build import COMPATIBILITY, MAIN, opened, styles, workbook_parts


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


def test_a_format_without_a_number_is_nobodys(tmp_path: Path) -> None:
    formats = '<numFmt numFmtId="1/a" formatCode="yyyy"/><numFmt formatCode="m"/><numFmt numFmtId="165" formatCode="d"/>'
    style_part = f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>'
    assert cell_formats(opened(tmp_path, workbook_parts({"a": ""}, style_part=style_part))).codes == {165: "d"}


def test_a_package_without_styles_has_no_formats(tmp_path: Path) -> None:
    assert cell_formats(opened(tmp_path, workbook_parts({"a": ""}))) == CellFormats({}, ())


@pytest.mark.parametrize("count", [0, 1, WIDTH, WIDTH + 1])
def test_a_sheet_of_the_copy_holds_each_cell_in_a_place_of_its_own(tmp_path: Path, count: int) -> None:
    package = opened(tmp_path, workbook_parts({"a": ""}))
    cells = [b"><v>%d</v>" % number for number in range(count)]
    with zipfile.ZipFile(io.BytesIO(reading_copy(package, [sheet_of(cells)], CellFormats({}, ()), False))) as copy:
        assert copy.testzip() is None
        text = copy.read("xl/worksheets/sheet1.xml")
    found = re.findall(rb'<c r="([A-Z]+[0-9]+)"><v>([0-9]+)</v></c>', text)[WIDTH:]
    places = [CellRef(2 + number // WIDTH, 1 + number % WIDTH).a1.encode() for number in range(count)]
    assert found == [(place, b"%d" % number) for number, place in enumerate(places)]
    assert text.count(b"<row ") == 1 + -(-count // WIDTH)
