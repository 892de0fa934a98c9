"""Room: where columns of ours fit beside a table (DESIGN.md 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from funnelbook.funnel.find import find_tables
from funnelbook.funnel.model import Table, Tables
from funnelbook.funnel.room import excel_table_of, is_free, with_inputs
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import MAX_COLUMN, CellRef, ExcelTable, Grid, OwnColumn, Owned, Range

from .build import grid

HEADER = ["线索编号", "来源", "联系人", "联系方式", "公司名称", "录入时间"]
RIGHT = len(HEADER)
ROWS = [
    ["销售线索"],
    [],
    HEADER,
    ["L1", "展会", "张三", "138", "甲公司", "2024-06-01"],
    ["L2", "官网", "李四", "139", "乙公司", "2024-06-02"],
]
NEXT = (RIGHT + 1, RIGHT + 2)


def sheet(rows: list[list[Any]] = ROWS, **facts: Any) -> Grid:
    return grid(rows, **facts)


def leads(rows: list[list[Any]] = ROWS, **facts: Any) -> Table:
    return find_tables([sheet(rows, **facts)], RuleBook.default()).leads[0]


def beside(at: int, column: int, value: Any) -> list[list[Any]]:
    """The rows with one more value."""
    rows = [[*row, *[None] * (column - len(row))] for row in ROWS] + [[None] * column for _ in range(at - len(ROWS))]
    rows[at - 1][column - 1] = value
    return rows


def excel_table(area: str, **facts: Any) -> tuple[ExcelTable, ...]:
    return (ExcelTable("T", Range.parse(area), tuple(HEADER), **facts),)


def test_a_table_with_nothing_beside_it_has_room() -> None:
    assert is_free(leads(), NEXT)


def test_no_columns_always_fit() -> None:
    assert is_free(leads(beside(4, 7, "x")), [])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(beside(4, 7, "x"), id="a text"),
        pytest.param(beside(5, 8, 0), id="a zero in the last row"),
        pytest.param(beside(3, 9, "别的表"), id="a header one further, which would join the table"),
    ],
)
def test_a_value_in_the_way_blocks(rows: list[list[Any]]) -> None:
    assert not is_free(replace(leads(), grid=sheet(rows)), NEXT)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(beside(1, 7, "2024 年"), id="above the table"),
        pytest.param(beside(7, 7, "制表: 张三"), id="below the table"),
        pytest.param(beside(4, 9, "旁注"), id="one column further, beside the rows"),
        pytest.param(beside(4, 7, "  "), id="white space"),
        pytest.param(beside(3, 10, "别的表"), id="a header with a column between"),
    ],
)
def test_a_value_out_of_the_way_does_not_block(rows: list[list[Any]]) -> None:
    assert is_free(replace(leads(), grid=sheet(rows)), NEXT)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"errors": {CellRef(4, 7): "#REF!"}}, id="an error"),
        pytest.param({"formulas": {7: np.array([5])}}, id="a formula that shows nothing"),
        pytest.param({"uncached": {8: np.array([4])}, "formulas": {8: np.array([4])}}, id="a formula without a value"),
        pytest.param({"owned": (Owned(Range.parse("H4:K20"), "drawing"),)}, id="a drawing"),
        pytest.param({"owned": (Owned(Range.parse("G3:J9"), "pivot"),)}, id="a pivot table"),
        pytest.param({"owned": (Owned(Range.parse("G4:G5"), "array"),)}, id="an array"),
        pytest.param({"merged": (Range.parse("F5:G5"),)}, id="merged cells"),
        pytest.param({"excel_tables": (ExcelTable("other", Range.parse("H3:J9"), ("a", "b", "c")),)}, id="another Excel Table"),
    ],
)
def test_what_is_no_value_blocks_too(facts: dict[str, Any]) -> None:
    wide = [[*row, *[None] * (10 - len(row))] for row in ROWS]
    assert not is_free(replace(leads(), grid=sheet(wide, **facts)), NEXT)


def test_a_drawing_above_or_below_the_table_does_not_block() -> None:
    owned = (Owned(Range.parse("G1:K2"), "drawing"), Owned(Range.parse("G6:K20"), "drawing"))
    assert is_free(leads(owned=owned), NEXT)


def test_the_edge_of_the_sheet_blocks() -> None:
    assert is_free(leads(), [MAX_COLUMN])
    assert not is_free(leads(), [MAX_COLUMN, MAX_COLUMN + 1])


def test_a_table_that_a_query_feeds_is_not_widened() -> None:
    assert is_free(leads(excel_tables=excel_table("A3:F5")), NEXT)
    assert not is_free(leads(excel_tables=excel_table("A3:F5", fixed=True)), NEXT)


def test_below_the_records_the_rows_of_the_excel_table_count() -> None:
    facts = {"excel_tables": excel_table("A3:F9")}
    assert not is_free(replace(leads(**facts), grid=sheet(beside(9, 7, "x"), **facts)), NEXT)


def test_columns_of_ours_do_not_block() -> None:
    own = (OwnColumn("leads.1.score", Range.parse("G3:G5")),)
    assert is_free(replace(leads(), grid=sheet(beside(4, 7, 90), own_columns=own)), [7])
    assert not is_free(replace(leads(), grid=sheet(beside(4, 8, 90), own_columns=own)), NEXT)


def test_the_excel_table_of_a_table_is_the_one_that_it_lies_in() -> None:
    (one,) = excel_table("A3:F5")
    assert excel_table_of(leads(excel_tables=(one,))) is one
    assert excel_table_of(leads(excel_tables=excel_table("A20:F25"))) is None


INPUTS = {"fit": "需求匹配度", "authority": "决策权限"}


def tables(*of: Table) -> Tables:
    return Tables("tracking", {"leads": of})


def test_input_columns_stand_right_of_the_table_and_count_as_present() -> None:
    found, new = with_inputs(tables(leads()), INPUTS)
    (table,) = found.leads
    assert list(new.values()) == [[("fit", 7), ("authority", 8)]]
    assert (table.right, table.binding["fit"], table.headers[8]) == (8, (7,), "决策权限")
    assert table.grid.value(3, 7) == "需求匹配度"
    assert table.grid.value(4, 7) is None


def test_only_the_input_columns_that_are_missing_are_added() -> None:
    rows = [ROWS[0], ROWS[1], [*HEADER, "决策权限"], *ROWS[3:]]
    found, new = with_inputs(tables(leads(rows)), INPUTS)
    assert list(new.values()) == [[("fit", 8)]]
    assert found.leads[0].binding["authority"] == (7,)


def test_a_table_with_all_input_columns_or_without_room_stays_as_it_is() -> None:
    whole = leads([ROWS[0], ROWS[1], [*HEADER, *INPUTS.values()], *ROWS[3:]])
    blocked = replace(leads(), grid=sheet(beside(4, 8, "x")))
    for table in (whole, blocked):
        assert with_inputs(tables(table), INPUTS) == (tables(table), {})


def test_input_columns_never_take_the_place_of_columns_of_ours() -> None:
    own = (OwnColumn("leads.1.score", Range.parse("G3:G5")),)
    table = replace(leads(), grid=sheet(beside(3, 7, "系统评分"), own_columns=own))
    assert with_inputs(tables(table), INPUTS) == (tables(table), {})


def test_the_users_grid_is_not_changed() -> None:
    table = leads([*ROWS, [None] * 9])
    with_inputs(tables(table), INPUTS)
    assert table.grid.value(3, 7) is None
