"""Leads that the review of 001 gives back: which, to whom, what is missing, and where the list stands (RULES.md 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funnelbook.edits import Link
from funnelbook.report.audit import RETURNED, remark_key
from funnelbook.report.returns import Return, returns

from ..funnel.build import sheet_of
from ..funnel.registry import LEAD, registry
from ..workbooks import column_of, own_sheet, refresh, rows_below, type_in, workbook
from .sheets import answered, table_below


def given_back(*leads: dict[str, Any], without: tuple[str, ...] = ()) -> list[Return]:
    found = answered([registry(*leads, without=without)])
    return returns(found.records, found.assessment, found.rules)


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        pytest.param({"公司名称": None}, ("company",), id="no company"),
        pytest.param({"联系人": "—"}, ("contact",), id="no contact"),
        pytest.param({"联系方式": "无"}, ("phone",), id="no way to reach"),
        pytest.param({"线索来源": "请选择"}, ("source",), id="no source"),
        pytest.param(
            {"初步需求": None, "联系方式": None, "所属行业": None}, ("phone", "need", "industry"), id="with all else that is blank"
        ),
        pytest.param({"审核意见": "退回"}, (), id="given back in words"),
        pytest.param({"审核意见": "需补充客户采购决策人信息"}, (), id="as the document puts it"),
        pytest.param({"审核意见": "退回,缺需求", "初步需求": None}, ("need",), id="given back in words, and something is blank"),
        pytest.param({"审核时间": None, "审核意见": None, "联系人": None}, ("contact",), id="not reviewed yet"),
    ],
)
def test_an_open_lead_that_lacks_what_the_review_asks_for_is_given_back(cells: dict[str, Any], missing: tuple[str, ...]) -> None:
    (one,) = given_back(cells)
    assert one.missing == missing


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({}, id="complete"),
        pytest.param({"初步需求": None, "线索类型": None}, id="what the review doesn't ask for"),
        pytest.param({"公司名称": None, "线索状态": "流失"}, id="closed"),
        pytest.param({"审核意见": "符合跟进条件,无需补充,分配给王*"}, id="nothing to add"),
        pytest.param({"审核意见": "信息完整,不退回"}, id="said not to be given back"),
        pytest.param({"联系方式": "12"}, id="filled with something wrong"),
    ],
)
def test_no_other_lead_is_given_back(cells: dict[str, Any]) -> None:
    assert given_back(cells) == []


def test_who_took_the_lead_in_has_to_complete_it_else_its_owner() -> None:
    found = given_back(
        {"联系人": None, "初步接触人": "赵六", "负责人": "张三"},
        {"联系人": None, "初步接触人": None, "负责人": "李四"},
        {"联系人": None, "初步接触人": None, "负责人": None},
        {"联系人": None, "初步接触人": "李四"},
    )
    assert [(one.person, one.lead_id) for one in found] == [(None, "X003"), ("李四", "X002"), ("李四", "X004"), ("赵六", "X001")]


def test_a_return_says_where_to_begin() -> None:
    (one,) = given_back({"线索来源": None, "联系方式": None, "审核意见": "退回补充"})
    assert (one.sheet, one.cell, one.company, one.opinion) == ("线索登记", "H2", "海川物流有限公司", "退回补充")
    (one,) = given_back({"审核意见": "退回补充"})
    assert one.cell == "O2"


def test_a_column_that_the_whole_table_lacks_gives_no_lead_back() -> None:
    assert given_back({}, {}, without=("线索来源",)) == []


def test_workbooks_of_other_documents_give_nothing_back() -> None:
    found = answered([sheet_of("leads", [{"company": None}])])
    assert returns(found.records, found.assessment, found.rules) == []


def test_the_returns_stand_above_the_findings_of_everybody_with_a_count_of_each() -> None:
    found = answered([registry({"联系方式": None, "线索来源": None}, {"联系人": None, "初步接触人": "李四"}, {"初步需求": None})])
    sheet = found.sheet("audit")
    listed = table_below(sheet, "负责人")
    assert [row["负责人"] for row in listed] == sorted((row["负责人"] for row in listed), key=["张三", "李四"].index)
    assert listed[0]["规则代码"] == RETURNED
    rows = sorted(listed, key=lambda row: row["规则代码"] != RETURNED)
    assert [(row["级别"], row["负责人"], row["编号"], row["问题与处理建议"]) for row in rows[:2]] == [
        ("退回补充", "张三", "X001", "审核退回，请补充：联系方式、线索来源"),
        ("退回补充", "李四", "X002", "审核退回，请补充：联系人"),
    ]
    assert rows[0]["单元格"] == Link("H2", "'线索登记'!H2")
    assert [row["规则代码"] for row in rows[2:]].count(RETURNED) == 0
    assert len(rows) == 2 + len(found.assessment.findings)
    assert str(sheet.rows[2][0].value).endswith("退回补充 2 条：张三 1 条、李四 1 条")  # type: ignore[union-attr]  # a Cell


def test_a_remark_beside_a_return_stays_while_cells_are_filled_and_moves_to_the_changes_then(tmp_path: Path) -> None:
    lead = {**LEAD, "联系方式": None, "线索来源": None}
    path = workbook(tmp_path / "登记.xlsx", {"线索登记": [list(LEAD), list(lead.values())]})
    refresh(path)
    type_in(path, "数据审计", 6, column_of(own_sheet(path, "audit"), "处理说明"), "已电话联系")
    type_in(path, "线索登记", 2, list(LEAD).index("联系方式") + 1, "13800138001")
    refresh(path)
    (row,) = [row for row in rows_below(own_sheet(path, "audit"), "负责人") if row["级别"] == "退回补充"]
    assert (row["单元格"], row["处理说明"]) == ("D2", "已电话联系")
    type_in(path, "线索登记", 2, list(LEAD).index("线索来源") + 1, "展会")
    refresh(path)
    assert not [row for row in rows_below(own_sheet(path, "audit"), "负责人") if row.get("级别") == "退回补充"]
    assert any("已电话联系" in str(row) for row in rows_below(own_sheet(path, "changes"), "统计日期"))


def test_a_row_of_a_return_is_recognised_by_its_lead() -> None:
    rows = [
        list(table_below(answered([registry(cells)]).sheet("audit"), "负责人")[0].values())
        for cells in ({"联系方式": None, "联系人": None}, {"联系方式": None})
    ]
    assert remark_key(rows[0])[:-1] == remark_key(rows[1])[:-1] == (RETURNED, "线索登记", "", "X001")
