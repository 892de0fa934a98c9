"""Files that are ours alone: what an audit, a calendar or a roll-up is written to, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from . import collector
from .book import Package, apply, is_folder, is_ours_alone, is_there, keeping, put_back
from .edits import EditPlan
from .errors import NotFoundError, UsageError
from .report.answer import Report
from .report.audit import audit_workbook

_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et", ".ett")


def write_audit(reports: Sequence[Report], output: Path, lang: str, mask: bool) -> None:
    """The findings of audits as a workbook of their own; an earlier one at *output* is replaced, another workbook never is."""
    refuse_place(output, ".xlsx")
    _refuse_foreign(output)
    write_new(audit_workbook([(report.workbook, report.finding_rows(mask)) for report in reports], lang), output)


@collector.paused()
def write_new(plan: EditPlan, output: Path) -> None:
    """A workbook of nothing but the sheets of *plan*; what is at *output* is replaced."""
    package = Package.blank()
    apply(plan, package)
    with keeping(output):
        package.save(output)


def write_text(data: bytes, output: Path) -> None:
    """A report at *output*, what is there is replaced; a workbook never is, whose name a slipped option may have caught."""
    _refuse_folder(output)
    if output.suffix.lower() in _WORKBOOKS:
        raise UsageError(problem="text_over_workbook", path=str(output))
    put_back(data, output)


def write_ics(report: Report, output: Path, owner: str | None = None, mask: bool = False) -> int:
    """The reminders as a calendar file at *output*, what is there is replaced; their number."""
    from .report.ics import ics  # icalendar and its time zones cost a tenth of a second, and only this command needs them

    refuse_place(output, ".ics")
    dues = report.due(owner, mask)
    name = Path(report.workbook).name.encode("utf-8", "backslashreplace").decode()  # a name of any bytes
    put_back(ics(dues, name, report.assessment.as_of, report.lang), output)
    return len(dues)


def refuse_output(output: Path) -> None:
    """Raise what `write_new` would, as far as it can be known before there is anything to write."""
    refuse_place(output, ".xlsx")
    _refuse_foreign(output)
    with keeping(output):
        pass


def refuse_place(output: Path, suffix: str) -> None:
    """Refuse what can't be the place of a file besides the workbook."""
    if output.suffix.lower() != suffix:
        raise UsageError(problem="suffix_of", path=str(output), suffix=suffix)
    _refuse_folder(output)


def _refuse_folder(output: Path) -> None:
    if not is_folder(output.parent):
        raise NotFoundError(path=str(output.parent), problem="folder")


def _refuse_foreign(output: Path) -> None:
    """Refuse to replace a workbook that isn't ours alone, such as a team's."""
    if is_there(output) and not is_ours_alone(output):
        raise UsageError(problem="not_ours", path=str(output))
