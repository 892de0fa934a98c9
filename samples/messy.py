"""The mess that people really make: headers, dates, budgets, phones, keys, tables; written by openpyxl."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

import invented
import steady

COLUMNS: tuple[tuple[str | None, str, str], ...] = (
    (None, "序号", "no"),
    ("线索", "*線索編號", "lead_id"),
    ("线索", "来源\n渠道", "source"),
    ("线索", "录入时间", "created"),
    ("客户信息", "公司名称*", "company"),
    ("客户信息", "联系人", "contact"),
    ("客户信息", "聯繫方式\n(手机/座机)", "phone"),
    ("客户信息", "微信群", "wechat_group"),
    ("需求", "* 需求描述", "need"),
    ("需求", "预算范围(万)", "budget"),
    ("需求", "预计成交\n时间", "expected_close"),
    (None, "负责人", "owner"),
    (None, "线索等级", "grade"),
    (None, "需求匹配度", "fit"),
    (None, "决策权限", "authority"),
    (None, "领导批示", "boss_says"),
)
"""Header above, header below, and English key of each column."""
AT = {key: number for number, (_, _, key) in enumerate(COLUMNS, start=1)}
WIDTHS = {"company": 26, "need": 28, "phone": 16, "created": 16, "expected_close": 14, "lead_id": 13, "boss_says": 16}

CREATED: tuple[Any, ...] = (
    dt.date(2024, 5, 1),
    "2024.5.1",
    "20240501",
    "2024年5月1日",
    "45413",
    "2024/5/6 14:30",
    "2024-5-7 14时30分",
    20240508,
    45421,
    dt.datetime(2024, 5, 9, 10, 15),
    "5/6/24",
    "2024-02-30",
    " 2024-05-13 ",
    "2024年5月14日 09:05",
    "上周三",
    "２０２４年５月１６日",
)
BUDGETS: tuple[Any, ...] = (
    "50-80万",
    "50~80万",
    "50至80万",
    "10万-15万",
    "20万左右",
    "15万以内",
    "100万以上",
    "5000元",
    "3.5k",
    "1.2亿",
    "五十万",
    "１２万",
    "￥500,000",
    30,
    "45",
    "面议",
    "预算充足",
    "待确认",
    "-",
    None,
    "Select",
    "50-80万",
    -5,
)
CLOSES: tuple[Any, ...] = (
    "2024-08",
    "2024年8月",
    dt.date(2024, 9, 30),
    "2024.7.15",
    "2024/10",
    "年底前",
    "2024年12月31日",
    "2024-06-31",
    None,
    dt.date(2024, 4, 1),
    "20240930",
)
PHONES: tuple[Any, ...] = (
    None,
    "138****5678",
    "138",
    "021-55550123",
    "+86 139 0000 4321",
    "12345678901",
    "/",
    13900004321,
    "139 0000 4399",
    "1395678",
    "分机801",
)
SOURCES = (
    "官网表单",
    "展会",
    "展会留资",
    "电话咨询",
    "老客户推荐",
    "Website",
    "抖音",
    "線上推廣",
    "请选择",
    "熟人",
    "电商平台",
)
OWNERS = ("王磊", "李娜", "陈晨", "刘洋", "王磊、李娜", "陈晨/刘洋", None, "-", "王磊 ")
TIERS = ("A", "B级", "C类", "A", "b", "高", None, "D", "S")
FITS = ("完全契合", "部分契合", "不契合", "部分匹配", None, "还行", "完全契合")
AUTHORITIES = ("直接决策人", "有影响者", "无权限", "决策人", None, "直接决策人", "不详")
NOTES = (
    "※ 填写说明:带 * 的为必填项;预算单位为万元;日期请按 年-月-日 填写。",
    "※ 2024年一季度以前的线索见旧台账,本表每周一清理。",
)
FIRST_ROW = 8
LEADS = 60

FOLLOW_UPS: tuple[tuple[Any, ...], ...] = (
    ("202405001", "2024-05-02", "电话", "首次沟通", "有兴趣", "发资料", "王磊"),
    ("202405001", "2024/5/5 14:30", "飞书", "发送报价", "待审批", "5月8日回访", "王磊"),
    ("202405002-展会", "2024.5.3", "微信", "加微信", None, "邀约演示", "李娜"),
    ("202405003", "20240504", "面访", "上门拜访", "流程认可", "出方案", "陈晨"),
    (202405004, dt.datetime(2024, 5, 6, 9, 30), "电话", "未接", "-", "明日再打", "刘洋"),
    ("202405005", "2024-04-20", "电话", "录入前的电话", "已沟通", "补录", "刘洋"),
    ("202405999", "2024-05-08", "邮件", "发资料", "已收到", "回访", "王磊"),
    ("202405006", "2024年5月9日", "线下拜访", "现场调研", "配合", "出报告", "李娜"),
    ("202405007", "2024-13-01", "电话", "确认需求", "可以", "报价", "王磊"),
    ("202405008", "2024-05-10 14时30分", "线上会议", "演示", "满意", None, "陈晨"),
    ("202405009", dt.date(2024, 12, 1), "电话", "写错了年份的跟进", "-", "更正", "刘洋"),
    (None, "2024-05-13", "电话", "忘了填编号", "无", "补编号", "刘洋"),
    ("202405010", "45425", "短信", "节日问候", None, "下周致电", None),
    ("202405012", "2024-05-15", None, None, "已读未回", "继续跟进", "李娜"),
    ("202405015", "2024/05/16", "WeChat", "发案例", "不错", "约见", "王磊"),
    ("202405020", "2024-05-20", "电话", "催办", "领导出差", "月底再约", "陈晨"),
    ("202405031", "2024-06-03", "电话", "首次沟通", "愿意了解", "发方案", "李娜"),
    ("202405042", "2024-06-11", "面谈", "商务谈判", "要求折扣", "申请折扣", "王磊"),
)
CONVERSIONS: tuple[tuple[Any, ...], ...] = (
    ("202405001", "成交", "65", "-", 45, "王磊", "响应快"),
    ("202405003", "未成交", "-", "预算不足、竞品选择", 30, "陈晨", None),
    ("202405006", "流失", None, None, 20, "李娜", "联系不上"),
    ("202405008", "成交", "三十五万", None, "二十", "陈晨", "金额写成了汉字"),
    ("202405012", "已成交", None, None, -3, "李娜", "金额待补"),
    ("202405015", "黄了", None, "价格高", 18, "王磊", None),
    ("202405777", "成交", 12, None, 9, "刘洋", "编号对不上"),
    ("202405001", "成交", 66, None, 45, "王磊", "重复登记"),
)


def write(path: Path) -> None:
    """Sixty leads on one sheet, follow-ups and conversions below each other on a second, and a sheet of remarks."""
    book = Workbook()
    leads = book.worksheets[0]
    leads.title = "5-6月线索"
    _head(leads)
    _leads(leads, Random(3))
    _both_tables(book.create_sheet("跟进和转化"))
    _remarks(book.create_sheet("杂项"))
    steady.save(book, path, author="内勤")


def _head(sheet: Worksheet) -> None:
    """Title, two notes, a blank row, a header of two rows with merged cells, and a row of English keys."""
    wide = get_column_letter(len(COLUMNS))
    sheet["A1"] = "2024年5-6月 销售线索信息表(华东区)"
    sheet.merge_cells(f"A1:{wide}1")
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    for row, note in enumerate(NOTES, start=2):
        sheet.cell(row, 1, note).font = Font(italic=True, color="808080")
    for number, (above, below, key) in enumerate(COLUMNS, start=1):
        sheet.cell(5, number, above if above else below)
        if above:
            sheet.cell(6, number, below)
        else:
            sheet.merge_cells(start_row=5, end_row=6, start_column=number, end_column=number)
        sheet.cell(7, number, key)
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(key, 11)
    for area in ("B5:D5", "E5:H5", "I5:K5"):
        sheet.merge_cells(area)
    for row in sheet.iter_rows(min_row=5, max_row=7, max_col=len(COLUMNS)):
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FCE4D6" if cell.row < 7 else "F2F2F2")
            cell.font = Font(bold=cell.row < 7, color="000000" if cell.row < 7 else "A6A6A6")
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[6].height = 32
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _leads(sheet: Worksheet, rng: Random) -> None:
    companies, phones = invented.companies(rng, LEADS), invented.phones(rng, LEADS)
    row, rows = FIRST_ROW, []
    for number in range(1, LEADS + 1):
        if number == 31:
            _repeat_header(sheet, row)
            row += 1
        if number in (12, 45):
            row += 1
        rows.append(row)
        values = {
            "no": number,
            "lead_id": f"202405{number:03d}",
            "source": SOURCES[number % len(SOURCES)],
            "created": CREATED[number % len(CREATED)],
            "company": companies[number - 1][0],
            "contact": invented.person(rng),
            "phone": PHONES[number % len(PHONES)] if number % 3 == 0 else phones[number - 1],
            "wechat_group": "是" if number % 4 == 0 else None,
            "need": rng.choice(invented.NEEDS) if number % 13 else None,
            "budget": BUDGETS[(number - 1) % len(BUDGETS)],
            "expected_close": CLOSES[number % len(CLOSES)],
            "owner": OWNERS[number % len(OWNERS)],
            "grade": TIERS[number % len(TIERS)],
            "fit": FITS[number % len(FITS)],
            "authority": AUTHORITIES[number % len(AUTHORITIES)],
            "boss_says": "尽快!" if number in (7, 28) else None,
        }
        _put(sheet, row, values)
        row += 1
    _odd_ones(sheet, rows)
    _totals(sheet, row, rows)


def _put(sheet: Worksheet, row: int, values: dict[str, Any]) -> None:
    for key, value in values.items():
        cell = sheet.cell(row, AT[key], value)
        if isinstance(value, dt.datetime):
            cell.number_format = "yyyy/m/d h:mm"
        elif isinstance(value, dt.date):
            cell.number_format = "yyyy/m/d"


def _repeat_header(sheet: Worksheet, row: int) -> None:
    """People who print the list repeat its header in the middle."""
    for number, (_, below, _) in enumerate(COLUMNS, start=1):
        sheet.cell(row, number, below).font = Font(bold=True)


def _odd_ones(sheet: Worksheet, rows: list[int]) -> None:
    """Keys, duplicates, formulas, merged and hidden cells, each at one lead counted from 0."""

    def cell(lead: int, key: str) -> Any:
        return sheet.cell(rows[lead], AT[key])

    cell(1, "lead_id").value = "202405002-展会"
    cell(3, "lead_id").value = 202405004
    cell(13, "lead_id").value = "202405014"
    cell(16, "lead_id").value = "202405014"  # twice
    cell(21, "lead_id").value = None
    cell(23, "lead_id").value = "202405023-2"
    cell(25, "lead_id").value = "202405026"
    cell(4, "phone").value, cell(4, "owner").value = "13700001234", "刘洋"
    cell(10, "phone").value, cell(10, "owner").value = "137-0000-1234", "陈晨"  # two people call one customer
    cell(18, "company").value = cell(6, "company").value
    cell(27, "company").value = f" {cell(7, 'company').value}(总部)"
    cell(33, "company").value = "个人"
    cell(36, "company").value = f"=E{rows[35]}"
    cell(37, "created").value = "=DATE(2024,5,20)"
    cell(40, "need").value = "=1+1 这样开头的文字"
    cell(40, "need").data_type = "s"
    for first, last, key in ((50, 52, "owner"), (53, 54, "source")):
        sheet.merge_cells(start_row=rows[first], end_row=rows[last], start_column=AT[key], end_column=AT[key])
    for lead in (8, 47):
        sheet.row_dimensions[rows[lead]].hidden = True


def _totals(sheet: Worksheet, row: int, rows: list[int]) -> None:
    sheet.cell(row, 1, "合计")
    sheet.cell(row, AT["lead_id"], f"=COUNTA(B{rows[0]}:B{rows[-1]})")
    sheet.cell(row, AT["budget"], f"=SUM(J{rows[0]}:J{rows[-1]})")
    for cell in sheet[row]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFF2CC")
    sheet.cell(row + 2, 1, "制表:内勤 小周  审核:________")


def _both_tables(sheet: Worksheet) -> None:
    """Follow-ups first, three rows further the conversions, each with a title of its own."""
    headers = ("线索编号", "跟进日期", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人")
    row = _table(sheet, 1, "一、跟进记录", headers, FOLLOW_UPS)
    headers = ("线索编号", "转化结果", "成交金额\n(万)", "未成交原因", "转化周期(天)", "负责人", "分析总结")
    _table(sheet, row + 2, "二、转化分析", headers, CONVERSIONS)
    for number, width in enumerate((16, 19, 12, 20, 14, 16, 18), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _table(sheet: Worksheet, row: int, title: str, headers: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> int:
    sheet.cell(row, 1, title).font = Font(bold=True, size=13)
    for number, header in enumerate(headers, start=1):
        cell = sheet.cell(row + 1, number, header)
        cell.fill, cell.font = PatternFill("solid", fgColor="E2EFDA"), Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for at, values in enumerate(rows, start=row + 2):
        for number, value in enumerate(values, start=1):
            cell = sheet.cell(at, number, value)
            if isinstance(value, dt.date):
                cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, dt.datetime) else "yyyy-mm-dd"
    return row + 2 + len(rows)


def _remarks(sheet: Worksheet) -> None:
    """A sheet that is no table at all."""
    sheet["B2"] = "待办"
    sheet["B3"] = "1. 问市场部要展会名单"
    sheet["B4"] = "2. 旧台账线索要不要并进来?"
    sheet["D2"], sheet["E2"] = "姓名", "电话"
    sheet["D3"], sheet["E3"] = "小周", "分机 8012"
    sheet.column_dimensions["B"].width = 30
