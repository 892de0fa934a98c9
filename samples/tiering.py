"""Customers by level of 000: forty customers of ten weeks, a log with their moves from level to level, some silent, some lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

import invented
import tables

CUSTOMERS = 40
START = dt.date(2024, 4, 8)
END = dt.date(2024, 6, 20)
OWNERS = ("张强", "林悦", "吴迪")
SOURCES = ("展会推荐", "线上推广", "转介绍", "官网", "电话咨询")
LEVELS = ("潜在客户", "意向客户", "高意向客户", "成交客户")
ALL_LEVELS = (*LEVELS, "流失客户")
PROBABILITY = {"潜在客户": (5, 10), "意向客户": (30, 40, 50, 60), "高意向客户": (70, 80, 90), "成交客户": (100,), "流失客户": (0,)}
NODES = {
    "潜在客户": ("对产品感兴趣,需进一步了解", "等待客户内部讨论"),
    "意向客户": ("要求提供详细报价方案", "进入方案对比阶段"),
    "高意向客户": ("关键决策人已接触,预算确认", "约定月底前完成签约"),
    "成交客户": ("已签约,首付款到账", "合同已签,项目启动"),
    "流失客户": ("客户明确拒绝", "预算取消"),
}
REASONS = ("选择竞品", "预算调整", "价格高", "明确拒绝")


def write(path: Path) -> None:
    """The workbook with its two tables."""
    rng = Random(20240502)
    customers: list[dict[str, Any]] = []
    log: list[dict[str, Any]] = []
    made = zip(invented.companies(rng, CUSTOMERS), invented.phones(rng, CUSTOMERS), strict=True)
    numbers: dict[str, int] = {}
    for at, ((company, city, industry), phone) in enumerate(made):
        first = START + dt.timedelta(days=round(at * 70 / CUSTOMERS))
        month = f"{first:%Y%m}"
        numbers[month] = numbers.get(month, 0) + 1
        customer, touches = _customer(rng, f"{month}-{numbers[month]:03d}", first, company, city, industry, phone)
        customers.append(customer)
        log += touches
    log.sort(key=lambda row: row["跟进时间"])
    choices = {"来源渠道": SOURCES, "客户层级": ALL_LEVELS, "负责人": OWNERS, "需求紧急程度": ("高", "中", "低")}
    sheets = [("客户层级化管理", "客户", customers), ("跟进记录表", "跟进", log)]
    tables.write(path, "客户部", sheets, choices)


def _customer(
    rng: Random, key: str, first: dt.date, company: str, city: str, industry: str, phone: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    owner, reached = rng.choice(OWNERS), rng.choices(range(4), (10, 14, 10, 6))[0]
    lost = reached < 3 and rng.random() < 0.2
    days = (END - first).days
    count = min(max(1, days // 4), {0: 2, 1: rng.randint(3, 5), 2: rng.randint(6, 8), 3: rng.randint(6, 9)}[reached])
    silent = reached == 0 and rng.random() < 0.5
    step = max(1, min(days, 20 if silent else days) // (count + 1))
    level, touches = 0, []
    for n in range(count):
        moved = level < reached and n >= (level + 1) * count // (reached + 1)
        when = dt.datetime.combine(first, dt.time(rng.randint(9, 17), rng.choice((0, 15, 30, 45)))) + dt.timedelta(days=step * n + 1)
        said, answer, then = rng.choice(invented.OPENINGS if n == 0 else invented.TALKS)
        touches.append(
            {
                "客户编号": key,
                "跟进时间": when,
                "跟进方式": rng.choice(("电话", "面谈", "线上会议", "邮件")),
                "沟通摘要": f"{said};{answer}",
                "下一步行动": then,
                "责任人": owner,
                "状态变更": f"从{LEVELS[level]}升级为{LEVELS[level + 1]}" if moved else None,
                "变更原因": rng.choice(("需求明确,要求报价", "决策人确认预算", "合同签订")) if moved else None,
                "记录时间": when + dt.timedelta(hours=rng.choice((1, 3, 8, 20))),
            }
        )
        level += moved
    now = "流失客户" if lost else LEVELS[level]
    last = touches[-1]["跟进时间"].date()
    customer = {
        "客户编号": key,
        "客户名称": company,
        "所属行业": industry,
        "联系人及职务": f"{invented.person(rng)}({rng.choice(('采购', '总经理', '技术总监', '财务经理'))})",
        "联系方式": phone,
        "需求描述": rng.choice(invented.NEEDS),
        "来源渠道": rng.choice(SOURCES),
        "首次接触时间": first,
        "最近跟进时间": last,
        "跟进次数": count,
        "客户层级": now,
        "当前阶段关键节点": rng.choice(NODES[now]),
        "负责人": owner,
        "预计成交时间": first + dt.timedelta(days=rng.choice((90, 120, 150))),
        "成交概率(%)": rng.choice(PROBABILITY[now]),
        "备注": None,
        "所在地区": city,
        "需求紧急程度": rng.choice(("高", "中", "低")),
        "预算范围": rng.choice(("10-15万", "20-30万", "50-80万", "待确认")),
        "流失原因": rng.choice(REASONS) if lost else None,
        "签约日期": last if now == "成交客户" else None,
        "录入时间": first + dt.timedelta(days=rng.choice((0, 0, 1, 1, 4))),
    }
    return customer, touches
