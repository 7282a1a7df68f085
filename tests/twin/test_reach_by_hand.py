"""What alone moves a metric, by hand: a charge on final purchases, a subsidy, a loss at fixed prices, and nothing."""

from __future__ import annotations

import pytest

from kaldor.twin.outcomes import Outcomes, outcomes
from kaldor.twin.scenario import Closure, LeverSetting
from kaldor.twin.twin import Twin
from tests.twin.hand_world import hand_world, known, lever, scenario, setting

PRICE = lever("carbon_price", "$/t")
BORDER = lever("border_adjustment", "$/t")
MONEY = lever("subsidise", "billion $ a year", targeting=100)
CLEAN = lever("clean_supply")
SILENT = CLEAN.model_copy(update={"cost": CLEAN.cost.model_copy(update={"bearer": "not modelled"})})


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(hand_world(), known(PRICE, BORDER, MONEY, SILENT))


def found(twin: Twin, *settings: LeverSetting, closure: Closure = "pass-through") -> Outcomes:
    return outcomes(twin.before(), twin.run(scenario(*settings, closure=closure)), region="DEU")


def test_a_charge_on_final_purchases_alone_is_borne_and_received(twin: Twin) -> None:
    """No industry buys goods: households pay 0.01 on 30 of India's, government 0.01 on 10 and 0.005 on 20 of the USA's.

    No price moves, and what the treasury receives its final users bear.
    """
    of = found(twin, setting("border-adjustment", 100, bloc=["DEU"], products=["goods"]))
    assert of["household-burden"].change == pytest.approx(0.3)
    assert of["treasury-revenue"].change == pytest.approx(0.3 + 0.1 + 0.1)
    assert of["real-income"].modelled
    assert of["real-income"].change == pytest.approx(0, abs=1e-9)
    assert not of["treasury-spending"].modelled
    assert not of["co2-world"].modelled


def test_a_subsidy_is_spending_and_no_revenue(twin: Twin) -> None:
    """10 million $ on 200 of Germany's goods."""
    of = found(twin, setting("subsidise", 0.01, "DEU", sectors=["goods"], products=["goods"]))
    assert of["treasury-spending"].change == pytest.approx(10)
    assert not of["treasury-revenue"].modelled
    assert of["household-burden"].change == pytest.approx(-10 * 120 / 200)


def test_what_industries_lose_at_fixed_prices_their_treasury_has(twin: Twin) -> None:
    """1, 3 and 0.4 million $ leave the industries; the country is as rich as before, which is a figure and no gap."""
    of = found(twin, setting("carbon-price", 100, "DEU"), closure="profit")
    assert of["treasury-revenue"].change == pytest.approx(4.4)
    assert of["real-income"].modelled
    assert of["real-income"].change == pytest.approx(0, abs=1e-9)
    assert not of["household-burden"].modelled


def test_a_lever_that_is_set_to_nothing_leaves_no_word(twin: Twin) -> None:
    """Its cost is not known, but nothing of it is done."""
    price = setting("carbon-price", 100, "DEU")
    assert found(twin, price, setting("clean-supply", 10, "DEU"))["real-income"].note.startswith("Partial: no cost")
    assert found(twin, price, setting("clean-supply", 0, "DEU"))["real-income"].note == ""
    still = found(twin, setting("clean-supply", 0, "DEU"))["co2-world"]
    assert (still.modelled, still.change) == (True, 0)
