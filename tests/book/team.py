"""A team's workbook with everything that a refresh may meet beside its tables, and the plan of a refresh for it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import xlsxwriter

from funnelbook.book import Package
from funnelbook.book.archive import read_archive
from funnelbook.edits import (
    CF_MARKER,
    BulkColumn,
    Cell,
    Chart,
    Edit,
    EditPlan,
    ExcelTableSpec,
    Formula,
    Highlight,
    Link,
    Note,
    PutColumn,
    PutSheet,
    Rule,
    Series,
    Style,
    TakeOut,
    Validation,
    WidenFilter,
    WidenTable,
)
from funnelbook.grid import CellRef, Range

LEADS, LOG, OTHER = "线索", "跟进 '24", "自己的表"
HEAD, BODY = Style(bold=True, fill="DDEBF7", wrap=True), Style(border_bottom="D9D9D9")
LOOKS = (HEAD, BODY)
ROLES = ("summary", "audit", "data")
HEADERS = ("系统评分", "首触状态", "最近跟进(系统)", "数据问题")


@cache
def team_book() -> bytes:
    """Leads in an Excel Table (C3:H23), a log under an AutoFilter (A1:D9), and a sheet that counts both."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2024, 6, 1)})
    red, date = book.add_format({"bg_color": "#FFC7CE"}), book.add_format({"num_format": "yyyy/m/d"})
    leads = book.add_worksheet(LEADS)
    leads.merge_range("A1:H1", "销售线索信息表", book.add_format({"bold": True}))
    columns = [{"header": header} for header in ("编号", "客户", "电话", "来源", "登记", "负责人")]
    leads.add_table("C3:H23", {"name": "线索表", "columns": columns, "style": "Table Style Medium 2"})
    for row in range(3, 23):
        leads.write_row(row, 2, [f"2024{row:05}", f"客户 {row}", "", "展会" if row % 2 else "网站"])
        leads.write_datetime(row, 6, dt.datetime(2024, 5, row), date)
        leads.write(row, 7, "张三")
    leads.set_column("C:H", 14)
    leads.set_column("I:XFD", 9, None, {"hidden": True})
    leads.write_blank("I5", None, red)
    leads.write_blank("K6", None, red)
    leads.write_comment("E4", "问过了", {"author": "王五"})
    leads.conditional_format("E4:E23", {"type": "blanks", "format": red})
    leads.data_validation("F4:F23", {"validate": "list", "source": ["展会", "网站"]})
    log = book.add_worksheet(LOG)
    log.write_row(0, 0, ["编号", "跟进时间", "内容", "下一步"])
    for row in range(1, 9):
        log.write_row(row, 0, [f"2024{row + 3:05}", "", f"谈了 {row}"])
    log.autofilter("A1:D9")
    other = book.add_worksheet(OTHER)
    other.write_formula("A1", f"=COUNTA('{LEADS}'!C4:C23)", None, 20)
    book.define_name("客户数", f"='{OTHER}'!$A$1")
    other.activate()
    book.close()
    return stream.getvalue()


def refresh_plan(extra: Sequence[Edit] = ()) -> EditPlan:
    """What a refresh writes: columns beside both tables, highlights, notes and three sheets."""
    values = (
        [None if row % 5 == 0 else row * 5 for row in range(20)],
        ["on_time" if row % 3 else "=late" for row in range(20)],
        [dt.date(2024, 6, row + 1) if row % 4 else dt.datetime(2024, 6, row + 1, 9, 30) for row in range(20)],
        [f"电话\n缺少 {row}" if row % 6 == 0 else None for row in range(20)],
    )
    columns = [PutColumn(LEADS, 9 + i, 3, HEADERS[i], 4, values[i], f"leads.1.{i}", BODY, HEAD, 11.5) for i in range(4)]
    log = PutColumn(LOG, 5, 1, "间隔(天)", 2, [1, 2, 3, True, 5.5, None, 7, 8], "followups.1.gap", BODY, HEAD, None)
    missing = Rule(Range(4, 5, 23, 5), f'AND({CF_MARKER},$E4="",$C4<>"")', Style(fill="FFEB9C"))
    return EditPlan(
        [
            TakeOut(sheets=ROLES, looks=LOOKS),
            *columns,
            WidenTable(LEADS, "线索表", HEADERS),
            log,
            WidenFilter(LOG, 5),
            Highlight(LEADS, missing),
            Note(LEADS, 4, 5, "缺少电话"),
            Note(LEADS, 5, 5, "缺少电话：\n请补上"),
            Note(LOG, 2, 2, "缺少跟进时间"),
            *extra,
            *new_sheets(),
        ]
    )


def new_sheets() -> list[PutSheet]:
    head = Style(bold=True, fill="1F4E79", color="FFFFFF")
    sources = [["来源", "线索", "占比"], ["展会", Formula('COUNTIF(fb_data[来源],"展会")', 10), Formula("B4/20", 0.5)]]
    bars = (Series("线索", Range(4, 2, 5, 2), "2F6F9F"),)
    chart = Chart("bar", "来源", Range(4, 1, 5, 1), bars, CellRef(8, 1), 480, 260, labels=True)
    shares = Chart("pie", "占比", Range(4, 1, 5, 1), bars, CellRef(8, 6), 300, 260, legend=True)
    summary = PutSheet(
        "汇总",
        [[Cell("汇总", Style(bold=True, size=16))], [], [Cell(v, head) for v in sources[0]], sources[1], ["网站", 10, 0.5]],
        mark="summary",
        merges=(Range(1, 1, 1, 3),),
        widths={1: 18, 2: 10},
        heights={1: 28, 7: 6},
        freeze=CellRef(4, 1),
        charts=(chart, shares),
        rules=(Rule(Range(4, 2, 5, 2), "B4>9", Style(color="C00000", bold=True)),),
        validations=(Validation(Range(4, 1, 5, 1), "list", ("展会", "网站")),),
        gridlines=False,
        tab_color="1F4E79",
        landscape=True,
        print_rows=(3, 3),
    )
    links = [Link(f"C{row}", f"'{LEADS}'!C{row}") for row in range(4, 24)]
    bulk = (BulkColumn(list(range(20))), BulkColumn(links), BulkColumn(["x", None] * 10))
    audit = PutSheet("数据审计", [["序号", "单元格", "处理说明"]], "audit", 2, bulk, filter=Range(1, 1, 21, 3))
    rows = [["编号", "来源"], *([f"2024{row:05}", "展会" if row % 2 else "网站"] for row in range(20))]
    data = PutSheet("明细", rows, "data", tables=(ExcelTableSpec("fb_data", Range(1, 1, 21, 2)),))
    return [summary, audit, data]


def removal() -> EditPlan:
    return EditPlan([TakeOut(sheets=ROLES, looks=LOOKS)])


def package_of(data: bytes) -> Package:
    return Package(read_archive(data, Path("book.xlsx")))
