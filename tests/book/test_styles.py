"""Formats are appended at the end or found again; nothing is renumbered."""

from __future__ import annotations

import pytest
from lxml import etree

from funnelbook.book import read_grids
from funnelbook.book.package import Package
from funnelbook.book.styles import Styles
from funnelbook.edits import Style

from .build import COMPATIBILITY, HEAD, MAIN, workbook_parts, worksheet, zipped
from .team import package_of

TAIL = "</styleSheet>"
FULL = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="等线"/><scheme val="minor"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/></border></borders>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '<xf numFmtId="10" fontId="0" fillId="0" borderId="0"><alignment horizontal="center"/></xf></cellXfs></styleSheet>'
)


def book(style_part: str | None) -> Package:
    return package_of(zipped(workbook_parts({"S": ""}, style_part=style_part)))


def part(package: Package) -> etree._Element:
    return etree.fromstring(package.read("xl/styles.xml"))


def test_a_style_over_a_format_keeps_what_it_leaves_open() -> None:
    package = book(FULL)
    styles = Styles.of(package)
    assert styles.index(Style(bold=True, fill="FFFF00"), 1) == 2
    styles.commit(package)
    xf = part(package).findall("{*}cellXfs/{*}xf")[2]
    assert (xf.get("numFmtId"), xf[0].get("horizontal")) == ("10", "center")
    font = part(package).findall("{*}fonts/{*}font")[1]
    assert [etree.QName(e).localname for e in font] == ["b", "sz", "name", "scheme"]


def test_an_equal_format_is_found_again_and_nothing_is_appended() -> None:
    package = book(FULL)
    for _ in range(2):
        styles = Styles.of(package)
        assert styles.index(Style(number_format="yyyy-mm-dd", border="D9D9D9", wrap=True)) == 2
        assert styles.dxf(Style(fill="FFC7CE", color="9C0006")) == 0
        styles.commit(package)
    assert part(package).find("{*}cellXfs").get("count") == "3"
    assert part(package).find("{*}dxfs").get("count") == "1"


def test_nothing_asked_for_is_the_format_that_is_there() -> None:
    package = book(FULL)
    styles = Styles.of(package)
    assert styles.index(Style(), 1) == 1
    assert styles.find(Style(bold=True)) is None
    styles.commit(package)
    assert package.changed == frozenset()


def test_a_workbook_without_styles_gets_a_part() -> None:
    package = book(None)
    styles = Styles.of(package)
    assert styles.index(Style(bold=True)) == 1
    styles.commit(package)
    names = [etree.QName(e).localname for e in part(package)]
    assert names == ["fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles"]
    assert package.related(package.main, "styles") == ["xl/styles.xml"]


def test_an_empty_styles_part_gets_its_lists_in_order() -> None:
    package = book(f'{HEAD}<styleSheet xmlns="{MAIN}"/>')
    styles = Styles.of(package)
    assert styles.index(Style(number_format="0.0%")) == 1
    styles.commit(package)
    assert next(etree.QName(e).localname for e in part(package)) == "numFmts"


def test_alternate_content_counts_as_one_entry_and_stays() -> None:
    branch = '<font><sz val="9"/></font>'
    alternate = (
        f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice Requires="h" xmlns:h="h">{branch}</mc:Choice>'
        f"<mc:Fallback>{branch}</mc:Fallback></mc:AlternateContent>"
    )
    package = book(FULL.replace("</fonts>", f"{alternate}</fonts>"))
    styles = Styles.of(package)
    index = styles.index(Style(italic=True))
    styles.commit(package)
    assert part(package).findall("{*}cellXfs/{*}xf")[index].get("fontId") == "2"
    assert part(package).find("{*}fonts").get("count") == "3"
    assert package.read("xl/styles.xml").count(b"AlternateContent") == 2


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c r="A1" s="4"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="004"><v>1</v></c></row>',
        "<row r='1'><c r='A1' s = '4'><v>1</v></c></row>",
        '<row r="1" s="4" customFormat="1"/>',
        '<row r="1"><c r="A1" s="4"/><c r="B1" s="1048577"/></row>',
        '<row r="1"><c r="A1" s="4"/><c r="B1" s="65489"/></row>',
        '<row r="1" spans="4:9"><c r="A1"\ns="4"/></row>',
        '<row r="1"><c r="A1"\ts="4"/></row>',
        '<row r="1"><c r="A1" s=" 4"/></row>',
    ],
)
def test_cells_that_name_a_format_which_is_not_there_do_not_take_on_one_of_ours(row: str) -> None:
    package = package_of(zipped(workbook_parts({"S": row}, style_part=FULL)))
    styles = Styles.of(package)
    assert styles.index(Style(italic=True)) == 5
    assert styles.index(Style(bold=True)) == 6


@pytest.mark.parametrize(
    ("after", "index"),
    [
        (
            '<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="3" priority="1"><formula>1</formula></cfRule></conditionalFormatting>',
            4,
        ),
        ("<conditionalFormatting sqref='A1'><cfRule type='expression' dxfId = '3' priority='1'/></conditionalFormatting>", 4),
        ('<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="99999" priority="1"/></conditionalFormatting>', 1),
        ('<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="0" priority="1"/></conditionalFormatting>', 1),
        ("", 1),
    ],
)
@pytest.mark.parametrize("read", [True, False])
def test_rules_that_name_a_look_which_is_not_there_do_not_take_on_one_of_ours(after: str, index: int, read: bool) -> None:
    dxfs = '<dxfs count="1"><dxf><font><b/></font></dxf></dxfs>'
    sheet = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>', after)
    package = package_of(zipped(workbook_parts({"S": sheet}, style_part=f'<styleSheet xmlns="{MAIN}">{dxfs}</styleSheet>')))
    if read:
        read_grids(package)
    styles = Styles.of(package)
    assert styles.dxf(Style(bold=True)) == 0
    assert styles.dxf(Style(italic=True)) == index
    assert styles.dxf(Style(underline=True)) == index + 1


def test_formats_follow_the_last_where_every_cell_names_one_that_is_there() -> None:
    package = package_of(zipped(workbook_parts({"S": '<row r="1"><c r="A1" s="1" t="s"><v>44</v></c></row>'}, style_part=FULL)))
    assert Styles.of(package).index(Style(italic=True)) == 2


def test_date_formats_are_told_from_others() -> None:
    formats = '<numFmts><numFmt numFmtId="170" formatCode="0.0&quot;d&quot;"/><numFmt numFmtId="171" formatCode="[$-804]m月d日"/></numFmts>'
    xfs = "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 57, 170, 171, 10))
    styles = Styles(f'<styleSheet xmlns="{MAIN}">{formats}<cellXfs>{xfs}</cellXfs></styleSheet>'.encode())
    assert [styles.is_date(i) for i in range(6)] == [False, True, True, False, True, False]
