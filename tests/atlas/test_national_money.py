"""Amounts in national currencies, brought to the money of a table by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.atlas.national_money import in_money_of
from tests.economy.random_tables import random_published

OUTPUTS = {("R00", "s00"): 100.0, ("R00", "s01"): 300.0, ("R01", "s00"): 10.0, ("R02", "s00"): 0.0}
WAGES = {("R00", "s00"): 40.0, ("R00", "s01"): 8.0, ("R01", "s00"): 5.0, ("R02", "s00"): 3.0, ("XXX", "s00"): 2.0}


def test_each_country_has_its_rate_and_one_without_a_rate_has_no_amounts():
    """R00 made 200 of 400, R01 50 of 10 (its second industry is not in the accounts), R02 nothing that is known.

    Of R00 the table has 40 and 160 where the accounts say 50 and 150: 25 % off at most.
    """
    table = replace(
        random_published(1, regions=3, sectors=2), x=np.array([40.0, 160.0, 50.0, 70.0, 20.0, 30.0]), unit="million USD"
    )
    found, said = in_money_of(table, WAGES, OUTPUTS)
    assert found == {
        ("R00", "s00"): pytest.approx(20),
        ("R00", "s01"): pytest.approx(4),
        ("R01", "s00"): pytest.approx(25),
        ("XXX", "s00"): 2.0,  # who places it refuses it
    }
    assert "to million USD by each country's output" in said
    assert "(R00 0.5, R01 5)" in said  # the larger first
    assert said.endswith("differ by 25.0% at most.")
