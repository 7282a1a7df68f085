"""Shocks by hand: what events do in a step, how firms run out, order and rebuild, and what is read from the runs.

On `tests/twin/hand_world.py`; rates are a year's, so that a day of normal use is 1/365 of the table's figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.twin.outcomes import outcomes
from kaldor.twin.shocks.body import Body, prepare
from kaldor.twin.shocks.course import Course, simulate
from kaldor.twin.shocks.draws import draw
from kaldor.twin.shocks.events import Shock, resolved
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.run import run_shock
from kaldor.twin.shocks.scaled import scaled
from kaldor.twin.shocks.stress import StressResult, roles_of, stress, tail_mean
from kaldor.twin.shocks.stress_plan import (
    StressPlan,
    at_risk,
    at_risk_in_the_tail,
    changes_by_run,
    days_until_recovered,
)
from kaldor.twin.shocks.summary import bottlenecks_frame, losers_frame, losses, lost_by_frame, summary_frame
from kaldor.twin.shocks.timeline import Timeline, lay_out
from kaldor.twin.twin import Twin
from tests.twin.hand_world import FINAL, REGIONS, SECTORS, hand_world, row

# Nothing is specific: what customers of a supplier hold apart is reckoned in test_shocks_specific.py.
FIRM = Parameters(stock_days=10, psi=0.5, overproduction=1, substitution_days=None, restock_days=30, specificity=0.0)
ALL = list(REGIONS)


def shock(*events: dict[str, Any]) -> Shock:
    return Shock.model_validate({"id": "hand", "events": events})


def laid_out(*events: dict[str, Any], parameters: Parameters = FIRM) -> tuple[Body, Timeline]:
    economy = hand_world()
    body = prepare(economy, parameters.priority)
    asked = resolved(economy, shock(*events))
    return body, lay_out(body, asked, parameters.dt, parameters.capital_per_value_added)


def course(steps: int, *events: dict[str, Any], parameters: Parameters = FIRM) -> Course:
    body, timeline = laid_out(*events, parameters=parameters)
    return simulate(body, timeline, behaviour_of(body.economy, parameters), steps, keep=True)


def made(found: Course, place: str) -> np.ndarray:
    assert found.production is not None
    return found.production[:, row(place)]


def ban(share: float, origins: list[str], destinations: list[str], product: str, **named: Any) -> dict[str, Any]:
    routes = {"origins": origins, "destinations": destinations, "products": [product]}
    return {"kind": "ban", "share": share, "days": 5} | routes | named


def shortage(share: float, product: str, **named: Any) -> dict[str, Any]:
    return {"kind": "shortage", "regions": ["DEU"], "products": [product], "share": share, "days": 5} | named


def capacity(share: float, place: str, **named: Any) -> dict[str, Any]:
    region, sector = place.split()
    return {"kind": "capacity", "regions": [region], "sectors": [sector], "share": share, "days": 5} | named


def demand(share: float, product: str, *regions: str, **named: Any) -> dict[str, Any]:
    return {"kind": "demand", "regions": regions or ALL, "products": [product], "share": share, "days": 5} | named


def price(rise: float, product: str, *regions: str, **named: Any) -> dict[str, Any]:
    return {"kind": "price", "regions": regions, "products": [product], "rise": rise, "days": 5} | named


def capital(place: str, **named: Any) -> dict[str, Any]:
    region, *sectors = place.split()
    return {"kind": "capital", "regions": [region], "sectors": sectors, "days": 1} | named


# -- what events do in a step ------------------------------------------------------------------------------------------


def test_of_several_bans_and_shortages_on_a_route_the_strictest_holds() -> None:
    events = [
        ban(0.8, ["IND"], ["DEU"], "metals"),
        ban(0.3, ["IND", "USA"], ["DEU"], "metals"),
        shortage(0.5, "metals"),
    ]
    for order in (events, events[::-1], [events[2], events[0], events[1]]):
        limit = laid_out(*order)[1].at(0).limit
        assert limit is not None
        left = [limit[row(f"{region} metals"), 0] for region in REGIONS]
        assert left == pytest.approx([0.5, 0.2, 0.5])  # a shortage holds for what is made at home too
        assert np.isinf(limit[:, 1:]).all()
        assert np.isinf(limit[row("IND goods"), 0])


def test_events_that_meet_multiply() -> None:
    timeline = laid_out(
        capacity(0.5, "DEU metals"),
        capacity(0.2, "DEU metals"),
        demand(-0.2, "goods", "DEU"),
        demand(0.5, "goods", "DEU", "IND"),
    )[1]
    now = timeline.at(0)
    assert now.lost[row("DEU metals")] == pytest.approx(0.6)
    assert now.lost.sum() == pytest.approx(0.6)
    assert now.demand is not None
    for region in REGIONS:  # whoever supplies them
        assert now.demand[row(f"{region} goods")] == pytest.approx([1.2, 1.5, 1])
    assert now.demand[row("DEU metals")] == pytest.approx(1)


def test_a_price_is_passed_on_down_the_chain_and_demand_answers_with_its_own_sign() -> None:
    """Energy half dearer for DEU: its metals 0.3 by 60 of 100 bought, its goods a quarter of that, for everybody."""
    timeline = laid_out(price(0.5, "energy", "DEU", elasticity=-2, source="test"))[1]
    (rises,) = timeline.price_rises
    assert rises[row("DEU metals")] == pytest.approx([0.3] * 3)
    assert rises[row("DEU goods")] == pytest.approx([0.075] * 3)
    assert rises[row("IND metals")] == pytest.approx([0] * 3)
    for region in REGIONS:
        assert rises[row(f"{region} energy")] == pytest.approx([0.5, 0, 0])
    factor = timeline.at(0).demand
    assert factor is not None
    assert factor[row("DEU metals")] == pytest.approx([1.3**-2] * 3)
    assert factor[row("USA energy")] == pytest.approx([1.5**-2, 1, 1])


def test_two_prices_add_up_in_what_final_users_of_a_region_see() -> None:
    """Metals of DEU: 0.3 by dearer energy, 0.2 for what its own users buy of metals; goods 0.075 + 0.2 × 0.5."""
    two = shock(price(0.5, "energy", "DEU"), price(0.2, "metals", "DEU"))
    found = run_shock(hand_world(), two, FIRM, steps=2, bands=1).prices
    assert found["DEU", "metals"] == pytest.approx(0.3 + 0.2)
    assert found["DEU", "goods"] == pytest.approx(0.075 + 0.1)
    assert found["DEU", "energy"] == pytest.approx(0.5)
    assert found["IND"].abs().max() == pytest.approx(0, abs=1e-12)


def test_where_some_sellers_ask_more_what_is_bought_of_them_alone_is_dearer() -> None:
    """40 of the 60 energy that DEU metals buy for 100 come from IND and USA: 0.5 × 0.4, and a quarter of it in goods.

    Final users of DEU buy energy at home, for which nobody asks more; they pay 40 × 0.2 and 175 × 0.05.
    """
    _, timeline = laid_out(price(0.5, "energy", "DEU", origins=["IND", "USA"]))
    (rises,), (won,) = timeline.price_rises, timeline.windfalls
    assert rises[row("DEU metals")] == pytest.approx([0.2] * 3)
    assert rises[row("DEU goods")] == pytest.approx([0.05] * 3)
    assert rises[row("DEU energy")] == pytest.approx([0] * 3)
    assert rises[row("USA energy")] == pytest.approx([0.5, 0, 0])
    assert [won[row(f"{region} energy")] for region in REGIONS] == pytest.approx([0, 5, 15])
    found = run_shock(hand_world(), shock(price(0.5, "energy", "DEU", origins=["IND", "USA"])), FIRM, steps=2, bands=1)
    effects = found.price_effects()
    assert effects.loc[list(REGIONS), "real_income_loss"].tolist() == pytest.approx([16.75, 2.75, 0.5])
    assert effects.loc[list(REGIONS), "windfall"].tolist() == pytest.approx([0, 5, 15])


def test_what_each_seller_asks_more_adds_up_to_what_all_do() -> None:
    apart = [price(0.5, "energy", "DEU", origins=[one]) for one in REGIONS]
    both, together = laid_out(*apart)[1], laid_out(price(0.5, "energy", "DEU"))[1]
    assert sum(both.price_rises) == pytest.approx(together.price_rises[0])
    assert sum(both.costs) == pytest.approx(together.costs[0])
    assert sum(both.windfalls) == pytest.approx(together.windfalls[0])


@pytest.mark.parametrize(
    ("start", "rise", "times", "days"),
    [(200, 0.5, 1.0, "0 to 5"), (200, 0.8, 1.6, "200 to 205"), (200, 0.2, 1.0, "0 to 5")],
)
def test_prices_that_never_hold_at_once_are_never_added_up(start: int, rise: float, times: float, days: str) -> None:
    """Energy dearer by half on days 0 to 5, and again, by as much, more or less, from day 200 on: what counts is
    the dearer time alone, and its days are said."""
    alone = run_shock(hand_world(), shock(price(0.5, "energy", "DEU")), FIRM, steps=2, bands=1)
    two = shock(price(0.5, "energy", "DEU"), price(rise, "energy", "DEU", start=start))
    found = run_shock(hand_world(), two, FIRM, steps=2, bands=1)
    for mine, theirs in (
        (found.prices, alone.prices),
        (
            found.price_effects()["real_income_loss"].sort_index(),
            alone.price_effects()["real_income_loss"].sort_index(),
        ),
        (found.price_effects()["windfall"].sort_index(), alone.price_effects()["windfall"].sort_index()),
        (found.cost_rises()["cost_rise"].sort_index(), alone.cost_rises()["cost_rise"].sort_index()),
    ):
        assert mine.to_numpy() == pytest.approx(times * theirs.to_numpy(), abs=1e-12)
    assert any(f"days {days}, when it costs" in note for note in found.notes)
    assert not any("price events" in note for note in alone.notes)


def test_prices_that_meet_add_up_by_what_is_left_of_each() -> None:
    """The first passes in a straight line over days 5 to 15; on day 10, when the second begins, half of it is left."""
    first = price(0.4, "energy", "DEU", recovery="linear", recovery_days=10)
    found = run_shock(hand_world(), shock(first, price(0.3, "energy", "DEU", start=10)), FIRM, steps=2, bands=1)
    assert found.prices["DEU", "energy"] == pytest.approx(0.2 + 0.3)
    assert found.prices["DEU", "metals"] == pytest.approx(0.6 * (0.2 + 0.3))


def test_the_longer_of_two_delays_holds_and_days_are_rounded_to_steps() -> None:
    weeks = FIRM.model_copy(update={"dt": 7.0, "stock_days": 30.0})
    routes = {"kind": "delay", "origins": ["IND"], "destinations": ["DEU"], "products": ["metals"], "days": 14}
    longer, shorter = routes | {"by": 18}, routes | {"by": 11, "products": ["metals", "goods"]}
    for order in ((longer, shorter), (shorter, longer)):
        timeline = laid_out(*order, parameters=weeks)[1]
        delay = timeline.at(0).delay
        assert delay is not None
        assert (delay[row("IND metals"), 0], delay[row("IND goods"), 0], delay.sum()) == (3, 2, 5)
        assert timeline.longest_delay == 3


@pytest.mark.parametrize(
    ("start", "days", "weeks"), [(0, 119, range(17)), (1, 5, [0]), (4, 17, [1, 2]), (0, 2, [0]), (9, 10, [1])]
)
def test_a_delay_lasts_for_whole_steps_and_no_short_one_is_lost(start: int, days: int, weeks: Sequence[int]) -> None:
    """Days 1 to 5 lie between the first days of two weeks: goods are late in the first."""
    late = {"kind": "delay", "origins": ["IND"], "destinations": ["DEU"], "products": ["metals"], "by": 7}
    parameters = FIRM.model_copy(update={"dt": 7.0, "stock_days": 30.0})
    timeline = laid_out(late | {"start": start, "days": days}, parameters=parameters)[1]
    assert [week for week in range(20) if timeline.at(week).delay is not None] == list(weeks)


def test_the_direct_loss_is_what_industries_and_final_users_no_longer_buy_and_never_more_than_all() -> None:
    """India's metals for DEU: 30 of goods' inputs and 25 of households', half of them; then all capacity as well."""
    timeline = laid_out(ban(0.5, ["IND"], ["DEU"], "metals"))[1]
    now = timeline.at(0)
    assert timeline.directly_lost(now, now.lost)[row("IND metals")] == pytest.approx(27.5)
    events = ban(1, ["IND"], ["DEU"], "metals"), capacity(0.8, "IND metals"), demand(-0.5, "metals")
    timeline = laid_out(*events)[1]
    now = timeline.at(0)
    direct = timeline.directly_lost(now, now.lost)
    assert direct[row("IND metals")] == pytest.approx(100)
    assert direct[row("USA metals")] == pytest.approx(40)
    assert timeline.first_day == 0
    assert laid_out(capacity(0.1, "DEU goods", start=4), capacity(0.1, "DEU goods", start=9))[1].first_day == 4


