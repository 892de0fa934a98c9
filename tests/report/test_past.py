"""Past: what earlier refreshes wrote is read back in either language, wherever people moved it (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from funnelbook.grid import Grid
from funnelbook.report.past import HISTORY, Past, read_past
from funnelbook.words import LANGUAGES

from ..funnel.build import AS_OF, sheet_of
from .sheets import Answered, answered, read_back

ROLES = ("audit", "reminders", "changes", "history")


def found(lang: str = "zh") -> Answered:
    return answered(
        [sheet_of("leads", [{"source": None, "entered_at": "2024-06-10"}, {"phone": "12"}]), sheet_of("followups", [{}])], lang=lang
    )


def grids(lang: str = "zh") -> dict[str, Grid]:
    return {str(grid.own_sheet): grid for grid in read_back(*(found(lang).sheet(role) for role in ROLES))}


def typed(grid: Grid, header: str, row: int, value: Any) -> Grid:
    """The grid after a person typed a value, so many rows below the header."""
    for column in range(1, grid.width + 1):
        for top in range(1, grid.height + 1):
            if grid.value(top, column) == header:
                columns = list(grid.columns)
                columns[column - 1] = columns[column - 1].copy()
                columns[column - 1][top + row - 1] = value
                return replace(grid, columns=tuple(columns))
    raise AssertionError(header)


def pushed_down(grid: Grid, rows: int = 2) -> Grid:
    """The grid after a person put rows above everything."""
    blank = np.full(rows, None, dtype=object)
    blank[0] = "内部资料"
    return replace(grid, columns=tuple(np.concatenate([blank, column]) for column in grid.columns))


def turned(grid: Grid) -> Grid:
    """The grid after a person turned the order of its columns round."""
    return replace(grid, columns=tuple(reversed(grid.columns)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_refresh_wrote_is_read_back(lang: str) -> None:
    past = read_past(list(grids(lang).values()))
    assert [(row["id"], row["date"]) for row in past.changes] == [("202406001", AS_OF), ("202406002", AS_OF)]
    (figures,) = past.history
    assert (figures["date"], figures["leads"], figures["won"]) == (AS_OF, 2, 0)
    assert set(figures) == set(HISTORY)
    assert (past.audit_remarks, past.reminder_remarks) == ({}, {})


@pytest.mark.parametrize(("lang", "header"), [("zh", "处理说明"), ("en", "Remark")])
def test_remarks_are_read_with_what_they_belong_to(lang: str, header: str) -> None:
    own = grids(lang)
    past = read_past([typed(own["audit"], header, 1, "明天补"), typed(own["reminders"], header, 1, " 已约 ")])
    ((audited, remark),) = past.audit_remarks.items()
    assert (audited[0], audited[-2], remark) == ("required.missing", "202406001", "明天补")
    ((reminded, text),) = past.reminder_remarks.items()
    assert (reminded[-2], text) == ("202406002", " 已约 ")


@pytest.mark.parametrize("remark", [None, "", "   "])
def test_a_blank_remark_is_none(remark: str | None) -> None:
    assert read_past([typed(grids()["audit"], "处理说明", 1, remark)]).audit_remarks == {}


@pytest.mark.parametrize("change", [pushed_down, turned])
def test_the_header_is_found_where_people_moved_it(change: Any) -> None:
    own = grids()
    own["audit"] = typed(own["audit"], "处理说明", 1, "明天补")
    expected, past = read_past(list(own.values())), read_past([change(grid) for grid in own.values()])
    assert past == expected
    assert past.audit_remarks
    assert past.history


def test_a_sheet_whose_header_was_overwritten_gives_nothing() -> None:
    own = grids()["changes"]
    assert read_past([typed(own, "统计日期", 0, "x")]).changes == []


def test_rows_without_a_date_and_blank_rows_are_left_out() -> None:
    own = grids()
    assert len(read_past([typed(own["changes"], "统计日期", 1, "昨天")]).changes) == 1
    assert read_past([typed(own["history"], "统计日期", 1, None)]).history == []


def test_only_sheets_that_bear_our_mark_are_read() -> None:
    copies = [replace(grid, own_sheet=None) for grid in grids().values()]
    assert read_past(copies) == Past(changes=[], history=[])


@pytest.mark.parametrize("role", ["changes", "history"])
def test_of_a_date_that_a_person_gave_a_time_the_date_counts(role: str) -> None:
    own = typed(grids()[role], "统计日期", 1, dt.datetime(2024, 6, 19, 8))
    assert getattr(read_past([own]), role)[0]["date"] == dt.date(2024, 6, 19)
