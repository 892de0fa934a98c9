"""The figures of RULES.md 6: rates by group, cycle, loss reasons, the owner table, weeks and month."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .calendar import month_keys, week_start
from .levels import level_lines, stages
from .limits import FIRST_TOUCH, FOLLOW_UP
from .model import AsOf, Cycle, Metrics, OwnerLine, Period, Rate, Reason, Records
from .parse import is_empty, normal_text
from .required import Mask, is_filled
from .results import CLOSED, RESULTS
from .rulebook import RuleBook

WEEKS = 12
"""Weeks of the trend, that of as_of included."""
_TOP = 3


def metrics(
    records: Mapping[str, Records],
    leads: pd.DataFrame,
    log: pd.DataFrame,
    profile: str,
    rules: RuleBook,
    as_of: AsOf,
    weighted: float | None = None,
) -> Metrics:
    """Figures of one workbook.

    *leads* is the assessed frame (assess.py); *log* has owner and day of every counted follow-up; *weighted* is the pipeline of the deals,
    where a table of them has one.
    """
    table = records["leads"]
    scored = "tier_in_force" in leads and leads["tier_in_force"].notna().any()
    weeks = [week_start(as_of.date) - dt.timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    spans = [(start, start + dt.timedelta(days=7)) for start in weeks]
    month = as_of.date.replace(day=1)
    following = (month + dt.timedelta(days=32)).replace(day=1)
    required = int(leads["required"].sum())
    lines = level_lines(leads, rules) if table.has("level") else ()
    return Metrics(
        leads=len(leads),
        results=_counts(leads["result"], RESULTS),
        by_source=rates(leads, "source") if table.has("source") else (),
        by_tier=rates(leads, "tier_in_force") if scored or table.has("tier") else (),
        by_level=rates(leads, "level") if table.has("level") else (),
        by_owner=rates(leads, "owner") if table.has("owner") else (),
        by_month=rates(leads.assign(month=month_keys(leads["entry"].to_numpy())), "month")
        if table.has(rules.profiles[profile].entry)
        else (),
        levels=lines,
        stages=stages(lines),
        cycle=cycle_of(leads["cycle"]),
        cycle_by_tier=_cycles(leads, "tier_in_force"),
        cycle_by_level=_cycles(leads, "level_before"),
        loss_reasons=reasons(records, "not_won", profile, rules),
        lost_reasons=reasons(records, "lost", profile, rules),
        first_touch=_counts(leads["first_touch"], FIRST_TOUCH),
        follow_up=_counts(leads["follow_up"], FOLLOW_UP),
        completeness=round(float(leads["filled"].sum()) / required, 4) if required else None,
        pipeline_weighted=_pipeline(table, leads) if weighted is None else weighted,
        owners=_owners(leads, log, spans[-1]),
        weeks=tuple(_period(f"{s.isocalendar().year}-W{s.isocalendar().week:02d}", s, e, leads, log) for s, e in spans),
        month=_period(f"{month:%Y-%m}", month, following, leads, log),
        won_amount=_worth(leads.loc[leads["result"] == "won", "amount"]),
    )


def rates(leads: pd.DataFrame, by: str) -> tuple[Rate, ...]:
    """Leads, won and closed of every group, most leads first, then by key; a blank key last among equals."""
    groups, result = _Groups(leads[by]), leads["result"].to_numpy()
    counts = (groups.number(), groups.number(result == "won"), groups.number(np.isin(result, CLOSED)))
    rows = [Rate(key, n, won, done) for key, n, won, done in zip(groups.keys, *(count.tolist() for count in counts), strict=True) if n]
    return tuple(sorted(rows, key=lambda rate: (-rate.leads, rate.key is None, rate.key or "")))


class _Groups:
    """The rows of a column by what they hold, the blank ones last."""

    def __init__(self, column: pd.Series[Any]) -> None:
        codes, found = pd.factorize(column.to_numpy())
        self._codes = np.where(codes < 0, len(found), codes)
        self.keys: list[str | None] = [*map(str, found), None]

    def number(self, rows: Mask | None = None) -> NDArray[np.int64]:
        """Rows of every group, or those of them that are asked for."""
        return np.bincount(self._codes if rows is None else self._codes[rows], minlength=len(self.keys))

    def total(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Sum of the known values of every group."""
        return np.bincount(self._codes, np.nan_to_num(values.astype(float)), minlength=len(self.keys)).astype(np.float64)


def cycle_of(days: pd.Series[float]) -> Cycle:
    """Mean and median of the known cycles, in days to two decimals."""
    known = days.dropna()
    if known.empty:
        return Cycle(0, None, None)
    return Cycle(len(known), round(float(known.mean()), 2), round(float(known.median()), 2))


def _cycles(leads: pd.DataFrame, by: str) -> dict[str, Cycle]:
    """Cycles of every group in which one is known."""
    groups = leads["cycle"].groupby(leads[by], sort=True)
    return {str(key): cycle_of(cycles) for key, cycles in groups if cycles.notna().any()}


