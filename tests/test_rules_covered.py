"""Every rule has its test: rules_covered.toml names tests that exist, and has every item, row and finding code of RULES.md 1 to 6."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from funnelbook.words import catalogue

from .workbooks import SHARED

TESTS = Path(__file__).parent
COVERED: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads((TESTS / "rules_covered.toml").read_text(encoding="utf-8"))
RULES = SHARED / "RULES.md"
NAMED = [(f"{section}: {rule}", name) for section, rules in COVERED.items() for rule, names in rules.items() for name in names]
REASON = "RULES.md is not there"


@cache
def text_of(file: str) -> str:
    return (TESTS / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(("rule", "name"), NAMED)
def test_the_test_that_a_rule_names_exists(rule: str, name: str) -> None:
    file, function = name.split("::")
    assert re.search(rf"^def {function}\(", text_of(file), flags=re.MULTILINE)


@pytest.mark.parametrize("section", COVERED)
def test_no_rule_is_without_a_test(section: str) -> None:
    assert [rule for rule, names in COVERED[section].items() if not names] == []


@pytest.mark.parametrize("code", COVERED["codes"])
def test_the_tests_of_a_finding_code_name_it(code: str) -> None:
    assert any(code in text_of(name.split("::")[0]) for name in COVERED["codes"][code])


def test_every_message_about_a_finding_is_of_a_code_on_the_list() -> None:
    said = {code.removeprefix("finding.") for code in catalogue() if code.startswith("finding.")}
    known = set(COVERED["codes"])
    assert {code for code in known if not any(one == code or one.startswith(f"{code}.") for one in said)} == set()
    assert {one for one in said - known if not any(one.startswith(f"{code}.") for code in known)} == set()


@pytest.mark.skipif(not RULES.exists(), reason=REASON)
@pytest.mark.parametrize("section", COVERED)
def test_the_table_has_every_rule_of_the_rule_book(section: str) -> None:
    assert set(COVERED[section]) == set(WANTED[section]())


def section_of(number: int) -> str:
    return re.split(r"^## \d\. .*$", RULES.read_text(encoding="utf-8"), flags=re.MULTILINE)[number]


def rows(text: str) -> list[list[list[str]]]:
    """The tables of a section, each as the cells of its rows without the header."""
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    return [[[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()[2:]] for table in tables]


def items(text: str) -> list[str]:
    """Numbers of the items of the list of a section."""
    return [str(i) for i, _ in enumerate(re.findall(r"^- ", text, flags=re.MULTILINE), start=1)]


def codes() -> Iterator[str]:
    for first, *_ in rows(section_of(2))[1]:
        for i, code in enumerate(first.split(", ")):
            yield first.split(".")[0] + code if i and code.startswith(".") else code


def limits() -> Iterator[str]:
    for first, *_ in rows(section_of(4))[0]:
        yield from re.findall(r"`([^`]+)`", first) or [first.split(" (")[0]]
        yield from ["增值服务"] if "增值服务" in first else []
    yield from ("clock start", "which state", "touches", "severity")


WANTED = {
    "reading": lambda: re.findall(r"^(\d+)\. ", section_of(1), flags=re.MULTILINE),
    "required": lambda: [row[0].split(" ")[0] for row in rows(section_of(2))[0]],
    "codes": codes,
    "score": lambda: [*(row[0] for row in rows(section_of(3))[0]), *items(section_of(3))],
    "limits": limits,
    "levels": lambda: items(section_of(5)),
    "figures": lambda: ["result of a lead", *(row[0].split(" (")[0].split(", ")[0] for row in rows(section_of(6))[0])],
}
"""Section of the table -> its rules as RULES.md has them."""
