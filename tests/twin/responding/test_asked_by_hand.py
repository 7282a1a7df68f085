"""What levers ask of the equilibrium, in figures that a person can follow; a second country, two levers together."""

from __future__ import annotations

import numpy as np
import pytest

from kaldor.economy.equilibrium.base import Base
from kaldor.twin.change import Change
from kaldor.twin.order import orders_of
from kaldor.twin.responding.sourcing import Dearer, dearer
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin, act
from tests.twin.hand_world import FINAL, FLOWS, REGIONS, SECTORS, hand_world, setting
from tests.twin.responding.by_hand import OWN, at, balance, only, shock, twin

# -- what levers come to -----------------------------------------------------------------------------------------------


def test_two_levers_on_one_industry_come_to_both() -> None:
    """4 of 12 in India's metals are women, paid a fifth less: to close all of the gap adds (1/15) / (14/15) to pay,
    on top of a floor's 10 %. Half as much again from a worker, and half of a tenth more, are 1.5 × 1.05."""
    metals, there = at("IND", "metals"), {"sectors": ["metals"]}
    both = shock(setting("wage-floor", 10, "IND", **there), setting("close-pay-gap", 100, "IND", **there))
    np.testing.assert_allclose(both.wage_wedge, only((3, 3), {metals: 1.1 * (1 + 1 / 14)}, 1.0))
    both = shock(setting("technology-adoption", 50, "IND", **there), setting("raise-productivity", 10, "IND", **there))
    np.testing.assert_allclose(both.labour_productivity, only((3, 3), {metals: 1.5 * 1.05}, 1.0))


def test_two_countries_pay_each_its_own_price_of_carbon() -> None:
    """30 $ a tonne in Germany's metals are 0.03 million a kt, 20 $ in India's 0.02."""
    prices = (
        setting("carbon-price", price, region, sectors=["metals"]) for region, price in (("DEU", 30), ("IND", 20))
    )
    paid = shock(*prices).carbon_price
    expected = {at("DEU", "metals"): 0.03, at("IND", "metals"): 0.02}
    np.testing.assert_allclose(paid, only(paid.shape, expected, 0.0), atol=1e-15)


def test_a_tariff_and_a_charge_for_carbon_stand_on_the_same_trade_together() -> None:
    """India's metals emit 0.6 kt a million: 6 % at 100 $ a tonne, and a tariff of 10 % besides."""
    charged = shock(
        setting("tariff", 10, "DEU", products=["metals"], away_from=["IND"]),
        setting("border-adjustment", 100, bloc=["DEU"], products=["metals"]),
    ).tariffs
    germany = REGIONS.index("DEU")
    expected = {(*at("IND", "metals"), germany): 0.16, (*at("USA", "metals"), germany): 0.05}
    np.testing.assert_allclose(charged, only((3, 3, 3), expected, 0.0), atol=1e-12)


def test_the_border_charges_what_a_cleaner_maker_still_emits() -> None:
    """India's metals emit 0.6 kt a million, America's 0.5: at 100 $ a tonne 6 % and 5 %. With India's brought down to
    Germany's 0.3 halfway, 4.5 %."""
    border = setting("border-adjustment", 100, bloc=["DEU"], products=["metals"])
    cleaner = setting("clean-technology-abroad", 50, "IND", bloc=["DEU"], sectors=["metals"])
    germany, (india, metals) = REGIONS.index("DEU"), at("IND", "metals")
    usa = REGIONS.index("USA")
    for levers, rate in (((border,), 0.06), ((border, cleaner), 0.045)):
        expected = only((3, 3, 3), {(india, metals, germany): rate, (usa, metals, germany): 0.05}, 0.0)
        np.testing.assert_allclose(shock(*levers).tariffs, expected, atol=1e-12)


def test_a_floor_raises_pay_by_all_of_its_strength_and_equal_pay_by_the_part_of_women() -> None:
    """2 of 8 in Germany's metals are women and 4 of 12 in India's, paid a fifth less: closing half the gap adds half
    of 0.05 / 0.95 and of (1/15) / (14/15) to pay."""
    raised = shock(setting("wage-floor", 5, "DEU", sectors=["metals"])).wage_wedge
    np.testing.assert_allclose(raised, only((3, 3), {at("DEU", "metals"): 1.05}, 1.0))
    equal = shock(setting("close-pay-gap", 50, "DEU", "IND", sectors=["metals"])).wage_wedge
    expected = {at("DEU", "metals"): 1 + 0.5 * 0.05 / 0.95, at("IND", "metals"): 1 + 0.5 / 14}
    np.testing.assert_allclose(equal, only((3, 3), expected, 1.0))


