"""Processes that die: what they had is tried again, what kills them twice is one row, and Ctrl-C leaves whole files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from funnelbook.rollup.engines import ProcessDied, local
from funnelbook.rollup.run import Progress
from funnelbook.words import say

from ..workbooks import files
from .teams import copies, environment, leftovers, rolled, tracker

pytestmark = pytest.mark.thorough

NAMES = [f"t{i}.xlsx" for i in range(8)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight equal workbooks."""
    return copies(tracker(tmp_path / "team.xlsx", 2), tmp_path / "share", NAMES)


class Killer:
    """Kills a process as soon as the second workbook is done, once."""

    def __init__(self, pids: Any) -> None:
        self._pids, self.killed = pids, 0

    def __call__(self, progress: Progress) -> None:
        if progress.done >= 2 and not self.killed:
            self.killed = self._pids()[0]
            os.kill(self.killed, signal.SIGKILL)


def test_a_process_of_this_machine_that_is_killed_costs_no_workbook(folder: Path, tmp_path: Path) -> None:
    killer = Killer(lambda: [child.pid for child in active_children()])
    found = rolled(folder, tmp_path / "group.xlsx", told=killer)
    assert killer.killed
    assert [row["status"] for row in found.rows] == ["ok"] * len(NAMES)
    assert leftovers(found.folder) == []


# What Dask itself leaves behind when one of its processes is killed (an unread future, a closed stream) is not ours to judge.
@pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("default::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_killed_worker_of_a_cluster_costs_no_workbook(folder: Path, tmp_path: Path) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        killer = Killer(lambda: [cluster.workers[0].process.pid])
        found = rolled(folder, tmp_path / "group.xlsx", engine="dask", scheduler=cluster.scheduler_address, told=killer)
    assert killer.killed
    assert [row["status"] for row in found.rows] == ["ok"] * len(NAMES)
    assert leftovers(found.folder) == []


def test_what_kills_its_process_is_told_from_what_was_beside_it() -> None:
    answers = list(local(signal.raise_signal, 2)([0, 0, signal.SIGKILL, 0, 0]))  # type: ignore[arg-type, list-item]  # any work on any task
    died = [task for task, answer in answers if isinstance(answer, ProcessDied)]
    assert signal.SIGKILL in died
    assert len(died) <= 2
    assert len(answers) == 5


def test_a_bug_of_ours_is_the_answer_of_its_task_alone() -> None:
    answers = dict(local(int, 2)(["1", "x", "3"]))  # type: ignore[arg-type, list-item]  # any work on any task
    assert (answers["1"], type(answers["x"]), answers["3"]) == (1, ValueError, 3)  # type: ignore[index]


def test_a_workbook_that_kills_its_process_twice_is_one_row_with_the_reason(tmp_path: Path) -> None:
    folder, over = tmp_path / "share", threading.Event()
    folder.mkdir()
    tracker(folder / "b.xlsx", 2)
    rolled(folder, tmp_path / "group.xlsx")
    tracker(folder / "a.xlsx", 1)

    def kill() -> None:
        while not over.wait(0.02):
            for child in active_children():
                os.kill(child.pid or 0, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        found = rolled(folder, tmp_path / "group.xlsx")
    finally:
        over.set()
        killer.join()
    assert [(row["status"], row["code"]) for row in found.rows] == [("killed", "killed"), ("ok", None)]
    assert "内存" in found.rows[0]["reason_zh"]
    assert [row["status"] for row in rolled(folder, tmp_path / "group.xlsx").rows] == ["ok", "ok"]


def test_an_interrupted_run_leaves_whole_files_and_the_next_one_resumes(folder: Path, tmp_path: Path) -> None:
    # A job in the background is started with Ctrl-C ignored.
    code = "import signal\nfrom funnelbook.cli import main\n"
    code += "if __name__ == '__main__':\n    signal.signal(signal.SIGINT, signal.default_int_handler)\n    main()"
    command = [sys.executable, "-c", code, "rollup", str(folder), "-o", str(tmp_path / "group.xlsx")]
    command += ["--workers", "1", "--as-of", "2024-06-20", "--json"]
    before = files(folder)
    first = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert first.stderr is not None
    lines = [first.stderr.readline(), first.stderr.readline()]
    os.killpg(first.pid, signal.SIGINT)
    _, rest = first.communicate(timeout=300)
    assert all(" ok " in line for line in lines)
    assert (first.returncode, say("error.interrupted", "en") in rest, "Traceback" in rest) == (2, True, False)
    assert leftovers(tmp_path / "group.parquet") == []
    assert files(folder) == before
    second = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    skipped = [row["skipped"] for row in json.loads(second.stdout)["workbooks"]]
    assert 2 <= sum(skipped) < len(NAMES)
