"""Deadlines: limits from one date of a row until another is filled (RULES.md 4)."""

from __future__ import annotations

from typing import Any

import pytest

from .build import assessed_grids, grid, reminded

REGISTRY = [
    "线索编号",
    "获取时间",
    "初步接触人",
    "线索来源",
    "线索类型",
    "公司名称",
    "联系人",
    "联系方式",
    "登记时间",
    "审核时间",
    "线索状态",
]
REGISTRY += ["负责人", "分配时间", "计划制定时间"]


def registry(**cells: Any) -> Any:
    given = {"线索编号": "001", "公司名称": "甲", "联系人": "张", "联系方式": "13800138000", "线索来源": "展会", "负责人": "李", **cells}
    return grid([REGISTRY, [given.get(header) for header in REGISTRY]])


def said(rule: str, *grids: Any) -> list[tuple[str, str, str]]:
    return [(r.severity, r.state, str(r.due)) for r in reminded(assessed_grids(grids), rule)]


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        pytest.param("2024-06-20", [], id="two days are left"),
        pytest.param("2024-06-18", [("owner", "due", "2024-06-20")], id="today is the last day"),
        pytest.param("2024-06-17", [("owner", "overdue", "2024-06-19")], id="passed by less than the limit"),
        pytest.param("2024-06-15", [("supervisor", "overdue", "2024-06-17")], id="passed by more than the limit"),
    ],
)
def test_a_registered_lead_has_to_be_reviewed_within_48_hours(registered: str, expected: list[Any]) -> None:
    assert said("review", registry(登记时间=registered)) == expected


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"登记时间": "2024-06-10", "审核时间": "2024-06-11"}, id="reviewed in time"),
        pytest.param({"登记时间": "2024-06-10", "审核时间": "2024-06-19"}, id="reviewed late"),
        pytest.param({"登记时间": "2024-06-10", "线索状态": "成交"}, id="closed"),
        pytest.param({"登记时间": "2024-06-25"}, id="registered after the run"),
        pytest.param({}, id="never registered"),
    ],
)
def test_nobody_is_reminded_to_review_a_lead_that_was(cells: dict[str, Any]) -> None:
    assert said("review", registry(**cells)) == []


def test_hours_count_where_both_ends_have_a_time() -> None:
    late = registry(获取时间="2024-06-19 08:00", 登记时间=None)
    assert said("entry", late) == [("owner", "overdue", "2024-06-20")]


@pytest.mark.parametrize(
    ("rule", "cells", "expected"),
    [
        pytest.param("entry", {"获取时间": "2024-06-19"}, [("owner", "due", "2024-06-20")], id="24 hours by the day end today"),
        pytest.param("entry", {"获取时间": "2024-06-18"}, [("owner", "overdue", "2024-06-19")], id="a day too late, by the day"),
        pytest.param("entry", {"获取时间": "2024-06-17 08:00"}, [("supervisor", "overdue", "2024-06-18")], id="three limits"),
        pytest.param("entry", {"获取时间": "2024-06-17", "登记时间": "2024-06-20"}, [], id="registered, though late"),
        pytest.param("entry", {"获取时间": "2024-06"}, [], id="a month counts to its last day"),
        pytest.param("review", {"登记时间": "2024-06-18 10:00", "审核时间": "下周"}, [("owner", "overdue", "2024-06-20")], id="unreadable"),
        pytest.param("plan", {"分配时间": "2024-06-20"}, [("owner", "due", "2024-06-20")], id="12 hours without a time end that day"),
        pytest.param("plan", {"分配时间": "2024-06-20 11:00"}, [("owner", "overdue", "2024-06-20")], id="13 hours"),
        pytest.param("plan", {"分配时间": "2024-06-20 12:30"}, [], id="12 hours that end tomorrow"),
        pytest.param("plan", {"分配时间": "2024-06-20 08:00", "线索状态": "流失"}, [], id="closed"),
    ],
)
def test_the_limits_of_001_end_when_they_should(rule: str, cells: dict[str, Any], expected: list[Any]) -> None:
    assert said(rule, registry(**cells)) == expected


