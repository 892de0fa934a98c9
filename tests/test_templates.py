"""The starter workbooks in templates/ are what `make templates` makes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from funnelbook import pipeline
from funnelbook.book import Package, read_grids
from funnelbook.words import LANGUAGES

TEMPLATES = Path(__file__).parents[1] / "templates"


FILES = {"tracking": "lead", "registry": "registry", "lifecycle": "lifecycle", "tiering": "tiering"}
SHEETS = {"tracking": 3, "registry": 4, "lifecycle": 6, "tiering": 2}


def name_of(profile: str, lang: str) -> str:
    return f"{FILES[profile]}_template{'' if lang == 'zh' else '_en'}.xlsx"


def test_every_template_is_of_a_profile_and_a_language() -> None:
    assert {path.name for path in TEMPLATES.glob("*.xlsx")} == {name_of(profile, lang) for profile in FILES for lang in LANGUAGES}


@pytest.mark.parametrize("profile", FILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_template_is_what_new_makes(tmp_path: Path, profile: str, lang: str) -> None:
    name = name_of(profile, lang)
    made = pipeline.new(tmp_path / name, profile=profile, lang=lang)
    with zipfile.ZipFile(made) as new, zipfile.ZipFile(TEMPLATES / name) as kept:
        assert {part: new.read(part) for part in new.namelist()} == {part: kept.read(part) for part in kept.namelist()}


@pytest.mark.parametrize("profile", FILES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_template_has_instructions_its_tables_and_the_rules(profile: str, lang: str) -> None:
    grids = read_grids(Package.open(TEMPLATES / name_of(profile, lang)))
    assert [len(grid.excel_tables) for grid in grids] == [0, *[1] * SHEETS[profile], 0]
    assert [grid.own_sheet for grid in grids] == [*[None] * (SHEETS[profile] + 1), "rules"]
