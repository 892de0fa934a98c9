"""A small workbook of 001 from end to end: what a refresh says of it, writes into it, and finds at the next one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import funnelbook
from funnelbook.book import Package, read_grids

from .funnel.registry import ARCHIVE, CUSTOMER, LEAD, TOUCH
from .workbooks import opened, own_sheet, rows_below, run, workbook

NOON = dt.datetime(2024, 6, 20, 12, 0)
EARLY: Mapping[str, Any] = {"获取时间": dt.datetime(2024, 6, 3, 9), "登记时间": dt.datetime(2024, 6, 3, 11)}
EARLY = {
    **EARLY,
    "审核时间": dt.datetime(2024, 6, 4, 9),
    "分配时间": dt.datetime(2024, 6, 4, 10),
    "计划制定时间": dt.datetime(2024, 6, 4, 12),
}
FRESH: Mapping[str, Any] = {"获取时间": dt.datetime(2024, 6, 19, 9), "登记时间": dt.datetime(2024, 6, 19, 11)}
LEADS: tuple[Mapping[str, Any], ...] = (
    {**EARLY, "优先级": "A", "线索状态": "成交", "公司名称": "海川物流有限公司"},
    {**EARLY, "优先级": "B", "线索状态": "流失", "公司名称": "明德医疗有限公司", "线索来源": "官网在线表单"},
    {**EARLY, "优先级": "A", "公司名称": "九州传媒有限公司", "负责人": "李四"},
    {**EARLY, "优先级": "C", "线索状态": "暂不跟进", "公司名称": "银杏教育有限公司"},
    {**FRESH, "优先级": None, "审核时间": None, "审核人": None, "审核意见": None, "分配时间": None, "计划制定时间": None}
    | {"线索状态": "待跟进", "公司名称": "北辰能源有限公司", "负责人": None, "联系方式": None},
    {**FRESH, "优先级": "A", "审核时间": dt.datetime(2024, 6, 19, 15), "分配时间": dt.datetime(2024, 6, 19, 16), "计划制定时间": None}
    | {"公司名称": "天工机械有限公司", "所属行业": "飞碟研究"},
)
TOUCHES: tuple[Mapping[str, Any], ...] = (
    {"线索编号": "X001", "跟进时间": dt.datetime(2024, 6, 5, 9), "状态变更": "待跟进→跟进中"},
    {"线索编号": "X001", "跟进时间": dt.datetime(2024, 6, 7, 9), "状态变更": "跟进中→方案提交"},
    {"线索编号": "X002", "跟进时间": dt.datetime(2024, 6, 7, 9)},
    {"线索编号": "X003", "跟进时间": dt.datetime(2024, 6, 5, 9)},
)
RESULTS: tuple[Mapping[str, Any], ...] = (
    {"线索编号": "X001", "转化结果": "成交", "合同编号": "HT-01", "签约金额": "65万", "成交日期": dt.date(2024, 6, 18)},
    {"线索编号": "X002", "转化结果": "流失", "流失原因": "选择竞争对手", "成交日期": dt.date(2024, 6, 17)},
)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    leads = [{**LEAD, "联系方式": f"1380013800{n}", "线索编号": f"X00{n}", **lead} for n, lead in enumerate(LEADS, start=1)]
    touches = [{**TOUCH, **touch} for touch in TOUCHES]
    known = [{"线索编号": "X003", "成立年限": "12年", "预算范围": "50-80万", "采购时间节点": "2024-08", "邮箱": "li@example.com"}]
    sheets = {
        "线索登记": [list(LEAD), *([lead[key] for key in LEAD] for lead in leads)],
        "客户信息": [list(CUSTOMER), *([row.get(key) for key in CUSTOMER] for row in known)],
        "跟进记录": [[*TOUCH, "状态变更"], *([row.get(key) for key in (*TOUCH, "状态变更")] for row in touches)],
        "归档": [list(ARCHIVE), *([row.get(key) for key in ARCHIVE] for row in RESULTS)],
    }
    return workbook(tmp_path / "登记.xlsx", sheets)


def test_what_the_json_says(path: Path) -> None:
    said = funnelbook.audit(path, as_of=NOON).to_dict()
    assert said["profile"] == "registry"
    assert [(table["kind"], table["rows"], table["unmapped"]) for table in said["tables"]] == [
        ("leads", 6, []),
        ("followups", 4, []),
        ("conversions", 2, []),
        ("customers", 1, []),
    ]
    states = [(lead["first_touch"], lead["follow_up"], lead["touches"], lead["result"], lead["next_touch"]) for lead in said["leads"]]
    assert states == [
        ("on_time", "closed", 2, "won", None),
        ("late", "closed", 1, "lost", None),
        ("on_time", "pool", 1, "open", None),
        ("overdue", "ok", 0, "open", None),
        ("undetermined", "undetermined", 0, "open", None),
        ("waiting", "undetermined", 0, "open", None),
    ]
    assert {(lead["score_min"], lead["tier"], lead["tier_in_force"], lead["tier_check"], lead["level"]) for lead in said["leads"]} == {
        (None,) * 5
    }
    found = {(f["code"], f["cell"]) for f in said["findings"] if f["severity"] != "info"}
    assert found == {("industry.unknown", "I7"), ("owner.none", "Q6"), ("required.missing", "H6"), ("status.order", "I3")}


def test_the_figures_of_the_json(path: Path) -> None:
    figures = funnelbook.audit(path, as_of=NOON).to_dict()["metrics"]
    assert figures["results"] == {"won": 1, "not_won": 0, "lost": 1, "nurturing": 0, "open": 4}
    assert [(row["key"], row["leads"], row["won"], row["conversion"]) for row in figures["by_source"]] == [
        ("展会", 5, 1, 0.2),
        ("官网", 1, 0, 0.0),
    ]
    assert [(row["key"], row["leads"]) for row in figures["by_month"]] == [("2024-06", 6)]
    assert (figures["by_tier"], figures["by_level"], figures["stages"]) == ([], [], [])
    assert figures["cycle"] == {"n": 1, "mean_days": 15.0, "median_days": 15.0}
    assert figures["lost_reasons"] == [{"key": "竞品", "count": 1, "share": 1.0}]
    assert figures["completeness"] == round(59 / 60, 4)


def test_the_reminders_of_the_json(path: Path) -> None:
    said = funnelbook.audit(path, as_of=NOON).to_dict()
    assert [(r["rule"], r["state"], r["severity"], r["lead_id"], r["owner"]) for r in said["reminders"]] == [
        ("plan", "overdue", "owner", "X006", "张三"),
        ("sla.first_touch", "waiting", "owner", "X006", "张三"),
        ("sla.first_touch", "overdue", "supervisor", "X004", "张三"),
        ("pool", "pool", "reassign", "X003", "李四"),
    ]
    assert said["undetermined"] == []


def test_a_refresh_writes_what_the_team_needs(path: Path) -> None:
    before = {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in opened(path)}
    funnelbook.refresh(path, as_of=NOON, keep_backup=False)
    after = opened(path, data_only=True)
    for title, rows in before.items():
        assert [[cell.value for cell in row[: len(rows[0])]] for row in after[title].iter_rows(max_row=len(rows))] == rows
    (header, *rows) = list(after["线索登记"].values)
    own = [dict(zip(header, row, strict=True)) for row in rows]
    assert header[len(LEAD) :] == (
        "首触状态",
        "跟进次数(系统)",
        "最近跟进(系统)",
        "跟进状态",
        "建议负责人",
        "完整度",
        "数据问题",
    )
    assert [row["跟进状态"] for row in own] == ["已结案", "已结案", "应入公海", "正常", "无法判断", "无法判断"]
    assert own[5]["数据问题"].startswith("【所属行业】「飞碟研究」不在国民经济行业分类")
    (given_back,) = [row for row in rows_below(own_sheet(path, "audit"), "级别") if row["级别"] == "退回补充"]
    assert (given_back["编号"], given_back["负责人"], given_back["问题与处理建议"]) == ("X005", "张三", "审核退回，请补充：联系方式")
    due = rows_below(own_sheet(path, "reminders"), "负责人")
    assert {(row["负责人"], row["编号"] if "编号" in row else row["线索"]) for row in due} == {
        ("张三", "X006"),
        ("张三", "X004"),
        ("李四", "X003"),
    }


def test_a_second_refresh_gives_the_same_bytes(path: Path) -> None:
    funnelbook.refresh(path, as_of=NOON, keep_backup=False)
    first = path.read_bytes()
    funnelbook.refresh(path, as_of=NOON, keep_backup=False)
    assert path.read_bytes() == first


def test_what_a_refresh_added_changes_no_answer(path: Path) -> None:
    before = funnelbook.audit(path, as_of=NOON).to_dict()
    funnelbook.refresh(path, as_of=NOON, keep_backup=False)
    after = funnelbook.audit(path, as_of=NOON).to_dict()
    for key in ("profile", "findings", "leads", "metrics", "reminders", "undetermined"):
        assert after[key] == before[key], key


def test_removing_leaves_what_was_there(path: Path) -> None:
    before = [(grid.sheet, [list(column) for column in grid.columns]) for grid in read_grids(Package.open(path))]
    funnelbook.refresh(path, as_of=NOON, keep_backup=False)
    assert run("remove", path, "--no-backup").exit_code == 0
    assert [(grid.sheet, [list(column) for column in grid.columns]) for grid in read_grids(Package.open(path))] == before


def test_inspect_understands_every_column(path: Path) -> None:
    said = json.loads(run("inspect", path, "--json").stdout)
    assert [table["unmapped"] for table in said["tables"]] == [[], [], [], []]
    assert said["missing"] == []
