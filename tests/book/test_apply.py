"""A plan is carried out whole or not at all."""

from __future__ import annotations

import pytest
from lxml import etree

from funnelbook.book import Package
from funnelbook.book.apply import apply
from funnelbook.edits import (
    CF_MARKER,
    Edit,
    EditPlan,
    Formula,
    Highlight,
    Link,
    Note,
    PutCell,
    PutColumn,
    PutSheet,
    Rule,
    Style,
    TakeOut,
    Validate,
    Validation,
    WidenFilter,
)
from funnelbook.errors import UnsafeEditError
from funnelbook.grid import Range

from .build import workbook_parts, zipped
from .team import LEADS, LOG, OTHER, ROLES, package_of, refresh_plan, removal, team_book

LONG = ("x" * 200, "y" * 100)


@pytest.mark.parametrize(
    "unsafe",
    [
        PutCell("nowhere", 1, 1, 1),
        PutCell(LEADS, 1, 3, "in the merge"),
        PutCell(LEADS, 3, 3, "another header"),
        PutColumn(LEADS, 8, 3, "over the owner", 4, ["x"], "leads.9"),
        PutSheet(LEADS.upper(), [[1]]),
        PutSheet("a/b", [[1]]),
        PutSheet("x" * 32, [[1]]),
        PutSheet("ok", [["x" * 40_000]]),
        Validate(LEADS, Validation(Range(4, 9, 9, 9), "list", LONG)),
        Validate("nowhere", Validation(Range(4, 9, 9, 9), "list", ("a",))),
    ],
    ids=lambda edit: type(edit).__name__,
)
def test_one_unsafe_edit_stops_the_whole_plan(unsafe: Edit) -> None:
    package = package_of(team_book())
    apply(refresh_plan(), package)
    package = package_of(package.to_bytes())
    before = package.to_bytes()
    with pytest.raises(UnsafeEditError):
        apply(refresh_plan([unsafe]), package)
    assert package.to_bytes() == before
    assert package.changed | package.added | package.dropped == frozenset()


def test_apply_names_the_changed_and_added_parts() -> None:
    package = package_of(team_book())
    names = apply(EditPlan([PutCell(OTHER, 5, 1, "x"), PutSheet("新", [[1]])]), package)
    assert names == sorted(package.changed | package.added)
    assert {"xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml", "xl/workbook.xml"} <= set(names)
    assert apply(EditPlan(), package_of(team_book())) == []


def test_an_input_column_is_the_users_from_then_on() -> None:
    package = package_of(team_book())
    rule = Validation(Range(4, 9, 23, 9), "list", ("高", "低"), strict=True)
    plan = EditPlan([TakeOut(), PutColumn(LEADS, 9, 3, "决策权限", 4, [None] * 20, None), Validate(LEADS, rule)])
    apply(plan, package)
    apply(EditPlan([TakeOut(ROLES)]), package)
    sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "决策权限" in sheet
    assert sheet.count("高,低") == 1
    assert b"_funnelbook" not in package.read("xl/workbook.xml")


def test_a_link_leads_into_the_workbook_and_goes_with_its_column() -> None:
    package = package_of(team_book())
    put = PutColumn(LEADS, 9, 3, "去", 4, [Link("看", f"'{OTHER}'!A1")] * 3, "leads.1.go")
    apply(EditPlan([put]), package)
    sheet = package.read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<hyperlink ") == 3
    apply(EditPlan([TakeOut(looks=(Style(),))]), package)
    assert b"hyperlink" not in package.read("xl/worksheets/sheet1.xml")


def test_highlights_stand_behind_the_users_and_go_again() -> None:
    package = package_of(team_book())
    before = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    apply(EditPlan([Highlight(LEADS, Rule(Range(4, 4, 9, 4), '$D4=""', Style(fill="FFC7CE")))]), package)
    rules = list(etree.fromstring(package.read("xl/worksheets/sheet1.xml")).iter("{*}cfRule"))
    assert [rule.get("priority") for rule in rules] == ["1", "2"]
    assert rules[1][0].text == f'AND({CF_MARKER},$D4="")'
    apply(EditPlan([TakeOut()]), package)
    after = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    assert len(list(after.iter("{*}cfRule"))) == len(list(before.iter("{*}cfRule"))) == 1


