"""The whole life of a sale of 002 in six tables: leads, customers, negotiations, progress, deliveries, visits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

import invented
import tables

LEADS = 36
START = dt.date(2024, 3, 4)
END = dt.date(2024, 6, 20)
SELLERS = ("李想", "赵蕾", "钱进")
SOURCES = ("展会推广", "线上官网", "老客户推荐", "市场活动", "行业合作")
STAGES = ("需求确认", "方案提交", "商务谈判", "合同签订")
MARKS = ("高", "中", "低")
OBJECTIONS = ("价格高于预算", "交付周期太长", "担心实施风险")
Row = dict[str, Any]


def write(path: Path) -> None:
    """The workbook with its six tables."""
    rng = Random(20240503)
    found: dict[str, list[Row]] = {name: [] for name in ("leads", "customers", "talks", "progress", "deliveries", "visits")}
    made = zip(invented.companies(rng, LEADS), invented.phones(rng, LEADS), strict=True)
    for number, ((company, _, industry), phone) in enumerate(made, start=1):
        created = START + dt.timedelta(days=round(number * 104 / LEADS))
        priority, owner = rng.choice(MARKS), rng.choice(SELLERS)
        lead = {
            "线索ID": f"LX{number:03d}",
            "客户名称": company,
            "所属行业": industry,
            "联系人": invented.person(rng),
            "职务": rng.choice(("采购经理", "总经理", "信息主管")),
            "联系方式": phone,
            "初步需求描述": rng.choice(invented.NEEDS),
            "线索来源": rng.choice(SOURCES),
            "优先级": priority,
            "跟进人": None if number in (20, 34, 36) else owner,
            "创建时间": created,
        }
        found["leads"].append(lead)
        if rng.random() < 0.7 and created < END - dt.timedelta(days=8):
            _customer(rng, lead, f"KH{number:03d}", owner, created, found)
    found["visits"].sort(key=lambda row: row["跟进时间"])
    choices = {"优先级": MARKS, "客户等级": ("A", "B", "C"), "需求紧迫性": MARKS, "预算匹配度": MARKS, "决策链清晰度": MARKS}
    choices |= {"跟进类型": ("日常", "首次回访", "满意度", "增值服务"), "线索来源": SOURCES}
    names = (("线索信息表", "线索"), ("客户信息表", "客户"), ("谈判纪要", "谈判"), ("销售进度跟踪表", "进度"), ("交付计划表", "交付"))
    names += (("客户跟进记录表", "回访"),)
    tables.write(path, "销售二部", [(sheet, name, rows) for (sheet, name), rows in zip(names, found.values(), strict=True)], choices)


def _customer(rng: Random, lead: Row, key: str, owner: str, created: dt.date, found: dict[str, list[Row]]) -> None:
    grade, budget = rng.choice("ABBC"), rng.choice((20, 35, 60, 110))
    marks = [rng.choice(MARKS) for _ in range(3)] if rng.random() < 0.85 else [None, rng.choice(MARKS), None]
    found["customers"].append(
        {
            "客户ID": key,
            "线索ID": lead["线索ID"],
            "客户名称": lead["客户名称"],
            "所属行业": lead["所属行业"],
            "年营收": rng.choice(("3000万元", "8000万元", "2亿元")),
            "员工数量": rng.choice((80, 200, 500, 1200)),
            "客户等级": grade,
            "决策链": "使用部门→采购→总经理",
            "决策人": lead["联系人"],
            "核心需求": lead["初步需求描述"],
            "预算范围": f"{budget}-{budget + 20}万",
            "采购时间节点": "2024-09",
            "决策流程": "三方比价",
            "预计采购金额": budget * 10000,
            "跟进频率": {"A": "每周1次", "B": "每两周1次", "C": "每月1次"}[grade],
            "跟进人": owner,
            "更新时间": created + dt.timedelta(days=3),
            "需求紧迫性": marks[0],
            "预算匹配度": marks[1],
            "决策链清晰度": marks[2],
        }
    )
    day = created + dt.timedelta(days=2)
    for _ in range(rng.randint(1, 4)):
        if day < END:
            found["visits"].append(_visit(rng, key, day, "日常", owner))
        day += dt.timedelta(days={"A": 7, "B": 14, "C": 28}[grade] + rng.choice((-1, 0, 0, 3)))
    stage = rng.randint(0, 3) if created < END - dt.timedelta(days=40) else rng.randint(0, 1)
    stage_on = min(END, created + dt.timedelta(days=10 + 9 * stage))
    objection = rng.random() < 0.4
    lost = stage < 3 and rng.random() < 0.15
    raised = dt.datetime.combine(stage_on, dt.time(10, 0)) if objection else None
    signed = stage == 3
    found["progress"].append(
        {
            "客户ID": key,
            "客户名称": lead["客户名称"],
            "当前阶段": STAGES[stage],
            "阶段更新时间": stage_on,
            "预计金额(万)": budget,
            "预计成交时间": stage_on + dt.timedelta(days=30 * (4 - stage)),
            "成交概率(%)": (20, 40, 70, 100)[stage],
            "异议": rng.choice(OBJECTIONS) if objection else None,
            "异议提出时间": raised,
            "答复时间": raised + dt.timedelta(hours=rng.choice((5, 20, 30))) if raised and rng.random() < 0.8 else None,
            "合同编号": f"HT{key[2:]}" if signed else None,
            "签约日期": stage_on if signed else None,
            "状态": "合同签订" if signed else rng.choice(("丢单", "终止")) if lost else "进行中",
            "跟进人": owner,
        }
    )
    if stage >= 2:
        found["talks"].append(_talk(rng, key, stage_on - dt.timedelta(days=4), lead, owner, budget))
    if signed:
        _deliver(rng, key, stage_on, owner, grade, found)


def _talk(rng: Random, key: str, day: dt.date, lead: Row, owner: str, budget: int) -> Row:
    return {
        "客户ID": key,
        "谈判时间": dt.datetime.combine(day, dt.time(14, 0)),
        "参与人": f"{owner}、{lead['联系人']}",
        "价格": f"{budget}万",
        "付款方式": rng.choice(("3-4-3", "分两期", "一次付清")),
        "交付标准": "按合同附件验收",
        "违约责任": "逾期每日 0.1%",
        "客户诉求": rng.choice(("价格再降 5%", "延长质保一年", "提前交付")),
        "谈判底线": f"{budget * 0.93:.1f}万",
        "备选方案": "分期付款",
        "结论": rng.choice(("基本达成一致", "待客户内部审批")),
        "下一步行动": "发送合同",
        "记录人": owner,
    }


def _deliver(rng: Random, key: str, signed: dt.date, owner: str, grade: str, found: dict[str, list[Row]]) -> None:
    delivered = signed + dt.timedelta(days=20)
    for step, offset in (("生产备货", 10), ("发货安装", 20), ("客户验收", 24)):
        planned = signed + dt.timedelta(days=offset)
        done = planned + dt.timedelta(days=rng.choice((-1, 0, 0, 2)))
        over = done <= END
        found["deliveries"].append(
            {
                "合同编号": f"HT{key[2:]}",
                "客户ID": key,
                "交付环节": step,
                "负责人": owner,
                "计划完成时间": planned,
                "实际完成时间": done if over else None,
                "交付标准": "按合同附件验收",
                "交付日期": delivered if step == "发货安装" and delivered <= END else None,
                "验收日期": done if step == "客户验收" and over else None,
                "状态": "已完成" if over else "进行中",
            }
        )
    kinds = (("首次回访", rng.choice((4, 6, 9))), ("满意度", rng.choice((11, 14))), ("增值服务", 20 if grade == "A" else 200))
    for kind, after in kinds:
        day = delivered + dt.timedelta(days=after)
        if day < END and rng.random() < 0.85:
            found["visits"].append(_visit(rng, key, day, kind, owner))


def _visit(rng: Random, key: str, day: dt.date, kind: str, owner: str) -> Row:
    said, _, then = rng.choice(invented.TALKS)
    scores = [rng.choice((3, 4, 4, 5, 5)) if kind == "满意度" else None for _ in range(3)]
    return {
        "客户ID": key,
        "跟进时间": dt.datetime.combine(day, dt.time(rng.randint(9, 17), 0)),
        "跟进类型": kind,
        "跟进方式": rng.choice(("电话", "面谈", "微信")),
        "沟通内容": said,
        "产品功能评分": scores[0],
        "服务质量评分": scores[1],
        "响应速度评分": scores[2],
        "下一步行动": then,
        "下次跟进时间": day + dt.timedelta(days=14),
        "跟进人": owner,
    }
