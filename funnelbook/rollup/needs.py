"""Which optional packages a roll-up needs, and the one line that says how to get them."""

from __future__ import annotations

from importlib.util import find_spec

from ..errors import UsageError

_PACKAGES = {"rollup": ("pyarrow", "duckdb"), "dask": ("distributed",)}
"""Extra of pyproject.toml -> the packages that it brings and that are imported here."""


def require(extra: str) -> None:
    """Raise UsageError (facts: name, the missing packages; extra) unless what the extra brings is there."""
    missing = [name for name in _PACKAGES[extra] if find_spec(name) is None]
    if missing:
        raise UsageError(problem="extra", name=", ".join(missing), extra=extra)
