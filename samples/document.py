"""The rows that the lead-tracking document shows as its example, in a workbook as a person would format it."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

import steady

LEADS = (
    (
        "线索编号",
        "来源",
        "联系人",
        "联系方式",
        "公司名称",
        "需求描述",
        "预算范围",
        "预计成交时间",
        "线索等级",
        "负责人",
        "录入时间",
    ),
    (
        "202405001-展会",
        "展会",
        "李经理",
        "138",
        "制造企业",
        "智能仓储系统需求",
        "50-80万",
        "2024-08",
        "A",
        None,
        "2024-05-01",
    ),
    (
        "202405002-官网",
        "官网表单",
        "王总",
        "1395678",
        "贸易公司",
        "CRM系统升级",
        "20-30万",
        "2024-07",
        "B",
        None,
        "2024-05-02",
    ),
)
FOLLOW_UPS = (
    ("线索编号", "跟进时间", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人"),
    (
        "202405001",
        "2024-05-02",
        "电话",
        "介绍公司案例,知晓客户分拣效率痛点",
        "对案例感兴趣,需内部审批预算",
        "5月5日发送详细报价单",
        None,
    ),
    (
        "202405001",
        "2024-05-05",
        "邮件",
        "发送报价单(含3套方案)",
        "已收到,方案需技术部评估",
        "5月8日跟进技术评估结果",
        None,
    ),
)
CONVERSIONS = (
    ("线索编号", "转化结果", "成交金额(万)", "未成交原因", "转化周期(天)", "负责人", "分析总结"),
    ("202405001", "成交", 65, "-", 45, None, "客户认可技术方案,报价合理"),
    ("202405002", "未成交", "-", "预算不足", 30, None, "客户实际预算仅15万,超出预期"),
)
SHEETS = (
    ("线索信息表", "销售线索信息表", LEADS),
    ("跟进记录表", "销售跟进记录表", FOLLOW_UPS),
    ("转化分析表", "销售转化分析表", CONVERSIONS),
)
THIN = Side("thin", color="BFBFBF")
LINE = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def write(path: Path) -> None:
    """Three sheets, a title in row 1 and the header in row 3 of each."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, title, rows in SHEETS:
        _sheet(book, name, title, rows)
    steady.save(book, path, author="销售部")


def _sheet(book: Workbook, name: str, title: str, rows: tuple[tuple[object, ...], ...]) -> None:
    sheet = book.create_sheet(name)
    sheet["A1"] = title
    sheet["A1"].font = Font(name="微软雅黑", size=16, bold=True, color="1F3864")
    sheet.row_dimensions[1].height = 28
    for number, row in enumerate(rows, start=3):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.font = Font(name="微软雅黑", size=10, bold=number == 3, color="FFFFFF" if number == 3 else "000000")
            cell.border = LINE
            cell.alignment = Alignment(vertical="center", horizontal="center" if number == 3 else None, wrap_text=True)
            if number == 3:
                cell.fill = PatternFill("solid", fgColor="2F5496")
        sheet.row_dimensions[number].height = 24 if number == 3 else 32
    for column in range(1, len(rows[0]) + 1):
        longest = max(len(str(row[column - 1] or "")) for row in rows)
        sheet.column_dimensions[get_column_letter(column)].width = min(10 + longest * 1.2, 34)
    sheet.freeze_panes = "B4"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
