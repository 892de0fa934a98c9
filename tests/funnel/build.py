"""Builds Grids from rows, and assesses them, so that a test shows nothing but what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from funnelbook.funnel.assess import assess
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import AsOf, Assessment, Finding
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.reminder import Reminder
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import CellRef, Grid, Range

AS_OF = dt.date(2024, 6, 20)
Row = Mapping[str, Any]

HEADERS: Mapping[str, Mapping[str, str]] = {
    "leads": {
        "lead_id": "线索编号",
        "source": "来源",
        "contact": "联系人",
        "phone": "联系方式",
        "company": "公司名称",
        "need": "需求描述",
        "budget": "预算范围",
        "expected_close": "预计成交时间",
        "tier": "线索等级",
        "owner": "负责人",
        "entered_at": "录入时间",
        "fit": "需求匹配度",
        "budget_fit": "预算充足度",
        "authority": "决策权限",
        "entered_by": "录入人",
        "region": "所在地区",
        "industry": "所属行业",
        "assigned_at": "分配时间",
        "status": "线索状态",
        "email": "邮箱",
        "customer_type": "客户类型",
        "product": "产品",
        "amount": "预计金额",
        "probability": "成交概率(%)",
        "follow_up_count": "跟进次数",
        "last_follow_up_at": "最近跟进时间",
        "signed_at": "签约日期",
    },
    "followups": {
        "lead_id": "线索编号",
        "followed_at": "跟进时间",
        "method": "跟进方式",
        "content": "沟通内容",
        "feedback": "客户反馈",
        "next_action": "下一步行动",
        "followed_by": "跟进人",
        "level_change": "状态变更",
        "change_reason": "变更原因",
    },
    "conversions": {
        "lead_id": "线索编号",
        "result": "转化结果",
        "amount": "成交金额(万)",
        "loss_reason": "未成交原因",
        "cycle_days": "转化周期(天)",
        "owner": "负责人",
        "summary": "分析总结",
        "closed_at": "成交日期",
    },
}
SHEETS = {"leads": "线索信息表", "followups": "跟进记录表", "conversions": "转化分析表"}
_COMPANIES = ("海川物流", "明德医疗", "九州传媒", "银杏教育", "北辰能源", "天工机械", "青禾农业", "蓝鲸软件")


def lead(number: int) -> dict[str, Any]:
    """A lead of 003 that nothing is wrong with, entered the day before the tests' as_of."""
    return {
        "lead_id": f"2024060{number:02d}",
        "source": "展会",
        "contact": "李经理",
        "phone": f"1380013{8000 + number}",
        "company": _COMPANIES[number % len(_COMPANIES)] + str(number // len(_COMPANIES) or ""),
        "need": "智能仓储系统",
        "budget": "50-80万",
        "expected_close": "2024-12-31",
        "tier": "A",
        "owner": "张三",
        "entered_at": "2024-06-19",
    }


_FOLLOWUP = {"method": "电话", "content": "介绍案例", "feedback": "有兴趣", "next_action": "发报价", "followed_by": "张三"}


def followup(number: int) -> dict[str, Any]:
    """A follow-up of the first lead that nothing is wrong with."""
    return {"lead_id": lead(1)["lead_id"], "followed_at": "2024-06-20", **_FOLLOWUP}


def conversion(number: int) -> dict[str, Any]:
    """A conversion that nothing is wrong with, of the lead in the same place."""
    return {
        "lead_id": lead(number)["lead_id"],
        "result": "成交",
        "amount": 65,
        "loss_reason": "预算不足",
        "cycle_days": None,
        "owner": "张三",
        "summary": "报价合理",
    }


_DEFAULTS = {"leads": lead, "followups": followup, "conversions": conversion}


def column(values: Sequence[Any]) -> np.ndarray:
    """Values as a column of a Grid."""
    return np.fromiter(values, dtype=object, count=len(values))


def grid(rows: Sequence[Sequence[Any]], sheet: str = "线索信息表", **facts: Any) -> Grid:
    """A sheet of the rows, which may be of different lengths."""
    width = max((len(row) for row in rows), default=0)
    padded = [[*row, *[None] * (width - len(row))] for row in rows]
    return Grid(sheet, tuple(column(values) for values in zip(*padded, strict=True)), **facts)


def sheet_of(kind: str, records: Sequence[Row], without: Sequence[str] = (), **facts: Any) -> Grid:
    """A sheet with the document's header in row 1 and one record per row, each a default overlaid by what the test says."""
    full = [{**_DEFAULTS[kind](number), **record} for number, record in enumerate(records, start=1)]
    names = dict.fromkeys(name for record in [_DEFAULTS[kind](0), *full] for name in record if name not in without)
    header = [HEADERS[kind][name] for name in names]
    return grid([header, *([record.get(name) for name in names] for record in full)], facts.pop("sheet", SHEETS[kind]), **facts)


def rules_sheet(rows: Sequence[tuple[str, Any]] = (), **lists: Sequence[Any]) -> Grid:
    """Our rules sheet: keys and values, and beside them lists under their headers (person="姓名" and so on)."""
    headers = {"product": "产品", "price": "定价(元)", "person": "姓名", "role": "角色", "region": "负责区域", "industry": "负责行业"}
    headers |= {
        "header": "表头",
        "field": "对应字段",
        "leave_out": "不读取的工作表",
        "minimum": "最低客单价(元)",
        "key_industry": "重点行业",
    }
    headers |= {"holiday": "公司休息日", "workday": "公司上班日", "field_hint": "建议字段", "field_yes": "采用建议字段"}
    headers |= {"required_table": "数据表", "required_field": "必填字段", "required_severity": "未填时"}
    headers |= {"vocabulary": "词表", "own_word": "团队用词", "word": "标准词", "word_hint": "建议标准词", "word_yes": "采用建议词"}
    height = max([len(rows), *(len(values) for values in lists.values())])
    columns = [[key for key, _ in rows], [value for _, value in rows], *lists.values()]
    padded = [[*values, *[None] * (height - len(values))] for values in columns]
    head = ["规则代码", "取值", *(headers[name] for name in lists)]
    return grid([["规则"], [], head, *zip(*padded, strict=True)], "规则", own_sheet="rules")


def assessed_grids(grids: Sequence[Grid], as_of: dt.date = AS_OF) -> Assessment:
    """The whole path of the layer."""
    rules = RuleBook.default().overlaid(list(grids))
    tables = find_tables(grids, rules)
    return assess(normalise(tables, rules), tables.profile, rules, AsOf.of(as_of))


def assessed(
    leads: Sequence[Row] = ({},),
    followups: Sequence[Row] | None = (),
    conversions: Sequence[Row] | None = None,
    *,
    as_of: dt.date = AS_OF,
    rules: Grid | None = None,
    without: Sequence[str] = (),
) -> Assessment:
    """The assessment of a workbook of 003; None is a table that isn't there, *without* are columns that no table has."""
    of_kind = {"leads": leads, "followups": followups, "conversions": conversions}
    grids = [sheet_of(kind, records, without) for kind, records in of_kind.items() if records is not None]
    return assessed_grids([*grids, *([] if rules is None else [rules])], as_of)


def found(assessment: Assessment, code: str) -> list[str]:
    """The places of the findings of one code: sheet and cell, or sheet and field where it concerns the whole table."""
    return [f"{f.sheet}!{f.cell or f.field}" for f in assessment.findings if f.code == code]


def one(assessment: Assessment, code: str) -> Finding:
    """The only finding of a code."""
    (finding,) = [f for f in assessment.findings if f.code == code]
    return finding


def codes(assessment: Assessment) -> list[str]:
    """The codes of all findings, in their order."""
    return [f.code for f in assessment.findings]


def reminded(assessment: Assessment, rule: str) -> list[Reminder]:
    """The reminders of one rule."""
    return [reminder for reminder in assessment.reminders if reminder.rule == rule]


def day(value: Any) -> str | None:
    """A date of the assessed frame as text; None where it is unknown."""
    return None if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def merged(*areas: str) -> tuple[Range, ...]:
    """Merged cells."""
    return tuple(Range.parse(area) for area in areas)


def errors(**cells: str) -> dict[CellRef, str]:
    """Error cells by their A1 reference."""
    places = {name: Range.parse(name) for name in cells}
    return {CellRef(place.top, place.left): cells[name] for name, place in places.items()}
