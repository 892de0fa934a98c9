"""The sample workbooks as a whole: the plan is the golden text beside each, and other programs read the result alike.

The golden texts are `samples/<name>.plan.txt`, the lines of the EditPlan of a refresh as of 2024-06-20. After a change
that is meant, `FUNNELBOOK_GOLDEN=write python -m pytest tests/test_samples.py` writes them anew; read the difference
before it is committed.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from funnelbook.book import Package, read_grids
from funnelbook.words import say

from .conftest import Refreshed
from .workbooks import ROOT, SAMPLES, opened


@pytest.mark.parametrize("name", [sample.stem for sample in SAMPLES])
def test_the_plan_is_the_golden_text_beside_the_sample(name: str, refreshed: dict[str, Refreshed]) -> None:
    golden = ROOT / "samples" / f"{name}.plan.txt"
    text = "".join(line.replace("\n", "\\n") + "\n" for line in refreshed[name].plan["plan"]["edits"])
    if os.environ.get("FUNNELBOOK_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_there_is_no_golden_text_without_its_sample() -> None:
    golden = {path.name.removesuffix(".plan.txt") for path in (ROOT / "samples").glob("*.plan.txt")}
    assert golden <= {sample.stem for sample in SAMPLES}


def test_a_dry_run_changes_what_the_refresh_then_changes(sample: Refreshed) -> None:
    for key in ("findings", "leads", "metrics", "reminders", "changed_parts", "added_parts", "tables"):
        assert sample.plan[key] == sample.report[key], key


# ---- other programs --------------------------------------------------------------------------------------------------------


def test_openpyxl_opens_the_result_with_all_its_sheets(sample: Refreshed) -> None:
    before, after = opened(sample.original).sheetnames, opened(sample.path).sheetnames
    assert after[: len(before)] == before
    assert len(after) > len(before)


def test_calamine_reads_what_openpyxl_reads(sample: Refreshed) -> None:
    book = opened(sample.path, data_only=True)
    other = CalamineWorkbook.from_path(sample.path)
    for title in own_titles(sample):
        rows = other.get_sheet_by_name(title).to_python(skip_empty_area=False)
        ours = [list(row) for row in book[title].iter_rows(values_only=True)]
        for row, mine in zip(rows, ours, strict=False):
            for value, other_value in zip(row, mine, strict=False):
                assert same(value, other_value), (title, value, other_value)


def own_titles(sample: Refreshed) -> list[str]:
    return [grid.sheet for grid in read_grids(Package.open(sample.path)) if grid.own_sheet is not None]


def same(value: Any, other: Any) -> bool:
    """Equal as two programs see it: calamine gives "" for an empty cell, and a date where openpyxl gives a midnight."""
    value, other = (_plain(one) for one in (value, other))
    if isinstance(value, float) and isinstance(other, float):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(value == other)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, bool) or value is None:
        return value or ""
    return float(value) if isinstance(value, int) else value


def test_libreoffice_opens_the_result_with_all_its_sheets(sample: Refreshed, recalculated: dict[str, Path]) -> None:
    assert opened(recalculated[sample.name]).sheetnames == opened(sample.path).sheetnames


def test_libreoffice_calculates_every_figure_of_ours_as_it_stands_in_the_file(sample: Refreshed, recalculated: dict[str, Path]) -> None:
    formulas, cached = opened(sample.path), opened(sample.path, data_only=True)
    again, compared = opened(recalculated[sample.name], data_only=True), 0
    for title in own_titles(sample):
        for place in formula_cells(formulas, title):
            compared += 1
            mine, other = cached[title][place].value, again[title][place].value
            # openpyxl reads a formula's empty text as nothing
            assert mine is not None or '""' in formulas[title][place].value, (
                f"{title}!{place} has no cached value: {formulas[title][place].value}"
            )
            assert same(mine, other), f"{title}!{place}: {mine!r}, recalculated {other!r}: {formulas[title][place].value}"
    assert compared > 50


def formula_cells(book: Workbook, title: str) -> Iterator[str]:
    """Places of the formulas of a sheet."""
    for row in book[title].iter_rows():
        yield from (cell.coordinate for cell in row if cell.data_type == "f")


def test_the_independent_recalculation_agrees_with_every_formula_of_ours(
    sample: Refreshed, recalculated: dict[str, Path], recalculate: ModuleType
) -> None:
    titles = own_titles(sample)
    before, after = recalculate.read(sample.path, titles), recalculate.read(recalculated[sample.name], titles)
    wrong = []
    for title, cells in before.items():
        for place, (value, formula) in cells.items():
            now = after[title].get(place, (None, None))[0]
            if formula is not None and (value is None or not recalculate.agree(value, "" if now is None else now)):
                wrong.append((title, place, formula, value, now))
    assert wrong == []


# ---- the summary -------------------------------------------------------------------------------------------------------------


def test_no_figure_of_the_summary_is_a_number_that_nobody_can_trace(sample: Refreshed) -> None:
    title = next(grid.sheet for grid in read_grids(Package.open(sample.path)) if grid.own_sheet == "summary")
    formulas, values = opened(sample.path)[title], opened(sample.path, data_only=True)[title]
    constants, figures = [], 0
    for row in formulas.iter_rows():
        for cell in row:
            value = values[cell.coordinate].value
            if isinstance(value, int | float) and not isinstance(value, bool):
                figures += 1
                if cell.data_type != "f" and not cell.is_date:
                    constants.append((cell.coordinate, value))
    assert constants == []
    assert figures > 50


def test_nothing_in_the_summary_is_volatile_or_newer_than_excel_2010(sample: Refreshed) -> None:
    title = next(grid.sheet for grid in read_grids(Package.open(sample.path)) if grid.own_sheet == "summary")
    book = opened(sample.path)
    text = " ".join(str(book[title][place].value) for place in formula_cells(book, title)).upper()
    barred = ("NOW(", "TODAY(", "RAND(", "OFFSET(", "INDIRECT(", "_XLFN", "XLOOKUP(", "FILTER(", "UNIQUE(", "MAXIFS(")
    assert [name for name in barred if name in text] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_summary_says_that_it_counts_as_of_the_refresh(lang: str) -> None:
    assert say("summary.about", lang)
