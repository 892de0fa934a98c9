"""A plan in a few lines for people: what is written where, and what of theirs stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..edits import INPUT_MARK, EditPlan, Highlight, Note, PutCell, PutColumn, PutSheet, TakeOut, Validate, WidenFilter, WidenTable
from ..grid import Range, letters
from ..words import knows, say


def outline(plan: EditPlan, lang: str) -> list[str]:
    """The lines in the order of the plan, sheet by sheet; the whole of it is what `EditPlan.lines` gives."""
    return [*_beside(plan, lang), *_counts(plan, lang), *_sheets(plan, lang), *_cells(plan, lang), say("plan.rest", lang)]


def _beside(plan: EditPlan, lang: str) -> Iterator[str]:
    """What becomes of the users' sheets."""
    for columns in _blocks([edit for edit in plan if isinstance(edit, PutColumn)]):
        first, last = columns[0].range, columns[-1].range
        place = Range(first.top, first.left, last.bottom, last.right).a1
        headers = say("list.comma", lang).join(column.header for column in columns)
        code = "plan.inputs" if _is_input(columns[0]) else "plan.columns"
        yield say(code, lang, sheet=columns[0].sheet, n=len(columns), range=place, headers=headers)
    for edit in plan:
        if isinstance(edit, WidenTable):
            yield say("plan.table", lang, sheet=edit.sheet, table=edit.table, n=len(edit.columns))
        elif isinstance(edit, WidenFilter):
            yield say("plan.filter", lang, sheet=edit.sheet, column=letters(edit.right))


def _blocks(columns: Sequence[PutColumn]) -> list[list[PutColumn]]:
    """Columns that stand side by side over the same rows, together."""
    blocks: list[list[PutColumn]] = []
    for column in columns:
        if blocks and _beside_each_other(blocks[-1][-1], column):
            blocks[-1].append(column)
        else:
            blocks.append([column])
    return blocks


def _beside_each_other(left: PutColumn, right: PutColumn) -> bool:
    rows = [(one.sheet, one.range.top, one.range.bottom, _is_input(one)) for one in (left, right)]
    return rows[0] == rows[1] and right.column == left.column + 1


def _is_input(column: PutColumn) -> bool:
    return (column.mark or "").startswith(INPUT_MARK)


def _counts(plan: EditPlan, lang: str) -> Iterator[str]:
    kinds = Counter(type(edit) for edit in plan)
    if counts := [say(code, lang, n=kinds[kind]) for kind, code in _COUNTED.items() if kinds[kind]]:
        yield say("list.comma", lang).join(counts)


_COUNTED = {Highlight: "plan.highlights", Note: "plan.notes", Validate: "plan.choices"}


def _sheets(plan: EditPlan, lang: str) -> Iterator[str]:
    """Sheets of ours that come, are written anew, or go."""
    there = [role for edit in plan if isinstance(edit, TakeOut) for role in edit.sheets]
    ours = [edit for edit in plan if isinstance(edit, PutSheet)]
    roles = {edit.mark for edit in ours}
    lists = {
        "plan.added": [edit.title for edit in ours if edit.mark not in there],
        "plan.replaced": [edit.title for edit in ours if edit.mark in there],
        "plan.removed": [_called(role, lang) for role in there if role not in roles],
    }
    for code, titles in lists.items():
        if titles:
            yield say(code, lang, sheets=say("list.comma", lang).join(titles))


def _called(role: str, lang: str) -> str:
    code = f"sheet.{role.partition('.')[0]}"
    return say(code, lang) if knows(code) else role


def _cells(plan: EditPlan, lang: str) -> Iterator[str]:
    """Single cells, which only the rules sheet gets."""
    for sheet, n in Counter(edit.sheet for edit in plan if isinstance(edit, PutCell)).items():
        yield say("plan.cells", lang, sheet=sheet, n=n)
