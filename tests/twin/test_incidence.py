"""Who pays and who gains: everything adds up, on random economies and on WIOD."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from kaldor.twin.incidence import GROUPS, incidence, income_groups
from kaldor.twin.scenario import LeverSetting
from kaldor.twin.twin import Twin
from tests.economy.random_tables import random_economy, random_published
from tests.twin.random_world import random_world
from tests.twin.small_levers import levers, scenario, setting

PRICE = setting("t-price", 100, "R00")
LESS = setting("t-less", 30, "R00", "R01", sectors=("s00",), products=("s01", "s02"))
BORDER = setting("t-border", 80, "R00", bloc=("R00",))


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10_000),
    st.lists(st.sampled_from([PRICE, LESS, BORDER]), unique_by=lambda s: s.lever, min_size=1),
    st.sampled_from(["pass-through", "profit", "savings re-spent"]),
    st.integers(0, 2),
)
def test_the_worlds_real_income_is_the_change_of_final_volumes(seed, chosen, closure, idle):
    twin = Twin(random_economy(seed, idle=idle), levers())
    before, after = twin.before(), twin.run(scenario(*chosen, closure=closure))
    who = incidence(before, after)
    world = float(np.abs(before.income()).sum())
    volumes = after.Y.sum() - before.Y.sum()
    assert who.real_income["effect"].sum() == pytest.approx(volumes, abs=1e-9 * world)
    assert abs(who.gap) < 1e-9
    if closure != "savings re-spent":
        assert who.real_income["effect"].sum() == pytest.approx(0, abs=1e-9 * world)
    by_group = who.by_income_group["effect"].sum()
    assert by_group == pytest.approx(who.real_income["effect"].sum(), abs=1e-9 * world)


def test_a_carbon_price_passed_on_is_borne_by_final_users_and_received_by_one_treasury():
    twin = Twin(random_economy(3), levers())
    who = incidence(twin.before(), twin.run(scenario(PRICE)))
    revenue = who.treasury_of(["R00"], "revenue")
    emitted = twin.economy.extension("co2").F[twin.economy.rows_of("R00")].sum()
    assert revenue == pytest.approx(100 * emitted * 1e-3)  # kt × $/t in million $
    assert who.burden["total"].sum() == pytest.approx(revenue)
    assert set(who.treasury["region"]) == {"R00"}
    assert who.treasury_of(twin.economy.regions, "spending") == 0
    # Volumes stay and prices pass everything on: no industry's own value added moves, so none is called a loser.
    assert who.losers().empty
    assert who.gainers().empty
    assert (who.prices["price"] >= 1).all()


def test_with_prices_fixed_the_taxed_industries_lose_just_what_they_pay():
    twin = Twin(random_economy(3), levers())
    who = incidence(twin.before(), twin.run(scenario(PRICE, closure="profit")))
    lost = who.value_added["own_change"]
    np.testing.assert_allclose(lost, -who.value_added["levies_change"])
    assert lost.sum() == pytest.approx(-who.treasury_of(["R00"], "revenue"))
    losers = who.losers()
    assert set(losers.index.get_level_values("region")) == {"R00"}
    assert (losers["where"] == "home").all()
    assert losers["change"].is_monotonic_increasing
    assert who.prices["price"].to_numpy() == pytest.approx(1)


def test_a_levy_on_final_purchases_and_a_subsidy_stand_in_their_own_lines():
    twin = Twin(random_economy(5), levers())
    economy, before, after = twin.economy, twin.before(), twin.run(scenario())
    rate = np.zeros(economy.n)
    rate[economy.rows_of("R01")] = -0.02
    final, households = np.full(economy.n, 0.1), np.array([0])  # of R00
    after.change.levy("support", rate, "treasury")
    after.change.levy_final("purchase tax", final, households)
    after.change.levy_final("dearer purchase", final, households, "factors")
    after.change.spend("training", "R02", 7.0)
    who = incidence(before, after)
    lines = who.treasury.set_index(["region", "line"])
    assert lines.loc[("R01", "support"), "kind"] == "spending"
    assert lines.loc[("R01", "support"), "amount"] == pytest.approx(0.02 * economy.x[economy.rows_of("R01")].sum())
    assert lines.loc[("R00", "purchase tax, final purchases"), "amount"] == pytest.approx(0.1 * economy.Y[:, 0].sum())
    assert lines.loc[("R02", "training"), "amount"] == 7
    assert ("R00", "dearer purchase, final purchases") not in lines.index  # no revenue of the treasury
    assert who.burden.loc[("R00", "households"), "levies"] == pytest.approx(0.2 * economy.Y[:, 0].sum())
    # What R00's households pay stays in R00, with its treasury or with capital and labour.
    assert who.real_income.loc["R00", "effect"] == pytest.approx(0, abs=1e-9)


def test_losers_abroad_start_with_the_poorest_and_are_never_crowded_out():
    table = replace(random_published(4, regions=4), regions=("DEU", "USA", "IND", "ETH"))
    twin = Twin(Economy.from_published(table), levers())
    assert income_groups(twin.economy) == ("high income", "high income", "lower middle income", "low income")
    after = twin.run(scenario(setting("t-less", 50, "DEU", sectors=("all",), products=("all",))))
    losers = incidence(twin.before(), after).losers(most=2)
    assert list(losers["where"]) == ["home"] * 2 + ["abroad"] * 6
    assert list(losers["group"][2:]) == ["low income"] * 2 + ["lower middle income"] * 2 + ["high income"] * 2
    groups = list(incidence(twin.before(), after).by_income_group.index)
    assert groups == [group for group in GROUPS if group in groups] + ["statistical discrepancy"]


def test_regions_without_a_group_have_their_own_line():
    twin = Twin(random_economy(1), levers())
    table = incidence(twin.before(), twin.run(scenario(PRICE))).by_income_group
    assert list(table.index) == ["no income group", "statistical discrepancy"]
    assert table.loc["no income group", "regions"] == 3


def test_states_of_two_economies_are_refused():
    one, other = Twin(random_economy(1), levers()), Twin(random_economy(2), levers())
    with pytest.raises(InputError, match="different economies"):
        incidence(one.before(), other.before())


@pytest.mark.real
def test_german_carbon_price_on_wiod_2009(wiod):
    """Revenue 65.9 bn $, of which German households bear 28.1; the rest is traced to who bears it and adds up."""
    twin = Twin(wiod(2009), levers())
    before, after = twin.before(), twin.run(scenario(setting("t-price", 100, "DEU")))
    who = incidence(before, after)
    revenue = who.treasury_of(["DEU"], "revenue")
    assert revenue / 1e3 == pytest.approx(65.9, abs=0.05)
    households = who.burden.loc[("DEU", "c37"), "total"]
    assert households / 1e3 == pytest.approx(28.1, abs=0.05)
    assert who.burden["total"].sum() == pytest.approx(revenue, rel=1e-9)
    assert who.real_income["effect"].sum() == pytest.approx(0, abs=1e-9 * before.income().sum())
    # A quarter or more of the price is borne abroad, and Germany's own real income rises by just that.
    assert who.real_income.loc["DEU", "effect"] == pytest.approx(-who.real_income["effect"].drop("DEU").sum(), rel=1e-9)
    assert who.real_income.loc["DEU", "effect"] / revenue == pytest.approx(0.39, abs=0.01)


@pytest.mark.real
def test_german_construction_with_less_material_on_wiod_2009(wiod):
    """Materials −20 %: Germany's value added −5.4 bn $ with v fixed and +5.3 as residual; the world −10.7 or 0."""
    twin = Twin(wiod(2009), levers())
    materials = ("c2", "c6", "c9", "c10", "c11", "c12")
    less = setting("t-less", 20, "DEU", sectors=("c18",), products=materials)
    for closure, home, world in (("pass-through", -5.4, -10.7), ("profit", 5.3, 0.0)):
        who = incidence(twin.before(), twin.run(scenario(less, closure=closure)))
        change = who.value_added["change"] / 1e3
        assert change["DEU"].sum() == pytest.approx(home, abs=0.05)
        assert change.sum() == pytest.approx(world, abs=0.05)


