"""What stays from refresh to refresh: the user's remarks, rules and names, the history, and the file when something fails."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from funnelbook import pipeline
from funnelbook.book import Package, apply, read_grids
from funnelbook.edits import EditPlan, PutCell, PutSheet
from funnelbook.errors import ChangedMeanwhileError, FunnelbookError, LockedError, OldFormatError, UsageError
from funnelbook.grid import CellRef
from funnelbook.words import say

from .workbooks import (
    AS_OF,
    CONVERSIONS,
    ENGLISH,
    LEADS,
    SAMPLES,
    WEEK_LATER,
    column_of,
    files,
    lead,
    opened,
    own_sheet,
    refresh,
    rows_below,
    team,
    touch,
    type_in,
    workbook,
)

SOURCE, NEED, STATUS = 2, 6, 8


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two leads that lack something, one of them overdue."""
    leads = [lead("L1", 来源=None), lead("L2", 需求描述=None, 联系方式="13800010002", 录入时间=dt.date(2024, 6, 1))]
    touches = [touch("L1", dt.date(2024, 6, 19)), touch("L2", dt.date(2024, 6, 2))]
    path = team(tmp_path / "团队.xlsx", leads, touches)
    refresh(path)
    return path


def written(path: Path, role: str, header: str) -> list[dict[str, Any]]:
    """The rows of a sheet of ours."""
    return rows_below(own_sheet(path, role), header)


def remark(path: Path, role: str, text: str, **where: Any) -> None:
    """What a person does: a remark in the row of *role*'s sheet whose columns hold *where*."""
    grid = own_sheet(path, role)
    row = next(row for row in rows_below(grid, "处理说明") if all(row[key] == value for key, value in where.items()))
    type_in(path, grid.sheet, row["row"], column_of(grid, "处理说明"), text)


# ---- remarks ---------------------------------------------------------------------------------------------------------------


def test_a_remark_stays_with_its_finding(book: Path) -> None:
    remark(book, "audit", "已问客户", 单元格="B2")
    type_in(book, "线索信息表", 2, LEADS.index("需求描述") + 1, None)
    refresh(book, as_of=WEEK_LATER)
    remarks = {row["单元格"]: row["处理说明"] for row in written(book, "audit", "处理说明") if row["字段"] == "来源"}
    assert remarks == {"B2": "已问客户"}
    assert [row for row in written(book, "audit", "处理说明") if row["处理说明"]] != []


def test_a_remark_follows_its_lead_when_the_table_is_sorted(book: Path) -> None:
    remark(book, "audit", "已问客户", 单元格="B2")
    plan = []
    for column in range(1, len(LEADS) + 1):
        grid = next(grid for grid in read_grids(Package.open(book)) if grid.sheet == "线索信息表")
        plan += [PutCell("线索信息表", 2, column, grid.value(3, column)), PutCell("线索信息表", 3, column, grid.value(2, column))]
    package = Package.open(book)
    apply(EditPlan(plan), package)
    package.save(book)
    refresh(book, as_of=WEEK_LATER)
    rows = [row for row in written(book, "audit", "处理说明") if row["处理说明"]]
    assert [(row["单元格"], row["编号"], row["处理说明"]) for row in rows] == [("B3", "L1", "已问客户")]


def test_a_remark_moves_to_the_changes_when_its_finding_is_gone(book: Path) -> None:
    remark(book, "audit", "已问客户", 单元格="B2")
    type_in(book, "线索信息表", 2, SOURCE, "官网")
    refresh(book, as_of=WEEK_LATER)
    assert [row for row in written(book, "audit", "处理说明") if row["处理说明"]] == []
    notes = [row for row in written(book, "changes", "统计日期") if "已问客户" in str(row)]
    assert [row["统计日期"] for row in notes] == [WEEK_LATER]
    refresh(book, as_of=WEEK_LATER + dt.timedelta(days=7))
    assert [row for row in written(book, "changes", "统计日期") if "已问客户" in str(row)] == [
        row for row in written(book, "changes", "统计日期") if row["统计日期"] == WEEK_LATER and "已问客户" in str(row)
    ]


def test_a_remark_that_has_moved_stays_where_it_is_on_the_same_day(book: Path) -> None:
    remark(book, "audit", "已问客户", 单元格="B2")
    type_in(book, "线索信息表", 2, SOURCE, "官网")
    refresh(book)
    before = book.read_bytes()
    refresh(book)
    assert book.read_bytes() == before
    assert sum("已问客户" in str(row) for row in written(book, "changes", "统计日期")) == 1


