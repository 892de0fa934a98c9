"""Builds workbooks of 001, so that a test shows nothing but what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from funnelbook.funnel.assess import assess
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import AsOf, Assessment
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Grid

from .build import AS_OF, Row, assessed_grids, grid

LEAD: Row = {
    "线索编号": "X001",
    "获取时间": "2024-06-18 09:00",
    "初步接触人": "张三",
    "线索来源": "展会",
    "线索类型": "潜在客户",
    "公司名称": "海川物流有限公司",
    "联系人": "李经理",
    "联系方式": "13800138001",
    "所属行业": "道路运输业",
    "初步需求": "智能仓储系统",
    "登记时间": "2024-06-18 11:00",
    "优先级": "A",
    "审核人": "王主管",
    "审核时间": "2024-06-18 15:00",
    "审核意见": "符合跟进条件",
    "线索状态": "跟进中",
    "负责人": "张三",
    "分配时间": "2024-06-18 16:00",
    "计划制定时间": "2024-06-18 20:00",
}
"""A lead of 001 that nothing is wrong with, by header, as the document has them."""
CUSTOMER = ("线索编号", "成立年限", "员工规模", "年营业额", "主营业务", "主要产品", "职位", "邮箱", "微信", "具体需求")
CUSTOMER += ("预算范围", "采购时间节点", "决策链")
TOUCH: Row = {
    "线索编号": "X001",
    "跟进时间": "2024-06-19 10:00",
    "沟通方式": "电话",
    "沟通内容摘要": "介绍方案",
    "客户反馈": "感兴趣",
    "下一步行动": "发报价",
    "附件": None,
    "跟进人": "张三",
}
ARCHIVE = ("线索编号", "转化结果", "合同编号", "签约金额", "付款周期", "服务期限", "转化关键因素", "流失原因", "成交日期")


def registry(*leads: Row, without: Sequence[str] = (), extra: Sequence[str] = (), **cells: Any) -> Grid:
    """A sheet of leads, each the complete one overlaid by what the test says, numbered from X001; *cells* are those of a single lead."""
    headers = [header for header in (*LEAD, *extra) if header not in without]
    given = [{**LEAD, "线索编号": f"X{number:03d}", **lead, **cells} for number, lead in enumerate(leads or ({},), start=1)]
    return grid([headers, *([lead.get(header) for header in headers] for lead in given)], "线索登记")


def touched(*touches: Row, extra: Sequence[str] = ("状态变更",)) -> Grid:
    """A sheet of follow-ups, each the complete one overlaid by what the test says."""
    headers = (*TOUCH, *extra)
    return grid([headers, *([{**TOUCH, **touch}.get(header) for header in headers] for touch in touches)], "跟进记录")


def archived(*rows: Row) -> Grid:
    """A sheet of results."""
    return grid([ARCHIVE, *([row.get(header) for header in ARCHIVE] for row in rows)], "归档")


def known_of(*rows: Row) -> Grid:
    """A sheet of what is known of the customers."""
    return grid([CUSTOMER, *([row.get(header) for header in CUSTOMER] for row in rows)], "客户信息")


def registered(*grids: Grid, as_of: dt.date = AS_OF, **rules: Any) -> Assessment:
    """The assessment of a workbook of 001; *rules* are parts of the rule book that differ from the default."""
    if not rules:
        found = assessed_grids(grids, as_of)
    else:
        book = replace(RuleBook.default().overlaid(list(grids)), **rules)
        tables = find_tables(grids, book)
        found = assess(normalise(tables, book), tables.profile, book, AsOf.of(as_of))
    assert found.profile == "registry"
    return found
