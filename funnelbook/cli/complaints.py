"""What could not be done, in one line on stderr that says what to do; the arguments that click refuses too."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from .. import collector
from ..errors import FunnelbookError, UsageError
from ..words import LANGUAGES, complaint, say

DONE, FOUND, FAILED = 0, 1, 2
"""Exit statuses: done; done, with findings; could not."""


class OneLiners(click.Group):
    """A group of commands whose complaints are one line each, and whose return value is the exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises UsageError where nobody reads its output any more."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # click would make it the status of an audit with findings
            raise _unread(error) from None

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command line and exit with its status."""
        atexit.register(collector.skip_at_exit)
        sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()  # closed, as in a job without a console
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console of any code page, a file name of any bytes
        try:
            with collector.paused():
                status = super().main(*args, **{**options, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            status = FAILED
        except click.ClickException as error:
            complain(None, _usage(error))
            status = FAILED
        except click.Abort:
            click.echo(_line(in_both("error.interrupted")), err=True)
            status = FAILED
        except FunnelbookError as error:
            complain(None, error)
            status = FAILED
        except OSError as error:
            if error.filename is not None:
                raise  # an error with a file is of our own making
            complain(None, _unread(error))
            status = FAILED
        sys.exit(status or DONE)


def _unread(error: OSError) -> UsageError:
    """That our output can't be written; what is left in its buffer can't go anywhere either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UsageError(problem="stdout", reason=error.strerror or str(error))


def _nowhere() -> TextIO:
    """Where an output goes that nobody reads."""
    return Path(os.devnull).open("w", encoding="utf-8")


def complain(path: Path | None, error: FunnelbookError) -> None:
    """One line on stderr: where, what is the matter, what to do; the error knows best which file it concerns."""
    place = error.facts.get("path") or path
    click.echo(_line(sentence(error) if place is None else f"{place}: {sentence(error)}"), err=True)


def sentence(error: FunnelbookError) -> str:
    """An error in words, Chinese and English on one line: nobody knows the language before the workbook is read."""
    return " / ".join(complaint(error, lang) for lang in LANGUAGES)


def in_both(code: str, **facts: Any) -> str:
    """A text in both languages on one line."""
    return " / ".join(say(code, lang, **facts) for lang in LANGUAGES)


def printable(text: str) -> str:
    """The text on one line, without signs that a terminal would obey."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)


def _line(text: str) -> str:
    return printable(f"funnelbook: {text}")


def _usage(error: click.ClickException) -> UsageError:
    """What click refuses, as an error of ours; its own English is kept where nothing else names the reason."""
    if isinstance(error, click.NoSuchOption):
        return _unknown("option", error.option_name, error.possibilities)
    if isinstance(error, click.exceptions.NoSuchCommand):
        return _unknown("command", error.command_name, error.possibilities)
    if isinstance(error, click.BadOptionUsage):
        return UsageError(problem="option_value", name=error.option_name)
    if isinstance(error, click.MissingParameter):
        return UsageError(problem="missing", name=_name(error))
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    return UsageError(problem="other", reason=error.format_message().rstrip("."))


def _unknown(problem: str, name: str, like: Sequence[str] | None) -> UsageError:
    """A misspelt name, with the nearest one that there is."""
    return UsageError(problem=f"{problem}.like", name=name, like=like[0]) if like else UsageError(problem=problem, name=name)


def _bad_value(error: click.BadParameter) -> UsageError:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return UsageError(problem="choice", name=_name(error), choices=list(kind.choices))
    if isinstance(kind, click.IntRange):
        return UsageError(problem="at_least", name=_name(error), low=kind.min)
    return UsageError(problem="value", name=_name(error), reason=error.message.rstrip("."))


def _name(error: click.BadParameter) -> str:
    hint = error.param.get_error_hint(error.ctx) if error.param is not None and error.ctx is not None else str(error.param_hint or "")
    return hint.replace("'", "")
