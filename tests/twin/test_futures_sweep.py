"""Ensembles: every future as exact as alone; killed, resumed, in threads and on a cluster the numbers are the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc
from threadpoolctl import threadpool_limits

from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError, UnknownLabelError
from kaldor.twin.declared import packaged_levers
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.growth import Growth, factors_after, grown
from kaldor.twin.futures.many import Many
from kaldor.twin.futures.mapping import map_parts
from kaldor.twin.futures.meter import Meter
from kaldor.twin.futures.ranges import (
    Range,
    lever_ranges,
    packaged_growth_ranges,
    packaged_shock_ranges,
    read_ranges,
)
from kaldor.twin.futures.sampling import Design, latin_hypercube, plan, sobol
from kaldor.twin.futures.sensitivity import sensitivity
from kaldor.twin.futures.sweep import probe, sweep
from kaldor.twin.metric import Metric, why_not
from kaldor.twin.outcome import Outcome
from kaldor.twin.outcomes import outcomes
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.shocks.stress import standard_shocks, stress
from kaldor.twin.shocks.stress_plan import StressPlan
from kaldor.twin.twin import Twin
from tests.economy.random_tables import random_economy, random_published
from tests.twin.random_world import random_world
from tests.twin.small_levers import levers, scenario, setting
from tests.waiting import until

CLOSURES = ("pass-through", "profit", "savings re-spent")


def starter_twin() -> Twin:
    return Twin(Economy.from_published(starter_world()))


def starter_scenario(**named) -> Scenario:
    def lever(id: str, strength: float, **more) -> LeverSetting:
        return LeverSetting(lever=id, strength=strength, regions=("DEU",), **more)

    return Scenario(
        view="fixed prices",
        id="five",
        levers=(
            lever("carbon-price", 80),
            lever("electricity-efficiency", 10),
            lever("clean-electricity", 50),
            lever("reshoring", 20),
            lever("technology-adoption", 5),
        ),
        **named,
    )


@pytest.fixture(scope="module")
def twin() -> Twin:
    return starter_twin()


def starter_design(twin: Twin, runs: int = 40, **named):
    five = starter_scenario()
    ranges = (*lever_ranges(twin, five), *packaged_growth_ranges(twin.economy))
    return plan(twin, five, ranges, runs=runs, seed=7, region="DEU", years=10, **named)


def after_of(outcome: Outcome) -> float:
    """A metric after a scenario; as before where its levers cannot move it, which one run says."""
    return outcome.after if outcome.after is not None else outcome.before or 0.0


# -- exact ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closure", CLOSURES)
def test_every_future_of_a_batch_equals_its_own_run(twin, closure):
    bloc = ("DEU", "USA")
    planned = starter_scenario(closure=closure, blocs={"west": bloc})
    border = LeverSetting(lever="border-adjustment", strength=60, regions=("DEU",), bloc=bloc)
    planned = planned.model_copy(update={"levers": (*planned.levers, border)})
    futures = [
        Future(
            planned.model_copy(
                update={"levers": tuple(s.model_copy(update={"strength": s.strength * f}) for s in planned.levers)}
            )
        )
        for f in (0.0, 0.3, 1.0, 1.2)
    ]
    [found] = Many(twin).answers(Futures.of(futures))
    assert not any(found.failed)
    meter = Meter(twin.economy, "DEU")
    assert len(meter.names) > 15
    values = meter.values(found.before, found.after)
    for number, future in enumerate(futures):
        alone = twin.run(future.scenario)
        np.testing.assert_allclose(found.after.x[number], alone.x, rtol=1e-10)
        np.testing.assert_allclose(found.after.prices[number], alone.prices, rtol=1e-10)
        expected = outcomes(twin.before(), alone, region="DEU")
        for name, value in zip(meter.names, values[number], strict=True):
            after = after_of(expected[name])
            scale = max(abs(after), 1e-6 * twin.economy.x.sum())
            assert abs(value - after) <= 1e-10 * scale, name


ACTING = {id: lever for id, lever in packaged_levers().items() if lever.function is not None}


@pytest.mark.parametrize("id", ACTING)
@pytest.mark.parametrize("closure", CLOSURES)
def test_every_lever_acts_on_many_grown_futures_as_on_each_alone(id, closure, monkeypatch):
    """All outcomes, from the public twin of each grown economy, one at a time; some strengths are nothing at all."""
    monkeypatch.setattr("kaldor.twin.futures.many._MOST_OF_N", 1.0)  # so that they are answered together here, too
    world = random_world(6, idle=2)
    twin, lever = Twin(world), ACTING[id]
    bloc = ("AAA", "CCC") if lever.needs_bloc else ()
    most = lever.parameter.default or lever.parameter.high
    middle = LeverSetting(lever=id, strength=most, regions=("AAA", "BBB"), bloc=bloc)
    other = LeverSetting(lever="material-efficiency", strength=20, regions=("CCC",))
    planned = Scenario(view="fixed prices", id="two", closure=closure, levers=(middle, other))
    ranges = [
        Range(name="s", varies="strength", lever=1, low=0, high=most, unit="", source="test"),
        *(one for one in lever_ranges(twin, planned) if one.varies == "figure"),
        *packaged_growth_ranges(world),
        Range(name="g", varies="growth", growth="demand", regions=("BBB",), low=-1, high=1, unit="", source="test"),
        Range(
            name="jobs", varies="growth", growth="jobs_male", regions=("CCC",), low=-1, high=1, unit="", source="test"
        ),
    ]
    growth = (Growth(regions=("AAA",), demand=1, source="test"),)
    design = plan(twin, planned, ranges, runs=6, seed=3, region="AAA", years=7, growth=growth)
    design.values[2, 0] = 0
    found = sweep(twin, design, where=None, part=4)
    before, after = one_at_a_time(twin, design, found.metrics)
    assert not len(found.failed)
    for column, metric in enumerate(found.metrics):
        if metric.id in found.not_modelled:  # alone it reads as before; in a sweep it is nothing
            after[:, column] = np.nan
            if not before[:, column].any():
                before[:, column] = found.before_values[:, column]
    for got, expected in ((found.before_values, before), (found.after_values, after)):
        scale = np.abs(np.vstack([before, after])).max(axis=0)
        money = np.array([found.units[metric.id] == world.unit for metric in found.metrics])
        scale = np.maximum(scale, np.where(money, 1e-6 * world.x.sum(), 1e-9))
        np.testing.assert_allclose(got / scale, expected / scale, atol=1e-9, rtol=0)


def one_at_a_time(twin: Twin, design: Design, metrics: Sequence[Metric]) -> tuple[np.ndarray, np.ndarray]:
    """What a sweep should give, by nothing but the public twin and its outcomes: before and after."""
    rows = []
    for number in range(design.runs):
        future = design.future(twin.economy, number)
        economy = twin.economy if future.factors is None else grown(twin.economy, future.factors)
        alone = Twin(replace(economy, notes=("no factor is shared",)), twin.levers)
        asked = {"region": design.region, "bloc": design.bloc, "metrics": {one.id: one for one in metrics}}
        found = outcomes(alone.before(), alone.run(future.scenario), **asked).outcomes
        lacking = [bool(why_not(one.metric, alone.economy)) for one in found]
        before = [np.nan if lacks else one.before or 0.0 for one, lacks in zip(found, lacking, strict=True)]
        after = [np.nan if lacks else after_of(one) for one, lacks in zip(found, lacking, strict=True)]
        rows.append([before, after])
    return np.array(rows)[:, 0], np.array(rows)[:, 1]


def test_real_income_of_friends_who_are_paid_a_premium_is_in_every_future(twin):
    """A premium for dearer purchases is income where it is paid to: in another country than the buyer's."""
    friends = LeverSetting(lever="friendshoring", strength=50, regions=("DEU",), bloc=("DEU", "IND"))
    planned = Scenario(view="fixed prices", id="friends", levers=(friends,))
    one = Range(name="s", varies="strength", lever=1, low=20, high=60, unit="%", source="test")
    for region in ("DEU", "IND"):
        design = plan(twin, planned, [one], runs=3, seed=1, region=region, metrics=["real-income"])
        found = sweep(twin, design, where=None)
        _, after = one_at_a_time(twin, design, found.metrics)
        np.testing.assert_allclose(found.after_values, after, rtol=1e-8)


