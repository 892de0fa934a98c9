"""The commands as people and jobs call them: exit statuses, what is printed where, and what is masked."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from funnelbook.book import Package, apply
from funnelbook.cli import main as click_main
from funnelbook.cli.complaints import OneLiners, sentence
from funnelbook.edits import EditPlan, PutSheet
from funnelbook.errors import UnsafeEditError
from funnelbook.words import LANGUAGES, say

from .workbooks import AS_OF, CONVERSIONS, ENGLISH, LEADS, SHARED, files, lead, run, team, touch, workbook

NOW = ("--as-of", AS_OF.isoformat())
COMMANDS = ("new", "inspect", "audit", "refresh", "restore", "remove")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with one clean lead, one that lacks its source and one that lacks its budget."""
    leads = [lead("L1"), lead("L2", 来源=None, 联系方式="13800010002"), lead("L3", 预算范围=None, 联系方式="13800010003")]
    return team(tmp_path / "团队.xlsx", leads, [touch(key, dt.date(2024, 6, 20)) for key in ("L1", "L2", "L3")])


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A workbook without anything to mend."""
    return team(tmp_path / "clean.xlsx", [lead("L1")], [touch("L1", dt.date(2024, 6, 20))])


# ---- help and version --------------------------------------------------------------------------------------------------


def test_the_version_is_told() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, "funnelbook, version 0.1.0\n")


@pytest.mark.parametrize("arguments", [(), *((command,) for command in COMMANDS)], ids=str)
def test_help_comes_without_loading_pandas(arguments: tuple[str, ...]) -> None:
    script = (
        "import sys; from funnelbook.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: status = end.code\n"
        "heavy = {'pandas', 'numpy', 'openpyxl', 'lxml', 'pandera', 'python_calamine', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'{status} {heavy}' if status or heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments, "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: ")


def test_the_list_of_commands_is_whole_on_a_terminal_of_80_columns() -> None:
    shown = CliRunner().invoke(click_main, ["--help"], terminal_width=80).stdout.partition("Commands:")[2]
    lines = [line.split(maxsplit=1) for line in shown.splitlines() if line]
    assert [name for name, _ in lines] == sorted(click_main.commands)
    assert all(text.endswith(".") and not text.endswith("..") for _, text in lines)


def test_without_arguments_the_help_is_shown_and_nothing_is_done() -> None:
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.stderr


# ---- exit statuses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fail_on", "status"), [((), 1), (("--fail-on", "error"), 1), (("--fail-on", "warning"), 1), (("--fail-on", "never"), 0)]
)
def test_an_audit_fails_on_errors_unless_told_otherwise(book: Path, fail_on: tuple[str, ...], status: int) -> None:
    assert run("audit", book, *NOW, *fail_on).exit_code == status


@pytest.mark.parametrize(
    ("fail_on", "status"), [((), 0), (("--fail-on", "error"), 1), (("--fail-on", "warning"), 1), (("--fail-on", "never"), 0)]
)
def test_a_refresh_fails_on_findings_only_when_told(book: Path, fail_on: tuple[str, ...], status: int) -> None:
    assert run("refresh", book, *NOW, "--no-backup", *fail_on).exit_code == status


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1), ("never", 0)])
def test_a_warning_counts_only_where_warnings_do(tmp_path: Path, fail_on: str, status: int) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1", 预算范围=None)], [touch("L1", dt.date(2024, 6, 20))])
    assert run("audit", path, *NOW, "--fail-on", fail_on).exit_code == status
    assert run("refresh", path, *NOW, "--no-backup", "--fail-on", fail_on).exit_code == status


def test_nothing_to_mend_is_status_0_and_is_said(clean: Path) -> None:
    result = run("audit", clean, *NOW)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{clean}\n  {say('audit.none', 'zh')}\n"


def test_of_several_workbooks_each_is_handled_and_the_worst_status_counts(book: Path, clean: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    result = run("refresh", book, tmp_path / "nowhere.xlsx", clean, *NOW, "--no-backup")
    assert result.exit_code == 2
    assert result.stderr == one_line(result.stderr)
    assert "nowhere.xlsx" in result.stderr
    assert book.read_bytes() != before
    assert [str(path) in result.stdout for path in (book, clean)] == [True, True]
    assert run("audit", book, clean, *NOW).exit_code == 1
    assert run("audit", clean, clean, *NOW).exit_code == 0


# ---- where a refresh writes ----------------------------------------------------------------------------------------------


def test_a_refresh_writes_in_place_after_a_backup(book: Path) -> None:
    before = book.read_bytes()
    result = run("refresh", book, *NOW)
    assert result.exit_code == 0
    (copy,) = (book.parent / "funnelbook-backup").iterdir()
    assert re.fullmatch(r"团队\.\d{8}T\d{6}\.\d{6}Z\.xlsx", copy.name)
    assert (copy.read_bytes(), book.read_bytes() == before) == (before, False)
    assert str(copy) in result.stdout


def test_a_refresh_to_another_file_leaves_the_workbook_alone(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    assert run("refresh", book, *NOW, "-o", tmp_path / "out.xlsx").exit_code == 0
    assert files(tmp_path).keys() == {"团队.xlsx", "out.xlsx"}
    assert book.read_bytes() == before


def test_several_workbooks_go_to_a_folder(book: Path, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run("refresh", book, clean, *NOW, "-o", tmp_path / "out").exit_code == 0
    assert files(tmp_path / "out").keys() == {book.name, clean.name}


def test_one_workbook_may_go_to_a_folder_too(book: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run("refresh", book, *NOW, "-o", tmp_path / "out").exit_code == 0
    assert files(tmp_path / "out").keys() == {book.name}


def test_the_workbook_itself_as_output_is_written_in_place_after_a_backup(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book.parent)
    before = book.read_bytes()
    assert run("refresh", book.name, *NOW, "-o", book).exit_code == 0
    assert [copy.read_bytes() for copy in Path("funnelbook-backup").iterdir()] == [before]


def test_two_workbooks_of_one_name_never_overwrite_each_other(book: Path, tmp_path: Path) -> None:
    for folder in ("north", "out"):
        (tmp_path / folder).mkdir()
    shutil.copyfile(book, tmp_path / "north" / book.name)
    result = run("refresh", book, tmp_path / "north" / book.name, "-o", tmp_path / "out")
    assert_refused(result, "usage.same_name", name=book.name)
    assert files(tmp_path / "out") == {}


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(book: Path, tmp_path: Path) -> None:
    before = files(tmp_path)
    result = run("refresh", book, *NOW, "--dry-run")
    assert result.exit_code == 0
    assert files(tmp_path) == before
    first, *lines = result.stdout.splitlines()
    assert first.startswith(f"{book}: ")
    assert re.match(r"  「线索信息表」：在 O1:Y4 写 11 列（系统评分、评分说明、", lines[0])
    assert [line.strip() for line in lines[-2:]] == [say("plan.rest", "zh"), say("cli.dry_run", "zh")]
    assert len(lines) < 10
    assert "N(" not in result.stdout


def test_a_dry_run_of_what_is_refreshed_already_says_that_nothing_would_change(book: Path) -> None:
    run("refresh", book, *NOW, "--no-backup")
    lines = run("refresh", book, *NOW, "--dry-run").stdout.splitlines()
    assert [line.strip() for line in lines[1:]] == [say("cli.dry_run.same", "zh"), say("cli.dry_run", "zh")]


def test_a_dry_run_of_a_locked_workbook_still_says_what_it_would_do(book: Path) -> None:
    (book.parent / f"~${book.name}").write_bytes(b"")
    assert run("refresh", book, *NOW, "--dry-run").exit_code == 0


def test_no_backup_is_made_when_told(book: Path, tmp_path: Path) -> None:
    run("refresh", book, *NOW, "--no-backup")
    assert files(tmp_path).keys() == {book.name}


def test_backups_go_where_told_and_only_the_newest_are_kept(book: Path, tmp_path: Path) -> None:
    for day in range(20, 25):
        options = ("--backup-dir", tmp_path / "safe", "--keep", "3")
        assert run("refresh", book, "--as-of", f"2024-06-{day}", *options).exit_code == 0
    assert len(files(tmp_path / "safe")) == 3
    assert not (tmp_path / "funnelbook-backup").exists()


def test_a_symlink_is_followed_and_the_mode_is_kept(book: Path, tmp_path: Path) -> None:
    book.chmod(0o640)
    (tmp_path / "desk").mkdir()
    link = tmp_path / "desk" / "link.xlsx"
    link.symlink_to(book)
    before = book.read_bytes()
    assert run("refresh", link, *NOW).exit_code == 0
    assert link.is_symlink()
    assert book.read_bytes() != before
    assert stat.S_IMODE(book.stat().st_mode) == 0o640
    assert run("restore", book).exit_code == 0
    assert book.read_bytes() == before


@pytest.mark.parametrize(("mode", "expected"), [(0o600, 0o600), (0o400, 0o600), (0o644, 0o644)])
def test_a_new_output_is_open_to_nobody_to_whom_the_workbook_is_not(book: Path, tmp_path: Path, mode: int, expected: int) -> None:
    book.chmod(mode)
    assert run("refresh", book, "-o", tmp_path / "out.xlsx", *NOW).exit_code == 0
    assert stat.S_IMODE((tmp_path / "out.xlsx").stat().st_mode) == expected


def test_the_language_is_that_of_the_headers_unless_told(book: Path, tmp_path: Path) -> None:
    english = workbook(tmp_path / "en.xlsx", {"Leads": [ENGLISH, ["1", "Website", "Li", "13800010001", "Acme"]]})
    assert "errors" in run("audit", english, *NOW).stdout
    assert "错误" in run("audit", english, *NOW, "--lang", "zh").stdout
    assert "错误" in run("audit", book, *NOW).stdout
    run("refresh", book, *NOW, "--no-backup", "--lang", "en")
    assert set(load_workbook(book).sheetnames[-7:]) == {say(f"sheet.{role}", "en") for role in ROLES}
    run("refresh", english, *NOW, "--no-backup")
    assert set(load_workbook(english).sheetnames[-7:]) == {say(f"sheet.{role}", "en") for role in ROLES}


ROLES = ("rules", "summary", "audit", "reminders", "details", "changes", "history")


# ---- JSON ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("refresh", "--json"), ("refresh", "--dry-run", "--json"), ("audit", "--format", "json")])
def test_json_is_one_document_and_nothing_else(book: Path, command: tuple[str, ...]) -> None:
    result = run(*command, book, *NOW, "--fail-on", "never")
    document = json.loads(result.stdout)
    assert document["schema"] == f"funnelbook.{command[0]}/1"
    assert result.stderr == ""


@pytest.mark.parametrize("command", [("refresh", "--json"), ("audit", "--format", "json")])
def test_several_workbooks_are_one_batch_with_the_errors_among_them(
    book: Path, clean: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    result = run(*command, book, tmp_path / "nowhere.xlsx", clean, *NOW)
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert list(document) == ["schema", "workbooks"]
    assert document["schema"] == "funnelbook.batch/1"
    first, missing, last = document["workbooks"]
    assert [first["workbook"], last["workbook"]] == [str(book), str(clean)]
    assert missing == {
        "workbook": str(tmp_path / "nowhere.xlsx"),
        "error": {"code": "not_found", "message": f"{say('error.not_found', 'zh')} / {say('error.not_found', 'en')}"},
    }


def test_one_workbook_that_fails_is_one_document_too(tmp_path: Path) -> None:
    result = run("refresh", "--json", tmp_path / "nowhere.xlsx")
    document = json.loads(result.stdout)
    assert list(document) == ["schema", "workbook", "error"]
    assert (document["schema"], document["error"]["code"]) == ("funnelbook.error/1", "not_found")
    assert (result.exit_code, result.stderr) == (2, one_line(result.stderr))


def test_a_dry_run_lists_the_cells_it_would_write(book: Path) -> None:
    document = json.loads(run("refresh", book, *NOW, "--dry-run", "--json").stdout)
    assert list(document)[-1] == "plan"
    assert document["plan"]["cells"][0] == "线索信息表!O1:O4"
    assert (document["output"], document["backup"]) == (None, None)
    assert document["changed_parts"]


def test_json_goes_to_a_file_when_told(book: Path, tmp_path: Path) -> None:
    result = run("audit", book, *NOW, "--format", "json", "-o", tmp_path / "a.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["schema"] == "funnelbook.audit/1"


# ---- text, CSV, xlsx -------------------------------------------------------------------------------------------------------

EVIL = ("=1+1", "+86", "-2", "@SUM(A1)", " =1+1", "\t=1+1", "a\nb", "a\x07b", "\x1b[31mred", "\u202egnp")


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A workbook whose unknown sources would be formulas in a spreadsheet or orders to a terminal."""
    rows = [lead(f"L{i}", 来源="X", 联系方式=f"1380001{i:04}") for i in range(1, len(EVIL) + 1)]
    path = team(tmp_path / "evil.xlsx", rows)
    package = Package.open(path)
    cells: list[list[Any]] = [list(LEADS), *([row[0], text, *row[2:]] for row, text in zip(rows, EVIL, strict=True))]
    apply(EditPlan([PutSheet("线索", cells)]), package)
    apply(EditPlan([PutSheet("说明", [["不读取"]])]), package)
    package.save(path)
    book = load_workbook(path)
    del book["线索信息表"]
    book.save(path)
    return path


