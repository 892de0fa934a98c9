"""Figures: formulas over the details, each with its value (DESIGN.md 4)."""

from __future__ import annotations

import pytest

from funnelbook.edits import Formula
from funnelbook.report.details import details
from funnelbook.report.figures import NONE, Figures, quotient, ratio
from funnelbook.words import LANGUAGES, say

from ..funnel.build import sheet_of
from .sheets import answered


def figures(lang: str = "zh") -> Figures:
    found = answered([sheet_of("leads", [{}, {"owner": None}]), sheet_of("conversions", [{"closed_at": "2024-06-20"}])], lang=lang)
    return Figures(details(found.records, found.assessment, found.rules, "明细", lang), found.assessment.metrics, lang)


def test_a_ratio_without_a_base_is_a_dash() -> None:
    assert (ratio(1, 4), ratio(0, 3), ratio(1, 0)) == (0.25, 0, NONE)
    assert quotient("$D5", "$C5", 1, 0) == Formula('IF($C5=0,"—",$D5/$C5)', NONE)
    assert quotient("$D5", "$C5", 1, 3).cached == pytest.approx(1 / 3)


PLAIN = ("展会", "王磊", "Web Form", "A", "线上推广")
ODD = (
    "张*",
    "王?",
    "~",
    "007",
    "7",
    "1-2",
    "5月",
    ">5",
    "=1+1",
    "TRUE",
    "false",
    " 展会",
    "展会 ",
    "+86",
    "@x",
    "#N/A",
    "50%",
    "1e3",
    "很长" * 60,
)


@pytest.mark.parametrize("key", PLAIN)
def test_a_plain_word_is_counted_by_countif(key: str) -> None:
    assert figures().count("source", key, "$A5") == "COUNTIF('明细'!$C$4:$C$5,$A5)"


@pytest.mark.parametrize("key", ODD)
def test_a_key_that_countif_would_read_otherwise_is_compared_exactly(key: str) -> None:
    assert figures().count("source", key, "$A5") == "SUMPRODUCT(EXACT('明细'!$C$4:$C$5,$A5)*1)"


@pytest.mark.parametrize(("key", "twin"), [("Web", "web"), ("ab", "AB"), ("王A", "王a")])
def test_keys_that_differ_by_case_are_compared_exactly(key: str, twin: str) -> None:
    found = answered([sheet_of("leads", [{"owner": key}, {"owner": twin}])])
    make = Figures(details(found.records, found.assessment, found.rules, "明细", "zh"), found.assessment.metrics, "zh")
    assert "EXACT" in make.count("owner", key, "$A5")
    assert "EXACT" not in make.count("owner", "王磊", "$A5")


def test_the_group_without_a_key_counts_the_rows_that_leave_it_blank() -> None:
    assert figures().count("source", None, "$A5") == "SUMPRODUCT(('明细'!$C$4:$C$5=\"\")*('明细'!$G$4:$G$5<>\"\")*1)"


def test_a_month_is_counted_as_a_text_and_not_as_a_date() -> None:
    assert figures().count("month", "2024-06", "$A5").endswith(',$A5&"*")')


@pytest.mark.parametrize("lang", LANGUAGES)
def test_states_are_counted_by_our_own_words(lang: str) -> None:
    formula = figures(lang).state("result", "result", ["won", "lost"], 1)
    assert formula.text.count("COUNTIF(") == 2
    assert say("result.won", lang) in formula.text
    assert not set("*?~<>=") & set(say("result.won", lang) + say("result.lost", lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("prefix", ["result", "first_touch", "follow_up"])
def test_no_word_that_is_counted_is_a_pattern_or_the_same_as_another(prefix: str, lang: str) -> None:
    from funnelbook.funnel.limits import FIRST_TOUCH, FOLLOW_UP
    from funnelbook.funnel.results import RESULTS

    words = [say(f"{prefix}.{code}", lang) for code in {"result": RESULTS, "first_touch": FIRST_TOUCH, "follow_up": FOLLOW_UP}[prefix]]
    assert len({word.casefold() for word in words}) == len(words)
    assert not any(set("*?~<>=") & set(word) for word in words)


def test_the_cycle_has_number_mean_and_median() -> None:
    assert [formula.cached for formula in figures().cycle()] == [1, 1, 1]
    none = answered([sheet_of("leads", [{}])])
    made = Figures(details(none.records, none.assessment, none.rules, "明细", "zh"), none.assessment.metrics, "zh")
    assert [formula.cached for formula in made.cycle()] == [0, NONE, NONE]


def test_an_owner_has_a_formula_for_every_column_of_the_table() -> None:
    make = figures()
    named, blank = sorted(make.metrics.owners, key=lambda line: line.key is None)
    cells = {"leads": "$C5", "open": "$D5", "won": "$H5"}
    figures_of = make.owner(named, "$A5", "$N$4", cells)
    assert len(figures_of) == 10
    assert [figures_of[name].cached for name in ("leads", "open")] == [1, 0]
    assert "EXACT" not in make.owner(blank, "$A6", "$N$4", cells)["leads"].text
