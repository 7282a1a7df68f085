"""What referees and strangers found wrong where prices respond, each held by the case in which they found it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.kept import Kept
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import CHOICES, Prepared, chosen
from kaldor.economy.equilibrium.sets import USUAL
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from kaldor.errors import InputError
from kaldor.twin.order import orders_of
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.responding.band import unread
from kaldor.twin.responding.closing import Responses
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from tests.twin.responding.test_levers_respond import answer, measured, setting, twin

OWN = """
[[sets]]
id = "{id}"
title = "own"
materials = {{ value = 0.2, source = "t", mark = "our assumption" }}
top = {{ value = 0.5, source = "t", mark = "our assumption" }}
factors = {{ value = 0.5, source = "t", mark = "our assumption" }}
final = {{ value = 0.9, source = "t", mark = "our assumption" }}
energy_against_factors = {{ value = 0.4, source = "t", mark = "our assumption" }}
fuels = {{ value = 0.5, source = "t", mark = "our assumption" }}
labour_supply = {{ value = 0.25, source = "t", mark = "our assumption" }}
sourcing = [{{ of = "{of}", value = 3.0, source = "t", mark = "our assumption" }}]
"""


def test_sources_that_keep_their_shares_have_an_answer_between_their_neighbours() -> None:
    """An elasticity of exactly 1 by its log form, on a table whose weights add up to 1 but for rounding."""
    base = Prepared(twin().economy).equilibrium(chosen(elasticity_set(USUAL))).base
    tariffs = base.tariffs.copy()
    tariffs[twin().economy.region_position("CHN"), :, twin().economy.region_position("DEU")] = 0.2
    incomes = []
    for sigma in (0.9999, 1.0, 1.0001):
        elasticities = replace(base.elasticities, sourcing=np.full(base.products, sigma))
        own = replace(base, elasticities=elasticities)
        point = Equilibrium(own, Closure.of(own)).solve(replace(Shock.none(own), tariffs=tariffs))
        incomes.append(float(point.volumes.income.sum()))
    assert incomes[1] == pytest.approx((incomes[0] + incomes[2]) / 2, rel=1e-9)


def test_a_set_that_leaves_sources_open_or_takes_the_name_of_another_is_refused() -> None:
    assert elasticity_set("own", text=OWN.format(id="own", of="all")).id == "own"
    with pytest.raises(InputError, match=r"own, sourcing: says nothing of the other products\. Add one of 'all'"):
        elasticity_set("own", text=OWN.format(id="own", of="metals"))
    with pytest.raises(InputError, match=r"central: is a set of the package's\. Give yours another id"):
        elasticity_set("central", text=OWN.format(id="central", of="all"))


def test_few_choices_are_kept_however_many_are_asked_for() -> None:
    kept: Kept[int, str] = Kept(2)
    for number in range(5):
        kept[number] = str(number)
        assert kept[0] == "0"
    assert list(kept) == [4, 0]
    own = Twin(twin().economy)
    before = []
    for labour in ("full-employment", "supply", "fixed-real-wage"):
        for lending in ("pooled", "fixed"):
            for capital in ("by-industry", "mobile"):
                wanted = Responses(labour=labour, lending=lending, capital=capital)  # type: ignore[arg-type]
                own.respondent.before(own.respondent.choice(wanted), "real-cost")
                before.append(own.respondent.megabytes)
    assert len(before) > CHOICES
    assert before[-1] <= 1.01 * before[CHOICES - 1]


def test_a_change_of_a_small_country_is_seen_beside_a_large_world() -> None:
    small = twin().economy
    shares = np.where(np.arange(small.n) // len(small.sectors) == small.region_position("ETH"), 1e-7, 1.0)
    columns = np.where(np.arange(small.Y.shape[1]) // len(small.demands) == small.region_position("ETH"), 1e-7, 1.0)
    both = np.minimum.outer(shares, shares), np.minimum.outer(shares, columns)
    Z, Y = small.Z * both[0], small.Y * both[1]
    economy = replace(small, Z=Z, Y=Y, x=Z.sum(axis=1) + Y.sum(axis=1) + small.discrepancy * shares, extensions={})
    found = outcomes_of(
        Twin(economy), Scenario(id="t", levers=(setting("worker-mobility", 2, "ETH"),)), region="ETH", band=False
    )
    assert found["gdp-volume"].change > 0.1
    assert found["real-income"].change > 0


def test_a_tax_on_exports_to_nobody_is_refused() -> None:
    with pytest.raises(InputError, match="names nobody outside the regions that act"):
        answer(setting("export-tax", 10, *twin().economy.regions))


def test_no_index_of_concentration_is_above_one() -> None:
    found = measured(setting("reshoring", 100, "IND", products=["all"]), region="IND")
    for metric in ("sourcing-concentration", "sourcing-concentration-full"):
        assert found[metric].after is None or 0 <= found[metric].after <= 1


@pytest.mark.real
def test_footprints_add_up_on_a_real_table_with_idle_industries(wiod) -> None:
    """Units that are lost on the way are made by somebody; an industry of next to no output weighs nothing."""
    real = Twin(wiod(2009))
    respondent, wanted = real.respondent, Responses()
    choice = respondent.choice(wanted)
    for lever in (setting("reshoring", 20), setting("tariff", 10)):
        orders = orders_of(real.economy, Scenario(id="t", levers=(lever,)), real.levers)
        before, after = respondent.before(choice, "real-cost"), respondent.answer(orders, choice, "real-cost")
        regions = range(len(real.economy.regions))
        found = sum(after.behind_final_use(region) - before.behind_final_use(region) for region in regions)
        world = float(after.point.volumes.emissions.sum() - before.point.volumes.emissions.sum())
        assert found == pytest.approx(world, abs=1e-6 * float(after.point.volumes.emissions.sum()) * 1e-3)


def test_labour_productivity_is_the_volume_of_gdp_per_job() -> None:
    found = measured(setting("reshoring", 20), responses={"labour": "supply"})
    gdp, jobs = found["gdp-volume"].change / 100, found["jobs"].change_pct / 100
    assert found["labour-productivity"].change_pct / 100 == pytest.approx((1 + gdp) / (1 + jobs) - 1, rel=1e-9)
    assert found["labour-productivity"].change < 0


def test_figures_that_only_fixed_prices_read_are_in_no_band_and_said_to_be_unread() -> None:
    better = setting("technology-adoption", 5, figures={"to_wages": 10})
    (order,) = orders_of(twin().economy, Scenario(id="t", levers=(better,)), twin().levers)
    assert set(unread(order)) == {"labour_share", "to_wages"}
    found = measured(better, closure="profit")
    assert any(note.startswith("to_wages of technology-adoption: read at fixed prices only") for note in found.notes)
    assert any("The closure 'profit' is about fixed prices" in note for note in found.notes)
    (turning,) = orders_of(twin().economy, Scenario(id="t", levers=(setting("reshoring", 5),)), twin().levers)
    assert "premium" in unread(turning, "tariff")
    assert "premium" not in unread(turning, "taste")


def test_emissions_that_are_not_in_kt_are_said_not_to_be_in_the_equilibrium() -> None:
    tonnes = replace(twin().economy.extension("co2"), unit="t CO2")
    economy = twin().economy.with_extensions(tonnes)
    found = outcomes_of(Twin(economy), Scenario(id="t", levers=(setting("tariff", 10),)), region="DEU", band=False)
    assert found["co2-world"].change is None
    assert "not in kt" in found["co2-world"].note


def test_what_is_measured_at_fixed_prices_says_so_where_it_stays() -> None:
    note = measured(setting("carbon-price", 100))["foreign-share"].note
    assert note.startswith("Measured at fixed prices, at which ")


def test_households_that_buy_nothing_are_named() -> None:
    Y = np.array(twin().economy.Y)
    width = len(twin().economy.demands)
    place = twin().economy.region_position("DEU") * width
    roles = [twin().economy.demand_roles.get(one) for one in twin().economy.demands]
    own = [place + i for i, role in enumerate(roles) if role not in ("government", "investment", "inventories")]
    gone = Y[:, own].sum(axis=1)
    Y[:, own] = 0.0
    Y[:, place + roles.index("government")] += gone
    economy = replace(twin().economy, Y=Y, extensions={})
    found = outcomes_of(Twin(economy), Scenario(id="t", levers=(setting("tariff", 10),)), region="DEU", band=False)
    assert found["real-income"].note.startswith("economy: households of DEU buy nothing")


def test_what_is_estimated_of_a_table_stands_beside_every_answer() -> None:
    """Labour income by typed shares bends a price of carbon: nobody may read the figure without the sentence."""
    for found in (measured(setting("tariff", 10)), measured(setting("tariff", 10, "JPN"), region="JPN")):
        assert "Labour income is estimated: no 'labour_income' is attached." in found.responding
        assert "Of households' CO2 in CHN" in found.responding
    assert measured(setting("tariff", 10), view="fixed prices").responding == ""
