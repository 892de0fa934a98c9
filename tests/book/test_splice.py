"""New cells among old ones, on bytes and as a tree: both ways give the same sheet."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from funnelbook.book import read_grids
from funnelbook.book.apply import apply
from funnelbook.book.rows import behind
from funnelbook.book.xml import local
from funnelbook.edits import EditPlan, PutCell, PutColumn, Style, TakeOut
from funnelbook.errors import BrokenXmlError, UnsafeEditError

from .build import COMPATIBILITY, HEAD, MAIN, STRICT, styles, workbook_parts, worksheet, zipped
from .team import package_of

ROWS = (
    '<row r="2" spans="1:3" ht="20"><c r="A2"><v>1</v></c><c r="C2" s="1"/><c r="Z2"><v>9</v></c></row>'
    '<row r="3"><c r="A3" t="s"><v>0</v></c></row><row r="5" ht="30"/>'
    '<row r="9"><c r="B9"><f>A2+1</f><v>2</v></c></row>'
)
XFS = '<xf numFmtId="0"/><xf numFmtId="2" fontId="0"/><xf numFmtId="14"/>'


def plain(rows: str, after: str = "") -> str:
    return worksheet(rows, after)


def with_comment(rows: str, after: str = "") -> str:
    return worksheet(f"<!-- by hand -->{rows}", after)


def prefixed(rows: str, after: str = "") -> str:
    rows_part, _, after_part = re.sub(r"<(/?)(\w)", r"<\1x:\2", rows + "\0" + after).partition("\0")
    return f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows_part}</x:sheetData>{after_part}</x:worksheet>'


def with_compatibility(rows: str, after: str = "") -> str:
    choice = '<mc:AlternateContent><mc:Choice Requires="z" xmlns:z="z"/></mc:AlternateContent>'
    head = f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:mc="{COMPATIBILITY}">'
    return f"{head}<sheetData>{rows}{choice}</sheetData>{after}</worksheet>"


def with_blanks_in_end_tags(rows: str, after: str = "") -> str:
    return worksheet(rows.replace("</row>", "</row >").replace("</c>", "</c\n>"), after)


def utf16(rows: str, after: str = "") -> bytes:
    return worksheet(rows, after).replace("UTF-8", "UTF-16").encode("utf-16")


DIALECTS = [plain, with_comment, prefixed, with_compatibility, with_blanks_in_end_tags, utf16]
dialects = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.__name__)


def book(sheet: str | bytes) -> bytes:
    return zipped(workbook_parts({"S": sheet}, strings=["x"], style_part=styles(XFS)))


def rows_of(data: bytes) -> list[tuple[Any, ...]]:
    """(row, attributes, cells as (reference, style, type, text)) of a sheet part in any dialect."""
    found = []
    for row in etree.fromstring(data).iter("{*}row"):
        cells = [(c.get("r"), c.get("s"), c.get("t"), "".join(c.itertext())) for c in row if local(c) == "c"]
        found.append((row.get("r"), row.get("spans"), row.get("ht"), cells))
    return found


def edited(dialect: Callable[..., str | bytes], *edits: Any, rows: str = ROWS) -> list[tuple[Any, ...]]:
    package = package_of(book(dialect(rows)))
    apply(EditPlan(edits), package)
    return rows_of(package.read("xl/worksheets/sheet1.xml"))


@dialects
def test_cells_go_in_by_column_number_and_rows_by_row_number(dialect: Callable[..., str | bytes]) -> None:
    puts = [PutCell("S", 2, 27, "AA"), PutCell("S", 2, 2, 7), PutCell("S", 4, 1, True), PutCell("S", 12, 3, "end")]
    found = edited(dialect, *puts)
    assert [row[0] for row in found] == ["2", "3", "4", "5", "9", "12"]
    assert [cell[0] for cell in found[0][3]] == ["A2", "B2", "C2", "Z2", "AA2"]
    assert found[0][1] == "1:27"
    assert found[2][3] == [("A4", None, "b", "1")]


@dialects
def test_a_column_fills_rows_that_are_there_self_closed_or_missing(dialect: Callable[..., str | bytes]) -> None:
    put = PutColumn("S", 30, 2, "Head", 3, ["a", None, 2.0, dt.date(2024, 6, 1)], "leads.1.x")
    found = edited(dialect, put)
    assert [(row[0], row[3][-1]) for row in found if row[3] and row[3][-1][0].startswith("AD")] == [
        ("2", ("AD2", None, "inlineStr", "Head")),
        ("3", ("AD3", None, "inlineStr", "a")),
        ("5", ("AD5", None, None, "2")),
        ("6", ("AD6", "3", None, "45444")),
    ]
    assert found[0][1:3] == ("1:3 30:30", "20")
    assert [row[2] for row in found if row[0] == "5"] == ["30"]


@dialects
def test_an_empty_cell_keeps_the_users_format_and_shows_a_date_as_text(dialect: Callable[..., str | bytes]) -> None:
    rows = '<row r="1"><c r="A1" s="1"/><c r="B1" s="2"/></row>'
    puts = [PutColumn("S", c, 1, "x", 1, [dt.date(2024, 6, 1)], f"m.{c}", Style(bold=True)) for c in (1, 2)]
    found = edited(dialect, *puts, rows=rows)
    assert found[0][3] == [("A1", "1", "inlineStr", "2024-06-01"), ("B1", "2", None, "45444")]


@dialects
def test_a_column_over_something_is_refused_and_changes_nothing(dialect: Callable[..., str | bytes]) -> None:
    package = package_of(book(dialect(ROWS)))
    before = package.to_bytes()
    with pytest.raises(UnsafeEditError) as caught:
        apply(EditPlan([PutColumn("S", 26, 1, "Head", 2, ["a"], "m")]), package)
    assert caught.value.facts["place"] == "Z2"
    assert package.to_bytes() == before


@dialects
def test_a_value_may_be_overwritten_but_not_the_master_of_shared_formulas(dialect: Callable[..., str | bytes]) -> None:
    assert edited(dialect, PutCell("S", 9, 2, "new"))[-1][3] == [("B9", None, "inlineStr", "new")]
    shared = '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f></c></row>'
    with pytest.raises(UnsafeEditError):
        edited(dialect, PutCell("S", 1, 1, 1), rows=shared)


@dialects
def test_cells_inside_merges_and_arrays_are_refused(dialect: Callable[..., str | bytes]) -> None:
    merged = '<mergeCells count="1"><mergeCell ref="D4:E6"/></mergeCells>'
    array = '<row r="1"><c r="A1"><f t="array" ref="A1:A3">B1:B3</f><v>1</v></c></row>'
    for row, column in ((5, 5), (3, 1)):
        with pytest.raises(UnsafeEditError):
            apply(EditPlan([PutCell("S", row, column, 1)]), package_of(book(dialect(array, merged))))
    apply(EditPlan([PutCell("S", 4, 4, 1)]), package_of(book(dialect(array, merged))))


@dialects
def test_what_was_written_comes_out_and_the_users_formats_stay(dialect: Callable[..., str | bytes]) -> None:
    look = Style(fill="DDEBF7")
    rows = '<row r="1" spans="1:1"><c r="A1"><v>1</v></c><c r="C1" s="1"/></row><row r="2" spans="1:1"><c r="A2"/></row>'
    package = package_of(book(dialect(rows)))
    before = rows_of(package.read("xl/worksheets/sheet1.xml"))
    puts = [PutColumn("S", c, 1, "x", 2, [1, "two", None], f"m.{c}", look, look) for c in (2, 3, 4)]
    apply(EditPlan(puts), package)
    assert rows_of(package.read("xl/worksheets/sheet1.xml")) != before
    apply(EditPlan([TakeOut(looks=(look,))]), package)
    assert rows_of(package.read("xl/worksheets/sheet1.xml")) == before


@dialects
def test_the_users_format_of_a_cell_of_ours_stays_wherever_it_is_named(dialect: Callable[..., str | bytes]) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}" t="n" s="1"><v>7</v></c></row>' for n in range(1, 9))
    names = '<definedName name="_funnelbook.m.1" hidden="1">S!$B$1:$B$8</definedName>'
    package = package_of(zipped(workbook_parts({"S": dialect(rows)}, style_part=styles(XFS), names=names)))
    apply(EditPlan([TakeOut()]), package)
    cells = [row[3][-1] for row in rows_of(package.read("xl/worksheets/sheet1.xml"))]
    assert cells == [(f"B{n}", "1", None, "") for n in range(1, 9)]


@pytest.mark.parametrize("tail", ['<c r="c{n}"><v>72</v></c>', '<c r="$C${n}"><v>72</v></c>', '<c r="C {n}"><v>72</v></c>'])
def test_a_cell_behind_ours_that_is_placed_oddly_never_goes_with_them(tail: str) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><v>2</v></c>{tail.format(n=n)}</row>' for n in range(1, 9))
    names = '<definedName name="_funnelbook.m.1" hidden="1">S!$B$1:$B$8</definedName>'
    package = package_of(zipped(workbook_parts({"S": plain(rows)}, style_part=styles(XFS), names=names)))
    for edits in ([TakeOut(), PutColumn("S", 2, 1, "new", 2, ["n"] * 7, "m.1")], [TakeOut()]):
        try:
            apply(EditPlan(edits), package)
        except BrokenXmlError:
            assert package.changed == frozenset()
        assert package.read("xl/worksheets/sheet1.xml").count(b"<v>72</v>") == 8


def test_references_in_small_letters_are_the_same_cells() -> None:
    rows = "".join(f'<row r="{n}"><c r="a{n}"><v>1</v></c><c r="c{n}"><v>3</v></c></row>' for n in range(1, 4))
    found = edited(plain, PutColumn("S", 2, 1, "new", 2, ["x", "y"], "m.1"), rows=rows)
    assert [[cell[3] for cell in row[3]] for row in found] == [["1", "new", "3"], ["1", "x", "3"], ["1", "y", "3"]]


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2" spans="1:{huge}"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c></row>',
        '<row r="2" s="{huge}" customFormat="1"><c r="C2"><v>1</v></c></row>',
        '<row r="2"><c r="B2" s="{huge}"><f>1</f></c><c r="C2"><v>1</v></c></row>',
        '<row r="2"><c r="B2"><f t="shared" ref="bogus" si="0">1</f></c><c r="C2"><v>1</v></c></row>',
    ],
)
@pytest.mark.parametrize("dialect", [plain, with_comment])
def test_what_is_no_number_and_no_range_among_the_rows_is_no_crash(dialect: Callable[..., str | bytes], row: str) -> None:
    names = '<definedName name="_funnelbook.m.1" hidden="1">S!$B$1:$B$8</definedName>'
    package = package_of(zipped(workbook_parts({"S": dialect(row.format(huge="1" * 5_000))}, style_part=styles(XFS), names=names)))
    before = package.read("xl/worksheets/sheet1.xml")
    try:
        apply(EditPlan([TakeOut(), PutColumn("S", 2, 1, "new", 2, ["n"] * 7, "m.1")]), package)
    except BrokenXmlError:
        assert package.read("xl/worksheets/sheet1.xml") == before


def test_rows_and_cells_without_a_reference_are_counted() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c><c><v>4</v></c></row>"
    found = edited(plain, PutCell("S", 1, 3, "c"), PutCell("S", 3, 1, "a"), PutCell("S", 2, 2, "b"), rows=rows)
    assert [[cell[3] for cell in row[3]] for row in found] == [["1", "2", "c"], ["b"], ["a", "4"]]


def test_cells_and_rows_without_a_reference_keep_their_place_when_one_before_them_goes() -> None:
    rows = '<row><c/><c><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>ours</t></is></c></row><row><c><v>3</v></c></row>'
    names = '<definedName name="_funnelbook.m.1" hidden="1">S!$A$2</definedName>'
    package = package_of(zipped(workbook_parts({"S": worksheet(rows)}, names=names)))
    apply(EditPlan([TakeOut(), PutColumn("S", 1, 1, "", 2, [None], None)]), package)
    grid = read_grids(package)[0]
    assert [(grid.value(1, 2), grid.value(2, 1), grid.value(3, 1))] == [(1, None, 3)]


def test_a_strict_sheet_is_edited_in_its_own_namespace() -> None:
    sheet = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>').replace(MAIN, STRICT)
    package = package_of(book(sheet))
    apply(EditPlan([PutCell("S", 1, 2, "b")]), package)
    cells = etree.fromstring(package.read("xl/worksheets/sheet1.xml")).findall(f".//{{{STRICT}}}c")
    assert [cell.get("r") for cell in cells] == ["A1", "B1"]


def test_a_cell_beyond_the_sheet_is_refused() -> None:
    for row, column in ((1_048_577, 1), (1, 16_385), (0, 1)):
        with pytest.raises(UnsafeEditError):
            edited(plain, PutCell("S", row, column, 1))


def test_a_new_cell_takes_the_format_of_its_row_or_column() -> None:
    sheet = worksheet('<row r="1" s="2" customFormat="1"/>', before='<cols><col min="2" max="2" width="9" style="1"/></cols>')
    package = package_of(book(sheet))
    apply(EditPlan([PutCell("S", 1, 2, 1), PutCell("S", 2, 2, 1), PutCell("S", 2, 3, 1)]), package)
    cells = [cell[:2] for row in rows_of(package.read("xl/worksheets/sheet1.xml")) for cell in row[3]]
    assert cells == [("B1", "2"), ("B2", "1"), ("C2", None)]


@dialects
def test_a_cell_with_an_empty_text_is_nothing_to_keep(dialect: Callable[..., str | bytes]) -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    parts = workbook_parts({"S": dialect(rows)}, strings=["x", ""])
    package = package_of(zipped(parts))
    apply(EditPlan([PutColumn("S", 1, 1, "Head", 3, [1], "m")]), package)
    assert rows_of(package.read("xl/worksheets/sheet1.xml"))[0][3] == [("A1", None, "inlineStr", "Head")]
    with pytest.raises(UnsafeEditError):
        apply(EditPlan([PutColumn("S", 1, 2, "Head", 3, [1], "m")]), package_of(zipped(parts)))


def test_a_refusal_says_where() -> None:
    with pytest.raises(UnsafeEditError) as caught:
        edited(plain, PutColumn("S", 40, 2, "Head", 3, ["x" * 40_000], "m"))
    assert (caught.value.facts["sheet"], caught.value.facts["place"]) == ("S", "AN")


@given(st.sets(st.integers(1, 40)), st.integers(0, 41), st.sampled_from(["", "\n  "]))
def test_the_rows_behind_the_last_one_that_changes_are_found(numbers: set[int], last: int, layout: str) -> None:
    rows = {n: f'{layout}<row r="{n}"/>' if n % 3 else f'{layout}<row r="{n}"><c r="A{n}"/></row>' for n in sorted(numbers)}
    before = "".join(row for number, row in rows.items() if number <= last)
    body = "".join(rows.values()) + layout
    assert behind(body.encode(), 0, len(body), last) == len(before)
    assert behind(b"<x>" + body.encode() + b"<row", 3, 3 + len(body), last) == 3 + len(before)


def test_what_stands_behind_the_edited_rows_is_as_it_was() -> None:
    rows = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(10, 5_000, 3))
    package = package_of(book(plain(ROWS + rows)))
    apply(EditPlan([PutColumn("S", 27, 2, "new", 3, [1.5] * 12, "leads.1.new")]), package)
    written = package.read("xl/worksheets/sheet1.xml").decode()
    assert written.endswith(rows[rows.index('<row r="16"') :] + "</sheetData></worksheet>")
    assert [int(n) for n in re.findall('<row r="([0-9]+)"', written)] == [*range(2, 15), *range(16, 5_000, 3)]


thorough = pytest.mark.thorough
ODD_ROWS = [
    '<row r="{n}" spans="1:3" ht="20"><c r="A{n}"><v>{n}</v></c></row>',
    '<row r="{n}" spans="1:3"/>',
    '<row r="{n}" spans="1:3"></row>',
    '\n<row r="{n}" spans="1:3"><c r="A{n}"><v>{n}</v></c></row>',
    '<row r="{n}" spans="1:3"><c r="A{n}"><v>{n}</v></c><c r="AC{n}"><v>7</v></c></row>',
    '<row r="{n}" spans="1:3"><c r="A{n}" t="inlineStr"><is><t> spans="1:3"&gt;</t></is></c></row>',
    "",
]
"""What makes a row differ from its neighbours."""
EVEN_ROW = '<row r="{n}" spans="1:3"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="s"><v>0</v></c><c r="C{n}" s="1"><v>0.5</v></c></row>'


@pytest.mark.parametrize("odd", [0, pytest.param(0.0005, marks=thorough), pytest.param(0.01, marks=thorough), 1])
@pytest.mark.parametrize("values", [["a", "b", None], [None], [1.5]])
def test_many_rows_are_edited_alike_and_one_by_one(odd: float, values: list[Any]) -> None:
    chance = random.Random(f"{odd} {values}")
    rows = "".join((chance.choice(ODD_ROWS) if chance.random() < odd else EVEN_ROW).format(n=n) for n in range(1, 5_000))
    first = [PutColumn("S", column, 1, "new", 2, (values * 4_500)[:4_500], f"leads.1.{column}") for column in (27, 28)]
    again = [TakeOut((), (Style(),)), PutColumn("S", 27, 1, "newer", 2, [None, 3] * 2_100, "leads.1.27")]
    found = []
    for dialect in (plain, with_comment):
        package = package_of(book(dialect(rows)))
        apply(EditPlan(first), package)
        once = rows_of(package.read("xl/worksheets/sheet1.xml"))
        package = package_of(package.to_bytes())
        apply(EditPlan(again), package)
        found.append((once, rows_of(package.read("xl/worksheets/sheet1.xml"))))
    assert found[0] == found[1]
    if not odd:
        place = found[0][0][4_000]
        assert [cell[0] for cell in place[3][:3]] == ["A4001", "B4001", "C4001"]
        assert [cell[3] for cell in place[3][3:]] == [str(v) for v in [values[3_999 % len(values)]] * 2 if v is not None]


def test_rows_out_of_order_are_refused_wherever_they_stand() -> None:
    rows = [EVEN_ROW.format(n=n) for n in range(1, 6_000)]
    for one, other in ((0, 1), (2_000, 2_001), (5_997, 5_998), (10, 5_000)):
        swapped = rows.copy()
        swapped[one], swapped[other] = swapped[other], swapped[one]
        with pytest.raises(BrokenXmlError):
            edited(plain, PutColumn("S", 27, 1, "new", 2, [1] * 5_990, "leads.1.new"), rows="".join(swapped))
