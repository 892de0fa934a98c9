"""The lead registry of a small team: 48 leads of eight weeks from registration over review, assignment and plan to the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

import invented
import steady

LEADS, AS_OF = 48, dt.datetime(2024, 6, 20, 17, 0)
COLUMNS = {
    "线索登记": "线索编号 获取时间 初步接触人 线索来源 线索类型 公司名称 联系人 联系方式 所属行业 初步需求 登记时间 优先级 审核人 审核时间"
    " 审核意见 线索状态 负责人 分配时间 计划制定时间",
    "客户信息": "线索编号 成立年限 员工规模 年营业额 主营业务 主要产品 职位 邮箱 微信 具体需求 预算范围 采购时间节点 决策链",
    "跟进记录": "线索编号 跟进时间 沟通方式 沟通内容摘要 客户反馈 下一步行动 附件 跟进人 状态变更",
    "归档": "线索编号 转化结果 合同编号 签约金额(万) 付款周期 服务期限 转化关键因素 流失原因 成交日期",
}
TITLES = {"线索登记": "销售线索登记表", "客户信息": "客户信息表", "跟进记录": "客户跟进记录", "归档": "线索转化归档"}
OWNERS = {"王磊": 0.95, "李娜": 0.9, "刘洋": 0.5, "孙浩": 0.35}
"""Salesperson: how reliably they do what is due."""
SOURCES = ("2024年行业展会", "官网在线表单", "客户推荐", "第三方平台采购", "市场活动")
WORDS = {"2024年行业展会": "行业展会"}
TYPES = ("潜在客户", "潜在客户", "潜在客户", "老客户转介绍", "竞争对手流失客户")
STEPS = ("待跟进", "跟进中", "需求明确", "方案提交", "谈判中", "成交")
LOST = ("预算不足", "选择竞争对手", "需求变更", "失联")
FACTORS = ("价格优势", "客户对售后服务的认可", "实施周期短")
MOMENT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"


def write(path: Path) -> None:
    """Four sheets, each with its title above the header."""
    rows = _tell(Random(20240620))
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"author": "销售二部", "created": steady.MADE})
        for name in COLUMNS:
            _sheet(book, name, rows[name])


def _tell(rng: Random) -> dict[str, list[list[Any]]]:
    rows: dict[str, list[list[Any]]] = {name: [] for name in COLUMNS}
    days = [AS_OF.date() - dt.timedelta(back) for back in range(56) if (AS_OF.date() - dt.timedelta(back)).weekday() < 5]
    moments = sorted(dt.datetime.combine(rng.choice(days), dt.time(rng.randint(9, 16), rng.randrange(60))) for _ in range(LEADS))
    companies, phones = invented.companies(rng, LEADS), invented.phones(rng, LEADS)
    for number, (acquired, company, phone) in enumerate(zip(moments, companies, phones, strict=True), start=1):
        _lead(rows, f"XS{acquired:%Y}{number:04d}", acquired, company, phone, rng)
    _slip(rows)
    return rows


def _lead(
    rows: dict[str, list[list[Any]]], key: str, acquired: dt.datetime, company: tuple[str, str, str], phone: str, rng: Random
) -> None:
    owner, source = rng.choice(list(OWNERS)), rng.choice(SOURCES)
    reliable = rng.random() < OWNERS[owner]

    def later(than: dt.datetime, soon: int, late: int) -> dt.datetime | None:
        """Some hours later, or not yet."""
        when = than + dt.timedelta(minutes=rng.randrange(20, 60 * (soon if reliable else late)))
        return when if when < AS_OF else None

    registered = later(acquired, 6, 30)
    reviewed = later(registered, 30, 70) if registered else None
    assigned = later(reviewed, 3, 8) if reviewed else None
    planned = later(assigned, 8, 40) if assigned and (reliable or rng.random() < 0.6) else None
    priority = rng.choice("AABBBC") if reviewed else None
    status, name = "待跟进", invented.person(rng)
    if assigned:
        status = _follow_up(rows, key, owner, assigned, priority or "C", reliable, company[0], rng)
    opinion = f"符合跟进条件,分配给{owner}" if reviewed else None
    who, need = (owner, rng.choice(invented.NEEDS))
    lead = [key, acquired, who, WORDS.get(source, source), rng.choice(TYPES), company[0], name, phone, company[2], need]
    lead += [
        registered,
        priority,
        "周主管" if reviewed else None,
        reviewed,
        opinion,
        status,
        owner if assigned else None,
        assigned,
        planned,
    ]
    rows["线索登记"].append(lead)


def _follow_up(
    rows: dict[str, list[list[Any]]], key: str, owner: str, start: dt.datetime, priority: str, reliable: bool, company: str, rng: Random
) -> str:
    """Touches from the assignment on, each a step further; the state after the last of them."""
    when = start + dt.timedelta(hours=rng.randrange(1, {"A": 20, "B": 40, "C": 60}[priority] * (1 if reliable else 3)))
    step, ends_at = 0, rng.choice((1, 2, 3, 4, 5, 5))
    lost = rng.random() < 0.35
    while when < AS_OF and step < ends_at:
        step += 1
        last = step == ends_at
        state = "流失" if last and lost else STEPS[step]
        ended = invented.ENDINGS.get(state) if state in ("成交", "流失") else None
        talk = ended or rng.choice(invented.TALKS if step > 1 else invented.OPENINGS)
        attached = "报价单" if STEPS[step] == "方案提交" else None
        change = f"{STEPS[step - 1]}→{state}"
        rows["跟进记录"].append([key, when, rng.choice(invented.METHODS), *talk, attached, owner, change])
        if step == 2:
            rows["客户信息"].append(_customer(key, company, rng))
        if state in ("成交", "流失"):
            rows["归档"].append(_archive(key, state, when.date(), rng))
            return state
        when += dt.timedelta(days=rng.choice((1, 2, 3, 4, 6) if reliable else (3, 6, 9, 12)), minutes=rng.randrange(90))
    return STEPS[step]


def _customer(key: str, company: str, rng: Random) -> list[Any]:
    years, people = f"{rng.randrange(2, 25)}年", f"{rng.choice((30, 80, 150, 300, 800))}人"
    budget, month = rng.choice(("5-10万", "10-20万", "30-50万", "80-120万", "待确认")), f"2024-{rng.randrange(7, 13):02d}"
    title, wants = rng.choice(("采购经理", "技术总监", "总经理")), rng.choice(invented.NEEDS)
    company_facts = [years, people, f"{rng.randrange(1, 90)}00万", company[4:8], None]
    contact = [title, None, f"{company[:4]}-{rng.choice(invented.SURNAMES)}*"]
    return [key, *company_facts, *contact, wants, budget, month, "技术部门评估→财务审批→老板最终确认"]


def _archive(key: str, state: str, day: dt.date, rng: Random) -> list[Any]:
    if state == "流失":
        return [key, state, None, None, None, None, None, rng.choice(LOST), day]
    number = f"HT{day:%Y%m%d}{key[-2:]}"
    return [key, state, number, rng.randrange(6, 120) / 2, rng.choice(("30天", "分三期")), "1年", rng.choice(FACTORS), None, day]


def _slip(rows: dict[str, list[list[Any]]]) -> None:
    """What the review gives back, and the few mistakes that even a careful team makes."""
    leads = rows["线索登记"]
    still_open = [lead for lead in leads if lead[15] not in ("成交", "流失")]
    still_open[-2][7] = None
    still_open[-5][3] = None
    still_open[-7][14] = "需补充客户采购决策人信息"
    still_open[1][15] = "暂不跟进"
    still_open[3][8] = "智能硬件"
    still_open[4][11] = "高"
    still_open[6][9] = None
    moved = [touch for touch in rows["跟进记录"] if touch[8].endswith("谈判中")]
    moved[0][8] = "谈判中→需求明确"
    moved[1][8] = "跟进中→谈判中"


def _sheet(book: xlsxwriter.Workbook, name: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet, headers = book.add_worksheet(name), COLUMNS[name].split()
    title = book.add_format({"bold": True, "font_size": 16, "font_color": "#1F3864"})
    head = book.add_format(
        {"bold": True, "font_color": "#FFFFFF", "bg_color": "#2E75B6", "border": 1, "align": "center", "text_wrap": True}
    )
    plain = book.add_format({"border": 1, "valign": "vcenter"})
    dates = {code: book.add_format({"border": 1, "valign": "vcenter", "num_format": code}) for code in (MOMENT, DAY)}
    sheet.write(0, 0, TITLES[name], title)
    sheet.set_row(0, 28)
    sheet.write_row(2, 0, headers, head)
    for number, row in enumerate(rows, start=3):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, column, value, dates[MOMENT if isinstance(value, dt.datetime) else DAY])
            else:
                sheet.write(number, column, value, plain)
    for column, header in enumerate(headers):
        longest = max((len(str(row[column] or "")) for row in rows), default=0)
        sheet.set_column(column, column, min(max(len(header) * 2 + 2, longest * 1.3 + 2), 36))
    sheet.freeze_panes(3, 1)
    sheet.autofilter(2, 0, 2 + len(rows), len(headers) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
