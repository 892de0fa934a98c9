"""Formats that are only read, and what is damaged in them."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path

import pytest

from funnelbook.book import read_foreign
from funnelbook.errors import EncryptedError, NotAWorkbookError, NotFoundError, OldFormatError
from funnelbook.grid import Grid

from .biff import HOURS, xls
from .build import zipped


def _values(grid: Grid) -> list[list[object]]:
    return [list(column) for column in grid.columns]


def read(folder: Path, data: bytes) -> list[list[object]]:
    path = folder / "a.xls"
    path.write_bytes(data)
    (grid,) = read_foreign(path)
    return _values(grid)


def test_other_formats_give_grids_of_values(tmp_path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0" '
        f'xmlns:text="{office}text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="线索"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    path = tmp_path / "a.ods"
    path.write_bytes(zipped({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest}, 0))
    grids = read_foreign(path)
    assert [(g.sheet, _values(g)) for g in grids] == [("线索", [["a"], [2]])]


def test_old_workbooks_give_numbers_and_durations(tmp_path: Path) -> None:
    assert read(tmp_path, xls([1, 2.5])) == [[1], [2.5]]
    assert read(tmp_path, xls([1, 2.5], HOURS)) == [[dt.timedelta(days=1)], [dt.timedelta(days=2, hours=12)]]


def test_a_number_beyond_every_duration_is_said(tmp_path: Path) -> None:
    with pytest.raises(OldFormatError) as caught:
        read(tmp_path, xls([13800010001], HOURS))
    assert caught.value.facts["format"] == "xls"


def test_what_its_reader_dies_of_is_a_damaged_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    name_of_the_sheet = struct.pack("<HH", 0x85, 9)
    with pytest.raises(NotAWorkbookError) as caught:
        read(tmp_path, xls([1]).replace(name_of_the_sheet, struct.pack("<HH", 0x85, 1)))
    assert caught.value.facts["looks_like"] == "broken zip"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("cut", range(0, 2000, 200))
def test_a_part_of_an_old_workbook_is_none(tmp_path: Path, cut: int) -> None:
    whole = xls([1, 2])
    assert len(whole) > 2000
    with pytest.raises((NotAWorkbookError, EncryptedError)):
        read(tmp_path, whole[:cut])


def test_what_is_no_workbook_in_any_format_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"no workbook")
    with pytest.raises((NotAWorkbookError, EncryptedError)):
        read_foreign(path)
    with pytest.raises(NotFoundError):
        read_foreign(tmp_path / "none.xls")
