"""After the contract: deliveries against their plan, first revisit in 7 days, satisfaction in 15 (RULES.md 4 and 5)."""

from __future__ import annotations

from typing import Any

import pytest

from ..lifecycle import assessed, lead, reminded, states, visit
from .build import found, one, rules_sheet

WON = [{"客户ID": "KH1", "当前阶段": "签约", "合同编号": "HT1", "签约日期": "2024-06-01", "状态": "合同签订"}]
EARLY = [lead("LX1", 创建时间="2024-01-01")]


def delivered(*visits: Any, contract: str | None = "HT1", rows: Any = None, **cells: Any) -> Any:
    deliveries = rows or [{"合同编号": contract, "交付环节": "安装", **cells}]
    return assessed(leads=EARLY, progress=WON, deliveries=deliveries, followups=list(visits))


# ---- the plan


@pytest.mark.parametrize(
    ("cells", "state", "expected"),
    [
        pytest.param({"计划完成时间": "2024-06-21"}, "waiting", [], id="planned for tomorrow"),
        pytest.param({"计划完成时间": "2024-06-20"}, "due", [(2, "owner", "due", "2024-06-20")], id="planned for today"),
        pytest.param({"计划完成时间": "2024-06-19"}, "overdue", [(2, "owner", "overdue", "2024-06-19")], id="planned for yesterday"),
        pytest.param({"计划完成时间": "2024-06-13"}, "overdue", [(2, "owner", "overdue", "2024-06-13")], id="a week late"),
        pytest.param({"计划完成时间": "2024-06-12"}, "overdue", [(2, "supervisor", "overdue", "2024-06-12")], id="more than a week late"),
        pytest.param({"计划完成时间": "2024-06-10", "实际完成时间": "2024-06-10"}, "on_time", [], id="done on the day"),
        pytest.param({"计划完成时间": "2024-06-10", "实际完成时间": "2024-06-12"}, "late", [], id="done late"),
        pytest.param({"计划完成时间": "2024-06-10 12:00", "实际完成时间": "2024-06-10 12:01"}, "late", [], id="late by the minute"),
        pytest.param({"计划完成时间": "2024-06-10 12:00", "实际完成时间": "2024-06-10"}, "on_time", [], id="the hour is not known"),
        pytest.param({"计划完成时间": "2024-06", "实际完成时间": "2024-06-19"}, "on_time", [], id="planned for the month"),
        pytest.param({"计划完成时间": "2024-06-10", "验收日期": "2024-06-09"}, "on_time", [], id="accepted, so it was done"),
        pytest.param({"计划完成时间": "2024-06-10", "实际完成时间": "2024-06-25"}, "overdue", [(2, "supervisor", "overdue", "2024-06-10")], id="done after the run"),
        pytest.param({"计划完成时间": None, "实际完成时间": "2024-06-12"}, "undetermined", [], id="never planned"),
    ],
)  # fmt: skip
def test_a_step_is_done_by_the_day_that_was_planned(cells: dict[str, Any], state: str, expected: list[Any]) -> None:
    assessment = delivered(**cells)
    assert states(assessment, "deliveries", "delivery") == [state]
    assert reminded(assessment, "delivery") == expected


def test_the_reminder_goes_to_the_person_of_the_step_and_names_the_lead() -> None:
    (reminder,) = [r for r in delivered(计划完成时间="2024-06-19", 负责人="周*").reminders if r.rule == "delivery"]
    assert (reminder.kind, reminder.row, reminder.lead_id, reminder.owner) == ("deliveries", 2, "LX1", "周*")


# ---- the first revisit


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2024-06-14", [], id="six days ago"),
        pytest.param("2024-06-13", [(2, "owner", "due", "2024-06-20")], id="seven days ago"),
        pytest.param("2024-06-12", [(2, "owner", "overdue", "2024-06-19")], id="eight days ago"),
        pytest.param("2024-06-05", [(2, "supervisor", "overdue", "2024-06-12")], id="passed by more than the limit"),
        pytest.param("2024-06-25", [], id="not yet delivered"),
        pytest.param(None, [], id="no date"),
    ],
)
def test_a_delivery_is_followed_by_a_first_visit_within_7_days(day: str | None, expected: list[Any]) -> None:
    assert reminded(delivered(交付日期=day), "revisit") == expected
    assert reminded(delivered(验收日期=day), "revisit") == expected


@pytest.mark.parametrize(
    ("visits", "state"),
    [
        pytest.param([("2024-06-08", "首次回访")], "on_time", id="on the seventh day"),
        pytest.param([("2024-06-09", "首次回访")], "late", id="on the eighth"),
        pytest.param([("2024-06-12", "回访"), ("2024-06-05", "首次回访")], "on_time", id="the first of two"),
        pytest.param([("2024-06-01", "首次回访")], "on_time", id="on the very day"),
        pytest.param([("2024-05-31", "首次回访")], "overdue", id="before the delivery"),
        pytest.param([("2024-06-05", "日常")], "overdue", id="of another kind"),
        pytest.param([("2024-06-05", None)], "overdue", id="of no kind"),
        pytest.param([("2024-06-25", "首次回访")], "overdue", id="after the run"),
    ],
)
def test_only_a_first_visit_after_the_delivery_counts(visits: list[Any], state: str) -> None:
    assessment = delivered(*(visit("KH1", day, kind) for day, kind in visits), 交付日期="2024-06-01")
    assert states(assessment, "deliveries", "revisit") == [state]


