"""Formulas of the user's beside our columns and sheets: they follow, or what they read isn't taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from funnelbook import pipeline
from funnelbook.edits import Formula
from funnelbook.errors import UnsafeEditError

from . import excel, excel_sheets
from .hard_ground import COUNT, OWN, SHEET, Ground, figures, table, type_values

pytestmark = pytest.mark.thorough

Make = Callable[..., Ground]


def test_a_column_in_an_excel_table_keeps_its_name_in_another_language_since_formulas_know_it(ground: Make) -> None:
    book = ground(table())
    book.settled()
    headers = book.headers()
    type_values(book.path, OWN, {(3, 1): Formula('COUNTIF(线索表[跟进状态],"x")', 0)})
    book.settled(lang="en")
    assert book.headers() == headers
    assert list(book.grid().excel_tables[0].columns) == headers


@pytest.mark.parametrize("formula", ["COUNTA(线索表[跟进状态])", "COUNTA(线索表[[#All],[系统评分]:[跟进次数(系统)]])"])
def test_remove_names_the_cell_that_reads_a_column_of_ours_by_its_name(ground: Make, formula: str) -> None:
    book = ground(table())
    book.settled()
    type_values(book.path, OWN, {(3, 2): Formula(formula, 8)})
    book.settled()
    before = book.path.read_bytes()
    with pytest.raises(UnsafeEditError) as caught:
        book.remove()
    assert caught.value.facts == {"sheet": OWN, "place": "B3", "reason": "formula_reads_own_column"}
    assert book.path.read_bytes() == before
    type_values(book.path, OWN, {(3, 2): None})
    book.remove()
    assert "系统评分" not in book.headers()


def test_remove_names_the_cell_that_reads_a_table_on_the_details(ground: Make) -> None:
    book = ground()
    book.settled()
    type_values(book.path, OWN, {(3, 2): Formula("ROWS(funnelbook_data)", COUNT)})
    book.settled()
    with pytest.raises(UnsafeEditError) as caught:
        book.remove()
    assert caught.value.facts == {"sheet": OWN, "place": "B3", "reason": "formula_reads_own_sheet"}


def test_a_table_on_the_details_keeps_the_name_that_the_user_gave_it(ground: Make) -> None:
    book = ground()
    before = figures(book.settled())
    excel.rename_table(book.path, "明细", "funnelbook_data", "全部线索")
    type_values(book.path, OWN, {(3, 2): Formula("ROWS(全部线索)", COUNT)})
    assert figures(book.settled()) == before
    assert "全部线索" in [one.name for one in book.grid("明细").excel_tables]


def test_a_refresh_that_would_rename_a_column_of_the_details_that_is_read_names_the_cell(ground: Make) -> None:
    book = ground()
    book.settled()
    type_values(book.path, OWN, {(3, 2): Formula("COUNTA(funnelbook_data[来源])", COUNT)})
    book.settled()
    with pytest.raises(UnsafeEditError) as caught:
        book.refresh(lang="en")
    assert caught.value.facts == {"sheet": OWN, "place": "B3", "reason": "formula_reads_own_column"}


def test_the_formulas_of_the_summary_follow_when_the_details_are_renamed(ground: Make) -> None:
    book = ground()
    before = figures(book.settled())
    excel_sheets.rename(book.path, "明细", "一组的 '新' 数据")
    assert figures(book.settled()) == before
    read = [text for text in excel.formulas(book.path, "汇总") if "数据" in text]
    assert read
    assert all("'一组的 ''新'' 数据'!" in text for text in read)
    assert not [text for text in excel.formulas(book.path, "汇总") if "明细" in text]
    book.removed(semantic=True)


def test_a_renamed_summary_keeps_its_name_and_its_charts_their_figures(ground: Make) -> None:
    book = ground()
    before = figures(book.settled())
    excel_sheets.rename(book.path, "汇总", "周报")
    assert figures(book.settled()) == before
    assert next(grid.sheet for grid in book.grids() if grid.own_sheet == "summary") == "周报"
    book.removed(semantic=True)


def test_a_renamed_sheet_of_the_users_keeps_our_columns(ground: Make) -> None:
    book = ground(table())
    before, places = figures(book.settled()), book.columns()
    for path in (book.path, book.original):
        excel_sheets.rename(path, SHEET, "一组 'A' 线索")
    assert figures(book.settled()) == before
    assert book.columns("一组 'A' 线索") == places
    links = [str(row) for row in excel.links(book.path, "数据审计")]
    assert links
    assert all(link.startswith("'一组 ''A'' 线索'!") for link in links if "线索" in link)
    book.removed(semantic=True)


def test_formulas_of_the_users_that_read_our_columns_by_place_are_left_as_they_are(ground: Make) -> None:
    book = ground()
    book.settled()
    type_values(book.path, OWN, {(3, 2): Formula(f"COUNTA({SHEET}!Y2:Y9)", 3)})
    book.settled()
    pipeline.remove(book.path, keep_backup=False)
    assert f"COUNTA({SHEET}!Y2:Y9)" in excel.formulas(book.path, OWN)
