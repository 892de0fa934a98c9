"""The rules sheet from end to end: what a person types counts in the next refresh, what can't be used is said everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from funnelbook.words import say

from .workbooks import AS_OF, column_of, lead, own_sheet, refresh, rows_below, run, team, touch, type_in

NOW = ("--as-of", AS_OF.isoformat())
FIRST = 5
"""The first row below the headers of the rules sheet."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = team(tmp_path / "book.xlsx", [lead("L1", 来源="地推", 负责人="王大力")], [touch("L1", "2024-06-19", 跟进人="王大力")])
    refresh(path)
    return path


def typed(path: Path, **lists: list[Any]) -> None:
    """A person types below the headers of the rules sheet."""
    rules = own_sheet(path, "rules")
    for header, values in lists.items():
        for row, value in enumerate(values, start=FIRST):
            type_in(path, rules.sheet, row, column_of(rules, header), value)


def value_of(path: Path, key: str, value: Any) -> str:
    """A person changes a value; its cell."""
    rules = own_sheet(path, "rules")
    row = next(row["row"] for row in rows_below(rules, "规则代码") if row.get("规则代码") == key)
    type_in(path, rules.sheet, row, 3, value)
    return f"C{row}"


def test_inspect_lists_all_that_differs_from_the_default(book: Path) -> None:
    value_of(book, "pool.days", 10)
    typed(
        book,
        姓名=["王大力"],
        角色=["销售经理"],
        重点行业=["制造业"],
        公司休息日=["2024-02-08"],
        词表=["来源"],
        团队用词=["地推"],
        标准词=["市场活动"],
    )
    typed(book, **{"产品": ["仓储"], "定价(元)": [300000], "数据表": ["线索"], "必填字段": ["所在地区"], "未填时": ["警告"]})
    lines = [line.strip() for line in run("inspect", book).stdout.splitlines()]
    assert lines[-7:] == [
        f"规则 {say('rule.pool.days', 'zh')}（pool.days） = 10，默认 7",
        "产品与定价：仓储、300000",
        "人员名单：王大力、销售经理",
        "重点行业：制造业",
        "公司休息日：2024-02-08",
        "必填要求：线索、所在地区、警告",
        "词语映射：来源、地推、市场活动",
    ]
    assert set(json.loads(run("inspect", book, "--json").stdout)["rule_lists"]) == {
        "prices", "roster", "key_industries", "holidays", "required", "words",
    }  # fmt: skip


def test_inspect_of_an_untouched_sheet_lists_nothing(book: Path) -> None:
    found = json.loads(run("inspect", book, "--json").stdout)
    assert (found["rules_changed"], found["rule_lists"], found["rule_findings"]) == ([], {}, [])


@pytest.mark.parametrize(
    ("key", "value"),
    [("pool.days", "很久"), ("tier.A", 10), ("score.fit.full", 90), ("profile", "客户表"), ("first_touch.A", -1)],
)
def test_a_wrong_value_is_a_finding_at_its_cell_and_the_summary_says_so(book: Path, key: str, value: Any) -> None:
    before = json.loads(run("audit", book, *NOW, "--format", "json").stdout)
    cell = value_of(book, key, value)
    after = json.loads(run("audit", book, *NOW, "--format", "json").stdout)
    assert [(one["sheet"], one["cell"]) for one in after["findings"] if one["code"] == "rule.invalid"] == [("规则", cell)]
    assert (after["leads"], after["metrics"]) == (before["leads"], before["metrics"])
    assert cell in run("inspect", book).stdout
    refresh(book)
    summary = own_sheet(book, "summary")
    texts = [str(value) for column in summary.columns for value in column if isinstance(value, str)]
    assert [text for text in texts if "1 处填写不能使用" in text and cell in text]


def test_a_name_that_stands_twice_is_a_finding_and_is_masked_like_any_name(book: Path) -> None:
    typed(book, 姓名=["欧阳小敏", "欧阳小敏"])
    assert "欧阳小敏" in run("audit", book, *NOW).stdout
    masked = run("audit", book, *NOW, "--mask").stdout
    assert "欧阳小敏" not in masked
    assert "欧*" in masked


def test_a_field_that_the_team_requires_is_highlighted_and_one_that_it_does_not_is_not(book: Path) -> None:
    typed(book, 数据表=["线索", "线索"], 必填字段=["联系人", "产品"], 未填时=["不要求", "错误"])
    type_in(book, "线索信息表", 2, 3, None)
    plan = json.loads(run("refresh", book, *NOW, "--dry-run", "--json").stdout)["plan"]["edits"]
    missing = [line for line in plan if line.startswith("highlight 线索信息表!C2") and "COUNTA" in line]
    assert missing == []
    assert [
        one["field"] for one in json.loads(run("audit", book, *NOW, "--format", "json").stdout)["findings"] if "missing" in one["code"]
    ] == ["product"]


def test_inspect_says_that_a_rule_is_empty_by_default(book: Path) -> None:
    value_of(book, "team.name", "华东一队")
    assert f"（team.name） = 华东一队，默认 {say('cli.rule.none', 'zh')}" in run("inspect", book).stdout
