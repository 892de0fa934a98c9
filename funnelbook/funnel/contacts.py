"""Contact and title of cells that hold both (000); what is typed stays as it is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .model import Records
from .parse import normal_text, split_contact, word_key
from .rulebook import RuleBook

Contact = tuple[str | None, str | None]
"""Name and title."""


def contacts(leads: Records, rules: RuleBook) -> list[Contact] | None:
    """Name and title of every lead; None where the table has no column that asks for both."""
    wanted = {word_key(header) for header in rules.marks["contact_with_title"]}
    columns = [(table, column) for table in leads.tables for column in table.binding.get("contact", ())]
    if not any(word_key(table.headers[column]) in wanted for table, column in columns):
        return None
    codes, distinct = pd.factorize(leads.frame["contact"].to_numpy())
    split: list[Any] = [*(split_contact(normal_text(value)) for value in distinct), (None, None)]
    return [split[code] for code in codes]
