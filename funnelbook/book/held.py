"""Values as a Grid holds them, from those as calamine gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..grid import Objects

_EXACT = 2**53


def held(values: Sequence[Any]) -> Objects:
    """One after the other; None where there is nothing."""
    found = np.empty(len(values), dtype=object)
    found[:] = [value if type(value) is str and value else _other(value) for value in values]
    return found


def _other(value: Any) -> Any:
    """What isn't a text that says something."""
    kind = type(value)
    if kind is float and value.is_integer() and -_EXACT < value < _EXACT:
        return int(value)
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if kind is dt.datetime:
        return _day(value)
    return None if value == "" else value


def _day(value: dt.datetime) -> dt.date:
    return value.date() if value.time() == dt.time() else value
