"""Leads that the review of 001 gives back: who has to add what (RULES.md 2, registry)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..funnel.model import Assessment, Records
from ..funnel.parse import normal_text
from ..funnel.required import Mask, is_filled, required_cells, required_fields
from ..funnel.results import CLOSED
from ..funnel.rulebook import RuleBook
from ..grid import CellRef


@dataclass(frozen=True)
class Return:
    """One open lead that is given back."""

    person: str | None
    """Who took it in (first_handler), else its owner; None when neither is filled."""
    lead_id: str | None
    company: str | None
    sheet: str
    cell: str
    """Where to begin: the first cell to fill, else the review's opinion."""
    missing: tuple[str, ...]
    """Required fields that are blank, those that the review looks for first."""
    opinion: str | None
    """The review's own words, where they ask for more."""
    position: int
    """Of the lead in its Records."""


def returns(records: Mapping[str, Records], assessment: Assessment, rules: RuleBook, every: bool = False) -> list[Return]:
    """The open leads that lack what the review asks for, or that its opinion gives back, by person, then in the order of the sheets.

    Leads of nobody come first. A workbook of another document has no review; with *every* its leads are given back that lack what is
    an error.
    """
    leads, wanted = records["leads"], rules.profiles[assessment.profile].review
    if every and not wanted:
        wanted = tuple(name for name, s in required_fields("leads", assessment.profile, rules).items() if s == "error")
    if not wanted:
        return []
    blank = {name: cells & ~is_filled(leads, name) for name, cells in required_cells(leads, assessment.profile, rules).items()}
    order = [*(name for name in wanted if name in blank), *(name for name in blank if name not in wanted)]
    opinions = _asking(leads, rules)
    lacks = np.logical_or.reduce([blank[name] for name in wanted if name in blank] or [np.zeros(len(leads), dtype=bool)])
    back: Mask = (lacks | np.array([text is not None for text in opinions], dtype=bool)) & ~assessment.leads["result"].isin(
        CLOSED
    ).to_numpy()
    found = [
        _return(leads, position, [name for name in order if blank[name][position]], opinions) for position in np.flatnonzero(back).tolist()
    ]
    return sorted(found, key=lambda one: (one.person is not None, one.person or ""))


def _asking(leads: Records, rules: RuleBook) -> list[str | None]:
    """The opinion of every review that asks for more, else None; what it says it doesn't ask for is left out first."""
    if not leads.has("review_opinion"):
        return [None] * len(leads)
    found: dict[object, str | None] = {}
    typed = leads.raw["review_opinion"].tolist()
    for value in set(typed):
        text = normal_text(value)
        rest = text.casefold()
        for words in rules.marks["review_asks_nothing"]:
            rest = rest.replace(words, "")
        found[value] = text if any(words in rest for words in rules.marks["review_asks"]) else None
    return [found[value] for value in typed]


def _return(leads: Records, position: int, missing: Sequence[str], opinions: Sequence[str | None]) -> Return:
    first = missing[0] if missing else "review_opinion"
    return Return(
        person=_said(leads, "first_handler", position) or _said(leads, "owner", position),
        lead_id=_said(leads, "lead_id", position),
        company=_said(leads, "company", position),
        sheet=leads.sheet_of(position),
        cell=CellRef(int(leads.row[position]), int(leads.column[first][position])).a1,
        missing=tuple(missing),
        opinion=opinions[position],
        position=position,
    )


def _said(leads: Records, name: str, position: int) -> str | None:
    value = leads.frame[name].iat[position] if leads.has(name) else None
    return None if value is None else str(value)
