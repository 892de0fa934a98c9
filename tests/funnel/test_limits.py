"""First touch, cadence, the A lead's two weeks, the public pool, and which state is shown (RULES.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from .build import assessed, day, rules_sheet

NOON = dt.datetime(2024, 6, 20, 12, 0)
Touch = str | None


def state(lead: dict[str, Any], *touched: Touch, **more: Any) -> dict[str, Any]:
    """The only lead's row, with a follow-up at each of the times."""
    followups = [{"followed_at": when} for when in touched]
    return assessed([lead], followups, **more).leads.iloc[0].to_dict()


FIRST_TOUCH = [
    pytest.param("A", "2024-05-01", ["2024-05-02"], "on_time", id="A on the next day, without hours"),
    pytest.param("A", "2024-05-01", ["2024-05-03"], "late", id="A two days later, without hours"),
    pytest.param("A", "2024-05-01 10:00", ["2024-05-02 10:00"], "on_time", id="A after exactly 24 hours"),
    pytest.param("A", "2024-05-01 10:00", ["2024-05-02 10:01"], "late", id="A after 24 hours and a minute"),
    pytest.param("A", "2024-05-01 10:00", ["2024-05-02"], "on_time", id="A, an hour on one side only: by days"),
    pytest.param("A", "2024-05-01", ["2024-05-02 23:59"], "on_time", id="A, an hour on the other side only: by days"),
    pytest.param("A", "2024-05-01 10:00", ["2024-05-02 00:00"], "on_time", id="midnight exactly is no hour"),
    pytest.param("A", "2024-05-01", ["2024-05-05", "2024-05-02"], "on_time", id="the earliest follow-up is the first touch"),
    pytest.param("A", "2024-05-02", ["2024-05-01"], "on_time", id="a touch before the start of the clock is on time"),
    pytest.param("B", "2024-05-01", ["2024-05-03"], "on_time", id="B two days later"),
    pytest.param("B", "2024-05-01", ["2024-05-04"], "late", id="B three days later"),
    pytest.param("C", "2024-05-01", ["2024-05-04"], "on_time", id="C three days later"),
    pytest.param("C", "2024-05-01", ["2024-05-05"], "late", id="C four days later"),
    pytest.param("A", "2024-06-19", [], "waiting", id="A untouched since yesterday"),
    pytest.param("A", "2024-06-18", [], "overdue", id="A untouched for two days"),
    pytest.param("B", "2024-06-18", [], "waiting", id="B untouched for two days"),
    pytest.param("C", "2024-06-16", [], "overdue", id="C untouched for four days"),
    pytest.param("A", "2024-06-19", ["2024-06-21"], "waiting", id="a touch after the day of the run is ignored"),
    pytest.param("D", "2024-05-01", [], "exempt", id="D is exempt"),
    pytest.param("D", "2024-05-01", ["2024-06-01"], "exempt", id="D is exempt also when touched"),
    pytest.param(None, "2024-06-19", [], "undetermined", id="without a tier"),
    pytest.param("重要", "2024-06-19", [], "undetermined", id="with an unknown tier"),
    pytest.param("A", None, ["2024-05-02"], "undetermined", id="without the start of the clock"),
    pytest.param("A", "1/5/2024", ["2024-05-02"], "undetermined", id="with an unreadable start"),
    pytest.param("A", "2024-06-21", [], "undetermined", id="entered after the day of the run"),
    pytest.param("A", "2024-05-01", ["明天"], "undetermined", id="with nothing but an unreadable touch"),
    pytest.param("A", "2024-05-01", ["明天", "2024-05-02"], "on_time", id="with an unreadable touch beside a good one"),
]


@pytest.mark.parametrize(("tier", "entered", "touched", "expected"), FIRST_TOUCH)
def test_first_touch(tier: str | None, entered: str | None, touched: list[str], expected: str) -> None:
    assert state({"tier": tier, "entered_at": entered}, *touched)["first_touch"] == expected


@pytest.mark.parametrize(
    ("entered", "as_of", "expected"),
    [
        pytest.param("2024-06-19 12:00", NOON, "waiting", id="exactly 24 hours ago"),
        pytest.param("2024-06-19 11:59", NOON, "overdue", id="24 hours and a minute ago"),
        pytest.param("2024-06-19", NOON, "waiting", id="yesterday, at no hour: by days"),
        pytest.param("2024-06-18", NOON, "overdue", id="the day before, at no hour"),
        pytest.param("2024-06-20 00:01", NOON.date(), "waiting", id="a date means its end: nearly 24 hours ago"),
        pytest.param("2024-06-19 23:59", NOON.date(), "overdue", id="a date means its end: more than 24 hours ago"),
    ],
)
def test_an_untouched_a_lead_is_overdue_24_hours_after_its_entry(entered: str, as_of: dt.date, expected: str) -> None:
    assert state({"entered_at": entered}, as_of=as_of)["first_touch"] == expected


