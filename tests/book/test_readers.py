"""Which formulas read what is about to go."""

from __future__ import annotations

import pytest

from funnelbook.book.readers import Going, Readers
from funnelbook.errors import UnsafeEditError

GOING = Going(
    frozenset({"明细", "O'Brien"}), frozenset({"funnelbook_data"}), frozenset({("线索表", "跟进次数(系统)"), ("线索表", "a[1]#")})
)
SHEET, COLUMN = "formula_reads_own_sheet", "formula_reads_own_column"


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("COUNTA(明细!A1:A9)", SHEET),
        ("COUNTA('明细'!A1)", SHEET),
        ("'O''Brien'!B2", SHEET),
        ("ROWS(funnelbook_data)", SHEET),
        ("SUM(Funnelbook_Data[金额])", SHEET),
        ("SUM(线索表[跟进次数(系统)])", COLUMN),
        ("线索表[[#This Row],[跟进次数(系统)]]*2", COLUMN),
        ("SUM(线索表[[#Data],[编号]:[跟进次数(系统)]])", COLUMN),
        ("SUM(线索表[a'[1']'#])", COLUMN),
        ("COUNTA(我的明细!A1)", None),
        ("COUNTA('另一明细'!A1)", None),
        ("ROWS(funnelbook_data2)+ROWS(my.funnelbook_data)", None),
        ("funnelbook_data(1)", None),
        ("SUM(别的线索表[跟进次数(系统)])", None),
        ("SUM(线索表[编号])+SUM(别的[跟进次数(系统)])", None),
        ("SUM(线索表[[跟进次数]])", None),
        ('IF(A1="明细!A1","线索表[跟进次数(系统)]","")', None),
        ('"a ""明细!A1"" b"', None),
        ('"x"&明细!A1&"y"', SHEET),
    ],
)
def test_a_formula_that_reads_what_goes_is_seen_and_no_other(formula: str, reason: str | None) -> None:
    assert Readers(GOING).reason(formula) == reason


def test_the_cell_is_named_however_the_formula_is_written() -> None:
    bare = '<row r="7"><c r="A7"><v>1</v></c><c s="2" r="B7" t="n"><f t="shared" si="0">{}</f><v>3</v></c></row>'
    for title in ("明细", "&#26126;&#32454;", "&#x660E;&#x7EC6;"):
        with pytest.raises(UnsafeEditError) as caught:
            Readers(GOING).check("自己的表", bare.format(f"COUNTA({title}!A1)").encode())
        assert caught.value.facts == {"sheet": "自己的表", "place": "B7", "reason": SHEET}


@pytest.mark.parametrize("tag", ["formula1", "formula", "xm:f", "calculatedColumnFormula", "totalsRowFormula"])
def test_drop_downs_formats_and_columns_of_tables_read_too(tag: str) -> None:
    with pytest.raises(UnsafeEditError):
        Readers(GOING).check("自己的表", f"<{tag}>明细!$A$1</{tag}>".encode())


def test_a_text_that_says_the_name_reads_nothing() -> None:
    Readers(GOING).check("自己的表", "<c r='A1' t='inlineStr'><is><t>明细!A1</t></is></c><f/>".encode())
