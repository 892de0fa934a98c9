"""A page of `funnelbook report` as figures: what it says, and what it should say by the JSON of the same workbook."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from lxml import html

from funnelbook.report.phrases import group_word
from funnelbook.words import say

Rows = list[list[str]]
_ALWAYS = {"result": ("won", "open"), "first_touch": ("on_time", "overdue"), "follow_up": ("due", "overdue")}
"""States that stand on the page although no lead is in them."""


def read(page: bytes) -> dict[str, Any]:
    """Tiles, tables and the headers of the tables of a page, by name."""
    root = html.document_fromstring(page.decode())
    tiles = {node.get("data-figure"): node.findtext("b") for node in root.iterfind(".//div[@data-figure]")}
    tables, headers = {}, {}
    for node in root.iterfind(".//table"):
        headers[node.get("data-table")] = [cell.text_content() for cell in node.iterfind("thead/tr/th")]
        tables[node.get("data-table")] = [[cell.text_content() for cell in row] for row in node.iterfind("tbody/tr")]
    return {"tiles": tiles, "tables": tables, "headers": headers}


def percent(value: float) -> str:
    """A share as Excel shows it: halves are rounded up."""
    return f"{Decimal(f'{value * 100:.12g}').quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def tiles(document: dict[str, Any]) -> dict[str, str]:
    """What the tiles that stand on the page have to show, as far as the JSON has it."""
    found, lang = document["metrics"], document["lang"]
    first, results = found["first_touch"], found["results"]
    judged = first["on_time"] + first["late"] + first["overdue"]
    return {
        "leads": f"{found['leads']:,}",
        "open": f"{results['open'] + results['nurturing']:,}",
        "won": f"{results['won']:,}",
        "conversion": percent(results["won"] / found["leads"]),
        "on_time": percent(first["on_time"] / judged) if judged else say("page.none", lang),
        "overdue": f"{found['follow_up']['overdue'] + found['follow_up']['pool']:,}",
        "completeness": say("page.none", lang) if found["completeness"] is None else percent(found["completeness"]),
    }


def tables(document: dict[str, Any]) -> dict[str, Any]:
    """What the tables have to show, as far as the JSON has it; of sources the largest dozen."""
    found, lang = document["metrics"], document["lang"]
    found = {**found, "by_source": [{**rate, "key": group_word("source", rate["key"], lang)} for rate in found["by_source"]][:12]}
    wanted: dict[str, Any] = {f"{key}": _rates(found[f"by_{key}"], lang) for key in ("source", "tier") if found[f"by_{key}"]}
    if found["by_level"]:
        wanted["level"] = _rates([{**rate, "key": rate["key"] and say(f"level.{rate['key']}", lang)} for rate in found["by_level"]], lang)
    months = sorted(found["by_month"], key=lambda rate: (rate["key"] is None, str(rate["key"])))
    if months:
        wanted["month"] = _rates(months[-12:], lang)
    for name, key in (("result", "results"), ("first_touch", "first_touch"), ("follow_up", "follow_up")):
        counts = found[key]
        if name == "result" or any(n for code, n in counts.items() if code not in ("undetermined", "closed", "exempt")):
            shown = {code: n for code, n in counts.items() if n or code in _ALWAYS[name]}
            wanted[name] = [[_said(f"{name}.{code}", lang), f"{n:,}", percent(n / found["leads"])] for code, n in shown.items()]
    for name, key in (("reason.not_won", "loss_reasons"), ("reason.lost", "lost_reasons")):
        if found[key]:
            wanted[name] = [
                [group_word("loss_reason", reason["key"], lang), f"{reason['count']:,}", percent(reason["share"])] for reason in found[key]
            ]
    return wanted


def owners(document: dict[str, Any]) -> Rows:
    """Name, leads and won, and the rate of all leads, of the owner table."""
    return [[row[0], row[1], row[2], row[4]] for row in _rates(document["metrics"]["by_owner"], document["lang"])]


def problems(document: dict[str, Any]) -> Rows:
    """Findings by severity and code, the worst first."""
    lang, order = document["lang"], ["error", "warning", "info"]
    counts = Counter((one["severity"], one["code"]) for one in document["findings"])
    ranked = sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1]))
    return [[_said(f"problem.{code}", lang), say(f"severity.{severity}", lang), str(n)] for (severity, code), n in ranked]


def reminded(document: dict[str, Any]) -> list[int]:
    """How many reminders every owner has."""
    keys = sorted((one["owner"] is not None, one["owner"] or "") for one in document["reminders"])
    return sorted(len(list(mine)) for _, mine in groupby(keys))


def _rates(rates: list[dict[str, Any]], lang: str) -> Rows:
    def share(over: int, base: int) -> str:
        return percent(over / base) if base else "—"

    return [
        [
            _said("group.blank", lang) if rate["key"] is None else rate["key"],
            *(f"{rate[name]:,}" for name in ("leads", "won", "closed")),
            share(rate["won"], rate["leads"]),
            share(rate["won"], rate["closed"]),
        ]
        for rate in rates
    ]


def _said(code: str, lang: str) -> str:
    """A word of ours; the page writes brackets as Chinese does."""
    return say(code, lang).translate({ord("("): "（", ord(")"): "）"}) if lang == "zh" else say(code, lang)
