"""What the page says of time past: the change of a key figure, what moved, and the key figures of every refresh."""

from __future__ import annotations

from collections.abc import Sequence

from ...funnel.model import Assessment
from ..changes import changes, history
from ..past import Past, Row
from ..since_sections import MOST_DATES, SHARES, counts_shown
from ..tiles import PERCENT
from .document import Block, Chart, Section, Series, Table
from .texts import NONE, count, money, percent, word


def figure(key: str, value: float | None, lang: str) -> str:
    """A key figure, or the word for none."""
    if value is None:
        return word("page.none", lang)
    return percent(value) if key in PERCENT else money(value, lang) if key == "amount" else count(value)


def change(key: str, now: float | None, before: Row | None, lang: str) -> str | None:
    """Since the row of the last refresh; None where one of the two is unknown."""
    then = before.get(key) if before else None
    if now is None or not isinstance(then, int | float):
        return None
    is_share = key in PERCENT
    step = round((now - then) * 100, 1) if is_share else now - then
    if not step:
        return word("page.change.none", lang)
    return word("page.change.share", lang, n=f"{step:+,.1f}") if is_share else word("page.change", lang, n=f"{step:+,.0f}")


def changed(past: Past, assessment: Assessment, lang: str) -> list[Section]:
    """What moved since the last refresh, in one sentence; nothing at the first one."""
    found = changes(past, assessment, ())
    if found.since is None:
        return []
    levels = bool(assessment.metrics.levels)
    moved = ("tier_moved",) * bool(assessment.metrics.by_tier) + ("level_moved",) * levels
    today = [row for row in found.rows if row["date"] == assessment.as_of.date]
    counts = {key: sum(int(row.get(key) or 0) for row in today) for key in ("new", *moved, "won", "lost", "late")}
    parts = [word("page.moved", lang, what=word(f"changes.{key}", lang), n=n) for key, n in counts.items() if n]
    line = word("list.comma", lang).join(parts) if parts else word("page.unmoved", lang)
    return [Section("changes", word("section.changes", lang), [line])]


def earlier(past: Past, assessment: Assessment, lang: str) -> list[Section]:
    """The key figures of the last refreshes; nothing while there is only one."""
    rows = history(past, assessment)
    if len(rows) < 2:
        return []
    blocks = [
        _lines(name, [key for key in keys if any(_known(row, key) is not None for row in rows)], rows[-MOST_DATES:], lang)
        for name, keys in (("counts", counts_shown(rows)), ("shares", SHARES))
    ]
    return [Section("history", word("section.history", lang), blocks=blocks)]


def _lines(name: str, keys: Sequence[str], rows: Sequence[Row], lang: str) -> Block:
    header = [word(f"history.{key}", lang) for key in ("date", *keys)]
    cells = [[row["date"].isoformat(), *(_shown(row, key) for key in keys)] for row in rows]
    series = [Series(header[i], [_known(row, key) for row in rows], [line[i] for line in cells]) for i, key in enumerate(keys, start=1)]
    title = word(f"chart.history.{name}", lang)
    unit = "percent" if name == "shares" else "count"
    chart = Chart(f"history.{name}", "line", title, [line[0] for line in cells], series, unit)
    return Block(Table(f"history.{name}", header, cells), chart)


def _known(row: Row, key: str) -> float | None:
    value = row.get(key)
    return value if isinstance(value, int | float) else None


def _shown(row: Row, key: str) -> str:
    value = _known(row, key)
    return NONE if value is None else percent(value) if key in PERCENT else count(value)