def test_a_visit_to_another_customer_does_not_count() -> None:
    customers = [{"客户ID": "KH1", "线索ID": "LX1"}, {"客户ID": "KH2", "线索ID": "LX2"}]
    deliveries = [{"合同编号": "HT1", "交付日期": "2024-06-01"}, {"客户ID": "KH2", "交付日期": "2024-06-01"}]
    assessment = assessed(
        leads=[lead("LX1"), lead("LX2")],
        customers=customers,
        progress=WON,
        deliveries=deliveries,
        followups=[visit("KH2", "2024-06-05", "首次回访")],
    )
    assert states(assessment, "deliveries", "revisit") == ["overdue", "on_time"]


def test_a_delivery_counts_before_the_acceptance() -> None:
    assert states(delivered(交付日期="2024-06-01", 验收日期="2024-06-18"), "deliveries", "revisit") == ["overdue"]


def test_a_delivery_in_several_steps_is_revisited_once() -> None:
    rows = [{"合同编号": "HT1", "交付环节": step, "交付日期": "2024-06-01"} for step in ("生产", "物流", "安装")]
    assert states(delivered(rows=rows), "deliveries", "revisit") == ["overdue", "exempt", "exempt"]


def test_a_contract_that_nobody_knows_has_no_revisit() -> None:
    assert states(delivered(contract="HT9", 交付日期="2024-06-01"), "deliveries", "revisit") == ["undetermined"]


def test_without_a_table_of_customers_deliveries_and_visits_meet_by_customer_id() -> None:
    assessment = assessed(
        leads=EARLY,
        customers=None,
        progress=WON,
        deliveries=[{"合同编号": "HT1", "交付日期": "2024-06-01"}],
        followups=[visit("KH1", "2024-06-05", "首次回访")],
    )
    assert states(assessment, "deliveries", "revisit") == ["on_time"]


# ---- satisfaction


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2024-06-06", [], id="14 days ago"),
        pytest.param("2024-06-05", [(2, "owner", "due", "2024-06-20")], id="15 days ago"),
        pytest.param("2024-06-04", [(2, "owner", "overdue", "2024-06-19")], id="16 days ago"),
        pytest.param("2024-05-20", [(2, "supervisor", "overdue", "2024-06-04")], id="passed by more than the limit"),
    ],
)
def test_satisfaction_is_asked_for_within_15_days(day: str, expected: list[Any]) -> None:
    assert reminded(delivered(交付日期=day), "satisfaction") == expected


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        pytest.param({"产品功能评分": 4}, "on_time", id="one score"),
        pytest.param({}, "overdue", id="no score"),
        pytest.param({"产品功能评分": 9}, "overdue", id="off the scale"),
        pytest.param({"跟进时间": "2024-06-18", "服务质量评分": 4}, "late", id="too late"),
    ],
)
def test_a_score_of_any_dimension_is_satisfaction_asked_for(cells: dict[str, Any], state: str) -> None:
    visited = visit("KH1", cells.pop("跟进时间", "2024-06-10"), "满意度", **cells)
    assert states(delivered(visited, 交付日期="2024-06-01"), "deliveries", "satisfaction") == [state]


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        pytest.param((5, 4, 3), 4.0, id="all three"),
        pytest.param((5, None, 4), 4.5, id="two"),
        pytest.param((None, "-", "4.5"), 4.5, id="one"),
        pytest.param((5, 9, 4), 4.5, id="one off the scale"),
        pytest.param((None, None, None), None, id="none"),
    ],
)
def test_satisfaction_is_the_mean_of_the_filled_dimensions(scores: tuple[Any, ...], mean: float | None) -> None:
    names = ("产品功能评分", "服务质量评分", "响应速度评分")
    assessment = delivered(visit("KH1", "2024-06-10", "满意度", **dict(zip(names, scores, strict=True))))
    (value,) = assessment.others["followups"]["satisfaction"].tolist()
    assert (None if value != value else value) == mean


@pytest.mark.parametrize("score", [0, 6, 0.5, 100])
def test_a_score_off_the_scale_is_reported_at_its_cell(score: float) -> None:
    assessment = delivered(visit("KH1", "2024-06-10", "满意度", 服务质量评分=score))
    assert found(assessment, "number.invalid") == ["客户跟进记录表!G2"]
    assert one(assessment, "number.invalid").facts == {"reason": "scale", "low": 1, "high": 5}


@pytest.mark.parametrize("score", [1, 5, 4.5, None, "-"])
def test_a_score_on_the_scale_is_not(score: Any) -> None:
    assert found(delivered(visit("KH1", "2024-06-10", "满意度", 服务质量评分=score)), "number.invalid") == []


@pytest.mark.parametrize("score", [-1, "很好"])
def test_what_is_no_score_at_all_is_reported_once(score: Any) -> None:
    assert found(delivered(visit("KH1", "2024-06-10", "满意度", 服务质量评分=score)), "number.invalid") == ["客户跟进记录表!G2"]


def test_the_scale_and_the_days_are_those_of_the_rules_sheet() -> None:
    rules = rules_sheet([("satisfaction.high", 10), ("satisfaction.days", 30), ("revisit.days", 30)])
    deliveries = [{"合同编号": "HT1", "交付日期": "2024-06-01"}]
    ten = [visit("KH1", "2024-06-18", "首次回访", 产品功能评分=10)]
    assessment = assessed(rules, leads=EARLY, progress=WON, deliveries=deliveries, followups=ten)
    assert found(assessment, "number.invalid") == []
    assert [states(assessment, "deliveries", rule) for rule in ("revisit", "satisfaction")] == [["on_time"], ["on_time"]]
