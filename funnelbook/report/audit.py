"""The audit sheet: one row a finding with a link to its cell, and a remark that stays the user's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..edits import BulkColumn, Cell, EditPlan, Link, PutSheet, Style, Value
from ..funnel.model import SEVERITIES, Finding, Records, Tables
from ..grid import CellRef, Range, quoted
from ..words import say
from . import look
from .blocks import block_rules, per_person, tall
from .phrases import Labels, label, message, shown
from .remarks import matched
from .returns import Return

HEADER_ROW = 5
_XLSX_HEADER_ROW = 4
"""Of the workbook that `audit --format xlsx` writes."""
MOST_ROWS = 50_000
"""Findings listed; a count of the rest stands above them."""
RETURNED = "review.returned"
"""Code of the rows of leads that the review gave back; they are no findings."""
COLUMNS: Sequence[tuple[str, Style, float]] = (
    ("owner", look.TEXT, 12),
    ("severity", look.TEXT, 9),
    ("sheet", look.TEXT, 18),
    ("cell", look.LINK, 9),
    ("id", look.TEXT, 16),
    ("field", look.TEXT, 16),
    ("problem", look.WRAPPED, 52),
    ("value", look.TEXT, 22),
    ("remark", look.REMARK, 28),
    ("code", look.MUTED, 18),
)
_PROBLEM = [key for key, _, _ in COLUMNS].index("problem")
_LOOKS = (("returned", look.LATE), ("error", look.LATE), ("warning", look.SOON))


def audit_sheet(
    findings: Sequence[Finding],
    tables: Tables,
    records: Mapping[str, Records],
    remarks: Mapping[tuple[str, ...], str],
    title: str,
    lang: str,
    returned: Sequence[Return] = (),
) -> PutSheet:
    """The sheet of findings by person, those of nobody first; *remarks* by row (see remark_key).

    For everybody the leads that the review gave *returned* come first, one row each, then the findings, the worst first, in the order of
    the workbook.
    """
    listed = sorted(findings, key=lambda f: SEVERITIES.index(f.severity))[:MOST_ROWS]
    writer = _Writer(Labels(tables, lang), records, lang)
    rows = [*(writer.returned(one) for one in returned[:MOST_ROWS]), *(writer.row(finding) for finding in listed)]
    rows.sort(key=lambda row: (row[0] is not None, str(row[0] or "")))
    people = [None if row[0] is None else str(row[0]) for row in rows]
    for row in rows:
        row[0] = row[0] or say("reminders.nobody", lang)
    if remarks:
        for row, remark in zip(rows, matched([remark_key(row) for row in rows], remarks)[0], strict=True):
            row[-2] = remark
    counts = {severity: sum(f.severity == severity for f in findings) for severity in SEVERITIES}
    about = say("audit.counts", lang, **counts)
    if len(findings) > MOST_ROWS:
        about += say("audit.more", lang, n=len(findings) - MOST_ROWS)
    if not findings and not returned:
        about = say("audit.none", lang)
    if returned:
        about += say("list.semicolon", lang) + _per_person(returned, lang)
    last, first = HEADER_ROW + max(1, len(rows)), HEADER_ROW + 1
    return PutSheet(
        title=title,
        rows=[
            [Cell(say("audit.title", lang), look.TITLE)],
            [Cell(say("audit.about", lang), look.MUTED)],
            [Cell(about, look.TEXT)],
            [Cell(per_person(people, lang) or None, look.TEXT)],
            [Cell(say(f"audit.{key}", lang), look.HEADING) for key, _, _ in COLUMNS],
        ],
        mark="audit",
        bulk_row=HEADER_ROW + 1,
        bulk=tuple(BulkColumn([row[i] for row in rows], style) for i, (_, style, _) in enumerate(COLUMNS)) if rows else (),
        widths={i: width for i, (_, _, width) in enumerate(COLUMNS, start=1)},
        heights={1: 30, HEADER_ROW: 22, **tall([row[_PROBLEM] for row in rows], COLUMNS[_PROBLEM][2], first)},
        freeze=CellRef(HEADER_ROW + 1, 1),
        filter=Range(HEADER_ROW, 1, last, len(COLUMNS)),
        rules=block_rules(
            first,
            last,
            len(COLUMNS),
            [(say(f"severity.{code}", lang), style) for code, style in _LOOKS],
        ),
        gridlines=False,
        tab_color=look.ORANGE,
        landscape=True,
        print_rows=(HEADER_ROW, HEADER_ROW),
    )


def remark_key(row: Sequence[object]) -> tuple[str, ...]:
    """What a row of this sheet is recognised by at the next refresh: its code, sheet and field, the lead's id and its cell."""
    cells = dict(zip((key for key, _, _ in COLUMNS), row, strict=True))
    cell = cells["cell"]
    place = cell.text if isinstance(cell, Link) else cell
    return tuple(str(part or "") for part in (cells["code"], cells["sheet"], cells["field"], cells["id"], place))


