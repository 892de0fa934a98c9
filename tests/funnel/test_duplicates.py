"""The same customer on different leads (RULES.md 2)."""

from __future__ import annotations

from typing import Any

import pytest

from funnelbook.funnel.model import Assessment

from .build import assessed, rules_sheet

CODES = {
    "duplicate.phone": "warning",
    "duplicate.email": "warning",
    "duplicate.company": "warning",
    "duplicate.owners": "error",
    "duplicate.similar": "info",
}


def said(assessment: Assessment) -> list[tuple[str, str | None, int | None]]:
    findings = [f for f in assessment.findings if f.code.startswith("duplicate")]
    assert all(f.severity == CODES[f.code] for f in findings)
    return [(f.code.removeprefix("duplicate."), f.field, f.row) for f in findings]


EQUAL = [
    pytest.param("phone", "13800138001", "138 0013 8001", id="one phone with and without spaces"),
    pytest.param("phone", "13800138001", 13800138001, id="as text and as number"),
    pytest.param("phone", "13800138001", "+86 138-0013-8001", id="with the country's code"),
    pytest.param("phone", "13800138001", "0755-86013388/13800138001", id="as the second number of a cell"),
    pytest.param("email", "Li@Example.com", "li@example.com ", id="an e-mail in other case"),
    pytest.param("company", "海川（深圳）物流", "海川(深圳)物流", id="a company with other brackets"),
    pytest.param("company", "ABC Ltd", "abcltd", id="with other spaces and case"),
    pytest.param("company", "海川【物流】", "海川 物流", id="without brackets"),
]


@pytest.mark.parametrize(("field", "first", "second"), EQUAL)
def test_finds_on_each_of_the_cells(field: str, first: Any, second: Any) -> None:
    code = {"phone": "phone", "email": "email", "company": "company"}[field]
    assert said(assessed([{field: first}, {}, {field: second}])) == [(code, field, 2), (code, field, 4)]


DIFFERENT = [
    pytest.param("phone", "138****5678", "138****5678", id="masked phones"),
    pytest.param("phone", "138", "138", id="cut phones"),
    pytest.param("phone", "12345678901", "12345678901", id="numbers that are no phones"),
    pytest.param("phone", "13800138001", "13800138011", id="different phones"),
    pytest.param("phone", None, None, id="blank phones"),
    pytest.param("email", "没有", "没有", id="texts that are no address"),
    pytest.param("email", None, None, id="blank addresses"),
    pytest.param("company", "无", "无", id="words for no company"),
    pytest.param("company", "海川物流", "海运物流", id="different companies"),
]


@pytest.mark.parametrize(("field", "first", "second"), DIFFERENT)
def test_leaves_alone(field: str, first: Any, second: Any) -> None:
    assert said(assessed([{field: first}, {field: second}])) == []


@pytest.mark.parametrize(
    ("owners", "code"),
    [
        pytest.param(["张三", "李四"], "owners", id="two owners"),
        pytest.param(["张三", "李四", "张三"], "owners", id="the whole group, also those of one owner"),
        pytest.param(["张三", "李四", None], "owners", id="also those of nobody"),
        pytest.param(["张三", "张三"], "phone", id="one owner"),
        pytest.param(["张三", None], "phone", id="one named owner"),
        pytest.param(["张三、李四", "张三"], "phone", id="the first named counts"),
        pytest.param([None, None], "phone", id="no owner"),
    ],
)
def test_different_owners_replace_the_warning_of_the_whole_group(owners: list[str | None], code: str) -> None:
    assessment = assessed([{"phone": "13800138001", "owner": owner} for owner in owners])
    assert said(assessment) == [(code, "phone", row) for row in range(2, len(owners) + 2)]


def test_without_an_owner_column_a_duplicate_is_a_warning() -> None:
    assert {code for code, _, _ in said(assessed([{"phone": "13800138001"}] * 2, without=["owner"]))} == {"phone"}


def test_a_duplicate_names_the_other_rows() -> None:
    findings = [f for f in assessed([{"phone": "13800138001"}] * 3).findings if f.code == "duplicate.phone"]
    assert [f.facts["rows"] for f in findings] == [[3, 4], [2, 4], [2, 3]]


def test_two_phones_in_one_cell_are_no_duplicate() -> None:
    assert said(assessed([{"phone": "13800138001/+8613800138001"}])) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("深圳市海川国际物流有限公司", "深圳市海川国际物流有限公", [2, 3], id="a sign less"),
        pytest.param("深圳市海川国际物流有限公司", "深圳市海川国际物流有限公司", [], id="equal ones are more than alike"),
        pytest.param("深圳市海川国际物流有限公司", "北京明德医疗器械有限公司", [], id="names that share their ending"),
        pytest.param("深圳市海川国际物流有限公司", None, [], id="a blank"),
    ],
)
def test_company_names_that_look_alike_are_hinted_at(first: str, second: str | None, expected: list[int]) -> None:
    assessment = assessed([{"company": first}, {"company": second}])
    assert [row for code, _, row in said(assessment) if code == "similar"] == expected


def test_how_alike_is_a_rule() -> None:
    leads = [{"company": "海川物流公司"}, {"company": "海川物流"}]
    assert said(assessed(leads)) == []
    assert len(said(assessed(leads, rules=rules_sheet([("duplicate.similarity", 70)])))) == 2
