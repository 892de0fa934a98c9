"""Which row of every table belongs to which lead and customer: joins by id only, never by name (RULES.md 1.11).

Follow-ups and conversions name their lead; the tables of 002 name their customer, who names the lead, or their contract, which names the
customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

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
    lead: Mapping[str, Positions]
    """Kind -> lead of each record, for every other kind of table that the workbook has."""
    customer: Mapping[str, Positions]
    """Kind -> row of the customers' table of each record, where there is such a table."""
    unknown: Mapping[str, Mask]
    """Kind -> records whose key no lead, customer or contract has."""

    def lead_of(self, kind: str) -> Positions:
        """Lead of each record of a kind; empty without such a table."""
        return self.lead.get(kind, np.empty(0, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class _Keys:
    """Keys of one table, each once: those that several rows bear are known, but nothing is joined to them."""

    key: Objects

    @cached_property
    def duplicate(self) -> Mask:
        series = pd.Series(self.key, dtype=object)
        return series.duplicated(keep=False).to_numpy() & series.notna().to_numpy()

    def find(self, theirs: Objects) -> Positions:
        """Row of each key, -1 for none."""
        single = pd.notna(self.key) & ~self.duplicate
        positions = np.flatnonzero(single)
        if not len(positions):
            return np.full(len(theirs), -1, dtype=np.int64)
        found = pd.Index(self.key[single], dtype=object).get_indexer(pd.Index(theirs, dtype=object))
        return np.where(found >= 0, positions[found], -1).astype(np.int64)

    def lacks(self, theirs: Objects, found: Positions) -> Mask:
        """Which keys are filled and stand in no row; *found* is where `find` sees them."""
        out: Mask = pd.notna(theirs) & (found < 0)
        left, doubled = np.flatnonzero(out), set(self.key[self.duplicate].tolist())
        out[left] = [key not in doubled for key in theirs[left].tolist()]
        return out


def link(records: Mapping[str, Records]) -> Links:
    """Links of the records of a workbook."""
    leads = _Keys(key_of(records["leads"], "lead_id"))
    customers = _Keys(key_of(records["customers"], "customer_id")) if _has(records, "customers", "customer_id") else None
    contracts = _Keys(key_of(records["progress"], "contract_no")) if _has(records, "progress", "contract_no") else None
    named = _customers_named(records) if customers is None else set()
    lead: dict[str, Positions] = {}
    customer: dict[str, Positions] = {}
    unknown: dict[str, Mask] = {}
    for kind in sorted(records, key=lambda kind: ("customers", "progress").index(kind) if kind in ("customers", "progress") else 2):
        if kind == "leads":
            continue
        of = records[kind]
        if kind == "customers":
            lead[kind] = leads.find(key_of(of, "lead_id"))
            customer[kind] = np.arange(len(of))
            unknown[kind] = leads.lacks(key_of(of, "lead_id"), lead[kind])
        elif kind in ("followups", "conversions"):
            lead[kind], customer[kind], unknown[kind] = _by_lead(key_of(of, "lead_id"), leads, customers, lead)
            unknown[kind] = unknown[kind] & ~pd.Series(key_of(of, "lead_id"), dtype=object).isin(named).to_numpy()
        else:
            customer[kind], unknown[kind] = _by_customer(of, customers, contracts, customer)
            lead[kind] = _through(lead.get("customers"), customer[kind])
        if kind in ("followups", "conversions", "customers") and not records["leads"].has("lead_id"):
            unknown[kind] = np.zeros(len(of), dtype=bool)
    joinable = pd.notna(leads.key) & ~leads.duplicate
    return Links(leads.key, leads.duplicate, joinable, lead, customer, unknown)


def _by_lead(keys: Objects, leads: _Keys, customers: _Keys | None, lead: Mapping[str, Positions]) -> tuple[Positions, Positions, Mask]:
    """Lead, customer and whether nobody bears the key, of rows that name their lead, or (002, template 5) their customer."""
    found = leads.find(keys)
    lacking = leads.lacks(keys, found)
    if customers is None:
        return found, np.full(len(keys), -1, dtype=np.int64), lacking
    theirs = customers.find(keys)
    return np.where(found >= 0, found, _through(lead["customers"], theirs)), theirs, lacking & customers.lacks(keys, theirs)


def _by_customer(
    of: Records, customers: _Keys | None, contracts: _Keys | None, customer: Mapping[str, Positions]
) -> tuple[Positions, Mask]:
    """Customer and whether nobody bears the key, of rows that name their customer, or else their contract."""
    keys, signed = key_of(of, "customer_id"), key_of(of, "contract_no")
    nobody = np.full(len(of), -1, dtype=np.int64)
    found, lacking = nobody, np.zeros(len(of), dtype=bool)
    if customers is not None:
        found = customers.find(keys)
        lacking = customers.lacks(keys, found)
    if contracts is not None and of.kind != "progress":
        found = np.where(found >= 0, found, _of_contract(contracts.key, customer["progress"], signed))
        lacking = lacking | (pd.isna(keys) & contracts.lacks(signed, contracts.find(signed)))
    return found, lacking


def _of_contract(contracts: Objects, customers: Positions, theirs: Objects) -> Positions:
    """The customer of each contract, -1 where none or several are known; a contract may have many rows."""
    frame = pd.DataFrame({"contract": contracts, "customer": customers}).dropna().query("customer >= 0").drop_duplicates()
    of = frame.drop_duplicates("contract", keep=False).set_index("contract")["customer"].to_dict()
    return pd.Series(theirs, dtype=object).map(of).fillna(-1).to_numpy(dtype=np.int64)


def _customers_named(records: Mapping[str, Records]) -> set[str]:
    """Ids of customers in the tables of 002, for a workbook without a table of the customers themselves."""
    keys = [key_of(records[kind], "customer_id") for kind in ("negotiations", "progress", "deliveries") if kind in records]
    return {key for column in keys for key in column.tolist() if key is not None}


def _through(of: Positions | None, at: Positions) -> Positions:
    """What the rows at those positions are joined to."""
    return np.full(len(at), -1, dtype=np.int64) if of is None else np.append(of, -1)[at]


def _has(records: Mapping[str, Records], kind: str, name: str) -> bool:
    return kind in records and records[kind].has(name)


def key_of(of: Records, name: str) -> Objects:
    """The keys of a table, None where blank or when it lacks the column."""
    if not of.has(name):
        return np.full(len(of), None, dtype=object)
    keys: Objects = of.frame[name].to_numpy()
    return keys
