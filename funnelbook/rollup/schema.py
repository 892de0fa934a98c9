"""The schemas of the Parquet files, declared once (docs/parquet.md); the as-of date is the folder's name."""

from __future__ import annotations

import pyarrow as pa

VERSION = 1
"""Rises when a column is added, dropped or means something else."""

_TEXT, _WHOLE, _NUMBER, _MOMENT, _DAY = pa.string(), pa.int32(), pa.float64(), pa.timestamp("us"), pa.date32()


def _schema(**types: pa.DataType) -> pa.Schema:
    """Every table begins with the workbook that a row is of, as it was read."""
    own = {"workbook": _TEXT, "sha256": _TEXT, "team": _TEXT}
    return pa.schema([pa.field(name, kind, nullable=name not in own) for name, kind in {**own, **types}.items()])


LEADS = _schema(
    sheet=_TEXT,
    row=_WHOLE,
    lead_id=_TEXT,
    company=_TEXT,
    region=_TEXT,
    industry=_TEXT,
    source=_TEXT,
    owner=_TEXT,
    entry=_MOMENT,
    result=_TEXT,
    closed_on=_MOMENT,
    amount=_NUMBER,
    cycle_days=_NUMBER,
    score_min=_NUMBER,
    score_max=_NUMBER,
    tier=_TEXT,
    level=_TEXT,
    first_touch=_TEXT,
    touches=_WHOLE,
    last_touch=_MOMENT,
    next_touch=_DAY,
    follow_up=_TEXT,
    filled=_WHOLE,
    required=_WHOLE,
    company_key=_TEXT,
    phone_keys=pa.list_(pa.field("element", _TEXT)),
    email_key=_TEXT,
)
FOLLOWUPS = _schema(
    sheet=_TEXT,
    row=_WHOLE,
    lead_id=_TEXT,
    followed_at=_MOMENT,
    method=_TEXT,
    followed_by=_TEXT,
    counted=pa.bool_(),
    gap_days=_NUMBER,
)
FINDINGS = _schema(code=_TEXT, severity=_TEXT, sheet=_TEXT, cell=_TEXT, row=_WHOLE, field=_TEXT, lead_id=_TEXT, value=_TEXT, message=_TEXT)
METRICS = _schema(
    status=_TEXT,
    code=_TEXT,
    reason_zh=_TEXT,
    reason_en=_TEXT,
    seconds=_NUMBER,
    version=_TEXT,
    settings=_TEXT,
    moment=_TEXT,
    refreshed=pa.bool_(),
    profile=_TEXT,
    lang=_TEXT,
    leads=_WHOLE,
    won=_WHOLE,
    not_won=_WHOLE,
    lost=_WHOLE,
    nurturing=_WHOLE,
    open=_WHOLE,
    amount=_NUMBER,
    on_time=_WHOLE,
    touched=_WHOLE,
    overdue=_WHOLE,
    filled=_WHOLE,
    required=_WHOLE,
    completeness=_NUMBER,
    errors=_WHOLE,
    warnings=_WHOLE,
    infos=_WHOLE,
    reminders=_WHOLE,
    metrics=_TEXT,
)
TABLES: dict[str, pa.Schema] = {"leads": LEADS, "followups": FOLLOWUPS, "findings": FINDINGS, "metrics": METRICS}
"""In the order in which the files of a workbook are written: with the metrics they are all there."""
