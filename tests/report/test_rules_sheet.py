"""The rules sheet: what is written gives the same rule book when it is read, and only missing rows are added (DESIGN.md 4)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from funnelbook.edits import PutCell
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Grid
from funnelbook.report.rules_sheet import FIRST_ROW, HEADER_ROW, missing_rules, rules_sheet
from funnelbook.words import LANGUAGES

from ..funnel.build import grid, sheet_of
from ..workbooks import lead, own_sheet, refresh, rows_below, team, type_in
from .sheets import answered, read_back, values

RULES = RuleBook.default()


def written(lang: str = "zh") -> Grid:
    (sheet,) = read_back(rules_sheet(RULES, "规则", lang))
    return sheet


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_rule_book_comes_back_as_it_was(lang: str) -> None:
    again = RULES.overlaid([written(lang)])
    assert again.values == RULES.values
    assert (again.prices, again.roster, again.mapping, again.left_out, again.findings) == ((), (), {}, frozenset(), ())


def cell(column: int, row: int, value: Any) -> Grid:
    """The sheet after a person typed a value."""
    sheet = written()
    columns = list(sheet.columns)
    columns[column - 1] = columns[column - 1].copy()
    columns[column - 1][row - 1] = value
    return replace(sheet, columns=tuple(columns))


def test_what_a_person_types_is_in_force() -> None:
    row = FIRST_ROW + list(RULES.rules).index("pool.days")
    assert RULES.overlaid([cell(3, row, 10)]).values["pool.days"] == 10


def test_the_lists_are_read_where_they_are_offered() -> None:
    heads = {header: column for column, header in enumerate(values(rules_sheet(RULES, "规则", "zh"))[HEADER_ROW - 1], start=1)}
    assert RULES.overlaid([cell(heads["姓名"], FIRST_ROW + 29, "张三")]).roster[0].name == "张三"
    assert RULES.overlaid([cell(heads["不读取的工作表"], FIRST_ROW, "归档")]).left_out == {"归档"}
    assert RULES.overlaid([cell(heads["定价(元)"], FIRST_ROW, 5000)]).prices[0].price == 5000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_has_its_name_and_its_source(lang: str) -> None:
    rows = values(rules_sheet(RULES, "规则", lang))[HEADER_ROW:][: len(RULES.rules)]
    assert [row[0] for row in rows] == list(RULES.rules)
    assert all(row[1] and row[4] for row in rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_drop_downs_and_prompts_are_as_short_as_excel_wants(lang: str) -> None:
    for rule in rules_sheet(RULES, "规则", lang).validations:
        assert len(",".join(rule.choices)) <= 255
        assert not any("," in choice for choice in rule.choices)
        assert len(rule.title) <= 32
        assert max(len(rule.prompt), len(rule.error)) <= 255


def test_every_number_has_its_bounds() -> None:
    sheet = rules_sheet(RULES, "规则", "zh")
    bounded = {
        rule.range.top for rule in sheet.validations if rule.kind in ("whole", "decimal") and rule.low is not None and rule.high is not None
    }
    numbers = {FIRST_ROW + i for i, rule in enumerate(RULES.rules.values()) if rule.kind in ("number", "whole")}
    assert bounded == numbers


def test_a_sheet_with_all_rules_needs_none() -> None:
    assert missing_rules(written(), RULES, "zh") == []


def test_missing_rules_are_added_below_and_nothing_else_is_touched() -> None:
    keys = [key for key in RULES.rules if key not in ("tier.B", "pool.days")]
    own = grid([["规则"], [], ["规则代码", "含义", "取值"], *([key, "x", 1] for key in keys), [], ["自己的话"]], "规则", own_sheet="rules")
    edits = missing_rules(own, RULES, "zh")
    assert all(isinstance(edit, PutCell) for edit in edits)
    placed = {(edit.row, edit.column): edit.value for edit in edits if isinstance(edit, PutCell)}
    last = 3 + len(keys) + 2
    assert {row for row, _ in placed} == {last + 1, last + 2}
    assert [placed[last + 1, 1], placed[last + 2, 1]] == ["tier.B", "pool.days"]
    assert placed[last + 1, 3] == 60


def test_missing_rules_follow_a_column_that_was_moved() -> None:
    own = grid([[], [None, "规则代码", "含义", "取值"], [None, "tier.A", "x", 85]], "规则", own_sheet="rules")
    edits = missing_rules(own, RULES, "zh")
    assert {edit.column for edit in edits if isinstance(edit, PutCell)} == {2, 3, 4, 5, 6}


def test_a_sheet_without_any_rule_is_left_alone() -> None:
    assert missing_rules(grid([["自己的"]], "规则", own_sheet="rules"), RULES, "zh") == []


def test_the_sheet_is_made_once_and_then_the_users(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 线索等级=None)])
    refresh(path)
    at = next(row["row"] for row in rows_below(own_sheet(path, "rules"), "规则代码") if row["规则代码"] == "tier.A")
    type_in(path, "规则", at, 3, 85)
    type_in(path, "规则", at, 2, "改过的说明")
    pool = next(row["row"] for row in rows_below(own_sheet(path, "rules"), "规则代码") if row["规则代码"] == "pool.days")
    for column in range(1, 6):
        type_in(path, "规则", pool, column, None)
    refresh(path)
    rows = {row["规则代码"]: row for row in rows_below(own_sheet(path, "rules"), "规则代码")}
    assert (rows["tier.A"]["取值"], rows["tier.A"]["含义"]) == (85, "改过的说明")
    assert rows["pool.days"]["取值"] == 7
    assert rows["pool.days"]["row"] > pool
    before = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == before


def test_a_sheet_of_the_users_with_that_name_stays(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1")], 规则=[["公司考勤规则"]], 汇总=[["我的汇总"]])
    refresh(path)
    book = openpyxl.load_workbook(path)
    assert (book["规则"]["A1"].value, book["汇总"]["A1"].value) == ("公司考勤规则", "我的汇总")
    assert {"规则 (2)", "汇总 (2)"} <= set(book.sheetnames)


def test_the_plan_puts_the_sheet_only_when_there_is_none() -> None:
    leads = sheet_of("leads", [{}])
    assert answered([leads]).sheet("rules").title == "规则"
    assert not [edit for edit in answered([leads, written()]).plan if getattr(edit, "mark", None) == "rules"]
