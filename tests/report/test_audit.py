"""The audit sheet and the audit's own workbook: order, links, remarks, and texts that look like formulas (DESIGN.md 4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import funnelbook
from funnelbook.edits import Link
from funnelbook.funnel.model import Finding
from funnelbook.pipeline import write_audit
from funnelbook.report.audit import COLUMNS, HEADER_ROW, MOST_ROWS, audit_sheet, audit_workbook, remark_key
from funnelbook.report.plan import MOST_NOTES
from funnelbook.words import LANGUAGES, say

from ..funnel.build import rules_sheet, sheet_of
from ..workbooks import AS_OF, LEADS, lead, own_sheet, refresh, rows_below, team, type_in
from .sheets import Answered, answered, read_back, table_below, values

BAD = [{"source": None, "budget": "面议", "phone": "12"}, {"expected_close": "2024-13-01"}, {"source": "不知道", "owner": "李四"}, {}]
FORMULAS = ("=1+1", "+86 1380", "-5x", "@SUM(A1)", '=HYPERLINK("http://x")')


def audited(**more: Any) -> Answered:
    return answered([sheet_of("leads", BAD), sheet_of("followups", [{"content": None}])], **more)


def listed(found: Answered) -> list[dict[str, Any]]:
    return table_below(found.sheet("audit"), say("audit.owner", "zh"))


def test_findings_stand_by_person_and_then_by_severity() -> None:
    rows = listed(audited())
    order = [say(f"severity.{code}", "zh") for code in ("error", "warning", "info")]
    places = [(row[say("audit.owner", "zh")], order.index(row[say("audit.severity", "zh")])) for row in rows]
    assert places == sorted(places)
    assert len({who for who, _ in places}) > 1
    assert len({level for _, level in places}) > 1
    assert len(rows) == len(audited().assessment.findings)


def test_a_row_without_a_person_of_its_own_is_the_owners_of_its_lead() -> None:
    log = [
        {"content": None, "followed_by": None},
        {"content": None, "followed_by": "李四"},
        {"content": None, "followed_by": None, "lead_id": "?"},
    ]
    leads = [{"owner": "王大力"}, {"owner": "王大力"}, {"lead_id": "X1", "owner": "赵六"}, {"lead_id": "X1", "owner": "钱七"}]
    log.append({"content": None, "followed_by": None, "lead_id": "X1"})
    found = listed(answered([sheet_of("leads", leads), sheet_of("followups", log)]))
    nobody, owners = say("reminders.nobody", "zh"), {row[say("audit.cell", "zh")].text: row[say("audit.owner", "zh")] for row in found}
    assert [owners[f"D{row}"] for row in range(2, 6)] == ["王大力", "李四", nobody, nobody]


def test_how_many_findings_everybody_has_stands_above_the_list() -> None:
    found = audited()
    rows = [row[say("audit.owner", "zh")] for row in listed(found)]
    (line,) = values(found.sheet("audit"))[3]
    assert all(say("blocks.person", "zh", person=who, n=rows.count(who)) in str(line) for who in set(rows))


def test_every_cell_is_linked() -> None:
    links = {row[say("audit.cell", "zh")] for row in listed(audited())}
    assert Link("B2", "'线索信息表'!B2") in links
    assert Link("D2", "'跟进记录表'!D2") in links


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_names_the_lead_its_owner_the_column_and_the_problem(lang: str) -> None:
    found = audited(lang=lang)
    row = next(
        row
        for row in table_below(found.sheet("audit"), say("audit.owner", lang))
        if row[say("audit.code", lang)] == "required.missing" and row[say("audit.sheet", lang)] == "线索信息表"
    )
    said = [row[say(f"audit.{key}", lang)] for key in ("sheet", "id", "owner", "field", "problem", "value", "remark", "code")]
    assert said == ["线索信息表", "202406001", "张三", "来源", say("finding.required.missing", lang), None, None, "required.missing"]


def test_the_counts_stand_above_the_list() -> None:
    found = audited()
    counts = {code: sum(f.severity == code for f in found.assessment.findings) for code in ("error", "warning", "info")}
    assert values(found.sheet("audit"))[2] == [say("audit.counts", "zh", **counts)]


def test_without_findings_it_says_so() -> None:
    found = answered([sheet_of("leads", [{}]), sheet_of("followups", [{}]), sheet_of("conversions", [])])
    assert found.assessment.findings == ()
    assert values(found.sheet("audit"))[2:] == [[say("audit.none", "zh")], [None], [say(f"audit.{key}", "zh") for key, _, _ in COLUMNS]]


def test_what_is_beyond_the_limit_is_counted() -> None:
    found = audited()
    one = next(f for f in found.assessment.findings if f.severity == "warning")
    error = next(f for f in found.assessment.findings if f.severity == "error")
    sheet = audit_sheet([one] * (MOST_ROWS + 2) + [error], found.tables, found.records, {}, "数据审计", "zh")
    assert len(sheet.bulk[0].values) == MOST_ROWS
    assert say("severity.error", "zh") in sheet.bulk[1].values
    assert say("audit.more", "zh", n=3) in str(values(sheet)[2][0])
    assert sheet.filter is not None
    assert sheet.filter.bottom == HEADER_ROW + MOST_ROWS


def test_the_list_can_be_filtered_and_says_who_made_it() -> None:
    sheet = audited().sheet("audit")
    assert sheet.filter is not None
    assert (sheet.filter.top, sheet.filter.right) == (HEADER_ROW, len(COLUMNS))
    assert "funnelbook" in str(values(sheet)[1][0])


def test_a_bad_rule_is_listed_with_its_cell() -> None:
    found = answered([sheet_of("leads", [{}]), rules_sheet([("tier.A", "viel")])])
    row = next(row for row in listed(found) if row[say("audit.code", "zh")] == "rule.invalid")
    assert row[say("audit.cell", "zh")] == Link("B4", "'规则'!B4")
    assert row[say("audit.field", "zh")] == say("audit.rules", "zh")


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(text: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "线索信息表"
    sheet.append(LEADS)
    sheet.append(lead("L1", 来源=None))
    for name, value in (("负责人", text), ("线索等级", text), ("线索编号", text), ("公司名称", text), ("录入时间", text)):
        cell = sheet.cell(2, LEADS.index(name) + 1, value)
        cell.data_type = "s"
    path = tmp_path / "book.xlsx"
    book.save(path)
    refresh(path)
    written = openpyxl.load_workbook(path)
    for name in ("数据审计", "跟进提醒", "明细", "变更记录"):
        cells = [cell for line in written[name].iter_rows() for cell in line if cell.value == text]
        assert {cell.data_type for cell in cells} <= {"s"}
    assert any(cell.value == text for line in written["数据审计"].iter_rows() for cell in line)
    report = funnelbook.audit(path, as_of=AS_OF)
    write_audit([report], tmp_path / "audit.xlsx", "zh", mask=False)
    cells = [cell for line in openpyxl.load_workbook(tmp_path / "audit.xlsx").worksheets[0].iter_rows() for cell in line]
    assert any(cell.value == text for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}


def test_a_remark_stays_with_its_lead_when_the_table_is_sorted(tmp_path: Path) -> None:
    first, second = lead("L1", 来源=None), lead("L2", 来源=None, 联系方式="13800010002")
    path = team(tmp_path / "book.xlsx", [first, second])
    refresh(path)
    remark(path, "L1", "明天补")
    book = openpyxl.load_workbook(path)
    sheet = book["线索信息表"]
    for column in range(1, sheet.max_column + 1):
        a, b = sheet.cell(2, column), sheet.cell(3, column)
        a.value, b.value = b.value, a.value
    book.save(path)
    refresh(path)
    assert {row["编号"]: row["处理说明"] for row in missing(path)} == {"L1": "明天补", "L2": None}


def missing(path: Path) -> list[dict[str, Any]]:
    rows = rows_below(own_sheet(path, "audit"), say("audit.code", "zh"))
    return [{"编号": row[say("audit.id", "zh")], **row} for row in rows if row[say("audit.code", "zh")] == "required.missing"]


def remark(path: Path, key: str, text: str, nth: int = 0) -> None:
    """A person types a remark beside the finding of a lead."""
    at = [row["row"] for row in missing(path) if row["编号"] == key][nth]
    type_in(path, "数据审计", at, [key for key, _, _ in COLUMNS].index("remark") + 1, text)


def test_the_key_of_a_remark_is_the_same_for_a_link_and_the_text_that_is_read_back() -> None:
    found = audited()
    written = [remark_key(row) for row in zip(*(column.values for column in found.sheet("audit").bulk), strict=True)]
    (grid,) = read_back(found.sheet("audit"))
    read = [
        remark_key([grid.value(row, column) for column in range(1, len(COLUMNS) + 1)]) for row in range(HEADER_ROW + 1, grid.height + 1)
    ]
    assert written == read


def test_the_workbook_of_several_audits_names_each() -> None:
    finding = {
        "severity": "error",
        "sheet": "线索",
        "cell": "B2",
        "lead_id": None,
        "field": "source",
        "message": "x",
        "value": 5,
        "code": "c",
    }
    (sheet,) = audit_workbook([("a.xlsx", [finding]), ("b.xlsx", []), ("c.xlsx", [finding, finding])], "zh")
    header = next(i for i, row in enumerate(values(sheet)) if row[:1] == ["工作簿"])
    assert [row[0] for row in values(sheet)[header + 1 :]] == ["a.xlsx", "c.xlsx", "c.xlsx"]
    assert values(sheet)[header + 1][1:] == ["错误", "线索", "B2", None, "来源", "x", "5", "c"]


def test_notes_are_capped_per_sheet_errors_first() -> None:
    found = answered([sheet_of("leads", [{"phone": None, "budget": None} for _ in range(MOST_NOTES - 10)])])
    from funnelbook.edits import Note

    notes = found.of(Note)
    assert len(notes) == MOST_NOTES
    errors = {(f.row, f.column) for f in found.assessment.findings if f.severity == "error" and f.cell}
    assert all((note.row, note.column) in errors for note in notes[: min(len(errors), MOST_NOTES)])


def test_a_finding_of_a_whole_table_has_no_cell() -> None:
    found = answered([sheet_of("leads", [{}], without=["need"])])
    row = next(row for row in listed(found) if row[say("audit.code", "zh")] == "column.missing")
    assert row[say("audit.cell", "zh")] is None
    assert isinstance(found.assessment.findings[0], Finding)
