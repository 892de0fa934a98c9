"""Kills, full disks, lost permissions and races against refreshes; counts what came of them. Nothing may be lost.

    python benchmarks/faults.py [--kills 200] [--processes 10] [--pairs 100] [--seed 1] [--json]

A refresh takes most of its time to import pandas, so that the refreshes run in forks of a process that has done so; some
are whole processes of the command line. Works on Linux and macOS. The exit status is 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import fault_scenes as scenes
from fault_scenes import AS_OF, LATER, Bench, Result


def main(arguments: Sequence[str]) -> int:
    """Plays every scene and prints what came of it."""
    options = _options(arguments)
    folder = Path(tempfile.mkdtemp(prefix="funnelbook-faults-"))
    folder.chmod(0o755)  # another user works in it too
    try:
        bench = Bench(folder, random.Random(options.seed))
        results = []
        for play in _scenes(options):
            results.append(play(bench))
            if not options.json:
                print(results[-1].line(), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        print(json.dumps([result.__dict__ for result in results], indent=1))
    return int(any(result.lost for result in results))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="forked refreshes that are killed, half of them while they save")
    parser.add_argument("--processes", type=int, default=10, help="whole processes that are killed")
    parser.add_argument("--pairs", type=int, default=100, help="pairs of refreshes at once")
    parser.add_argument("--moments", type=int, default=40, help="random moments of every other scene")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args(arguments)


def _scenes(options: argparse.Namespace) -> list[Callable[[Bench], Result]]:
    return [
        lambda bench: kills(bench, options.kills),
        lambda bench: killed_processes(bench, options.processes),
        lambda bench: pairs(bench, options.pairs),
        lambda bench: replaced_sources(bench, options.moments),
        lambda bench: scenes.full_disk(bench, options.moments),
        lambda bench: scenes.size_limits(bench, options.moments),
        scenes.read_only_places,
        lambda bench: scenes.lost_permission(bench, options.moments),
    ]


def kills(bench: Bench, count: int) -> Result:
    """SIGKILL at a random moment of the whole run, and every second time of the saving."""
    result = Result("killed in a fork", count)
    whole, saving = bench.duration(None), bench.duration("save")
    for number in range(count):
        book = bench.fresh()
        run = bench.fork(book)
        if number % 2:
            run.wait_for("save")
        time.sleep(bench.random.uniform(0, saving if number % 2 else whole))
        run.kill()
        result.count(f"{'finished' if run.outcome() == 'done' else 'killed'}, {bench.state(book)}")
        _check_after_kill(bench, book, result, number)
    return result


def killed_processes(bench: Bench, count: int) -> Result:
    """The same for whole processes of the command line."""
    result = Result("killed process", count)
    command = [sys.executable, "-c", "from funnelbook.cli import main; main()", "refresh", "--as-of", AS_OF.isoformat()]
    begin = time.monotonic()
    subprocess.run([*command, str(bench.fresh())], check=True, capture_output=True)
    whole = time.monotonic() - begin
    for number in range(count):
        book = bench.fresh()
        process = subprocess.Popen([*command, str(book)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(bench.random.uniform(0.5, 1.05) * whole)  # what is before is Python's own start
        process.kill()
        ended = "finished" if process.wait() == 0 else "killed"
        result.count(f"{ended}, {bench.state(book)}")
        _check_after_kill(bench, book, result, number)
    return result


def _check_after_kill(bench: Bench, book: Path, result: Result, number: int) -> None:
    """The file is whole, so is every backup; the next refresh gives the expected bytes and leaves nothing else behind."""
    result.demand(bench.state(book) in ("old", "new"), f"{number}: the file is neither old nor new")
    result.demand(bench.backups_are_whole(book), f"{number}: a backup is not the old file")
    result.demand(bench.state(book) == "old" or bool(bench.backups(book)), f"{number}: the old file has no backup")
    result.counts["left for the next run"] += len(bench.strays(book))
    bench.refresh(book)
    result.demand(bench.state(book) == "new", f"{number}: the next refresh gives other bytes")
    result.demand(not bench.strays(book), f"{number}: the next refresh leaves {bench.strays(book)}")


def pairs(bench: Bench, count: int) -> Result:
    """Two refreshes of one workbook at once, as of two dates: what the file is at the end fits what they said."""
    result = Result("two at once", count)
    chains = bench.chains()
    for number in range(count):
        book = bench.fresh()
        runs = {}
        for as_of in bench.random.sample((AS_OF, LATER), 2):
            runs[as_of] = bench.fork(book, as_of)
            time.sleep(bench.random.choice((0, 0, 0.002, 0.02, 0.1)) * bench.random.random())
        said = {as_of: run.outcome() for as_of, run in runs.items()}
        done = tuple(as_of for as_of in said if said[as_of] == "done")
        result.count(" + ".join(sorted(said.values())))
        result.demand(set(said.values()) <= {"done", "locked"} and bool(done), f"{number}: {said}")
        ends = [chain for chain in chains if sorted(chain) == sorted(done)]
        there = book.read_bytes()
        fitting = [chain for chain in ends if chains[chain] == there]
        result.demand(bool(fitting), f"{number}: the file is not what {done} made")
        before = [bench.old, *(chains[fitting[0][:n]] for n in range(1, len(done)))] if fitting else []
        copies = [copy.read_bytes() for copy in bench.backups(book)]
        result.demand(copies[::-1] == before, f"{number}: the backups are not what was replaced")
        result.demand(not bench.strays(book), f"{number}: {bench.strays(book)} is left")
    return result


def replaced_sources(bench: Bench, count: int) -> Result:
    """Somebody saves another workbook over ours at a random moment: their file, or a refresh of it, is what is there."""
    result = Result("source replaced", count)
    whole, saving = bench.duration(None), bench.duration("save")
    for number in range(count):
        book = bench.fresh()
        theirs = book.with_name("theirs.tmp")
        theirs.write_bytes(bench.other)
        run = bench.fork(book)
        if number % 2:
            run.wait_for("save")
        time.sleep(bench.random.uniform(0, 0.9 * (saving if number % 2 else whole)))
        theirs.replace(book)
        result.count(run.outcome())
        result.demand(book.read_bytes() in (bench.other, bench.other_new), f"{number}: their file is lost")
        result.demand(not bench.strays(book), f"{number}: {bench.strays(book)} is left")
    return result


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
