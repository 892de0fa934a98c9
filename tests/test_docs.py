"""The guides say what is there: their commands run and print what they show, and no column, code or command is left out."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from funnelbook.cli import main
from funnelbook.errors import FunnelbookError
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.grid import Range
from funnelbook.report.template_columns import validation
from funnelbook.words import catalogue, say

from .guides import DOCS, FENCE, LANGS, NAMES, anchor, first_cells, headings, links, path_of, prose_of, section, shown, text_of
from .workbooks import ROOT, run

pytestmark = pytest.mark.thorough

GUIDES = [(name, lang) for name in NAMES for lang in LANGS]
SAMPLES = {
    "zh": {"团队线索.xlsx": "02-team", "登记.xlsx": "05-registry", "旧表.xlsx": "03-messy"},
    "en": {"team.xlsx": "02-team", "registry.xlsx": "05-registry", "own.xlsx": "08-crm-export"},
}
"""The workbooks that the commands of the guides name, and the samples that they are."""
ELSEWHERE = {"rollup"}
"""Commands that need packages of their own; their tests try them."""
MOST_BYTES = 150_000
FINDINGS = {".".join(code.split(".")[1:3]) for code in catalogue() if code.startswith("finding.")}
HEADING = {
    "findings": {"zh": "问题代码", "en": "Finding codes"},
    "errors": {"zh": "错误代码", "en": "Error codes"},
    "rules": {"zh": "修改「规则」", "en": "Changing the rules"},
    "commands": {"zh": "命令一览", "en": "Commands"},
}


@pytest.mark.parametrize(("name", "lang"), [guide for guide in GUIDES if any(shown(text_of(*guide)))])
def test_the_commands_of_a_guide_run_and_print_what_it_shows(name: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for workbook, sample in SAMPLES[lang].items():
        shutil.copyfile(ROOT / "samples" / f"{sample}.xlsx", workbook)
    for one in shown(text_of(name, lang)):
        done = run(*one.arguments)
        assert done.exit_code == one.status, (one.arguments, done.output)
        assert one.prints(done.stdout.rstrip("\n")), (one.arguments, done.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_headings_tables_pictures_and_commands(name: str) -> None:
    zh, en = (text_of(name, lang) for lang in LANGS)
    assert [level for level, _ in headings(zh)] == [level for level, _ in headings(en)]
    assert [line.count(" | ") for line in rows(zh)] == [line.count(" | ") for line in rows(en)]
    assert pictures(zh) == pictures(en)
    assert [(one.arguments[0], one.status) for one in shown(zh)] == [(one.arguments[0], one.status) for one in shown(en)]


def rows(text: str) -> list[str]:
    return re.findall(r"^\|.*$", prose_of(text), flags=re.MULTILINE)


def pictures(text: str) -> list[str]:
    return [link for link in links(text) if link.endswith(".png")]


@pytest.mark.parametrize("name", ["supervisor", "operations"])
def test_both_languages_say_the_same_codes_and_options(name: str) -> None:
    zh, en = (set(re.findall(r"`((?:--)?[a-z_]+(?:\.[a-z_]+)*)`", text_of(name, lang))) for lang in LANGS)
    assert zh == en


@pytest.mark.parametrize(("name", "lang"), GUIDES)
def test_every_link_of_a_guide_leads_somewhere(name: str, lang: str) -> None:
    for link in links(text_of(name, lang)):
        target, _, place = link.partition("#")
        path = DOCS / target if target else path_of(name, lang)
        assert path.is_file(), link
        if place:
            assert place in {anchor(words) for _, words in headings(path.read_text(encoding="utf-8"))}, link


def test_every_picture_is_a_small_png() -> None:
    for path in DOCS.rglob("*.png"):
        data = path.read_bytes()
        assert len(data) <= MOST_BYTES, path.name
        assert data.startswith(b"\x89PNG\r\n"), path.name


@pytest.mark.parametrize("lang", LANGS)
def test_every_column_of_ours_is_explained_to_the_salesperson(lang: str) -> None:
    told = first_cells(text_of("sales", lang)) + re.findall(r"^\| [^`|]+ \| `([^`]+)` \|", text_of("sales", lang), flags=re.MULTILINE)
    assert {say(code, lang) for code in catalogue() if code.startswith("own.")} == set(told) & {say(code, lang) for code in catalogue()}


@pytest.mark.parametrize("lang", LANGS)
def test_every_finding_code_stands_in_the_table_of_codes_and_no_other(lang: str) -> None:
    assert sorted(first_cells(section(text_of("operations", lang), HEADING["findings"][lang]))) == sorted(FINDINGS)


@pytest.mark.parametrize("lang", LANGS)
def test_every_error_code_stands_in_the_table_of_codes_and_no_other(lang: str) -> None:
    assert sorted(first_cells(section(text_of("operations", lang), HEADING["errors"][lang]))) == sorted(error_codes(FunnelbookError))


@pytest.mark.parametrize("lang", LANGS)
def test_the_remedy_for_a_missing_table_is_no_command_that_ends_with_the_same_error(lang: str) -> None:
    (remedy,) = (line for line in text_of("operations", lang).splitlines() if line.startswith("| `no_table`"))
    for text in (remedy, say("error.no_table", lang)):
        assert {name for name in main.commands if re.search(rf"\b{name}\b", text)} == {"adopt"}


def error_codes(kind: type[FunnelbookError]) -> set[str]:
    return {one.code for one in kind.__subclasses__()}.union(*(error_codes(one) for one in kind.__subclasses__()))


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_stands_in_the_table_of_commands_and_is_shown_at_work(lang: str) -> None:
    told = first_cells(section(text_of("operations", lang), HEADING["commands"][lang]))
    assert sorted(told) == sorted(f"funnelbook {name}" for name in main.commands)
    at_work = {one.arguments[0] for name in NAMES for one in shown(text_of(name, lang))}
    assert at_work == set(main.commands) - ELSEWHERE


@pytest.mark.parametrize(("name", "lang"), GUIDES)
def test_every_option_that_a_guide_names_is_one(name: str, lang: str) -> None:
    known = {option for command in main.commands.values() for param in command.params for option in (*param.opts, *param.secondary_opts)}
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text_of(name, lang)))
    assert told - known <= {"--help"}


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    """One of each JSON document."""
    book = str(ROOT / "samples" / "06-lifecycle.xlsx")
    asked = (("refresh", "--json", "--dry-run"), ("audit", "--format", "json"), ("inspect", "--json"), ("remind", "--json"))
    return [json.loads(run(*arguments, book).stdout) for arguments in asked]


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_of_the_json_documents_is_named(lang: str, documents: list[dict[str, Any]]) -> None:
    told = set(re.findall(r"`([\w./]+)`", text_of("operations", lang)))
    for found in documents:
        assert found["schema"] in told
        inner = [key for value in found.values() if isinstance(value, list) and value and isinstance(value[0], dict) for key in value[0]]
        assert {*found, *inner, *found.get("metrics", ())} - told == set()


@pytest.mark.parametrize("lang", LANGS)
def test_the_document_of_an_error_is_named(lang: str) -> None:
    document = json.loads(run("refresh", "--json", "nowhere.xlsx").stdout)
    told = set(re.findall(r"`([\w./]+)`", text_of("operations", lang)))
    assert {document["schema"], *document, *document["error"]} - {"schema"} - told == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_section_of_the_summary_is_explained_to_the_supervisor(lang: str) -> None:
    cells = set(re.findall(r"^\| ([^|`]+?)(?: ?[（(][^|]*)? \|", text_of("supervisor", lang), flags=re.MULTILINE))
    assert {say(code, lang) for code in catalogue() if code.startswith("section.")} - cells - {say("section.results", lang)} == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_block_of_the_rules_sheet_is_explained_to_the_supervisor(lang: str) -> None:
    told = section(text_of("supervisor", lang), HEADING["rules"][lang])
    blocks = {code.rpartition(".")[2] for code in catalogue() if code.startswith("rules.block.")} - {"choices", "holidays", "workdays"}
    names = {say("rules.leave_out" if block == "left_out" else f"rules.block.{block}", lang) for block in blocks}
    assert names - {words for _, words in headings(told)} == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_group_of_rules_stands_in_the_supervisors_table(lang: str) -> None:
    book = tomllib.loads((ROOT / "funnelbook" / "funnel" / "rulebook.toml").read_text(encoding="utf-8"))
    told = {one.removesuffix("…") for one in re.findall(r"`([a-z_.]+…?)`", text_of("supervisor", lang))}
    keys = [rule["key"] for rule in book["rule"]]
    assert [key for key in keys if key not in told and key.split(".")[0] + "." not in told] == []


@pytest.mark.parametrize("text", [*(path_of(name, "zh") for name in NAMES), ROOT / "README.zh-CN.md"], ids=lambda path: path.name)
def test_chinese_pages_have_full_width_signs(text: Path) -> None:
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]*>", "", prose_of(text.read_text(encoding="utf-8")))
    assert re.findall(r"[\u4e00-\u9fff」）][,;:!?(]|[,;:!?)][\u4e00-\u9fff「（]", prose) == []


@pytest.mark.parametrize("text", [*DOCS.glob("*.md"), *ROOT.glob("README*.md")], ids=lambda path: path.name)
def test_no_sentence_follows_a_table_without_a_blank_line(text: Path) -> None:
    assert re.findall(r"^\|.*\n([^|\n].*)$", FENCE.sub("", text.read_text(encoding="utf-8")), flags=re.MULTILINE) == []


@pytest.mark.parametrize(("name", "lang"), GUIDES)
def test_a_status_behind_a_command_is_explained_once(name: str, lang: str) -> None:
    text = text_of(name, lang)
    marked = any(one.status for one in shown(text))
    assert len(re.findall(r"`# \d`", prose_of(text))) == int(marked)


@pytest.mark.parametrize("lang", LANGS)
def test_the_other_words_that_are_known_stand_in_no_list(lang: str) -> None:
    row = next(line for line in text_of("sales", lang).splitlines() if line.startswith(OTHER_WORDS[lang]))
    told, rules = set(re.findall(r"`([^`]+)`", row)), RuleBook.default()
    kinds = {"leads": ("tier", "source"), "followups": ("method",), "conversions": ("result",)}
    rows = [
        validation(field, kind, "tracking", Range(1, 1, 1, 1), lang, rules).choices for kind, fields in kinds.items() for field in fields
    ]
    offered = {choice for choices in rows for choice in choices}
    assert told
    assert told & offered == set()
    assert all(any(rules.vocabularies[name].read(word) for name in ("tier", "source", "method", "result")) for word in told)


OTHER_WORDS = {"zh": "| 等级、来源、方式、结果 |", "en": "| grade, source, method, result |"}
