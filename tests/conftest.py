"""Fixtures that every test may use."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

import kaldor  # noqa: F401  (sets the threads of linear algebra before any test loads NumPy)

if TYPE_CHECKING:
    from kaldor.atlas.store import Store
    from kaldor.economy.economy import Economy

# Some hundred processes that tests start would each compile all that they import where the environment asks for no
# bytecode; it is kept beside the sources, where git ignores it, and never in a folder that a test looks at.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The same examples each time, however long one takes: a test must not fail by chance. (The default of Hypothesis on a
# machine that says it runs continuous integration; here on every machine.)
settings.load_profile("ci")

SHARED = Path(__file__).parents[2] / "shared"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core for the whole default command; one file, and the marks that measure, run in this process."""
    whole = config.args_source is not pytest.Config.ArgsSource.ARGS
    default = config.option.markexpr == "not long and not page" and not config.option.keyword
    return len(os.sched_getaffinity(0)) if whole and default else 0


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tables beside the repository; the test skips where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real tables (../shared/data) are not on this machine")
    return SHARED / "data"


@pytest.fixture(scope="session")
def real_store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store that holds the World Input-Output Database and its CO2 accounts, added as a user would."""
    from kaldor.atlas.add import add
    from kaldor.atlas.store import Store

    store = Store(tmp_path_factory.mktemp("real") / "store")
    add(shared / "wiod2013_41x35", store, as_id="wiod2013")
    return store


@pytest.fixture(scope="session")
def labour_store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of its own with the same tables and the labour accounts of six years, from a workbook as published."""
    from kaldor.atlas.add import add
    from kaldor.atlas.store import Store
    from tests.atlas.official.wiod_sea import write_published

    folder = tmp_path_factory.mktemp("labour")
    store = Store(folder / "store")
    add(shared / "wiod2013_41x35", store, as_id="wiod2013")
    add(write_published(shared, store, folder), store)
    return store


@pytest.fixture(scope="session")
def wiod(real_store: Store) -> Callable[[int], Economy]:
    """WIOD with CO2, one economy a year, made once."""
    from kaldor.economy.economy import Economy

    return cache(lambda year: Economy.from_published(real_store.economy("wiod2013", year, ["jrc_wiod_co2"])))
