"""What the questions say of Germany on WIOD: the figures of the specification, computed by two programs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kaldor.asking import Answer
from kaldor.economy.equilibrium.base import every_user
from kaldor.economy.equilibrium.options import options
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import Prepared, chosen
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.questions.subject import Asked
from kaldor.rooms import questions
from tests.economy.equilibrium.wiod_labour import with_labour

pytestmark = [pytest.mark.real, pytest.mark.long]

MADE = {"region": ["DEU"], "sector": ["manufacturing"]}
ASKED = {
    "productivity": ("productivity", MADE),
    "productivity, lending fixed": ("productivity", MADE | {"lending": "fixed"}),
    "labour productivity": ("productivity", MADE | {"kind": "labour"}),
    "carbon, Germany": ("leakage", {"region": ["DEU"]}),
    "carbon, EU": ("leakage", {"region": ["EU@2009"]}),
    "subsidy": ("subsidy", MADE | {"amount": 10_000}),
    "subsidy to all": ("subsidy", {"region": ["DEU"], "amount": 10_000}),
    "Russia's mining": ("cut-off", {"supplier": ["RUS"], "buyer": ["DEU"], "product": ["mining"]}),
    "China's manufactures": ("cut-off", {"supplier": ["CHN"], "buyer": ["EU@2009"], "product": ["manufacturing"]}),
}
# Real national income of Germany in % of its final spending, full employment: low, central, long.
INCOME = {
    "productivity": {2008: (2.38, 3.17, 3.59), 2011: (2.38, 3.13, 3.42), 2009: (None, 2.65, None)},
    "productivity, lending fixed": {2008: (2.49, 3.22, 3.65), 2011: (2.48, 3.17, 3.46), 2009: (None, 2.70, None)},
    "labour productivity": {2008: (0.49, 0.68, 0.70), 2011: (0.48, 0.66, 0.63), 2009: (None, 0.65, None)},
    "carbon, Germany": {2008: (-0.03, -0.27, -0.42), 2011: (-0.14, -0.32, -0.46), 2009: (None, -0.35, None)},
    "carbon, EU": {2008: (0.08, -0.18, -0.44), 2011: (-0.19, -0.35, -0.49), 2009: (None, -0.33, None)},
    "subsidy": {2008: (-0.07, -0.04, -0.03), 2011: (-0.06, -0.03, -0.03), 2009: (None, -0.03, None)},
    "subsidy to all": {2008: (-0.02, -0.01, 0.00), 2011: (-0.01, -0.01, 0.00), 2009: (None, -0.01, None)},
    "Russia's mining": {2008: (-0.96, -0.23, -0.10), 2011: (-0.11, -0.03, -0.02), 2009: (None, -0.09, None)},
    "China's manufactures": {2008: (-2.21, -0.47, -0.39), 2011: (-3.33, -0.71, -0.60), 2009: (None, -0.48, None)},
}
# Central, more work where it pays more: welfare in % of final spending in 2008 and 2011, jobs in % in 2011.
SUPPLY = {
    "productivity": (2.78, 2.82, 0.62),
    "labour productivity": (0.60, 0.60, 0.06),
    "carbon, Germany": (-0.21, -0.27, -0.41),
    "carbon, EU": (-0.14, -0.30, -0.42),
    "subsidy": (-0.04, -0.03, 0.06),
    "subsidy to all": (-0.01, -0.01, 0.06),
    "Russia's mining": (-0.21, -0.02, 0.00),
    "China's manufactures": (-0.42, -0.64, -0.14),
}
# Central 2011, bn US$: terms of trade, and what all others can buy.
PARTNERS = {
    "productivity": (-24.1, 31.9),
    "labour productivity": (-5.5, 7.2),
    "carbon, Germany": (3.2, -4.3),
    "subsidy": (-1.5, 1.3),
    "subsidy to all": (-0.4, 0.4),
}
SETS = ("low", "central", "long")
LEAKAGE = {"carbon, Germany": (0.15, 0.12, 0.06), "carbon, EU": (0.25, 0.22, 0.06)}
CARBON_AT_HOME = (-18.5, -25.3, -34.1)  # % of Germany's CO2 in 2011, its own price


@pytest.fixture(scope="module")
def ask(wiod, shared):
    """The answer to a line of the table, each asked once."""

    @cache
    def answered(name: str, year: int, own: str, labour: str = "full-employment") -> Answer:
        economy = with_labour(wiod, shared, year)
        id, given = ASKED[name]
        asked = Asked(economy, "wiod2013", wiod, lambda _: None)
        return questions()[id].ask(asked, given | {"set": own, "labour": labour, "band": "none"})

    return answered


def germany(answer: Answer, column: str) -> float:
    return float(answer.tables[1].frame.loc["DEU", column])


def near(value: float) -> object:
    """Within a tenth, or the rounding of the figure."""
    return pytest.approx(value, rel=0.1, abs=0.0051)


@pytest.mark.parametrize("year", [2008, 2009, 2011])
@pytest.mark.parametrize("name", INCOME)
def test_real_income_is_that_of_the_specification(ask, name, year):
    wanted = {own: value for own, value in zip(SETS, INCOME[name][year], strict=True) if value is not None}
    found = {own: germany(ask(name, year, own), "real_income_share") for own in wanted}
    assert found == {own: near(value) for own, value in wanted.items()}
    for own, value in wanted.items():
        assert found[own] * value > 0 or abs(value) < 0.005


@pytest.mark.parametrize("name", SUPPLY)
def test_welfare_and_jobs_where_work_answers(ask, name):
    before, later, jobs = SUPPLY[name]
    for year, wanted in ((2008, before), (2011, later)):
        answer = ask(name, year, "central", "supply")
        assert germany(answer, "welfare_share") == near(wanted)
    assert germany(answer, "jobs") == near(jobs)


@pytest.mark.parametrize("name", PARTNERS)
def test_terms_of_trade_and_partners(ask, name):
    table = ask(name, 2011, "central").tables[1].frame
    terms, others = PARTNERS[name]
    bought = table["real_spending"]
    assert table.loc["DEU", "terms_of_trade"] / 1e3 == pytest.approx(terms, rel=0.1, abs=0.051)
    assert (bought.sum() - bought["DEU"]) / 1e3 == pytest.approx(others, rel=0.1, abs=0.051)


@pytest.mark.parametrize(("year", "income"), [(2008, 0.02), (2011, 0.03)])
def test_a_subsidy_gains_what_external_economies_are_said_to_bring(wiod, shared, year, income):
    """0.13 in manufacturing turns the sign of the same subsidy, as in the specification's own program."""
    economy = with_labour(wiod, shared, year)
    id, given = ASKED["subsidy"]
    asked = Asked(economy, "wiod2013", wiod, lambda _: None)
    answer = questions()[id].ask(asked, given | {"options": ["external-economies"], "band": "none"})
    assert germany(answer, "real_income_share") == near(income)