def test_capital_of_two_events_is_lost_together_and_rebuilt_from_its_suppliers() -> None:
    """Capital is four years of value added: metals 160, goods 400. A tenth of goods; 56 over both by capital: 16, 40.

    Goods buy metals 5 : 3 : 2. Metals buy no goods: they rebuild as DEU's final users buy goods, 175 : 40 : 20.
    """
    first = capital("DEU goods", share=0.1, rebuilding={"metals": 1.0}, days=3)
    second = capital("DEU metals goods", amount=56, rebuilding={"goods": 1.0}, days=1)
    timeline = laid_out(first, second)[1]
    assert timeline.rebuilding.capital.tolist() == pytest.approx([160, 400])
    destroyed = timeline.at(0).destroyed
    assert destroyed is not None
    assert destroyed.sum(axis=0).tolist() == pytest.approx([16, 80])
    assert [destroyed[row(f"{region} metals"), 1] for region in REGIONS] == pytest.approx([20, 12, 8])
    assert [destroyed[row(f"{region} goods"), 0] for region in REGIONS] == pytest.approx(
        [16 * part / 235 for part in (175, 40, 20)]
    )
    assert timeline.at(1).destroyed is None
    assert timeline.at(0).rebuild is None
    after_one, after_three = timeline.at(1).rebuild, timeline.at(3).rebuild
    assert after_one is not None
    assert after_three is not None
    alone = laid_out(first)[1]
    assert alone.at(2).rebuild is None
    assert alone.at(3).rebuild is not None


