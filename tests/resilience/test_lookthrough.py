from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from kaldor.errors import UnknownLabelError
from kaldor.resilience.lookthrough import MEASURES, import_dependence
from kaldor.twin.outcomes import outcomes
from kaldor.twin.twin import Twin
from tests.economy.random_tables import random_economy
from tests.resilience.two_by_two import two_by_two


def test_looking_through_equals_the_inverse_of_everything_outside_the_block():
    economy = random_economy(3)
    found = import_dependence(economy, "R00", ["s00", "s01"])
    rows = economy.index
    inside = (rows.get_level_values("region") == "R00") & rows.get_level_values("sector").isin(["s00", "s01"])
    A, Z = economy.A(), economy.Z
    bought = Z[np.ix_(~inside, inside)].sum(axis=1)
    through = np.linalg.solve(np.eye((~inside).sum()) - A[np.ix_(~inside, ~inside)], bought)
    np.testing.assert_allclose(found.inputs["face_value"], bought)
    np.testing.assert_allclose(found.inputs["look_through"], through)


BY_HAND = {
    # Goods of A buy 30 of its services and 20 of B's goods; B's services stand behind both, and A's behind those.
    "A": {"face_value": Fraction(2, 5), "value_added": Fraction(242, 459), "look_through": Fraction(178, 333)},
    # Goods of B buy services at home alone; behind those stand services and goods of A.
    "B": {"face_value": Fraction(0), "value_added": Fraction(67, 850), "look_through": Fraction(10, 97)},
}


@pytest.mark.parametrize("region", BY_HAND)
def test_two_countries_by_hand(region):
    share = import_dependence(two_by_two(), region).foreign_share()
    assert share.to_dict() == pytest.approx({measure: float(part) for measure, part in BY_HAND[region].items()})


@pytest.mark.parametrize("region", BY_HAND)
def test_the_metrics_of_a_scenario_are_the_same_shares(region):
    before = Twin(two_by_two()).before()
    found = outcomes(before, before, region=region)
    of = {"foreign-share-direct": "face_value", "foreign-value-added-share": "value_added"}
    of |= {"foreign-share": "look_through"}
    shares = {measure: 100 * float(part) for measure, part in BY_HAND[region].items()}
    assert {measure: found[id].before for id, measure in of.items()} == pytest.approx(shares)
    assert "counts chains twice" in found["foreign-share"].metric.title


def test_shares_add_up_and_hidden_is_the_gap():
    found = import_dependence(random_economy(4), "R02")
    suppliers, products = found.by_supplier(), found.by_product()
    for frame in (suppliers, products):
        for measure in MEASURES:
            assert frame[measure].sum() == pytest.approx(found.foreign_share()[measure])
        np.testing.assert_allclose(frame["hidden"], frame["value_added"] - frame["face_value"])
    assert "R02" not in suppliers.index
    assert products["suppliers_hhi"].between(0.5, 1).all()  # two foreign regions stand behind every product
    assert suppliers["value_added"].is_monotonic_decreasing


def test_a_closed_region_depends_on_nobody():
    found = import_dependence(random_economy(5, regions=1), "R00", ["s00"])
    assert found.foreign.empty


def test_the_largest_suppliers_of_a_product_are_named_with_their_share():
    found = import_dependence(random_economy(6), "R00")
    suppliers = found.suppliers_of("s01")
    assert list(suppliers.index) == sorted(suppliers.index, key=lambda region: -suppliers[region])
    assert suppliers.sum() == pytest.approx(1)


def test_an_unknown_sector_is_told_the_near_match():
    with pytest.raises(UnknownLabelError, match="s01"):
        import_dependence(random_economy(7), "R00", ["s1"])


@pytest.mark.real
def test_german_manufacturing_depends_more_on_abroad_than_its_own_purchases_show(wiod):
    found = import_dependence(wiod(2009), "DEU")
    share = {measure: round(100 * float(part), 1) for measure, part in found.foreign_share().items()}
    assert share == {"face_value": 43.1, "value_added": 46.9, "look_through": 56.7}
    assert list(found.by_supplier().nlargest(3, "hidden").index) == ["USA", "ROW", "RUS"]
