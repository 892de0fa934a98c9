"""Workbooks that openpyxl and XlsxWriter build with everything that their sheets can have, to be grafted."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table
from PIL import Image as Pixels

SHEETS = ("看板", "明细 '24")
"""Titles of the sheets of both workbooks; the second's needs quotes in formulas."""


def png() -> io.BytesIO:
    stream = io.BytesIO()
    Pixels.new("RGB", (4, 4), "red").save(stream, "png")
    stream.seek(0)
    return stream


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    board, detail = book.active, book.create_sheet(SHEETS[1])
    assert board is not None
    board.title = SHEETS[0]
    for row in (["月", "数"], ["一", 3], ["二", 5], ["三", dt.date(2024, 6, 20)]):
        board.append(row)
        detail.append(row)
    board["A1"].font, board["B2"].number_format = Font(bold=True, color="FF0000"), '0.00"万"'
    board["D1"] = "=SUM('明细 ''24'!B2:B3)+看板!B2"
    board["A9"].hyperlink = "https://example.com/a"
    board["A10"].hyperlink = "#'明细 ''24'!A1"
    board["E1"].comment = Comment("看这里", "李")
    chart = BarChart()
    chart.add_data(Reference(board, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    board.add_chart(chart, "F2")
    board.add_image(Image(png()), "F20")
    board.conditional_formatting.add("B2:B9", FormulaRule(["$B2>4"], fill=PatternFill(bgColor="FFC7CE")))
    board.conditional_formatting.add("C2:C9", ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="63BE7B"))
    choice = DataValidation(type="list", formula1="'明细 ''24'!$A$2:$A$4")
    choice.add("A12:A20")
    board.add_data_validation(choice)
    board.merge_cells("A22:C23")
    board.column_dimensions["A"].width = 31
    board.row_dimensions[22].height = 44
    board.freeze_panes, board.auto_filter.ref = "B2", "A1:B4"
    board.print_area, board.print_title_rows = "A1:H30", "1:1"
    board.page_setup.orientation, board.page_setup.paperSize = "landscape", 9
    board.oddFooter.center.text = "&P / &N"
    board.row_breaks.append(Break(id=10))
    detail.add_table(Table(displayName="明细表", ref="A1:B4"))
    book.defined_names["周期"] = DefinedName("周期", attr_text="'明细 ''24'!$B$2")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    bold, money, red = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.0"}), book.add_format({"bg_color": "#FFC7CE"})
    board, detail = book.add_worksheet(SHEETS[0]), book.add_worksheet(SHEETS[1])
    for sheet in (board, detail):
        sheet.write_column("A1", ["月", "一", "二", "三"])
        sheet.write_column("B1", ["数", 3, 5, 7], money)
    board.write_rich_string("C1", "平", bold, "粗", "平")
    board.write_formula("D1", "=SUM('明细 ''24'!B2:B3)", None, 8)
    board.write_dynamic_array_formula("D2:D4", "=看板!B2:B4*2", None, 6)
    board.write_url("A9", "https://example.com/a", string="去")
    board.write_url("A10", "internal:'明细 ''24'!A1")
    board.write_comment("E1", "看这里", {"author": "李"})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"name": "=看板!$B$1", "categories": "=看板!$A$2:$A$4", "values": "='明细 ''24'!$B$2:$B$4"})
    board.insert_chart("F2", chart)
    board.insert_image("F20", "dot.png", {"image_data": png(), "url": "https://example.com/b"})
    board.insert_textbox("F30", "文字", {"textlink": "=看板!$B$2"})
    board.insert_button("F40", {"caption": "按"})
    board.add_sparkline("C2", {"range": "看板!A2:B2"})
    board.conditional_format("B2:B9", {"type": "cell", "criteria": ">", "value": 4, "format": red})
    board.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})
    board.conditional_format("D2:D9", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    board.data_validation("A12:A20", {"validate": "list", "source": "='明细 ''24'!$A$2:$A$4"})
    board.merge_range("A22:C23", "合并", bold)
    board.set_column("A:A", 31, money)
    board.set_row(21, 44)
    board.freeze_panes(1, 1)
    board.autofilter("A1:B4")
    board.filter_column("A", "x == 一")
    board.print_area("A1:H30")
    board.repeat_rows(0)
    board.set_landscape()
    board.set_header("&C&G", {"image_center": "dot.png", "image_data_center": png()})
    board.set_background(png())
    board.set_h_pagebreaks([10])
    detail.add_table("A1:B4", {"name": "明细表", "columns": [{"header": "月"}, {"header": "数", "format": money}]})
    book.define_name("周期", "='明细 ''24'!$B$2")
    book.define_name("看板!本页", "=看板!$A$1")
    book.close()
    return stream.getvalue()
