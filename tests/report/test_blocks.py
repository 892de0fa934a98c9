"""Blocks: one a person in a list, told apart by rules that follow the cells."""

from __future__ import annotations

from funnelbook.edits import CF_MARKER
from funnelbook.report import look
from funnelbook.report.blocks import block_rules, per_person, tall
from funnelbook.words import say


def test_every_rule_is_marked_as_ours_and_stays_within_the_list() -> None:
    rules = block_rules(6, 20, 10, [("错误", look.LATE)])
    assert all(CF_MARKER in rule.formula for rule in rules)
    assert all((rule.range.top, rule.range.bottom) == (6, 20) and rule.range.right <= 10 for rule in rules)


def test_a_cell_in_which_two_looks_meet_has_a_rule_for_both_first() -> None:
    rules = block_rules(6, 20, 10, [("错误", look.LATE)])
    first = next(rule for rule in rules if rule.range.left == 2)
    assert (first.style.color, first.style.border_bottom) == (look.LATE.color, look.BLUE)


def test_people_are_named_by_how_many_rows_they_have() -> None:
    line = per_person(["李四", "张三", "张三", None], "zh")
    named = [say("blocks.person", "zh", person=who, n=n) for who, n in (("张三", 2), ("李四", 1), ("（无负责人）", 1))]
    assert line == say("blocks.people", "zh", people="、".join(named))


def test_a_list_without_people_has_no_line_of_them() -> None:
    assert per_person([None, None], "zh") == per_person([], "zh") == ""


def test_a_line_names_twelve_people_at_most() -> None:
    line = per_person([f"p{i}" for i in range(30)], "en")
    assert line.count("p") - say("blocks.people", "en", people="").count("p") == 12
    assert line.endswith("…")


def test_rows_are_as_tall_as_their_text_needs() -> None:
    assert tall(["短", "很长的一句话" * 10, None, "x" * 39], 38, 6) == {7: 14.0 * 4 + 3, 9: 14.0 * 2 + 3}
