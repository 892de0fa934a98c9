"""What is required of a row: the profile's own fields, and over them what the team says on the rules sheet (RULES.md 2)."""

from __future__ import annotations

from dataclasses import replace

from funnelbook.funnel.required import only_if_column, required_fields
from funnelbook.funnel.rulebook import RuleBook

RULES = RuleBook.default()
OWN = replace(RULES, required={"leads": {"need": "off", "budget": "error", "region": "warning", "entered_by": "error"}})


def test_without_wishes_the_profile_says_what_is_required() -> None:
    assert required_fields("leads", "tracking", RULES) == RULES.profiles["tracking"].required
    assert required_fields("followups", "tracking", RULES) == RULES.tables["followups"].required


def test_the_teams_own_severities_come_first() -> None:
    required = required_fields("leads", "tracking", OWN)
    assert (required["budget"], required["region"], required["contact"]) == ("error", "warning", "error")
    assert "need" not in required


def test_other_tables_keep_what_they_require() -> None:
    assert required_fields("followups", "tracking", OWN) == RULES.tables["followups"].required


def test_a_field_that_the_team_requires_is_missed_as_a_column_too() -> None:
    assert "entered_by" in only_if_column("leads", "tracking", RULES)
    assert "entered_by" not in only_if_column("leads", "tracking", OWN)
