"""Single cells and columns: what the audit finds and what it leaves alone (RULES.md 1 and 2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from .build import assessed, assessed_grids, codes, errors, followup, found, grid, lead, one, sheet_of

REQUIRED = ["lead_id", "contact", "phone", "need", "expected_close", "source", "entered_at", "company"]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_lead_without_a_required_field_is_reported_at_its_cell(name: str) -> None:
    finding = one(assessed([{}, {name: None}]), "required.missing")
    assert (finding.severity, finding.row, finding.field) == ("error", 3, name)


@pytest.mark.parametrize("marker", [None, "  ", "-", "—", "–", "/", "无", "N/A", "n/a", "Select", "请选择", "\u3000"])
def test_an_empty_marker_does_not_fill_a_required_cell(marker: str | None) -> None:
    assert found(assessed([{"contact": marker}]), "required.missing") == ["线索信息表!C2"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"budget": None}, [("required.missing", "warning")], id="a blank budget is a warning"),
        pytest.param({"budget": "待确认"}, [], id="to be confirmed is an allowed answer for the budget"),
        pytest.param({"contact": "待确认"}, [], id="and a filled cell elsewhere"),
        pytest.param({"tier": None}, [], id="the tier is not required"),
        pytest.param({"entered_by": None}, [("required.missing", "error")], id="录入人 is required where the column is there"),
        pytest.param({"entered_by": "王五"}, [], id="a filled 录入人"),
        pytest.param({"company": None}, [("required.missing", "error")], id="a company name is required"),
        pytest.param({"company": None, "customer_type": "企业"}, [("required.missing", "error")], id="of companies"),
        pytest.param({"company": None, "customer_type": "个人"}, [], id="not of persons"),
        pytest.param({"company": None, "customer_type": "个人客户"}, [], id="in whatever words"),
        pytest.param({"company": None, "customer_type": None}, [("required.missing", "error")], id="an unsaid customer type is no person"),
        pytest.param({"expected_close": "32/13/24"}, [("date.invalid", "error")], id="an unreadable date is filled"),
        pytest.param({"source": "抖音直播间"}, [("vocabulary.unknown", "warning")], id="an unknown word is filled"),
    ],
)
def test_what_is_required_of_a_lead(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert [(f.code, f.severity) for f in assessed([changes]).findings] == expected


@pytest.mark.parametrize("name", ["lead_id", "followed_at", "method", "content", "next_action", "followed_by"])
def test_a_follow_up_without_a_required_field_is_reported(name: str) -> None:
    finding = one(assessed([{}], [{name: None}]), "required.missing")
    assert (finding.kind, finding.severity, finding.field) == ("followups", "error", name)


@pytest.mark.parametrize(
    ("changes", "without", "expected"),
    [
        pytest.param({"feedback": None}, [], [("required.missing", "warning")], id="a blank 客户反馈 is a warning"),
        pytest.param({}, ["feedback"], [], id="a table without 客户反馈 is left alone"),
        pytest.param(
            {"level_change": "意向→高意向", "change_reason": None}, [], [("required.missing", "error")], id="a change without its reason"
        ),
        pytest.param({"level_change": "意向→高意向", "change_reason": "预算批复"}, [], [], id="a change with its reason"),
        pytest.param({"level_change": None, "change_reason": None}, [], [], id="no change needs no reason"),
        pytest.param({"level_change": "意向→高意向"}, ["change_reason"], [], id="no column for reasons"),
    ],
)
def test_what_is_required_of_a_follow_up(changes: dict[str, Any], without: list[str], expected: list[tuple[str, str]]) -> None:
    assert [(f.code, f.severity) for f in assessed([{}], [changes], without=without).findings] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"result": "成交", "amount": None}, ["C2"], id="won without an amount"),
        pytest.param({"result": "成交", "loss_reason": "-"}, [], id="won needs no reason"),
        pytest.param({"result": "未成交", "amount": None, "loss_reason": None}, ["D2"], id="not won without a reason"),
        pytest.param({"result": "流失", "amount": None, "loss_reason": None}, ["D2"], id="lost without a reason"),
        pytest.param({"result": "未成交", "amount": "-", "loss_reason": "价格"}, [], id="not won needs no amount"),
        pytest.param({"result": "培育中", "amount": None, "loss_reason": None}, [], id="nurtured needs neither"),
        pytest.param({"result": None, "amount": None, "loss_reason": None}, ["B2"], id="no result needs only a result"),
        pytest.param({"lead_id": None}, ["A2"], id="an id"),
    ],
)
def test_what_is_required_of_a_conversion_depends_on_its_result(changes: dict[str, Any], expected: list[str]) -> None:
    assert found(assessed([{}], conversions=[changes]), "required.missing") == [f"转化分析表!{cell}" for cell in expected]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_column_is_one_finding_for_the_table(name: str) -> None:
    assessment = assessed([{}, {}], without=[name])
    mine = [f for f in assessment.findings if f.kind == "leads"]
    assert [(f.code, f.severity, f.field, f.row, f.cell) for f in mine] == [("column.missing", "error", name, None, None)]


def test_a_missing_budget_column_is_a_warning() -> None:
    assert one(assessed(without=["budget"]), "column.missing").severity == "warning"


@pytest.mark.parametrize("name", ["entered_by", "owner", "tier", "fit"])
def test_columns_that_are_not_required_may_be_missing(name: str) -> None:
    assert found(assessed(without=[name]), "column.missing") == []


def test_of_two_follow_up_sheets_only_the_one_without_the_column_lacks_it() -> None:
    logs = [sheet_of("followups", [{}], sheet="甲"), sheet_of("followups", [{}, {}], ["method"], sheet="乙")]
    assessment = assessed_grids([sheet_of("leads", [{}]), *logs])
    assert found(assessment, "column.missing") == ["乙!method"]
    assert found(assessment, "required.missing") == []


def test_a_field_that_only_one_sheet_has_is_blank_on_the_other() -> None:
    sheets = [
        sheet_of("leads", [{"fit": "完全契合", "authority": "直接决策人"}], sheet="甲"),
        sheet_of("leads", [{"lead_id": "9"}], sheet="乙"),
    ]
    leads = assessed_grids(sheets).leads
    assert (leads["points.fit"].iloc[0], np.isnan(leads["points.fit"].iloc[1])) == (40, True)


def two_phones(*rows: tuple[Any, Any]) -> Any:
    head = ["线索编号", "电话", "联系人", "来源", "手机号"]
    return assessed_grids([grid([head, *([f"{i}", a, "李", "展会", b] for i, (a, b) in enumerate(rows))])])


def test_two_columns_for_one_field_are_said_once_at_the_second_header() -> None:
    finding = one(two_phones(("13800138001", None), (None, "13800138002")), "column.twice")
    assert (finding.severity, finding.cell, finding.field, finding.value) == ("info", "E1", "phone", "手机号")


@pytest.mark.parametrize(
    ("first", "second", "cell"),
    [
        pytest.param("12345678901", "13800138001", ["B2"], id="the first filled cell counts"),
        pytest.param(None, "12345678901", ["E2"], id="a blank one does not"),
        pytest.param("-", "12345678901", ["E2"], id="nor does an empty marker"),
        pytest.param("13800138001", "12345678901", [], id="what stands in the second is not looked at"),
    ],
)
def test_of_two_columns_the_first_filled_cell_counts(first: Any, second: Any, cell: list[str]) -> None:
    assert found(two_phones((first, second)), "phone.invalid") == [f"线索信息表!{name}" for name in cell]


def test_with_both_columns_blank_the_first_is_the_one_to_fill() -> None:
    assert "线索信息表!B2" in found(two_phones((None, "-")), "required.missing")


@pytest.mark.parametrize(
    "value",
    ["5/6/2024", "2024-02-30", "24-5-1", "明天", "2024-13-01", "#REF!", dt.time(9, 30), -5, "下周三"],
    ids=[
        "day or month first",
        "impossible",
        "two-digit year",
        "a word",
        "a 13th month",
        "an error",
        "a time",
        "a negative number",
        "next week",
    ],
)
def test_an_unreadable_date_is_reported_at_its_cell(value: Any) -> None:
    finding = one(assessed([{"expected_close": value}]), "date.invalid")
    assert (finding.severity, finding.cell, finding.field, finding.value) == ("error", "H2", "expected_close", value)


@pytest.mark.parametrize(
    "value",
    [
        "2024-12-1",
        "2024/12/1",
        "2024.12.1",
        "20241201",
        20241201,
        "2024年12月1日",
        "2024-12",
        "2024年12月",
        "２０２４-12-01",
        45657,
        "45657",
        dt.date(2024, 12, 1),
        dt.datetime(2024, 12, 1, 9),
        "2024-12-01 14:30",
    ],
)
def test_a_readable_date_is_left_alone(value: Any) -> None:
    assert codes(assessed([{"expected_close": value}])) == []


def test_serial_numbers_follow_the_date_system_of_the_workbook() -> None:
    leads = sheet_of("leads", [{"entered_at": 45462 - 1462}], dates1904=True)
    assert assessed_grids([leads]).leads["entry"].iloc[0].date() == dt.date(2024, 6, 19)


@pytest.mark.parametrize(
    ("field", "value", "code", "severity"),
    [
        ("budget", "预算充足", "budget.vague", "warning"),
        ("budget", "面议", "budget.vague", "warning"),
        ("budget", "-5万", "number.invalid", "error"),
        ("phone", "12345678901", "phone.invalid", "warning"),
        ("phone", "打电话", "phone.invalid", "warning"),
        ("email", "li@@example.com", "email.invalid", "warning"),
        ("email", "没有", "email.invalid", "warning"),
        ("source", "抖音直播间", "vocabulary.unknown", "warning"),
        ("tier", "重要", "vocabulary.unknown", "warning"),
        ("fit", "很好", "vocabulary.unknown", "warning"),
        ("budget_fit", "看情况", "vocabulary.unknown", "warning"),
        ("authority", "老板娘", "vocabulary.unknown", "warning"),
        ("status", "睡觉", "vocabulary.unknown", "warning"),
        ("customer_type", "外星人", "vocabulary.unknown", "warning"),
        ("follow_up_count", "很多", "number.invalid", "error"),
        ("follow_up_count", -1, "number.invalid", "error"),
        ("amount", "未定", "number.invalid", "error"),
        ("probability", 0.5, "probability.range", "error"),
        ("probability", 150, "probability.range", "error"),
        ("probability", "一半", "probability.range", "error"),
        ("phone", 13800138001, "type.text_number", "info"),
        ("lead_id", 202406001, "type.text_number", "info"),
        ("probability", "50", "type.text_number", "info"),
    ],
)
def test_a_cell_that_cannot_be_read_is_reported(field: str, value: Any, code: str, severity: str) -> None:
    finding = one(assessed([{field: value}]), code)
    assert (finding.severity, finding.field, finding.row, finding.value) == (severity, field, 2, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("budget", "50-80万"),
        ("budget", "五十万"),
        ("budget", "100万以上"),
        ("budget", 500000),
        ("phone", "138****5678"),
        ("phone", "138"),
        ("phone", "1395678"),
        ("phone", "13800138001"),
        ("phone", "0755-86013388"),
        ("contact", "张*"),
        ("email", "Li.Ming@example.com"),
        ("source", "官网在线表单"),
        ("source", "展會"),
        ("tier", "A级"),
        ("status", "重点跟进"),
        ("probability", 50),
        ("probability", "50%"),
        ("follow_up_count", None),
        ("lead_id", "007"),
    ],
)
def test_a_cell_that_can_be_read_is_left_alone(field: str, value: Any) -> None:
    assert codes(assessed([{field: value}])) == []


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"amount": "六十五"}, None, None),
        ({"amount": "65"}, "type.text_number", "info"),
        ({"amount": "约65"}, "number.invalid", "error"),
        ({"amount": "50-65"}, "number.invalid", "error"),
        ({"amount": -65}, "number.invalid", "error"),
        ({"amount": "65万"}, None, None),
        ({"cycle_days": "45天"}, None, None),
        ({"cycle_days": "45"}, "type.text_number", "info"),
        ({"cycle_days": "很久"}, "number.invalid", "error"),
        ({"cycle_days": -3}, "number.invalid", "error"),
        ({"result": "差不多"}, "vocabulary.unknown", "warning"),
    ],
)
def test_the_figures_of_a_conversion(changes: dict[str, Any], code: str | None, severity: str | None) -> None:
    mine = [(f.code, f.severity) for f in assessed([{}], conversions=[changes]).findings if f.kind == "conversions"]
    assert mine == ([] if code is None else [(code, severity)])


def test_one_half_is_a_probability_where_the_cell_shows_a_percentage() -> None:
    leads = sheet_of("leads", [{"probability": 0.5}, {"probability": 0.5}], percents={12: np.array([3])})
    assert found(assessed_grids([leads]), "probability.range") == ["线索信息表!L2"]


def test_the_nearest_word_of_the_vocabulary_is_a_hint() -> None:
    assert one(assessed([{"source": "官网表"}]), "vocabulary.unknown").facts["nearest"] == "官网"


def test_a_word_that_is_like_none_has_no_hint() -> None:
    assert "nearest" not in one(assessed([{"source": "抖音直播间"}]), "vocabulary.unknown").facts


@pytest.mark.parametrize("name", ["contact", "expected_close", "owner", "budget", "tier"])
def test_a_formula_without_a_value_is_a_finding_and_no_empty_cell(name: str) -> None:
    column = list(lead(1)).index(name) + 1
    rows = np.array([2])
    leads = sheet_of("leads", [{name: None}], formulas={column: rows}, uncached={column: rows})
    finding = one(assessed_grids([leads, sheet_of("followups", [])]), "formula.no_value")
    assert (finding.severity, finding.row, finding.field) == ("warning", 2, name)
    assert codes(assessed_grids([leads, sheet_of("followups", [])])) == ["formula.no_value"]


def test_a_formula_with_a_value_is_read_like_any_cell() -> None:
    leads = sheet_of("leads", [{}], formulas={3: np.array([2])})
    assert codes(assessed_grids([leads])) == []


def test_an_error_cell_is_filled_and_read_as_its_text() -> None:
    leads = sheet_of("leads", [{"entered_at": None, "contact": None}], errors=errors(K2="#REF!", C2="#N/A"))
    assert [(f.code, f.value) for f in assessed_grids([leads]).findings] == [("date.invalid", "#REF!")]


def test_an_unreadable_date_counts_as_blank_for_every_other_rule() -> None:
    assert set(codes(assessed([{"entered_at": "5/6/2024", "expected_close": "2024-12-31"}], [{}]))) == {"date.invalid"}


def test_a_cell_may_have_several_findings() -> None:
    assert codes(assessed([{"phone": 12345678901}])) == ["phone.invalid", "type.text_number"]


def test_follow_ups_of_a_clean_workbook_are_left_alone() -> None:
    assert codes(assessed([{}, {}], [followup(1), {"lead_id": lead(2)["lead_id"]}])) == []
