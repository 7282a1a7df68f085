"""Supply and use tables, as GLORIA is: industries that make products, products that industries use.

Read as industries alone (`fixed_product_sales`: the supply half is eliminated), they must give what the table of
industries and products together gives, at half its rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.atlas.readers.gloria import fixed_product_sales
from kaldor.economy.accounts import country_accounts, footprint, output_by_use
from kaldor.economy.economy import Economy
from kaldor.economy.multipliers import multipliers
from kaldor.economy.prices import cost_push
from kaldor.economy.solve import LeontiefSolver
from kaldor.economy.trade import content_of_exports

SOURCE = Source("supply-use", "Supply and use", "Kaldor's tests", "none", "Apache-2.0")


def economy_of(regions, sectors, Z, Y, x, F):
    labels = tuple(f"R{i}" for i in range(regions))
    extension = PublishedExtension("co2", "CO2", "t", F, np.zeros(Y.shape[1]), "estimated", SOURCE)
    return Economy.from_published(
        PublishedEconomy(
            labels, sectors, sectors, ("y",), ("Final use",), Z, Y, x, "$", 2009, "estimated", SOURCE,
            extensions=(extension,),
        )
    )  # fmt: skip


def by_industry(supply, use, demand, F, regions):
    """The economy as GLORIA's reader makes it: n industries."""
    Z, Y, x = fixed_product_sales(csr_array(supply), use.copy(), demand)
    return economy_of(regions, tuple(f"i{k}" for k in range(len(x) // regions)), Z, Y, x, F)


def whole(supply, use, demand, F, regions):
    """The economy of industries and products: 2 n rows; an industry sells what it makes to its products."""
    sectors = len(supply) // regions
    places = np.arange(len(supply)).reshape(regions, sectors)
    industries = (places + places[:, :1]).ravel()  # each region: its industries, then its products
    products = industries + sectors
    n = 2 * len(supply)
    Z, Y, x, both = np.zeros((n, n)), np.zeros((n, demand.shape[1])), np.zeros(n), np.zeros(n)
    Z[np.ix_(industries, products)], Z[np.ix_(products, industries)], Y[products] = supply, use, demand
    x[industries], x[products], both[industries] = supply.sum(axis=1), supply.sum(axis=0), F
    names = (*(f"i{k}" for k in range(sectors)), *(f"p{k}" for k in range(sectors)))
    return economy_of(regions, names, Z, Y, x, both), industries, products


def test_by_hand():
    """Industry 1 makes 80 of product a and 20 of b, industry 2 80 of b.

    Shares of b are 0.2 and 0.8, so Z = (10 + 0.2·30, 20 + 0.2·8; 0.8·30, 0.8·8), Y = (50 + 0.2·62, 0.8·62), x =
    (100, 80), A = (0.16, 0.27; 0.24, 0.08), |I − A| = 0.84·0.92 − 0.27·0.24 = 0.708; 0.5 and 0.1 t a unit of output.
    """
    supply, use = np.array([[80.0, 20.0], [0.0, 80.0]]), np.array([[10.0, 20.0], [30.0, 8.0]])
    economy = by_industry(supply, use, np.array([[50.0], [62.0]]), np.array([50.0, 8.0]), 1)
    np.testing.assert_allclose(economy.Z, [[16, 21.6], [24, 6.4]], rtol=1e-14)
    np.testing.assert_allclose(economy.Y[:, 0], [62.4, 49.6], rtol=1e-14)
    np.testing.assert_allclose(economy.value_added, [60, 52], rtol=1e-14)
    M = multipliers(economy)["co2"].to_numpy()
    np.testing.assert_allclose(M, [(0.5 * 0.92 + 0.1 * 0.24) / 0.708, (0.5 * 0.27 + 0.1 * 0.84) / 0.708], rtol=1e-14)
    found = footprint(economy, "co2", by="product").iloc[:2, 0].to_numpy()
    np.testing.assert_allclose(found, [0.484 / 0.708 * 62.4, 0.219 / 0.708 * 49.6], rtol=1e-14)
    np.testing.assert_allclose(found.sum(), 58, rtol=1e-14)


@pytest.fixture(scope="module")
def pair():
    rng = np.random.default_rng(3)
    regions, sectors = 5, 6
    n = regions * sectors
    use, demand = rng.lognormal(0, 1, (n, n)) * (rng.random((n, n)) < 0.4), rng.lognormal(3, 1, (n, regions))
    made = use.sum(axis=1) + demand.sum(axis=1)  # of each product; a tenth of it beside another one of the region
    supply = np.diag(0.9 * made) + np.kron(np.eye(regions), np.roll(np.eye(sectors), 1, axis=0)) * (0.1 * made)
    parts = supply, use, demand, rng.lognormal(0, 1, n), regions
    return by_industry(*parts), *whole(*parts)


@pytest.mark.parametrize("method", ["krylov", "lu64", "lu32"])
def test_outputs_are_those_of_the_whole_system(pair, method):
    economy, both, industries, _ = pair
    assert both.n == 2 * economy.n
    expected = np.linalg.solve(np.eye(both.n) - both.A(), both.Y)[industries]
    np.testing.assert_allclose(LeontiefSolver(economy).solve(economy.Y, method=method), expected, rtol=1e-10)
    np.testing.assert_allclose(output_by_use(economy), expected, rtol=1e-10)


def test_accounts_are_those_of_the_whole_system(pair):
    economy, both, industries, products = pair
    for name in ("co2", "value_added"):
        mine, other = country_accounts(economy, name), country_accounts(both, name)
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-10 * mine.to_numpy().max())
        np.testing.assert_allclose(multipliers(economy, [name]), multipliers(both, [name]).iloc[industries], rtol=1e-10)
        # A product's multiplier is that of the industries that make it, by their shares.
        shares = both.A()[np.ix_(industries, products)]
        np.testing.assert_allclose(
            shares.T @ multipliers(economy, [name]).to_numpy(), multipliers(both, [name]).iloc[products], rtol=1e-10
        )


def test_trade_and_prices_are_those_of_the_whole_system(pair):
    economy, both, industries, _ = pair
    mine, other = (content_of_exports(e, "co2").to_numpy(dtype=float) for e in (economy, both))
    np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-10 * np.nanmax(mine))
    rise = pd.Series(np.linspace(0, 0.1, economy.n), index=economy.index)  # of industries' costs; products have none
    np.testing.assert_allclose(cost_push(economy, rise), cost_push(both, rise).iloc[industries], rtol=1e-10)
