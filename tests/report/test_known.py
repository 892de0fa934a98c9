"""What a workbook can answer: what nobody can know is left out or a dash, never a zero (RULES.md 6)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import funnelbook
from funnelbook.report.changes import key_figures
from funnelbook.report.known import owner_names, period_names
from funnelbook.report.tiles import answerable

from ..funnel.build import assessed, lead
from ..workbooks import AS_OF, CONVERSIONS, LEADS, workbook
from ..workbooks import lead as row
from .calc import calculated


def test_without_entries_and_touches_nothing_is_new_and_nobody_was_touched_this_week() -> None:
    found = assessed([{}, {}], without=("entered_at",))
    assert (period_names(found), [key for key in ("new", "touches") if key in answerable(found)]) == (["won"], [])
    assert (key_figures(found)["new"], key_figures(found)["touches"]) == (None, None)
    unreadable = assessed([{"entered_at": "昨天"}], followups=[{"followed_at": "明天"}])
    assert period_names(unreadable) == ["won"]
    assert "touches_week" not in owner_names(unreadable)


def test_with_one_entry_and_one_touch_the_zeros_are_zeros() -> None:
    found = assessed([{"entered_at": "2024-05-01"}, {"entered_at": None}], followups=[{"followed_at": "2024-05-02"}])
    assert (key_figures(found)["new"], key_figures(found)["touches"]) == (0, 0)
    assert period_names(found) == ["new", "touches", "won"]


@pytest.mark.parametrize(
    ("amounts", "won", "known"),
    [((None, 30), 1, None), ((20, None), 1, 200000.0), ((None, 30), 0, 0.0), ((None, None), 0, 0.0), ((None, None), 2, None)],
)
def test_what_was_won_is_known_when_a_won_lead_says_it(amounts: tuple[Any, Any], won: int, known: float | None) -> None:
    results = ["成交"] * won + ["未成交"] * (2 - won)
    rows = [{"lead_id": lead(i + 1)["lead_id"], "result": results[i], "amount": amounts[i]} for i in range(2)]
    found = assessed([{}, {}], conversions=rows)
    assert key_figures(found)["amount"] == known
    assert ("amount" in answerable(found)) == (known is not None and any(amounts))


@pytest.mark.thorough
def test_the_dashes_are_computed_as_they_are_written(tmp_path: Path) -> None:
    people = ["张三", "李*", None]
    leads = [row(f"L{i}", 负责人=people[i % 3], 录入时间=dt.date(2024, 6, 3)) for i in range(6)]
    wins = [["L0", "成交", None], ["L1", "成交", None], ["L2", "成交", None], ["L4", "成交", 12]]
    days = (dt.date(2024, 6, 4), dt.date(2024, 6, 12), dt.date(2024, 6, 12), dt.date(2024, 6, 19))
    rows = [[*one, None, None, None, None, day] for one, day in zip(wins, days, strict=True)]
    path = workbook(tmp_path / "book.xlsx", {"线索": [LEADS, *leads], "转化": [CONVERSIONS, *rows]})
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    written = openpyxl.load_workbook(path, data_only=True)["汇总"]
    (again,) = calculated([path], tmp_path)
    computed = openpyxl.load_workbook(again, data_only=True)["汇总"]
    cells = [[cell.value for cell in line] for line in written.iter_rows()]
    assert sum(value == "\u2014" for line in cells for value in line) >= 4  # two weeks, two owners
    for line, other in zip(cells, computed.iter_rows(), strict=True):
        for value, cell in zip(line, other, strict=False):
            assert cell.value == (pytest.approx(value) if isinstance(value, float) else value), cell.coordinate
