"""What the READMEs say is there: every command, every make target, every file, every dependency."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from funnelbook.cli import main

from .workbooks import run

ROOT = Path(__file__).parents[1]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")}


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_is_in_the_readme_and_nothing_else(name: str) -> None:
    told = set(re.findall(r"^\| `funnelbook (\w+)", TEXTS[name], flags=re.MULTILINE))
    assert told == set(main.commands)


@pytest.mark.parametrize("name", TEXTS)
def test_every_make_target_of_the_readme_is_in_the_makefile(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = re.findall(r"^\$ make (\w+)", TEXTS[name], flags=re.MULTILINE)
    assert told == ["demo", "test"]
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in told)


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_the_readme_links_to_is_there(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXTS[name])
    assert links != []
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name in ("rollup", "dask") for line in project["optional-dependencies"][name]]
    wanted = {re.split(r"[<>=~! \[]", line)[0] for line in [*project["dependencies"], *extras]} - {"funnelbook"}
    rows = re.findall(r"^\| ([\w, -]+) \| \S", TEXTS["README.md"].split("## Dependencies")[1], flags=re.MULTILINE)
    assert {name.strip() for row in rows for name in row.split(",")} - {"package"} == wanted


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(ROOT / "samples" / "02-team.xlsx", "team.xlsx")
    for line in re.findall(r"^\| `funnelbook ([^`]+)`", TEXTS["README.md"], flags=re.MULTILINE):
        arguments = shlex.split(line.replace("*.xlsx", "team.xlsx"))
        assert run(*arguments).exit_code == (1 if arguments[0] == "audit" else 0), line
