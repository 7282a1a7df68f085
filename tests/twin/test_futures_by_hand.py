"""Growth, paths, ranges and sweeps by hand, on `tests/twin/hand_world.py`: every figure is a sum of a few products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kaldor.errors import InputError
from kaldor.twin.futures.adoption import Adoption
from kaldor.twin.futures.discovery import Box, Limit, discover
from kaldor.twin.futures.growth import Growth, factors_after, grown
from kaldor.twin.futures.path import PathResult, latest_starts, run_path
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import Range, lever_ranges, shocks_of
from kaldor.twin.futures.sampling import Design, plan
from kaldor.twin.futures.sensitivity import sensitivity, sensitivity_of
from kaldor.twin.futures.sweep import sweep
from kaldor.twin.shocks.events import Shock
from kaldor.twin.shocks.stress_plan import StressPlan, at_risk
from kaldor.twin.splits import Split, with_splits
from kaldor.twin.twin import Twin
from tests.twin.hand_world import FINAL, at, hand_world, known, lever, scenario, setting

LEVERS = known(
    lever("carbon_price", "$/t"),
    lever("border_adjustment", "$/t"),
    lever("clean_supply", high=100),
    lever("use_less"),
    lever("save_fuel", high=100, combustion_share=(20, 60, 100)),
)


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(hand_world(), LEVERS)


def growth(*regions: str, **rates: Any) -> Growth:
    return Growth.model_validate({"regions": regions, "source": "test", **rates})


# -- growth ------------------------------------------------------------------------------------------------------------


def test_growth_compounds_and_declarations_multiply() -> None:
    """Two years: (1.1 × 1.2)² of DEU and 1.25² of all; CO2 a unit 0.9² and 0.8²."""
    first = growth("DEU", population=10, demand=20, intensities={"co2": -10})
    factors = factors_after(hand_world(), [first, growth("all", demand=25, intensities={"co2": -20})], 2)
    assert factors.demand.tolist() == pytest.approx([1.7424 * 1.5625, 1.5625, 1.5625])
    assert factors.intensities["co2"].tolist() == pytest.approx([0.81 * 0.64, 0.64, 0.64])


def test_one_country_that_grows_takes_its_suppliers_along_and_the_discrepancy_the_world() -> None:
    """DEU's 380 of 780 double: goods 350 + 25; metals a quarter of them + 80 + 10; energy a fifth of those + 160."""
    economy = hand_world(unexplained={"USA goods": 20})
    factors = factors_after(economy, [growth("DEU", demand=25, intensities={"co2": -20}), growth("DEU", demand=40)], 1)
    larger = grown(economy, factors)
    by = 1.25 * 1.4
    goods = 175 * by + 25
    metals = 0.25 * goods + 40 * by + 10
    assert at(larger.x, "DEU goods", "DEU metals", "DEU energy") == pytest.approx([goods, metals, metals / 5 + 80 * by])
    assert at(larger.x, "IND goods") == pytest.approx([60 + 40 * by])
    assert at(larger.x, "USA goods") == pytest.approx([80 + 20 * by + 20 * (400 + 380 * by) / 780])
    co2 = larger.extension("co2")
    assert at(co2.F, "DEU goods", "IND goods") == pytest.approx([0.02 * 0.8 * goods, 0.1 * (60 + 40 * by)])
    assert co2.F_Y.reshape(3, -1).sum(axis=1) == pytest.approx([7 * by * 0.8, 3, 2])


def test_typed_splits_are_made_in_their_order_and_the_last_part_is_the_rest() -> None:
    """A fifth of DEU's metals, 20 of 100, and a quarter of its energy; the rest keeps 80 and 75."""
    metals = {
        "region": "DEU",
        "sector": "metals",
        "parts": [{"label": "steel", "output_share": 0.2}, {"label": "rest"}],
    }
    energy = {
        "region": "DEU",
        "sector": "energy",
        "parts": [{"label": "power", "output_share": 0.25}, {"label": "rest"}],
    }
    split = with_splits(hand_world(), [Split.model_validate(one) for one in (metals, energy)])
    x = dict(zip(split.index, split.x, strict=True))
    names = ("metals.steel", "metals.rest", "energy.power", "energy.rest")
    assert [x["DEU", name] for name in names] == pytest.approx([20, 80, 25, 75])