def test_a_group_shares_its_part_of_the_rebuilding() -> None:
    event = capital("DEU goods", share=0.1, rebuilding={"manufacturing": 0.6, "energy": 0.4})
    (written,) = resolved(hand_world(), shock(event)).events
    assert written.rebuilding == pytest.approx({"metals": 0.3, "goods": 0.3, "energy": 0.4})  # type: ignore[union-attr]


def test_every_event_of_a_shock_is_scaled_and_starts_when_it_did() -> None:
    ends = {"recovery": "linear", "recovery_days": 6}
    two = shock(capacity(0.2, "DEU goods", start=3, **ends), ban(0.4, ["IND"], ["DEU"], "metals", start=8))
    first, second = scaled(two, size=2, days=3).events
    assert (first.start, first.days, first.recovery_days, first.share) == (3, 15, 18, 0.4)  # type: ignore[union-attr]
    assert (second.start, second.days, second.share) == (8, 15, 0.8)  # type: ignore[union-attr]


# -- how firms behave --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("psi", "first", "left"), [(0.5, 7, 0.8), (1.0, 2, 0.9)])
def test_production_falls_when_less_than_the_wanted_share_of_stocks_is_left(
    psi: float, first: int, left: float
) -> None:
    """No energy for DEU: stocks of ten days lose one a day from the second day on; each day cuts what is left anew.

    With ψ = 0.5 the eighth day begins with 4 of the 5 days that are wanted, with ψ = 1 the third with 9 of 10.
    """
    found = course(first + 3, shortage(1, "energy", days=50), parameters=FIRM.model_copy(update={"psi": psi}))
    relative = made(found, "DEU metals") / 100
    assert relative[:first] == pytest.approx(1)
    step = 1 - 0.1 / psi  # a day's use is a tenth of the stock
    assert relative[first:] == pytest.approx([left, left * step, left * step**2])
    assert made(found, "IND metals") == pytest.approx(100)
    assert (found.short_from[row("DEU metals")], found.short_of[row("DEU metals")]) == (first, 0)
    # Value added lost while energy was what fell short: 0.4 a million of output, by the day.
    lost = (100 - made(found, "DEU metals")).sum() / 365
    assert found.halted_by.tolist() == pytest.approx([0.4 * lost, 0, 0])
    assert found.lost_output[row("DEU metals")] == pytest.approx(lost)
    assert found.stocks[0, :2] == pytest.approx(1)  # nobody keeps goods


