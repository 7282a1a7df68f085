"""What one equilibrium may take from another, what a balance is as a base, and how a ban names what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.accounts_of import Read, accounts_of
from kaldor.economy.equilibrium.bars import bars
from kaldor.economy.equilibrium.base import Base, every_user
from kaldor.economy.equilibrium.calibration import calibrate
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import chosen
from kaldor.economy.equilibrium.responses import beside
from kaldor.economy.equilibrium.sets import declared, elasticities_of, on_table
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from kaldor.economy.opening import open_table
from kaldor.errors import InputError, KaldorError, NotConvergedError


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(open_table("starter"))


@pytest.fixture(scope="module")
def read(economy) -> Read:
    return accounts_of(economy)


def base_of(read: Read, economy: Economy, own: str) -> Base:
    return calibrate(read.accounts, read.fuels, elasticities_of(elasticity_set(own), economy)[0])


def carbon(base: Base) -> Shock:
    price = np.zeros(base.regions)
    price[1] = 0.1
    return replace(Shock.none(base), carbon_price=every_user(price, base.users))


@pytest.mark.parametrize("own", ["low", "long"])
def test_anothers_factor_leads_to_the_same_answer(read, economy, own):
    other = base_of(read, economy, "central")
    like = Equilibrium(other, Closure.of(other))
    base = base_of(read, economy, own)
    closure = Closure.of(base, labour_supply=0.5, lending="fixed")
    alone, led = Equilibrium(base, closure), Equilibrium(base, closure, like)
    found = [outcomes_of(one.solve(carbon(base))).income for one in (alone, led)]
    np.testing.assert_allclose(found[0], found[1], atol=1e-9 * base.spending.sum())
    mobile = Closure.of(base, capital="mobile")
    assert Equilibrium(base, mobile, like).solve(carbon(base)).worst < 1e-11, "a factor of another size is not taken"


def test_a_balance_as_a_base_emits_what_it_emitted(read, economy):
    base = base_of(read, economy, "central")
    point = Equilibrium(base, Closure.of(base, lending="fixed")).solve(
        replace(Shock.none(base), transfers=np.zeros(base.regions))
    )
    assert np.abs(point.volumes.emissions / base.emissions - 1).max() > 1e-3
    again = point.as_base()
    np.testing.assert_allclose(again.emissions, point.volumes.emissions, rtol=1e-9)
    np.testing.assert_allclose(again.transfers, 0, atol=1e-8 * base.spending.sum())
    assert Equilibrium(again, Closure.of(again)).at_base.worst < 1e-9


def test_a_ban_without_another_maker_is_refused_by_name(read, economy):
    base = base_of(read, economy, "central")
    flows = base.flows.copy()
    usa, india, food = economy.regions.index("USA"), economy.regions.index("IND"), economy.sectors.index("food")
    flows[food, india] = 0
    flows[food, india, usa] = base.flows[food, india].sum(axis=0)
    alone = replace(base, flows=flows)
    cut = np.ones_like(flows)
    cut[food, india, usa] = 0
    with pytest.raises(KaldorError, match="Nobody else sells product food to region IND"):
        bars(alone, cut, economy.sectors, economy.regions)


def test_what_cannot_be_solved_is_named(read, economy):
    base = base_of(read, economy, "low")
    equilibrium = Equilibrium(base, Closure.of(base), regions=economy.regions, products=economy.sectors)
    price = np.full(base.regions, 1e4)
    with pytest.raises(NotConvergedError, match=r"No balance was found beyond \d+% of the change\. The .* of \w+"):
        equilibrium.solve(replace(Shock.none(base), carbon_price=every_user(price, base.users)))


def test_labour_income_is_typed_where_none_is_attached_and_said(read, economy):
    typed = on_table(declared().labour.share, economy).values
    sector = dict(zip(economy.sectors, typed, strict=True))
    assert (sector["agriculture"], sector["mining"], sector["metals"], sector["services"]) == (0.75, 0.3, 0.55, 0.6)
    wanted = (economy.value_added * np.tile(typed, len(economy.regions))).reshape(read.accounts.labour.shape)
    np.testing.assert_allclose(read.accounts.labour, wanted)
    assert any("Labour income is estimated" in note for note in read.notes)


def test_a_region_without_labour_accounts_is_as_the_emerging_ones(economy):
    share = 0.5 * economy.value_added.reshape(13, 12)
    share[-1] = 0
    own = replace(economy.extension("co2"), id="labour_income", F=1e-3 * share.ravel(), unit="billion USD")
    found = accounts_of(economy.with_extensions(own))
    emerging = [economy.regions.index(one) for one in ("CHN", "BRA", "MEX", "IND")]
    output = economy.x.reshape(13, 12)
    wanted = share[emerging].sum(axis=0) / output[emerging].sum(axis=0) * output[-1]
    np.testing.assert_allclose(found.accounts.labour[-1], wanted)
    np.testing.assert_allclose(found.accounts.labour[:-1], share[:-1])
    assert any("ROW is estimated: by industry as in" in note for note in found.notes)
    with pytest.raises(InputError, match="extension labour_income: is in persons"):
        accounts_of(economy.with_extensions(replace(own, unit="persons")))


def test_value_added_that_nobody_published_is_the_tables(economy):
    share = 0.5 * economy.value_added.reshape(13, 12)
    share[-1] = 0
    added = 0.9 * economy.value_added.reshape(13, 12)
    added[[1, -1]] = 0  # Germany's and the rest of the world's
    own = replace(economy.extension("co2"), id="labour_income", F=share.ravel(), unit=economy.unit)
    basic = replace(own, id="value_added", F=added.ravel())
    found = accounts_of(economy.with_extensions(own, basic)).accounts.value_added
    table, output = economy.value_added.reshape(13, 12), economy.x.reshape(13, 12)
    emerging = [economy.regions.index(one) for one in ("CHN", "BRA", "MEX", "IND")]
    np.testing.assert_allclose(found[0], added[0])
    np.testing.assert_allclose(found[1], table[1])
    np.testing.assert_allclose(found[-1], added[emerging].sum(axis=0) / output[emerging].sum(axis=0) * output[-1])
    none = accounts_of(economy.with_extensions(own)).accounts.value_added
    np.testing.assert_allclose(none, table)


def test_gaps_take_the_estimates_that_are_attached(economy):
    share = 0.5 * economy.value_added
    own = replace(
        economy.extension("co2"), id="labour_income", F=np.where(np.arange(156) < 5, 0, share), unit=economy.unit
    )
    guess = replace(own, id="labour_income_estimated", name="Gaps as last year", F=0.9 * share, status="estimated")
    found = accounts_of(economy.with_extensions(own, guess))
    wanted = share * np.where(np.arange(156) < 5, 0.9, 1)
    np.testing.assert_allclose(found.accounts.labour.ravel(), wanted)
    assert "Labour income of 5 industries is estimated: Gaps as last year." in found.notes
    assert "labour_income_estimated" in found.extensions


def test_without_emissions_or_a_known_currency_no_carbon_is_priced(economy):
    assert "No emissions" in accounts_of(replace(economy, extensions={})).no_carbon_price
    assert "What a dollar is" in accounts_of(replace(economy, unit="shells")).no_carbon_price
    tonnes = replace(economy.extension("co2"), unit="t CO2")
    assert "not in kt" in accounts_of(economy.with_extensions(tonnes)).no_carbon_price


def test_the_band_means_each_world_once():
    worlds = beside(chosen(elasticity_set("central")))
    assert len(worlds) == len(set(worlds)) == 20  # low has no supply of labour of its own
    assert {one.lending for one in worlds} == {"pooled", "fixed"}
    assert {one.labour for one in worlds} == {"full-employment", "supply"}


@pytest.mark.parametrize(
    ("sector", "low", "central", "long"),
    [("c1", 2, 5, 10.11), ("c8", 2, 5, 21), ("c16", 2, 5, 4.98), ("c17", 1.5, 1.5, 1.5), ("c30", 2, 2, 2)],
)
def test_elasticities_of_wiods_industries(economy, sector, low, central, long):
    from kaldor.atlas.classifications import classification

    wiod = classification("wiod35")
    table = replace(economy, sectors=wiod.codes, sector_groups=wiod.groups)
    for name, wanted in (("low", low), ("central", central), ("long", long)):
        found, notes = elasticities_of(elasticity_set(name), table)
        assert found.sourcing[wiod.codes.index(sector)] == pytest.approx(wanted)
        assert not notes