def test_levers_that_touch_most_columns_are_answered_too():
    economy = random_economy(3, 3, 4, idle=1)
    twin = Twin(economy, levers())
    far = scenario(
        setting("t-less", 30, "R00", "R01", "R02", sectors=economy.sectors, products=economy.sectors),
        setting("t-price", 100, "R00", sectors=economy.sectors),
    )
    [answered] = Many(twin).answers(Futures.of([Future(far)]))
    np.testing.assert_allclose(answered.after.x, twin.run(far).x, rtol=1e-10)


def test_growth_equals_a_twin_of_the_grown_economy(twin):
    growth = (
        Growth(regions=("all",), demand=2, population=0.5, intensities={"co2": -2}, source="test"),
        Growth(regions=("IND",), demand=3, source="test"),
    )
    factors = factors_after(twin.economy, growth, 12)
    larger = grown(twin.economy, factors)
    planned = starter_scenario()
    [answered] = Many(twin).answers(Futures.of([Future(planned, factors)]))
    other = Twin(larger, twin.levers)
    np.testing.assert_allclose(answered.before.x[0], other.before().x, rtol=1e-10)
    np.testing.assert_allclose(answered.after.x[0], other.run(planned).x, rtol=1e-10)
    meter = Meter(larger, "DEU")
    expected = outcomes(other.before(), other.run(planned), region="DEU")
    for name, value in zip(meter.names, meter.values(answered.before, answered.after)[0], strict=True):
        assert value == pytest.approx(after_of(expected[name]), rel=1e-9, abs=1e-9 * larger.x.sum()), name


