"""The twin as a whole: what it refuses, and that it says which lever was at fault."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from kaldor.errors import InputError, UnproductiveEconomyError
from kaldor.twin.declared import packaged_levers
from kaldor.twin.order import orders_of
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
from tests.economy.random_tables import random_economy
from tests.twin.small_levers import levers, scenario, setting


def _twin_with_a_lever_that_may_waste() -> Twin:
    lever = packaged_levers()["material-efficiency"]
    wide = lever.parameter.model_copy(update={"low": -100_000.0})
    wasteful = lever.model_copy(update={"id": "waste", "parameter": wide, "needs": ()})
    return Twin(random_economy(1), {"waste": wasteful})


def _waste(strength: float, sector: str) -> LeverSetting:
    return LeverSetting(lever="waste", strength=strength, regions=("R00",), sectors=(sector,), products=("all",))


def test_an_economy_made_unproductive_is_refused_with_the_lever_that_did_it():
    scenario = Scenario(id="s", levers=(_waste(-1, "s00"), _waste(-50_000, "s01")))
    with pytest.raises(UnproductiveEconomyError, match=r"'s', lever 2 \(waste\) at -50000 %.*bounds -100000 to 50"):
        _twin_with_a_lever_that_may_waste().run(scenario)


def test_all_faults_of_a_scenario_are_told_together():
    scenario = Scenario(id="s", levers=(_waste(60, "s00"), LeverSetting(lever="wast", strength=1, regions=("R9",))))
    with pytest.raises(InputError) as caught:
        _twin_with_a_lever_that_may_waste().run(scenario)
    assert len(caught.value.problems) == 2
    assert "60 is out of bounds" in str(caught.value)
    assert "Did you mean 'waste'" in str(caught.value)


@pytest.mark.parametrize(
    ("second", "met"),
    [
        ({"regions": ("R00",)}, "R00 s00"),
        ({"regions": ("R01", "R00"), "sectors": ("s01", "s02")}, "R00 s01"),
        ({"regions": ("R01",)}, ""),
        ({"regions": ("R00",), "sectors": ("s03",)}, ""),
    ],
)
def test_a_lever_that_stands_twice_on_a_target_is_refused(second, met):
    """Ten carbon prices of 500 would be one of 5,000, ten times what its bounds allow."""
    twin = Twin(random_economy(3), levers())
    first = setting("t-price", 400, "R00", sectors=("s00", "s01"))
    again = LeverSetting(lever="t-price", strength=400, **{"sectors": ("all",), **second})
    if not met:
        twin.run(scenario(first, again))
        return
    with pytest.raises(InputError, match=rf"lever 2 \(t-price\): acts on {met}, as lever 1 does already"):
        twin.run(scenario(first, again))


def test_a_scenario_has_room_for_two_hundred_levers():
    with pytest.raises(ValidationError, match="at most 200 items"):
        scenario(*[setting("t-price", 1, "R00")] * 201)


def starter_twin() -> Twin:
    return Economy.from_published(open_table("starter")).once(Twin)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"regions": []}, "regions names nobody. Name at least one, or 'all'."),
        ({"sectors": []}, "sectors names nobody. Name some, or leave it out."),
        ({"products": []}, "products names nobody. Name some, or leave it out."),
        ({"away_from": []}, "away_from names nobody. Name some, or leave it out."),
    ],
)
def test_a_lever_that_acts_on_nobody_is_refused(changed, said):
    twin = starter_twin()
    lever = {"lever": "material-efficiency", "strength": 20, "regions": ["DEU"], **changed}
    with pytest.raises(InputError) as caught:
        orders_of(twin.economy, Scenario.model_validate({"id": "s", "levers": [lever]}), twin.levers)
    assert said in str(caught.value)


def test_a_price_at_the_border_of_a_bloc_needs_no_region():
    twin = starter_twin()
    lever = {"lever": "border-adjustment", "strength": 20, "regions": [], "bloc": ["DEU"]}
    scenario = Scenario.model_validate({"id": "s", "levers": [lever]})
    assert orders_of(twin.economy, scenario, twin.levers)[0].bloc == ("DEU",)
