"""The group's workbook: an overview, and a list each of teams, owners, duplicate customers, data quality and workbooks."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from ..edits import BulkColumn, Cell, EditPlan, PutSheet, Rule, Style, Value
from ..grid import CellRef, Range, letters
from ..report import look
from ..report.phrases import label
from ..words import say
from .group import MOST_DUPLICATES, Group, Line
from .overview import Figures, overview
from .rows import Row
from .task import COUNTED, OK

HEADER_ROW = 4
_CENTER = replace(look.NUMBER, horizontal="center")
Column = tuple[str, Style, float, Callable[[Any], Value]]
"""Key of the heading, look, width, and what a row shows there."""


def group_workbook(group: Group, rows: Sequence[Row], as_of: dt.date, lang: str) -> EditPlan:
    """The workbook of a group; *rows* are those of the metrics, one a workbook."""
    names = shown_paths([str(row["workbook"]) for row in rows])
    titles = {name: say(f"rollup.sheet.{name}", lang) for name in ("teams", "owners", "twins", "quality", "problems", "workbooks")}
    return EditPlan(
        (
            overview(Figures(group, rows, names, as_of, titles), lang),
            _teams(group, rows, titles["teams"], lang),
            _owners(group, titles["owners"], lang),
            _twins(group, names, titles["twins"], lang),
            _quality(group, rows, names, titles["quality"], lang),
            _problems(group, titles["problems"], lang),
            _workbooks(rows, names, titles["workbooks"], lang),
        )
    )


def shown_paths(paths: Sequence[str]) -> dict[str, str]:
    """Paths without the folder that they share."""
    shared = os.path.commonpath([PurePath(path).parent for path in paths]) if paths else ""
    return {path: PurePath(path).relative_to(shared).as_posix() for path in paths}


def _teams(group: Group, rows: Sequence[Row], title: str, lang: str) -> PutSheet:
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(str(row["team"]), []).append(row)
    ranks = {line.team: rank for rank, line in enumerate(group.teams, start=1)}
    lines = [*group.teams, *(_nothing(team) for team in of if team not in ranks and any(row["status"] in COUNTED for row in of[team]))]

    def found(severity: str) -> Callable[[Line], Value]:
        return lambda line: sum(row[severity] or 0 for row in of.get(str(line.team), ()))

    columns: list[Column] = [
        ("rank", _CENTER, 7, lambda line: ranks.get(line.team)),
        ("team", look.TEXT, 26, lambda line: line.team),
        ("workbooks", look.NUMBER, 9, lambda line: len(of.get(str(line.team), ()))),
        *_FIGURES,
        ("errors", look.NUMBER, 9, found("errors")),
        ("warnings", look.NUMBER, 9, found("warnings")),
    ]
    return _sheet("teams", title, columns, lines, lang)


def _owners(group: Group, title: str, lang: str) -> PutSheet:
    named = [line for line in group.owners if line.key is not None]
    columns: list[Column] = [
        ("owner", look.TEXT, 14, lambda line: line.key),
        ("team", look.TEXT, 26, lambda line: line.team),
        *_FIGURES,
    ]
    return _sheet("owners", title, columns, named, lang)


def _twins(group: Group, names: Mapping[str, str], title: str, lang: str) -> PutSheet:
    comma = say("list.comma", lang)
    columns: list[Column] = [
        ("customer", _CENTER, 8, lambda twin: twin.group),
        ("same", look.TEXT, 18, lambda twin: comma.join(say(f"rollup.same.{same}", lang) for same in twin.same)),
        ("company", look.TEXT, 28, lambda twin: twin.company),
        ("team", look.TEXT, 22, lambda twin: twin.team),
        ("owner", look.TEXT, 12, lambda twin: twin.owner),
        ("lead_id", look.TEXT, 16, lambda twin: twin.lead_id),
        ("result", look.TEXT, 10, lambda twin: None if twin.result is None else say(f"result.{twin.result}", lang)),
        ("last_touch", look.DATE, 12, lambda twin: None if twin.last_touch is None else twin.last_touch.date()),
        ("workbook", look.TEXT, 30, lambda twin: names.get(twin.workbook, twin.workbook)),
        ("sheet", look.TEXT, 18, lambda twin: twin.sheet),
        ("row", look.NUMBER, 8, lambda twin: twin.row),
    ]
    about = say("rollup.twins.counts", lang, n=group.customers, leads=group.twin_leads)
    if group.twin_leads > MOST_DUPLICATES:
        about += say("audit.more", lang, n=group.twin_leads - len(group.twins))
    return _sheet("twins", title, columns, group.twins, lang, about if group.customers else say("rollup.twins.none", lang))


def _quality(group: Group, rows: Sequence[Row], names: Mapping[str, str], title: str, lang: str) -> PutSheet:
    counted = [row for row in rows if row["status"] in COUNTED and row["leads"]]
    worst = sorted(counted, key=lambda row: (-row["errors"] / row["leads"], row["completeness"] or 0.0, row["workbook"]))
    columns: list[Column] = [
        ("workbook", look.TEXT, 34, lambda row: names[row["workbook"]]),
        ("team", look.TEXT, 22, lambda row: row["team"]),
        ("leads", look.NUMBER, 10, lambda row: row["leads"]),
        ("errors", look.NUMBER, 10, lambda row: row["errors"]),
        ("warnings", look.NUMBER, 10, lambda row: row["warnings"]),
        ("per_hundred", look.DAYS, 12, lambda row: round(100 * row["errors"] / row["leads"], 1)),
        ("completeness", look.PERCENT, 10, lambda row: row["completeness"]),
        ("field", look.TEXT, 16, lambda row: label(group.worst.get(row["workbook"], (None, ""))[0], None, lang) or None),
        ("worst", look.WRAPPED, 56, lambda row: group.worst.get(row["workbook"], (None, None))[1]),
    ]
    return _sheet("quality", title, columns, worst, lang)


def _problems(group: Group, title: str, lang: str) -> PutSheet:
    columns: list[Column] = [
        ("severity", look.TEXT, 10, lambda one: say(f"severity.{one.severity}", lang)),
        ("count", look.NUMBER, 12, lambda one: one.count),
        ("workbooks", look.NUMBER, 10, lambda one: one.workbooks),
        ("field", look.TEXT, 16, lambda one: label(one.field, None, lang) or None),
        ("example", look.WRAPPED, 70, lambda one: one.example),
        ("code", look.MUTED, 24, lambda one: one.code),
    ]
    return _sheet("problems", title, columns, group.problems, lang)


def _workbooks(rows: Sequence[Row], names: Mapping[str, str], title: str, lang: str) -> PutSheet:
    ordered = sorted(rows, key=lambda row: (row["status"] == OK, row["workbook"]))
    columns: list[Column] = [
        ("workbook", look.TEXT, 34, lambda row: names[row["workbook"]]),
        ("team", look.TEXT, 20, lambda row: row["team"]),
        ("status", look.TEXT, 12, lambda row: say(f"rollup.status.{row['status']}", lang)),
        ("reason", look.WRAPPED, 56, lambda row: row[f"reason_{lang}"]),
        ("leads", look.NUMBER, 10, lambda row: row["leads"]),
        ("errors", look.NUMBER, 9, lambda row: row["errors"]),
        ("warnings", look.NUMBER, 9, lambda row: row["warnings"]),
        ("infos", look.NUMBER, 9, lambda row: row["infos"]),
        ("sha256", look.MUTED, 20, lambda row: row["sha256"][:16]),
        ("seconds", look.DAYS, 9, lambda row: row["seconds"]),
    ]
    return _sheet("workbooks", title, columns, ordered, lang)


_FIGURES: Sequence[Column] = (
    ("leads", look.NUMBER, 10, lambda line: line.leads),
    ("open", look.NUMBER, 10, lambda line: line.open),
    ("won", look.NUMBER, 9, lambda line: line.won),
    ("conversion", look.PERCENT, 10, lambda line: line.conversion),
    ("closed_conversion", look.PERCENT, 11, lambda line: line.closed_conversion),
    ("amount", look.MONEY, 15, lambda line: line.amount),
    ("on_time", look.PERCENT, 12, lambda line: line.timely),
    ("overdue", look.NUMBER, 10, lambda line: line.overdue),
    ("completeness", look.PERCENT, 10, lambda line: line.completeness),
)


def _nothing(team: str) -> Line:
    return Line(team, team, 0, 0, 0, 0, 0.0, 0, 0, 0, 0, 0)


def _sheet(name: str, title: str, columns: Sequence[Column], rows: Sequence[Any], lang: str, about: str | None = None) -> PutSheet:
    """A filterable list with its heading."""
    last = HEADER_ROW + max(1, len(rows))
    values = [[show(row) for row in rows] for _, _, _, show in columns]
    return PutSheet(
        title=title,
        rows=[
            [Cell(say(f"rollup.title.{name}", lang), look.TITLE)],
            [Cell(say("rollup.about", lang), look.MUTED)],
            [Cell(about or say(f"rollup.about.{name}", lang), look.TEXT)],
            [Cell(say(f"rollup.column.{key}", lang), look.HEADING) for key, _, _, _ in columns],
        ],
        mark=f"rollup.{name}",
        bulk_row=HEADER_ROW + 1,
        bulk=tuple(BulkColumn(column, style) for column, (_, style, _, _) in zip(values, columns, strict=True)) if rows else (),
        widths={i: width for i, (_, _, width, _) in enumerate(columns, start=1)},
        heights={1: 30, HEADER_ROW: 28},
        freeze=CellRef(HEADER_ROW + 1, 1),
        filter=Range(HEADER_ROW, 1, last, len(columns)),
        rules=_marked(name, [key for key, _, _, _ in columns], last, lang),
        gridlines=False,
        tab_color=look.ORANGE if name in ("twins", "quality", "problems") else look.GREY,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )


def _marked(name: str, keys: Sequence[str], last: int, lang: str) -> tuple[Rule, ...]:
    """What should catch the eye: workbooks that aren't done, and errors."""
    if name == "workbooks":
        column, wanted = keys.index("status") + 1, f'<>"{say(f"rollup.status.{OK}", lang)}"'
    elif name == "problems":
        column, wanted = keys.index("severity") + 1, f'="{say("severity.error", lang)}"'
    else:
        return ()
    cell = f"${letters(column)}{HEADER_ROW + 1}"
    rule = Rule(Range(HEADER_ROW + 1, column, last, column), f'AND(N("funnelbook")=0,{cell}<>"",{cell}{wanted})', look.LATE)
    return (rule,)
