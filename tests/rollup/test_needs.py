"""A roll-up without its optional packages says in one line how to get them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ..workbooks import run


@pytest.mark.parametrize(
    ("absent", "options", "extra"), [("duckdb", (), "rollup"), ("pyarrow", (), "rollup"), ("distributed", ("--engine", "dask"), "dask")]
)
def test_an_absent_package_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: str, options: tuple[str, ...], extra: str
) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    result = run("rollup", tmp_path, "-o", tmp_path / "group.xlsx", *options)
    assert result.exit_code == 2
    assert f'pip install "funnelbook[{extra}]"' in result.stderr
    assert absent in result.stderr
    assert result.stderr.count("\n") == 1
