"""Saving: whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from funnelbook.book import Package, put_back
from funnelbook.book.archive import read_archive
from funnelbook.book.names import WORKSHEET_TYPE
from funnelbook.book.save import SelfCheckError, clean_stale, save, self_check
from funnelbook.errors import ReadOnlyError

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
    other = tmp_path / f".other.funnelbook-{dead.pid}.tmp"
    for path in (stale, living, other):
        path.write_bytes(b"x")
    clean_stale(tmp_path / "book.xlsx")
    assert [path.exists() for path in (stale, living, other)] == [False, True, True]


def test_the_bytes_of_a_backup_are_put_back(tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    target.write_bytes(b"new")
    target.chmod(0o600)
    put_back(b"old", target)
    assert target.read_bytes() == b"old"
    assert target.stat().st_mode & 0o777 == 0o600
