"""The promise to the file, checked by an independent program: nothing of the user's is lost, and all of ours can go."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import funnelbook
from funnelbook import pipeline
from funnelbook.book import Package, apply
from funnelbook.edits import EditPlan, PutSheet

from .conftest import Refreshed
from .workbooks import AS_OF, FOLLOWUPS, LEADS, SHARED, WEEK_LATER, lead, touch


@pytest.fixture
def removed(sample: Refreshed, tmp_path: Path) -> Path:
    """A refreshed sample with everything of ours taken out again."""
    path = Path(shutil.copyfile(sample.path, tmp_path / sample.path.name))
    pipeline.remove(path, keep_backup=False)
    return path


def test_a_refreshed_sample_is_a_sound_package(sample: Refreshed, check_package: ModuleType) -> None:
    assert check_package.lint(sample.path, sample.original) == []


def test_a_refresh_loses_nothing_and_changes_only_the_cells_that_the_dry_run_lists(sample: Refreshed, check_package: ModuleType) -> None:
    assert lost(check_package, sample.original, sample.path, sample.plan) == []


def test_a_refresh_of_a_refreshed_sample_loses_nothing_either(sample: Refreshed, check_package: ModuleType, tmp_path: Path) -> None:
    later = tmp_path / sample.path.name
    funnelbook.refresh(sample.path, later, as_of=WEEK_LATER)
    assert check_package.lint(later, sample.original) == []
    assert lost(check_package, sample.original, later, sample.plan) == []


def test_every_part_that_the_report_does_not_name_has_its_bytes(sample: Refreshed) -> None:
    with zipfile.ZipFile(sample.original) as before, zipfile.ZipFile(sample.path) as after:
        changed = set(sample.report["changed_parts"])
        assert set(after.namelist()) == set(before.namelist()) | set(sample.report["added_parts"])
        for name in before.namelist():
            assert (before.read(name) == after.read(name)) == (name not in changed), name


def test_a_removed_sample_is_what_it_was(sample: Refreshed, removed: Path, check_package: ModuleType) -> None:
    assert check_package.lint(removed, sample.original) == []
    assert list(check_package.compare(sample.original, removed)) == []


def test_nothing_of_ours_is_left_in_a_removed_sample(sample: Refreshed, removed: Path) -> None:
    with zipfile.ZipFile(sample.original) as before, zipfile.ZipFile(removed) as after:
        assert sorted(after.namelist()) == sorted(before.namelist())
        left = [name for name in after.namelist() if b"funnelbook" in after.read(name).lower()]
        assert left == [name for name in before.namelist() if b"funnelbook" in before.read(name).lower()]
        for name in [n for n in after.namelist() if n == "[Content_Types].xml" or n.endswith(".rels")]:
            assert entries(after.read(name)) == entries(before.read(name)), name


def entries(data: bytes) -> list[bytes]:
    """The content types or relationships of a part, in any order."""
    return sorted(re.findall(rb"<(?:Default|Override|Relationship)\s[^>]*>", data))


def test_a_sample_without_anything_of_ours_is_left_alone_by_remove(sample: Refreshed, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(sample.original, tmp_path / "a.xlsx"))
    pipeline.remove(path)
    assert path.read_bytes() == sample.original.read_bytes()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.xlsx"]


def test_remove_and_refresh_give_the_first_refresh_again(sample: Refreshed, removed: Path) -> None:
    report = funnelbook.refresh(removed, as_of=AS_OF, keep_backup=False).to_dict()
    for key in ("leads", "metrics", "reminders"):
        assert report[key] == sample.report[key], key


ODD = (
    "SimpleStrict.xlsx 59021.xlsx 59746_NoRowNums.xlsx 56278.xlsx style-alternate-content.xlsx 49609.xlsx chart_sheet.xlsx "
    "SimpleMacro.xlsm ExcelPivotTableSample.xlsx 64759.xlsx DateFormatTests.xlsx xlookup.xlsx"
).split()
"""Of the corpus: strict and prefixed namespaces, rows without numbers, AlternateContent, macros, pivots, 1904 dates …"""


@pytest.mark.parametrize("name", ODD)
def test_an_odd_workbook_with_a_lead_table_in_it_is_refreshed_like_any_other(name: str, check_package: ModuleType, tmp_path: Path) -> None:
    source = SHARED / "corpus" / name
    if not source.exists():
        pytest.skip("../shared/corpus is not there")
    before, after = tmp_path / f"before{source.suffix}", tmp_path / f"after{source.suffix}"
    package = Package.open(source)
    leads = [LEADS, lead("L1", 来源=None), lead("L2", 联系方式="13800010002")]
    apply(EditPlan([PutSheet("线索", leads), PutSheet("跟进", [FOLLOWUPS, touch("L1", dt.date(2024, 6, 19))])]), package)
    package.save(before)
    plan = funnelbook.refresh(before, as_of=AS_OF, dry_run=True).to_dict()
    found = funnelbook.refresh(before, after, as_of=AS_OF).to_dict()
    assert [(one["touches"], one["last_touch"]) for one in found["leads"]] == [(1, "2024-06-19"), (0, None)]
    assert check_package.lint(after, before) == []
    assert lost(check_package, before, after, plan) == []
    assert funnelbook.refresh(after, as_of=AS_OF).output is None
    pipeline.remove(after, keep_backup=False)
    assert check_package.compare(before, after) == []


def lost(check_package: ModuleType, before: Path, after: Path, plan: dict[str, Any]) -> list[Any]:
    """What `compare` finds where cells may change in the areas of the plan, and annotations there and on the tables."""
    cells = plan["plan"]["cells"]
    return list(check_package.compare(before, after, allow_cells=cells, annotations=[*cells, *table_areas(plan)]))


def table_areas(plan: dict[str, Any]) -> list[str]:
    """The tables' own ranges, headers included, from the JSON."""
    areas = []
    for table in plan["tables"]:
        letters = sorted(table["columns"].values(), key=lambda letter: (len(letter), letter))
        areas.append(f"{table['sheet']}!{letters[0]}{table['header_row']}:{letters[-1]}{table['last_row']}")
    return areas
