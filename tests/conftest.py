"""What the cross-cutting tests share: every sample refreshed once, and the independent checkers where they are there."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import funnelbook

from .workbooks import AS_OF, SAMPLES, SHARED

_SETTINGS = (
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),  # recalculate always
    ("Office.Calc/Content/Update", "Link", "2"),  # never update links
)


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
    if not (SHARED / "tools" / f"{name}.py").exists():
        pytest.skip(f"../shared/tools/{name}.py is not there")
    sys.path.insert(0, str(SHARED / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SHARED / "tools"))


@pytest.fixture(scope="session")
def check_package() -> ModuleType:
    """The independent checker of packages, with `lint` and `compare`."""
    return _tool("check_package")


@pytest.fixture(scope="session")
def recalculate() -> ModuleType:
    """The independent recalculation, with `registry`, `read` and `agree`."""
    return _tool("recalculate")


@pytest.fixture(scope="session")
def recalculated(refreshed: dict[str, Refreshed], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every refreshed sample as LibreOffice opens, recalculates and saves it; one start of it for all."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("libreoffice")
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
    command += [str(one.path) for one in refreshed.values()]
    subprocess.run(command, check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(folder)})
    return {name: folder / "out" / one.path.name for name, one in refreshed.items()}


def _registry() -> str:
    """registrymodifications.xcu of LibreOffice's profile."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>\n"
    )
