from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.accounts import country_accounts
from kaldor.economy.aggregate import aggregate
from kaldor.errors import InputError
from tests.economy.random_tables import random_economy


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.lists(st.sampled_from("abc"), min_size=4, max_size=4))
def test_every_total_survives(seed, new_labels):
    economy = random_economy(seed, regions=3, sectors=4, idle=1)
    sectors = dict(zip(economy.sectors, new_labels, strict=True))
    small = aggregate(economy, regions={"R00": "Z", "R01": "Z"}, sectors=sectors)
    assert small.n == 2 * len(set(new_labels))
    for name in ("Z", "Y", "x", "discrepancy", "value_added"):
        assert getattr(small, name).sum() == pytest.approx(getattr(economy, name).sum(), rel=1e-9, abs=1e-9)
    old, new = economy.extension("co2"), small.extension("co2")
    assert new.F.sum() == pytest.approx(old.F.sum())
    assert new.F_Y.sum() == pytest.approx(old.F_Y.sum())
    merged = country_accounts(small, "co2")["production"]
    assert merged["Z"] == pytest.approx(country_accounts(economy, "co2")["production"][["R00", "R01"]].sum())


def test_aggregating_to_nothing_new_changes_nothing():
    economy = random_economy(1)
    same = aggregate(economy)
    for name in ("Z", "Y", "x"):
        np.testing.assert_allclose(getattr(same, name), getattr(economy, name), rtol=1e-12)


def test_a_sector_group_survives_only_where_new_sectors_hold_its_members_alone():
    economy = random_economy(1, sectors=4)  # manufacturing s00–s02, energy s03
    assert aggregate(economy, sectors={"s00": "m", "s01": "m"}).sector_groups["manufacturing"] == ("m", "s02")
    assert "manufacturing" not in aggregate(economy, sectors={"s02": "mix", "s03": "mix"}).sector_groups


def test_an_unknown_label_is_refused_before_anything_is_done():
    with pytest.raises(InputError, match="'R77' is no region"):
        aggregate(random_economy(1), regions={"R77": "Z"})
