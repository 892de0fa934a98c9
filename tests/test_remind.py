"""funnelbook remind: what is due, for people, programs and calendars."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from funnelbook.cli import main
from funnelbook.words import say

from .workbooks import AS_OF as AS_OF_DAY
from .workbooks import lead, team, touch

TEAM = Path(__file__).parents[1] / "samples" / "02-team.xlsx"
AS_OF = ("--as-of", "2024-06-20")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(TEAM, tmp_path / "team.xlsx"))


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    return done.exit_code, done.stdout


def test_every_owner_has_a_block_with_the_most_urgent_first(book: Path) -> None:
    status, text = run("remind", book, *AS_OF)
    blocks = [line for line in text.splitlines() if not line.startswith(" ")]
    assert status == 0
    assert len(blocks) == len(set(blocks)) > 2
    first = text.splitlines()[1]
    assert "建议重新分配" in first
    assert "超 16 天" in first


def test_the_reminders_of_one_person_can_be_asked_for(book: Path) -> None:
    owner = json.loads(run("remind", book, *AS_OF, "--json")[1])["reminders"][0]["owner"]
    _, text = run("remind", book, *AS_OF, "--owner", owner)
    assert [line.split(" ")[0] for line in text.splitlines() if not line.startswith(" ")] == [owner]


def test_a_name_that_no_lead_has_is_said_with_the_one_that_was_meant(book: Path) -> None:
    owner = json.loads(run("remind", book, *AS_OF, "--json")[1])["reminders"][0]["owner"]
    said = {name: run("remind", book, *AS_OF, "--owner", name) for name in ("无此人", owner[0] + "〇")}
    assert said["无此人"] == (0, say("cli.remind.stranger", "zh", owner="无此人") + "\n")
    assert f"是不是「{owner[0]}" in said[owner[0] + "〇"][1]


def test_an_owner_without_reminders_is_told_from_a_name_that_nobody_has(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")], [touch("L1", AS_OF_DAY)])
    assert run("remind", path, *AS_OF, "--owner", "王大力") == (0, say("cli.remind.nobody", "zh", owner="王大力") + "\n")


def test_the_hint_at_a_name_is_masked_like_any_name(tmp_path: Path) -> None:
    path = team(tmp_path / "a.xlsx", [lead("L1")], [touch("L1", AS_OF_DAY)])
    assert "王*" in run("remind", path, *AS_OF, "--owner", "王大厉", "--mask")[1]
    assert "王大力" not in run("remind", path, *AS_OF, "--owner", "王大厉", "--mask")[1]


def test_the_json_holds_the_reminders_of_a_refresh_with_their_words(book: Path) -> None:
    found = json.loads(run("remind", book, *AS_OF, "--json")[1])
    refreshed = json.loads(run("refresh", book, *AS_OF, "--json", "--dry-run")[1])
    assert found["schema"] == "funnelbook.remind/1"
    words = [one.pop("message") for one in found["reminders"]]
    assert all(words)
    key = lambda one: json.dumps(one, sort_keys=True)  # noqa: E731 - the order of the two documents differs
    assert sorted(found["reminders"], key=key) == sorted(refreshed["reminders"], key=key)


def test_the_calendar_file_holds_an_event_per_reminder(book: Path, tmp_path: Path) -> None:
    out, before = tmp_path / "week.ics", book.read_bytes()
    status, text = run("remind", book, *AS_OF, "--ics", out)
    found = json.loads(run("remind", book, *AS_OF, "--json")[1])["reminders"]
    events = Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    assert (status, len(events)) == (0, len(found))
    assert len({event["uid"] for event in events}) == len(events)
    assert str(out) in text
    assert book.read_bytes() == before


@pytest.mark.parametrize("name", ["week.txt", "nowhere/week.ics"])
def test_a_calendar_that_can_not_be_written_is_one_line_and_status_2(book: Path, tmp_path: Path, name: str) -> None:
    done = CliRunner().invoke(main, ["remind", str(book), *AS_OF, "--ics", str(tmp_path / name)])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
