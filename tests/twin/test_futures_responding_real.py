"""A path on WIOD 2009 with its labour accounts: Germany's jobs stay as many as its workers, and years take moments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from kaldor.declared import parse
from kaldor.economy.economy import Economy
from kaldor.twin.futures.path import run_path
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.twin import Twin
from tests.economy.equilibrium.wiod_labour import with_labour

PATH = """
id = "germany"
region = "DEU"
start = 2010
end = 2035
step = 5
growth = [{ demand = 1.5, source = "assumed" }, { regions = ["DEU"], population = -0.2, source = "assumed" }]

[[levers]]
lever = "carbon-price"
strength = 80
regions = ["DEU"]
adoption = { curve = "linear", start = 2010, until = 2030 }
"""


@pytest.mark.real
def test_a_path_on_a_published_table(wiod: Callable[[int], Economy], shared: Path) -> None:
    twin = Twin(with_labour(wiod, shared, 2009))
    asked = parse(Pathway, PATH, "path.toml")
    metrics = ["real-income", "gdp-volume", "co2-production", "co2-world", "terms-of-trade"]
    run_path(twin, asked.model_copy(update={"step": 25}), metrics=metrics)  # prepares the table
    started = process_time()
    found = run_path(twin, asked, metrics=metrics)
    seconds = process_time() - started
    grown = found.grown
    print(grown.to_string(), found.yearly.to_string(), f"{seconds:.1f} CPU s", sep="\n")
    assert grown["jobs"].to_numpy() == pytest.approx(100 * (0.998 ** (grown.index.to_numpy() - 2009) - 1), abs=1e-6)
    # Uniform growth of product a head, and fewer Germans: GDP a head grows by about what is declared.
    product = (1 + grown.loc[2035, "volume of GDP"] / 100) / (1 + grown.loc[2035, "workers"] / 100)
    assert product == pytest.approx(1.015**26, rel=0.01)
    change = found.of("real-income", "change")
    assert change.loc[2010] == 0
    assert change.loc[2035] < 0, "a price of carbon costs income, as in the year of the table"
    assert found.of("co2-production", "change").loc[2035] < 0
    assert seconds < 8, "six years, each without and with the levers"
