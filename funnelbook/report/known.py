"""What a workbook can answer: a figure that nobody can know is left out, it is neither a zero nor all well."""

from __future__ import annotations

from collections.abc import Mapping

from ..funnel.model import Assessment
from .portfolio import limit_states

_OWNER = ("leads", "open", "touches_week", "on_time", "overdue", "won", "amount", "conversion", "completeness", "closed_conversion")
PERIOD = ("new", "touches", "won", "amount")
"""Columns of the trend."""
_UNJUDGED = ("undetermined", "closed", "exempt")


def judged(counts: Mapping[str, int]) -> bool:
    """Whether any lead is in a state that says more than that nothing can be said."""
    return any(n for code, n in counts.items() if code not in _UNJUDGED)


def period_names(assessment: Assessment) -> list[str]:
    """Columns of the trend that the workbook can answer."""
    closings = has_closings(assessment)
    left_out = {
        "new": not has_entries(assessment),
        "touches": not has_touches(assessment),
        "won": not closings,
        "amount": not (closings and has_amounts(assessment)),
    }
    return [name for name in PERIOD if not left_out.get(name)]


def owner_names(assessment: Assessment) -> list[str]:
    """Columns of the owner table that the workbook can answer."""
    found = assessment.metrics
    left_out = {
        "touches_week": not has_touches(assessment),
        "on_time": not judged(found.first_touch),
        "overdue": not judged(found.follow_up),
        "amount": not has_amounts(assessment),
    }
    return [name for name in _OWNER if not left_out.get(name)]


def has_entries(assessment: Assessment) -> bool:
    """Whether it is known of any lead when it came."""
    return bool(assessment.leads["entry"].notna().any())


def has_touches(assessment: Assessment) -> bool:
    """Whether it is known of any touch when it was."""
    return bool(assessment.log["day"].notna().any())


def has_closings(assessment: Assessment) -> bool:
    """Whether it is known when leads were won, where any was."""
    won = assessment.leads[assessment.leads["result"] == "won"]
    return won.empty or bool(won["closed_on"].notna().any())


def has_amounts(assessment: Assessment) -> bool:
    """Whether any lead says what it is worth, and any won one where leads were won."""
    return bool(assessment.leads["amount"].notna().any()) and assessment.metrics.won_amount is not None


def overdue_leads(assessment: Assessment) -> int | None:
    """How many leads are overdue or due for the pool; None where nobody can tell."""
    counts = assessment.metrics.follow_up
    return counts["overdue"] + counts["pool"] if judged(counts) or not counts["undetermined"] else None


def late(assessment: Assessment) -> tuple[str, int] | None:
    """Whether it is leads that are overdue or other limits that are passed, and how many; None where nobody can tell."""
    leads = overdue_leads(assessment)
    if leads is not None:
        return "overdue", leads
    passed = int((assessment.reminders.state == "overdue").sum())
    return ("limits", passed) if passed or limit_states(assessment) else None


def late_leads(assessment: Assessment) -> frozenset[str]:
    """Keys of the leads over whose touches there is no judging, but of which another limit is passed."""
    if judged(assessment.metrics.follow_up):
        return frozenset()
    found = assessment.reminders
    return frozenset(str(key) for key in found.lead_id[found.state == "overdue"] if key is not None)
