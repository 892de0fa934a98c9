"""Reports for people and programs: one JSON document, CSV for Excel, lines in a pipe, a table on a terminal."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import FunnelbookError
from ..words import knows, say
from .complaints import printable, sentence

if TYPE_CHECKING:
    from ..pipeline import Adopted, Report

_CSV_COLUMNS = ("code", "severity", "sheet", "cell", "row", "field", "lead_id", "value", "message")
_FORMULA_SIGNS = ("=", "+", "-", "@")
_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def write(text: str, output: Path | None, *, bom: bool = False) -> None:
    """UTF-8 to a file or to stdout, with a BOM where Excel has to know the encoding.

    Raises NotFoundError for its folder, UsageError for a workbook's name, ReadOnlyError.
    """
    data = (("\ufeff" if bom else "") + text).encode("utf-8", "backslashreplace")
    if output is None:
        click.echo(data, nl=False)
        return
    from ..pipeline import write_text  # only what is used is imported

    write_text(data, output)


def write_json(documents: Sequence[dict[str, Any]], *, batch: bool, output: Path | None = None) -> None:
    """One document; several workbooks are a batch, and an error alone bears a schema of its own."""
    if batch:
        found = {"schema": "funnelbook.batch/1", "workbooks": list(documents)}
    elif "error" in documents[0]:
        found = {"schema": "funnelbook.error/1", **documents[0]}
    else:
        found = documents[0]
    write(json.dumps(found, ensure_ascii=False, indent=1) + "\n", output)


def as_dict(path: Path, outcome: Report | FunnelbookError, mask: bool) -> dict[str, Any]:
    """The JSON of one workbook, or of what was the matter with it."""
    if isinstance(outcome, FunnelbookError):
        return {"workbook": str(path), "error": {"code": outcome.code, "message": sentence(outcome)}}
    return outcome.to_dict(mask=mask)


def csv_text(reports: Iterable[Report], mask: bool) -> str:
    """All findings, one row each; a text that a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("workbook", *_CSV_COLUMNS))
    for report in reports:
        for finding in report.finding_rows(mask):
            writer.writerow([_harmless(value) for value in (report.workbook, *(finding[key] for key in _CSV_COLUMNS))])
    return out.getvalue()


def _harmless(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = printable(value)
    return "'" + text if text.lstrip().startswith(_FORMULA_SIGNS) else text


def audit_lines(report: Report, mask: bool) -> str:
    """A line per finding, who has to complete which leads, and a line that counts."""
    lines = [report.workbook]
    for found in report.finding_rows(mask):
        who = f" [{found['lead_id']}]" if found["lead_id"] else ""
        lines.append(f"  {say('severity.' + found['severity'], report.lang)}  {_place(found)}{who}  {found['message']}")
    lines += [*("  " + line for line in _return_lines(report, mask)), "  " + counted(report)]
    return "".join(printable(line) + "\n" for line in lines)


def _return_lines(report: Report, mask: bool) -> list[str]:
    """Per person the leads that lack something, with what it is."""
    lines, comma = [], say("list.comma", report.lang)
    for person, leads in report.returned(mask).items():
        lines.append(say("cli.returned", report.lang, person=person or say("reminders.nobody", report.lang), n=len(leads)))
        for lead in leads:
            what = say("cli.returned.fields", report.lang, fields=comma.join(lead["fields"])) if lead["fields"] else ""
            parts = (f"{lead['sheet']}!{lead['cell']}", lead["lead_id"], lead["company"], what, lead["opinion"])
            lines.append("  " + "  ".join(part for part in parts if part))
    return lines


def show_audit(report: Report, mask: bool) -> None:
    """The findings on the terminal as a table, or as lines in a pipe."""
    if not sys.stdout.isatty():
        write(audit_lines(report, mask), None)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(printable(report.workbook)),
        title_justify="left",
        caption=Text(counted(report)),
        caption_justify="left",
    )
    for key in ("severity", "cell", "lead_id", "message"):
        table.add_column(say(f"audit.xlsx.{key}", report.lang), overflow="fold")
    for found in report.finding_rows(mask):
        severity = Text(say(f"severity.{found['severity']}", report.lang), style=_COLOURS[found["severity"]])
        cells = (_place(found), found["lead_id"] or "", found["message"])
        table.add_row(severity, *(Text(printable(str(cell))) for cell in cells))
    Console().print(table)
    for line in _return_lines(report, mask):
        Console().print(Text(printable(line)))


