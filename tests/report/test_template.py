"""Starter workbooks: tables that funnelbook itself reads without a question (DESIGN.md 2)."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula.translate import Translator

import funnelbook
from funnelbook.book import Package, apply, read_grids
from funnelbook.edits import Cell, PutSheet
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import Tables
from funnelbook.funnel.parse import is_empty
from funnelbook.funnel.required import only_if_column, required_fields
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Range
from funnelbook.pipeline import new, remove
from funnelbook.report import look
from funnelbook.report.template import HEADER_ROW, ROWS, template
from funnelbook.report.template_columns import header
from funnelbook.words import LANGUAGES, say

from .calc import calculated

pytestmark = pytest.mark.thorough

RULES = RuleBook.default()


PROFILES = tuple(RULES.profiles)


def sheets(profile: str, lang: str, sample: bool = False) -> list[PutSheet]:
    return [edit for edit in template(profile, lang, sample, RULES) if isinstance(edit, PutSheet)]


def found(profile: str, lang: str, sample: bool) -> Tables:
    package = Package.blank()
    apply(template(profile, lang, sample, RULES), package)
    return find_tables(read_grids(package), RULES)


def kinds(profile: str, lang: str) -> dict[str, PutSheet]:
    titles = {say(f"template.sheet.{profile}.{kind}", lang): kind for kind in RULES.profiles[profile].template}
    return {titles[sheet.title]: sheet for sheet in sheets(profile, lang) if sheet.title in titles}


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_tables_are_found_with_every_header_understood(profile: str, lang: str, sample: bool) -> None:
    tables = found(profile, lang, sample)
    assert tables.profile == profile
    assert {table.kind for table in tables} == set(RULES.profiles[profile].template)
    assert [table.unmapped for table in tables] == [[] for _ in RULES.profiles[profile].template]
    assert all(len(columns) == 1 for table in tables for columns in table.binding.values())
    assert {table.header_row for table in tables} == {HEADER_ROW}
    assert all(bool(len(table.rows)) == sample for table in tables)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_that_the_rules_need_is_there(profile: str, lang: str) -> None:
    tables = found(profile, lang, sample=True)
    one = RULES.profiles[profile]
    assert set(one.columns) | set(one.inputs) | set(one.required) <= set(tables.leads[0].binding)
    for table in tables:
        assert set(table.binding) == set(one.template[table.kind])
        needed = set(required_fields(table.kind, profile, RULES)) - only_if_column(table.kind, profile, RULES)
        assert needed <= set(table.binding)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_required_headers_look_otherwise_than_optional_ones(profile: str, lang: str) -> None:
    row = kinds(profile, lang)["leads"].rows[HEADER_ROW - 1]
    colours = {cell.value: cell.style.fill for cell in row if isinstance(cell, Cell) and cell.style is not None}
    required = {header(name, "leads", profile, lang, RULES) for name in RULES.profiles[profile].required}
    assert {text for text, fill in colours.items() if fill == look.BLUE} == required


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_has_a_rule_for_its_input_that_excel_takes(profile: str, lang: str) -> None:
    for sheet in kinds(profile, lang).values():
        (table,) = sheet.tables
        assert table.range.bottom == HEADER_ROW + ROWS
        assert [rule.range.left for rule in sheet.validations] == list(range(1, table.range.right + 1))
        for rule in sheet.validations:
            assert len(",".join(rule.choices)) <= 255
            assert not any("," in choice for choice in rule.choices)
            assert len(rule.title) <= 32
            assert max(len(rule.prompt), len(rule.error)) <= 255


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_is_a_word_that_is_understood(profile: str, lang: str) -> None:
    tables = found(profile, lang, sample=False)
    for table in tables:
        sheet = kinds(profile, lang)[table.kind]
        names = {columns[0]: name for name, columns in table.binding.items()}
        for rule in sheet.validations:
            words = RULES.tables[table.kind].fields[names[rule.range.left]].words
            for choice in rule.choices:
                assert words is not None
                assert RULES.vocabularies[words].read(choice), choice
                assert not is_empty(choice, RULES.words)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sample_rows_have_no_error(profile: str, lang: str, tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", profile=profile, lang=lang, sample=True)
    report = funnelbook.audit(path, as_of=dt.date(2024, 6, 20))
    assert [(f.code, f.cell) for f in report.findings if f.severity == "error"] == []
    assert report.assessment.metrics.leads > 0
    assert report.lang == lang


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_one_can_be_refreshed_and_filled(profile: str, lang: str, tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", profile=profile, lang=lang)
    report = funnelbook.refresh(path, as_of=dt.date(2024, 6, 20), keep_backup=False)
    assert [f.code for f in report.findings if f.severity == "error"] == []
    sheet = openpyxl.load_workbook(path)[say(f"template.sheet.{profile}.leads", lang)]
    assert sheet.cell(HEADER_ROW, sheet.max_column).value == say("own.leads.issues", lang)
    (table,) = sheet.tables.values()
    assert [column.name for column in table.tableColumns] == [sheet.cell(HEADER_ROW, c).value for c in range(1, sheet.max_column + 1)]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_says_how_it_is_used(profile: str, lang: str) -> None:
    (first, *_) = sheets(profile, lang)
    texts = [cell.value for row in first.rows for cell in row if isinstance(cell, Cell)]
    assert say(f"template.step.{profile}.1", lang) in texts
    assert len(texts) > 8
    assert sheets(profile, lang)[-1].mark == "rules"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_next_free_customer_id_is_shown_above_the_table_and_typed_by_a_person(lang: str, tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", profile="tiering", lang=lang, sample=True)
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[1]
    shown = {cell.value for cell in sheet[1]}
    assert {say("template.next_id", lang), "202405-003"} <= shown
    book = openpyxl.load_workbook(path)
    assert not any(str(book.worksheets[1].cell(row, 1).value).startswith("=") for row in range(1, HEADER_ROW + ROWS + 1))
    book.worksheets[1].cell(HEADER_ROW + 3, 1, "202406-009")
    book.save(path)
    (again,) = calculated([path], tmp_path)
    assert "202406-010" in {cell.value for cell in openpyxl.load_workbook(again, data_only=True).worksheets[1][1]}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_required_column_is_highlighted_to_the_end_of_its_table(profile: str, lang: str) -> None:
    for kind, sheet in kinds(profile, lang).items():
        required = required_fields(kind, profile, RULES)
        columns = [column for column, name in enumerate(RULES.profiles[profile].template[kind], start=1) if name in required]
        assert [rule.range for rule in sheet.rules] == [Range(HEADER_ROW + 1, c, HEADER_ROW + ROWS, c) for c in columns]
        assert {rule.style for rule in sheet.rules} <= {look.MISSING}


def test_only_rows_in_which_something_is_typed_are_highlighted(tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", lang="zh")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    sheet.cell(HEADER_ROW + 1, 1, "001")
    sheet.cell(HEADER_ROW + ROWS, 2, "展会")
    areas = [(next(iter(area.sqref.ranges)), area.rules[0].formula[0]) for area in sheet.conditional_formatting]
    rows = (HEADER_ROW + 1, HEADER_ROW + 2, HEADER_ROW + ROWS)
    for area, formula in areas:
        for row in rows:
            moved = Translator(f"={formula}", origin=f"A{HEADER_ROW + 1}").translate_formula(f"A{row}")
            sheet.cell(row, 100 + area.min_col, moved).number_format = "General"
    book.save(path)
    (shown,) = calculated([path], tmp_path)
    result = openpyxl.load_workbook(shown, data_only=True).worksheets[1]
    lit = {row: [area.min_col for area, _ in areas if result.cell(row, 100 + area.min_col).value] for row in rows}
    columns = [area.min_col for area, _ in areas]
    assert lit == {rows[0]: columns[1:], rows[1]: [], rows[2]: [column for column in columns if column != 2]}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_removal_gives_back_the_starter_workbook_that_was_refreshed(profile: str, lang: str, tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", profile=profile, lang=lang, sample=True)
    first = tables(path)
    leads = next(name for name, data in first.items() if b"COUNTA" in data)
    funnelbook.refresh(path, as_of=dt.date(2024, 6, 20), keep_backup=False)
    assert b'N("funnelbook")=0' in tables(path)[leads]
    remove(path, keep_backup=False)
    assert tables(path) == first


def tables(path: Path) -> dict[str, bytes]:
    """The parts of the sheets that hold a table, and of the tables."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return {name: data for name, data in parts.items() if name.startswith("xl/tables/") or b"<tableParts" in data}