def test_growth_that_no_industry_can_follow_fails_that_future_alone():
    """R00 sells from stock what R01 buys: where R00 grows and R01 shrinks, an industry would make less than nothing."""
    table = random_published(5, regions=2)
    Y = table.Y.copy()
    Y[0] = [-3 * Y[0].sum(), 0, 4 * Y[0].sum(), 0]
    twin = Twin(Economy.from_published(replace(table, Y=Y, x=table.x + Y.sum(axis=1) - table.Y.sum(axis=1))), levers())
    ranges = [
        Range(
            name=region, varies="growth", growth="demand", regions=(region,), low=low, high=9, unit="%", source="test"
        )
        for region, low in (("R00", 0), ("R01", -9))
    ]
    design = plan(
        twin,
        Scenario(view="fixed prices", id="none"),
        ranges,
        runs=12,
        seed=2,
        region="R00",
        years=10,
        metrics=["co2-world"],
    )
    result = sweep(twin, design, where=None)
    assert 0 < len(result.failed) < 12
    assert "Let regions grow less apart" in result.failed.iloc[0]
    assert list(np.flatnonzero(result.before["co2-world"].isna())) == list(result.failed.index)
    design.values[result.failed.index] = 0.0
    others = [number for number in range(12) if number not in result.failed.index]
    np.testing.assert_allclose(sweep(twin, design, where=None).before_values[others], result.before_values[others])


def test_growth_that_is_equal_everywhere_multiplies_everything_alike():
    economy = random_economy(5, 3, 4, idle=1)
    growth = [Growth(demand=3, intensities={"co2": -1}, source="test")]
    larger = grown(economy, factors_after(economy, growth, 10))
    up, cleaner = 1.03**10, 0.99**10
    np.testing.assert_allclose(larger.x, economy.x * up, rtol=1e-10)
    np.testing.assert_allclose(larger.Z, economy.Z * up, rtol=1e-10)
    np.testing.assert_allclose(larger.discrepancy, economy.discrepancy * up, rtol=1e-6, atol=1e-9 * economy.x.max())
    made = economy.has_output
    np.testing.assert_allclose(
        larger.extension("co2").F[made], economy.extension("co2").F[made] * up * cleaner, rtol=1e-9
    )
    np.testing.assert_allclose(larger.extension("co2").F_Y, economy.extension("co2").F_Y * up * cleaner, rtol=1e-12)


