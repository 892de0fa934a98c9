"""A clean team workbook: twelve weeks of leads, follow-ups and conversions as three Excel Tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

import steady
from team_story import FITS, METHOD_WORDS, OWNERS, RESULTS, SOURCES, STATUSES, Lead, tell

LEADS: tuple[tuple[str, float], ...] = (
    ("线索编号", 12),
    ("来源", 10),
    ("联系人", 9),
    ("联系方式", 14),
    ("公司名称", 30),
    ("所在地区", 9),
    ("所属行业", 26),
    ("需求描述", 32),
    ("预算范围", 11),
    ("预计成交时间", 13),
    ("需求匹配度", 11),
    ("预算充足度", 11),
    ("决策权限", 11),
    ("线索等级", 9),
    ("线索状态", 10),
    ("负责人", 8),
    ("录入人", 8),
    ("录入时间", 17),
    ("分配时间", 17),
)
FOLLOW_UPS: tuple[tuple[str, float], ...] = (
    ("线索编号", 12),
    ("跟进时间", 17),
    ("跟进方式", 10),
    ("沟通内容", 34),
    ("客户反馈", 30),
    ("下一步行动", 28),
    ("跟进人", 8),
)
CONVERSIONS: tuple[tuple[str, float], ...] = (
    ("线索编号", 12),
    ("转化结果", 10),
    ("成交金额(万)", 12),
    ("未成交原因", 13),
    ("转化周期(天)", 12),
    ("负责人", 8),
    ("分析总结", 34),
    ("成交日期", 12),
)
CHOICES: dict[str, Sequence[str]] = {
    "来源": list(SOURCES),
    "需求匹配度": list(FITS["需求匹配度"]),
    "预算充足度": list(FITS["预算充足度"]),
    "决策权限": list(FITS["决策权限"]),
    "线索等级": ["A", "B", "C", "D"],
    "线索状态": STATUSES,
    "负责人": list(OWNERS),
    "跟进方式": METHOD_WORDS,
    "跟进人": list(OWNERS),
    "转化结果": RESULTS,
}
FORMATS = {
    "预计成交时间": "yyyy-mm-dd",
    "录入时间": "yyyy-mm-dd hh:mm",
    "分配时间": "yyyy-mm-dd hh:mm",
    "跟进时间": "yyyy-mm-dd hh:mm",
    "成交日期": "yyyy-mm-dd",
    "成交金额(万)": "0.0",
}
ROOM = 1000
"""Drop-downs reach down to this row, for the leads to come."""


def write(path: Path) -> None:
    """About 120 leads of the twelve weeks up to 2024-06-20."""
    leads = tell(Random(20240190))
    touches = sorted((t for lead in leads for t in lead.touches), key=lambda touch: touch[1])
    closings = sorted((lead.closing for lead in leads if lead.closing), key=lambda row: row[7])
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"author": "销售一部", "created": steady.MADE})
        _sheet(book, "线索信息表", "线索", LEADS, [_row(lead) for lead in leads])
        _sheet(book, "跟进记录表", "跟进", FOLLOW_UPS, touches)
        _sheet(book, "转化分析表", "转化", CONVERSIONS, closings)


def _row(lead: Lead) -> list[Any]:
    return [
        lead.id,
        lead.source,
        lead.contact,
        lead.phone,
        lead.company,
        lead.region,
        lead.industry,
        lead.need,
        lead.budget,
        lead.expected_close,
        lead.fit,
        lead.budget_fit,
        lead.authority,
        lead.tier_typed,
        lead.status,
        lead.owner,
        lead.entered_by,
        lead.entered_at,
        lead.assigned_at,
    ]


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    table: str,
    columns: Sequence[tuple[str, float]],
    rows: Sequence[Sequence[Any]],
) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#4472C4", "align": "center", "valign": "vcenter"})
    plain = book.add_format({"valign": "vcenter"})
    formats = {code: book.add_format({"num_format": code, "valign": "vcenter"}) for code in sorted(set(FORMATS.values()))}
    declared = []
    for at, (header, width) in enumerate(columns):
        cell_format = formats[FORMATS[header]] if header in FORMATS else plain
        sheet.set_column(at, at, width)
        declared.append({"header": header, "header_format": head})
        for number, row in enumerate(rows, start=1):
            _put(sheet, number, at, row[at], cell_format)
        if header in CHOICES:
            sheet.data_validation(1, at, ROOM - 1, at, {"validate": "list", "source": list(CHOICES[header])})
    sheet.add_table(0, 0, len(rows), len(columns) - 1, {"name": table, "columns": declared, "style": "Table Style Medium 2"})
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _put(sheet: Any, row: int, column: int, value: Any, cell_format: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, cell_format)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, cell_format)
    elif value is not None:
        sheet.write_number(row, column, value, cell_format)
