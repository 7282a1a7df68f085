"""What treasuries take and pay in an answer, in figures that a person can follow.

A lever that is weak enough moves nobody: what its treasury then takes is its rate times what the table says.
"""

from __future__ import annotations

import numpy as np
import pytest

from kaldor.twin.declared import packaged_levers
from kaldor.twin.responding.incomes import OF_THE_TABLE, treasury_lines
from kaldor.twin.twin import Twin
from tests.twin.hand_world import FLOWS, REGIONS, hand_world, setting
from tests.twin.responding.by_hand import OWN, answer, at, balance, measured, shock

WEAK = 1e-3
"""Strength, in %, at which all figures are those of the table but for a few in a hundred thousand."""


# -- treasuries --------------------------------------------------------------------------------------------------------

METALS_OF_INDIA_FOR_GERMANY = 30.0 + 25.0


def test_a_weak_tariff_brings_its_rate_on_what_is_bought_and_to_the_buyers_treasury() -> None:
    tariff = setting("tariff", WEAK, "DEU", products=["metals"], away_from=["IND"])
    found, other = measured(tariff, region="DEU"), measured(tariff, region="IND")
    assert found["treasury-revenue"].after == pytest.approx(WEAK / 100 * METALS_OF_INDIA_FOR_GERMANY, rel=1e-3)
    assert other["treasury-revenue"].after == pytest.approx(0, abs=1e-9)


def test_a_weak_tax_on_exports_brings_its_rate_to_the_sellers_treasury() -> None:
    tax = setting("export-tax", WEAK, "IND", products=["metals"], away_from=["DEU"])
    found, other = measured(tax, region="IND"), measured(tax, region="DEU")
    assert found["treasury-revenue"].after == pytest.approx(WEAK / 100 * METALS_OF_INDIA_FOR_GERMANY, rel=1e-3)
    assert other["treasury-revenue"].after == pytest.approx(0, abs=1e-9)


def test_a_tariff_stands_on_the_price_with_the_tax_on_exports_in_it() -> None:
    """10 % on the price with a tax of 50 % in it is 0.15 for each 0.50, in world prices; the table's taxes are none."""
    found = answer(
        setting("tariff", 10, "DEU", products=["metals"], away_from=["IND"]),
        setting("export-tax", 50, "IND", products=["metals"], away_from=["DEU"]),
    )
    germany, india = REGIONS.index("DEU"), REGIONS.index("IND")
    taken, taxed = found.taxes["tariffs"] * found.level, found.taxes["taxes on exports"] * found.level
    assert taken[germany] == pytest.approx(0.3 * taxed[india])
    np.testing.assert_allclose(found.taxes[OF_THE_TABLE], 0, atol=1e-9)


@pytest.mark.parametrize("region", ["DEU", "IND"])
def test_a_small_subsidy_is_spent_and_is_in_the_bill(region: str) -> None:
    """A thousand dollars to each treasury's industries are a thousandth of a million; they are no revenue."""
    found = measured(setting("subsidise", 1e-6, region), region=region)
    assert found["treasury-spending"].after == pytest.approx(1e-3, rel=1e-3)
    assert found["treasury-balance"].change == pytest.approx(-1e-3, rel=1e-3)
    assert found["treasury-revenue"].after == pytest.approx(0, abs=1e-9)


def test_a_large_subsidy_is_all_that_the_treasury_has_less() -> None:
    """Of its cost net of a subsidy s an industry is given s: nothing of it is called another tax."""
    found = answer(setting("subsidise", 0.02, "IND"), setting("export-tax", -10, "IND", products=["metals"]))
    assert found.taxes["subsidies"][REGIONS.index("IND")] < -15
    assert found.taxes["taxes on exports"][REGIONS.index("IND")] < -4
    np.testing.assert_allclose(found.taxes[OF_THE_TABLE], 0, atol=1e-9)


# -- taxes of the table ------------------------------------------------------------------------------------------------


def test_what_a_treasury_pays_to_who_sells_below_cost_is_its_amount_and_the_tables_own_stay_at_home() -> None:
    """India's energy buys 120 for an output of 100: the table gives it what it lacks, which is part of no lever.
    Ten points of training cost 0.1 % of output, 0.1 million, and the treasury pays that."""
    on = Twin(hand_world({**FLOWS, ("USA energy", "IND energy"): 120}), {**packaged_levers(), **OWN})
    base = balance(on).point.scenario.base
    energy = at("IND", "energy")
    assert base.cost[energy] > 110
    given = setting("skills-programme", 10, "IND", sectors=["energy"])
    assert (shock(given, on=on).output_tax * base.cost)[energy] == pytest.approx(-0.1)
    found = answer(given, on=on)
    lines = {(region, line) for region, line, _ in treasury_lines(balance(on), found, "USA")}
    assert lines == {("IND", "subsidies")}
    assert ("IND", OF_THE_TABLE) in {(region, line) for region, line, _ in treasury_lines(balance(on), found, "IND")}