def test_unknown_regions_and_extensions_of_growth_are_told_together(twin):
    growth = [Growth(regions=("XXX",), intensities={"gold": -1}, source="test")]
    with pytest.raises(InputError) as error:
        factors_after(twin.economy, growth, 5)
    assert len(error.value.problems) == 2


# -- designs ----------------------------------------------------------------------------------------------------------


def test_a_latin_hypercube_meets_every_part_of_every_range_once():
    drawn = latin_hypercube(4, 50, seed=3)
    np.testing.assert_array_equal(np.sort((drawn * 50).astype(int), axis=0), np.tile(np.arange(50)[:, None], 4))
    np.testing.assert_array_equal(drawn, latin_hypercube(4, 50, seed=3))
    assert not np.array_equal(drawn, latin_hypercube(4, 50, seed=4))
    rng = np.random.Generator(np.random.SFC64(3))  # SciPy's, whose import costs more than a sweep's setting up
    np.testing.assert_array_equal(drawn, qmc.LatinHypercube(4, rng=rng).random(50))
    assert sobol(4, 8, seed=1).shape == (48, 4)


def test_every_range_has_a_source_and_lies_within_the_levers_bounds(twin):
    planned = starter_scenario()
    ranges = lever_ranges(twin, planned)
    assert {r.varies for r in ranges} == {"strength", "figure"}
    assert all(r.source for r in (*ranges, *packaged_growth_ranges(twin.economy)))
    for one in ranges:
        parameter = twin.levers[planned.levers[one.lever - 1].lever].parameter
        if one.varies == "strength":
            assert parameter.low <= one.low < one.high <= parameter.high


def test_faults_of_ranges_are_told_before_any_run(twin, tmp_path):
    planned = starter_scenario()
    bad = [
        Range(name="a", varies="strength", lever=9, low=0, high=1, unit="", source="s"),
        Range(name="a", varies="growth", growth="demand", low=0, high=1, unit="", source="s"),
    ]
    with pytest.raises(InputError) as error:
        plan(twin, planned, bad, runs=5, seed=0, region="DEU")
    assert len(error.value.problems) == 3
    beyond = [Range(name="a", varies="strength", lever=1, low=0, high=9e9, unit="", source="s")]
    with pytest.raises(InputError, match="out of bounds"):
        plan(twin, planned, beyond, runs=5, seed=0, region="DEU")
    text = "[[ranges]]\nname='a'\nvaries='strength'\nlow=2\nhigh=1\nunit=''\nsource=''\nhue=1\n"
    own = tmp_path / "own.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(InputError, match="hue"):
        read_ranges(own)


# -- sweeps ------------------------------------------------------------------------------------------------------------


def test_a_sweep_gives_inputs_metrics_units_bands_and_its_seed(twin):
    design = starter_design(twin)
    told = []
    result = sweep(twin, design, where=None, progress=lambda done, of: told.append((done, of)), part=16)
    assert told[-1] == (40, 40)
    assert not len(result.failed)
    bands = result.bands()
    assert bands.attrs["seed"] == 7
    assert bands.loc["co2-production", "unit"] == "kt CO2"
    told_of = bands.drop(index=[id for id in bands.index if id in result.not_modelled])
    assert (told_of["p5"] <= told_of["p50"]).all()
    assert list(bands.index.difference(told_of.index)) == ["treasury-spending"]
    assert bands.loc["co2-production", "p95"] < 0
    assert result.inputs.attrs["units"]["carbon-price"] == "$/t CO2"
    assert result.before["co2-production"].std() > 0  # growth varies, and with it the baseline
    assert result.not_modelled["energy-use"]
    with pytest.raises(UnknownLabelError, match="co2-production"):
        result.values("co2-produktion")


def test_a_future_that_cannot_be_run_is_named_and_in_no_band(twin):
    planned = starter_scenario()
    subsidy = LeverSetting(lever="flat-subsidy", strength=100, regions=("DEU",))
    planned = planned.model_copy(update={"levers": (subsidy,)})
    one = Range(name="subsidy", varies="strength", lever=1, low=1, high=1000, unit="billion $", source="test")
    design = plan(twin, planned, [one], runs=20, seed=1, region="DEU", metrics=["household-burden"])
    result = sweep(twin, design, where=None)
    assert 0 < len(result.failed) < 20
    assert "exceeds the value added" in result.failed.iloc[0]
    assert result.after["household-burden"].isna().sum() == len(result.failed)
    assert result.bands("after").loc["household-burden", "futures"] == 20 - len(result.failed)


