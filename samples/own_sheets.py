"""A team workbook with the team's own sheets around the leads: charts, notes, formats, names, pictures."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

import invented
import steady

LEADS = (
    ("线索编号", 12, None),
    ("来源", 10, None),
    ("公司名称", 28, None),
    ("联系人", 9, None),
    ("联系方式", 14, None),
    ("需求描述", 30, None),
    ("预算范围(万)", 12, None),
    ("预计成交时间", 13, "yyyy/m/d"),
    ("线索等级", 9, None),
    ("负责人", 8, None),
    ("录入时间", 12, "yyyy/m/d"),
    ("线索状态", 10, None),
)
FOLLOW_UPS = ("线索编号", "跟进时间", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人")
CONVERSIONS = ("线索编号", "转化结果", "成交金额(万)", "未成交原因", "转化周期(天)", "负责人", "分析总结")
OWNERS = ("王磊", "李娜", "陈晨", "刘洋")
SOURCES = ("官网", "展会", "转介绍", "电话咨询")
BUDGETS: tuple[Any, ...] = ("20-30", "50-80", 35, "10-20", 60, "80-120")
AS_OF = dt.date(2024, 6, 20)
COUNT = 40
LAST_COLUMN = 16_383


def write(path: Path) -> None:
    """Forty leads on the sheet 线索, and what the team keeps around them."""
    rng = Random(4)
    leads = _leads(rng)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"author": "销售二部", "title": "线索台账", "created": steady.MADE})
        board = book.add_worksheet("看板")
        lead_sheet = book.add_worksheet("线索")
        _write_leads(book, lead_sheet, leads)
        _write_plain(book, "跟进", FOLLOW_UPS, _touches(leads, rng), dates=(1,))
        _write_plain(book, "转化", CONVERSIONS, _closings(leads), dates=())
        _write_board(book, board, leads)
        _write_own_summary(book, leads)
        _write_chart_sheet(book)
        book.define_name("线索总表", f"=线索!$A$3:$L${3 + COUNT}")
        book.define_name("目标成交数", "=12")
        book.define_name("汇总!本月", "=汇总!$B$3")


def _leads(rng: Random) -> list[list[Any]]:
    companies, phones = invented.companies(rng, COUNT), invented.phones(rng, COUNT)
    entries = sorted(AS_OF - dt.timedelta(rng.randrange(1, 70)) for _ in range(COUNT))
    rows: list[list[Any]] = []
    for number, (entered, (company, _, _), phone) in enumerate(zip(entries, companies, phones, strict=True), start=1):
        status = rng.choices(("跟进中", "重点跟进", "成交", "未成交", "流失"), (50, 10, 20, 14, 6))[0]
        rows.append(
            [
                f"XS{number:04d}",
                rng.choice(SOURCES),
                company,
                invented.person(rng),
                phone,
                rng.choice(invented.NEEDS),
                rng.choice(BUDGETS),
                max(entered + dt.timedelta(45), AS_OF + dt.timedelta(rng.randrange(5, 90))),
                rng.choice("AABBBCCD"),
                rng.choice(OWNERS),
                entered,
                status,
            ]
        )
    rows[6][4] = None
    rows[17][9] = None
    rows[22][4] = rows[9][4]
    return rows


def _touches(leads: list[list[Any]], rng: Random) -> list[list[Any]]:
    rows = []
    for lead in leads:
        days = sorted({min(lead[10] + dt.timedelta(rng.randrange(0, 20)), AS_OF) for _ in range(rng.randrange(0, 4))})
        rows += [[lead[0], day, rng.choice(invented.METHODS), *rng.choice(invented.TALKS), lead[9] or "王磊"] for day in days]
    return sorted(rows, key=lambda row: row[1])


def _closings(leads: list[list[Any]]) -> list[list[Any]]:
    rows = []
    for number, lead in enumerate(leads):
        if lead[11] not in ("成交", "未成交", "流失"):
            continue
        won = lead[11] == "成交"
        reason = None if won else ("预算不足", "选择竞品", "失联")[number % 3]
        rows.append([lead[0], lead[11], 18 + number if won else None, reason, 20 + number % 25, lead[9], None])
    return rows


def _write_leads(book: Any, sheet: Any, leads: list[list[Any]]) -> None:
    title = book.add_format({"bold": True, "font_size": 15, "font_color": "#1F3864"})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "align": "center", "text_wrap": True})
    sheet.write(0, 0, "2024年二季度线索台账", title)
    sheet.write_rich_string(1, 0, "每周五 ", book.add_format({"bold": True, "font_color": "red"}), "17:00 前", " 更新完毕")
    for column, (header, width, code) in enumerate(LEADS):
        sheet.set_column(column, column, width)
        sheet.write(2, column, header, head)
        cell = book.add_format({"num_format": code} if code else {})
        for row, lead in enumerate(leads, start=3):
            sheet.write(row, column, lead[column], cell)
    end = 2 + len(leads)
    # A company's name looked up in another cell, as people do: the formula has a cached value.
    sheet.write_formula(3 + 12, 2, "=C15", None, leads[11][2])
    sheet.set_column(len(LEADS), LAST_COLUMN, None, None, {"hidden": True})
    sheet.autofilter(2, 0, end, len(LEADS) - 1)
    sheet.freeze_panes(3, 1)
    sheet.data_validation(3, 8, end + 200, 8, {"validate": "list", "source": ["A", "B", "C", "D"]})
    sheet.data_validation(3, 1, end + 200, 1, {"validate": "list", "source": list(SOURCES)})
    sheet.conditional_format(3, 8, end, 8, {"type": "cell", "criteria": "==", "value": '"A"', "format": _red(book)})
    sheet.conditional_format(3, 6, end, 6, {"type": "data_bar", "data_bar_2010": True, "bar_color": "#9BC2E6"})
    sheet.conditional_format(3, 10, end, 10, {"type": "3_color_scale"})
    sheet.write_comment("E10", "客户只留了微信,电话下次见面时补。", {"author": "李娜"})
    sheet.write_comment("C5", "老客户的兄弟公司,注意报价一致。", {"author": "王磊", "x_scale": 1.4})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_footer("&C第 &P 页,共 &N 页")


def _red(book: Any) -> Any:
    return book.add_format({"font_color": "#9C0006", "bg_color": "#FFC7CE"})


def _write_plain(book: Any, name: str, headers: tuple[str, ...], rows: list[list[Any]], dates: tuple[int, ...]) -> None:
    sheet = book.add_worksheet(name)
    head, day = book.add_format({"bold": True, "bottom": 2}), book.add_format({"num_format": "yyyy/m/d"})
    sheet.write_row(0, 0, headers, head)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write(number, column, value, day if column in dates else None)
    sheet.set_column(0, len(headers) - 1, 14)
    sheet.set_column(3, 5, 26)
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(1, 0)


def _write_board(book: Any, sheet: Any, leads: list[list[Any]]) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#E2EFDA", "border": 1})
    percent = book.add_format({"num_format": "0.0%"})
    sheet.write("B1", "二部看板", book.add_format({"bold": True, "font_size": 18}))
    sheet.insert_image("H1", "logo.png", {"image_data": io.BytesIO(_logo()), "description": "标志", "x_scale": 2, "y_scale": 2})
    sheet.write_row("B3", ("来源", "线索数", "成交数", "成交率"), bold)
    end = 3 + len(leads)
    counts = Counter(lead[1] for lead in leads)
    won = Counter(lead[1] for lead in leads if lead[11] == "成交")
    for row, source in enumerate(SOURCES, start=3):
        here = row + 1
        sheet.write(row, 1, source)
        sheet.write_formula(row, 2, f"=COUNTIF(线索!$B$4:$B${end},B{here})", None, counts[source])
        both = f'=COUNTIFS(线索!$B$4:$B${end},B{here},线索!$L$4:$L${end},"成交")'
        sheet.write_formula(row, 3, both, None, won[source])
        sheet.write_formula(row, 4, f"=IF(C{here}=0,0,D{here}/C{here})", percent, won[source] / counts[source])
    sheet.write("B8", "合计", bold)
    sheet.write_formula("C8", "=SUM(C4:C7)", bold, len(leads))
    sheet.write_formula("D8", "=SUM(D4:D7)", bold, sum(won.values()))
    sheet.conditional_format("E4:E7", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"name": "=看板!$C$3", "categories": "=看板!$B$4:$B$7", "values": "=看板!$C$4:$C$7"})
    chart.add_series({"name": "=看板!$D$3", "categories": "=看板!$B$4:$B$7", "values": "=看板!$D$4:$D$7"})
    chart.set_title({"name": "各来源线索与成交"})
    sheet.insert_chart("B11", chart)
    sheet.set_column("A:A", 2)
    sheet.set_column("B:E", 11)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.add_sparkline("F4", {"range": "看板!C4:E4", "type": "column"})


def _write_own_summary(book: Any, leads: list[list[Any]]) -> None:
    """The team's own sheet has the name that ours would like to have."""
    sheet = book.add_worksheet("汇总")
    open_leads = sum(lead[11] in ("跟进中", "重点跟进") for lead in leads)
    sheet.write_column("A1", ("二季度汇总(手工)", "目标", "本月", "在跟线索"))
    sheet.write_formula("B2", "=目标成交数", None, 12)
    sheet.write_formula("B3", '=COUNTIF(线索!$L$4:$L$43,"成交")', None, sum(lead[11] == "成交" for lead in leads))
    formula = '=COUNTIF(线索!$L$4:$L$43,"跟进中")+COUNTIF(线索!$L$4:$L$43,"重点跟进")'
    sheet.write_formula("B4", formula, None, open_leads)
    sheet.merge_range("A6:D7", "每月 5 日前发给总监", book.add_format({"align": "center", "valign": "vcenter", "border": 1}))
    sheet.set_column("A:A", 18)
    sheet.set_tab_color("#C00000")


def _write_chart_sheet(book: Any) -> None:
    sheet = book.add_chartsheet("来源占比")
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"categories": "=看板!$B$4:$B$7", "values": "=看板!$C$4:$C$7", "data_labels": {"percentage": True}})
    chart.set_title({"name": "线索来源占比"})
    sheet.set_chart(chart)


def _logo() -> bytes:
    """A PNG of 24 by 24 points: a green funnel on white."""
    lines = b""
    for y in range(24):
        half = max(2, 11 - y * 2 // 3)
        lines += b"\0" + b"".join(b"\x2e\x8b\x57" if abs(x - 12) <= half else b"\xff\xff\xff" for x in range(24))
    head = struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    body = (struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)
