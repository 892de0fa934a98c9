"""Masks: what leaves the workbook shows neither whole phones nor names (DESIGN.md 2)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from funnelbook.funnel.model import Finding
from funnelbook.report import masks


@pytest.mark.parametrize(
    ("text", "expected"),
    [("张三", "张*"), ("张*", "张*"), ("*经理", "*经理"), ("Alice Smith", "A*"), ("", "*"), (None, None)],
)
def test_of_a_name_the_first_sign_is_shown(text: str | None, expected: str | None) -> None:
    assert masks.name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13800010001", "138****0001"),
        ("138 0001 0001", "138****0001"),
        ("138-0001-0001", "138****0001"),
        ("+86 13800010001", "138****0001"),
        ("+44 20 7946 0958", "442*****0958"),
        ("(010) 6234-5678", "(010****5678"),
        ("138****0001", "138****0001"),
        ("138", "138"),
        ("62345", "62345"),
        ("张三 13800010001/13900020002", "张三 138****0001/139****0002"),
        ("zhang.san@example.com", "z***@example.com"),
        ("微信 a1", "微信 a1"),
    ],
)
def test_of_a_phone_and_a_mail_address_the_middle_is_hidden(text: str, expected: str) -> None:
    assert masks.phone(text) == expected


@pytest.mark.parametrize("digits", range(7, 16))
def test_however_short_a_number_is_four_digits_are_hidden(digits: int) -> None:
    masked = masks.phone("123456789012345"[:digits])
    assert len(masked) == digits
    assert masked.count("*") >= 4


def finding(field: str, value: Any, **facts: Any) -> Finding:
    return Finding("x", "warning", "leads", "线索", 2, 3, 0, field, value, facts)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("phone", "13800010001", "138****0001"),
        ("phone", 13800010001.0, "138****0001"),
        ("phone", 13800010001, "138****0001"),
        ("email", "a@b.cn", "a***@b.cn"),
        ("wechat", "13800010001", "138****0001"),
        ("owner", "张三、李四", "张*"),
        ("contact", "李经理", "李*"),
        ("followed_by", "王五", "王*"),
        ("budget", "面议", "面议"),
        ("entered_at", "2024-06-31", "2024-06-31"),
        ("phone", None, None),
    ],
)
def test_a_finding_may_be_shown_to_anybody(field: str, value: Any, expected: Any) -> None:
    assert masks.finding(finding(field, value)).value == expected


def test_the_owners_of_a_duplicate_are_masked_and_other_facts_stay() -> None:
    masked = masks.finding(finding("phone", "13800010001", owners=["张三", "李四"], rows=[2, 3]))
    assert masked.facts == {"owners": ["张*", "李*"], "rows": [2, 3]}
    assert not re.search(r"\d{11}", str(masked.value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("电话 13800010001,邮箱 a.b@c.cn", "电话 138****0001,邮箱 a***@c.cn"),
        (13800010001, "138****0001"),
        ({"a": ["13800010001", 5, None, True]}, {"a": ["138****0001", 5, None, True]}),
        ("2024-06-20T14:30", "2024-06-20T14:30"),
        ("20240605001", "20240605001"),
        (0.5, 0.5),
    ],
)
def test_mobile_numbers_and_mail_addresses_are_masked_wherever_they_stand(value: Any, expected: Any) -> None:
    assert masks.everywhere(value) == expected
