"""Board: the cells, merges and charts of one sheet while it is laid out section by section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..edits import Cell, Chart, Style, Value
from ..grid import Range


@dataclass
class Board:
    """A sheet in the making; rows and columns count from 1."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    sections: list[int] = field(default_factory=list)
    """First rows of the sections, which a printed page shouldn't cut."""

    def breaks(self, last: int, points: float, row_points: float, repeated: int) -> tuple[int, ...]:
        """Rows after which a printed page ends, so that pages of so many points hold whole sections; the first rows are repeated."""

        def height(start: int, end: int) -> float:
            return sum(self.heights.get(row, row_points) for row in range(start, end))

        found: list[int] = []
        room = points - height(1, self.sections[0] if self.sections else last)
        for start, end in zip(self.sections, [*self.sections[1:], last], strict=True):
            if height(start, end) > room:
                found.append(start - 1)
                room = points - height(1, repeated + 1)
            room -= height(start, end)
        return tuple(found)

    def put(self, row: int, column: int, value: Value, style: Style | None = None, across: int = 1) -> None:
        """A value; over several columns the cells are merged and all bear the look."""
        self.cells[row, column] = Cell(value, style)
        for beside in range(column + 1, column + across):
            self.cells[row, beside] = Cell(None, style)
        if across > 1:
            self.merges.append(Range(row, column, row, column + across - 1))

    def line(self, row: int, column: int, values: Sequence[Value], styles: Sequence[Style]) -> None:
        """Values beside each other."""
        for offset, (value, style) in enumerate(zip(values, styles, strict=True)):
            self.put(row, column + offset, value, style)

    def rows(self) -> list[list[Value | Cell]]:
        """The cells as the rows of a PutSheet."""
        height = max((row for row, _ in self.cells), default=0)
        rows: list[list[Value | Cell]] = [[] for _ in range(height)]
        for row, column in sorted(self.cells):
            line = rows[row - 1]
            line.extend([None] * (column - 1 - len(line)))
            line.append(self.cells[row, column])
        return rows
