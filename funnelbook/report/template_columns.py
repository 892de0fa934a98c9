"""The columns of starter workbooks: how what people type in them looks, how wide it is, and what may be typed."""

from __future__ import annotations

import datetime as dt

from ..edits import Style, Validation, Value
from ..funnel.fields import Field
from ..funnel.parse import parse_key
from ..funnel.rulebook import RuleBook
from ..grid import Range
from ..words import knows, say
from . import look

_WIDE = {"need": 30, "company": 24, "content": 40, "feedback": 28, "next_action": 28, "summary": 36, "lead_id": 16, "phone": 16}
_WIDE |= {"core_need": 28, "key_node": 28, "remark": 24, "review_opinion": 24, "decision_chain": 28, "change_reason": 28, "objection": 24}
_WIDE |= {"customer_demand": 28, "conclusion": 28, "delivery_standard": 22, "key_factor": 24, "level_change": 26, "contact": 16}
_WIDTH, _TIME_WIDTH = 14, 18
_TIMES = frozenset(
    {"followed_at", "assigned_at", "entered_at", "acquired_at", "registered_at", "reviewed_at", "planned_at", "recorded_at"}
    | {"negotiated_at", "objection_at", "answered_at"}
)
"""Dates that the document wants with their hour."""
_MONTHS = frozenset({"expected_close", "purchase_at"})
"""Times for which a month is enough."""
_RANGES = frozenset({"budget", "founded", "employees", "touch_interval", "service_term", "payment_terms"})
"""Numbers with a unit or from and to, such as 5-8."""
_CODES = frozenset({"contract_no", "wechat"})
_TYPED_WORDS = ("fit", "budget_fit", "authority")
_TEXT_KINDS = ("id", "phone")
_NUMBERS = ("amount", "number", "probability")
_TEN_THOUSAND, _MOST_TEN_THOUSANDS = "\u4e07", "100000"
"""In the header of amounts in ten thousands, and the most of them: a billion yuan, since more was typed in yuan."""
_MOST = {"probability": "100", "rating_product": "5", "rating_service": "5", "rating_response": "5"}


def header(name: str, kind: str, profile: str, lang: str, rules: RuleBook) -> str:
    """The header of a column as the profile's document writes it."""
    own = f"template.header.{profile}.{kind}.{name}"
    if knows(own):
        return say(own, lang)
    one, table = rules.profiles[profile], rules.tables[kind]
    columns, headers = (one.columns, one.headers) if kind == "leads" else (table.columns, table.headers)
    if lang == "zh" and name in columns:
        return headers[columns.index(name)]
    return say(f"field.{name}", lang)


def home(name: str, kind: str, profile: str, lang: str, rules: RuleBook) -> str:
    """The kind of table that gives out the ids of a column: the workbook's first with a column of that header."""
    text = header(name, kind, profile, lang, rules)
    tables = rules.profiles[profile].template
    return next(other for other, columns in tables.items() if text in (header(one, other, profile, lang, rules) for one in columns))


def is_key(name: str, kind: str, profile: str, lang: str, rules: RuleBook) -> bool:
    """Whether tables are joined by a column: it heads its table, or names a row of another."""
    if rules.tables[kind].fields[name].kind != "id":
        return False
    return name == rules.profiles[profile].template[kind][0] or home(name, kind, profile, lang, rules) != kind


def width(field: Field) -> float:
    """The width of a column in characters."""
    return _WIDE.get(field.name, _TIME_WIDTH if field.name in _TIMES else _WIDTH)


def typed_look(field: Field) -> Style:
    """The look of what people type: text where a spreadsheet program would make a number or a day of an id, a month or a range."""
    if _is_text(field):
        return Style(font=look.FONT, size=10, number_format="@", horizontal="center" if field.kind == "date" else None)
    if field.kind == "date":
        timed = field.name in _TIMES
        return Style(font=look.FONT, size=10, number_format="yyyy-mm-dd hh:mm" if timed else "yyyy-mm-dd", horizontal="center")
    return Style(font=look.FONT, size=10, number_format="0" if field.kind == "number" else None)


def typed(field: Field, text: str) -> Value:
    """The value that a spreadsheet program makes of a text that is typed in the column; dates and times as ISO writes them."""
    if not text:
        return None
    if field.kind == "date" and not _is_text(field):
        return dt.datetime.fromisoformat(text) if " " in text else dt.date.fromisoformat(text)
    return float(text) if field.kind in _NUMBERS else text


def _is_text(field: Field) -> bool:
    return field.kind in _TEXT_KINDS or field.name in _MONTHS | _RANGES | _CODES


def validation(name: str, kind: str, profile: str, where: Range, lang: str, rules: RuleBook) -> Validation:
    """The drop-down of a column, the check of what is typed in it, or only the prompt."""
    field = rules.tables[kind].fields[name]
    title = header(name, kind, profile, lang, rules)
    prompt = _prompt(field, kind, profile, lang, rules)
    if field.words is not None:
        choices = _choices(field, profile, lang, rules)
        return Validation(where, "list", choices, title=title, prompt=prompt, error=say("template.error.list", lang))
    if field.kind == "date" and name not in _MONTHS:
        return Validation(
            where, "date", low="DATE(2000,1,1)", high="DATE(2100,12,31)", title=title, prompt=prompt, error=say("template.error.date", lang)
        )
    if field.kind in _NUMBERS:
        large = _TEN_THOUSAND in title
        most = _MOST_TEN_THOUSANDS if large else _MOST.get(name, "1000000000")
        error = say("template.error.amount" if large else "template.error.number", lang)
        return Validation(where, "decimal", low="0", high=most, title=title, prompt=prompt, error=error)
    return Validation(where, "custom", source="TRUE", title=title, prompt=prompt)


def _prompt(field: Field, kind: str, profile: str, lang: str, rules: RuleBook) -> str:
    """What to type, "" where the header says it all; of an id where it comes from, with the one of the first sample row."""
    if field.kind == "id":
        of = home(field.name, kind, profile, lang, rules)
        cells = say(f"sample.{profile}.{kind}.1", lang).split("|")
        example = parse_key(cells[rules.profiles[profile].template[kind].index(field.name)])
        if of == kind:
            return say("prompt.id.own", lang, example=example)
        column, sheet = header(field.name, kind, profile, lang, rules), say(f"template.sheet.{profile}.{of}", lang)
        return say("prompt.id.of", lang, column=column, sheet=sheet, example=example)
    code = "prompt.rating" if field.name.startswith("rating") else f"prompt.{field.name}"
    return say(code, lang) if knows(code) else ""


def _choices(field: Field, profile: str, lang: str, rules: RuleBook) -> tuple[str, ...]:
    """The words that the document knows, in English the first English synonym of each."""
    vocabulary = field.words or field.name
    words = rules.vocabularies[vocabulary]
    known = rules.profiles[profile].scales.get(vocabulary, words.canonical)
    if field.name in _TYPED_WORDS:
        return tuple(say(f"choice.{field.name}.{option}", lang) for option in known)
    if lang == "zh":
        return known
    return tuple(next((w for w in words.synonyms(word) if w.isascii() and len(w) > 1), word) for word in known)
