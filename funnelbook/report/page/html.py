"""A Document as the bytes of one HTML file: markup, style, chart library and chart data in one, and a policy that forbids the network."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from string import Template

from .document import Block, Chart, Document, Section, Table, Tile
from .markup import Html, element, joined, text

_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_SOURCE_MAP = "//# sourceMappingURL="


def html(of: Document) -> bytes:
    """The file; the same document gives the same bytes."""
    style, library, script = _data("page.css"), _library(), _data("page.js")
    page = Template(_data("page.html")).substitute(
        lang=_LANGUAGES[of.lang],
        policy=_policy(style, library, script),
        title=text(of.title),
        style=style,
        body=_body(of),
        charts=_json([block.chart for section in of.sections for block in section.blocks if block.chart]),
        licence=_data("chart.licence.txt"),
        library=library,
        script=script,
    )
    return page.encode()


def _body(of: Document) -> Html:
    about = [element("p", line) for line in of.about]
    links = [element("a", section.title, href=f"#{section.name}") for section in of.sections]
    return joined(
        element("header", element("h1", of.title), *about),
        element("div", *map(_tile, of.tiles), class_="tiles") if of.tiles else None,
        element("nav", *links, aria_label=of.contents) if len(links) > 2 else None,
        element("main", *map(_section, of.sections)),
        element("footer", of.footer),
    )


def _tile(of: Tile) -> Html:
    change = element("span", of.change, class_="change") if of.change else None
    return element("div", element("span", of.label), element("b", of.value), change, class_="tile", data_figure=of.name)


def _section(of: Section) -> Html:
    lines = [element("li" if of.is_list else "p", line) for line in of.lines]
    return element(
        "section",
        element("h2", of.title),
        element("ul", *lines) if of.is_list else joined(*lines),
        *map(_block, of.blocks),
        id=of.name,
    )


def _block(of: Block) -> Html:
    return element("div", _table(of.table), None if of.chart is None else _canvas(of.chart), class_="pair" if of.chart else "alone")


def _table(of: Table) -> Html:
    kinds = ["w whole" if i in of.whole else "w" if i in of.words else None for i in range(len(of.header))]
    head = [element("th", name, class_=kind, scope="col") for name, kind in zip(of.header, kinds, strict=True)]
    rows = []
    for row in of.rows:
        labels = of.header if of.stacked else [None] * len(row)
        cells = [
            element("td" if i else "th", cell, class_=kind, scope=None if i else "row", data_label=label)
            for i, (cell, kind, label) in enumerate(zip(row, kinds, labels, strict=True))
        ]
        rows.append(element("tr", *cells))
    table = element(
        "table",
        element("caption", of.title) if of.title else None,
        element("thead", element("tr", *head)),
        element("tbody", *rows),
        class_=None if not of.stacked else "stacked words" if len(of.words) > 1 else "stacked figures",
        data_table=of.name,
    )
    return element("div", table, element("p", of.note, class_="note") if of.note else None)


def _canvas(of: Chart) -> Html:
    return element("div", element("canvas", id=_id(of), role="img", aria_label=of.title), class_="chart")


def _id(of: Chart) -> str:
    return f"chart.{of.name}"


def _json(charts: list[Chart]) -> str:
    """What page.js draws; no sign in it can end the element that holds it."""
    found = [{"id": _id(chart), **asdict(chart)} for chart in charts]
    written = json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _policy(style: str, *scripts: str) -> str:
    """Only the style and the scripts of the page itself, by their hashes; nothing is ever loaded or sent."""
    allowed = " ".join(map(_hash, scripts))
    return f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@cache
def _data(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _library() -> str:
    """The chart library without the link to its source map, which browsers' tools would try to load."""
    return _data("chart.umd.min.js").partition(_SOURCE_MAP)[0]
