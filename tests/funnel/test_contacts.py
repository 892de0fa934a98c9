"""Contacts: every customer within 7, 14 or 30 days by grade (RULES.md 4, customer cadence)."""

from __future__ import annotations

from typing import Any

import pytest

from ..lifecycle import assessed, lead, reminded, states, visit
from .build import rules_sheet


def cadence(*visits: Any, grade: str | None = "A", **tables: Any) -> Any:
    customers = [{"客户ID": "KH1", "线索ID": "LX1", "客户等级": grade, **tables.pop("customer", {})}]
    return assessed(*tables.pop("more", ()), customers=customers, followups=list(visits), **tables)


@pytest.mark.parametrize(
    ("grade", "last", "expected"),
    [
        pytest.param("A", "2024-06-14", [], id="A: the sixth day"),
        pytest.param("A", "2024-06-13", [(2, "owner", "due", "2024-06-20")], id="A: the seventh day"),
        pytest.param("A", "2024-06-12", [(2, "owner", "overdue", "2024-06-19")], id="A: the eighth day"),
        pytest.param("A", "2024-06-06", [(2, "owner", "overdue", "2024-06-13")], id="A: passed by one limit"),
        pytest.param("A", "2024-06-05", [(2, "supervisor", "overdue", "2024-06-12")], id="A: passed by more than one limit"),
        pytest.param("B", "2024-06-07", [], id="B: the thirteenth day"),
        pytest.param("B", "2024-06-06", [(2, "owner", "due", "2024-06-20")], id="B: the fourteenth day"),
        pytest.param("B级", "2024-06-05", [(2, "owner", "overdue", "2024-06-19")], id="B: the fifteenth day"),
        pytest.param("C", "2024-05-22", [], id="C: the 29th day"),
        pytest.param("C", "2024-05-21", [(2, "owner", "due", "2024-06-20")], id="C: the thirtieth day"),
        pytest.param("C", "2024-05-20", [(2, "owner", "overdue", "2024-06-19")], id="C: the 31st day"),
    ],
)
def test_a_customer_is_contacted_as_often_as_the_grade_asks(grade: str, last: str, expected: list[Any]) -> None:
    found = cadence(visit("KH1", last), grade=grade, leads=[lead("LX1", 创建时间="2024-05-01")])
    assert reminded(found, "customer cadence") == expected


def test_the_last_contact_counts() -> None:
    assert reminded(cadence(visit("KH1", "2024-06-19"), visit("KH1", "2024-06-02")), "customer cadence") == []


def test_a_negotiation_is_a_contact() -> None:
    found = cadence(visit("KH1", "2024-06-02"), negotiations=[{"客户ID": "KH1", "谈判时间": "2024-06-18"}])
    assert states(found, "customers", "customer cadence") == ["waiting"]


def test_a_follow_up_that_names_the_lead_is_a_contact_with_its_customer() -> None:
    assert states(cadence(visit("LX1", "2024-06-19")), "customers", "customer cadence") == ["waiting"]


def test_without_a_contact_the_day_of_the_update_counts() -> None:
    found = cadence(customer={"更新时间": "2024-06-10"})
    assert reminded(found, "customer cadence") == [(2, "owner", "overdue", "2024-06-17")]


def test_a_contact_counts_before_the_update() -> None:
    assert states(cadence(visit("KH1", "2024-06-02"), customer={"更新时间": "2024-06-20"}), "customers", "customer cadence") == ["overdue"]


@pytest.mark.parametrize("day", ["2024-06-25", "下周", None])
def test_a_contact_after_the_run_or_of_an_unreadable_day_is_ignored(day: str | None) -> None:
    assert states(cadence(visit("KH1", "2024-06-02"), visit("KH1", day)), "customers", "customer cadence") == ["overdue"]


@pytest.mark.parametrize("grade", [None, "特级", "-"])
def test_a_customer_without_a_grade_has_no_cadence(grade: str | None) -> None:
    assert states(cadence(visit("KH1", "2024-01-02"), grade=grade), "customers", "customer cadence") == ["undetermined"]


def test_a_customer_of_whom_nothing_is_dated_has_no_cadence() -> None:
    assert states(cadence(), "customers", "customer cadence") == ["undetermined"]


@pytest.mark.parametrize("status", ["合同签订", "丢单", "流失", "终止"])
def test_the_cadence_ends_with_the_lead(status: str) -> None:
    found = cadence(visit("KH1", "2024-06-02"), progress=[{"客户ID": "KH1", "当前阶段": "谈判", "状态": status}])
    assert states(found, "customers", "customer cadence") == ["exempt"]


def test_another_open_deal_keeps_the_cadence_running() -> None:
    deals = [{"客户ID": "KH1", "当前阶段": "签约", "状态": "合同签订"}, {"客户ID": "KH1", "当前阶段": "复购", "状态": "进行中"}]
    assert states(cadence(visit("KH1", "2024-06-02"), progress=deals), "customers", "customer cadence") == ["overdue"]


def test_the_days_are_those_of_the_rules_sheet() -> None:
    found = cadence(visit("KH1", "2024-06-16"), more=[rules_sheet([("grade.A.days", 3)])])
    assert states(found, "customers", "customer cadence") == ["overdue"]


def test_the_reminder_goes_to_the_customer_s_own_person_else_to_the_lead_s() -> None:
    def owners(found: Any) -> list[Any]:
        return [(r.lead_id, r.owner) for r in found.reminders if r.rule == "customer cadence"]

    assert owners(cadence(visit("KH1", "2024-06-02"))) == [("LX1", "李*")]
    assert owners(cadence(visit("KH1", "2024-06-02"), customer={"跟进人": "孙*"})) == [("LX1", "孙*")]


def test_two_customers_of_one_id_are_joined_to_no_contact() -> None:
    customers = [{"客户ID": "KH1", "线索ID": "LX1", "客户等级": "A"}] * 2
    found = assessed(customers=customers, followups=[visit("KH1", "2024-06-19")])
    assert states(found, "customers", "customer cadence") == ["undetermined", "undetermined"]