def test_a_premium_is_earned_where_the_purchases_moved_to():
    twin = Twin(random_world(1))
    buyer, _, partner = twin.economy.regions
    turned = {"lever": "friendshoring", "strength": 50, "regions": (buyer,), "bloc": (partner,)}

    def run(premium: float):
        settings = LeverSetting(**turned, products=("electronics",), figures={"premium": premium})
        return incidence(twin.before(), twin.run(scenario(settings)))

    free, dear = run(0.0), run(15.0)
    gain = dear.real_income["effect"] - free.real_income["effect"]
    assert gain[partner] > 0 > gain[buyer]
    assert dear.gap == pytest.approx(0, abs=1e-12)
    own = dear.value_added["own_change"] - free.value_added["own_change"]
    assert own[partner, "electronics"] == pytest.approx(own.sum())
    assert own[partner, "electronics"] > 0


def test_buyers_outside_the_table_bear_what_they_buy_and_no_region_does():
    """A national table: of a carbon price passed on, home pays for its use alone, and a line apart pays for exports."""
    whole = random_economy(3)
    abroad = replace(whole, demand_roles={whole.demands[0]: "exports"})
    twin = Twin(abroad, levers())
    who = incidence(twin.before(), twin.run(scenario(PRICE)))
    revenue = who.treasury_of(["R00"], "revenue")
    rise = who.after.prices - who.before.prices
    columns = abroad.Y.reshape(abroad.n, len(abroad.regions), -1)
    lines = who.real_income["burden"]
    assert lines["outside the table"] == pytest.approx(rise @ columns[:, :, 0].sum(axis=1))
    assert lines["outside the table"] > 0
    assert lines["R01"] == pytest.approx(rise @ columns[:, 1, 1:].sum(axis=1))
    assert lines.sum() == pytest.approx(revenue)
    np.testing.assert_allclose(who.effects, who.real_income["effect"].iloc[: len(abroad.regions)], rtol=1e-9)
    assert abs(who.gap) < 1e-9
    assert list(who.by_income_group.index)[-2:] == ["outside the table", "statistical discrepancy"]
    assert incidence(twin.before(), twin.before()).burden_base[0] == pytest.approx(columns[:, 0, 1:].sum())
