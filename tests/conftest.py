"""What the cross-cutting tests share: every sample refreshed once, and the independent checkers where they are there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import funnelbook

from .hard_ground import Ground, bare, made
from .libreoffice import saved
from .workbooks import AS_OF, SAMPLES, tool

pytest.register_assert_rewrite("tests.promise")
# The same examples every time, however slow the machine is: a search for new ones is `make fuzz`.
settings.register_profile("funnelbook", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("funnelbook")


@dataclass(frozen=True)
class Refreshed:
    """A sample as it was, as it was refreshed, and what the plan of that refresh said."""

    name: str
    original: Path
    path: Path
    plan: dict[str, Any]
    """The JSON of a dry run."""
    report: dict[str, Any]


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Refreshed]:
    """Every sample, refreshed as of 2024-06-20; the files are not to be changed."""
    folder, found = tmp_path_factory.mktemp("samples"), {}
    for sample in SAMPLES:
        original, path = folder / f"{sample.stem}.original.xlsx", folder / sample.name
        shutil.copyfile(sample, original)
        shutil.copyfile(sample, path)
        plan = funnelbook.refresh(path, as_of=AS_OF, dry_run=True).to_dict()
        report = funnelbook.refresh(path, as_of=AS_OF, keep_backup=False).to_dict()
        found[sample.stem] = Refreshed(sample.stem, original, path, plan, report)
    return found


@pytest.fixture(params=[sample.stem for sample in SAMPLES])
def sample(request: pytest.FixtureRequest, refreshed: dict[str, Refreshed]) -> Refreshed:
    """One refreshed sample after the other."""
    return refreshed[request.param]


def _tool(name: str) -> ModuleType:
    found = tool(name)
    if found is None:
        pytest.skip(f"../shared/tools/{name}.py is not there")
    return found


@pytest.fixture(scope="session")
def check_package() -> ModuleType:
    """The independent checker of packages, with `lint` and `compare`."""
    return _tool("check_package")


@pytest.fixture
def ground(tmp_path: Path) -> Callable[..., Ground]:
    """Makes a team's workbook to stand on; without the checker the tests check less."""
    return lambda build=bare, **options: Ground.of(made(tmp_path / "team.xlsx", build, **options), tool("check_package"))


@pytest.fixture(scope="session")
def recalculate() -> ModuleType:
    """The independent recalculation, with `registry`, `read` and `agree`."""
    return _tool("recalculate")


@pytest.fixture(scope="session")
def recalculated(refreshed: dict[str, Refreshed], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every refreshed sample as LibreOffice opens, recalculates and saves it; one start of it for all."""
    folder = tmp_path_factory.mktemp("libreoffice")
    saved(folder, [one.path for one in refreshed.values()])
    return {name: folder / "out" / one.path.name for name, one in refreshed.items()}