def test_an_input_that_is_not_essential_stops_nobody() -> None:
    parameters = FIRM.model_copy(update={"non_essential": ("energy",)})
    assert made(course(15, shortage(1, "energy", days=50), parameters=parameters), "DEU metals") == pytest.approx(100)


def test_what_is_missing_of_stocks_is_ordered_over_the_time_to_restock() -> None:
    """Three days without orders: seven of ten days are left, and a thirtieth of the gap is ordered besides, each day.

    Firms come first, so that what energy they ask for they get: 60 for DEU's metals, 40 for India's.
    """
    received = course(6, shortage(1, "energy", days=3)).received[:, 0]
    assert received == pytest.approx([100, 40, 40, 40, 60 * (1 + 3 / 30) + 40, 60 * (1 + 2.9 / 30) + 40])


@pytest.mark.parametrize(("destock", "ordered"), [(False, 1.0), (True, 0.9)])
def test_stocks_that_are_too_high_are_kept_unless_firms_destock(destock: bool, ordered: float) -> None:
    """Capacity is halved: metals want half of their stock, and order half of their use less (10 − 0.5 − 5)/30."""
    parameters = FIRM.model_copy(update={"destock": destock})
    received = course(2, capacity(0.5, "DEU metals"), parameters=parameters).received[1, 0]
    less = (10.5 - 5) / 30 if destock else 0
    assert received == pytest.approx(60 * (0.5 - less) + 40)


def test_goods_on_their_way_count_against_orders_and_the_longer_way_is_filled() -> None:
    """Energy takes five days longer to DEU, so that five days of use more belong on the way.

    Day 0: 1 was sent, 19 of 20 days are left: order 1 + (20 − 19 − 1 + 5)/30 = 7/6. Day 1: 7/6 sent, 18 left, 13/6 on
    the way: order 1 + (20 − 18 − 13/6 + 5)/30. Nothing arrives before the sixth day.
    """
    late = {"kind": "delay", "origins": ALL, "destinations": ["DEU"], "products": ["energy"], "by": 5, "days": 30}
    parameters = FIRM.model_copy(update={"stock_days": 20.0})
    received = course(8, late, parameters=parameters).received[:, 0] - 40
    second = 1 + (7 - 13 / 6) / 30
    assert received / 60 == pytest.approx([0, 0, 0, 0, 0, 1, 7 / 6, second])


def test_capital_is_rebuilt_by_the_time_to_rebuild_and_as_far_as_routes_are_open() -> None:
    """4 of 400 are destroyed; from day 1 on a hundredth of what is left is ordered, of India's part half may come."""
    event = capital("DEU goods", share=0.01, rebuilding={"metals": 1.0})
    parameters = FIRM.model_copy(update={"rebuild_days": 100.0})
    room = demand(-0.5, "metals", days=50)  # so that metals can deliver what is asked besides
    free = made(course(4, event, room, parameters=parameters), "DEU goods")
    assert free == pytest.approx([198, 198, 200 * (1 - 0.01 * 0.99), 200 * (1 - 0.01 * 0.99**2)])
    closed = ban(0.5, ["IND"], ["DEU"], "metals", days=50)
    held = made(course(3, event, room, closed, parameters=parameters), "DEU goods")
    assert held[2] == pytest.approx(200 * (1 - (4 - 0.04 * 0.85) / 400))


def test_the_size_of_capital_is_a_parameter_of_a_run() -> None:
    """20 of two years' value added, 200: a tenth of the capacity is gone."""
    event = capital("DEU goods", amount=20, rebuilding={"metals": 1.0}, days=9)
    parameters = FIRM.model_copy(update={"capital_per_value_added": 2.0})
    found = run_shock(hand_world(), shock(event), parameters, steps=3, bands=1)
    assert found.production["DEU", "goods"].to_list() == pytest.approx([180] * 3)


FIRST_SERVED = [
    (("industries",), 50),
    (("final demand",), 0),
    ((), 25),
    (("goods", "final demand"), 50),
    (("energy", "final demand"), 0),
]


