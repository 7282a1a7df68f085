"""Shocks on real tables, beside what was published; the same runs as docs/methods/shocks.md quotes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kaldor.economy.economy import Economy
from kaldor.twin.library.packaged import PACKAGED, packaged_events, why_not_here
from kaldor.twin.shocks.events import Shock, load_shock, resolved
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.parts import with_parts
from kaldor.twin.shocks.run import ShockResult, run_shock

SHOCKS = Path(__file__).parents[2] / "studies" / "shocks"
WEEKLY = Parameters(dt=7)


def run(economy: Economy, file: Path, bands: int) -> ShockResult:
    return run_shock(economy, load_shock(file), WEEKLY, steps=52, bands=bands, seed=1)


@pytest.mark.real
def test_tohoku_is_of_the_published_order(wiod: Callable[[int], Economy]) -> None:
    """Arto, Andreoni & Rueda-Cantuche (2015): 37 % of the value added lost is the industry's own, 63 % others'."""
    result = run(wiod(2011), PACKAGED.parent / "tohoku-2011.toml", bands=10)
    by_product, by_region = result.lost_by("sector"), result.lost_by("region")
    own = by_product.loc["c15", "share"]
    assert 1.0 < (1 - own) / own < 2.2  # published: 63 / 37 = 1.7
    assert by_region.index[0] == "JPN"
    lost = result.summary().loc["lost_value_added"]
    assert 20e3 < lost["central"] < 139e3  # published 139 bn $, which counts plants outside Japan that stopped too
    assert lost["p5"] <= lost["central"] <= lost["max"]
    # The central run has no chance in it: these are the page's own figures.
    assert lost["central"] == pytest.approx(42_522, abs=1)
    assert own == pytest.approx(0.4196, abs=1e-4)
    assert by_region.loc["JPN", "share"] == pytest.approx(0.8563, abs=1e-4)
    assert by_product["central"].sum() == pytest.approx(lost["central"])


@pytest.mark.real
def test_the_pages_two_examples_give_its_figures(wiod: Callable[[int], Economy]) -> None:
    economy = wiod(2011)
    ports = run(economy, SHOCKS / "dutch-ports-closed.toml", bands=1)
    assert ports.summary(["NLD"]).loc["lost_value_added_share", "central"] == pytest.approx(0.011996, abs=1e-6)
    assert ports.bottlenecks().index[0] == "c24"
    ban = run(economy, SHOCKS / "electronics-ban.toml", bands=1)
    assert ban.summary().loc["lost_value_added", "central"] == pytest.approx(351_929, abs=1)
    assert ban.lost_by("region").index[0] == "DEU"
    assert ban.bottlenecks().loc["c14", "lost_supplier"] == "CHN"


@pytest.mark.real
@pytest.mark.parametrize("file", sorted(SHOCKS.glob("*.toml")), ids=lambda file: file.stem)
def test_every_shock_of_the_studies_names_only_what_its_table_has(
    file: Path, wiod: Callable[[int], Economy], starter: Economy
) -> None:
    shock = load_shock(file)
    assert shock.source or shock.note
    resolved(with_parts(starter if file.stem == "port-closed" else wiod(2011), shock.parts), shock)


@pytest.mark.real
def test_every_shock_of_the_library_names_only_what_the_table_has(wiod: Callable[[int], Economy]) -> None:
    economy = wiod(2011)
    for known in packaged_events().values():
        for run in known.event.runs:
            assert known.shocks[run.id].source or known.shocks[run.id].note
            assert why_not_here(economy, known, run) == ""


@pytest.fixture(scope="module")
def starter() -> Economy:
    from kaldor.economy.starter import starter_world

    return Economy.from_published(starter_world())


@pytest.mark.real
def test_a_small_supplier_lost_costs_the_world_and_what_the_own_mines_sell_instead_is_made_up(
    wiod: Callable[[int], Economy],
) -> None:
    """5 % of Germany's foreign mining products: users save as much, and its own mining sells a little more."""
    event = {
        "kind": "ban",
        "origins": ["!DEU"],
        "destinations": ["DEU"],
        "products": ["c2"],
        "share": 0.05,
        "days": 364,
    }
    asked = Shock.model_validate({"id": "small", "events": [event]})
    found = run_shock(wiod(2009), asked, WEEKLY, steps=52, bands=1, seed=1)
    germany, world = found.summary(["DEU"])["central"], found.summary()["central"]
    assert germany["lost_value_added_share"] == pytest.approx(-1.9e-6, abs=1e-7)
    assert 0 < germany["lost_along_chains"] < germany["made_up"]
    assert germany["direct_loss"] == 0 < world["lost_value_added"]
    mining = found.losers().loc[("DEU", "c2"), "central"]
    assert mining < germany["lost_value_added"] < 0