def show_refreshes(reports: Sequence[Report]) -> None:
    """What a refresh did with every workbook: on the terminal as a table, else in lines; a dry run always in lines."""
    if not sys.stdout.isatty() or any(report.dry_run for report in reports):
        write("".join(refresh_lines(report) for report in reports), None)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    lang = reports[0].lang
    table = Table()
    table.add_column(say("cli.file", lang), overflow="fold")
    for code in ("cli.leads", "cli.won", "cli.late", *(f"severity.{severity}" for severity in _COLOURS)):
        table.add_column(say(code, lang), justify="right")
    for report in reports:
        figures = (*_figures(report), *report.counts().values())
        done = [report.workbook, *_done(report)]
        table.add_row(Text("\n".join(printable(line) for line in done)), *(Text(str(figure)) for figure in figures))
    Console().print(table)


def _place(found: dict[str, Any]) -> str:
    return f"{found['sheet']}!{found['cell']}" if found["cell"] else str(found["sheet"])


def counted(report: Report) -> str:
    """How many findings there are of which severity."""
    return say("audit.counts", report.lang, **report.counts()) if report.findings else say("audit.none", report.lang)


def refresh_lines(report: Report) -> str:
    """What a refresh did or, of a dry run, would do, in a few lines."""
    leads, won, _ = _figures(report)
    late = report.late()
    late_words = say(f"cli.refreshed.{late[0]}", report.lang, n=late[1]) if late else ""
    lines = [f"{report.workbook}: {say('cli.refreshed', report.lang, leads=leads, won=won, late=late_words)} {counted(report)}"]
    lines += ["  " + line for line in [*_newer(report), *_done(report)]]
    return "".join(printable(line) + "\n" for line in lines)


def _figures(report: Report) -> tuple[int, int, int | str]:
    """Leads, won ones, and how much is late."""
    found, late = report.assessment.metrics, report.late()
    return found.leads, found.results["won"], "\u2014" if late is None else late[1]


def _newer(report: Report) -> list[str]:
    """That a refresh looks back, where the workbook has figures of a later date."""
    if report.newest is None or report.newest <= report.assessment.as_of.date:
        return []
    return [say("cli.newer", report.lang, date=report.newest.isoformat())]


def _done(report: Report) -> list[str]:
    """What became of the file."""
    if report.dry_run:
        return [*(report.outline() or [say("cli.dry_run.same", report.lang)]), say("cli.dry_run", report.lang)]
    if report.output is None:
        return [say("cli.unchanged", report.lang)]
    written = say("cli.written", report.lang, path=report.output)
    return [written, say("cli.backup", report.lang, path=report.backup)] if report.backup else [written]


def inspect_lines(found: dict[str, Any]) -> str:
    """Tables and columns as indented lines."""
    from .. import pipeline

    lang = found["lang"]
    lines = [f"{found['workbook']}: {_with_code(say('template.title.' + found['profile'], lang), found['profile'], lang)}"]
    for table in found["tables"]:
        rows = say("cli.rows", lang, first=table["first_row"], last=table["last_row"], n=table["rows"])
        lines.append(f"  {pipeline.called('table', table['kind'], lang)}: {table['sheet']}, {rows}")
        for name, letter in table["columns"].items():
            lines.append(f"    {letter:>3}  {table['headers'][name]} -> {_with_code(_called(name, lang), name, lang)}")
        for unknown in table["unmapped"]:
            hint = say("cli.nearest", lang, field=_called(unknown["nearest"], lang)) if unknown["nearest"] else ""
            lines.append(f"      ?  {unknown['header']} {hint}".rstrip())
    lines += ["  " + say("cli.ignored", lang, place=f"{table['sheet']}!{table['range']}") for table in found["ignored"]]
    if found["missing"]:
        fields = say("list.comma", lang).join(_called(name, lang) for name in found["missing"])
        lines.append("  " + say("cli.missing", lang, fields=fields))
    lines += ["  " + line for line in _rule_lines(found)]
    return "".join(printable(line) + "\n" for line in lines)


