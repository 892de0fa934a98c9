"""Which follow-up and which conversion belongs to which lead: joins by id only, never by name (RULES.md 1.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..grid import Objects
from .model import Records
from .required import Mask

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Links:
    """Joins of one workbook; positions count records from 0, -1 is none."""

    key: Objects
    """Key of each lead, or None."""
    duplicate: Mask
    """Leads that share their key; nothing is joined to them."""
    joinable: Mask
    """Leads with a key of their own."""
    followups: Positions
    """Lead of each follow-up."""
    conversions: Positions
    """Lead of each conversion."""
    unknown: Mapping[str, Mask]
    """Kind -> records whose key no lead has."""


def link(records: Mapping[str, Records]) -> Links:
    """Links of the records of a workbook."""
    leads = records["leads"]
    key = leads.frame["lead_id"].to_numpy() if leads.has("lead_id") else np.full(len(leads), None, dtype=object)
    series = pd.Series(key, dtype=object)
    filled = series.notna().to_numpy()
    duplicate = series.duplicated(keep=False).to_numpy() & filled
    joinable = filled & ~duplicate
    own = pd.Index(key[joinable], dtype=object)
    positions = np.flatnonzero(joinable)
    known = set(key[filled].tolist())
    joined: dict[str, Positions] = {}
    unknown: dict[str, Mask] = {}
    for kind in ("followups", "conversions"):
        theirs = _keys(records.get(kind))
        found = own.get_indexer(pd.Index(theirs, dtype=object)) if len(own) else np.full(len(theirs), -1)
        joined[kind] = np.where(found >= 0, positions[found] if len(positions) else -1, -1).astype(np.int64)
        said = pd.Series(theirs, dtype=object)
        unknown[kind] = (said.notna() & ~said.isin(known)).to_numpy() & leads.has("lead_id")
    return Links(key, duplicate, joinable, joined["followups"], joined["conversions"], unknown)


def _keys(records: Records | None) -> Objects:
    if records is None:
        return np.empty(0, dtype=object)
    if not records.has("lead_id"):
        return np.full(len(records), None, dtype=object)
    keys: Objects = records.frame["lead_id"].to_numpy()
    return keys