# -- paths -------------------------------------------------------------------------------------------------------------


def lever_of_path(id: str, strength: float, *regions: str, **named: Any) -> dict[str, Any]:
    curve = {"curve": "linear", "start": 2010, "until": 2014}
    return {"lever": id, "strength": strength, "regions": regions, "adoption": curve, **named}


def path(*levers: Mapping[str, Any], region: str = "DEU", **more: Any) -> Pathway:
    declared = {"id": "hand", "view": "fixed prices", "region": region, "start": 2010, "end": 2014, "levers": levers}
    return Pathway.model_validate(declared | more)


def run(twin: Twin, declared: Pathway, *metrics: str, **more: Any) -> PathResult:
    return run_path(twin, declared, metrics=metrics or ["treasury-revenue"], **more)


PRICES = lever_of_path("carbon-price", 100, "DEU", "IND")


def test_a_region_pays_for_its_own_industries_and_its_own_purchases(twin: Twin) -> None:
    """A price in DEU (4.4) and IND (11). DEU's users: 0.8 + 40 × 0.036 + 25 × 0.076 + 175 × 0.0224 + 40 × 0.0252."""
    expected = {"DEU": (4.4, 9.068), "IND": (11, 6.108), "USA": (0, 0.224)}
    for region, (paid, dearer) in expected.items():
        result = run(twin, path(PRICES, region=region))
        costs = result.costs
        assert costs.loc[2014, "carbon price (industries, to treasury)"] == pytest.approx(paid)
        assert costs.loc[2012, "carbon price (industries, to treasury)"] == pytest.approx(paid / 2)
        assert costs.loc[2014, "dearer purchases (final users)"] == pytest.approx(dearer)
        assert result.of("treasury-revenue").to_list() == pytest.approx([0, paid / 4, paid / 2, paid * 3 / 4, paid])


def test_border_charges_of_one_country_of_the_bloc_are_its_own(twin: Twin) -> None:
    """India's buyers pay 10 × 0.03 + 15 × 0.002 on German goods, American ones 10 × 0.002."""
    border = lever_of_path("border-adjustment", 100, bloc=["IND", "USA"])
    for region, paid in (("DEU", 0), ("IND", 0.33), ("USA", 0.02)):
        costs = run(twin, path(border, region=region)).costs
        assert costs.loc[2014, "border adjustment (final users, to treasury)"] == pytest.approx(paid)


def test_two_levies_of_one_name_stand_in_one_line_together(twin: Twin) -> None:
    both = (lever_of_path("carbon-price", 100, "DEU", sectors=[sector]) for sector in ("metals", "goods"))
    costs = run(twin, path(*both)).costs
    assert costs.loc[2014, "carbon price (industries, to treasury)"] == pytest.approx(3 + 0.4)


def test_years_between_are_on_a_straight_line_and_targets_years_are_computed(twin: Twin) -> None:
    """0, 1.1, 2.2, 3.3, 4.4 from three computed years."""
    result = run(twin, path(PRICES, step=2))
    assert list(result.yearly.index) == [2010, 2012, 2014]
    assert result.cumulative.loc["treasury-revenue", "change"] == pytest.approx(11)
    aim = {"metric": "treasury-revenue", "by": 2012, "above": 1.0}
    assert path(PRICES, step=3, end=2015, targets=[aim]).years == (2010, 2012, 2013, 2015)


def test_growth_runs_from_the_year_of_the_table(twin: Twin) -> None:
    """DEU 51 kt in 2009: all demand +10 % a year, CO2 a unit −20 %, of households too."""
    everywhere = growth("all", demand=10, intensities={"co2": -20})
    result = run(twin, path(growth=[everywhere]), "co2-production")
    assert result.of("co2-production", "reference").to_list() == pytest.approx([51 * 0.88**k for k in range(1, 6)])
    # USA buys 10 of goods from DEU, with 0.02 + 0.25 × (0.3 + 0.02) kt of DEU behind each.
    american = run(twin, path(growth=[growth("USA", demand=10)]), "co2-production", "co2-consumption")
    assert american.of("co2-production", "reference").to_list() == pytest.approx([50 + 1.1**k for k in range(1, 6)])
    assert american.of("co2-consumption", "reference").loc[2014] == pytest.approx(112.455)


