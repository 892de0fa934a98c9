"""The team's own headers, words and required fields on the rules sheet: nothing counts before a person decided (DESIGN.md 2 and 6)."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.rulebook import RuleBook

from .build import assessed, found, one, rules_sheet


def overlaid(**lists: Any) -> RuleBook:
    return RuleBook.default().overlaid([rules_sheet(**lists)])


def places(rules: RuleBook) -> list[tuple[str | None, Any]]:
    return [(f.cell, f.value) for f in rules.findings]


def test_a_suggestion_that_nobody_accepted_binds_nothing() -> None:
    rules = overlaid(header=["打这个", "那个"], field=[None, None], field_hint=["联系方式", "来源"], field_yes=[None, "否"])
    assert (rules.mapping, rules.findings) == ({}, ())


@pytest.mark.parametrize("answer", ["是", "Yes", "y", "√"])
def test_an_accepted_suggestion_binds_and_a_chosen_field_comes_first(answer: str) -> None:
    rules = overlaid(header=["打这个", "那个"], field=[None, "微信"], field_hint=["联系方式", "来源"], field_yes=[answer, answer])
    assert (rules.mapping["打这个"], rules.mapping["那个"]["leads"], rules.findings) == ({"leads": "phone"}, "wechat", ())


@pytest.mark.parametrize(
    ("lists", "cells"),
    [
        pytest.param({"header": ["打"], "field": [None], "field_yes": ["也许"]}, [("E4", "也许")], id="an answer that is none"),
        pytest.param(
            {"header": ["打"], "field": [None], "field_hint": [None], "field_yes": ["是"]}, [("F4", "是")], id="nothing to accept"
        ),
        pytest.param({"header": ["打"], "field_hint": ["聊天"], "field_yes": ["是"]}, [("D4", "聊天")], id="a suggestion that is no field"),
        pytest.param({"header": ["打", "打 "], "field": ["联系方式", "来源"]}, [("C5", "打 ")], id="one header, two fields"),
        pytest.param({"header": ["打", "打"], "field": ["联系方式", "phone"]}, [], id="the same said twice"),
        pytest.param(
            {"vocabulary": ["颜色"], "own_word": ["地推"], "word": ["展会"]}, [("C4", "颜色")], id="a vocabulary that doesn't exist"
        ),
        pytest.param({"vocabulary": ["来源"], "own_word": ["地推"], "word": ["红"]}, [("E4", "红")], id="a word that doesn't exist"),
        pytest.param({"vocabulary": [None], "own_word": ["地推"], "word": ["展会"]}, [("C4", None)], id="no vocabulary"),
        pytest.param(
            {"vocabulary": ["转化结果"], "own_word": ["成交"], "word": ["流失"]}, [("D4", "成交")], id="a standard word keeps its meaning"
        ),
        pytest.param(
            {"vocabulary": ["来源", "Source"], "own_word": ["地推", "地推"], "word": ["展会", "官网"]}, [("D5", "地推")], id="two meanings"
        ),
        pytest.param(
            {"required_table": ["账单"], "required_field": ["来源"], "required_severity": ["错误"]}, [("C4", "账单")], id="no such table"
        ),
        pytest.param(
            {"required_table": ["线索"], "required_field": ["跟进时间"], "required_severity": ["错误"]},
            [("D4", "跟进时间")],
            id="a field of another table",
        ),
        pytest.param(
            {"required_table": ["线索"], "required_field": ["来源"], "required_severity": ["严重"]}, [("E4", "严重")], id="no such severity"
        ),
    ],
)
def test_what_cannot_be_used_is_reported_at_its_cell(lists: dict[str, Any], cells: list[tuple[str, Any]]) -> None:
    assert places(overlaid(**lists)) == cells


def test_the_teams_words_are_read_as_the_standard_ones() -> None:
    sheet = rules_sheet(vocabulary=["来源", "需求匹配度"], own_word=["地推", "很合适"], word=["市场活动", "完全契合"])
    assert found(assessed([{"source": "地推"}]), "vocabulary.unknown") == ["线索信息表!B2"]
    assessment = assessed([{"source": "地推 ", "fit": "很合适"}], rules=sheet)
    assert found(assessment, "vocabulary.unknown") == []
    assert [rate.key for rate in assessment.metrics.by_source] == ["市场活动"]


def test_a_word_may_get_another_meaning_than_the_rule_book_gives_it() -> None:
    rules = overlaid(vocabulary=["来源"], own_word=["Event"], word=["市场活动"])
    assert rules.vocabularies["source"].read("event") == "市场活动"
    assert rules.vocabularies["source"].read("Expo") == "展会"
    assert RuleBook.default().vocabularies["source"].read("event") == "展会"


def test_a_field_that_the_team_requires_is_missed_and_one_that_it_does_not_is_not() -> None:
    sheet = rules_sheet(
        required_table=["线索", "线索", "Leads"],
        required_field=["所在地区", "需求描述", "邮箱"],
        required_severity=["警告", "不要求", "错误"],
    )
    assessment = assessed([{"need": None, "region": None}], rules=sheet)
    assert found(assessment, "required.missing") == ["线索信息表!L2"]
    assert one(assessment, "required.missing").severity == "warning"
    assert "线索信息表!email" in found(assessment, "column.missing")
