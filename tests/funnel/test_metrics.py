"""Rates, reasons, cycles, periods and the owner table (RULES.md 6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funnelbook.funnel.model import Metrics, Rate

from .build import assessed, lead


def figures(*leads: dict[str, Any], **more: Any) -> Metrics:
    return assessed(list(leads), **more).metrics


def shown(rates: tuple[Rate, ...]) -> list[tuple[str | None, int, int, int]]:
    return [(rate.key, rate.leads, rate.won, rate.closed) for rate in rates]


WON, LOST, OPEN = {"status": "成交"}, {"status": "流失"}, {"status": "跟进中"}


def test_the_conversion_of_a_group_is_won_over_all_and_over_closed() -> None:
    (rate,) = figures({**WON}, {**LOST}, {**OPEN}).by_source
    assert (rate.conversion, rate.closed_conversion) == (0.3333, 0.5)


def test_a_group_without_a_closed_lead_has_no_rate_of_closed_ones() -> None:
    (rate,) = figures({}).by_source
    assert (rate.conversion, rate.closed_conversion) == (0.0, None)


def test_groups_come_by_size_then_by_key_and_the_blank_one_last_among_equals() -> None:
    sources = ["展会", "官网", None, "转介绍", "转介绍", "-"]
    assert shown(figures(*({"source": s} for s in sources[:5])).by_source) == [
        ("转介绍", 2, 0, 0),
        ("官网", 1, 0, 0),
        ("展会", 1, 0, 0),
        (None, 1, 0, 0),
    ]
    assert [rate.key for rate in figures(*({"source": s} for s in sources)).by_source] == ["转介绍", None, "官网", "展会"]


def test_synonyms_of_a_source_are_one_group_and_unknown_words_are_blank() -> None:
    assert [(r.key, r.leads) for r in figures(*({"source": s} for s in ("官网表单", "线上官网", "抖音"))).by_source] == [
        ("官网", 2),
        (None, 1),
    ]


def test_names_are_told_apart_exactly() -> None:
    keys = [rate.key for rate in figures(*({"owner": o} for o in ("张*", "张三", "007", "7", "amy", "Amy"))).by_owner]
    assert sorted(map(str, keys)) == sorted(["张*", "张三", "007", "7", "amy", "Amy"])


def test_of_several_owners_the_first_is_the_group() -> None:
    assert [r.key for r in figures({"owner": "张三、李四"}).by_owner] == ["张三"]


def test_leads_are_grouped_by_the_tier_in_force() -> None:
    full = {"fit": "完全契合", "budget_fit": "高于定价", "authority": "直接决策人", "tier": "C"}
    assert [(r.key, r.leads) for r in figures({**full}, {"tier": "B"}, {"tier": "重要"}).by_tier] == [("A", 1), ("B", 1), (None, 1)]


def test_months_are_those_of_the_entry() -> None:
    entered = ["2024-05-01", "2024年5月", "2024-06-19 10:00", "昨天"]
    assert [(r.key, r.leads) for r in figures(*({"entered_at": e} for e in entered)).by_month] == [
        ("2024-05", 2),
        ("2024-06", 1),
        (None, 1),
    ]


@pytest.mark.parametrize(
    ("column", "name"), [("source", "by_source"), ("owner", "by_owner"), ("tier", "by_tier"), ("entered_at", "by_month")]
)
def test_without_its_column_a_list_of_groups_is_empty(column: str, name: str) -> None:
    assert getattr(figures({}, without=[column]), name) == ()


def test_a_duplicated_lead_counts_as_two_rows() -> None:
    metrics = figures({"lead_id": "7"}, {"lead_id": "7"})
    assert (metrics.leads, sum(rate.leads for rate in metrics.by_source)) == (2, 2)


def reasons(*cells: Any, result: str = "未成交", ids: bool = True) -> list[tuple[str, int, float]]:
    rows = [{"lead_id": lead(1)["lead_id"] if ids else f"x{i}", "result": result, "loss_reason": cell} for i, cell in enumerate(cells)]
    metrics = figures({}, conversions=rows)
    found = metrics.loss_reasons if result == "未成交" else metrics.lost_reasons
    return [(reason.key, reason.count, reason.share) for reason in found]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            ["价格", "价格", "失联", "竞品"], [("价格", 2, 0.5), ("失联", 1, 0.25), ("竞品", 1, 0.25)], id="the three most frequent"
        ),
        pytest.param(
            ["价格", "失联", "竞品", "其他"],
            [("价格", 1, 0.25), ("失联", 1, 0.25), ("竞品", 1, 0.25), ("其他", 1, 0.25)],
            id="all that tie at place 3, first appearance first",
        ),
        pytest.param(
            ["价格"] * 3 + ["失联"] * 2 + ["竞品"] * 2 + ["其他"],
            [("价格", 3, 0.375), ("失联", 2, 0.25), ("竞品", 2, 0.25)],
            id="not what comes after place 3",
        ),
        pytest.param(["价格、失联", "价格"], [("价格", 2, 1.0), ("失联", 1, 0.5)], id="several reasons in a cell"),
        pytest.param(
            ["失联，价格；竞品、其他"], [("失联", 1, 1.0), ("价格", 1, 1.0), ("竞品", 1, 1.0), ("其他", 1, 1.0)], id="split on every sign"
        ),
        pytest.param(["价格/功能"], [("价格/功能", 1, 1.0)], id="a stroke does not part reasons"),
        pytest.param(["竞品、选择竞品"], [("竞品", 1, 1.0)], id="one reason in two words counts once"),
        pytest.param(["竞品选择", "选择竞争对手", "选择竞品"], [("竞品", 3, 1.0)], id="words for one reason"),
        pytest.param(["老板不同意"], [("老板不同意", 1, 1.0)], id="a reason of one's own"),
        pytest.param(["价格", None, "-"], [("价格", 1, 0.3333)], id="blanks stay in the base"),
        pytest.param([None], [], id="nothing but blanks"),
    ],
)
def test_the_top_three_reasons(cells: list[Any], expected: list[Any]) -> None:
    assert reasons(*cells) == expected


def test_reasons_count_whatever_the_id_of_their_row() -> None:
    assert reasons("价格", "失联", ids=False) == [("价格", 1, 0.5), ("失联", 1, 0.5)]


def test_reasons_of_lost_leads_are_a_list_of_their_own() -> None:
    assert reasons("失联", result="流失") == [("失联", 1, 1.0)]
    assert reasons("失联", result="成交") == []


def test_cycles_are_averaged_and_also_by_tier() -> None:
    ids = [lead(i)["lead_id"] for i in (1, 2, 3)]
    rows = [{"lead_id": i, "cycle_days": days} for i, days in zip(ids, (10, 20, 45), strict=True)]
    metrics = figures({"tier": "A"}, {"tier": "A"}, {"tier": "B"}, conversions=rows)
    assert (metrics.cycle.n, metrics.cycle.mean_days, metrics.cycle.median_days) == (3, 25.0, 20.0)
    assert {key: (c.n, c.mean_days) for key, c in metrics.cycle_by_tier.items()} == {"A": (2, 15.0), "B": (1, 45.0)}


def test_without_a_won_lead_there_is_no_cycle() -> None:
    assert (figures({}).cycle.n, figures({}).cycle.mean_days) == (0, None)


@pytest.mark.parametrize(
    ("leads", "without", "expected"),
    [
        pytest.param([{}], [], (9, 9), id="complete"),
        pytest.param([{"budget": None}], [], (8, 9), id="a warning counts"),
        pytest.param([{"contact": None}, {}], [], (17, 18), id="pooled over all leads"),
        pytest.param([{"contact": None}], ["budget"], (7, 8), id="a column that the table lacks leaves the ratio"),
        pytest.param([{"contact": None, "company": None, "customer_type": "个人"}], [], (7, 8), id="the company of a person does too"),
        pytest.param([{"expected_close": "昨天", "source": "抖音"}], [], (9, 9), id="what can't be read is filled"),
        pytest.param([{"entered_by": None}], [], (9, 10), id="录入人 counts where it has a column"),
        pytest.param([{"owner": None, "tier": None}], [], (9, 9), id="columns that are not required don't count"),
    ],
)
def test_completeness_is_the_filled_share_of_the_required_cells(
    leads: list[dict[str, Any]], without: list[str], expected: tuple[int, int]
) -> None:
    assert figures(*leads, without=without).completeness == round(expected[0] / expected[1], 4)


def test_the_weighted_pipeline_counts_open_leads_with_both_figures() -> None:
    leads = [{"amount": 100, "probability": 50}, {"amount": 100, "probability": "80%", **WON}, {"amount": 100, "probability": None}]
    assert figures(*leads).pipeline_weighted == 50.0
    assert figures({"amount": 100}).pipeline_weighted is None


def test_states_are_counted_over_all_leads() -> None:
    metrics = figures({"tier": "D"}, {"tier": None}, {**WON})
    assert metrics.first_touch == {"on_time": 0, "late": 0, "overdue": 0, "waiting": 0, "exempt": 1, "undetermined": 2}
    assert {key: n for key, n in metrics.follow_up.items() if n} == {"ok": 1, "undetermined": 1, "closed": 1}


def test_weeks_are_the_last_twelve_iso_weeks_and_the_last_holds_the_day_of_the_run() -> None:
    rows = [{"closed_at": "2024-06-16"}, {"closed_at": "2024-06-17"}]
    leads = [{"entered_at": "2024-06-16"}, {"entered_at": "2024-06-17"}]
    metrics = figures(*leads, followups=[{"followed_at": "2024-06-20"}], conversions=rows)
    assert (len(metrics.weeks), metrics.weeks[-1].key, metrics.weeks[-1].start) == (12, "2024-W25", dt.date(2024, 6, 17))
    assert [(w.leads, w.touches, w.won, w.amount) for w in metrics.weeks[-2:]] == [(1, 0, 1, 650000.0), (1, 1, 1, 650000.0)]
    assert (metrics.month.key, metrics.month.leads, metrics.month.won) == ("2024-06", 2, 2)


def test_of_a_month_without_a_day_the_last_one_counts_in_weeks_too() -> None:
    leads = [{"entered_at": "2024-05"}, {"entered_at": "2024-06"}]
    found = figures(*leads, followups=[{"followed_at": "2024-05"}, {"followed_at": "2024-06"}])
    by_week = {week.start: (week.leads, week.touches) for week in found.weeks if week.leads or week.touches}
    assert by_week == {dt.date(2024, 5, 27): (1, 1), dt.date(2024, 6, 17): (1, 1)}  # the day of the run, 06-20, for a month that runs


def test_weeks_of_january_belong_to_the_year_of_their_thursday() -> None:
    assert figures({}, as_of=dt.date(2027, 1, 2)).weeks[-1].key == "2026-W53"


def test_the_owner_table_has_one_line_an_owner() -> None:
    leads = [{"owner": "张三"}, {"owner": "张三", **WON}, {"owner": "李四", "entered_at": "2024-06-10", "contact": None}, {"owner": None}]
    followups = [
        {"followed_at": "2024-06-20", "followed_by": "张三"},
        {"followed_at": "2024-06-20", "followed_by": None},
        {"followed_at": "2024-06-14"},
    ]
    lines = {line.key: line for line in figures(*leads, followups=followups).owners}
    assert list(lines) == ["张三", "李四", None]
    zhang, li = lines["张三"], lines["李四"]
    assert (zhang.leads, zhang.open, zhang.won, zhang.touches, zhang.on_time, zhang.touched) == (2, 1, 1, 2, 1, 1)
    assert (li.overdue, li.filled, li.required, li.touched, li.on_time) == (1, 8, 9, 1, 0)


def test_won_amounts_are_added_up() -> None:
    rows = [{"lead_id": lead(i)["lead_id"], "result": r, "amount": 10} for i, r in ((1, "成交"), (2, "未成交"))]
    assert figures({}, {}, conversions=rows).won_amount == 100000.0


def test_an_amount_that_nobody_knows_is_no_zero() -> None:
    leads = [{"owner": "张三", **WON}, {"owner": "李四", **WON, "amount": 30}, {"owner": "王五"}]
    days = [
        {"lead_id": lead(i)["lead_id"], "result": "成交", "amount": a, "closed_at": d}
        for i, a, d in ((1, None, "2024-06-18"), (2, 3, "2024-06-11"))
    ]
    found = figures(*leads, conversions=days)
    assert {line.key: line.amount for line in found.owners} == {"张三": None, "李四": 30000.0, "王五": 0.0}
    assert [week.amount for week in found.weeks[-3:]] == [0.0, 30000.0, None]
    assert (found.month.amount, found.won_amount) == (30000.0, 30000.0)
    assert figures(leads[0], conversions=days[:1]).won_amount is None
    assert figures({}).won_amount == 0.0