def test_parts_are_taken_up_and_another_sweep_is_refused(twin, tmp_path):
    design = starter_design(twin)
    whole = sweep(twin, design, where=tmp_path / "a", part=16)
    (tmp_path / "a" / "part-000001.npz").unlink()
    told = []
    again = sweep(twin, design, where=tmp_path / "a", part=16, progress=lambda done, of: told.append(done))
    assert told == [24, 40]
    np.testing.assert_array_equal(whole.after_values, again.after_values)
    with pytest.raises(InputError, match="another sweep"):
        sweep(twin, starter_design(twin, runs=41), where=tmp_path / "a", part=16)


def test_a_large_table_is_answered_by_a_factor_in_single_precision_to_the_same_figures(twin, monkeypatch):
    design = starter_design(twin, runs=6)
    together = sweep(twin, design, where=None)
    monkeypatch.setattr("kaldor.economy.lowrank_batch._DOUBLE_MOST", 10)
    monkeypatch.setattr("kaldor.economy.solve._SMALL", 10)
    large = sweep(starter_twin(), design, where=None)
    assert not np.array_equal(large.after_values, together.after_values)
    scale = np.abs(together.after_values).max(axis=0) + 1e-9
    np.testing.assert_allclose(large.after_values / scale, together.after_values / scale, atol=1e-9)


def test_a_probe_looks_at_a_stated_subsample(twin):
    design = starter_design(twin, runs=40)
    found = probe(twin, design, lambda before, after: {"output": after.x.sum() - before.x.sum()}, most=5)
    assert list(found.index) == [0, 10, 20, 29, 39]
    assert found.attrs == {"probed": 5, "runs": 40, "seed": 7}
    [answered] = Many(twin).answers(design.futures(twin.economy, slice(10, 11)))
    assert found.loc[10, "output"] == pytest.approx(answered.after.x.sum() - answered.before.x.sum())


def test_threads_give_the_same_numbers(twin):
    design = starter_design(twin)
    one, two = (sweep(twin, design, where=None, part=8, workers=count) for count in (1, 2))
    np.testing.assert_array_equal(one.after_values, two.after_values)
    np.testing.assert_array_equal(one.before_values, two.before_values)


# -- under stress ------------------------------------------------------------------------------------------------------

STRESS_METRICS = ("value-added-at-risk", "value-added-at-risk-tail", "days-to-recover")


def stressed_design(twin: Twin, runs: int = 40, stressed: int = 6, **named):
    """A few futures under two of the standard shocks, whose sizes and lengths vary too."""
    shocks = {id: standard_shocks()[id] for id in ("lockdown", "export-cut")}
    stress = StressPlan("DEU", runs=1, seed=3, steps=20, shocks=shocks)
    five = starter_scenario()
    ranges = (*lever_ranges(twin, five), *packaged_growth_ranges(twin.economy), *packaged_shock_ranges(shocks))
    return plan(
        twin, five, ranges, runs=runs, seed=7, region="DEU", years=10, stress=stress, stressed=stressed, **named
    )


def test_stress_figures_stand_in_a_stated_subsample_and_nowhere_else(twin):
    design = stressed_design(twin)
    assert len(design.stressed) == 6
    assert design.stressed == stressed_design(twin).stressed
    result = sweep(twin, design, where=None, part=16)
    assert result.stressed == design.stressed
    for id in STRESS_METRICS:
        for values in (result.before[id], result.after[id]):
            assert tuple(values.index[values.notna()]) == design.stressed
            assert (values.dropna() > 0).all()
    bands = result.bands()
    assert (bands.loc[list(STRESS_METRICS), "futures"] == 6).all()
    assert bands.loc["co2-production", "futures"] == 40
    assert bands.attrs["stressed"] == 6
    plain = sweep(twin, starter_design(twin), where=None, part=16)
    assert set(STRESS_METRICS) <= set(plain.not_modelled)
    assert plain.stressed == ()


