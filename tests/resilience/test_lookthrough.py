from __future__ import annotations

import numpy as np
import pytest

from kaldor.errors import UnknownLabelError
from kaldor.resilience.lookthrough import import_dependence
from tests.economy.random_tables import random_economy


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


def test_shares_add_up_and_hidden_is_the_gap():
    found = import_dependence(random_economy(4), "R02")
    suppliers, products = found.by_supplier(), found.by_product()
    for frame in (suppliers, products):
        for measure in ("face_value", "look_through"):
            assert frame[measure].sum() == pytest.approx(found.foreign_share()[measure])
        np.testing.assert_allclose(frame["hidden"], frame["look_through"] - frame["face_value"])
    assert "R02" not in suppliers.index
    assert products["suppliers_hhi"].between(0.5, 1).all()  # two foreign regions stand behind every product
    assert suppliers["look_through"].is_monotonic_decreasing


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
    assert found.foreign_share()["look_through"] > found.foreign_share()["face_value"]
    assert "CHN" in found.by_supplier().nlargest(3, "hidden").index
