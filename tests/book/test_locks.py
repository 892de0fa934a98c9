"""Never at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from funnelbook.book import fingerprint, holding, refuse_held
from funnelbook.errors import ChangedMeanwhileError, LockedError, NotAWorkbookError, NotFoundError, ReadOnlyError


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Path:
    path = tmp_path / "团队线索.xlsx"
    path.write_bytes(b"workbook")
    return path


def _owner_file(user: str) -> bytes:
    ansi, wide = user.encode("gb18030"), user.encode("utf-16-le")
    narrow = bytes([len(ansi)]) + ansi.ljust(54, b" ")
    return narrow + len(user).to_bytes(2, "little") + wide.ljust(108, b"\x20")


@pytest.mark.parametrize(
    ("lock", "data", "holder"),
    [
        ("~${}", _owner_file("张三"), "张三"),
        ("~${}", b"\x05Alice" + b" " * 49, "Alice"),
        ("~${}", b"", "~$团队线索.xlsx"),
        (".~{}", _owner_file("王五"), "王五"),
        (".~lock.{}#", "李四,li,host,22.11.2024 10:00,file:///x;".encode(), "李四"),
        (".~lock.{}#", b",li,host,22.11.2024 10:00,file:///x;", "li"),
    ],
)
def test_the_lock_file_of_another_program_names_its_holder(book: Path, lock: str, data: bytes, holder: str) -> None:
    book.with_name(lock.format(book.name)).write_bytes(data)
    with pytest.raises(LockedError) as caught, holding(book):
        pass
    assert caught.value.facts["holder"] == holder


def test_a_lock_beside_the_real_file_counts_for_a_link_to_it(book: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.xlsx"
    link.symlink_to(book)
    book.with_name(f"~${book.name}").write_bytes(b"")
    with pytest.raises(LockedError), holding(link):
        pass


def test_locks_of_other_workbooks_do_not_count_and_nothing_is_left(book: Path) -> None:
    book.with_name("~$other.xlsx").write_bytes(b"")
    with holding(book):
        pass
    with holding(book):
        pass
    assert sorted(p.name for p in book.parent.iterdir()) == ["~$other.xlsx", book.name]


def test_two_runs_do_not_hold_one_workbook(book: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from funnelbook.book import holding\n"
        "from funnelbook.errors import LockedError\n"
        "try:\n    with holding(Path(sys.argv[1])): print('held')\nexcept LockedError as e: print(e.facts['holder'])"
    )
    run = [sys.executable, "-c", code, str(book)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"}
    with holding(book):
        during = subprocess.run(run, capture_output=True, text=True, env=environment, check=True)
    after = subprocess.run(run, capture_output=True, text=True, env=environment, check=True)
    assert (during.stdout.strip(), after.stdout.strip()) == ("funnelbook", "held")


def test_a_workbook_that_a_run_is_about_to_replace_is_held_and_a_lock_that_was_left_holds_nothing(book: Path) -> None:
    refuse_held(book)
    with holding(book), pytest.raises(LockedError) as caught:
        refuse_held(book)
    assert caught.value.facts["holder"] == "funnelbook"
    book.with_name(f".{book.name}.funnelbook-lock").write_bytes(b"")
    refuse_held(book)
    with holding(book):
        pass
    assert list(book.parent.iterdir()) == [book]


def test_no_folder_is_made_for_a_lock(tmp_path: Path) -> None:
    with pytest.raises(ReadOnlyError), holding(tmp_path / "none" / "a.xlsx"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_leaves_no_room_for_a_lock_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 250 + ".xlsx")
    path.write_bytes(b"")
    with pytest.raises(ReadOnlyError), holding(path):
        pass


@pytest.mark.parametrize("change", ["bytes", "time", "gone"])
def test_a_file_that_changed_meanwhile_is_noticed(book: Path, change: str) -> None:
    before = fingerprint(book)
    before.check(book)
    time = book.stat().st_mtime_ns
    if change == "bytes":
        book.write_bytes(b"WORKBOOK")
    if change == "gone":
        book.unlink()
    else:
        os.utime(book, ns=(time, time + (change == "time")))
    with pytest.raises(ChangedMeanwhileError):
        before.check(book)


def test_what_has_no_fingerprint_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        fingerprint(tmp_path / "none.xlsx")
    with pytest.raises(NotAWorkbookError):
        fingerprint(tmp_path)
