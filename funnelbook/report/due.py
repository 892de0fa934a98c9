"""What has to be done, reminder by reminder, in words: who, what, until when, for which lead; most urgent first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..funnel.model import Assessment, Records, Table
from ..funnel.reminder import Reminder, Reminders, ranks
from ..grid import letters, quoted
from ..words import say
from . import masks

_IDS = ("lead_id", "customer_id", "contract_no")
_OWN_IDS = ("customer_id", "contract_no", "step", "objection")


@dataclass(frozen=True)
class Due:
    """One reminder as people read it."""

    reminder: Reminder
    owner: str | None
    matter: str
    urgency: str
    name: str
    """The lead's id, or its row."""
    place: str
    """The cell of the id, as a link names it."""
    days_late: int | None
    company: Any
    contact: Any
    phone: Any
    ids: tuple[str, ...] = ()
    """What tells a row of another table from the other rows of its lead, wherever it stands."""

    def masked(self) -> Due:
        """The same with names and phones masked."""
        words = {
            name: None if value is None else masks.name(str(value)) for name, value in (("owner", self.owner), ("contact", self.contact))
        }
        phone = None if self.phone is None else masks.phone(str(self.phone))
        texts = {"name": masks.everywhere(self.name), "company": masks.everywhere(self.company)}
        facts = {**vars(self), **words, **texts, "phone": phone}
        return Due(**facts)


def due(assessment: Assessment, records: Mapping[str, Records], lang: str, only: NDArray[np.int64] | None = None) -> list[Due]:
    """One Due per reminder: by owner (nobody's first), and for each the most urgent first; *only* some of the positions of by_owner."""
    ordered = by_owner(assessment.reminders)
    writer = _Writer(assessment, records, lang)
    return [writer.due(one) for one in assessment.reminders.taken(ordered if only is None else ordered[only])]


def by_owner(reminders: Reminders) -> NDArray[np.int64]:
    """Positions of the reminders in the order in which they are shown."""
    late = np.where(np.isnat(reminders.due), np.datetime64(dt.date.max), reminders.due)
    return np.lexsort((reminders.row, late, -reminders.urgency(), ranks(reminders.owner)))


class _Writer:
    """Writes reminders in words; what is asked for again and again is looked up once."""

    def __init__(self, assessment: Assessment, records: Mapping[str, Records], lang: str) -> None:
        leads = records["leads"]
        self._records, self._leads, self._today, self._lang = records, leads, assessment.as_of.date, lang
        self._at = {key: i for i, key in enumerate(leads.frame["lead_id"].tolist())} if leads.has("lead_id") else {}
        self._contacts = assessment.leads["contact"].tolist()
        self._places = {
            (kind, i): (quoted(table.sheet), letters(_id_column(table)))
            for kind, of in records.items()
            for i, table in enumerate(of.tables)
        }

    def due(self, reminder: Reminder) -> Due:
        """One reminder."""
        own, position = self._records[reminder.kind], reminder.position
        lead = position if reminder.kind == "leads" else self._at.get(reminder.lead_id or "")
        sheet, column = self._places[reminder.kind, int(own.table[position])]
        of, at = (own, position) if lead is None else (self._leads, lead)
        company, contact, phone = (of.raw[name][at] if of.has(name) else None for name in ("company", "contact", "phone"))
        return Due(
            reminder=reminder,
            owner=reminder.owner,
            matter=say(f"reminder.{reminder.rule}.{reminder.state}", self._lang),
            urgency=say(f"urgency.{reminder.severity}", self._lang),
            name=reminder.lead_id or say("reminders.row", self._lang, row=reminder.row),
            place=f"{sheet}!{column}{reminder.row}",
            days_late=None if reminder.due is None else max(0, (self._today - reminder.due).days),
            company=company,
            contact=contact if lead is None else self._contacts[lead] or contact,
            phone=phone,
            ids=() if reminder.kind == "leads" else tuple(_own_ids(own, position)),
        )


def _id_column(table: Table) -> int:
    return next((table.binding[name][0] for name in _IDS if name in table.binding), table.left)


def _own_ids(own: Records, position: int) -> list[str]:
    cells = (own.raw[name][position] for name in _OWN_IDS if own.has(name))
    return [str(cell) for cell in cells if cell is not None]
