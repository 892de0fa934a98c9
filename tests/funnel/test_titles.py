"""Contact and title of cells that hold both (000)."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.find import find_tables
from funnelbook.funnel.normalise import normalise
from funnelbook.funnel.rulebook import RuleBook
from funnelbook.funnel.titles import contacts_and_titles

from .build import grid, sheet_of
from .tiering import HEADERS, ROW_1, grids

RULES = RuleBook.default()


def split(*cells: Any) -> Any:
    names, titles = contacts_and_titles(
        normalise(find_tables(grids([{"联系人及职务": cell} for cell in cells]), RULES), RULES)["leads"], RULES
    )
    return list(zip(names, titles, strict=True))


@pytest.mark.parametrize(
    ("cell", "name", "title"),
    [
        pytest.param("*总(总经理)", "*总", "总经理", id="the document's first row"),
        pytest.param("*经理(采购)", "*经理", "采购", id="its second"),
        pytest.param("*总（总经理）", "*总", "总经理", id="full-width brackets"),
        pytest.param("张三 采购经理", "张三", "采购经理", id="a blank between them"),
        pytest.param("张三,采购经理", "张三", "采购经理", id="a comma between them"),
        pytest.param("张三/采购经理", "张三", "采购经理", id="a stroke between them"),
        pytest.param("John Smith, CTO", "John Smith", "CTO", id="an English name"),
        pytest.param("John Smith", "John Smith", None, id="an English name alone"),
        pytest.param("王经理", "王经理", None, id="no title apart"),
        pytest.param("张三、李四", "张三、李四", None, id="two people"),
        pytest.param("张三(采购)、李四(财务)", "张三(采购)、李四(财务)", None, id="two people with titles"),
        pytest.param("张三()", "张三()", None, id="nothing in the brackets"),
        pytest.param(None, None, None, id="blank"),
    ],
)
def test_a_cell_is_split_into_contact_and_title(cell: Any, name: Any, title: Any) -> None:
    assert split(cell) == [(name, title)]


def test_a_column_of_contacts_alone_is_not_split() -> None:
    records = normalise(find_tables([sheet_of("leads", [{"contact": "张三 采购经理"}])], RULES), RULES)
    assert [column.tolist() for column in contacts_and_titles(records["leads"], RULES)] == [[None], [None]]


def test_what_is_typed_stays_as_it_is() -> None:
    records = normalise(find_tables([grid([HEADERS, ROW_1])], RULES), RULES)
    assert records["leads"].raw["contact"].tolist() == ["*总(总经理)"]
    assert records["leads"].frame["contact"].tolist() == ["*总(总经理)"]
