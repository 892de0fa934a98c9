"""The levels of 000: what is suggested, what was reached, how many go from one to the next (RULES.md 5, 6 and 9)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funnelbook.funnel.levels import bottleneck
from funnelbook.funnel.model import Assessment, LevelLine

from .build import assessed, found, grid, rules_sheet
from .tiering import HEADERS, ROW_1, ROW_2, tiered, tiered_grids

JUNE_1, JUNE_10 = dt.date(2024, 6, 1), dt.date(2024, 6, 10)
ONE = "202405-001"


def suggested(assessment: Assessment) -> list[tuple[Any, Any]]:
    return list(zip(assessment.leads["level_suggested"], assessment.leads["level_basis"], strict=True))


def stages(assessment: Assessment) -> list[tuple[Any, Any]]:
    return [(stage["snapshot"], stage["reached"]) for stage in assessment.metrics.stages]


def reached(assessment: Assessment) -> list[Any]:
    return assessment.leads["level_reached"].tolist()


# ---- the samples of the document


def test_the_documents_own_rows_by_hand() -> None:
    assessment = tiered_grids([grid([HEADERS, ROW_1, ROW_2], "客户层级")])
    assert assessment.profile == "tiering"
    assert assessment.leads["level"].tolist() == ["意向客户", "高意向客户"]
    assert suggested(assessment) == [("意向客户", "probability"), ("高意向客户", "probability")]
    assert [f.code for f in assessment.findings] == ["level.count"]
    assert found(assessment, "level.count") == ["客户层级!J3"]
    silent = [(r.row, str(r.due), r.severity) for r in assessment.reminders if r.rule == "lost.silent"]
    assert silent == [(3, "2024-06-14", "owner"), (2, "2024-06-15", "owner")]


# ---- the suggestion


@pytest.mark.parametrize(
    ("probability", "level", "basis"),
    [
        pytest.param(0, "潜在客户", "probability", id="nothing"),
        pytest.param(10, "潜在客户", "probability", id="the end of the first band"),
        pytest.param(10.5, "潜在客户", "gap", id="just above it"),
        pytest.param(29, "潜在客户", "gap", id="just below the second"),
        pytest.param(30, "意向客户", "probability", id="the lower bound is in the band"),
        pytest.param(60, "意向客户", "probability", id="its end"),
        pytest.param(65, "意向客户", "gap", id="between the second and the third"),
        pytest.param(70, "高意向客户", "probability", id="the third"),
        pytest.param(90, "高意向客户", "probability", id="its end"),
        pytest.param(99, "高意向客户", "gap", id="nearly won"),
        pytest.param(100, "成交客户", "probability", id="won"),
        pytest.param("50%", "意向客户", "probability", id="with a percent sign"),
    ],
)
def test_a_probability_suggests_a_level_by_its_lower_bound(probability: Any, level: str, basis: str) -> None:
    assert suggested(tiered([{"成交概率(%)": probability}])) == [(level, basis)]


@pytest.mark.parametrize(
    ("count", "level"),
    [(0, "潜在客户"), (2, "潜在客户"), (3, "意向客户"), (5, "意向客户"), (6, "高意向客户"), (40, "高意向客户")],
)
def test_without_a_probability_the_number_of_follow_ups_suggests(count: int, level: str) -> None:
    assert suggested(tiered([{"成交概率(%)": None, "跟进次数": count}])) == [(level, "count")]


def test_a_probability_that_can_not_be_read_counts_as_blank() -> None:
    assert suggested(tiered([{"成交概率(%)": 130, "跟进次数": 1}])) == [("潜在客户", "count")]


def test_follow_ups_are_counted_from_the_log_where_there_is_one() -> None:
    assert suggested(tiered([{"成交概率(%)": None, "跟进次数": 9}], [{}, {}, {}])) == [("意向客户", "count")]


def test_with_neither_probability_nor_follow_ups_nothing_is_suggested() -> None:
    assert suggested(tiered([{"成交概率(%)": None, "跟进次数": None}])) == [(None, None)]


@pytest.mark.parametrize(("typed", "level"), [("成交", "成交客户"), ("流失客户", "流失客户")])
def test_closed_results_come_first(typed: str, level: str) -> None:
    assert suggested(tiered([{"客户层级": typed, "成交概率(%)": 50}])) == [(level, "result")]


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("潜在", "潜在客户"),
        ("意向", "意向客户"),
        ("高意向", "高意向客户"),
        ("已签约", "成交客户"),
        ("流失", "流失客户"),
        ("热", None),
        (None, None),
    ],
)
def test_levels_are_the_long_words(typed: Any, level: str | None) -> None:
    assert tiered([{"客户层级": typed}]).leads["level"].tolist() == [level]


def test_bands_are_rules() -> None:
    rules = rules_sheet([("level.probability.interested", 20), ("level.count.high", 4)])
    assert suggested(tiered([{"成交概率(%)": 20}, {"成交概率(%)": None, "跟进次数": 4}], rules=rules)) == [
        ("意向客户", "probability"),
        ("高意向客户", "count"),
    ]


def test_bands_out_of_order_are_a_finding_and_the_defaults_hold() -> None:
    assessment = tiered([{"成交概率(%)": 30}], rules=rules_sheet([("level.probability.interested", 80)]))
    assert [f.code for f in assessment.findings] == ["rule.invalid"]
    assert suggested(assessment) == [("意向客户", "probability")]


def test_a_workbook_of_another_document_without_levels_has_none() -> None:
    leads = assessed([{"probability": 50}], None).leads
    assert leads["level"].tolist() == leads["level_suggested"].tolist() == [None]


def test_a_column_of_levels_is_enough_in_a_workbook_of_another_document() -> None:
    from .build import sheet_of

    base = sheet_of("leads", [{"probability": 50}])
    width, height = base.width, base.height
    rows = [[base.value(r, c) for c in range(1, width + 1)] for r in range(1, height + 1)]
    assessment = tiered_grids([grid([[*rows[0], "客户层级"], [*rows[1], "意向"]])])
    assert assessment.profile == "tracking"
    assert suggested(assessment) == [("意向客户", "probability")]
    assert len(assessment.metrics.stages) == 3


# ---- what was reached


@pytest.mark.parametrize(
    ("level", "logged", "expected"),
    [
        pytest.param("意向客户", [], "意向客户", id="nothing logged: the level of today"),
        pytest.param("潜在客户", [(JUNE_1, "高意向客户")], "高意向客户", id="a move backward undoes nothing"),
        pytest.param("成交客户", [(JUNE_1, "潜在客户")], "成交客户", id="skipped levels"),
        pytest.param("流失客户", [], None, id="lost, and never seen before"),
        pytest.param("流失客户", [(JUNE_1, "意向客户"), (JUNE_10, "流失客户")], "意向客户", id="lost after it was interested"),
        pytest.param("流失客户", [(JUNE_1, "流失客户")], None, id="always lost"),
        pytest.param("潜在客户", [(dt.date(2024, 6, 20), "高意向客户")], "潜在客户", id="the rows of this as-of date are replaced"),
        pytest.param("潜在客户", [(dt.date(2024, 7, 1), "高意向客户")], "潜在客户", id="later ones are ignored"),
        pytest.param(None, [(JUNE_1, "意向客户")], "意向客户", id="no level today"),
        pytest.param(None, [], None, id="nothing at all"),
    ],
)
def test_the_highest_level_by_the_change_log(level: Any, logged: list[Any], expected: str | None) -> None:
    assert reached(tiered([{"客户层级": level}], history={ONE: logged})) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("从意向客户升级为高意向客户", "高意向客户", id="the last word of the cell counts"),
        pytest.param("高意向→意向", "意向客户", id="also when it is the lower one"),
        pytest.param("升为高意向", "高意向客户", id="a short word"),
        pytest.param("已签约", "成交客户", id="a synonym"),
        pytest.param("高意向,未成交", "高意向客户", id="not yet won"),
        pytest.param("降为流失", "潜在客户", id="lost raises nothing"),
        pytest.param("無變化", "潜在客户", id="no word of a level"),
        pytest.param("Interested → Highly Interested", "高意向客户", id="in English"),
        pytest.param("wonderful", "潜在客户", id="a part of an English word"),
        pytest.param(None, "潜在客户", id="blank"),
    ],
)
def test_the_highest_level_by_the_follow_ups(text: Any, expected: str) -> None:
    assert reached(tiered([{"客户层级": "潜在客户"}], [{"状态变更": text}])) == [expected]


def test_a_change_in_the_future_is_ignored() -> None:
    assert reached(tiered([{"客户层级": "潜在"}], [{"状态变更": "高意向", "跟进时间": "2024-06-25"}])) == ["潜在客户"]


def test_leads_of_one_id_are_not_joined_to_any_history() -> None:
    leads = [{"客户编号": "7", "客户层级": "潜在"}] * 2
    assert reached(tiered(leads, history={"7": [(JUNE_1, "高意向客户")]})) == ["潜在客户", "潜在客户"]


# ---- the conversion of the stages


def test_both_readings_of_the_conversion() -> None:
    levels = ["潜在", "潜在", "潜在", "潜在", "意向", "意向", "高意向", "成交", "流失"]
    assert stages(tiered([{"客户层级": level} for level in levels])) == [(0.5, 0.5), (0.5, 0.5), (1.0, 0.5)]


def test_the_share_of_those_there_may_be_more_than_all() -> None:
    assert stages(tiered([{"客户层级": level} for level in ("潜在", "意向", "意向")]))[0] == (2.0, 0.6667)


def test_without_anybody_at_a_level_there_is_no_share() -> None:
    assert stages(tiered([{"客户层级": "意向"}])) == [(None, 1.0), (0.0, 0.0), (None, None)]
    assert stages(tiered([])) == [(None, None)] * 3


def test_a_lost_lead_counts_where_it_was_and_nowhere_if_nobody_knows() -> None:
    leads = [{"客户层级": level} for level in ("流失", "流失", "潜在")]
    found_ = tiered(leads, history={ONE: [(JUNE_1, "高意向客户")]})
    assert stages(found_) == [(0.0, 0.5), (None, 1.0), (None, 0.0)]
    assert found_.metrics.levels[-1] == LevelLine("流失客户", now=2, ever=1)


def test_the_stages_name_the_levels() -> None:
    assert [(s["from"], s["to"]) for s in tiered().metrics.stages] == [
        ("潜在客户", "意向客户"),
        ("意向客户", "高意向客户"),
        ("高意向客户", "成交客户"),
    ]


def test_without_a_column_of_levels_there_are_no_stages() -> None:
    metrics = tiered(without=["客户层级"]).metrics
    assert (metrics.stages, metrics.levels, metrics.by_level) == ((), (), ())


def test_leads_are_grouped_by_level() -> None:
    rates = tiered([{"客户层级": level} for level in ("成交", "意向", "意向客户", None)]).metrics.by_level
    assert [(r.key, r.leads, r.won, r.conversion) for r in rates] == [("意向客户", 2, 0, 0.0), ("成交客户", 1, 1, 1.0), (None, 1, 0, 0.0)]


@pytest.mark.parametrize(
    ("ever", "worst"),
    [
        pytest.param((8, 4, 3, 3), 1, id="the lowest share"),
        pytest.param((8, 4, 2, 1), 1, id="the first of equals"),
        pytest.param((8, 8, 8, 8), None, id="nobody is left behind"),
        pytest.param((4, 2, 0, 0), 2, id="a level that nobody reached has no share of its own"),
        pytest.param((0, 0, 0, 0), None, id="nobody at all"),
    ],
)
def test_the_bottleneck_is_the_stage_of_the_lowest_share(ever: tuple[int, ...], worst: int | None) -> None:
    lines = [LevelLine(str(i), 0, n) for i, n in enumerate((*ever, 0))]
    assert bottleneck(lines) == (None if worst is None else lines[worst])


# ---- the cycle and the reasons

WON = {"客户层级": "成交", "当前阶段关键节点": "已签约"}


def test_the_cycle_runs_from_the_first_contact_to_the_contract() -> None:
    assessment = tiered([{**WON, "签约日期": "2024-05-16"}, {**WON, "签约日期": "2024-04-01"}, {"签约日期": "2024-05-31"}])
    cycle = assessment.metrics.cycle
    assert (cycle.n, cycle.mean_days) == (1, 15.0)


def test_the_cycle_by_the_level_that_a_won_lead_had_before() -> None:
    leads = [{**WON, "签约日期": "2024-05-11"}, {**WON, "签约日期": "2024-05-21"}, {**WON, "签约日期": "2024-05-31"}]
    history = {ONE: [(JUNE_1, "意向客户"), (JUNE_10, "成交客户")], "202405-002": [(JUNE_1, "意向客户"), (JUNE_10, "高意向客户")]}
    cycles = tiered(leads, history=history).metrics.cycle_by_level
    assert {level: (cycle.n, cycle.mean_days) for level, cycle in cycles.items()} == {"意向客户": (1, 10.0), "高意向客户": (1, 20.0)}


def lost(*reasons: Any, **more: Any) -> list[tuple[str, int, float]]:
    leads = [{"客户层级": "流失", "流失原因": reason} for reason in reasons]
    return [(r.key, r.count, r.share) for r in tiered([*leads, {"流失原因": "价格"}], **more).metrics.lost_reasons]


def test_the_reasons_of_lost_leads_are_those_of_the_leads() -> None:
    assert lost("选择竞品", "预算调整、竞品", None) == [("竞品", 2, 0.6667), ("预算调整", 1, 0.3333)]


def test_without_a_column_of_reasons_there_are_none() -> None:
    assert tiered([{"客户层级": "流失"}]).metrics.lost_reasons == ()
