"""The tables that questions of the equilibrium are asked of: one by hand, and the starter world."""

from __future__ import annotations

import pytest

from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from tests.economy.equilibrium.test_by_hand import keep


@pytest.fixture(scope="package")
def economy(tmp_path_factory: pytest.TempPathFactory) -> Economy:
    """Two countries alike, two products: the table of `test_by_hand`."""
    folder = keep(tmp_path_factory.mktemp("hand"), [30, 30, 30, 30])
    return Economy.from_published(Store(folder / "store").economy("hand", 2018))


@pytest.fixture(scope="package")
def starter() -> Economy:
    return Economy.from_published(open_table("starter"))
