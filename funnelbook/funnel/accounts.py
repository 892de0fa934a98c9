"""Which customer every row of the tables of 002 is about: by customer id, else by contract, else by lead (RULES.md 1.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..grid import Objects
from .links import Links, Positions, key_of
from .model import Records


@dataclass(frozen=True, eq=False)
class Accounts:
    """Customers as numbers, whether or not the workbook has a table of them; -1 is none."""

    size: int
    by_kind: Mapping[str, Positions]
    """Kind -> customer of each record."""

    def of(self, kind: str) -> Positions:
        """Customer of each record of a kind; empty without such a table."""
        return self.by_kind.get(kind, np.empty(0, dtype=np.int64))


def accounts(records: Mapping[str, Records], links: Links) -> Accounts:
    """Accounts of a workbook; rows of the customers' table that share an id are nobody's."""
    keys = {kind: key_of(records[kind], "customer_id") for kind in ("customers", "negotiations", "progress") if kind in records}
    if "deliveries" in records:
        keys["deliveries"] = _by_contract(records, key_of(records["deliveries"], "customer_id"))
    if "followups" in records:
        keys["followups"] = _by_lead(records, keys.get("customers"), links)
    codes, distinct = pd.factorize(np.concatenate([*keys.values(), np.empty(0, dtype=object)]))
    ends = np.cumsum([len(column) for column in keys.values()])
    by_kind = dict(zip(keys, np.split(codes.astype(np.int64), ends[:-1]), strict=True)) if keys else {}
    if "customers" in by_kind:
        twice = pd.Series(keys["customers"], dtype=object).duplicated(keep=False).to_numpy()
        by_kind["customers"] = np.where(twice, -1, by_kind["customers"])
    return Accounts(len(distinct), by_kind)


def _by_contract(records: Mapping[str, Records], own: Objects) -> Objects:
    """The customer that a delivery names, else that of its contract in the table of progress, when all its rows name the same."""
    progress = records.get("progress")
    if progress is None:
        return own
    deals = pd.DataFrame({"contract": key_of(progress, "contract_no"), "customer": key_of(progress, "customer_id")}, dtype=object)
    one = deals.dropna().drop_duplicates().drop_duplicates("contract", keep=False).set_index("contract")["customer"]
    through = pd.Series(key_of(records["deliveries"], "contract_no"), dtype=object).map(one.to_dict()).to_numpy(dtype=object)
    return _first(own, through)


def _by_lead(records: Mapping[str, Records], customers: Objects | None, links: Links) -> Objects:
    """The customer that a follow-up names, or the only customer of the lead that it names."""
    own = key_of(records["followups"], "lead_id")
    if customers is None:
        return own
    lead = links.lead_of("customers")
    theirs = pd.DataFrame({"lead": lead, "customer": customers}).query("lead >= 0").dropna().drop_duplicates("lead", keep=False)
    named = pd.Series(own, dtype=object).isin(set(customers[pd.notna(customers)].tolist())).to_numpy()
    through = pd.Series(links.lead_of("followups")).map(theirs.set_index("lead")["customer"].to_dict()).to_numpy(dtype=object)
    return np.where(named, own, _first(through, own)).astype(object)


def _first(one: Objects, other: Objects) -> Objects:
    """The first of two keys that is there, None without one."""
    found = np.where(pd.notna(one), one, other).astype(object)
    found[pd.isna(found)] = None
    return found
