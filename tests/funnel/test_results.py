"""What became of every lead, its closing date, amount and cycle (RULES.md 6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .build import assessed, day, lead

ONE = lead(1)["lead_id"]


def outcome(changes: dict[str, Any], *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    conversions = [{"lead_id": ONE, **row} for row in rows]
    return assessed([{"entered_at": "2024-06-01", **changes}], conversions=conversions or None, **more).leads.iloc[0].to_dict()


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        pytest.param(None, [], "open", id="nothing said"),
        pytest.param("跟进中", [], "open", id="a status that is no result"),
        pytest.param("重点跟进", [], "open", id="nor is 重点跟进"),
        pytest.param("成交", [], "won", id="won by status"),
        pytest.param("未成交", [], "not_won", id="not won by status"),
        pytest.param("流失", [], "lost", id="lost by status"),
        pytest.param("培育中", [], "nurturing", id="nurtured by status"),
        pytest.param("流失", ["成交"], "won", id="the conversions table goes before the status"),
        pytest.param(None, ["未成交", "成交"], "won", id="the last row holds"),
        pytest.param(None, ["成交", "培育中"], "nurturing", id="also when it takes something back"),
        pytest.param(None, ["成交", "也许"], "won", id="the last row with a known result"),
        pytest.param(None, ["成交", None], "won", id="a blank is none"),
        pytest.param("流失", ["也许"], "lost", id="without a known result the status counts"),
        pytest.param(None, ["已成交"], "won", id="in other words"),
    ],
)
def test_the_result_of_a_lead(status: str | None, said: list[str | None], expected: str) -> None:
    assert outcome({"status": status}, *({"result": result} for result in said))["result"] == expected


def test_a_conversion_of_an_unknown_or_a_duplicated_lead_says_nothing_about_any() -> None:
    leads = assessed([{"lead_id": "7"}, {"lead_id": "7"}, {}], conversions=[{"lead_id": "7"}, {"lead_id": "8"}]).leads
    assert leads["result"].tolist() == ["open"] * 3


@pytest.mark.parametrize(
    ("changes", "row", "expected"),
    [
        pytest.param({}, {"closed_at": "2024-06-11"}, 10, id="from entry to close"),
        pytest.param({}, {"closed_at": "2024-06-11 23:00"}, 10, id="in calendar days"),
        pytest.param({}, {"closed_at": "2024-06-01"}, 0, id="on the same day"),
        pytest.param({"entered_at": "2024-06-07"}, {"closed_at": "2024-06"}, 23, id="to the last day of a month without a day"),
        pytest.param({"entered_at": "2024-05"}, {"closed_at": "2024-06-11"}, 11, id="or from it"),
        pytest.param({"entered_at": "2024-06"}, {"closed_at": "2024-06"}, 0, id="in the same month"),
        pytest.param({}, {"closed_at": "2024-06-11", "cycle_days": 99}, 10, id="the counted one goes before the typed one"),
        pytest.param({}, {"cycle_days": 45}, 45, id="the typed one without a closing date"),
        pytest.param({"entered_at": None}, {"closed_at": "2024-06-11", "cycle_days": 45}, 45, id="or without an entry"),
        pytest.param({}, {"closed_at": "昨天", "cycle_days": 45}, 45, id="or with an unreadable date"),
        pytest.param({}, {"closed_at": "2024-05-01", "cycle_days": 45}, None, id="a negative one is ignored, and the typed one with it"),
        pytest.param({}, {"cycle_days": -3}, None, id="a negative typed one is ignored"),
        pytest.param({}, {"cycle_days": None}, None, id="neither"),
        pytest.param({}, {"result": "未成交", "closed_at": "2024-06-11", "cycle_days": 10}, None, id="of a lead that was not won"),
        pytest.param({"signed_at": "2024-06-08"}, {}, 7, id="the lead's own signing date where no other is typed"),
        pytest.param({"signed_at": "2024-06-08"}, {"closed_at": "2024-06-11"}, 10, id="but not before the conversion's"),
    ],
)
def test_the_cycle_of_a_won_lead(changes: dict[str, Any], row: dict[str, Any], expected: float | None) -> None:
    cycle = outcome(changes, row)["cycle"]
    assert (None if np.isnan(cycle) else cycle) == expected


@pytest.mark.parametrize(("typed", "yuan"), [(65, 650000), ("65万", 650000), ("650,000元", 650000), ("六十五", 650000)])
def test_a_plain_amount_has_the_unit_of_its_header(typed: Any, yuan: float) -> None:
    assert outcome({}, {"amount": typed})["amount"] == yuan


def test_amount_and_closing_date_are_those_of_the_row_that_decides() -> None:
    row = outcome(
        {}, {"amount": 10, "closed_at": "2024-06-05"}, {"amount": 20, "closed_at": "2024-06-06"}, {"result": "也许", "amount": 30}
    )
    assert (row["amount"], day(row["closed_on"])) == (200000, "2024-06-06")


def test_every_conversion_row_has_its_own_cycle() -> None:
    rows = [{"closed_at": "2024-06-20"}, {"closed_at": None}, {"lead_id": "9", "closed_at": "2024-06-20"}]
    frame = assessed([{}, {}], conversions=rows).conversions
    assert frame is not None
    assert np.array_equal(frame["cycle"], [1, np.nan, np.nan], equal_nan=True)
