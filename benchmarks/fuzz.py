"""Edits and refreshes broken workbooks; each time nothing is lost, or the workbook is refused with a reason.

    python benchmarks/fuzz.py [--count 20000] [--seed 1] [--sweep NAME] [--folder DIR] [--jobs 2] [--only N] [--keep FILE]

The workbooks are the samples, some that the tests build, and those of a folder if one is named, each broken in one to three
ways (mutate.py); with `--sweep` one of them, in every way at every kind of place (sweep.py). `--only N` plays one input again
and lets it crash; `--keep` writes it to a file. The exit status is 1 when any input ends in another way than as an edit without
loss or as a FunnelbookError. Works on Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from fuzz_input import Bases, Outcome, play
from sweep import Sweep

SECONDS, MEMORY = 20, 3 * 2**30
"""For one input: of CPU, so that a busy machine makes no hangs, and of address space."""
_CHUNK = 250


def main(arguments: Sequence[str]) -> int:
    """Plays all inputs in processes of their own and prints how they ended."""
    options = _options(arguments)
    bases: Bases | Sweep = Bases.found(options.folder)
    if options.sweep is not None:
        bases = Sweep(options.sweep, bases.entries(options.sweep))
        options.count = len(bases)
    if options.only is not None:
        return _again(bases, options)
    counts: Counter[str] = Counter()
    failures: dict[int, str] = {}
    for number, outcome in _played(bases, options):
        counts[outcome.kind] += 1
        if outcome.failed:
            failures[number] = outcome.detail
            print(f"--only {number}: {outcome.detail}", file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps({"inputs": counts.total(), "outcomes": counts, "failures": failures}, indent=1))
    else:
        print(f"{counts.total()} inputs, {len(failures)} failures")
        for kind, times in sorted(counts.items()):
            print(f"{times:8} {kind}")
    return int(bool(failures))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sweep", metavar="NAME", help="break this workbook in every way, such as 'team refreshed'")
    parser.add_argument("--folder", type=Path, help="more workbooks to break")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, metavar="N", help="play input N alone")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the input of --only to a file")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args(arguments)


def _again(bases: Bases | Sweep, options: argparse.Namespace) -> int:
    source, data, told = bases.broken(options.seed, options.only)
    print(f"{source}: {'; '.join(told)}")
    if options.keep:
        options.keep.write_bytes(data)
    with tempfile.TemporaryDirectory() as folder:
        outcome = play(data, Path(folder), options.only)
    print(f"{outcome.kind} {outcome.detail}")
    return int(outcome.failed)


def _played(bases: Bases | Sweep, options: argparse.Namespace) -> Iterator[tuple[int, Outcome]]:
    """Number and outcome of every input; a process that dies is the failure of the input that it was at."""
    waiting = [range(at, min(at + _CHUNK, options.count)) for at in range(0, options.count, _CHUNK)][::-1]
    running: list[_Worker] = []
    while waiting or running:
        while waiting and len(running) < options.jobs:
            running.append(_Worker(bases, options, waiting.pop()))
        worker = running.pop(0)
        yield from worker.outcomes()
        if worker.rest:
            waiting.append(worker.rest)


class _Worker:
    """A fork that plays some inputs; it tells each before it begins and how it ended."""

    def __init__(self, bases: Bases | Sweep, options: argparse.Namespace, numbers: range) -> None:
        self.rest = range(0)
        self._numbers = numbers
        out, into = os.pipe()
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid:
            os.close(into)
            self._out = os.fdopen(out, encoding="utf-8")
            return
        try:
            with os.fdopen(into, "w", encoding="utf-8") as tell:
                _work(bases, options, numbers, tell.write, tell.flush)
        finally:
            os._exit(0)

    def outcomes(self) -> Iterator[tuple[int, Outcome]]:
        begun = None
        with self._out as lines:
            for line in lines:
                number, *outcome = json.loads(line)
                if not outcome:
                    begun = number
                    continue
                begun = None
                yield number, Outcome(*outcome)
        _, status = os.waitpid(self._pid, 0)
        if begun is not None:
            yield begun, Outcome("died", f"status {status}", True)
            self.rest = range(begun + 1, self._numbers.stop)


def _work(bases: Bases | Sweep, options: argparse.Namespace, numbers: range, tell: object, flush: object) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            tell(f"{json.dumps([number])}\n")
            flush()
            _, data, told = bases.broken(options.seed, number)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                outcome = play(data, Path(folder), number)
            except BaseException as error:  # noqa: BLE001 - any of them is what we look for
                frame = traceback.extract_tb(error.__traceback__)[-1]
                place = next((f for f in reversed(traceback.extract_tb(error.__traceback__)) if "funnelbook/" in f.filename), frame)
                where = f"{Path(place.filename).name}:{place.lineno} {frame.name}"
                outcome = Outcome(
                    f"crash {type(error).__name__} at {where}",
                    f"{type(error).__name__} {str(error)[:120]!r} at {where}: {'; '.join(told)}",
                    True,
                )
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            tell(f"{json.dumps([number, outcome.kind, outcome.detail, outcome.failed])}\n")
            flush()


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} seconds")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
