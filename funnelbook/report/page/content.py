"""What one workbook has to say, in the order in which a supervisor reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...funnel.model import Assessment, Records, Tables
from ...funnel.rulebook import RuleBook
from .. import masks
from ..advice import advice
from ..changes import changes, key_figures
from ..due import due
from ..figures import serial_text
from ..past import Past, Row
from ..plan import rule_lines, undetermined_lines
from ..returns import returns
from . import figures
from .document import Document, Section, Tile, masked
from .people import problems, reminders
from .portfolio import portfolio
from .texts import clip, count, percent, sentence, word

_TILES = ("leads", "open", "won", "conversion", "on_time", "overdue", "completeness")
_SHARES = ("conversion", "on_time", "completeness")


@dataclass(frozen=True, eq=False)
class Content:
    """What the page draws on."""

    tables: Tables
    records: Mapping[str, Records]
    assessment: Assessment
    rules: RuleBook
    past: Past
    lang: str


def document(of: Content, mask: bool = True) -> Document:
    """The page of one workbook; with *mask* names of people and phones are masked."""
    lang, found = of.lang, of.assessment.metrics
    before = max((row for row in of.past.history if row["date"] < of.assessment.as_of.date), key=lambda row: row["date"], default=None)
    compared = word("summary.since", lang, date=serial_text(before["date"], lang)) if before else word("summary.first", lang)
    about = [f"{word('summary.as_of', lang)} {of.assessment.as_of.text.replace('T', ' ')}", compared]
    page = Document(
        lang=lang,
        title=word("summary.title", lang, team=clip(of.rules.text("team.name"))).strip(),
        about=about if found.leads else about[:1],
        tiles=_tiles(of, before),
        sections=tuple(_sections(of, mask)),
        footer=word("page.about.masked" if mask else "page.about.plain", lang),
        contents=word("page.contents", lang),
    )
    if not mask:
        return page
    shown: Document = masked(page)
    return shown


def _sections(of: Content, mask: bool) -> list[Section]:
    """Those that have something to say; a workbook without leads says just that."""
    lang, found = of.lang, of.assessment.metrics
    wrong = problems(of.assessment.findings, returns(of.records, of.assessment, of.rules), mask, lang)
    if not found.leads:
        return [Section("empty", word("page.empty.title", lang), [word("page.empty", lang)]), wrong]
    by_tier = sorted(found.by_tier, key=lambda rate: (rate.key is None, str(rate.key)))
    names = [masks.name(line.key) if mask else line.key for line in found.owners]
    return [
        *_changes(of),
        *_advice(of),
        figures.trend(found, lang),
        *figures.levels(found, lang),
        *figures.level_rates(found, lang),
        *figures.rates("source", found.by_source, lang),
        *figures.rates("tier", by_tier, lang),
        figures.owners(found, names, lang),
        figures.funnel(of.assessment, lang),
        *figures.rates("month", figures.recent(found.by_month), lang),
        *portfolio(of.records, of.assessment, lang),
        figures.cycle(found, lang),
        figures.reasons(found, lang),
        reminders(due(of.assessment, of.records, lang), mask, lang),
        wrong,
    ]


def _tiles(of: Content, before: Row | None) -> list[Tile]:
    """Seven key figures with their change since the last refresh; none without leads."""
    now, lang = key_figures(of.assessment), of.lang
    if not now["leads"]:
        return []
    return [
        Tile(name, word(f"tile.{name}", lang), _figure(name, now[name], lang), _change(name, now[name], before, lang)) for name in _TILES
    ]


def _figure(name: str, value: float | None, lang: str) -> str:
    if value is None:
        return word("page.none", lang)
    return percent(value) if name in _SHARES else count(value)


def _change(name: str, now: float | None, before: Row | None, lang: str) -> str | None:
    then = before.get(name) if before else None
    if now is None or not isinstance(then, int | float):
        return None
    is_share = name in _SHARES
    step = round((now - then) * 100, 1) if is_share else now - then
    if not step:
        return word("page.change.none", lang)
    return word("page.change.share", lang, n=f"{step:+,.1f}") if is_share else word("page.change", lang, n=f"{step:+,.0f}")


def _changes(of: Content) -> list[Section]:
    """What moved since the last refresh, in one sentence; nothing at the first one."""
    lang, found = of.lang, changes(of.past, of.assessment, ())
    if found.since is None:
        return []
    levels = bool(of.assessment.metrics.levels)
    moved = ("tier_moved",) * bool(of.assessment.metrics.by_tier or not levels) + ("level_moved",) * levels
    today = [row for row in found.rows if row["date"] == of.assessment.as_of.date]
    counts = {key: sum(int(row.get(key) or 0) for row in today) for key in ("new", *moved, "won", "lost", "late")}
    parts = [word("page.moved", lang, what=word(f"changes.{key}", lang), n=n) for key, n in counts.items() if n]
    line = word("list.comma", lang).join(parts) if parts else word("page.unmoved", lang)
    return [Section("changes", word("section.changes", lang), [line])]


def _advice(of: Content) -> list[Section]:
    advised: Sequence[str] = advice(of.assessment, of.rules, of.lang)
    doubts = [*undetermined_lines(of.tables, of.assessment, of.lang), *rule_lines(of.rules, of.lang)]
    lines = [sentence(line, of.lang) for line in (*advised, *doubts)]
    return [Section("advice", word("section.advice", of.lang), lines, is_list=True)] if lines else []