def test_the_bloc_and_the_closure_of_a_path_are_used(twin: Twin) -> None:
    friends = run(twin, path(bloc=["USA"]), "foreign-share-direct")
    assert friends.of("foreign-share-direct").loc[2010] == pytest.approx(100 * 40 / 110)
    fixed = run(twin, path(PRICES, closure="profit"), "household-burden")
    assert fixed.of("household-burden").isna().all()  # no price follows


# Ten years for DEU's industries to emit nothing: 7 + 44 × (1 − k/10).
CLEAN = lever_of_path("clean-supply", 100, "DEU") | {"adoption": {"curve": "linear", "start": 2010, "until": 2020}}


def reached(twin: Twin, declared: Pathway, **aim: Any) -> tuple[float, bool]:
    targets = [{"metric": "co2-production", "by": 2014, **aim}]
    declared = declared.model_copy(update={"targets": Pathway.model_validate(
        declared.model_dump() | {"targets": targets}).targets})  # fmt: skip
    last = run(twin, declared, str(targets[0]["metric"])).milestones.iloc[-1]
    return float(last["year"]), bool(last["met"])


def test_a_target_is_reached_in_its_first_year_and_counted_from_the_paths_first(twin: Twin) -> None:
    """51, 46.6, 42.2, 37.8, 33.4 kt. With 5 % growth a year 2014 is the first below 0.8 × 51 × 1.05."""
    assert reached(twin, path(CLEAN), below=42.5) == (2012, True)
    assert reached(twin, path(CLEAN), cut=20) == (2013, True)
    assert reached(twin, path(CLEAN), by=2012, cut=20) == (2013, False)
    assert reached(twin, path(CLEAN), below=30) == (np.inf, False)
    assert reached(twin, path(CLEAN, growth=[growth("all", demand=5)]), cut=20) == (2014, True)
    assert reached(twin, path(PRICES), metric="treasury-revenue", above=2.1) == (2012, True)


def test_a_sum_counts_the_years_up_to_its_own(twin: Twin) -> None:
    """Up to 2012 139.8 of 153 kt, 8.6 % less; up to 2014 211 of 255, 17 % less."""
    assert reached(twin, path(CLEAN), by=2012, cut=8.5, cumulative=True) == (2012, True)
    assert reached(twin, path(CLEAN), by=2012, cut=10, cumulative=True) == (np.inf, False)
    assert reached(twin, path(CLEAN), by=2014, cut=17, cumulative=True) == (2014, True)


def test_milestones_are_a_tenth_a_half_and_nine_tenths(twin: Twin) -> None:
    years = run(twin, path(CLEAN)).milestones["year"].to_list()
    assert years == pytest.approx([2010, 2011, 2015, 2019])


def test_the_latest_start_is_counted_from_the_planned_one(twin: Twin) -> None:
    """Begun in s: 7 + 44 × (1 − (2014 − s)/10) is below 42.5 up to 2012. The price moves nothing and is not needed."""
    aim = {"metric": "co2-production", "by": 2014, "below": 42.5}
    declared = path(PRICES, CLEAN, targets=[aim])
    found = latest_starts(twin, declared).loc["clean-supply"].iloc[0]
    assert found[["planned", "latest", "slack"]].to_list() == [2010, 2012, 2]
    assert np.isnan(latest_starts(twin, declared).loc["carbon-price"].iloc[0]["latest"])
    later = declared.begun(1, 2012).levers
    assert [(one.lever, one.adoption.start, one.adoption.until) for one in later] == [
        ("carbon-price", 2010, 2014),
        ("clean-supply", 2012, 2022),
    ]


def test_bands_of_a_path_have_the_middle_and_both_ends(twin: Twin) -> None:
    """The second lever, DEU's energy, is 0 to 100 % cleaner: 0 to 10 kt. A hundred draws, one from each hundredth."""
    fixed = lever_of_path("clean-supply", 50, "DEU", sectors=["goods"])  # 2 kt
    varied = lever_of_path("clean-supply", 50, "DEU", sectors=["energy"])
    power = Range(name="power", varies="strength", lever=2, low=0, high=100, unit="%", source="test")
    bands = run(twin, path(fixed, varied, step=4), "co2-production", ranges=[power], runs=100, seed=3).bands
    columns = ["p5", "p50", "p95"]
    change, level = (bands.loc[(2014, "co2-production", which), columns].to_list() for which in ("change", "path"))
    assert change == pytest.approx([-2 - 9.5, -2 - 5, -2 - 0.5], abs=0.1)
    assert level == pytest.approx([51 + one for one in change])
    assert bands.loc[(2010, "co2-production", "change"), columns].to_list() == pytest.approx([0, 0, 0])