@pytest.mark.parametrize(
    ("assigned", "expected"),
    [("2024-06-19", "waiting"), (None, "overdue"), ("-", "overdue"), ("下周", "overdue"), ("2024-06-21", "undetermined")],
    ids=["it runs from the assignment", "else from the entry", "a dash is blank", "an unreadable one is blank", "one after the run"],
)
def test_the_clock_starts_at_the_assignment(assigned: str | None, expected: str) -> None:
    assert state({"entered_at": "2024-06-01", "assigned_at": assigned})["first_touch"] == expected


@pytest.mark.parametrize(
    ("lead", "more", "expected"),
    [
        pytest.param({"lead_id": None}, {}, "undetermined", id="a lead without an id"),
        pytest.param({}, {"followups": None}, "undetermined", id="a workbook without follow-ups"),
        pytest.param({}, {"conversions": [{}]}, "undetermined", id="a closed lead that nobody logged a touch of"),
        pytest.param({"tier": "D"}, {"followups": None}, "exempt", id="D is exempt in every case"),
    ],
)
def test_first_touch_where_it_cannot_be_judged(lead: dict[str, Any], more: dict[str, Any], expected: str) -> None:
    assert assessed([lead], **more).leads["first_touch"].tolist() == [expected]


def test_a_closed_lead_with_a_touch_keeps_the_state_of_its_first_touch() -> None:
    row = state({"entered_at": "2024-06-01"}, "2024-06-02", conversions=[{}])
    assert (row["first_touch"], row["follow_up"]) == ("on_time", "closed")


def test_the_limits_are_those_of_the_rules_sheet() -> None:
    assert state({"entered_at": "2024-06-18"}, rules=rules_sheet([("first_touch.A", 48)]))["first_touch"] == "waiting"


FOLLOW_UP = [
    pytest.param({"tier": "A"}, ["2024-06-20"], "ok", "2024-06-21", id="A touched today"),
    pytest.param({"tier": "A"}, ["2024-06-19"], "due", "2024-06-20", id="A touched yesterday"),
    pytest.param({"tier": "A"}, ["2024-06-18"], "overdue", "2024-06-19", id="A touched the day before"),
    pytest.param({"tier": "A"}, ["2024-06-19 23:00"], "due", "2024-06-20", id="the cadence counts dates, whatever the hour"),
    pytest.param({"tier": "B"}, ["2024-06-19"], "ok", "2024-06-21", id="B touched yesterday"),
    pytest.param({"tier": "B"}, ["2024-06-18"], "due", "2024-06-20", id="B touched two days ago"),
    pytest.param({"tier": "B"}, ["2024-06-17"], "overdue", "2024-06-19", id="B touched once, three days ago"),
    pytest.param({"tier": "B"}, ["2024-06-17", "2024-06-14"], "due", "2024-06-19", id="B touched twice on the last 7 dates"),
    pytest.param({"tier": "B"}, ["2024-06-17", "2024-06-13"], "overdue", "2024-06-19", id="B, the other touch on the 8th date"),
    pytest.param({"tier": "C"}, ["2024-06-14"], "ok", "2024-06-21", id="C touched six days ago"),
    pytest.param({"tier": "C", "entered_at": "2024-06-20"}, [], "ok", "2024-06-27", id="without a touch it counts from the entry"),
    pytest.param({"tier": "A", "entered_at": "2024-06-18"}, [], "overdue", "2024-06-19", id="and may be overdue without any"),
    pytest.param(
        {"tier": "C", "assigned_at": "2024-06-20", "entered_at": "2024-06-01"},
        [],
        "ok",
        "2024-06-27",
        id="from the assignment where there is one",
    ),
    pytest.param(
        {"tier": "A", "assigned_at": "2024-06-20", "entered_at": "2024-06-01"},
        ["2024-06-17"],
        "overdue",
        "2024-06-18",
        id="but the last touch goes before the assignment",
    ),
    pytest.param({"tier": "D"}, ["2024-06-19"], "ok", None, id="D has no cadence"),
    pytest.param({"tier": None}, ["2024-06-19"], "undetermined", None, id="without a tier nothing is known"),
    pytest.param({"tier": "重要"}, ["2024-06-19"], "undetermined", None, id="nor with an unknown one"),
    pytest.param({"tier": "A"}, ["2024-06-19", "2024-06-25"], "due", "2024-06-20", id="a touch after the run is ignored"),
    pytest.param({"tier": "A"}, ["前天"], "undetermined", None, id="a lead with nothing but an unreadable touch"),
    pytest.param({"tier": "A"}, [None], "undetermined", None, id="or a blank one"),
    pytest.param({"tier": "A", "entered_at": "2024-06-21"}, [], "undetermined", None, id="a lead entered after the run"),
    pytest.param({"tier": "A", "assigned_at": "2024-06-21"}, [], "undetermined", None, id="or assigned after it"),
    pytest.param({"tier": "A", "lead_id": None}, [], "undetermined", None, id="a lead without an id"),
    pytest.param({"tier": "A", "entered_at": None}, [], "undetermined", None, id="a lead without a date or a touch"),
    pytest.param({"tier": "D", "entered_at": None}, [], "undetermined", None, id="the same of tier D"),
    pytest.param({"tier": "A", "entered_at": None}, ["2024-06-20"], "ok", "2024-06-21", id="a touch is enough for the cadence"),
    pytest.param({"tier": "A", "status": "培育中"}, ["2024-06-18"], "overdue", "2024-06-19", id="a lead that is nurtured is open"),
    pytest.param({"tier": "A", "status": "成交"}, ["2024-06-01"], "closed", None, id="won by its own status"),
    pytest.param({"tier": "A", "status": "未成交"}, ["2024-06-01"], "closed", None, id="not won by its own status"),
    pytest.param({"tier": "A", "status": "流失"}, ["2024-06-01"], "closed", None, id="lost by its own status"),
    pytest.param({"tier": "A", "status": "流失", "lead_id": None}, [], "closed", None, id="closed also when it can't be joined"),
    pytest.param({"tier": "A", "status": "暂不跟进"}, ["2024-06-01"], "ok", None, id="not to be followed up for now"),
]