@pytest.mark.parametrize(("priority", "unmet"), FIRST_SERVED)
def test_who_comes_first_is_served_first(priority: tuple[str, ...], unmet: float) -> None:
    """Half of DEU's metals: 50 for 50 of firms and 50 of final users."""
    parameters = FIRM.model_copy(update={"priority": priority})
    found = run_shock(hand_world(), shock(capacity(0.5, "DEU metals")), parameters, steps=1, bands=1)
    assert found.unmet.iloc[0].sum() == pytest.approx(unmet)


def test_final_demand_that_waits_is_asked_for_over_its_days() -> None:
    """A day at half capacity leaves 100 a year unmet: 87.5, 7.5 and 5 of DEU, IND and USA; then 60 % is wished.

    They wish 141, 45 and 54 of goods, DEU's 105, 9 and 6 of them; a tenth of what waits is asked for each day.
    """
    events = capacity(0.5, "DEU goods", days=1), demand(-0.4, "goods", start=1, days=50)
    parameters = FIRM.model_copy(update={"backlog_days": 10.0})
    found = made(course(3, *events, parameters=parameters), "DEU goods")

    def asked(part: float) -> float:
        return 105 * (1 + 87.5 * part / 141) + 9 * (1 + 7.5 * part / 45) + 6 * (1 + 5 * part / 54)

    assert found == pytest.approx([100, asked(0.1), asked(0.09)])
    assert made(course(3, *events), "DEU goods") == pytest.approx([100, 120, 120])


def test_output_above_normal_rises_with_scarcity() -> None:
    """100 are asked of 50: α = 1 + 0.2 × 50/100 × 1/2 = 1.05 of the half that is left, with two days to reach 1.2."""
    parameters = FIRM.model_copy(update={"overproduction": 1.2, "overproduction_days": 2.0})
    lasting = made(course(2, capacity(0.5, "DEU metals", days=3), parameters=parameters), "DEU metals")
    assert lasting == pytest.approx([50, 52.5])


def test_output_above_normal_goes_back_when_nothing_is_short() -> None:
    """Day 1: α = 1.05, as above; day 2: half of the way back, 1.025; day 3 asks 130 of the 100 that were supplied."""
    parameters = FIRM.model_copy(update={"overproduction": 1.2, "overproduction_days": 2.0})
    events = capacity(0.5, "DEU metals", days=1), demand(0.6, "metals", start=3)
    found = made(course(4, *events, parameters=parameters), "DEU metals")
    assert found == pytest.approx([50, 100, 100, 100 * (1.025 + (1.2 - 1.025) * 30 / 130 / 2)])


def test_what_a_table_draws_from_inventories_and_leaves_unexplained_is_supplied_and_not_made() -> None:
    """DEU's goods: 195 of sales less 20 drawn; at half capacity 87.5 and these 20. USA's: 100 less 10 unexplained."""
    drawn = FINAL | {("DEU goods", "DEU inventories"): -20}
    economy = hand_world(final=drawn, unexplained={"USA goods": -10, "IND goods": 10})
    body = prepare(economy)
    assert body.x[[row("DEU goods"), row("USA goods"), row("IND goods")]] == pytest.approx([175, 90, 110])
    assert body.drawn[[row("DEU goods"), row("USA goods"), row("IND goods")]] == pytest.approx([20, 10, 0])
    found = run_shock(economy, shock(capacity(0.5, "DEU goods")), FIRM, steps=2, bands=1)
    assert found.production["DEU", "goods"].to_list() == pytest.approx([87.5, 87.5])
    assert found.production["USA", "goods"].to_list() == pytest.approx([90, 90])
    assert found.unmet.iloc[0].sum() == pytest.approx(195 - 107.5)


def test_a_ban_holds_for_final_users_at_once() -> None:
    """Half of the 15 of goods that India's households buy from DEU; others get all of theirs."""
    found = run_shock(hand_world(), shock(ban(0.5, ["DEU"], ["IND"], "goods")), FIRM, steps=2, bands=1)
    assert found.unmet.iloc[0]["IND", "goods"] == pytest.approx(7.5)
    assert found.unmet.iloc[0].sum() == pytest.approx(7.5)
    assert found.production["DEU", "goods"].to_list() == pytest.approx([192.5, 192.5])


# Half of the final demand for metals gives makers room, so that what is ordered of them is made.
ROOM = demand(-0.5, "metals", days=50)


@pytest.mark.parametrize(("days", "turned"), [(None, 0.0), (10.0, 0.1), (2.0, 0.5), (0.0, 1.0)])
def test_orders_turn_to_those_who_can_make_at_the_speed_of_substitution(days: float | None, turned: float) -> None:
    """DEU's metals can make half: of their 5 : 3 : 2 the preference for them falls by the share of the way in a step.

    India's are then asked for 20 and 25 as ever and for 30 of what the three can make together.
    """
    parameters = FIRM.model_copy(update={"substitution_days": days})
    found = made(course(2, capacity(0.5, "DEU metals"), ROOM, parameters=parameters), "IND metals")
    assert found == pytest.approx([75, 45 + 30 / (0.5 * (1 - 0.5 * turned) + 0.5)])


