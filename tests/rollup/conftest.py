"""A share of sixty workbooks, rolled up once by each engine; its files are not to be changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook.rollup.run import Outcome

from .teams import rolled, share


@pytest.fixture(scope="session")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sixty workbooks."""
    return share(tmp_path_factory.mktemp("group") / "share")


@pytest.fixture(scope="session")
def outcome(teams: Path) -> Outcome:
    """By processes of this machine."""
    return rolled(teams, teams.parent / "local.xlsx")


@pytest.fixture(scope="session")
def by_dask(teams: Path) -> Outcome:
    """By a Dask cluster of this machine."""
    return rolled(teams, teams.parent / "dask.xlsx", engine="dask")
