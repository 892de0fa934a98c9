"""A workbook of 000: the suggested level beside the table, the levels in summary, details and changes (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import funnelbook
from funnelbook.edits import PutColumn
from funnelbook.report.past import level_history
from funnelbook.words import LANGUAGES, say

from ..funnel.tiering import HEADERS, LOG, grids, lead, touch
from ..workbooks import AS_OF, WEEK_LATER, own_sheet, refresh, rows_below, type_in, workbook
from .calc import calculated
from .sheets import Answered, answered, table_below, values

MORE = ("录入时间", "签约日期", "流失原因")
LEVELS = ("潜在", "意向", "高意向", "成交", "流失", None)


def team(path: Path, leads: Sequence[dict[str, Any]], touches: Sequence[dict[str, Any]] = ()) -> Path:
    """A workbook of 000 as a file."""
    rows = [lead(number, **cells) for number, cells in enumerate(leads, start=1)]
    sheets: dict[str, Any] = {"客户层级": [[*HEADERS, *MORE], *([row.get(name) for name in (*HEADERS, *MORE)] for row in rows)]}
    if touches:
        sheets["跟进记录"] = [LOG, *([one.get(name) for name in LOG] for one in touches)]
    return workbook(path, sheets)


def shown(found: Answered, header: str = "建议层级") -> list[Any]:
    (column,) = [edit for edit in found.of(PutColumn) if edit.header == header]
    return list(column.values)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("zh", ["意向客户", "意向客户(概率落在空档)", "高意向客户(仅按次数)", "流失客户", None]),
        ("en", ["Interested", "Interested (probability in a gap)", "Highly interested (by count only)", "Lost", None]),
    ],
)
def test_the_suggested_level_stands_beside_the_table_with_what_it_rests_on(lang: str, expected: list[Any]) -> None:
    leads: list[dict[str, Any]] = [
        {},
        {"成交概率(%)": 65},
        {"成交概率(%)": None, "跟进次数": 6},
        {"客户层级": "流失"},
        {"成交概率(%)": None, "跟进次数": None},
    ]
    assert shown(answered(grids(leads), lang=lang), say("own.leads.level", lang)) == expected


def test_it_stands_before_the_suggested_owner() -> None:
    headers = [edit.header for edit in answered(grids([{"负责人": None}])).of(PutColumn)]
    assert headers == [
        "跟进次数(系统)",
        "最近跟进(系统)",
        "建议层级",
        "建议负责人",
        "完整度",
        "数据问题",
    ]


def test_an_empty_table_of_000_gets_no_score() -> None:
    headers = [edit.header for edit in answered(grids([])).of(PutColumn)]
    assert "系统评分" not in headers
    assert "建议层级" in headers


def test_details_hold_contact_title_and_levels() -> None:
    found = answered(grids([{"联系人及职务": "*总(总经理)", "客户层级": "潜在"}], [{"状态变更": "高意向", "变更原因": "x"}]))
    (row,) = [r for r in table_below(found.sheet("details"), "编号") if r["编号"]]
    assert (row["联系人"], row["职务"], row["层级"], row["曾达最高层级"]) == ("*总", "总经理", "潜在客户", "高意向客户")


def test_reminders_name_the_contact_without_the_title() -> None:
    found = answered(grids([{"联系人及职务": "*总(总经理)", "最近跟进时间": "2024-05-02"}]))
    (row,) = table_below(found.sheet("reminders"), say("reminders.owner", "zh"))
    assert (row["联系人"], row["规则代码"]) == ("*总", "lost.silent 客户层级")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bottleneck_is_marked_and_advised(lang: str) -> None:
    found = answered(grids([{"客户层级": level} for level in ("潜在", "意向", "意向", "高意向")]), lang=lang)
    texts = [str(value) for row in values(found.sheet("summary")) for value in row]
    assert any(say("advice.stage.成交客户", lang) in text for text in texts)
    rows = [row for row in values(found.sheet("summary")) if row and row[0] == say("level.成交客户", lang) and len(row) > 6]
    assert getattr(rows[0][6], "cached", None) == say("levels.bottleneck", lang)


# ---- what LibreOffice calculates


@pytest.fixture(scope="module", params=LANGUAGES)
def refreshed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A workbook of 000 with every level and odd owners after two refreshes, and the same as LibreOffice calculates it."""
    folder = tmp_path_factory.mktemp(f"levels-{request.param}")
    leads = [
        {
            "客户层级": LEVELS[i % 6],
            "负责人": ("张*", "张三", "007", "7", None)[i % 5],
            "成交概率(%)": (5, 20, 50, 65, 80, 100, None)[i % 7],
            "首次接触时间": dt.date(2024, 3 + i % 3, 1 + i % 28),
            "最近跟进时间": dt.date(2024, 5, 1 + i % 31),
            "签约日期": dt.date(2024, 6, 1 + i % 19) if LEVELS[i % 6] == "成交" else None,
            "流失原因": ("选择竞品", "预算调整", None)[i % 3],
            "当前阶段关键节点": "已签约",
        }
        for i in range(40)
    ]
    touches = [
        touch(i, 跟进时间=dt.datetime(2024, 6, 1 + i % 18, 9), 状态变更=("高意向", "从潜在到意向", None)[i % 3], 变更原因="决策人确认")
        for i in range(1, 30)
    ]
    path = team(folder / "tiering.xlsx", leads, touches)
    refresh(path, "--lang", request.param)
    type_in(path, "客户层级", 2, 11, "成交客户")
    refresh(path, "--lang", request.param, as_of=WEEK_LATER)
    bare = folder / "bare.xlsx"
    openpyxl.load_workbook(path).save(bare)  # without the cached values, so that LibreOffice has to calculate
    return path, calculated([bare], folder)[0], request.param


