"""How far a table's sums may be from its outputs: 1 % or one unit; in a rounded table a thousandth of the largest."""

from __future__ import annotations

import numpy as np

from kaldor.atlas.readers.sums import far_from_output

LABELS, OUTPUT = ("small", "mid", "large"), np.array([10.0, 1_000.0, 20_000.0])


def test_one_per_cent_or_one_unit_may_be_missing():
    assert far_from_output(LABELS, OUTPUT, np.array([11.0, 1_010.0, 19_800.0])) == []
    assert far_from_output(LABELS, OUTPUT, np.array([11.5, 989.0, 20_201.0])) == [
        ("small", 10.0, 11.5), ("mid", 1_000.0, 989.0), ("large", 20_000.0, 20_201.0),
    ]  # fmt: skip


def test_a_rounded_table_may_miss_small_outputs_by_a_thousandth_of_the_largest():
    assert far_from_output(LABELS, OUTPUT, np.array([30.0, 1_020.0, 20_200.0]), rounded=True) == []
    assert far_from_output(LABELS, OUTPUT, np.array([31.0, 979.0, 20_000.0]), rounded=True) == [
        ("small", 10.0, 31.0), ("mid", 1_000.0, 979.0),
    ]  # fmt: skip
