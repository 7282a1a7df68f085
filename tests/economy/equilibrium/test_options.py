"""What is off by default and is switched on by name: what it sets, what is said of it, and what it moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.options import options, switched_on
from kaldor.economy.equilibrium.outcomes import Outcomes, outcomes_of
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import Prepared, chosen, closure_of
from kaldor.economy.equilibrium.responses import beside
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.opening import open_table
from kaldor.errors import InputError, UnknownLabelError


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(open_table("starter"))


@pytest.fixture(scope="module")
def prepared(economy: Economy) -> Prepared:
    return Prepared(economy)


def outcomes(prepared: Prepared, *names: str) -> Outcomes:
    """A subsidy of a tenth to the metals of the first country, where work answers."""
    economy = prepared.economy
    equilibrium = prepared.equilibrium(chosen(elasticity_set(), "supply", options=names))
    tax = np.zeros_like(equilibrium.base.output)
    tax[0, economy.sectors.index("metals")] = -0.1
    point = equilibrium.solve(replace(Shock.none(equilibrium.base), output_tax=tax))
    assert point.worst <= 1e-11
    return outcomes_of(point)


def test_every_option_says_its_numbers_and_who_says_them(economy: Economy) -> None:
    for name, option in options().items():
        said = switched_on([name], economy).said
        assert len(said) == 1
        assert option.said in said[0]
        for number in option.numbers:
            assert f"{number.value:g} for {number.of}: {number.source}, {number.mark}" in said[0]


@pytest.mark.parametrize(
    "name", ["external-economies", "slow-labour", "specific-factors", "capital-answers", "labour-tax"]
)
def test_each_option_moves_an_answer(prepared: Prepared, name: str) -> None:
    without, having = outcomes(prepared), outcomes(prepared, name)
    before = prepared.equilibrium(chosen(elasticity_set(), "supply")).base.spending.sum(axis=1)
    assert np.abs((having.income - without.income) / before).max() > 1e-6


def test_external_economies_are_those_of_manufacturing(economy: Economy, prepared: Prepared) -> None:
    found = switched_on(["external-economies"], economy).closing["external_economies"]
    made = [sector in economy.sector_groups["manufacturing"] for sector in economy.sectors]
    np.testing.assert_array_equal(found, np.where(made, 0.13, 0.0))
    assert outcomes(prepared, "external-economies").income[0] > outcomes(prepared).income[0]


def test_too_strong_ones_are_refused_by_the_name_of_the_sector(economy: Economy, prepared: Prepared) -> None:
    """Textiles, wood and paper are one sector: 9.1, 12.5 and 17.52 have a mean of 13.04, and 0.13 × 12.04 is 1.57."""
    base = prepared.equilibrium(chosen(elasticity_set("long"))).base
    with pytest.raises(InputError, match=r"external economies of light: 0\.13 × \(13\.04 − 1\) is 1\.57"):
        closure_of(base, chosen(elasticity_set("long"), options=["external-economies"]), economy)


def test_the_band_keeps_what_is_switched_on() -> None:
    choice = chosen(elasticity_set(), options=["slow-labour", "labour-tax"])
    assert {one.options for one in beside(choice)} == {("slow-labour", "labour-tax")}
    assert choice.words.endswith("slow-labour, labour-tax")


def test_what_contradicts_and_what_nobody_knows_is_refused(economy: Economy) -> None:
    with pytest.raises(InputError, match="slow-labour, specific-factors contradict each other"):
        switched_on(["slow-labour", "specific-factors"], economy)
    with pytest.raises(UnknownLabelError, match="Did you mean 'labour-tax'"):
        switched_on(["labour-taxes"], economy)


def test_what_builds_capital_is_found_on_the_table(economy: Economy, prepared: Prepared) -> None:
    base = prepared.equilibrium(chosen(elasticity_set())).base
    building = [demand for demand in economy.demands if economy.demand_roles[demand] == "investment"]
    column = economy.Y.reshape(*base.output.shape, base.regions, -1)[
        ..., [economy.demands.index(one) for one in building]
    ]
    bought = np.maximum(column.sum(axis=(3,)), 0).sum(axis=(0, 1)) * prepared.read.million
    assert base.investment is not None
    np.testing.assert_allclose(base.spending[:, base.investment], bought, rtol=1e-6)
