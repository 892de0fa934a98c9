"""Measures whole processes on large workbooks: funnelbook's refresh beside openpyxl's load and save, and the floor.

    python benchmarks/run.py [S M L XL] [--stages] [--bad] [--no-openpyxl] [--times N] [--folder DIR]

The floor is what any program must do that changes the lead sheet: inflate every sheet and the shared strings, one pass
of an XML parser written in C over each, and deflate the lead sheet at level 6. It is measured with expat without any
handler, which is the least there is, and with lxml's iterparse, which hands each element to Python. CPU is user and
system time of the process and its children, the smallest of N runs. Works on Linux and macOS. With --bad a workbook
without a single sound row stands against one of the same size without a fault.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import make_workbook

AS_OF = "2024-06-20"
FUNNELBOOK = str(Path(sys.executable).with_name("funnelbook"))
FLOOR = Path(__file__).with_name("floor.py")
STAGES = Path(__file__).with_name("stages.py")
PARSERS = ("expat", "iterparse")
LOAD_AND_SAVE = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])"
MAC_BYTES = 1024 if sys.platform == "darwin" else 1
"""ru_maxrss counts bytes on macOS, kilobytes elsewhere."""


@dataclass(frozen=True)
class Cost:
    """What a process used: seconds of CPU, seconds on the clock, megabytes at its largest."""

    cpu: float
    wall: float
    memory: float


def main(arguments: Sequence[str]) -> None:
    """Makes the workbooks that are missing, measures, and prints one table."""
    options = _options(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    table = Table(title=f"funnelbook, {options.times} run(s) each, CPU in seconds")
    for heading in ("workbook", "what", "CPU", "wall", "peak MB", "ours is"):
        table.add_column(heading, no_wrap=True, justify="left" if heading in ("workbook", "what") else "right")
    _start_up(table, options.times)
    costs = {}
    for size in options.sizes:
        costs[size] = _workbook(table, size, options)
        if options.bad:
            _bad(table, size, options)
    _growth(table, costs, options)
    Console().print(table)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", default=["S", "M"], metavar="SIZE", help="of " + " ".join(make_workbook.SIZES))
    parser.add_argument("--stages", action="store_true", help="show what each stage of the refresh uses")
    parser.add_argument("--bad", action="store_true", help="compare workbooks of which every row or none is bad")
    parser.add_argument("--no-openpyxl", action="store_true", help="leave out load and save by openpyxl (minutes on L)")
    parser.add_argument("--times", type=int, default=1, help="runs of each; the fastest counts")
    parser.add_argument("--folder", type=Path, default=Path("build/bench"), help="where the workbooks are kept")
    options = parser.parse_args(arguments)
    if unknown := set(options.sizes) - make_workbook.SIZES.keys():
        parser.error(f"unknown size {', '.join(sorted(unknown))}")
    return options


def _start_up(table: Table, times: int) -> None:
    """Help against the import of click: the time in which a command says anything at all."""
    shown = _measure([FUNNELBOOK, "--help"], times)
    click = _measure([sys.executable, "-c", "import click"], times)
    _add(table, "", "funnelbook --help", shown, "")
    _add(table, "", "import click", click, f"{shown.cpu / click.cpu:.2f} x")
    table.add_section()


def _workbook(table: Table, size: str, options: argparse.Namespace) -> Cost:
    source, output = _made(size, options), options.folder / f"{size}-out.xlsx"
    refresh = _refresh(source, output, options)
    _add(table, f"{size} {source.stat().st_size / 1e6:.1f} MB", "funnelbook refresh", refresh, "")
    if options.stages:
        for stage, cost in _stages(source, output):
            _add(table, "", f"  {stage}", cost, "")
    others = {
        "import pandera.pandas": [sys.executable, "-c", "import pandera.pandas"],
    }
    for name in PARSERS:
        others[f"floor ({name})"] = [sys.executable, str(FLOOR), name, str(source)]
    if not options.no_openpyxl:
        others["openpyxl load + save"] = [sys.executable, "-c", LOAD_AND_SAVE, str(source), str(output)]
    for what, other in others.items():
        cost = _measure(other, options.times)
        _add(table, "", what, cost, f"{refresh.cpu / cost.cpu:.2f} x")
    output.unlink(missing_ok=True)
    table.add_section()
    return refresh


def _growth(table: Table, costs: Mapping[str, Cost], options: argparse.Namespace) -> None:
    """The power of the number of leads with which the cost grows, from the least to the largest workbook but S.

    What a table of one lead costs, most of it the import of packages, is taken off first.
    """
    ordered = [size for size in make_workbook.SIZES if size in costs and size not in ("ONE", "S")]
    if len(ordered) < 2:
        return
    least, most = ordered[0], ordered[-1]
    start = _refresh(_made("ONE", options), options.folder / "ONE-out.xlsx", options)
    cost = math.log((costs[most].cpu - start.cpu) / (costs[least].cpu - start.cpu))
    exponent = cost / math.log(make_workbook.SIZES[most][0] / make_workbook.SIZES[least][0])
    _add(table, "ONE", "funnelbook refresh", start, "")
    table.add_row("", f"growth from {least} to {most}", "", "", "", f"^ {exponent:.2f}")


def _made(size: str, options: argparse.Namespace) -> Path:
    source: Path = options.folder / f"{size}.xlsx"
    if not source.exists():
        # In a process of its own: the peak memory of a child counts what its parent held when it was started.
        subprocess.run([sys.executable, make_workbook.__file__, size, str(source)], check=True)
    return source


def _refresh(source: Path, output: Path, options: argparse.Namespace) -> Cost:
    return _measure([FUNNELBOOK, "refresh", str(source), "-o", str(output), "--as-of", AS_OF], options.times)


def _bad(table: Table, size: str, options: argparse.Namespace) -> None:
    """A refresh with findings on every row against one without any."""
    costs = []
    for name, share in (("no row is bad", 0), ("every row is bad", 1)):
        source, output = options.folder / f"{size}-{share}.xlsx", options.folder / f"{size}-out.xlsx"
        if not source.exists():
            subprocess.run([sys.executable, make_workbook.__file__, size, str(source), str(share)], check=True)
        costs.append(_refresh(source, output, options))
        _add(table, size, name, costs[-1], f"{costs[-1].cpu / costs[0].cpu:.2f} x" if share else "")
        output.unlink(missing_ok=True)
    table.add_section()


def _stages(source: Path, output: Path) -> list[tuple[str, Cost]]:
    """What each stage of one more refresh used; the memory is the largest until its end."""
    command = [sys.executable, str(STAGES), str(source), str(output), AS_OF]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [(stage, Cost(*map(float, figures))) for stage, *figures in map(str.split, lines)]


def _add(table: Table, workbook: str, what: str, cost: Cost, ratio: str) -> None:
    table.add_row(workbook, what, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.memory:.0f}", ratio)


def _measure(command: Sequence[str], times: int) -> Cost:
    return min((_once(command) for _ in range(times)), key=lambda cost: cost.cpu)


def _once(command: Sequence[str]) -> Cost:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)  # the usage of this one child, and of the children it waited for
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit status {process.returncode}: {' '.join(command)}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / MAC_BYTES / 1024)


if __name__ == "__main__":
    main(sys.argv[1:])
