"""Phrases: findings, scores and states in words (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funnelbook.funnel.model import Finding
from funnelbook.report import phrases
from funnelbook.report.phrases import Labels, clean_header, is_message, issues, message, shown
from funnelbook.words import LANGUAGES, catalogue, say

from ..funnel.build import AS_OF, assessed, grid, sheet_of
from .sheets import answered


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("*联系方式", "联系方式"),
        ("联系方式＊", "联系方式"),
        ("预算\n范围 ", "预算 范围"),
        ("  Lead   ID* ", "Lead ID"),
        ("长" * 500, "长" * 120),
    ],
)
def test_a_header_is_shown_on_one_line_without_marks(typed: str, expected: str) -> None:
    assert clean_header(typed) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), (5.0, "5"), (0.25, "0.25"), ("x", "x"), ([1, 2], "1、2"), (list(range(9)), "0、1、2、3、4…"), (["a", None], "a、")],
)
def test_facts_are_shown_as_people_read_them(value: Any, expected: str) -> None:
    assert shown(value) == expected


BAD = [
    {"source": "展会2", "budget": "面议", "phone": "12345678901234", "expected_close": "2024-13-01", "owner": "张三、李四", "tier": "Z"},
    {"source": None, "entered_at": "2024-06-30", "expected_close": "2024-06-01", "probability": 120, "email": "x", "customer_type": "?"},
    {"lead_id": "202406001", "phone": 13800138001, "last_follow_up_at": "2024-06-02", "follow_up_count": 3, "budget": "0-"},
    {"phone": "13800138001", "owner": "王五", "entered_at": "1/2/2024", "signed_at": "2020-01-01"},
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_has_a_message_without_gaps(lang: str) -> None:
    followups = [{"lead_id": "x", "followed_at": "2030-01-01"}, {"followed_at": "?"}]
    conversions = [
        {"amount": -1, "result": "成"},
        {"lead_id": "202406002", "cycle_days": "x", "closed_at": "2024-01-01"},
        {"lead_id": "202406002", "cycle_days": 5},
    ]
    found = answered([sheet_of("leads", BAD), sheet_of("followups", followups), sheet_of("conversions", conversions)], lang=lang)
    labels = Labels(found.tables, lang)
    codes = {finding.code for finding in found.assessment.findings}
    assert len(codes) >= 12
    for finding in found.assessment.findings:
        text = message(finding, lang, labels.of(finding))
        assert text.strip()
        assert "{" not in text
        assert "None" not in text


@pytest.mark.parametrize(
    ("code", "field", "value", "said"),
    [
        ("type.text_number", "amount", "65", "finding.type.text_number.text"),
        ("type.text_number", "phone", 13800138000, "finding.type.text_number.number"),
        ("number.invalid", "cycle_days", -3, "finding.number.invalid.negative"),
        ("number.invalid", "cycle_days", "\uff0d3天", "finding.number.invalid.negative"),
        ("number.invalid", "cycle_days", "-x", "finding.number.invalid"),
        ("key.unknown", "customer_id", "KH9", "finding.key.unknown.customer_id"),
        ("key.unknown", "lead_id", "L9", "finding.key.unknown"),
    ],
)
def test_a_message_fits_the_field_and_the_value(code: str, field: str, value: Any, said: str) -> None:
    finding = Finding(code, "error", "progress", "S", 2, 1, 0, field, value)
    assert message(finding, "zh", "列") == say(said, "zh", value=shown(value))


def test_lists_and_levels_of_a_message_are_in_its_language() -> None:
    twice = Finding("duplicate.phone", "warning", "leads", "S", 2, 1, 0, "phone", "1", {"rows": [3, 7]})
    assert (message(twice, "zh", ""), message(twice, "en", "")) == (
        say("finding.duplicate.phone", "zh", rows="3、7"),
        say("finding.duplicate.phone", "en", rows="3, 7"),
    )
    level = Finding("level.count", "warning", "leads", "S", 2, 1, 0, "level", "1", {"level": "意向客户", "counted": 1})
    assert say("level.意向客户", "en") in message(level, "en", "")


def test_a_finding_is_named_after_the_header_of_its_own_column() -> None:
    rows = [["线索编号", "*电话", "联系电话", "联系人", "录入时间"], ["L1", None, "12345678901234", "张三", "2024-06-01"]]
    found = answered([grid(rows)])
    bad = next(f for f in found.assessment.findings if f.code == "phone.invalid")
    assert Labels(found.tables, "zh").of(bad) == "联系电话"


def test_a_column_that_is_missing_has_our_word() -> None:
    found = answered([sheet_of("leads", [{}], without=["need"])], lang="en")
    missing = next(f for f in found.assessment.findings if f.code == "column.missing" and f.field == "need")
    assert Labels(found.tables, "en").of(missing) == say("field.need", "en")


def test_of_several_tables_on_a_sheet_the_one_around_the_row_names_the_column() -> None:
    first = [["线索编号", "电话", "联系人", "录入时间"], ["L1", "138", "张三", "2024-06-01"]]
    rows = [*first, [], *first[:1], ["L2", "139", "李四", "2024-06-02"]]
    found = answered([grid(rows)])
    place = Finding("x", "error", "leads", "线索信息表", 5, 2, 1, "phone")
    assert Labels(found.tables, "zh").of(place) == "电话"


def test_the_issues_of_a_row_begin_each_with_the_column() -> None:
    found = answered([sheet_of("leads", [{"source": None, "budget": "面议"}, {}])])
    said = issues(found.assessment.findings, Labels(found.tables, "zh"), "zh")
    assert list(said) == [("leads", "线索信息表", 2)]
    text = said["leads", "线索信息表", 2]
    assert [part.split("】")[0] for part in text.split(say("list.semicolon", "zh"))] == ["【来源", "【预算范围"]


FULL = {"fit": "完全契合", "budget_fit": "高于定价", "authority": "直接决策人", "expected_close": "2024-07-01"}


def test_a_score_is_a_number_or_a_span() -> None:
    leads = assessed([FULL, {"fit": "不契合", "expected_close": None}, {}]).leads
    first, second, _ = phrases.score_texts(leads)
    assert first == 100
    assert str(second).count("–") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_basis_names_every_dimension(lang: str) -> None:
    first, second = phrases.score_bases(assessed([FULL, {}]).leads, lang)
    assert first is not None
    assert second is not None
    assert [part.rpartition(" ")[2] for part in first.split(" · ")] == ["40", "25", "20", "15"]
    assert say("score.missing", lang) in second


def test_a_tier_is_sure_or_a_span_and_its_check_says_what_is_missing() -> None:
    leads = assessed([FULL, {**FULL, "tier": "B"}, {**FULL, "tier": None}, {**FULL, "fit": None, "tier": "A"}]).leads
    assert phrases.tier_texts(leads) == ["A", "A", "A", "A–B"] or phrases.tier_texts(leads)[3] == "B–A"
    checks = phrases.tier_checks(leads, "zh")
    assert checks[:3] == ["一致", "不一致(填B算A)", "未填"]
    assert checks[3] == say("tier_check.incomplete", "zh", missing=say("dimension.fit", "zh"))


@pytest.mark.parametrize(
    ("entered", "touched", "expected"),
    [
        ("2024-06-19", None, "待首触"),
        ("2024-06-10", None, "超时未触(+10天) 按日计"),
        ("2024-06-10", "2024-06-11", "按时 按日计"),
        ("2024-06-10", "2024-06-15", "超时首触(+5天) 按日计"),
        ("2024-06-20 08:00", "2024-06-20 10:00", "按时"),
        ("2024-06-18 08:00", "2024-06-19 10:00", "超时首触(+26小时)"),
    ],
)
def test_a_first_touch_says_how_late_it_is(entered: str, touched: str | None, expected: str) -> None:
    followups = [{"followed_at": touched}] if touched else []
    (text,) = phrases.first_touches(assessed([{"entered_at": entered}], followups).leads, "zh")
    assert text.startswith(expected)


def test_a_follow_up_that_is_overdue_says_by_how_many_days() -> None:
    leads = assessed([{"entered_at": "2024-06-15"}], [{"followed_at": "2024-06-17"}]).leads
    assert phrases.follow_ups(leads, AS_OF, "zh") == ["超期2天"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_state_begins_with_the_text_that_its_colour_looks_for(lang: str) -> None:
    starts = [code for code in catalogue() if code.endswith(".starts")]
    for code in starts:
        state = code.removesuffix(".starts")
        same = [other for other in catalogue() if other == state or other.startswith(f"{state}.")]
        assert all(say(other, lang).startswith(say(code, lang)) for other in same)
        prefix = code.split(".")[0]
        rest = [other for other in catalogue() if other.startswith(f"{prefix}.") and not other.startswith(state)]
        assert not any(say(other, lang).startswith(say(code, lang)) for other in rest), code


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("必填项为空，请补填", True),
        (
            "与第 4、6 行的电话相同，请确认是否重复录入\n“x y” is not a valid phone; write a mobile number, or a landline with its area code",
            True,
        ),
        ("必填项为空，请补填\n已经问过", False),
        ("请补上电话", False),
        ("", False),
    ],
)
def test_a_note_that_says_only_what_we_say_is_known(text: str, ours: bool) -> None:
    assert is_message(text) == ours


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.datetime(2024, 6, 5, 12, 0), "2024-06-05 12:00"),
        (dt.datetime(2024, 6, 5, 12, 0, 7), "2024-06-05 12:00:07"),
        (dt.date(2024, 6, 5), "2024-06-05"),
    ],
)
def test_a_time_is_shown_as_the_cells_show_it(value: dt.date, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("profile_entry", "named"), [("entered_at", "录入时间"), ("registered_at", "登记时间"), ("first_contact_at", "首次接触时间")]
)
def test_a_date_before_the_entry_names_the_column_that_is_the_entry(profile_entry: str, named: str) -> None:
    finding = Finding(
        "date.order",
        "error",
        "followups",
        "x",
        2,
        2,
        0,
        "followed_at",
        dt.date(2024, 5, 5),
        {"reason": "before_entry", "entry": profile_entry},
    )
    assert f"「{named}」" in message(finding, "zh", "跟进时间")
