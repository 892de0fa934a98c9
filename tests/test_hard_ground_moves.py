"""Our columns after the user has moved, renamed, sorted, filtered or deleted them, or has changed rows and columns around them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from funnelbook import pipeline
from funnelbook.grid import letters

from . import excel, excel_sheets, excel_shift
from .hard_ground import COLUMNS, COUNT, SHEET, Build, Ground, figures, filtered, leads, table, type_values
from .workbooks import LEADS, WEEK_LATER, lead

pytestmark = pytest.mark.thorough

Make = Callable[..., Ground]
BESIDE = [pytest.param(table(), id="an Excel Table"), pytest.param(filtered, id="an AutoFilter")]
LAST = letters(COLUMNS)


@pytest.mark.parametrize("build", BESIDE)
def test_columns_inserted_before_the_table_move_ours_along(ground: Make, build: Build) -> None:
    book = ground(build)
    before, places = figures(book.settled()), book.columns()
    for path in (book.path, book.original):
        excel_shift.shift(path, SHEET, columns=excel_shift.inserted(1, 2))
    assert figures(book.settled()) == before
    assert book.columns() == {key: column + 2 for key, column in places.items()}
    book.removed(semantic=True)


@pytest.mark.parametrize("build", BESIDE)
def test_a_column_inserted_between_the_table_and_ours_is_the_users(ground: Make, build: Build) -> None:
    book = ground(build)
    before, places = figures(book.settled()), book.columns()
    excel_shift.shift(book.path, SHEET, columns=excel_shift.inserted(COLUMNS + 1))
    type_values(book.path, SHEET, {(3, COLUMNS + 1): "记一下"})
    assert figures(book.settled()) == before
    assert book.columns() == {key: column + 1 for key, column in places.items()}
    pipeline.remove(book.path, keep_backup=False)
    assert book.grid().value(3, COLUMNS + 1) == "记一下"


@pytest.mark.parametrize("build", BESIDE)
def test_a_column_of_ours_that_was_moved_into_the_table_stays_there(ground: Make, build: Build) -> None:
    book = ground(build)
    before, places = figures(book.settled()), book.columns()
    excel_shift.shift(book.path, SHEET, columns=excel_shift.moved(places["tier"], 3))
    assert figures(book.settled()) == before
    assert book.columns()["tier"] == 3
    assert book.headers()[2] == "系统等级"
    assert figures(book.settled(WEEK_LATER))["leads"].keys() == before["leads"].keys()
    pipeline.remove(book.path, keep_backup=False)
    left = [text for text in book.headers() if text is not None]
    assert [text for text in left if text != "系统等级"] == list(LEADS)
    assert figures(book.refresh())["leads"] == before["leads"]


@pytest.mark.parametrize("build", BESIDE)
def test_columns_of_ours_that_were_put_in_another_order_keep_it(ground: Make, build: Build) -> None:
    book = ground(build)
    before, places = figures(book.settled()), book.columns()
    excel_shift.shift(book.path, SHEET, columns=excel_shift.moved(places["issues"], places["score"]))
    assert figures(book.settled()) == before
    assert book.columns()["issues"] == places["score"]
    assert book.columns()["score"] == places["score"] + 1
    book.removed(semantic=True)


@pytest.mark.parametrize("build", BESIDE)
def test_columns_of_ours_that_were_deleted_come_back_at_the_end(ground: Make, build: Build) -> None:
    book = ground(build)
    before, places = figures(book.settled()), book.columns()
    excel_shift.shift(book.path, SHEET, columns=excel_shift.deleted(places["basis"], 2))
    assert figures(book.settled()) == before
    assert sorted(book.columns().values()) == sorted(places.values())
    assert book.columns()["score"] == places["score"]
    assert book.headers()[-2:] == ["评分说明", "系统等级"]
    book.removed(semantic=True)


@pytest.mark.parametrize("build", BESIDE)
def test_columns_of_ours_that_were_all_deleted_come_back(ground: Make, build: Build) -> None:
    book = ground(build)
    before, places = figures(book.settled()), book.columns()
    excel_shift.shift(book.path, SHEET, columns=excel_shift.deleted(min(places.values()), len(places)))
    assert figures(book.settled()) == before
    assert book.columns() == places
    book.removed(semantic=True)


def test_a_column_of_ours_that_was_renamed_keeps_its_name_in_an_excel_table(ground: Make) -> None:
    book = ground(table())
    before, places = figures(book.settled()), book.columns()
    excel.retitle(book.path, SHEET, places["follow_up"], "跟进情况")
    assert figures(book.settled()) == before
    assert book.headers()[places["follow_up"] - 1] == "跟进情况"
    assert book.grid().excel_tables[0].columns[places["follow_up"] - 1] == "跟进情况"
    book.removed(semantic=True)


def test_a_column_of_ours_that_was_renamed_beside_a_plain_table_is_named_again(ground: Make) -> None:
    book = ground()
    before, places = figures(book.settled()), book.columns()
    excel.retitle(book.path, SHEET, places["follow_up"], "来源")
    assert figures(book.settled()) == before
    assert book.headers()[places["follow_up"] - 1] == "跟进状态"
    book.removed(semantic=True)


@pytest.mark.parametrize("build", BESIDE)
def test_rows_that_were_sorted_with_ours_are_said_of_the_right_leads(ground: Make, build: Build) -> None:
    book = ground(build)
    before = figures(book.settled())
    excel.sort(book.path, SHEET, 2, COUNT + 1, [9, 2, 8, 3, 7, 4, 6, 5], 99)
    assert [book.grid().value(row, 1) for row in (2, 3)] == ["L7", "L0"]
    assert figures(book.settled()) == before
    row = next(row for row in range(2, COUNT + 2) if book.grid().value(row, 1) == "L1")
    assert "联系方式" in str(book.grid().value(row, book.columns()["issues"]))


@pytest.mark.parametrize("build", BESIDE)
def test_rows_that_the_user_filters_by_a_column_of_ours_stay_filtered(ground: Make, build: Build) -> None:
    book = ground(build)
    before, column = figures(book.settled()), book.columns()["follow_up"]
    excel.filter_by(book.path, SHEET, column, "正常", [3, 5])
    assert figures(book.settled()) == before
    assert figures(book.settled(WEEK_LATER))["leads"].keys() == before["leads"].keys()
    assert excel.filters(book.path, SHEET) == [column]
    assert book.grid().hidden_rows == {3, 5}


@pytest.mark.parametrize("build", BESIDE)
def test_no_row_stays_hidden_when_the_column_that_it_was_filtered_by_goes(ground: Make, build: Build) -> None:
    book = ground(build)
    book.settled()
    excel.filter_by(book.path, SHEET, book.columns()["issues"], "x", [3, 5, 6])
    book.removed(semantic=True)
    assert book.grid().hidden_rows == frozenset()


@pytest.mark.parametrize("build", BESIDE)
def test_rows_that_are_filtered_by_a_column_of_the_users_too_stay_hidden(ground: Make, build: Build) -> None:
    book = ground(build)
    book.settled()
    excel.filter_by(book.path, SHEET, 2, "展会", [4])
    excel.filter_by(book.path, SHEET, book.columns()["issues"], "x", [3, 5])
    pipeline.remove(book.path, keep_backup=False)
    assert excel.filters(book.path, SHEET) == [2]
    assert book.grid().hidden_rows == {3, 4, 5}


@pytest.mark.parametrize("build", BESIDE)
def test_a_filter_follows_its_column_when_one_left_of_it_goes(ground: Make, build: Build) -> None:
    book = ground(build, rows=[*leads()[1:], lead("L9", 负责人=None)])
    book.settled()
    place = book.columns()["issues"]
    excel.filter_by(book.path, SHEET, place, "x", [3])
    type_values(book.path, SHEET, {(COUNT + 1, 10): "王大力"})
    book.refresh()
    assert (book.lint(), book.refresh().replaced) == ([], False)
    assert "owner" not in book.columns()
    assert excel.filters(book.path, SHEET) == [place - 1]
    assert book.grid().hidden_rows == {3}


@pytest.mark.parametrize("build", BESIDE)
def test_rows_inserted_inside_the_table_are_read_and_annotated(ground: Make, build: Build) -> None:
    book = ground(build)
    before = figures(book.settled())
    for path in (book.path, book.original):
        excel_shift.shift(path, SHEET, rows=excel_shift.inserted(4))
    assert figures(book.settled()) == before
    new = dict(zip(range(1, COLUMNS + 1), lead("L20"), strict=True))
    type_values(book.path, SHEET, {(4, column): value for column, value in new.items()})
    assert "L20" in figures(book.settled())["leads"]
    assert book.grid().value(4, book.columns()["score"]) is not None


@pytest.mark.parametrize("build", BESIDE)
def test_rows_deleted_from_the_table_take_what_was_said_of_them_along(ground: Make, build: Build) -> None:
    book = ground(build)
    before = figures(book.settled())
    for path in (book.path, book.original):
        excel_shift.shift(path, SHEET, rows=excel_shift.deleted(3, 2))
    after = figures(book.settled())
    assert after["leads"].keys() == before["leads"].keys() - {"L1", "L2"}
    book.removed(semantic=True)


@pytest.mark.parametrize("build", BESIDE)
def test_rows_inserted_above_the_table_move_all_of_ours(ground: Make, build: Build) -> None:
    book = ground(build)
    before = figures(book.settled())
    for path in (book.path, book.original):
        excel_shift.shift(path, SHEET, rows=excel_shift.inserted(1, 3))
    assert figures(book.settled()) == before
    assert book.headers(row=4)[COLUMNS] == "系统评分"
    book.removed(semantic=True)


def test_ours_follow_an_excel_table_that_the_user_extended_downwards(ground: Make) -> None:
    book = ground(table())
    book.settled()
    right = letters(max(book.columns().values()))
    new = dict(zip(range(1, COLUMNS + 1), lead("L20"), strict=True))
    type_values(book.path, SHEET, {(COUNT + 2, column): value for column, value in new.items()})
    excel.resize_table(book.path, SHEET, f"A1:{right}{COUNT + 2}")
    assert "L20" in figures(book.settled())["leads"]
    assert book.grid().value(COUNT + 2, book.columns()["score"]) is not None
    book.remove()
    assert book.grid().excel_tables[0].range.a1 == f"A1:{LAST}{COUNT + 2}"


@pytest.mark.parametrize("title", ["明细", "汇总", "规则", SHEET])
def test_the_copy_of_a_sheet_is_the_users(ground: Make, title: str) -> None:
    book = ground(table())
    before = figures(book.settled())
    excel_sheets.copy_sheet(book.path, title, f"{title} (2)")
    report = book.settled()
    assert f"{title} (2)" in [grid.sheet for grid in book.grids()]
    if title != SHEET:
        assert figures(report) == before
        assert book.grid(f"{title} (2)").own_sheet is None
    else:
        assert [one["sheet"] for one in report.to_dict()["tables"] if one["kind"] == "leads"] == [SHEET, f"{SHEET} (2)"]
        assert book.columns(f"{title} (2)") == book.columns()


def test_a_deleted_sheet_of_ours_comes_back(ground: Make) -> None:
    book = ground()
    before = figures(book.settled())
    excel_sheets.delete_sheet(book.path, "数据审计")
    assert figures(book.settled()) == before
    assert [grid.own_sheet for grid in book.grids()].count("audit") == 1
    book.removed()
