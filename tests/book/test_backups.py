"""Backups beside the workbook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from funnelbook.book import backup, backups
from funnelbook.errors import NotFoundError, ReadOnlyError


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
