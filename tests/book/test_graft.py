"""Sheets that openpyxl or XlsxWriter built come over whole."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest
import xlsxwriter
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from funnelbook.book import Package, apply
from funnelbook.book.graft import graft

from .build import SHARED, STRICT, needs_shared, workbook_parts, zipped
from .team import package_of, refresh_plan, removal, team_book
from .test_untouched import checkers

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "规则"
    sheet.append(["名称", "值"])
    sheet.append(["周期", 7])
    sheet["A1"].font = Font(bold=True, color="FF0000")
    sheet["B2"].number_format = "0.0%"
    sheet["C1"] = dt.date(2024, 6, 20)
    sheet["D1"] = "='规则'!B2+Other!A1"
    sheet.add_table(Table(displayName="线索表", ref="A1:B2"))
    rule = CellIsRule(operator="greaterThan", formula=["5"], fill=PatternFill(bgColor="FFC7CE"))
    sheet.conditional_formatting.add("B2", rule)
    validation = DataValidation(type="list", formula1='"a,b"')
    validation.add("A3")
    sheet.add_data_validation(validation)
    sheet.print_title_rows = "1:1"
    book.create_sheet("Other")["A1"] = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("图")
    bold = book.add_format({"bold": True})
    sheet.write_rich_string("A1", "plain ", bold, "bold")
    sheet.write_row("A2", [1, 2, 3])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=图!$A$2:$C$2"})
    sheet.insert_chart("E2", chart)
    sheet.insert_image("A5", "pixel.png", {"image_data": io.BytesIO(PIXEL)})
    sheet.write_comment("B2", "note")
    sheet.write_url("A9", "https://example.com")
    book.close()
    return stream.getvalue()


def reopened(package: Package) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(package.to_bytes()))


@pytest.mark.parametrize("built", [by_openpyxl(), by_xlsxwriter()], ids=["openpyxl", "xlsxwriter"])
@needs_shared
def test_a_grafted_sheet_has_all_its_parts_and_breaks_nothing(built: bytes) -> None:
    package = package_of(team_book())
    added = graft(package, built)
    assert set(added) == package.added
    edited = package.to_bytes()
    assert checkers().lint(io.BytesIO(edited), io.BytesIO(team_book())) == []
    assert checkers().compare(io.BytesIO(team_book()), io.BytesIO(edited)) == []


def test_values_formats_and_rules_come_over_under_their_titles() -> None:
    package = package_of(team_book())
    graft(package, by_openpyxl(), {"规则": "规则 (2)", "Other": "别的"})
    sheet = reopened(package)["规则 (2)"]
    assert (sheet["A1"].value, sheet["A1"].font.b, sheet["B2"].number_format) == ("名称", True, "0.0%")
    assert sheet["C1"].value == dt.datetime(2024, 6, 20)
    assert sheet["D1"].value == "='规则 (2)'!B2+'别的'!A1"
    assert list(sheet.tables) == ["线索表_2"]
    assert sheet.print_title_rows == "$1:$1"
    assert len(sheet.conditional_formatting) == 1


def test_rich_text_pictures_links_and_charts_come_over() -> None:
    package = package_of(team_book())
    graft(package, by_xlsxwriter())
    sheet = reopened(package)["图"]
    assert (sheet["A1"].value, sheet["A9"].hyperlink.target) == ("plain bold", "https://example.com")
    assert len(sheet._charts) == 1
    assert package.read("xl/media/image1.png") == PIXEL
    assert b"<b/>" in package.read(package.sheets()[-1].part or "")


def test_dates_keep_their_day_in_a_workbook_that_counts_from_1904() -> None:
    package = package_of(zipped(workbook_parts({"S": ""}, book='<workbookPr date1904="1"/>')))
    graft(package, by_openpyxl())
    assert reopened(package)["规则"]["C1"].value == dt.datetime(2024, 6, 20)


@needs_shared
def test_a_strict_package_gets_strict_parts() -> None:
    package = Package.open(SHARED / "corpus" / "SimpleStrict.xlsx")
    added = graft(package, by_xlsxwriter())
    xml = [package.read(name) for name in added if name.endswith(".xml")]
    assert all(b"schemas.openxmlformats.org/spreadsheetml" not in data for data in xml)
    assert any(STRICT.encode() in data for data in xml)
    assert all(b"officeDocument/2006/relationships" not in data for data in xml)


def test_a_blank_package_takes_a_sheet() -> None:
    package = Package.blank()
    graft(package, by_xlsxwriter())
    assert reopened(package).sheetnames == ["图"]


@pytest.mark.parametrize("target", ["/[Content_Types].xml", "/xl/_rels/workbook.xml.rels", "/xl/workbook.xml"])
def test_what_holds_the_package_together_goes_with_no_sheet(target: str) -> None:
    package = package_of(team_book())
    before = package.names()
    apply(refresh_plan(), package)
    drawing = next(name for name in package.added if name.startswith("xl/drawings/_rels/"))
    package.write(drawing, re.sub(rb'Target="[^"]*"', f'Target="{target}"'.encode(), package.read(drawing), count=1))
    package = package_of(package.to_bytes())
    apply(removal(), package)
    assert set(before) <= set(package_of(package.to_bytes()).names())
