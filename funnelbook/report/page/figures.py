"""The sections of the page that hold the figures of the metrics: trend, states, rates, owners, levels, cycle, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ...funnel.levels import bottleneck
from ...funnel.limits import FIRST_TOUCH, FOLLOW_UP
from ...funnel.metrics import rates as rates_of
from ...funnel.model import Assessment, Metrics, OwnerLine, Period, Rate, Reason
from ...funnel.results import RESULTS
from ..funnel_sections import ALWAYS
from ..known import has_touches, judged, owner_names, period_names
from ..phrases import group_word, level_word
from ..sections import recent
from .document import Block, Chart, Section, Series, Table
from .texts import clip, count, days, group, money, percent, share, word

MOST_GROUPS = 12
"""Groups that a table of rates names, as those of the summary do."""
MOST_OWNERS = 100


def trend(assessment: Assessment, lang: str) -> list[Section]:
    """Twelve weeks and this month, as far as each figure is known; nothing where none is."""
    found = assessment.metrics
    names = period_names(assessment)
    if not names:
        return []
    weeks = [_period(f"{week.start:%m-%d}", week, names, lang) for week in found.weeks]
    month = _period(f"{word('column.this_month', lang)} {found.month.start:%Y-%m}", found.month, names, lang)
    header = [word(f"column.{name}", lang) for name in ("week", *names)]
    values = {"new": [w.leads for w in found.weeks], "touches": [w.touches for w in found.weeks], "won": [w.won for w in found.weeks]}
    series = [Series(header[i], values[name], [row[i] for row in weeks]) for i, name in enumerate(names, start=1) if name in values]
    chart = Chart("trend", "line", word("chart.trend", lang), [row[0] for row in weeks], series)
    return [Section("trend", word("section.trend", lang), blocks=[Block(Table("trend", header, [*weeks, month]), chart)])]


def _period(name: str, period: Period, keys: Sequence[str], lang: str) -> list[str]:
    figures = {"new": count(period.leads), "touches": count(period.touches), "won": count(period.won), "amount": money(period.amount, lang)}
    return [name, *(figures[key] for key in keys)]


def funnel(assessment: Assessment, lang: str) -> Section:
    """How many leads came how far, where there are no levels to count."""
    found, touches = assessment.metrics, assessment.leads["touches"]
    steps = [
        ("entered", found.leads),
        ("touched", int((touches >= 1).sum())),
        ("again", int((touches >= 2).sum())),
        ("won", found.results["won"]),
    ]
    if not has_touches(assessment):
        del steps[1:3]
    rows = [[word("funnel.entered", lang), count(found.leads), "", ""]]
    for (_, before), (key, n) in pairwise(steps):
        rows.append([word(f"funnel.{key}", lang), count(n), percent(n, found.leads), percent(n, before if n <= before else 0)])
    header = [word(f"column.{key}", lang) for key in ("funnel", "leads", "of_all", "of_before")]
    chart = _drawn("funnel", rows, [n for _, n in steps], "blue", lang)
    return Section("funnel", word("section.funnel", lang), blocks=[Block(Table("funnel", header, rows), chart)])


def states(found: Metrics, lang: str) -> Section:
    """The states in which the leads are, as far as they can be judged."""
    kinds = (("result", RESULTS, found.results, "green"), ("first_touch", FIRST_TOUCH, found.first_touch, "blue"))
    judgeable = [kind for kind in (*kinds, ("follow_up", FOLLOW_UP, found.follow_up, "orange")) if kind[0] == "result" or judged(kind[2])]
    blocks = []
    for name, codes, counts, colour in judgeable:
        shown = [code for code in codes if counts[code] or code in ALWAYS[name]]
        rows = [[word(f"{name}.{code}", lang), count(counts[code]), percent(counts[code], found.leads)] for code in shown]
        table = Table(name, [word(f"column.{key}", lang) for key in (name, "leads", "of_all")], rows)
        blocks.append(Block(table, _drawn(name, rows, [counts[code] for code in shown], colour, lang)))
    return Section("states", word("section.states" if len(blocks) > 1 else "section.results", lang), blocks=blocks)


def _drawn(name: str, rows: Sequence[Sequence[str]], values: Sequence[int], colour: str, lang: str) -> Chart:
    """The bars of a table whose second column they are."""
    series = Series(word("column.leads", lang), values, [row[1] for row in rows])
    return Chart(name, "bar", word(f"chart.{name}", lang), [row[0] for row in rows], [series], colour=colour)


def by_source(found: Metrics, lang: str) -> list[Section]:
    """The rates of the sources, known ones in the words of the language."""
    return rates("source", [replace(rate, key=group_word("source", rate.key, lang)) for rate in found.by_source], lang)


def by_tier(found: Metrics, lang: str) -> list[Section]:
    """The rates of the tiers, in their order."""
    return rates("tier", sorted(found.by_tier, key=lambda rate: (rate.key is None, str(rate.key))), lang)


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
    table = Table(name, header, rows, whole=frozenset((0,)) if name == "month" else frozenset(), note=more)
    return [Section(name, word(f"section.{name}", lang), blocks=[Block(table, chart)])]


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


def by_month(found: Metrics, lang: str) -> list[Section]:
    """The rates of the latest months of entry."""
    return rates("month", recent(found.by_month), lang)


def owners(assessment: Assessment, names: Sequence[str | None], lang: str) -> Section:
    """One line per owner, with what can be judged; *names* are what the owners are called here."""
    found = assessment.metrics
    keys = owner_names(assessment)
    closed = {rate.key: rate.closed for rate in rates_of(assessment.leads, "owner")}
    lines = list(zip(names, found.owners, strict=True))
    rows = []
    for name, line in lines[:MOST_OWNERS]:
        figures = _owner(line, closed[line.key], lang)
        rows.append([group(name, lang), *(figures[key] for key in keys)])
    header = [word(f"column.{key}", lang) for key in ("owner", *keys)]
    note = f"{word('column.week_of', lang)} {found.weeks[-1].start.isoformat()}"
    if len(lines) > MOST_OWNERS:
        note = word("group.more", lang, n=len(lines) - MOST_OWNERS)
    return Section("owner", word("section.owner", lang), blocks=[Block(Table("owner", header, rows, note=note, stacked=True))])


def _owner(line: OwnerLine, closed: int, lang: str) -> dict[str, str]:
    return {
        "leads": count(line.leads),
        "open": count(line.open),
        "touches_week": count(line.touches),
        "on_time": percent(line.on_time, line.touched),
        "overdue": count(line.overdue),
        "won": count(line.won),
        "amount": money(line.amount, lang),
        "conversion": percent(line.won, line.leads),
        "completeness": percent(line.filled, line.required),
        "closed_conversion": percent(line.won, closed),
    }


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
    rows = [[clip(group_word("loss_reason", reason.key, lang)), count(reason.count), percent(reason.share)] for reason in shown]
    header = [word(f"column.reason.{result}", lang), word("column.rows", lang), word("column.share", lang)]
    more = word("group.more", lang, n=len(listed) - len(shown)) if len(listed) > len(shown) else None
    series = [Series(word("column.rows", lang), [reason.count for reason in shown], [row[1] for row in rows])]
    name = f"reason.{result}"
    chart = Chart(name, "bar", word(f"chart.{name}", lang), [row[0] for row in rows], series, colour="orange")
    return Block(Table(name, header, rows, note=more), chart)
