"""EditPlan → Package: every edit is checked and worked out first, then all of them are written, or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import partial

from ..edits import (
    Edit,
    EditPlan,
    Highlight,
    Note,
    PutCell,
    PutColumn,
    PutSheet,
    TakeOut,
    Validate,
    Validation,
    WidenFilter,
    WidenTable,
)
from ..errors import UnsafeEditError
from ..grid import CellRef
from . import calcchain, columns, filters, highlights, newsheet, validations
from .graft import Grafter
from .notes import Notes
from .package import Package, SheetEntry
from .reach import exclusive_parts
from .readers import Going, Readers
from .styles import Styles
from .tables import TablePart, tables_of
from .takeout import SAME, OwnColumns, Was, kept_in, kept_inputs, look_indices, own_columns, own_sheets, take_out
from .workbook import SHEET_MARK, WAS, Workbook, sheet_reference
from .worksheet import Worksheet, has_formulas
from .xml import utf8

MAX_TITLE = 31
_RESERVED = "history"
"""Excel keeps this title for itself."""
_BAD_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
_MARK = b"funnelbook"


def apply(plan: EditPlan, package: Package) -> list[str]:
    """Carries a plan out; names of the changed and added parts.

    Raises UnsafeEditError (facts: sheet, place, reason) or BrokenXmlError, and the package is unchanged then.
    """
    work = _Work(plan, package)
    work.prepare()
    with package.all_or_nothing():
        work.commit()
    return sorted(package.changed | package.added)


class _Work:
    """One plan on its way into one package."""

    def __init__(self, plan: EditPlan, package: Package) -> None:
        self._plan, self._package = plan, package
        self._styles, self._book = Styles.of(package), Workbook(package)
        self._entries = {entry.name: entry for entry in package.sheets()}
        self._sheets: dict[str, Worksheet] = {}
        self._tables: dict[str, list[TablePart]] = {}
        self._notes: dict[str, Notes] = {}
        self._new = [edit for edit in plan if isinstance(edit, PutSheet)]
        self._taken = [edit for edit in plan if isinstance(edit, TakeOut)]
        self._inputs = {mark for edit in self._taken for mark in edit.inputs}
        self._own, self._own_sheets = own_columns(self._book, self._inputs), own_sheets(self._book)
        self._places: dict[str, SheetEntry] = {}
        self._gone: list[SheetEntry] = []
        self._marks: dict[str, str] = {}

    # -- working it out
    def prepare(self) -> None:
        """Everything that can be refused; nothing is written."""
        self._settle_sheets()
        if self._taken:
            self._take_out()
        for edit in self._plan:
            self._edit(edit)
        for name, entry in self._entries.items():
            if entry.part is not None and name not in self._sheets:
                self._package.forget(entry.part)
        for name in self._sheets:
            self._write_columns(name)
            self._trim_filters(name)
        for sheet in self._sheets.values():
            sheet.finish()
        self._check_readers()
        self._cells = {sheet.title: newsheet.cells(sheet, self._styles, self._book.date1904) for sheet in self._new}
        self._frames = newsheet.frames(self._new) if self._new else b""
        self._calculate = self._must_calculate()

    def _settle_sheets(self) -> None:
        """Which sheets of ours go, and which new ones take their places; UnsafeEditError for titles that may not be."""
        roles = {role for edit in self._taken for role in edit.sheets}
        gone = {title for role, title in self._own_sheets.items() if role in roles}
        by_title = {title.casefold(): title for title in self._own_sheets.values()}
        for sheet in self._new:
            old = self._own_sheets.get(sheet.mark or "")
            place = old if old in gone else by_title.get(sheet.title.casefold())
            if place is not None and place not in {entry.name for entry in self._places.values()}:
                self._places[sheet.title] = self._entries[place]
        self._gone = [self._entries[t] for t in gone - {entry.name for entry in self._places.values()}]
        leaving = {entry.name for entry in (*self._gone, *self._places.values())}
        taken = {title.casefold() for title in self._entries if title not in leaving}
        for sheet in self._new:
            if sheet.title.casefold() in taken:
                raise UnsafeEditError(sheet=sheet.title, place="", reason="title_taken")
            if not 0 < _length(sheet.title) <= MAX_TITLE or _BAD_TITLE.search(sheet.title) or sheet.title.casefold() == _RESERVED:
                raise UnsafeEditError(sheet=sheet.title, place="", reason="title_not_allowed")
            taken.add(sheet.title.casefold())
        if self._gone and not taken:
            raise UnsafeEditError(sheet=self._gone[0].name, place="", reason="last_sheet")

    def _take_out(self) -> None:
        looks = look_indices([look for edit in self._taken for look in edit.looks], self._styles)
        rules = [rule for edit in self._taken for rule in edit.rules]
        stay = {title for title in self._own_sheets.values() if self._entries[title] not in self._gone}
        for name, entry in self._entries.items():
            if entry.kind == "worksheet" and entry.part is not None and name not in self._own_sheets.values():
                self._take_out_of(name, entry.part, looks, rules)
        self._marks |= kept_inputs(self._book, self._inputs)
        for role, title in self._own_sheets.items():
            if title in stay:
                self._marks[SHEET_MARK + role] = sheet_reference(title)

    def _take_out_of(self, name: str, part: str, looks: Iterable[int], rules: Collection[Validation]) -> None:
        data = self._package.read(part)
        if name in self._own or _MARK in utf8(data):
            own = self._own.setdefault(name, OwnColumns())
            take_out(self._sheet(name, data), own, self._columns_of(name), self._tables_of(name), looks, rules, self._book)
        lost = {(cell.row, cell.column) for edit in self._taken for sheet, cell in edit.notes if sheet == name}
        if lost or any(_MARK in self._package.read(notes) for notes in self._package.related(part, "comments")):
            self._notes_of(name).remove(lost)

    def _edit(self, edit: Edit) -> None:
        match edit:
            case PutCell():
                self._check_headers(edit)
                self._sheet(edit.sheet).put_cell(edit)
            case PutColumn():
                self._sheet(edit.sheet).put_column(edit)
                for table in self._tables_of(edit.sheet):
                    table.retitle(edit.sheet, edit.column, edit.header_row, edit.header)
            case WidenTable():
                self._table(edit).widen(edit.sheet, edit.columns)
            case WidenFilter():
                changed = filters.widen(self._sheet(edit.sheet).root, edit.right)
                if changed:
                    self._book.resize_filter(edit.sheet, *changed)
            case Highlight():
                highlights.add(self._sheet(edit.sheet).root, edit.rule, self._styles)
            case Note():
                self._notes_of(edit.sheet).add(edit.row, edit.column, edit.text)
            case Validate():
                if validations.is_free(self._sheet(edit.sheet).root, edit.validation.range):
                    validations.add(self._sheet(edit.sheet).root, edit.validation, edit.sheet)
            case PutSheet() if edit.mark is not None:
                self._marks[SHEET_MARK + edit.mark] = sheet_reference(edit.title)

    def _write_columns(self, name: str) -> None:
        """Widths, the stated range and the marks of the columns that a sheet gets."""
        sheet, kept, own = self._sheets[name], kept_in(self._columns_of(name)), self._own.get(name, OwnColumns())
        sheet.dimension(sheet.fresh.bounds(ours=False))
        dimension = sheet.dimension(sheet.fresh.bounds(ours=True)) or SAME
        puts = [edit for edit in self._plan if isinstance(edit, PutColumn) and edit.sheet == name]
        states = {put.column: columns.state(sheet.root, put.column) for put in puts}
        for put in puts:
            was = own.was.get(put.mark or "", Was())
            if put.column in kept and was.column != SAME:
                state = was.column  # the width is the user's by now
            else:
                state = states[put.column] if columns.show(sheet.root, put.column, put.width) else SAME
            if put.mark is not None:
                self._marks[put.mark] = put.range.on(name)
                if (dimension, state) != (SAME, SAME):
                    self._marks[put.mark + WAS] = Was(dimension, state).text
                dimension = SAME

    def _columns_of(self, name: str) -> dict[int, int | None]:
        """Where the columns of ours on a sheet stood -> where the plan writes them again; None for one that goes."""
        puts = (edit for edit in self._plan if isinstance(edit, PutColumn))
        return self._own[name].places(puts, name) if self._taken and name in self._own else {}

    def _trim_filters(self, name: str) -> None:
        if name in self._own:
            for root in (self._sheets[name].root, *(table.root for table in self._tables.get(name, ()))):
                filters.trim(root)

    def _check_headers(self, edit: PutCell) -> None:
        """The header cell of an Excel Table says the name of its column, by which formulas know it."""
        for table in self._tables_of(edit.sheet):
            area = table.range
            inside = area.left <= edit.column <= area.right and area.top <= edit.row < area.top + table.header_rows
            if inside and edit.value != table.title(edit.column):
                raise UnsafeEditError(sheet=edit.sheet, place=CellRef(edit.row, edit.column).a1, reason="table_header")

    def _check_readers(self) -> None:
        """A formula that reads a sheet, a table or a table's column which is gone makes Excel repair the file."""
        going = self._going()
        if not going:
            return
        readers, leaving = Readers(going), {entry.name for entry in self._gone} | {entry.name for entry in self._places.values()}
        for name, entry in self._entries.items():
            if name in leaving or entry.part is None or entry.kind != "worksheet":
                continue
            known = self._sheets.get(name)
            readers.check(name, known.to_bytes() if known else self._package.read(entry.part))
            for table in self._tables.get(name) or tables_of(self._package, entry.part):
                readers.check(name, table.to_bytes())
        for name, text, sheet, _ in self._book.plain_names():
            if readers.reason(text) == "formula_reads_own_column":  # a name that reads a sheet says #REF! from then on
                raise UnsafeEditError(sheet=sheet or "", place=name, reason="formula_reads_own_column")

    def _going(self) -> Going:
        """What formulas may have read and will find no more."""
        new = {spec.name: newsheet.header_texts(sheet, spec) for sheet in self._new for spec in sheet.tables}
        tables, columns = set(), {(table.name, name) for of in self._tables.values() for table in of for name in table.lost}
        for entry in (*self._gone, *self._places.values()):
            for table in tables_of(self._package, entry.part) if entry.part is not None else ():
                if table.name in new:
                    columns |= {(table.name, name) for name in table.column_names if name not in new[table.name]}
                else:
                    tables.add(table.name)
        return Going(frozenset(entry.name for entry in self._gone), frozenset(tables), frozenset(columns))

    def _must_calculate(self) -> bool:
        """Whether formulas of the user's may read cells that change."""
        writes = any(isinstance(edit, PutCell | PutColumn) for edit in self._plan)
        strips = any(sheet.strip.ranges for sheet in self._sheets.values())
        if not (writes or strips or self._gone or self._places) or self._book.calculates_on_load:
            return False
        if any(sheet.user_formulas() > 0 for sheet in self._sheets.values()):
            return True
        known = {*self._sheets, *self._own_sheets.values()}
        others = (e.part for e in self._entries.values() if e.name not in known and e.kind == "worksheet")
        return any(has_formulas(self._package.read(part)) for part in others if part is not None)

    # -- what the edits lead to
    def _sheet(self, name: str, data: bytes | None = None) -> Worksheet:
        if name not in self._sheets:
            entry = self._entries.get(name)
            leaving = entry in self._gone or entry in self._places.values()
            if entry is None or entry.part is None or entry.kind != "worksheet" or leaving:
                raise UnsafeEditError(sheet=name, place="", reason="no_such_sheet")
            data = self._package.read(entry.part) if data is None else data
            self._sheets[name] = Worksheet(name, entry.part, data, self._package, self._styles, self._book.date1904)
        return self._sheets[name]

    def _tables_of(self, name: str) -> list[TablePart]:
        if name not in self._tables:
            self._tables[name] = tables_of(self._package, self._sheet(name).part)
        return self._tables[name]

    def _table(self, edit: WidenTable) -> TablePart:
        found = next((t for t in self._tables_of(edit.sheet) if t.name.casefold() == edit.table.casefold()), None)
        if found is None:
            raise UnsafeEditError(sheet=edit.sheet, place=edit.table, reason="no_such_table")
        return found

    def _notes_of(self, name: str) -> Notes:
        if name not in self._notes:
            sheet = self._sheet(name)
            self._notes[name] = Notes(self._package, sheet.part, sheet.root, name)
        return self._notes[name]

    # -- writing
    def commit(self) -> None:
        """Writes what was worked out."""
        self._drop_sheets()
        for notes in self._notes.values():
            notes.commit()
        for table in (table for tables in self._tables.values() for table in tables):
            self._package.write(table.part, table.to_bytes())
        for sheet in self._sheets.values():
            sheet.commit()
        if self._new:
            self._graft()
        self._book.mark(self._marks, exactly=bool(self._taken))
        self._forget_formulas()
        if self._calculate:
            self._book.calculate_on_load()
        self._styles.commit(self._package)
        self._book.commit()

    def _drop_sheets(self) -> None:
        leaving = [entry.part for entry in (*self._gone, *self._places.values()) if entry.part is not None]
        for part in exclusive_parts(self._package, leaving) if leaving else ():
            self._package.drop(part)
        for entry in self._gone:
            self._package.unrelate(self._package.main, entry.rel_id)
        self._book.drop_sheets({entry.name for entry in self._gone})

    def _graft(self) -> None:
        reserved = [entry.part for entry in self._places.values() if entry.part is not None]
        grafter = Grafter(self._package, self._styles, self._book, self._frames, {}, reserved)
        for sheet, entry in zip(self._new, grafter.source.sheets(), strict=True):
            finish = partial(newsheet.finish, sheet=sheet, cells=self._cells[sheet.title], styles=self._styles)
            grafter.sheet(entry, finish, self._places.get(sheet.title))
        named = grafter.names()
        for title in self._places:
            self._book.drop_names_of(title, {name for name, sheet in named if sheet == title})

    def _forget_formulas(self) -> None:
        gone = {entry.sheet_id: lambda _: True for entry in self._gone}
        for title, entry in self._places.items():
            gone[entry.sheet_id] = partial(_not_in, self._cells[title].formulas)
        for name, sheet in self._sheets.items():
            lost = set(sheet.strip.formulas) - sheet.fresh.formulas()
            if lost:
                gone[self._entries[name].sheet_id] = lost.__contains__
        calcchain.forget(self._package, gone)


def _not_in(known: frozenset[str], cell: str) -> bool:
    return cell not in known


def _length(title: str) -> int:
    """Units of UTF-16, which Excel counts."""
    return len(title.encode("utf-16-le", "surrogatepass")) // 2
