"""The sections of the page that hold the figures of the metrics: trend, states, rates, owners, levels, cycle, reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ...funnel.levels import bottleneck
from ...funnel.limits import FIRST_TOUCH, FOLLOW_UP
from ...funnel.model import Assessment, Metrics, Period, Rate, Reason
from ...funnel.results import RESULTS
from ..phrases import level_word
from .document import Block, Chart, Section, Series, Table
from .texts import clip, count, days, group, percent, share, word

MOST_GROUPS = 12
"""Groups that a table of rates names, as those of the summary do."""
MOST_OWNERS = 100


def trend(found: Metrics, lang: str) -> Section:
    """Twelve weeks and this month."""
    names = ("new", "touches", "won")
    rows = [_period(f"{week.start:%m-%d}", week) for week in found.weeks]
    rows.append(_period(f"{word('column.this_month', lang)} {found.month.start:%Y-%m}", found.month))
    header = [word(f"column.{name}", lang) for name in ("week", *names, "amount")]
    weeks = rows[:-1]
    values = ([w.leads for w in found.weeks], [w.touches for w in found.weeks], [w.won for w in found.weeks])
    series = [Series(header[i], mine, [row[i] for row in weeks]) for i, mine in enumerate(values, start=1)]
    chart = Chart("trend", "line", word("chart.trend", lang), [row[0] for row in weeks], series)
    return Section("trend", word("section.trend", lang), blocks=[Block(Table("trend", header, rows), chart)])


def _period(name: str, period: Period) -> list[str]:
    return [name, count(period.leads), count(period.touches), count(period.won), count(period.amount)]


def funnel(assessment: Assessment, lang: str) -> Section:
    """How many leads came how far, and the states that they are in."""
    found, touches = assessment.metrics, assessment.leads["touches"]
    steps = {
        "entered": found.leads,
        "touched": int((touches >= 1).sum()),
        "again": int((touches >= 2).sum()),
        "won": found.results["won"],
    }
    blocks = [
        _counted("funnel", "funnel", steps, found.leads, "blue", lang),
        _counted("result", "result", {code: found.results[code] for code in RESULTS}, found.leads, "green", lang),
        _counted("first_touch", "first_touch", {code: found.first_touch[code] for code in FIRST_TOUCH}, found.leads, "blue", lang),
        _counted("follow_up", "follow_up", {code: found.follow_up[code] for code in FOLLOW_UP}, found.leads, "orange", lang),
    ]
    return Section("states", word("section.states", lang), blocks=blocks)


def _counted(name: str, prefix: str, counts: Mapping[str, int], base: int, colour: str, lang: str) -> Block:
    """Codes with their numbers and their shares of all leads; drawn when there is more to see than that nothing is known."""
    names = [word(f"{prefix}.{code}", lang) for code in counts]
    rows = [[label, count(n), percent(n, base)] for label, n in zip(names, counts.values(), strict=True)]
    table = Table(name, [word(f"column.{name}", lang), word("column.leads", lang), word("column.share", lang)], rows)
    if not any(n for code, n in counts.items() if code != "undetermined"):
        return Block(table)
    series = [Series(word("column.leads", lang), list(counts.values()), [row[1] for row in rows])]
    return Block(table, Chart(name, "bar", word(f"chart.{name}", lang), names, series, colour=colour))


def rates(name: str, found: Sequence[Rate], lang: str) -> list[Section]:
    """Leads, won, closed and both rates per group; nothing without groups."""
    if not found:
        return []
    shown = found[:MOST_GROUPS]
    names = [group(rate.key, lang) for rate in shown]
    header = [word(f"column.{key}", lang) for key in (name, "leads", "won", "closed", "conversion", "closed_conversion")]
    rows = [
        [key, count(rate.leads), count(rate.won), count(rate.closed), percent(rate.won, rate.leads), percent(rate.won, rate.closed)]
        for key, rate in zip(names, shown, strict=True)
    ]
    series = [Series(word("column.conversion", lang), [share(rate.won, rate.leads) for rate in shown], [row[4] for row in rows])]
    kind = "column" if name == "month" else "bar"
    more = word("group.more", lang, n=len(found) - len(shown)) if len(found) > len(shown) else None
    chart = Chart(name, kind, word(f"chart.{name}", lang), names, series, "percent")
    return [Section(name, word(f"section.{name}", lang), blocks=[Block(Table(name, header, rows, note=more), chart)])]


def level_rates(found: Metrics, lang: str) -> list[Section]:
    """The rates of every level, in the order of the levels."""
    order = {line.level: i for i, line in enumerate(found.levels)}
    known = sorted(found.by_level, key=lambda rate: order.get(str(rate.key), len(order)))
    return rates("level", [replace(rate, key=level_word(rate.key, lang)) for rate in known], lang)


def levels(found: Metrics, lang: str) -> list[Section]:
    """The funnel of the levels with both conversion readings and its bottleneck; nothing without levels."""
    if not found.levels:
        return []
    stages, lost = found.levels[:-1], found.levels[-1]
    worst = bottleneck(found.levels)
    names = [str(level_word(line.level, lang)) for line in stages]
    rows = [[names[0], count(stages[0].now), "", count(stages[0].ever), ""]]
    for name, (before, line) in zip(names[1:], pairwise(stages), strict=True):
        mark = f" {word('levels.bottleneck', lang)}" if line is worst else ""
        rows.append([name + mark, count(line.now), percent(line.now, before.now), count(line.ever), percent(line.ever, before.ever)])
    rows.append([str(level_word(lost.level, lang)), count(lost.now), "", "", ""])
    header = [word(f"column.{key}", lang) for key in ("levels", "now", "snapshot", "ever", "reached")]
    unknown = lost.now - lost.ever
    note = f"{word('levels.excluded', lang)} {count(unknown)}" if unknown else None
    series = [Series(word("column.ever", lang), [stage.ever for stage in stages], [row[3] for row in rows])]
    chart = Chart("levels", "bar", word("chart.levels", lang), names, series)
    table = Table("levels", header, rows, note=note)
    return [Section("levels", word("section.levels", lang), blocks=[Block(table, chart)])]


def recent(found: Sequence[Rate]) -> list[Rate]:
    """The latest months, oldest first; a blank month is left to the total."""
    return sorted((rate for rate in found if rate.key is not None), key=lambda rate: str(rate.key))[-MOST_GROUPS:]


def owners(found: Metrics, names: Sequence[str | None], lang: str) -> Section:
    """One line per owner; *names* are what the owners are called here."""
    keys = ("leads", "open", "touches_week", "on_time", "overdue", "won", "amount", "conversion", "closed_conversion", "completeness")
    lines = list(zip(names, found.owners, found.by_owner or [None] * len(found.owners), strict=True))
    rows = [
        [
            group(name, lang),
            *map(count, (line.leads, line.open, line.touches)),
            percent(line.on_time, line.touched),
            *map(count, (line.overdue, line.won, line.amount)),
            percent(line.won, line.leads),
            percent(line.won, rate.closed if rate else 0),
            percent(line.filled, line.required),
        ]
        for name, line, rate in lines[:MOST_OWNERS]
    ]
    header = [word(f"column.{key}", lang) for key in ("owner", *keys)]
    note = f"{word('column.week_of', lang)} {found.weeks[-1].start.isoformat()}"
    if len(lines) > MOST_OWNERS:
        note = word("group.more", lang, n=len(lines) - MOST_OWNERS)
    return Section("owner", word("section.owner", lang), blocks=[Block(Table("owner", header, rows, note=note, stacked=True))])


def cycle(found: Metrics, lang: str) -> Section:
    """Days from entry to close: of all won leads, per tier, and per level that they had before."""
    title = word("section.cycle", lang)
    if not found.cycle.n:
        return Section("cycle", title, [word("page.no_cycle", lang)])
    tiers = sorted(found.cycle_by_tier.items())
    before = [(str(level_word(line.level, lang)), found.cycle_by_level.get(line.level)) for line in found.levels]
    groups = [*tiers, *((name, mine) for name, mine in before if mine is not None)]
    lines = [(word("group.all", lang), found.cycle), *groups]
    rows = [[clip(name), count(mine.n), days(mine.mean_days), days(mine.median_days)] for name, mine in lines]
    table = Table("cycle", [word(f"column.{key}", lang) for key in ("cycle", "n", "mean", "median")], rows)
    if not groups:
        return Section("cycle", title, blocks=[Block(table)])
    series = [Series(word("column.mean", lang), [mine.mean_days for _, mine in groups], [row[2] for row in rows[1:]])]
    name = word("chart.cycle" if tiers else "chart.cycle_level", lang)
    return Section(
        "cycle", title, blocks=[Block(table, Chart("cycle", "bar", name, [row[0] for row in rows[1:]], series, "days", "green"))]
    )


def reasons(found: Metrics, lang: str) -> Section:
    """The top reasons of leads not won and lost."""
    title = word("section.reasons", lang)
    blocks = [
        _reasons(result, listed, lang) for result, listed in (("not_won", found.loss_reasons), ("lost", found.lost_reasons)) if listed
    ]
    return Section("reasons", title, [] if blocks else [word("empty.reasons", lang)], blocks)


def _reasons(result: str, listed: Sequence[Reason], lang: str) -> Block:
    shown = listed[:MOST_GROUPS]
    rows = [[clip(reason.key), count(reason.count), percent(reason.share)] for reason in shown]
    header = [word(f"column.reason.{result}", lang), word("column.rows", lang), word("column.share", lang)]
    more = word("group.more", lang, n=len(listed) - len(shown)) if len(listed) > len(shown) else None
    series = [Series(word("column.rows", lang), [reason.count for reason in shown], [row[1] for row in rows])]
    name = f"reason.{result}"
    chart = Chart(name, "bar", word(f"chart.{name}", lang), [row[0] for row in rows], series, colour="orange")
    return Block(Table(name, header, rows, note=more), chart)
