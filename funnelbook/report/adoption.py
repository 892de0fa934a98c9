"""The plan by which a foreign workbook is brought in: a rules sheet that asks a person what its headers and words mean."""

from __future__ import annotations

from collections.abc import Sequence

from ..edits import EditPlan
from ..funnel.parse import header_key, word_key
from ..funnel.rulebook import RULES_SHEET, RuleBook
from ..funnel.rules_blocks import Blocks
from ..funnel.rules_words import named
from ..funnel.unknown import Unknown
from ..grid import Grid
from ..words import say
from .annotate import free_title
from .phrases import word_label
from .rule_blocks import Hints, label_in, name_of
from .rules_sheet import missing_rules, rules_sheet


def adoption(grids: Sequence[Grid], sheet_names: Sequence[str], found: Unknown, rules: RuleBook, lang: str) -> EditPlan:
    """What is not understood goes on the rules sheet, which is made where there is none; what it lists already stays as it is."""
    own = next((grid for grid in grids if grid.own_sheet == RULES_SHEET), None)
    if own is None:
        title = free_title(say(f"sheet.{RULES_SHEET}", lang), set(sheet_names))
        return EditPlan((rules_sheet(rules, title, lang, _hints(found, rules, lang, set(), set())),))
    sheet = Blocks(rules, own)
    headers = {header_key(value) for _, value in sheet.column("header")}
    words = {(named(sheet.text(row, "vocabulary"), "vocabulary", rules), word_key(value)) for row, value in sheet.column("own_word")}
    return EditPlan(tuple(missing_rules(own, rules, lang, _hints(found, rules, lang, headers, words))))


def _hints(found: Unknown, rules: RuleBook, lang: str, headers: set[str], words: set[tuple[str | None, str]]) -> Hints:
    """The hints for what isn't among the *headers* and *words* that a sheet lists."""
    return Hints(
        headers=[
            (one.header, None if one.hint is None else label_in(one.kind, one.hint, rules, lang))
            for one in found.headers
            if header_key(one.header) not in headers
        ],
        words=[
            (
                name_of("vocabulary", one.vocabulary, rules, lang),
                one.word,
                None if one.hint is None else word_label(one.vocabulary, one.hint, rules, lang),
            )
            for one in found.words
            if (one.vocabulary, word_key(one.word)) not in words
        ],
    )
