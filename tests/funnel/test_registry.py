"""What 001 requires, what its words mean, its archive and its figures (RULES.md 2, 6, 7 and 8)."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.find import find_tables
from funnelbook.funnel.rulebook import RuleBook

from .build import codes, found, grid, one
from .registry import ARCHIVE, CUSTOMER, LEAD, TOUCH, archived, known_of, registered, registry, touched

REQUIRED = ["线索编号", "公司名称", "联系人", "联系方式", "线索来源", "获取时间", "初步接触人", "线索类型", "初步需求"]


def test_every_column_of_the_document_is_understood() -> None:
    tables = find_tables(
        [registry(), touched({}, extra=()), archived({"线索编号": "X001"}), known_of({"线索编号": "X001"})], RuleBook.default()
    )
    assert tables.profile == "registry"
    assert {table.kind: table.unmapped for table in tables} == {"leads": [], "followups": [], "conversions": [], "customers": []}
    bound = {table.kind: len(table.binding) for table in tables}
    assert bound == {"leads": len(LEAD), "followups": len(TOUCH), "conversions": len(ARCHIVE), "customers": len(CUSTOMER)}


@pytest.mark.parametrize(
    ("kind", "header", "field"),
    [
        ("followups", "沟通方式", "method"),
        ("followups", "沟通内容摘要", "content"),
        ("followups", "沟通附件", "attachment"),
        ("conversions", "签约金额", "amount"),
        ("conversions", "转化关键因素", "key_factor"),
        ("customers", "主要产品/服务", "main_products"),
        ("customers", "年营业额", "revenue"),
        ("leads", "第一负责人", "owner"),
        ("leads", "联系人姓名", "contact"),
        ("leads", "电话", "phone"),
    ],
)
def test_what_the_text_of_the_document_calls_a_column(kind: str, header: str, field: str) -> None:
    from funnelbook.funnel.parse import header_key

    assert RuleBook.default().tables[kind].by_header[header_key(header)] == field


@pytest.mark.parametrize("header", REQUIRED)
def test_a_required_cell_that_is_blank_is_an_error(header: str) -> None:
    finding = one(registered(registry(**{header: None})), "required.missing")
    assert (finding.severity, finding.row) == ("error", 2)


def test_a_blank_industry_is_a_warning() -> None:
    finding = one(registered(registry(所属行业="—")), "required.missing")
    assert (finding.severity, finding.field) == ("warning", "industry")


@pytest.mark.parametrize("header", ["优先级", "审核人", "审核时间", "审核意见", "线索状态", "分配时间", "计划制定时间"])
def test_what_the_review_fills_later_is_not_required(header: str) -> None:
    assert found(registered(registry(**{header: None})), "required.missing") == []


def test_a_complete_lead_has_no_finding_and_is_complete() -> None:
    complete = registered(registry(), touched({}))
    assert codes(complete) == []
    assert complete.metrics.completeness == 1.0


@pytest.mark.parametrize("header", [*REQUIRED[1:], "所属行业"])
def test_a_required_column_that_is_missing_is_one_finding(header: str) -> None:
    without = registered(registry({}, {}, without=(header,)))
    assert len([code for code in codes(without) if code == "column.missing"]) == 1
    assert found(without, "required.missing") == []


def test_the_id_is_required_where_there_is_a_column_and_a_table_without_is_told() -> None:
    assert found(registered(registry(without=("线索编号",))), "column.missing") == ["线索登记!lead_id"]


def test_an_open_lead_needs_an_owner_though_the_column_may_be_blank_in_a_closed_one() -> None:
    assert found(registered(registry(负责人=None)), "owner.none") == ["线索登记!Q2"]
    assert found(registered(registry(负责人=None, 线索状态="流失")), "owner.none") == []


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("待跟进", "open"),
        ("跟进中", "open"),
        ("暂不跟进", "open"),
        ("需求明确", "open"),
        ("方案提交", "open"),
        ("谈判中", "open"),
        ("成交", "won"),
        ("流失", "lost"),
        (None, "open"),
    ],
)
def test_what_a_status_says_of_the_result(status: str | None, result: str) -> None:
    lead = registered(registry(线索状态=status))
    assert lead.leads["result"].item() == result
    assert found(lead, "vocabulary.unknown") == []


@pytest.mark.parametrize("word", ["潜在客户", "老客户转介绍", "竞争对手流失客户"])
def test_the_documents_lead_types_are_known(word: str) -> None:
    assert found(registered(registry(线索类型=word)), "vocabulary.unknown") == []


@pytest.mark.parametrize("word", ["A", "b", "C类", "A类(高优先级)", "高", "中", "低", None])
def test_priorities_of_both_scales_are_known(word: str | None) -> None:
    assert found(registered(registry(优先级=word)), "vocabulary.unknown") == []


@pytest.mark.parametrize(("header", "word"), [("线索类型", "路人"), ("优先级", "D"), ("线索状态", "躺平")])
def test_an_unknown_word_is_a_warning(header: str, word: str) -> None:
    finding = one(registered(registry(**{header: word})), "vocabulary.unknown")
    assert (finding.severity, finding.value) == ("warning", word)


def test_the_archive_gives_result_amount_and_cycle() -> None:
    row = {"线索编号": "X001", "转化结果": "成交", "合同编号": "HT-01", "签约金额": "65万", "付款周期": "30天", "服务期限": "1年"}
    lead = registered(registry(), touched({}), archived({**row, "转化关键因素": "价格优势", "成交日期": "2024-06-20"}))
    assert lead.leads[["result", "amount", "cycle"]].iloc[0].tolist() == ["won", 650000.0, 2.0]
    assert (lead.metrics.cycle.n, lead.metrics.cycle.mean_days) == (1, 2.0)
    assert codes(lead) == []


@pytest.mark.parametrize(
    ("row", "place"),
    [
        pytest.param({"转化结果": "成交"}, "归档!D2", id="won without an amount"),
        pytest.param({"转化结果": "流失"}, "归档!H2", id="lost without a reason"),
        pytest.param({"转化结果": "未成交"}, "归档!H2", id="not won without a reason"),
        pytest.param({"转化结果": None, "合同编号": "HT-01"}, "归档!B2", id="no result"),
    ],
)
def test_the_archive_requires_what_003_does(row: dict[str, Any], place: str) -> None:
    assert found(registered(registry(), archived({"线索编号": "X001", **row})), "required.missing") == [place]


@pytest.mark.parametrize("row", [{"转化结果": "流失", "流失原因": "选择竞争对手"}, {"转化结果": "培育中"}])
def test_the_archive_requires_no_contract(row: dict[str, Any]) -> None:
    assert found(registered(registry(), archived({"线索编号": "X001", **row})), "required.missing") == []


def test_loss_reasons_of_the_archive_are_normalised_and_ranked() -> None:
    rows = [{"线索编号": f"X00{n}", "转化结果": "流失", "流失原因": why} for n, why in ((1, "选择竞争对手"), (2, "预算不足"), (3, "竞品"))]
    figures = registered(registry({}, {}, {}), archived(*rows)).metrics
    assert [(reason.key, reason.count) for reason in figures.lost_reasons] == [("竞品", 2), ("预算不足", 1)]
    assert figures.loss_reasons == ()


def test_months_go_by_the_registration_and_sources_by_their_words() -> None:
    leads = registry(
        {"获取时间": "2024-05-31", "登记时间": "2024-06-01", "线索来源": "行业展会", "线索状态": "成交"},
        {"获取时间": "2024-05-01", "登记时间": "2024-05-02", "线索来源": "展会"},
        {"登记时间": None, "线索来源": "官网在线表单", "线索状态": "流失"},
    )
    figures = registered(leads).metrics
    assert [(rate.key, rate.leads, rate.won, rate.closed) for rate in figures.by_month] == [
        ("2024-05", 1, 0, 0),
        ("2024-06", 1, 1, 1),
        (None, 1, 0, 1),
    ]
    assert [(rate.key, rate.leads, rate.conversion) for rate in figures.by_source] == [("展会", 2, 0.5), ("官网", 1, 0.0)]
    assert registered(registry(without=("登记时间",))).metrics.by_month == ()


def test_what_is_known_of_a_customer_belongs_to_its_lead() -> None:
    unknown = registered(registry(), known_of({"线索编号": "X001", "成立年限": "5年"}, {"线索编号": "X009", "成立年限": "5年"}))
    assert found(unknown, "key.unknown") == ["客户信息!A3"]
    assert found(registered(registry(), known_of({"线索编号": "X001", "邮箱": "not an address"})), "email.invalid") == ["客户信息!H2"]


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        pytest.param({"登记时间": "2024-06-25", "分配时间": None}, "线索登记!K2", id="registered after the run"),
        pytest.param({"分配时间": "2024-06-17"}, "线索登记!R2", id="assigned before the registration"),
    ],
)
def test_dates_out_of_order_are_errors(cells: dict[str, Any], place: str) -> None:
    assert found(registered(registry(**cells)), "date.order") == [place]


def test_a_follow_up_before_the_registration_is_an_error() -> None:
    assert found(registered(registry(), touched({"跟进时间": "2024-06-17"})), "date.order") == ["跟进记录!B2"]


def test_two_follow_up_columns_of_the_document_are_required() -> None:
    blank = touched({"沟通方式": None, "沟通内容摘要": None, "客户反馈": None, "下一步行动": None, "跟进人": None})
    findings = registered(registry(), blank).findings
    assert {(f.field, f.severity) for f in findings if f.code == "required.missing"} == {
        ("method", "error"),
        ("content", "error"),
        ("feedback", "warning"),
        ("next_action", "error"),
        ("followed_by", "error"),
    }


def test_a_lead_table_cut_as_in_the_document_is_still_a_registry() -> None:
    cut = grid(
        [["获取时间", "初步接触人", "线索来源", "线索类型", "公司名称", "联系人"], ["2024-06-01", "张", "展会", "潜在客户", "甲", "李"]]
    )
    assert find_tables([cut], RuleBook.default()).profile == "registry"
