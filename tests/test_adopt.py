"""Foreign workbooks are brought in: adopt asks, a person decides, refresh reads; nothing is bound before (DESIGN.md 2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funnelbook.book import Package, read_grids
from funnelbook.pipeline import inspect

from .workbooks import column_of, files, lead, own_sheet, refresh, rows_below, run, team, type_in, workbook

FOREIGN = [
    ["客户来访登记"],
    [],
    ["序", "称呼", "怎么找到他", "打哪个号", "哪家单位", "归谁管", "想要什么", "哪天来的"],
    [1, "李经理", "地推", "13800010001", "甲有限公司", "王大力", "仓储", "2024-06-18"],
    [2, "王总", "官网", "13800010002", "乙有限公司", "王大力", "分拣", "2024-06-17"],
]
DECISIONS = {
    "称呼": "联系人",
    "怎么找到他": "来源",
    "打哪个号": "联系方式",
    "哪家单位": "公司名称",
    "归谁管": "负责人",
    "哪天来的": "录入时间",
}


def decided(path: Path, header: str, column: str, value: Any, of: str = "表头") -> None:
    """What a person does on the rules sheet: finds the row of a header (or a word) and types beside it."""
    rules = own_sheet(path, "rules")
    row = next(row["row"] for row in rows_below(rules, of) if row.get(of) == header)
    type_in(path, rules.sheet, row, column_of(rules, column), value)


def asked(path: Path, of: str = "表头") -> dict[Any, Any]:
    """Header (or word) -> what the sheet suggests."""
    hint = {"表头": "建议字段", "团队用词": "建议标准词"}[of]
    return {row[of]: row.get(hint) for row in rows_below(own_sheet(path, "rules"), of) if row.get(of) is not None}


def unmapped(path: Path) -> list[str]:
    return [one["header"] for table in inspect(path)["tables"] for one in table["unmapped"]]


def test_a_workbook_in_which_nothing_is_known_is_brought_in_from_end_to_end(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"来访": FOREIGN, "说明": [["一段话"]]})
    assert run("refresh", path).exit_code == 2
    assert run("adopt", path).exit_code == 0
    assert set(asked(path)) == {"序", *DECISIONS, "想要什么"}
    assert asked(path)["打哪个号"] == "联系方式"
    assert run("refresh", path, "--no-backup").exit_code == 2
    for header, field in DECISIONS.items():
        decided(path, header, "对应字段", field)
    result = refresh(path)
    assert "线索 2 条" in result.stdout
    assert unmapped(path) == ["序", "想要什么"]
    assert run("adopt", path, "--no-backup").exit_code == 0
    assert asked(path, "团队用词") == {"地推": None}
    decided(path, "地推", "标准词", "市场活动", of="团队用词")
    refresh(path)
    summary = own_sheet(path, "details")
    assert "市场活动" in {row.get("来源") for row in rows_below(summary, "编号")}
    assert inspect(path)["rule_findings"] == []


def test_a_suggestion_counts_only_after_a_person_accepted_it(tmp_path: Path) -> None:
    header = ["线索编号", "来源", "负责人", "联系人员", "联系方法"]
    path = workbook(tmp_path / "book.xlsx", {"线索": [header, ["L1", "展会", "王大力", "李经理", "13800010001"]]})
    run("adopt", path, "--no-backup")
    assert asked(path) == {"联系人员": "联系人", "联系方法": "联系方式"}
    refresh(path)
    assert unmapped(path) == ["联系人员", "联系方法"]
    decided(path, "联系人员", "采用建议字段", "是")
    decided(path, "联系方法", "采用建议字段", "否")
    refresh(path)
    assert unmapped(path) == ["联系方法"]


def test_words_that_the_vocabularies_lack_are_asked_about_with_the_nearest_one(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 来源="展会现场"), lead("L2", 来源="展会现场"), lead("L3", 来源="火星")])
    run("adopt", path, "--no-backup")
    assert asked(path, "团队用词") == {"展会现场": "展会", "火星": None}
    assert [row["词表"] for row in rows_below(own_sheet(path, "rules"), "团队用词") if row.get("团队用词")] == ["来源", "来源"]
    assert "词语「火星」（来源，1 处）" in run("adopt", path, "-o", tmp_path / "again.xlsx").stdout
    decided(path, "展会现场", "采用建议词", "是", of="团队用词")
    result = run("audit", path)
    assert "火星" in result.stdout
    assert "展会现场" not in result.stdout


def test_adopting_again_asks_nothing_twice_and_keeps_what_was_decided(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"来访": FOREIGN})
    run("adopt", path, "--no-backup")
    decided(path, "称呼", "对应字段", "联系人")
    before = path.read_bytes()
    result = run("adopt", path)
    assert (result.exit_code, path.read_bytes(), list(tmp_path.iterdir())) == (0, before, [path])
    assert "没有变化" in result.stdout


def test_new_headers_are_asked_about_below_the_old_ones(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"来访": FOREIGN})
    run("adopt", path, "--no-backup")
    old = asked(path)
    type_in(path, "来访", 3, 9, "新来的一列")
    run("adopt", path, "--no-backup")
    assert list(asked(path)) == [*old, "新来的一列"]


def test_a_sheet_made_by_an_earlier_version_gets_the_columns_for_the_questions(tmp_path: Path) -> None:
    path = team(tmp_path / "book.xlsx", [lead("L1", 来源="火星")])
    type_in(path, "线索信息表", 1, 15, "聊天工具")
    refresh(path)
    rules = own_sheet(path, "rules")
    for code in ("建议字段", "采用建议字段", "团队用词"):
        type_in(path, "规则", 4, column_of(rules, code), None)
    run("adopt", path, "--no-backup")
    assert asked(path, "团队用词") == {"火星": None}
    assert "聊天工具" in asked(path)


def test_the_rest_of_the_workbook_is_as_it_was(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"来访": FOREIGN, "规则": [["我们自己的规则"]]})
    before = {grid.sheet: [list(column) for column in grid.columns] for grid in read_grids(Package.open(path))}
    run("adopt", path, "--no-backup")
    after = {grid.sheet: grid for grid in read_grids(Package.open(path))}
    assert {name: [list(column) for column in after[name].columns] for name in before} == before
    assert after["规则 (2)"].own_sheet == "rules"
    assert run("remove", path, "--no-backup").exit_code == 0
    assert [grid.sheet for grid in read_grids(Package.open(path))] == ["来访", "规则"]


def test_it_is_written_in_place_after_a_backup_or_elsewhere(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"来访": FOREIGN})
    before = path.read_bytes()
    assert run("adopt", path, "-o", tmp_path / "out.xlsx").exit_code == 0
    assert path.read_bytes() == before
    assert len(asked(tmp_path / "out.xlsx")) == 8
    assert run("adopt", path).exit_code == 0
    (copy,) = (tmp_path / "funnelbook-backup").iterdir()
    assert copy.read_bytes() == before


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([["一段话"], ["又一段"]], id="texts"),
        pytest.param([[1, 2, 3], [4, 5, 6]], id="numbers"),
        pytest.param([["a", "b", "c"]], id="a header without anything below"),
    ],
)
def test_a_workbook_without_anything_like_a_header_is_refused_and_stays(tmp_path: Path, rows: list[list[Any]]) -> None:
    path = workbook(tmp_path / "book.xlsx", {"表": rows})
    before = files(tmp_path)
    result = run("adopt", path)
    assert (result.exit_code, len(result.stderr.strip().splitlines()) >= 1, files(tmp_path)) == (2, True, before)


def test_what_refresh_refuses_adopt_refuses_too(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"来访": FOREIGN})
    (tmp_path / "~$book.xlsx").write_bytes(b"\x05alice" + bytes(159))
    before = path.read_bytes()
    assert (run("adopt", path).exit_code, path.read_bytes()) == (2, before)
    assert run("adopt", tmp_path / "gone.xlsx").exit_code == 2


def test_an_english_workbook_is_asked_in_english(tmp_path: Path) -> None:
    rows = [
        ["Ref", "Guy", "Found us via", "Call him at", "Firm"],
        ["1", "Li", "Fair", "13800010001", "Alpha Ltd"],
        ["2", "Wu", "Web", "13800010002", "Beta"],
    ]
    path = workbook(tmp_path / "book.xlsx", {"Visits": rows})
    result = run("adopt", path)
    assert "no lead table is recognised yet" in result.stdout
    rules = own_sheet(path, "rules")
    assert rules.sheet == "Rules"
    assert {row["Header"]: row.get("Suggested field") for row in rows_below(rules, "Header") if row.get("Header")}["Call him at"] == "Phone"


def test_a_table_without_ids_is_read_row_by_row(tmp_path: Path) -> None:
    rows = [["姓名", "公司", "手机", "来源", "状态", "负责人"], ["李经理", "甲公司", "13800010001", "展会", "跟进中", "王大力"]]
    path = workbook(tmp_path / "book.xlsx", {"客户": rows})
    result = run("audit", path, "--format", "json")
    assert '"field": "lead_id"' in result.stdout
    assert "key.unknown" not in result.stdout