def test_an_audit_in_a_pipe_has_a_line_per_finding(book: Path) -> None:
    lines = run("audit", book, *NOW).stdout.splitlines()
    assert lines[0] == str(book)
    assert lines[1] == f"  错误  线索信息表!B3 [L2]  {say('finding.required.missing', 'zh')}"
    assert lines[-1] == "  " + say("audit.counts", "zh", error=1, warning=1, info=0)


def test_no_text_of_a_cell_is_an_order_to_the_terminal(evil: Path) -> None:
    out = run("audit", evil, *NOW).stdout
    assert [sign for sign in out if not sign.isprintable() and sign != "\n"] == []
    assert sum("不认识的填法" in line for line in out.splitlines()) == len(EVIL)


def test_csv_has_the_mark_by_which_excel_knows_its_encoding(book: Path, tmp_path: Path) -> None:
    run("audit", book, *NOW, "--format", "csv", "-o", tmp_path / "a.csv")
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfworkbook,code,severity,sheet,cell,row,field,lead_id,value,message\r\n")
    assert run("audit", book, *NOW, "--format", "csv").stdout_bytes == data


def test_a_text_that_would_be_a_formula_is_harmless_in_csv(evil: Path) -> None:
    text = run("audit", evil, *NOW, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    values = [row["value"] for row in rows if row["code"] == "vocabulary.unknown"]
    assert len(values) == len(EVIL)
    assert [value for value in values if value.strip()[:1] in ("=", "+", "-", "@")] == []
    assert values[:4] == ["'=1+1", "'+86", "'-2", "'@SUM(A1)"]
    assert all(value.isprintable() for row in rows for value in row.values())


def test_a_text_that_would_be_a_formula_is_text_in_a_workbook(evil: Path, tmp_path: Path) -> None:
    assert run("audit", evil, *NOW, "--format", "xlsx", "-o", tmp_path / "a.xlsx").exit_code == 0
    sheet = load_workbook(tmp_path / "a.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}


def test_an_audit_of_several_workbooks_is_one_workbook(book: Path, clean: Path, tmp_path: Path) -> None:
    assert run("audit", book, clean, *NOW, "--format", "xlsx", "-o", tmp_path / "a.xlsx").exit_code == 1
    rows = list(load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=4, values_only=True))
    assert rows[0] == tuple(say(f"audit.xlsx.{key}", "zh") for key in XLSX_COLUMNS)
    assert [row[:4] for row in rows[1:]] == [(str(book), "错误", "线索信息表", "B3"), (str(book), "警告", "线索信息表", "G4")]
    assert [row[XLSX_COLUMNS.index("field")] for row in rows[1:]] == ["来源", "预算范围"]


XLSX_COLUMNS = ("workbook", "severity", "sheet", "cell", "lead_id", "field", "message", "value", "code")


@pytest.mark.parametrize("form", ["text", "csv", "json", "xlsx"])
def test_an_audit_never_overwrites_what_it_audits(book: Path, form: str) -> None:
    before = book.read_bytes()
    assert_refused(run("audit", book, "--format", form, "-o", book), "usage.overwrites")
    assert book.read_bytes() == before


# ---- masks -----------------------------------------------------------------------------------------------------------------

PHONES = tuple(f"139{i:04}{i:04}" for i in range(1111, 1111 + 12))
NAMES = ("欧阳娜娜", "司马相如", "诸葛孔明")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A workbook with phones in every column that a finding may quote, and names of people wherever they are shown."""
    p = iter(PHONES)
    ouyang, sima, zhuge = NAMES
    leads = [
        lead("L1", 联系方式=next(p) + "9", 联系人=ouyang, 负责人=sima, 录入时间=dt.date(2024, 6, 1)),
        lead("L2", 来源=next(p), 负责人=sima, 公司名称="同一家公司", 录入时间=dt.date(2024, 6, 1), 联系方式=PHONES[-1]),
        lead("L3", 预算范围=f"问{next(p)}", 负责人=zhuge, 公司名称="同一家公司", 联系方式=PHONES[-1]),
        lead("L4", 预计成交时间=next(p), 负责人=f"{sima}、{zhuge}", 联系方式="13700000004"),
        lead("L5", 线索等级=next(p), 需求匹配度=next(p), 联系方式=int(next(p))),
        lead(next(p), 预计成交时间=None, 负责人=None, 公司名称=f"{next(p)} 店"),
    ]
    touches = [touch(next(p), dt.date(2024, 6, 19), 跟进人=zhuge), touch("L1", "2024-06-32", 跟进方式=next(p), 跟进人=zhuge)]
    closed = [CONVERSIONS, ["L4", "未成交", None, f"嫌贵,问{next(p)}", 3, sima, None, None]]
    return team(tmp_path / "private.xlsx", leads, touches, 转化分析表=closed)


SHOWN: tuple[tuple[str, ...], ...] = (
    ("audit",),
    ("audit", "--format", "json"),
    ("audit", "--format", "csv"),
    ("refresh", "--no-backup"),
    ("refresh", "--no-backup", "--json"),
    ("refresh", "--dry-run"),
    ("refresh", "--dry-run", "--json"),
    ("remind",),
    ("remind", "--json"),
)


@pytest.mark.parametrize("command", SHOWN, ids=" ".join)
def test_no_phone_and_no_name_is_shown_unmasked(private: Path, command: tuple[str, ...]) -> None:
    result = run(*command, private, *NOW, "--mask")
    assert result.exit_code in (0, 1)
    shown = result.output
    assert re.findall(r"(?<![\d.])1[3-9]\d{9}", shown) == []
    assert [name for name in NAMES if name in shown or name[:2] in shown] == []


def test_masked_phones_and_names_keep_what_people_know_them_by(private: Path) -> None:
    shown = run("audit", private, *NOW, "--mask").stdout
    assert "139*****1119" in shown
    document = json.loads(run("audit", private, *NOW, "--mask", "--format", "json").stdout)
    assert {rate["key"] for rate in document["metrics"]["by_owner"]} <= {"司*", "诸*", "王*", None}
    assert {reminder["owner"] for reminder in document["reminders"]} <= {"司*", "诸*", "王*", None}


def test_no_phone_and_no_name_is_in_a_masked_workbook_of_findings(private: Path, tmp_path: Path) -> None:
    run("audit", private, *NOW, "--mask", "--format", "xlsx", "-o", tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        text = "".join(package.read(name).decode() for name in package.namelist() if name.startswith("xl/"))
    assert re.findall(r">[^<]*1[3-9]\d{9}[^<]*<", text) == []
    assert [name for name in NAMES if name in text] == []


def test_without_the_option_everything_is_shown_as_typed(private: Path) -> None:
    shown = run("audit", private, *NOW).stdout
    assert PHONES[1] in shown
    assert NAMES[1] in shown


# ---- terminals -------------------------------------------------------------------------------------------------------------


def on_a_terminal(*arguments: Any, **environment: str) -> str:
    """What a command prints to a terminal, stdout and stderr together."""
    host, terminal = pytest.importorskip("pty").openpty()
    command = [sys.executable, "-c", "from funnelbook.cli import main; main()", *map(str, arguments)]
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    env |= {"TERM": "xterm", "COLUMNS": "120", **environment}
    process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=env)
    os.close(terminal)
    out = b""
    while chunk := _read(host):
        out += chunk
    process.wait()
    os.close(host)
    return out.decode()


def _read(host: int) -> bytes:
    try:
        return os.read(host, 65536)
    except OSError:  # the other end was closed
        return b""


def test_a_terminal_gets_a_table_and_a_bar_in_colour(book: Path) -> None:
    shown = on_a_terminal("audit", book, *NOW)
    assert "│" in shown
    assert f"{book.name}: " in shown
    assert "\x1b[31m" in shown


def test_no_color_is_honoured(book: Path) -> None:
    shown = on_a_terminal("audit", book, *NOW, NO_COLOR="1")
    assert "│" in shown
    assert re.findall(r"\x1b\[[0-9;]*3[0-7]m", shown) == []


def test_a_terminal_gets_one_row_per_refreshed_workbook(book: Path, clean: Path) -> None:
    shown = on_a_terminal("refresh", book, clean, *NOW, "--no-backup")
    assert say("cli.late", "zh") in shown
    assert [path.name in shown for path in (book, clean)] == [True, True]


def test_a_pipe_gets_no_bar_and_no_colour(book: Path) -> None:
    result = run("refresh", book, *NOW, "--no-backup")
    assert result.stderr == ""
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk"])
def test_a_console_of_another_code_page_still_gets_its_lines(book: Path, encoding: str) -> None:
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-c", "from funnelbook.cli import main; main()", "audit", str(book), "nowhere.xlsx", *NOW]
    done = subprocess.run(command, capture_output=True, env=env)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


# ---- inspect, new, remove, restore -------------------------------------------------------------------------------------------


def test_inspect_shows_which_header_is_which_field(book: Path) -> None:
    result = run("inspect", book)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{book}: 销售线索跟踪表（tracking）\n  线索: 线索信息表, ")
    assert re.search(r"^ +A +线索编号 -> 线索编号（lead_id）$", result.stdout, re.MULTILINE)
    assert re.search(r"^ +D +联系方式 -> Phone \(phone\)$", run("inspect", book, "--lang", "en").stdout, re.MULTILINE)


def test_inspect_names_the_columns_that_lack_as_people_do(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"线索": [["线索编号", "联系人", "联系方式", "来源"], ["L1", "李", "13800010001", "展会"]]})
    (line,) = (line for line in run("inspect", path).stdout.splitlines() if "缺少的列" in line)
    assert "负责人" in line
    assert re.findall("[a-z_]{3,}", line) == []


def test_inspect_answers_in_json(book: Path) -> None:
    document = json.loads(run("inspect", "--json", book).stdout)
    assert document["schema"] == "funnelbook.inspect/1"
    assert [table["kind"] for table in document["tables"]] == ["leads", "followups"]


def test_inspect_hints_at_what_an_unknown_header_is_like(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"线索": [[*LEADS, "客户负责人员"], lead("L1")]})
    assert "客户负责人员" in run("inspect", path).stdout


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sample", [(), ("--sample",)])
def test_a_new_workbook_can_be_refreshed_at_once(tmp_path: Path, lang: str, sample: tuple[str, ...]) -> None:
    path = tmp_path / "new.xlsx"
    result = run("new", path, "--lang", lang, *sample)
    assert (result.exit_code, result.stdout) == (0, say("cli.new", lang, path=path) + "\n")
    document = json.loads(run("refresh", path, *NOW, "--no-backup", "--json").stdout)
    assert (document["profile"], document["lang"], document["metrics"]["leads"]) == ("tracking", lang, 2 if sample else 0)


def test_a_new_workbook_never_overwrites_one(book: Path) -> None:
    before = book.read_bytes()
    assert_refused(run("new", book), "usage.exists")
    assert book.read_bytes() == before


def test_remove_says_where_the_backup_is(book: Path) -> None:
    run("refresh", book, *NOW)
    removed, backup = run("remove", book).stdout.splitlines()
    copy = sorted(book.parent.glob("funnelbook-backup/*"))[-1]
    assert [removed, backup] == [say("cli.removed", "zh", path=book), say("cli.backup", "zh", path=copy)]


def test_remove_speaks_the_language_of_our_sheets_and_both_where_there_are_none(book: Path) -> None:
    run("refresh", book, *NOW, "--no-backup", "--lang", "en")
    assert run("remove", book, "--no-backup").stdout == say("cli.removed", "en", path=book) + "\n"
    assert run("remove", book).stdout.splitlines() == [say("cli.removed", lang, path=book) for lang in LANGUAGES]


@pytest.mark.parametrize(
    "arguments", [("refresh", ""), ("refresh", "x.xlsx", "-o", ""), ("report", "x.xlsx", "-o", ""), ("remind", "")], ids=str
)
def test_an_empty_file_name_is_no_folder(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert say("error.usage.no_path", "en") in result.stderr


@pytest.mark.parametrize("command", ["remove", "restore"])
def test_a_name_that_no_file_can_have_is_one_line(command: str) -> None:
    result = run(command, f"{'a' * 300}.xlsx")
    assert (result.exit_code, result.stdout, len(result.stderr.strip().splitlines())) == (2, "", 1)
    assert isinstance(result.exception, SystemExit)


def test_a_backup_folder_that_is_a_file_is_said_to_be_no_folder(book: Path) -> None:
    before, folder = book.read_bytes(), book.with_name("f")
    folder.write_bytes(b"")
    result = run("refresh", book, *NOW, "--backup-dir", folder)
    assert result.exit_code == 2
    assert os.strerror(errno.ENOTDIR) in result.stderr
    assert book.read_bytes() == before


def test_remove_gives_back_what_was_there(book: Path) -> None:
    sheets = load_workbook(book).sheetnames
    run("refresh", book, *NOW)
    result = run("remove", book)
    assert result.exit_code == 0
    assert load_workbook(book).sheetnames == sheets
    assert result.stdout.splitlines()[0] == say("cli.removed", "zh", path=book)


def test_restore_puts_the_newest_backup_back_and_keeps_what_was_there(book: Path) -> None:
    before = book.read_bytes()
    run("refresh", book, *NOW)
    after = book.read_bytes()
    result = run("restore", book)
    assert (result.exit_code, book.read_bytes()) == (0, before)
    kept, copy = run("restore", book, "--list").stdout.splitlines()
    assert Path(kept).read_bytes() == after
    assert say("cli.restored.kept", "zh", path=book, copy=kept) in result.stdout.splitlines()
    assert_refused(run("restore", book), "not_found.older_backup")
    assert book.read_bytes() == before
    assert copy.endswith(f"{say('cli.backup.same', 'zh')} / {say('cli.backup.same', 'en')}")
    assert run("restore", book, "--from", kept).exit_code == 0
    assert book.read_bytes() == after


def test_restore_says_when_it_puts_back_what_is_no_backup_of_the_workbook(book: Path, clean: Path) -> None:
    result = run("restore", book, "--from", clean)
    assert (result.exit_code, book.read_bytes()) == (0, clean.read_bytes())
    assert result.stdout.splitlines()[0] == say("cli.restored.other", "zh", path=book, copy=clean)


def test_restore_puts_nothing_of_another_suffix_back(book: Path) -> None:
    before = files(book.parent)
    result = run("restore", book, "--from", book.parent / "a.csv")
    assert_refused(result, "usage.backup_suffix", suffix=".xlsx")
    assert files(book.parent) == before


def test_restore_lists_the_backups_newest_first(book: Path) -> None:
    run("refresh", book, *NOW)
    run("refresh", book, "--as-of", "2024-06-27")
    listed = run("restore", book, "--list").stdout.splitlines()
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == 2


def test_restore_puts_back_the_backup_that_is_named(book: Path) -> None:
    before = book.read_bytes()
    run("refresh", book, *NOW)
    run("refresh", book, "--as-of", "2024-06-27")
    run("refresh", book, "--as-of", "2024-07-04")
    oldest = run("restore", book, "--list").stdout.splitlines()[-1]
    assert run("restore", book, "--from", oldest).exit_code == 0
    assert book.read_bytes() == before


def test_restore_puts_no_rubbish_in_the_place_of_a_workbook(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    rubbish = tmp_path / "rubbish.xlsx"
    rubbish.write_text("no workbook")
    assert_refused(run("restore", book, "--from", rubbish), "not_a_workbook")
    assert book.read_bytes() == before


def test_restore_says_when_there_is_no_backup(book: Path) -> None:
    assert_refused(run("restore", book), "not_found.backup")
    listed = run("restore", book, "--list")
    assert (listed.exit_code, listed.stdout.count("\n")) == (0, 1)
    assert say("cli.backup.none", "en", path=book) in listed.stdout


# ---- what can't be done: one line that says what to do, and the file as it was ---------------------------------------------------


def one_line(text: str) -> str:
    """The text if it is one line of ours, else what it should have been."""
    return text if re.fullmatch(r"funnelbook: [^\n]+\n", text) and len(text) < 400 else "one short line"


def assert_refused(result: Any, code: str, **facts: Any) -> None:
    """Status 2, nothing on stdout, and the one sentence of the catalogue, in both languages."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == one_line(result.stderr)
    for lang in LANGUAGES:
        pattern = re.escape(say(f"error.{code}", lang)) if not facts else re.escape(say(f"error.{code}", lang, **facts))
        assert re.search(re.sub(r"\\\{\w+\\\}", ".*", pattern), result.stderr), result.stderr


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def missing(folder: Path) -> Path:
    return folder / "missing.xlsx"


def missing_folder(folder: Path) -> Path:
    return folder / "missing" / "a.xlsx"


def directory(folder: Path) -> Path:
    (folder / "sub.xlsx").mkdir()
    return folder / "sub.xlsx"


def written(folder: Path, data: bytes, name: str = "a.xlsx") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def encrypted(folder: Path) -> Path:
    real = SHARED / "corpus" / "protected_passtika.xlsx"
    data = real.read_bytes() if real.exists() else OLE + "EncryptedPackage".encode("utf-16-le") + bytes(100)
    return written(folder, data)


def old_xls(folder: Path) -> Path:
    return written(folder, OLE + "Workbook".encode("utf-16-le") + bytes(100))


def empty_workbook(folder: Path) -> Path:
    return workbook(folder / "a.xlsx", {"Sheet1": []})


def no_lead_table(folder: Path) -> Path:
    return workbook(folder / "a.xlsx", {"库存": [["货号", "数量", "仓库"], [1, 2, 3]]})


def two_lead_tables(folder: Path) -> Path:
    """Different headers, equally well covered."""
    other = ["线索号", *LEADS[1:]]
    return workbook(folder / "a.xlsx", {"甲": [LEADS, lead("L1")], "乙": [other, lead("L2")]})


def damaged(folder: Path) -> Path:
    path = team(folder / "a.xlsx", [lead("L1")])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        entry = package.getinfo("xl/worksheets/sheet1.xml")
    middle = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    data[middle] ^= 0xFF
    return written(folder, bytes(data))


def locked(folder: Path) -> Path:
    path = team(folder / "a.xlsx", [lead("L1")])
    (folder / "~$a.xlsx").write_bytes(b"\x05Alice")
    return path


def read_only(folder: Path) -> Path:
    path = team(folder / "a.xlsx", [lead("L1")])
    path.chmod(0o444)
    return path


BAD: list[tuple[Callable[[Path], Path], str]] = [
    (missing, "not_found"),
    (missing_folder, "not_found"),
    (directory, "not_a_workbook.folder"),
    (lambda folder: written(folder, b""), "not_a_workbook"),
    (lambda folder: written(folder, b"id,name\n1,2\n"), "not_a_workbook"),
    (lambda folder: written(folder, b"PK\x03\x04 and no more"), "not_a_workbook.broken zip"),
    (lambda folder: written(folder, b"id,name\n1,2\n", "a.csv"), "old_format"),
    (old_xls, "old_format"),
    (encrypted, "encrypted"),
    (damaged, "bad_crc"),
    (empty_workbook, "no_table"),
    (no_lead_table, "no_table"),
    (two_lead_tables, "ambiguous_table"),
    (locked, "locked"),
    (read_only, "read_only"),
]
READING = {"locked", "read_only"}
"""What hinders only those who write."""


@pytest.mark.parametrize(("make", "code"), BAD, ids=[code for _, code in BAD])
def test_what_cannot_be_refreshed_is_told_in_one_line_and_left_as_it_was(tmp_path: Path, make: Callable[[Path], Path], code: str) -> None:
    path = make(tmp_path)
    before = files(tmp_path)
    result = run("refresh", path, *NOW)
    assert_refused(result, code)
    assert str(path) in result.stderr
    assert {name: data for name, data in files(tmp_path).items() if "funnelbook-backup" not in name} == before


@pytest.mark.parametrize(
    ("make", "code"), [case for case in BAD if case[1] not in READING], ids=lambda case: getattr(case, "__name__", case)
)
def test_what_cannot_be_read_cannot_be_audited_or_inspected(tmp_path: Path, make: Callable[[Path], Path], code: str) -> None:
    path = make(tmp_path)
    for command in ("audit", "inspect"):
        result = run(command, path)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", one_line(result.stderr))


def test_a_refused_refresh_leaves_no_backup_behind(tmp_path: Path) -> None:
    path = read_only(tmp_path)
    run("refresh", path, *NOW)
    assert files(tmp_path).keys() == {"a.xlsx"}


def test_the_locked_workbook_names_who_has_it_open(tmp_path: Path) -> None:
    assert "Alice" in run("refresh", locked(tmp_path), *NOW).stderr


@pytest.mark.parametrize("lock", ["~$a.xlsx", ".~a.xlsx", ".~lock.a.xlsx#"])
def test_a_lock_that_names_nobody_is_named_itself_since_it_may_be_left_over(tmp_path: Path, lock: str) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    (tmp_path / lock).write_bytes(b"")
    assert_refused(run("refresh", path, *NOW), "locked.unnamed", holder=lock)


def test_the_equal_tables_are_named(tmp_path: Path) -> None:
    message = run("refresh", two_lead_tables(tmp_path), *NOW).stderr
    assert "甲!A2:N2, 乙!A2:N2" in message


def test_a_locked_workbook_is_audited_all_the_same(tmp_path: Path) -> None:
    assert run("audit", locked(tmp_path), *NOW, "--fail-on", "never").exit_code == 0


def test_the_owner_file_of_an_open_workbook_is_no_workbook_among_others(tmp_path: Path) -> None:
    path = locked(tmp_path)
    owner = tmp_path / "~$a.xlsx"
    assert run("audit", path, owner, *NOW, "--fail-on", "never").exit_code == 0
    assert_refused(run("audit", owner), "not_a_workbook")


def test_a_header_without_rows_gives_an_empty_result(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx")
    document = json.loads(run("refresh", path, *NOW, "--no-backup", "--json").stdout)
    assert document["leads"] == []
    assert document["metrics"]["leads"] == 0
    assert document["output"] == str(path)
    assert json.loads(run("refresh", path, *NOW, "--no-backup", "--json").stdout)["output"] is None


def test_a_million_rows_of_formats_and_nothing_else_are_no_leads(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")])
    book = load_workbook(path)
    book["线索信息表"].cell(1_048_576, 1).number_format = "@"
    book.save(path)
    document = json.loads(run("refresh", path, *NOW, "--no-backup", "--json").stdout)
    assert document["metrics"]["leads"] == 1
    assert document["tables"][0]["last_row"] == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write into every folder")
def test_a_read_only_folder_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir()
    path = team(tmp_path / "shut" / "a.xlsx", [lead("L1")])
    (tmp_path / "shut").chmod(0o555)
    assert_refused(run("refresh", path, *NOW), "read_only")
    (tmp_path / "shut").chmod(0o755)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("-o", "{folder}/out.xlsm"), "usage.same_suffix"),
        (("-o", "{folder}/missing/out.xlsx"), "not_found.folder"),
        (("-o", "{folder}/shut.xlsx"), "read_only"),
        (("--as-of", "20.06.2024"), "usage.as_of"),
        (("--as-of", "2024-06-31"), "usage.as_of"),
        (("--as-of", "2024-06-20T25:00"), "usage.as_of"),
        (("--as-of", "2024-06-20T18:00+08:00"), "usage.as_of"),
        (("--as-of", "2024-6-2"), "usage.as_of"),
        (("--as-of", "9999-12-31"), "usage.as_of_year"),
        (("--as-of", "1800-01-01"), "usage.as_of_year"),
        (("--frobnicate",), "usage.option"),
        (("--dryrun",), "usage.option.like"),
        (("--keep", "0"), "usage.at_least"),
        (("--keep", "abc"), "usage.at_least"),
        (("--lang", "fr"), "usage.choice"),
        (("--fail-on", "sometimes"), "usage.choice"),
        (("--lang",), "usage.option_value"),
        (("--json=yes",), "usage.option_value"),
    ],
    ids=str,
)
def test_options_that_cannot_be_are_told_in_one_line(book: Path, options: tuple[str, ...], code: str) -> None:
    (book.parent / "shut.xlsx").write_bytes(b"")
    (book.parent / "shut.xlsx").chmod(0o444)
    before = files(book.parent)
    result = run("refresh", book, *(option.format(folder=book.parent) for option in options))
    assert_refused(result, code)
    assert files(book.parent) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("frobnicate",), "usage.command"),
        (("refersh", "a.xlsx"), "usage.command.like"),
        (("refresh",), "usage.missing"),
        (("inspect", "a.xlsx", "b.xlsx"), "usage.other"),
        (("audit", "a.xlsx", "--format", "pdf"), "usage.choice"),
        (("audit", "a.xlsx", "--format", "xlsx"), "usage.needs_output"),
        (("refresh", "a.xlsx", "b.xlsx", "-o", "c.xlsx"), "usage.folder"),
        (("new", "a.xls"), "usage.suffix_of"),
        (("new", "missing/a.xlsx"), "not_found.folder"),
        (("new", "a.xlsx", "--profile", "unknown"), "usage.choice"),
    ],
    ids=str,
)
def test_arguments_that_cannot_be_are_told_in_one_line(arguments: tuple[str, ...], code: str) -> None:
    assert_refused(run(*arguments), code)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("refersh",), "是不是 refresh"),
        (("refresh", "a.xlsx", "--no-bakup"), "是不是 --no-backup"),
        (("audit", "a.xlsx", "--format", "pdf"), "text, json, csv, xlsx"),
        (("refresh", "a.xlsx", "--keep", "0"), "不小于 1"),
        (("refresh", "a.xlsx", "--as-of", "1800-01-01"), "1900 到 2999"),
    ],
    ids=str,
)
def test_what_was_mistyped_is_told_with_what_can_be_typed(arguments: tuple[str, ...], words: str) -> None:
    assert words in run(*arguments).stderr


