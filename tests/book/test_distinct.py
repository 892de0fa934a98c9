"""Cells told apart by their bytes."""

from __future__ import annotations

import random

import pytest

from funnelbook.book.distinct import Cells, cells_of
from funnelbook.errors import TooLargeError
from funnelbook.grid import CellRef


def _cells(rows: str) -> Cells | None:
    body = f"<sheetData>{rows}</sheetData>".encode()
    return cells_of(body, len("<sheetData>"), len(body) - len("</sheetData>"), "part")


def _found(rows: str) -> dict[str, str]:
    cells = _cells(rows)
    assert cells is not None
    texts = [cells.distinct[code].decode() for code in cells.codes]
    return {CellRef(row, column).a1: text for row, column, text in zip(cells.rows.tolist(), cells.columns.tolist(), texts, strict=True)}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("", {}),
        ('<row r="1"/><row r="7" spans="1:2"></row>', {}),
        ('<row r="1"><c r="A1" s="3"/><c r="B1"></c><c r="C1"> </c></row>', {}),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="Z1" t="s"><v>0</v></c></row>', {"A1": "><v>1</v>", "Z1": ' t="s"><v>0</v>'}),
        ('<row r="9"><c r="AA9"><v/></c></row>\n<row r="10"> <c r="XFD10"><f>1</f></c> </row>', {"AA9": "><v/>", "XFD10": "><f>1</f>"}),
        ('<row r="1048576"><c r="ZZZ1048576"><v>1</v></c></row>', {"ZZZ1048576": "><v>1</v>"}),
        ('<row r="2"><c r="b2"><v>1</v></c><c r="D02"><v>3</v></c></row>', {"B2": "><v>1</v>", "D2": "><v>3</v>"}),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">中</t></is></c></row>', {"A1": ' t="inlineStr"><is><t xml:space="preserve">中</t></is>'}),
    ],
)  # fmt: skip
def test_each_cell_that_holds_anything_stands_where_its_reference_says(rows: str, found: dict[str, str]) -> None:
    assert _found(rows) == found


def test_what_is_alike_is_there_once_however_long_it_is() -> None:
    texts = [
        "<v>1</v>",
        "<v>2</v>",
        f"<v>{'9' * 30}</v>",
        f"<is><t>{'x' * 200}</t></is>",
        f"<is><t>{'x' * 199}y</t></is>",
        "<v>12345678</v>",
    ]
    chance = random.Random(7)
    wanted = [chance.choice(texts) for _ in range(2_000)]
    rows = "".join(f'<row r="{n}"><c r="C{n}" s="1">{text}</c></row>' for n, text in enumerate(wanted, 1))
    cells = _cells(rows)
    assert cells is not None
    assert sorted(cells.distinct) == sorted(f' s="1">{text}'.encode() for text in texts)
    assert [cells.distinct[code].decode() for code in cells.codes] == [f' s="1">{text}' for text in wanted]


def test_cells_of_many_pieces_have_one_list_of_distinct_ones() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n % 3}</v></c></row>' for n in range(1, 150_000))
    assert len(rows) > 2**22
    cells = _cells(rows)
    assert cells is not None
    assert cells.distinct == [b"><v>1</v>", b"><v>2</v>", b"><v>0</v>"]
    assert cells.rows.tolist() == list(range(1, 150_000))
    assert cells.codes.tolist() == [(n - 1) % 3 for n in range(1, 150_000)]


def test_a_part_of_a_sheet_keeps_the_codes() -> None:
    cells = _cells('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>')
    assert cells is not None
    few = cells.within(2, 1)
    assert (few.rows.tolist(), few.columns.tolist(), few.codes.tolist()) == ([1, 2], [1, 1], [0, 1])


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c r="A1"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="2"><c r="A3"><v>1</v></c></row>',
        '<row r="12345678"/>',
        '<row r="1x"/>',
        '<row r="1"><c t="s" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f>A1>2</f></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row></c>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</v></c></row></row>',
        '<row r="1"><x:c r="A1"><v>1</v></x:c></row>',
        '<row r="1"><!-- <c r="A1"/> --></row>',
        '<row r="1"><c r="A1" s="1" s="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"s="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s=\'1\'><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="1><v>1</v></c><c r="B1" s="2"><v>1</v></c></row>',
        '<row r="1" ht="1" ht="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f t="shared" si="0>1</f><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><extLst/></c></row>',
    ],
)
def test_what_is_not_plain_is_left_to_a_parser(rows: str) -> None:
    assert _cells(rows) is None


@pytest.mark.parametrize("reference", ["", "1", "A", "NaN", "A0", "ABCD1", "A12345678", "$A$1", "A1:B1", "A1 "])
@pytest.mark.parametrize("empty", ["/>", "><v>1</v></c>"])
def test_an_unusual_reference_is_left_to_a_parser(reference: str, empty: str) -> None:
    assert _cells(f'<row r="1"><c r="{reference}"{empty}</row>') is None


def test_self_closed_rows_are_many_pieces_too() -> None:
    rows = "".join(f'<row r="{n}" ht="15"/>' for n in range(1, 250_000))
    assert len(rows) > 2**22
    cells = _cells(rows + '<row r="250000"><c r="B250000"><v>1</v></c></row>')
    assert cells is not None
    assert (cells.rows.tolist(), cells.columns.tolist(), cells.heads) == ([250_000], [2], {b' ht="15"/', b""})


@pytest.mark.thorough
def test_a_row_of_more_bytes_than_any_has_is_refused() -> None:
    with pytest.raises(TooLargeError):
        _cells('<row r="1">' + '<c r="A1"/>' * 6_500_000 + '</row><row r="2"/>')
