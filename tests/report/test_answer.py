"""The report of a command and its JSON (DESIGN.md 3)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

import funnelbook
from funnelbook.pipeline import Report

from ..workbooks import AS_OF, CONVERSIONS, SHARED, lead, team, touch

KEYS = ["schema", "workbook", "output", "as_of", "profile", "lang", "tables", "findings", "leads", "metrics", "reminders", "undetermined", "changed_parts", "added_parts", "backup"]  # fmt: skip


@pytest.fixture
def report(tmp_path: Path) -> Report:
    leads = [
        lead("L1", 联系方式=13800010001, 负责人="张三"),
        lead("L2", 联系方式="13800010001", 来源=None, 负责人="李四、王五"),
        lead(7, 录入时间="2024-06-30", 需求匹配度=None, 联系方式="02062345678123"),
    ]
    touches = [touch("L1", dt.datetime(2024, 6, 19, 14, 30)), touch(7, dt.date(2024, 6, 20))]
    won = [["L1", "成交", 65, None, None, "张三", "x", dt.date(2024, 6, 19)]]
    path = team(tmp_path / "book.xlsx", leads, touches, 转化分析表=[CONVERSIONS, *won])
    return funnelbook.audit(path, as_of=AS_OF)


def test_the_document_has_its_keys_in_order_and_is_json(report: Report) -> None:
    found = report.to_dict()
    assert list(found) == KEYS
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["schema"], found["as_of"], found["profile"]) == ("funnelbook.audit/1", "2024-06-20", "tracking")


def test_a_table_says_where_it_is(report: Report) -> None:
    table = report.to_dict()["tables"][0]
    assert {key: table[key] for key in ("kind", "sheet", "header_row", "first_row", "last_row", "rows", "unmapped")} == {
        "kind": "leads", "sheet": "线索信息表", "header_row": 1, "first_row": 2, "last_row": 4, "rows": 3, "unmapped": [],
    }  # fmt: skip
    assert table["columns"]["phone"] == "D"


def test_a_lead_has_whole_numbers_dates_as_typed_and_nulls(report: Report) -> None:
    first, _, third = report.to_dict()["leads"]
    assert (first["lead_id"], first["row"], first["score_min"], first["score_max"], first["tier"]) == ("L1", 2, 100, 100, "A")
    assert (first["last_touch"], first["touches"], first["result"]) == ("2024-06-19T14:30", 1, "won")
    assert third["lead_id"] == "7"
    assert third["score_min"] < third["score_max"]
    assert all(type(lead[key]) in (int, type(None)) for lead in (first, third) for key in ("score_min", "touches", "row"))


def test_a_date_without_a_time_stays_one(tmp_path: Path) -> None:
    path = team(tmp_path / "b.xlsx", [lead("L1")], [touch("L1", dt.date(2024, 6, 19))])
    assert funnelbook.audit(path, as_of=AS_OF).to_dict()["leads"][0]["last_touch"] == "2024-06-19"


@pytest.mark.parametrize("moment", ["2024-06-20", "2024-06-20T09:05"])
def test_the_moment_is_echoed_as_given(moment: str, tmp_path: Path) -> None:
    path = team(tmp_path / "b.xlsx", [lead("L1")])
    as_of = dt.date.fromisoformat(moment) if len(moment) == 10 else dt.datetime.fromisoformat(moment)
    assert funnelbook.audit(path, as_of=as_of).to_dict()["as_of"] == moment


def test_findings_name_their_cell_and_their_lead(report: Report) -> None:
    missing = next(f for f in report.to_dict()["findings"] if f["code"] == "required.missing")
    assert (missing["cell"], missing["row"], missing["field"], missing["lead_id"], missing["value"]) == ("B3", 3, "source", "L2", None)


def test_the_counts_are_by_severity(report: Report) -> None:
    counts = report.counts()
    assert list(counts) == ["error", "warning", "info"]
    assert sum(counts.values()) == len(report.findings)


def test_masked_nothing_shows_a_phone_or_a_name(report: Report) -> None:
    text = json.dumps(report.to_dict(mask=True), ensure_ascii=False)
    for secret in ("13800010001", "02062345678123", "张三", "李四", "王五"):
        assert secret not in text, secret
    assert "张*" in text
    assert "13800010001" in json.dumps(report.to_dict(), ensure_ascii=False)


def test_a_dry_run_has_a_plan_and_no_output(tmp_path: Path) -> None:
    path = team(tmp_path / "b.xlsx", [lead("L1")])
    found = funnelbook.refresh(path, as_of=AS_OF, dry_run=True).to_dict()
    assert (found["output"], found["backup"]) == (None, None)
    assert set(found["plan"]) == {"cells", "edits"}
    assert "plan" not in funnelbook.refresh(path, as_of=AS_OF, keep_backup=False).to_dict()


def test_the_example_of_the_rules_is_answered_exactly() -> None:
    example, book = SHARED / "examples" / "rules9.json", SHARED / "examples" / "rules9.xlsx"
    if not example.exists() or not book.exists():
        pytest.skip("../shared/examples is not there")
    wanted: dict[str, Any] = json.loads(example.read_text(encoding="utf-8"))
    found = funnelbook.audit(book, as_of=dt.date.fromisoformat(wanted["as_of"])).to_dict()
    assert {key: found[key] for key in wanted} == wanted
