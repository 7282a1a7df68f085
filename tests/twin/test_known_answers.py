"""What-ifs on WIOD 2009 whose answers are known: figures of the methods page, checked when Kaldor was designed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.twin.incidence import incidence, treasury_amount
from kaldor.twin.scenario import Closure, LeverSetting, Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def twin(wiod: Callable[[int], Economy]) -> Twin:
    return wiod(2009).once(Twin)


def run(twin: Twin, *levers: LeverSetting, closure: Closure = "pass-through") -> State:
    return twin.run(Scenario(id="known", closure=closure, levers=levers))


@pytest.mark.parametrize(
    ("closure", "germany", "world"),
    [("pass-through", -5.42, -10.72), ("profit", 5.29, 0.0), ("savings re-spent", -4.45, -9.14)],
)
def test_german_construction_with_a_fifth_less_material(
    twin: Twin, closure: Closure, germany: float, world: float
) -> None:
    """Value added in billion $: the sign for Germany turns with the closure, as the methods page says."""
    materials = ("c2", "c6", "c9", "c10", "c11", "c12")
    less = LeverSetting(
        lever="material-efficiency", strength=20, regions=("DEU",), sectors=("c18",), products=materials
    )
    after = run(twin, less, closure=closure)
    change = twin.economy.sum_by_region(after.income() - twin.before().income()) / 1e3
    assert change[twin.economy.region_position("DEU")] == pytest.approx(germany, abs=0.006)
    assert change.sum() == pytest.approx(world, abs=0.006)
    assert after.method == "low rank"
    # The shipped defaults are this very example.
    same = run(twin, LeverSetting(lever="material-efficiency", strength=20, regions=("DEU",)), closure=closure)
    np.testing.assert_allclose(same.x, after.x, rtol=1e-12)


def price_change(state: State, region: str, sector: str) -> float:
    economy = state.economy
    return float(state.prices[economy.rows_of(region).start + economy.sector_position(sector)] - 1)


def test_a_price_on_chinese_producers_and_one_at_the_german_border(twin: Twin) -> None:
    """At $100/t: 27 % on Chinese metals if China charged it; 1.0 % on German ones from the border, China untouched."""
    china = run(twin, LeverSetting(lever="carbon-price", strength=100, regions=("CHN",)))
    assert price_change(china, "CHN", "c12") == pytest.approx(0.2677, abs=5e-4)
    border = run(twin, LeverSetting(lever="border-adjustment", strength=100, regions=(), bloc=("DEU",)))
    assert price_change(border, "DEU", "c12") == pytest.approx(0.0103, abs=1e-4)
    assert 0 < price_change(border, "CHN", "c12") < 1e-4


def test_who_bears_a_german_carbon_price(twin: Twin) -> None:
    """Revenue 65.88 bn $; German households bear 28.12 bn; all final users of all countries bear what is paid."""
    after = run(twin, LeverSetting(lever="carbon-price", strength=100, regions=("DEU",)))
    economy = twin.economy
    revenue = sum((levy.rate * after.x).sum() for levy in after.change.levies)
    assert revenue / 1e3 == pytest.approx(65.88, abs=0.005)
    rise = after.prices - 1
    burden = rise @ economy.Y
    households = list(economy.final_demand_index).index(("DEU", "c37"))
    assert burden[households] / 1e3 == pytest.approx(28.12, abs=0.005)
    assert burden.sum() + rise @ economy.discrepancy == pytest.approx(revenue, rel=1e-9)


def test_swedish_steel_with_hydrogen_beside_hybrits_own_figures(twin: Twin) -> None:
    """1.3 Mt: about 2.4 Mt saved a year at a clean grid, nothing at the world's grid of 2009; HYBRIT says 1.4.

    The chain adds a little: coal no longer dug and shipped, electricity's own inputs.
    """
    steel = LeverSetting(lever="hydrogen-steel", strength=1.3, regions=("SWE",))
    before = twin.before().amount("co2").sum()
    saved = {
        grid: (before - run(twin, steel.model_copy(update={"figures": {"grid": grid}})).amount("co2").sum()) / 1e3
        for grid in (0.0, 0.57)
    }
    assert saved[0.0] == pytest.approx(1.3 * 1.847, rel=0.05)
    assert abs(saved[0.57]) < 0.35
    assert saved[0.0] - saved[0.57] == pytest.approx(1.3 * 3.5 * 0.57, rel=0.02)


@pytest.mark.parametrize(("region", "own", "mwh"), [("CHN", -121.86, 181.4), ("IND", -11.44, 17.0),
                                                    ("DEU", -6.78, 10.1), ("SWE", -0.59, 0.88)])  # fmt: skip
def test_power_plants_emit_the_typed_grid_for_heat_from_electricity(
    twin: Twin, region: str, own: float, mwh: float
) -> None:
    """A fifth of the fuel: own CO2 (Mt) / 0.202 t × 0.9 / 3 are the MWh (millions); each adds 0.57 t, or nothing.

    Fuel that is no longer refined takes a little off: refineries buy less power.
    """
    lever = LeverSetting(lever="electrification", strength=20, regions=(region,))
    before, economy = twin.before().amount("co2"), twin.economy
    energy = economy.sector_position("c17") + np.arange(len(economy.regions)) * len(economy.sectors)
    added, everywhere = {}, {}
    for grid in (0.0, 0.57):
        after = run(twin, lever.model_copy(update={"figures": {"grid": grid}}))
        more = (after.amount("co2") - before) / 1e3
        light = after.change.industries((region,), economy.group("light-industry"))
        assert more[light].sum() == pytest.approx(own, abs=0.1)
        added[grid], everywhere[grid] = more[energy].sum() / mwh, more.sum()
    assert -0.05 < added[0.0] < 0
    assert added[0.57] - added[0.0] == pytest.approx(0.57, rel=0.01)
    assert everywhere[0.57] < own + 0.57 * mwh < 0


def test_the_price_preference_of_local_content_is_paid_by_the_treasury(twin: Twin) -> None:
    """Half of what Germany's government imports of manufactures, at 20 % more: 2,540.3 M$, which nobody else pays."""
    after = run(twin, LeverSetting(lever="local-content", strength=50, regions=("DEU",)))
    who = incidence(twin.before(), after)
    assert treasury_amount(after, "DEU", "spending") == pytest.approx(2540.3, abs=0.05)
    assert who.treasury_of(["DEU"], "spending") == pytest.approx(2540.3, abs=0.05)
    assert len(who.treasury) == 1
    assert who.burden["total"].abs().sum() < 1e-6
    assert abs(who.gap) < 1e-12
