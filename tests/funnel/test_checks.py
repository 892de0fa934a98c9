"""Checks between columns and tables: joins, order of dates, owners, typed against counted (RULES.md 2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .build import assessed, codes, found, lead, one

ONE, TWO = lead(1)["lead_id"], lead(2)["lead_id"]
NOON = dt.datetime(2024, 6, 20, 12)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        pytest.param(["1", "1", "2"], ["A2", "A3"], id="two leads with one id, on both rows"),
        pytest.param(["1", 1, "2"], ["A2", "A3"], id="as number and as text"),
        pytest.param(["1-展会", "1-官网"], ["A2", "A3"], id="that differ in a suffix without a digit"),
        pytest.param(["202405-001", "202405-002"], [], id="a suffix with digits stays"),
        pytest.param(["007", "7"], [], id="leading zeros count"),
        pytest.param([None, None], [], id="blank ids are missing, not equal"),
    ],
)
def test_two_leads_on_one_key(ids: list[Any], expected: list[str]) -> None:
    assert found(assessed([{"lead_id": i} for i in ids]), "key.duplicate") == [f"线索信息表!{cell}" for cell in expected]


@pytest.mark.parametrize(
    ("ids", "theirs", "expected"),
    [
        pytest.param(["1"], "1", 0, id="the id of a lead"),
        pytest.param(["1-展会"], "1", 0, id="the id of a lead without its suffix"),
        pytest.param(["1"], "1-展会", 0, id="with a suffix"),
        pytest.param(["1"], 1, 0, id="as a number"),
        pytest.param(["1"], "2", 1, id="an id that no lead has"),
        pytest.param(["1", "1"], "1", 0, id="the id of a duplicated lead is known"),
        pytest.param(["1"], None, 0, id="a blank id is missing, not unknown"),
    ],
)
def test_follow_ups_and_conversions_of_unknown_leads(ids: list[str], theirs: Any, expected: int) -> None:
    leads = [{"lead_id": i} for i in ids]
    assessment = assessed(leads, [{"lead_id": theirs}], [{"lead_id": theirs}])
    assert [f.kind for f in assessment.findings if f.code == "key.unknown"] == ["followups", "conversions"][: 2 * expected]


def test_without_an_id_column_nothing_is_joined_and_nothing_unknown() -> None:
    leads = assessed([{}, {}], without=["lead_id"]).leads
    assert leads["touches"].isna().all()
    assert leads["key"].isna().all()
    assert found(assessed([{}], without=["lead_id"]), "column.missing") == ["线索信息表!lead_id", "跟进记录表!lead_id"]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        pytest.param([ONE, TWO], [], id="one row a lead"),
        pytest.param([ONE, ONE, ONE], ["A3", "A4"], id="each row after a lead's first"),
        pytest.param(["9", "9"], [], id="rows of no lead"),
        pytest.param([None, None], [], id="rows without an id"),
    ],
)
def test_a_lead_with_several_conversions(ids: list[Any], expected: list[str]) -> None:
    assessment = assessed([{}, {}], conversions=[{"lead_id": i} for i in ids])
    assert found(assessment, "conversion.many") == [f"转化分析表!{cell}" for cell in expected]


LEAD_DATES = [
    pytest.param({"expected_close": "2024-06-18"}, ["expected_close"], id="expected close before entry"),
    pytest.param({"expected_close": "2024-06-19"}, [], id="on the day of the entry"),
    pytest.param({"expected_close": "2024-06", "entered_at": "2024-06-19"}, [], id="in the month of the entry"),
    pytest.param({"expected_close": "2024-05", "entered_at": "2024-06-19"}, ["expected_close"], id="in the month before"),
    pytest.param({"entered_at": "2024-06-21"}, ["entered_at"], id="entered after the run"),
    pytest.param({"entered_at": "2024-06-20 23:59"}, [], id="entered on the day of the run, which counts to its end"),
    pytest.param({"assigned_at": "2024-06-21"}, ["assigned_at"], id="assigned after the run"),
    pytest.param({"assigned_at": "2024-06-18"}, ["assigned_at"], id="assigned before the entry"),
    pytest.param({"assigned_at": "2024-06-19"}, [], id="assigned on the day of the entry"),
    pytest.param({"signed_at": "2024-06-18"}, ["signed_at"], id="signed before the entry"),
    pytest.param({"signed_at": "2024-06-19"}, [], id="signed on the day of the entry"),
    pytest.param({"assigned_at": "2024-06-19 09:00", "entered_at": "2024-06-19 10:00"}, ["assigned_at"], id="an hour before it"),
    pytest.param({"assigned_at": "2024-06-19 09:00", "entered_at": "2024-06-19"}, [], id="at an hour of the day"),
]


@pytest.mark.parametrize(("changes", "expected"), LEAD_DATES)
def test_the_dates_of_a_lead_come_in_order(changes: dict[str, Any], expected: list[str]) -> None:
    findings = [f for f in assessed([changes]).findings if f.code == "date.order"]
    assert [f.field for f in findings] == expected
    assert all(f.severity == "error" for f in findings)


@pytest.mark.parametrize(
    ("entered", "when", "expected"),
    [
        pytest.param("2024-06-19", "2024-06-18", ["B2"], id="before the entry"),
        pytest.param("2024-06-19 14:00", "2024-06-19", [], id="on the day of the entry"),
        pytest.param("2024-06-19 14:00", "2024-06-19 13:00", ["B2"], id="an hour before the entry"),
        pytest.param("2024-06-19", "2024-06-21", ["B2"], id="after the run"),
        pytest.param("2024-06-19", "2024-06-20 23:00", [], id="late on the day of the run"),
        pytest.param(None, "2020-01-01", [], id="of a lead without an entry"),
    ],
)
def test_a_follow_up_lies_between_entry_and_run(entered: str | None, when: str, expected: list[str]) -> None:
    assessment = assessed([{"entered_at": entered}], [{"followed_at": when}])
    assert found(assessment, "date.order") == [f"跟进记录表!{cell}" for cell in expected]


@pytest.mark.parametrize(("when", "expected"), [("2024-06-20 12:01", 1), ("2024-06-20 12:00", 0), ("2024-06-20", 0)])
def test_a_run_at_noon_flags_what_is_later_that_day(when: str, expected: int) -> None:
    assert len(found(assessed([{}], [{"followed_at": when}], as_of=NOON), "date.order")) == expected


@pytest.mark.parametrize(("closed", "expected"), [("2024-06-18", 1), ("2024-06-19", 0), ("2024-12-31", 0), (None, 0)])
def test_a_closing_date_before_the_entry(closed: str | None, expected: int) -> None:
    assert len(found(assessed([{}], conversions=[{"closed_at": closed}]), "date.order")) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"expected_close": "2024-06-19"}, 1, id="yesterday"),
        pytest.param({"expected_close": "2024-06-20"}, 0, id="today"),
        pytest.param({"expected_close": "2024-06"}, 0, id="this month"),
        pytest.param({"expected_close": "2024-05"}, 1, id="last month"),
        pytest.param({"expected_close": "2024-06-19", "status": "成交"}, 0, id="of a closed lead"),
        pytest.param({"expected_close": "2024-06-19", "status": "培育中"}, 1, id="of a nurtured lead, which is open"),
        pytest.param({"expected_close": None}, 0, id="a blank"),
    ],
)
def test_an_expected_close_that_is_past(changes: dict[str, Any], expected: int) -> None:
    assessment = assessed([{"entered_at": "2024-05-01", **changes}], None)
    assert [f.severity for f in assessment.findings if f.code == "close.overdue"] == ["warning"] * expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"owner": "张三"}, None, id="an owner"),
        pytest.param({"owner": "张*"}, None, id="a masked owner"),
        pytest.param({"owner": None}, "owner.none", id="no owner"),
        pytest.param({"owner": "无"}, "owner.none", id="a word for no owner"),
        pytest.param({"owner": None, "status": "成交"}, None, id="no owner of a closed lead"),
        pytest.param({"owner": None, "status": "培育中"}, "owner.none", id="no owner of a nurtured lead"),
        pytest.param({"owner": "张三、李四"}, "owner.many", id="two owners"),
        pytest.param({"owner": "张三/李四"}, "owner.many", id="with a slash"),
        pytest.param({"owner": "张三，李四"}, "owner.many", id="with a comma"),
        pytest.param({"owner": "张三;李四"}, "owner.many", id="with a semicolon"),
        pytest.param({"owner": "张三、"}, None, id="a separator and nobody after it"),
    ],
)
def test_every_open_lead_has_one_owner(changes: dict[str, Any], code: str | None) -> None:
    assert [(f.code, f.severity) for f in assessed([changes]).findings] == ([] if code is None else [(code, "error")])


def test_a_table_without_an_owner_column_is_not_asked_for_owners() -> None:
    assert codes(assessed(without=["owner"])) == []


def test_of_several_owners_the_first_counts() -> None:
    assert assessed([{"owner": "张三、李四"}]).leads["owner"].tolist() == ["张三"]


@pytest.mark.parametrize(
    ("typed", "touched", "expected"),
    [
        pytest.param(2, ["2024-06-19", "2024-06-20"], 0, id="as many as were logged"),
        pytest.param(3, ["2024-06-19", "2024-06-20"], 1, id="more than were logged"),
        pytest.param(1, [], 1, id="some, and none logged"),
        pytest.param(0, [], 0, id="none and none logged"),
        pytest.param(None, ["2024-06-19"], 0, id="nothing typed"),
        pytest.param(1, ["2024-06-19", "2024-06-25"], 0, id="a touch after the run does not count"),
        pytest.param(2, ["2024-06-19", "明天"], 0, id="one with an unreadable time does"),
    ],
)
def test_the_typed_number_of_follow_ups_is_compared_with_the_log(typed: int | None, touched: list[str], expected: int) -> None:
    assessment = assessed([{"follow_up_count": typed}], [{"followed_at": when} for when in touched])
    assert [f.severity for f in assessment.findings if f.code == "count.differs"] == ["warning"] * expected


@pytest.mark.parametrize(
    ("typed", "touched", "expected"),
    [
        pytest.param("2024-06-20", ["2024-06-19", "2024-06-20 15:00"], 0, id="the day of the last logged touch"),
        pytest.param("2024-06-19", ["2024-06-19", "2024-06-20"], 1, id="another day"),
        pytest.param("2024-06-19", [], 1, id="typed without any logged touch"),
        pytest.param("2024-05", ["2024-05"], 0, id="the same month"),
        pytest.param(None, ["2024-06-19"], 0, id="nothing typed"),
        pytest.param("2024-06-19", ["明天"], 0, id="a log that can't be read"),
    ],
)
def test_the_typed_last_touch_is_compared_with_the_log(typed: str | None, touched: list[str], expected: int) -> None:
    assessment = assessed([{"last_follow_up_at": typed}], [{"followed_at": when} for when in touched])
    assert [f.severity for f in assessment.findings if f.code == "last_touch.differs"] == ["warning"] * expected


def test_without_a_log_nothing_is_compared() -> None:
    assert codes(assessed([{"follow_up_count": 9, "last_follow_up_at": "2024-06-19"}], followups=None)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"cycle_days": 10, "closed_at": "2024-06-11"}, 0, id="as counted"),
        pytest.param({"cycle_days": 11, "closed_at": "2024-06-11"}, 1, id="a day more than counted"),
        pytest.param({"cycle_days": 11, "closed_at": None}, 0, id="without a closing date"),
        pytest.param({"cycle_days": None, "closed_at": "2024-06-11"}, 0, id="nothing typed"),
        pytest.param({"cycle_days": 10, "closed_at": "2024-06-11 18:00"}, 0, id="calendar days, whatever the hour"),
    ],
)
def test_the_typed_cycle_is_compared_with_the_dates(changes: dict[str, Any], expected: int) -> None:
    assessment = assessed([{"entered_at": "2024-06-01"}], conversions=[changes])
    assert [f.severity for f in assessment.findings if f.code == "cycle.differs"] == ["warning"] * expected


def test_a_difference_names_what_was_counted() -> None:
    assessment = assessed([{"entered_at": "2024-06-01"}], conversions=[{"cycle_days": 11, "closed_at": "2024-06-11"}])
    assert one(assessment, "cycle.differs").facts["counted"] == 10
