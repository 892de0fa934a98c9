"""Starter workbooks: three tables that funnelbook itself reads without a question (DESIGN.md 2)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

import funnelbook
from funnelbook.book import Package, apply, read_grids
from funnelbook.edits import Cell, PutSheet
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import Tables
from funnelbook.funnel.parse import is_empty
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.pipeline import new
from funnelbook.report import look
from funnelbook.report.template import HEADER_ROW, ROWS, template
from funnelbook.words import LANGUAGES, say

RULES = RuleBook.default()


def sheets(lang: str, sample: bool = False) -> list[PutSheet]:
    return [edit for edit in template("tracking", lang, sample, RULES) if isinstance(edit, PutSheet)]


def found(lang: str, sample: bool) -> Tables:
    package = Package.blank()
    apply(template("tracking", lang, sample, RULES), package)
    return find_tables(read_grids(package), RULES)


def kinds(lang: str) -> dict[str, PutSheet]:
    titles = {say(f"template.sheet.{kind}", lang): kind for kind in ("leads", "followups", "conversions")}
    return {titles[sheet.title]: sheet for sheet in sheets(lang) if sheet.title in titles}


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_tables_are_found_with_every_header_understood(lang: str, sample: bool) -> None:
    tables = found(lang, sample)
    assert tables.profile == "tracking"
    assert [table.kind for table in tables] == ["leads", "followups", "conversions"]
    assert [table.unmapped for table in tables] == [[], [], []]
    assert all(len(columns) == 1 for table in tables for columns in table.binding.values())
    assert {table.header_row for table in tables} == {HEADER_ROW}
    assert all(bool(len(table.rows)) == sample for table in tables)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_that_the_rules_need_is_there(lang: str) -> None:
    tables = found(lang, sample=True)
    profile = RULES.profiles["tracking"]
    assert set(profile.columns) | set(profile.inputs) | set(profile.required) <= set(tables.leads[0].binding)
    for kind in ("followups", "conversions"):
        needed = set(RULES.tables[kind].required) - set(RULES.tables[kind].if_column)
        assert needed <= set(tables.of(kind)[0].binding)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_required_headers_look_otherwise_than_optional_ones(lang: str) -> None:
    header = kinds(lang)["leads"].rows[HEADER_ROW - 1]
    colours = {cell.value: cell.style.fill for cell in header if isinstance(cell, Cell) and cell.style is not None}
    required = {say(f"field.{name}", lang) for name in RULES.profiles["tracking"].required}
    assert {text for text, fill in colours.items() if fill == look.BLUE} == required


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_has_a_rule_for_its_input_that_excel_takes(lang: str) -> None:
    for sheet in kinds(lang).values():
        (table,) = sheet.tables
        assert table.range.bottom == HEADER_ROW + ROWS
        assert [rule.range.left for rule in sheet.validations] == list(range(1, table.range.right + 1))
        for rule in sheet.validations:
            assert len(",".join(rule.choices)) <= 255
            assert not any("," in choice for choice in rule.choices)
            assert len(rule.title) <= 32
            assert max(len(rule.prompt), len(rule.error)) <= 255


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_is_a_word_that_is_understood(lang: str) -> None:
    tables = found(lang, sample=False)
    for table in tables:
        sheet = kinds(lang)[table.kind]
        names = {columns[0]: name for name, columns in table.binding.items()}
        for rule in sheet.validations:
            words = RULES.tables[table.kind].fields[names[rule.range.left]].words
            for choice in rule.choices:
                assert words is not None
                assert RULES.vocabularies[words].read(choice), choice
                assert not is_empty(choice, RULES.words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sample_rows_have_no_error(lang: str, tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", lang=lang, sample=True)
    report = funnelbook.audit(path, as_of=dt.date(2024, 6, 20))
    assert [(f.code, f.cell) for f in report.findings if f.severity == "error"] == []
    assert report.assessment.metrics.leads > 0
    assert report.lang == lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_one_can_be_refreshed_and_filled(lang: str, tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", lang=lang)
    report = funnelbook.refresh(path, as_of=dt.date(2024, 6, 20), keep_backup=False)
    assert [f.code for f in report.findings if f.severity == "error"] == []
    sheet = openpyxl.load_workbook(path)[say("template.sheet.leads", lang)]
    assert sheet.cell(HEADER_ROW, sheet.max_column).value == say("own.leads.issues", lang)
    (table,) = sheet.tables.values()
    assert [column.name for column in table.tableColumns] == [sheet.cell(HEADER_ROW, c).value for c in range(1, sheet.max_column + 1)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_says_how_it_is_used(lang: str) -> None:
    (first, *_) = sheets(lang)
    texts = [cell.value for row in first.rows for cell in row if isinstance(cell, Cell)]
    assert say("template.step.1", lang) in texts
    assert len(texts) > 8
    assert sheets(lang)[-1].mark == "rules"