@pytest.mark.parametrize(("reason", "word"), [("cell_in_use", "cell_in_use"), ("inside_table", "inside")])
def test_the_reason_of_an_unsafe_edit_is_said_in_words(reason: str, word: str) -> None:
    error = UnsafeEditError(sheet="线索", place="P5", reason=reason)
    for lang in LANGUAGES:
        assert say("error.unsafe_edit", lang, sheet="线索", place="P5", reason=say(f"reason.{word}", lang)) in sentence(error)


@pytest.mark.parametrize("output", ["out.csv", "missing/out.xlsx", "."])
def test_an_audit_that_cannot_be_written_says_so(book: Path, output: str) -> None:
    result = run("audit", book, *NOW, "--format", "xlsx", "-o", book.parent / output)
    assert (result.exit_code, result.stderr) == (2, one_line(result.stderr))
    if output != "out.csv":
        result = run("audit", book, *NOW, "--format", "json", "-o", book.parent / output)
        assert_refused(result, "read_only" if output == "." else "not_found.folder")


@pytest.mark.parametrize("form", ["text", "csv", "json", "xlsx"])
def test_an_audit_for_a_folder_that_is_not_there_names_the_folder(book: Path, form: str) -> None:
    folder = book.parent / "missing"
    result = run("audit", book, *NOW, "--format", form, "-o", folder / f"a.{form}")
    assert_refused(result, "not_found.folder", path=folder)
    assert result.stderr.startswith(f"funnelbook: {folder}: ")


def test_a_run_that_is_interrupted_says_so_in_one_line() -> None:
    @click.group(cls=OneLiners)
    def group() -> None:
        """A group as ours, with a command that a person stops."""

    @group.command()
    def work() -> None:
        raise KeyboardInterrupt

    result = CliRunner().invoke(group, ["work"])
    assert (result.exit_code, result.stderr.strip()) == (2, f"funnelbook: {INTERRUPTED}")


INTERRUPTED = " / ".join(say("error.interrupted", lang) for lang in LANGUAGES)


def test_a_pipe_that_is_closed_early_is_no_trouble(book: Path) -> None:
    command = f"{sys.executable} -c 'from funnelbook.cli import main; main()' audit {book} --as-of 2024-06-20 | true"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
