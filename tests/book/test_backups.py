"""Backups beside the workbook."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from funnelbook.book import backed_up, backups
from funnelbook.errors import NotFoundError, ReadOnlyError


def backup(path: Path, folder: Path | None = None, keep: int = 10) -> Path:
    with backed_up(path, folder, keep) as copy:
        return copy


def test_a_backup_is_a_byte_copy_named_by_its_moment(tmp_path: Path) -> None:
    book = tmp_path / "团队 [1].xlsx"
    book.write_bytes(b"\0\1\2")
    copy = backup(book)
    assert copy.read_bytes() == b"\0\1\2"
    assert copy.parent == tmp_path / "funnelbook-backup"
    assert re.fullmatch(r"团队 \[1\]\.\d{8}T\d{6}\.\d{6}Z\.xlsx", copy.name)
    assert backups(book) == [copy]


def test_the_newest_are_kept_and_those_of_other_workbooks_are_left_alone(tmp_path: Path) -> None:
    book, other = tmp_path / "a.xlsx", tmp_path / "a.b.xlsx"
    book.write_bytes(b"a")
    other.write_bytes(b"b")
    others = backup(other)
    (tmp_path / "funnelbook-backup" / "a.notes.xlsx").write_bytes(b"user's")
    made = [backup(book, keep=3) for _ in range(5)]
    assert backups(book) == made[:1:-1]
    assert others.exists()
    assert (tmp_path / "funnelbook-backup" / "a.notes.xlsx").exists()


def test_backups_may_go_to_another_folder(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"a")
    copy = backup(book, tmp_path / "deep" / "er")
    assert backups(book, tmp_path / "deep" / "er") == [copy]
    assert backups(book) == []


def test_what_can_not_be_copied_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        backup(tmp_path / "none.xlsx")
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"a")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReadOnlyError):
        backup(book, tmp_path / "file")


def test_the_backup_of_a_file_that_was_not_replaced_goes_and_the_older_ones_stay(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"a")
    made = [backup(book, keep=3) for _ in range(3)]
    for _ in range(5):
        with pytest.raises(ReadOnlyError), backed_up(book, keep=3):
            raise ReadOnlyError(path="a.xlsx", reason="the disk is full")
    assert backups(book) == made[::-1]


def test_the_backup_of_a_file_that_was_replaced_before_the_trouble_stays(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"a")
    with pytest.raises(ReadOnlyError), backed_up(book) as copy:
        backup(book.rename(tmp_path / "moved.xlsx"), tmp_path / "moved.xlsx")
    assert copy.read_bytes() == b"a"


def test_a_backup_has_the_mode_of_its_workbook(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"a")
    book.chmod(0o600)
    assert backup(book).stat().st_mode & 0o777 == 0o600


def test_half_a_backup_of_a_killed_run_is_no_backup_and_goes(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    book.write_bytes(b"a")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    folder = tmp_path / "funnelbook-backup"
    folder.mkdir()
    half = folder / f".a.20240620T080000.000000Z.funnelbook-{dead.pid}.tmp"
    half.write_bytes(b"")
    assert backups(book) == []
    copy = backup(book)
    assert list(folder.iterdir()) == [copy]
