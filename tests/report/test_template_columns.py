"""The columns of starter workbooks: what people type stays what they typed, and looks like the rest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

import funnelbook
from funnelbook.edits import Cell, PutSheet, Validation
from funnelbook.funnel.fields import Field
from funnelbook.funnel.parse import word_key
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Range
from funnelbook.pipeline import new
from funnelbook.report import look
from funnelbook.report.template import HEADER_ROW, ROWS, template
from funnelbook.report.template_columns import header, typed, typed_look, validation
from funnelbook.words import LANGUAGES, say

RULES = RuleBook.default()
PROFILES = tuple(RULES.profiles)
TIME = "yyyy-mm-dd hh:mm"


def field(kind: str, name: str) -> Field:
    return RULES.tables[kind].fields[name]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("leads", "lead_id"),
        ("leads", "phone"),
        ("leads", "expected_close"),
        ("leads", "budget"),
        ("customers", "customer_id"),
        ("customers", "purchase_at"),
        ("customers", "wechat"),
        ("customers", "employees"),
        ("progress", "expected_close"),
        ("progress", "contract_no"),
        ("conversions", "contract_no"),
    ],
)
def test_an_id_a_phone_a_month_and_a_range_stay_the_text_that_was_typed(kind: str, name: str) -> None:
    assert typed_look(field(kind, name)).number_format == "@"


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("leads", "entered_at", TIME),
        ("followups", "followed_at", TIME),
        ("leads", "first_contact_at", "yyyy-mm-dd"),
        ("deliveries", "delivered_at", "yyyy-mm-dd"),
        ("leads", "follow_up_count", "0"),
        ("leads", "need", None),
        ("conversions", "amount", None),
        ("leads", "probability", None),
    ],
)
def test_days_show_their_year_and_times_their_hour(kind: str, name: str, code: str | None) -> None:
    assert typed_look(field(kind, name)).number_format == code


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("leads", "expected_close", "2024-08", "2024-08"),
        ("leads", "expected_close", "2024-08-01", "2024-08-01"),
        ("leads", "entered_at", "2024-05-01", dt.date(2024, 5, 1)),
        ("leads", "assigned_at", "2024-05-01 10:20", dt.datetime(2024, 5, 1, 10, 20)),
        ("leads", "lead_id", "001", "001"),
        ("leads", "probability", "50", 50.0),
        ("leads", "remark", "", None),
    ],
)
def test_a_sample_cell_holds_what_typing_it_gives(kind: str, name: str, text: str, value: object) -> None:
    assert typed(field(kind, name), text) == value


def tables(profile: str, lang: str) -> list[PutSheet]:
    return [sheet for sheet in template(profile, lang, False, RULES) if isinstance(sheet, PutSheet) and sheet.typed]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_is_wide_enough_for_its_days_and_times(profile: str, lang: str) -> None:
    for sheet in tables(profile, lang):
        for column, style in sheet.typed.items():
            assert sheet.widths[column] >= {TIME: 17, "yyyy-mm-dd": 11}.get(style.number_format or "", 0)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_new_row_looks_like_the_template_wherever_it_is_typed(profile: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(new(tmp_path / "book.xlsx", profile=profile, lang="zh"))
    for sheet in book.worksheets[1:-1]:
        for column in range(1, sheet.max_column + 1):
            cells = [sheet.cell(row, column) for row in (HEADER_ROW + 1, HEADER_ROW + ROWS)]
            for one in (*cells, sheet.column_dimensions[get_column_letter(column)]):
                assert (one.font.name, one.font.sz) == (look.FONT, 10)
            assert len({one.number_format for one in (*cells, sheet.column_dimensions[get_column_letter(column)])}) == 1


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_typed_into_a_starter_workbook_gives_no_finding_of_its_type(profile: str, tmp_path: Path) -> None:
    path = new(tmp_path / "book.xlsx", profile=profile, lang="zh")
    book = openpyxl.load_workbook(path)
    sheet = book[say(f"template.sheet.{profile}.leads", "zh")]
    columns = RULES.profiles[profile].template["leads"]
    for row, close in enumerate(("2024-09", "2024-09-01", "2024年9月"), HEADER_ROW + 1):
        entries: dict[str, Any] = {"lead_id": f"00{row}", "phone": f"1380000000{row}", "budget": "5-8", "expected_close": close}
        for name, value in entries.items():
            if name in columns:
                sheet.cell(row, columns.index(name) + 1, value)
    book.save(path)
    report = funnelbook.audit(path, as_of=dt.date(2024, 6, 20))
    assert [f for f in report.findings if f.code in ("type.text_number", "date.invalid", "close.overdue")] == []
    assert report.assessment.metrics.leads == 3


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_is_warned_of_a_month_where_a_month_is_enough(profile: str, lang: str) -> None:
    kinds = list(RULES.profiles[profile].template)
    for kind, sheet in zip(kinds, tables(profile, lang), strict=True):
        for rule, name in zip(sheet.validations, RULES.profiles[profile].template[kind], strict=True):
            if name in ("expected_close", "purchase_at"):
                assert (rule.kind, rule.source) == ("custom", "TRUE")
            elif field(kind, name).kind == "date":
                assert rule.kind == "date"


def rule_of(profile: str, kind: str, name: str, lang: str = "zh") -> Validation:
    return validation(name, kind, profile, Range(4, 1, 9, 1), lang, RULES)


@pytest.mark.parametrize(
    ("profile", "lang", "words"),
    [
        ("registry", "zh", ("A", "B", "C")),
        ("registry", "en", ("Priority A", "Priority B", "Priority C")),
        ("lifecycle", "zh", ("高", "中", "低")),
        ("lifecycle", "en", ("High", "Medium", "Low")),
    ],
)
def test_the_priorities_offered_are_those_of_the_profiles_document(profile: str, lang: str, words: tuple[str, ...]) -> None:
    assert rule_of(profile, "leads", "priority", lang).choices == words


@pytest.mark.parametrize("profile", PROFILES)
def test_a_scale_of_a_profile_holds_words_of_its_vocabulary(profile: str) -> None:
    for vocabulary, words in RULES.profiles[profile].scales.items():
        assert set(words) <= set(RULES.vocabularies[vocabulary].canonical)


@pytest.mark.parametrize(
    ("profile", "kind", "name", "zh", "en"),
    [
        ("tracking", "leads", "lead_id", "唯一编号，如 202405001", "A unique id, such as 202405001"),
        ("lifecycle", "leads", "lead_id", "唯一编号，如 LX001", "A unique id, such as LX001"),
        ("lifecycle", "customers", "customer_id", "唯一编号，如 KH001", "A unique id, such as KH001"),
        (
            "tracking",
            "followups",
            "lead_id",
            "填写「销售线索信息表」中已有的线索编号，如 202405001",
            "The Lead ID as it stands in the table Leads, such as 202405001",
        ),
        (
            "registry",
            "conversions",
            "lead_id",
            "填写「线索登记表」中已有的线索编号，如 002",
            "The Lead ID as it stands in the table Lead register, such as 002",
        ),
        (
            "lifecycle",
            "customers",
            "lead_id",
            "填写「线索信息表」中已有的线索ID，如 LX001",
            "The Lead ID as it stands in the table Leads, such as LX001",
        ),
        (
            "lifecycle",
            "followups",
            "lead_id",
            "填写「客户信息表」中已有的客户ID，如 KH001",
            "The Customer ID as it stands in the table Customers, such as KH001",
        ),
        (
            "lifecycle",
            "deliveries",
            "contract_no",
            "填写「销售进度跟踪表」中已有的合同编号，如 HT001",
            "The Contract no as it stands in the table Progress, such as HT001",
        ),
        (
            "tiering",
            "followups",
            "lead_id",
            "填写「客户层级化管理」中已有的客户编号，如 202405-001",
            "The Customer ID as it stands in the table Customers by level, such as 202405-001",
        ),
    ],
)
def test_an_id_is_said_to_be_unique_only_where_it_is_given_out(profile: str, kind: str, name: str, zh: str, en: str) -> None:
    assert rule_of(profile, kind, name, "zh").prompt == zh
    assert rule_of(profile, kind, name, "en").prompt == en


def test_a_prompt_is_headed_like_its_column() -> None:
    assert rule_of("lifecycle", "followups", "lead_id").title == "客户ID"


@pytest.mark.parametrize(("lang", "contact"), [("zh", "联系人及职务"), ("en", "Contact and title")])
def test_a_title_behind_a_contact_is_split_off_where_the_header_asks_for_both(lang: str, contact: str) -> None:
    text = header("contact", "leads", "tiering", lang, RULES)
    assert text == contact
    assert word_key(text) in {word_key(known) for known in RULES.marks["contact_with_title"]}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_english_samples_use_the_words_of_the_lists(profile: str) -> None:
    for sheet in template(profile, "en", True, RULES):
        if isinstance(sheet, PutSheet) and sheet.typed:
            for rule in (rule for rule in sheet.validations if rule.kind == "list"):
                cells = [row[rule.range.left - 1] for row in sheet.rows[HEADER_ROW:]]
                words = {cell.value for cell in cells if isinstance(cell, Cell)}
                assert words <= {None, *rule.choices}, rule.title
