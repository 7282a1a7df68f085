"""Where nothing can be replaced and factor prices and final volumes are held, the equilibrium is the fixed-price view.

Of a small economy with every wedge in its base the fixed-price view is written out as two linear systems; of the
starter world and of WIOD it is the twin, lever by lever. Technology, sourcing and the costs of a measure enter as they
do where prices respond; taxes and what means another thing there (a wage floor, a carbon price, a tariff) as the amount
that they cost at fixed prices. What is held, and how it is reached, says `fixed_prices`. Levies on final purchases move
no producer's price here as there, and premiums are left out: there they are more of the same goods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.accounts_of import Read, accounts_of
from kaldor.economy.equilibrium.base import Base
from kaldor.economy.equilibrium.calibration import calibrate
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.sets import elasticities_of
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.starter import starter_world
from kaldor.twin.acts import function
from kaldor.twin.declared import packaged_levers
from kaldor.twin.responding.asked import Asked
from kaldor.twin.responding.respondent import turns
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from tests.economy.equilibrium.fixed_prices import held, of_rigid, rigid
from tests.economy.equilibrium.test_levels import CHANGES, base_of, observed

R, S = 2, 3


@pytest.fixture(scope="module")
def base() -> Base:
    """Two regions, three products; base tariffs and output taxes, no carbon price: nothing answers it here."""
    return rigid(replace(base_of(observed()), carbon_price=np.zeros((R, S + 2))))


def by_hand(base: Base, shock: Shock) -> tuple[np.ndarray, np.ndarray]:
    """Producers' prices and outputs over base (R, S).

    p x = (1 + t)(wages + capital + Σ duty p Z) / z and x = (ΣZ κ x / z + Y κ) + stocks.
    """
    recipe = base.flows if shock.recipe is None else shock.recipe
    n = base.output.size
    per_unit = recipe[..., :S].transpose(2, 0, 1, 3).reshape(n, n)  # supplier, buyer; rows run over regions first
    bought = recipe[..., S:].sum(axis=3).transpose(2, 0, 1).reshape(n, R)
    duty = ((1 + shock.tariffs) * (1 + shock.export_tax) * shock.transport).reshape(n, R)
    sent = shock.transport.reshape(n, R)
    tax = (1 + base.output_tax + shock.output_tax).ravel()
    each = base.labour * shock.labour_need * shock.wage_wedge / shock.labour_productivity + base.capital
    factors = (shock.factor_need * each).ravel()
    efficiency, output = shock.productivity.ravel(), base.output.ravel()
    of_buyer = np.repeat(np.arange(R), S)
    costs = per_unit * duty[:, of_buyer]
    price = np.linalg.solve(
        np.eye(n) - (tax / efficiency / output)[:, None] * costs.T, tax * factors / efficiency / output
    )
    flows = per_unit * sent[:, of_buyer] / (efficiency * output)
    made = np.linalg.solve(np.eye(n) - flows, (bought * sent).sum(axis=1) + base.stocks.reshape(n, R).sum(axis=1))
    return price.reshape(R, S), (made / output).reshape(R, S)


def recipe_of(base: Base) -> np.ndarray:
    draw = np.random.default_rng(14)
    return base.flows * draw.uniform(0.6, 1.2, base.flows.shape)


WEDGES = ("tariffs", "subsidy and tax", "productivity", "labour productivity", "wage wedge", "transport",
          "more labour and capital", "less labour")  # fmt: skip
NAMES = (*WEDGES, "recipe", "export tax", "all")


def shocks(base: Base) -> dict[str, Shock]:
    none, rent = Shock.none(base), np.zeros_like(base.tariffs)
    rent[0, :, 1] = 0.15
    found = {name: replace(none, **CHANGES[name]) for name in WEDGES}
    found |= {"recipe": replace(none, recipe=recipe_of(base)), "export tax": replace(none, export_tax=rent)}
    together = {key: value for name in WEDGES for key, value in CHANGES[name].items()}
    return found | {"all": replace(none, **together, recipe=recipe_of(base), export_tax=rent)}


@pytest.mark.parametrize("name", NAMES)
def test_without_elasticities_it_is_two_linear_systems(base, name):
    shock = shocks(base)[name]
    point, (price, output) = held(base, shock), by_hand(base, shock)
    assert max(np.abs(price - 1).max(), np.abs(output - 1).max()) > 1e-3
    np.testing.assert_allclose(np.exp(point.prices.producers), price, rtol=1e-11)
    np.testing.assert_allclose(np.exp(point.at.output), output, rtol=1e-11)


def test_it_is_a_limit_and_is_reached_in_proportion(base):
    """At small elasticities the gap is as small, and falls with them tenfold; at 1e-7 it is below 1e-6."""
    price, output = by_hand(base, shocks(base)["all"])

    def gap(elasticity: float) -> float:
        loose = rigid(base, elasticity)
        point = held(loose, replace(shocks(base)["all"], recipe=recipe_of(base)))
        return max(
            np.abs(np.exp(point.prices.producers) / price - 1).max(), np.abs(np.exp(point.at.output) / output - 1).max()
        )

    assert gap(1e-2) / gap(1e-3) == pytest.approx(10, rel=0.05)
    assert gap(1e-7) < 1e-6 < gap(1e-2)


# -- the twin ----------------------------------------------------------------------------------------------------------

LEVERS = {name: one for name, one in packaged_levers().items() if one.function}
OF_FUELS = ("fuel-efficiency", "electrification", "fuel-switching", "carbon-capture", "hydrogen-steel", "scrap-steel")
"""Levers that need sectors that the starter world does not tell apart."""
WITHOUT_A_TRACE = {"clean-electricity", "clean-technology-abroad", "embargo", "export-tax"}
"""Levers that move neither a price nor an output at fixed prices: of emissions alone, or of trade that responds."""


@dataclass(frozen=True)
class Both:
    """A table as the twin and as the equilibrium have it."""

    twin: Twin
    read: Read
    base: Base

    @classmethod
    def of(cls, economy: Economy) -> Both:
        """All of value added counts as factors, so that no output tax, a share of cost, is in the base."""
        read = accounts_of(economy)
        found = calibrate(read.accounts, read.fuels, elasticities_of(elasticity_set(), economy)[0])
        earned = found.labour + found.capital + found.output - found.cost
        return cls(Twin(economy), read, replace(found, labour=0.6 * earned, capital=0.4 * earned))


@pytest.fixture(scope="module")
def starter() -> Both:
    return Both.of(Economy.from_published(starter_world()))


def as_it_enters(both: Both, state: State) -> Shock:
    """The shock that a lever is where prices respond; sourcing as taste."""
    return of_rigid(Asked(state.economy, both.read, both.base).shock(state.change), both.base.products)


def by_amount(both: Both, state: State) -> Shock:
    """What a lever did to the twin: a recipe, and the same amount of primary cost."""
    economy, change, base = state.economy, state.coefficients_change, rigid(both.base)
    shape = base.output.shape
    moved = np.zeros(economy.Z.shape)
    moved[change.coords] += change.data
    flows = (moved * economy.x).reshape(*shape, *shape).transpose(1, 2, 0, 3)
    final = (state.Y - economy.Y).reshape(*shape, shape[0], -1).sum(axis=3).transpose(1, 2, 0)[..., None]
    recipe = base.flows + np.concatenate([flows, final], axis=3)
    cost = state.value_added.reshape(shape) * base.output  # levies in, for the base's output
    made = (economy.x > 0).reshape(shape)
    need = np.where(made, cost / (base.labour + base.capital), 1.0)
    assert need.min() > 0
    assert recipe.min() > -1e-9
    return replace(Shock.none(base), recipe=np.maximum(recipe, 0.0), factor_need=need)


def another_thing_where_prices_respond(state: State) -> bool:
    """Whether a lever is a tax or an act of its own there: its amount at fixed prices is then laid on primary cost."""
    taxed = any(levy.recipient == "treasury" for levy in state.change.levies)
    return taxed or (bool(state.change.responding) and not turns(state.orders[0]))


def agrees_with_the_twin(both: Both, name: str) -> None:
    """A lever at its usual strength, on the twin and at held factor prices: prices, outputs and hours."""
    lever, economy = LEVERS[name], both.twin.economy
    bloc = ("USA", "JPN", "KOR") if lever.needs_bloc else ()
    regions = () if bloc and function(lever.function).around_bloc else ("DEU", "IND")
    no_premium = {one.name: 0.0 for one in lever.figures if one.name == "premium"}
    setting = LeverSetting(
        lever=name, strength=lever.parameter.default or lever.parameter.high / 2, regions=regions, bloc=bloc,
        figures=no_premium,
    )  # fmt: skip
    state = both.twin.run(Scenario(id="limit", levers=(setting,)))
    shock = (by_amount if another_thing_where_prices_respond(state) else as_it_enters)(both, state)
    base = rigid(both.base)
    point = held(base, shock)
    made = economy.x > 0
    output = (np.exp(point.at.output) * base.output).ravel()[made]
    assert np.abs(np.exp(point.prices.producers).ravel() - state.prices)[made].max() <= 1e-6
    assert np.abs(output / state.x[made] - 1).max() <= 1e-6
    hours = (point.volumes.labour / base.labour / shock.factor_need).ravel()[made]
    np.testing.assert_allclose(hours, output / base.output.ravel()[made], rtol=1e-9)  # a unit takes what it needs
    moves = max(np.abs(state.prices - 1)[made].max(), np.abs(state.x / np.where(made, economy.x, 1) - 1)[made].max())
    assert (moves > 1e-6) == (name not in WITHOUT_A_TRACE), moves


@pytest.mark.parametrize("name", [name for name in LEVERS if name not in OF_FUELS])
def test_without_elasticities_each_lever_does_what_it_does_in_the_twin(starter, name):
    agrees_with_the_twin(starter, name)


def test_most_levers_of_technology_and_sourcing_are_held_as_they_enter(starter):
    """And only taxes and acts of their own by their amounts."""
    names = {"material-efficiency", "electricity-efficiency", "longer-life", "repair", "reshoring", "diversification"}
    for name in names:
        setting = LeverSetting(lever=name, strength=LEVERS[name].parameter.default, regions=("DEU",))
        state = starter.twin.run(Scenario(id="limit", levers=(setting,)))
        assert not another_thing_where_prices_respond(state), name


@pytest.mark.real
def test_so_do_the_levers_that_need_a_table_with_fuels(wiod):
    both = Both.of(wiod(2009))
    for name in OF_FUELS:
        agrees_with_the_twin(both, name)
