"""say(): every label and message that funnelbook writes, Chinese and English side by side in words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from .errors import FunnelbookError

LANGUAGES = ("zh", "en")
_BLANKS: Mapping[str, str] = dict.fromkeys(
    ("path", "part", "reason", "sheet", "candidates", "format", "suffix", "place", "name", "value"), ""
)
"""A fact that an error lacks leaves no braces in its sentence."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Code -> language -> text with placeholders."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = tomllib.loads(text)
    return words


def say(code: str, lang: str, **facts: Any) -> str:
    """The text of a code in a language, its placeholders filled; KeyError for a code that words.toml lacks."""
    text = catalogue()[code][lang]
    if not facts:
        return text
    return text.format(**({name: _counted(fact) for name, fact in facts.items()} if "|" in text else facts))


class _Count(int):
    """A whole number that picks a word: as ``{n:lead|leads}`` it is "lead" where it is 1, else "leads"."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return format(int(self), spec) if not bar else one if self == 1 else many


def _counted(fact: Any) -> Any:
    return _Count(fact) if hasattr(fact, "__index__") else fact


def language(text: str) -> str:
    """Code of the language of what people typed: zh where any sign of it is Chinese, else en."""
    return "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "en"


def knows(code: str) -> bool:
    """Whether there is such a code."""
    return code in catalogue()


def codes_of(prefix: str, text: str) -> str | None:
    """The code below *prefix* whose text, in either language, is *text*; what was written is read back so."""
    return _backwards(prefix).get(text)


@cache
def _backwards(prefix: str) -> dict[str, str]:
    back: dict[str, str] = {}
    for code, texts in catalogue().items():
        if code.startswith(prefix):
            for text in texts.values():
                back.setdefault(text, code.removeprefix(prefix))
    return back


def said(write: Callable[..., Any], *columns: Iterable[Any]) -> list[Any]:
    """write(*row) for every row, called once per distinct row; values must be hashable, and None where unknown."""
    rows: Sequence[tuple[Any, ...]] = list(zip(*columns, strict=True))
    written = {row: write(*row) for row in dict.fromkeys(rows)}
    return [written[row] for row in rows]


def complaint(error: FunnelbookError, lang: str) -> str:
    """An error as one sentence that says what to do."""
    facts = {key: ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else fact for key, fact in error.facts.items()}
    kinds = [f"error.{error.code}.{facts[key]}" for key in ("problem", "looks_like") if key in facts]
    code = next((kind for kind in kinds if knows(kind)), f"error.{error.code}")
    facts = {**_BLANKS, "holder": "?", **facts}
    return say(code, lang, **{**facts, "reason": _reason(str(facts["reason"]), lang)})


def _reason(reason: str, lang: str) -> str:
    """A reason in words: ours by its code, or by the first word of it, and what the system says as it says it."""
    codes = (f"reason.{reason}", f"reason.{reason.partition('_')[0]}")
    return next((say(code, lang) for code in codes if knows(code)), reason)
