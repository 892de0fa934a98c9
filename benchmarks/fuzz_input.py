"""One broken workbook: what it is made from, and whether editing or refreshing it loses anything."""

from __future__ import annotations

import datetime as dt
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mutate import Entry, mutated, unzipped

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from funnelbook import pipeline  # noqa: E402 - found from the line before
from funnelbook.book import Package, apply, read_grids  # noqa: E402
from funnelbook.edits import CF_MARKER, Edit, EditPlan, Highlight, Note, PutCell, PutColumn, PutSheet, Rule, Style, TakeOut  # noqa: E402
from funnelbook.errors import FunnelbookError  # noqa: E402
from funnelbook.grid import Grid, Range  # noqa: E402

AS_OF = dt.date(2024, 6, 20)
LARGEST = 120_000
"""Bytes of the workbooks that are broken: small ones, so that many are."""
WHOLE = 15
"""Each of so many inputs is refreshed as a whole, and is a workbook that holds leads."""
LEADS = ("0", "refreshed 0", "team")
MARKER, TITLE = "funnelbook was here", "fuzz 1"
STRAY_DOWN, STRAY_RIGHT = 10_000, 500


@dataclass(frozen=True)
class Outcome:
    """How an input ended: a kind to be counted, and for a failure what was seen."""

    kind: str
    detail: str = ""
    failed: bool = False


class LossError(AssertionError):
    """An edit that lost or changed something that it didn't name, or isn't there."""


class Bases:
    """The whole workbooks that are broken, by name."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._entries: dict[str, list[Entry]] = {name: unzipped(data) for name, data in files.items()}
        self._tables = [name for name in self._entries if name.startswith(LEADS)]

    @classmethod
    def found(cls, folder: Path | None = None) -> Bases:
        """Samples, refreshed samples, the tests' own workbooks, and those of a folder that are small zips."""
        from tests.book.build import workbook_parts, zipped
        from tests.book.team import package_of, refresh_plan, team_book

        files = {path.name: path.read_bytes() for path in sorted((ROOT / "samples").glob("*.xlsx"))}
        files |= {f"refreshed {name}": _refreshed_bytes(data) for name, data in files.items()}
        files["team"] = team_book()
        refreshed = package_of(team_book())
        apply(refresh_plan(), refreshed)
        files["team refreshed"] = refreshed.to_bytes()
        rows = "".join(
            f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c><c r="B{r}" s="1"><v>{r}</v></c><c r="D{r}"><f>B{r}*2</f></c></row>'
            for r in range(1, 9)
        )
        files["built"] = zipped(
            workbook_parts(
                {"a": rows, "b": "<row><c><v>1</v></c></row>"}, strings=["x", "y"], names='<definedName name="n">a!$A$1</definedName>'
            )
        )
        for path in sorted(folder.glob("*.xls[xm]")) if folder else ():
            try:
                Package.open(path, allow_protected=True)
            except FunnelbookError:
                continue
            files[path.name] = path.read_bytes()
        return cls({name: data for name, data in files.items() if len(data) <= LARGEST})

    def entries(self, name: str) -> list[Entry]:
        """The parts of one of the workbooks; KeyError where there is none of that name."""
        return self._entries[name]

    def broken(self, seed: int, number: int) -> tuple[str, bytes, list[str]]:
        """Input of a number: what it was made from, its bytes, what was done to it."""
        chance = random.Random(f"{seed}:{number}")
        name = chance.choice(sorted(self._entries) if number % WHOLE else self._tables)
        return name, *mutated(self._entries[name], chance)


