"""The normal form of a cell's text."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.funnel.parse import is_empty, normal_text
from funnelbook.funnel.rulebook import RuleBook

WORDS = RuleBook.default().words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("  张三\u3000", "张三"),
        ("\ufeff\u200b张三\u00a0\n", "张三"),
        ("\u202d13800138000\u202c", "13800138000"),
        ("ＡＢＣ　１２", "ABC 12"),
        (202405001, "202405001"),
        (202405001.0, "202405001"),
        (0.5, "0.5"),
        (0.1 + 0.2, "0.3"),
        (-3.0, "-3"),
        (dt.date(2024, 5, 1), "2024-05-01"),
        (dt.datetime(2024, 5, 1), "2024-05-01"),
        (dt.datetime(2024, 5, 1, 14, 30), "2024-05-01 14:30:00"),
        (dt.time(14, 30), "14:30:00"),
        (dt.timedelta(days=1), "1 day, 0:00:00"),
    ],
)
def test_a_value_has_one_normal_text(value: Any, text: str) -> None:
    assert normal_text(value) == text


@given(st.text())
def test_the_normal_text_of_a_normal_text_is_itself(text: str) -> None:
    assert normal_text(normal_text(text)) == normal_text(text)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "  ",
        "\u3000\u200b",
        "-",
        "－",
        " — ",
        "–",
        "/",
        "／",
        "无",
        "N/A",
        "n/a",
        "Ｎ／Ａ",
        "select",
        "SELECT",
        "请选择",
    ],
)
def test_an_empty_marker_counts_as_empty(value: Any) -> None:
    assert is_empty(value, WORDS)


@pytest.mark.parametrize("value", [0, 0.0, "0", "待确认", "无锡", "--", "None", "na", dt.date(2024, 5, 1)])
def test_anything_else_counts_as_filled(value: Any) -> None:
    assert not is_empty(value, WORDS)
