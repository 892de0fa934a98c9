"""The answer of one refresh as an EditPlan: what is taken out, what stands beside the tables, the sheets at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ..edits import Edit, EditPlan, Note, PutSheet, TakeOut, Validation
from ..funnel.metrics import row_reasons
from ..funnel.model import SEVERITIES, Assessment, Finding, Records, Tables
from ..funnel.room import Inputs
from ..funnel.rulebook import RULES_SHEET, RuleBook
from ..grid import CellRef, Grid, Range
from ..words import LANGUAGES, say
from . import audit, look, reminder_sheet
from .advice import advice
from .annotate import annotate, free_title, input_choice
from .changes import changes, changes_sheet, history, history_sheet
from .details import details
from .figures import Figures
from .past import Past, read_past
from .phrases import Labels, is_message, label, message
from .remarks import matched
from .returns import returns
from .rules_sheet import missing_rules, rules_sheet
from .sections import Sources
from .summary import summary

ROLES = ("summary", "audit", "reminders", "details", "changes", "history")
"""Our sheets in their order, before the rules sheet, which is made once and then the user's."""
MOST_NOTES = 1_000
"""Notes on one sheet; Excel draws a shape for each."""
_NAMED_CELLS = 5
"""Cells of the rules sheet that the summary names; the audit lists all."""


@dataclass(frozen=True)
class Answer:
    """The plan, and the assessment with the findings that only the plan could make."""

    plan: EditPlan
    assessment: Assessment
    newest: dt.date | None = None
    """The newest as-of date of the history before this refresh."""


def edit_plan(
    grids: Sequence[Grid],
    sheet_names: Sequence[str],
    tables: Tables,
    records: Mapping[str, Records],
    assessment: Assessment,
    rules: RuleBook,
    inputs: Inputs,
    lang: str,
) -> Answer:
    """Answer of one workbook; *sheet_names* are all its sheets, chart sheets too, *inputs* the new input columns."""
    own = {grid.own_sheet: grid for grid in grids if grid.own_sheet is not None}  # a role has one sheet
    ours = {grid.sheet for grid in own.values()}
    users = {name for name in sheet_names if name not in ours}
    titles = _titles(own, users, lang)
    past = read_past(grids)
    beside = annotate(tables, records, assessment, rules, lang, inputs, users | set(titles.values()))
    assessment = replace(assessment, findings=(*assessment.findings, *beside.blocked))
    sheets = _sheets(titles, tables, records, assessment, rules, past, lang)
    nameless = _nameless(grids)
    edits: list[Edit] = [TakeOut(tuple(role for role in own if role != RULES_SHEET), look.OWN_LOOKS, notes=nameless)]
    edits += beside.edits
    edits += _notes(tables, assessment.findings, set(nameless), lang)
    edits += [*sheets, *beside.sheets]
    if RULES_SHEET in own:
        edits += missing_rules(own[RULES_SHEET], rules, lang)
    else:
        edits.append(rules_sheet(rules, titles[RULES_SHEET], lang))
    return Answer(EditPlan(tuple(edits)), assessment, past.newest)


def take_out(grids: Sequence[Grid]) -> EditPlan:
    """Everything of ours goes, the rules sheet too, and the input columns in which nothing was typed."""
    roles = tuple(grid.own_sheet for grid in grids if grid.own_sheet is not None)
    unused = tuple(column.key for grid in grids for column in grid.input_columns if _is_unused(grid, column.range))
    return EditPlan((TakeOut(roles, look.OWN_LOOKS, unused, _nameless(grids), _input_choices()),))


def _input_choices() -> tuple[Validation, ...]:
    """The drop-downs that input columns may have got, in whatever language and place."""
    rules = RuleBook.default()
    names = {name for profile in rules.profiles.values() for name in profile.inputs}
    return tuple(input_choice(name, Range(1, 1, 1, 1), rules, lang) for name in sorted(names) for lang in LANGUAGES)


def _nameless(grids: Sequence[Grid]) -> tuple[tuple[str, CellRef], ...]:
    """Notes that have lost their author's name or their checksum and say what only we say."""
    return tuple((grid.sheet, cell) for grid in grids for cell, text in grid.nameless_notes.items() if is_message(text))


def _is_unused(grid: Grid, column: Range) -> bool:
    """Nothing stands below the header of an input column."""
    return all(grid.value(row, column.left) is None for row in range(column.top + 1, grid.height + 1))


def _titles(own: Mapping[str, Grid], users: set[str], lang: str) -> dict[str, str]:
    """Role -> title: sheets that are there keep the name that the user gave them; a user's sheet of our name stays."""
    titles: dict[str, str] = {}
    for role in (*ROLES, RULES_SHEET):
        taken = users | set(titles.values())
        titles[role] = own[role].sheet if role in own else free_title(say(f"sheet.{role}", lang), taken)
    return titles