def _rule_lines(found: dict[str, Any]) -> list[str]:
    """What the rules sheet says otherwise than the default, and what of it can't be used."""
    lang = found["lang"]
    lines = []
    for rule in found["rules_changed"]:
        name, default = _with_code(say(f"rule.{rule['rule']}", lang), rule["rule"], lang), rule["default"]
        lines.append(
            say("cli.rule", lang, rule=name, value=rule["value"], default=say("cli.rule.none", lang) if default == "" else default)
        )
    for name, rows in found["rule_lists"].items():
        listed = say("list.semicolon", lang).join(_on_one_line(name, row, lang) for row in rows)
        lines.append(say("cli.rule_list", lang, name=say(f"rules.block.{name}", lang), rows=listed))
    bad = found["rule_findings"]
    return lines + [say("cli.rule_bad", lang, place=f"{one['sheet']}!{one['cell']}", value=one["value"]) for one in bad]


def _on_one_line(of: str, row: Any, lang: str) -> str:
    """A line of a list, its filled parts once each, as people call them."""
    from .. import pipeline

    if isinstance(row, dict):
        parts = [_on_one_line(of if of in _FIELDS else key, part, lang) for key, part in row.items() if part not in (None, "")]
        return say("list.comma", lang).join(dict.fromkeys(parts))
    if of in _FIELDS:
        return _called(row, lang)
    if of in _NAMED:
        return pipeline.called(of, row, lang)
    return f"{row:g}" if isinstance(row, float) else str(row)


_FIELDS = ("field", "fields")
_NAMED = ("table", "vocabulary", "severity")
"""Keys of the lists in the JSON whose values are codes: of fields, and of what the rulebook names."""


def adopt_lines(done: Adopted) -> str:
    """What a person is asked about, what became of the file, and what to do next."""
    from .. import pipeline

    lang, found = done.lang, done.found
    sheets = say("list.comma", lang).join(found.leads)
    lines = [f"{done.workbook}: {say('adopt.leads', lang, sheets=sheets) if sheets else say('adopt.no_leads', lang)}"]
    for one in found.headers:
        hint = say("cli.nearest", lang, field=_called(one.hint, lang)) if one.hint else ""
        lines.append(f"  {say('adopt.header', lang, sheet=one.sheet, header=one.header)} {hint}".rstrip())
    for word in found.words:
        hint = say("adopt.word_hint", lang, word=word.hint) if word.hint else ""
        vocabulary = pipeline.called("vocabulary", word.vocabulary, lang)
        lines.append(f"  {say('adopt.word', lang, vocabulary=vocabulary, word=word.word, n=word.count)} {hint}".rstrip())
    if done.output is None:
        lines.append("  " + say("cli.unchanged", lang))
    else:
        lines.append("  " + say("cli.written", lang, path=done.output))
    if done.backup:
        lines.append("  " + say("cli.backup", lang, path=done.backup))
    lines.append("  " + say("adopt.next" if found.headers or found.words else "adopt.understood", lang))
    return "".join(printable(line) + "\n" for line in lines)


def _called(field: str, lang: str) -> str:
    """What people call a field; its name where there is no word for it."""
    return say(f"field.{field}", lang) if knows(f"field.{field}") else field


def _with_code(name: str, code: str, lang: str) -> str:
    return say("cli.with_code", lang, name=name, key=code)
