"""The straight line of the business side: records in, Assessment out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Objects
from .assign import suggested_owners
from .budgets import budgets
from .calendar import Moments, days
from .checks import check
from .deadlines import Deadlines, deadlines
from .duplicates import duplicates
from .level_checks import level_findings, silence
from .levels import History, Levels, levels
from .levels import runs as levels_run
from .lifecycle import Lifecycle, lifecycle
from .limits import Limits, limits
from .links import Links, link
from .metrics import metrics
from .model import AsOf, Assessment, Finding, Records, Undetermined, frame_of
from .priorities import suggested_priorities
from .reminders import reminders
from .required import completeness
from .results import Results, results
from .rulebook import RuleBook
from .score import DIMENSIONS, Scores, runs, score
from .titles import contacts_and_titles
from .touches import Touches, touches, touches_per_week
from .validate import validate
from .workdays import entry_deadline


def assess(
    records: Mapping[str, Records], profile: str, rules: RuleBook, as_of: AsOf, history: History = MappingProxyType({})
) -> Assessment:
    """Everything that RULES.md computes for one workbook as of one moment; *history* holds the levels of earlier refreshes.

    The frame of leads has one row per lead: key, source, owner, entry, score_low, score_high, points.*, tier, span, tier_typed,
    tier_in_force, tier_check, first_touch, touches, last_touch, next_touch, follow_up and the rest of the limits, level, level_suggested,
    level_basis, level_reached, level_before, contact, title, owner_suggested, priority_suggested, result, closed_on, amount (yuan), cycle
    (days), filled, required. None, NaN and NaT mean undetermined.
    """
    leads = records["leads"]
    entry = rules.profiles[profile].entry
    links = link(records)
    touched = touches(records, links, rules, as_of)
    became = results(records, links, entry, rules)
    scores = score(leads, entry, rules, as_of) if runs(leads, profile) else None
    grade = scores.in_force if scores else np.full(len(leads), None, dtype=object)
    states = limits(records, links, touched, became, grade, profile, rules, as_of)
    leveled = levels(records, links, touched, became, rules, as_of, history) if levels_run(leads, profile) else None
    frame = _frame(records, links, touched, became, scores, states, leveled, profile, rules, as_of)
    log = touches_per_week(records, links, touched.counted, as_of)
    beyond = lifecycle(records, links, became, _deadlines(records, touched, became, leveled, rules, as_of), entry, rules, as_of)
    return Assessment(
        as_of=as_of,
        profile=profile,
        leads=frame,
        followups=pd.DataFrame({"gap": touched.gap}) if "followups" in records else None,
        conversions=_conversion_frame(records, became),
        findings=_findings(records, links, touched, became, leveled, beyond, profile, rules, as_of),
        others=beyond.frames,
        reminders=reminders(records, links, states, [*beyond.limits, *filter(None, [beyond.ratings])], as_of),
        undetermined=tuple(_undetermined(records, profile, rules)),
        metrics=metrics(records, frame, log, profile, rules, as_of, beyond.weighted),
        log=log,
    )


def _deadlines(
    records: Mapping[str, Records], touched: Touches, became: Results, leveled: Levels | None, rules: RuleBook, as_of: AsOf
) -> list[Deadlines]:
    """The limits besides those of the touches."""
    leads, found = records["leads"], deadlines(records, became, rules, as_of)
    if leveled is not None and leads.has("level"):
        found.append(silence(leads, leveled, touched, became, rules, as_of))
    if all(one.rule != "entry" for one in found) and leads.has("first_contact_at") and leads.has("entered_at"):
        found.append(entry_deadline(leads, became, rules, as_of))
    return found


def _frame(
    records: Mapping[str, Records],
    links: Links,
    touched: Touches,
    became: Results,
    scores: Scores | None,
    states: Limits,
    leveled: Levels | None,
    profile: str,
    rules: RuleBook,
    as_of: AsOf,
) -> pd.DataFrame:
    leads = records["leads"]
    nothing: Objects = np.full(len(leads), None, dtype=object)
    unknown = np.full(len(leads), np.nan)
    filled, required = completeness(leads, profile, rules)
    contact, title = contacts_and_titles(leads, rules)
    columns: dict[str, NDArray[Any]] = {
        "key": links.key,
        "joinable": links.joinable,
        "company": _column(leads, "company"),
        "source": _column(leads, "source"),
        "contact": contact,
        "title": title,
        "owner": _column(leads, "owner"),
        "entry": _entries(leads, rules.profiles[profile].entry, as_of),
        "score_low": scores.low if scores else unknown,
        "score_high": scores.high if scores else unknown,
        **{f"points.{name}": scores.points[name] if scores else unknown for name in DIMENSIONS},
        "tier": scores.tier if scores else nothing,
        "span": scores.span if scores else nothing,
        "tier_typed": scores.typed if scores else nothing,
        "tier_in_force": scores.in_force if scores else nothing,
        "tier_check": scores.check if scores else nothing,
        "first_touch": states.first_touch,
        "first_touch_hours": states.first_touch_hours,
        "first_touch_limit": states.first_touch_limit,
        "by_day": states.by_day,
        "touches": touched.count,
        "last_touch": touched.last.start,
        "last_timed": touched.last.timed,
        "next_touch": states.next_touch,
        "follow_up": states.follow_up,
        "pool_on": states.pool_on,
        "level": leveled.typed if leveled else nothing,
        "level_suggested": leveled.suggested if leveled else nothing,
        "level_basis": leveled.basis if leveled else nothing,
        "level_reached": leveled.reached if leveled else nothing,
        "level_before": leveled.before if leveled else nothing,
        "owner_suggested": suggested_owners(leads, budgets(records, links), became.closed, rules),
        "priority_suggested": suggested_priorities(records, links, became.closed, profile, rules),
        "result": became.result,
        "closed_on": became.closed_on,
        "amount": became.amount,
        "cycle": became.cycle,
        "filled": filled,
        "required": required,
    }
    return frame_of(columns)


def _entries(leads: Records, name: str, as_of: AsOf) -> NDArray[np.datetime64]:
    """When the leads came; of a month without a day its last one, or as_of while that has not come."""
    entered, today = Moments.of(leads, name), np.datetime64(as_of.date, "D")
    running = (days(entered.start) <= today) & (days(entered.end) > today)
    return np.where(running, today.astype("datetime64[us]"), entered.end)


def _column(leads: Records, name: str) -> Objects:
    return leads.frame[name].to_numpy() if leads.has(name) else np.full(len(leads), None, dtype=object)


def _conversion_frame(records: Mapping[str, Records], became: Results) -> pd.DataFrame | None:
    table = records.get("conversions")
    if table is None:
        return None
    typed = table.frame["cycle_days"].to_numpy() if table.has("cycle_days") else np.full(len(table), np.nan)
    return pd.DataFrame({"cycle": became.row_cycle, "typed": typed})


def _findings(
    records: Mapping[str, Records],
    links: Links,
    touched: Touches,
    became: Results,
    leveled: Levels | None,
    beyond: Lifecycle,
    profile: str,
    rules: RuleBook,
    as_of: AsOf,
) -> tuple[Finding, ...]:
    found = list(rules.findings)
    for table in records.values():
        found += validate(table, profile, rules)
    found += check(records, links, touched, became, profile, rules, as_of)
    found += level_findings(records["leads"], leveled, rules) if leveled else []
    found += duplicates(records["leads"], rules)
    found += beyond.findings
    kinds = ("rules", *rules.tables)
    sheets = {table.sheet: i for kind in records.values() for i, table in enumerate(kind.tables)}
    return tuple(sorted(found, key=lambda f: (kinds.index(f.kind), sheets.get(f.sheet, 0), f.row or 0, f.column or 0, f.code)))


def _undetermined(records: Mapping[str, Records], profile: str, rules: RuleBook) -> list[Undetermined]:
    """Rules of the profile whose columns the table lacks, once per table; a table that is not there lacks them all."""
    said: dict[tuple[str, str], tuple[str, ...]] = {}
    for need in rules.needs:
        table = records.get(need.table)
        has = {name for name in (*need.columns, *need.instead) if table is not None and table.has(name)}
        missing = tuple(name for name in need.columns if name not in has)
        if profile in need.profiles and missing and not has & set(need.instead) and need.or_table not in records:
            said[need.rule, need.table] = (*said.get((need.rule, need.table), ()), *missing)
    return [Undetermined(rule, kind, missing) for (rule, kind), missing in said.items()]
