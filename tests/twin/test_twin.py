"""The twin as a whole: what it refuses, and that it says which lever was at fault."""

from __future__ import annotations

import pytest

from kaldor.errors import InputError, UnproductiveEconomyError
from kaldor.twin.declared import packaged_levers
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
from tests.economy.random_tables import random_economy


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
