"""Estimates keep the identities and the facts, refuse what cannot be, and come near real tables left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.aggregate import aggregate
from kaldor.economy.economy import Economy
from kaldor.economy.starter.declared import declared_world
from kaldor.economy.starter.estimate import (
    Facts,
    estimate_country,
    gravity_shares,
    join_countries,
    nearness_from_blocs,
    outward_trade,
)
from kaldor.economy.starter.factsheet import emissions, job_shares, jobs, parse_fact_sheet, to_facts
from kaldor.economy.starter.leave_one_out import leave_one_out, measured_nearness
from kaldor.economy.starter.template import Spread, Template, country_table, drawn, mean_template, with_column_sums
from kaldor.errors import InputError

from .random_tables import random_economy

SECTORS, DEMANDS = 5, 3


def random_template(rng) -> Template:
    value_added = rng.uniform(0.25, 0.7, SECTORS)
    final = rng.lognormal(0, 1, (SECTORS, DEMANDS))
    mix = rng.lognormal(0, 0.5, SECTORS)
    return Template(
        name="random",
        value_added=value_added,
        value_added_mix=mix / mix.sum(),
        inputs=with_column_sums(rng.lognormal(0, 1, (SECTORS, SECTORS)), 1 - value_added),
        imported_inputs=rng.uniform(0.02, 0.6, SECTORS),
        imported_final=rng.uniform(0.02, 0.6, SECTORS),
        exported=rng.uniform(0.02, 0.6, SECTORS),
        final_use=final / final.sum(),
        co2=rng.lognormal(0, 1, SECTORS),
        co2_households=0.15,
    )


def random_facts(rng, region="AAA", openness=0.3) -> Facts:
    value_added = rng.lognormal(3, 0.7, SECTORS)
    gdp = value_added.sum()
    exports, imports = gdp * openness * rng.uniform(0.5, 1.2, 2)
    return Facts(region, value_added, float(exports), float(imports), None, float(gdp / 3))


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_one_country_keeps_identities_and_facts(seed):
    rng = np.random.default_rng(seed)
    facts = random_facts(rng)
    c = estimate_country(facts, random_template(rng))
    uses = c.Z_domestic.sum(axis=1) + c.Y_domestic.sum(axis=1) + c.exports
    np.testing.assert_allclose(uses, c.x, rtol=1e-9)
    np.testing.assert_allclose(c.value_added, facts.value_added, rtol=1e-9)
    assert c.exports.sum() == pytest.approx(facts.exports, rel=1e-9)
    assert c.imports.sum() == pytest.approx(facts.imports, rel=1e-9)
    assert c.final_use == pytest.approx(facts.gdp - facts.exports + facts.imports, rel=1e-9)
    assert c.co2.sum() + c.co2_households == pytest.approx(facts.co2)
    assert min(c.Z_domestic.min(), c.Z_imported.min(), c.Y_domestic.min(), c.Y_imported.min(), c.exports.min()) >= 0


@given(st.integers(0, 10_000), st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_joined_countries_keep_identities_and_gdp(seed, countries):
    rng = np.random.default_rng(seed)
    facts = [random_facts(rng, f"R{i:02d}") for i in range(countries)]
    facts[-1] = replace(facts[-1], value_added=facts[-1].value_added * 5, exports=None, imports=None)
    estimates = [estimate_country(f, random_template(rng)) for f in facts]
    world = join_countries(estimates, facts, np.ones((countries, countries)))
    np.testing.assert_allclose(world.Z.sum(axis=1) + world.Y.sum(axis=1), world.x, rtol=1e-9)
    value_added = (world.x - world.Z.sum(axis=0)).reshape(countries, SECTORS)
    np.testing.assert_allclose(value_added, [f.value_added for f in facts], rtol=1e-7)
    assert (world.Z >= 0).all()
    assert (world.Y >= 0).all()
    gaps = {(c.region, c.fact): c for c in world.conflicts}
    for r, f in enumerate(facts[:-1]):
        rows = slice(r * SECTORS, (r + 1) * SECTORS)
        sold = world.Z[rows].sum() + world.Y[rows].sum()
        home = world.Z[rows, rows].sum() + world.Y[rows, r * DEMANDS : (r + 1) * DEMANDS].sum()
        if (f.region, "exports") in gaps:
            assert gaps[f.region, "exports"].reached == pytest.approx(sold - home)
        else:
            assert sold - home == pytest.approx(f.exports, rel=0.0101)


def test_an_estimate_from_a_tables_own_technology_gives_the_table_back():
    economy = random_economy(3, regions=4, sectors=6)
    Y = np.maximum(economy.Y, 0)
    economy = replace(economy, Y=Y, x=economy.Z.sum(axis=1) + Y.sum(axis=1))
    table = country_table(economy, "R01")
    facts = Facts("R01", table.value_added, table.exports.sum(), table.imports, table.exports, None)
    rebuilt = estimate_country(facts, mean_template("own", [table]))
    np.testing.assert_allclose(rebuilt.x, table.x, rtol=1e-9)
    both = table.Z_domestic + table.Z_imported
    np.testing.assert_allclose(rebuilt.Z_domestic + rebuilt.Z_imported, both, rtol=1e-9)
    np.testing.assert_allclose(rebuilt.exports, table.exports, rtol=1e-9)
    # Another country's technology does not: half of the flows, by their amount, stand elsewhere.
    borrowed = estimate_country(facts, mean_template("other", [country_table(economy, "R03")]))
    elsewhere = np.abs(borrowed.Z_domestic + borrowed.Z_imported - both).sum() / both.sum()
    assert 0.3 < elsewhere < 1.0


def test_facts_that_leave_nothing_for_final_use_are_refused():
    rng = np.random.default_rng(0)
    facts = replace(random_facts(rng), exports=150.0, imports=1.0, value_added=np.full(SECTORS, 20.0))
    with pytest.raises(InputError, match="final use"):
        estimate_country(facts, random_template(rng))
    with pytest.raises(InputError, match="more than the output"):
        estimate_country(replace(facts, exports=1e6, imports=1e6), random_template(rng))


def test_gravity_shares_add_up_and_follow_nearness():
    exports = np.array([[10.0, 0], [10, 5], [20, 5]])
    shares = gravity_shares(exports, nearness_from_blocs(["a", "a", "b"], 3.0))
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    assert shares[0, 0].tolist() == [0, 0]
    np.testing.assert_allclose(shares[:, 0, 0], [0, 30 / 50, 20 / 50])
    np.testing.assert_allclose(shares[:, 1, 1], [0, 0, 1])


def test_outward_trade_closes_the_world():
    others = [Facts("A", np.ones(2), 30.0, 20.0), Facts("B", np.ones(2), 10.0, 40.0)]
    group = outward_trade(Facts("C", np.ones(2), 60.0, 60.0), others)
    assert group.exports == pytest.approx(60 * 60 / 120)
    assert group.imports - group.exports == pytest.approx(40 - 60)
    with pytest.raises(InputError, match="C"):
        outward_trade(Facts("C", np.ones(2)), others)


def test_drawn_templates_are_templates_and_differ():
    rng = np.random.default_rng(1)
    template = random_template(rng)
    spread = Spread(value_added=0.2, inputs=0.5, imported=0.8, exported=0.8, bilateral=0.5, co2=0.7)
    shaken = drawn(template, spread, np.random.default_rng(2))
    np.testing.assert_allclose(shaken.inputs.sum(axis=0) + shaken.value_added, 1)
    assert not np.allclose(shaken.inputs, template.inputs)
    again = drawn(template, spread, np.random.default_rng(2))
    np.testing.assert_array_equal(shaken.inputs, again.inputs)


def test_a_template_out_of_bounds_is_refused():
    with pytest.raises(InputError, match="imported_inputs"):
        replace(random_template(np.random.default_rng(0)), imported_inputs=np.full(SECTORS, 1.2))


SHEET = """
country = "XYZ"
name = "Xylandia"
template = "random"
[facts]
gdp = { value = 100, unit = "billion US$", year = 2018, source = "s", status = "observed" }
agriculture = { value = 10, unit = "% of GDP", year = 2018, source = "s", status = "observed" }
industry = { value = 30, unit = "% of GDP", year = 2018, source = "s", status = "observed" }
services = { value = 50, unit = "% of GDP", year = 2018, source = "s", status = "observed" }
exports = { value = 40, unit = "% of GDP", year = 2018, source = "s", status = "observed" }
imports = { value = 45, unit = "% of GDP", year = 2018, source = "s", status = "observed" }
re_exports = { value = 5, unit = "% of GDP", year = 2018, source = "s", status = "observed" }
oil_rents = { value = 20, unit = "% of GDP", year = 2018, source = "s", status = "observed" }
population = { value = 10, unit = "million", year = 2018, source = "s", status = "observed" }
population_under_15 = { value = 20, unit = "% of population", year = 2018, source = "s", status = "observed" }
participation = { value = 50, unit = "% of population aged 15 and over", year = 2018, source = "s", status = "observed"}
women_in_labour_force = { value = 25, unit = "% of labour force", year = 2018, source = "s", status = "observed" }
unemployment_women = { value = 10, unit = "% of labour force", year = 2018, source = "s", status = "observed" }
unemployment_men = { value = 5, unit = "% of labour force", year = 2018, source = "s", status = "observed" }
"""
BROAD = {"farms": "agriculture", "mining": "industry", "plants": "industry", "shops": "services", "care": "services"}


def test_a_fact_sheet_becomes_amounts():
    sheet = parse_fact_sheet(SHEET, "XYZ.toml")
    template = replace(random_template(np.random.default_rng(4)), value_added_mix=np.array([0.2, 0.1, 0.3, 0.2, 0.2]))
    facts = to_facts(sheet, list(BROAD), BROAD, template)
    assert facts.gdp == pytest.approx(100_000)
    np.testing.assert_allclose(facts.value_added / 1e5, np.array([0.1, 0.2, 0.1, 0.25, 0.25]) / 0.9)
    assert (facts.exports, facts.imports) == (pytest.approx(35_000), pytest.approx(40_000))
    assert facts.co2 is None
    assert emissions(sheet) is None
    assert jobs(sheet) == {"women": pytest.approx(900.0), "men": pytest.approx(2850.0)}
    assert job_shares(sheet, "women") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"billion US$"', '"US$"', "facts.gdp"),
        ("value = 100,", "value = -1,", "facts.gdp"),
        ('name = "Xylandia"', 'nam = "Xylandia"', "nam"),
        ("gdp = {", "gpd = {", "facts.gpd"),
        ('country = "XYZ"', 'country = "Xy"', "country"),
        ("[facts]", "[facts", "not valid TOML"),
    ],
)
def test_wrong_fact_sheets_are_refused_with_their_place(old, new, said):
    with pytest.raises(InputError, match=said) as caught:
        parse_fact_sheet(SHEET.replace(old, new, 1), "XYZ.toml")
    assert "XYZ.toml" in str(caught.value)


def test_all_problems_of_a_sheet_come_together():
    broken = SHEET.replace('"billion US$"', '"US$"').replace('name = "Xylandia"', "name = 7")
    with pytest.raises(InputError) as caught:
        parse_fact_sheet(broken, "XYZ.toml")
    assert len(caught.value.problems) == 2


def test_leave_one_out_finds_a_common_technology_and_needs_peers():
    economy = random_economy(5, regions=4, sectors=5)
    groups = {"R00": "g", "R01": "g", "R02": "g"}
    result = leave_one_out(economy, groups=groups, blocs={})
    assert set(result.co2.index) == set(groups)
    assert len(result.multipliers) == 3 * 5
    assert 0 < result.multiplier_error < 0.5
    with pytest.raises(InputError, match="only R00"):
        leave_one_out(economy, groups={"R00": "alone"}, blocs={})


# -- against the real table -----------------------------------------------------------------------------------------

OTHER_HIGH_INCOME = ("AUS", "CAN", "JPN", "KOR", "TWN", "USA")
UPPER_MIDDLE = ("BGR", "BRA", "LTU", "MEX", "ROM", "RUS", "TUR")
LOWER_MIDDLE = ("CHN", "IDN", "IND")
ASIA, AMERICAS = ("AUS", "CHN", "IDN", "IND", "JPN", "KOR", "TWN"), ("BRA", "CAN", "MEX", "USA")


def technology_group(region: str) -> str:
    """World Bank income group of 2009, high income split into Europe and the rest."""
    named = {"other high": OTHER_HIGH_INCOME, "upper middle": UPPER_MIDDLE, "lower middle": LOWER_MIDDLE}
    return next((group for group, members in named.items() if region in members), "high Europe")


def bloc(region: str) -> str:
    return "Asia" if region in ASIA else "Americas" if region in AMERICAS else "Europe"


def twelve_sector_wiod(shared, year) -> Economy:
    """WIOD of one year with JRC CO2, aggregated to the starter world's sectors and categories of final use."""
    folder = shared / "wiod2013_41x35"
    regions = tuple(pd.read_csv(folder / "regions.csv")["region"])
    sectors = tuple(pd.read_csv(folder / "sectors.csv")["code"])
    demands = ("households", "government", "investment")
    with np.load(folder / f"wiot_{year}.npz") as file:
        Z, Y, x = (file[name].astype(float) for name in ("Z", "Y", "x"))
    # c37 households, c38 non-profit institutions, c39 government, c41 fixed investment, c42 changes of stocks
    Y = np.add.reduceat(Y.reshape(len(Y), len(regions), 5), [0, 2, 3], axis=2).reshape(len(Y), -1)
    co2 = pd.read_csv(shared / "jrc_wiod_co2" / "F_co2_kt_wiod35_2000_2011.csv").set_index(["region", "sector"])
    direct = pd.read_csv(shared / "jrc_wiod_co2" / "F_Y_households_co2_kt_2000_2011.csv").set_index("reg")
    F = co2[str(year)].reindex(pd.MultiIndex.from_product([regions, sectors])).fillna(0).to_numpy()
    F_Y = np.zeros((len(regions), len(demands)))
    F_Y[:, 0] = direct[str(year)].reindex(regions)
    source = Source("wiod2013", "WIOD", "GGDC", "Timmer et al. (2015)", "free with citation")
    extension = PublishedExtension("co2", "CO2", "kt", F, F_Y.ravel(), "observed", source)
    published = PublishedEconomy(
        regions, sectors, sectors, demands, demands, Z, Y, x, "million $", year, "observed", source,
        extensions=(extension,),
    )  # fmt: skip
    to_starter = {code: sector.id for sector in declared_world().sector for code in sector.wiod}
    return aggregate(Economy.from_published(published), sectors=to_starter)


