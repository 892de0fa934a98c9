"""Which file is written, and that nobody else has it (DESIGN.md 2 and 5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook.book import keeping, replacing, same_suffix, target_of
from funnelbook.errors import ChangedMeanwhileError, LockedError, NotFoundError, UsageError


def file(path: Path) -> Path:
    path.write_bytes(b"workbook")
    return path


def test_a_folder_takes_the_name_of_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert target_of(tmp_path / "a.xlsx", tmp_path / "out") == tmp_path / "out" / "a.xlsx"


def test_the_workbook_under_another_spelling_is_the_workbook_itself(tmp_path: Path) -> None:
    source = file(tmp_path / "a.xlsx")
    (tmp_path / "link.xlsx").symlink_to(source)
    assert target_of(source, tmp_path / "link.xlsx") == source


@pytest.mark.parametrize("output", ["b.xlsm", "b"])
def test_another_suffix_is_refused(tmp_path: Path, output: str) -> None:
    with pytest.raises(UsageError):
        target_of(tmp_path / "a.xlsx", tmp_path / output)
    with pytest.raises(UsageError):
        same_suffix(tmp_path / "a.xlsx", tmp_path / output)


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        target_of(tmp_path / "a.xlsx", tmp_path / "gone" / "b.xlsx")


def test_a_source_that_changes_while_it_is_worked_on_is_noticed(tmp_path: Path) -> None:
    source = file(tmp_path / "a.xlsx")
    with replacing(source, tmp_path / "b.xlsx") as unchanged:
        unchanged(tmp_path / "b.xlsx")
        source.write_bytes(b"other")
        with pytest.raises(ChangedMeanwhileError):
            unchanged(tmp_path / "b.xlsx")


def test_a_file_is_held_once(tmp_path: Path) -> None:
    source = file(tmp_path / "a.xlsx")
    with keeping(source), pytest.raises(LockedError), keeping(source):
        pass
