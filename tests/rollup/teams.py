"""A group's share: many small teams' workbooks of every profile, some of them broken, and what was rolled up from them."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from funnelbook import pipeline
from funnelbook.rollup.run import Outcome, rollup
from funnelbook.rollup.schema import TABLES

from ..workbooks import AS_OF, lead, team, touch, workbook

PROFILES = ("tracking", "registry", "lifecycle", "tiering")
BROKEN = ("broken-cut.xlsx", "broken-empty.xlsx", "broken-notes.xlsx")


def share(folder: Path, size: int = 60) -> Path:
    """*size* workbooks: samples of the four profiles, trackers of a few leads, three that are broken, and one customer of two teams."""
    folder.mkdir(parents=True)
    for profile in PROFILES:
        pipeline.new(folder / f"{profile}-1.xlsx", profile=profile, sample=True)
    for i in range(4, size - 5):
        tracker(folder / f"team-{i:02d}.xlsx", i)
    rival = lead("X1", 公司名称="乙公司", 联系方式="13911112222", 负责人="赵六")
    team(folder / "north.xlsx", [lead("N1", 公司名称="丙(北京)有限公司", 联系方式="139 1111 2222"), lead("N2")])
    team(folder / "south.xlsx", [rival, lead("S2", 公司名称="丁公司", 联系方式="13700001111")])
    whole = (folder / "north.xlsx").read_bytes()
    (folder / BROKEN[0]).write_bytes(whole[: len(whole) // 2])
    (folder / BROKEN[1]).write_bytes(b"")
    workbook(folder / BROKEN[2], {"备忘": [["周一开会"], ["周二拜访"]]})
    return folder


def tracker(path: Path, number: int) -> Path:
    """A tracker of a few leads, none of them like another team's."""
    leads = [
        lead(
            f"T{number}-{i}", 公司名称=f"第{number}队客户{i}", 联系方式=f"138{number:04d}{i:04d}", 录入时间=AS_OF - dt.timedelta(days=5 * i)
        )
        for i in range(1, 2 + number % 3)
    ]
    return team(path, leads, [touch(f"T{number}-1", AS_OF - dt.timedelta(days=2))])


def rolled(teams: Path, output: Path, **options: Any) -> Outcome:
    """The workbooks of a folder rolled up as of 2024-06-20, by two processes."""
    return rollup([teams], output, **{"as_of": AS_OF, "workers": 2, **options})


def table(outcome: Outcome, name: str) -> pd.DataFrame:
    """One of the four tables as pandas reads it, without what differs from run to run."""
    found = pd.read_parquet(outcome.folder / name)
    order = [column for column in ("workbook", "sheet", "row", "cell", "code") if column in found]
    return found.drop(columns="seconds", errors="ignore").sort_values(order, ignore_index=True)


def leftovers(outcome_folder: Path) -> list[Path]:
    """Files that are no Parquet file of ours."""
    return [path for path in outcome_folder.rglob("*") if path.is_file() and path.suffix != ".parquet"]


def copies(source: Path, folder: Path, names: Sequence[str]) -> Path:
    """A folder of copies of a workbook."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(source, folder / name)
    return folder


def lock(path: Path) -> Path:
    """The owner file by which Excel says that it has the workbook open."""
    owner = path.with_name(f"~${path.name}")
    owner.write_bytes(bytes([4]) + b"Wang".ljust(54) + bytes([4, 0]) + "Wang".encode("utf-16-le").ljust(108))
    return owner


def files_of(outcome: Outcome) -> dict[str, int]:
    """How many files each table has."""
    return {name: len(list((outcome.folder / name).rglob("*.parquet"))) for name in TABLES}


def environment() -> dict[str, str]:
    """For a process of its own: this copy of funnelbook, without colours."""
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, "NO_COLOR": "1"}
