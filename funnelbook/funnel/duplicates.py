"""The same customer twice: equal phones, e-mails and companies on different leads, and company names that look alike (RULES.md 2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from .model import Finding, Records
from .parse import company_key, normal_text
from .rulebook import RuleBook
from .validate import finding

_MOST_COMPARED = 3000
"""Beyond so many different names, likeness is looked for only among names that begin alike: the comparison grows with the square."""

_MOST_NAMED = 10
"""Other rows that a finding names; a group may hold thousands."""


def duplicates(leads: Records, rules: RuleBook) -> list[Finding]:
    """Findings on each cell of a group of leads that share a phone, an e-mail or a company."""
    found: list[Finding] = []
    for name in ("phone", "email", "company"):
        if leads.has(name):
            keys = contact_keys(leads, name, rules)
            found.extend(_equal(leads, name, keys))
            if name == "company":
                found.extend(_similar(leads, keys, rules))
    return found


def contact_keys(leads: Records, name: str, rules: RuleBook) -> pd.Series[Any]:
    """What is compared of phone, email or company, by position of the lead; a cell may hold several phones, a blank has no key."""
    if not leads.has(name):
        return pd.Series([], dtype=object)
    values = leads.frame[f"{name}.all" if name == "phone" else name].dropna()
    if name == "phone":
        return values.explode().dropna()
    if name == "company":
        known = {value: company_key(value, rules.words) or None for value in values.unique()}
        return values.map(known).astype(object).dropna()
    return values


def _equal(leads: Records, name: str, keys: pd.Series[Any]) -> Iterator[Finding]:
    """One finding per cell; different named owners make an error of the whole group."""
    shared = keys[keys.duplicated(keep=False)]
    owners = leads.frame["owner"].to_numpy() if leads.has("owner") else np.full(len(leads), None, dtype=object)
    for _, group in shared.groupby(shared, sort=False):
        positions = sorted(set(group.index))
        if len(positions) < 2:
            continue
        named = {owners[p] for p in positions if owners[p] is not None}
        code, severity = ("duplicate.owners", "error") if len(named) > 1 else (f"duplicate.{name}", "warning")
        rows = leads.row[positions[: _MOST_NAMED + 1]].tolist()
        for position in positions:
            others = [row for row in rows if row != leads.row[position]][:_MOST_NAMED]
            yield finding(leads, code, severity, position, name, rows=others, owners=sorted(named))


def _similar(leads: Records, keys: pd.Series[Any], rules: RuleBook) -> Iterator[Finding]:
    """Names that look alike and aren't equal; a hint on each, naming the likest other."""
    names = keys.drop_duplicates()
    first: dict[str, int] = dict(zip(names, names.index, strict=True))
    for block in _blocks(list(first)):
        for key, likest in _likest(block, rules.number("duplicate.similarity")):
            like = first[likest]
            facts = {"like": normal_text(leads.raw["company"][like]), "rows": [int(leads.row[like])]}
            yield finding(leads, "duplicate.similar", "info", first[key], "company", **facts)


def _blocks(keys: list[str]) -> Iterator[list[str]]:
    if len(keys) <= _MOST_COMPARED:
        yield keys
        return
    by_start: dict[str, list[str]] = {}
    for key in keys:
        by_start.setdefault(key[:4], []).append(key)
    yield from (block[:_MOST_COMPARED] for block in by_start.values() if len(block) > 1)


def _likest(keys: list[str], least: float) -> Iterator[tuple[str, str]]:
    """Each key that has one like it, and the one most like it."""
    if len(keys) < 2:
        return
    scores = process.cdist(keys, keys, scorer=fuzz.ratio, score_cutoff=least, dtype=np.float32)
    np.fill_diagonal(scores, 0)
    best = scores.argmax(axis=1)
    for i in np.flatnonzero(scores.max(axis=1)).tolist():
        yield keys[i], keys[best[i]]
