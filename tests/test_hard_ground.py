"""Tables that leave little room: what stands beside them stays the user's, and a second refresh changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from funnelbook import pipeline
from funnelbook.book import Package, read_grids
from funnelbook.errors import UnsafeEditError

from .workbooks import AS_OF, WEEK_LATER, team, workbook

HEADERS = ["线索编号", "联系人", "联系方式", "公司名称", "来源", "需求描述", "预算范围", "预计成交时间", "线索等级", "负责人", "录入时间"]
LEADS = [[f"L{i}", "张三", f"1380000111{i}", f"公司{i}", "展会", "系统", "50-80万", "2024-08", "A", "李四", "2024-06-10"] for i in range(5)]
TOUCHES = [["线索编号", "跟进时间", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人"]] + [
    [f"L{i}", "2024-06-11", "电话", "介绍", "好", "报价", "李四"] for i in range(5)
]


def refreshed_twice(path: Path) -> Any:
    """The workbook after two refreshes as of one day, the second of which must not change a byte."""
    pipeline.refresh(path, as_of=AS_OF)
    assert not pipeline.refresh(path, as_of=AS_OF).replaced
    return openpyxl.load_workbook(path)


def with_table(path: Path, ref: str, headers: list[str] = HEADERS) -> Path:
    """Leads under *headers*, with an Excel Table over *ref*."""
    rows = [headers, *(lead + ["x"] * (len(headers) - len(HEADERS)) for lead in LEADS)]
    workbook(path, {"线索": rows})
    book = openpyxl.load_workbook(path)
    book["线索"].add_table(Table(displayName="线索表", ref=ref))
    book.save(path)
    return path


def test_an_excel_table_over_some_of_the_columns_stays_as_it_is(tmp_path: Path) -> None:
    sheet = refreshed_twice(with_table(tmp_path / "a.xlsx", "A1:H6"))["线索"]
    assert sheet.tables["线索表"].ref == "A1:H6"
    assert [cell.value for cell in sheet[1]][: len(HEADERS)] == HEADERS


def test_an_excel_table_with_a_column_named_like_ours_gets_a_sheet_beside_it(tmp_path: Path) -> None:
    book = refreshed_twice(with_table(tmp_path / "a.xlsx", "A1:L6", [*HEADERS, "数据问题"]))
    assert "线索 核对" in book.sheetnames
    assert [cell.value for cell in book["线索"][1]][11] == "数据问题"


def test_every_header_of_an_excel_table_is_the_name_of_its_column_after_a_change_of_language(tmp_path: Path) -> None:
    path = with_table(tmp_path / "a.xlsx", "A1:K6")
    pipeline.refresh(path, as_of=AS_OF)
    pipeline.refresh(path, as_of=AS_OF, lang="en")
    (grid,) = [grid for grid in read_grids(Package.open(path)) if grid.sheet == "线索"]
    table = grid.excel_tables[0]
    assert [grid.value(1, column) for column in range(1, table.range.right + 1)] == list(table.columns)


def test_formulas_that_show_nothing_are_in_the_way(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"线索": [HEADERS, *LEADS]})
    book = openpyxl.load_workbook(path)
    for row in range(2, 7):
        book["线索"].cell(row, 13, '=""')
    book.save(path)
    after = refreshed_twice(path)
    assert "线索 核对" in after.sheetnames
    assert after["线索"].cell(2, 13).value == '=""'


def test_leads_above_follow_ups_keep_all_their_columns(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"线索": [HEADERS, *LEADS, [], [], *TOUCHES]})
    first = pipeline.refresh(path, as_of=AS_OF).to_dict()
    again = pipeline.refresh(path, as_of=AS_OF)
    assert not again.replaced
    assert again.to_dict()["leads"] == first["leads"]


@pytest.mark.parametrize("title", ["明细", "数据审计", "跟进提醒", "变更记录", "汇总"])
def test_a_copy_of_a_sheet_of_ours_is_never_a_source(tmp_path: Path, title: str) -> None:
    path = team(tmp_path / "a.xlsx", [["L1"]], [])
    before = pipeline.refresh(path, as_of=AS_OF).to_dict()["tables"]
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book[title])
    copy.title = "我的副本"
    book.save(path)
    assert pipeline.refresh(path, as_of=WEEK_LATER).to_dict()["tables"] == before
    assert "我的副本" in openpyxl.load_workbook(path).sheetnames


def test_remove_says_so_when_a_copy_that_another_program_saved_still_reads_our_sheets(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [["L1"]], [])
    pipeline.refresh(path, as_of=AS_OF)
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["汇总"]).title = "我的副本"
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(UnsafeEditError):
        pipeline.remove(path)
    assert path.read_bytes() == before
