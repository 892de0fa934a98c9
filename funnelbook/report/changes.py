"""The changes of every lead and the key figures of every as-of date, kept from refresh to refresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..edits import BulkColumn, Cell, PutSheet, Style, Value
from ..funnel.model import Assessment
from ..funnel.results import RESULTS
from ..grid import CellRef, Range
from ..words import codes_of, say
from . import look
from .known import has_entries, has_touches, late_leads, overdue_leads
from .past import CHANGES, HISTORY, Past, Row, id_text
from .phrases import plain
from .portfolio import limit_states

HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
_OVERDUE = ("overdue", "pool")
_CHANGE_LOOKS: Mapping[str, tuple[Style, float]] = {
    "date": (look.DATE, 12),
    "id": (look.TEXT, 18),
    "kind": (look.TEXT, 12),
    "tier": (look.TEXT, 9),
    "level": (look.TEXT, 12),
    "result": (look.TEXT, 10),
    "overdue": (look.TEXT, 12),
    "note": (look.TEXT, 60),
}
_HISTORY_LOOKS: Mapping[str, tuple[Style, float]] = {
    "date": (look.DATE, 12),
    "conversion": (look.PERCENT, 10),
    "on_time": (look.PERCENT, 12),
    "completeness": (look.PERCENT, 12),
    "amount": (look.MONEY, 16),
}


@dataclass(frozen=True)
class State:
    """What is compared from refresh to refresh."""

    tier: str | None
    level: str | None
    result: str
    overdue: str | None


@dataclass(frozen=True)
class Changes:
    """All rows of the sheet of changes, and the date that this refresh is compared with."""

    rows: tuple[Row, ...]
    since: dt.date | None


def changes(past: Past, assessment: Assessment, gone: Iterable[str]) -> Changes:
    """The rows of changes after this refresh.

    Rows of this as-of date are replaced, later ones kept and ignored; *gone* are the remarks whose finding or reminder is no more.
    """
    today = assessment.as_of.date
    before = _states(row for row in past.changes if row["date"] < today)
    since = max((row["date"] for row in past.history if row["date"] < today), default=None)
    rows = [row for row in past.changes if row["date"] != today or codes_of("change.", str(row.get("kind"))) == "remark"]
    for who, now in _now(assessment).items():
        then = before.get(who)
        if then is None or then != now:
            rows.append(_row(today, who, then, now, first=not before))
    known = {str(row.get("note")) for row in rows if row.get("note")}
    rows += [{"date": today, "kind": "remark", "note": note} for note in dict.fromkeys(gone) if note not in known]
    order = {row_id: i for i, row_id in enumerate(dict.fromkeys(row.get("id") for row in rows))}
    return Changes(tuple(sorted(rows, key=lambda row: (row["date"], bool(row.get("note")), order[row.get("id")]))), since)


def _now(assessment: Assessment) -> dict[str, State]:
    leads, late = assessment.leads[assessment.leads["joinable"]], late_leads(assessment)
    columns = [plain(leads[name]) for name in ("key", "tier_in_force", "level", "result", "follow_up")]
    return {
        str(who): State(tier, level, result, state if state in _OVERDUE else "overdue" if str(who) in late else None)
        for who, tier, level, result, state in zip(*columns, strict=True)
    }


def _states(rows: Iterable[Row]) -> dict[str, State]:
    """The newest state of every lead; rows come in the order of their dates."""
    states = {}
    for row in sorted((row for row in rows if row.get("id") is not None), key=lambda row: row["date"]):
        level = row.get("level")
        states[id_text(row["id"])] = State(
            tier=None if row.get("tier") is None else str(row["tier"]),
            level=None if level is None else str(level),
            result=codes_of("result.", str(row.get("result"))) or "open",
            overdue=codes_of("follow_up.", str(row.get("overdue"))),
        )
    return states


def _row(today: dt.date, who: str, then: State | None, now: State, first: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"date": today, "id": who, "kind": "opening" if then is None else "changed", "state": now}
    if then is None:
        return row if first else {**row, "new": 1}
    return row | {
        "tier_moved": int(then.tier != now.tier) or None,
        "level_moved": int(then.level != now.level) or None,
        "won": int(then.result != now.result and now.result == "won") or None,
        "lost": int(then.result != now.result and now.result in ("lost", "not_won")) or None,
        "late": int(then.overdue is None and now.overdue is not None) or None,
    }


def changes_sheet(found: Changes, title: str, lang: str) -> PutSheet:
    """The sheet of changes, oldest first."""
    states = [row.get("state") for row in found.rows]
    return PutSheet(
        title=title,
        rows=[
            [Cell(say("changes.title", lang), look.TITLE)],
            [Cell(say("changes.about", lang), look.MUTED)],
            [Cell(say(f"changes.{key}", lang), look.HEADING) for key in CHANGES],
        ],
        mark="changes",
        bulk_row=FIRST_ROW,
        bulk=tuple(BulkColumn(_column(key, found.rows, states, lang), _CHANGE_LOOKS.get(key, (look.NUMBER, 9))[0]) for key in CHANGES)
        if states
        else (),
        widths={i: _CHANGE_LOOKS.get(key, (look.NUMBER, 9.0))[1] for i, key in enumerate(CHANGES, start=1)},
        heights={1: 30, HEADER_ROW: 24},
        freeze=CellRef(FIRST_ROW, 3),
        filter=Range(HEADER_ROW, 1, HEADER_ROW + max(1, len(states)), len(CHANGES)),
        gridlines=False,
        tab_color=look.GREY,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )


def _column(key: str, rows: Sequence[Row], states: Sequence[State | None], lang: str) -> list[Value]:
    """One column as it is written; rows of earlier refreshes, which have no state, go back as they were read."""
    pairs = zip(states, rows, strict=True)
    match key:
        case "kind":
            remark, kinds = say("change.remark", lang), {kind: say(f"change.{kind}", lang) for kind in ("opening", "changed")}
            words = {None: None, "remark": remark}
            return [words.get(row.get(key), row.get(key)) if now is None else kinds[row[key]] for now, row in pairs]
        case "tier":
            return [row.get(key) if now is None else now.tier for now, row in pairs]
        case "level":
            return [row.get(key) if now is None else now.level for now, row in pairs]
        case "result":
            results = {result: say(f"result.{result}", lang) for result in RESULTS}
            return [row.get(key) if now is None else results[now.result] for now, row in pairs]
        case "overdue":
            late: dict[str | None, str | None] = {None: None} | {state: say(f"follow_up.{state}", lang) for state in _OVERDUE}
            return [row.get(key) if now is None else late[now.overdue] for now, row in pairs]
    return [row.get(key) for row in rows]


def history(past: Past, assessment: Assessment) -> list[Row]:
    """One row of key figures per as-of date; this date's replaces its own."""
    rows = [row for row in past.history if row["date"] != assessment.as_of.date]
    return sorted([*rows, {"date": assessment.as_of.date, **key_figures(assessment)}], key=lambda row: row["date"])