def test_a_future_under_stress_equals_its_own_run_under_the_shocks_of_that_future(twin):
    design = stressed_design(twin, stressed=2)
    result = sweep(twin, design, where=None)
    number = design.stressed[-1]
    drawn = design.inputs.loc[number]
    lockdown = design.stress_of(number).shocks["lockdown"].events[0]
    assert lockdown.share == pytest.approx(0.4 * drawn["lockdown: size"])
    assert lockdown.days == pytest.approx(56 * drawn["lockdown: length"])
    future = design.future(twin.economy, number)
    alone = Twin(grown(twin.economy, future.factors), twin.levers)
    by_hand = stress(
        alone.run(future.scenario).as_economy(),
        "DEU",
        shocks=design.stress_of(number).shocks,
        steps=20,
        runs=1,
        seed=3 + number,
        workers=1,
    )
    expected = 100 * by_hand.shocks.loc["all", "value_added_at_risk_mean"]
    assert result.after.loc[number, "value-added-at-risk"] == pytest.approx(expected, rel=1e-9)


def test_a_harder_shock_costs_more(twin):
    one = Range(name="all", varies="shock", shock="all", changes="size", low=0.2, high=2.4, unit="times", source="test")
    stress = StressPlan("DEU", runs=1, steps=20, shocks={"export-cut": standard_shocks()["export-cut"]})
    none = Scenario(view="fixed prices", id="none", levers=())
    design = plan(twin, none, [one], runs=8, seed=1, region="DEU", stress=stress, metrics=["value-added-at-risk"])
    design = replace(design, stress=FixedBehaviour("DEU", runs=1, steps=20, shocks=stress.shocks))
    found = sweep(twin, design, where=None)
    by_size = found.before["value-added-at-risk"].to_numpy()[np.argsort(design.values[:, 0])]
    assert (np.diff(by_size) >= -1e-12).all()
    assert by_size[-1] > 1.5 * by_size[0]
    assert (found.change["value-added-at-risk"] == 0).all()


class FixedBehaviour(StressPlan):
    """The same behaviour in every future, so that only the shock differs."""

    def drawn_for(self, future: int) -> StressPlan:
        return replace(self, workers=1)


def test_parts_with_stress_figures_are_taken_up_and_threads_give_the_same(twin, tmp_path):
    design = stressed_design(twin, runs=24, stressed=4)
    whole = sweep(twin, design, where=tmp_path, part=8)
    (tmp_path / "part-000001.npz").unlink()
    again = sweep(twin, design, where=tmp_path, part=8, workers=2)
    np.testing.assert_array_equal(whole.after_values, again.after_values)
    np.testing.assert_array_equal(whole.before_values, again.before_values)
    assert again.stressed == whole.stressed
    with pytest.raises(InputError, match="another sweep"):
        sweep(twin, stressed_design(twin, runs=24, stressed=5), where=tmp_path, part=8)


def test_a_shock_that_cannot_be_is_told_before_any_run_and_by_future(twin):
    huge = Range(name="h", varies="shock", shock="lockdown", changes="size", low=1, high=3, unit="times", source="test")
    stress = StressPlan("DEU", runs=1, steps=5, shocks={"lockdown": standard_shocks()["lockdown"]})
    asked = {"runs": 6, "seed": 1, "region": "DEU", "metrics": ["value-added-at-risk"]}
    with pytest.raises(InputError, match="lockdown"):
        plan(twin, starter_scenario(), [huge], **asked, stress=stress)
    fits = huge.model_copy(update={"high": 2.4})
    design = replace(plan(twin, starter_scenario(), [fits], **asked, stress=stress), ranges=(huge,))
    design.values[0, 0] = 2.9
    result = sweep(twin, design, where=None)
    assert list(result.unstressed.index) == [0]
    assert "lockdown" in result.unstressed[0]
    assert result.stressed == (1, 2, 3, 4, 5)
    assert result.after["value-added-at-risk"].isna().sum() == 1
    assert not len(result.failed)


