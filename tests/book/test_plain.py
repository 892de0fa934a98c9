"""The plain dialect, and every other put into it."""

from __future__ import annotations

import re

import pytest

from funnelbook.book.plain import plain_sheet, plain_strings
from funnelbook.book.xml import child
from funnelbook.errors import BrokenXmlError

from .build import COMPATIBILITY, HEAD, MAIN, STRICT, worksheet

ROWS = '<row r="2" hidden="1"><c r="B2" s="3"><v>1</v></c><c r="D2" t="inlineStr"><is><t>中 &amp;</t></is></c></row>'
MERGES = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
SAME = (
    b'<row r="2" hidden="1"><c r="B2" s="3"><v>1</v></c>'
    + '<c r="D2" t="inlineStr"><is><t xml:space="preserve">中 &amp;</t></is></c></row>'.encode()
)


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize(
    "rows",
    [ROWS, "", '<row r="1"/>', '<row r="1"><c r="A1"/></row>', '<row r="1"><c r="A1"><f>\'a b\'!A1</f></c></row>'],
)
def test_what_is_plain_stays_as_it_came(rows: str, bom: str) -> None:
    data = (bom + worksheet(rows, MERGES)).encode()
    sheet = plain_sheet(data, "part")
    assert sheet.body == worksheet(rows, MERGES).encode()
    assert sheet.body[sheet.start : sheet.end].decode() == rows
    assert child(sheet.rest, "mergeCells") is not None


def _prefixed(text: str) -> str:
    for name in ("worksheet", "sheetData", "row", "mergeCells", "mergeCell", "is", "c", "v", "t"):
        text = re.sub(f"<(/?){name}(?=[ >/])", f"<\\1x:{name}", text)
    return text.replace("xmlns=", "xmlns:x=")


SHEET = worksheet(ROWS, MERGES)
RICH = "<r><t>中</t></r><rPh><t>zh</t></rPh><r><t> &amp;</t></r>"


@pytest.mark.parametrize(
    "data",
    [
        _prefixed(SHEET).encode(),
        SHEET.replace(MAIN, STRICT).encode(),
        SHEET.replace("<c r=", "<!-- note --><c r=").encode(),
        SHEET.replace('"', "'").replace("&amp;", "<![CDATA[&]]>").encode(),
        SHEET.replace('<c r="D2" t="inlineStr">', '<c t="inlineStr" r="D2">').encode(),
        SHEET.replace(' s="3"', " s='3'").encode(),
        SHEET.replace('hidden="1"', 'hidden="true"').replace("<c", "<!----><c").encode(),
        SHEET.replace('<c r="B2"', f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice><c r="B2"').replace(
            '</c><c r="D2"', '</c></mc:Choice></mc:AlternateContent><c r="D2"').encode(),
        SHEET.replace("<t>中 &amp;</t>", RICH).replace("<v>", "<!-- --><v>").encode(),
    ],
    ids=["prefixed", "strict", "comment", "quotes and CDATA", "r later", "one quote", "true", "alternate", "rich"],
)  # fmt: skip
def test_other_dialects_come_out_plain(data: bytes) -> None:
    sheet = plain_sheet(data, "part")
    assert sheet.body[sheet.start : sheet.end] == SAME
    assert (sheet.cells.rows.tolist(), sheet.cells.columns.tolist()) == ([2, 2], [2, 4])
    assert child(sheet.rest, "mergeCells") is not None


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_other_encodings_come_out_plain(encoding: str) -> None:
    sheet = plain_sheet(SHEET.replace("UTF-8", encoding).encode(encoding), "part")
    assert sheet.body[sheet.start : sheet.end].decode() == ROWS


def test_rows_and_cells_without_a_reference_are_counted() -> None:
    rows = '<row><c><v>1</v></c></row><row r="5"><c r="C5"><v>2</v></c><c><v>3</v></c></row>'
    rows += "<row/><row><c><v>4</v></c></row>"
    sheet = plain_sheet(worksheet(rows).encode(), "part")
    body = sheet.body.decode()
    assert [f'<c r="{place}">' in body for place in ("A1", "C5", "D5", "A7")] == [True] * 4


def test_a_comment_behind_the_rows_can_not_pretend_to_be_their_end() -> None:
    sheet = plain_sheet(worksheet(ROWS, "<!-- </sheetData> -->").encode(), "part")
    assert sheet.body[sheet.start : sheet.end] == SAME


def test_formulas_keep_what_the_scan_looks_for() -> None:
    rows = '<row r="1"><!----><c r="A1" t="str"><f t="array" ref="A1:B2" ca="1">"a"&lt;B1</f><v>x</v></c></row>'
    sheet = plain_sheet(worksheet(rows).encode(), "part")
    assert b'<c r="A1" t="str"><f t="array" ref="A1:B2">"a"&lt;B1</f><v>x</v></c>' in sheet.body


def test_cells_that_no_worksheet_has_room_for_are_left_out() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><!-- --><c r="XFE1"><v>2</v></c></row><row r="1048577"><c r="A1048577"><v>3</v></c></row>'
    sheet = plain_sheet(worksheet(rows).encode(), "part")
    assert sheet.body[sheet.start : sheet.end] == b'<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "rows", ['<row r="1"><c r=""/></row>', '<row r="1"><c r="1"/></row>', '<row r="1"><c r="A1:B1"/></row>', '<row r="0"/>']
)
def test_what_stands_nowhere_is_refused(rows: str) -> None:
    with pytest.raises(BrokenXmlError):
        plain_sheet(worksheet(rows).encode(), "part")


@pytest.mark.parametrize("text", ["<worksheet", f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"></sheetData>', "<other/>"])
def test_broken_worksheets_are_named(text: str) -> None:
    with pytest.raises(BrokenXmlError) as caught:
        plain_sheet(text.encode(), "xl/s.xml")
    assert caught.value.facts["part"] == "xl/s.xml"


def test_shared_strings_stay_as_they_came_or_become_plain_texts() -> None:
    plain = f'{HEAD}<sst xmlns="{MAIN}"><si><t>a</t></si></sst>'.encode()
    assert plain_strings(plain, "part") is plain
    many = plain.replace(b"<sst ", b'<sst count="900000" uniqueCount="1" ')
    assert plain_strings(many, "part") is many
    assert b"Count" not in plain_strings(many.replace(b'uniqueCount="1"', b'uniqueCount="3630245664"'), "part")
    runs = "<x:r><x:t>a </x:t></x:r><x:r><x:t>&lt;b</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh>"
    rich = f'<x:sst xmlns:x="{STRICT}"><x:si>{runs}</x:si></x:sst>'
    assert b'<si><t xml:space="preserve">a &lt;b</t></si>' in plain_strings(rich.encode(), "part")
