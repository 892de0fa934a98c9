"""The order of the states of 001 in the log (RULES.md 2, status.order)."""

from __future__ import annotations

from typing import Any

import pytest

from .build import assessed, found, one
from .registry import registered, registry, touched


def moves(*changes: Any) -> list[str]:
    """Places of the findings for a lead whose follow-ups, one a day, say these changes of state."""
    log = touched(*({"跟进时间": f"2024-06-{10 + day}", "状态变更": change} for day, change in enumerate(changes)))
    return found(registered(registry(登记时间="2024-06-01", 获取时间="2024-06-01"), log), "status.order")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(["谈判中", "需求明确"], ["跟进记录!I3"], id="back"),
        pytest.param(["成交", "谈判中"], ["跟进记录!I3"], id="back from the end"),
        pytest.param(["跟进中", "方案提交"], ["跟进记录!I3"], id="one state skipped"),
        pytest.param(["待跟进", "成交"], ["跟进记录!I3"], id="won from nothing"),
        pytest.param(["跟进中→方案提交"], ["跟进记录!I2"], id="a skip within a cell"),
        pytest.param(["由谈判中改为方案提交"], ["跟进记录!I2"], id="a move back in a sentence"),
        pytest.param(["跟进中", "暂不跟进", "方案提交"], ["跟进记录!I4"], id="a pause hides no skip"),
        pytest.param(["Open -> Proposal"], ["跟进记录!I2"], id="in English"),
        pytest.param(["待跟进", "跟进中", "待跟进", "方案提交"], ["跟进记录!I4", "跟进记录!I5"], id="each of several"),
    ],
)
def test_a_move_back_or_a_skip_in_the_log_is_reported_at_its_cell(changes: list[str], expected: list[str]) -> None:
    assert moves(*changes) == expected


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(["待跟进", "跟进中", "需求明确", "方案提交", "谈判中", "成交"], id="step by step"),
        pytest.param(["待跟进→跟进中", "跟进中→需求明确"], id="step by step, with where it came from"),
        pytest.param(["跟进中", "流失"], id="lost from any state"),
        pytest.param(["跟进中", "暂不跟进", "跟进中"], id="a pause"),
        pytest.param(["方案提交"], id="the log begins later"),
        pytest.param(["跟进中", "跟进中"], id="no change"),
        pytest.param(["跟进中", None, "—", "需求明确"], id="follow-ups without a change"),
        pytest.param(["需求明确", "改了电话", "方案提交"], id="words that are no state"),
        pytest.param(["谈判中", "合同签订"], id="a signed contract is won"),
        pytest.param(["方案提交(原需求明确)"], id="a remark in brackets"),
    ],
)
def test_a_log_that_keeps_to_the_order_is_left_alone(changes: list[Any]) -> None:
    assert moves(*changes) == []


def test_the_order_of_time_counts_not_that_of_the_rows() -> None:
    later, earlier = {"跟进时间": "2024-06-12", "状态变更": "需求明确"}, {"跟进时间": "2024-06-11", "状态变更": "跟进中"}
    leads = registry(登记时间="2024-06-01", 获取时间="2024-06-01")
    assert found(registered(leads, touched(later, earlier)), "status.order") == []


def test_every_lead_has_its_own_log_and_follow_ups_that_do_not_count_are_no_log() -> None:
    leads = registry({}, {}, 登记时间="2024-06-01", 获取时间="2024-06-01")
    log = touched(
        {"跟进时间": "2024-06-10", "状态变更": "谈判中"},
        {"跟进时间": "2024-06-11", "状态变更": "跟进中", "线索编号": "X002"},
        {"跟进时间": "2024-06-11", "状态变更": "跟进中", "线索编号": "X999"},
        {"跟进时间": "2024-06-25", "状态变更": "跟进中"},
        {"跟进时间": "下周", "状态变更": "跟进中"},
    )
    assert found(registered(leads, log), "status.order") == []


def test_the_finding_says_what_was_skipped() -> None:
    log = touched({"状态变更": "跟进中→谈判中"})
    finding = one(registered(registry(), log), "status.order")
    assert (finding.severity, finding.field) == ("warning", "level_change")
    assert finding.facts == {"reason": "skip", "before": "跟进中", "after": "谈判中", "skipped": ["需求明确", "方案提交"]}


def test_other_profiles_have_no_order_of_states() -> None:
    assert found(assessed(followups=[{"level_change": "谈判中→跟进中"}]), "status.order") == []
