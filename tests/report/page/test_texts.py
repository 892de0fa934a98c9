"""Figures and sentences of the page."""

from __future__ import annotations

import pytest

from funnelbook.report.page.texts import clip, count, days, group, percent, sentence, share


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("有线索超过 7 天没有跟进:请按「跟进提醒」重新分配,避免流失。", "有线索超过 7 天没有跟进：请按「跟进提醒」重新分配，避免流失。"),
        ("客户联系已超期(按客户等级的跟进频率)", "客户联系已超期（按客户等级的跟进频率）"),
        ("错误 3 项,警告 4 项", "错误 3 项，警告 4 项"),
        ("「A级」;B 类 2 条(202405001、202405002)", "「A级」；B 类 2 条（202405001、202405002）"),
    ],
)
def test_sentences_in_chinese_have_chinese_punctuation(written: str, shown: str) -> None:
    assert sentence(written, "zh") == shown


@pytest.mark.parametrize("text", ["12:30", "1,200", "A, B", "TOP3 (2024)", "a:b"])
def test_times_numbers_and_other_scripts_keep_theirs(text: str) -> None:
    assert sentence(text, "zh") == text


def test_english_is_left_alone() -> None:
    assert sentence("“展会” converts worst: (展会)", "en") == "“展会” converts worst: (展会)"


def test_figures_are_grouped_and_without_a_base_they_are_a_dash() -> None:
    assert (count(1234567.0), percent(1, 3), percent(0.5), days(12.34)) == ("1,234,567", "33.3%", "50.0%", "12.3")
    assert (percent(None), percent(0, 0), days(None), share(1, 0)) == ("—", "—", "—", None)


def test_halves_are_rounded_up_as_excel_shows_them() -> None:
    assert (percent(3, 48), percent(-0.0625), days(0.25), count(2.5), percent(0.2345)) == ("6.3%", "-6.3%", "0.3", "3", "23.5%")


def test_what_somebody_typed_is_one_line_of_a_line_s_length() -> None:
    assert clip("a\n b\tc") == "a b c"
    assert clip("长" * 500) == "长" * 59 + "…"
    assert (group(None, "zh"), group("a", "zh")) == ("（未填写）", "a")
