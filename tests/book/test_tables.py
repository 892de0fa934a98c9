"""Excel Tables and AutoFilters take our columns in and give them up."""

from __future__ import annotations

import pytest
from lxml import etree

from funnelbook.book.apply import apply
from funnelbook.book.package import Package
from funnelbook.edits import EditPlan, PutCell, PutColumn, Style, TakeOut, WidenFilter, WidenTable
from funnelbook.errors import UnsafeEditError

from .build import COMPATIBILITY, MAIN
from .team import LEADS, LOG, package_of, team_book

PART = "xl/tables/table1.xml"


def columns(*headers: str, marks: str = "abcdefg") -> list[PutColumn]:
    return [PutColumn(LEADS, 9 + i, 3, header, 4, [i] * 20, f"leads.{marks[i]}") for i, header in enumerate(headers)]


def widened(*headers: str, marks: str = "abcdefg") -> EditPlan:
    return EditPlan([TakeOut(looks=(Style(),)), *columns(*headers, marks=marks), WidenTable(LEADS, "线索表", headers)])


def table(package: Package) -> tuple[str, str, list[tuple[str, str]]]:
    root = etree.fromstring(package.read(PART))
    names = [(c.get("id"), c.get("name")) for c in root.iter("{*}tableColumn")]
    assert root.find("{*}tableColumns").get("count") == str(len(names))
    return root.get("ref"), root.find("{*}autoFilter").get("ref"), names[6:]


def test_a_table_takes_in_columns_and_gives_them_up() -> None:
    package = package_of(team_book())
    before = package.read(PART)
    apply(widened("系统评分", "数据问题"), package)
    assert table(package) == ("C3:J23", "C3:J23", [("7", "系统评分"), ("8", "数据问题")])
    apply(EditPlan([TakeOut(looks=(Style(),))]), package)
    assert package.read(PART) == before


def test_a_column_that_is_written_again_keeps_its_place_and_filter() -> None:
    package = package_of(team_book())
    apply(widened("A1", "B1", "C1"), package)
    root = etree.fromstring(package.read(PART))
    for number in ("6", "8"):
        etree.SubElement(root.find("{*}autoFilter"), f"{{{MAIN}}}filterColumn", colId=number)
    package.write(PART, etree.tostring(root))
    apply(widened("A1", "B2", marks="ab"), package)
    assert table(package) == ("C3:J23", "C3:J23", [("7", "A1"), ("8", "B2")])
    kept = etree.fromstring(package.read(PART)).iter("{*}filterColumn")
    assert [column.get("colId") for column in kept] == ["6"]


def test_a_table_with_a_column_of_that_name_or_a_query_is_refused() -> None:
    for change in (b'name="\xe5\xae\xa2\xe6\x88\xb7"', b'id="1" tableType="queryTable" '):
        package = package_of(team_book())
        plan = widened("客户") if change.startswith(b"name") else widened("新")
        if not change.startswith(b"name"):
            package.write(PART, package.read(PART).replace(b'id="1" ', change, 1))
        with pytest.raises(UnsafeEditError):
            apply(plan, package)


def test_a_header_cell_of_a_table_is_not_overwritten_with_another_text() -> None:
    package = package_of(team_book())
    with pytest.raises(UnsafeEditError):
        apply(EditPlan([PutCell(LEADS, 3, 4, "other")]), package)
    apply(EditPlan([PutCell(LEADS, 3, 4, "客户", Style(bold=True))]), package)


def test_a_table_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnsafeEditError):
        apply(EditPlan([WidenTable(LEADS, "nothing", ("a",))]), package_of(team_book()))


def test_a_filter_its_name_and_its_sort_state_are_widened_and_narrowed() -> None:
    package = package_of(team_book())
    part = "xl/worksheets/sheet2.xml"
    sort = b'<autoFilter ref="A1:D9"><sortState ref="A1:D9"><sortCondition ref="B2:B9"/></sortState></autoFilter>'
    package.write(part, package.read(part).replace(b'<autoFilter ref="A1:D9"/>', sort))
    put = PutColumn(LOG, 5, 1, "间隔", 2, [1] * 8, "followups.1.gap")
    apply(EditPlan([TakeOut(looks=(Style(),)), put, WidenFilter(LOG, 5)]), package)
    assert sort.replace(b"A1:D9", b"A1:E9") in package.read(part)
    assert "'跟进 ''24'!$A$1:$E$9" in package.read("xl/workbook.xml").decode()
    apply(EditPlan([TakeOut(looks=(Style(),))]), package)
    assert sort in package.read(part)
    assert "'跟进 ''24'!$A$1:$D$9" in package.read("xl/workbook.xml").decode()


def test_a_column_of_ours_in_a_block_of_alternatives_is_given_up_too() -> None:
    package = package_of(team_book())
    apply(widened("系统评分"), package)
    part = next(name for name in package.names() if "tables/" in name)
    data = package.read(part)
    start = data.rindex(b"<tableColumn ")
    end = data.index(b"/>", start) + 2
    head = b'<mc:AlternateContent xmlns:mc="%b"><mc:Choice Requires="x">' % COMPATIBILITY.encode()
    package.write(part, data[:start] + head + data[start:end] + b"</mc:Choice></mc:AlternateContent>" + data[end:])
    again = package_of(package.to_bytes())
    apply(EditPlan([TakeOut()]), again)
    assert "系统评分".encode() not in again.read(part)
