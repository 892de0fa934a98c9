"""Advice whom to give a lead that nobody owns: big accounts, then region, then industry, then the smallest workload (RULES.md 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..grid import Objects
from .model import Records
from .parse import normal_text, parse_people
from .required import Mask
from .rulebook import Person, RuleBook


def suggested_owners(leads: Records, closed: Mask, rules: RuleBook) -> Objects:
    """A name of the roster for each open lead without an owner, else None. Advice only: the owner cell is never written."""
    advice = np.full(len(leads), None, dtype=object)
    if not rules.roster or not leads.has("owner"):
        return advice
    owners = leads.frame["owner"].to_numpy()
    load: Counter[str] = Counter(owner for owner in owners[~closed] if owner is not None)
    nobody = np.flatnonzero(pd.isna(owners) & ~closed)
    big = _is_big(leads, rules)[nobody].tolist()
    places = [leads.frame[name].to_numpy()[nobody] if leads.has(name) else [None] * len(nobody) for name in ("region", "industry")]
    known: dict[tuple[Any, ...], Sequence[Person]] = {}
    for position, *lead in zip(nobody, big, *places, strict=True):
        case = tuple(lead)
        if case not in known:
            known[case] = _fitting(rules, *case)
        if fitting := known[case]:
            chosen = min(fitting, key=lambda person: load[person.name])
            advice[position] = chosen.name
            load[chosen.name] += 1
    return advice


def _fitting(rules: RuleBook, big: bool, region: str | None, industry: str | None) -> Sequence[Person]:
    """The people of the roster among whom the workload decides."""
    managers = [person for person in rules.roster if person.role in rules.marks["manager_role"]]
    if big and managers:
        return managers
    by_region = [person for person in rules.roster if _matches(person.region, region, rules)]
    return by_region or [person for person in rules.roster if _matches(person.industry, industry, rules)]


def _is_big(leads: Records, rules: RuleBook) -> Mask:
    threshold = rules.values["assign.big_account"]
    if threshold == "" or not leads.has("budget"):
        return np.zeros(len(leads), dtype=bool)
    big: Mask = leads.frame["budget.high"].to_numpy() >= float(threshold)
    return big


def _matches(theirs: str, said: str | None, rules: RuleBook) -> bool:
    """Any of a person's regions (industries) stands in the lead's cell."""
    return said is not None and any(part in normal_text(said) for part in parse_people(theirs, rules.words))
