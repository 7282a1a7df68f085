from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.accounts import country_accounts
from kaldor.economy.aggregate import added_up, aggregate
from kaldor.errors import InputError, UnknownLabelError
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


def test_a_text_adds_sectors_up_by_code_name_or_group():
    """By hand: manufacturing is s00 to s02, so that two regions of four sectors become two of two."""
    economy = random_economy(1, regions=2, sectors=4)
    small = added_up(economy, "from,to\nmanufacturing,making\n", "aggregate")
    assert small.sectors == ("making", "s03")
    block = economy.Z[np.ix_([0, 1, 2], [4, 5, 6])]
    assert small.Z[0, 2] == pytest.approx(block.sum())
    assert small.Z[3, 1] == pytest.approx(economy.Z[7, 3])
    assert small.x[0] == pytest.approx(economy.x[:3].sum())
    assert small.notes[-1] == "Sectors were added up before this was asked, from 4 to 2."
    named = dict(zip(economy.sectors, economy.sector_names, strict=True))
    assert added_up(economy, f"from,to\n{named['s00']},a\ns01,a\n", "aggregate").sectors == ("a", "s02", "s03")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from,to\nmanufacturing,a\ns01,b\n", "aggregate: s01: goes to several sectors"),
        ("from,to,weight\ns01,a,0.5\ns01,b,0.5\n", "aggregate: s01: goes to several sectors"),
        ("from,into\ns01,a\n", "aggregate, line 1: column 'to' is missing"),
    ],
)
def test_a_sum_that_would_not_be_whole_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        added_up(random_economy(1, sectors=4), text, "aggregate")


def test_a_sector_that_is_not_there_has_its_near_match():
    with pytest.raises(UnknownLabelError, match="s03"):
        added_up(random_economy(1, sectors=4), "from,to\ns033,a\n", "aggregate")
