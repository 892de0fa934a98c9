"""Changes and history: what is kept from refresh to refresh, and what a refresh replaces (DESIGN.md 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from funnelbook.report.changes import changes, changes_sheet, history, history_sheet
from funnelbook.report.past import CHANGES, Past, read_past
from funnelbook.words import LANGUAGES

from ..funnel.build import AS_OF, assessed
from .sheets import read_back

WEEK = dt.timedelta(days=7)
OPEN: Mapping[str, Any] = {}
WON = ({"lead_id": "202406001", "result": "成交", "amount": 1},)


def refreshed(past: Past, as_of: dt.date = AS_OF, *, lang: str = "zh", gone: Sequence[str] = (), **of: Any) -> Past:
    """What the next refresh reads back after one with these leads."""
    found = assessed(**of, as_of=as_of)
    sheets = changes_sheet(changes(past, found, gone), "变更记录", lang), history_sheet(history(past, found), "历史", lang)
    return read_past(read_back(*sheets))


def shown(past: Past) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if value is not None} for row in past.changes]


def test_the_first_refresh_opens_a_row_a_lead() -> None:
    rows = shown(refreshed(Past(), leads=[{}, {"tier": "B"}]))
    assert rows == [
        {"date": AS_OF, "id": "202406001", "kind": "首次", "tier": "A", "result": "跟进中"},
        {"date": AS_OF, "id": "202406002", "kind": "首次", "tier": "B", "result": "跟进中"},
    ]


def test_the_first_refresh_is_compared_with_nothing() -> None:
    assert changes(Past(), assessed([{}]), ()).since is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_what_changed_gets_a_row_and_says_what(lang: str) -> None:
    before = refreshed(Past(), lang=lang, leads=[{}, {}, {"tier": "B"}])
    later = refreshed(before, AS_OF + WEEK, lang=lang, leads=[{}, {}, {"tier": "C"}, {}], conversions=WON)
    new = [row for row in later.changes if row["date"] == AS_OF + WEEK]
    assert [(row["id"], row["tier"], row["new"], row["tier_moved"], row["won"], row["late"]) for row in new] == [
        ("202406001", "A", None, None, 1, None),
        ("202406002", "A", None, None, None, 1),
        ("202406003", "C", None, 1, None, 1),
        ("202406004", "A", 1, None, None, None),
    ]


@pytest.mark.parametrize(("first", "second"), [("zh", "en"), ("en", "zh")])
def test_a_change_of_language_is_no_change_of_a_lead(first: str, second: str) -> None:
    leads = [{"tier": "A", "entered_at": "2024-05-01"}]
    before = refreshed(Past(), lang=first, leads=leads)
    assert refreshed(before, AS_OF + dt.timedelta(days=1), lang=second, leads=leads).changes == before.changes


def test_rows_of_the_same_date_are_replaced() -> None:
    once = refreshed(Past(), leads=[{}, {"tier": "B"}])
    again = refreshed(once, leads=[{"tier": "D"}])
    assert [(row["id"], row["kind"], row["tier"]) for row in again.changes] == [("202406001", "首次", "D")]


def test_the_same_date_is_compared_with_the_date_before() -> None:
    first = refreshed(Past(), leads=[{}])
    second = refreshed(first, AS_OF + WEEK, leads=[{"tier": "B"}])
    assert refreshed(second, AS_OF + WEEK, leads=[{"tier": "B"}]).changes == second.changes
    back = refreshed(second, AS_OF + WEEK, leads=[{"tier": "A"}])
    assert [row["tier_moved"] for row in back.changes if row["date"] == AS_OF + WEEK] in ([], [None])


def test_later_rows_are_kept_and_ignored() -> None:
    later = refreshed(Past(), AS_OF + WEEK, leads=[{"tier": "D"}])
    early = refreshed(later, AS_OF, leads=[{"tier": "A"}])
    assert [(row["date"], row["kind"], row["tier"]) for row in early.changes] == [(AS_OF, "首次", "A"), (AS_OF + WEEK, "首次", "D")]
    assert changes(later, assessed([{}]), ()).since is None
    assert [row["date"] for row in early.history] == [AS_OF, AS_OF + WEEK]


def test_since_means_the_newest_refresh_before_this_date() -> None:
    past = refreshed(refreshed(Past(), AS_OF - WEEK, leads=[{}]), AS_OF, leads=[{}])
    assert changes(past, assessed([{}], as_of=AS_OF), ()).since == AS_OF - WEEK
    assert changes(past, assessed([{}], as_of=AS_OF + WEEK), ()).since == AS_OF


def test_a_lead_that_cannot_be_joined_has_no_row() -> None:
    rows = refreshed(Past(), leads=[{"lead_id": "L1"}, {"lead_id": "L1"}, {"lead_id": None}, {"lead_id": "L2"}]).changes
    assert [row["id"] for row in rows] == ["L2"]


@pytest.mark.parametrize("key", ["007", "1e5", "=1+1", "TRUE", "2024-06-01", "-5", "L 1"])
def test_ids_that_look_like_something_else_are_recognised_again(key: str) -> None:
    before = refreshed(Past(), leads=[{"lead_id": key, "entered_at": "2024-05-01"}])
    assert [row["id"] for row in before.changes] == [key]
    assert refreshed(before, AS_OF + WEEK, leads=[{"lead_id": key, "entered_at": "2024-05-01"}]).changes == before.changes


def test_an_id_that_a_person_retyped_as_a_number_is_the_same_lead() -> None:
    before = refreshed(Past(), leads=[{"lead_id": "42", "entered_at": "2024-05-01"}])
    retyped = Past(changes=[{**row, "id": 42.0} for row in before.changes], history=before.history)
    found = changes(retyped, assessed([{"lead_id": "42", "entered_at": "2024-05-01"}], as_of=AS_OF + WEEK), ())
    assert [row["date"] for row in found.rows] == [AS_OF]


def test_remarks_of_what_is_gone_move_here_once_and_stay() -> None:
    first = refreshed(Past(), leads=[{}], gone=["已处理(电话)", "已处理(电话)", "换人了"])
    notes = [(row["date"], row["note"]) for row in first.changes if row["note"]]
    assert notes == [(AS_OF, "已处理(电话)"), (AS_OF, "换人了")]
    again = refreshed(first, leads=[{}])
    assert again.changes == first.changes
    later = refreshed(again, AS_OF + WEEK, leads=[{}], gone=["换人了"])
    assert [row["note"] for row in later.changes if row["note"]] == ["已处理(电话)", "换人了"]


def test_the_rows_are_in_the_order_of_their_dates_with_remarks_last() -> None:
    past = refreshed(refreshed(Past(), leads=[{}], gone=["x"]), AS_OF - WEEK, leads=[{}], gone=["y"])
    assert [(row["date"], row["note"]) for row in past.changes] == [(AS_OF - WEEK, None), (AS_OF - WEEK, "y"), (AS_OF, None), (AS_OF, "x")]


def test_the_history_has_one_row_of_key_figures_a_date() -> None:
    past = refreshed(refreshed(Past(), leads=[{}]), AS_OF + WEEK, leads=[{}, {}], conversions=WON)
    past = refreshed(past, AS_OF + WEEK, leads=[{}, {}], conversions=WON)
    assert [(row["date"], row["leads"], row["won"], row["open"], row["conversion"]) for row in past.history] == [
        (AS_OF, 1, 0, 1, 0),
        (AS_OF + WEEK, 2, 1, 1, 0.5),
    ]
    assert past.history[1]["amount"] == 10_000


def test_ratios_without_a_base_are_empty() -> None:
    (row,) = refreshed(Past(), leads=[]).history
    assert (row["leads"], row["conversion"], row["on_time"], row["completeness"]) == (0, None, None, None)


def test_both_sheets_say_that_they_are_rewritten_and_name_every_column() -> None:
    found = assessed([{}])
    for sheet in (changes_sheet(changes(Past(), found, ()), "变更记录", "zh"), history_sheet(history(Past(), found), "历史", "zh")):
        texts = [getattr(row[0], "value", None) for row in sheet.rows[:2]]
        assert all(texts)
        assert "funnelbook" in str(texts[1])
        assert sheet.freeze is not None
    assert len(changes_sheet(changes(Past(), found, ()), "x", "en").rows[2]) == len(CHANGES)


def test_an_empty_workbook_has_sheets_without_rows() -> None:
    found = assessed([])
    sheet = changes_sheet(changes(Past(), found, ()), "变更记录", "zh")
    assert (sheet.bulk, sheet.filter is not None) == ((), True)
