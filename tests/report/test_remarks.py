"""Remarks: each goes to one row, to the same cell first (DESIGN.md 4)."""

from __future__ import annotations

import pytest

from funnelbook.report.remarks import Key, matched

A, B, C = ("x", "L1", "B2"), ("x", "L1", "B3"), ("x", "L2", "B4")


@pytest.mark.parametrize(
    ("keys", "remarks", "found", "left"),
    [
        pytest.param([A, B, C], {}, [None, None, None], {}, id="none"),
        pytest.param([A, B], {A: "a", B: "b"}, ["a", "b"], {}, id="each in its cell"),
        pytest.param([A, B], {B: "b"}, [None, "b"], {}, id="the same cell goes before another one of the lead"),
        pytest.param([("x", "L1", "B9")], {A: "a"}, ["a"], {}, id="the lead was sorted elsewhere"),
        pytest.param([A, B], {("x", "L1", "B9"): "a"}, ["a", None], {}, id="to one row alone"),
        pytest.param([("x", "L1", "B9")], {A: "a", B: "b"}, ["a"], {B: "b"}, id="what finds no row is left"),
        pytest.param([("x", "", "B3")], {("x", "", "B2"): "a"}, [None], {("x", "", "B2"): "a"}, id="without an id the cell alone counts"),
        pytest.param([], {A: "a"}, [], {A: "a"}, id="no rows"),
    ],
)
def test_remarks_find_their_rows(keys: list[Key], remarks: dict[Key, str], found: list[str | None], left: dict[Key, str]) -> None:
    assert matched(keys, remarks) == (found, left)
