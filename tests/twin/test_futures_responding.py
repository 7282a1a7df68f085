"""Years of a path and futures of an ensemble where prices respond: who works is declared, and all else answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.bounds import MOST_RESPONDING
from kaldor.declared import parse
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError
from kaldor.twin.futures.path import latest_starts, run_path
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import Range, lever_ranges, packaged_growth_ranges
from kaldor.twin.futures.sampling import Design, plan
from kaldor.twin.futures.sensitivity import sensitivity
from kaldor.twin.futures.sweep import sweep
from kaldor.twin.outcomes import outcomes
from kaldor.twin.responding.responded import responded
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
from tests.twin.hand_world import hand_world

PATH = """
id = "grows"
region = "DEU"
start = 2018
end = 2038
step = 10

[[levers]]
lever = "carbon-price"
strength = 80
regions = ["DEU"]
adoption = { curve = "linear", start = 2018, until = 2038 }
"""
EVERYWHERE = '[[growth]]\ndemand = 2.0\nsource = "test"\n'
OLDER = '[[growth]]\nregions = ["DEU"]\nlabour = -0.5\nsource = "test"\n'


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(Economy.from_published(starter_world()))


def path(*growth: str, **changed: object) -> Pathway:
    return parse(Pathway, PATH + "".join(growth), "path.toml").model_copy(update=changed)


# -- paths -------------------------------------------------------------------------------------------------------------


def test_an_unchanged_population_ends_with_as_many_jobs_whatever_it_buys(twin):
    """Twenty years at 2 %: 49 % more product a head, and not one job more. At fixed prices there were 49 % more."""
    found = run_path(twin, path(EVERYWHERE), metrics=["jobs", "labour-productivity", "co2-production"])
    jobs = found.of("jobs", "reference")
    assert jobs.loc[2038] == pytest.approx(jobs.loc[2018], rel=1e-9)
    grown = found.grown.loc[2038]
    assert grown["workers"] == 0
    assert grown["volume of GDP"] == pytest.approx(100 * (1.02**20 - 1), rel=1e-8)
    assert grown["real wage"] == pytest.approx(100 * (1.02**20 - 1), rel=1e-8)
    product = found.of("labour-productivity", "reference")
    assert product.loc[2038] / product.loc[2018] == pytest.approx(1.02**20, rel=1e-8)
    fixed = run_path(twin, path(EVERYWHERE, view="fixed prices"), metrics=["jobs"])
    assert fixed.of("jobs", "reference").loc[2038] == pytest.approx(jobs.loc[2018] * 1.02**20, rel=1e-9)


@pytest.mark.parametrize("closure", [{}, {"labour": "supply"}, {"labour": "fixed-real-wage"}, {"capital": "mobile"}])
def test_growth_that_is_equal_everywhere_multiplies_everything_alike(twin, closure):
    """In every closure: a path of no lever is the table, larger, as at fixed prices. Per head people work as before."""
    responses = path().responses.model_copy(update=closure)
    asked = path(EVERYWHERE, levers=(), responses=responses)
    found = run_path(twin, asked, metrics=["co2-world", "co2-consumption", "manufacturing-value-added", "jobs"])
    for metric in ("co2-world", "co2-consumption", "manufacturing-value-added"):
        reference = found.of(metric, "reference")
        assert reference.loc[2038] / reference.loc[2018] == pytest.approx(1.02**20, rel=1e-7), metric
    assert found.grown.loc[2038, "jobs"] == pytest.approx(0, abs=1e-7)


def test_the_first_year_of_a_table_is_its_what_if(twin):
    """Without growth every year is the what-if of that strength, by the public outcomes."""
    found = run_path(twin, path())
    scenario = path().scenario(2028)
    state = twin.run(scenario)
    alone = outcomes(twin.before(), state, region="DEU", responded=responded(twin, scenario, state))
    assert found.views["real-income"] == "prices respond"
    assert found.views["foreign-share"] == "fixed prices"
    for metric in found.views:
        if metric in found.not_modelled:
            continue
        row = found.yearly.loc[2028, metric]
        assert row["change"] == pytest.approx(alone[metric].change, rel=1e-7, abs=1e-6), metric
        assert row["reference"] == pytest.approx(alone[metric].before or 0.0, rel=1e-9, abs=1e-9), metric
    assert found.responding.startswith("Prices respond: elasticities 'central'")


def test_fewer_workers_are_fewer_jobs_and_a_smaller_product(twin):
    """Half a per cent fewer a year in Germany alone, whose demand a head is not declared to grow: all do as before."""
    found = run_path(twin, path(OLDER, levers=()), metrics=["jobs", "gdp-volume"])
    left = 0.995**20
    assert found.of("jobs", "reference").loc[2038] == pytest.approx(found.of("jobs").loc[2018] * left, rel=1e-9)
    # Product a head is declared to stay, and the population stays: each of the fewer workers makes more.
    assert found.grown.loc[2038, "product of each"] == pytest.approx(100 * (1 / left - 1), rel=1e-9)
    poorer = path('[[growth]]\nregions = ["DEU"]\nlabour = -0.5\nproductivity = 0\nsource = "t"\n', levers=())
    found = run_path(twin, poorer, metrics=["jobs", "gdp-volume"])
    assert found.grown.loc[2038, "product of each"] == pytest.approx(0, abs=1e-9)
    assert found.grown.loc[2038, "volume of GDP"] == pytest.approx(100 * (left - 1), rel=0.05)


def test_whose_income_changes_adds_up_to_real_income_in_every_year(twin):
    found = run_path(twin, path(EVERYWHERE), metrics=["real-income", "terms-of-trade"])
    np.testing.assert_allclose(found.costs.sum(axis=1), found.of("real-income", "change"), atol=1e-6, rtol=1e-7)
    assert found.costs.loc[2038, "treasury: price of carbon"] > 0
    assert found.costs.loc[2018].eq(0).all()
    assert "treasury: subsidies" not in found.costs, "nobody is paid any"


def test_an_amount_of_money_is_the_same_amount_in_a_larger_economy(twin):
    """A subsidy of 10 billion $ is 10 billion in both years (at the prices of the table), and half the rate."""
    subsidy = PATH.replace('"carbon-price"', '"flat-subsidy"').replace("strength = 80", "strength = 10")
    subsidy = subsidy.replace(
        'curve = "linear", start = 2018, until = 2038', 'curve = "step", start = 2018, until = 2018'
    )
    found = run_path(twin, parse(Pathway, subsidy + EVERYWHERE, "p.toml"), metrics=["treasury-spending"])
    spent = found.of("treasury-spending")
    assert spent.loc[2038] == pytest.approx(spent.loc[2018], rel=2e-3)
    assert spent.loc[2018] == pytest.approx(10_000, rel=0.02)


def test_the_latest_useful_start_is_found_where_prices_respond(twin):
    aimed = path(EVERYWHERE + '[[targets]]\nmetric = "co2-production"\nby = 2038\ncut = -40\n')
    found = latest_starts(twin, aimed.model_copy(update={"step": 20}))
    latest = found["latest"].iloc[0]
    assert 2018 <= latest < 2038

    def reached(start: int) -> float:
        moved = run_path(twin, aimed.begun(0, start), metrics=["co2-production"])
        return moved.of("co2-production").loc[2038] / moved.of("co2-production", "reference").loc[2018]

    assert reached(int(latest)) <= 1.4 < reached(int(latest) + 1)


def test_where_there_is_no_balance_what_responds_is_not_modelled_and_says_why():
    """A table that trades with a world which it does not show: what follows volumes at fixed prices stays."""
    world = hand_world()
    part = Twin(replace(world, demand_roles={**world.demand_roles, "inventories": "exports"}))
    text = PATH.replace("2018", "2010").replace("2038", "2030")
    found = run_path(part, parse(Pathway, text, "p.toml"))
    assert "sells to regions that it does not show" in found.not_modelled["real-income"]
    assert found.of("real-income", "reference").isna().all()
    assert found.of("jobs", "reference").isna().all()
    assert found.of("household-burden").notna().all()
    assert found.grown.empty
    assert found.responding.startswith("Prices do not respond here: ")
    scenario = Scenario(id="price", levers=(LeverSetting(lever="carbon-price", strength=80, regions=("DEU",)),))
    ranges = [Range(name="p", varies="strength", lever=1, low=40, high=120, unit="$/t", source="test")]
    many = sweep(part, plan(part, scenario, ranges, runs=4, seed=1, region="DEU"), where=None)
    assert "sells to regions that it does not show" in many.not_modelled["real-income"]
    assert many.values("real-income").isna().all()
    assert many.values("household-burden").notna().all()


# -- ensembles ---------------------------------------------------------------------------------------------------------


def planned(twin: Twin, runs: int, **named: object) -> Design:
    price = LeverSetting(lever="carbon-price", strength=80, regions=("DEU",))
    scenario = Scenario(id="price", levers=(price,))
    ranges = (*lever_ranges(twin, scenario), *packaged_growth_ranges(twin.economy))
    asked = {"seed": 7, "region": "DEU", "years": 10, "metrics": ["real-income", "co2-world", "foreign-share"]}
    return plan(twin, scenario, ranges, runs=runs, **(asked | named))


def test_every_future_is_answered_up_to_a_number_and_a_stated_part_beyond(twin):
    assert planned(twin, MOST_RESPONDING).responding == tuple(range(MOST_RESPONDING))
    some = planned(twin, 60, responding=12)
    assert len(some.responding) == len(set(some.responding)) == 12
    assert some.responding == planned(twin, 60, responding=12).responding
    assert some.responding != planned(twin, 60, responding=12, seed=8).responding
    found = sweep(twin, some, where=None)
    assert found.answered == some.responding
    income, shares = found.values("real-income"), found.values("foreign-share", "before")
    assert income.notna().to_numpy().nonzero()[0].tolist() == list(some.responding)
    assert shares.notna().all()
    bands = found.bands()
    assert bands.loc["real-income", "futures"] == 12
    fixed = some.scenario.model_copy(update={"view": "fixed prices"})
    assert plan(twin, fixed, some.ranges, runs=60, seed=7, region="DEU", years=10).responding == ()


def test_a_future_of_an_ensemble_is_that_year_of_a_path(twin):
    """The same growth and strength, asked the other way."""
    design = planned(twin, 5)
    found = sweep(twin, design, where=None, part=2)
    future = design.future(twin.economy, 3)
    [one] = future.scenario.levers
    year = twin.economy.year + 10
    declared = tuple(r.as_growth(v) for r, v in zip(design.ranges, design.values[3], strict=True) if r.growth)
    text = PATH.replace("2018", str(year - 1)).replace("2038", str(year)).replace("step = 10", "step = 1")
    asked = parse(Pathway, text.replace("strength = 80", f"strength = {one.strength!r}"), "p.toml")
    along = run_path(twin, asked.model_copy(update={"growth": declared}), metrics=["real-income", "co2-world"])
    for metric in ("real-income", "co2-world"):
        assert found.values(metric).loc[3] == pytest.approx(along.of(metric, "change").loc[year], rel=1e-7), metric


def test_how_long_it_takes_is_told_before_it_starts_and_parts_are_taken_up(twin, tmp_path):
    told: list[str] = []
    design = planned(twin, 40, responding=10)
    first = sweep(twin, design, where=tmp_path, part=16, told=told.append)
    assert len(told) == 1
    assert told[0].startswith("Prices respond in 10 of 40 futures: ")
    assert "measured on the first 3" in told[0]
    again = sweep(twin, design, where=tmp_path, part=16, told=told.append)
    assert len(told) == 1, "nothing is left to wait for"
    np.testing.assert_array_equal(again.after_values, first.after_values)
    with pytest.raises(InputError, match="another sweep"):
        sweep(twin, planned(twin, 40, responding=11), where=tmp_path, part=16)
    two = sweep(twin, design, where=None, part=16, workers=2)
    # Answers are solved in single precision first: two that ran beside each other may end a rounding apart.
    np.testing.assert_allclose(two.after_values, first.after_values, rtol=1e-8)


def test_shares_of_variance_are_of_the_first_part_of_a_sobol_sample(twin):
    price = LeverSetting(lever="carbon-price", strength=80, regions=("DEU",))
    scenario = Scenario(id="price", levers=(price,))
    ranges = [
        Range(name="price", varies="strength", lever=1, low=40, high=120, unit="$/t", source="test"),
        Range(name="cleaner", varies="growth", growth="co2", low=-2, high=0, unit="% a year", source="test"),
    ]
    asked = {"seed": 3, "region": "DEU", "years": 10, "method": "sobol", "metrics": ["co2-production"]}
    design = plan(twin, scenario, ranges, runs=64, responding=150, **asked)
    assert design.responding == tuple(range(128)), "32 bases of 4 futures are the largest power of 2 within 150"
    found = sweep(twin, design, where=None)
    shares = sensitivity(found)
    assert shares.attrs["runs_of"] == {"co2-production": 128}
    smaller = sweep(twin, plan(twin, scenario, ranges, runs=32, **asked), where=None)
    expected = sensitivity(smaller)
    np.testing.assert_allclose(shares["first"], expected["first"], rtol=1e-6, atol=1e-9)
