"""The sections of the page that somebody has to act on: what is due per owner, what is wrong in the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from ...funnel.model import SEVERITIES, Finding
from ...funnel.reminders import SEVERITIES as URGENCIES
from ...words import knows
from .. import masks
from ..due import Due
from ..returns import Return
from .document import Block, Section, Table
from .texts import clip, count, sentence, word

MOST_REMINDERS = 400
"""Reminders on the page: more are shared out among the owners, the most urgent of each."""
_COLUMNS = ("matter", "urgency", "due", "late", "lead", "company", "contact", "phone")
_WORDS = frozenset(i for i, key in enumerate(_COLUMNS) if key != "late")
_WHOLE = frozenset(_COLUMNS.index(key) for key in ("urgency", "due"))
_NAMED_PEOPLE = 12


def reminders(dues: Sequence[Due], mask: bool, lang: str) -> Section:
    """A table per owner, the most urgent first."""
    title = word("reminders.title", lang)
    if not dues:
        return Section("reminders", title, [word("reminders.none", lang)])
    counts = Counter(one.reminder.severity for one in dues)
    line = word("reminders.counts", lang, **{severity: counts[severity] for severity in URGENCIES})
    owners = [(owner, list(mine)) for owner, mine in groupby(dues, key=lambda one: one.owner)]
    most = len(dues) if len(dues) <= MOST_REMINDERS else max(1, MOST_REMINDERS // len(owners))
    blocks = [_block(i, owner, mine, most, mask, lang) for i, (owner, mine) in enumerate(owners[:MOST_REMINDERS])]
    return Section("reminders", title, [line], blocks)


def _block(i: int, owner: str | None, mine: Sequence[Due], most: int, mask: bool, lang: str) -> Block:
    name = word("reminders.nobody", lang) if owner is None else clip((masks.name(owner) or "") if mask else owner)
    rows = [_row(one.masked() if mask else one, lang) for one in mine[:most]]
    header = [word(f"reminders.{key}", lang) for key in _COLUMNS]
    title = word("page.owner", lang, owner=name, n=len(mine))
    more = word("page.more_reminders", lang, n=len(mine) - len(rows)) if len(mine) > len(rows) else None
    return Block(Table(f"reminders.{i}", header, rows, words=_WORDS, whole=_WHOLE, title=title, note=more, stacked=True))


def _row(one: Due, lang: str) -> list[str]:
    typed = [one.name, one.company, one.contact, one.phone]
    due = "" if one.reminder.due is None else one.reminder.due.isoformat()
    late = count(one.days_late) if one.days_late else ""
    return [sentence(one.matter, lang), one.urgency, due, late, *("" if text is None else clip(text) for text in typed)]


def problems(findings: Sequence[Finding], returned: Sequence[Return], mask: bool, lang: str) -> Section:
    """How many findings of every kind there are, the worst first."""
    title = word("audit.title", lang)
    people = [_per_person(returned, mask, lang)] if returned else []
    if not findings:
        return Section("audit", title, people or [word("audit.none", lang)])
    counts = Counter((SEVERITIES.index(one.severity), one.code) for one in findings)
    by_severity = {severity: sum(n for (at, _), n in counts.items() if SEVERITIES[at] == severity) for severity in SEVERITIES}
    ranked = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    rows = [[_kind(code, lang), word(f"severity.{SEVERITIES[at]}", lang), count(n)] for (at, code), n in ranked]
    header = [word("page.problem", lang), word("audit.severity", lang), word("page.count", lang)]
    table = Table("audit", header, rows, words=frozenset((0, 1)), note=word("page.audit_more", lang))
    return Section("audit", title, [word("audit.counts", lang, **by_severity), *people], [Block(table)])


def _kind(code: str, lang: str) -> str:
    """What a code means in a few words."""
    return word(f"problem.{code}", lang) if knows(f"problem.{code}") else code


def _per_person(returned: Sequence[Return], mask: bool, lang: str) -> str:
    counts = Counter(one.person for one in returned)
    named = [(word("reminders.nobody", lang) if who is None else (masks.name(who) if mask else who), n) for who, n in counts.items()]
    texts = [word("audit.returned.person", lang, person=who, n=n) for who, n in named[:_NAMED_PEOPLE]]
    more = "\u2026" if len(named) > _NAMED_PEOPLE else ""
    return word("audit.returned", lang, n=len(returned), people=word("list.comma", lang).join(texts) + more)
