"""A lever that counts in dollars or kilotonnes says so where the table's unit means neither, and moves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError
from kaldor.twin.declared import packaged_levers
from kaldor.twin.order import missing_data
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin

PRICE = {"id": "price", "levers": [{"lever": "carbon-price", "strength": 50, "regions": ["IND"], "sectors": ["all"]}]}


@pytest.fixture(scope="module")
def world():
    return Economy.from_published(starter_world())


def test_a_price_in_dollars_is_refused_on_a_table_in_a_currency_that_nobody_declared(world):
    tugriks = replace(world, unit="million tugrik")
    with pytest.raises(InputError, match=r"flows in money of a known currency \(these are in million tugrik\)"):
        Twin(tugriks).run(Scenario.model_validate(PRICE))


def test_tonnes_are_refused_on_an_extension_in_kilograms(world):
    in_kg = world.with_extensions(replace(world.extension("co2"), unit="kg CO2"))
    lever = packaged_levers()["carbon-price"]
    assert missing_data(world, lever) == ()
    assert missing_data(in_kg, lever) == ("extension 'co2' in kt (it is in kg CO2)",)


def test_levers_without_money_work_in_any_currency(world):
    lever = packaged_levers()["material-efficiency"]
    assert missing_data(replace(world, unit="million EUR"), lever) == ()
