"""How the solver goes: from another balance, by what industries left of their steps, and to a reason where it ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.acceleration import Ways
from kaldor.economy.equilibrium.accounts_of import accounts_of
from kaldor.economy.equilibrium.base import Base
from kaldor.economy.equilibrium.calibration import calibrate
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.sets import elasticities_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from kaldor.economy.opening import open_table
from kaldor.errors import NotConvergedError


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(open_table("starter"))


@pytest.fixture(scope="module")
def base(economy) -> Base:
    read = accounts_of(economy)
    return calibrate(read.accounts, read.fuels, elasticities_of(elasticity_set("central"), economy)[0])


@pytest.fixture(scope="module")
def equilibrium(base, economy) -> Equilibrium:
    return Equilibrium(base, Closure.of(base), regions=economy.regions, products=economy.sectors)


def productive(base: Base, rise: float) -> Shock:
    better = np.ones_like(base.output)
    better[1] += rise
    return replace(Shock.none(base), productivity=better)


def test_a_sliders_next_place_is_nearer_than_the_base(base, equilibrium):
    last = equilibrium.solve(productive(base, 0.300))
    wanted = productive(base, 0.301)
    alone = equilibrium.solve(wanted)
    from_base = equilibrium.steps
    found = equilibrium.solve(wanted, start=last)
    assert equilibrium.steps < from_base
    np.testing.assert_allclose(found.at.output, alone.at.output, atol=1e-10)


def test_a_start_that_leads_nowhere_is_left_for_the_base(base, equilibrium):
    last = equilibrium.solve(productive(base, 0.1))
    lost = replace(last, at=replace(last.at, net=last.at.net + np.linspace(-30, 30, base.output.size).reshape(13, 12)))
    wanted = productive(base, 0.2)
    found = equilibrium.solve(wanted, start=lost)
    np.testing.assert_allclose(found.at.output, equilibrium.solve(wanted).at.output, atol=1e-10)


def drawn_down(base: Base, region: int, product: int) -> Base:
    """The base where four tenths of what buyers want of an industry is taken out of its stocks."""
    flows, stocks, smaller = base.flows.copy(), base.stocks.copy(), np.ones_like(base.output)
    stocks[region, product] = 0
    stocks[region, product, region] = -0.4 * flows[product, :, region].sum()
    smaller[region, product] = 0.6
    flows[..., : base.products] *= smaller[None, :, None, :]
    output = flows.sum(axis=(1, 3)).T + stocks.sum(axis=2)
    return replace(
        base, flows=flows, stocks=stocks, output=output, labour=base.labour * smaller, capital=base.capital * smaller
    )


def test_stocks_that_meet_all_that_is_wanted_are_the_reason_told(base, economy):
    region, product = economy.regions.index("BRA"), economy.sectors.index("mining")
    drawn = drawn_down(base, region, product)
    equilibrium = Equilibrium(drawn, Closure.of(drawn), regions=economy.regions, products=economy.sectors)
    none = Shock.none(drawn)
    tariffs = none.tariffs.copy()
    tariffs[region, product] = 9.0
    said = r"There is no equilibrium beyond \d+% of the change\. Of mining made in BRA, .* taken out of stocks"
    with pytest.raises(NotConvergedError, match=said):
        equilibrium.solve(replace(none, tariffs=tariffs))
    assert equilibrium.factors < 30, "no place on the way is tried twice, and no factor made where the last was in vain"
    following = Equilibrium(drawn, Closure.of(drawn, stocks="with sales"), equilibrium)
    assert following.solve(replace(none, tariffs=tariffs.copy())).worst < 1e-11, "the remedy that is named is one"
    tariffs[region, product] = 0.02
    assert equilibrium.solve(replace(none, tariffs=tariffs)).worst < 1e-11, "a smaller change has its answer"


def test_an_industry_that_the_factor_misjudges_is_put_right_by_its_own_steps():
    """Fifty industries, each off by a matrix of its own: mixtures of all unknowns alone take longer."""
    rng = np.random.default_rng(4)
    n, regions = 50, 3
    own = np.eye(2) + rng.normal(0, 0.25, (n, 2, 2))
    wanted = rng.normal(0, 1, 2 * n + regions)

    def left(at: np.ndarray) -> np.ndarray:
        gap = wanted - at
        gap[: 2 * n] = (own @ gap[: 2 * n].reshape(2, n).T[..., None])[..., 0].T.ravel()
        return gap

    def steps(ways: Ways) -> int:
        at = np.zeros(2 * n + regions)
        for taken in range(100):
            if np.abs(left(at)).max() < 1e-8:
                return taken
            step = ways.accelerated(left(at))
            ways.took(step)
            at = at + step
        return 100

    assert steps(Ways(n)) <= 16
    assert steps(Ways(0)) > 20, "without it"
