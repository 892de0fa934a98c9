"""EditPlan and its few kinds of Edit: what is to be written into a workbook, as values that can be printed and compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .grid import CellRef, Range, letters

NAME_PREFIX = "_funnelbook."
"""Hidden defined names that begin so mark columns and sheets as ours (DESIGN: "Ours is marked")."""
INPUT_MARK = "input."
"""Marks that begin so name input columns, which are the user's once anything is typed in them."""
NOTE_AUTHOR = "funnelbook"
CF_MARKER = 'N("funnelbook")=0'
"""True in every spreadsheet program; a conditional format that holds it is ours."""


@dataclass(frozen=True)
class Style:
    """How a cell looks; None leaves what the workbook has. Colours are RRGGBB."""

    fill: str | None = None
    color: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    size: float | None = None
    font: str | None = None
    number_format: str | None = None
    horizontal: str | None = None
    vertical: str | None = None
    wrap: bool | None = None
    indent: int | None = None
    border: str | None = None
    """Colour of a thin line on all four sides."""
    border_bottom: str | None = None
    """Colour of a thin line below."""


@dataclass(frozen=True)
class Formula:
    """A formula without its "=", with the value that a viewer shows before anything is recalculated."""

    text: str
    cached: str | float | int | bool | None = None


@dataclass(frozen=True)
class Link:
    """A text that leads to a place in the workbook, such as "'Leads'!D7"."""

    text: str
    target: str


Value = str | int | float | bool | dt.date | dt.datetime | Formula | Link | None


@dataclass(frozen=True)
class Cell:
    """A value with its look, in a sheet of ours."""

    value: Value = None
    style: Style | None = None


@dataclass(frozen=True)
class Validation:
    """A rule for what may be typed: kind "list" (choices or source), "date", "decimal", "whole" or "custom"."""

    range: Range
    kind: str
    choices: tuple[str, ...] = ()
    source: str | None = None
    """Reference or formula: the list's source, or the condition of a custom rule."""
    low: str | None = None
    high: str | None = None
    title: str = ""
    prompt: str = ""
    error: str = ""
    strict: bool = False
    """Refuse other values (stop) instead of warning."""


@dataclass(frozen=True)
class Rule:
    """A conditional format: the look of the cells of *range* where *formula*, relative to its first cell, is true."""

    range: Range
    formula: str
    style: Style


@dataclass(frozen=True)
class Series:
    """One data series of a chart; the ranges lie on the sheet that the chart names."""

    name: str
    values: Range
    color: str | None = None


@dataclass(frozen=True)
class Chart:
    """A native chart: kind "bar" (horizontal), "column", "line", "stacked" (columns on each other) or "pie"."""

    kind: str
    title: str
    categories: Range
    series: tuple[Series, ...]
    anchor: CellRef
    width: int
    """Pixels at 96 dpi."""
    height: int
    source: str | None = None
    """Sheet of the ranges; None for the chart's own sheet."""
    number_format: str | None = None
    labels: bool = False
    legend: bool = False


@dataclass(frozen=True, eq=False)
class BulkColumn:
    """Many values below each other, written without a Python object per cell where they repeat."""

    values: Sequence[Value]
    style: Style | None = None


@dataclass(frozen=True)
class PutCell:
    """One cell of any sheet gets a value; its look is kept where the style says nothing."""

    sheet: str
    row: int
    column: int
    value: Value
    style: Style | None = None

    def areas(self) -> list[str]:
        return [f"{self.sheet}!{CellRef(self.row, self.column).a1}"]


@dataclass(frozen=True, eq=False)
class PutColumn:
    """A column beside a user's table: its header and one value per row from *first_row* on.

    Empty cells of the user's that bear a format keep it. A cell that holds something not ours makes the edit unsafe.
    """

    sheet: str
    column: int
    header_row: int
    header: str
    first_row: int
    values: Sequence[Value]
    mark: str | None
    """Hidden name without prefix, such as "leads.1.score", or "input.1.fit" of an input column; None leaves the column unmarked."""
    style: Style = Style()
    header_style: Style = Style()
    width: float | None = None

    @property
    def range(self) -> Range:
        return Range(self.header_row, self.column, max(self.header_row, self.first_row + len(self.values) - 1), self.column)

    def areas(self) -> list[str]:
        return [f"{self.sheet}!{self.range.a1}"]


@dataclass(frozen=True)
class WidenTable:
    """An Excel Table takes in the columns directly right of it; their names are the texts of the header cells."""

    sheet: str
    table: str
    columns: tuple[str, ...]
    """Names of the added columns, left to right."""
    strip: Range | None = None
    """What the table takes in, where it reaches further down than our columns."""

    def areas(self) -> list[str]:
        return [] if self.strip is None else [f"{self.sheet}!{self.strip.a1}"]


@dataclass(frozen=True)
class WidenFilter:
    """The sheet's AutoFilter, its _FilterDatabase name and its sort state take in the columns up to *right*."""

    sheet: str
    right: int

    def areas(self) -> list[str]:
        return []


@dataclass(frozen=True)
class Highlight:
    """A conditional format on a user's sheet; its formula holds the marker."""

    sheet: str
    rule: Rule

    def areas(self) -> list[str]:
        return []


@dataclass(frozen=True)
class Note:
    """A hover note by the author funnelbook."""

    sheet: str
    row: int
    column: int
    text: str

    def areas(self) -> list[str]:
        return []


