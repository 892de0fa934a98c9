"""LibreOffice as a second opinion: workbooks with the values that it calculates."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest


def calculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The workbooks as LibreOffice calculates and saves them, in one run; the test is skipped where it isn't installed."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    profile, out = folder / "profile", folder / "calculated"
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}", "--convert-to"]
    done = subprocess.run([*command, "xlsx", "--outdir", str(out), *map(str, paths)], capture_output=True, text=True, timeout=600)
    results = [out / path.name for path in paths]
    assert all(path.exists() for path in results), done.stderr
    return results
