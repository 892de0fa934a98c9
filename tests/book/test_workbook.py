"""The workbook part: sheets, names, views and calculation; and the chain of calculation."""

from __future__ import annotations

from lxml import etree

from funnelbook.book import calcchain
from funnelbook.book.apply import apply
from funnelbook.book.package import Package
from funnelbook.book.workbook import Workbook
from funnelbook.edits import EditPlan, PutCell, PutSheet, TakeOut

from .build import HEAD, MAIN, workbook_parts, worksheet, zipped
from .team import LEADS, OTHER, package_of, team_book

FORMULA = '<row r="1"><c r="A1"><f>B1</f><v>1</v></c><c r="A2"/></row>'


def names(package: Package) -> list[tuple[str, str | None, str]]:
    root = etree.fromstring(package.read(package.main))
    return [(n.get("name", ""), n.get("localSheetId"), n.text or "") for n in root.iter("{*}definedName")]


def test_local_names_and_the_active_tab_follow_their_sheets_when_ours_go() -> None:
    package = package_of(team_book())
    apply(EditPlan([PutSheet("汇总", [["x"]], "summary")]), package)
    data = package.read(package.main).decode()
    first, *others = [part + "/>" for part in data.partition("<sheets>")[2].partition("</sheets>")[0].split("/>") if part]
    moved = data.replace(first + "".join(others), others[-1] + first + "".join(others[:-1]))
    moved = moved.replace('localSheetId="1"', 'localSheetId="2"').replace('activeTab="2"', 'activeTab="3"')
    package.write(package.main, moved.encode())
    assert package.sheets()[0].name == "汇总"
    apply(EditPlan([TakeOut(("summary",))]), package)
    assert next(s.name for s in package.sheets()) == LEADS
    assert [scope for name, scope, _ in names(package) if name == "_xlnm._FilterDatabase"] == ["1"]
    assert b'activeTab="2"' in package.read(package.main)
    assert package.sheets()[2].name == OTHER


def test_a_sheet_of_ours_keeps_its_place_when_it_is_written_again() -> None:
    package = package_of(team_book())
    plan = EditPlan([PutSheet("汇总", [["x"]], "summary"), PutSheet("审计", [["y"]], "audit")])
    apply(plan, package)
    before = [(s.name, s.part, s.sheet_id) for s in package.sheets()]
    apply(EditPlan([TakeOut(("summary",)), PutSheet("Summary", [["new"]], "summary")]), package)
    after = [(s.name, s.part, s.sheet_id) for s in package.sheets()]
    assert after == [(name.replace("汇总", "Summary"), part, number) for name, part, number in before]
    assert b"new" in package.read(after[3][1] or "")
    assert {name: text for name, _, text in names(package)}["_funnelbook.sheet.summary"] == "'Summary'!$A$1"


def test_a_copy_that_a_user_made_of_a_sheet_of_ours_stays() -> None:
    local = '<definedName name="_funnelbook.sheet.summary" localSheetId="1" hidden="1">\'汇总 (2)\'!$A$1</definedName>'
    ours = '<definedName name="_funnelbook.sheet.summary" hidden="1">\'汇总\'!$A$1</definedName>'
    package = package_of(zipped(workbook_parts({"汇总": "", "汇总 (2)": "", "S": ""}, names=local + ours)))
    apply(EditPlan([TakeOut(("summary",))]), package)
    assert [sheet.name for sheet in package.sheets()] == ["汇总 (2)", "S"]
    assert names(package) == []


def test_formulas_are_computed_on_load_only_where_they_are_the_users() -> None:
    for rows, wanted in ((FORMULA, True), ('<row r="1"><c r="A1"><v>1</v></c></row>', False)):
        package = package_of(zipped(workbook_parts({"S": "", "T": rows})))
        apply(EditPlan([PutCell("S", 1, 1, 5)]), package)
        assert (b"fullCalcOnLoad" in package.read(package.main)) is wanted
    package = package_of(zipped(workbook_parts({"S": FORMULA})))
    apply(EditPlan([PutSheet("new", [[1]])]), package)
    assert b"fullCalcOnLoad" not in package.read(package.main)


def test_the_chain_loses_exactly_the_cells_without_formulas() -> None:
    chain = f'{HEAD}<calcChain xmlns="{MAIN}"><c r="A1" i="1"/><c r="B1"/><c r="C1" i="2"/><c r="D1"/></calcChain>'
    sheets = {"S": worksheet('<row r="1"><c r="A1"><f>1</f></c><c r="B1"><f>1</f></c></row>'), "T": worksheet("")}
    parts = workbook_parts(sheets, extra={"xl/calcChain.xml": chain})
    package = package_of(zipped(parts))
    package.relate(package.main, "calcChain", "xl/calcChain.xml")
    apply(EditPlan([PutCell("S", 1, 1, 1)]), package)
    left = etree.fromstring(package.read("xl/calcChain.xml"))
    assert [(c.get("r"), c.get("i")) for c in left] == [("B1", "1"), ("C1", "2"), ("D1", None)]
    calcchain.forget(package, {1: lambda _: True, 2: lambda _: True})
    assert "xl/calcChain.xml" not in package
    assert package.related(package.main, "calcChain") == []


def test_names_of_ours_stay_where_they_are_when_they_are_written_again() -> None:
    package = package_of(team_book())
    book = Workbook(package)
    book.mark({"a.1": "'x'!$A$1", "b.1": "'x'!$B$1"}, exactly=True)
    book.set_name("of the user", "1")
    book.mark({"b.1": "'x'!$C$1", "c.1": "'x'!$D$1"}, exactly=True)
    own = [name for name in book.global_names() if name != "客户数"]
    assert own == ["_funnelbook.b.1", "of the user", "_funnelbook.c.1"]
