"""Builds a workbook of 000 and assesses it, so that a test shows nothing but what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from funnelbook.funnel.assess import assess
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import AsOf, Assessment
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Grid

from .build import AS_OF, grid

HEADERS = (
    "客户编号", "客户名称", "所属行业", "联系人及职务", "联系方式", "需求描述", "来源渠道", "首次接触时间", "最近跟进时间", "跟进次数",
    "客户层级", "当前阶段关键节点", "负责人", "预计成交时间", "成交概率(%)", "备注",
)  # fmt: skip
ROW_1 = (
    "202405-001", "科技有限公司", "IT服务", "*总(总经理)", "5678", "寻求年度云服务器租赁合作", "展会推荐", "2024-05-01", "2024-05-15", 3,
    "意向客户", "要求5月20日前提供详细报价方案", "*经理", "2024-06-30", 50, "需确认是否包含数据备份",
)  # fmt: skip
ROW_2 = (
    "202405-002", "YY贸易集团", "零售", "*经理(采购)", "139", "采购100台办公电脑", "线上推广", "2024-05-05", "2024-05-14", 5,
    "高意向客户", "决策人*总", "*经理", "2024-06-30", 80, None,
)  # fmt: skip
"""The sample rows of 000; the document ends in the middle of the second."""
LOG = ("客户编号", "跟进时间", "跟进方式", "沟通摘要", "下一步行动", "责任人", "状态变更", "变更原因", "记录时间")
_NAMES = ("海川", "明德", "九州", "银杏", "北辰", "天工", "青禾", "蓝鲸", "云岭", "长风")

History = Mapping[str, Sequence[tuple[dt.date, str]]]


def lead(number: int, **cells: Any) -> dict[str, Any]:
    """A lead of 000 that nothing is wrong with: interested, three follow-ups, the last one yesterday."""
    row = dict(zip(HEADERS, ROW_1, strict=True))
    row |= {
        "客户编号": f"202405-{number:03d}",
        "客户名称": f"{_NAMES[number % 10]}{number // 10 or ''}公司",
        "联系方式": f"1380013{8000 + number}",
    }
    return row | {"联系人及职务": "张三", "最近跟进时间": "2024-06-19"} | cells


def touch(number: int, **cells: Any) -> dict[str, Any]:
    """A follow-up of a lead that nothing is wrong with."""
    row = dict.fromkeys(LOG) | {
        "客户编号": f"202405-{number:03d}",
        "跟进时间": "2024-06-19 10:00",
        "跟进方式": "电话",
        "沟通摘要": "有兴趣",
    }
    return row | {"下一步行动": "发报价", "责任人": "*经理", "记录时间": "2024-06-19 11:00"} | cells


def sheet(rows: Sequence[Mapping[str, Any]], headers: Sequence[str], title: str) -> Grid:
    """A sheet of rows, with columns for what any of them holds besides the document's own."""
    names = list(dict.fromkeys([*headers, *(name for row in rows for name in row)]))
    return grid([names, *([row.get(name) for name in names] for row in rows)], title)


def grids(
    leads: Sequence[Mapping[str, Any]], touches: Sequence[Mapping[str, Any]] | None = None, *, without: Sequence[str] = ()
) -> list[Grid]:
    """The sheets of a workbook of 000; *without* are columns that the table of leads lacks."""
    numbered = [lead(number, **cells) for number, cells in enumerate(leads, start=1)]
    kept = [{name: value for name, value in row.items() if name not in without} for row in numbered]
    found = [sheet(kept, [name for name in HEADERS if name not in without], "客户层级")]
    return found if touches is None else [*found, sheet([touch(1, **cells) for cells in touches], LOG, "跟进记录")]


def tiered(
    leads: Sequence[Mapping[str, Any]] = ({},),
    touches: Sequence[Mapping[str, Any]] | None = None,
    *,
    as_of: dt.date = AS_OF,
    history: History | None = None,
    rules: Grid | None = None,
    without: Sequence[str] = (),
) -> Assessment:
    """The assessment of a workbook of 000, with the levels that earlier refreshes found."""
    return tiered_grids([*grids(leads, touches, without=without), *([] if rules is None else [rules])], as_of, history)


def tiered_grids(found: Sequence[Grid], as_of: dt.date = AS_OF, history: History | None = None) -> Assessment:
    """The whole path of the layer."""
    rules = RuleBook.default().overlaid(list(found))
    tables = find_tables(found, rules)
    return assess(normalise(tables, rules), tables.profile, rules, AsOf.of(as_of), history or {})
