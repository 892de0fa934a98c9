"""Checks of the levels of 000: follow-ups and probability of the band, evidence, silence, loss reason (RULES.md 2 and 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .build import codes, found, one, reminded, rules_sheet
from .tiering import tiered

EVIDENT = "合同已签,首付款到账"


@pytest.mark.parametrize(
    ("level", "count", "fits"),
    [
        ("潜在", 0, True), ("潜在", 2, True), ("潜在", 3, False),
        ("意向", 2, False), ("意向", 3, True), ("意向", 5, True), ("意向", 6, False),
        ("高意向", 5, False), ("高意向", 6, True), ("高意向", 30, True),
        ("成交", 1, True), ("流失", 1, True), (None, 9, True), ("意向", None, True),
    ],
)  # fmt: skip
def test_the_number_of_follow_ups_fits_the_level(level: Any, count: Any, fits: bool) -> None:
    assessment = tiered([{"客户层级": level, "跟进次数": count, "成交概率(%)": None, "当前阶段关键节点": EVIDENT}])
    assert found(assessment, "level.count") == ([] if fits else ["客户层级!J2"])


def test_follow_ups_are_counted_from_the_log_else_as_typed() -> None:
    assert found(tiered([{"跟进次数": 3}], [{}]), "level.count") == ["客户层级!J2"]
    assert found(tiered([{"跟进次数": 1}], [{}, {}, {}]), "level.count") == []
    assert one(tiered([{"跟进次数": 3}], [{}]), "level.count").facts["counted"] == 1


def test_without_a_column_of_follow_ups_the_level_is_named() -> None:
    assert found(tiered([{}], [{}], without=["跟进次数"]), "level.count") == ["客户层级!J2"]
    assert one(tiered([{}], [{}], without=["跟进次数"]), "level.count").field == "level"


@pytest.mark.parametrize(
    ("probability", "flagged"),
    [
        (10, False),
        (11, True),
        (29.9, True),
        (30, False),
        (60, False),
        (61, True),
        (70, False),
        (90, False),
        (95, True),
        (100, False),
        (None, False),
    ],
)
def test_a_probability_between_two_bands(probability: Any, flagged: bool) -> None:
    assessment = tiered([{"成交概率(%)": probability}])
    assert found(assessment, "probability.gap") == (["客户层级!O2"] if flagged else [])


@pytest.mark.parametrize(
    ("level", "node", "flagged"),
    [
        pytest.param("成交", "已签约", False, id="signed"),
        pytest.param("成交", "合同已签", False, id="a contract"),
        pytest.param("成交", "首付款到账", False, id="a payment"),
        pytest.param("成交", "預付款已收", False, id="in traditional signs"),
        pytest.param("成交", "Contract signed", False, id="in English"),
        pytest.param("成交", "决策人已确认", True, id="neither"),
        pytest.param("成交", None, True, id="blank"),
        pytest.param("高意向", "决策人已确认", False, id="not won yet"),
    ],
)
def test_a_won_lead_names_its_contract_or_payment(level: str, node: Any, flagged: bool) -> None:
    assessment = tiered([{"客户层级": level, "当前阶段关键节点": node, "跟进次数": 6}])
    assert found(assessment, "won.evidence") == (["客户层级!L2"] if flagged else [])


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param("2024-05-20", [("owner", "overdue", "2024-06-20")], id="31 days"),
        pytest.param("2024-05-21", [], id="30 days"),
        pytest.param("2024-04-21", [("owner", "overdue", "2024-05-22")], id="60 days"),
        pytest.param("2024-04-20", [("supervisor", "overdue", "2024-05-21")], id="twice the limit"),
        pytest.param(None, [], id="nobody knows"),
    ],
)
def test_a_lead_that_is_silent_for_more_than_30_days(last: Any, expected: list[Any]) -> None:
    assessment = tiered([{"最近跟进时间": last, "首次接触时间": "2024-04-01"}])
    assert [(r.severity, r.state, str(r.due)) for r in reminded(assessment, "lost.silent")] == expected


@pytest.mark.parametrize(
    ("cells", "touches"),
    [
        pytest.param({"客户层级": "成交"}, None, id="won"),
        pytest.param({"客户层级": "流失"}, None, id="lost"),
        pytest.param({}, [{"跟进时间": "2024-06-01"}], id="the log is newer than what was typed"),
        pytest.param({"最近跟进时间": "2024-06-01"}, [{"跟进时间": "2024-05-02"}], id="what was typed is newer than the log"),
    ],
)
def test_nobody_is_reminded_of_a_lead_that_is_closed_or_was_touched(cells: dict[str, Any], touches: Any) -> None:
    assert reminded(tiered([{"最近跟进时间": "2024-05-02", **cells}], touches), "lost.silent") == []


def test_a_date_that_has_not_come_yet_is_no_follow_up() -> None:
    assert len(reminded(tiered([{"最近跟进时间": "2024-07-01"}], [{"跟进时间": "2024-05-02"}]), "lost.silent")) == 1


def test_the_days_of_silence_are_a_rule() -> None:
    assert len(reminded(tiered([{"最近跟进时间": "2024-06-01"}], rules=rules_sheet([("lost.silent.days", 14)])), "lost.silent")) == 1


def test_silence_is_a_reminder_never_the_suggested_level() -> None:
    assert tiered([{"最近跟进时间": "2024-01-01"}]).leads["level_suggested"].tolist() == ["意向客户"]


@pytest.mark.parametrize(
    ("level", "reason", "expected"),
    [("流失", None, ["客户层级!Q2"]), ("流失", "无", ["客户层级!Q2"]), ("流失", "预算调整", []), ("意向", None, []), (None, None, [])],
)
def test_a_lost_lead_has_a_reason(level: Any, reason: Any, expected: list[str]) -> None:
    missing = [f for f in tiered([{"客户层级": level, "流失原因": reason}]).findings if f.field == "loss_reason"]
    assert [f"{f.sheet}!{f.cell}" for f in missing] == expected
    assert {(f.code, f.severity) for f in missing} <= {("required.missing", "error")}


def test_a_loss_reason_is_no_part_of_the_completeness() -> None:
    whole, lacking = (tiered([{"客户层级": "流失", "流失原因": reason}]).leads for reason in ("预算调整", None))
    assert whole[["filled", "required"]].to_numpy().tolist() == lacking[["filled", "required"]].to_numpy().tolist() == [[9, 9]]


def test_a_table_without_a_column_of_reasons_is_not_asked_for_them() -> None:
    assert "required.missing" not in codes(tiered([{"客户层级": "流失"}]))
    assert "column.missing" not in codes(tiered([{"客户层级": "流失"}]))


OPTIONAL = ["所在地区", "需求紧急程度", "预算范围"]


@pytest.mark.parametrize("name", OPTIONAL)
def test_region_urgency_and_budget_are_required_where_there_is_a_column(name: str) -> None:
    assert codes(tiered([{name: None}])) == ["required.missing"]
    assert codes(tiered([{name: "待确认" if name == "预算范围" else "高"}])) == []


@pytest.mark.parametrize("name", ["客户名称", "联系人及职务", "联系方式", "需求描述", "来源渠道", "首次接触时间", "客户层级", "负责人"])
def test_what_000_requires_is_missing_when_blank(name: str) -> None:
    (missing,) = [f for f in tiered([{name: None}]).findings if f.code == "required.missing"]
    assert missing.severity == "error"


@pytest.mark.parametrize("name", ["所属行业", "最近跟进时间", "跟进次数", "当前阶段关键节点", "预计成交时间", "成交概率(%)", "备注"])
def test_what_000_does_not_require_may_be_blank(name: str) -> None:
    assert codes(tiered([{name: None}])) == []


@pytest.mark.parametrize(
    ("budget", "flagged"),
    [("10-15万", False), ("待确认", False), ("20万左右", False), ("预算充足", True), ("面议", True)],
)
def test_a_budget_is_a_range_or_to_be_confirmed(budget: str, flagged: bool) -> None:
    assert codes(tiered([{"预算范围": budget}])) == (["budget.vague"] if flagged else [])


@pytest.mark.parametrize(
    ("when", "recorded", "expected"),
    [
        pytest.param("2024-06-18 10:00", "2024-06-19 10:00", [], id="recorded in time"),
        pytest.param("2024-06-19 10:00", None, [("owner", "overdue", "2024-06-20")], id="not recorded"),
        pytest.param("2024-06-19", None, [("owner", "due", "2024-06-20")], id="due today"),
        pytest.param("2024-06-16", None, [("supervisor", "overdue", "2024-06-17")], id="by more than the limit"),
        pytest.param("2024-06-18 10:00", "2024-06-20", [], id="recorded late"),
    ],
)
def test_a_follow_up_is_recorded_within_24_hours(when: str, recorded: Any, expected: list[Any]) -> None:
    assessment = tiered([{}], [{"跟进时间": when, "记录时间": recorded}])
    assert [(r.severity, r.state, str(r.due)) for r in reminded(assessment, "log")] == expected


def test_a_follow_up_before_the_first_contact_is_out_of_order() -> None:
    assert found(tiered([{}], [{"跟进时间": "2024-04-30"}]), "date.order") == ["跟进记录!B2"]
    assert found(tiered([{}], [{"跟进时间": "2024-05-01"}]), "date.order") == []


def test_typed_follow_ups_are_compared_with_the_log() -> None:
    assessment = tiered([{"跟进次数": 4, "最近跟进时间": "2024-06-18"}], [{}, {}, {}])
    assert [code for code in codes(assessment) if code.endswith("differs")] == ["last_touch.differs", "count.differs"]


def test_a_change_of_level_needs_its_reason() -> None:
    assert found(tiered([{}], [{"状态变更": "意向→高意向"}]), "required.missing") == ["跟进记录!H2"]
    assert found(tiered([{}], [{"状态变更": "意向→高意向", "变更原因": "确认预算"}]), "required.missing") == []


@pytest.mark.parametrize(
    ("without", "touches", "expected"),
    [
        pytest.param(
            [],
            None,
            {("recount", "followups"), ("entry", "leads"), ("log", "followups"), ("cycle", "leads"), ("lost_reasons", "leads")},
            id="the bare table of the document",
        ),
        pytest.param([], [{}], {("entry", "leads"), ("cycle", "leads"), ("lost_reasons", "leads")}, id="with a log"),
        pytest.param(
            ["客户层级", "当前阶段关键节点"],
            [{}],
            {
                ("level.count", "leads"),
                ("won.evidence", "leads"),
                ("lost.silent", "leads"),
                ("stages", "leads"),
                ("entry", "leads"),
                ("cycle", "leads"),
                ("lost_reasons", "leads"),
            },
            id="without levels",
        ),
        pytest.param(
            ["成交概率(%)", "跟进次数", "最近跟进时间"],
            None,
            {
                ("level.suggested", "leads"),
                ("level.count", "leads"),
                ("lost.silent", "leads"),
                ("recount", "followups"),
                ("entry", "leads"),
                ("log", "followups"),
                ("cycle", "leads"),
                ("lost_reasons", "leads"),
            },
            id="without anything to judge by",
        ),
    ],
)
def test_a_rule_whose_columns_are_missing_says_so_once(without: list[str], touches: Any, expected: set[Any]) -> None:
    said = [(rule.rule, rule.table) for rule in tiered([{}], touches, without=without).undetermined]
    assert set(said) == expected
    assert len(said) == len(expected)


def test_with_all_columns_every_rule_can_be_judged() -> None:
    cells = dict.fromkeys(("录入时间", "签约日期", "流失原因")) | {"录入时间": dt.date(2024, 5, 6)}
    assert tiered([cells], [{}]).undetermined == ()
