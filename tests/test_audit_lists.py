"""What an audit is for: who has to complete which leads, and every format over several workbooks (DESIGN.md 2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from .funnel.registry import LEAD
from .workbooks import AS_OF, column_of, lead, own_sheet, refresh, run, team, type_in, workbook

NOW = ("--as-of", AS_OF.isoformat())


def test_an_audit_says_who_has_to_complete_which_leads(tmp_path: Path) -> None:
    leads = [
        lead("L1", 联系方式=None, 来源="-"),
        lead("L2", 负责人="李小芳", 需求描述=None),
        lead("L3", 负责人=None, 联系人=None),
        lead("L4"),
    ]
    path = team(tmp_path / "book.xlsx", [*leads, lead("L5", 联系方式=None)])
    lines = run("audit", path, *NOW).stdout.splitlines()
    own = lines[next(i for i, line in enumerate(lines) if "待 " in line) :]
    assert own[:-1] == [
        "  待 （无负责人） 补充：1 条线索",
        "    线索信息表!C4  L3  甲L3有限公司  请补充 联系人",
        "  待 李小芳 补充：1 条线索",
        "    线索信息表!F3  L2  甲L2有限公司  请补充 需求描述",
        "  待 王大力 补充：2 条线索",
        "    线索信息表!D2  L1  甲L1有限公司  请补充 联系方式、来源",
        "    线索信息表!D6  L5  甲L5有限公司  请补充 联系方式",
    ]
    masked = run("audit", path, *NOW, "--mask").stdout
    assert "待 李* 补充：1 条线索" in masked
    assert "李小芳" not in masked


def test_an_audit_of_a_clean_workbook_gives_nothing_back(tmp_path: Path) -> None:
    assert "补充" not in run("audit", team(tmp_path / "clean.xlsx", [lead("L1")]), *NOW).stdout


def test_the_lists_follow_what_the_team_requires(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 需求描述=None)])
    refresh(path)
    rules = own_sheet(path, "rules")
    for code, value in (("数据表", "线索"), ("必填字段", "需求描述"), ("未填时", "不要求")):
        type_in(path, "规则", 5, column_of(rules, code), value)
    assert "补充" not in run("audit", path, *NOW).stdout


@pytest.mark.parametrize("form", ["text", "csv", "json", "xlsx"])
def test_an_audit_of_several_workbooks_goes_on_after_one_that_fails(tmp_path: Path, form: str) -> None:
    book, clean = team(tmp_path / "book.xlsx", [lead("L1", 来源=None)]), team(tmp_path / "clean.xlsx", [lead("L1")])
    result = run("audit", tmp_path / "gone.xlsx", book, clean, *NOW, "--format", form, "-o", tmp_path / f"out.{form}")
    assert (result.exit_code, str(tmp_path / "gone.xlsx") in result.stderr) == (2, True)
    assert (tmp_path / f"out.{form}").stat().st_size > 0
    assert run("audit", book, clean, *NOW, "--format", form, "-o", tmp_path / f"2.{form}", "--fail-on", "never").exit_code == 0


def test_in_a_registry_the_review_gives_leads_back_to_who_took_them_in(tmp_path: Path) -> None:
    rows = [{**LEAD, "联系方式": None, "所属行业": None}, {**LEAD, "线索编号": "X002", "审核意见": "请补充需求细节", "初步接触人": "李四"}]
    path = workbook(tmp_path / "book.xlsx", {"线索登记": [list(LEAD), *(list(row.values()) for row in rows)]})
    lines = run("audit", path, *NOW).stdout.splitlines()
    own = lines[next(i for i, line in enumerate(lines) if "待 " in line) : -1]
    assert [line.strip() for line in own] == [
        "待 张三 补充：1 条线索",
        "线索登记!H2  X001  海川物流有限公司  请补充 联系方式、所属行业",
        "待 李四 补充：1 条线索",
        "线索登记!O3  X002  海川物流有限公司  请补充需求细节",
    ]
