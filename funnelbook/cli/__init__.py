"""The command line: arguments in, one call, words out, exit status."""

from .commands import main
from .remind import remind
from .report import report
from .rollup import rollup

__all__ = ["main", "remind", "report", "rollup"]
