"""Workbooks as grids."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from funnelbook.book import Package, read_grids
from funnelbook.errors import BrokenXmlError
from funnelbook.grid import CellRef, Grid, Range

from .build import MAIN, SHARED, STRICT, needs_shared, opened, styles, workbook_parts, worksheet

DATES = styles("".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 22, 21, 46, 9)))
ROWS = (
    '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" s="1"><v>45293</v></c><c r="D2"><v>1.5</v></c>'
    '<c r="E2"><v>7</v></c></row>'
    '<row r="4"><c r="B4" t="b"><v>1</v></c><c r="C4" t="e"><v>#REF!</v></c><c r="D4" s="5"><v>0.25</v></c>'
    '<c r="E4"><f>1+1</f></c></row>'
)


def _only(tmp_path: Path, rows: str, **how: object) -> Grid:
    return read_grids(opened(tmp_path, workbook_parts({"a": rows}, **how)))[0]  # type: ignore[arg-type]


def _values(grid: Grid) -> list[list[object]]:
    return [list(column) for column in grid.columns]


def _check(grid: Grid) -> None:
    assert _values(grid) == [
        [None] * 4,
        [None, "文字 ", None, "TRUE"],
        [None, dt.date(2024, 1, 2), None, None],
        [None, 1.5, None, 0.25],
        [None, 7, None, None],
    ]
    assert type(grid.value(2, 5)) is int
    assert grid.errors == {CellRef(4, 3): "#REF!"}
    assert {c: r.tolist() for c, r in grid.percents.items()} == {4: [4]}
    assert {c: r.tolist() for c, r in grid.formulas.items()} == {5: [4]}
    assert {c: r.tolist() for c, r in grid.uncached.items()} == {5: [4]}


def _without_references(text: str) -> str:
    """Rows keep theirs; an empty cell takes the place of column A."""
    return re.sub(r'(<row r="\d">)', r"\1<c/>", re.sub(r'<c r="[B-E]\d"', "<c", text))


def _prefixed(text: str) -> str:
    for name in ("worksheet", "sheetData", "row", "sst", "si", "c", "v", "t", "f"):
        text = text.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>").replace(f"</{name}>", f"</x:{name}>")
    return text.replace("xmlns=", "xmlns:x=")


DIALECTS = {
    "plain": lambda text: text,
    "bom": lambda text: "\ufeff" + text,
    "prefixed": _prefixed,
    "strict": lambda text: text.replace(MAIN, STRICT),
    "utf-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "without r": _without_references,
    "self-closed rows": lambda text: text.replace('<row r="4">', '<row r="3"/><row r="4">'),
}


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_every_dialect_reads_alike(tmp_path: Path, dialect: str) -> None:
    parts = workbook_parts({"a": ROWS}, strings=["文字 "], style_part=DATES)
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        data = DIALECTS[dialect](parts[name])
        parts[name] = data if isinstance(data, bytes) else data.encode()
    _check(read_grids(opened(tmp_path, parts))[0])


def test_what_was_written_into_the_package_is_what_is_read(tmp_path: Path) -> None:
    package = opened(tmp_path, workbook_parts({"a": ""}, strings=["文字 "], style_part=DATES))
    package.write("xl/worksheets/sheet1.xml", worksheet(ROWS).encode())
    _check(read_grids(package)[0])


def test_kinds_of_values(tmp_path: Path) -> None:
    cells = [
        '<c r="A1" s="2"><v>45293.5</v></c>', '<c r="B1" s="3"><v>0.5</v></c>', '<c r="C1" s="4"><v>1.5</v></c>',
        '<c r="D1" t="d"><v>2024-05-06</v></c>', '<c r="E1" t="str"><f>x</f><v></v></c>',
        '<c r="F1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', '<c r="G1"><v>9007199254740993</v></c>',
        '<c r="H1"><v>1E3</v></c>', '<c r="I1"><v>0</v></c>', '<c r="J1" t="b"><v>0</v></c>',
        '<c r="K1" s="99"><v>3</v></c>',
        '<c r="L1" t="s"><v>0</v></c>',
    ]  # fmt: skip
    grid = _only(tmp_path, f'<row r="1">{"".join(cells)}</row>', style_part=DATES, strings=["a_x000D_&#10;b"])
    assert [column[0] for column in grid.columns] == [
        dt.datetime(2024, 1, 2, 12), dt.time(12), dt.timedelta(days=1.5), dt.date(2024, 5, 6), None, "ab",
        float(2**53), 1000, 0, "FALSE", 3, "a\r\nb",
    ]  # fmt: skip
    assert [type(grid.value(1, n)) for n in (7, 8, 9)] == [float, int, int]


def test_truth_values_are_told_from_numbers_that_are_equal_to_them(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"{kind}>{value}</c></row>'
        for n, (value, kind) in enumerate((("<v>1</v>", ""), ("<v>1</v>", ' t="b"'), ("<v>0</v>", ""), ("<v>0</v>", ' t="b"')), start=1)
    )
    assert [(type(v), v) for v in _only(tmp_path, rows).columns[0]] == [(int, 1), (str, "TRUE"), (int, 0), (str, "FALSE")]


def test_long_columns_that_begin_far_down_and_right_stand_where_they_are(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="C{n}"><v>{n % 7}.5</v></c></row>' for n in range(5, 10_000))
    grid = _only(tmp_path, rows)
    assert (grid.height, grid.width) == (9_999, 3)
    assert grid.columns[2].tolist() == [None] * 4 + [n % 7 + 0.5 for n in range(5, 10_000)]


@pytest.mark.parametrize(
    "number", ["13800000000", "-1E10", "1.5e+12", "99999999999.25", "+1E12", "-1E15", "-1E308", "-9223372036854775808"]
)
@pytest.mark.parametrize("value", ["<v>{}</v>", "<f>B1*24</f><v>{}</v>", ' <v xml:space="preserve"> {} </v>'])
@pytest.mark.parametrize("style", [1, 2])
def test_a_number_that_is_too_large_for_its_format_is_a_number(tmp_path: Path, number: str, value: str, style: int) -> None:
    cells = f'<c r="A1" s="{style}">{value.format(number.strip())}</c><c r="B1" s="1"><v>1.5E0</v></c>'
    row = f'<row r="1">{cells}<c r="C1" s="2"><v>4.50001234567891E4</v></c></row>'
    grid = _only(tmp_path, row, style_part=styles("".join(f'<xf numFmtId="{n}"/>' for n in (0, 46, 22))))
    found = grid.value(1, 1)
    assert float(found) == float(number)
    assert grid.value(1, 2) == dt.timedelta(days=1.5)
    assert isinstance(grid.value(1, 3), dt.datetime)


def test_of_two_cells_in_one_place_the_later_one_with_a_value_counts(tmp_path: Path) -> None:
    cells = ["<v>1</v>", "<v></v>", "<f>B1</f>", "<v>2</v>", "<v/>"]
    row = "".join(f'<c r="A1">{cell}</c>' for cell in cells)
    assert _values(_only(tmp_path, f'<row r="1">{row}</row>')) == [[2]]


@pytest.mark.parametrize("error", ["#ERROR!", "#SPILL!", "Err:522", "#Python!", ""])
def test_an_error_that_only_another_program_knows_is_one_at_its_place(tmp_path: Path, error: str) -> None:
    cells = f'<c r="A1"><v>1</v></c><c r="B1" t="e"><f>x</f><v>{error}</v></c><c r="C1" t="str"><v> t="e"</v></c>'
    grid = _only(tmp_path, f'<row r="1">{cells}</row>')
    assert grid.errors == {CellRef(1, 2): error}
    assert _values(grid) == [[1], [None], [' t="e"']]


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ('<row r="1" s="7" customFormat="1"><c r="A1" s="8"/><c r="B1" s="9"><v>1</v></c></row>', True),
        ('<row r="1"><c r="A1" s="9"/><c r="b1"><v>1</v></c></row>', False),
        ('<row r="1"><c r="A1" s="9"><v>1</v></c><c r="B01"><v>1</v></c></row>', False),
        ('<row r="1"><c r="A1" s=\'9\'><v>1</v></c></row>', False),
        ('<row r="1"><c r="A1" s="9"><f>1>0</f><v>1</v></c></row>', False),
    ],
)
def test_what_was_seen_of_a_sheet_is_left_for_those_who_edit_it(tmp_path: Path, rows: str, seen: bool) -> None:
    package = opened(tmp_path, workbook_parts({"a": rows}, style_part=DATES))
    read_grids(package)
    found = package.seen("XL/worksheets/sheet1.xml")
    data = package.read("xl/worksheets/sheet1.xml")
    assert found is not None
    assert found.highest_format == 9
    assert (found.span is not None and data[slice(*found.span)].decode()) == (rows if seen else False)
    package.write("xl/worksheets/sheet1.xml", data + b" ")
    assert package.seen("xl/worksheets/sheet1.xml") is None


def test_dates_of_the_1904_system(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>0.0</v></c><c r="B1" s="1"><v>1000</v></c></row>'
    grid = _only(tmp_path, rows, style_part=DATES, book='<workbookPr date1904="1"/>')
    assert grid.dates1904
    assert grid.value(1, 2) == dt.date(1904, 1, 1) + dt.timedelta(days=1000)


def test_only_numbers_count_as_percentages(tmp_path: Path) -> None:
    row = '<row r="{0}"><c r="A{0}" s="5"{1}</c></row>'
    cells = ["><v>1</v>", ' t="str"><v>x</v>', ">", ' t="e"><v>#N/A</v>']
    rows = [row.format(n, cell) for n, cell in enumerate(cells, 1)]
    grid = _only(tmp_path, "".join(rows), style_part=DATES)
    assert {c: r.tolist() for c, r in grid.percents.items()} == {1: [1]}


def test_sheets_come_in_workbook_order_with_hidden_ones_and_names_as_they_are(tmp_path: Path) -> None:
    parts = workbook_parts({"b & <c>": "", "线索": "", "a'": ""})
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace('sheetId="2"', 'sheetId="2" state="veryHidden"')
    grids = read_grids(opened(tmp_path, parts))
    assert [(g.sheet, g.visible, g.width) for g in grids] == [("b & <c>", True, 0), ("线索", False, 0), ("a'", True, 0)]


def test_filter_hidden_rows_and_marks_reach_the_grid(tmp_path: Path) -> None:
    sheet = worksheet('<row r="3" hidden="1"><c r="A3"><v>1</v></c></row>', '<autoFilter ref="A1:C3"/>')
    names = '<definedName name="_funnelbook.leads.1.score" hidden="1">\'A b\'!$L$3:$L$9</definedName>'
    names += '<definedName name="_funnelbook.sheet.summary" hidden="1">own!$A$1</definedName>'
    grids = read_grids(opened(tmp_path, workbook_parts({"a B": sheet, "own": ""}, names=names)))
    assert (grids[0].filter, grids[0].hidden_rows) == (Range(1, 1, 3, 3), {3})
    assert [(c.key, c.range.a1) for c in grids[0].own_columns] == [("leads.1.score", "L3:L9")]
    assert [g.own_sheet for g in grids] == [None, "summary"]


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD1"])
def test_a_stray_value_far_away_does_not_make_a_grid_of_billions(tmp_path: Path, place: str) -> None:
    column, row = place.rstrip("0123456789"), place.lstrip("XFDA")
    far = f'<c r="{place}"><v>1</v></c>'
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c>{far if row == str(n) else ""}</row>' for n in range(1, 401))
    rows += f'<row r="{row}">{far}</row>' if row != "1" else ""
    grid = _only(tmp_path, rows)
    assert grid.height == 400
    assert (grid.width == 1) or (column, row) == ("XFD", "1")


def test_far_cells_that_bear_only_a_format_cost_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    grid = _only(tmp_path, rows, style_part=DATES)
    assert (grid.height, grid.width) == (1, 1)


@pytest.mark.parametrize(
    "rows",
    ['<row r="1"><c r="A1" t="s"><v>5</v></c></row>', '<row r="1"><c r="A1"><v>1</c></row>', '<!-- --><row r="1"><c>'],
)
def test_worksheets_that_can_not_be_read_are_named(tmp_path: Path, rows: str) -> None:
    with pytest.raises(BrokenXmlError) as caught:
        _only(tmp_path, rows)
    assert caught.value.facts["part"] == "xl/worksheets/sheet1.xml"


VALUES = [["编号", "日期", "金额", "比例", "备注"], ["007", dt.date(2024, 5, 6), 12, 0.5, "多\n行"],
          [None, dt.datetime(2024, 5, 6, 9, 30), 0.125, None, " 空 格 "]]  # fmt: skip


def _by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in VALUES:
        sheet.append(row)
    sheet["D2"].number_format = "0.0%"
    sheet["F2"] = "=C2*2"
    book.save(path)


def _by_xlsxwriter(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate(VALUES):
            for c, value in enumerate(row):
                sheet.write(r, c, value, book.add_format({"num_format": "0.0%"}) if (r, c) == (1, 3) else None)
        sheet.write_formula(1, 5, "=C2*2", None, "")


@pytest.mark.parametrize("write", [_by_openpyxl, _by_xlsxwriter])
def test_workbooks_of_other_writers_are_read(tmp_path: Path, write: object) -> None:
    path = tmp_path / "book.xlsx"
    write(path)  # type: ignore[operator]
    grid = read_grids(Package.open(path))[0]
    assert [[grid.value(r, c) for c in range(1, 6)] for r in range(1, 4)] == VALUES
    assert {c: r.tolist() for c, r in grid.percents.items()} == {4: [2]}
    assert {c: r.tolist() for c, r in grid.formulas.items()} == {6: [2]}


@needs_shared
@pytest.mark.filterwarnings("ignore")
def test_the_corpus_reads_as_openpyxl_reads_it() -> None:
    corpus = SHARED / "corpus"
    compared = 0
    for case in json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["files"]:
        unreadable = ("SimpleStrict.xlsx", "style-alternate-content.xlsx", "49609.xlsx")  # to openpyxl, that is
        if case["expect"] == "refuse" or case["file"] in unreadable:
            continue
        book = openpyxl.load_workbook(corpus / case["file"], data_only=True)
        for grid in read_grids(Package.open(corpus / case["file"])):
            for row in book[grid.sheet].iter_rows():
                for cell in row:
                    found = "" if (cell.row, cell.column) in grid.errors else grid.value(cell.row, cell.column)
                    assert _alike(cell.value, found), (case["file"], grid.sheet, cell.coordinate, cell.value, found)
                    compared += found is not None
    assert compared > 10_000


def _alike(theirs: object, ours: object) -> bool:
    if isinstance(theirs, dt.datetime) and theirs.time() == dt.time():
        theirs = theirs.date()
    if isinstance(theirs, bool):
        theirs = str(theirs).upper()
    if isinstance(theirs, (int, float)) and isinstance(ours, (int, float)):
        return abs(theirs - ours) < 1e-9
    return theirs == ours or (theirs == "" and ours is None) or (ours == "" and str(theirs).startswith("#"))
