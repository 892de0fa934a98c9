"""A plan in a few lines: columns side by side in one, sheets by what becomes of them, highlights and notes counted."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.edits import Edit, EditPlan, Highlight, Note, PutCell, PutColumn, PutSheet, Rule, Style, TakeOut, WidenFilter
from funnelbook.grid import Range
from funnelbook.report.outline import outline


def column(number: int, header: str, mark: str = "leads.1.score", **where: Any) -> PutColumn:
    place = {"sheet": "Leads", "header_row": 1, "first_row": 2, "values": [1, 2, 3]} | where
    return PutColumn(column=number, header=header, mark=mark, **place)


def lines(*edits: Edit) -> list[str]:
    """The outline but for its last line, which is always the same."""
    return outline(EditPlan(edits), "en")[:-1]


HIGHLIGHT = Highlight("Leads", Rule(Range(2, 1, 4, 1), "TRUE", Style()))


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param([column(3, "Score")], ["Leads: 1 column in C1:C4 (Score)"], id="one"),
        pytest.param([column(3, "Score"), column(4, "Tier")], ["Leads: 2 columns in C1:D4 (Score, Tier)"], id="side by side"),
        pytest.param(
            [column(3, "Score"), column(5, "Tier")],
            ["Leads: 1 column in C1:C4 (Score)", "Leads: 1 column in E1:E4 (Tier)"],
            id="apart",
        ),
        pytest.param(
            [column(3, "Score"), column(4, "Tier", sheet="Other")],
            ["Leads: 1 column in C1:C4 (Score)", "Other: 1 column in D1:D4 (Tier)"],
            id="on two sheets",
        ),
        pytest.param(
            [column(3, "Fit", "input.1.fit"), column(4, "Score")],
            ["Leads: 1 empty column for you to fill in C1:C4 (Fit)", "Leads: 1 column in D1:D4 (Score)"],
            id="the user's to fill",
        ),
        pytest.param([WidenFilter("Leads", 28)], ["Leads: the filter reaches to column AB"], id="a filter"),
        pytest.param([HIGHLIGHT, HIGHLIGHT, Note("Leads", 2, 1, "x")], ["2 highlights, 1 note"], id="marks"),
        pytest.param(
            [TakeOut(("summary", "check.leads.1")), PutSheet("Figures", mark="summary"), PutSheet("Audit", mark="audit")],
            ["sheets added: Audit", "sheets rewritten: Figures", "sheets taken out: Check"],
            id="sheets",
        ),
        pytest.param([PutCell("Rules", 9, 1, "x"), PutCell("Rules", 9, 2, "x")], ["Rules: 2 cells added"], id="cells"),
        pytest.param([TakeOut()], [], id="nothing"),
    ],
)
def test_a_plan_is_told_in_a_few_lines(edits: list[Edit], expected: list[str]) -> None:
    assert lines(*edits) == expected
