"""What the page says: the figures of the JSON, in words where there is nothing, masked unless somebody asks otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import funnelbook
from funnelbook.funnel.find import find_tables
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.report.page import Content, document
from funnelbook.report.page.document import Document
from funnelbook.report.page.people import MOST_REMINDERS
from funnelbook.report.past import read_past
from funnelbook.words import LANGUAGES, catalogue, knows, say

from ... import page as pages
from ...conftest import Refreshed
from ...funnel.build import AS_OF, assessed_grids, sheet_of
from ...workbooks import SAMPLES, own_sheet, run

pytestmark = pytest.mark.thorough


def said(*leads: dict[str, Any], conversions: Sequence[dict[str, Any]] = (), lang: str = "zh", mask: bool = True) -> Document:
    grids = [sheet_of("leads", leads), sheet_of("followups", []), sheet_of("conversions", conversions)]
    rules = RuleBook.default()
    tables = find_tables(grids, rules)
    return document(Content(tables, normalise(tables, rules), assessed_grids(grids, AS_OF), rules, read_past(grids), lang), mask)


def texts(of: Document) -> str:
    return repr(of)


def written(workbook: Path, folder: Path, *options: str) -> bytes:
    out = folder / "page.html"
    assert run("report", workbook, "-o", out, "--as-of", AS_OF.isoformat(), *options).exit_code == 0
    return out.read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_figure_of_the_json_stands_on_the_page(sample: Path, lang: str, tmp_path: Path) -> None:
    found = pages.read(written(sample, tmp_path, "--lang", lang))
    wanted: dict[str, Any] = funnelbook.audit(sample, as_of=AS_OF, lang=lang).to_dict(mask=True)
    known = pages.tiles(wanted)
    assert len(found["tiles"]) == (6 if sample.stem == "08-crm-export" else 7)  # a workbook without any touch
    assert {key: text for key, text in found["tiles"].items() if key in known} == {
        key: known[key] for key in found["tiles"] if key in known
    }
    tables = found["tables"]
    for name, rows in pages.tables(wanted).items():
        assert sorted(tables[name]) == sorted(rows), name
    places = [0, *(found["headers"]["owner"].index(say(f"column.{key}", lang)) for key in ("leads", "won", "conversion"))]
    assert [[row[place] for place in places] for row in tables["owner"]] == pages.owners(wanted)
    assert tables.get("audit", []) == pages.problems(wanted)
    blocks = [rows for name, rows in tables.items() if name.startswith("reminders.")]
    assert sum(map(len, blocks)) == len(wanted["reminders"])


def test_the_levels_show_both_readings_and_one_bottleneck(tmp_path: Path) -> None:
    sample = next(path for path in SAMPLES if path.stem.startswith("07"))
    stages = funnelbook.audit(sample, as_of=AS_OF).to_dict()["metrics"]["stages"]
    rows = pages.read(written(sample, tmp_path))["tables"]["levels"]
    assert [(row[2], row[4]) for row in rows[1:-1]] == [
        (pages.percent(stage["snapshot"]), pages.percent(stage["reached"])) for stage in stages
    ]
    (worst,) = (row for row in rows if "瓶颈" in row[0])
    assert worst[4] == min((row[4] for row in rows if row[4]), key=lambda text: float(text[:-1]))


def test_a_refreshed_workbook_gives_the_same_page(sample: Refreshed, tmp_path: Path) -> None:
    before, after = (pages.read(written(path, tmp_path))["tables"] for path in (sample.original, sample.path))
    assert {name: rows for name, rows in after.items() if name != "audit"} == {
        name: rows for name, rows in before.items() if name != "audit"
    }


def test_the_change_since_the_last_refresh_comes_from_the_workbook_s_history(tmp_path: Path) -> None:
    copy = tmp_path / "team.xlsx"
    before = AS_OF.replace(day=13)
    then, now = (funnelbook.audit(SAMPLES[1], as_of=day).to_dict()["metrics"]["follow_up"] for day in (before, AS_OF))
    funnelbook.refresh(SAMPLES[1], copy, as_of=before)
    text = written(copy, tmp_path).decode()
    assert "对比上次：2024-06-13" in text
    assert f"较上次 {now['overdue'] + now['pool'] - then['overdue'] - then['pool']:+}" in text
    assert "个百分点" in text
    assert "与上次持平" in text
    assert "新超期 6 条" in text
    assert "首次统计" in written(SAMPLES[1], tmp_path).decode()


def test_the_page_begins_with_the_tiles_of_the_summary(sample: Refreshed, tmp_path: Path) -> None:
    grid = own_sheet(sample.path, "summary")
    labels = [label for column in range(1, 15, 2) if (label := grid.value(4, column)) is not None]
    of = pages.read(written(sample.original, tmp_path))
    lang = funnelbook.audit(sample.original, as_of=AS_OF).lang
    assert [say(f"tile.{key}", lang) for key in of["tiles"]] == labels


def test_the_key_figures_of_earlier_refreshes_are_listed_and_drawn(tmp_path: Path) -> None:
    copy = tmp_path / "team.xlsx"
    funnelbook.refresh(SAMPLES[1], copy, as_of=AS_OF.replace(day=6))
    funnelbook.refresh(copy, as_of=AS_OF.replace(day=13), keep_backup=False)
    rows = pages.read(written(copy, tmp_path))["tables"]["history.counts"]
    assert [row[0] for row in rows] == ["2024-06-06", "2024-06-13", "2024-06-20"]
    assert rows[-1][1:] == ["78", "22", "17"]


def test_amounts_in_chinese_are_counted_in_ten_thousands(tmp_path: Path) -> None:
    zh, en = (pages.read(written(SAMPLES[1], tmp_path, "--lang", lang))["tables"]["trend"] for lang in LANGUAGES)
    assert (zh[2][4], en[2][4], zh[0][4]) == ("124.0 万", "1,240,000", "0")


def test_people_and_phones_are_masked_unless_somebody_asks_for_them() -> None:
    lead = {"owner": "欧阳锋", "contact": "诸葛亮", "phone": "13812345678", "company": "推荐 13987654321", "entered_at": "2024-06-01"}
    masked, plain = texts(said(lead)), texts(said(lead, mask=False))
    for secret in ("欧阳锋", "诸葛亮", "13812345678", "13987654321"):
        assert secret in plain
        assert secret not in masked
    for shown in ("欧*", "诸*", "138****5678", "推荐 139****4321"):
        assert shown in masked


def test_two_people_with_one_first_sign_keep_their_own_reminders() -> None:
    of = said(*({"owner": name, "entered_at": "2024-06-01"} for name in ("张三", "张四", "张四")))
    (section,) = (one for one in of.sections if one.name == "reminders")
    assert [(block.table.title or "")[:2] for block in section.blocks] == ["张*", "张*"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_without_leads_says_so_in_words(lang: str) -> None:
    of = said(lang=lang)
    assert not of.tiles
    assert [section.name for section in of.sections] == ["empty", "audit"]
    assert say("page.empty", lang) in texts(of)
    assert "nan" not in texts(of).lower()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_nothing_is_known_of_is_a_word_not_a_zero(lang: str) -> None:
    of = said({"entered_at": None, "owner": None, "source": None}, lang=lang)
    assert "on_time" not in {tile.name for tile in of.tiles}
    sections = {section.name: section for section in of.sections}
    assert sections["cycle"].lines == (say("page.no_cycle", lang),)
    assert sections["reasons"].lines == (say("empty.reasons", lang),)
    assert "nan" not in texts(of).lower()


def test_of_very_many_reminders_every_owner_sees_the_most_urgent_and_how_many_are_left() -> None:
    leads = [{"lead_id": f"{i:05d}", "owner": f"员工{i % 40}", "entered_at": "2024-06-01"} for i in range(1200)]
    (section,) = (one for one in said(*leads).sections if one.name == "reminders")
    shown = [len(block.table.rows) for block in section.blocks]
    assert len(shown) == 40
    assert sum(shown) <= MOST_REMINDERS
    assert all(block.table.note for block in section.blocks)


def test_the_reasons_and_cycles_of_won_and_lost_leads_are_counted() -> None:
    leads = [{"entered_at": "2024-06-01"}, {"entered_at": "2024-06-02"}]
    won = {"lead_id": "202406001", "result": "成交", "closed_at": "2024-06-11"}
    lost = {"lead_id": "202406002", "result": "未成交", "loss_reason": "<b>价格</b>"}
    sections = {section.name: section for section in said(*leads, conversions=[won, lost]).sections}
    assert [block.table.rows for block in sections["reasons"].blocks] == [(("<b>价格</b>", "1", "100.0%"),)]
    assert sections["cycle"].blocks[0].table.rows[0][1:] == ("1", "10.0", "10.0")


CODES = sorted(code.removeprefix("finding.") for code in catalogue() if code.startswith("finding."))


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_finding_has_a_few_words(code: str) -> None:
    parts = code.split(".")
    assert any(knows("problem." + ".".join(parts[:n])) for n in range(2, len(parts) + 1))
