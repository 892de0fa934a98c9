"""The stage of the fault tests: refreshes in forks, and the scenes about disks and permissions."""

from __future__ import annotations

import codecs
import datetime as dt
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook

from funnelbook import pipeline
from funnelbook.errors import FunnelbookError

AS_OF, LATER = dt.date(2024, 6, 20), dt.date(2024, 6, 27)
NOBODY = 65533
"""A user who owns nothing here. 65534 would be the one that Linux shows for users it can't name, whom locks don't trust."""
_HEADERS = ("Lead ID", "Source", "Contact", "Phone", "Company", "Need", "Budget", "Expected close", "Owner", "Created")


@dataclass
class Result:
    """What came of a scene: how often what, and what was lost."""

    scene: str
    tried: int
    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    skipped: str = ""

    def count(self, outcome: str) -> None:
        self.counts[outcome] += 1

    def demand(self, met: bool, otherwise: str) -> None:
        if not met:
            self.lost.append(otherwise)

    def line(self) -> str:
        """One line for people, and one for each loss."""
        what = f"skipped: {self.skipped}" if self.skipped else "; ".join(f"{n} {outcome}" for outcome, n in sorted(self.counts.items()))
        return "\n  ".join([f"{self.scene}: {self.tried} tried, {len(self.lost)} lost ({what})", *self.lost])


class Run:
    """A refresh in a fork; what it says comes through a pipe, one line for each stage and one for its end."""

    def __init__(self, act: Callable[[Callable[[str], None]], None]) -> None:
        self._out, into = os.pipe()
        self._said = b""
        self._pid = os.fork()
        if self._pid:
            os.close(into)
            return
        try:
            end = _outcome(act, lambda stage: os.write(into, f"{stage}\n".encode()))
            os.write(into, f"={end}\n".encode())
        except BaseException:
            os.write(into, b"=crash\n")
            traceback.print_exc()
            raise
        finally:
            os._exit(0)

    def wait_for(self, stage: str) -> None:
        """Until the stage begins, or the run ends."""
        while f"{stage}\n".encode() not in self._said and self._read():
            pass

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def outcome(self) -> str:
        """Code of the error, "done", or "killed" for a run that came to no end."""
        if self._pid:
            while self._read():
                pass
            os.close(self._out)
            os.waitpid(self._pid, 0)
            self._pid = 0
        return self._said.partition(b"=")[2].decode().strip() or "killed"

    def _read(self) -> bool:
        found = os.read(self._out, 65536)
        self._said += found
        return bool(found)


def _outcome(act: Callable[[Callable[[str], None]], None], tell: Callable[[str], object]) -> str:
    try:
        act(tell)  # type: ignore[arg-type]  # what os.write answers is of no interest
    except FunnelbookError as error:
        return error.code
    return "done"


