"""Running on our own output: the same bytes, no backup, nothing that grows from week to week."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

import funnelbook

from .conftest import Refreshed
from .workbooks import AS_OF, WEEK_LATER, files, opened

pytestmark = pytest.mark.thorough


@pytest.fixture
def copy(sample: Refreshed, tmp_path: Path) -> Path:
    """A refreshed sample that may be changed."""
    return Path(shutil.copyfile(sample.path, tmp_path / sample.path.name))


def test_a_second_refresh_gives_the_same_bytes_and_makes_no_backup(copy: Path) -> None:
    before = files(copy.parent)
    report = funnelbook.refresh(copy, as_of=AS_OF)
    assert (report.output, report.backup, list(report.changed_parts), list(report.added_parts)) == (None, None, [], [])
    assert files(copy.parent) == before


def test_a_second_refresh_replaces_nothing(copy: Path) -> None:
    before = copy.stat()
    funnelbook.refresh(copy, as_of=AS_OF)
    assert (copy.stat().st_ino, copy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_to_another_file_a_second_refresh_is_a_copy(copy: Path, tmp_path: Path) -> None:
    funnelbook.refresh(copy, tmp_path / "out.xlsx", as_of=AS_OF)
    assert (tmp_path / "out.xlsx").read_bytes() == copy.read_bytes()


def test_the_name_and_the_place_of_the_file_make_no_difference(sample: Refreshed, tmp_path: Path) -> None:
    funnelbook.refresh(sample.original, tmp_path / "another name.xlsx", as_of=AS_OF)
    assert (tmp_path / "another name.xlsx").read_bytes() == sample.path.read_bytes()


def test_a_week_later_the_refresh_settles_too(copy: Path) -> None:
    first = copy.read_bytes()
    funnelbook.refresh(copy, as_of=WEEK_LATER, keep_backup=False)
    second = copy.read_bytes()
    assert second != first
    assert funnelbook.refresh(copy, as_of=WEEK_LATER).output is None
    assert copy.read_bytes() == second


def test_after_many_weeks_there_is_nothing_twice(copy: Path) -> None:
    once, styles = opened(copy), []
    for week in (1, 2, 3):
        funnelbook.refresh(copy, as_of=AS_OF + week * (WEEK_LATER - AS_OF), keep_backup=False)
        styles.append(len(opened(copy)._cell_styles))
    again = opened(copy)
    assert again.sheetnames == once.sheetnames
    assert [sheet.max_column for sheet in again.worksheets] == [sheet.max_column for sheet in once.worksheets]
    formats = [sum(len(r.rules) for r in sheet.conditional_formatting) for sheet in again.worksheets]
    assert formats == [sum(len(r.rules) for r in sheet.conditional_formatting) for sheet in once.worksheets]
    assert again.defined_names.keys() == once.defined_names.keys()
    assert styles[2] == styles[1] <= styles[0] + 5  # the first week that is compared with another brings looks of its own


def test_going_back_to_the_first_week_gives_the_tables_of_the_first_week(copy: Path) -> None:
    first = [[c.value for c in row] for row in opened(copy).worksheets[0].iter_rows()]
    funnelbook.refresh(copy, as_of=WEEK_LATER, keep_backup=False)
    funnelbook.refresh(copy, as_of=AS_OF, keep_backup=False)
    assert [[c.value for c in row] for row in opened(copy).worksheets[0].iter_rows()] == first


def test_a_workbook_that_another_program_saved_meanwhile_is_refreshed_without_anything_twice(
    sample: Refreshed, recalculated: dict[str, Path], tmp_path: Path
) -> None:
    path = Path(shutil.copyfile(recalculated[sample.name], tmp_path / "a.xlsx"))
    once = opened(path)
    report = funnelbook.refresh(path, as_of=WEEK_LATER, keep_backup=False).to_dict()
    again = opened(path)
    assert len(report["leads"]) == len(sample.report["leads"])
    assert again.sheetnames == once.sheetnames
    assert [sheet.max_column for sheet in again.worksheets] == [sheet.max_column for sheet in once.worksheets]
    assert funnelbook.refresh(path, as_of=WEEK_LATER).output is None


@pytest.mark.parametrize("moment", [dt.datetime(2024, 6, 20, 9, 0)], ids=str)
def test_as_of_a_moment_of_the_day_the_refresh_settles_too(copy: Path, moment: dt.datetime) -> None:
    funnelbook.refresh(copy, as_of=moment, keep_backup=False)
    assert funnelbook.refresh(copy, as_of=moment).output is None


def test_another_language_and_back_is_as_if_nothing_had_been(copy: Path, sample: Refreshed) -> None:
    before, other = copy.read_bytes(), "zh" if sample.report["lang"] == "en" else "en"
    funnelbook.refresh(copy, as_of=AS_OF, lang=other, keep_backup=False)
    assert copy.read_bytes() != before
    assert funnelbook.refresh(copy, as_of=AS_OF, lang=other).output is None
    funnelbook.refresh(copy, as_of=AS_OF, keep_backup=False)
    assert copy.read_bytes() == before
