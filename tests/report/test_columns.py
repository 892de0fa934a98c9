"""The columns of ours: which a table gets, in which order, with a value a record (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funnelbook.funnel.rulebook import RuleBook, is_own_header
from funnelbook.report.columns import columns_of
from funnelbook.words import LANGUAGES, say

from ..funnel import registry, tiering
from ..funnel.build import rules_sheet, sheet_of
from .sheets import answered

LEADS = ("score", "basis", "tier", "tier_check", "first_touch", "touches", "last_touch", "next_touch", "follow_up", "complete", "issues")


def columns(kind: str, grids: list[Any], lang: str = "zh") -> dict[str, list[Any]]:
    found = answered(grids, lang=lang)
    made = columns_of(kind, found.records[kind], found.assessment, {}, lang)
    assert [column.header for column in made] == [say(f"own.{kind}.{column.key}", lang) for column in made]
    return {column.key: list(column.values) for column in made}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_leads_get_their_columns_in_order(lang: str) -> None:
    assert tuple(columns("leads", [sheet_of("leads", [{}])], lang)) == LEADS


def test_a_table_without_rows_gets_them_too() -> None:
    assert columns("leads", [sheet_of("leads", [])]) == {key: [] for key in LEADS}


def test_columns_of_first_touch_and_cadence_stand_where_something_limits_them() -> None:
    limited = {"first_touch", "next_touch", "follow_up"}
    customers = tiering.grids([{}], [{}])
    assert not limited & columns("leads", customers).keys()
    tiered = tiering.grids([{"线索等级": "A", "需求匹配度": "完全契合", "录入时间": "2024-06-19 09:00"}], [{}])
    assert limited <= columns("leads", tiered).keys()
    registered = columns("leads", [registry.registry({"线索状态": "跟进中"})])
    assert limited & registered.keys() == {"first_touch", "follow_up"}


def test_an_owner_is_suggested_only_where_a_lead_lacks_one() -> None:
    roster = rules_sheet(person=["赵六"], role=["销售"], region=["华东"])
    found = columns("leads", [sheet_of("leads", [{"owner": None, "region": "华东"}, {"region": "华东"}]), roster])
    assert found["owner"] == ["赵六", None]
    assert list(found)[-3:] == ["owner", "complete", "issues"]
    assert "owner" not in columns("leads", [sheet_of("leads", [{"region": "华东"}]), roster])


def test_touches_are_counted_and_dated() -> None:
    followups = [{"followed_at": "2024-06-19 14:00"}, {"followed_at": "2024-06-20"}]
    found = columns("leads", [sheet_of("leads", [{}, {}]), sheet_of("followups", followups)])
    assert found["touches"] == [2, 0]
    assert found["last_touch"] == [dt.date(2024, 6, 20), None]
    assert found["next_touch"][0] == dt.date(2024, 6, 21)
    assert all(type(day) is dt.date for day in found["last_touch"] if day)


def test_without_a_log_touches_are_unknown() -> None:
    assert columns("leads", [sheet_of("leads", [{}])])["touches"] == [None]


def test_completeness_is_a_share() -> None:
    full, half = columns("leads", [sheet_of("leads", [{}, {"source": None, "need": None, "budget": "-"}])])["complete"]
    assert full == 1
    assert 0 < half < 1


def test_follow_ups_get_the_days_between() -> None:
    followups = [{"followed_at": day} for day in ("2024-06-19", "2024-06-20", "2024-06-20")]
    found = columns("followups", [sheet_of("leads", [{}]), sheet_of("followups", followups)])
    assert list(found) == ["gap", "issues"]
    assert found["gap"][1:] == [1, 0]


@pytest.mark.parametrize(
    ("conversion", "cycle", "check"),
    [
        ({"closed_at": "2024-06-20", "cycle_days": 1}, 1, "same"),
        ({"closed_at": "2024-06-20", "cycle_days": 9}, 1, "differs"),
        ({"closed_at": "2024-06-20"}, 1, "untyped"),
        ({"closed_at": "2024-06-01", "cycle_days": 9}, None, None),
        ({"closed_at": None, "cycle_days": 9}, None, None),
    ],
)
def test_conversions_get_their_cycle_beside_the_typed_one(conversion: dict[str, Any], cycle: int | None, check: str | None) -> None:
    found = columns("conversions", [sheet_of("leads", [{}]), sheet_of("conversions", [conversion])])
    assert list(found) == ["cycle", "cycle_check", "issues"]
    assert found["cycle"] == [cycle]
    assert found["cycle_check"] == [None if check is None else say(f"cycle_check.{check}", "zh")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_none_of_them_is_ever_read_as_input(lang: str) -> None:
    rules = RuleBook.default()
    for kind, names in (
        ("leads", (*LEADS, "owner")),
        ("followups", ("gap", "issues")),
        ("conversions", ("cycle", "cycle_check", "issues")),
    ):
        assert all(is_own_header(say(f"own.{kind}.{name}", lang), rules) for name in names)
