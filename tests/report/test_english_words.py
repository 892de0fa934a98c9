"""An English workbook is answered in English, down to the words that are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from funnelbook.edits import Cell, Formula, Link, Note, PutColumn, PutSheet
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.report.phrases import group_word

from ..funnel.build import grid
from .sheets import Answered, answered

LEADS = [
    ["Lead ID", "Source", "Contact", "Phone", "Company", "Need", "Budget", "Expected close", "Grade", "Owner", "Created", "Status"],
    [
        "L1",
        "Trade Show",
        "Li",
        "13800010001",
        "Alpha",
        "Storage",
        "500000-800000",
        "2024-08-01",
        "Tier A",
        "Zhang",
        "2024-06-01",
        "Working",
    ],
    ["L2", "Websit", "Wu", "13800010002", "Beta", "Storage", "500000", "2024-08-01", "B", "Zhang", "2024-06-01", "Closed Lost"],
    ["L3", "Referral", "Xu", "13800010003", "Gamma", "Storage", "500000", "2024-08-01", "B", "Zhang", "2024-06-01", "Won"],
]
CONVERSIONS = [
    ["Lead ID", "Result", "Amount", "Loss reason", "Cycle days", "Owner", "Summary", "Closed at"],
    ["L2", "Not Won", None, "Chose Competitor; our own reason", None, "Zhang", "x", "2024-06-10"],
    ["L3", "Won", 500000, None, None, "Zhang", "x", "2024-06-10"],
]


def english() -> Answered:
    return answered([grid(LEADS, "Leads"), grid(CONVERSIONS, "Closed")], lang="en")


def texts(answer: Answered) -> Iterator[str]:
    """Every text that is written, but for the sources of the rules, which are headings of the Chinese documents."""
    for edit in answer.plan:
        if isinstance(edit, PutSheet) and edit.mark != "rules":
            cells = [value.value if isinstance(value, Cell) else value for row in edit.rows for value in row]
            cells += [value for column in edit.bulk for value in column.values]
            for cell in cells:
                yield str(cell.cached if isinstance(cell, Formula) else cell.text if isinstance(cell, Link) else cell)
        elif isinstance(edit, PutColumn):
            yield from map(str, edit.values)
        elif isinstance(edit, Note):
            yield edit.text


def test_nothing_that_is_written_is_chinese() -> None:
    assert [text for text in texts(english()) if re.search("[\u4e00-\u9fff]", text)] == []


def test_sources_and_reasons_are_the_words_that_the_drop_downs_have() -> None:
    shown = set(texts(english()))
    assert {"Exhibition", "Referral", "Competitor", "our own reason"} <= shown
    assert any("did you mean “Website”?" in text for text in shown)


def test_the_codes_of_the_figures_stay_as_they_are() -> None:
    assert {rate.key for rate in english().assessment.metrics.by_source} == {"展会", "转介绍", None}


def test_a_word_that_nobody_knows_is_shown_as_typed() -> None:
    assert group_word("loss_reason", "我们自己的原因", "en") == "我们自己的原因"
    assert (group_word("source", None, "en"), group_word("source", "展会", "zh")) == (None, "展会")


def test_no_two_words_of_a_vocabulary_are_called_the_same() -> None:
    for name, known in RuleBook.default().vocabularies.items():
        assert len({group_word(name, word, "en") for word in known.canonical}) == len(known.canonical)
