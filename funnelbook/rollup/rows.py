"""What one workbook gives: a Report as the Arrow tables of schema.py, or the one row of a workbook that gave none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..funnel.calendar import Moments
from ..funnel.duplicates import contact_keys
from ..funnel.model import Records
from ..report import masks
from ..report.answer import Report
from ..report.known import overdue_leads
from .schema import FINDINGS, FOLLOWUPS, METRICS, TABLES

Row = Mapping[str, Any]
"""One row of the metrics: what became of a workbook."""
_KEY_BYTES = 16


def tables(report: Report, row: Row, mask: bool) -> dict[str, pa.Table]:
    """The four tables of a workbook; *row* is that of its metrics."""
    own = {name: row[name] for name in ("workbook", "sha256", "team")}
    findings = report.finding_rows(mask)
    columns = {
        "leads": _leads(report, mask),
        "followups": _followups(report, mask),
        "findings": {name: _texts(findings, name) for name in FINDINGS.names if name not in own},
    }
    found = {name: _table(TABLES[name], own, of) for name, of in columns.items()}
    return {**found, "metrics": pa.Table.from_pylist([dict(row)], schema=METRICS)}


def nothing(row: Row) -> dict[str, pa.Table]:
    """The tables of a workbook that gave none: its row of the metrics, and no other."""
    found = {name: schema.empty_table() for name, schema in TABLES.items()}
    return {**found, "metrics": pa.Table.from_pylist([dict(row)], schema=METRICS)}


def figures(report: Report, mask: bool) -> dict[str, Any]:
    """The columns of the metrics that come from a report."""
    found, leads, counts = report.assessment.metrics, report.assessment.leads, report.counts()
    return {
        "profile": report.tables.profile,
        "lang": report.lang,
        "leads": found.leads,
        **found.results,
        "amount": report.assessment.metrics.won_amount,
        "on_time": found.first_touch["on_time"],
        "touched": sum(found.first_touch[state] for state in ("on_time", "late", "overdue")),
        "overdue": overdue_leads(report.assessment),
        "filled": int(leads["filled"].sum()),
        "required": int(leads["required"].sum()),
        "completeness": found.completeness,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "infos": counts["info"],
        "reminders": len(report.assessment.reminders),
        "metrics": json.dumps(report.metrics_dict(mask), ensure_ascii=False, separators=(",", ":")),
    }


def _table(schema: pa.Schema, own: Mapping[str, str], columns: Mapping[str, Any]) -> pa.Table:
    size = len(next(iter(columns.values())))
    arrays = [
        pa.repeat(pa.scalar(own[field.name], field.type), size) if field.name in own else _array(columns[field.name], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    """NaN, NaT and None are unknown; a whole number may come as a float, a day as a moment."""
    array = pa.array(values, from_pandas=True) if isinstance(values, np.ndarray) and values.dtype != object else pa.array(values, type=kind)
    return array.cast(kind)


def _leads(report: Report, mask: bool) -> dict[str, Any]:
    records, leads = report.records["leads"], report.assessment.leads
    same = ("company", "source", "entry", "result", "closed_on", "amount", "level", "first_touch", "touches", "last_touch", "follow_up")
    phones = contact_keys(records, "phone", report.rules)
    return {
        **_places(records),
        **{name: leads[name].to_numpy() for name in same},
        "lead_id": leads["key"].to_numpy(),
        "region": _column(records, "region"),
        "industry": _column(records, "industry"),
        "owner": _people(leads["owner"], mask),
        "cycle_days": leads["cycle"].to_numpy(),
        "score_min": leads["score_low"].to_numpy(),
        "score_max": leads["score_high"].to_numpy(),
        "tier": leads["tier_in_force"].to_numpy(),
        "next_touch": leads["next_touch"].to_numpy().astype("datetime64[D]"),
        "filled": leads["filled"].to_numpy(),
        "required": leads["required"].to_numpy(),
        "company_key": _spread(contact_keys(records, "company", report.rules), len(records)),
        "phone_keys": _lists(phones.map(_hidden).groupby(level=0).agg(list) if len(phones) else phones, len(records)),
        "email_key": _spread(contact_keys(records, "email", report.rules).map(_hidden), len(records)),
    }


def _followups(report: Report, mask: bool) -> dict[str, Any]:
    log = report.records.get("followups")
    if log is None:
        return {name: [] for name in FOLLOWUPS.names}
    when, gaps = Moments.of(log, "followed_at"), report.assessment.followups
    return {
        **_places(log),
        "lead_id": _column(log, "lead_id"),
        "followed_at": when.start,
        "method": _column(log, "method"),
        "followed_by": _people(pd.Series(_column(log, "followed_by"), dtype=object), mask),
        "counted": when.known & ~when.after(report.assessment.as_of),
        "gap_days": np.full(len(log), np.nan) if gaps is None else gaps["gap"].to_numpy(),
    }


def _places(records: Records) -> dict[str, Any]:
    sheets = [table.sheet for table in records.tables]
    return {"sheet": [sheets[i] for i in records.table.tolist()], "row": np.asarray(records.row)}


def _column(records: Records, name: str) -> Any:
    return records.frame[name].to_numpy() if records.has(name) else np.full(len(records), None, dtype=object)


def _people(names: pd.Series[Any], mask: bool) -> Any:
    return names.map(masks.name, na_action="ignore").astype(object).to_numpy() if mask else names.to_numpy()


def _spread(keys: pd.Series[Any], size: int) -> list[Any]:
    """Keys by position of the lead as a column; None where there is none."""
    known = keys.to_dict()
    return [known.get(position) for position in range(size)]


def _lists(keys: pd.Series[Any], size: int) -> list[Any]:
    known = keys.to_dict()
    return [sorted(set(known[position])) if position in known else [] for position in range(size)]


def _hidden(key: str) -> str:
    """What equal phones and addresses have in common, without showing them."""
    return hashlib.blake2b(key.encode(), digest_size=_KEY_BYTES).hexdigest()


def _texts(findings: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    if name == "row":
        return [finding[name] for finding in findings]
    return [None if finding[name] is None else str(finding[name]) for finding in findings]
