"""Widths of columns: ours show, and what was there comes back."""

from __future__ import annotations

import pytest
from lxml import etree

from funnelbook.book import columns
from funnelbook.book.elements import attributes_of

from .build import worksheet

SPANS = {
    "none": "",
    "hidden to the edge": '<cols><col min="1" max="3" width="12" customWidth="1"/>'
    '<col min="4" max="16384" width="9" style="2" hidden="1" customWidth="1"/></cols>',
    "outline": '<cols><col min="2" max="9" width="9.5" outlineLevel="1" bestFit="1"/></cols>',
    "apart": '<cols><col min="5" max="5" width="20" customWidth="1"/><col min="6" max="6" width="20" customWidth="1"/></cols>',
}


def sheet(cols: str) -> etree._Element:
    return etree.fromstring(worksheet("", before=cols).encode())


def spans(root: etree._Element) -> list[dict[str, str]]:
    return [attributes_of(col) for col in root.iter("{*}col")]


@pytest.mark.parametrize("cols", SPANS.values(), ids=SPANS)
def test_ours_show_with_their_width_and_go_without_a_trace(cols: str) -> None:
    root, before = sheet(cols), spans(sheet(cols))
    states = {column: columns.state(root, column) for column in (5, 6, 7)}
    for column in states:
        assert columns.show(root, column, 11.5)
    for column in states:
        own = next(c for c in spans(root) if int(c["min"]) <= column <= int(c["max"]))
        assert (own["min"], own["width"], own["customWidth"]) == (str(column), "11.5", "1")
        assert "hidden" not in own
    covered = [n for c in spans(root) for n in range(int(c["min"]), int(c["max"]) + 1)]
    assert covered == sorted(set(covered))
    columns.restore(root, states)
    assert spans(root) == before


def test_without_a_width_a_visible_column_stays_as_it_is() -> None:
    root = sheet(SPANS["apart"])
    assert not columns.show(root, 5, None)
    assert not columns.show(root, 9, None)
    hidden = sheet(SPANS["hidden to the edge"])
    assert columns.show(hidden, 5, None)
    assert columns.state(hidden, 5) == "5:5 width=9 style customWidth=1"


@pytest.mark.parametrize("cols", SPANS.values(), ids=SPANS)
def test_a_column_gets_a_format_and_its_neighbours_keep_theirs(cols: str) -> None:
    root, before = sheet(cols), [columns.style_of(sheet(cols), column) for column in range(1, 12)]
    columns.dress(root, 5, 7)
    assert [columns.style_of(root, column) for column in range(1, 12)] == [*before[:4], 7, *before[5:]]
