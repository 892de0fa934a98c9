"""One sheet per table, each an Excel Table with drop-downs, as a tidy team keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

import steady

ROOM = 1000
"""Drop-downs reach down to this row, for the leads to come."""
Choices = Mapping[str, Sequence[str]]


def write(path: Path, author: str, sheets: Sequence[tuple[str, str, Sequence[Mapping[str, Any]]]], choices: Choices) -> None:
    """Sheets as (name, name of the Excel Table, rows by header); dates bear the format that their value needs."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"author": author, "created": steady.MADE})
        for name, table, rows in sheets:
            _sheet(book, name, table, rows, choices)


def _sheet(book: xlsxwriter.Workbook, name: str, table: str, rows: Sequence[Mapping[str, Any]], choices: Choices) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#4472C4", "align": "center", "valign": "vcenter"})
    formats = {code: book.add_format({"num_format": code}) for code in ("General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm")}
    headers = list(rows[0])
    for at, header in enumerate(headers):
        sheet.set_column(at, at, _width(header, rows))
        for number, row in enumerate(rows, start=1):
            _put(sheet, number, at, row[header], formats)
        if header in choices:
            sheet.data_validation(1, at, ROOM - 1, at, {"validate": "list", "source": list(choices[header])})
    columns = [{"header": header, "header_format": head} for header in headers]
    sheet.add_table(0, 0, len(rows), len(headers) - 1, {"name": table, "columns": columns, "style": "Table Style Medium 2"})
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _width(header: str, rows: Sequence[Mapping[str, Any]]) -> float:
    signs = [header + "  ", *(str(row[header])[:16] if isinstance(row[header], dt.date) else str(row[header] or "") for row in rows)]
    return min(34.0, max(sum(1.9 if sign > "\u2e80" else 1.05 for sign in text) for text in signs) + 2)


def _put(sheet: Any, row: int, column: int, value: Any, formats: Mapping[str, Any]) -> None:
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value, formats["yyyy-mm-dd hh:mm"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, formats["yyyy-mm-dd"])
    elif isinstance(value, str):
        sheet.write_string(row, column, value, formats["General"])
    elif value is not None:
        sheet.write_number(row, column, value, formats["General"])
