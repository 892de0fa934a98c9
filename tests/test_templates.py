"""The starter workbooks in templates/ are what `make templates` makes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from funnelbook import pipeline
from funnelbook.book import Package, read_grids

TEMPLATES = Path(__file__).parents[1] / "templates"


@pytest.mark.parametrize(("name", "lang"), [("lead_template.xlsx", "zh"), ("lead_template_en.xlsx", "en")])
def test_a_template_is_what_new_makes(tmp_path: Path, name: str, lang: str) -> None:
    made = pipeline.new(tmp_path / name, lang=lang)
    with zipfile.ZipFile(made) as new, zipfile.ZipFile(TEMPLATES / name) as kept:
        assert {part: new.read(part) for part in new.namelist()} == {part: kept.read(part) for part in kept.namelist()}


@pytest.mark.parametrize("name", ["lead_template.xlsx", "lead_template_en.xlsx"])
def test_a_template_has_instructions_three_tables_and_the_rules(name: str) -> None:
    grids = read_grids(Package.open(TEMPLATES / name))
    assert [len(grid.excel_tables) for grid in grids] == [0, 1, 1, 1, 0]
    assert [grid.own_sheet for grid in grids] == [None, None, None, None, "rules"]
