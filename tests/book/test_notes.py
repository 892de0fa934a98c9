"""Notes: ours come and go, a user's own and one that a user changed stay."""

from __future__ import annotations

from lxml import etree

from funnelbook.book import Package
from funnelbook.book.apply import apply
from funnelbook.edits import EditPlan, Note, PutCell, PutSheet, TakeOut

from .build import COMPATIBILITY, workbook_parts, zipped
from .team import LEADS, package_of, team_book

OUT = EditPlan([TakeOut()])


def notes(package: Package, part: str = "xl/comments1.xml") -> dict[str, str]:
    found = etree.fromstring(package.read(part)).iter("{*}comment")
    return {c.get("ref", ""): "".join(t.text or "" for t in c.iter("{*}t")) for c in found}


def test_a_users_own_note_is_neither_touched_nor_joined() -> None:
    package = package_of(team_book())
    apply(EditPlan([Note(LEADS, 4, 5, "ours"), Note(LEADS, 5, 5, "ours")]), package)
    assert notes(package) == {"E4": "问过了", "E5": "ours"}
    apply(OUT, package)
    assert notes(package) == {"E4": "问过了"}


def test_a_note_that_a_user_changed_stays_and_is_the_users() -> None:
    package = package_of(team_book())
    apply(EditPlan([Note(LEADS, 5, 5, "ours"), Note(LEADS, 6, 5, "ours")]), package)
    data = package.read("xl/comments1.xml").replace(b">ours<", ">已联系<".encode(), 1)
    package.write("xl/comments1.xml", data)
    apply(EditPlan([TakeOut(), Note(LEADS, 5, 5, "new")]), package)
    assert notes(package) == {"E4": "问过了", "E5": "已联系"}


def test_notes_bring_their_parts_and_take_them_away() -> None:
    package = package_of(zipped(workbook_parts({"S": '<row r="1"><c r="A1"><v>1</v></c></row>'})))
    before = package.to_bytes()
    apply(EditPlan([Note("S", 1, 1, "a\nb"), Note("S", 1, 2, "控制 \x07 _x0041_")]), package)
    sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"legacyDrawing" in sheet
    assert package.content_type("xl/drawings/vmlDrawing1.vml") is not None
    assert notes(package) == {"A1": "a\nb", "B1": "控制 _x0007_ _x005F_x0041_"}
    again = package_of(package.to_bytes())
    apply(OUT, again)
    assert package_of(before).names() == again.names()
    assert b"legacyDrawing" not in again.read("xl/worksheets/sheet1.xml")


def test_a_drawing_with_other_prefixes_takes_our_shapes() -> None:
    package = package_of(team_book())
    part = "xl/drawings/vmlDrawing1.vml"
    data = package.read(part).replace(b"v:", b"ns1:").replace(b"o:", b"ns2:").replace(b"x:", b"ns3:")
    package.write(part, data.replace(b"xmlns:v=", b"xmlns:ns1=").replace(b"xmlns:o=", b"xmlns:ns2=").replace(b"xmlns:x=", b"xmlns:ns3="))
    bare = package.read(part)
    apply(EditPlan([Note(LEADS, 5, 5, "ours")]), package)
    etree.fromstring(package.read(part))
    assert package.read(part).count(b"funnelbook:") == 1
    apply(OUT, package)
    assert package.read(part) == bare


def test_a_thousand_notes_have_ids_of_their_own() -> None:
    package = package_of(team_book())
    apply(EditPlan([Note(LEADS, row, 1, f"第 {row} 行") for row in range(1, 1001)]), package)
    shapes = etree.fromstring(package.read("xl/drawings/vmlDrawing1.vml")).findall("{urn:schemas-microsoft-com:vml}shape")
    assert len({shape.get("id") for shape in shapes}) == len(shapes) == 1001


def test_a_plan_without_notes_leaves_their_parts_alone() -> None:
    package = package_of(team_book())
    apply(EditPlan([PutCell(LEADS, 30, 1, "x"), TakeOut()]), package)
    assert not {name for name in package.changed if "comments" in name or "vml" in name}


def test_a_drawing_of_notes_goes_with_a_relationship_of_a_broken_type() -> None:
    package = package_of(zipped(workbook_parts({"S": '<row r="1"><c r="A1"><v>1</v></c></row>'})))
    apply(EditPlan([Note("S", 1, 1, "a")]), package)
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    package.write(rels, package.read(rels).replace(b"/relationships/vmlDrawing", b"/relationships/nothing"))
    again = package_of(package.to_bytes())
    apply(OUT, again)
    assert not again.relationships("xl/worksheets/sheet1.xml")
    assert "xl/drawings/vmlDrawing1.vml" not in again.names()


def test_notes_and_marks_of_ours_in_a_block_of_alternatives_go_too() -> None:
    package = package_of(zipped(workbook_parts({"S": '<row r="1"><c r="A1"><v>1</v></c></row>'})))
    apply(EditPlan([Note("S", 1, 1, "a"), PutSheet("new", [["a"]], "summary")]), package)

    def wrap(part: str, element: bytes) -> None:
        data = package.read(part)
        start, end = data.index(b"<" + element), data.index(b"</" + element.strip() + b">") + len(element.strip()) + 3
        head = b'<mc:AlternateContent xmlns:mc="%b"><mc:Choice Requires="x">' % COMPATIBILITY.encode()
        package.write(part, data[:start] + head + data[start:end] + b"</mc:Choice></mc:AlternateContent>" + data[end:])

    wrap("xl/comments1.xml", b"comment ")
    wrap("xl/workbook.xml", b"definedNames")
    again = package_of(package.to_bytes())
    apply(EditPlan([TakeOut(("summary",))]), again)
    assert "xl/comments1.xml" not in again.names() or notes(again) == {}
    assert b"_funnelbook" not in again.read("xl/workbook.xml")
