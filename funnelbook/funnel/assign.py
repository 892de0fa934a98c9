"""Advice whom to give a lead that nobody owns: big accounts, then region, then industry, then the smallest workload (RULES.md 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..grid import Objects
from .calendar import Numbers
from .industries import industries
from .model import Records
from .parse import normal_text, parse_people
from .required import Mask
from .rulebook import Person, RuleBook


def suggested_owners(leads: Records, budget: Numbers, closed: Mask, rules: RuleBook) -> Objects:
    """A name of the roster for each open lead without an owner, else None. Advice only: the owner cell is never written.

    *budget* is the upper end of each lead's budget in yuan, NaN where unknown.
    """
    advice = np.full(len(leads), None, dtype=object)
    if not rules.roster or not leads.has("owner"):
        return advice
    owners = leads.frame["owner"].to_numpy()
    load: Counter[str] = Counter(owner for owner in owners[~closed] if owner is not None)
    nobody = np.flatnonzero(pd.isna(owners) & ~closed)
    big = _is_big(budget, rules)[nobody].tolist()
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
    return by_region or [person for person in rules.roster if _knows(person, industry, rules)]


def _is_big(budget: Numbers, rules: RuleBook) -> Mask:
    threshold = rules.values["assign.big_account"]
    if threshold == "":
        return np.zeros(len(budget), dtype=bool)
    big: Mask = budget >= float(threshold)
    return big


def _knows(person: Person, industry: str | None, rules: RuleBook) -> bool:
    """The industry stands among the person's, as it is written or as GB/T 4754-2017 has it: a division by its section too."""
    if industry is None:
        return False
    theirs = {industries().key(part) for part in parse_people(person.industry, rules.words)}
    return _matches(person.industry, industry, rules) or not theirs.isdisjoint(industries().around(industry))


def _matches(theirs: str, said: str | None, rules: RuleBook) -> bool:
    """Any of a person's regions (industries) stands in the lead's cell."""
    return said is not None and any(part in normal_text(said) for part in parse_people(theirs, rules.words))
