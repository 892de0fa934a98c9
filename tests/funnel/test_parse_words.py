"""The words that cells are read by, from the rule book."""

import dataclasses
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from funnelbook.funnel.parse import ParseWords, parse_people


@pytest.fixture(name="mapping")
def _mapping() -> dict[str, Any]:
    text = files("funnelbook.funnel").joinpath("rulebook.toml").read_text(encoding="utf-8")
    parse: dict[str, Any] = tomllib.loads(text)["parse"]
    return parse


def test_the_rule_book_names_every_word_once(mapping: dict[str, Any]) -> None:
    words = ParseWords.from_mapping(mapping)
    assert set(mapping) == {field.name for field in dataclasses.fields(words)}


def test_words_are_kept_in_the_form_in_which_cells_are_compared(mapping: dict[str, Any]) -> None:
    words = ParseWords.from_mapping({**mapping, "empty_markers": ["Ｎ/Ａ"], "money_units": {"Ｗ": 10_000}})
    assert words.empty_markers == ("n/a",)
    assert words.money_units == {"w": 10_000.0}


def test_a_line_break_may_part_people(mapping: dict[str, Any]) -> None:
    assert "\n" in ParseWords.from_mapping(mapping).person_separators


def test_an_empty_list_of_words_matches_nothing(mapping: dict[str, Any]) -> None:
    words = ParseWords.from_mapping({**mapping, "person_separators": []})
    assert parse_people("张三、李四", words) == ("张三、李四",)


def test_a_missing_table_of_words_is_named(mapping: dict[str, Any]) -> None:
    del mapping["money_units"]
    with pytest.raises(ValueError, match="money_units"):
        ParseWords.from_mapping(mapping)


def test_an_unknown_table_of_words_is_named(mapping: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="colour"):
        ParseWords.from_mapping({**mapping, "colour": []})