def _sheets(
    titles: Mapping[str, str],
    tables: Tables,
    records: Mapping[str, Records],
    assessment: Assessment,
    rules: RuleBook,
    past: Past,
    lang: str,
) -> list[PutSheet]:
    returned = returns(records, assessment, rules)
    findings = audit.audit_sheet(assessment.findings, tables, records, past.audit_remarks, titles["audit"], lang, returned)
    due = reminder_sheet.reminder_sheet(assessment, records, past.reminder_remarks, titles["reminders"], lang)
    gone = [
        *_gone(past.audit_remarks, findings, audit.remark_key, lang),
        *_gone(past.reminder_remarks, due, reminder_sheet.remark_key, lang),
    ]
    data = details(records, assessment, rules, titles["details"], lang, past.tables)
    moved, kept = changes(past, assessment, gone), history(past, assessment)
    sources = Sources(
        title=titles["summary"],
        team=rules.text("team.name"),
        assessment=assessment,
        figures=Figures(data, assessment.metrics, lang),
        changes=moved,
        changes_title=titles["changes"],
        history=kept,
        history_title=titles["history"],
        newest=past.newest,
        row_counts={result: len(row_reasons(records, result, assessment.profile, rules)) for result in ("not_won", "lost")},
        undetermined=[*undetermined_lines(tables, assessment, lang), *rule_lines(rules, lang)],
        advice=advice(assessment, rules, lang),
    )
    return [
        summary(sources, lang),
        findings,
        due,
        data.sheet,
        changes_sheet(moved, titles["changes"], lang),
        history_sheet(kept, titles["history"], lang),
    ]


def _gone(
    remarks: Mapping[tuple[str, ...], str], sheet: PutSheet, key: Callable[[Sequence[object]], tuple[str, ...]], lang: str
) -> list[str]:
    """The user's remarks whose finding or reminder is no more; they move to the changes."""
    if not remarks:
        return []
    _, left = matched([key(row) for row in zip(*(column.values for column in sheet.bulk), strict=True)], remarks)
    about = {row: " ".join(filter(None, row[:-1] if row[-2] else row)) for row in left}
    return [say("changes.gone", lang, remark=text, about=about[row]) for row, text in left.items()]


def undetermined_lines(tables: Tables, assessment: Assessment, lang: str) -> list[str]:
    """One sentence on the rules that no row can be judged by, with the columns that are missing; none when all can."""
    said = []
    for rule in assessment.undetermined:
        table = next(iter(tables.of(rule.table)), None)
        columns = say("list.comma", lang).join(label(name, table, lang) for name in rule.missing)
        said.append(say("undetermined.line", lang, rule=say(f"undetermined.{rule.rule}", lang), columns=columns))
    return [say("summary.undetermined", lang, rules=say("list.comma", lang).join(dict.fromkeys(said)))] if said else []


def rule_lines(rules: RuleBook, lang: str) -> list[str]:
    """One sentence on the values of the rules sheet that can't be used; none when all can."""
    if not rules.findings:
        return []
    cells = say("list.comma", lang).join(dict.fromkeys(str(finding.cell) for finding in rules.findings[:_NAMED_CELLS]))
    more = "\u2026" if len(rules.findings) > _NAMED_CELLS else ""
    return [say("summary.bad_rules", lang, n=len(rules.findings), sheet=rules.findings[0].sheet, cells=cells + more)]


def _notes(tables: Tables, findings: Sequence[Finding], nameless: Collection[tuple[str, CellRef]], lang: str) -> list[Edit]:
    """A hover note on every flagged cell, errors first where there are too many; the user's notes stay alone."""
    users = {(table.sheet, cell) for table in tables for cell in table.grid.noted} - set(nameless)
    labels = Labels(tables, lang)
    texts: dict[tuple[str, int, int], list[str]] = {}
    for finding in sorted(findings, key=lambda f: SEVERITIES.index(f.severity)):
        if finding.row is None or finding.column is None or finding.kind == RULES_SHEET:
            continue
        if (finding.sheet, CellRef(finding.row, finding.column)) not in users:
            place = (finding.sheet, finding.row, finding.column)
            texts.setdefault(place, []).append(message(finding, lang, labels.of(finding)))
    notes: list[Edit] = []
    counts: dict[str, int] = {}
    for (sheet, row, column), lines in texts.items():
        counts[sheet] = counts.get(sheet, 0) + 1
        if counts[sheet] <= MOST_NOTES:
            notes.append(Note(sheet, row, column, "\n".join(lines)))
    return notes
