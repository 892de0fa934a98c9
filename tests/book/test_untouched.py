"""The promise to the file: what no edit names is as it was, a refresh is the same twice, and what is ours goes again."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

from funnelbook.book import Package
from funnelbook.book.apply import apply
from funnelbook.edits import CF_MARKER, EditPlan, Highlight, Note, PutCell, PutColumn, PutSheet, Rule, Style, TakeOut
from funnelbook.grid import Range

from .build import SHARED
from .team import LEADS, LOG, OTHER, package_of, refresh_plan, removal, team_book

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the checkers are not there")
CORPUS = SHARED / "corpus"


def checkers() -> ModuleType:
    """The checkers, which were written independently of funnelbook."""
    folder = str(SHARED / "tools")
    if folder not in sys.path:
        sys.path.append(folder)
    specification = importlib.util.spec_from_file_location("check_package", f"{folder}/check_package.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def files() -> list[dict[str, Any]]:
    listed = json.loads((CORPUS / "corpus.json").read_text("utf-8"))["files"] if CORPUS.exists() else []
    return [entry for entry in listed if entry["expect"] == "edit"]


def entries() -> list[Any]:
    return [pytest.param(entry, id=entry["file"]) for entry in files()]


def found(original: Path | bytes, edited: bytes, *cells: str, **allow: Any) -> list[str]:
    """What the checkers say of an edited workbook."""
    tools = checkers()
    before = (lambda: io.BytesIO(original)) if isinstance(original, bytes) else (lambda: original)
    linted = tools.lint(io.BytesIO(edited), before())
    return [str(f) for f in (*linted, *tools.compare(before(), io.BytesIO(edited), cells, **allow))]


@pytest.mark.parametrize("entry", entries())
def test_a_cell_and_a_sheet_are_added_and_nothing_else_changes(entry: dict[str, Any]) -> None:
    package = Package.open(CORPUS / entry["file"])
    cell = PutCell(entry["sheet"], 12, 1, "funnelbook", Style(fill="FFFF00"))
    apply(EditPlan([cell, PutSheet("FB_汇总", [["a", 1], ["b", 2.5]])]), package)
    assert found(CORPUS / entry["file"], package.to_bytes(), f"{entry['sheet']}!A12") == []


def column_plan(sheet: str) -> EditPlan:
    head = Style(bold=True, fill="DDEBF7")
    put = PutColumn(sheet, 700, 4, "数据问题", 5, ["a", None, 3, True, " x "], "leads.1.issues", Style(), head, 12)
    rule = Rule(Range(5, 700, 9, 700), f"AND({CF_MARKER},ZX5<>0)", Style(fill="FFC7CE"))
    note = Note(sheet, 5, 700, "请看这里")
    return EditPlan([TakeOut(("summary",), (head, Style())), put, Highlight(sheet, rule), note, PutSheet("FB 1", [["x"]], "summary")])


@pytest.mark.parametrize("entry", entries())
def test_a_column_is_written_twice_the_same_and_taken_out_again(entry: dict[str, Any]) -> None:
    plan = column_plan(entry["sheet"])
    package = Package.open(CORPUS / entry["file"])
    apply(plan, package)
    once = package.to_bytes()
    assert checkers().lint(io.BytesIO(once), CORPUS / entry["file"]) == []
    again = package_of(once)
    assert apply(plan, again) == []
    assert again.to_bytes() == once
    gone = package_of(once)
    apply(EditPlan([TakeOut(("summary",), (Style(bold=True, fill="DDEBF7"),))]), gone)
    assert found(CORPUS / entry["file"], gone.to_bytes(), semantic=True) == []


def test_a_whole_refresh_loses_nothing() -> None:
    package = package_of(team_book())
    apply(refresh_plan(), package)
    cells = (f"{LEADS}!I3:L23", f"{LOG}!E1:E9")
    notes = [*cells, f"{LEADS}!E4:E23", f"{LOG}!B2"]
    assert found(team_book(), package.to_bytes(), *cells, annotations=notes) == []


def test_a_refresh_of_its_own_output_changes_no_byte() -> None:
    package = package_of(team_book())
    apply(refresh_plan(), package)
    once = package.to_bytes()
    again = package_of(once)
    assert apply(refresh_plan(), again) == []
    assert again.to_bytes() == once


def test_taking_everything_out_gives_back_the_workbook() -> None:
    package = package_of(team_book())
    apply(refresh_plan(), package)
    gone = package_of(package.to_bytes())
    apply(removal(), gone)
    assert found(team_book(), gone.to_bytes(), semantic=True) == []
    assert set(gone.names()) == set(package_of(team_book()).names())
    assert b"funnelbook" not in b"".join(gone.read(name) for name in gone.names())


def test_other_programs_read_what_was_written(tmp_path: Path) -> None:
    package = package_of(team_book())
    apply(refresh_plan(), package)
    target = tmp_path / "team.xlsx"
    target.write_bytes(package.to_bytes())
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == [LEADS, LOG, OTHER, "汇总", "数据审计", "明细"]
    leads = book[LEADS]
    assert texts(leads["I3:L3"]) == [["系统评分", "首触状态", "最近跟进(系统)", "数据问题"]]
    assert leads["J4"].value == "=late"
    assert leads["J4"].data_type == "s"
    assert leads.tables["线索表"].ref == "C3:L23"
    assert book[LOG].auto_filter.ref == "A1:E9"
    assert leads["E5"].comment.author == "funnelbook"
    values = openpyxl.load_workbook(target, data_only=True)["汇总"]
    assert texts(values["A4:C5"]) == [["展会", 10, 0.5], ["网站", 10, 0.5]]


def texts(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in rows]
