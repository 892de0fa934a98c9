"""A small workbook of 002 from end to end: what a refresh says of it, writes beside its six tables and counts in the summary."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import funnelbook

from .libreoffice import saved
from .lifecycle import HEADERS, lead, sheet, visit
from .workbooks import AS_OF, WEEK_LATER, opened, own_sheet, rows_below, run, workbook

LEADS = (
    lead("LX001", 客户名称="科技有限公司", 所属行业="IT互联网", 联系方式="5678", 优先级="高", 创建时间="2024-03-01"),
    lead("LX002", 客户名称="YY制造有限公司", 职务="总经理", 联系方式="1399012", 线索来源="线上官网", 创建时间="2024-03-02"),
    lead("LX003", 优先级="高", 跟进人=None, 创建时间="2024-06-17"),
    lead("LX004", 优先级="低", 创建时间="2024-05-10"),
)
RATED = {"需求紧迫性": "高", "预算匹配度": "高", "决策链清晰度": "中"}
WEAK = {"需求紧迫性": "低", "预算匹配度": "中", "决策链清晰度": "低"}
CUSTOMERS = (
    {"客户ID": "KH1", "线索ID": "LX001", "客户名称": "科技有限公司", "客户等级": "A", "更新时间": "2024-06-01", **RATED},
    {"客户ID": "KH2", "线索ID": "LX002", "客户名称": "YY制造有限公司", "客户等级": "B", "跟进人": "孙*", **WEAK},
    {"客户ID": "KH3", "线索ID": "LX004", "客户等级": "C", "更新时间": "2024-06-01"},
)
NEGOTIATIONS = ({"客户ID": "KH2", "谈判时间": "2024-06-05", "参与人": "王*", "价格": "20万", "结论": "再议"},)
DEALS = (
    {"客户ID": "KH1", "当前阶段": "签约", "预计金额(万)": 50, "合同编号": "HT1", "签约日期": "2024-05-01", "状态": "合同签订"},
    {
        "客户ID": "KH2", "当前阶段": "=1+1", "预计金额(万)": 20, "预计成交时间": "2024-06-01", "成交概率(%)": 60, "异议": "价格",
        "异议提出时间": "2024-06-18", "状态": "进行中",
    },
    {"客户ID": "KH3", "当前阶段": "初*", "预计金额(万)": 7, "成交概率(%)": 10, "状态": "终止"},
)  # fmt: skip
DELIVERIES = (
    {"合同编号": "HT1", "交付环节": "安装", "计划完成时间": "2024-06-01", "交付日期": "2024-06-03"},
    {"合同编号": "HT1", "交付环节": "培训", "计划完成时间": "2024-06-13", "负责人": "周*"},
    {"合同编号": "HT1", "交付环节": "验收", "计划完成时间": "2024-06-11", "负责人": "周*"},
)
SCORES = {"产品功能评分": 5, "服务质量评分": 4, "响应速度评分": 9}
VISITS = (visit("KH1", "2024-06-08", "首次回访", **SCORES), visit("KH3", "2024-06-10"))


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    rows = {"leads": LEADS, "customers": CUSTOMERS, "negotiations": NEGOTIATIONS}
    rows |= {"progress": DEALS, "deliveries": DELIVERIES, "followups": VISITS}
    path = workbook(tmp_path / "全流程.xlsx", {HEADERS[kind][0]: sheet(kind, of) for kind, of in rows.items()})
    book = opened(path)
    book["销售进度跟踪表"]["C3"].data_type = "s"
    book.save(path)
    return path


def audited(path: Path) -> dict[str, Any]:
    return funnelbook.audit(path, as_of=AS_OF).to_dict()


def test_what_the_json_says_of_leads_and_tables(path: Path) -> None:
    said = audited(path)
    assert [(table["kind"], table["rows"], table["unmapped"]) for table in said["tables"]] == [
        ("leads", 4, []),
        ("followups", 2, []),
        ("customers", 3, []),
        ("negotiations", 1, []),
        ("progress", 3, []),
        ("deliveries", 3, []),
    ]
    assert said["profile"] == "lifecycle"
    assert [(lead["result"], lead["follow_up"], lead["touches"], lead["tier_in_force"]) for lead in said["leads"]] == [
        ("won", "closed", 1, None),
        ("open", "undetermined", 0, None),
        ("open", "undetermined", 0, None),
        ("lost", "closed", 1, None),
    ]
    assert [(f["code"], f["sheet"], f["cell"]) for f in said["findings"]] == [
        ("required.missing", "线索信息表", "J4"),
        ("number.invalid", "客户跟进记录表", "H2"),
        ("close.overdue", "销售进度跟踪表", "F3"),
    ]
    assert said["undetermined"] == []


def test_findings_of_customers_and_deals_name_their_lead(path: Path) -> None:
    assert [(f["sheet"], f["lead_id"]) for f in audited(path)["findings"]] == [
        ("线索信息表", "LX003"),
        ("客户跟进记录表", "LX001"),
        ("销售进度跟踪表", "LX002"),
    ]


def test_the_figures_of_the_json(path: Path) -> None:
    figures = audited(path)["metrics"]
    assert figures["results"] == {"won": 1, "not_won": 0, "lost": 1, "nurturing": 0, "open": 2}
    assert figures["cycle"] == {"n": 1, "mean_days": 61.0, "median_days": 61.0}
    assert figures["pipeline_weighted"] == 120_000
    assert (figures["by_tier"], figures["by_level"], figures["stages"]) == ([], [], [])


def test_the_reminders_of_the_json(path: Path) -> None:
    said = [
        (r["rule"], r["severity"], r["state"], r["kind"], r["row"], r["lead_id"], r["owner"], r["due"]) for r in audited(path)["reminders"]
    ]
    assert said == [
        ("delivery", "owner", "overdue", "deliveries", 3, "LX001", "周*", "2024-06-13"),
        ("customer cadence", "owner", "overdue", "customers", 3, "LX002", "孙*", "2024-06-19"),
        ("objection", "owner", "overdue", "progress", 3, "LX002", "李*", "2024-06-19"),
        ("opportunity", "owner", "weak", "customers", 3, "LX002", "孙*", None),
        ("delivery", "supervisor", "overdue", "deliveries", 4, "LX001", "周*", "2024-06-11"),
        ("assign", "supervisor", "overdue", "leads", 4, "LX003", None, "2024-06-18"),
    ]


def columns(path: Path, kind: str) -> list[dict[str, Any]]:
    """Our columns beside a table, row by row."""
    title, headers = HEADERS[kind]
    header, *rows = opened(path, data_only=True)[title].values
    return [dict(zip(header[len(headers) :], row[len(headers) :], strict=True)) for row in rows]


def test_a_refresh_writes_limits_and_ratings_beside_the_tables(path: Path) -> None:
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    assert columns(path, "customers") == [
        {"时限状态": "剩10天·季度增值服务", "商机评级": "强", "数据问题": None},
        {"时限状态": "超期1天·客户跟进频率", "商机评级": "弱", "数据问题": None},
        {"时限状态": None, "商机评级": "未评", "数据问题": None},
    ]
    assert columns(path, "negotiations") == [{"数据问题": None}]
    assert [row["时限状态"] for row in columns(path, "progress")] == [None, "超期1天·异议答复", None]
    assert [row["时限状态"] for row in columns(path, "deliveries")] == [
        "超时完成·交付计划；按时·首次回访；按时·满意度收集",
        "超期7天·交付计划",
        "超期9天·交付计划",
    ]
    assert [row["满意度"] for row in columns(path, "followups")] == [4.5, None]


def test_in_english_too(path: Path) -> None:
    funnelbook.refresh(path, as_of=AS_OF, lang="en", keep_backup=False)
    assert [row["Limits"] for row in columns(path, "customers")] == ["10 d left: quarterly service", "Overdue 1 d: customer contact", None]
    assert [row["Opportunity"] for row in columns(path, "customers")] == ["Strong", "Weak", "Not rated"]


def test_a_second_refresh_gives_the_same_bytes(path: Path) -> None:
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    first = path.read_bytes()
    assert funnelbook.refresh(path, as_of=AS_OF, keep_backup=False).output is None
    funnelbook.refresh(path, as_of=AS_OF, lang="en", keep_backup=False)
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    assert path.read_bytes() == first


def test_what_a_refresh_added_changes_no_answer(path: Path) -> None:
    before = audited(path)
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    after = audited(path)
    for key in ("profile", "findings", "leads", "metrics", "reminders", "undetermined"):
        assert after[key] == before[key], key


def test_removing_restores_the_workbook(path: Path, tmp_path: Path, check_package: ModuleType) -> None:
    before = Path(shutil.copyfile(path, tmp_path / "before.xlsx"))
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    assert check_package.lint(path, before) == []
    assert run("remove", path, "--no-backup").exit_code == 0
    assert list(check_package.compare(before, path)) == []


def test_inspect_understands_every_column(path: Path) -> None:
    said = json.loads(run("inspect", path, "--json").stdout)
    assert [table["unmapped"] for table in said["tables"]] == [[]] * 6


def test_a_remark_stays_with_its_step_of_two_of_one_contract(path: Path) -> None:
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    book = opened(path)
    reminders = next(one for one in book.worksheets if one.title == "跟进提醒")
    (row,) = [row for row in reminders.iter_rows(min_row=5) if str(row[-1].value).endswith("培训")]
    row[9].value = "周五装完"
    book.save(path)
    funnelbook.refresh(path, as_of=WEEK_LATER, keep_backup=False)
    noted = [(one["规则代码"], one["处理说明"]) for one in rows_below(own_sheet(path, "reminders"), "处理说明") if one["处理说明"]]
    assert noted == [("delivery 交付计划表 HT1 培训", "周五装完")]


# ---- the summary


def summary_rows(path: Path, heading: str) -> list[list[Any]]:
    """The filled cells of the rows of a section, the heading of its columns first."""
    rows = [[cell for cell in row if cell is not None] for row in opened(path, data_only=True)["汇总"].iter_rows(values_only=True)]
    first = next(i for i, row in enumerate(rows) if row == [heading]) + 1
    return rows[first : next(i for i in range(first, len(rows)) if not rows[i])]


def test_the_summary_counts_customers_deals_and_limits(path: Path) -> None:
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    assert summary_rows(path, "客户等级与商机评级") == [
        ["客户等级", "客户数", "强", "中", "弱", "未评"],
        ["A", 1, 1, 0, 0, 0],
        ["B", 1, 0, 0, 1, 0],
        ["C", 1, 0, 0, 0, 1],
    ]
    assert summary_rows(path, "在谈商机") == [
        ["当前阶段", "商机数", "预计金额", "加权金额"],
        ["=1+1", 1, 200_000, 120_000],
        ["全部在谈", 1, 200_000, 120_000],
    ]
    assert summary_rows(path, "客户、交付与售后时限") == [
        ["时限", "超期", "今日到期", "未到期", "超时完成", "按时"],
        ["客户跟进频率", 1, 0, 0, 0, 0],
        ["季度增值服务", 0, 0, 1, 0, 0],
        ["异议答复", 1, 0, 0, 0, 0],
        ["交付计划", 2, 0, 0, 1, 0],
        ["首次回访", 0, 0, 0, 0, 1],
        ["满意度收集", 0, 0, 0, 0, 1],
    ]


def test_libreoffice_calculates_the_same_figures(path: Path, tmp_path: Path, recalculate: ModuleType) -> None:
    funnelbook.refresh(path, as_of=AS_OF, keep_backup=False)
    theirs = saved(tmp_path / "office", [path]) / path.name
    before, after = recalculate.read(path, ["汇总"]), recalculate.read(theirs, ["汇总"])
    compared = 0
    for title, cells in before.items():
        for place, (value, formula) in cells.items():
            if formula is not None:
                now = after[title][place][0]
                assert recalculate.agree(value, "" if now is None else now), (place, formula, value, now)
                compared += 1
    assert compared > 100


def test_limits_that_are_passed_are_changes_and_lines_of_the_history(path: Path) -> None:
    for as_of in (AS_OF - dt.timedelta(days=10), AS_OF):
        funnelbook.refresh(path, as_of=as_of, keep_backup=False)
    rows = rows_below(own_sheet(path, "history"), "统计日期")
    assert [row["超期/公海"] for row in rows] == [None, None]
    assert rows[0]["时限超期"] < rows[1]["时限超期"]
    changes = rows_below(own_sheet(path, "changes"), "统计日期")
    assert {row["编号"] for row in changes if row["新超期"]} <= {row["编号"] for row in changes if row["超期情况"] == "超期"}
    assert any(row["新超期"] for row in changes)