def test_a_figure_that_a_range_varies_leaves_the_others_that_are_set() -> None:
    """Two figures: the one that the path sets stays where the other one is varied."""
    two = lever("extend_life", replacement=(0, 50, 100)).model_copy(
        update={
            "figures": (*lever("extend_life", replacement=(0, 50, 100)).figures, *lever("x", other=(0, 5, 9)).figures)
        }
    )
    twin = Twin(hand_world(), known(two))
    longer = lever_of_path("extend-life", 25, "USA", products=["energy"], figures={"replacement": 100})
    other = Range(name="other", varies="figure", lever=1, figure="other", low=0, high=9, unit="", source="test")
    bands = run(twin, path(longer, step=4), "co2-world", ranges=[other], runs=3).bands
    # A fifth fewer of 70, at 0.2 kt.
    assert bands.loc[(2014, "co2-world", "change"), "p50"] == pytest.approx(-2.8)


def test_a_bass_curve_takes_innovation_and_imitation_for_what_they_are() -> None:
    """F(τ) = (1 − e^−τ/2)/(1 + 4 e^−τ/2) with p = 0.1, q = 0.4: slow first. F(5)/F(10)."""
    curve = Adoption(curve="bass", start=2010, until=2020, p=0.1, q=0.4)
    F = [(1 - np.exp(-t / 2)) / (1 + 4 * np.exp(-t / 2)) for t in (5, 10)]
    assert float(curve.share(2015)) == pytest.approx(F[0] / F[1])
    assert curve.year_of(F[0] / F[1]) == pytest.approx(2015)


def test_logistic_and_gompertz_curves_a_quarter_of_the_way() -> None:
    """The stretch from 1 to 99 %: u from −ln 99 to ln 99, and from −ln ln 100 to −ln −ln 0.99."""
    logistic, gompertz = (Adoption(curve=curve, start=2010, until=2020) for curve in ("logistic", "gompertz"))
    assert float(logistic.share(2012.5)) == pytest.approx((1 / (1 + 99**0.5) - 0.01) / 0.98)
    low, high = -np.log(np.log(100)), -np.log(-np.log(0.99))
    there = np.exp(-np.exp(-(low + (high - low) / 4)))
    assert float(gompertz.share(2012.5)) == pytest.approx((there - 0.01) / 0.98)
    assert Adoption(curve="step", start=2012, until=2012).share([2011, 2012, 2013]).tolist() == [0, 1, 1]


# -- ranges and sweeps -------------------------------------------------------------------------------------------------

# Goods pay 0.4 at the plan; metals 0.03 for each $ of the second price.
TWO = scenario(
    setting("carbon-price", 100, "DEU", sectors=["goods"]), setting("carbon-price", 100, "DEU", sectors=["metals"])
)
SECOND = Range(name="metals", varies="strength", lever=2, low=50, high=150, unit="$/t", source="test")


def design(twin: Twin, *ranges: Range, planned: Any = TWO, **more: Any) -> Design:
    asked = {"runs": 20, "seed": 1, "region": "DEU", "metrics": ["treasury-revenue", "co2-world"]} | more
    return plan(twin, planned, ranges or (SECOND,), **asked)


def test_a_range_moves_its_own_lever(twin: Twin) -> None:
    asked = design(twin)
    drawn = asked.values[:, 0]
    assert np.sort(drawn) == pytest.approx(50 + 5 * np.arange(20) + 2.5, abs=2.5)  # one in each twentieth
    assert design(twin).values[:, 0].tolist() == drawn.tolist()
    assert design(twin, seed=2).values[:, 0].tolist() != drawn.tolist()
    found = sweep(twin, asked, where=None)
    assert found.values("treasury-revenue").to_numpy() == pytest.approx(0.4 + 0.03 * drawn)
    alone = twin.run(asked.future(twin.economy, 3).scenario)
    assert [order.strength for order in alone.orders] == pytest.approx([100, drawn[3]])