class _Writer:
    """Writes the rows; columns of the records are taken out of their frames once."""

    def __init__(self, labels: Labels, records: Mapping[str, Records], lang: str) -> None:
        self._labels, self._lang = labels, lang
        self._keys = {kind: _column(of_kind, "lead_id") for kind, of_kind in records.items()}
        self._owners = {kind: _people(kind, records) for kind in records}

    def row(self, finding: Finding) -> list[Value]:
        """One row of the sheet, in the order of COLUMNS."""
        rules = finding.kind not in self._keys
        label = say("audit.rules", self._lang) if rules else self._labels.of(finding)
        there = finding.position if not rules else None
        return [
            None if there is None else self._owners[finding.kind][there],
            say(f"severity.{finding.severity}", self._lang),
            finding.sheet,
            Link(finding.cell, f"{quoted(finding.sheet)}!{finding.cell}") if finding.cell else None,
            None if there is None else self._keys[finding.kind][there],
            label,
            message(finding, self._lang, label),
            shown(finding.value) or None,
            None,
            finding.code,
        ]

    def returned(self, one: Return) -> list[Value]:
        """The row of a lead that the review gave back; it names no field, so that its remark stays while cells are filled."""
        fields = say("list.comma", self._lang).join(self._labels.field("leads", one.sheet, name) for name in one.missing)
        return [
            one.person,
            say("severity.returned", self._lang),
            one.sheet,
            Link(one.cell, f"{quoted(one.sheet)}!{one.cell}"),
            one.lead_id,
            None,
            say("audit.returned.add", self._lang, fields=fields) if fields else say("audit.returned.opinion", self._lang),
            one.opinion,
            None,
            RETURNED,
        ]


def _per_person(returned: Sequence[Return], lang: str) -> str:
    """How many leads everybody has to complete."""
    counts = Counter(one.person or say("reminders.nobody", lang) for one in returned)
    people = say("list.comma", lang).join(say("audit.returned.person", lang, person=who, n=n) for who, n in counts.items())
    return say("audit.returned", lang, n=len(returned), people=people)


_OWNER = {"followups": "followed_by", "negotiations": "recorded_by"}
"""Who answers for a row, where it is not its owner."""


def _people(kind: str, records: Mapping[str, Records]) -> Sequence[Any]:
    """Who mends each row: its own person, else the owner of its lead where that is one."""
    own, leads = _column(records[kind], _OWNER.get(kind, "owner")), records["leads"]
    if kind == "leads" or all(own):
        return own
    owners: dict[Any, set[Any]] = {}
    for key, owner in zip(_column(leads, "lead_id"), _column(leads, "owner"), strict=True):
        owners.setdefault(key, set()).add(owner)
    sole = {key: next(iter(names)) for key, names in owners.items() if key is not None and len(names) == 1}
    return [person or sole.get(key) for person, key in zip(own, _column(records[kind], "lead_id"), strict=True)]


def _column(records: Records, name: str) -> Sequence[Any]:
    values: Sequence[Any] = records.frame[name].tolist() if records.has(name) else [None] * len(records)
    return values


def audit_workbook(audits: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], lang: str) -> EditPlan:
    """A workbook of the findings of several workbooks, for `audit --format xlsx`; each audit is (workbook, findings as in the JSON)."""
    keys = ("workbook", "severity", "sheet", "cell", "lead_id", "field", "message", "value", "code")
    rows = [(name, finding) for name, findings in audits for finding in findings]
    columns = [[_flat(name if key == "workbook" else finding[key], key, lang) for name, finding in rows] for key in keys]
    last = _XLSX_HEADER_ROW + max(1, len(rows))
    header = [Cell(say(f"audit.xlsx.{key}", lang), look.HEADING) for key in keys]
    sheet = PutSheet(
        title=say("sheet.audit", lang),
        mark="audit",
        rows=[[Cell(say("audit.title", lang), look.TITLE)], [], [], header],
        bulk_row=_XLSX_HEADER_ROW + 1,
        bulk=tuple(BulkColumn(values, look.TEXT) for values in columns) if rows else (),
        widths=dict(enumerate((30, 9, 18, 9, 16, 14, 60, 22, 18), start=1)),
        heights={1: 30, _XLSX_HEADER_ROW: 22},
        freeze=CellRef(_XLSX_HEADER_ROW + 1, 1),
        filter=Range(_XLSX_HEADER_ROW, 1, last, len(keys)),
        gridlines=False,
        landscape=True,
        print_rows=(_XLSX_HEADER_ROW, _XLSX_HEADER_ROW),
    )
    return EditPlan((sheet,))


def _flat(value: Any, key: str, lang: str) -> Value:
    if key == "severity":
        return say(f"severity.{value}", lang)
    if key == "field":
        return label(value, None, lang) or None
    return None if value is None else str(value)
