"""Nothing in a workbook is executed or fetched: no macro, no link, no network; and no text of a cell becomes a formula."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from .book.build import MAIN, RELATIONSHIPS
from .leadbook import BOOK, ML, SHEET, LeadBook
from .promise import kept
from .workbooks import lead

EVIL = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "=WEBSERVICE(A1)")


class Used(BaseException):
    """Something was opened or started; no handler may swallow it."""


def never(*_: object, **__: object) -> None:
    raise Used


def test_no_macro_runs_and_no_connection_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = LeadBook()
    book.types[BOOK] = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    book.part("xl/vbaProject.bin", b"Attribut\0e Auto_Open" * 9, "application/vnd.ms-office.vbaProject")
    book.relate(BOOK, "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin")
    outside = f'<externalLink xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><externalBook r:id="rId1"/></externalLink>'
    book.part("xl/externalLinks/externalLink1.xml", outside, f"{ML}externalLink+xml")
    book.relate("xl/externalLinks/externalLink1.xml", "externalLinkPath", "http://127.0.0.1:9/other.xlsx", "External")
    rel_id = book.relate(BOOK, "externalLink", "externalLinks/externalLink1.xml")
    book.book["externalReferences"] = f'<externalReferences><externalReference r:id="{rel_id}"/></externalReferences>'
    book.raw("P9", '<c r="P9"><f>[1]Sheet1!$A$1</f><v>3</v></c>')
    link = book.relate(SHEET, "hyperlink", "http://127.0.0.1:9/a", "External")
    book.sheet["hyperlinks"] = f'<hyperlinks><hyperlink ref="A2" r:id="{link}"/></hyperlinks>'
    for owner, name in ((socket.socket, "connect"), (socket, "getaddrinfo"), (socket, "create_connection"), (subprocess, "Popen")):
        monkeypatch.setattr(owner, name, never)
    found = kept(book.data(), tmp_path, ".xlsm")
    for name in ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/externalLinks/_rels/externalLink1.xml.rels"):
        assert found.after.read(name) == found.before.read(name)


def test_a_text_that_begins_like_a_formula_is_a_text_in_every_sheet_of_ours(tmp_path: Path) -> None:
    rows = [lead(text, 公司名称=text, 联系人=text, 负责人=text, 来源=text, 线索等级=text) for text in EVIL]
    found = kept(LeadBook(rows).data(), tmp_path)
    parts = [name for name in (*found.after.added, *found.after.names()) if "worksheets/sheet" in name and name.endswith(".xml")]
    formulas = [node.text or "" for name in parts for node in etree.fromstring(found.after.read(name)).iter(f"{{{MAIN}}}f")]
    assert formulas != []
    assert not [text for text in formulas if any(evil.lstrip("=") == text.lstrip("=") or text.startswith(evil) for evil in EVIL)]
    assert sum(found.after.read(name).count(b"=1+1") for name in parts) > 1
