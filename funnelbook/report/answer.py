"""Report: what a command found and did, and the JSON that other programs read (DESIGN.md 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from ..edits import EditPlan
from ..funnel.inspect import table_facts
from ..funnel.links import link
from ..funnel.model import SEVERITIES, Assessment, Cycle, Finding, Rate, Reason, Records, Tables
from ..funnel.reminder import Reminder
from ..funnel.rulebook import RuleBook
from . import masks
from .due import Due, due
from .known import late
from .outline import outline
from .phrases import Labels, message, plain
from .returns import returns

_TYPED = ("tables", "leads", "metrics", "reminders")
"""Parts of the JSON, besides the findings, that hold what people typed."""

_LIKE_ENOUGH = 50
"""rapidfuzz's ratio from which a name is worth a hint: one of two signs."""


@dataclass(frozen=True, eq=False)
class Report:
    """The outcome of a refresh or an audit of one workbook."""

    command: str
    workbook: str
    tables: Tables
    records: Mapping[str, Records]
    assessment: Assessment
    lang: str
    output: str | None = None
    plan: EditPlan | None = None
    changed_parts: Sequence[str] = ()
    added_parts: Sequence[str] = ()
    backup: str | None = None
    replaced: bool = False
    """Whether a file was written."""
    dry_run: bool = False
    rules: RuleBook = field(default_factory=RuleBook.default)
    newest: dt.date | None = None
    """The newest as-of date that the workbook had figures of before."""

    @property
    def findings(self) -> Sequence[Finding]:
        return self.assessment.findings

    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        return {severity: sum(finding.severity == severity for finding in self.findings) for severity in SEVERITIES}

    def late(self) -> tuple[str, int] | None:
        """A code of what is late, overdue or limits, and how many; None where nobody can tell."""
        return late(self.assessment)

    def to_dict(self, mask: bool = False) -> dict[str, Any]:
        """The JSON document as plain values; with *mask* phones and names of people are masked."""
        found: dict[str, Any] = {
            "schema": f"funnelbook.{self.command}/1",
            "workbook": self.workbook,
            "output": self.output,
            "as_of": self.assessment.as_of.text,
            "profile": self.tables.profile,
            "lang": self.lang,
            "tables": [table_facts(table, self.tables.profile) for table in self.tables],
            "findings": self.finding_rows(mask),
            "leads": lead_rows(self.records["leads"], self.assessment),
            "metrics": _metrics(self.assessment, mask),
            "reminders": [_reminder(reminder, mask) for reminder in self.assessment.reminders],
            "undetermined": [
                {"rule": rule.rule, "table": rule.table, "missing": list(rule.missing)} for rule in self.assessment.undetermined
            ],
            "changed_parts": list(self.changed_parts),
            "added_parts": list(self.added_parts),
            "backup": self.backup,
        }
        if self.dry_run and self.plan is not None:
            found["plan"] = {"cells": self.plan.areas(), "edits": self.plan.lines(texts=not mask)}
        if mask:
            for lead in found["leads"]:
                lead["owner_suggested"] = masks.name(lead["owner_suggested"])
        return {key: masks.everywhere(value) if mask and key in _TYPED else value for key, value in found.items()}

    def metrics_dict(self, mask: bool = False) -> dict[str, Any]:
        """The figures of the JSON alone."""
        found: dict[str, Any] = _metrics(self.assessment, mask)
        return masks.everywhere(found) if mask else found

    def due(self, owner: str | None = None, mask: bool = False) -> list[Due]:
        """The reminders in words, by owner and urgency; only those of *owner*, where one is named."""
        found = due(self.assessment, self.records, self.lang)
        mine = [one for one in found if owner is None or one.owner == owner.strip()]
        return [one.masked() for one in mine] if mask else mine

    def has_owner(self, name: str) -> bool:
        """Whether a lead or a reminder has such an owner."""
        return name.strip() in self._owners()

    def owner_like(self, name: str, mask: bool = False) -> str | None:
        """The owner whose name is most like another one; only ever a hint."""
        found = process.extractOne(name.strip(), sorted(self._owners()), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
        return None if found is None else masks.name(found[0]) if mask else found[0]

    def _owners(self) -> set[str]:
        owners = {*self.assessment.leads["owner"].dropna(), *(reminder.owner for reminder in self.assessment.reminders)}
        return {str(owner) for owner in owners if owner is not None}

    def reminders_dict(self, owner: str | None = None, mask: bool = False) -> dict[str, Any]:
        """The JSON document of the reminders alone, each with its words."""
        found = {
            "schema": "funnelbook.remind/1",
            "workbook": self.workbook,
            "as_of": self.assessment.as_of.text,
            "lang": self.lang,
            "reminders": [{**_reminder(one.reminder, mask), "message": one.matter} for one in self.due(owner)],
        }
        masked: dict[str, Any] = masks.everywhere(found) if mask else found
        return masked

    def outline(self) -> list[str]:
        """What a refresh writes, in a few lines; none where the file would stay as it is."""
        if self.plan is None or not (self.changed_parts or self.added_parts):
            return []
        return outline(self.plan, self.lang)

    def finding_rows(self, mask: bool = False) -> list[dict[str, Any]]:
        """The findings of the JSON, for other forms."""
        labels = Labels(self.tables, self.lang)
        keys = {kind: _lead_ids(self.records, kind) for kind in {finding.kind for finding in self.findings} & set(self.records)}
        rows = [self._finding(masks.finding(finding) if mask else finding, labels, keys) for finding in self.findings]
        return masks.everywhere(rows) if mask else rows

    def returned(self, mask: bool = False) -> dict[str | None, list[dict[str, Any]]]:
        """Who has to complete which of the leads: person, or None for nobody -> the leads, with the names of the fields that lack."""
        labels, lists = Labels(self.tables, self.lang), dict[str | None, list[dict[str, Any]]]()
        for one in returns(self.records, self.assessment, self.rules, every=True):
            fields = [labels.field("leads", one.sheet, name) for name in one.missing]
            lead = {"lead_id": one.lead_id, "company": one.company, "sheet": one.sheet, "cell": one.cell, "fields": fields}
            lead["opinion"] = one.opinion
            lists.setdefault(masks.name(one.person) if mask else one.person, []).append(masks.everywhere(lead) if mask else lead)
        return lists

    def _finding(self, finding: Finding, labels: Labels, keys: Mapping[str, list[Any]]) -> dict[str, Any]:
        key = keys[finding.kind][finding.position] if finding.kind in keys and finding.position is not None else None
        return {
            "code": finding.code,
            "severity": finding.severity,
            "sheet": finding.sheet,
            "cell": finding.cell,
            "row": finding.row,
            "field": finding.field,
            "lead_id": key,
            "value": _plain(finding.value),
            "message": message(finding, self.lang, labels.of(finding)),
        }


def _lead_ids(records: Mapping[str, Records], kind: str) -> list[Any]:
    """The lead of each row, through its customer or contract where it names no lead (002), else the id that stands in it."""
    of = records[kind]
    own = of.frame["lead_id"].to_numpy() if of.has("lead_id") else np.full(len(of), None, dtype=object)
    if kind == "leads" or "customers" not in records:
        return list(own.tolist())
    links = link(records)
    lead = links.lead_of(kind)
    theirs = np.append(links.key, np.array([None], dtype=object))[lead]
    return list(np.where(lead >= 0, theirs, own).tolist())


def lead_rows(records: Records, assessment: Assessment) -> list[dict[str, Any]]:
    """One dict a lead, as the JSON has it."""
    leads = assessment.leads
    last = [_moment(when, timed) for when, timed in zip(leads["last_touch"].tolist(), leads["last_timed"].tolist(), strict=True)]
    following = [None if pd.isna(day) else pd.Timestamp(day).date().isoformat() for day in leads["next_touch"]]
    sheets = [table.sheet for table in records.tables]
    columns: dict[str, list[Any]] = {
        "lead_id": plain(leads["key"]),
        "sheet": [sheets[i] for i in records.table.tolist()],
        "row": records.row.tolist(),
        "score_min": _whole(leads["score_low"]),
        "score_max": _whole(leads["score_high"]),
        "tier": plain(leads["tier"]),
        "tier_typed": plain(leads["tier_typed"]),
        "tier_in_force": plain(leads["tier_in_force"]),
        "tier_check": plain(leads["tier_check"]),
        "first_touch": plain(leads["first_touch"]),
        "touches": _whole(leads["touches"]),
        "last_touch": last,
        "next_touch": following,
        "follow_up": plain(leads["follow_up"]),
        "level": plain(leads["level"]),
        "level_suggested": plain(leads["level_suggested"]),
        "owner_suggested": plain(leads["owner_suggested"]),
        "result": plain(leads["result"]),
        "completeness": [
            round(filled / required, 4) if required else None
            for filled, required in zip(leads["filled"].tolist(), leads["required"].tolist(), strict=True)
        ],
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _whole(values: pd.Series[float]) -> list[int | float | None]:
    return [None if value is None else int(value) if float(value).is_integer() else value for value in plain(values)]


def _moment(when: Any, timed: bool) -> str | None:
    if pd.isna(when):
        return None
    moment = pd.Timestamp(when)
    if not timed:
        return moment.date().isoformat()
    return moment.isoformat(timespec="minutes" if moment.second == 0 else "seconds")


def _metrics(assessment: Assessment, mask: bool) -> dict[str, Any]:
    found = assessment.metrics
    return {
        "leads": found.leads,
        "results": dict(found.results),
        "by_source": [_rate(rate) for rate in found.by_source],
        "by_tier": [_rate(rate) for rate in found.by_tier],
        "by_level": [_rate(rate) for rate in found.by_level],
        "by_owner": [{**_rate(rate), "key": masks.name(rate.key) if mask else rate.key} for rate in found.by_owner],
        "by_month": [_rate(rate) for rate in found.by_month],
        "stages": [dict(stage) for stage in found.stages],
        "cycle": _cycle(found.cycle),
        "loss_reasons": [_reason(reason) for reason in found.loss_reasons],
        "lost_reasons": [_reason(reason) for reason in found.lost_reasons],
        "first_touch": dict(found.first_touch),
        "follow_up": dict(found.follow_up),
        "completeness": found.completeness,
        "pipeline_weighted": found.pipeline_weighted,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "key": rate.key,
        "leads": rate.leads,
        "won": rate.won,
        "closed": rate.closed,
        "conversion": rate.conversion,
        "closed_conversion": rate.closed_conversion,
    }


def _cycle(cycle: Cycle) -> dict[str, Any]:
    return {"n": cycle.n, "mean_days": cycle.mean_days, "median_days": cycle.median_days}


def _reason(reason: Reason) -> dict[str, Any]:
    return {"key": reason.key, "count": reason.count, "share": reason.share}


def _reminder(reminder: Reminder, mask: bool) -> dict[str, Any]:
    return {
        "rule": reminder.rule,
        "severity": reminder.severity,
        "state": reminder.state,
        "kind": reminder.kind,
        "sheet": reminder.sheet,
        "row": reminder.row,
        "lead_id": reminder.lead_id,
        "owner": masks.name(reminder.owner) if mask else reminder.owner,
        "due": None if reminder.due is None else reminder.due.isoformat(),
    }


def _plain(value: Any) -> Any:
    """A cell's value as JSON knows it."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, dt.timedelta) else value
