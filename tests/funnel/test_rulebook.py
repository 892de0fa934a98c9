"""The rule book, and the workbook's rules sheet over it (STYLE.md, "Rules and words")."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.model import Finding
from funnelbook.funnel.rulebook import Person, Price, RuleBook, is_own_header
from funnelbook.grid import Grid

from .build import assessed, errors, found, grid, rules_sheet


def overlaid(*rows: tuple[str, Any], **lists: Any) -> RuleBook:
    return RuleBook.default().overlaid([rules_sheet(rows, **lists)])


def places(rules: RuleBook) -> list[tuple[str | None, Any]]:
    assert all((f.code, f.severity, f.sheet) == ("rule.invalid", "error", "规则") for f in rules.findings)
    return [(f.cell, f.value) for f in rules.findings]


def test_every_profile_and_table_names_only_fields_that_exist() -> None:
    rules = RuleBook.default()
    for profile in rules.profiles.values():
        assert {*profile.columns, *profile.required, *profile.if_column, *profile.inputs, profile.entry} <= set(
            rules.tables["leads"].fields
        )
    for table in rules.tables.values():
        assert {
            *table.columns,
            *table.required,
            *table.if_column,
            *table.needs,
            *(name for group in table.one_of for name in group),
        } <= set(table.fields)
        assert all((field.words or field.name) in rules.vocabularies for field in table.fields.values() if field.kind == "word")


def test_every_default_is_a_value_that_the_rules_sheet_could_hold() -> None:
    rules = RuleBook.default()
    for rule in rules.rules.values():
        assert rule.value == "" or rule.read(rule.value, rules.words) == rule.value


def test_every_rule_says_where_it_comes_from() -> None:
    assert all(rule.source for rule in RuleBook.default().rules.values())


def test_without_a_rules_sheet_the_defaults_hold() -> None:
    assert RuleBook.default().overlaid([grid([["规则代码", "取值"], ["tier.A", 90]], "规则")]) is RuleBook.default()


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("tier.A", 90, 90),
        ("tier.A", "90", 90),
        ("tier.A", "９０", 90),
        ("tier.A", 82.5, 82.5),
        ("pool.days", 10.0, 10),
        ("pool.days", "10天", 10),
        ("score.urgency.base", "as_of", "as_of"),
        ("team.name", "华东一部", "华东一部"),
        ("assign.big_account", 1000000, 1000000),
        ("assign.big_account", None, ""),
        ("tier.A", None, 80),
        ("tier.A", "-", 80),
    ],
)
def test_a_value_of_the_rules_sheet_lies_over_the_default(key: str, typed: Any, value: Any) -> None:
    rules = overlaid((key, typed))
    assert (rules.values[key], rules.findings) == (value, ())


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        pytest.param("tier.A", "很高", id="no number"),
        pytest.param("tier.A", -5, id="negative"),
        pytest.param("tier.A", 101, id="above what is possible"),
        pytest.param("pool.days", 7.5, id="half a day"),
        pytest.param("pool.days", 0, id="below what is possible"),
        pytest.param("score.urgency.base", "昨天", id="none of the choices"),
        pytest.param("assign.big_account", "很多", id="no amount"),
    ],
)
def test_a_bad_value_is_reported_at_its_cell_and_the_default_holds(key: str, typed: Any) -> None:
    rules = overlaid(("cadence.C", 5), (key, typed))
    assert rules.values[key] == RuleBook.default().values[key]
    assert places(rules) == [("B5", typed)]
    assert rules.values["cadence.C"] == 5


def test_an_error_in_a_value_is_a_bad_value() -> None:
    sheet = grid([["规则代码", "取值"], ["tier.A", None]], "规则", own_sheet="rules", errors=errors(B2="#REF!"))
    assert places(RuleBook.default().overlaid([sheet])) == [("B2", "#REF!")]


def test_a_rule_that_does_not_exist_is_reported() -> None:
    assert places(overlaid(("tier.E", 20))) == [("A4", "tier.E")]


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        pytest.param([("tier.A", 50)], ["B4"], id="A below B"),
        pytest.param([("tier.B", 80)], ["B4"], id="B equal to A"),
        pytest.param([("tier.A", 70), ("tier.B", 75)], ["B4", "B5"], id="both changed and crossed"),
        pytest.param([("score.urgency.soon_months", 3)], ["B4"], id="soon as late as middle"),
        pytest.param([("score.fit.full", 50)], ["B4"], id="weights of 110"),
        pytest.param([("score.fit.full", 30), ("score.budget.above", 25)], ["B4"], id="weights of 90, one of them the default"),
        pytest.param([("score.fit.partial", 45)], ["B4"], id="part worth more than the whole"),
        pytest.param(
            [("score.fit.full", 30), ("score.budget.above", 35), ("score.fit.partial", 35)],
            ["B4", "B6", "B5"],
            id="one mistake that upsets the sum",
        ),
    ],
)
def test_numbers_that_contradict_each_other_fall_back_to_the_defaults(rows: list[tuple[str, Any]], cells: list[str]) -> None:
    rules = overlaid(*rows)
    assert [cell for cell, _ in places(rules)] == cells
    assert rules.values == RuleBook.default().values


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("tier.A", 90), ("tier.B", 70), ("tier.C", 50)], id="other thresholds in order"),
        pytest.param([("score.fit.full", 30), ("score.budget.above", 35)], id="other weights that sum to 100"),
        pytest.param(
            [("score.authority.decider", 0), ("score.authority.influencer", 0), ("score.fit.full", 60)], id="a dimension that doesn't count"
        ),
    ],
)
def test_numbers_that_agree_are_taken(rows: list[tuple[str, Any]]) -> None:
    rules = overlaid(*rows)
    assert ({key: rules.values[key] for key, _ in rows}, rules.findings) == (dict(rows), ())


def test_prices_are_read_in_yuan() -> None:
    rules = overlaid(product=["仓储", "分拣", None], price=[300000, "90万", None])
    assert (rules.prices, rules.findings) == ((Price("仓储", 300000), Price("分拣", 900000)), ())


@pytest.mark.parametrize("price", ["面议", 0, -1, "30-50万"])
def test_a_price_that_is_none_is_reported(price: Any) -> None:
    rules = overlaid(product=["仓储", "分拣"], price=[price, 900000])
    assert (rules.prices, places(rules)) == ((Price("分拣", 900000),), [("D4", price)])


def test_of_two_prices_for_one_product_the_first_counts() -> None:
    rules = overlaid(product=["仓储", " 仓储"], price=[300000, 900000])
    assert (rules.prices, places(rules)) == ((Price("仓储", 300000),), [("C5", "仓储")])


def test_the_roster_is_read_and_a_name_that_stands_twice_is_reported() -> None:
    rules = overlaid(person=["张三", "李四", "张三 "], role=["销售经理", None, None], region=[None, "上海、江苏", "北京"])
    assert rules.roster == (Person("张三", "销售经理"), Person("李四", "", "上海、江苏"))
    assert places(rules) == [("C6", "张三 ")]


def test_a_mapping_to_an_unknown_field_is_reported() -> None:
    rules = overlaid(header=["微信群", "打这个", "空着"], field=["聊天", "phone", None])
    assert (rules.mapping, places(rules)) == ({"打这个": {"leads": "phone"}}, [("D4", "聊天")])


def test_bad_rules_are_among_the_findings_of_the_workbook() -> None:
    assessment = assessed(rules=rules_sheet([("tier.A", "很高")]))
    assert found(assessment, "rule.invalid") == ["规则!B4"]
    assert assessment.findings[0].kind == "rules"


def test_a_rules_sheet_that_somebody_emptied_changes_nothing() -> None:
    assert RuleBook.default().overlaid([Grid("规则", own_sheet="rules")]) is RuleBook.default()


@pytest.mark.parametrize("header", ["系统评分", "跟进次数(系统)", "跟进次数（系统）", "tier", "SCORE", "Data issues "])
def test_headers_of_ours_are_known_in_both_languages(header: str) -> None:
    assert is_own_header(header, RuleBook.default())


@pytest.mark.parametrize("header", ["跟进次数", "等级", "Owner", None, 5])
def test_headers_of_the_users_are_not_ours(header: Any) -> None:
    assert not is_own_header(header, RuleBook.default())


def test_a_finding_of_the_rules_sheet_names_the_rule_and_its_default() -> None:
    (finding,) = overlaid(("tier.A", "很高")).findings
    assert isinstance(finding, Finding)
    assert finding.facts == {"rule": "tier.A", "default": 80}
