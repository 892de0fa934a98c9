"""Saving: whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from funnelbook.book import Package, put_back
from funnelbook.book.archive import read_archive
from funnelbook.book.names import WORKSHEET_TYPE
from funnelbook.book.save import SelfCheckError, clean_stale, save, self_check
from funnelbook.errors import ChangedMeanwhileError, LockedError, ReadOnlyError

from .build import opened, workbook_parts, worksheet

SHEET = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>').encode()


def _edited(tmp_path: Path) -> Package:
    package = opened(tmp_path, workbook_parts({"a": ""}, strings=["x"]))
    package.write("xl/worksheets/sheet1.xml", SHEET)
    return package


def test_what_is_saved_opens_with_the_changes_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    _edited(tmp_path).save(tmp_path / "out.xlsx")
    assert Package.open(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml") == SHEET
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.xlsx", "out.xlsx"]


def test_a_folder_that_the_zip_lists_twice_stays_twice(tmp_path: Path) -> None:
    opened(tmp_path, workbook_parts({"a": ""}))
    with zipfile.ZipFile(tmp_path / "book.xlsx", "a") as file:
        file.writestr(zipfile.ZipInfo("xl/", (2024, 1, 1, 0, 0, 0)), b"")
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr(zipfile.ZipInfo("xl/", (2024, 1, 2, 0, 0, 0)), b"")
    package = Package.open(tmp_path / "book.xlsx")
    package.write("xl/worksheets/sheet1.xml", SHEET)
    package.save(tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as file:
        assert [entry.date_time[2] for entry in file.infolist() if entry.is_dir()] == [1, 2]


def test_a_package_may_be_saved_over_its_own_file_with_mode_and_link_kept(tmp_path: Path) -> None:
    package, real = _edited(tmp_path), tmp_path / "book.xlsx"
    real.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(real)
    package.save(link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert Package.open(real).read("xl/worksheets/sheet1.xml") == SHEET


def test_a_read_only_target_stays_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o444)
    with pytest.raises(ReadOnlyError) as caught:
        _edited(tmp_path).save(target)
    assert caught.value.facts["reason"]
    assert target.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.xlsx", "out.xlsx"]


@pytest.mark.parametrize("target", ["none/out.xlsx", "."])
def test_a_place_that_takes_no_file_is_read_only(tmp_path: Path, target: str) -> None:
    with pytest.raises(ReadOnlyError):
        _edited(tmp_path).save(tmp_path / target)


def test_a_self_check_that_fails_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    package, target = _edited(tmp_path), tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    package.relate(package.main, "worksheet", "xl/not/there.xml")
    with pytest.raises(SelfCheckError):
        save(package, target)
    assert target.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.xlsx", "out.xlsx"]


def test_the_self_check_sees_a_byte_that_changed_in_any_part(tmp_path: Path) -> None:
    package = _edited(tmp_path)
    package.add("xl/worksheets/sheet2.xml", SHEET, WORKSHEET_TYPE)
    data = package.to_bytes()
    self_check(package, data, tmp_path / "x")
    for entry in read_archive(data, tmp_path).entries:
        broken = bytearray(data)
        broken[entry.start + entry.packed // 2] ^= 0x55
        with pytest.raises(SelfCheckError):
            self_check(package, bytes(broken), tmp_path / "x")


def test_dangling_relationships_that_came_with_the_workbook_do_not_hinder_saving(tmp_path: Path) -> None:
    parts = workbook_parts({"a": ""}, sheet_rels={"a": [("drawing", "../drawings/gone.xml"), ("hyperlink", "#A1")]})
    package = opened(tmp_path, parts)
    package.write("xl/worksheets/sheet1.xml", SHEET)
    package.save(tmp_path / "out.xlsx")


def test_temporary_files_of_dead_runs_are_cleaned_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    stale, living = (tmp_path / f".book.funnelbook-{pid}.tmp" for pid in (dead.pid, os.getppid()))
    copy = tmp_path / f".book.20240620T080000.000000Z.funnelbook-{dead.pid}.tmp"
    other = tmp_path / f".book.b.funnelbook-{dead.pid}.tmp"
    for path in (stale, copy, living, other):
        path.write_bytes(b"x")
    clean_stale(tmp_path, "book")
    assert [path.exists() for path in (stale, copy, living, other)] == [False, False, True, True]


def test_the_bytes_of_a_backup_are_put_back(tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    target.write_bytes(b"new")
    target.chmod(0o600)
    put_back(b"old", target)
    assert target.read_bytes() == b"old"
    assert target.stat().st_mode & 0o777 == 0o600


def test_the_bytes_are_on_the_disk_before_the_file_takes_its_place_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, target, told = _edited(tmp_path), tmp_path / "out.xlsx", []
    target.write_bytes(b"old")

    def fsync(descriptor: int, system: Callable[[int], None] = os.fsync) -> None:
        inode = os.fstat(descriptor).st_ino
        told.append("folder" if inode == tmp_path.stat().st_ino else "target" if inode == target.stat().st_ino else "temporary file")
        told.append("old" if target.read_bytes() == b"old" else "new")
        system(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    package.save(target)
    assert told == ["temporary file", "old", "folder", "new"]


def test_a_folder_that_can_not_be_synced_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(descriptor: int, system: Callable[[int], None] = os.fsync) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "a share that lacks it")
        system(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    _edited(tmp_path).save(tmp_path / "out.xlsx")
    assert Package.open(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml") == SHEET


def test_the_last_word_comes_when_everything_is_written_and_nothing_is_replaced(tmp_path: Path) -> None:
    package, target = _edited(tmp_path), tmp_path / "out.xlsx"
    target.write_bytes(b"old")

    def refuse(there: Path) -> None:
        (temporary,) = tmp_path.glob(".*.tmp")
        assert (temporary.read_bytes(), target.read_bytes()) == (package.to_bytes(), b"old")
        raise ChangedMeanwhileError(path="out.xlsx")

    with pytest.raises(ChangedMeanwhileError):
        package.save(target, refuse)
    assert target.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.xlsx", "out.xlsx"]


@pytest.mark.skipif(sys.platform != "linux", reason="files change places in one step on Linux alone")
def test_what_comes_between_the_last_look_and_the_replacing_is_put_back(tmp_path: Path) -> None:
    package, target, theirs = _edited(tmp_path), tmp_path / "out.xlsx", tmp_path / "theirs"
    target.write_bytes(b"old")
    theirs.write_bytes(b"theirs")
    looked = []

    def guard(there: Path) -> None:
        looked.append(there == target)
        if there == target:
            theirs.replace(target)
        elif there.read_bytes() != b"old":
            raise ChangedMeanwhileError(path="out.xlsx")

    with pytest.raises(ChangedMeanwhileError):
        package.save(target, guard)
    assert (looked, target.read_bytes()) == ([True, False], b"theirs")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.xlsx", "out.xlsx"]


@pytest.mark.parametrize("number", [5, 32])
def test_windows_refuses_to_replace_a_file_that_a_program_has_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """What os.replace says there: access denied or a sharing violation."""

    def replace(*_: object) -> None:
        error = PermissionError(errno.EACCES, "The process cannot access the file because it is being used by another process")
        error.winerror = number  # type: ignore[attr-defined, unused-ignore]  # only there on Windows
        raise error

    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(LockedError) as caught:
        _edited(tmp_path).save(target)
    assert caught.value.facts["problem"] == "open"
    assert target.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.xlsx", "out.xlsx"]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes")
def test_extended_attributes_such_as_access_lists_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    try:
        os.setxattr(target, "user.team", b"sales")
    except OSError:
        pytest.skip("the file system has none")
    _edited(tmp_path).save(target)
    assert os.getxattr(target, "user.team") == b"sales"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root may give files away")
def test_a_workbook_stays_its_owners_and_its_groups(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o660)
    os.chown(target, 12345, 54321)
    _edited(tmp_path).save(target)
    found = target.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12345, 54321, 0o660)


def test_what_others_may_not_read_they_may_not_read_while_it_is_written(tmp_path: Path) -> None:
    target, seen = tmp_path / "out.xlsx", []
    target.write_bytes(b"old")
    target.chmod(0o600)
    _edited(tmp_path).save(target, lambda there: seen.extend(path.stat().st_mode & 0o777 for path in tmp_path.glob(".*.tmp")))
    assert set(seen) == {0o600}


def test_a_link_that_somebody_put_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    package, victim = _edited(tmp_path), tmp_path / "victim.txt"
    victim.write_bytes(b"mine")
    (tmp_path / f".out.funnelbook-{os.getpid()}.tmp").symlink_to(victim)
    package.save(tmp_path / "out.xlsx")
    assert victim.read_bytes() == b"mine"
    assert not (tmp_path / "out.xlsx").is_symlink()


def test_links_that_lead_in_a_circle_are_refused(tmp_path: Path) -> None:
    one, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(ReadOnlyError):
        _edited(tmp_path).save(one)
