"""Own columns and own sheets, told by hidden names."""

from __future__ import annotations

import pytest

from funnelbook.book.marks import Marks, marks_of
from funnelbook.book.xml import parse
from funnelbook.grid import OwnColumn, Range

from .build import MAIN


def _marks(*names: str) -> dict[str, Marks]:
    return marks_of(parse(f'<workbook xmlns="{MAIN}"><definedNames>{"".join(names)}</definedNames></workbook>'.encode()))


def _name(name: str, text: str, scope: str = "") -> str:
    return f'<definedName name="{name}" hidden="1"{scope}>{text}</definedName>'


@pytest.mark.parametrize("sheet", ["Leads", "'Leads'", "'leads'"])
def test_a_column_is_ours_when_a_hidden_name_says_so(sheet: str) -> None:
    found = _marks(_name("_funnelbook.leads.1.score", f"{sheet}!$L$3:$L$120"))
    assert found == {"leads": Marks((OwnColumn("leads.1.score", Range(3, 12, 120, 12)),))}


def test_quotes_and_signs_in_sheet_names_are_read() -> None:
    found = _marks(_name("_funnelbook.a", "'Tom''s &amp; 线索!'!$A$1"))
    assert list(found) == ["tom's & 线索!"]


@pytest.mark.parametrize("text", ["#REF!", "'Leads'!#REF!", "", "1+1", "Leads!$A$1,Leads!$B$1", "Leads!$A:$A"])
def test_names_that_lost_their_cells_are_ignored(text: str) -> None:
    assert _marks(_name("_funnelbook.a", text)) == {}


def test_names_of_the_user_are_left_alone() -> None:
    assert _marks(_name("funnelbook", "A!$A$1"), _name("_xlnm._FilterDatabase", "A!$A$1:$B$2")) == {}


def test_a_sheet_is_ours_when_a_name_of_the_workbook_says_so() -> None:
    assert _marks(_name("_funnelbook.sheet.summary", "'汇总'!$A$1"))["汇总"].role == "summary"


def test_a_copy_of_a_sheet_is_the_users_and_says_what_it_was_copied_from() -> None:
    found = _marks(
        _name("_funnelbook.sheet.details", "'明细'!$A$1"),
        _name("_funnelbook.sheet.details", "'明细 (2)'!$A$1", ' localSheetId="1"'),
        _name("_funnelbook.leads.1.score", "'明细 (2)'!$L$3:$L$9", ' localSheetId="1"'),
    )
    assert found["明细"].role == "details"
    assert found["明细 (2)"].role is None
    assert [column.key for column in found["明细 (2)"].columns] == ["sheet.details", "leads.1.score"]
