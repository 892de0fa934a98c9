"""The six tables of the life-cycle document, row by row, for tests of every layer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from funnelbook.funnel.model import Assessment
from funnelbook.grid import Grid

from .funnel.build import AS_OF, assessed_grids, grid

HEADERS: Mapping[str, tuple[str, Sequence[str]]] = {
    "leads": (
        "线索信息表",
        ("线索ID", "客户名称", "所属行业", "联系人", "职务", "联系方式", "初步需求描述", "线索来源", "优先级", "跟进人", "创建时间"),
    ),
    "customers": (
        "客户信息表",
        (
            "客户ID", "线索ID", "客户名称", "所属行业", "年营收", "员工数量", "客户等级", "决策链", "决策人", "核心需求", "预算范围",
            "采购时间节点", "决策流程", "预计采购金额", "跟进频率", "跟进人", "更新时间", "需求紧迫性", "预算匹配度", "决策链清晰度",
        ),
    ),
    "negotiations": (
        "谈判纪要",
        (
            "客户ID", "谈判时间", "参与人", "价格", "付款方式", "交付标准", "违约责任", "客户诉求", "谈判底线", "备选方案", "结论",
            "下一步行动", "记录人",
        ),
    ),
    "progress": (
        "销售进度跟踪表",
        (
            "客户ID", "客户名称", "当前阶段", "阶段更新时间", "预计金额(万)", "预计成交时间", "成交概率(%)", "异议", "异议提出时间",
            "答复时间", "合同编号", "签约日期", "状态", "跟进人",
        ),
    ),
    "deliveries": (
        "交付计划表",
        ("合同编号", "客户ID", "交付环节", "负责人", "计划完成时间", "实际完成时间", "交付标准", "交付日期", "验收日期", "状态"),
    ),
    "followups": (
        "客户跟进记录表",
        (
            "客户ID", "跟进时间", "跟进类型", "跟进方式", "沟通内容", "产品功能评分", "服务质量评分", "响应速度评分", "下一步行动",
            "下次跟进时间", "跟进人",
        ),
    ),
}  # fmt: skip
_LEAD = {
    "客户名称": "甲公司", "所属行业": "制造业", "联系人": "张*", "职务": "采购经理", "联系方式": "13800138001", "初步需求描述": "办公设备",
    "线索来源": "展会推广", "优先级": "中", "跟进人": "李*", "创建时间": "2024-06-01",
}  # fmt: skip
_VISIT = {"跟进方式": "电话", "沟通内容": "了解使用情况", "下一步行动": "下月再联系", "跟进人": "李*"}

Row = Mapping[str, Any]


def lead(key: str, **cells: Any) -> Row:
    """A complete lead of template 1, entered on 2024-06-01."""
    number = int("".join(sign for sign in key if sign.isdigit()) or 1)
    return {**_LEAD, "线索ID": key, "客户名称": f"公司{chr(0x4E00 + 97 * number)}", "联系方式": f"1380013{8000 + number}", **cells}


def visit(customer: str, day: Any, kind: str | None = "日常", **cells: Any) -> Row:
    """A complete follow-up of template 5."""
    return {**_VISIT, "客户ID": customer, "跟进时间": day, "跟进类型": kind, **cells}


def sheet(kind: str, rows: Sequence[Row], without: Sequence[str] = ()) -> list[list[Any]]:
    """The header of a table and its rows."""
    header = [name for name in HEADERS[kind][1] if name not in without]
    return [header, *([row.get(name) for name in header] for row in rows)]


def sheets(without: Sequence[str] = (), **tables: Sequence[Row] | None) -> list[tuple[str, list[list[Any]]]]:
    """Sheet names and rows; without leads there is one, LX1, and without customers one of it, KH1; None leaves a table out."""
    given = {"leads": [lead("LX1")], "customers": [{"客户ID": "KH1", "线索ID": "LX1"}], **tables}
    return [(HEADERS[kind][0], sheet(kind, rows, without)) for kind, rows in given.items() if rows is not None]


def grids(without: Sequence[str] = (), **tables: Sequence[Row] | None) -> list[Grid]:
    """The same as Grids."""
    return [grid(rows, name) for name, rows in sheets(without, **tables)]


def assessed(*more: Grid, as_of: dt.date = AS_OF, without: Sequence[str] = (), **tables: Sequence[Row] | None) -> Assessment:
    """The assessment of these tables; *more* is a rules sheet."""
    return assessed_grids([*grids(without, **tables), *more], as_of)


def states(assessment: Assessment, kind: str, rule: str) -> list[str]:
    """The states of a limit in the rows of a table."""
    found: list[str] = assessment.others[kind][rule].tolist()
    return found


def reminded(assessment: Assessment, rule: str) -> list[tuple[int, str, str, str | None]]:
    """Row, severity, state and last day of the reminders of a rule."""
    return [(r.row, r.severity, r.state, None if r.due is None else r.due.isoformat()) for r in assessment.reminders if r.rule == rule]