@pytest.mark.parametrize(("sourcing", "ability"), [("capacity", 1.0), ("ability", 0.95)])
def test_who_lacks_stocks_is_still_asked_unless_ability_counts(sourcing: str, ability: float) -> None:
    """No energy for DEU: its metals, asked for 75, have 10 + 0.25 − 0.75 = 9.5 of 10 days left on the third day.

    With ψ = 1 they can make 0.95, and a tenth of the way there the preference for them goes in a day.
    """
    parameters = FIRM.model_copy(update={"substitution_days": 10.0, "sourcing": sourcing, "psi": 1.0})
    found = made(course(4, shortage(1, "energy", days=50), ROOM, parameters=parameters), "IND metals")
    assert found[3] == pytest.approx(45 + 30 / (0.5 * (0.9 + 0.1 * ability) + 0.5))


def test_a_loss_is_an_amount_of_the_days_that_it_lasts_whatever_the_step() -> None:
    """Half of DEU's energy for two weeks, in days and in weeks; of the other half firms get their 20."""
    for dt, steps in ((1.0, 14), (7.0, 2)):
        parameters = FIRM.model_copy(update={"dt": dt, "stock_days": 30.0})
        found = course(steps, capacity(0.5, "DEU energy", days=14), parameters=parameters)
        energy = row("DEU energy")
        lost = 50 * 14 / 365
        assert (found.lost_output[energy], found.lost_value_added[energy]) == pytest.approx((lost, lost))
        assert found.direct_value_added[energy] == pytest.approx(lost)
        assert found.unmet.sum() == pytest.approx(lost)  # industries come first: all of it is missing to final users
        assert found.received[:, 0] == pytest.approx(100)


def test_inventories_are_those_of_the_product_and_the_region_named() -> None:
    parameters = FIRM.model_copy(update={"inventory_days": {"energy": 30.0, "IND/metals": 5.0, "USA/repair": 7.0}})
    days = behaviour_of(hand_world(), parameters).stock_days
    assert days.tolist() == [[30, 30, 30], [10, 5, 7], [10, 10, 7]]  # products × regions that hold them


def test_draws_keep_to_their_ranges_and_scales() -> None:
    """Stocks of 120 days in place of 60: 40 to 180, evenly in the logarithm; a typed range as it is typed."""
    own = {"inventory_days": {"IND/metals": 60.0}, "ranges": {"psi": (0.6, 0.7)}}
    parameters = Parameters(stock_days=120, **own)  # type: ignore[arg-type]
    values, behaviours = zip(*draw(hand_world(), parameters, 200, seed=4), strict=True)
    days = np.array([one["stock_days"] for one in values])
    assert (days.min(), np.median(days), days.max()) == pytest.approx((40, (40 * 180) ** 0.5, 180), rel=0.01)
    psi = np.array([one["psi"] for one in values])
    assert (psi.min(), psi.max()) == pytest.approx((0.6, 0.7), abs=0.001)
    restock = np.array([one["restock_days"] for one in values])
    assert (restock.min(), restock.max()) == pytest.approx((15, 60), rel=0.01)
    for one, drawn in zip(behaviours, values, strict=True):
        assert one.stock_days[1].tolist() == pytest.approx(
            [drawn["stock_days"], drawn["stock_days"] / 2, drawn["stock_days"]]
        )
        assert one.restock_days == drawn["restock_days"]
        assert one.overproduction_days == drawn["overproduction_days"]


# -- what is read from the runs ----------------------------------------------------------------------------------------

BODY = prepare(hand_world())
WEEK = 7.0


def typed(scale: float = 1.0, halted: float = 3.0) -> Course:
    """A course of four weeks: DEU falls to 0.9, 1, 0.8 and 1 of its 240, India to 0.95 in the first; USA stays."""
    value_added = np.tile([240.0, 240.0, 300.0], (4, 1))
    value_added[:, 0] *= [0.9, 1, 0.8, 1]
    value_added[0, 1] *= 0.95
    lost_value_added = np.zeros(9)
    lost_value_added[[row("DEU metals"), row("DEU goods"), row("IND goods")]] = 2 * scale, 6 * scale, 1 * scale
    unmet = np.zeros((3, 3))
    unmet[2] = 5, 1, 2
    short_from, short_of = np.full(9, -1), np.full(9, -1)
    short_from[[row("DEU metals"), row("IND metals"), row("DEU goods")]] = 3, 1, 2
    short_of[[row("DEU metals"), row("IND metals"), row("DEU goods")]] = 0, 0, 1
    return Course(
        dt=WEEK,
        value_added=value_added,
        lost_output=3 * lost_value_added,
        lost_value_added=lost_value_added,
        direct_value_added=lost_value_added / 4,
        along_chains=lost_value_added,
        made_up=lost_value_added / 4,
        unmet=unmet,
        stocks=np.ones((4, 3)),
        received=np.ones((4, 3)),
        short_from=short_from,
        short_of=short_of,
        halted_by=np.array([halted, 1.0, 0]),
        missing=np.array([[0, 2.0, 1.0], [0, 0, 0], [0, 0, 0]]),
    )


