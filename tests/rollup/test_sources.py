"""Files, folders and patterns become workbooks; locks, backups and our own output don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook.errors import NotFoundError, UsageError
from funnelbook.rollup.sources import fallback_names, workbooks

OUTPUT = Path("group.xlsx")
TAKEN = ("a.xlsx", "b.xlsm", "old.xls", "East/a.xlsx", "[1] c.xlsx")
LEFT = (
    "~$a.xlsx",
    ".~lock.a.xlsx#",
    ".~a.xlsx",
    ".a.funnelbook-123.tmp",
    "group.xlsx",
    "notes.txt",
    "group.parquet/leads/as_of=2024-06-20/x.parquet",
    "funnelbook-backup/a.20240620T080000.000000Z.xlsx",
    "elsewhere/a.20240620T080000.000000Z.xlsx",
)


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a bit of everything."""
    monkeypatch.chdir(tmp_path)
    for name in (*TAKEN, *LEFT):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def names(share: Path, *given: str) -> list[str]:
    return [path.relative_to(share).as_posix() for path in workbooks(given, OUTPUT)]


def test_a_folder_gives_its_workbooks_at_any_depth(share: Path) -> None:
    assert set(names(share, ".")) == set(TAKEN)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("*.xlsx", {"a.xlsx", "[1] c.xlsx"}),
        ("**/*.xlsx", {"a.xlsx", "East/a.xlsx", "[1] c.xlsx"}),
        ("E*", {"East/a.xlsx"}),
        ("a.xlsx", {"a.xlsx"}),
        ("[1] c.xlsx", {"[1] c.xlsx"}),
    ],
)
def test_files_and_patterns_give_what_they_name(share: Path, given: str, found: set[str]) -> None:
    assert set(names(share, given)) == found


def test_a_workbook_that_is_named_twice_is_taken_once(share: Path) -> None:
    (share / "link.xlsx").symlink_to(share / "a.xlsx")
    assert len(names(share, "a.xlsx", "./a.xlsx", str(share / "a.xlsx"), "link.xlsx")) == 1


def test_a_shells_pattern_may_name_owner_files(share: Path) -> None:
    assert names(share, "a.xlsx", "~$a.xlsx", "group.xlsx") == ["a.xlsx"]


@pytest.mark.parametrize("given", ["*.ods", "gone.xlsx", "gone", "East/gone.xlsx"])
def test_a_path_that_is_not_there_is_said_whatever_else_is_named(share: Path, given: str) -> None:
    with pytest.raises(NotFoundError) as raised:
        names(share, "a.xlsx", given)
    assert raised.value.facts["path"] == given


def test_no_workbook_at_all_is_said(share: Path) -> None:
    with pytest.raises(UsageError) as raised:
        names(share, "group.xlsx")
    assert raised.value.facts["problem"] == "no_workbooks"


def test_teams_of_one_file_name_are_told_apart_by_their_folders() -> None:
    found = [Path("/s/East/team.xlsx"), Path("/s/West/team.xlsx"), Path("/s/North.xlsx"), Path("/a/x/t.xlsx"), Path("/b/x/t.xlsx")]
    named = fallback_names(found)
    assert [named[path] for path in found] == ["East/team", "West/team", "North", "/a/x/t", "/b/x/t"]
