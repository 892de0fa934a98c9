"""Headers and words as they are compared (RULES.md 8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.funnel.parse import Vocabulary, header_key, header_unit, traditional, word_key
from funnelbook.funnel.rulebook import RuleBook

SOURCES = {"官网": ["官网表单", "Website"], "展会": ["展会推荐", "行业展会"], "电话咨询": []}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("联系人", "联系人"),
        ("*联系人", "联系人"),
        ("联系人 (必填)*", "联系人"),
        ("联系人＊", "联系人"),
        ("联系\n方式", "联系方式"),
        ("\ufeff联系　方式", "联系方式"),
        ("成交金额(万)", "成交金额"),
        ("成交金额（万元）", "成交金额"),
        ("电话【必填】", "电话"),
        ("成交概率(%)", "成交概率"),
        ("金额(万)(必填)", "金额"),
        ("金额(万)合计", "金额(万)合计"),
        ("(万)", "(万)"),
        ("客戶編號", "客户编号"),
        ("聯繫人", "联系人"),
        ("跟進時間", "跟进时间"),
        ("Lead ID", "leadid"),
        ("ＬＥＡＤ　ＩＤ", "leadid"),
        (2024, "2024"),
        (None, ""),
    ],
)
def test_headers_are_compared_without_their_trimmings(text: object, key: str) -> None:
    assert header_key(text) == key


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("成交金额(万)", "万"),
        ("成交金额（ 万元 ）*", "万元"),
        ("成交概率(%)", "%"),
        ("金额", None),
        ("(万)", None),
        ("金额()", None),
        (None, None),
    ],
)
def test_the_unit_of_a_header_stands_in_its_last_brackets(text: object, unit: str | None) -> None:
    assert header_unit(text) == unit


@given(st.text() | st.text(alphabet="客戶編號乾清宮成交金额()（）【】[]*＊ \n\u3000Aßİ\u0345é\u0301"))
def test_the_key_of_a_header_key_is_itself(text: str) -> None:
    assert header_key(header_key(text)) == header_key(text)
    assert word_key(word_key(text)) == word_key(text)


def test_the_traditional_signs_of_a_simplified_one_are_known() -> None:
    assert "編" in traditional("编")
    assert traditional("A") == ""


@pytest.mark.parametrize("value", ["官网", " 官网 ", "官網", "官网表单", "WEBSITE", "web site", "官网(主站)"])
def test_a_synonym_is_read_as_its_canonical_word(value: str) -> None:
    assert Vocabulary(SOURCES).read(value) == "官网"


@pytest.mark.parametrize("value", ["", "官", "官网2", "地推", None, 3])
def test_an_unknown_word_is_not_guessed(value: object) -> None:
    assert Vocabulary(SOURCES).read(value) is None


@pytest.mark.parametrize(
    ("value", "nearest"),
    [("展会推介", "展会"), ("Websit", "官网"), ("电话询问", "电话咨询"), ("地推", None), ("", None)],
)
def test_the_nearest_word_is_a_hint(value: str, nearest: str | None) -> None:
    assert Vocabulary(SOURCES).nearest(value) == nearest


def test_a_word_that_stands_with_brackets_is_found_first() -> None:
    assert Vocabulary({"其他": [], "其他渠道": ["其他(渠道)"]}).read("其他（渠道）") == "其他渠道"


def test_canonical_words_keep_the_order_of_the_rule_book() -> None:
    assert Vocabulary(SOURCES).canonical == ("官网", "展会", "电话咨询")


def test_a_word_with_two_meanings_is_a_mistake_of_the_rule_book() -> None:
    with pytest.raises(ValueError, match="Website: 官网, 展会"):
        Vocabulary({"官网": ["Website"], "展会": ["Website"]})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("待跟进→跟进中", ["待跟进", "跟进中"]),
        ("由 谈判中 改为 未成交", ["谈判中", "未成交"]),
        ("Not Won", ["未成交"]),
        ("renewed, now Proposal", ["方案提交"]),
        ("談判中", ["谈判中"]),
        ("成交(原谈判中)", ["成交"]),
        ("改了电话", []),
        (None, []),
    ],
)
def test_a_text_names_the_words_that_stand_in_it_the_longest_first(text: str | None, named: list[str]) -> None:
    assert RuleBook.default().vocabularies["status"].named_in(text) == named
