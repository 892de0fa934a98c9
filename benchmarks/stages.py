"""One refresh by stage, in a process of its own: python benchmarks/stages.py WORKBOOK OUTPUT AS_OF.

A line per stage: its code, seconds of CPU, seconds on the clock, and the megabytes that the process was at its largest by then.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time

BEGAN = time.perf_counter()
MAC_BYTES = 1024 if sys.platform == "darwin" else 1


def main(source: str, output: str, as_of: str) -> None:
    """Refreshes *source* into *output* and prints the stages."""
    from funnelbook import collector

    with collector.paused():
        from funnelbook import pipeline

        begun = [("import", 0.0, BEGAN)]

        def step(code: str) -> None:
            _end(*begun.pop())
            begun.append((code, time.process_time(), time.perf_counter()))

        pipeline.refresh(source, output, dt.date.fromisoformat(as_of), step=step)
        _end(*begun.pop())


def _end(stage: str, cpu: float, wall: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MAC_BYTES / 1024
    print(stage, f"{time.process_time() - cpu:.3f} {time.perf_counter() - wall:.3f} {peak:.0f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