def test_losses_of_a_region_and_of_the_world() -> None:
    found = losses(BODY, typed(), ["DEU"])
    expected = {
        "lost_value_added": 8,
        "lost_value_added_share": 8 / (240 * 28 / 365),
        "direct_loss": 2,
        "indirect_loss": 6,
        "lost_along_chains": 8,
        "made_up": 2,
        "direct_loss_elsewhere": 0.25,
        "lost_gross_output": 24,
        "unmet_final_demand": 5,
        "unmet_final_demand_elsewhere": 3,
        "deepest_loss_share": 0.2,
        "days_to_recover": 21,
    }
    assert found == pytest.approx(expected)
    world = losses(BODY, typed())
    assert world["indirect_per_direct"] == pytest.approx(3)
    assert not {"direct_loss_elsewhere", "unmet_final_demand_elsewhere"} & {*world}
    assert world["unmet_final_demand"] == pytest.approx(8)
    assert world["lost_value_added_share"] == pytest.approx(9 / (780 * 28 / 365))
    assert world["deepest_loss_share"] == pytest.approx(48 / 780)
    assert losses(BODY, typed(), ["IND"])["days_to_recover"] == 7


def test_the_band_has_its_middle_and_all_its_ends() -> None:
    """Twenty-one draws lose 0, 8 … 160 in DEU: the k-th percentile is 1.6 k. The central run is none of them."""
    draws = [typed(scale) for scale in range(21)]
    columns = ["central", "min", "p5", "median", "p95", "max"]
    line = summary_frame(BODY, typed(), draws, ["DEU"]).loc["lost_value_added", columns]
    assert line.to_list() == pytest.approx([8, 0, 8, 80, 152, 160])
    losers = losers_frame(BODY, typed(), draws)
    assert list(losers.index[:3]) == [("DEU", "goods"), ("DEU", "metals"), ("IND", "goods")]
    assert losers.loc[("DEU", "goods"), columns].to_list() == pytest.approx([6, 0, 6, 60, 114, 120])
    assert losers.loc[("DEU", "metals"), ["share_of_year", "direct"]].to_list() == pytest.approx([2 / 40, 0.5])
    regions = lost_by_frame(BODY, typed(), draws, "region")
    assert regions.loc["DEU", columns].to_list() == pytest.approx([8, 0, 8, 80, 152, 160])
    assert regions.loc[["DEU", "IND"], "share"].to_list() == pytest.approx([8 / 9, 1 / 9])
    sectors = lost_by_frame(BODY, typed(), draws, "sector")
    assert sectors["central"].to_dict() == pytest.approx({"goods": 7, "metals": 2, "energy": 0})


def test_what_breaks_first_is_told_by_the_day_and_the_share_of_draws() -> None:
    draws = [typed(halted=halted) for halted in (0.0, 0.0, 1.0, 2.0)]
    found = bottlenecks_frame(BODY, typed(), draws)
    energy = found.loc["energy"]
    told = ["first_day", "first_region", "first_sector", "users_cut", "lost_value_added", "in_runs"]
    assert energy[told].to_list() == [7, "IND", "metals", 2, 3, 0.5]
    assert found.loc["metals", told].to_list() == [14, "DEU", "goods", 1, 1, 1]
    assert found["lost_supplier"].to_dict() == {"energy": "IND", "metals": ""}


def test_of_those_who_halt_on_one_day_the_largest_is_named() -> None:
    """Metals of IND make 60 of value added, those of DEU 40."""
    found = typed()
    found.short_from[row("DEU metals")] = 1
    line = bottlenecks_frame(BODY, found, [found]).loc["energy"]
    assert line[["first_region", "first_sector"]].to_list() == ["IND", "metals"]


def test_two_firms_of_two_sectors_are_both_taken_out() -> None:
    """A fifth of DEU's metals and a quarter of its energy: 0.2 × 40 and 0.25 × 100 of value added, for ten days."""
    parts = [
        {"region": "DEU", "sector": "metals", "label": "mill", "output_share": 0.2},
        {"region": "DEU", "sector": "energy", "label": "plant", "output_share": 0.25},
    ]
    stop = {"kind": "capacity", "sectors": ["all"], "share": 1.0, "days": 10}
    both = Shock.model_validate(
        {"id": "two", "parts": parts, "events": [stop | {"regions": ["DEU.mill", "DEU.plant"]}]}
    )
    found = run_shock(hand_world(), both, FIRM.model_copy(update={"stock_days": 40.0}), steps=10, bands=1)
    assert found.economy.regions[3:] == ("DEU.mill", "DEU.plant")
    assert found.summary().loc["direct_loss", "central"] == pytest.approx((8 + 25) * 10 / 365)


def test_days_and_horizon_are_counted_in_days() -> None:
    weekly = FIRM.model_copy(update={"dt": 7.0, "stock_days": 30.0})
    found = run_shock(hand_world(), shock(capacity(0.5, "DEU goods")), weekly, steps=3, bands=1)
    assert found.value_added.index.to_list() == [0, 7, 14]
    assert stress(hand_world(), "DEU", shocks=HIT, runs=1, steps=3).horizon == 21