def test_an_assigned_lead_needs_a_plan_within_12_hours() -> None:
    assert said("plan", registry(登记时间="2024-06-10", 审核时间="2024-06-10", 分配时间="2024-06-19")) == [
        ("owner", "overdue", "2024-06-19")
    ]
    assert said("plan", registry(登记时间="2024-06-10", 分配时间="2024-06-19", 计划制定时间="2024-06-19")) == []


LIFECYCLE = ["线索ID", "客户名称", "所属行业", "联系人", "职务", "联系方式", "初步需求描述", "线索来源", "优先级", "跟进人", "创建时间"]


@pytest.mark.parametrize(
    ("priority", "owner", "expected"),
    [
        pytest.param("高", None, [("supervisor", "overdue", "2024-06-18")], id="high and nobody's"),
        pytest.param("高", "李", [], id="high and somebody's"),
        pytest.param("中", None, [], id="not high"),
    ],
)
def test_a_lead_of_high_priority_is_assigned_within_24_hours(priority: str, owner: str | None, expected: list[Any]) -> None:
    row = ["LX1", "甲", "制造业", "张", "经理", "13800138000", "设备", "展会", priority, owner, "2024-06-17"]
    assert said("assign", grid([LIFECYCLE, row])) == expected


def test_an_objection_is_answered_within_24_hours_and_its_reminder_names_the_lead() -> None:
    leads = grid([LIFECYCLE, ["LX1", "甲", "制造业", "张", "经理", "13800138000", "设备", "展会", "中", "李", "2024-06-01"]], "线索")
    customers = grid([["客户ID", "线索ID", "客户等级"], ["KH1", "LX1", "A"]], "客户")
    rows = [["KH1", "谈判", "价格高", "2024-06-18", None], ["KH1", "谈判", "价格高", "2024-06-18", "2024-06-19"]]
    progress = grid([["客户ID", "当前阶段", "异议", "异议提出时间", "答复时间"], *rows], "进度")
    (reminder,) = reminded(assessed_grids([leads, customers, progress]), "objection")
    assert (reminder.kind, reminder.row, reminder.lead_id, reminder.owner, str(reminder.due)) == ("progress", 2, "LX1", "李", "2024-06-19")


TRACKED = ["线索编号", "来源", "联系人", "联系方式", "公司名称", "需求描述", "预算范围", "预计成交时间", "线索等级", "负责人", "录入时间"]
TOUCHED = ["线索编号", "跟进时间", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人", "记录时间"]


@pytest.mark.parametrize(
    ("rule", "cells", "expected"),
    [
        pytest.param("plan", {"分配时间": "2024-06-18", "计划制定时间": None}, ("supervisor", "overdue", "2024-06-18"), id="plan of 001"),
        pytest.param("review", {"登记时间": "2024-06-17", "审核时间": None}, ("owner", "overdue", "2024-06-19"), id="review of 001"),
        pytest.param("entry", {"首次接触时间": "2024-06-19", "录入时间": None}, ("owner", "due", "2024-06-20"), id="entry of 000"),
        pytest.param(
            "assign", {"优先级": "高", "负责人": None, "录入时间": "2024-06-18"}, ("owner", "overdue", "2024-06-19"), id="assign of 002"
        ),
    ],
)
def test_a_limit_of_another_document_runs_in_a_lead_table_of_003_that_has_its_columns(rule: str, cells: Any, expected: Any) -> None:
    values = dict.fromkeys(TRACKED, "甲") | {"预计成交时间": "2024-12-31", "录入时间": "2024-06-19", "线索等级": "A", **cells}
    assert said(rule, grid([list(values), list(values.values())])) == [expected]


def test_a_follow_up_of_003_is_recorded_within_24_hours_too() -> None:
    lead = ["L1", "展会", "张", "13800138000", "甲", "系统", "50-80万", "2024-12-31", "A", "李", "2024-06-18"]
    log = ["L1", "2024-06-18", "电话", "介绍", "有兴趣", "报价", "李", None]
    assert said("log", grid([TRACKED, lead]), grid([TOUCHED, log], "跟进")) == [("owner", "overdue", "2024-06-19")]