class Bench:
    """A small workbook in a folder of its own, and what a refresh makes of it."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.random = folder, chance
        self._number = 0
        self.old, self.other = (_workbook(folder / "made.xlsx", leads) for leads in (12, 13))
        self.new, self.other_new = self._refreshed(self.old), self._refreshed(self.other)
        self._durations = self._measured()

    def fresh(self) -> Path:
        """The old workbook in a new folder; the last one goes."""
        shutil.rmtree(self.folder / str(self._number), ignore_errors=True)
        self._number += 1
        book = self.folder / str(self._number) / "book.xlsx"
        book.parent.mkdir()
        book.write_bytes(self.old)
        return book

    def refresh(self, book: Path, as_of: dt.date = AS_OF) -> None:
        pipeline.refresh(book, as_of=as_of)

    def fork(self, book: Path, as_of: dt.date = AS_OF, before: Callable[[], None] = lambda: None) -> Run:
        """A refresh in place in a fork, after *before* there."""

        def act(tell: Callable[[str], None]) -> None:
            before()
            pipeline.refresh(book, as_of=as_of, step=tell)

        return Run(act)

    def duration(self, stage: str | None) -> float:
        """Seconds of a refresh, or of what comes from a stage on."""
        return self._durations[stage]

    def chains(self) -> dict[tuple[dt.date, ...], bytes]:
        """What refreshes as of one date after the other make of the old workbook."""
        found: dict[tuple[dt.date, ...], bytes] = {(): self.old}
        for chain in ((AS_OF,), (LATER,), (AS_OF, LATER), (LATER, AS_OF)):
            found[chain] = self._refreshed(found[chain[:-1]], chain[-1])
        return found

    def state(self, book: Path) -> str:
        """Whether the file is the old one, the new one, or broken."""
        return {self.old: "old", self.new: "new"}.get(book.read_bytes(), "broken")

    def backups(self, book: Path) -> list[Path]:
        return pipeline.list_backups(book)

    def backups_are_whole(self, book: Path) -> bool:
        return all(copy.read_bytes() == self.old for copy in self.backups(book))

    def strays(self, book: Path) -> list[str]:
        """Files that are neither the workbook nor a backup of it."""
        known = {book, *self.backups(book)}
        return sorted(str(path.relative_to(book.parent)) for path in book.parent.rglob("*") if path.is_file() and path not in known)

    def _refreshed(self, data: bytes, as_of: dt.date = AS_OF) -> bytes:
        book = self.fresh()
        book.write_bytes(data)
        self.refresh(book, as_of)
        return book.read_bytes()

    def _measured(self) -> dict[str | None, float]:
        found: dict[str | None, float] = {None: 0.0, "save": 0.0}
        for _ in range(3):
            run, begin = self.fork(self.fresh()), time.monotonic()
            run.wait_for("save")
            saving = time.monotonic()
            run.outcome()
            end = time.monotonic()
            found = {None: max(found[None], end - begin), "save": max(found["save"], end - saving)}
        return found


def full_disk(bench: Bench, count: int) -> Result:
    """A disk that fills up at a random byte: a small tmpfs of its own, where mounting is allowed."""
    result = Result("disk full", count)
    disk = bench.folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        result.tried, result.skipped = 0, "a small disk cannot be mounted here"
        return result
    try:
        for number in range(count):
            _fill_and_refresh(bench, disk, result, number)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    return result


def _fill_and_refresh(bench: Bench, disk: Path, result: Result, number: int) -> None:
    book, filler = disk / f"{number}" / "book.xlsx", disk / "filler"
    book.parent.mkdir()
    book.write_bytes(bench.old)
    with filler.open("wb") as file:
        leave = bench.random.randrange(0, len(bench.old) + len(bench.new) + 16_384, 512)
        file.truncate(0)
        os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(disk).free - leave))
    said = bench.fork(book).outcome()
    _check_refused(bench, book, said, result, number)
    filler.unlink()
    bench.refresh(book)
    result.demand(bench.state(book) == "new", f"{number}: the next refresh gives other bytes")
    shutil.rmtree(book.parent)


def size_limits(bench: Bench, count: int) -> Result:
    """A process that may write files of a random size only (RLIMIT_FSIZE)."""
    result = Result("size limit", count)
    for number in range(count):
        book, limit = bench.fresh(), bench.random.randrange(0, int(1.3 * len(bench.new)))

        def bound(limit: int = limit) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        said = bench.fork(book, before=bound).outcome()
        _check_refused(bench, book, said, result, number)
    return result


def read_only_places(bench: Bench) -> Result:
    """Folders and files that may not be written, from the beginning, each as a user who is not root."""
    result = Result("read-only place", 0)
    shut: dict[str, Callable[[Path], None]] = {
        "folder": lambda book: book.parent.chmod(0o555),
        "file": lambda book: book.chmod(0o444),
        "backup folder": lambda book: (book.parent / "funnelbook-backup").mkdir(0o555),
        "folder of others, where only owners replace": _make_sticky,
        "file that may not be read": lambda book: book.chmod(0o200),
    }
    for place, shut_it in shut.items():
        book = bench.fresh()
        _give_away(book)
        shut_it(book)
        result.tried += 1
        said = bench.fork(book, before=_become_nobody).outcome()
        _check_refused(bench, book, said, result, result.tried)
        result.demand(said == "read_only", f"{place}: {said}")
    return result


def lost_permission(bench: Bench, count: int) -> Result:
    """The folder becomes read-only at a random moment; the file is whole, and the next refresh cleans up."""
    result = Result("permission lost", count)
    saving = bench.duration("save")
    for number in range(count):
        book = bench.fresh()
        _give_away(book)
        run = bench.fork(book, before=_become_nobody)
        run.wait_for("save" if number % 4 else "open")
        time.sleep(bench.random.uniform(0, saving))
        book.parent.chmod(0o555)
        said = run.outcome()
        book.parent.chmod(0o755)
        result.count(f"{said}, {bench.state(book)}")
        result.demand((said, bench.state(book)) in (("done", "new"), ("read_only", "old")), f"{number}: {said}, {bench.state(book)}")
        result.demand(bench.backups_are_whole(book), f"{number}: a backup is not the old file")
        bench.fork(book, before=_become_nobody).outcome()
        result.demand(bench.state(book) == "new", f"{number}: the next refresh gives other bytes")
        result.demand(not bench.strays(book), f"{number}: {bench.strays(book)} is left")
    return result


def _check_refused(bench: Bench, book: Path, said: str, result: Result, number: int) -> None:
    """Done and new, or refused and as it was, with nothing else left."""
    state = bench.state(book)
    result.count(f"{said}, {state}")
    result.demand((said, state) in (("done", "new"), ("read_only", "old")), f"{number}: {said}, {state}")
    result.demand(not bench.strays(book), f"{number}: {bench.strays(book)} is left")
    result.demand(said == "done" or not bench.backups(book), f"{number}: a refused refresh left a backup")


def _give_away(book: Path) -> None:
    if os.geteuid() == 0:
        for path in (book.parent, book):
            os.chown(path, NOBODY, NOBODY)


def _make_sticky(book: Path) -> None:
    """As in /tmp: everybody may make files, but only an owner replaces his own. As no root, there are no others' files."""
    if os.geteuid() == 0:
        os.chown(book, 0, 0)
        os.chown(book.parent, 0, 0)
        book.chmod(0o666)
        book.parent.chmod(0o1777)
    else:
        book.chmod(0o444)


def _become_nobody() -> None:
    if os.geteuid() == 0:
        codecs.lookup("ascii")  # loaded on first use, from a folder that may be closed to others than root
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _workbook(path: Path, leads: int) -> bytes:
    """A workbook of some leads and a follow-up for each."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Leads"
    sheet.append(_HEADERS)
    log = book.create_sheet("Follow-ups")
    log.append(("Lead ID", "Followed at", "Method", "Content", "Owner"))
    for number in range(1, leads + 1):
        phone = f"138{number:08}"
        sheet.append((f"L{number}", "Fair", "Ann", phone, f"Company {number}", "WMS", "50-80", "2024-07-01", "Bob", dt.date(2024, 6, 18)))
        log.append((f"L{number}", dt.date(2024, 6, 19), "phone", "first call", "Bob"))
    book.save(path)
    data = path.read_bytes()
    path.unlink()
    return data
