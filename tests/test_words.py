"""The catalogue of words: both languages, the same placeholders, nothing unused, and no word of it anywhere in the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from funnelbook.words import LANGUAGES, catalogue, codes_of, say

PACKAGE = Path(__file__).parents[1] / "funnelbook"
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
RULEBOOK = tomllib.loads((PACKAGE / "funnel" / "rulebook.toml").read_text(encoding="utf-8"))

PREFIXES = (
    "advice.reason.",  # + a loss reason
    "audit.",  # + a column of the audit sheet
    "audit.xlsx.",  # + a column of an audit's own workbook
    "change.",  # + the kind of a row of changes
    "changes.",  # + a column of the sheet of changes
    "chart.",  # + a group or a table
    "chart.reason.",  # + a result
    "choice.",  # + an input column and one of its words
    "column.",  # + a figure
    "column.reason.",  # + a result
    "cycle_check.",
    "details.",  # + a column of the details
    "dimension.",  # + a dimension of the score
    "error.",  # + the code of an error, and what is the matter
    "field.",  # + a field
    "finding.",  # + the code of a finding, and its reason
    "first_touch.",  # + a state, and a unit
    "follow_up.",  # + a state
    "funnel.",  # + a step
    "history.",  # + a column of the history
    "limit_state.",
    "limits.",  # + a state
    "opportunity.",  # + a rating
    "level.",  # + a level
    "level_basis.",  # + what a suggestion rests on
    "advice.source.",  # + a source
    "cli.refreshed.",  # + what is late
    "advice.stage.",  # + a level
    "own.",  # + a kind of table and a column
    "problem.",  # + the code of a finding
    "prompt.",  # + a field
    "reason.",  # + why an edit would be unsafe
    "reminder.",  # + a rule and a state
    "reminders.",  # + a column of the reminders
    "result.",
    "rollup.about.",  # + a sheet of the group's workbook
    "rollup.chart.",  # + teams or regions
    "rollup.column.",  # + a column of the group's workbook
    "rollup.hint.",  # + what needs somebody
    "rollup.reason.",  # + a status
    "rollup.same.",  # + what is equal of two leads
    "rollup.section.",  # + teams or regions
    "rollup.sheet.",  # + a sheet of the group's workbook
    "rollup.status.",
    "rollup.title.",  # + a sheet of the group's workbook
    "rule.",  # + the key of a rule
    "rules.",  # + a column of the rules sheet
    "sample.",  # + a profile, a kind of table and a number
    "section.",  # + a group of the summary
    "severity.",
    "sheet.",  # + a role
    "step.",  # + a stage
    "template.about.",  # + a profile
    "template.header.",  # + a profile, a kind of table and a field
    "template.hint.",  # + a profile and a kind of table
    "template.sheet.",  # + a profile and a kind of table
    "template.step.",  # + a profile and a number
    "template.title.",  # + a profile
    "tier_check.",
    "tile.",  # + a key figure
    "undetermined.",  # + a rule
    "unit.",
    "urgency.",  # + a severity
)
"""Codes that the package makes from one of these and a word: an f-string or an addition begins so in its sources."""


@pytest.mark.parametrize("code", catalogue())
def test_every_text_is_there_in_both_languages(code: str) -> None:
    texts = catalogue()[code]
    assert texts.keys() == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())


@pytest.mark.parametrize("code", catalogue())
def test_both_languages_have_the_same_placeholders(code: str) -> None:
    zh, en = (placeholders(catalogue()[code][lang]) for lang in LANGUAGES)
    assert zh == en


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_word_is_used() -> None:
    text = "\n".join(SOURCES.values())
    literals = set(re.findall(r"""["']([a-z_]+\.[A-Za-z_0-9.]+)["']""", text))
    made = {prefix for prefix in PREFIXES if begins(prefix, text)}
    unused = [code for code in catalogue() if code not in literals and not is_made(code, made)]
    assert unused == []


def begins(prefix: str, text: str) -> bool:
    """Whether a string in the sources begins with a prefix; within an f-string the quotes are single ones."""
    return f'"{prefix}' in text or f"'{prefix}" in text


def is_made(code: str, made: set[str]) -> bool:
    """Whether a code is one of the prefixes and words that the sources, the rule book or the vocabularies name."""
    fitting = [prefix for prefix in made if code.startswith(prefix)]
    return any(all(is_named(word) for word in re.split("[. ]", code.removeprefix(prefix))) for prefix in fitting)


NAMED = set(re.findall(r"[\w-]+", "\n".join(SOURCES.values()))) | set(re.findall(r"[\w-]+", str(RULEBOOK)))


def is_named(word: str) -> bool:
    return word.isdigit() or word in NAMED


def test_every_prefix_is_used() -> None:
    text = "\n".join(SOURCES.values())
    assert [prefix for prefix in PREFIXES if not begins(prefix, text)] == []


def test_every_code_that_the_sources_name_is_known() -> None:
    named = {code for text in SOURCES.values() for code in re.findall(r'\bsay\(\s*["\']([^"\'{}]+)["\'],', text)}
    assert sorted(code for code in named if code not in catalogue()) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_chinese_sign_stands_in_the_code(path: Path) -> None:
    assert re.findall(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]+", SOURCES[path]) == []


@pytest.mark.parametrize("code", [code for code in catalogue() if code.startswith("own.")])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_header_of_ours_is_known_to_be_ours(code: str, lang: str) -> None:
    assert say(code, lang) in RULEBOOK["own"]["headers"]


@pytest.mark.parametrize("block", RULEBOOK["sheet"])
def test_the_blocks_of_the_rules_sheet_are_found_by_the_headers_that_are_written(block: str) -> None:
    assert RULEBOOK["sheet"][block] == [say(f"rules.{block}", lang) for lang in LANGUAGES]


@pytest.mark.parametrize("rule", RULEBOOK["rule"], ids=lambda rule: rule["key"])
def test_every_rule_has_a_name_and_a_unit_in_words(rule: dict[str, Any]) -> None:
    assert f"rule.{rule['key']}" in catalogue()
    assert not rule.get("unit") or f"unit.{rule['unit']}" in catalogue()


@pytest.mark.parametrize("prefix", ["result.", "severity.", "urgency.", "change.", "history.", "changes.", "audit.", "reminders."])
def test_what_is_read_back_from_our_sheets_has_one_code_per_text(prefix: str) -> None:
    for code, texts in catalogue().items():
        if code.startswith(prefix):
            assert all(say(prefix + str(codes_of(prefix, text)), lang) == text for lang, text in texts.items())


@pytest.mark.parametrize(("n", "expected"), [(0, "0 cells"), (1, "1 cell"), (2, "2 cells")])
def test_a_count_in_english_picks_its_word(n: int, expected: str) -> None:
    assert say("plan.cells", "en", sheet="Rules", n=n) == f"Rules: {expected} added"