@pytest.mark.parametrize(
    ("kind", "blue"),
    [
        ("leads", {"线索ID"}),
        ("customers", {"客户ID", "线索ID"}),
        ("negotiations", {"客户ID"}),
        ("progress", {"客户ID"}),
        ("deliveries", {"合同编号", "客户ID"}),
        ("followups", {"客户ID"}),
    ],
)
def test_the_ids_by_which_tables_are_joined_look_required(kind: str, blue: set[str]) -> None:
    row = kinds("lifecycle", "zh")[kind].rows[HEADER_ROW - 1]
    fills = {str(cell.value): cell.style.fill for cell in row if isinstance(cell, Cell) and cell.style is not None}
    ids = {"线索ID", "客户ID", "合同编号"} & set(fills)
    assert {text for text in ids if fills[text] == look.BLUE} == blue


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_explains_the_header_of_the_columns_that_a_refresh_adds(lang: str) -> None:
    (first, *_) = sheets("tracking", lang)
    cells = [cell for row in first.rows for cell in row if isinstance(cell, Cell)]
    (told,) = [cell for cell in cells if cell.value == say("template.colour.own", lang)]
    assert told.style is not None
    assert told.style.fill == look.OWN_HEADER.fill


def test_the_columns_that_a_refresh_adds_have_the_font_of_the_table(tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", lang="zh", sample=True)
    funnelbook.refresh(path, as_of=dt.date(2024, 6, 20), keep_backup=False)
    for sheet in openpyxl.load_workbook(path).worksheets[1:4]:
        for row in (HEADER_ROW, HEADER_ROW + 1):
            fonts = {(cell.font.name, cell.font.sz, bool(cell.font.b)) for cell in sheet[row]}
            assert fonts == {(look.FONT, 10, row == HEADER_ROW)}