def test_a_name_that_lost_its_cells_goes_without_harm() -> None:
    names = '<definedName name="_funnelbook.leads.1.a" hidden="1">S!#REF!</definedName>'
    package = package_of(zipped(workbook_parts({"S": '<row r="1"><c r="A1"><v>1</v></c></row>'}, names=names)))
    apply(EditPlan([TakeOut()]), package)
    assert b"definedName" not in package.read(package.main)
    assert b"<v>1</v>" in package.read("xl/worksheets/sheet1.xml")


def test_a_copied_sheet_loses_the_columns_that_the_copy_brought() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    names = '<definedName name="_funnelbook.leads.1.a" localSheetId="1" hidden="1">\'S (2)\'!$B$1</definedName>'
    package = package_of(zipped(workbook_parts({"S": rows, "S (2)": rows}, names=names)))
    apply(EditPlan([TakeOut()]), package)
    assert b"B1" in package.read("xl/worksheets/sheet1.xml")
    assert b"B1" not in package.read("xl/worksheets/sheet2.xml")


def test_the_last_sheet_cannot_be_taken_out() -> None:
    package = Package.blank()
    apply(EditPlan([PutSheet("汇总", [[1]], "summary")]), package)
    with pytest.raises(UnsafeEditError):
        apply(EditPlan([TakeOut(("summary",))]), package_of(package.to_bytes()))


def test_a_width_that_a_user_gave_our_column_is_kept() -> None:
    package = package_of(team_book())
    apply(refresh_plan(), package)
    part = "xl/worksheets/sheet1.xml"
    wide = package.read(part).replace(b'width="11.5"', b'width="40"', 1)
    package.write(part, wide)
    apply(refresh_plan(), package)
    assert package.read(part) == wide
    apply(removal(), package)
    assert b'width="40"' not in package.read(part)


def test_fewer_columns_than_last_time_give_the_rest_back() -> None:
    package = package_of(team_book())
    apply(refresh_plan(), package)
    edits = [e for e in refresh_plan() if not (isinstance(e, PutColumn) and e.sheet == LOG) and not isinstance(e, WidenFilter)]
    apply(EditPlan(edits), package)
    assert package.read("xl/worksheets/sheet2.xml").count(b"E1") == 0
    assert b'autoFilter ref="A1:D9"' in package.read("xl/worksheets/sheet2.xml")


def test_notes_on_a_cell_with_a_note_are_left_out_and_the_rest_is_written() -> None:
    package = package_of(team_book())
    apply(EditPlan([Note(LEADS, 4, 5, "x"), Note(OTHER, 1, 1, "y")]), package)
    assert package.related("xl/worksheets/sheet3.xml", "comments") == ["xl/comments2.xml"]


def test_a_sheet_that_a_users_formula_reads_is_not_taken_out() -> None:
    for formula in ("明细!A1+1", "SUM('明细'!A1:A9)"):
        package = package_of(team_book())
        apply(refresh_plan([PutCell(OTHER, 9, 1, Formula(formula, 1))]), package)
        apply(refresh_plan(), package)
        with pytest.raises(UnsafeEditError) as caught:
            apply(removal(), package)
        assert caught.value.facts["sheet"] == OTHER


def test_a_users_name_for_a_sheet_of_ours_says_that_it_is_gone() -> None:
    names = '<definedName name="mine">汇总!$A$1</definedName><definedName name="_funnelbook.sheet.summary">汇总!$A$1</definedName>'
    package = package_of(zipped(workbook_parts({"S": "", "汇总": ""}, names=names)))
    apply(EditPlan([TakeOut(("summary",))]), package)
    assert package.read(package.main).count(b"#REF!") == 1
