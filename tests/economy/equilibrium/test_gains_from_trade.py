"""One-sector gains from trade on WIOD 2008, as Costinot & Rodríguez-Clare (2014, Table 4.1) print them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.base import Base, Elasticities
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium

TRADE_ELASTICITY = 5.0
PUBLISHED = {"DEU": 4.5, "USA": 1.8, "FRA": 3.0, "IRL": 8.0}  # % of real income that autarky would cost


@pytest.mark.real
def test_one_sector_gains_from_trade_are_those_published(wiod):
    economy = wiod(2008)
    R = len(economy.regions)
    by_pair = economy.Z.reshape(R, -1, R, len(economy.sectors)).sum(axis=(1, 3))
    by_pair = by_pair + economy.Y.reshape(R, -1, R, len(economy.demands)).sum(axis=(1, 3))
    assert by_pair.min() >= 0
    flows = np.zeros((1, R, R, 2))
    flows[0, :, :, 1] = by_pair.T  # all that is bought is one product, and no input
    made = by_pair.sum(axis=1)[:, None]
    base = Base(
        flows, np.zeros((R, 1, R)), made, made, np.zeros((R, 1)), np.zeros((R, 1, R)), np.zeros(R),
        np.zeros((1, R, 2)), np.zeros((R, 1)), np.ones((R, 1)), np.zeros((1, 1), dtype=bool),
        Elasticities(np.array([1 + TRADE_ELASTICITY]), 0.5, 0.5, 0.5, 0.9, 0.5, 0.5),
    )  # fmt: skip
    closed = np.zeros_like(flows)
    closed[0, np.arange(R), np.arange(R)] = 1
    alone = replace(Shock.none(base), barred=closed, transfers=np.zeros(R))
    lost = -100 * outcomes_of(Equilibrium(base, Closure.of(base, lending="fixed")).solve(alone)).income / base.income
    found = dict(zip(economy.regions, lost, strict=True))
    assert {name: found[name] for name in PUBLISHED} == pytest.approx(PUBLISHED, abs=0.1)
    at_home = np.diag(by_pair) / by_pair.sum(axis=0)
    np.testing.assert_allclose(lost, 100 * (1 - at_home ** (1 / TRADE_ELASTICITY)), atol=1e-8)
