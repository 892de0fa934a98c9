"""A few kills, full disks, lost permissions and races; `make faults` plays many of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from .workbooks import ROOT

pytestmark = [pytest.mark.thorough, pytest.mark.skipif(not hasattr(os, "fork"), reason="the refreshes run in forks")]
FEW = ("--kills", "12", "--processes", "1", "--pairs", "4", "--moments", "3")


@pytest.fixture(name="scenes", scope="module")
def _scenes() -> dict[str, dict[str, Any]]:
    """What came of each scene, by its name."""
    command = [sys.executable, str(ROOT / "benchmarks" / "faults.py"), *FEW, "--json"]
    played = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert played.stdout, played.stderr
    return {scene["scene"]: scene for scene in json.loads(played.stdout)}


@pytest.mark.parametrize(
    ("scene", "least"),
    [
        pytest.param("killed in a fork", 12, id="a kill at any moment leaves the old file or the new one"),
        pytest.param("killed process", 1, id="so does a kill of the command line"),
        pytest.param("two at once", 4, id="of two refreshes at once neither is lost without a word"),
        pytest.param("source replaced", 3, id="a file that somebody saves meanwhile stays theirs"),
        pytest.param("disk full", 3, id="a full disk leaves the file and nothing else"),
        pytest.param("size limit", 3, id="so does a limit on the size of files"),
        pytest.param("read-only place", 5, id="a place that may not be written is refused"),
        pytest.param("permission lost", 3, id="a permission that is lost half-way leaves a whole file"),
    ],
)
def test_nothing_is_lost(scenes: dict[str, dict[str, Any]], scene: str, least: int) -> None:
    played = scenes[scene]
    if played["skipped"]:
        pytest.skip(played["skipped"])
    assert played["lost"] == []
    assert played["tried"] >= least
    assert sum(played["counts"].values()) >= least


def test_the_scenes_are_all_played(scenes: dict[str, dict[str, Any]]) -> None:
    assert len(scenes) == 8
