"""What a slip of the command line, or of the one who types it, may not cost: a team's workbook or its backups."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

import funnelbook
from funnelbook.pipeline import list_backups, restore
from funnelbook.rollup.sources import fallback_names

from .workbooks import AS_OF, LEADS, lead, workbook


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two teams' workbooks."""
    one, other = (workbook(tmp_path / f"{name}.xlsx", {"线索": [LEADS, lead(name)]}) for name in ("a", "b"))
    return one, other


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "funnelbook", *arguments], cwd=folder, capture_output=True, timeout=120)


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "-o", "a.xlsx", "b.xlsx"),
        ("audit", "--format", "json", "-o", "a.xlsx", "b.xlsx"),
        ("audit", "--format", "csv", "-o", "link.xlsx", "a.xlsx"),
        ("audit", "--format", "xlsx", "-o", "a.xlsx", "b.xlsx"),
        ("rollup", ".", "-o", "a.xlsx"),
    ],
)
def test_an_output_that_names_a_workbook_of_a_team_is_refused(arguments: tuple[str, ...], two: tuple[Path, Path]) -> None:
    before = [path.read_bytes() for path in two]
    two[0].with_name("link.xlsx").hardlink_to(two[0])
    done = run(two[0].parent, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert [path.read_bytes() for path in two] == before


def test_an_audit_replaces_an_earlier_one(two: tuple[Path, Path]) -> None:
    for _ in range(2):
        assert run(two[0].parent, "audit", "--format", "xlsx", "-o", "found.xlsx", "a.xlsx").returncode in (0, 1)


def test_a_workbook_that_a_refresh_of_another_replaces_is_backed_up(two: tuple[Path, Path]) -> None:
    before = two[1].read_bytes()
    report = funnelbook.refresh(two[0], two[1], as_of=AS_OF)
    assert report.backup is not None
    assert Path(report.backup).read_bytes() == before
    assert funnelbook.refresh(two[0], two[1].with_name("new.xlsx"), as_of=AS_OF).backup is None


def test_other_commands_leave_as_many_backups_as_a_refresh_was_told_to_keep(two: tuple[Path, Path]) -> None:
    for number in range(12):
        funnelbook.refresh(two[0], as_of=AS_OF + dt.timedelta(number), keep=50)
    assert len(list_backups(two[0])) == 12
    restore(two[0])
    assert len(list_backups(two[0])) >= 12


def test_workbooks_of_one_name_share_no_folder_of_backups(two: tuple[Path, Path]) -> None:
    (two[0].parent / "c").mkdir()
    (two[0].parent / "c" / "A.xlsx").write_bytes(two[1].read_bytes())
    done = run(two[0].parent, "refresh", "a.xlsx", "c/A.xlsx", "--backup-dir", "backups")
    assert done.returncode == 2
    assert not (two[0].parent / "backups").exists()


def test_a_workbook_that_was_deleted_comes_back_as_closed_as_its_backup(two: tuple[Path, Path]) -> None:
    two[0].chmod(0o600)
    funnelbook.refresh(two[0], as_of=AS_OF)
    two[0].unlink()
    restore(two[0])
    assert two[0].stat().st_mode & 0o777 == 0o600


def test_names_that_differ_by_case_alone_are_told_apart() -> None:
    paths = [Path("/x/t.xlsx"), Path("/x/T.xlsx")]
    assert sorted(fallback_names(paths)) == sorted(paths)
    assert len(set(fallback_names(paths).values())) == 2


def test_a_job_without_standard_output_does_its_work(two: tuple[Path, Path]) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m funnelbook refresh a.xlsx --as-of 2024-06-20 >&-'], cwd=two[0].parent, timeout=120, check=False
    )
    assert done.returncode == 0
    assert list_backups(two[0])


def test_a_name_that_is_no_utf_8_ends_no_roll_up(two: tuple[Path, Path]) -> None:
    try:
        two[0].rename(two[0].with_name("\udcff.xlsx"))
    except OSError:
        pytest.skip("this file system takes no such name")
    assert run(two[0].parent, "rollup", ".", "-o", "group.xlsx").returncode in (0, 1)
    assert two[0].with_name("group.xlsx").exists()


def test_a_reader_that_leaves_is_no_finding(two: tuple[Path, Path]) -> None:
    script = f'"{sys.executable}" -m funnelbook audit a.xlsx | true; exit "${{PIPESTATUS[0]}}"'
    assert subprocess.run(["bash", "-c", script], cwd=two[0].parent, capture_output=True, timeout=120, check=False).returncode == 2


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_roll_up_as_of_an_impossible_day_blames_no_workbook(day: str, two: tuple[Path, Path]) -> None:
    done = run(two[0].parent, "rollup", ".", "-o", "group.xlsx", "--as-of", day)
    assert (done.returncode, day.encode() in done.stderr, b"Traceback" in done.stderr) == (2, True, False)


def test_a_roll_up_mends_its_own_damaged_files(two: tuple[Path, Path]) -> None:
    folder = two[0].parent
    assert run(folder, "rollup", "a.xlsx", "b.xlsx", "-o", "group.xlsx").returncode in (0, 1)
    parts = sorted((folder / "group.parquet").rglob("leads/**/*.parquet"))
    parts[0].unlink()
    parts[1].write_bytes(parts[1].read_bytes()[:100])
    assert run(folder, "rollup", "a.xlsx", "b.xlsx", "-o", "group.xlsx").returncode in (0, 1)
    assert all(part.stat().st_size > 100 for part in parts)
