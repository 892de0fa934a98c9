"""Small workbooks for the cross-cutting tests, the command line in-process, and where things stand in a refreshed one."""

from __future__ import annotations

import datetime as dt
import importlib
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from funnelbook.book import Package, apply, read_grids
from funnelbook.cli import main
from funnelbook.edits import EditPlan, PutCell, Value
from funnelbook.grid import Grid

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "samples").glob("*.xlsx"))
SHARED = ROOT.parent / "shared"
AS_OF = dt.date(2024, 6, 20)
WEEK_LATER = AS_OF + dt.timedelta(days=7)

LEADS = (
    "线索编号", "来源", "联系人", "联系方式", "公司名称", "需求描述", "预算范围", "预计成交时间", "线索等级", "负责人",
    "录入时间", "需求匹配度", "预算充足度", "决策权限",
)  # fmt: skip
FOLLOWUPS = ("线索编号", "跟进时间", "跟进方式", "沟通内容", "客户反馈", "下一步行动", "跟进人")
CONVERSIONS = ("线索编号", "转化结果", "成交金额(万)", "未成交原因", "转化周期(天)", "负责人", "分析总结", "成交日期")
ENGLISH = ("Lead ID", "Source", "Contact", "Phone", "Company", "Need", "Budget", "Expected close", "Owner", "Created")


def lead(key: Any, **fields: Any) -> list[Any]:
    """A complete lead of tier A, with other values by header; None empties a cell."""
    row = {
        "线索编号": key,
        "来源": "展会",
        "联系人": "张小明",
        "联系方式": "13800010001",
        "公司名称": f"甲{key}有限公司",
        "需求描述": "智能仓储系统",
        "预算范围": "50-80万",
        "预计成交时间": "2024-07-01",
        "线索等级": "A",
        "负责人": "王大力",
        "录入时间": dt.date(2024, 6, 18),
        "需求匹配度": "完全契合",
        "预算充足度": "高于定价",
        "决策权限": "直接决策人",
    }
    return list((row | fields).values())


def touch(key: Any, day: Any, **fields: Any) -> list[Any]:
    """A complete follow-up."""
    row = dict(zip(FOLLOWUPS, (key, day, "电话", "介绍方案", "感兴趣", "发报价", "王大力"), strict=True))
    return list((row | fields).values())


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """An .xlsx at *path* with the rows of every sheet from A1 on."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def team(path: Path, leads: Sequence[Sequence[Any]] = (), touches: Sequence[Sequence[Any]] = (), **more: Any) -> Path:
    """A workbook of lead tracking with these leads and follow-ups, and further sheets by name."""
    sheets: dict[str, Sequence[Sequence[Any]]] = {"线索信息表": [LEADS, *leads]}
    if touches:
        sheets["跟进记录表"] = [FOLLOWUPS, *touches]
    return workbook(path, sheets | more)


def opened(path: Path, **options: Any) -> Workbook:
    """The workbook as openpyxl reads it; what openpyxl warns of is only what it would lose, and nothing is saved."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(path, **options)


def run(*arguments: Any) -> Result:
    """The command line, run in this process; what isn't a status is raised."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def refresh(path: Path, *options: Any, as_of: dt.date = AS_OF) -> Result:
    """A refresh in place without a backup that must succeed."""
    result = run("refresh", path, "--as-of", as_of.isoformat(), "--no-backup", *options)
    assert result.exit_code == 0, result.stderr
    return result


def own_sheet(path: Path, role: str) -> Grid:
    """Our sheet of a role, as values."""
    return next(grid for grid in read_grids(Package.open(path)) if grid.own_sheet == role)


def rows_below(grid: Grid, header: str) -> list[dict[str, Any]]:
    """The rows below the header row that holds *header*, by header text; a row of nothing is left out."""
    cells = [[grid.value(row, column) for column in range(1, grid.width + 1)] for row in range(1, grid.height + 1)]
    top = next(i for i, row in enumerate(cells) if header in row)
    named = [(text, i) for i, text in enumerate(cells[top]) if text is not None]
    found = [{"row": top + 2 + n} | {text: row[i] for text, i in named} for n, row in enumerate(cells[top + 1 :])]
    return [row for row in found if any(value is not None for key, value in row.items() if key != "row")]


def column_of(grid: Grid, header: str) -> int:
    """Number of the column under a header."""
    places = (column for column in range(1, grid.width + 1) for row in range(1, 6) if grid.value(row, column) == header)
    return next(places)


def type_in(path: Path, sheet: str, row: int, column: int, value: Value) -> None:
    """What a person does: one cell gets a value and the workbook is saved."""
    package = Package.open(path)
    apply(EditPlan([PutCell(sheet, row, column, value)]), package)
    package.save(path)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def tool(name: str) -> ModuleType | None:
    """One of the independent checkers; None where they are not."""
    if not (SHARED / "tools" / f"{name}.py").exists():
        return None
    sys.path.insert(0, str(SHARED / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SHARED / "tools"))