@pytest.mark.parametrize("capital", ["by-industry", "mobile"])
@pytest.mark.parametrize("option", [*options(), "all that agree"])
def test_every_option_has_an_answer_on_the_whole_table(wiod, shared, option, capital):
    """In a few steps with the base factor; external economies alone may leave idle whom stocks are taken from."""
    economy = with_labour(wiod, shared, 2011)
    named = [one for one in options() if one != "specific-factors"] if option == "all that agree" else [option]
    equilibrium = Prepared(economy).equilibrium(chosen(elasticity_set(), "supply", capital, options=named))
    base = equilibrium.base
    price = np.zeros(base.regions)
    price[economy.regions.index("DEU")] = 0.1 if option != "external-economies" else 0.01
    point = equilibrium.solve(replace(Shock.none(base), carbon_price=every_user(price, base.users)))
    assert point.worst <= 1e-11
    assert equilibrium.steps <= 10
    assert equilibrium.factors == 0


@pytest.mark.parametrize("name", LEAKAGE)
def test_leakage(ask, name):
    found = [float(ask(name, 2011, own).facts["leakage"]) for own in SETS]
    assert found == [pytest.approx(value, rel=0.1, abs=0.01) for value in LEAKAGE[name]]  # of two digits


def test_emissions_fall_as_much(ask):
    found = [float(ask("carbon, Germany", 2011, own).facts["co2_home_share"]) for own in SETS]
    assert found == [pytest.approx(value, rel=0.1) for value in CARBON_AT_HOME]
