"""PutSheet as a sheet: openpyxl builds the frame (views, widths, tables, print set-up, charts), we the cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet as OpenpyxlSheet
from openpyxl.writer.excel import ExcelWriter

from ..edits import Cell, ExcelTableSpec, Formula, Link, PutSheet, Style, Value
from ..errors import UnsafeEditError
from ..grid import MAX_ROW, Range, letters
from . import charts, columns, highlights, links, validations
from .elements import add, new
from .fresh import Fresh, Strip
from .names import WORKSHEET_ORDER
from .packing import Packed, Packing
from .splice import Splicer
from .styles import Styles
from .xml import child, insert_in_order, serialise

A4 = 9
TEXT = "@"
"""The number format of text."""
MARGIN = 0.5
"""Inches of white around a printed page."""


def frames(sheets: Sequence[PutSheet]) -> bytes:
    """One workbook with the frames of all sheets, without their cells."""
    book = openpyxl.Workbook()
    if book.active is not None:
        book.remove(book.active)
    values = {sheet.title: sheet for sheet in sheets}

    def shown(title: str, row: int, column: int) -> Value:
        return _shown(values[title], row, column) if title in values else None

    for sheet in sheets:
        frame = book.create_sheet(sheet.title)
        _view(frame, sheet)
        _print(frame, sheet)
        _furnish(frame, sheet)
        for chart in sheet.charts:
            frame.add_chart(charts.build(chart, sheet.title, shown))
    stream = io.BytesIO()
    _Writer(book, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)).save()
    return stream.getvalue()


class _Writer(ExcelWriter):
    """Writes without temporary files of openpyxl's, which a full disk cuts short and a kill leaves behind."""

    _archive: zipfile.ZipFile

    def write_worksheet(self, ws: Any) -> None:
        """As the overridden, but for where the part is written."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        part = io.BytesIO()
        writer: Any = WorksheetWriter(ws, part)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], part.getvalue())
        self.manifest.append(ws)


@dataclass(frozen=True)
class Cells:
    """The cells of a sheet as its rows are written."""

    rows: Packing
    bounds: Range
    links: list[tuple[str, str]]
    formulas: frozenset[str]


def cells(sheet: PutSheet, styles: Styles, date1904: bool) -> Cells:
    """Writes the rows of a sheet; UnsafeEditError for values that no cell can hold."""
    fresh = Fresh(sheet.title, styles, date1904)
    _fill(fresh, sheet)
    heights = (f'<row r="{row}" ht="{height:g}" customHeight="1"/>' for row, height in sorted(sheet.heights.items()))
    empty = "".join(heights).encode()
    rows = Packing(Splicer(fresh, Strip(sheet.title), lambda _: 0).run(empty, 0, len(empty)))
    return Cells(rows, fresh.bounds() or Range(1, 1, 1, 1), fresh.links(), frozenset(fresh.formulas()))


def finish(root: etree._Element, sheet: PutSheet, cells: Cells, styles: Styles) -> Packed:
    """The sheet part: the frame with its cells, rules, validations and links."""
    data, dimension = child(root, "sheetData"), child(root, "dimension")
    if data is not None:
        data.clear()
    if dimension is not None:
        dimension.set("ref", cells.bounds.a1)
    _merge(root, sheet.merges)
    for column, style in sheet.typed.items():
        columns.dress(root, column, styles.index(style))
    _leave_texts(root, [column for column, style in sheet.typed.items() if style.number_format == TEXT])
    for rule in sheet.rules:
        highlights.add(root, rule, styles, marked=False)
    for validation in sheet.validations:
        validations.add(root, validation, sheet.title)
    if cells.links:
        links.make_room(root)
    head, _, tail = serialise(root).partition(b"<sheetData/>")
    tail = b"</sheetData>" + tail.replace(links.ROOM, links.written(cells.links), 1)
    return cells.rows.between(head + b"<sheetData>", tail)


def _merge(root: etree._Element, areas: Sequence[Range]) -> None:
    """Writes the merged ranges (18.3.1.55); openpyxl would compare each with all others and list them in any order."""
    if areas:
        node = new(root, "mergeCells", {"count": str(len(areas))})
        for area in areas:
            add(node, "mergeCell", {"ref": area.a1})
        insert_in_order(root, node, WORKSHEET_ORDER)


def _leave_texts(root: etree._Element, columns: Sequence[int]) -> None:
    """Has Excel leave numbers alone that stand as text in columns meant for it, rather than offer to convert them (18.3.1.50)."""
    if columns:
        node = new(root, "ignoredErrors")
        places = " ".join(Range(1, column, MAX_ROW, column).a1 for column in columns)
        add(node, "ignoredError", {"sqref": places, "numberStoredAsText": "1"})
        insert_in_order(root, node, WORKSHEET_ORDER)


def _fill(fresh: Fresh, sheet: PutSheet) -> None:
    for number, row in enumerate(sheet.rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, Cell):
                fresh.single(number, column, value.value, value.style or Style(), column in sheet.typed)
            elif value is not None:
                fresh.single(number, column, value, Style())
    for column, bulk in enumerate(sheet.bulk, 1):
        fresh.values(sheet.bulk_row, column, bulk.values, bulk.style or Style(), False)


def header_texts(sheet: PutSheet, table: ExcelTableSpec) -> set[str]:
    """Names of the columns of an Excel Table of the sheet."""
    area = table.range
    return {str(_shown(sheet, area.top, column)) for column in range(area.left, area.right + 1)}


def _shown(sheet: PutSheet, row: int, column: int) -> Value:
    """What a cell of the sheet shows before anything is recalculated."""
    value: Value | Cell = None
    if row <= len(sheet.rows) and column <= len(sheet.rows[row - 1]):
        value = sheet.rows[row - 1][column - 1]
    elif column <= len(sheet.bulk) and 0 <= row - sheet.bulk_row < len(sheet.bulk[column - 1].values):
        value = sheet.bulk[column - 1].values[row - sheet.bulk_row]
    if isinstance(value, Cell):
        value = value.value
    if isinstance(value, Formula):
        return value.cached
    return value.text if isinstance(value, Link) else value


def _view(frame: OpenpyxlSheet, sheet: PutSheet) -> None:
    frame.sheet_view.showGridLines = sheet.gridlines
    frame.sheet_view.zoomScale = sheet.zoom
    frame.sheet_view.tabSelected = False
    if sheet.freeze:
        frame.freeze_panes = sheet.freeze.a1
    if sheet.tab_color:
        frame.sheet_properties.tabColor = "FF" + sheet.tab_color
    for column, width in sorted(sheet.widths.items()):
        frame.column_dimensions[letters(column)].width = width


def _print(frame: OpenpyxlSheet, sheet: PutSheet) -> None:
    frame.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=sheet.scale is None)
    frame.page_setup.paperSize = A4
    frame.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    if sheet.scale is None:
        frame.page_setup.fitToWidth, frame.page_setup.fitToHeight = 1, 0
    else:
        frame.page_setup.scale = sheet.scale
    for row in sheet.breaks:
        frame.row_breaks.append(Break(id=row))
    frame.page_margins = PageMargins(left=MARGIN, right=MARGIN, top=MARGIN, bottom=MARGIN + 0.2, header=0.3, footer=0.3)
    if frame.oddFooter is not None:
        frame.oddFooter.center.text = "&P / &N"
    if sheet.print_rows:
        frame.print_title_rows = f"{sheet.print_rows[0]}:{sheet.print_rows[1]}"
    if sheet.print_area:
        frame.print_area = sheet.print_area.a1


def _furnish(frame: OpenpyxlSheet, sheet: PutSheet) -> None:
    if sheet.filter:
        frame.auto_filter.ref = sheet.filter.a1
    for spec in sheet.tables:
        table = Table(displayName=spec.name, name=spec.name, ref=spec.range.a1)
        table.tableStyleInfo = TableStyleInfo(name=spec.style, showRowStripes=True)
        table._initialise_columns()  # type: ignore[attr-defined]  # openpyxl names columns by cells, which come later
        for column, number in zip(table.tableColumns, range(spec.range.left, spec.range.right + 1), strict=True):
            header = _shown(sheet, spec.range.top, number)
            if not isinstance(header, str) or not header:
                raise UnsafeEditError(sheet=sheet.title, place=spec.range.a1, reason="table_header")
            column.name = header
        frame.add_table(table)
