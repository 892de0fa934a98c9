"""Where tasks run: processes of this machine (concurrent.futures) or a Dask cluster; which task a dead process had is said of it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import BaseContext

from ..errors import UsageError
from .rows import Row
from .task import Task

Work = Callable[[Task], Row]
Answer = tuple[Task, Row | BaseException]
"""A row, the exception that the task raised, or ProcessDied."""
Engine = Callable[[Sequence[Task]], Iterator[Answer]]

_LIFE = 200
"""Tasks per process, after which a new one begins with empty memory."""
_PRELOADED = ["funnelbook.rollup.task"]


class ProcessDied(Exception):  # noqa: N818  # nothing raises it: it is an answer
    """The process that had the task is no more."""


def local(work: Work, workers: int) -> Engine:
    """Processes of this machine; nothing has to be started.

    They begin small (forkserver, else spawn) and end with the pool, with this process, and after some hundred tasks. (The pool's own
    max_tasks_per_child hangs in Python 3.11 to 3.14: gh-115634.) Ctrl-C lets them finish the workbooks that they are at.
    """

    def run(tasks: Sequence[Task]) -> Iterator[Answer]:
        waiting = deque(tasks)
        while waiting:
            few = min(workers, len(waiting))
            yield from _pool(work, few, waiting, few * _LIFE)

    return run


def dask(work: Work, workers: int, scheduler: str | None) -> Engine:
    """A Dask cluster: that of the scheduler at the address, else one of this machine; UsageError when there is no scheduler."""
    import dask as settings
    from distributed import Client, LocalCluster, as_completed
    from distributed.scheduler import KilledWorker

    def run(tasks: Sequence[Task]) -> Iterator[Answer]:
        twice = {"distributed.scheduler.allowed-failures": 1}
        with settings.config.set(twice):
            cluster = None
            if scheduler is None:
                cluster = LocalCluster(
                    n_workers=min(workers, len(tasks)), threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
                )
            try:
                client = Client(cluster if cluster is not None else scheduler)
            except (OSError, ValueError) as error:
                raise UsageError(problem="scheduler", path=str(scheduler), reason=str(error)) from None
            try:
                futures = client.map(work, tasks, pure=False, retries=0)
                of = {future.key: task for future, task in zip(futures, tasks, strict=True)}
                for future in as_completed(futures):
                    raised = future.exception()
                    answer = future.result() if raised is None else ProcessDied() if isinstance(raised, KilledWorker) else raised
                    future.release()
                    yield of[future.key], answer
            finally:
                client.close()
                if cluster is not None:
                    cluster.close()

    return run


def _pool(work: Work, workers: int, waiting: deque[Task], most: int) -> Iterator[Answer]:
    """Run the next tasks in processes of their own; when one dies, those that had begun are given up and the rest wait on."""
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_begin)
    running: dict[Future[Row], Task] = {}
    batch = deque(islice(_taken(waiting), most))
    broken = False
    try:
        while running or (batch and not broken):
            while batch and len(running) < workers and not broken:
                try:
                    running[pool.submit(work, batch[0])] = batch[0]
                    batch.popleft()
                except BrokenProcessPool:
                    broken = True
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                task, error = running.pop(future), future.exception()
                broken = broken or isinstance(error, BrokenProcessPool)
                yield task, ProcessDied() if isinstance(error, BrokenProcessPool) else error if error is not None else future.result()
    finally:
        pool.shutdown(cancel_futures=True)
        waiting.extendleft(reversed(batch))


def _taken(waiting: deque[Task]) -> Iterator[Task]:
    while waiting:
        yield waiting.popleft()


def _context() -> BaseContext:
    if sys.platform == "win32":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _begin() -> None:
    """A process of the pool leaves Ctrl-C to the one that began it, and ends with it, should that be killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
