"""Which cells of a table are required, cell by cell, and how complete every lead is (RULES.md 2 and 6)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .model import Records
from .rulebook import RuleBook
from .typed import Flag

Mask = NDArray[np.bool_]


OFF = "off"
"""On the rules sheet: a field that the profile requires and the team doesn't."""


def required_fields(kind: str, profile: str, rules: RuleBook) -> Mapping[str, str]:
    """Field -> severity of a blank, for a kind of table in a workbook of the profile; the team's own wishes come first."""
    base, own = _of_profile(kind, profile, rules), rules.required.get(kind)
    return base if own is None else {name: severity for name, severity in {**base, **own}.items() if severity != OFF}


def only_if_column(kind: str, profile: str, rules: RuleBook) -> frozenset[str]:
    """Required fields that count only when the table has the column; one that the team requires counts in any case."""
    one = rules.profiles[profile]
    loose = one.if_column if kind == "leads" else rules.tables[kind].if_column | one.also_if_column.get(kind, frozenset())
    return loose - set(rules.required.get(kind, ()))


def _of_profile(kind: str, profile: str, rules: RuleBook) -> Mapping[str, str]:
    return rules.profiles[profile].required if kind == "leads" else rules.tables[kind].required


def required_cells(records: Records, profile: str, rules: RuleBook) -> dict[str, Mask]:
    """Field -> the records whose cell has to be filled; a table that lacks the column has none."""
    fields = required_fields(records.kind, profile, rules)
    return {name: (records.column[name] > 0) & ~_exempt(records, name, rules) for name in fields if records.has(name)}


def is_filled(records: Records, name: str) -> Mask:
    """Records whose cell is no empty marker; what can't be read is filled."""
    flags: NDArray[np.int16] = records.frame[f"{name}?"].to_numpy()
    filled: Mask = (flags & Flag.EMPTY) == 0
    return filled


def completeness(records: Records, profile: str, rules: RuleBook) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(filled, required) cells of each lead; warnings count, absent columns don't."""
    filled, required = np.zeros(len(records), dtype=np.int64), np.zeros(len(records), dtype=np.int64)
    for name, cells in required_cells(records, profile, rules).items():
        if name in rules.profiles[profile].uncounted:
            continue
        required += cells
        filled += cells & is_filled(records, name)
    return filled, required


def _exempt(records: Records, name: str, rules: RuleBook) -> Mask:
    """Records to which the requirement does not apply."""
    frame, nobody = records.frame, np.zeros(len(records), dtype=bool)
    if (records.kind, name) == ("leads", "company") and records.has("customer_type"):
        persons: Mask = (frame["customer_type"] == rules.marks["person"]).to_numpy()
        return persons
    if (records.kind, name) == ("leads", "loss_reason"):
        return ~(frame["level"].map(rules.results) == "lost").to_numpy() if records.has("level") else ~nobody
    if (records.kind, name) == ("followups", "change_reason"):
        return ~is_filled(records, "level_change") if records.has("level_change") else ~nobody
    if records.kind == "conversions" and name in ("amount", "loss_reason"):
        wanted = {"amount": ["won"], "loss_reason": ["not_won", "lost"]}[name]
        return ~frame["result"].map(rules.results).isin(wanted).to_numpy() if records.has("result") else ~nobody
    return nobody
