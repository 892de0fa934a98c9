"""The guides in docs/ as the tests read them: headings, tables, links, and the commands that they show."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
NAMES = ("sales", "supervisor", "operations")
LANGS = ("zh", "en")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", flags=re.MULTILINE | re.DOTALL)
ANYTHING = "…"
"""In the output that a guide shows: whatever stands there, over any number of lines when it stands alone."""


@dataclass(frozen=True)
class Shown:
    """A command that a guide shows, the status that it ends with, and what it prints; None where the guide doesn't say."""

    arguments: tuple[str, ...]
    status: int
    output: str | None

    def prints(self, output: str) -> bool:
        """Whether an output is the one that the guide shows."""
        if self.output is None:
            return True
        return re.fullmatch(".*".join(map(re.escape, self.output.split(ANYTHING))), output, flags=re.DOTALL) is not None


def path_of(name: str, lang: str) -> Path:
    return DOCS / f"guide-{name}.{lang}.md"


def text_of(name: str, lang: str) -> str:
    return path_of(name, lang).read_text(encoding="utf-8")


def prose_of(text: str) -> str:
    """Without blocks of code."""
    return FENCE.sub("", text)


def headings(text: str) -> list[tuple[int, str]]:
    """Level and words of every heading, in their order."""
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", prose_of(text), flags=re.MULTILINE)]


def anchor(words: str) -> str:
    """What a link to a heading ends in: its words in small letters, without signs, blanks as hyphens."""
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


def section(text: str, words: str) -> str:
    """What stands below a heading, up to the next one of its level or above."""
    marks = next("#" * level for level, found in headings(text) if found == words)
    after = text.split(f"\n{marks} {words}\n", 1)[1]
    return re.split(rf"^#{{1,{len(marks)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    """The code in the first cell of every row of the tables of a text."""
    return re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)


def links(text: str) -> list[str]:
    """Targets of links and pictures, in their order."""
    return re.findall(r"\]\(([^)\s]+)\)", prose_of(text))


def shown(text: str) -> Iterator[Shown]:
    """Every command of the console blocks; `# 1` behind one is the status that it ends with."""
    for language, block in FENCE.findall(text):
        if language != "console":
            continue
        lines = [line.strip() if line.lstrip().startswith("$") else line for line in _unindented(block)]
        for part in re.split(r"^\$ ", "\n".join(lines), flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            command, _, status = command.partition(" # ")
            words = shlex.split(command)
            assert words[0] == "funnelbook", command
            yield Shown(tuple(words[1:]), int(status or 0), output.strip("\n") or None)


def _unindented(block: str) -> list[str]:
    lines = block.splitlines()
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return [line[indent:] for line in lines]
