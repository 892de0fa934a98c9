"""The rules sheet: what is written gives the same rule book when it is read, and only missing rows are added (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from funnelbook.edits import PutCell
from funnelbook.funnel.parse import header_key, word_key
from funnelbook.funnel.rulebook import Person, Price, RuleBook
from funnelbook.funnel.rules_words import fields_named, named
from funnelbook.grid import Grid
from funnelbook.report.rules_sheet import FIRST_ROW, HEADER_ROW, missing_rules, rules_sheet
from funnelbook.words import LANGUAGES, say

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
    assert (again.key_industries, again.holidays, again.workdays, again.required, again.own_words) == ((), (), (), {}, {})


LISTED = (
    "prices", "roster", "key_industries", "holidays", "workdays", "required", "mapping", "own_words", "left_out", "values", "findings",
)  # fmt: skip
NAMES = st.text("甲乙丙丁戊ABCxyz019", min_size=1, max_size=6).filter(lambda text: not text.isdigit() and text != "NA")
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
MEANINGS = [
    fields for name in sorted({n for table in RULES.tables.values() for n in table.fields}) if (fields := fields_named(name, RULES))
]


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """What a rules sheet could say otherwise than the default, with every list filled or not."""
    money = st.integers(1, 10**9).map(float)
    products = draw(st.lists(NAMES, max_size=4, unique_by=word_key))
    people = draw(st.lists(NAMES, max_size=4, unique=True))
    off, on = draw(st.sets(DAYS, max_size=4)), draw(st.sets(DAYS, max_size=4))
    headers = draw(st.lists(NAMES, max_size=4, unique_by=header_key))
    tables = {kind: st.sampled_from(sorted(table.fields)) for kind, table in RULES.tables.items()}
    required = draw(st.dictionaries(st.sampled_from(sorted(tables)), st.booleans(), max_size=3))
    vocabularies = draw(st.lists(st.sampled_from(sorted(RULES.vocabularies)), max_size=3, unique=True))
    severities = st.sampled_from(["error", "warning", "off"])
    return {
        "values": {**RULES.values, "pool.days": draw(st.integers(1, 365)), "log.hours": draw(st.floats(1, 8760)), "team.name": draw(NAMES)},
        "prices": tuple(Price(product, draw(money), draw(st.none() | money)) for product in products),
        "roster": tuple(Person(name, *(draw(st.just("") | NAMES) for _ in range(3))) for name in people),
        "key_industries": tuple(draw(st.lists(NAMES, max_size=3, unique=True))),
        "holidays": tuple(sorted(off)),
        "workdays": tuple(sorted(on - off)),
        "required": {kind: draw(st.dictionaries(tables[kind], severities, min_size=1, max_size=3)) for kind in required},
        "mapping": {header_key(header): draw(st.sampled_from(MEANINGS)) for header in headers},
        "own_words": {
            name: {word_key("团" + draw(NAMES)): draw(st.sampled_from(RULES.vocabularies[name].canonical))} for name in vocabularies
        },
        "left_out": frozenset(draw(st.sets(NAMES, max_size=3))),
    }


@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
@given(changes(), st.sampled_from(LANGUAGES))
def test_every_rule_book_comes_back_as_it_was(otherwise: dict[str, Any], lang: str) -> None:
    book = replace(RULES, **otherwise)
    again = RULES.overlaid(read_back(rules_sheet(book, "规则", lang)))
    assert {name: getattr(again, name) for name in LISTED} == {name: getattr(book, name) for name in LISTED}
    for name, words in book.own_words.items():
        assert all(again.vocabularies[name].read(theirs) == canonical for theirs, canonical in words.items())


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
    placed = {(edit.row, edit.column): edit.value for edit in missing_rules(own, RULES, "zh") if isinstance(edit, PutCell)}
    last = 3 + len(keys) + 2
    assert {row for row, column in placed if column <= 5} == {last + 1, last + 2}
    assert all(own.value(*place) is None for place in placed)
    assert [placed[last + 1, 1], placed[last + 2, 1]] == ["tier.B", "pool.days"]
    assert placed[last + 1, 3] == 60


def test_missing_rules_follow_a_column_that_was_moved() -> None:
    own = grid([[], [None, "规则代码", "含义", "取值"], [None, "tier.A", "x", 85]], "规则", own_sheet="rules")
    edits = [edit for edit in missing_rules(own, RULES, "zh") if isinstance(edit, PutCell)]
    assert [edit.value for edit in edits[:2]] == ["team.name", say("rule.team.name", "zh")]
    assert {edit.column for edit in edits if edit.row == 4} >= {2, 3, 4, 5, 6}
    assert min(edit.column for edit in edits) == 2


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


def earlier() -> Grid:
    """A sheet as it was made before there were calendars, required fields and words."""
    heads = ["规则代码", "含义", "取值", "单位", "出处", None, "产品", "定价(元)", None, "姓名", "角色", "负责区域", "负责行业", None]
    rows = [[key, "x", value, None, "003"] for key, value in RULES.values.items()]
    rows[0] = [*rows[0], None, "仓储", 300000]
    return grid([["规则"], [], [], [*heads, "表头", "对应字段", None, "不读取的工作表"], *rows], "规则", own_sheet="rules")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_earlier_sheet_gets_the_lists_that_it_lacks_beside_its_own(lang: str) -> None:
    sheet = earlier()
    edits = missing_rules(sheet, RULES, lang)
    puts = [edit for edit in edits if isinstance(edit, PutCell)]
    assert min(edit.column for edit in puts) == sheet.width + 2
    heads = [edit.value for edit in puts if edit.row == HEADER_ROW]
    assert heads[:4] == [say(f"rules.{code}", lang) for code in ("minimum", "key_industry", "holiday", "workday")]
    there = {"key", "value", "product", "price", "person", "role", "region", "industry", "header", "field", "leave_out"}
    assert set(heads) == {say(f"rules.{code}", lang) for code in RULES.sheet_headers if code not in there}


def test_an_earlier_sheet_with_its_new_lists_needs_nothing_more(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1")])
    refresh(path)
    book = openpyxl.load_workbook(path)
    sheet = book["规则"]
    sheet.delete_cols(own_column(sheet, "重点行业"), 60)
    book.save(path)
    refresh(path)
    headers = [cell.value for cell in openpyxl.load_workbook(path)["规则"][HEADER_ROW]]
    assert {say(f"rules.{code}", "zh") for code in RULES.sheet_headers} <= set(headers)
    before = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == before


def own_column(sheet: Any, header: str) -> int:
    return next(cell.column for cell in sheet[HEADER_ROW] if cell.value == header)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_of_the_lists_is_read_as_what_it_says(lang: str) -> None:
    rows = values(rules_sheet(RULES, "规则", lang))
    heads = {header: column for column, header in enumerate(rows[HEADER_ROW - 1]) if header}
    below = {
        code: [
            row[heads[say(f"rules.{code}", lang)]] if len(row) > heads[say(f"rules.{code}", lang)] else None for row in rows[HEADER_ROW:]
        ]
        for code in ("all_fields", "all_vocabularies", "all_words_of", "all_words")
    }
    assert all(fields_named(str(field), RULES) for field in below["all_fields"] if field)
    for vocabulary, word in zip(below["all_words_of"], below["all_words"], strict=True):
        if vocabulary:
            assert RULES.vocabularies[str(named(str(vocabulary), "vocabulary", RULES))].read(word)


def test_every_vocabulary_and_table_has_a_name_on_the_sheet() -> None:
    assert RULES.names["vocabulary"].keys() == RULES.vocabularies.keys()
    assert RULES.names["table"].keys() == RULES.tables.keys()


def test_a_days_cell_looks_like_a_date_and_drop_downs_point_at_their_lists() -> None:
    sheet = rules_sheet(RULES, "规则", "zh")
    sources = [rule.source for rule in sheet.validations if rule.kind == "list" and rule.source]
    assert len([source for source in sources if source.startswith("OFFSET(")]) == 1
    assert all("$" in source for source in sources)