def reasons(records: Mapping[str, Records], result: str, profile: str, rules: RuleBook) -> tuple[Reason, ...]:
    """TOP3 reasons of the rows with that result, ties at the last place included; blanks stay in the base."""
    rows = row_reasons(records, result, profile, rules)
    counts: Counter[str] = Counter()
    for named in rows:
        counts.update(named)
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    least = ranked[_TOP - 1][1] if len(ranked) >= _TOP else 0
    return tuple(Reason(key, count, round(count / len(rows), 4)) for key, count in ranked if count >= least)


def row_reasons(records: Mapping[str, Records], result: str, profile: str, rules: RuleBook) -> list[list[str]]:
    """The normalised reasons of every conversion row (000: lost lead) with that result, each once; [] where none is typed."""
    leads = records["leads"]
    of_leads = result == "lost" and profile == "tiering" and leads.has("level") and leads.has("loss_reason")
    table, said = (leads, "level") if of_leads else (records.get("conversions"), "result")
    if table is None or not table.has(said) or not table.has("loss_reason"):
        return []
    rows = (table.frame[said].map(rules.results) == result).to_numpy()
    cells, filled = table.raw["loss_reason"][rows].tolist(), is_filled(table, "loss_reason")[rows].tolist()
    named = {cell: list(dict.fromkeys(_reasons_in(cell, rules))) for cell in set(cells)}
    return [named[cell] if there else [] for cell, there in zip(cells, filled, strict=True)]


def _reasons_in(cell: object, rules: RuleBook) -> Iterable[str]:
    words = rules.vocabularies["loss_reason"]
    parts = (normal_text(part) for part in rules.words.between_reasons.split(normal_text(cell)))
    return (words.read(part) or part for part in parts if not is_empty(part, rules.words))


def _counts(values: pd.Series[str], of: Sequence[str]) -> dict[str, int]:
    counted = values.value_counts()
    return {key: int(counted.get(key, 0)) for key in of}


def _pipeline(table: Records, leads: pd.DataFrame) -> float | None:
    """Sum of amount x probability over open leads, where both columns exist."""
    if not (table.has("amount") and table.has("probability")):
        return None
    still = ~leads["result"].isin(CLOSED).to_numpy()
    return round(float(np.nansum(table.frame["amount"].to_numpy()[still] * table.frame["probability"].to_numpy()[still] / 100)), 2)


def _owners(leads: pd.DataFrame, log: pd.DataFrame, week: tuple[dt.date, dt.date]) -> tuple[OwnerLine, ...]:
    """One line per owner in the order of the rates; touches of the week of as_of."""
    in_week = log[_between(log["day"], week)]
    touchers = _Groups(in_week["owner"])
    touches = dict(zip(touchers.keys, touchers.number().tolist(), strict=True))
    groups, first, result = _Groups(leads["owner"]), leads["first_touch"].to_numpy(), leads["result"].to_numpy()
    figures = {
        "on_time": groups.number(first == "on_time"),
        "touched": groups.number(np.isin(first, ("on_time", "late", "overdue"))),
        "overdue": groups.number(np.isin(leads["follow_up"].to_numpy(), ("overdue", "pool"))),
        "filled": groups.total(leads["filled"].to_numpy()).astype(np.int64),
        "required": groups.total(leads["required"].to_numpy()).astype(np.int64),
    }
    won, worth = result == "won", leads["amount"].to_numpy()
    amount, priced = groups.total(np.where(won, worth, 0.0)), groups.number(won & ~np.isnan(worth))
    places, lines = {key: place for place, key in enumerate(groups.keys)}, []
    for rate in rates(leads, "owner"):
        place = places[rate.key]
        lines.append(
            OwnerLine(
                key=rate.key,
                leads=rate.leads,
                open=rate.leads - rate.closed,
                touches=touches.get(rate.key, 0),
                won=rate.won,
                amount=float(amount[place]) if priced[place] or not rate.won else None,
                **{name: int(figure[place]) for name, figure in figures.items()},
            )
        )
    return tuple(lines)


def _period(key: str, start: dt.date, end: dt.date, leads: pd.DataFrame, log: pd.DataFrame) -> Period:
    """New leads by entry, touches, won leads and their amount by closing date, from start to before end."""
    won = leads["amount"][_between(leads["closed_on"], (start, end)) & (leads["result"] == "won").to_numpy()]
    return Period(
        key=key,
        start=start,
        leads=int(_between(leads["entry"], (start, end)).sum()),
        touches=int(_between(log["day"], (start, end)).sum()),
        won=len(won),
        amount=_worth(won),
    )


def _worth(won: pd.Series[float]) -> float | None:
    """What won leads are worth together; None where there are some and none says what it is worth."""
    return float(won.sum()) if won.empty or won.notna().any() else None


def _between(moments: pd.Series[pd.Timestamp], span: tuple[dt.date, dt.date]) -> np.ndarray:
    values = moments.to_numpy()
    inside: np.ndarray = (values >= np.datetime64(span[0])) & (values < np.datetime64(span[1]))
    return inside
