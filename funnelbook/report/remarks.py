"""Remarks of the user find the row of their finding or reminder again at the next refresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Key = tuple[str, ...]
"""What a row is recognised by: last its cell, before that the lead's id ("" where there is none)."""


def matched(keys: Sequence[Key], remarks: Mapping[Key, str]) -> tuple[list[str | None], dict[Key, str]]:
    """The remark of every row, and those that no row bears any more; each remark goes to one row.

    The row of the same cell comes first, then one that differs in nothing but the cell, as after a sort.
    """
    left = dict(remarks)
    found = [left.pop(key, None) for key in keys]
    elsewhere: dict[Key, list[Key]] = {}
    for key in left:
        elsewhere.setdefault(key[:-1], []).append(key)
    for i, key in enumerate(keys):
        if found[i] is None and key[-2] and elsewhere.get(key[:-1]):
            found[i] = left.pop(elsewhere[key[:-1]].pop(0))
    return found, left