def test_half_of_a_gain_is_half_of_it_where_prices_respond_too() -> None:
    found = shock(setting("raise-productivity", 10, "IND", sectors=["metals"])).labour_productivity
    np.testing.assert_allclose(found, only((3, 3), {at("IND", "metals"): 1.05}, 1.0))


def test_who_must_buy_as_the_region_does_under_a_ban_leaves_other_recipes_as_levers_have_them() -> None:
    """Germany's households buy metals in India alone: banned, they turn as Germany does, who buys 90, 55 and 20 of 165.
    Its goods need half of their 50, 30 and 20."""
    both = shock(
        setting("embargo", 100, "DEU", products=["metals"], away_from=["IND"]),
        setting("use-less", 50, "DEU", sectors=["goods"], products=["metals"]),
    )
    assert both.recipe is not None
    metals, germany, households = both.recipe[SECTORS.index("metals")], REGIONS.index("DEU"), len(SECTORS)
    assert metals[germany, :, SECTORS.index("goods")] == pytest.approx([25, 15, 10])
    assert metals[germany, :, households] == pytest.approx([25 * 90 / 165, 25 * 55 / 165, 25 * 20 / 165])


def test_an_industry_emits_at_base_prices_what_levers_leave_whatever_it_buys() -> None:
    """Germany's metals burn half as much and India's as before; nobody told them to emit less: 30 kt and 60 kt stay."""
    less = shock(setting("use-less", 50, "DEU", sectors=["metals"], products=["energy"]))
    base = balance(twin()).point.scenario.base
    assert less.recipe is not None
    energy, metals = SECTORS.index("energy"), SECTORS.index("metals")
    assert less.recipe[energy, 0, :, metals] == pytest.approx([10, 5, 15])
    burnt = (base.fuel_carbon * base.purchasers_value(less.recipe)).sum(axis=0)[:, :3]
    emitted = less.emission_factor[:, :3] * (burnt + base.process_carbon * base.output)
    np.testing.assert_allclose(emitted[:, metals], [30, 60, 50], rtol=1e-9)
    assert less.emission_factor[0, metals] > 1.01


# -- what makes buyers turn --------------------------------------------------------------------------------------------


def turned(on: Twin, *settings: LeverSetting) -> tuple[Dearer, Base]:
    """What a lever of sourcing makes dearer."""
    before = balance(on)
    change = Change(on.economy)
    act(change, orders_of(on.economy, Scenario(id="t", levers=settings), on.levers))
    return dearer(before.point.scenario.base, change, before.read.million), before.point.scenario.base


def test_the_mean_of_what_is_dearer_is_weighted_by_what_was_bought() -> None:
    """Germany buys 75 of its metals abroad, and India 10: each its own rate, and the mean is of 85 million."""
    metals = {"products": ["metals"]}
    found, base = turned(twin(), setting("reshore", 40, "DEU", **metals), setting("reshore", 20, "IND", **metals))
    product, germany, india = SECTORS.index("metals"), REGIONS.index("DEU"), REGIONS.index("IND")
    rates = {buyer: found.rate[:, product, buyer].max() for buyer in (germany, india)}
    bought = base.flows[product].sum(axis=-1)
    abroad = {buyer: float(np.delete(bought[buyer], buyer).sum()) for buyer in rates}
    assert abroad == pytest.approx({germany: 75, india: 10})
    assert rates[germany] != pytest.approx(rates[india], rel=0.1)
    assert found.mean == pytest.approx((75 * rates[germany] + 10 * rates[india]) / 85)


def test_of_all_that_is_bought_abroad_a_hundredth_stays() -> None:
    """Weights of ω κ^(1 − σ), with the σ of the set: 75 of 165 million become 0.75 of 165."""
    found, base = turned(twin(), setting("reshore", 100, "DEU", products=["metals"]))
    product, germany = SECTORS.index("metals"), REGIONS.index("DEU")
    bought = base.flows[product, germany].sum(axis=-1)
    weight = bought * (1 + found.rate[:, product, germany]) ** (1 - base.elasticities.sourcing[product])
    abroad = np.delete(weight, germany).sum() / weight.sum()
    assert found.capped
    assert abroad == pytest.approx(0.01 * 75 / bought.sum())


def test_what_nobody_else_supplies_at_base_is_said_to_stay() -> None:
    """Germany now buys all of its metals abroad, 30 + 20 + 25: of a fifth of these nothing can be moved."""
    gone = {("DEU metals", "DEU goods"), ("DEU metals", "DEU investment")}
    flows, final = ({key: value for key, value in some.items() if key not in gone} for some in (FLOWS, FINAL))
    final["DEU goods", "DEU investment"] = 40
    on = Twin(hand_world(flows, final), OWN)
    found, _ = turned(on, setting("reshore", 20, "DEU", products=["metals"]))
    assert found.unmoved == pytest.approx(15)
    assert not found.rate.any()