def test_a_range_moves_the_figure_of_its_own_lever(twin: Twin) -> None:
    """India's metals save 60 × 0.5 × c; DEU's energy 1 kt besides."""
    clean = setting("clean-supply", 10, "DEU", sectors=["energy"])
    fuel = setting("save-fuel", 50, "IND", sectors=["metals"], products=["goods"])
    share = Range(
        name="c", varies="figure", lever=2, figure="combustion_share", low=20, high=100, unit="%", source="test"
    )
    asked = design(twin, share, planned=scenario(clean, fuel))
    found = sweep(twin, asked, where=None)
    assert found.values("co2-world").to_numpy() == pytest.approx(-1 - 0.3 * asked.values[:, 0])
    assert found.values("co2-world", "before").to_numpy() == pytest.approx(241)
    assert found.values("co2-world", "after").to_numpy() == pytest.approx(240 - 0.3 * asked.values[:, 0])


def test_growth_that_is_drawn_moves_the_regions_named_and_compounds(twin: Twin) -> None:
    """India's final use over two years: (1 + r)², of 62.655 kt behind it and 3 of its own; the rest stays."""
    rate = Range(
        name="r", varies="growth", growth="demand", regions=["IND"], low=5, high=20, unit="% a year", source="test"
    )
    asked = design(twin, rate, years=2)
    found = sweep(twin, asked, where=None).values("co2-world", "before").to_numpy()
    assert found == pytest.approx(241 + 65.655 * ((1 + asked.values[:, 0] / 100) ** 2 - 1))


def test_growth_that_is_declared_and_growth_that_is_drawn_work_together(twin: Twin) -> None:
    """America's final use, 62.89 kt with its own, 10 % larger; India's 65.655 by what is drawn. Then CO2 a unit."""
    rate = Range(name="r", varies="growth", growth="demand", regions=["IND"], low=5, high=20, unit="%", source="test")
    asked = design(twin, rate, years=1, growth=[growth("USA", demand=10)])
    drawn = asked.values[:, 0] / 100
    found = sweep(twin, asked, where=None).values("co2-world", "before").to_numpy()
    assert found == pytest.approx(241 + 6.289 + 65.655 * drawn)
    alone = asked.future(twin.economy, 4).factors
    assert alone is not None
    assert alone.demand.tolist() == pytest.approx([1, 1 + drawn[4], 1.1])
    cleaner = Range(name="c", varies="growth", growth="co2", low=-20, high=-5, unit="%", source="test")
    asked = design(twin, cleaner, years=1)
    found = sweep(twin, asked, where=None).values("co2-world", "before").to_numpy()
    assert found == pytest.approx(241 * (1 + asked.values[:, 0] / 100))


def test_bands_of_a_sweep_are_the_percentiles_that_they_are_called(twin: Twin) -> None:
    """0, 1, 4 … 400: the k-th percentile of 21 squares is that of k/5, squared; their mean is 2870/21."""
    found = sweep(twin, design(twin, runs=21), where=None)
    squares = np.arange(21.0) ** 2
    after = found.before_values + squares[:, None]
    bands = replace(found, after_values=after).bands().loc["treasury-revenue"]
    at_ = [bands[name] for name in ("p5", "p25", "p50", "p75", "p95")]
    assert at_ == pytest.approx([1, 25, 100, 225, 361])
    assert bands["mean"] == pytest.approx(2870 / 21)
    assert (bands["futures"], bands["failed"]) == (21, 0)
    other = replace(found, after_values=after).bands(levels=(10, 90)).loc["treasury-revenue"]
    assert [other[name] for name in ("p10", "p90")] == pytest.approx([4, 324])
    level = replace(found, after_values=after).bands("before").loc["co2-world"]
    assert [level[name] for name in ("p5", "p95")] == pytest.approx([241, 241])


