"""``python -m funnelbook``, for machines on which the command itself is not on the path."""

from .cli import main

main()
