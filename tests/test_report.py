"""funnelbook report: one page beside the workbook, or one line that says why not."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

import funnelbook.book.save
from funnelbook.cli import main

from .workbooks import AS_OF, SAMPLES, files, lead, run, team, touch

DAY = ("--as-of", AS_OF.isoformat())


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(SAMPLES[1], tmp_path / "team.xlsx"))


def test_the_page_is_written_and_the_workbook_stays_as_it_is(book: Path) -> None:
    before, out = book.read_bytes(), book.with_name("report.html")
    done = run("report", book, "-o", out, *DAY)
    assert (done.exit_code, done.stdout) == (0, f"已写入 {out}（{round(out.stat().st_size / 1024)} KB）\n")
    assert book.read_bytes() == before
    assert sorted(files(book.parent)) == ["report.html", "team.xlsx"]
    assert out.stat().st_size < 1_000_000


def test_the_same_workbook_gives_the_same_bytes_whatever_it_is_called(book: Path) -> None:
    other = Path(shutil.copyfile(book, book.with_name("other.xlsx")))
    for path in (book, other):
        assert run("report", path, "-o", path.with_suffix(".html"), *DAY).exit_code == 0
    assert book.with_suffix(".html").read_bytes() == other.with_suffix(".html").read_bytes()


def test_names_and_phones_are_masked_by_default_and_the_page_says_which(tmp_path: Path) -> None:
    out, book = tmp_path / "a.html", SAMPLES[1]
    masked = run("report", book, "-o", out, *DAY).exit_code, out.read_text(encoding="utf-8")
    plain = run("report", book, "-o", out, *DAY, "--no-mask").exit_code, out.read_text(encoding="utf-8")
    assert (masked[0], plain[0]) == (0, 0)
    assert "请勿外传" in plain[1]
    assert "已隐去" in masked[1]
    assert masked[1].count("****") > 20
    assert "****" not in plain[1]


def test_a_script_as_a_company_is_shown_as_what_was_typed(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    rows = [lead("L1", 公司名称=evil, 负责人=evil, 来源=evil, 联系人=evil, 录入时间=dt.date(2024, 6, 1))]
    out = tmp_path / "a.html"
    assert (
        run("report", team(tmp_path / "team.xlsx", rows, [touch("L1", dt.date(2024, 6, 2))]), "-o", out, *DAY, "--no-mask").exit_code == 0
    )
    text = out.read_text(encoding="utf-8")
    assert evil not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize("name", ["report.htm", "report.xlsx", "nowhere/report.html"])
def test_a_page_that_can_not_be_written_is_one_line_and_status_2(book: Path, name: str) -> None:
    done = run("report", book, "-o", book.parent / name, *DAY)
    assert (done.exit_code, len(done.stderr.splitlines()), done.stdout) == (2, 1, "")
    assert sorted(files(book.parent)) == ["team.xlsx"]


@pytest.mark.parametrize("arguments", [["nothing.xlsx", "-o", "a.html"], ["team.xlsx"], ["team.xlsx", "-o", "a.html", "--as-of", "x"]])
def test_every_other_trouble_is_one_line_and_status_2(book: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book.parent)
    done = run("report", *arguments)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert sorted(files(book.parent)) == ["team.xlsx"]


def test_a_page_that_can_not_be_written_whole_leaves_the_old_one(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = book.with_name("report.html")
    out.write_text("old", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(funnelbook.book.save, "_write_synced", full)
    assert run("report", book, "-o", out, *DAY).exit_code == 2
    assert sorted(files(book.parent)) == ["report.html", "team.xlsx"]
    assert out.read_text(encoding="utf-8") == "old"


def test_help_says_what_it_does() -> None:
    assert "--no-mask" in run("report", "--help").stdout
    assert "report" in main.commands