@dataclass(frozen=True)
class Validate:
    """A drop-down or an input rule on a user's sheet (for the input columns that a table lacked), unless a cell there has one."""

    sheet: str
    validation: Validation

    def areas(self) -> list[str]:
        return []


@dataclass(frozen=True, eq=False)
class PutSheet:
    """A whole sheet of ours at the end of the workbook; of an existing one of ours with this title it takes the place."""

    title: str
    rows: Sequence[Sequence[Value | Cell]] = ()
    mark: str | None = None
    """Role for the hidden name ``_funnelbook.sheet.<mark>``; None leaves it unmarked."""
    bulk_row: int = 0
    """Sheet row on which the bulk columns begin; they stand from column 1 on."""
    bulk: tuple[BulkColumn, ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    typed: Mapping[int, Style] = field(default_factory=dict)
    """Columns that people type in, with the look of what they type: that of the column, and of its empty cells in *rows*."""
    heights: Mapping[int, float] = field(default_factory=dict)
    merges: tuple[Range, ...] = ()
    freeze: CellRef | None = None
    """First cell that scrolls."""
    filter: Range | None = None
    tables: tuple[ExcelTableSpec, ...] = ()
    rules: tuple[Rule, ...] = ()
    validations: tuple[Validation, ...] = ()
    charts: tuple[Chart, ...] = ()
    gridlines: bool = True
    tab_color: str | None = None
    landscape: bool = False
    print_rows: tuple[int, int] | None = None
    """Rows repeated on each printed page."""
    print_area: Range | None = None
    """What is printed; None prints everything."""
    scale: int | None = None
    """Printed size in percent; None fits the width of a page. Only with a scale do Excel's *breaks* count."""
    breaks: tuple[int, ...] = ()
    """Rows after which a printed page ends."""
    zoom: int = 100

    def areas(self) -> list[str]:
        return []


@dataclass(frozen=True)
class ExcelTableSpec:
    """An Excel Table on a sheet of ours; its header texts stand in the sheet's rows."""

    name: str
    range: Range
    style: str = "TableStyleLight1"


@dataclass(frozen=True)
class TakeOut:
    """Everything that earlier refreshes left, as marked: columns, highlights, notes, names, and the sheets of *sheets*.

    Cells whose look is one of *looks* go altogether; others stay as empty cells of the user's format. Notes of ours whose text the user
    changed stay and become the user's. A column that a PutColumn of the same plan writes again in its place stays in its Excel Table.
    """

    sheets: tuple[str, ...] = ()
    """Roles of the own sheets to take out, such as "summary"."""
    looks: tuple[Style, ...] = ()
    inputs: tuple[str, ...] = ()
    """Marks of the input columns that go as well; others stay, with their marks."""
    notes: tuple[tuple[str, CellRef], ...] = ()
    """Sheets and cells of notes that are ours although another program has lost their author."""
    rules: tuple[Validation, ...] = ()
    """Drop-downs and input rules that go with the columns, wherever they stand there; any other is the user's."""

    def areas(self) -> list[str]:
        return []


Edit = PutCell | PutColumn | WidenTable | WidenFilter | Highlight | Note | Validate | PutSheet | TakeOut


@dataclass(frozen=True, eq=False)
class EditPlan:
    """The complete ordered list of edits of one refresh."""

    edits: Sequence[Edit] = ()

    def __iter__(self) -> Iterator[Edit]:
        return iter(self.edits)

    def __len__(self) -> int:
        return len(self.edits)

    def areas(self) -> list[str]:
        """Every range of user's sheets in which cells are written, as "Sheet!L3:X120"."""
        return [area for edit in self.edits for area in edit.areas()]

    def lines(self, texts: bool = True) -> list[str]:
        """One line per edit, the same for the same plan; without *texts* notes and cells don't say what they hold."""
        return [_line(edit, texts) for edit in self.edits]


def _line(edit: Edit, texts: bool) -> str:
    match edit:
        case PutCell():
            return f"cell {edit.areas()[0]}" + (f" = {_shown(edit.value)}" if texts else "")
        case PutColumn():
            filled = sum(value is not None for value in edit.values)
            return f"column {edit.areas()[0]} {edit.header!r}: {filled} values"
        case WidenTable():
            return f"table {edit.sheet}: {edit.table} + {len(edit.columns)} columns"
        case WidenFilter():
            return f"filter {edit.sheet}: to column {letters(edit.right)}"
        case Highlight():
            return f"highlight {edit.sheet}!{edit.rule.range.a1}: {edit.rule.formula}"
        case Note():
            return f"note {edit.sheet}!{CellRef(edit.row, edit.column).a1}" + (f": {edit.text!r}" if texts else "")
        case Validate():
            return f"validation {edit.sheet}!{edit.validation.range.a1}: {edit.validation.kind}"
        case PutSheet():
            height = max(len(edit.rows), edit.bulk_row - 1 + len(edit.bulk[0].values) if edit.bulk else 0)
            return f"sheet {edit.title}: {height} rows, {len(edit.charts)} charts"
        case TakeOut():
            return f"take out: columns, highlights, notes; sheets {', '.join(edit.sheets) or '-'}"


def _shown(value: Value) -> str:
    return f"={value.text} -> {value.cached!r}" if isinstance(value, Formula) else repr(value.text if isinstance(value, Link) else value)