def key_figures(assessment: Assessment) -> dict[str, float | int | None]:
    """The figures that the history keeps."""
    found = assessment.metrics
    due = sum(found.first_touch[state] for state in ("on_time", "late", "overdue"))
    filled, required = int(assessment.leads["filled"].sum()), int(assessment.leads["required"].sum())
    limits = limit_states(assessment)
    return {
        "leads": found.leads,
        "open": found.results["open"] + found.results["nurturing"],
        "won": found.results["won"],
        "not_won": found.results["not_won"],
        "lost": found.results["lost"],
        "nurturing": found.results["nurturing"],
        "conversion": found.results["won"] / found.leads if found.leads else None,
        "on_time": found.first_touch["on_time"] / due if due else None,
        "overdue": overdue_leads(assessment),
        "completeness": filled / required if required else None,
        "amount": found.won_amount,
        "errors": sum(finding.severity == "error" for finding in assessment.findings),
        "new": found.weeks[-1].leads if has_entries(assessment) else None,
        "touches": found.weeks[-1].touches if has_touches(assessment) else None,
        "limits": sum(state == "overdue" for _, state in limits) if limits else None,
    }


def history_sheet(rows: Sequence[Row], title: str, lang: str) -> PutSheet:
    """The sheet of key figures, oldest first."""
    body = [[Cell(row.get(key), _HISTORY_LOOKS.get(key, (look.NUMBER, 10))[0]) for key in HISTORY] for row in rows]
    return PutSheet(
        title=title,
        rows=[
            [Cell(say("history.title", lang), look.TITLE)],
            [Cell(say("history.about", lang), look.MUTED)],
            [Cell(say(f"history.{key}", lang), look.HEADING) for key in HISTORY],
            *body,
        ],
        mark="history",
        widths={i: _HISTORY_LOOKS.get(key, (look.NUMBER, 10.0))[1] for i, key in enumerate(HISTORY, start=1)},
        heights={1: 30, HEADER_ROW: 24},
        freeze=CellRef(FIRST_ROW, 2),
        gridlines=False,
        tab_color=look.GREY,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )
