"""The page as one file: nothing in it is fetched, nothing that was typed becomes part of it, the same figures are the same bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from importlib.resources import files

import pytest
from lxml import html as parsed

from funnelbook.report.page import html
from funnelbook.report.page.document import Block, Chart, Document, Section, Series, Table, Tile
from funnelbook.report.page.figures import MOST_GROUPS, MOST_OWNERS
from funnelbook.report.page.people import MOST_REMINDERS

EVIL = '</script><script>alert("1")</script><!--'
SIMPLE = Document("zh", "汇总", ["统计日期"], [Tile("leads", "线索", "3", "+1")], [], "完", "目录")


def of(text: str) -> Document:
    chart = Chart("source", "bar", text, [text], [Series(text, [0.5, None], [text, "—"])], "percent")
    block = Block(Table("source", ["a", text], [[text, "1"]], title=text, note=text, stacked=True), chart)
    return Document("zh", text, [text], [Tile("leads", text, text, text)], [Section("source", text, [text], [block])], text, text)


def test_nothing_that_was_typed_becomes_an_element() -> None:
    plain, evil = (parsed.document_fromstring(html(of(text)).decode()) for text in ("x", EVIL))
    assert [node.tag for node in plain.iter()] == [node.tag for node in evil.iter()]
    assert [sorted(node.attrib) for node in plain.iter()] == [sorted(node.attrib) for node in evil.iter()]
    assert evil.findtext(".//h1") == EVIL


def test_the_charts_are_data_that_can_not_end_its_own_element() -> None:
    (charts,) = parsed.document_fromstring(html(of(EVIL)).decode()).xpath("//script[@id='charts']/text()")
    (chart,) = json.loads(charts)
    assert chart["labels"] == [EVIL]
    assert chart["series"] == [{"name": EVIL, "values": [0.5, None], "texts": [EVIL, "—"]}]
    assert not re.search(r"[<>&]", charts)


def test_every_script_and_style_is_allowed_by_its_hash_and_nothing_else_is() -> None:
    root = parsed.document_fromstring(html(of("x")).decode())
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    inline = {"script-src": root.xpath("//script[not(@type)]/text()"), "style-src": root.xpath("//style/text()")}
    for name, found in inline.items():
        hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in found]
        assert rules[name].split() == hashes
    assert root.xpath("//@style | //@onclick | //@onload") == []


def test_nothing_is_loaded_from_anywhere() -> None:
    text = html(of("x")).decode()
    root = parsed.document_fromstring(text)
    assert root.xpath("//@src | //link | //img | //iframe | //base | //form") == []
    assert all(link.startswith("#") for link in root.xpath("//@href"))
    assert "sourceMappingURL" not in text
    assert not re.search(r"@import|url\(", root.findtext(".//style"))


def test_the_chart_library_is_what_its_authors_published() -> None:
    library = files("funnelbook.report.page").joinpath("chart.umd.min.js").read_bytes()
    assert hashlib.sha256(library).hexdigest() == "87364cc2b2a76a6684929e7d6b80b18a897794db38400caff1fcf1791c6925d2"


def test_the_licence_of_the_chart_library_comes_with_it() -> None:
    text = html(SIMPLE).decode()
    assert "Chart.js v4.6.1" in text
    assert "Permission is hereby granted" in text


def test_the_same_figures_are_the_same_bytes_and_say_their_language() -> None:
    assert html(of("a")) == html(of("a"))
    assert b'<html lang="zh-CN">' in html(SIMPLE)
    assert b'<html lang="en">' in html(replace(SIMPLE, lang="en"))


def test_a_page_full_of_the_longest_texts_stays_below_one_megabyte() -> None:
    """As many rows as the page ever has, each cell as long as clip() leaves it."""
    long = "长" * 60

    def table(name: str, rows: int, columns: int, stacked: bool = False) -> Block:
        labels = [long] * min(rows, MOST_GROUPS)
        chart = None if stacked else Chart(name, "bar", long, labels, [Series(long, [0.1234] * len(labels), ["12.3%"] * len(labels))])
        return Block(Table(name, ["公司名称"] * columns, [[long, *["9,999,999,999"] * (columns - 1)]] * rows, stacked=stacked), chart)

    words = Table(
        "reminders",
        ["应完成日期"] * 8,
        [["今天应联系客户", "抄送主管", "2024-06-20", "16", long, long, long, "13800000000"]] * MOST_REMINDERS,
        stacked=True,
    )
    blocks = [*(table(str(i), MOST_GROUPS, 6) for i in range(12)), table("owner", MOST_OWNERS, 11, True), Block(words)]
    assert len(html(replace(SIMPLE, sections=[Section("a", "a", blocks=blocks)]))) < 1_000_000


@pytest.mark.parametrize("text", ["$title", "${x}", "$"])
def test_a_dollar_sign_is_only_a_dollar_sign(text: str) -> None:
    assert parsed.document_fromstring(html(of(text)).decode()).findtext(".//h1") == text
