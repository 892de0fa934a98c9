"""Advice whom to give a lead that nobody owns (RULES.md 5)."""

from __future__ import annotations

from typing import Any

import pytest

from .build import assessed, rules_sheet
from .registry import known_of, registered, registry

PEOPLE = {
    "person": ["王经理", "张三", "李四", "赵六"],
    "role": ["销售经理", "销售", "销售", "销售"],
    "region": [None, "上海、江苏", "上海", "北京"],
    "industry": [None, None, None, "教育、医疗"],
}


def advised(*leads: dict[str, Any], big: Any = 1000000) -> list[str | None]:
    rules = rules_sheet([("assign.big_account", big)], **PEOPLE)
    return assessed([{"owner": None, **lead} for lead in leads], rules=rules).leads["owner_suggested"].tolist()


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        pytest.param({"budget": "100-200万", "region": "北京"}, "王经理", id="a big account goes to the manager"),
        pytest.param({"budget": "100万", "region": "北京"}, "王经理", id="the threshold is big"),
        pytest.param({"budget": "50-99万", "region": "北京"}, "赵六", id="else the region decides"),
        pytest.param({"region": "江苏省苏州市"}, "张三", id="a region that contains the person's"),
        pytest.param({"region": "广东", "industry": "医疗器械"}, "赵六", id="else the industry"),
        pytest.param({"region": "上海", "industry": "教育"}, "张三", id="the region goes before the industry"),
        pytest.param({"region": "广东", "industry": "物流"}, None, id="nobody fits"),
        pytest.param({"region": None, "industry": None}, None, id="nothing known"),
        pytest.param({"region": "北京", "owner": "钱七"}, None, id="a lead with an owner"),
        pytest.param({"region": "北京", "status": "成交"}, None, id="a closed lead"),
    ],
)
def test_whom_a_lead_is_advised_to_go_to(lead: dict[str, Any], expected: str | None) -> None:
    assert advised(lead) == [expected]


def test_without_a_threshold_there_are_no_big_accounts() -> None:
    assert advised({"budget": "900万", "region": "北京"}, big=None) == ["赵六"]


def test_among_several_the_smallest_workload_takes_it() -> None:
    assert advised({"owner": "张三"}, {"region": "上海"}, {"region": "上海"}, {"region": "上海"}) == [None, "李四", "张三", "李四"]


def test_closed_leads_are_no_workload() -> None:
    assert advised({"owner": "张三", "status": "成交"}, {"region": "上海"}) == [None, "张三"]


def test_without_a_roster_nobody_is_advised() -> None:
    assert assessed([{"owner": None, "region": "上海"}]).leads["owner_suggested"].tolist() == [None]


@pytest.mark.parametrize(
    ("lead", "known", "expected"),
    [
        pytest.param({"所属行业": "83"}, {}, "赵六", id="the industry by its number"),
        pytest.param({"所属行业": "Education"}, {}, "赵六", id="the industry in English"),
        pytest.param({"所属行业": "汽车制造业"}, {}, "钱七", id="a division by its section"),
        pytest.param({"所属行业": "道路运输业"}, {}, None, id="nobody's industry"),
        pytest.param({"所属行业": "教育"}, {"预算范围": "100-200万"}, "王经理", id="the customer's budget makes a big account"),
        pytest.param({"所属行业": "教育"}, {"预算范围": "待确认"}, "赵六", id="an unknown budget makes none"),
        pytest.param({"所在地区": "上海", "所属行业": "教育"}, {}, "张三", id="the region goes before the industry"),
        pytest.param({"所属行业": "教育", "负责人": "钱七"}, {}, None, id="a lead with an owner"),
    ],
)
def test_whom_a_registered_lead_is_advised_to_go_to(lead: dict[str, Any], known: dict[str, Any], expected: str | None) -> None:
    people = {**PEOPLE, "person": [*PEOPLE["person"], "钱七"], "role": [*PEOPLE["role"], "销售"]}
    people |= {"region": [*PEOPLE["region"], None], "industry": [*PEOPLE["industry"], "C"]}
    sheets = [registry({"负责人": None, **lead}, extra=("所在地区",)), rules_sheet([("assign.big_account", 1000000)], **people)]
    found = registered(*sheets, known_of({"线索编号": "X001", "成立年限": "5年", **known}))
    assert found.leads["owner_suggested"].tolist() == [expected]
