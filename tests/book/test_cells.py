"""Values as cells: texts, numbers, dates and formulas as Excel reads them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from funnelbook.book.cells import KINDS, Fragments, content, kind, look, serial, xstring
from funnelbook.edits import Formula, Link, Style
from funnelbook.errors import UnsafeEditError


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        ("a & <b>", b"<is><t>a &amp; &lt;b&gt;</t></is>"),
        (" a", b'<is><t xml:space="preserve"> a</t></is>'),
        ("a\x0bb", b"<is><t>a_x000B_b</t></is>"),
        ("_x0041_", b"<is><t>_x005F_x0041_</t></is>"),
        ("=1+1", b"<is><t>=1+1</t></is>"),
        (3, b"<v>3</v>"),
        (2.0, b"<v>2</v>"),
        (0.1, b"<v>0.1</v>"),
        (True, b"<v>1</v>"),
        (Formula('=A1&"x"', "y"), b'<f>A1&amp;"x"</f><v>y</v>'),
        (Formula("A1", False), b"<f>A1</f><v>0</v>"),
        (Formula("A1"), b"<f>A1</f>"),
        (Link("go", "'S'!A1"), b"<is><t>go</t></is>"),
        (None, b""),
        ("", b""),
        (float("nan"), b""),
    ],
)
def test_a_value_is_written_so_that_excel_reads_it_back(value: Any, xml: bytes) -> None:
    assert content(value).inner == xml


def test_dates_count_in_the_days_of_both_date_systems() -> None:
    assert [serial(d) for d in (dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1))] == [1, 59, 61]
    assert serial(dt.datetime(2024, 6, 20, 12)) == 45463.5
    assert serial(dt.date(1904, 1, 2), date1904=True) == 1
    assert serial(dt.date(1899, 12, 31)) is None
    assert content(dt.date(1850, 5, 1)).inner == b"<is><t>1850-05-01</t></is>"


def test_true_and_one_are_not_the_same_value() -> None:
    cells = Fragments([True, 1, 1.0, None, True], 2, lambda _: 0).part(0, 5)
    assert [b't="b"' in cell for cell in cells] == [True, False, False, False, True]


def test_dates_and_links_get_their_look_unless_the_style_says_otherwise() -> None:
    assert look(Style(), kind(dt.date(2024, 1, 1))).number_format == "yyyy-mm-dd"
    assert look(Style(number_format="d/m"), "date").number_format == "d/m"
    assert look(Style(), kind(Link("a", "b"))).underline is True


@pytest.mark.parametrize("value", [float("inf"), "x" * 32_768])
def test_what_no_cell_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(UnsafeEditError):
        content(value)


@given(st.text())
def test_every_text_is_well_formed_and_reads_back(text: str) -> None:
    inner = content(text or "x").inner
    node = etree.fromstring(b"<c>" + inner + b"</c>")
    assert "".join(node.itertext()) == xstring(text or "x").replace("\r", "\n")


def test_numpys_values_are_written_as_pythons() -> None:
    cells = Fragments(np.array([True, 1, np.float64(2.5), np.bool_(False)], dtype=object), 1, lambda _: 0).part(0, 4)
    assert [cell[cell.index(b">") + 1 :] for cell in cells] == [b"<v>1</v></c>", b"<v>1</v></c>", b"<v>2.5</v></c>", b"<v>0</v></c>"]
    assert [b't="b"' in cell for cell in cells] == [True, False, False, True]


@given(st.lists(st.text("ab_ &<\x0b\n\u3000\u4e00x0041") | st.none(), min_size=1))
def test_texts_that_are_looked_at_together_are_written_as_each_by_itself(texts: list[str | None]) -> None:
    cells = Fragments(texts, 1, lambda _: 0).part(0, len(texts))
    assert cells == [_alone(text) for text in texts]


def _alone(text: str | None) -> bytes:
    what = content(text)
    return b'<c r="A\0"' + what.type + b">" + what.inner + b"</c>" if what.inner else b""


def test_a_column_in_parts_is_the_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funnelbook.book.cells._MOST_REMEMBERED", 3)
    values = [None, "a", 1, 2.5, dt.date(2024, 1, 1), "b", "c", "d", dt.datetime(2024, 1, 1, 8), "a", "e&"]
    column = Fragments(values, 3, KINDS.index, blank=True)
    assert [cell for i in range(0, 12, 2) for cell in column.part(i, i + 2)] == Fragments(values, 3, KINDS.index, blank=True).part(0, 11)
