"""Our columns beside the user's tables, with highlights and notes; a table without room beside it gets a sheet of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..edits import (
    INPUT_MARK,
    BulkColumn,
    Cell,
    Edit,
    PutColumn,
    PutSheet,
    Rule,
    Style,
    Validate,
    Validation,
    Value,
    WidenFilter,
    WidenTable,
)
from ..funnel.model import Assessment, Finding, Records, Table, Tables
from ..funnel.room import Inputs, can_stay, excel_table_of, is_free, own_columns
from ..funnel.rulebook import RuleBook
from ..grid import Range, letters, quoted
from ..words import say
from . import look
from .columns import OwnColumnText, columns_of
from .highlights import column_rules, own_column_rules
from .phrases import Labels, issues


@dataclass(frozen=True)
class Annotation:
    """The edits beside the user's tables, and what could not stand there."""

    edits: tuple[Edit, ...]
    blocked: tuple[Finding, ...] = ()
    sheets: tuple[PutSheet, ...] = ()
    """Check sheets of the tables without room."""


@dataclass(frozen=True)
class Layout:
    """Where the columns of ours stand for one table: key -> column number; None when they go to a sheet of their own."""

    table: Table
    columns: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)
    """Where the last refresh left them."""
    blocked: bool = False


def annotate(
    tables: Tables,
    records: Mapping[str, Records],
    assessment: Assessment,
    rules: RuleBook,
    lang: str,
    inputs: Inputs,
    titles: set[str],
) -> Annotation:
    """Annotation of every table of the workbook; *titles* are the sheet names in use, *inputs* the new input columns."""
    said = issues(assessment.findings, Labels(tables, lang), lang)
    edits: list[Edit] = []
    blocked: list[Finding] = []
    sheets: list[PutSheet] = []
    for kind, of_kind in records.items():
        columns = columns_of(kind, of_kind, assessment, said, lang)
        for number, table in enumerate(of_kind.tables):
            mine = np.flatnonzero(of_kind.table == number)
            new = inputs.get((table.sheet, table.header_row), ()) if kind == "leads" else ()
            plan = layout(table, f"{kind}.{number + 1}", [column.key for column in columns])
            edits += _inputs(table, new, str(number + 1), rules, lang)
            every = _as_named(table, plan, columns)
            plan = Layout(table, blocked=True) if _name_taken(table, every) else plan
            if plan.blocked:
                blocked.append(Finding("column.blocked", "warning", kind, table.sheet))
                sheet = _check_sheet(of_kind, table, every, mine, lang, titles)
                titles.add(sheet.title)
                sheets.append(sheet)
                edits += _widen(table, plan, new, every)
                edits += column_rules(table, of_kind, _on_sheet(sheet.title, len(every) + 1), assessment.profile, rules, lang)
            else:
                edits += _columns(table, every, mine, plan, f"{kind}.{number + 1}")
                edits += _widen(table, plan, new, every)
                edits += column_rules(table, of_kind, f"${letters(plan.columns['issues'])}", assessment.profile, rules, lang)
                edits += own_column_rules(table, plan.columns, lang)
    return Annotation(tuple(edits), tuple(blocked), tuple(sheets))


def _name_taken(table: Table, every: Sequence[OwnColumnText]) -> bool:
    """Whether the Excel Table has a column of the user's with a header of ours; its names are unique whatever the case."""
    own, excel = own_columns(table.grid, table.headers_end, table.headers_end), excel_table_of(table)
    names = () if excel is None else enumerate(excel.columns, excel.range.left)
    return bool({name.casefold() for column, name in names if column not in own} & {column.header.casefold() for column in every})


def _as_named(table: Table, plan: Layout, every: Sequence[OwnColumnText]) -> list[OwnColumnText]:
    """The columns with the names that they bear in an Excel Table: formulas of the user's know them by these, in any language."""
    excel, own = excel_table_of(table), own_columns(table.grid, table.headers_end, table.headers_end)
    if excel is None or not excel.header_rows:
        return list(every)
    named = dict(enumerate(excel.columns, excel.range.left))
    wanted = {column.header.casefold() for column in every}
    kept = {key: named[column] for key, column in plan.before.items() if column in own and column in named}
    return [replace(c, header=kept[c.key]) if kept.get(c.key, "").casefold() not in {"", *wanted} else c for c in every]


def layout(table: Table, mark: str, keys: Sequence[str]) -> Layout:
    """Columns that an earlier refresh wrote keep their place, wherever the user moved them; new ones go right of all.

    Formulas and filters of the user's know them by their place. When one goes, those right of it close the gap.
    """
    known = {own.key.removeprefix(f"{mark}."): own.range.left for own in table.grid.own_columns if own.key.startswith(f"{mark}.")}
    gone = [column for key, column in known.items() if key not in keys and column > table.right]
    kept = {
        key: column - (sum(other < column for other in gone) if column > table.right else 0) for key, column in known.items() if key in keys
    }
    after = max([table.right, *kept.values()])
    new = [key for key in keys if key not in kept]
    columns = {**kept, **{key: after + 1 + i for i, key in enumerate(new)}}
    if not is_free(table, [columns[key] for key in new]) or not can_stay(table, list(kept.values())):
        return Layout(table, blocked=True)
    return Layout(table, columns, known)


def _columns(table: Table, every: Sequence[OwnColumnText], mine: np.ndarray, plan: Layout, mark: str) -> list[Edit]:
    first = table.headers_end + 1
    edits: list[Edit] = []
    for column in every:
        edits.append(
            PutColumn(
                sheet=table.sheet,
                column=plan.columns[column.key],
                header_row=table.headers_end,
                header=column.header,
                first_row=first,
                values=_by_row(column.values, table.rows - first, mine),
                mark=f"{mark}.{column.key}",
                style=column.style,
                header_style=look.OWN_HEADER,
                width=column.width,
            )
        )
    return edits


