"""Links: which row belongs to which lead and customer (RULES.md 1.11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from funnelbook.funnel.find import find_tables
from funnelbook.funnel.links import Links, link
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.rulebook import RuleBook

from .build import assessed_grids, found, grid

LEADS = [["线索ID", "客户名称", "联系人", "线索来源", "跟进人", "创建时间"], ["LX1", "甲", "张", "展会", "李", "2024-06-01"]]
LEADS += [["LX2", "乙", "王", "官网", "李", "2024-06-02"]]
CUSTOMERS = [["客户ID", "线索ID", "客户名称", "客户等级", "决策人"], ["KH1", "LX2", "乙", "A", "王"], ["KH2", "LX9", "丙", "B", "赵"]]
PROGRESS = [["客户ID", "当前阶段", "合同编号", "状态"], ["KH1", "谈判", "HT1", "进行中"], ["KH7", "谈判", "HT2", "进行中"]]
DELIVERIES = [["合同编号", "客户ID", "交付环节", "交付日期"], ["HT1", None, "安装", "2024-06-01"], ["HT9", None, "安装", "2024-06-01"]]
VISITS = [["客户ID", "跟进时间", "跟进方式", "沟通内容"], ["KH1", "2024-06-05", "电话", "回访"], ["LX1", "2024-06-05", "电话", "首访"]]


def sheets(*of: tuple[str, Sequence[Sequence[Any]]]) -> list[Any]:
    return [grid(rows, sheet) for sheet, rows in of]


ALL = [("线索", LEADS), ("客户", CUSTOMERS), ("进度", PROGRESS), ("交付", DELIVERIES), ("回访", VISITS)]


def links_of(*of: tuple[str, Sequence[Sequence[Any]]]) -> Links:
    rules = RuleBook.default()
    return link(normalise(find_tables(sheets(*of), rules), rules))


def test_a_customer_leads_to_its_lead_and_a_contract_to_its_customer() -> None:
    links = links_of(*ALL)
    assert links.lead["customers"].tolist() == [1, -1]
    assert (links.customer["progress"].tolist(), links.lead["progress"].tolist()) == ([0, -1], [1, -1])
    assert (links.customer["deliveries"].tolist(), links.lead["deliveries"].tolist()) == ([0, -1], [1, -1])


def test_a_follow_up_may_name_its_customer_or_its_lead() -> None:
    links = links_of(*ALL)
    assert links.lead["followups"].tolist() == [1, 0]
    assert not links.unknown["followups"].any()


def test_an_id_that_nobody_bears_is_reported_where_it_stands() -> None:
    assert found(assessed_grids(sheets(*ALL)), "key.unknown") == ["客户!B3", "进度!A3", "交付!A3"]


def test_two_customers_of_one_id_are_reported_and_nothing_is_joined_to_them() -> None:
    twice = [*CUSTOMERS, ["KH1", "LX1", "甲", "C", "李"]]
    assert found(assessed_grids(sheets(("线索", LEADS), ("客户", twice))), "key.duplicate") == ["客户!A2", "客户!A4"]
    assert links_of(("线索", LEADS), ("客户", twice), ("进度", PROGRESS)).customer["progress"].tolist() == [-1, -1]


def test_without_a_table_of_customers_nothing_is_joined_and_nothing_reported() -> None:
    assessment = assessed_grids(sheets(("线索", LEADS), ("进度", PROGRESS)))
    assert found(assessment, "key.unknown") == []


def test_a_contract_of_several_rows_leads_to_the_customer_that_all_of_them_name() -> None:
    rows = [*PROGRESS, ["KH1", "签约", "HT1", "合同签订"]]
    assert links_of(("线索", LEADS), ("客户", CUSTOMERS), ("进度", rows), ("交付", DELIVERIES)).customer["deliveries"].tolist() == [0, -1]
    rows = [*PROGRESS, ["KH2", "签约", "HT1", "合同签订"]]
    assert links_of(("线索", LEADS), ("客户", CUSTOMERS), ("进度", rows), ("交付", DELIVERIES)).customer["deliveries"].tolist() == [-1, -1]


def test_without_a_table_of_customers_a_follow_up_may_name_one_that_another_table_knows() -> None:
    visits = [*VISITS, ["KH5", "2024-06-05", "电话", "谁"]]
    assert found(assessed_grids(sheets(("线索", LEADS), ("进度", PROGRESS), ("回访", visits))), "key.unknown") == ["回访!A4"]
