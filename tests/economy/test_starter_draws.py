"""What a draw of the starter world shakes and by how much: each spread by itself, against its figure by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from kaldor.economy.economy import Array
from kaldor.economy.starter import starter_sheets
from kaldor.economy.starter.declared import declared_templates, declared_world
from kaldor.economy.starter.template import Spread, Template, drawn, log_odds, with_column_sums
from kaldor.economy.starter.world import LeftOpen, left_open

TEMPLATES, WORLDS = 2_000, 200
ADDED = np.array([0.4, 0.5, 0.3])
SMALL = Template(
    name="small",
    value_added=ADDED,
    value_added_mix=np.array([0.5, 0.3, 0.2]),
    inputs=with_column_sums(np.ones((3, 3)), 1 - ADDED),
    imported_inputs=np.array([0.2, 0.3, 0.5]),
    imported_final=np.array([0.4, 0.2, 0.6]),
    exported=np.array([0.3, 0.5, 0.4]),
    final_use=np.array([[0.2, 0.1], [0.3, 0.1], [0.2, 0.1]]),
    co2=np.array([1.0, 2.0, 3.0]),
    co2_households=0.3,
)
SPREAD = Spread(
    value_added=0.05, inputs=0.3, inputs_common=0.6, final_use=0.25, imported=0.4, exported=0.5, co2=0.2,
    co2_households=0.35, bilateral=0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def templates() -> list[Template]:
    rng = np.random.default_rng(3)
    return [drawn(SMALL, SPREAD, rng) for _ in range(TEMPLATES)]


def stacked(templates: list[Template], name: str) -> Array:
    return np.array([getattr(one, name) for one in templates])


def together(one: Array, other: Array) -> float:
    return float(np.corrcoef(one, other)[0, 1])


@pytest.mark.parametrize(
    ("name", "spread"),
    [
        ("value_added", 0.05),
        ("co2", 0.2),
        ("imported_inputs", 0.4),
        ("imported_final", 0.4),
        ("exported", 0.5),
        ("co2_households", 0.35),
    ],
)
def test_each_share_is_shaken_by_its_own_spread_and_each_sector_by_itself(templates, name, spread):
    """Of the logarithm of amounts, of the log odds of shares; the middle stays where it was."""
    scale = np.log if name in ("value_added", "co2") else log_odds
    off = scale(stacked(templates, name)) - scale(np.asarray(getattr(SMALL, name)))
    assert off.std(axis=0) == pytest.approx(spread, rel=0.08)
    assert off.mean(axis=0) == pytest.approx(0, abs=0.1 * spread)
    if off.ndim == 2:
        assert abs(together(off[:, 0], off[:, 1])) < 0.08


def test_users_of_a_product_have_a_part_of_its_spread_in_common(templates):
    """ln of one input over another: 0.3² of its own and 0.6² in common, each twice; 0.36 of 0.45 is shared."""
    inputs = stacked(templates, "inputs")
    first, second = (np.log(inputs[:, 0, user] / inputs[:, 1, user]) for user in (0, 1))
    assert first.std() == pytest.approx(np.sqrt(2 * (0.3**2 + 0.6**2)), rel=0.06)
    assert together(first, second) == pytest.approx(0.8, abs=0.03)
    assert inputs.sum(axis=1) + stacked(templates, "value_added") == pytest.approx(1)


def test_a_product_is_shaken_alike_in_all_final_use(templates):
    final = stacked(templates, "final_use")
    between = np.log(final[:, 0, 0] / final[:, 1, 0])
    assert between.std() == pytest.approx(0.25 * np.sqrt(2), rel=0.06)
    assert final[:, 0, 0] / final[:, 0, 1] == pytest.approx(2)
    assert final.sum(axis=(1, 2)) == pytest.approx(1)


def test_a_wider_spread_is_wider_in_every_part():
    wider = SPREAD.times(1.5)
    assert (wider.value_added, wider.inputs, wider.inputs_common) == pytest.approx((0.075, 0.45, 0.9))
    assert (wider.imported, wider.exported, wider.final_use) == pytest.approx((0.6, 0.75, 0.375))
    assert (wider.co2, wider.co2_households) == pytest.approx((0.3, 0.525))


# -- of the whole world ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worlds() -> list[LeftOpen]:
    rng = np.random.default_rng(5)
    return [left_open(starter_sheets(), rng) for _ in range(WORLDS)]


def test_the_margin_lies_anywhere_between_its_bounds(worlds):
    margins = np.array([one.margin for one in worlds])
    low, high = declared_world().margin.low, declared_world().margin.high
    assert (low, high) == (0, 0.2)
    assert margins.min() < 0.01
    assert margins.max() > 0.19
    assert margins.mean() == pytest.approx(0.1, abs=0.01)


def test_emissions_of_each_country_are_as_sure_as_their_publisher_says(worlds):
    log = np.log([list(one.emitted.values()) for one in worlds])
    assert list(worlds[0].emitted) == list(starter_sheets())
    assert log.std() == pytest.approx(0.05, rel=0.05)
    assert abs(together(log[:, 0], log[:, 1])) < 0.2


def test_trade_of_two_countries_strays_from_gravity_whatever_that_of_others_does(worlds):
    log = np.log([one.nearness for one in worlds])
    assert log.std(axis=0).mean() == pytest.approx(0.6, rel=0.03)
    assert abs(together(log[:, 0, 1], log[:, 1, 0])) < 0.2
    middle = np.exp(log.mean(axis=0))
    at = {code: place for place, code in enumerate(starter_sheets())}
    assert middle[at["USA"], at["MEX"]] == pytest.approx(2.99, rel=0.15)  # one bloc
    assert middle[at["USA"], at["CHN"]] == pytest.approx(1, rel=0.15)


def test_whose_technology_stands_in_is_drawn_where_several_might_and_strays_farther(worlds):
    """Viet Nam has no table and three that might stand in, shaken half as far again; Germany its own group's."""
    names = {code: Counter(one.templates[code].name for one in worlds) for code in ("VNM", "DEU")}
    groups = {declared_templates()[id].name for id in ("lower-middle", "upper-middle", "rest-of-world")}
    assert set(names["VNM"]) == groups
    assert all(count == pytest.approx(WORLDS / 3, rel=0.3) for count in names["VNM"].values())
    assert len(names["DEU"]) == 1
    of = {one.name: one.co2 for one in declared_templates().values()}
    for code, spread in (("DEU", 0.73), ("VNM", 1.5 * 0.73)):
        off = [np.log(one.templates[code].co2 / of[one.templates[code].name]) for one in worlds]
        assert np.std(off) == pytest.approx(spread, rel=0.06)