def _by_row(values: Sequence[Value], offsets: np.ndarray, mine: np.ndarray) -> list[Value]:
    """The values of some positions, each at its offset."""
    if not len(mine):
        return []
    top, last = int(offsets[0]), int(offsets[-1])
    if last - top + 1 == len(mine) and np.array_equal(mine, np.arange(mine[0], mine[0] + len(mine))):
        return [None] * top + list(values[mine[0] : mine[-1] + 1])
    out: list[Value] = [None] * (last + 1)
    for offset, position in zip(offsets.tolist(), mine.tolist(), strict=True):
        out[offset] = values[position]
    return out


def _inputs(table: Table, new: Sequence[tuple[str, int]], mark: str, rules: RuleBook, lang: str) -> list[Edit]:
    """The empty input columns that a bare table lacks, with drop-downs; they are the user's from then on."""
    edits: list[Edit] = []
    for name, column in new:
        first, last = table.headers_end + 1, max(table.last_row, table.headers_end + 1)
        edits.append(
            PutColumn(
                sheet=table.sheet,
                column=column,
                header_row=table.headers_end,
                header=table.headers[column],
                first_row=first,
                values=[None] * len(range(first, last + 1)),
                mark=f"{INPUT_MARK}{mark}.{name}",
                style=Style(),
                header_style=look.INPUT_HEADER,
                width=14,
            )
        )
        edits.append(Validate(table.sheet, input_choice(name, Range(first, column, last, column), rules, lang)))
    return edits


def input_choice(name: str, area: Range, rules: RuleBook, lang: str) -> Validation:
    """The drop-down of an input column."""
    choices = tuple(say(f"choice.{name}.{option}", lang) for option in rules.vocabularies[name].canonical)
    return Validation(area, "list", choices, title=say(f"field.{name}", lang), prompt=say(f"prompt.{name}", lang))


def _widen(table: Table, plan: Layout, new: Sequence[tuple[str, int]], every: Sequence[OwnColumnText]) -> list[Edit]:
    """The Excel Table or the AutoFilter takes our columns in, so that sorting and filtering carry them along."""
    headers = {column.key: column.header for column in every}
    added = {column: table.headers[column] for _, column in new} | {plan.columns[key]: headers[key] for key in plan.columns}
    excel = excel_table_of(table)
    if excel is not None:
        own = own_columns(table.grid, table.headers_end, table.headers_end)
        beyond = sorted(column for column in added if column > excel.range.right or (column in own and column > table.right))
        outside = [column for column in beyond if column > excel.range.right]
        if outside and outside[0] != excel.range.right + 1:
            return []  # the Excel Table ends within the user's columns
        if not beyond:
            return []
        taller = excel.range.bottom > table.last_row
        strip = excel.range._replace(left=beyond[0], right=beyond[-1]) if taller else None
        return [WidenTable(table.sheet, excel.name, tuple(added[column] for column in beyond), strip)]
    filtered, edge = table.grid.filter, table.right - len(new)
    if filtered is not None and filtered.top == table.headers_end and filtered.right >= edge and added:
        return [WidenFilter(table.sheet, max(added))]
    return []


def _check_sheet(records: Records, table: Table, every: Sequence[OwnColumnText], mine: np.ndarray, lang: str, titles: set[str]) -> PutSheet:
    """Our columns on a sheet of their own, on the same rows as the table; a row turns red when its id no longer fits."""
    title = free_title(f"{table.sheet[:24]} {say('sheet.check', lang)}", titles)
    first, size = table.headers_end + 1, int(table.last_row - table.headers_end)
    id_column = table.binding.get("lead_id", (table.left,))[0]
    bulk = [BulkColumn([table.grid.value(first + i, id_column) for i in range(size)], look.OWN_TEXT)]
    bulk += [BulkColumn(_spread(table, [column.values[p] for p in mine.tolist()], size), column.style) for column in every]
    header = [say("check.id", lang), *(column.header for column in every)]
    rows: list[list[Value | Cell]] = [[] for _ in range(table.headers_end)]
    rows[table.headers_end - 1] = [Cell(text, look.OWN_HEADER) for text in header]
    if table.headers_end > 1:
        rows[0] = [Cell(say("check.about", lang, sheet=table.sheet), look.MUTED)]
    there = f"{quoted(table.sheet)}!${letters(id_column)}{first}"
    stale = Rule(Range(first, 1, first + size - 1, len(header)), f'AND(N("funnelbook")=0,$A{first}&""<>{there}&"")', look.STALE)
    return PutSheet(
        title=title,
        rows=rows,
        mark=f"check.{records.kind}.{records.tables.index(table) + 1}",
        bulk_row=first,
        bulk=tuple(bulk),
        widths={1: 16, **{i: column.width for i, column in enumerate(every, start=2)}},
        freeze=None,
        rules=(stale,) if size else (),
    )


def _spread(table: Table, values: Sequence[Value], size: int) -> list[Value]:
    """Values of the records at the offsets of their rows."""
    out: list[Value] = [None] * size
    for row, value in zip(table.rows.tolist(), values, strict=True):
        out[row - table.headers_end - 1] = value
    return out


def _on_sheet(title: str, column: int) -> str:
    return f"{quoted(title)}!${letters(column)}"


def free_title(wanted: str, titles: set[str]) -> str:
    """A sheet name of at most 31 characters that no sheet has, compared without case."""
    taken = {title.casefold() for title in titles}
    wanted = wanted[:31].strip("'")
    number, title = 2, wanted
    while title.casefold() in taken:
        suffix = f" ({number})"
        title, number = wanted[: 31 - len(suffix)] + suffix, number + 1
    return title
