"""Saves an openpyxl workbook so that the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

from openpyxl import Workbook

MADE = dt.datetime(2024, 6, 20, 9, 0)
"""When every sample says that it was made."""
_STAMP = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def save(book: Workbook, path: Path, author: str) -> None:
    """Writes *book* to *path*; openpyxl puts the time of saving into the zip and the properties, this takes it out."""
    book.properties.creator = author
    book.properties.created = MADE
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = _STAMP.sub(rb"\g<1>" + f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode(), source.read(entry))
            steady = zipfile.ZipInfo(entry.filename, MADE.timetuple()[:6])
            steady.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(steady, content)
