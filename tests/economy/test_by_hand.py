"""Deflation and errors by hand: figures that otherwise only real tables, or draws, would check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.error_model import error_model
from kaldor.economy.uncertainty import bands, first_order_sd
from tests.economy.random_tables import random_economy
from tests.twin.hand_world import hand_world


def test_a_band_holds_the_share_of_the_draws_that_is_asked_of_accounts_and_of_multipliers() -> None:
    """Half of a bell lies within 0.6745 standard deviations, 90 % within 1.645."""
    half, most = (bands(random_economy(2), "co2", regions=["R00"], draws=200, level=level) for level in (0.5, 0.9))
    for narrow, wide in ((half.table, most.table), (half.multipliers, most.multipliers)):
        widths = [(table["high"] - table["low"]).to_numpy() for table in (narrow, wide)]
        assert (widths[0] / widths[1]).mean() == pytest.approx(0.6745 / 1.645, abs=0.06)
        assert (narrow["median"] == wide["median"]).all()


def test_what_households_emit_themselves_has_an_error_of_its_own() -> None:
    """Industries that emit nothing leave nothing else: the standard error of 7 kt among 12."""
    table, model = hand_world(), error_model()
    alone = table.with_extensions(replace(table.extension("co2"), F=np.zeros(9)))
    expected = 7 * float(model.extensions.relative(np.array([7.0]), 12.0)[0])
    assert expected > 0
    assert first_order_sd(alone, "co2", "DEU", model) == pytest.approx(expected)