def test_a_remark_stays_with_its_reminder_and_moves_to_the_changes_after_it(book: Path) -> None:
    (row,) = [row for row in written(book, "reminders", "处理说明") if row["线索"] == "L2" and "pool" in row["规则代码"]]
    remark(book, "reminders", "周五再打", 线索="L2", 规则代码=row["规则代码"])
    refresh(book, as_of=AS_OF + dt.timedelta(days=1))
    rows = [row for row in written(book, "reminders", "处理说明") if row["处理说明"]]
    assert [(row["线索"], row["处理说明"]) for row in rows] == [("L2", "周五再打")]
    grid = next(grid for grid in read_grids(Package.open(book)) if grid.sheet == "跟进记录表")
    for column, value in enumerate(touch("L2", dt.date(2024, 6, 26)), start=1):
        type_in(book, grid.sheet, grid.height + 1, column, value)
    refresh(book, as_of=WEEK_LATER)
    assert [row for row in written(book, "reminders", "处理说明") if row["处理说明"]] == []
    assert sum("周五再打" in str(row) for row in written(book, "changes", "统计日期")) == 1


def test_remarks_and_history_outlive_a_change_of_the_language(book: Path) -> None:
    remark(book, "audit", "已问客户", 单元格="B2")
    refresh(book, "--lang", "en", as_of=WEEK_LATER)
    rows = [row for row in rows_below(own_sheet(book, "audit"), "Remark") if row["Remark"]]
    assert [(row["Cell"], row["Remark"]) for row in rows] == [("B2", "已问客户")]
    assert [row["As of"] for row in rows_below(own_sheet(book, "history"), "As of")] == [AS_OF, WEEK_LATER]
    refresh(book, as_of=WEEK_LATER)
    assert [row["处理说明"] for row in written(book, "audit", "处理说明") if row["处理说明"]] == ["已问客户"]
    changes = [(row["编号"], row["记录"]) for row in written(book, "changes", "统计日期")]
    assert [who for who, kind in changes if kind == "首次"] == ["L1", "L2"]


# ---- history and changes -----------------------------------------------------------------------------------------------------


def test_the_history_has_one_row_per_as_of_date(book: Path) -> None:
    for day in (AS_OF, WEEK_LATER, WEEK_LATER, AS_OF):
        refresh(book, as_of=day)
    rows = written(book, "history", "统计日期")
    assert [row["统计日期"] for row in rows] == [AS_OF, WEEK_LATER]
    assert [row[say("history.leads", "zh")] for row in rows] == [2, 2]


def test_the_same_date_replaces_its_row_of_the_history(book: Path) -> None:
    (before,) = written(book, "history", "统计日期")
    type_in(book, "线索信息表", 2, SOURCE, "官网")
    refresh(book)
    (after,) = written(book, "history", "统计日期")
    assert after["统计日期"] == before["统计日期"]
    assert after != before


def test_every_lead_has_one_opening_row_in_the_changes(book: Path) -> None:
    refresh(book, as_of=WEEK_LATER)
    rows = written(book, "changes", "统计日期")
    assert [(row["统计日期"], row["编号"]) for row in rows if row["记录"] == "首次"] == [(AS_OF, "L1"), (AS_OF, "L2")]


def test_a_change_of_the_overdue_state_is_a_row_and_nothing_else_is(book: Path) -> None:
    refresh(book, as_of=WEEK_LATER)
    rows = [row for row in written(book, "changes", "统计日期") if row["统计日期"] == WEEK_LATER]
    assert [row["编号"] for row in rows] == ["L1"]
    assert rows[0]["新超期"] == 1
    assert rows[0]["结果"] == "跟进中"


def test_a_lead_that_was_won_is_newly_won_once(book: Path) -> None:
    package = Package.open(book)
    apply(EditPlan([PutSheet("转化分析表", [CONVERSIONS, ("L1", "成交", 65, None, 5, "王大力", "好", dt.date(2024, 6, 23))])]), package)
    package.save(book)
    refresh(book, as_of=WEEK_LATER)
    refresh(book, as_of=WEEK_LATER + dt.timedelta(days=7))
    won = [(row["统计日期"], row["编号"]) for row in written(book, "changes", "统计日期") if row["新成交"]]
    assert won == [(WEEK_LATER, "L1")]


