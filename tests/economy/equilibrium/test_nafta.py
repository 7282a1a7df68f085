"""Caliendo and Parro's NAFTA (2015) from their data: the published parts with their formula, and the exact real income.

Published: abstract of Review of Economic Studies 82(1) (welfare, trade within the bloc); parts as their replication in
R (`cp2015`) prints them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kaldor.economy.equilibrium.base import Array, Base, Elasticities
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium, Point

N, J, TRADED = 31, 40, 20
CAN, MEX, USA = 4, 19, 29
BLOC = [CAN, MEX, USA]


@dataclass(frozen=True)
class Data:
    """Shapes: (J, importer, exporter) for `share` and `tariff`, (N, J input, J user) for `inputs`."""

    share: Array
    tariff: Array
    tariff_later: Array
    value_added_share: Array
    inputs: Array
    final: Array
    value_added: Array
    elasticity: Array


def _square(path: Path) -> Array:
    return np.loadtxt(path).reshape(TRADED, N, N)


def _read(folder: Path) -> Data:
    trade, before, after = (_square(folder / f"{name}.txt") for name in ("xbilat1993", "tariffs1993", "tariffs2005"))
    trade = trade * 1000
    tariff, later = np.zeros((J, N, N)), np.zeros((J, N, N))
    tariff[:TRADED], later[:TRADED] = before / 100, after / 100
    imports = np.zeros((J, N, N))
    imports[:TRADED] = trade
    output = np.loadtxt(folder / "GO.txt")
    exports = imports.sum(axis=1)
    output = np.maximum(output, exports)
    paid = imports * (1 + tariff)
    paid[:, np.arange(N), np.arange(N)] = output - exports
    spending = paid.sum(axis=2)
    share = np.divide(paid, spending[..., None], out=np.zeros_like(paid), where=spending[..., None] > 0)
    added = np.loadtxt(folder / "B.txt")
    inputs = np.maximum(np.loadtxt(folder / "IO.txt").reshape(N, J, J), 0)
    final = spending.T - np.einsum("njk,kn->nj", inputs, (1 - added) * output)
    final = np.maximum(final, 0)
    final /= final.sum(axis=1, keepdims=True)
    elasticity = np.full(J, 8.22)
    elasticity[:TRADED] = np.loadtxt(folder / "T.txt")
    return Data(share, tariff, later, added.T, inputs, final, (added * output).sum(axis=0), elasticity)


def _base(data: Data) -> Base:
    """Their shares as a balanced table at wages of one: lending is what balances it."""
    use = np.einsum("njk,nk->njk", data.inputs, 1 - data.value_added_share)
    share = np.divide(use.sum(axis=1), 1.0)  # users without inputs have none
    net = data.share / (1 + data.tariff)
    size = N * J
    # unknown: spending X (n, j), lending D (n); output Y = net shares of X
    output = np.zeros((N, J, N, J))
    for j in range(J):
        output[:, j, :, j] = net[j].T
    revenue = np.zeros((N, N, J))
    for n in range(N):
        revenue[n, n] = (data.tariff[:, n] * net[:, n]).sum(axis=1)
    demand = np.zeros((N, J, N, J))
    for n in range(N):
        demand[n] = np.tensordot(use[n], output[n], axes=(1, 0))
    demand += data.final[:, :, None, None] * revenue[:, None]
    left = np.zeros((size + N, size + N))
    left[:size, :size] = np.eye(size) - demand.reshape(size, size)
    for n in range(N):
        left[n * J : (n + 1) * J, size + n] = -data.final[n]
    left[size:, :size] = np.einsum("nj,njik->nik", data.value_added_share, output).reshape(N, size)
    right = np.concatenate([(data.final * data.value_added[:, None]).ravel(), data.value_added])
    # one of the last N equations follows from the others; the smallest answer is theirs, since lending adds up to zero
    answer = np.linalg.lstsq(left, right, rcond=None)[0]
    spending = answer[:size].reshape(N, J)
    made = (output.reshape(size, size) @ answer[:size]).reshape(N, J)
    bought = np.einsum("njk,nk->njk", use, made)
    final = spending - bought.sum(axis=2)
    buyers = np.concatenate([bought, final[..., None]], axis=2)  # n, j, v
    flows = np.einsum("jni,njv->jniv", net, buyers)
    value = made * data.value_added_share + made * (1 - data.value_added_share - share)
    return Base(
        flows=np.ascontiguousarray(flows),
        stocks=np.zeros((N, J, N)),
        output=made,
        labour=value,
        capital=np.zeros((N, J)),
        tariffs=data.tariff.transpose(2, 0, 1),
        carbon_price=np.zeros((N, flows.shape[3])),
        fuel_carbon=np.zeros((J, N, J + 1)),
        process_carbon=np.zeros((N, J)),
        abatement_slope=np.ones((N, J)),
        energy=np.zeros((J, 1), dtype=bool),
        elasticities=Elasticities(
            sourcing=1 + data.elasticity,
            materials=1.0,
            top=1.0,
            factors=1.0,
            final=1.0,
            energy_against_factors=1.0,
            fuels=1.0,
        ),
    )


@pytest.fixture(scope="module")
def nafta(shared: Path) -> tuple[Base, Point]:
    from dataclasses import replace

    data = _read(shared / "equilibrium" / "caliendo_parro_nafta")
    first = _base(data)
    without_lending = replace(Shock.none(first), transfers=np.zeros(N))
    base = Equilibrium(first, Closure.of(first, lending="fixed")).solve(without_lending).as_base()
    tariffs = base.tariffs.copy()
    bloc = np.ix_(BLOC, range(J), BLOC)
    tariffs[bloc] = data.tariff_later.transpose(2, 0, 1)[bloc]
    point = Equilibrium(base, Closure.of(base, lending="fixed")).solve(replace(Shock.none(base), tariffs=tariffs))
    return base, point


def _trade(base: Base) -> Array:
    """Imports before duty at producers' prices (R supplier, S, R buyer), none of one's own."""
    sent = base.flows.sum(axis=3).transpose(2, 0, 1).copy()
    sent[np.arange(N), :, np.arange(N)] = 0
    return sent


def test_the_published_parts_come_out_with_their_formula(nafta: tuple[Base, Point]) -> None:
    base, point = nafta
    cost = np.exp(point.prices.producers)[:, :, None] - 1
    before, after = _trade(base), _trade(point.as_base())
    exports = (before.sum(axis=2) * cost[:, :, 0]).sum(axis=1)
    terms = (exports - (before * cost).sum(axis=(0, 1))) / base.income
    more = np.divide(after, before, out=np.ones_like(before), where=before > 0) - 1
    volume = (base.tariffs * before * (more - cost)).sum(axis=(0, 1)) / base.income
    wages = np.expm1(point.at.wage - point.prices.consumption)
    within = [after[np.ix_(BLOC, range(J), [r])].sum() / before[np.ix_(BLOC, range(J), [r])].sum() - 1 for r in BLOC]
    print(100 * terms[BLOC], 100 * volume[BLOC], 100 * wages[BLOC], within)
    np.testing.assert_allclose(100 * terms[BLOC], [-0.108, -0.412, 0.0435], atol=0.005)
    np.testing.assert_allclose(100 * volume[BLOC], [0.0443, 1.72, 0.0412], atol=0.01)
    np.testing.assert_allclose(100 * (terms + volume)[BLOC], [-0.06, 1.31, 0.08], atol=0.01)
    np.testing.assert_allclose(100 * wages[BLOC], [0.323, 1.72, 0.112], atol=0.01)
    np.testing.assert_allclose(np.round(100 * np.array(within)), [11, 118, 41])


def test_the_exact_real_income_is_not_the_published_welfare(nafta: tuple[Base, Point]) -> None:
    base, point = nafta
    gains = 100 * outcomes_of(point).income / base.income
    print(gains[BLOC])
    np.testing.assert_allclose(gains[BLOC], [-0.110, 0.007, 0.074], atol=0.002)
