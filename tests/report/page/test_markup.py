"""Elements of HTML: whatever text goes in, it stays a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from funnelbook.report.page.markup import Html, element, joined


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "</td><img src=x onerror=alert(1)>", '"><svg onload=1>', "' onclick='1", "&lt;b&gt;", "]]>"]
)
def test_a_text_never_becomes_an_element_or_an_attribute(evil: str) -> None:
    node = html.fragment_fromstring(element("p", evil, title=evil, data_label=evil))
    assert (node.tag, len(node), node.text) == ("p", 0, evil)
    assert dict(node.attrib) == {"title": evil, "data-label": evil}


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Cf"])))
def test_what_goes_in_is_what_a_browser_shows(text: str) -> None:
    assert html.fragment_fromstring(element("p", "·", text)).text_content() == "·" + text


def test_signs_that_html_forbids_or_that_turn_the_text_around_are_replaced() -> None:
    assert element("b", "a\x00b\u202ec\ud800") == "<b>a\ufffdb\ufffdc\ufffd</b>"


def test_elements_nest_and_what_is_none_is_left_out() -> None:
    assert joined(element("p", element("b", "1"), None, "<"), Html("<br>")) == "<p><b>1</b>&lt;</p><br>"
    assert element("td", "x", class_=None, scope="row") == '<td scope="row">x</td>'
