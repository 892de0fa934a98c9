"""When Python's collector of reference cycles rests: a workbook is millions of values, and none of them is in a cycle."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """The collector does not run; as a decorator, during each call.

    It would walk all cells again and again as they are made, which is a fifth of the time of a large workbook.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def skip_at_exit() -> None:
    """What is left when the process ends is not looked through once more: the system takes it back as it is.

    DuckDB has to be taken apart: it lists on stderr whatever is left of it.
    """
    if "duckdb" not in sys.modules:
        gc.freeze()
