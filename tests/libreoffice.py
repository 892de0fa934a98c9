"""LibreOffice as another program that opens and saves workbooks."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

_SETTINGS = (
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),  # recalculate always
    ("Office.Calc/Content/Update", "Link", "2"),  # never update links
)


def saved(folder: Path, paths: Sequence[Path]) -> Path:
    """Opens, recalculates and saves workbooks in one start, below *folder*; the folder of the results. Skips where it isn't installed."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={profile.parent.as_uri()}"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=600, env={**os.environ, "HOME": str(folder)})
    return folder / "out"


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