def test_ranges_of_strength_are_as_wide_as_asked_and_stop_at_the_bound(twin: Twin) -> None:
    planned = scenario(setting("clean-supply", 80, "DEU"), setting("save-fuel", 50, "IND", products=["goods"]))
    found = {one.name: (one.low, one.high) for one in lever_ranges(twin, planned, delivery=0.2)}
    shares = {"clean-supply": (64, 96), "save-fuel": (40, 60), "save-fuel: combustion_share": (20, 100)}
    assert found == {name: pytest.approx(ends) for name, ends in shares.items()}
    wide = {one.name: (one.low, one.high) for one in lever_ranges(twin, planned)}
    assert (wide["clean-supply"], wide["save-fuel"]) == ((40, 100), (25, 75))


def test_factors_on_one_shock_multiply() -> None:
    event = {"kind": "capacity", "regions": ["DEU"], "sectors": ["metals"], "share": 0.1, "days": 10}
    shocks = {id: Shock.model_validate({"id": id, "events": [event]}) for id in ("one", "two")}
    sizes = [
        Range(name=id, varies="shock", shock=id, changes="size", low=1, high=3, unit="times", source="test")
        for id in ("all", "two")
    ]
    longer = Range(name="d", varies="shock", shock="one", changes="days", low=1, high=9, unit="times", source="test")
    found = shocks_of(shocks, [*sizes, longer], np.array([2.0, 3.0, 5.0]))
    events = [found[id].events[0] for id in ("one", "two")]
    assert [(event.share, event.days) for event in events] == [pytest.approx((0.2, 50)), pytest.approx((0.6, 10))]


def test_stress_figures_of_a_future_are_of_the_table_before_its_levers_and_after(twin: Twin) -> None:
    """Goods at half capacity for two weeks: with less metals in them more of their value is added at home."""
    event = {"kind": "capacity", "regions": ["home"], "sectors": ["goods"], "share": 0.5, "days": 14}
    plan_ = StressPlan("DEU", runs=2, steps=4, shocks={"one": Shock.model_validate({"id": "one", "events": [event]})})
    less = setting("use-less", 20, "DEU", sectors=["goods"], products=["metals"])
    share = Range(name="less", varies="strength", lever=1, low=10, high=30, unit="%", source="test")
    more = {"stress": plan_, "stressed": 3, "runs": 3, "metrics": ["value-added-at-risk"]}
    asked = design(twin, share, planned=scenario(less), **more)
    found = sweep(twin, asked, where=None)
    for number in range(3):
        own = asked.stress_of(number)
        assert own is not None
        states = twin.before(), twin.run(asked.future(twin.economy, number).scenario)
        risk = [at_risk(state.stressed(own).stress) for state in states]  # type: ignore[arg-type]
        told = [found.values("value-added-at-risk", of)[number] for of in ("before", "after")]  # type: ignore[arg-type]
        assert told == pytest.approx(risk)
        assert abs(risk[1] - risk[0]) > 0.001


