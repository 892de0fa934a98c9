"""Scores, time limits and conversion rates for the sales team's own workbook; not a byte else in it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pipeline import Report, audit, refresh

__all__ = ["Report", "audit", "refresh"]


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used: the command line answers --help without pandas."""
    if name in __all__:
        from . import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
