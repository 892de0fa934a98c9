"""The tiles of the summary: which key figures a workbook can answer, and how they moved (DESIGN.md 4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from funnelbook.edits import Cell
from funnelbook.report.tiles import MOST
from funnelbook.words import LANGUAGES, say

from ..funnel import tiering
from ..funnel.build import sheet_of
from ..workbooks import AS_OF, WEEK_LATER, lead, refresh, team, touch
from .sheets import Answered, answered


def labels(found: Answered) -> list[Any]:
    row = found.sheet("summary").rows[3]
    return [cell.value for cell in row if isinstance(cell, Cell) and cell.value is not None]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_tracking_workbook_shows_first_touches_and_what_is_late(lang: str) -> None:
    found = answered([sheet_of("leads", [{}]), sheet_of("followups", [{}])], lang=lang)
    keys = ("leads", "open", "won", "conversion", "on_time", "overdue", "completeness")
    assert labels(found) == [say(f"tile.{key}", lang) for key in keys]


def test_a_figure_that_no_lead_can_be_judged_by_gives_its_place_to_another() -> None:
    shown = labels(answered(tiering.grids([{}], [tiering.touch(1)])))
    assert say("tile.on_time", "zh") not in shown
    assert say("tile.touches", "zh") in shown
    assert len(shown) == MOST


def changes(path: Path) -> list[tuple[Any, Any]]:
    """Word and amount below every tile."""
    (row,) = openpyxl.load_workbook(path, data_only=True)["汇总"].iter_rows(min_row=6, max_row=6, max_col=14, values_only=True)
    return list(zip(row[::2], row[1::2], strict=True))


def test_a_change_is_an_arrow_with_its_word_and_its_amount(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1")], touches=[touch("L1", AS_OF)])
    refresh(path)
    assert set(changes(path)) == {(None, None)}
    book = openpyxl.load_workbook(path)
    book["线索信息表"].append(lead("L2", 联系方式="13800010002", 来源=None))
    book.save(path)
    refresh(path, as_of=WEEK_LATER)
    found = dict(zip(("leads", "open", "won", "conversion", "on_time", "overdue", "completeness"), changes(path), strict=True))
    assert found["leads"] == (say("tile.up", "zh"), 1)
    assert found["won"] == (say("tile.same", "zh"), 0)
    assert found["completeness"][0] == say("tile.down", "zh")
    assert 0 < -found["completeness"][1] < 100