@pytest.mark.real
@pytest.mark.parametrize("known", ["twelve sectors", "three broad sectors"])
def test_leave_one_country_out_on_wiod_2009(shared, known):
    """Targets: multipliers within 15 %, consumption-based CO2 within 25 %; reached 7.4 % and 4.3 % (7.5, 3.5)."""
    economy = twelve_sector_wiod(shared, 2009)
    countries = [region for region in economy.regions if region != "RoW"]
    industry = dict.fromkeys(economy.sectors, "industry") | {"agriculture": "agriculture"}
    broad = industry | {"trade": "services", "services": "services"}
    result = leave_one_out(
        economy,
        groups={region: technology_group(region) for region in countries},
        blocs={region: bloc(region) for region in countries},
        broad=None if known == "twelve sectors" else broad,
    )
    print(
        f"\nWIOD 2009, {known} known: median error of output multipliers {result.multiplier_error:.1%}, "
        f"of consumption-based CO2 {result.co2_error:.1%} (production-based instead: "
        f"{result.co2_error_of_production:.1%})"
    )
    assert len(result.co2) == 40
    assert result.multiplier_error <= 0.08
    assert result.co2_error <= 0.05
    assert result.co2_error < result.co2_error_of_production / 3


@pytest.mark.real
def test_trade_is_denser_within_blocs_as_the_starter_world_says(shared):
    economy = twelve_sector_wiod(shared, 2011)
    blocs = {region: bloc(region) for region in economy.regions if region != "RoW"}
    assert measured_nearness(economy, blocs) == pytest.approx(2.99, abs=0.006)
