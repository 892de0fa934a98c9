"""Phones, e-mail addresses, people, companies and ids as they are typed (RULES.md 1.10, 1.11 and 2)."""

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.funnel.parse import (
    Phone,
    Trouble,
    company_key,
    parse_email,
    parse_key,
    parse_people,
    parse_phone,
    shown_id,
)
from funnelbook.funnel.rulebook import RuleBook

WORDS = RuleBook.default().words
MOBILE, BEIJING, SHENZHEN = "+8613800138000", "+861088886666", "+8675581234567"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("13800138000", [MOBILE]),
        ("138 0013 8000", [MOBILE]),
        ("138-0013-8000", [MOBILE]),
        ("138–0013–8000", [MOBILE]),
        ("１３８００１３８０００", [MOBILE]),
        ("\u202d13800138000\u202c", [MOBILE]),
        ("+86 138 0013 8000", [MOBILE]),
        ("8613800138000", [MOBILE]),
        ("0086-13800138000", [MOBILE]),
        ("电话：13800138000", [MOBILE]),
        ("Tel. 13800138000", [MOBILE]),
        ("13800138000（微信同号）", [MOBILE]),
        ("微信同号13800138000", [MOBILE]),
        ("微信 13800138000", [MOBILE]),
        ("010-88886666", [BEIJING]),
        ("(010)88886666", [BEIJING]),
        ("010-8888-6666", [BEIJING]),
        ("0755 8123 4567 转 801", [SHENZHEN]),
        ("0755-81234567转801", [SHENZHEN]),
        ("0755-81234567-801", [SHENZHEN]),
        ("0755-81234567x801", [SHENZHEN]),
        ("0755 81234567 ext. 801", [SHENZHEN]),
        ("400-800-1234", ["+864008001234"]),
        ("+852 2345 6789", ["+85223456789"]),
        ("13800138000/010-88886666", [MOBILE, BEIJING]),
        ("13800138000、010-88886666", [MOBILE, BEIJING]),
        ("13800138000；\n010-88886666", [MOBILE, BEIJING]),
        ("13800138000,13800138000", [MOBILE]),
        ("13800138000/138****5678", [MOBILE]),
    ],
)
def test_complete_numbers_are_read_in_order(text: str, numbers: list[str]) -> None:
    phone = parse_phone(text, WORDS)
    assert phone == Phone(tuple(numbers))
    assert phone.e164 == numbers[0]


@pytest.mark.parametrize("value", [13800138000, 13800138000.0])
def test_a_phone_stored_as_a_number_is_read_and_told(value: float) -> None:
    assert parse_phone(value, WORDS) == Phone((MOBILE,), numeric=True)


@pytest.mark.parametrize(
    "text",
    [
        "138****5678",
        "138＊＊＊＊5678",
        "138xxxx5678",
        "138XXXX5678",
        "1381234●●●●",
        "138*",
        "****",
        "+86 138****5678",
        "138",
        "1380013800",
        "88886666",
        "8888-6666",
        "+86 138",
        "95588",
        "zhang@example.com",
        "微信:zhang_san",
        "wx zhang",
    ],
)
def test_masked_cut_and_other_ways_to_reach_somebody_are_accepted_in_silence(text: str) -> None:
    phone = parse_phone(text, WORDS)
    assert phone == Phone(())
    assert phone.e164 is None


@pytest.mark.parametrize(
    "value",
    [
        "12800138000",
        "138001380001",
        "010-8888666",
        "0755-812345-678",
        "010",
        "张经理",
        "zhang_san",
        "电话",
        "x",
        "@",
        "13800138000/12800138000",
        "13800138000 13900139000",
        "1.38E+10",
        "-138",
        "+1 650",
        "/",
        138.5,
        -138,
        None,
        float("nan"),
        dt.date(2024, 5, 1),
        "1" * 5000,
        "x" * 5000 + "!",
        "1 " * 5000,
    ],
)
def test_what_is_no_phone_is_refused(value: Any) -> None:
    assert parse_phone(value, WORDS) == Trouble("phone.invalid", "unreadable")


