"""Board: cells, merges and page breaks of a sheet in the making."""

from __future__ import annotations

import pytest

from funnelbook.edits import Cell, Style
from funnelbook.grid import Range
from funnelbook.report.board import Board

BOLD = Style(bold=True)


def test_values_stand_where_they_were_put() -> None:
    board = Board()
    board.put(3, 2, "x", BOLD)
    board.line(1, 1, [1, None], [BOLD, BOLD])
    assert board.rows() == [[Cell(1, BOLD), Cell(None, BOLD)], [], [None, Cell("x", BOLD)]]


def test_over_several_columns_all_cells_are_merged_and_bear_the_look() -> None:
    board = Board()
    board.put(1, 2, "x", BOLD, across=3)
    assert board.rows() == [[None, Cell("x", BOLD), Cell(None, BOLD), Cell(None, BOLD)]]
    assert board.merges == [Range(1, 2, 1, 4)]


def test_a_value_per_style_is_asked_for() -> None:
    with pytest.raises(ValueError, match="zip"):
        Board().line(1, 1, [1, 2], [BOLD])


@pytest.mark.parametrize(
    ("sections", "last", "expected"),
    [
        pytest.param([3, 6], 9, (), id="all on one page"),
        pytest.param([3, 8], 14, (7,), id="the second section goes to the next page"),
        pytest.param([3, 8, 13], 17, (12,), id="a section that just fits stays"),
        pytest.param([3, 9, 15], 21, (8, 14), id="every section on its own"),
        pytest.param([3, 30], 34, (2, 29), id="a section longer than a page"),
    ],
)
def test_pages_hold_whole_sections(sections: list[int], last: int, expected: tuple[int, ...]) -> None:
    board = Board(sections=sections)
    assert board.breaks(last, points=120, row_points=10, repeated=1) == expected


def test_high_rows_take_their_room() -> None:
    board = Board(sections=[2, 5], heights={3: 100})
    assert board.breaks(8, points=120, row_points=10, repeated=1) == (1, 4)
