"""The summary: every figure is a formula over the details and says what was computed (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import funnelbook
from funnelbook.book.newsheet import MARGIN
from funnelbook.edits import Cell, Chart, Formula, PutSheet
from funnelbook.words import LANGUAGES, say

from ..funnel import tiering
from ..funnel.build import lead, rules_sheet, sheet_of
from ..workbooks import AS_OF, CONVERSIONS, FOLLOWUPS, LEADS, WEEK_LATER, refresh, touch, workbook
from ..workbooks import lead as typed_lead
from .calc import calculated
from .sheets import Answered, answered, read_back

KEYS = ("张*", "张三", "007", "7", "A", "a", "=1+1", "?", "~*", '"引号"', ">5", "", None, "TRUE", "很长的名字" * 20)
NEW_FUNCTIONS = re.compile(
    r"\b(_xlfn|IFS|MAXIFS|MINIFS|SWITCH|TEXTJOIN|CONCAT|XLOOKUP|FILTER|UNIQUE|SORT|LET|LAMBDA|IFNA|DAYS|ISOWEEKNUM|NUMBERVALUE)\b"
)
VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|CELL|INFO)\(")


def many(count: int = 30) -> Answered:
    """A team with every result, tier, source and state."""
    leads = [
        {
            "source": ("展会", "官网", None, "转介绍")[i % 4],
            "owner": KEYS[i % len(KEYS)],
            "tier": "ABCD"[i % 4],
            "entered_at": dt.date(2024, 1 + i % 6, 3 + i % 20),
            "company": f"公司{chr(0x4E00 + i * 37)}{chr(0x5E00 + i * 11)}",
            "phone": f"1390000{1000 + i}",
        }
        for i in range(count)
    ]
    touches = [
        {"lead_id": lead(i)["lead_id"], "followed_at": dt.date(2024, 6, 1 + i % 20), "followed_by": KEYS[i % len(KEYS)]}
        for i in range(1, count)
    ]
    results = ("成交", "未成交", "流失", "培育中")
    reasons = ("预算不足", "竞品", "价格、失联", None, "张*")
    closed = [
        {"lead_id": lead(i)["lead_id"], "result": results[i % 4], "amount": i, "loss_reason": reasons[i % 5], "closed_at": "2024-06-18"}
        for i in range(1, count, 2)
    ]
    return answered([sheet_of("leads", leads), sheet_of("followups", touches), sheet_of("conversions", closed)])


def cells(sheet: PutSheet) -> dict[tuple[int, int], Any]:
    """Values by row and column."""
    return {
        (row, column): cell.value if isinstance(cell, Cell) else cell
        for row, line in enumerate(sheet.rows, start=1)
        for column, cell in enumerate(line, start=1)
        if cell is not None
    }


def formulas(sheet: PutSheet) -> dict[tuple[int, int], Formula]:
    return {place: value for place, value in cells(sheet).items() if isinstance(value, Formula)}


def row_of(sheet: PutSheet, text: str) -> int:
    return next(row for (row, column), value in sorted(cells(sheet).items(), key=lambda item: item[0]) if value == text and column == 1)


def test_every_number_is_a_formula() -> None:
    numbers = [(place, value) for place, value in cells(many().sheet("summary")).items() if isinstance(value, int | float)]
    assert numbers == []


def test_every_formula_has_its_value() -> None:
    assert [place for place, formula in formulas(many().sheet("summary")).items() if formula.cached is None] == []


def test_formulas_are_neither_volatile_nor_newer_than_excel_2010() -> None:
    for formula in formulas(many().sheet("summary")).values():
        assert not VOLATILE.search(formula.text)
        assert not NEW_FUNCTIONS.search(formula.text)
        assert "{" not in formula.text
        assert len(formula.text) <= 8192
        assert all(len(text) <= 255 for text in re.findall(r'"([^"]*)"', formula.text))


def test_the_tiles_show_the_metrics() -> None:
    found = many()
    shown = cells(found.sheet("summary"))
    metrics = found.assessment.metrics
    tiles = [shown[5, 1 + 2 * i].cached for i in range(7)]
    judged = sum(metrics.first_touch[state] for state in ("on_time", "late", "overdue"))
    assert tiles == [
        metrics.leads,
        metrics.results["open"] + metrics.results["nurturing"],
        metrics.results["won"],
        metrics.results["won"] / metrics.leads,
        metrics.first_touch["on_time"] / judged,
        metrics.follow_up["overdue"] + metrics.follow_up["pool"],
        found.assessment.leads["filled"].sum() / found.assessment.leads["required"].sum(),
    ]


@pytest.mark.parametrize(("section", "name"), [("section.source", "by_source"), ("section.tier", "by_tier")])
def test_the_groups_show_the_rates(section: str, name: str) -> None:
    found = many()
    sheet, rates = found.sheet("summary"), {rate.key: rate for rate in getattr(found.assessment.metrics, name)}
    shown, top = cells(sheet), row_of(sheet, say(section, "zh")) + 2
    for row in range(top, top + len(rates)):
        key = shown[row, 1]
        rate = rates[None if key == say("group.blank", "zh") else key]
        values = [shown[row, column].cached for column in range(3, 6)]
        assert values == [rate.leads, rate.won, rate.closed]


# ---- what LibreOffice calculates


ODD = ("张*", "张三", "007", "7", "A", "a", "=1+1", "?", "~*", '"引号"', ">5", "TRUE", "+86", "@x", "很长" * 60, None)


@pytest.fixture(scope="module")
def odd_book(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workbook with odd keys after two refreshes, and the same as LibreOffice calculates it."""
    folder = tmp_path_factory.mktemp("summary")
    leads = [
        typed_lead(
            f"L{i}",
            负责人=ODD[i % len(ODD)],
            来源=ODD[(i * 7) % len(ODD)],
            联系方式=f"1380001{1000 + i}",
            线索等级="ABCD"[i % 4],
            录入时间=dt.date(2024, 5, 1 + i % 28),
            公司名称=f"{chr(0x4E00 + 91 * i)}{chr(0x5A00 + 57 * i)}厂",
        )
        for i in range(40)
    ]
    touches = [touch(f"L{i}", dt.date(2024, 6, 1 + i % 20), 跟进人=ODD[i % len(ODD)]) for i in range(40)]
    closed = [
        [f"L{i}", ("成交", "未成交", "流失")[i % 3], 10 + i, ODD[i % len(ODD)], None, "王", "总结", dt.date(2024, 6, 1 + i)]
        for i in range(0, 24, 2)
    ]
    path = workbook(
        folder / "odd.xlsx", {"线索信息表": [LEADS, *leads], "跟进记录表": [FOLLOWUPS, *touches], "转化分析表": [CONVERSIONS, *closed]}
    )
    book = openpyxl.load_workbook(path)
    for line in book["线索信息表"].iter_rows(min_row=2):
        for cell in line:
            if cell.data_type == "f":
                cell.data_type = "s"
    book.save(path)
    refresh(path)
    refresh(path, as_of=WEEK_LATER)
    bare = folder / "bare.xlsx"
    book = openpyxl.load_workbook(path)  # without the cached values, so that LibreOffice has to calculate
    for line in (line for name in ("汇总", "明细") for line in book[name].iter_rows()):
        for cell in line:
            if cell.value == "=1+1":
                cell.data_type = "s"
    book.save(bare)
    return path, calculated([bare], folder)[0]


