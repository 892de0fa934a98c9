"""Contact and title of cells that hold both (000); what is typed stays as it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..grid import Objects
from .model import Records
from .parse import normal_text, split_contact, word_key
from .rulebook import RuleBook


def contacts_and_titles(leads: Records, rules: RuleBook) -> tuple[Objects, Objects]:
    """Names and titles of the leads; all None where the table has no column that asks for both."""
    wanted = {word_key(header) for header in rules.marks["contact_with_title"]}
    columns = [(table, column) for table in leads.tables for column in table.binding.get("contact", ())]
    if not any(word_key(table.headers[column]) in wanted for table, column in columns):
        return np.full(len(leads), None, dtype=object), np.full(len(leads), None, dtype=object)
    codes, distinct = pd.factorize(leads.frame["contact"].to_numpy())
    names, titles = zip(*(split_contact(normal_text(value)) for value in distinct), (None, None), strict=True)
    return np.array(names, dtype=object)[codes], np.array(titles, dtype=object)[codes]