@pytest.mark.parametrize(("lead", "touched", "expected", "next_touch"), FOLLOW_UP)
def test_cadence(lead: dict[str, Any], touched: list[Touch], expected: str, next_touch: str | None) -> None:
    row = state({"entered_at": "2024-06-13", **lead}, *touched)
    assert (row["follow_up"], day(row["next_touch"])) == (expected, next_touch)


TWO_WEEKS = [
    pytest.param({}, ["2024-06-06", "2024-06-20"], "review_due", "2024-06-22", id="first touched two weeks ago, ok by B's cadence"),
    pytest.param({}, ["2024-06-07", "2024-06-20"], "ok", "2024-06-21", id="first touched a day less ago"),
    pytest.param({}, ["2024-06-06", "2024-06-18"], "review_due", "2024-06-20", id="due by B's cadence"),
    pytest.param({}, ["2024-06-06", "2024-06-17"], "overdue", "2024-06-19", id="overdue by B's cadence"),
    pytest.param(
        {}, ["2024-06-06", "2024-06-15", "2024-06-17"], "review_due", "2024-06-19", id="two touches on the last 7 dates, as for B"
    ),
    pytest.param({"status": "重点跟进"}, ["2024-06-06", "2024-06-18"], "overdue", "2024-06-19", id="重点跟进 stays with A's cadence"),
    pytest.param({"status": "成交"}, ["2024-06-06", "2024-06-18"], "closed", None, id="a closed lead is not reviewed"),
    pytest.param({"tier": "B"}, ["2024-06-06", "2024-06-19"], "ok", "2024-06-21", id="a B lead is not reviewed"),
    pytest.param({}, ["2024-06-06"], "pool", "2024-06-08", id="the pool goes before the review"),
]


@pytest.mark.parametrize(("lead", "touched", "expected", "next_touch"), TWO_WEEKS)
def test_an_a_lead_is_reviewed_two_weeks_after_its_first_touch(
    lead: dict[str, Any], touched: list[Touch], expected: str, next_touch: str | None
) -> None:
    row = state({"entered_at": "2024-06-05", **lead}, *touched)
    assert (row["follow_up"], day(row["next_touch"])) == (expected, next_touch)


