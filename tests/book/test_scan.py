"""What a search of the bytes finds in a worksheet."""

from __future__ import annotations

import pytest

from funnelbook.book.plain import plain_sheet
from funnelbook.book.scan import Scan, scan
from funnelbook.grid import CellRef, Range

from .build import worksheet


def _scan(rows: str, formats: tuple[int, ...] = ()) -> Scan:
    return scan(plain_sheet(worksheet(rows).encode(), "part"), formats)


def _rows(found: object) -> dict[int, list[int]]:
    assert isinstance(found, dict)
    return {column: list(map(int, rows)) for column, rows in found.items()}


def _row(*cells: str, number: int = 1) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ('<c r="B1" t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c r="B1" s="4" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="B1" t="e" cm="1"><f t="array" ref="B1">x</f><v>#N/A</v></c>', "#N/A"),
        ('<c r="B1" t="e" s="2"/>', None),
        ('<c r="B1" t="inlineStr"><is><t>t="e" &lt;v></t></is></c>', None),
        ('<c r="B1" t="str"><f>"t=""e"""</f><v> t="e"</v></c>', None),
    ],
)
def test_error_cells_are_found_and_what_looks_like_them_is_not(cell: str, error: str | None) -> None:
    after = '<c r="C1" t="str"><v>next</v></c>'
    assert _scan(_row(cell, after)).errors == ({} if error is None else {CellRef(1, 2): error})


@pytest.mark.parametrize(
    ("cell", "formula", "uncached"),
    [
        ("<f>A1+1</f><v>2</v>", True, False),
        ("<f>A1+1</f><v></v>", True, True),
        ("<f>A1+1</f><v/>", True, True),
        ("<f>A1+1</f>", True, True),
        ("<f>A1>1</f>", True, True),
        ('<f t="shared" si="0"/>', True, True),
        ('<f t="shared" si="0"/><v>3</v>', True, False),
        ('<f t="array" ref="A1">A1>B1</f><v>1</v>', True, False),
        ("<f/>", True, True),
        ("<v>2</v>", False, False),
        ("", False, False),
    ],
)
def test_formulas_and_those_without_a_cached_value_are_found(cell: str, formula: bool, uncached: bool) -> None:
    found = _scan(_row('<c r="A1"><v>1</v></c>', f'<c r="AB1">{cell}</c>', '<c r="AC1"><v>9</v></c>'))
    assert _rows(found.formulas) == ({28: [1]} if formula else {})
    assert _rows(found.uncached) == ({28: [1]} if uncached else {})


@pytest.mark.parametrize("value", ["<v></v>", "<v/>"])
def test_the_cached_value_of_a_formula_may_be_the_empty_text(value: str) -> None:
    found = _scan(_row(f'<c r="A1" t="str"><f>""</f>{value}</c>'))
    assert (_rows(found.formulas), _rows(found.uncached)) == ({1: [1]}, {})


def test_cells_with_the_formats_asked_for_are_found() -> None:
    cells = '<c r="A{0}" s="2"><v>1</v></c><c r="B{0}" s="12"><v>1</v></c><c r="C{0}" t="n" s="3"><v>1</v></c>'
    found = _scan("".join(_row(cells.format(n), number=n) for n in range(1, 13)), (2, 3))
    assert _rows(found.formatted) == {1: list(range(1, 13)), 3: list(range(1, 13))}


def test_hidden_rows_are_found() -> None:
    rows = '<row r="1" hidden="1"/><row r="2" ht="20" hidden="0"/><row r="30" ht="0" customHeight="1" hidden="true"/>'
    assert _scan(rows).hidden_rows == {1, 30}


def test_ranges_that_one_formula_fills_are_found() -> None:
    cells = [
        '<c r="A1"><f t="array" ref="A1:A3">x</f><v>1</v></c>',
        '<c r="B1" cm="1"><f t="array" aca="1" ref="B1">x</f><v>1</v></c>',
        '<c r="C1"><f t="dataTable" ref="C1:D2" dt2D="1"/><v>1</v></c>',
        '<c r="E1"><f t="shared" ref="E1:E9" si="0">x</f><v>1</v></c>',
    ]
    assert _scan(_row(*cells)).spreads == (Range(1, 1, 3, 1), Range(1, 3, 2, 4))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B1" t="e"><f>-a</f><v>#NAME?</v></c>', "-a"),
        ('<c r="B1"><f>1+1</f></c>', "1+1"),
        ('<c r="B1"><f>IF(1&lt;2,3)</f></c>', "IF(1<2,3)"),
        ('<c r="B1"><f>1+1</f><v>2</v></c>', None),
        ('<c r="B1" t="str"><f>""</f><v></v></c>', None),
    ],
)
def test_formulas_without_a_usable_value_are_told_where_asked_for(cell: str, text: str | None) -> None:
    sheet = plain_sheet(worksheet(_row(cell)).encode(), "part")
    assert scan(sheet, (), with_texts=True).unvalued == ({} if text is None else {CellRef(1, 2): text})
    assert scan(sheet, ()).unvalued == {}


def test_a_formula_of_damaged_signs_is_no_crash() -> None:
    damaged = worksheet(_row('<c r="B1"><f>~</f></c>')).encode().replace(b"~", b"\xa6")
    assert scan(plain_sheet(damaged, "part"), (), with_texts=True).unvalued == {CellRef(1, 2): "\ufffd"}
