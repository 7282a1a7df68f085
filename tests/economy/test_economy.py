from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.errors import InputError, UnknownLabelError
from tests.economy.random_tables import random_economy, random_published


def test_published_output_is_kept_and_the_rest_is_labelled():
    economy = random_economy(1, idle=1)
    np.testing.assert_allclose(economy.Z.sum(axis=1) + economy.Y.sum(axis=1) + economy.discrepancy, economy.x)
    assert economy.unallocated("co2")[0] == economy.extension("co2").F[0] > 0
    assert economy.unallocated("co2")[1:].sum() == 0
    assert economy.S("co2")[0] == 0


def test_an_economy_cannot_be_changed():
    economy = random_economy(1)
    with pytest.raises(ValueError, match="read-only"):
        economy.Z[0, 0] = 1


def test_the_caller_keeps_the_right_to_write_to_its_own_arrays():
    """And what is written there afterwards is not in the economy."""
    table = random_published(1)
    economy = Economy.from_published(table)
    published = economy.Z[0, 0]
    table.Z[0, 0] = published + 5.0
    assert table.Z[0, 0] == published + 5.0
    assert economy.Z[0, 0] == published


def test_published_and_back_is_the_same():
    table = random_published(3)
    again = Economy.from_published(table).to_published()
    assert again.regions == table.regions
    np.testing.assert_array_equal(again.Z, table.Z)
    np.testing.assert_array_equal(again.extensions[0].F, table.extensions[0].F)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"regions": ("R00", "R00", "R02")}, r"region label 'R00' stands 2 times"),
        ({"Z": np.zeros((3, 3))}, r"Z has shape \(3, 3\), expected \(12, 12\)"),
        ({"x": np.full(12, np.nan)}, r"x at R00/s00 is not a finite number \(12 such cells\)"),
    ],
)
def test_an_unusable_table_is_refused_with_its_place(change, message):
    with pytest.raises(InputError, match=message):
        Economy.from_published(replace(random_published(1), **change))


def test_all_problems_are_told_together():
    table = random_published(1)
    Z = np.array(table.Z)
    Z[1, 2], Z[3, 4] = np.nan, np.inf
    with pytest.raises(InputError) as caught:
        Economy.from_published(replace(table, Z=Z))
    assert len(caught.value.problems) == 2


def test_an_unknown_region_is_told_the_near_match():
    with pytest.raises(UnknownLabelError, match="Did you mean 'R01'"):
        random_economy(1).rows_of("R1")
