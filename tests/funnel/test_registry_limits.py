"""Time limits of 001: first touch by priority, public pool, which state is shown, what is undetermined (RULES.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .build import assessed_grids, grid, reminded
from .registry import registered, registry, touched

AT_NOON = dt.datetime(2024, 6, 20, 12, 0)
UNTOUCHED = {"线索编号": "X999"}


def first_touch(as_of: dt.date = AT_NOON, touch: Any = None, **cells: Any) -> str:
    log = touched({"跟进时间": touch} if touch else UNTOUCHED)
    return str(registered(registry(**cells), log, as_of=as_of).leads["first_touch"].item())


@pytest.mark.parametrize(
    ("priority", "assigned", "expected"),
    [
        pytest.param("A", "2024-06-19 12:00", "waiting", id="A, exactly 24 hours"),
        pytest.param("A", "2024-06-19 11:59", "overdue", id="A, a minute more"),
        pytest.param("B", "2024-06-18 12:00", "waiting", id="B, exactly 48 hours"),
        pytest.param("B类", "2024-06-18 11:59", "overdue", id="B, a minute more"),
        pytest.param("C", "2024-06-17 12:00", "waiting", id="C, exactly 72 hours"),
        pytest.param("C级", "2024-06-17 11:59", "overdue", id="C, a minute more"),
        pytest.param("A类(高优先级,24小时内跟进)", "2024-06-19 11:59", "overdue", id="as the document explains it"),
        pytest.param("A", "2024-06-19", "waiting", id="A, by the day"),
        pytest.param("A", "2024-06-18", "overdue", id="A, two days"),
    ],
)
def test_the_first_touch_is_due_by_the_priority(priority: str, assigned: str, expected: str) -> None:
    assert first_touch(优先级=priority, 分配时间=assigned, 获取时间="2024-06-16", 登记时间="2024-06-16", 审核时间="2024-06-17") == expected


@pytest.mark.parametrize(
    ("touch", "expected"),
    [("2024-06-19 16:00", "on_time"), ("2024-06-19 16:01", "late"), ("2024-06-18 08:00", "on_time")],
)
def test_a_touch_is_on_time_up_to_the_limit_and_before_the_clock(touch: str, expected: str) -> None:
    assert first_touch(touch=touch) == expected


@pytest.mark.parametrize("priority", ["高", "中", "低", None, "特急"])
def test_another_scale_says_nothing_about_the_first_touch(priority: str | None) -> None:
    assert first_touch(优先级=priority) == "undetermined"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"分配时间": "2024-06-19 13:00"}, "waiting", id="from the assignment"),
        pytest.param({"分配时间": None, "审核时间": "2024-06-19 13:00"}, "waiting", id="else from the review"),
        pytest.param({"分配时间": None, "审核时间": "2024-06-19 11:00"}, "overdue", id="else from the review, too long ago"),
        pytest.param({"分配时间": None, "审核时间": None, "登记时间": "2024-06-19 13:00"}, "waiting", id="else from the registration"),
        pytest.param({"分配时间": "下周", "审核时间": "2024-06-19 11:00"}, "overdue", id="an unreadable assignment counts as blank"),
        pytest.param({"分配时间": None, "审核时间": None, "登记时间": None}, "undetermined", id="no clock"),
        pytest.param({"登记时间": "2024-06-25", "分配时间": None}, "undetermined", id="registered after the run"),
        pytest.param({"线索状态": "成交"}, "undetermined", id="closed without a touch"),
    ],
)
def test_the_clock_starts_at_the_assignment_the_review_or_the_registration(cells: dict[str, Any], expected: str) -> None:
    assert first_touch(**{"登记时间": "2024-06-18 09:00", **cells}) == expected


def follow_up(as_of: dt.date = dt.date(2024, 6, 20), touch: str | None = None, **cells: Any) -> tuple[str, bool]:
    """The state that is shown, and whether there is a next touch."""
    log = touched({"跟进时间": touch} if touch else UNTOUCHED)
    lead = registered(registry(**cells), log, as_of=as_of).leads.iloc[0]
    return lead["follow_up"], bool(lead[["next_touch"]].notna().item())


LONG_AGO = {"获取时间": "2024-06-01", "登记时间": "2024-06-01", "审核时间": "2024-06-02", "分配时间": None, "计划制定时间": None}


@pytest.mark.parametrize(
    ("cells", "touch", "expected"),
    [
        pytest.param(LONG_AGO, None, "pool", id="never touched"),
        pytest.param(LONG_AGO, "2024-06-12", "pool", id="eight days since the last touch"),
        pytest.param(LONG_AGO, "2024-06-13", "pool_tomorrow", id="seven days"),
        pytest.param(LONG_AGO, "2024-06-14", "undetermined", id="six days, and there is no tier"),
        pytest.param({**LONG_AGO, "分配时间": "2024-06-13"}, "2024-06-03", "pool_tomorrow", id="the assignment starts it again"),
        pytest.param({**LONG_AGO, "线索状态": "暂不跟进"}, None, "ok", id="on hold"),
        pytest.param({**LONG_AGO, "线索状态": "成交"}, None, "closed", id="won"),
        pytest.param({**LONG_AGO, "线索状态": "流失"}, None, "closed", id="lost"),
        pytest.param({**LONG_AGO, "登记时间": "2024-07-01"}, None, "undetermined", id="registered after the run"),
    ],
)
def test_which_state_is_shown_and_there_is_never_a_next_touch(cells: dict[str, Any], touch: str | None, expected: str) -> None:
    assert follow_up(touch=touch, **cells) == (expected, False)


def test_a_priority_is_no_tier() -> None:
    found = registered(registry(), touched({}))
    assert found.leads["tier_in_force"].item() is None
    assert found.metrics.by_tier == ()
    assert reminded(found, "cadence") == []


def test_the_pool_and_the_first_touch_remind_the_owner() -> None:
    found = registered(registry(**LONG_AGO), touched(UNTOUCHED))
    assert [(r.severity, r.state, r.owner, str(r.due)) for r in reminded(found, "pool")] == [("reassign", "pool", "张三", "2024-06-09")]
    assert [(r.severity, r.state, str(r.due)) for r in reminded(found, "sla.first_touch")] == [("supervisor", "overdue", "2024-06-03")]


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        pytest.param((), {}, id="nothing is missing"),
        pytest.param(("优先级",), {"sla.first_touch": ("priority",)}, id="no priority"),
        pytest.param(("获取时间",), {"entry": ("acquired_at",)}, id="no acquisition"),
        pytest.param(("审核时间",), {"review": ("reviewed_at",)}, id="no review"),
        pytest.param(("计划制定时间",), {"plan": ("planned_at",)}, id="no plan"),
        pytest.param(("分配时间",), {"plan": ("assigned_at",)}, id="no assignment"),
        pytest.param(
            ("登记时间", "分配时间", "审核时间", "优先级"),
            {
                "sla.first_touch": ("priority", "registered_at"),
                "pool": ("registered_at",),
                "entry": ("registered_at",),
                "review": ("registered_at", "reviewed_at"),
                "plan": ("assigned_at",),
            },
            id="each rule says once what it misses",
        ),
    ],
)
def test_rules_without_their_columns_say_so_once(without: tuple[str, ...], expected: dict[str, tuple[str, ...]]) -> None:
    results = grid([["线索编号", "转化结果", "成交日期"], ["X001", "成交", "2024-06-20"]], "归档")
    found = assessed_grids([registry(without=without), touched({}), results])
    assert {missing.rule: missing.missing for missing in found.undetermined} == expected


def test_without_a_log_first_touch_and_pool_are_undetermined() -> None:
    found = registered(registry())
    rules = {(missing.rule, missing.table) for missing in found.undetermined}
    assert rules == {("sla.first_touch", "followups"), ("pool", "followups"), ("cycle", "conversions")}
    assert (found.leads["first_touch"].item(), found.leads["follow_up"].item()) == ("undetermined", "undetermined")