@given(st.text(alphabet="0123456789+-() .xX*/、,转电话微信@a:", max_size=24))
def test_every_text_is_a_phone_or_a_trouble(text: str) -> None:
    assert isinstance(parse_phone(text, WORDS), Phone | Trouble)


def test_a_hundred_thousand_phones_take_seconds() -> None:
    start = time.process_time()
    for number in range(10_000):
        parse_phone(f"138{number:08d}", WORDS)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("zhang@example.com", "zhang@example.com"),
        (" Zhang.San@Example.COM ", "zhang.san@example.com"),
        ("zhang＠example.com", "zhang@example.com"),
        ("a+b@mail.example.com.cn", "a+b@mail.example.com.cn"),
    ],
)
def test_an_address_is_read_in_lower_case(value: str, address: str) -> None:
    assert parse_email(value) == address


@pytest.mark.parametrize(
    "value",
    [
        "zhang",
        "zhang@",
        "@example.com",
        "zhang@example",
        "a@@example.com",
        "a b@example.com",
        ".a@example.com",
        12,
        None,
        "a..b@example.com",
        "a@-example.com",
        "a@example.com;b@example.com",
        "Zhang <a@example.com>",
        "a" * 9999 + "@",
    ],
)
def test_what_is_no_address_is_refused(value: Any) -> None:
    assert parse_email(value) == Trouble("email.invalid", "unreadable")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("张三", ("张三",)),
        ("张*", ("张*",)),
        ("*经理", ("*经理",)),
        ("张三、李四", ("张三", "李四")),
        ("张三，李四; 王五", ("张三", "李四", "王五")),
        ("张三/李四\n王五", ("张三", "李四", "王五")),
        ("张三、", ("张三",)),
        ("张三/无", ("张三",)),
        ("Anna Li", ("Anna Li",)),
        (7, ("7",)),
        ("N/A", ()),
        ("/", ()),
        ("、", ()),
        (None, ()),
    ],
)
def test_people_are_parted_at_their_separators(value: Any, names: tuple[str, ...]) -> None:
    assert parse_people(value, WORDS) == names


@pytest.mark.parametrize("name", ["某某科技（北京）有限公司", "某某科技(北京)有限公司", "某某 科技【北京】\u3000有限公司 "])
def test_spelling_does_not_part_companies(name: str) -> None:
    assert company_key(name, WORDS) == "某某科技北京有限公司"


def test_case_does_not_part_companies() -> None:
    assert company_key("ＡＢＣ Trading", WORDS) == company_key("abc trading", WORDS) == "abctrading"


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("202405001", "202405001"),
        (202405001, "202405001"),
        (202405001.0, "202405001"),
        ("２０２４０５００１", "202405001"),
        ("202405001-展会", "202405001"),
        ("202405001－官网", "202405001"),
        ("202405001 - 官网", "202405001"),
        ("202405001-官网-线上", "202405001"),
        ("202405-001", "202405-001"),
        ("202405-001-展会", "202405-001"),
        ("2024-A1", "2024-A1"),
        ("KH-A", "KH-A"),
        ("007", "007"),
        (" 007 ", "007"),
        ("kh-1", "kh-1"),
        ("KH-1", "KH-1"),
        ("", None),
        ("\u3000", None),
        (None, None),
    ],
)
def test_an_id_becomes_the_key_that_joins_tables(value: Any, key: str | None) -> None:
    assert parse_key(value) == key


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    key = parse_key(text)
    assert parse_key(key) == key


@pytest.mark.parametrize(
    ("value", "shown"),
    [("202405001-展会", "202405001-展会"), (" ００１ ", "００１"), (202405001.0, "202405001"), (7, "7"), (None, "")],
)
def test_an_id_is_shown_as_it_was_typed(value: Any, shown: str) -> None:
    assert shown_id(value) == shown
