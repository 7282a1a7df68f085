"""Every metric of two countries on a table reckoned by hand (`tests/twin/hand_world.py`), and both ends of its band."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaldor.errors import UnproductiveEconomyError
from kaldor.twin.compare import side_by_side
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.many import Many
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.outcomes import outcomes, outcomes_of, value_of
from kaldor.twin.spread import spread_of
from kaldor.twin.twin import Twin
from tests.twin.hand_world import FINAL, hand_world, known, lever, scenario, setting
from tests.twin.test_levers_by_hand import heavy_power

LEVERS = known(
    lever("carbon_price", "$/t"),
    lever("use_less"),
    lever("clean_supply"),
    lever("save_fuel", combustion_share=(20, 60, 100)),
    lever("reshore", premium=0),
    lever("turn_to_bloc", premium=0),
)
LESS = setting("use-less", 20, "DEU", sectors=["goods"], products=["metals"])
HOME = setting("reshore", 50, "DEU", sectors=["metals"], products=["energy"])
# Metals buy no goods, so that nothing but their own CO2 moves: 60 kt × (1 − 0.5 × 0.6).
FUEL = setting("save-fuel", 50, "IND", sectors=["metals"], products=["goods"])
CLEAN = setting("clean-supply", 10, "DEU", sectors=["energy"])  # 1 kt of 10

# CO2 behind a million of each: metals of DEU 0.3 + 0.02 + 0.04 + 0.06 = 0.42, of IND 0.6 + 0.16 = 0.76; goods of DEU
# 0.02 + 0.25 × 0.42 + 0.15 × 0.76 + 0.1 × 0.5 = 0.289, of IND 0.1 + 0.2 × 0.76 = 0.252.
BEFORE = {
    "co2-production": (44 + 7, 110 + 3),
    "co2-consumption": (8 + 16.8 + 19 + 175 * 0.289 + 10.08 + 1 + 7, 20 + 4.2 + 19 + 15 * 0.289 + 15.12 + 3),
    "co2-world": (229 + 12, 229 + 12),
    "foreign-share": (100 * 102 / 122, 0),  # 12 of the energy behind India's metals
    "foreign-share-direct": (100 * 90 / 110, 0),
    "labour-productivity": (240 / 28, 240 / 32),
    "manufacturing-value-added": (140, 140),
    "jobs": (28, 32),
    "jobs-women": (11, 16),
    "jobs-men": (17, 16),
    "wage-share": (100 * 110 / 240, 100 * 110 / 240),
}


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(hand_world(), LEVERS)


def test_the_metrics_of_two_countries(twin: Twin) -> None:
    before = twin.before()
    for place, region in enumerate(("DEU", "IND")):
        found = outcomes(before, before, region=region)
        values = {name: found[name].before for name in BEFORE}
        assert values == pytest.approx({name: pair[place] for name, pair in BEFORE.items()})


def test_concentration_weights_products_by_what_is_bought(twin: Twin) -> None:
    """Energy (10² + 30²)/40, metals (30² + 20²)/50, over 90; a friend's part does not count."""
    before = twin.before()
    found = outcomes(before, before, region="DEU")
    assert found["sourcing-concentration"].before == pytest.approx((25 + 26) / 90)
    # All tiers: 22 and 30 of energy, 30 and 20 of metals.
    assert found["sourcing-concentration-full"].before == pytest.approx(((22**2 + 30**2) / 52 + 26) / 102)
    friends = outcomes(before, before, region="DEU", bloc=["USA"])
    assert friends["foreign-share-direct"].before == pytest.approx(100 * 40 / 110)
    assert friends["sourcing-concentration"].before == pytest.approx(1)


@pytest.mark.parametrize(("threshold", "pairs"), [(0.8, 0), (0.45, 1), (0.25, 2)])
def test_single_suppliers_are_foreign_and_above_the_threshold_that_is_declared(
    twin: Twin, threshold: float, pairs: int
) -> None:
    """Of energy USA sells half to DEU's metals, of metals India 0.3 to its goods; home sells half of these."""
    metric = packaged_metrics()["single-suppliers"].model_copy(update={"threshold": threshold})
    assert value_of(metric, twin.before(), twin.before(), region="DEU") == pairs