def test_a_lead_that_comes_later_is_new(book: Path) -> None:
    for column, value in enumerate(lead("L3", 联系方式="13800010003"), start=1):
        type_in(book, "线索信息表", 4, column, value)
    refresh(book, as_of=WEEK_LATER)
    new = [(row["统计日期"], row["编号"]) for row in written(book, "changes", "统计日期") if row["新增"]]
    assert new == [(WEEK_LATER, "L3")]


def test_rows_of_a_later_date_are_kept_and_ignored(book: Path) -> None:
    before = written(book, "changes", "统计日期")
    refresh(book, as_of=WEEK_LATER)
    refresh(book, as_of=AS_OF)
    rows = written(book, "changes", "统计日期")
    assert [row for row in rows if row["统计日期"] == AS_OF] == before
    assert [row["编号"] for row in rows if row["统计日期"] == WEEK_LATER] == ["L1"]


# ---- names -------------------------------------------------------------------------------------------------------------------


def test_a_sheet_of_the_users_that_bears_our_name_stays(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")], 汇总=[["我们自己的汇总"], [42]])
    refresh(path)
    refresh(path, as_of=WEEK_LATER)
    book = opened(path)
    assert [row[0].value for row in book["汇总"].iter_rows()] == ["我们自己的汇总", 42]
    assert own_sheet(path, "summary").sheet == "汇总 (2)"
    assert "汇总 (3)" not in book.sheetnames


@pytest.mark.parametrize(("role", "title"), [("details", "我的明细"), ("summary", "周报"), ("changes", "流水"), ("rules", "标准")])
def test_a_sheet_of_ours_that_was_renamed_keeps_its_name_and_formulas_follow(book: Path, role: str, title: str) -> None:
    old = own_sheet(book, role).sheet
    rename(book, old, title)
    refresh(book, as_of=WEEK_LATER)
    assert own_sheet(book, role).sheet == title
    result = opened(book)
    assert old not in result.sheetnames
    formulas = [str(cell.value) for row in result[own_sheet(book, "summary").sheet].iter_rows() for cell in row if cell.data_type == "f"]
    assert [formula for formula in formulas if f"'{old}'!" in formula] == []
    if role == "details":
        assert [formula for formula in formulas if f"'{title}'!" in formula] != []
    before = book.read_bytes()
    refresh(book, as_of=WEEK_LATER)
    assert book.read_bytes() == before


def rename(path: Path, old: str, new: str) -> None:
    """What Excel does: the sheet's name in the workbook part, and in every reference of a formula or a name."""
    package = Package.open(path)
    for name in package.names():
        if name.endswith(".xml"):
            data = package.read(name)
            found = data.replace(f"'{old}'!".encode(), f"'{new}'!".encode())
            if name == package.main:
                found = found.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
            package.write(name, found)
    package.save(path)


# ---- the rules sheet -----------------------------------------------------------------------------------------------------------


def rule(path: Path, key: str, value: Any) -> None:
    """What a person does: another value for a rule on the rules sheet."""
    grid = own_sheet(path, "rules")
    row = next(row["row"] for row in rows_below(grid, "规则代码") if row["规则代码"] == key)
    type_in(path, grid.sheet, row, column_of(grid, "取值"), value)


def test_a_rule_that_the_user_changes_takes_effect_and_stays_theirs(book: Path) -> None:
    assert pipeline.audit(book, AS_OF).to_dict()["leads"][0]["tier"] == "A"
    rule(book, "tier.A", 100)
    rule(book, "pool.days", 90)
    type_in(book, "线索信息表", 2, LEADS.index("预算充足度") + 1, "匹配")
    for day in (AS_OF, WEEK_LATER):
        refresh(book, as_of=day)
        document = pipeline.audit(book, day).to_dict()
        assert (document["leads"][0]["score_min"], document["leads"][0]["tier"]) == (90, "B")
        assert document["leads"][1]["follow_up"] != "pool"
        values = {row["规则代码"]: row["取值"] for row in written(book, "rules", "规则代码")}
        assert (values["tier.A"], values["pool.days"], values["tier.B"]) == (100, 90, 60)


def test_a_rule_that_cannot_be_used_is_a_finding_at_its_cell_and_the_default_counts(book: Path) -> None:
    rule(book, "pool.days", "一周")
    found = [f for f in pipeline.audit(book, AS_OF).to_dict()["findings"] if f["code"] == "rule.invalid"]
    assert [(f["sheet"], f["value"], f["severity"]) for f in found] == [("规则", "一周", "error")]
    assert pipeline.audit(book, AS_OF).to_dict()["leads"][1]["follow_up"] == "pool"
    refresh(book)
    assert "rule.invalid" in {row["规则代码"] for row in written(book, "audit", "规则代码")}


def test_a_rule_that_was_deleted_comes_back_below(book: Path) -> None:
    grid = own_sheet(book, "rules")
    row = next(row["row"] for row in rows_below(grid, "规则代码") if row["规则代码"] == "pool.days")
    for column in range(1, 6):
        type_in(book, grid.sheet, row, column, None)
    refresh(book)
    rows = written(book, "rules", "规则代码")
    assert [row["取值"] for row in rows if row["规则代码"] == "pool.days"] == [7]


def test_a_sheet_that_is_left_out_on_the_rules_sheet_is_not_read(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    refresh(path)
    package = Package.open(path)
    apply(EditPlan([PutSheet("线索存档", [LEADS, lead("L9")])]), package)
    package.save(path)
    assert len(pipeline.audit(path, AS_OF).to_dict()["leads"]) == 2
    grid = own_sheet(path, "rules")
    below = next(row for row in range(1, grid.height) if grid.value(row, column_of(grid, "不读取的工作表")) == "不读取的工作表") + 1
    type_in(path, grid.sheet, below, column_of(grid, "不读取的工作表"), "线索存档")
    assert [found["lead_id"] for found in pipeline.audit(path, AS_OF).to_dict()["leads"]] == ["L1"]


# ---- what is there and what is not ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [LEADS, ENGLISH], ids=["zh", "en"])
def test_a_table_of_headers_alone_is_refreshed(tmp_path: Path, headers: tuple[str, ...]) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Leads": [headers]})
    report = pipeline.refresh(path, as_of=AS_OF, keep_backup=False).to_dict()
    assert (report["leads"], report["metrics"]["results"]["open"], report["metrics"]["completeness"]) == ([], 0, None)
    before = path.read_bytes()
    pipeline.refresh(path, as_of=AS_OF)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("headers", "lacks"),
    [
        (("线索编号", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人"), "followed_at"),
        (("线索编号", "成交金额(万)", "未成交原因", "转化周期(天)", "负责人", "分析总结"), "result"),
    ],
)
def test_a_table_without_the_column_that_makes_it_one_is_refreshed(tmp_path: Path, headers: tuple[str, ...], lacks: str) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")], 表=[headers, ("L1", *[None] * (len(headers) - 1))])
    said = pipeline.refresh(path, as_of=AS_OF, keep_backup=False).to_dict()
    assert ("column.missing", lacks) in [(one["code"], one["field"]) for one in said["findings"]]
    again = path.read_bytes()
    pipeline.refresh(path, as_of=AS_OF, keep_backup=False)
    assert path.read_bytes() == again


def test_rows_typed_into_a_table_of_headers_alone_are_found_later(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx")
    refresh(path)
    for column, value in enumerate(lead("L1"), start=1):
        type_in(path, "线索信息表", 2, column, value)
    refresh(path)
    assert pipeline.audit(path, AS_OF).to_dict()["metrics"]["leads"] == 1


def test_the_language_of_a_workbook_is_that_of_its_headers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Leads": [ENGLISH, ["1", "Website", "Li", "13800010001", "Acme"]]})
    assert pipeline.audit(path, AS_OF).lang == "en"
    assert pipeline.audit(path, AS_OF, lang="zh").lang == "zh"


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_an_old_format_is_audited_and_never_written(tmp_path: Path, suffix: str) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    source = team(tmp_path / "a.xlsx", [lead("L1", 来源=None)], [touch("L1", dt.date(2024, 6, 19))])
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", suffix]
    command += ["--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=600, env={**os.environ, "HOME": str(tmp_path)})
    path = tmp_path / f"a.{suffix}"
    before = path.read_bytes()
    document = pipeline.audit(path, AS_OF).to_dict()
    assert [(f["code"], f["cell"]) for f in document["findings"]] == [("required.missing", "B2")]
    assert pipeline.inspect(path)["profile"] == "tracking"
    with pytest.raises(OldFormatError):
        pipeline.refresh(path, as_of=AS_OF)
    assert path.read_bytes() == before


def test_a_value_that_the_growing_table_runs_into_stays_and_our_columns_go_to_a_sheet_of_their_own(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    type_in(path, "线索信息表", 5, len(LEADS) + 2, "别动我")
    refresh(path)
    for row in range(3, 7):
        for column, value in enumerate(lead(f"L{row}", 联系方式=f"1380001000{row}"), start=1):
            type_in(path, "线索信息表", row, column, value)
    report = pipeline.refresh(path, as_of=WEEK_LATER, keep_backup=False).to_dict()
    assert "column.blocked" in {finding["code"] for finding in report["findings"]}
    assert opened(path)["线索信息表"].cell(5, len(LEADS) + 2).value == "别动我"
    assert "线索信息表 核对" in opened(path).sheetnames
    assert pipeline.refresh(path, as_of=WEEK_LATER).output is None


# ---- when something comes in between ---------------------------------------------------------------------------------------------

STAGES = ("open", "read", "find", "assess", "plan", "apply", "save")


class StopError(Exception):
    """Stands for whatever ends a run."""


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_that_ends_at_any_stage_leaves_the_file_and_nothing_else(tmp_path: Path, stage: str) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    before = files(tmp_path)

    def step(code: str) -> None:
        if code == stage:
            raise StopError

    with pytest.raises(StopError):
        pipeline.refresh(path, as_of=AS_OF, step=step)
    assert files(tmp_path) == before


def test_every_stage_is_told_in_its_order(tmp_path: Path) -> None:
    told: list[str] = []
    pipeline.refresh(team(tmp_path / "a.xlsx", [lead("L1")]), as_of=AS_OF, step=told.append)
    assert told == list(STAGES)


def test_a_file_that_changes_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    other = team(tmp_path / "other.xlsx", [lead("L2")]).read_bytes()

    def step(code: str) -> None:
        if code == "apply":
            path.write_bytes(other)

    with pytest.raises(ChangedMeanwhileError):
        pipeline.refresh(path, as_of=AS_OF, step=step)
    assert files(tmp_path) == {"a.xlsx": other, "other.xlsx": other}


def test_two_runs_never_write_at_the_same_time(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    refused: list[str] = []

    def step(code: str) -> None:
        if code == "plan":
            with pytest.raises(LockedError) as caught:
                pipeline.refresh(path, as_of=AS_OF)
            refused.append(caught.value.facts["holder"])

    pipeline.refresh(path, as_of=AS_OF, step=step)
    assert refused == ["funnelbook"]


@pytest.mark.parametrize(
    "moment",
    [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.datetime(9999, 12, 31, 23, 59), dt.datetime(2024, 6, 20, tzinfo=dt.UTC)],
    ids=str,
)
@pytest.mark.parametrize("command", [pipeline.refresh, pipeline.audit], ids=["refresh", "audit"])
def test_a_moment_that_no_workbook_can_hold_is_refused(tmp_path: Path, moment: dt.date, command: Callable[..., Any]) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    with pytest.raises(UsageError):
        command(path, as_of=moment)


@pytest.mark.parametrize("moment", [dt.date(1900, 1, 1), dt.date(2999, 12, 31), dt.datetime(2024, 2, 29, 23, 59)], ids=str)
def test_any_other_moment_can_be_judged_by(tmp_path: Path, moment: dt.date) -> None:
    path = Path(shutil.copyfile(SAMPLES[1], tmp_path / "a.xlsx"))
    assert pipeline.refresh(path, as_of=moment, keep_backup=False).to_dict()["as_of"][:10] == moment.isoformat()[:10]


def test_an_error_holds_no_cell_of_the_workbook(tmp_path: Path) -> None:
    rows = [["库存", "数量", "电话"], ["甲", 1, "13911112222"]]
    with pytest.raises(FunnelbookError) as caught:
        pipeline.refresh(workbook(tmp_path / "a.xlsx", {"库存": rows}), as_of=AS_OF)
    assert "13911112222" not in str(caught.value)


@pytest.mark.parametrize("title", ["汇总", "数据审计", "跟进提醒", "明细", "变更记录", "历史", "规则"])
def test_a_sheet_of_ours_that_the_user_deleted_comes_back(book: Path, title: str) -> None:
    pipeline.refresh(book, as_of=AS_OF)
    without = openpyxl.load_workbook(book)
    del without[title]
    without.save(book)
    pipeline.refresh(book, as_of=AS_OF)
    assert title in openpyxl.load_workbook(book).sheetnames
    assert not pipeline.refresh(book, as_of=AS_OF).replaced


def bare(path: Path) -> Path:
    """A lead table without the input columns."""
    rows = [["线索编号", "联系人", "联系方式", "来源", "录入时间"], ["L1", "张三", "13800001111", "展会", "2024-05-01"]]
    return workbook(path, {"线索": rows})


def test_remove_takes_the_input_columns_while_nothing_is_typed_in_them(tmp_path: Path) -> None:
    path = bare(tmp_path / "a.xlsx")
    pipeline.refresh(path, as_of=AS_OF)
    pipeline.refresh(path, as_of=WEEK_LATER)
    assert [cell.value for cell in openpyxl.load_workbook(path)["线索"][1]][5:7] == ["需求匹配度", "决策权限"]
    pipeline.remove(path)
    sheet = openpyxl.load_workbook(path)["线索"]
    assert (sheet.max_column, sheet.data_validations.dataValidation) == (5, [])


def test_remove_leaves_an_input_column_that_is_used(tmp_path: Path) -> None:
    path = bare(tmp_path / "a.xlsx")
    pipeline.refresh(path, as_of=AS_OF)
    type_in(path, "线索", 2, 6, "完全契合")
    pipeline.remove(path)
    sheet = openpyxl.load_workbook(path)["线索"]
    assert [cell.value for cell in sheet[1]][5:] == ["需求匹配度"]
    assert [cell.value for cell in sheet[2]][5:] == ["完全契合"]


def test_a_remark_that_excel_took_for_a_formula_is_the_text_that_was_typed(book: Path) -> None:
    grid = own_sheet(book, "audit")
    (row, *_) = rows_below(grid, "处理说明")
    place = CellRef(row["row"], column_of(grid, "处理说明"))
    package = Package.open(book)
    part = next(sheet.part for sheet in package.sheets() if sheet.name == grid.sheet)
    assert part is not None
    old = re.compile(rf'<c r="{place.a1}"[^>]*?(?:/>|>.*?</c>)|(?=</row>)'.encode(), re.DOTALL)
    rows = package.read(part)
    start = rows.index(f'<row r="{place.row}"'.encode())
    typed = f'<c r="{place.a1}" t="e"><f>-已联系</f><v>#NAME?</v></c>'.encode()
    package.write(part, rows[:start] + old.sub(typed, rows[start:], count=1))
    package.save(book)
    refresh(book, as_of=WEEK_LATER)
    assert [row["处理说明"] for row in written(book, "audit", "处理说明") if row["处理说明"]] == ["-已联系"]


def test_cells_as_long_as_excel_allows_are_reported_and_cut_in_what_is_written(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1", 来源="很" * 17_000, 预算范围="长" * 32_000), lead("L2", 线索等级="高" * 32_767)])
    report = pipeline.refresh(path, as_of=AS_OF, keep_backup=False).to_dict()
    assert {one["code"] for one in report["findings"]} >= {"vocabulary.unknown", "budget.vague"}
    assert max(len(one["message"]) for one in report["findings"]) < 400


def test_a_drop_down_of_the_users_where_an_input_column_goes_stays_alone_and_outlives_remove(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead(f"L{i}") for i in range(3)])
    book = openpyxl.load_workbook(path)
    sheet = book["线索信息表"]
    sheet.delete_cols(12, 3)
    rule = DataValidation(type="list", formula1='"甲,乙"')
    rule.add("L2:L4")
    sheet.add_data_validation(rule)
    book.save(path)

    def rules() -> list[tuple[str, str]]:
        found = openpyxl.load_workbook(path)["线索信息表"].data_validations.dataValidation
        return [(str(one.sqref), str(one.formula1)) for one in found]

    refresh(path)
    assert [one for one in rules() if one[0].startswith("L")] == [("L2:L4", '"甲,乙"')]
    assert len(rules()) == 2
    pipeline.remove(path, keep_backup=False)
    assert rules() == [("L2:L4", '"甲,乙"')]
