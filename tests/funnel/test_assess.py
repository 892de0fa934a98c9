"""The worked samples of RULES.md 9, and what an assessment says about rules that it can't judge."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from funnelbook.funnel.model import Assessment, Rate

from .build import HEADERS, assessed, assessed_grids, codes, grid

EXAMPLES = Path(__file__).parents[3] / "shared" / "examples"
LEADS = [
    ["销售线索信息表"],
    [],
    [*HEADERS["leads"].values()][:11],
    ["202405001-展会", "展会", "李经理", "138", "制造企业", "智能仓储系统需求", "50-80万", "2024-08", "A", None, "2024-05-01"],
    ["202405002-官网", "官网表单", "王总", "1395678", "贸易公司", "CRM系统升级", "20-30万", "2024-07", "B", None, "2024-05-02"],
]
FOLLOWUPS = [
    ["销售跟进记录表"],
    [],
    [*HEADERS["followups"].values()][:7],
    ["202405001", "2024-05-02", "电话", "介绍公司案例", "需内部审批预算", "5月5日发送详细报价单", None],
    ["202405001", "2024-05-05", "邮件", "发送报价单", "方案需技术部评估", "5月8日跟进技术评估结果", None],
]
CONVERSIONS = [
    ["销售转化分析表"],
    [],
    [*HEADERS["conversions"].values()][:7],
    ["202405001", "成交", 65, "-", 45, None, "客户认可技术方案,报价合理"],
    ["202405002", "未成交", "-", "预算不足", 30, None, "客户实际预算仅15万,超出预期"],
]
ANSWER: dict[str, Any] = {
    "lead_id": ["202405001", "202405002"],
    "score_min": [10, 15],
    "score_max": [90, 95],
    "tier": [None, None],
    "tier_typed": ["A", "B"],
    "tier_in_force": ["A", "B"],
    "tier_check": ["incomplete", "incomplete"],
    "first_touch": ["on_time", "undetermined"],
    "touches": [2, 0],
    "last_touch": ["2024-05-05", None],
    "next_touch": [None, None],
    "follow_up": ["closed", "closed"],
    "result": ["won", "not_won"],
    "completeness": [1.0, 1.0],
}


@pytest.fixture(name="sample", scope="module")
def _sample() -> Assessment:
    return assessed_grids([grid(LEADS, "线索信息表"), grid(FOLLOWUPS, "跟进记录表"), grid(CONVERSIONS, "转化分析表")])


def plain(value: Any) -> Any:
    """A value of the frame as JSON would hold it."""
    if value is None or pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, dt.datetime) else value


def answer_of(assessment: Assessment) -> list[dict[str, Any]]:
    frame = assessment.leads
    renamed = frame.rename(columns={"key": "lead_id", "score_low": "score_min", "score_high": "score_max"})
    renamed["completeness"] = frame["filled"] / frame["required"]
    names = [*ANSWER, "level", "level_suggested", "owner_suggested"]
    return [{name: plain(renamed[name].iloc[i]) for name in names} for i in range(len(frame))]


def rates_of(rates: tuple[Rate, ...]) -> list[dict[str, Any]]:
    return [
        {
            "key": rate.key,
            "leads": rate.leads,
            "won": rate.won,
            "closed": rate.closed,
            "conversion": rate.conversion,
            "closed_conversion": rate.closed_conversion,
        }
        for rate in rates
    ]


@pytest.mark.parametrize("name", ANSWER)
def test_the_two_leads_of_the_document_come_out_as_calculated_by_hand(sample: Assessment, name: str) -> None:
    assert [lead[name] for lead in answer_of(sample)] == ANSWER[name]


def test_the_points_of_the_documents_leads_are_those_of_their_urgency_alone(sample: Assessment) -> None:
    assert sample.leads["points.urgency"].tolist() == [5, 10]
    assert sample.leads[["points.fit", "points.budget", "points.authority"]].isna().all(axis=None)


def test_the_first_touch_of_the_document_is_judged_by_days(sample: Assessment) -> None:
    assert bool(sample.leads["by_day"].iloc[0])


def test_the_gap_between_the_documents_two_touches_is_three_days(sample: Assessment) -> None:
    assert sample.followups is not None
    assert np.array_equal(sample.followups["gap"], [np.nan, 3.0], equal_nan=True)


def test_the_documents_figures_come_out_as_calculated_by_hand(sample: Assessment) -> None:
    metrics = sample.metrics
    assert metrics.results == {"won": 1, "not_won": 1, "lost": 0, "nurturing": 0, "open": 0}
    assert [(r.key, r.won, r.leads) for r in metrics.by_source] == [("官网", 0, 1), ("展会", 1, 1)]
    assert [(r.key, r.conversion) for r in metrics.by_tier] == [("A", 1.0), ("B", 0.0)]
    assert [(r.key, r.leads) for r in metrics.by_owner] == [(None, 2)]
    assert [(r.key, r.leads) for r in metrics.by_month] == [("2024-05", 2)]
    assert (metrics.cycle.n, metrics.cycle.mean_days, metrics.cycle.median_days) == (1, 45.0, 45.0)
    assert [(r.key, r.count, r.share) for r in metrics.loss_reasons] == [("预算不足", 1, 1.0)]
    assert metrics.completeness == 1.0
    assert metrics.pipeline_weighted is None


def test_only_the_missing_names_of_who_followed_up_are_reported_in_the_documents_tables(sample: Assessment) -> None:
    assert [(f.code, f.sheet, f.cell) for f in sample.findings] == [
        ("required.missing", "跟进记录表", "G4"),
        ("required.missing", "跟进记录表", "G5"),
    ]


def read(path: Path) -> Assessment:
    book = openpyxl.load_workbook(path)
    return assessed_grids([grid(list(sheet.iter_rows(values_only=True)), sheet.title) for sheet in book])


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the worked example lies outside the repository")
def test_the_worked_example_gives_exactly_its_answer() -> None:
    expected, assessment = json.loads((EXAMPLES / "rules9.json").read_text("utf-8")), read(EXAMPLES / "rules9.xlsx")
    metrics, figures = assessment.metrics, expected["metrics"]
    assert (assessment.as_of.text, assessment.profile) == (expected["as_of"], expected["profile"])
    shown = [{name: value for name, value in lead.items() if name not in ("sheet", "row")} for lead in expected["leads"]]
    assert answer_of(assessment) == shown
    for name in ("by_source", "by_tier", "by_level", "by_owner", "by_month"):
        assert rates_of(getattr(metrics, name)) == figures[name]
    for name in ("leads", "results", "first_touch", "follow_up", "completeness", "pipeline_weighted"):
        assert getattr(metrics, name) == figures[name]
    assert list(metrics.stages) == figures["stages"]
    assert vars(metrics.cycle) == figures["cycle"]
    assert [vars(reason) for reason in metrics.loss_reasons] == figures["loss_reasons"]
    assert [vars(reason) for reason in metrics.lost_reasons] == figures["lost_reasons"]


def test_a_rule_whose_columns_are_missing_says_so_once_for_the_table() -> None:
    said = {(u.rule, u.table, u.missing) for u in assessed([{}, {}], without=["expected_close"]).undetermined}
    assert ("score.fit", "leads", ("fit",)) in said
    assert ("score.urgency", "leads", ("expected_close",)) in said


def test_a_workbook_without_follow_ups_says_which_rules_it_cannot_judge() -> None:
    said = {(u.rule, u.table) for u in assessed(followups=None).undetermined}
    assert {("sla.first_touch", "followups"), ("cadence", "followups"), ("pool", "followups")} <= said


def test_without_ids_all_rules_that_join_follow_ups_say_so() -> None:
    said = {(u.rule, u.table) for u in assessed(without=["lead_id"]).undetermined}
    assert {("sla.first_touch", "leads"), ("cadence", "leads"), ("pool", "leads")} <= said


def test_a_column_of_assignments_makes_up_for_a_missing_entry() -> None:
    assessment = assessed([{"assigned_at": "2024-06-12"}], [{"followed_at": "2024-06-13"}], without=["entered_at"])
    assert assessment.leads[["first_touch", "follow_up"]].iloc[0].tolist() == ["on_time", "pool_tomorrow"]
    assert {u.rule for u in assessment.undetermined} & {"sla.first_touch", "cadence", "pool"} == set()


def test_a_typed_budget_grade_makes_up_for_a_missing_budget() -> None:
    said = {u.rule for u in assessed([{"budget_fit": "匹配"}], without=["budget"]).undetermined}
    assert "score.budget" not in said


def test_a_complete_workbook_has_no_findings_and_lacks_no_rule() -> None:
    assessment = assessed([{"fit": "完全契合", "authority": "直接决策人"}], [{}], [{"closed_at": "2024-06-20", "loss_reason": "-"}])
    assert codes(assessment) == []
    assert assessment.undetermined == ()


def test_findings_come_in_the_order_of_tables_rows_and_columns() -> None:
    assessment = assessed([{"phone": None, "contact": None}, {"contact": None}], [{"method": None}])
    assert [f"{f.sheet}!{f.cell}" for f in assessment.findings] == ["线索信息表!C2", "线索信息表!D2", "线索信息表!C3", "跟进记录表!C2"]


@pytest.mark.parametrize(
    ("leads", "followups", "conversions"),
    [
        pytest.param([], [], [], id="three headers without rows"),
        pytest.param([], None, None, id="a lone header"),
        pytest.param([{}], [], [], id="one lead and empty logs"),
    ],
)
def test_tables_without_rows_are_assessed_as_empty(leads: list[Any], followups: list[Any] | None, conversions: list[Any] | None) -> None:
    assessment = assessed(leads, followups, conversions)
    assert assessment.metrics.leads == len(leads)
    assert codes(assessment) == []


def test_limits_by_tier_say_that_no_column_gives_one() -> None:
    assessment = assessed([{}], without=["tier", "fit", "authority"])
    said = {(u.rule, u.table, u.missing) for u in assessment.undetermined}
    assert {("sla.first_touch", "leads", ("tier",)), ("cadence", "leads", ("tier",))} <= said
    typed = assessed([{"fit": "完全契合"}], without=["tier"]).undetermined
    assert {u.rule for u in typed} & {"sla.first_touch", "cadence"} == set()
