"""Reminders: which limits remind whom (RULES.md 4, DESIGN.md 3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .build import assessed, reminded


def said(rule: str, lead: dict[str, Any], *touched: str, **more: Any) -> list[tuple[str, str, str]]:
    assessment = assessed([lead], [{"followed_at": when} for when in touched], **more)
    return [(r.severity, r.state, str(r.due)) for r in reminded(assessment, rule)]


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        pytest.param("2024-06-20", [], id="not due before tomorrow"),
        pytest.param("2024-06-19", [("owner", "waiting", "2024-06-20")], id="due today"),
        pytest.param("2024-06-18", [("owner", "overdue", "2024-06-19")], id="passed by one limit"),
        pytest.param("2024-06-17", [("supervisor", "overdue", "2024-06-18")], id="passed by more than one limit"),
    ],
)
def test_an_a_lead_that_nobody_has_touched(entered: str, expected: list[Any]) -> None:
    assert said("sla.first_touch", {"entered_at": entered}) == expected


@pytest.mark.parametrize(
    ("lead", "touched"),
    [
        pytest.param({"entered_at": "2024-06-01"}, ["2024-06-19"], id="a lead that was touched late"),
        pytest.param({"tier": "D", "entered_at": "2024-06-18"}, [], id="a D lead"),
        pytest.param({"tier": None, "entered_at": "2024-06-18"}, [], id="a lead without a tier"),
        pytest.param({"status": "成交", "entered_at": "2024-06-18"}, [], id="a closed lead"),
        pytest.param({"entered_at": "2024-06-21"}, [], id="a lead entered after the run"),
    ],
)
def test_first_touch_leaves_alone(lead: dict[str, Any], touched: list[str]) -> None:
    assert said("sla.first_touch", lead, *touched) == []


@pytest.mark.parametrize(
    ("lead", "touched", "expected"),
    [
        pytest.param({}, ["2024-06-20"], [], id="not due before tomorrow"),
        pytest.param({}, ["2024-06-19"], [("owner", "due", "2024-06-20")], id="due today"),
        pytest.param({}, ["2024-06-18"], [("owner", "overdue", "2024-06-19")], id="passed by one interval"),
        pytest.param({}, ["2024-06-17"], [("supervisor", "overdue", "2024-06-18")], id="passed by more"),
        pytest.param(
            {"tier": "B"}, ["2024-06-14", "2024-06-15"], [("owner", "due", "2024-06-17")], id="a B lead touched twice lately is due"
        ),
        pytest.param({"tier": "D"}, ["2024-06-17"], [], id="a D lead has no cadence"),
        pytest.param({"status": "成交"}, ["2024-06-17"], [], id="a closed lead has none"),
        pytest.param({"status": "暂不跟进"}, ["2024-06-17"], [], id="nor one that is on hold"),
        pytest.param({"tier": None}, ["2024-06-17"], [], id="nor one without a tier"),
        pytest.param({"tier": None}, ["2024-06-10"], [], id="also when it is in the pool"),
    ],
)
def test_cadence_reminds_when_the_next_touch_is_due(lead: dict[str, Any], touched: list[str], expected: list[Any]) -> None:
    assert said("cadence", {"entered_at": "2024-06-09", **lead}, *touched) == expected


def test_an_a_lead_whose_two_weeks_are_over_is_to_be_reviewed() -> None:
    assert said("cadence.review", {"entered_at": "2024-06-01"}, "2024-06-02", "2024-06-20") == [("owner", "review_due", "2024-06-16")]


@pytest.mark.parametrize(
    ("lead", "touched", "expected"),
    [
        pytest.param({}, "2024-06-14", [], id="on the sixth day nobody"),
        pytest.param({}, "2024-06-13", [("owner", "pool_tomorrow", "2024-06-21")], id="on the seventh the owner"),
        pytest.param({}, "2024-06-12", [("reassign", "pool", "2024-06-20")], id="on the eighth: reassign"),
        pytest.param({"tier": "D"}, "2024-06-12", [("owner", "pool_candidate", "2024-06-20")], id="a D lead may be moved"),
        pytest.param({"status": "成交"}, "2024-06-12", [], id="a closed lead stays"),
    ],
)
def test_the_pool_reminds(lead: dict[str, Any], touched: str, expected: list[Any]) -> None:
    assert said("pool", {"entered_at": "2024-06-01", **lead}, touched) == expected


def test_a_reminder_names_the_lead_its_row_and_its_owner() -> None:
    (reminder,) = reminded(assessed([{}, {"entered_at": "2024-06-12", "owner": "张*"}]), "pool")
    assert (reminder.sheet, reminder.row, reminder.lead_id, reminder.owner) == ("线索信息表", 3, "202406002", "张*")


def test_reminders_come_by_severity_then_date_then_row() -> None:
    leads = [{"entered_at": "2024-06-10"}, {"entered_at": "2024-06-19"}, {"entered_at": "2024-06-19"}, {"entered_at": "2024-06-18"}]
    order = [(("owner", "supervisor", "reassign").index(r.severity), r.due or dt.date.max, r.row) for r in assessed(leads).reminders]
    assert order == sorted(order)
    assert len({severity for severity, _, _ in order}) == 3
