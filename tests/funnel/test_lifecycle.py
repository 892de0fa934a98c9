"""The life-cycle document: its six tables bind whole, in both languages, and rules whose columns are missing say so once."""

from __future__ import annotations

import pytest

from funnelbook.funnel.find import find_tables
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.words import say

from ..lifecycle import HEADERS, assessed, grids, lead, visit
from .build import found, grid, rules_sheet

RULES = RuleBook.default()
ENGLISH = {
    kind: RULES.profiles["lifecycle"].columns if kind == "leads" else RULES.tables[kind].columns for kind in HEADERS if kind != "followups"
}
ENGLISH["followups"] = (
    "customer_id", "followed_at", "kind", "method", "content", "rating_product", "rating_service", "rating_response", "next_action",
    "next_at", "followed_by",
)  # fmt: skip


@pytest.mark.parametrize("kind", HEADERS)
def test_every_column_of_the_document_binds_to_a_field_of_its_own(kind: str) -> None:
    tables = find_tables(grids(**{name: [] for name in HEADERS}), RULES)
    (table,) = tables.of(kind)
    assert (tables.profile, table.sheet, table.unmapped) == ("lifecycle", HEADERS[kind][0], [])
    assert len(table.binding) == len(HEADERS[kind][1])


@pytest.mark.parametrize("kind", HEADERS)
def test_so_does_every_english_header(kind: str) -> None:
    headers = {name: [say(f"field.{field}", "en") for field in fields] for name, fields in ENGLISH.items()}
    tables = find_tables([grid([header], name) for name, header in headers.items()], RULES)
    (table,) = tables.of(kind)
    assert (tables.profile, table.sheet, table.unmapped) == ("lifecycle", kind, [])
    assert len(table.binding) == len(headers[kind])


def test_the_document_s_own_leads_lack_nothing() -> None:
    leads = [
        lead("LX001", 客户名称="科技有限公司", 所属行业="IT互联网", 联系方式="5678", 创建时间="2024-03-01", 优先级="高"),
        lead("LX002", 客户名称="YY制造有限公司", 联系方式="1399012", 创建时间="2024-03-02", 优先级="低"),
    ]
    assert [(f.code, f.cell) for f in assessed(leads=leads, customers=None).findings] == []


@pytest.mark.parametrize("header", HEADERS["leads"][1])
def test_every_column_of_template_1_is_required(header: str) -> None:
    assessment = assessed(leads=[lead("LX1", **{header: None})])
    severity = "warning" if header == "优先级" else "error"
    assert [(f.severity, f.row) for f in assessment.findings if f.code == "required.missing"] == [(severity, 2)]


@pytest.mark.parametrize("header", ["客户ID", "跟进时间", "跟进方式", "沟通内容", "下一步行动", "跟进人"])
def test_so_are_these_of_template_5(header: str) -> None:
    assessment = assessed(followups=[{**visit("KH1", "2024-06-10"), header: None}])
    assert [f.sheet for f in assessment.findings if f.code == "required.missing"] == ["客户跟进记录表"]


def test_nothing_is_required_of_the_other_tables() -> None:
    assessment = assessed(
        customers=[{"客户ID": "KH1", "线索ID": "LX1"}],
        negotiations=[{"客户ID": "KH1"}],
        progress=[{"客户ID": "KH1", "合同编号": "HT1"}],
        deliveries=[{"合同编号": "HT1"}],
    )
    assert found(assessment, "required.missing") == []


@pytest.mark.parametrize(
    ("rule", "without", "missing"),
    [
        ("assign", ["优先级"], ("priority",)),
        ("customer cadence", ["客户等级"], ("grade",)),
        ("opportunity", ["需求紧迫性", "预算匹配度"], ("need_urgency", "budget_match")),
        ("objection", ["答复时间"], ("answered_at",)),
        ("delivery", ["计划完成时间"], ("planned_done_at",)),
        ("revisit", ["交付日期", "验收日期"], ("delivered_at",)),
        ("revisit", ["跟进类型"], ("kind",)),
        ("satisfaction", ["产品功能评分", "服务质量评分", "响应速度评分"], ("rating_product",)),
        ("service", ["跟进类型"], ("kind",)),
        ("cycle", ["签约日期"], ("signed_at",)),
    ],
)
def test_a_rule_without_its_columns_says_so_once(rule: str, without: list[str], missing: tuple[str, ...]) -> None:
    tables = {kind: [{}] for kind in HEADERS if kind not in ("leads", "customers")}
    assert [u.missing for u in assessed(without=without, **tables).undetermined if u.rule == rule] == [missing]
    assert [r for r in assessed(without=without, **tables).reminders if r.rule == rule] == []


def test_with_all_tables_every_rule_can_be_judged() -> None:
    tables = {kind: [{}] for kind in HEADERS if kind not in ("leads", "customers")}
    assert assessed(**tables).undetermined == ()


def test_without_a_table_its_rules_say_so() -> None:
    rules = {u.rule for u in assessed(customers=None).undetermined}
    assert rules == {"customer cadence", "opportunity", "objection", "delivery", "revisit", "satisfaction", "service", "cycle"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("satisfaction.low", 5), ("opportunity.fair", 5), ("opportunity.low", 3), ("grade.A.days", 0), ("revisit.days", "一周")],
)
def test_numbers_that_contradict_each_other_are_reported_and_the_defaults_used(key: str, value: object) -> None:
    assessment = assessed(rules_sheet([(key, value)]))
    assert [(f.code, f.facts["rule"]) for f in assessment.findings if f.kind == "rules"] == [("rule.invalid", key)]