def test_calculating_again_gives_what_was_computed(refreshed: tuple[Path, Path, str]) -> None:
    path, result, lang = refreshed
    title = say("sheet.summary", lang)
    texts, cached, again = (openpyxl.load_workbook(p, data_only=d)[title] for p, d in ((path, False), (path, True), (result, True)))
    checked = 0
    for line in texts.iter_rows():
        for cell in line:
            if cell.data_type == "f":
                was, now = cached[cell.coordinate].value, again[cell.coordinate].value
                assert (now or "") == (was or "") if was is None or isinstance(was, str) else now == pytest.approx(was, rel=1e-9), (
                    cell.coordinate
                )
                checked += 1
    assert checked > 150


def test_every_section_on_levels_is_there(refreshed: tuple[Path, Path, str]) -> None:
    path, _, lang = refreshed
    texts = {cell.value for line in openpyxl.load_workbook(path)[say("sheet.summary", lang)].iter_rows() for cell in line}
    wanted = ("section.levels", "section.level", "column.snapshot", "column.reached", "column.reason.lost", "changes.level_moved")
    assert {say(code, lang) for code in wanted} <= texts
    assert say("changes.tier_moved", lang) not in texts


def test_the_change_log_remembers_the_levels_and_a_moved_one(refreshed: tuple[Path, Path, str]) -> None:
    path, _, lang = refreshed
    history = level_history([own_sheet(path, "changes")])
    assert history["202405-001"] == [(AS_OF, "潜在客户"), (WEEK_LATER, "成交客户")]
    rows = rows_below(own_sheet(path, "changes"), say("changes.id", lang))
    assert [row["row"] for row in rows if row[say("changes.level_moved", lang)]] == [rows[-1]["row"]]


# ---- from refresh to refresh


def stages(report: Any) -> list[float | None]:
    return [stage["reached"] for stage in report.to_dict()["metrics"]["stages"]]


def test_a_level_that_an_earlier_refresh_saw_is_not_forgotten(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [{"客户层级": "高意向"}, {"客户层级": "潜在"}])
    refresh(path)
    type_in(path, "客户层级", 2, 11, "流失")
    assert stages(funnelbook.audit(path, as_of=WEEK_LATER)) == [0.5, 1.0, 0.0]
    assert stages(funnelbook.audit(path, as_of=AS_OF)) == [0.0, None, None]


def test_refreshing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [{"客户层级": level} for level in LEVELS])
    refresh(path)
    once = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == once


def test_the_json_of_the_documents_rows(tmp_path: Path) -> None:
    report = funnelbook.refresh(team(tmp_path / "a.xlsx", [{}]), as_of=AS_OF, keep_backup=False).to_dict()
    assert report["profile"] == "tiering"
    (row,) = report["leads"]
    assert (row["level"], row["level_suggested"], row["score_min"], row["tier"]) == ("意向客户", "意向客户", None, None)
    assert report["metrics"]["stages"][0] == {"from": "潜在客户", "to": "意向客户", "snapshot": None, "reached": 1.0}


def test_the_cell_of_a_lost_lead_without_reason_is_highlighted_until_it_is_filled() -> None:
    from funnelbook.edits import Highlight

    found = answered(grids([{"客户层级": "流失", "流失原因": None}]))
    formulas = [edit.rule.formula for edit in found.of(Highlight) if edit.rule.range.a1 == "Q2" and "COUNTA" in edit.rule.formula]
    assert len(formulas) == 1
    assert "|流失客户|流失|lost|" in formulas[0]
