"""The columns of starter workbooks: what people type stays what they typed, and looks like the rest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

import funnelbook
from funnelbook.edits import PutSheet
from funnelbook.funnel.fields import Field
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.pipeline import new
from funnelbook.report import look
from funnelbook.report.template import HEADER_ROW, ROWS, template
from funnelbook.report.template_columns import typed, typed_look
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