def test_calculating_again_gives_what_was_computed(odd_book: tuple[Path, Path]) -> None:
    path, result = odd_book
    texts, cached, again = (openpyxl.load_workbook(p, data_only=d)["汇总"] for p, d in ((path, False), (path, True), (result, True)))
    checked = 0
    for line in texts.iter_rows():
        for cell in line:
            if isinstance(cell.value, str) and cell.data_type == "f":
                was, now = cached[cell.coordinate].value, again[cell.coordinate].value
                assert (now or "") == (was or "") if isinstance(was, str) else now == pytest.approx(was, rel=1e-9), (
                    cell.coordinate,
                    cell.value,
                )
                checked += 1
    assert checked > 200


def test_keys_that_look_like_formulas_patterns_or_numbers_stay_texts(odd_book: tuple[Path, Path]) -> None:
    sheet = openpyxl.load_workbook(odd_book[0])["汇总"]
    owners = {cell.value: cell for line in sheet.iter_rows(max_col=1) for cell in line if cell.value in ODD and cell.value is not None}
    assert {"张*", "007", "7", "A", "a", "=1+1", "?", ">5", "TRUE"} <= set(owners)
    assert {cell.data_type for cell in owners.values()} == {"s"}


def test_the_change_since_the_last_refresh_is_shown(odd_book: tuple[Path, Path]) -> None:
    sheet = openpyxl.load_workbook(odd_book[0])["汇总"]
    assert "2024" in str(sheet["C2"].value)
    assert "'历史'!$B$4" in str(sheet["B6"].value)
    assert any(word in str(sheet["A6"].value) for word in (say("tile.up", "zh"), say("tile.same", "zh")))


