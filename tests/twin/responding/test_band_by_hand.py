"""What a band varies and what it compares, on a subsidy whose aim is known from 20 to 80 %."""

from __future__ import annotations

from kaldor.twin.order import orders_of
from kaldor.twin.responding.band import Band, band_of
from kaldor.twin.responding.closing import Responses
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from tests.twin.hand_world import hand_world, known, lever, setting
from tests.twin.responding.by_hand import measured

# -- bands -------------------------------------------------------------------------------------------------------------


def band(*known_figures: frozenset[str]) -> Band:
    """The band of a subsidy of which 20 to 80 % reach who was meant."""
    on = Twin(hand_world(), known(lever("subsidise", "billion $ a year", targeting=(20, 50, 80))))
    given = setting("subsidise", 0.02, "IND", products=["metals"])
    orders = orders_of(on.economy, Scenario(id="t", levers=(given,)), on.levers)
    return band_of(on.respondent, orders, on.respondent.choice(Responses()), "real-cost", known=known_figures)


def test_a_band_compares_each_answer_with_the_balance_of_its_own_closure_and_draws_all_of_a_range() -> None:
    pairs = list(band().pairs())
    assert all(pair.answer.choice == pair.balance.choice for pair in pairs)
    assert len({pair.answer.choice for pair in pairs}) > 12
    figures = [pair.answer.orders[0].figures["targeting"] for pair in pairs]
    drawn = figures[-12:]
    assert {20, 50, 80} <= set(figures[:-12])
    assert len(set(drawn)) == 12
    assert 20 < min(drawn) < 40
    assert 60 < max(drawn) < 80


def test_a_figure_that_is_known_is_in_no_band() -> None:
    fixed = list(band(frozenset({"targeting"})).pairs())
    assert {pair.answer.orders[0].figures["targeting"] for pair in fixed} == {50}


def test_money_that_leaves_a_cost_out_says_so() -> None:
    """What cleaner makers abroad cost nobody knows; the price of carbon has its cost."""
    found = measured(
        setting("carbon-price", 50, "DEU"),
        setting("clean-technology-abroad", 50, "IND", bloc=["DEU"], sectors=["metals"]),
        region="DEU",
    )
    assert found["real-income"].note.startswith("Partial: ")
    assert found["co2-production"].note == ""