def test_jobs_that_move_are_those_lost_and_none_that_are_won_elsewhere(twin: Twin) -> None:
    """Metals −10 at 0.08 jobs; energy 80 + 0.4 × 90 = 116, +16 at 0.04."""
    found = outcomes_of(twin, scenario(LESS, HOME), region="DEU")
    assert found["jobs-to-move"].after == pytest.approx(0.8)
    assert found["jobs"].change == pytest.approx(0.64 - 0.8)
    # India loses energy: of 10 a twentieth in place of a tenth of 90, and what 6 of metals took; and those metals.
    india = outcomes_of(twin, scenario(LESS, HOME), region="IND")
    assert india["jobs-to-move"].after == pytest.approx((10 - 4.5 + 2.4) * 0.08 + 6 * 0.12)


def test_a_levy_adds_nothing_to_what_manufacturing_makes(twin: Twin) -> None:
    found = outcomes_of(twin, scenario(setting("carbon-price", 100, "DEU")), region="DEU")
    assert found["manufacturing-value-added"].change is None
    assert "no elasticity" in found["manufacturing-value-added"].note
    assert found["wage-share"].change is None


def test_the_band_has_the_middle_and_both_ends_and_all_other_levers_in_it(twin: Twin) -> None:
    """India's metals save 60 × 0.5 × 0.6, at least 0.2 and at most all; 1 kt of DEU's energy comes on top of each."""
    found = outcomes_of(twin, scenario(CLEAN, FUEL), region="DEU")["co2-world"]
    assert found.before == pytest.approx(241)
    assert found.change == pytest.approx(-19)
    assert found.change_pct == pytest.approx(-1900 / 241)
    assert found.band == pytest.approx((-31, -7))
    record = found.record()
    assert (record["band_low"], record["band_high"]) == pytest.approx((-31, -7))
    other = outcomes_of(twin, scenario(FUEL, CLEAN), region="DEU")["co2-world"]
    assert other.band == pytest.approx((-31, -7))
    labels = list(spread_of(twin, scenario(CLEAN, FUEL)))
    assert len(labels) == 2
    assert all(label.startswith("lever 2 (save-fuel)") for label in labels)


def test_a_change_is_a_share_of_the_size_of_what_was_there() -> None:
    metric = packaged_metrics()["real-income"]
    loss = Outcome(metric, "million USD", -4.0, -3.0, "estimated")
    assert loss.change_pct == pytest.approx(25)
    assert replace(loss, after=-5.0).change_pct == pytest.approx(-25)
    assert replace(loss, before=0.0).change_pct is None
    assert replace(loss, before=8.0, after=2.0).change_pct == pytest.approx(-75)


def test_side_by_side_shows_changes(twin: Twin) -> None:
    one, two = (
        outcomes_of(twin, scenario(chosen, id=id), region="DEU") for id, chosen in (("one", CLEAN), ("two", FUEL))
    )
    line = side_by_side([one, two]).loc[("sustainability", "co2-world")]
    assert line[["before", "one", "two"]].to_list() == pytest.approx([241, -1, -18])


def test_levers_act_at_home_and_not_in_the_bloc_that_they_turn_to(twin: Twin) -> None:
    turned = setting("turn-to-bloc", 50, "DEU", sectors=["metals"], products=["energy"], bloc=["IND"])
    assert twin.run(scenario(turned)).home == ("DEU",)
    assert twin.run(scenario(turned, LESS.model_copy(update={"regions": ("USA",)}))).home == ("DEU", "USA")


def test_the_changed_table_carries_all_that_is_emitted(twin: Twin) -> None:
    """As a table of its own: India's metals emit 42 of 60 kt, households what they did."""
    made = twin.run(scenario(FUEL, LESS)).as_economy()
    co2 = made.extension("co2")
    assert co2.F[4] == pytest.approx(0.42 * 94)
    assert co2.F_Y.reshape(3, -1).sum(axis=1) == pytest.approx([7, 3, 2])
    assert made.x.reshape(3, -1)[:, 1] == pytest.approx([90, 94, 96])
    assert made.Z[:, 1] == pytest.approx([18, 0, 0, 9, 0, 0, 27, 0, 0])  # energy for nine tenths of DEU's metals
    assert made.Z[:, 2] == pytest.approx([0, 40, 0, 0, 24, 0, 0, 16, 0])


