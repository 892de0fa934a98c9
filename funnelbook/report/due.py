"""What has to be done, reminder by reminder, in words: who, what, until when, for which lead; most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..funnel.model import Assessment, Records, Reminder
from ..funnel.reminders import SEVERITIES
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
        facts = {**vars(self), **words, "phone": phone}
        return Due(**facts)


def due(assessment: Assessment, records: Mapping[str, Records], lang: str) -> list[Due]:
    """One Due per reminder: by owner (nobody's first), and for each the most urgent first."""
    leads = records["leads"]
    at = {key: i for i, key in enumerate(leads.frame["lead_id"].tolist())} if leads.has("lead_id") else {}
    urgent = sorted(
        assessment.reminders, key=lambda r: (r.owner is not None, r.owner or "", -SEVERITIES.index(r.severity), str(r.due or "9999"), r.row)
    )
    return [_due(one, records, assessment, at, lang) for one in urgent]


def _due(reminder: Reminder, records: Mapping[str, Records], assessment: Assessment, at: Mapping[str, int], lang: str) -> Due:
    leads, own = records["leads"], records[reminder.kind]
    lead = reminder.position if reminder.kind == "leads" else at.get(reminder.lead_id or "")

    def typed(name: str) -> Any:
        of, position = (own, reminder.position) if lead is None else (leads, lead)
        return of.raw[name][position] if of.has(name) else None

    table = own.tables[int(own.table[reminder.position])]
    column = next((table.binding[name][0] for name in _IDS if name in table.binding), table.left)
    return Due(
        reminder=reminder,
        owner=reminder.owner,
        matter=say(f"reminder.{reminder.rule}.{reminder.state}", lang),
        urgency=say(f"urgency.{reminder.severity}", lang),
        name=reminder.lead_id or say("reminders.row", lang, row=reminder.row),
        place=f"{quoted(reminder.sheet)}!{letters(column)}{reminder.row}",
        days_late=None if reminder.due is None else max(0, (assessment.as_of.date - reminder.due).days),
        company=typed("company"),
        contact=typed("contact") if lead is None else assessment.leads["contact"].iloc[lead] or typed("contact"),
        phone=typed("phone"),
        ids=() if reminder.kind == "leads" else tuple(_own_ids(own, reminder.position)),
    )


def _own_ids(own: Records, position: int) -> list[str]:
    cells = (own.raw[name][position] for name in _OWN_IDS if own.has(name))
    return [str(cell) for cell in cells if cell is not None]
