"""The command line: arguments in, one call, words out, exit status."""

from .commands import main

__all__ = ["main"]
