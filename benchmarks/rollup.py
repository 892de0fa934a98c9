"""Measures the roll-up: many team workbooks by each engine, and the group's figures from millions of lead rows in Parquet.

    python benchmarks/rollup.py [--workbooks N] [--rows N] [--skip-workbooks] [--skip-rows] [--folder DIR]

Workbooks have 1,000 leads, 3,000 follow-ups and 200 conversions each (size S). Every measurement is a process of its own. CPU and memory of
the workers are read from /proc, so this works on Linux. The figures of the group are computed by DuckDB as the product does; the same
totals by team and the shared companies are computed by dask.dataframe where that is installed, to compare.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

import make_workbook

AS_OF = dt.date(2024, 6, 20)
ROWS_A_FILE = 5_000
RUNS = (("local", 1), ("local", 2), ("dask", 2))


def main(arguments: Sequence[str]) -> None:
    """Makes what is missing, measures, prints the tables."""
    options = _options(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    console = Console()
    if options.one:
        print(*_one(options.folder, *options.one.split(":")))
        return
    if not options.skip_workbooks:
        _make_teams(options.folder / "teams", options.workbooks)
        console.print(_engines(options))
    if not options.skip_rows:
        _make_rows(options.folder / "rows", options.rows)
        console.print(_figures(options))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workbooks", type=int, default=40, help="workbooks of 1,000 leads")
    parser.add_argument("--rows", type=int, default=5_000_000, help="lead rows in Parquet")
    parser.add_argument("--skip-workbooks", action="store_true")
    parser.add_argument("--skip-rows", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path("build/bench-rollup"), help="where everything is kept")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _measured(options: argparse.Namespace, what: str) -> list[float]:
    """The figures of one measurement, which is a process of its own."""
    command = [sys.executable, __file__, "--folder", str(options.folder), "--one", what]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [float(figure) for figure in lines[-1].split()]


def _one(folder: Path, what: str, *more: str) -> Iterable[float]:
    if what == "duckdb":
        return _by_duckdb(folder / "rows")
    if what == "dataframe":
        return _by_dataframe(folder / "rows")
    return _by_engine(folder, what, int(more[0]))


# ---- workbooks -----------------------------------------------------------------------------------------------------


def _make_teams(folder: Path, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        path = folder / f"team-{number:04d}.xlsx"
        if not path.exists():
            make_workbook.main("S", path, team=str(number))


def _engines(options: argparse.Namespace) -> Table:
    table = Table(title=f"{options.workbooks} workbooks of 1,000 leads; load of the machine before: {os.getloadavg()[0]:.1f}")
    for heading in ("engine", "processes", "seconds", "workbooks/s", "CPU s a workbook", "peak MB a worker"):
        table.add_column(heading, justify="left" if heading == "engine" else "right")
    for engine, workers in RUNS:
        wall, cpu, memory, count = _measured(options, f"{engine}:{workers}")
        table.add_row(engine, str(workers), f"{wall:.1f}", f"{count / wall:.2f}", f"{cpu / count:.2f}", f"{memory:.0f}")
    return table


def _by_engine(folder: Path, engine: str, workers: int) -> Iterable[float]:
    from funnelbook.rollup.run import rollup

    seen: dict[int, tuple[float, float]] = {}
    parquet = folder / f"parquet-{engine}-{workers}"
    shutil.rmtree(parquet, ignore_errors=True)
    options: dict[str, Any] = {"as_of": AS_OF, "engine": engine, "workers": workers, "folder": parquet}
    began = time.perf_counter()
    if engine == "dask":
        from distributed import LocalCluster

        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
            pids = [nanny.process.pid for nanny in cluster.workers.values()]
            options["scheduler"] = cluster.scheduler_address
            found = rollup([folder / "teams"], folder / "group.xlsx", told=lambda progress: _look(pids, seen), **options)
    else:
        found = rollup(
            [folder / "teams"],
            folder / "group.xlsx",
            told=lambda progress: _look([child.pid or 0 for child in active_children()], seen),
            **options,
        )
    wall = time.perf_counter() - began
    assert found.failed == []
    return wall, sum(cpu for cpu, _ in seen.values()), max(memory for _, memory in seen.values()), len(found.rows)


def _look(pids: Iterable[int], seen: dict[int, tuple[float, float]]) -> None:
    """CPU seconds and peak megabytes of processes so far."""
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        except OSError:  # it has ended
            continue
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0")
        seen[pid] = (sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) / 1024)


# ---- rows ----------------------------------------------------------------------------------------------------------


def _make_rows(folder: Path, rows: int) -> None:
    """Leads of as many teams as it takes, a file a team; one company in a hundred is another team's too."""
    from funnelbook.rollup.schema import FINDINGS, FOLLOWUPS, LEADS
    from funnelbook.rollup.store import Store

    store, rng = Store(folder, AS_OF), np.random.default_rng(7)
    for number in range(-(-rows // ROWS_A_FILE)):
        key = f"{number:06d}"
        if store.part("leads", key).exists():
            continue
        for table, made in (
            ("leads", _leads(number, rng, LEADS)),
            ("followups", FOLLOWUPS.empty_table()),
            ("findings", FINDINGS.empty_table()),
        ):
            store.part(table, key).parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(made, store.part(table, key), compression="zstd")


def _leads(team: int, rng: np.random.Generator, schema: pa.Schema) -> pa.Table:
    size = ROWS_A_FILE
    ids = np.where(rng.random(size) < 0.01, rng.integers(0, 200_000, size), team * size + np.arange(size) + 1_000_000)
    days = np.datetime64("2023-06-01") + rng.integers(0, 380, size).astype("timedelta64[D]")
    result = rng.choice(["won", "not_won", "lost", "open"], size, p=[0.15, 0.1, 0.1, 0.65])
    fixed = {"workbook": f"/share/team-{team:05d}.xlsx", "sha256": "0" * 64, "team": f"team-{team:05d}", "sheet": "leads"}
    columns: dict[str, Any] = {
        **{name: np.full(size, text, dtype=object) for name, text in fixed.items()},
        "row": np.arange(4, size + 4),
        "lead_id": [f"{team}-{i}" for i in range(size)],
        "company": [f"company {i}" for i in ids],
        "region": rng.choice(["North", "East", "South", "West"], size),
        "owner": [f"owner {team}-{i}" for i in rng.integers(0, 8, size)],
        "entry": days.astype("datetime64[us]"),
        "closed_on": (days + 20).astype("datetime64[us]"),
        "result": result,
        "amount": np.where(result == "won", rng.integers(1, 2000, size) * 1000.0, np.nan),
        "first_touch": rng.choice(["on_time", "late", "overdue", "waiting"], size),
        "follow_up": rng.choice(["ok", "due", "overdue", "closed"], size),
        "filled": rng.integers(8, 11, size),
        "required": np.full(size, 10),
        "company_key": [f"company{i}" for i in ids],
        "phone_keys": [[f"{i:032x}"] for i in ids.tolist()],
    }
    arrays = [pa.array(columns[f.name], type=f.type, from_pandas=True) if f.name in columns else pa.nulls(size, f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _figures(options: argparse.Namespace) -> Table:
    table = Table(title=f"the group's figures from {options.rows:,} lead rows")
    for heading in ("by", "seconds", "CPU s", "peak MB"):
        table.add_column(heading, justify="left" if heading == "by" else "right")
    others = {"dask.dataframe: teams and shared companies only": "dataframe"} if find_spec("dask") and find_spec("dask.dataframe") else {}
    for name, what in {"DuckDB: everything": "duckdb", **others}.items():
        wall, cpu, memory = _measured(options, what)
        table.add_row(name, f"{wall:.1f}", f"{cpu:.1f}", f"{memory:.0f}")
    return table


def _by_duckdb(folder: Path) -> Iterable[float]:
    from funnelbook.rollup.group import summarise
    from funnelbook.rollup.store import Store

    store = Store(folder, AS_OF)
    keys = sorted(path.stem for path in store.part("leads", "").parent.glob("*.parquet"))
    began = time.perf_counter()
    found = summarise(store, keys, AS_OF, os.cpu_count() or 1)
    assert found.total.leads == len(keys) * ROWS_A_FILE
    assert found.customers
    return _used(began)


def _by_dataframe(folder: Path) -> Iterable[float]:
    import dask
    import dask.dataframe as dd

    began = time.perf_counter()
    columns = ["team", "result", "amount", "first_touch", "follow_up", "filled", "required", "company_key"]
    with dask.config.set(scheduler="threads"):
        frame = dd.read_parquet(str(folder / "leads"), columns=columns)
        counted = frame.assign(won=frame["result"] == "won", late=frame["follow_up"] == "overdue")
        teams = counted.groupby("team").agg({"won": "sum", "late": "sum", "amount": "sum", "filled": "sum", "required": "sum"})
        keys = frame[["company_key", "team"]].drop_duplicates(split_out=16).groupby("company_key", sort=False).size(split_out=16)
        found, shared = dask.compute(teams, (keys > 1).sum())
    assert len(found)
    assert shared
    return _used(began)


def _used(began: float) -> tuple[float, float, float]:
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter() - began, mine.ru_utime + mine.ru_stime, mine.ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
