"""The plan of a refresh: what is taken out, the order of our sheets, notes, and remarks that outlive their finding (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

import funnelbook
from funnelbook.book import Package, apply, read_grids
from funnelbook.edits import Note, PutSheet, TakeOut
from funnelbook.grid import CellRef
from funnelbook.report.audit import COLUMNS
from funnelbook.report.plan import ROLES, take_out
from funnelbook.words import LANGUAGES, say

from ..funnel.build import rules_sheet, sheet_of
from ..workbooks import AS_OF, WEEK_LATER, lead, own_sheet, refresh, rows_below, team, touch, type_in
from .sheets import answered, values

TITLES = ["汇总", "数据审计", "跟进提醒", "明细", "变更记录", "历史", "规则"]


def test_the_sheets_come_in_their_order_after_what_is_taken_out() -> None:
    plan = list(answered([sheet_of("leads", [{}])]).plan)
    assert isinstance(plan[0], TakeOut)
    assert [edit.title for edit in plan if isinstance(edit, PutSheet)] == TITLES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_has_its_name_and_says_who_made_it(lang: str) -> None:
    found = answered([sheet_of("leads", [{}])], lang=lang)
    for role in (*ROLES, "rules"):
        sheet = found.sheet(role)
        assert sheet.title == say(f"sheet.{role}", lang)
        texts = [str(getattr(cell, "value", cell)) for row in sheet.rows[:3] for cell in row]
        assert any("funnelbook" in text for text in texts) or (role == "rules" and say("rules.about", lang) in texts), role


def test_a_sheet_of_ours_keeps_the_name_that_the_user_gave_it(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1")])
    refresh(path)
    book = openpyxl.load_workbook(path)
    book["汇总"].title = "周报"
    for name in book.defined_names.values():  # openpyxl leaves them as they were, Excel does not
        name.attr_text = (name.attr_text or "").replace("汇总", "周报")
    book.save(path)
    refresh(path)
    assert openpyxl.load_workbook(path).sheetnames == ["线索信息表", "周报", *TITLES[1:]]


def test_a_refresh_in_the_other_language_writes_the_same_sheets_again(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 来源=None)], [touch("L1", dt.date(2024, 6, 19))])
    refresh(path)
    before = path.read_bytes()
    refresh(path, "--lang", "en")
    assert openpyxl.load_workbook(path)["线索信息表"]["O1"].value == "Score"
    refresh(path)
    assert own_sheet(path, "summary").value(4, 1) == say("tile.leads", "zh")
    assert len(before) == pytest.approx(len(path.read_bytes()), rel=0.01)


def test_notes_stand_on_every_flagged_cell_and_spare_the_users_own() -> None:
    bad = {"source": None, "budget": "面议", "phone": 13800138001}
    free = answered([sheet_of("leads", [bad])])
    notes = {(note.row, note.column): note.text for note in free.of(Note)}
    places = {(f.row, f.column) for f in free.assessment.findings if f.cell}
    assert set(notes) == places
    (first, *rest) = sorted(places)
    noted = answered([sheet_of("leads", [bad], noted=frozenset({CellRef(*first)}))])  # type: ignore[arg-type]  # both are known
    assert sorted((note.row, note.column) for note in noted.of(Note)) == rest


def test_all_that_is_wrong_with_a_cell_stands_in_one_note() -> None:
    leads = [{"phone": "13800138001"}, {"phone": "13800138001", "lead_id": "202406001", "owner": "李四"}]
    found = answered([sheet_of("leads", leads)])
    assert len({(note.row, note.column) for note in found.of(Note)}) == len(found.of(Note))


def remark_at(path: Path, code: str) -> int:
    return next(row["row"] for row in rows_below(own_sheet(path, "audit"), say("audit.code", "zh")) if row[say("audit.code", "zh")] == code)


def notes_of(path: Path) -> list[tuple[dt.date, str]]:
    rows = rows_below(own_sheet(path, "changes"), say("changes.note", "zh"))
    return [(row[say("changes.date", "zh")], row[say("changes.note", "zh")]) for row in rows if row[say("changes.note", "zh")]]


def test_a_remark_moves_to_the_changes_once_its_finding_is_gone_and_stays_there(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 来源=None)])
    refresh(path)
    column = [key for key, _, _ in COLUMNS].index("remark") + 1
    type_in(path, "数据审计", remark_at(path, "required.missing"), column, "=明天补")
    refresh(path, as_of=AS_OF)
    assert own_sheet(path, "audit").value(remark_at(path, "required.missing"), column) == "=明天补"
    type_in(path, "线索信息表", 2, 2, "官网")
    refresh(path, as_of=WEEK_LATER)
    ((date, note),) = notes_of(path)
    assert date == WEEK_LATER
    assert "=明天补" in note
    assert "L1" in note
    once = path.read_bytes()
    refresh(path, as_of=WEEK_LATER)
    assert path.read_bytes() == once
    refresh(path, as_of=WEEK_LATER + dt.timedelta(days=7))
    assert notes_of(path) == [(date, note)]


def test_a_remark_on_a_reminder_moves_too(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 录入时间=dt.date(2024, 6, 1))], [touch("L1", dt.date(2024, 6, 2))])
    refresh(path)
    rows = rows_below(own_sheet(path, "reminders"), say("reminders.remark", "zh"))
    type_in(path, "跟进提醒", rows[0]["row"], 10, "约了周五")
    type_in(path, "线索信息表", 2, 9, "D")
    book = openpyxl.load_workbook(path)
    book["跟进记录表"]["B2"] = dt.date(2024, 6, 20)
    book.save(path)
    refresh(path)
    assert ["约了周五" in note for _, note in notes_of(path)] == [True]


def test_two_remarks_on_rows_of_one_lead_stay_apart(tmp_path: Path) -> None:
    touches = [
        touch("L1", dt.date(2024, 6, 18), 沟通内容=None),
        touch("L1", dt.date(2024, 6, 19), 沟通内容=None),
        touch("L1", dt.date(2024, 6, 20), 沟通内容=None),
    ]
    path = team(tmp_path / "book.xlsx", [lead("L1")], touches)
    refresh(path)
    column = [key for key, _, _ in COLUMNS].index("remark") + 1
    first = remark_at(path, "required.missing")
    type_in(path, "数据审计", first, column, "甲")
    type_in(path, "数据审计", first + 2, column, "丙")
    refresh(path)
    assert [own_sheet(path, "audit").value(first + i, column) for i in range(3)] == ["甲", None, "丙"]


def test_everything_of_ours_goes_when_asked(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 来源=None)])
    names = openpyxl.load_workbook(path).sheetnames
    refresh(path)
    package = Package.open(path)
    plan = take_out(read_grids(package))
    (edit,) = plan
    assert isinstance(edit, TakeOut)
    assert set(edit.sheets) == {*ROLES, "rules"}
    apply(plan, package)
    package.save(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == names
    assert book["线索信息表"].max_column == 14
    assert not book["线索信息表"].conditional_formatting
    assert book["线索信息表"]["B2"].comment is None


def test_a_dry_run_plans_the_same_as_it_would_write(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 来源=None)])
    dry = funnelbook.refresh(path, as_of=AS_OF, dry_run=True).to_dict()
    assert dry["plan"]["edits"] == funnelbook.refresh(path, as_of=AS_OF, dry_run=True).to_dict()["plan"]["edits"]
    assert all(area.startswith("线索信息表!") for area in dry["plan"]["cells"])


def test_what_cannot_be_judged_is_said_in_the_summary() -> None:
    found = answered([sheet_of("leads", [{}], without=["entered_at", "expected_close"])])
    assert found.assessment.undetermined
    texts = [str(getattr(cell, "value", cell)) for row in found.sheet("summary").rows for cell in row]
    assert any(say("list.comma", "zh") in text and text.startswith("• ") for text in texts)


def test_the_summary_names_the_entries_of_the_rules_sheet_that_cannot_be_used() -> None:
    rules = rules_sheet([("tier.A", "很高"), ("pool.days", 9)], holiday=["春节"])
    found = answered([sheet_of("leads", [{}]), rules])
    texts = [str(value) for row in values(found.sheet("summary")) for value in row if isinstance(value, str)]
    assert [text for text in texts if "2 处填写不能使用" in text and "B4" in text and "C4" in text]
    assert not [text for row in values(answered([sheet_of("leads", [{}])]).sheet("summary")) for text in row if "不能使用" in str(text)]
