"""Our columns, highlights and notes after another program has opened and saved the workbook."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from funnelbook.book import Package, read_grids

from .hard_ground import COLUMNS, COUNT, SHEET, Build, Ground, bare, figures, filtered, table, type_values
from .libreoffice import saved
from .workbooks import WEEK_LATER

pytestmark = pytest.mark.thorough

Make = Callable[..., Ground]
BESIDE = [pytest.param(bare, id="nothing"), pytest.param(table(), id="an Excel Table"), pytest.param(filtered, id="an AutoFilter")]


def by_openpyxl(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        openpyxl.load_workbook(path).save(path)


def by_libreoffice(path: Path) -> None:
    shutil.copyfile(saved(path.parent / "libreoffice", [path]) / path.name, path)


@pytest.mark.parametrize("build", BESIDE)
@pytest.mark.parametrize("save", [by_openpyxl, by_libreoffice])
def test_a_workbook_that_another_program_saved_is_refreshed_as_before(ground: Make, build: Build, save: Callable[[Path], None]) -> None:
    book = ground(build)
    before, places = figures(book.settled()), book.columns()
    save(book.path)
    book.original = Path(shutil.copyfile(book.path, book.path.with_suffix(".saved.xlsx")))  # its own quirks aren't ours
    assert figures(book.settled()) == before
    assert book.columns() == places
    assert figures(book.settled(WEEK_LATER))["leads"].keys() == before["leads"].keys()
    assert [one.own_sheet for one in book.grids()].count("details") == 1
    book.remove()
    assert book.headers()[COLUMNS:] in ([], [None] * (len(book.headers()) - COLUMNS))
    assert [one.sheet for one in book.grids()] == ["线索信息表", "跟进记录表", "成交", "自己的表"]
    if build is not bare:
        grid = book.grid()
        (area,) = [one.range for one in grid.excel_tables] or [grid.filter]
        assert area == (1, 1, COUNT + 1, COLUMNS)


@pytest.mark.parametrize("save", [by_openpyxl, by_libreoffice])
def test_notes_of_ours_are_known_after_another_program_saved_them(ground: Make, save: Callable[[Path], None]) -> None:
    book = ground()
    book.settled()
    type_values(book.path, SHEET, {(3, 4): "13900001111"})
    save(book.path)
    book.refresh()
    assert (3, 4) not in noted(book.path)
    assert (2, 5) in noted(book.path)
    assert not book.refresh().replaced
    book.remove()
    assert noted(book.path) == {(2, 5)}


def noted(path: Path) -> set[tuple[int, int]]:
    """Cells of the leads that bear a note, whoever's it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        sheet = openpyxl.load_workbook(path)[SHEET]
    return {(cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.comment is not None}


def test_what_another_program_lost_of_our_marks_is_never_read_as_input(ground: Make) -> None:
    book = ground()
    before = figures(book.settled())
    loaded = openpyxl.load_workbook(book.path)
    for name in list(loaded.defined_names):
        del loaded.defined_names[name]
    loaded.save(book.path)
    again = figures(book.refresh())
    assert (again["leads"], again["metrics"]) == (before["leads"], before["metrics"])
    kinds = [table.kind for table in book.refresh().tables]
    assert kinds == ["leads", "followups", "conversions"]
    assert all(grid.own_sheet is None for grid in read_grids(Package.open(book.path)) if grid.sheet in ("明细", "汇总"))


def test_a_note_of_ours_that_the_user_changed_is_theirs_after_another_program_saved_it(ground: Make) -> None:
    book = ground()
    book.settled()
    changed = openpyxl.load_workbook(book.path)
    sheet = changed[SHEET]
    place = min(noted(book.path))
    note = sheet.cell(*place).comment
    note.text = f"{note.text} 已问客户"
    changed.save(book.path)
    book.original = Path(shutil.copyfile(book.path, book.path.with_suffix(".saved.xlsx")))
    book.refresh(WEEK_LATER)
    assert openpyxl.load_workbook(book.path)[SHEET].cell(*place).comment.text == note.text