def test_dependence_is_that_of_what_is_bought_after_the_levers(twin: Twin) -> None:
    """Metals 0.8 × 30 and 20; energy for nine tenths of DEU's metals: 18, 9, 27. And a fifth less behind India's."""
    found = outcomes_of(twin, scenario(LESS), region="DEU")
    assert found["foreign-share-direct"].after == pytest.approx(100 * 76 / 94)
    assert found["foreign-share"].after == pytest.approx(100 * (76 + 0.4 * 24) / (94 + 0.4 * 24))
    assert found["sourcing-concentration"].after == pytest.approx(((9**2 + 27**2) / 36 + (24**2 + 16**2) / 40) / 76)


def test_what_stands_in_an_industry_without_output_is_in_every_total() -> None:
    """USA makes no goods; the 5 kt that its accounts give to them stay, with and without a lever."""
    none = {pair: amount for pair, amount in FINAL.items() if pair[0] != "USA goods"}
    twin = Twin(hand_world(final=none), LEVERS)
    found = outcomes_of(twin, scenario(CLEAN), region="USA")
    assert (found["co2-world"].before, found["co2-world"].after) == pytest.approx((241, 240))
    assert found["co2-production"].after == pytest.approx(75 + 2)


def technology_and_pay(*named: str) -> Outcomes:
    """Goods of DEU with a quarter more output per job, and DEU's pay a tenth up, jobs answering by −1 % each %."""
    better = lever("raise_productivity", labour_share=60, to_wages=0)
    floor = lever("wage_floor", labour_share=60, jobs_elasticity=-1)
    settings = {
        "better": setting(better.id, 25, "DEU", sectors=["goods"]),
        "floor": setting(floor.id, 10, "DEU", sectors=["metals", "goods", "energy"]),
    }
    twin = Twin(hand_world(), known(better, floor))
    after = twin.run(scenario(*(settings[name] for name in named)))
    return outcomes(twin.before(), after, region="DEU")


def test_better_technology_is_more_made_per_job() -> None:
    """At fixed prices nothing more is made: value added 240 of which 140 in manufacturing, goods with 16/1.25 jobs."""
    found = technology_and_pay("better")
    assert found["manufacturing-value-added"].change is None
    assert "volumes stay" in found["manufacturing-value-added"].note
    assert found["labour-productivity"].after == pytest.approx(240 / (4 + 8 + 16 / 1.25), rel=1e-9)
    assert found["jobs"].change == pytest.approx(-3.2, rel=1e-9)


def test_dearer_pay_is_no_better_technology() -> None:
    """Alone it moves neither, and says so; beside better technology only what this makes of volumes and jobs counts."""
    alone, better, both = (
        technology_and_pay("floor"),
        technology_and_pay("better"),
        technology_and_pay("better", "floor"),
    )
    for metric in ("manufacturing-value-added", "labour-productivity", "wage-share"):
        assert alone[metric].change is None
        assert "what industries earn per unit of output and prices only" in alone[metric].note
    assert both["labour-productivity"].after == pytest.approx(better["labour-productivity"].after, rel=1e-12)
    assert alone["jobs"].change == pytest.approx(-2.8)


def test_an_end_at_which_the_economy_is_unproductive_takes_the_band_and_not_the_result() -> None:
    """Power plants of the USA buy 40/180 of power and 20/180 of metals for each unit; half of the metals become power.

    At the price as it is that is 0.278 of themselves; at 20 times 0.222 + 0.0556 × 20 = 1.333, more than they make.
    """
    fuel = lever("switch_fuel", combustion_share=80, old_co2=90, new_co2=60, price_ratio=(1, 1, 20))
    asked = scenario(setting(fuel.id, 50, "USA", sectors=["energy"], products=["metals"]))
    twin = Twin(heavy_power(40), known(fuel))
    found = outcomes_of(twin, asked, region="USA")
    assert found["co2-production"].change < 0
    assert found["co2-production"].band is None
    assert found.about_the_band == (
        "No band: at lever 1 (switch-fuel): price_ratio = 20 the economy would not be productive."
    )
    typed = setting(fuel.id, 50, "USA", sectors=["energy"], products=["metals"], figures={"price_ratio": 20.0})
    with pytest.raises(UnproductiveEconomyError, match=r"largest column sum is 1\.39 for \('USA', 'energy'\)") as error:
        twin.run(scenario(typed))
    assert "data check" not in str(error.value)
    futures = Futures.of([Future(scenario(typed))])
    (answered,) = Many(twin).answers(futures)
    assert "largest column sum is 1.39 for ('USA', 'energy')" in answered.failed[0]
