"""Who pays a border adjustment, by hand, as seen from two countries (`tests/twin/hand_world.py`)."""

from __future__ import annotations

import pytest

from kaldor.economy.accounts import DISCREPANCY
from kaldor.twin.incidence import incidence
from kaldor.twin.payers import payers
from kaldor.twin.twin import Twin
from tests.twin.hand_world import hand_world, known, lever, scenario, setting

BORDER = scenario(setting("border-adjustment", 100, bloc=["DEU"]))


def test_households_others_and_buyers_abroad_pay_their_parts() -> None:
    """Metals of DEU rise by 0.01, goods by 0.0165; at the border households pay 25 × 0.06 + 30 × 0.01.

    Others of DEU buy 50 + 5 of goods and 40 of metals and pay 0.2 at the border; India's households buy 15 of goods and
    10 of metals, the USA's 10 of goods.
    """
    twin = Twin(hand_world(), known(lever("border_adjustment", "$/t")))
    before, after = twin.before(), twin.run(BORDER)
    found = payers(before, after, "DEU")
    assert list(found) == ["households", "other final users", "buyers abroad", DISCREPANCY]
    assert found["households"] == pytest.approx((120 * 0.0165, 1.8))
    assert found["other final users"] == pytest.approx((55 * 0.0165 + 40 * 0.01, 0.2))
    assert found["buyers abroad"] == pytest.approx((25 * 0.0165 + 10 * 0.01, 0))
    assert found[DISCREPANCY] == pytest.approx((0, 0), abs=1e-12)
    of_india = payers(before, after, "IND")
    assert of_india["households"] == pytest.approx((15 * 0.0165 + 10 * 0.01, 0))
    assert of_india["other final users"] == pytest.approx((0, 0), abs=1e-12)
    assert of_india["buyers abroad"] == pytest.approx((185 * 0.0165 + 40 * 0.01, 2.0))


def test_what_nobody_is_known_to_buy_bears_its_part_too() -> None:
    """100 more of DEU's metals that the table cannot place: they rise by 1 / 200 each."""
    twin = Twin(hand_world(unexplained={"DEU metals": 100}), known(lever("border_adjustment", "$/t")))
    before, after = twin.before(), twin.run(BORDER)
    found = payers(before, after, "DEU")
    assert found[DISCREPANCY] == pytest.approx((0.5, 0))
    total = sum(prices + levies for prices, levies in found.values())
    assert total == pytest.approx(incidence(before, after).burden["total"].sum())