CHANGED: dict[str, Any] = {
    "the figure of the second lever": None,
    "final demand": hand_world(
        final=FINAL | {("DEU goods", "DEU households"): 119, ("DEU goods", "IND households"): 16}
    ),
    "emissions": None,
    "the plan of a lever that does not vary": None,
    "growth": {"growth": [growth("all", demand=1)]},
    "how many futures": {"runs": 21},
    "the seed": {"seed": 2},
    "the region": {"region": "IND"},
    "the bloc": {"bloc": ["USA"]},
    "the metrics": {"metrics": ["treasury-revenue"]},
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_folder_of_parts_is_not_taken_up_by_a_sweep_that_differs(what: str, tmp_path: Path) -> None:
    clean = setting("clean-supply", 10, "DEU", sectors=["energy"])
    fuel = setting("save-fuel", 50, "IND", sectors=["metals"], products=["goods"])
    first = Range(name="clean", varies="strength", lever=1, low=5, high=15, unit="%", source="test")
    planned, asked = scenario(clean, fuel), {"years": 1.0}
    twin = Twin(hand_world(), LEVERS)
    sweep(twin, design(twin, first, planned=planned, **asked), where=tmp_path, part=10)
    if what == "the figure of the second lever":
        twin = Twin(twin.economy, LEVERS | known(lever("save_fuel", high=100, combustion_share=(20, 61, 100))))
    elif what == "final demand":
        moved = {("DEU goods", "DEU households"): 119, ("DEU goods", "IND households"): 16}
        twin = Twin(hand_world(final=FINAL | moved), LEVERS)
    elif what == "emissions":
        co2 = twin.economy.extension("co2")
        twin = Twin(twin.economy.with_extensions(replace(co2, F=co2.F * 2)), LEVERS)
    elif what == "the plan of a lever that does not vary":
        planned = scenario(clean, fuel.model_copy(update={"strength": 51.0}))
    else:
        asked |= CHANGED[what]
    with pytest.raises(InputError, match="another sweep"):
        sweep(twin, design(twin, first, planned=planned, **asked), where=tmp_path, part=10)


# -- sensitivity -------------------------------------------------------------------------------------------------------


def test_first_and_total_order_of_a_product_by_hand() -> None:
    """f = x y, x in 1 to 3, y in 0 to 2: variances 4/9 + 4/9 of x and y alone (means 2 and 1) and 1/9 together.

    E f given x is x (variance 1/3), given y 2 y (4/3), both 1/9 more: 3/16, 12/16 and 1/16.
    """
    found = sensitivity_of(lambda X: X[:, 0] * X[:, 1], [1, 0], [3, 2], base=512, seed=1)
    assert found["first"].to_list() == pytest.approx([3 / 16, 12 / 16], abs=0.04)
    assert found["total"].to_list() == pytest.approx([4 / 16, 13 / 16], abs=0.04)
    for order in ("first", "total"):
        below, above = found[order] - found[f"{order}_low"], found[f"{order}_high"] - found[order]
        assert below.to_list() == pytest.approx(above.to_list())
    assert (found["total_high"] - found["total"]).to_list() != pytest.approx(
        (found["first_high"] - found["first"]).to_list(), rel=0.05
    )
    half = sensitivity_of(lambda X: X[:, 0] * X[:, 1], [1, 0], [3, 2], base=512, seed=1, confidence=0.5)
    widths = [(one["first_high"] - one["first_low"]) for one in (half, found)]
    # The middle half of a bell is 0.6745/1.96 as wide as 95 % of it.
    assert (widths[0] / widths[1]).to_list() == pytest.approx([0.344] * 2, abs=0.05)


def test_what_decides_the_level_need_not_decide_the_change(twin: Twin) -> None:
    """Before the levers growth is all that varies; of what a price brings, its strength is nearly all."""
    price = Range(name="price", varies="strength", lever=1, low=10, high=190, unit="$/t", source="test")
    rate = Range(name="demand", varies="growth", growth="demand", low=0, high=2, unit="% a year", source="test")
    planned = scenario(setting("carbon-price", 100, "DEU"))
    asked = design(twin, price, rate, planned=planned, years=1, runs=64, method="sobol", metrics=None)
    found = sweep(twin, asked, where=None)
    level = sensitivity(found, ["co2-world"], of="before")["first"]
    change = sensitivity(found, ["treasury-revenue"])["first"]
    assert level.to_list() == pytest.approx([0, 1], abs=0.2)
    assert change.to_list() == pytest.approx([1, 0], abs=0.2)


def test_a_box_holds_what_is_within_all_of_its_limits() -> None:
    limits = (Limit("a", 0.2, 0.6, "", 0.0), Limit("b", None, 0.5, "", 0.0))
    inputs = pd.DataFrame({"a": [0.1, 0.3, 0.5, 0.7, 0.2], "b": [0.1, 0.2, 0.9, 0.3, 0.5]})
    assert Box(limits, 1.0, 1.0, 2).holds(inputs).tolist() == [False, True, False, False, True]


def test_the_one_number_that_decides_is_found_with_its_share_of_all_and_of_the_box() -> None:
    """200 futures; nine of ten with a above 0.5 fail, and one of ten others: coverage 0.9, density 0.9."""
    a = (np.arange(200) + 0.5) / 200
    failing = (a > 0.5) == (np.arange(200) % 10 != 3)
    inputs = pd.DataFrame({"a": a, "b": np.random.default_rng(1).random(200)})
    (box,) = discover(inputs, failing).boxes
    held = box.holds(inputs)
    assert (box.coverage, box.density, box.futures) == pytest.approx(
        (failing[held].sum() / 100, failing[held].mean(), held.sum())
    )
    assert 0.85 < box.coverage < 0.93
    (limit,) = box.limits
    assert (limit.name, limit.high) == ("a", None)
    assert limit.low == pytest.approx(0.5, abs=0.03)
    assert "above" in str(limit)
