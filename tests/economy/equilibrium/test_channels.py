"""The channels of real income add up to it, are what they are called, and would show a part that is left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.channels import CHANNELS, Channels, channels_of
from kaldor.economy.equilibrium.outcomes import Outcomes, outcomes_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from tests.economy.equilibrium.test_levels import CHANGES, CLOSURES, base_of, observed

PLAIN = [name for name, change in CHANGES.items() if "ban" not in change]


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(observed())


def found(base: Base, closure: str, changes: dict[str, Array]) -> tuple[Outcomes, Channels]:
    equilibrium = Equilibrium(base, Closure.of(base, **CLOSURES[closure]))  # type: ignore[arg-type]
    point = equilibrium.solve(replace(Shock.none(base), **changes))
    outcomes = outcomes_of(point)
    return outcomes, channels_of(point, outcomes)


def total(channels: Channels, way: str) -> Array:
    return np.asarray(sum(part for (of, _), part in channels.items() if of == way))


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("change", PLAIN)
def test_both_ways_add_up_to_real_income(base: Base, change: str, closure: str) -> None:
    outcomes, channels = found(base, closure, CHANGES[change])
    assert list(channels) == list(CHANNELS)
    for way in ("use", "income"):
        np.testing.assert_allclose(total(channels, way), outcomes.income, atol=1e-9 * base.income.sum())
    terms = channels["use", "export_prices"] + channels["use", "import_prices"]
    np.testing.assert_allclose(terms, outcomes.terms_of_trade, atol=1e-12 * base.income.sum())


def test_every_wedge_has_a_line_of_its_own(base: Base) -> None:
    rates = np.zeros_like(base.tariffs)
    rates[0, 1, 1] = 0.15
    changes = {**CHANGES["all"], "export_tax": rates, "labour_force": np.array([1.05, 1.0])}
    outcomes, channels = found(base, "plain", changes)
    for way in ("use", "income"):
        np.testing.assert_allclose(total(channels, way), outcomes.income, atol=1e-9 * base.income.sum())
    assert channels["income", "export taxes"][0] > 0 == channels["income", "export taxes"][1]
    assert (np.abs(list(channels.values())).max(axis=1) > 1e-3).all(), "no line is empty here"


def test_where_nothing_replaces_anything_nothing_is_said_to(base: Base) -> None:
    """No elasticity among sources or products, one final category: no part is left for other sources or goods."""
    S = base.products
    flows = np.concatenate([base.flows[..., :S], base.flows[..., S:].sum(axis=3, keepdims=True)], axis=3)
    fuel = base.fuel_carbon[..., : S + 1] * 0
    rigid = replace(base.elasticities, sourcing=np.full(S, 1e-9), final=1e-9)
    bare = replace(
        base, flows=flows, fuel_carbon=fuel, carbon_price=np.zeros((2, S + 1)), elasticities=rigid, investment=None
    )
    _, channels = found(bare, "plain", {"output_tax": CHANGES["subsidy and tax"]["output_tax"] / 4})
    for name in ("sourcing", "mix"):
        assert np.abs(channels["income", name]).max() < 1e-6, name
    assert np.abs(channels["income", "home_prices"]).min() > 1e-3


def test_a_tariff_is_told_by_hand() -> None:
    """Two countries alike, one product each, no inputs, σ = 3, four fifths from home, a duty of 10 % on both sides.

    Pay is the same in both: no price in trade moves. Final use costs 1.1 × its imports at base and less by what
    is bought at home instead: P = (0.8 + 0.2 / 1.21)^(−1/2); revenue is 0.1 of what still comes in.
    """
    from tests.economy.equilibrium.test_gains import plain

    flows = np.zeros((1, 2, 2, 2))
    flows[0, :, :, 1] = [[80, 20], [20, 80]]
    base = plain(flows)
    base = replace(base, elasticities=replace(base.elasticities, sourcing=np.array([3.0])))
    tariffs = np.zeros((2, 1, 2))
    tariffs[0, 0, 1] = tariffs[1, 0, 0] = 0.1
    point = Equilibrium(base, Closure.of(base, lending="fixed")).solve(replace(Shock.none(base), tariffs=tariffs))
    outcomes = outcomes_of(point)
    channels = {name: part[0] for (_, name), part in channels_of(point, outcomes).items()}
    P = (0.8 + 0.2 / 1.21) ** -0.5  # of final use over pay; the mean price of final use stays 1, so that pay is 1 / P
    share = 0.2 * 1.1**-2 * P**2  # of final spending that goes abroad, duty in
    spent = (100 / P) / (1 - share * 0.1 / 1.1)
    assert channels["pay"] == pytest.approx(100 / P - 100, rel=1e-9)
    assert channels["tariffs"] == pytest.approx(spent * share * 0.1 / 1.1, rel=1e-9)
    assert channels["final_use"] == pytest.approx(spent - 100, rel=1e-9)
    mean = (100 + spent) / 2
    assert channels["home_prices"] == pytest.approx(-mean * 0.8 * (1 / P - 1), rel=1e-9)
    assert channels["foreign_prices"] == pytest.approx(-mean * 0.2 * (1 / P - 1), rel=1e-9)
    assert channels["duties"] == pytest.approx(-mean * 0.2 * 0.1 / P, rel=1e-9)
    assert channels["sourcing"] == pytest.approx(-mean * (1 - 1.02 / P), rel=1e-9)
    assert channels["export_prices"] == pytest.approx(-channels["import_prices"], rel=1e-9)
    for name in ("trade_volume", "work", "capital", "mix", "carbon_charge", "stocks"):
        assert channels[name] == pytest.approx(0, abs=1e-9), name
