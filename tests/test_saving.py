"""How a refresh saves: whole or not at all, never at the same time as others, with its backups (DESIGN 5.2 and 5.3)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from funnelbook import pipeline
from funnelbook.book import holding
from funnelbook.errors import ChangedMeanwhileError, FunnelbookError, LockedError, NotFoundError, ReadOnlyError

from .workbooks import AS_OF, files, lead, run, team

LOCKS = {"~$a.xlsx": b"\x05Alice", ".~a.xlsx": b"\x05Alice", ".~lock.a.xlsx#": b"Alice,al,host,22.11.2024 10:00,file:///x;"}
"""As Excel, WPS and LibreOffice leave them beside a workbook that Alice has open."""


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Path:
    return team(tmp_path / "a.xlsx", [lead("L1")])


def at(stage: str, act: Callable[[], Any]) -> Callable[[str], None]:
    """A step that does something when a stage begins."""
    return lambda code: act() if code == stage else None


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("command", [pipeline.refresh, pipeline.remove, pipeline.restore])
def test_a_workbook_that_somebody_has_open_is_left_alone(book: Path, lock: str, command: Callable[..., Any]) -> None:
    pipeline.refresh(book, as_of=AS_OF)
    book.with_name(lock).write_bytes(LOCKS[lock])
    before = files(book.parent)
    with pytest.raises(LockedError) as caught:
        command(book)
    assert caught.value.facts["holder"] == "Alice"
    assert files(book.parent) == before


@pytest.mark.parametrize("lock", LOCKS)
def test_a_locked_source_is_not_written_elsewhere(book: Path, tmp_path: Path, lock: str) -> None:
    book.with_name(lock).write_bytes(LOCKS[lock])
    for command in (pipeline.refresh, pipeline.remove):
        with pytest.raises(LockedError) as caught:
            command(book, tmp_path / "out.xlsx")
        assert caught.value.facts["holder"] == "Alice"
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_locked_target_is_not_replaced(book: Path, tmp_path: Path, lock: str) -> None:
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "a.xlsx"
    target.write_bytes(b"old")
    target.with_name(lock).write_bytes(LOCKS[lock])
    with pytest.raises(LockedError) as caught:
        pipeline.refresh(book, target, as_of=AS_OF)
    assert caught.value.facts["holder"] == "Alice"
    assert target.read_bytes() == b"old"


def test_a_source_that_another_run_is_about_to_replace_is_refused(book: Path, tmp_path: Path) -> None:
    with holding(book), pytest.raises(LockedError) as caught:
        pipeline.refresh(book, tmp_path / "out.xlsx", as_of=AS_OF)
    assert caught.value.facts["holder"] == "funnelbook"


def test_an_audit_is_not_written_over_a_workbook_that_is_open(book: Path, tmp_path: Path) -> None:
    (tmp_path / "~$out.xlsx").write_bytes(LOCKS["~$a.xlsx"])
    result = run("audit", book, "--format", "xlsx", "-o", tmp_path / "out.xlsx")
    assert result.exit_code == 2
    assert "Alice" in result.stderr
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("output", [None, "out.xlsx"])
def test_a_workbook_that_is_opened_while_we_work_is_not_replaced(book: Path, tmp_path: Path, lock: str, output: str | None) -> None:
    before = files(tmp_path)
    step = at("save", lambda: book.with_name(lock).write_bytes(LOCKS[lock]))
    with pytest.raises(LockedError):
        pipeline.refresh(book, output and tmp_path / output, as_of=AS_OF, step=step)
    assert files(tmp_path) == before | {lock: LOCKS[lock]}


@pytest.mark.parametrize(("stage", "output"), [("open", None), ("save", None), ("save", "out.xlsx")])
@pytest.mark.parametrize("how", ["written", "replaced", "touched", "gone"])
def test_a_source_that_changes_while_we_work_is_not_replaced_and_leaves_no_backup(
    book: Path, tmp_path: Path, stage: str, how: str, output: str | None
) -> None:
    other = team(tmp_path / "other.xlsx", [lead("L2")])
    acts: dict[str, Callable[[], Any]] = {
        "written": lambda: book.write_bytes(other.read_bytes()),
        "replaced": lambda: other.replace(book),
        "touched": lambda: touch_later(book),
        "gone": book.unlink,
    }
    left: dict[str, bytes] = {}

    def act() -> None:
        acts[how]()
        left.update(files(tmp_path))

    with pytest.raises((ChangedMeanwhileError, NotFoundError) if how == "gone" else ChangedMeanwhileError):
        pipeline.refresh(book, output and tmp_path / output, as_of=AS_OF, step=at(stage, act))
    left.pop(".a.xlsx.funnelbook-lock", None)
    left.pop(".out.xlsx.funnelbook-lock", None)
    assert files(tmp_path) == left


def touch_later(path: Path) -> None:
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def test_a_source_that_changed_just_before_we_began_is_what_is_refreshed(book: Path, tmp_path: Path) -> None:
    other = team(tmp_path / "other.xlsx", [lead("L2")])
    pipeline.refresh(other, tmp_path / "expected.xlsx", as_of=AS_OF)
    other.replace(book)
    pipeline.refresh(book, as_of=AS_OF)
    assert book.read_bytes() == (tmp_path / "expected.xlsx").read_bytes()


def test_what_a_killed_run_left_goes_also_when_nothing_is_to_be_written(book: Path) -> None:
    pipeline.refresh(book, as_of=AS_OF)
    before, left = files(book.parent), book.with_name(".a.funnelbook-99999999.tmp")
    left.write_bytes(b"half")
    pipeline.refresh(book, as_of=AS_OF, dry_run=True)
    assert left.exists()
    assert not pipeline.refresh(book, as_of=AS_OF).replaced
    assert files(book.parent) == before


def test_the_ring_of_backups_is_as_it_was_after_a_refresh_that_fails(book: Path) -> None:
    for day in range(3):
        pipeline.refresh(book, as_of=AS_OF + dt.timedelta(days=day), keep=2)
    before = files(book.parent)
    assert sum(name.startswith("funnelbook-backup") for name in before) == 2
    later, open_it = AS_OF + dt.timedelta(days=9), at("save", lambda: book.with_name("~$a.xlsx").write_bytes(b""))
    with pytest.raises(LockedError):
        pipeline.refresh(book, as_of=later, keep=2, step=open_it)
    assert files(book.parent) == before | {"~$a.xlsx": b""}


def test_every_backup_can_be_restored_and_what_was_there_is_backed_up_before(book: Path) -> None:
    states = [book.read_bytes()]
    for day in range(3):
        pipeline.refresh(book, as_of=AS_OF + dt.timedelta(days=day))
        states.append(book.read_bytes())
    copies = pipeline.list_backups(book)[::-1]
    assert [copy.read_bytes() for copy in copies] == states[:-1]
    for copy, state in zip(copies, states, strict=False):
        there = book.read_bytes()
        kept = pipeline.restore(book, copy).kept
        assert book.read_bytes() == state
        assert Path(str(kept)).read_bytes() == there
        assert Path(str(kept)) in pipeline.list_backups(book)
    assert len(pipeline.list_backups(book)) == len(states)  # what is in a backup already needs no other


def test_each_restore_goes_a_step_further_back_until_there_is_none(book: Path) -> None:
    states = [book.read_bytes()]
    for day in range(3):
        pipeline.refresh(book, as_of=AS_OF + dt.timedelta(days=day))
        states.append(book.read_bytes())
    for state in states[-2::-1]:
        pipeline.restore(book)
        assert book.read_bytes() == state
    with pytest.raises(NotFoundError):
        pipeline.restore(book)
    assert book.read_bytes() == states[0]


def test_a_refresh_after_a_restore_is_taken_back_by_the_next_restore(book: Path) -> None:
    before = book.read_bytes()
    for _ in range(2):
        pipeline.refresh(book, as_of=AS_OF)
        pipeline.restore(book)
        assert book.read_bytes() == before


def test_a_workbook_that_is_gone_is_restored_from_the_newest_backup(book: Path) -> None:
    before = book.read_bytes()
    pipeline.refresh(book, as_of=AS_OF)
    book.unlink()
    assert pipeline.restore(book).kept is None
    assert book.read_bytes() == before


def test_a_missing_workbook_is_said_to_be_missing_and_no_lock_is_left(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xlsx", tmp_path / "no folder" / "none.xlsx"):
        with pytest.raises(NotFoundError):
            pipeline.refresh(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["source", "output"])
def test_links_that_lead_in_a_circle_are_said_to_be_unusable(book: Path, tmp_path: Path, place: str) -> None:
    loop, back = tmp_path / "loop.xlsx", tmp_path / "back.xlsx"
    loop.symlink_to(back)
    back.symlink_to(loop)
    with pytest.raises(FunnelbookError) as caught:
        pipeline.refresh(*((loop,) if place == "source" else (book, loop)), as_of=AS_OF)
    assert isinstance(caught.value, ReadOnlyError)