# ---- layout


def pixels(width: float) -> int:
    return int(width * 7 + 5)


@pytest.fixture(params=["many", "few", "none"])
def sheet(request: pytest.FixtureRequest) -> PutSheet:
    if request.param == "many":
        return many(60).sheet("summary")
    leads: Sequence[dict[str, Any]] = [{}] if request.param == "few" else []
    return answered([sheet_of("leads", leads)]).sheet("summary")


def area(chart: Chart, sheet: PutSheet) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in pixels."""
    left = sum(pixels(sheet.widths.get(column, 8.43)) for column in range(1, chart.anchor.column))
    top = sum(sheet.heights.get(row, 15) * 96 / 72 for row in range(1, chart.anchor.row))
    return left, top, left + chart.width, top + chart.height


def test_all_columns_fit_on_a_screen(sheet: PutSheet) -> None:
    assert sum(pixels(width) for width in sheet.widths.values()) <= 1300
    assert max(column for _, column in cells(sheet)) <= len(sheet.widths)
    assert max((area(chart, sheet)[2] for chart in sheet.charts), default=0) <= 1300


def test_charts_overlap_neither_each_other_nor_cells(sheet: PutSheet) -> None:
    areas = [area(chart, sheet) for chart in sheet.charts]
    for i, a in enumerate(areas):
        for b in areas[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    for (row, column), value in cells(sheet).items():
        if value is None:
            continue
        left = sum(pixels(sheet.widths[c]) for c in range(1, column))
        top = sum(sheet.heights.get(r, 15) * 96 / 72 for r in range(1, row))
        for a in areas:
            assert not (a[0] <= left < a[2] and a[1] + 1 <= top < a[3] - 1), (row, column, value)


def test_charts_read_cells_that_hold_their_figures(sheet: PutSheet) -> None:
    shown = cells(sheet)
    for chart in sheet.charts:
        for series in chart.series:
            places = [(row, series.values.left) for row in range(series.values.top, series.values.bottom + 1)]
            assert all(isinstance(shown[place], Formula) for place in places)
        assert all((row, chart.categories.left) in shown for row in range(chart.categories.top, chart.categories.bottom + 1))


def test_merged_cells_do_not_overlap(sheet: PutSheet) -> None:
    for i, a in enumerate(sheet.merges):
        assert not any(a.overlaps(b) for b in sheet.merges[i + 1 :])


def test_pages_break_only_between_sections(sheet: PutSheet) -> None:
    rows = sheet.breaks
    assert list(rows) == sorted(set(rows))
    shown = cells(sheet)
    for row in rows:
        assert (row + 1, 1) in shown
        for chart in sheet.charts:
            top, bottom = area(chart, sheet)[1], area(chart, sheet)[3]
            cut = sum(sheet.heights.get(r, 15) * 96 / 72 for r in range(1, row + 1))
            assert not top < cut < bottom


def test_pages_fit_on_a4_across(sheet: PutSheet) -> None:
    assert sheet.scale is not None
    margins = 72 * MARGIN * 2
    tall, wide = (595 - margins - 0.2 * 72) / sheet.scale * 100, (842 - margins) / sheet.scale * 100
    assert sum(pixels(width) * 0.75 for width in sheet.widths.values()) <= wide
    repeated, last = sum(sheet.heights.get(row, 15) for row in (1, 2)), max(row for row, _ in cells(sheet))
    for start, end in itertools.pairwise([0, *sheet.breaks, last]):
        page = sum(sheet.heights.get(row, 15) for row in range(start + 1, end + 1))
        assert page + (repeated if start else 0) <= tall


def test_without_leads_there_are_words_and_dashes() -> None:
    found = answered([sheet_of("leads", [])])
    shown = cells(found.sheet("summary"))
    assert shown[5, 1].cached == 0
    assert shown[5, 7].cached == "—"
    texts = [value for value in shown.values() if isinstance(value, str)]
    assert any("首次" in text or "第一次" in text for text in texts)
    assert not any(value in ("nan", "None", "NaT") for value in texts)


def test_without_losses_and_without_a_refresh_before_it_says_so() -> None:
    texts = set(map(str, cells(answered([sheet_of("leads", [{}])]).sheet("summary")).values()))
    assert {say("empty.reasons", "zh"), say("empty.changes", "zh"), say("summary.first", "zh")} <= texts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_heading_names_the_team_and_the_day_but_neither_file_nor_clock(lang: str) -> None:
    shown = cells(answered([sheet_of("leads", [{}]), rules_sheet([("team.name", "华东一组")])], lang=lang).sheet("summary"))
    assert "华东一组" in shown[1, 1]
    assert shown[2, 2] == AS_OF
    assert ".xlsx" not in str(shown[1, 1])


def test_the_months_are_the_latest_oldest_first() -> None:
    leads = [{"entered_at": dt.date(2023 + i // 12, 1 + i % 12, 1), "phone": f"1390000{1000 + i}"} for i in range(18)]
    shown = cells(answered([sheet_of("leads", leads)]).sheet("summary"))
    months = [value for (_, column), value in sorted(shown.items()) if column == 1 and re.fullmatch(r"\d{4}-\d\d", str(value))]
    assert months == [f"{2023 + i // 12}-{1 + i % 12:02}" for i in range(6, 18)]


def test_the_sheet_can_be_written_and_read() -> None:
    found = many()
    summary = read_back(*(found.sheet(role) for role in ("summary", "details", "changes", "history")))[0]
    assert summary.own_sheet == "summary"
    assert summary.value(5, 1) == found.assessment.metrics.leads


def test_a_workbook_shows_what_its_json_says(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"线索信息表": [LEADS, typed_lead("L1")]})
    report = funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    sheet = openpyxl.load_workbook(path, data_only=True)["汇总"]
    assert sheet["A5"].value == report.to_dict()["metrics"]["leads"] == 1


# ---- the dates of other refreshes


def summary_texts(path: Path) -> list[str]:
    return [str(cell.value) for line in openpyxl.load_workbook(path)["汇总"].iter_rows() for cell in line if cell.value is not None]


def test_a_refresh_that_looks_back_says_so_and_keeps_what_is_newer(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"线索信息表": [LEADS, typed_lead("L1")]})
    refresh(path, as_of=WEEK_LATER)
    result = refresh(path)
    assert say("cli.newer", "zh", date=WEEK_LATER.isoformat()) in result.stdout
    assert openpyxl.load_workbook(path)["汇总"]["A3"].value == say("summary.newer", "zh", date="2024-06-27")
    assert [row[0].value.date() for row in openpyxl.load_workbook(path)["历史"].iter_rows(min_row=4)] == [AS_OF, WEEK_LATER]
    assert say("cli.newer", "zh", date=WEEK_LATER.isoformat()) not in refresh(path, as_of=WEEK_LATER).stdout
    assert openpyxl.load_workbook(path)["汇总"]["A3"].value is None


def test_the_key_figures_of_two_refreshes_are_lines(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"线索信息表": [LEADS, typed_lead("L1")]})
    refresh(path)
    assert say("section.history", "zh") not in summary_texts(path)
    refresh(path, as_of=WEEK_LATER)
    assert say("section.history", "zh") in summary_texts(path)


def test_a_workbook_of_levels_shows_neither_first_touches_nor_the_funnel_of_touches() -> None:
    texts = set(map(str, cells(answered(tiering.grids([{}, {}])).sheet("summary")).values()))
    assert {say("section.levels", "zh"), say("section.results", "zh")} <= texts
    assert not {say("section.funnel", "zh"), say("column.first_touch", "zh"), say("column.on_time", "zh")} & texts
