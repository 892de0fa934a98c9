"""The import rules of the house: which layer may import which, and which library belongs to which layer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "funnelbook"

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "collector": set(),
    "words": {"errors"},
    "grid": {"errors"},
    "edits": {"errors", "grid"},
    "book": {"errors", "grid", "edits"},
    "funnel": {"errors", "grid"},
    "report": {"errors", "words", "grid", "edits", "funnel"},
    "outputs": {"errors", "collector", "edits", "book", "report"},
    "undo": {"errors", "collector", "words", "grid", "book", "report"},
    "pipeline": {"errors", "collector", "words", "grid", "edits", "book", "funnel", "report", "outputs", "undo"},
    "rollup": {"errors", "words", "grid", "edits", "funnel", "report", "pipeline"},
    "cli": {"errors", "collector", "words", "pipeline", "rollup"},
}
ONLY_IN = {
    "click": "cli",
    "dask": "rollup",
    "distributed": "rollup",
    "duckdb": "rollup",
    "filelock": "book",
    "lxml": "book",
    "openpyxl": "book",
    "pandera": "funnel",
    "pyarrow": "rollup",
    "python_calamine": "book",
    "rich": "cli",
    "zipfile": "book",
}
DOORS = {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}  # they open onto the public names and hold nothing else
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path not in DOORS)


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(path: Path) -> Iterator[str]:
    """Absolute dotted names that the module at *path* imports, also inside functions."""
    here = ("funnelbook", *path.relative_to(PACKAGE).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: -node.level]) if node.level else ""
            base = ".".join(filter(None, (base, node.module)))
            yield from (f"{base}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_downwards(path: Path) -> None:
    own = layer(path)
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "funnelbook" and rest and rest[0] != own:
            assert rest[0] in MAY_IMPORT[own], f"{own} may not import {name}"
        assert ONLY_IN.get(top, own) == own, f"{top} belongs to {ONLY_IN[top]}, not to {own}"


def test_every_module_has_a_layer() -> None:
    assert {layer(path) for path in MODULES} <= MAY_IMPORT.keys()