POOL = [
    pytest.param({}, ["2024-06-12"], "pool", id="eight days after the last touch"),
    pytest.param({}, ["2024-06-13"], "pool_tomorrow", id="on the seventh day: tomorrow"),
    pytest.param({}, ["2024-06-14"], "overdue", id="on the sixth day not yet"),
    pytest.param({}, [], "pool", id="never touched, eight days after the entry"),
    pytest.param({"entered_at": "2024-06-13"}, [], "pool_tomorrow", id="never touched, seven days after the entry"),
    pytest.param({"assigned_at": "2024-06-15"}, ["2024-06-12"], "overdue", id="the pool starts anew at the assignment"),
    pytest.param({"assigned_at": "2024-06-11"}, ["2024-06-12"], "pool", id="an assignment before the last touch changes nothing"),
    pytest.param({"tier": None}, ["2024-06-12"], "pool", id="it needs no tier"),
    pytest.param({"tier": None}, ["2024-06-13"], "pool_tomorrow", id="nor does its eve"),
    pytest.param({"tier": "D"}, ["2024-06-12"], "pool_candidate", id="a D lead may be moved"),
    pytest.param({"tier": "D"}, ["2024-06-13"], "ok", id="but has no eve"),
    pytest.param({"status": "重点跟进"}, ["2024-06-12"], "pool", id="重点跟进 is not exempt"),
    pytest.param({"status": "培育中"}, ["2024-06-12"], "pool", id="nor is 培育中"),
    pytest.param({"status": "成交"}, ["2024-06-12"], "closed", id="a closed lead is"),
    pytest.param({"status": "暂不跟进"}, ["2024-06-12"], "ok", id="暂不跟进 is"),
    pytest.param({"lead_id": None}, [], "undetermined", id="without an id touches are unknown"),
    pytest.param({"entered_at": "2024-06-21"}, [], "undetermined", id="entered after the run"),
    pytest.param({"entered_at": "2024-05"}, [], "pool", id="entered in May, on whatever day"),
    pytest.param({"entered_at": "2024-06"}, [], "ok", id="entered in this month, perhaps today"),
]


@pytest.mark.parametrize(("lead", "touched", "expected"), POOL)
def test_a_lead_goes_to_the_pool_after_more_than_seven_days_without_a_touch(
    lead: dict[str, Any], touched: list[Touch], expected: str
) -> None:
    assert state({"entered_at": "2024-06-12", **lead}, *touched)["follow_up"] == expected


@pytest.mark.parametrize(
    ("touched", "as_of", "expected"),
    [
        pytest.param("2024-06-12 12:00", NOON, "pool", id="eight times 24 hours"),
        pytest.param("2024-06-12 12:01", NOON, "pool_tomorrow", id="a minute less"),
        pytest.param("2024-06-12", NOON, "pool", id="by dates where the touch has no hour"),
        pytest.param("2024-06-12 12:01", NOON.date(), "pool", id="by dates where the run has no hour"),
    ],
)
def test_with_hours_at_both_ends_the_pools_days_are_whole_24_hours(touched: str, as_of: dt.date, expected: str) -> None:
    assert state({"entered_at": "2024-06-01"}, touched, as_of=as_of)["follow_up"] == expected


def test_the_owner_stays_when_a_lead_belongs_into_the_pool() -> None:
    row = state({"entered_at": "2024-06-01", "owner": "李四"})
    assert (row["follow_up"], row["owner"]) == ("pool", "李四")


def test_the_days_until_the_pool_are_those_of_the_rules_sheet() -> None:
    assert state({"entered_at": "2024-06-01"}, "2024-06-12", rules=rules_sheet([("pool.days", 30)]))["follow_up"] == "overdue"


def test_two_leads_with_one_id_have_no_touches_and_no_states() -> None:
    frame = assessed([{"lead_id": "7"}, {"lead_id": "7"}, {}], [{"lead_id": "7"}]).leads
    assert frame["follow_up"].tolist()[:2] == ["undetermined", "undetermined"]
    assert frame["first_touch"].tolist()[:2] == ["undetermined", "undetermined"]
    assert np.isnan(frame["touches"].iloc[0])


def test_without_follow_ups_nothing_is_said_but_closed() -> None:
    frame = assessed([{"entered_at": "2024-01-01"}, {"status": "成交"}], followups=None).leads
    assert frame["follow_up"].tolist() == ["undetermined", "closed"]
    assert frame["touches"].isna().all()


def test_two_touches_of_a_month_without_days_count_as_its_last_day_in_the_window_of_b() -> None:
    def of(when: str) -> str:
        row = state({"entered_at": "2024-06-01", "tier": "B"}, when, when, as_of=dt.date(2024, 7, 3))
        return str(row["follow_up"])

    assert of("2024-06") == of("2024-06-30") == "due"


def test_the_pool_counts_from_the_last_day_of_a_month_of_entry_when_it_was_assigned_within_it() -> None:
    row = state({"entered_at": "2024-05", "assigned_at": "2024-05-10"}, as_of=dt.date(2024, 6, 7))
    assert row["follow_up"] == "pool_tomorrow"