def test_faults_of_a_stress_test_are_told_together(twin, tmp_path):
    one = Range(name="a", varies="shock", shock="lockdown", changes="size", low=1, high=2, unit="times", source="test")
    other = one.model_copy(update={"name": "b", "shock": "lokdown"})
    asked = {"runs": 5, "seed": 1, "region": "DEU"}
    with pytest.raises(InputError, match="no stress test is asked for"):
        plan(twin, starter_scenario(), [one], **asked)
    with pytest.raises(InputError, match="Did you mean 'lockdown'"):
        plan(twin, starter_scenario(), [other], **asked, stress=StressPlan("DEU"))
    with pytest.raises(InputError, match="is for USA"):
        plan(twin, starter_scenario(), [one], **asked, stress=StressPlan("USA"))
    with pytest.raises(InputError, match="at most 200"):
        plan(twin, starter_scenario(), [one], **asked, stress=StressPlan("DEU"), stressed=201)
    text = "[[ranges]]\nname='a'\nvaries='shock'\nshock='flood'\nlow=1\nhigh=2\nunit=''\nsource='s'\n"
    own = tmp_path / "own.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(InputError, match="`shock` and `changes`"):
        read_ranges(own)


def test_packaged_ranges_of_shocks_fit_the_standard_set(twin):
    shocks = standard_shocks()
    ranges = packaged_shock_ranges(shocks)
    assert {one.shock for one in ranges} == set(shocks)
    stress = StressPlan("DEU", runs=1)
    design = plan(twin, starter_scenario(), ranges, runs=3, seed=1, region="DEU", stress=stress)
    assert all(one.source for one in ranges)
    assert design.stressed == (0, 1, 2)


def test_sensitivity_needs_all_futures_and_says_which_metrics_have_not(twin):
    shocks = {"export-cut": standard_shocks()["export-cut"]}
    planned = starter_scenario().without(1, 2, 3, 4)
    design = plan(
        twin,
        planned,
        [*lever_ranges(twin, planned), *packaged_shock_ranges(shocks)],
        runs=4,
        seed=2,
        region="DEU",
        method="sobol",
        metrics=["co2-production", "treasury-revenue", "value-added-at-risk"],
        stress=StressPlan("DEU", runs=1, steps=5, shocks=shocks),
        stressed=3,
    )
    result = sweep(twin, design, where=None)
    assert sensitivity(result).attrs["subsample"] == ["value-added-at-risk"]
    with pytest.raises(InputError, match="only 3 of"):
        sensitivity(result, ["value-added-at-risk"])


KILLED = """
import sys, time
from pathlib import Path
from tests.twin.test_futures_sweep import starter_twin, stressed_design
from kaldor.twin.futures.sweep import sweep
twin = starter_twin()
design = stressed_design(twin, runs=200)
sweep(twin, design, where=Path(sys.argv[1]), part=8, progress=lambda done, of: time.sleep(0 if done < 40 else 600))
"""


def test_a_sweep_killed_with_9_and_resumed_equals_one_that_ran_through(twin, tmp_path):
    where = tmp_path / "killed"
    root = Path(__file__).parents[2]
    killed = subprocess.Popen([sys.executable, "-c", KILLED, str(where)], cwd=root, env={**os.environ})
    until(lambda: len(list(where.glob("part-*.npz"))) >= 3)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    there = len(list(where.glob("part-*.npz")))
    assert 3 <= there < 25
    design = stressed_design(twin, runs=200)
    resumed = sweep(twin, design, where=where, part=8)
    through = sweep(twin, design, where=None, part=8)
    np.testing.assert_array_equal(resumed.after_values, through.after_values)
    np.testing.assert_array_equal(resumed.before_values, through.before_values)
    assert resumed.stressed == design.stressed
    assert json.loads((where / "sweep.json").read_text())["seed"] == 7


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, protocol="tcp"
    ) as found:
        yield found.scheduler_address


@pytest.mark.long
def test_a_dask_cluster_gives_the_same_bytes_as_threads_whatever_made_the_factor(cluster):
    with threadpool_limits(2):  # the last digit of such a factor is another than a worker's own would have
        twin = starter_twin()
    design = stressed_design(twin, runs=24, stressed=3)
    here = sweep(twin, design, where=None, part=8, workers=2)
    there = sweep(twin, design, where=None, part=8, scheduler=cluster)
    assert here.after_values.tobytes() == there.after_values.tobytes()
    assert here.before_values.tobytes() == there.before_values.tobytes()


