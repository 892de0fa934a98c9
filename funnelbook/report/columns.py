"""The texts of our columns, one per record: which columns each kind of table gets, what they are called, how they look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..edits import Style, Value
from ..funnel.model import Assessment, Records
from ..words import said, say
from . import look
from .phrases import (
    first_touches,
    follow_ups,
    limit_rules,
    limit_texts,
    plain,
    score_bases,
    score_texts,
    suggested_levels,
    tier_checks,
    tier_texts,
)


@dataclass(frozen=True, eq=False)
class OwnColumnText:
    """One column of ours: its key, its header, and a value per record."""

    key: str
    header: str
    values: Sequence[Value]
    style: Style
    width: float


_LOOKS: Mapping[str, tuple[Style, float]] = {
    "score": (look.OWN_NUMBER, 10),
    "basis": (look.OWN_TEXT, 56),
    "tier": (look.OWN_CENTER, 10),
    "tier_check": (look.OWN_TEXT, 34),
    "first_touch": (look.OWN_TEXT, 24),
    "touches": (look.OWN_NUMBER, 16),
    "last_touch": (look.OWN_DATE, 16),
    "next_touch": (look.OWN_DATE, 12),
    "follow_up": (look.OWN_CENTER, 18),
    "level": (look.OWN_TEXT, 24),
    "owner": (look.OWN_CENTER, 16),
    "complete": (look.OWN_PERCENT, 14),
    "issues": (look.OWN_TEXT, 60),
    "gap": (look.OWN_NUMBER, 11),
    "cycle": (look.OWN_NUMBER, 12),
    "cycle_check": (look.OWN_TEXT, 18),
    "limits": (look.OWN_TEXT, 34),
    "opportunity": (look.OWN_CENTER, 12),
    "satisfaction": (look.OWN_DECIMAL, 12),
}
_LIMITED = {"first_touch": ("tracking", "registry"), "next_touch": ("tracking",), "follow_up": ("tracking", "registry")}
"""Profiles whose documents limit the time until a first touch, until the next one, and between them (RULES.md 4)."""
_NOTHING = ("undetermined", "closed")


def columns_of(
    kind: str, records: Records, assessment: Assessment, said_of: Mapping[tuple[str, str, int], str], lang: str
) -> list[OwnColumnText]:
    """The columns of a kind of table, in their order (DESIGN.md 4)."""
    makers = {"leads": _leads, "followups": _followups, "conversions": _conversions}
    own: dict[str, Sequence[Value]] = makers[kind](assessment, lang) if kind in makers else _others(kind, assessment, lang)
    own["issues"] = [
        said_of.get((kind, records.tables[t].sheet, row)) for t, row in zip(records.table.tolist(), records.row.tolist(), strict=True)
    ]
    return [OwnColumnText(key, say(f"own.{kind}.{key}", lang), values, *_LOOKS[key]) for key, values in own.items()]


def _leads(assessment: Assessment, lang: str) -> dict[str, Sequence[Value]]:
    leads = assessment.leads
    columns: dict[str, Sequence[Value]] = {}
    if leads["score_low"].notna().any() or (leads.empty and assessment.profile == "tracking"):
        columns |= {
            "score": score_texts(leads),
            "basis": score_bases(leads, lang),
            "tier": tier_texts(leads),
            "tier_check": tier_checks(leads, lang),
        }
    if _says("first_touch", assessment):
        columns["first_touch"] = first_touches(leads, lang)
    columns["touches"] = [None if n is None else int(n) for n in plain(leads["touches"])]
    columns["last_touch"] = _dates(leads["last_touch"])
    if _says("next_touch", assessment):
        columns["next_touch"] = _dates(leads["next_touch"])
    if _says("follow_up", assessment):
        columns["follow_up"] = follow_ups(leads, assessment.as_of.date, lang)
    if assessment.profile == "tiering" or assessment.metrics.stages:
        columns["level"] = suggested_levels(leads, lang)
    if leads["owner"].isna().any():
        columns["owner"] = plain(leads["owner_suggested"])
    columns["complete"] = [
        filled / required if required else None
        for filled, required in zip(leads["filled"].tolist(), leads["required"].tolist(), strict=True)
    ]
    return columns


def _says(column: str, assessment: Assessment) -> bool:
    """Whether a column has something to say: always where the document has such a limit, elsewhere once a lead has one."""
    known = assessment.leads[column].dropna()
    return assessment.profile in _LIMITED[column] or not known.isin(_NOTHING).all()


def _followups(assessment: Assessment, lang: str) -> dict[str, Sequence[Value]]:
    assert assessment.followups is not None
    columns: dict[str, Sequence[Value]] = {"gap": [None if n is None else int(n) for n in plain(assessment.followups["gap"])]}
    beyond = assessment.others.get("followups")
    if beyond is not None and "satisfaction" in beyond:
        columns["satisfaction"] = plain(beyond["satisfaction"])
    return columns


def _conversions(assessment: Assessment, lang: str) -> dict[str, Sequence[Value]]:
    frame = assessment.conversions
    assert frame is not None

    def write(counted: float | None, typed: float | None) -> str | None:
        if counted is None or counted < 0:
            return None
        return say("cycle_check.untyped" if typed is None else "cycle_check.same" if typed == counted else "cycle_check.differs", lang)

    counted = plain(frame["cycle"])
    return {
        "cycle": [None if n is None or n < 0 else int(n) for n in counted],
        "cycle_check": said(write, counted, plain(frame["typed"])),
    }


def _others(kind: str, assessment: Assessment, lang: str) -> dict[str, Sequence[Value]]:
    """Limits and ratings of the other tables, where they have any (RULES.md 4 and 5)."""
    frame, columns = assessment.others.get(kind), dict[str, Sequence[Value]]()
    if frame is None:
        return columns
    if limit_rules(frame):
        columns["limits"] = limit_texts(frame, assessment.as_of.date, lang)
    if "opportunity" in frame:
        columns["opportunity"] = said(lambda rating: say(f"opportunity.{rating}", lang), frame["opportunity"])
    return columns


def _dates(moments: pd.Series[pd.Timestamp]) -> list[Value]:
    days = moments.to_numpy().astype("datetime64[D]")
    out: list[dt.date | None] = days.astype(object).tolist()
    return [None if missing else day for day, missing in zip(out, np.isnat(days).tolist(), strict=True)]
