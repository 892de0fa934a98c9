"""The reminders sheet: per owner, the most urgent first, with the user's remarks (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funnelbook.edits import Link
from funnelbook.report.due import due
from funnelbook.report.reminder_sheet import COLUMNS, HEADER_ROW, remark_key, reminder_sheet
from funnelbook.words import LANGUAGES, say

from ..funnel.build import AS_OF, sheet_of
from .sheets import Answered, answered, read_back, table_below, values

LEADS = [
    {"owner": "李四", "entered_at": "2024-06-18"},
    {"owner": "张三", "entered_at": "2024-06-01"},
    {"owner": "张三", "entered_at": "2024-06-19"},
    {"owner": None, "entered_at": "2024-06-01"},
    {"owner": "李四", "entered_at": "2024-06-19", "lead_id": None},
]


def reminded(lang: str = "zh", leads: Any = LEADS) -> Answered:
    return answered([sheet_of("leads", leads), sheet_of("followups", [])], lang=lang)


def listed(found: Answered, lang: str = "zh") -> list[dict[str, Any]]:
    return table_below(found.sheet("reminders"), say("reminders.owner", lang))


def column(found: Answered, key: str) -> list[Any]:
    return [row[say(f"reminders.{key}", "zh")] for row in listed(found)]


def test_there_is_one_row_a_reminder_with_leads_of_nobody_first() -> None:
    found = reminded()
    owners = column(found, "owner")
    assert len(owners) == len(found.assessment.reminders)
    assert owners[0] == say("reminders.nobody", "zh")
    assert owners == sorted(owners, key=lambda name: (name != say("reminders.nobody", "zh"), name))


def test_within_an_owner_the_most_urgent_come_first() -> None:
    order = [say(f"urgency.{code}", "zh") for code in ("reassign", "supervisor", "owner")]
    rows = [
        (owner, order.index(urgency)) for owner, urgency in zip(column(reminded(), "owner"), column(reminded(), "urgency"), strict=True)
    ]
    for owner in {owner for owner, _ in rows}:
        mine = [urgency for name, urgency in rows if name == owner]
        assert mine == sorted(mine)


def test_a_row_says_what_is_due_and_how_late_it_is() -> None:
    rows = [row for row in listed(reminded()) if row[say("reminders.lead", "zh")] == Link("202406001", "'线索信息表'!A2")]
    row = next(row for row in rows if str(row[say("reminders.code", "zh")]).startswith("sla.first_touch"))
    assert row[say("reminders.due", "zh")] == dt.date(2024, 6, 19)
    assert row[say("reminders.late", "zh")] == 1
    assert row[say("reminders.matter", "zh")] == say("reminder.sla.first_touch.overdue", "zh")
    assert row[say("reminders.phone", "zh")] == "13800138001"


def test_what_is_due_today_is_not_late() -> None:
    assert min(column(reminded(), "late")) == 0
    assert all(due is None or due <= AS_OF + dt.timedelta(days=1) for due in column(reminded(), "due"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_reminders_it_says_so(lang: str) -> None:
    found = reminded(lang, [{"entered_at": "2024-06-20"}])
    sheet = found.sheet("reminders")
    assert not len(found.assessment.reminders)
    assert sheet.bulk == ()
    assert values(sheet)[2] == [say("reminders.none", lang)]


def test_the_counts_stand_above() -> None:
    found = reminded()
    counts = {code: sum(r.severity == code for r in found.assessment.reminders) for code in ("owner", "supervisor", "reassign")}
    (line,) = values(found.sheet("reminders"))[2]
    assert say("reminders.counts", "zh", **counts) in str(line)
    due = [one.due for one in found.assessment.reminders if one.due is not None]
    late, today = sum(day < AS_OF for day in due), sum(day == AS_OF for day in due)
    assert str(line).startswith(say("reminders.when", "zh", overdue=late, today=today))


def test_everybody_has_a_page_of_his_own_and_a_count() -> None:
    found = reminded()
    sheet, owners = found.sheet("reminders"), column(found, "owner")
    ends = [HEADER_ROW + i for i in range(1, len(owners)) if owners[i - 1] != owners[i]]
    assert list(sheet.breaks) == ends
    (line,) = values(sheet)[3]
    assert all(say("blocks.person", "zh", person=who, n=owners.count(who)) in str(line) for who in set(owners))


def test_the_columns_fill_a_page_of_a4() -> None:
    sheet = reminded().sheet("reminders")
    assert sheet.scale is not None
    assert sheet.print_area is not None
    assert values(sheet)[HEADER_ROW - 1][sheet.print_area.right] == say("reminders.code", "zh")
    printed = sum(int(sheet.widths[column] * 7 + 5) * 0.75 for column in range(1, sheet.print_area.right + 1))
    assert printed * sheet.scale / 100 <= 0.8 * (842 - 2 * 36)  # with a wider font than Calibri, too


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reminder_has_its_words(lang: str) -> None:
    for row in listed(reminded(lang), lang):
        assert all(row[say(f"reminders.{key}", lang)] for key in ("owner", "urgency", "matter", "lead", "code"))


def test_the_key_of_a_remark_survives_writing_and_reading() -> None:
    found = reminded()
    written = [remark_key(row) for row in zip(*(column.values for column in found.sheet("reminders").bulk), strict=True)]
    (grid,) = read_back(found.sheet("reminders"))
    rows = range(HEADER_ROW + 1, grid.height + 1)
    assert [remark_key([grid.value(row, column) for column in range(1, len(COLUMNS) + 1)]) for row in rows] == written
    assert len(set(written)) == len(written)


def many(monkeypatch: pytest.MonkeyPatch, most: int) -> Answered:
    """More reminders than a sheet lists: a busy owner, another with one, and a lead of nobody."""
    monkeypatch.setattr("funnelbook.report.reminder_sheet.MOST_ROWS", most)
    busy = [{"owner": "李四", "entered_at": f"2024-06-{day:02d}"} for day in range(1, 16)]
    return reminded(leads=[*busy, {"owner": "张三", "entered_at": "2024-06-01"}, {"owner": None, "entered_at": "2024-06-01"}])


def test_of_too_many_the_most_urgent_of_everybody_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, few = many(monkeypatch, 20_000), many(monkeypatch, 8)
    names = column(few, "owner")
    assert len(names) <= 8 < len(whole.assessment.reminders)
    assert set(names) == {"李四", "张三", say("reminders.nobody", "zh")}
    for owner in set(names):
        mine = [row for row in listed(whole) if row[say("reminders.owner", "zh")] == owner]
        shown = [row for row in listed(few) if row[say("reminders.owner", "zh")] == owner]
        assert shown == mine[: len(shown)]


def test_the_rest_is_counted_above(monkeypatch: pytest.MonkeyPatch) -> None:
    found = many(monkeypatch, 8)
    rest = len(found.assessment.reminders) - len(listed(found))
    (about,) = values(found.sheet("reminders"))[2]
    assert str(about).endswith(say("reminders.more", "zh", n=rest))


def test_a_reminder_with_a_remark_is_listed_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    found = many(monkeypatch, 8)
    whole = due(found.assessment, found.records, "zh")
    last = next(one for one in reversed(whole) if one.owner == "李四")
    key = (f"{last.reminder.rule} {last.reminder.sheet}", last.name, "")
    assert key not in {remark_key(row) for row in zip(*(column.values for column in found.sheet("reminders").bulk), strict=True)}
    sheet = reminder_sheet(found.assessment, found.records, {key: "已致电"}, "跟进提醒", "zh")
    rows = [row for row in table_below(sheet, say("reminders.owner", "zh")) if row[say("reminders.remark", "zh")] == "已致电"]
    assert [row[say("reminders.lead", "zh")].text for row in rows] == [last.name]
    assert len(sheet.bulk[0].values) == len(found.sheet("reminders").bulk[0].values) + 1