def test_bands_of_a_run_are_of_each_regions_own_normal() -> None:
    """Half of DEU's metals, 20 of its 240: the first day in every draw. On the second 30 less of energy are ordered."""
    found = run_shock(hand_world(), shock(capacity(0.5, "DEU metals")), FIRM, steps=2, bands=3)
    first = found.bands.iloc[0]
    assert first["USA", "median"] == pytest.approx(1)
    assert first["DEU", "median"] == pytest.approx(1 - 20 / 240)
    assert first["world", "median"] == pytest.approx(1 - 20 / 780)
    lines = found.summary()
    ends = lines.loc["lost_value_added", ["min", "median", "max"]].to_list()
    assert np.sort(found.runs["lost_value_added"]).tolist() == pytest.approx(ends)
    assert lines.loc[["lost_gross_output", "lost_value_added"], "central"].to_list() == pytest.approx(
        [130 / 365, 70 / 365]
    )


# -- stress ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def economy() -> Economy:
    return hand_world()


HIT = {
    "goods": shock(capacity(0.5, "DEU goods", days=14)),
    "energy": shock({"kind": "shortage", "regions": ["home"], "products": ["energy"], "share": 0.9, "days": 60}),
}


def test_a_stress_test_sums_up_its_runs(economy: Economy) -> None:
    """Forty draws: the tail is the mean of the worst two of one shock, and of the worst four of both."""
    found = stress(economy, "DEU", shocks=HIT, runs=40, steps=30, parameters=Parameters(dt=7, stock_days=20))
    for id in HIT:
        runs, line = found.runs.loc[id], found.shocks.loc[id]
        assert line["value_added_at_risk_mean"] == pytest.approx(runs["value_added_at_risk"].mean())
        worst = np.sort(runs["value_added_at_risk"].to_numpy())[-2:]
        assert line["value_added_at_risk_tail"] == pytest.approx(worst.mean())
        assert line["days_to_recover"] == pytest.approx(np.sort(runs["days_to_recover"].to_numpy())[19:21].mean())
    pooled = np.sort(found.runs["value_added_at_risk"].to_numpy())
    assert pooled[-1] > pooled[-2]
    assert found.shocks.loc["all", "value_added_at_risk_tail"] == pytest.approx(pooled[-4:].mean())
    assert found.regions.loc["DEU", ["mean", "tail"]].to_list() == pytest.approx([pooled.mean(), pooled[-4:].mean()])
    lost = found.regions["mean"] * [240, 240, 300]
    assert found.shocks.loc["all", "world_mean"] == pytest.approx(lost.sum())
    by_sector = found.sectors["mean"] * [100, 40, 100]
    assert by_sector.sum() / 240 == pytest.approx(pooled.mean())
    both = found.shocks["world_mean"]
    assert both["all"] == pytest.approx((both["goods"] + both["energy"]) / 2)
    other = stress(economy, "DEU", shocks=HIT, runs=40, steps=30, seed=2, parameters=Parameters(dt=7, stock_days=20))
    assert not other.runs.equals(found.runs)
    # Half of goods' 100 for two weeks is the least that is lost of 240.
    assert found.runs.loc["goods", "value_added_at_risk"].min() >= 50 * 14 / 365 / 240 - 1e-9


def result(losses_: list[float], days: list[float]) -> StressResult:
    found = stress(hand_world(), "DEU", shocks={"goods": HIT["goods"]}, runs=len(days), steps=2)
    runs = found.runs.copy()
    runs["value_added_at_risk"], runs["days_to_recover"] = losses_, days
    return StressResult("DEU", 1, found.shocks, found.sectors, found.regions, runs, 100.0)


def test_stress_figures_are_in_percent_and_days_within_the_horizon() -> None:
    before, after = result([0.01, 0.02, 0.06], [10, 30, np.inf]), result([0.01, 0.03, 0.02], [np.inf, 40, np.inf])
    assert (at_risk(before), at_risk_in_the_tail(before)) == pytest.approx((3, 6))
    assert (at_risk(before, 1), at_risk_in_the_tail(before, 2)) == pytest.approx((2, 6))
    assert (days_until_recovered(before), days_until_recovered(after)) == (30, 100)
    assert changes_by_run(at_risk, before, after) == pytest.approx([0, 1, -4])
    assert float(tail_mean(np.arange(40.0))) == pytest.approx(38.5)


def test_the_band_of_a_stress_figure_is_over_the_behaviours() -> None:
    """At risk 3 % before and 2 % after; by behaviour 0, +1 and −4."""
    twin = Twin(hand_world(), {})
    before = replace(twin.before(), stress=result([0.01, 0.02, 0.06], [10, 30, 50]))
    after = replace(twin.before(), stress=result([0.01, 0.03, 0.02], [10, 20, 90]))
    found = outcomes(before, after, region="DEU")
    risk, days = found["value-added-at-risk"], found["days-to-recover"]
    assert (risk.before, risk.after, risk.change) == pytest.approx((3, 2, -1))
    assert risk.band == pytest.approx((-4, 1))
    assert (days.before, days.after) == (30, 20)
    assert days.band == (-10, 40)


def test_who_is_home_abroad_and_the_largest_supplier(economy: Economy) -> None:
    """DEU's industries buy 50 of USA and 40 of IND."""
    roles = roles_of(economy, "DEU")
    assert roles == {"home": ("DEU",), "abroad": ("IND", "USA"), "top-supplier": ("USA",)}


def test_each_future_is_stressed_by_behaviours_of_its_own() -> None:
    assert [StressPlan("DEU", seed=3).drawn_for(number).seed for number in (0, 1, 5)] == [3, 4, 8]


assert SECTORS == ("energy", "metals", "goods")  # the order in which products stand in the courses above