class Counted:
    """Something to share, that notes each time it is packed for another process."""

    def __init__(self, note: Path) -> None:
        self.note, self.table = note, np.arange(10_000.0)

    def __getstate__(self) -> dict:
        with self.note.open("a") as stream:
            stream.write("packed\n")
        return self.__dict__


def shared_and(shared: Counted, part: int) -> float:
    return float(shared.table[part])


@pytest.mark.long
def test_what_all_parts_share_is_sent_once_and_not_with_each_part(cluster, tmp_path):
    shared = Counted(tmp_path / "packed")
    found = set(map_parts(shared_and, shared, range(40), scheduler=cluster))
    assert found == set(range(40))
    assert len(shared.note.read_text().splitlines()) <= 4  # once a worker, and to name it


@pytest.mark.long
def test_a_scheduler_that_does_not_answer_is_named(twin):
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="tcp://127"):
        sweep(twin, starter_design(twin), where=None, scheduler="tcp://127.0.0.1:9")


def test_sensitivity_of_a_sweep_finds_the_lever_that_matters(twin):
    planned = starter_scenario()
    ranges = [one for one in lever_ranges(twin, planned) if one.varies == "strength"]
    design = plan(
        twin, planned, ranges, runs=32, seed=2, region="DEU", method="sobol", metrics=["co2-production", "jobs"]
    )
    result = sweep(twin, design, where=None)
    found = sensitivity(result)
    assert found.loc["co2-production", "total"].idxmax() == "clean-electricity"
    assert found.attrs["base"] == 32
    after = result.after_values.copy()
    after[3, 0] = np.inf
    endless = replace(result, after_values=after)
    assert sensitivity(endless).attrs["infinite"] == ["co2-production"]
    with pytest.raises(InputError, match="co2-production is infinite in some futures"):
        sensitivity(endless, ["co2-production"])
    with pytest.raises(InputError, match="latin hypercube"):
        sensitivity(sweep(twin, starter_design(twin, runs=4), where=None))


# -- what nobody can know ----------------------------------------------------------------------------------------------

PRICE = {"lever": "carbon-price", "strength": 100.0, "regions": ("DEU",)}


def priced() -> tuple[Twin, Scenario]:
    return starter_twin(), Scenario(view="fixed prices", id="price", levers=(LeverSetting(**PRICE),))


@pytest.mark.parametrize("years", [0.0, 10.0])
def test_what_the_levers_have_no_data_to_move_is_not_modelled_in_any_future_and_never_zero(years):
    twin, asked = priced()
    ranges = (*lever_ranges(twin, asked), *(packaged_growth_ranges(twin.economy) if years else ()))
    found = sweep(twin, plan(twin, asked, ranges, runs=6, seed=1, region="DEU", years=years), where=None)
    alone = outcomes(twin.before(), twin.run(asked), region="DEU").outcomes
    unknown = {one.metric.id: one.note for one in alone if not one.modelled}
    assert "no elasticity is given" in unknown["co2-production"]
    for id in ("co2-production", "jobs", "jobs-to-move", "treasury-spending"):
        assert found.not_modelled[id] == unknown[id]
        assert found.change[id].isna().all()
        assert np.isnan(found.bands().loc[id, "p50"])
    assert found.before["co2-production"].gt(0).all()  # the table's own figure is known
    assert found.before["jobs-to-move"].isna().all()  # that of a change is not
    assert found.change["real-income"].ne(0).all()
    with pytest.raises(InputError, match=r"co2-production.*not modelled: Carbon price moves prices"):
        found.failing("co2-production", -1.0)
    assert len(found.failing("real-income", 0.0)) == 6


def test_a_metric_that_some_lever_moves_is_modelled():
    twin, asked = starter_twin(), starter_scenario()
    ranges = lever_ranges(twin, asked)
    found = sweep(twin, plan(twin, asked, ranges, runs=4, seed=1, region="DEU"), where=None)
    assert found.change["co2-production"].ne(0).all()
    assert "co2-production" not in found.not_modelled
