"""Sixty workbooks of a group: one row each, the same by both engines, taken again only where something changed."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from funnelbook import pipeline
from funnelbook.book import Package, read_grids
from funnelbook.errors import NotFoundError, ReadOnlyError, UsageError
from funnelbook.rollup.run import Outcome, _row, rollup
from funnelbook.rollup.task import Task
from funnelbook.words import say

from ..workbooks import AS_OF, files, opened, run, type_in
from .teams import BROKEN, copies, files_of, leftovers, lock, rolled, table, tracker

pytestmark = pytest.mark.thorough


def test_every_workbook_is_one_row_whatever_is_the_matter_with_it(outcome: Outcome) -> None:
    assert len(outcome.rows) == 60
    assert {Path(row["workbook"]).name: row["code"] for row in outcome.failed} == dict(
        zip(BROKEN, ("not_a_workbook", "not_a_workbook", "no_table"), strict=True)
    )
    assert all(row["reason_zh"] and row["reason_en"] and row["leads"] is None for row in outcome.failed)


def test_all_four_profiles_are_rolled_up(outcome: Outcome) -> None:
    assert {row["profile"] for row in outcome.rows} == {"tracking", "registry", "lifecycle", "tiering", None}


@pytest.mark.parametrize("name", ["leads", "followups", "findings", "metrics"])
def test_both_engines_leave_the_same_parquet(outcome: Outcome, by_dask: Outcome, name: str) -> None:
    pd.testing.assert_frame_equal(table(outcome, name), table(by_dask, name))


def test_both_engines_give_the_same_workbook(outcome: Outcome, by_dask: Outcome) -> None:
    one, other = (read_grids(Package.open(found.output)) for found in (outcome, by_dask))
    assert [grid.sheet for grid in one] == [grid.sheet for grid in other]
    for mine, theirs in zip(one, other, strict=True):
        width = mine.width - (mine.own_sheet == "rollup.workbooks")  # the seconds stand last
        cells = [(row, column) for row in range(1, mine.height + 1) for column in range(1, width + 1)]
        assert [mine.value(*cell) for cell in cells] == [theirs.value(*cell) for cell in cells]


def test_the_figures_are_the_sums_of_the_workbooks_own(outcome: Outcome, teams: Path) -> None:
    reports = [pipeline.audit(row["workbook"], AS_OF) for row in outcome.rows[:8] if row["status"] == "ok"]
    names = {report.workbook for report in reports}
    found = pd.read_parquet(outcome.folder / "leads")
    assert sum(report.assessment.metrics.leads for report in reports) == found["workbook"].isin(names).sum()
    total = outcome.group.total
    assert total.leads == len(found) == sum(row["leads"] or 0 for row in outcome.rows)
    assert (total.won, total.overdue) == (sum(row["won"] or 0 for row in outcome.rows), sum(row["overdue"] or 0 for row in outcome.rows))
    assert total.amount == sum(row["amount"] or 0 for row in outcome.rows)


def test_what_a_team_cannot_know_is_neither_a_zero_in_its_line_nor_in_its_metrics(tmp_path: Path) -> None:
    folder = copies(Path(__file__).parents[2] / "samples" / "07-tiering.xlsx", tmp_path / "share", ["a.xlsx"])
    tracker(folder / "b.xlsx", 1)
    found = rolled(folder, tmp_path / "group.xlsx")
    metrics = pd.read_parquet(found.folder / "metrics")
    unknown = {
        str(name)[-6:]: (pd.isna(late), pd.isna(worth)) for name, late, worth in metrics[["workbook", "overdue", "amount"]].to_numpy()
    }
    assert unknown == {"a.xlsx": (True, True), "b.xlsx": (False, False)}
    assert {(line.overdue is None, line.amount is None) for line in found.group.teams} == {(True, True), (False, False)}
    assert (found.group.total.overdue, found.group.total.amount) == (2, 0)


def test_the_weeks_are_those_of_the_workbooks(tmp_path: Path) -> None:
    folder = copies(Path(__file__).parents[2] / "samples" / "02-team.xlsx", tmp_path / "share", ["a.xlsx"])
    weeks = rolled(folder, tmp_path / "group.xlsx").group.weeks
    own = pipeline.audit(folder / "a.xlsx", AS_OF).assessment.metrics.weeks
    assert [(week.start, week.leads, week.touches, week.won, week.amount) for week in weeks] == [
        (week.start, week.leads, week.touches, week.won, week.amount) for week in own
    ]


def test_a_customer_of_two_teams_is_found_by_phone(outcome: Outcome) -> None:
    twins = [twin for twin in outcome.group.twins if twin.team in ("north", "south")]
    assert [(twin.team, twin.lead_id, twin.same) for twin in twins] == [("north", "N1", ("phone",)), ("south", "X1", ("phone",))]
    assert len({twin.group for twin in twins}) == 1


def test_phones_and_addresses_are_not_in_the_parquet_files(outcome: Outcome) -> None:
    keys = pd.read_parquet(outcome.folder / "leads")["phone_keys"].explode().dropna()
    assert len(keys) > 60
    assert not keys.str.contains("139").all()
    assert keys.str.fullmatch("[0-9a-f]{32}").all()


def test_the_groups_workbook_is_sound(outcome: Outcome, check_package: ModuleType) -> None:
    assert check_package.lint(outcome.output) == []
    assert opened(outcome.output).sheetnames == ["总部汇总", "团队", "负责人", "跨团队重复", "数据质量", "问题类型", "工作簿"]


def test_a_second_run_takes_nothing_and_writes_the_same_bytes(outcome: Outcome, teams: Path) -> None:
    before = outcome.output.read_bytes()
    again = rolled(teams, outcome.output)
    assert len(again.skipped) == 60
    assert len(again.failed) == 3
    assert outcome.output.read_bytes() == before


def test_only_what_changed_is_taken_again_and_what_is_gone_is_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    for i in range(1, 4):
        tracker(folder / f"t{i}.xlsx", i)
    assert rolled(folder, tmp_path / "group.xlsx").skipped == frozenset()
    tracker(folder / "t1.xlsx", 2)
    (folder / "t3.xlsx").unlink()
    again = rolled(folder, tmp_path / "group.xlsx")
    assert again.skipped == {str(folder / "t2.xlsx")}
    assert files_of(again) == dict.fromkeys(("leads", "followups", "findings", "metrics"), 2)
    assert rolled(folder, tmp_path / "group.xlsx", as_of=AS_OF + dt.timedelta(days=1)).skipped == frozenset()
    assert leftovers(again.folder) == []


def test_a_refresh_writes_every_workbook_back_but_the_one_that_is_open(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    free, held = tracker(folder / "free.xlsx", 1), tracker(folder / "held.xlsx", 2)
    as_it_was = held.read_bytes()
    lock(held)
    result = run("rollup", folder, "-o", tmp_path / "group.xlsx", "--refresh", "--workers", "2", "--as-of", "2024-06-20", "--json")
    found = {Path(row["workbook"]).name: row for row in json.loads(result.stdout)["workbooks"]}
    assert (result.exit_code, found["held.xlsx"]["status"], found["held.xlsx"]["error"]["code"]) == (2, "unwritten", "locked")
    assert found["held.xlsx"]["leads"] == 3
    assert held.read_bytes() == as_it_was
    assert "汇总" in opened(free).sheetnames
    assert len(list((folder / "funnelbook-backup").iterdir())) == 1
    (folder / "~$held.xlsx").unlink()
    again = rolled(folder, tmp_path / "group.xlsx", refresh=True)
    assert again.skipped == {str(free)}
    assert again.failed == []


def test_a_team_is_called_as_its_rules_sheet_says(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    tracker(folder / "a.xlsx", 1)
    pipeline.new(folder / "b.xlsx", sample=True)
    type_in(folder / "b.xlsx", "规则", 5, 3, "华东一队")
    assert {row["team"] for row in rolled(folder, tmp_path / "group.xlsx").rows} == {"a", "华东一队"}


def test_masked_names_are_masked_in_the_files_and_the_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    tracker(folder / "a.xlsx", 1)
    found = rolled(folder, tmp_path / "group.xlsx", mask=True)
    assert set(table(found, "leads")["owner"]) == {"王*"}
    assert set(table(found, "followups")["followed_by"]) == {"王*"}
    assert found.group.owners[0].key == "王*"


def test_what_cannot_be_written_is_said_before_anything_is_read(tmp_path: Path, teams: Path) -> None:
    for output, error in ((tmp_path / "g.csv", UsageError), (tmp_path / "no" / "g.xlsx", NotFoundError)):
        with pytest.raises(error):
            rollup([teams], output)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_group_workbook_is_no_teams(tmp_path: Path, outcome: Outcome) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    tracker(folder / "a.xlsx", 1)
    shutil.copyfile(outcome.output, folder / "last-month.xlsx")
    assert [Path(row["workbook"]).name for row in rolled(folder, folder / "group.xlsx").rows] == ["a.xlsx"]


def test_the_command_says_a_line_per_workbook_and_what_it_did(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    tracker(folder / "a.xlsx", 1)
    arguments = ("rollup", folder, "-o", tmp_path / "group.xlsx", "--as-of", "2024-06-20", "--workers", "1")
    first, second = run(*arguments), run(*arguments)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stderr.startswith("[1/1] ok ")
    assert second.stderr.startswith("[1/1] skipped ")
    assert "跳过未变化的 1 个" in second.stdout
    assert run(*arguments, "--fail-on", "warning").exit_code in (0, 1)


def test_a_scheduler_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    tracker(tmp_path / "a.xlsx", 1)
    result = run("rollup", tmp_path, "-o", tmp_path / "g.xlsx", "--scheduler", "tcp://127.0.0.1:9")
    assert (result.exit_code, "--engine dask" in result.stderr) == (2, True)


def test_a_bug_of_ours_is_a_row_with_the_exceptions_type(tmp_path: Path) -> None:
    task = Task(str(tmp_path / "a.xlsx"), "k", str(tmp_path / "parquet"), AS_OF, "s", "a")
    row = _row(task, KeyError("13800010001"))
    assert (row["status"], row["reason_en"].count("KeyError"), "13800010001" in str(row)) == ("crash", 1, False)


@pytest.mark.parametrize("damage", ["a name that isn't there", "every workbook broken", "only a roll-up of ours"])
def test_where_nothing_can_be_read_the_earlier_roll_up_is_as_it_was(tmp_path: Path, damage: str) -> None:
    folder, output = tmp_path / "share", tmp_path / "group.xlsx"
    folder.mkdir()
    teams = [tracker(folder / f"{name}.xlsx", number) for number, name in enumerate("ab", start=1)]
    arguments = ("-o", output, "--as-of", "2024-06-20", "--workers", "1")
    assert run("rollup", folder, *arguments).exit_code == 0
    if damage == "every workbook broken":
        for path in teams:
            path.write_bytes(path.read_bytes()[:100])
    elif damage == "only a roll-up of ours":
        for path in teams:
            shutil.copyfile(output, path)
    before = files(tmp_path)
    missing = damage == "a name that isn't there"
    done = run("rollup", *(teams[:1] if missing else ()), tmp_path / "typo" if missing else folder, *arguments)
    assert (done.exit_code, done.stdout, files(tmp_path)) == (2, "", before)
    error = "not_found" if missing else "usage.none_read"
    said = say(f"error.{error}", "zh") if missing else say(f"error.{error}", "zh", n=2, name=teams[0])
    assert said in done.stderr.splitlines()[-1]


def test_a_workbook_that_broke_loses_its_figures_and_the_others_keep_theirs(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    broken, _ = (tracker(folder / f"{name}.xlsx", number) for number, name in enumerate("ab", start=1))
    assert set(table(rolled(folder, tmp_path / "group.xlsx"), "leads")["team"]) == {"a", "b"}
    broken.write_bytes(b"")
    again = rolled(folder, tmp_path / "group.xlsx")
    assert [row["status"] for row in again.rows] == ["error", "ok"]
    assert set(table(again, "leads")["team"]) == {"b"}
    assert table(again, "metrics")["status"].tolist() == ["error", "ok"]


def test_a_folder_that_cannot_be_written_is_the_end_of_the_job(tmp_path: Path) -> None:
    (tmp_path / "parquet").touch()
    tracker(tmp_path / "a.xlsx", 1)
    with pytest.raises(ReadOnlyError):
        rolled(tmp_path, tmp_path / "group.xlsx", folder=tmp_path / "parquet")
