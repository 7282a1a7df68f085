from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.trade import content_of_exports, gross_exports
from kaldor.errors import UnproductiveEconomyError
from tests.economy.random_tables import random_economy


def test_with_one_region_nothing_is_exported():
    economy = random_economy(1, regions=1)
    assert gross_exports(economy, "R00").sum() == 0
    for definition in ("gross_exports", "extraction", "absorbed_abroad"):
        content = content_of_exports(economy, definition=definition)["content"]
        np.testing.assert_allclose(content, 0, atol=1e-9)


def test_world_exports_hold_all_value_added_that_is_absorbed_abroad():
    economy = random_economy(2)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    v = economy.value_added * economy.per_output
    rows = economy.rows_of("R01")
    absorbed = (v[:, None] * (L @ economy.Y_by_region))[rows][:, [0, 2]].sum()
    frame = content_of_exports(economy, definition="absorbed_abroad")
    assert frame.loc["R01", "content"] == pytest.approx(absorbed)


def test_extraction_agrees_with_removing_the_exports_from_the_table():
    economy = random_economy(3)
    rows = economy.rows_of("R02")
    v = economy.value_added * economy.per_output
    A, Y = economy.A(), np.array(economy.Y_by_region)
    before = np.linalg.solve(np.eye(economy.n) - A, Y.sum(axis=1))
    own = np.zeros(economy.n, dtype=bool)
    own[rows] = True
    A[np.ix_(own, ~own)] = 0
    Y[np.ix_(own, [True, True, False])] = 0
    after = np.linalg.solve(np.eye(economy.n) - A, Y.sum(axis=1))
    lost = (v * (before - after))[rows].sum()
    assert content_of_exports(economy, definition="extraction").loc["R02", "content"] == pytest.approx(lost)


def test_jobs_or_emissions_in_exports_carry_their_own_unit():
    frame = content_of_exports(random_economy(4), "co2")
    assert frame.attrs["units"] == {"exports": "million $", "content": "kt CO2", "share_of_total": "share (0 to 1)"}
    assert frame.attrs["definition"] == "gross_exports"
    assert frame["share_of_total"].between(0, 1).all()


@pytest.mark.parametrize("definition", ["gross_exports", "extraction", "absorbed_abroad"])
def test_a_table_that_uses_more_than_it_makes_is_refused_by_every_definition(definition):
    economy = random_economy(4)
    Z = np.array(economy.Z)
    Z[0, 0] = 1.2 * economy.x[0]
    with pytest.raises(UnproductiveEconomyError):
        content_of_exports(replace(economy, Z=Z), definition=definition)