def _refreshed_bytes(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(data)
        pipeline.refresh(path, as_of=AS_OF, keep_backup=False)
        return path.read_bytes()


def play(data: bytes, folder: Path, number: int) -> Outcome:
    """Edits or, if its number says so, refreshes a workbook; raises LossError, and whatever else is a defect."""
    source, target = folder / "in.xlsx", folder / "out.xlsx"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    try:
        outcome = _edited(source, target, random.Random(number)) if number % WHOLE else _refreshed(source, target)
    except FunnelbookError as error:
        if source.read_bytes() != data or target.exists():
            raise LossError(f"refused as {error.code}, and yet something was written") from error
        outcome = Outcome(f"refused: {error.code}")
    left = {path.name for path in folder.iterdir()} - {source.name, target.name}
    if left or source.read_bytes() != data:
        raise LossError(f"left {left}, or changed the source")
    return outcome


def _edited(source: Path, target: Path, chance: random.Random) -> Outcome:
    package = Package.open(source, allow_protected=True)
    before = read_grids(package)
    sheets = [entry for entry in package.sheets() if entry.kind == "worksheet" and entry.part is not None]
    if not sheets:
        return Outcome("opened, no worksheet")
    cell = PutCell(chance.choice(sheets).name, chance.randrange(1, 40), chance.randrange(1, 90), MARKER, Style(fill="FFFF00"))
    plan = EditPlan([cell, PutSheet(TITLE, [["a", 1], ["b", 2.5]]), *(_column(cell.sheet) if chance.random() < 0.5 else ())])
    try:
        apply(plan, package)
    except FunnelbookError:
        if package.changed or package.added or package.dropped:
            raise LossError("refused and yet changed") from None
        raise
    package.save(target)
    after = Package.open(target, allow_protected=True)
    _check_parts(package.as_opened(), after, package.changed | package.dropped)
    _check_values(before, read_grids(after), plan)
    return Outcome("edited")


def _column(sheet: str) -> list[Edit]:
    """A column far to the right with all that may come with it."""
    head = Style(bold=True)
    put = PutColumn(sheet, 120, 4, "Issues", 5, ["a", None, 3, True, " x "], "leads.1.issues", Style(), head, 12)
    rule = Rule(Range(5, 120, 9, 120), f"AND({CF_MARKER},DP5<>0)", Style(fill="FFC7CE"))
    return [TakeOut(("summary",), (head, Style())), put, Highlight(sheet, rule), Note(sheet, 5, 120, "look here")]


def _check_parts(before: Package, after: Package, named: frozenset[str]) -> None:
    for name in before.names():
        if name not in named and (name not in after or after.read(name) != before.read(name)):
            raise LossError(f"part {name} is other")


def _check_values(before: list[Grid], after: list[Grid], plan: EditPlan) -> None:
    """Everything that was read is read again, and what the plan says besides."""
    cell = next(edit for edit in plan if isinstance(edit, PutCell))
    columns = [edit for edit in plan if isinstance(edit, PutColumn)]
    there = {grid.sheet: grid for grid in after}
    if there[cell.sheet].value(cell.row, cell.column) != MARKER:
        raise LossError("the cell is not there")
    if [there[TITLE].value(row, column) for row in (1, 2) for column in (1, 2)] != ["a", 1, "b", 2.5]:
        raise LossError("the sheet is not there")
    for put in columns:
        if [there[put.sheet].value(row, put.column) for row in range(4, 10)] != [put.header, "a", None, 3, "TRUE", " x "]:
            raise LossError("the column is not there")
    taken = bool(columns)
    for grid in before:
        if grid.sheet not in there:
            if taken and grid.own_sheet == "summary":
                continue
            raise LossError(f"the sheet {grid.sheet!r} is gone")
        mine = _mine(grid, cell, columns, taken)
        _check_grid(grid, there[grid.sheet], mine)


def _mine(grid: Grid, cell: PutCell, columns: list[PutColumn], taken: bool) -> Callable[[int, int], bool]:
    """Whether a cell is one that the plan writes or takes out."""
    puts = [Range(cell.row, cell.column, cell.row, cell.column)] if cell.sheet == grid.sheet else []
    puts += [put.range for put in columns if put.sheet == grid.sheet]
    puts += [own.range for own in grid.own_columns] if taken else []
    return lambda row, column: any(area.top <= row <= area.bottom and area.left <= column <= area.right for area in puts)


def _check_grid(before: Grid, after: Grid, mine: Callable[[int, int], bool]) -> None:
    """What lies far beyond the rest may be left out once the sheet is wider: see read_grids."""
    for column, values in enumerate(before.columns, 1):
        other = after.columns[column - 1] if column <= after.width else values[:0]
        found = np.full(len(values), None, dtype=object)
        found[: len(other)] = other[: len(values)]
        for row in np.flatnonzero(values != found) + 1:
            one, now = values[row - 1], found[row - 1]
            stray = row > after.height + STRAY_DOWN or column > after.width + STRAY_RIGHT
            if not (one != one and now != now) and not mine(int(row), column) and not stray:
                raise LossError(f"{before.sheet!r} row {row} column {column}: {one!r} is {now!r}"[:200])
    for place, error in before.errors.items():
        if after.errors.get(place) != error and not mine(place.row, place.column):
            raise LossError(f"the error at {place.a1} is gone")


def _refreshed(source: Path, target: Path) -> Outcome:
    """The whole way, and again on what came out, which changes nothing."""
    report = pipeline.refresh(source, target, as_of=AS_OF, allow_protected=True)
    before, after = Package.open(source, allow_protected=True), Package.open(target, allow_protected=True)
    _check_parts(before, after, frozenset(report.changed_parts))
    for _ in range(2):  # parts of ours that were broken may take two rounds until they have their names again
        again = pipeline.refresh(target, as_of=AS_OF, allow_protected=True, keep_backup=False)
    if again.replaced:
        raise LossError(f"a third refresh changes {again.changed_parts} and adds {again.added_parts}")
    there = {grid.sheet: grid for grid in read_grids(after)}
    for grid in read_grids(before):
        if grid.own_sheet is None and grid.sheet in there and not grid.own_columns:
            written = [area for edit in report.plan or () for area in edit.areas() if area.startswith(f"{grid.sheet}!")]
            areas = [Range.parse(area[len(grid.sheet) + 1 :]) for area in written]
            _check_grid(
                grid,
                there[grid.sheet],
                lambda row, column, areas=areas: any(a.top <= row <= a.bottom and a.left <= column <= a.right for a in areas),
            )
    return Outcome("refreshed")
