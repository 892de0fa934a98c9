"""What one workbook has to say, in the order in which a supervisor reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...funnel.model import Assessment, Records, Tables
from ...funnel.rulebook import RuleBook
from .. import masks
from ..advice import advice
from ..changes import key_figures
from ..due import due
from ..past import Past, Row
from ..plan import rule_lines, undetermined_lines
from ..returns import returns
from ..tiles import answerable
from . import figures
from .document import Document, Section, Tile, masked
from .people import problems, reminders
from .portfolio import portfolio
from .since import change, changed, earlier, figure
from .texts import clip, sentence, word


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
    compared = word("summary.since", lang, date=before["date"].isoformat()) if before else word("summary.first", lang)
    newest = of.past.newest
    if newest is not None and newest > of.assessment.as_of.date:
        compared += " " + word("summary.newer", lang, date=newest.isoformat())
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
    names = [masks.name(line.key) if mask else line.key for line in found.owners]
    return [
        *_advice(of),
        *changed(of.past, of.assessment, lang),
        *(figures.levels(found, lang) or [figures.funnel(of.assessment, lang)]),
        *figures.by_source(found, lang),
        *figures.by_tier(found, lang),
        *figures.level_rates(found, lang),
        *figures.trend(of.assessment, lang),
        figures.owners(of.assessment, names, lang),
        figures.states(found, lang),
        *figures.by_month(found, lang),
        *portfolio(of.records, of.assessment, lang),
        figures.cycle(found, lang),
        figures.reasons(found, lang),
        *earlier(of.past, of.assessment, lang),
        reminders(due(of.assessment, of.records, lang), mask, lang),
        wrong,
    ]


def _tiles(of: Content, before: Row | None) -> list[Tile]:
    """The key figures of the summary with their change since the last refresh; none without leads."""
    now, lang = key_figures(of.assessment), of.lang
    keys = answerable(of.assessment) if now["leads"] else []
    return [Tile(key, word(f"tile.{key}", lang), figure(key, now[key], lang), change(key, now[key], before, lang)) for key in keys]


def _advice(of: Content) -> list[Section]:
    advised: Sequence[str] = advice(of.assessment, of.rules, of.lang)
    doubts = [*undetermined_lines(of.tables, of.assessment, of.lang), *rule_lines(of.rules, of.lang)]
    lines = [sentence(line, of.lang) for line in (*advised, *doubts)]
    return [Section("advice", word("section.advice", of.lang), lines, is_list=True)] if lines else []
