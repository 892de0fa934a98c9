"""Tables to typed frames (RULES.md 1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import Records
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.parse import Moment, parse_date
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Grid

from .build import grid, merged, sheet_of


def records(*grids: Grid, kind: str = "leads") -> Records:
    rules = RuleBook.default()
    return normalise(find_tables(grids, rules), rules)[kind]


def frame_of(**columns: list[Any]) -> Any:
    size = len(next(iter(columns.values())))
    return records(sheet_of("leads", [{name: values[i] for name, values in columns.items()} for i in range(size)])).frame


def test_a_date_has_a_start_an_end_and_perhaps_an_hour() -> None:
    frame = frame_of(expected_close=["2024-08", "2024-08-05 14:30", dt.date(2024, 8, 5), None, "x"])
    assert [str(value) for value in frame["expected_close"]] == [
        "2024-08-01 00:00:00",
        "2024-08-05 14:30:00",
        "2024-08-05 00:00:00",
        "NaT",
        "NaT",
    ]
    assert str(frame["expected_close.end"].iloc[0]) == "2024-08-31 00:00:00"
    assert frame["expected_close.timed"].tolist() == [False, True, False, False, False]


@given(st.one_of(st.datetimes(dt.datetime(1890, 1, 1), dt.datetime(9998, 1, 1)), st.dates(dt.date(1890, 1, 1), dt.date(9998, 1, 1))))
def test_a_real_date_is_read_as_a_single_cell_would_be(value: dt.date) -> None:
    one, frame = parse_date(value, RuleBook.default().words), frame_of(expected_close=[value])
    if isinstance(one, Moment):
        assert frame["expected_close"].iloc[0].to_pydatetime() == one.start
        assert bool(frame["expected_close.timed"].iloc[0]) == one.timed
    else:
        assert np.isnat(frame["expected_close"].to_numpy()[0])


def test_an_open_end_of_a_budget_is_infinite_and_an_unknown_one_missing() -> None:
    frame = frame_of(budget=["50-80万", "100万以上", "15万以内", "待确认", "面议", None])
    low, high = frame["budget.low"].to_numpy(), frame["budget.high"].to_numpy()
    assert np.array_equal(low, [5e5, 1e6, -np.inf, *[np.nan] * 3], equal_nan=True)
    assert np.array_equal(high, [8e5, np.inf, 1.5e5, *[np.nan] * 3], equal_nan=True)


@pytest.mark.parametrize(
    ("header", "yuan"),
    [
        ("成交金额", 65),
        ("成交金额(元)", 65),
        ("成交金额(万)", 650000),
        ("成交金额（万元）", 650000),
        ("成交金额(单位：万元)", 650000),
        ("成交金额(k)", 65000),
        ("成交金额(含税)", 65),
    ],
)
def test_plain_figures_have_the_unit_of_their_header(header: str, yuan: float) -> None:
    leads, conversions = sheet_of("leads", [{}]), grid([["线索编号", "转化结果", header], ["1", "成交", 65]], "转化")
    assert records(leads, conversions, kind="conversions").frame["amount"].tolist() == [yuan]


def test_each_sheet_has_the_unit_of_its_own_header() -> None:
    sheets = [grid([["线索编号", "转化结果", f"成交金额({unit})"], ["1", "成交", 65]], unit) for unit in ("元", "万")]
    assert records(sheet_of("leads", [{}]), *sheets, kind="conversions").frame["amount"].tolist() == [65, 650000]


def test_texts_stay_texts_and_blanks_none() -> None:
    frame = frame_of(lead_id=["007", 8, None], contact=["李", None, 5])
    assert (frame["lead_id"].tolist(), frame["contact"].tolist()) == (["007", "8", None], ["李", None, "5"])


def test_a_cell_merged_over_several_rows_counts_for_each() -> None:
    frame = records(sheet_of("leads", [{"source": "展会"}, {"source": None}, {"source": None}], merged=merged("B2:B3"))).frame
    assert frame["source"].tolist() == ["展会", "展会", None]


def test_records_know_their_sheet_and_their_cells() -> None:
    found = records(sheet_of("leads", [{}], sheet="甲"), sheet_of("leads", [{}, {}], sheet="乙"))
    assert [found.sheet_of(i) for i in range(3)] == ["甲", "乙", "乙"]
    assert (found.row.tolist(), found.column["phone"].tolist()) == ([2, 2, 3], [4, 4, 4])


def test_of_two_amount_columns_each_has_the_unit_of_its_own_header() -> None:
    rows = [["线索编号", "转化结果", "成交金额(万)", "合同金额(元)"], ["L1", "成交", 65, None], ["L2", "成交", None, 650000]]
    grids = [sheet_of("leads", [{"lead_id": "L1"}, {"lead_id": "L2"}]), grid(rows, sheet="转化")]
    assert records(*grids, kind="conversions").frame["amount"].tolist() == [650000.0, 650000.0]
