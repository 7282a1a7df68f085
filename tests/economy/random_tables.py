"""Random economies for tests: seeded, productive by construction, with every kind of line a published table has."""

from __future__ import annotations

import numpy as np

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.economy import Economy

SOURCE = Source("random", "Random table", "Kaldor's tests", "none", "Apache-2.0")


def random_published(seed: int, regions: int = 3, sectors: int = 4, *, idle: int = 0) -> PublishedEconomy:
    """Log-normal flows, value added 30–60 % of output, a small discrepancy, inventories that may be negative.

    The first `idle` industries have no output; their emissions are unallocated.
    """
    rng = np.random.default_rng(seed)
    n, demands = regions * sectors, ("households", "inventories")
    Z = rng.lognormal(0, 1, (n, n))
    Z[:idle] = 0
    Z[:, :idle] = 0
    x = Z.sum(axis=0) / rng.uniform(0.4, 0.7, n)
    x[:idle] = 0
    weights = rng.uniform(0.1, 1, (n, regions * len(demands)))
    weights[:, 1::2] *= -0.02
    Y = weights / weights.sum(axis=1, keepdims=True) * (x - Z.sum(axis=1) - rng.normal(0, 1e-3, n))[:, None]
    F = rng.lognormal(1, 1, n)
    F_Y = np.zeros(Y.shape[1])
    F_Y[0::2] = rng.uniform(0, 5, regions)
    region_labels = tuple(f"R{i:02d}" for i in range(regions))
    sector_labels = tuple(f"s{i:02d}" for i in range(sectors))
    return PublishedEconomy(
        regions=region_labels,
        sectors=sector_labels,
        sector_names=tuple(f"Sector {s}" for s in sector_labels),
        demands=demands,
        demand_names=("Households", "Changes in inventories"),
        Z=Z,
        Y=Y,
        x=x,
        unit="million $",
        year=2009,
        status="estimated",
        source=SOURCE,
        demand_roles={"households": "households"},
        sector_groups={"manufacturing": sector_labels[:-1], "energy": sector_labels[-1:]},
        extensions=(PublishedExtension("co2", "Carbon dioxide", "kt CO2", F, F_Y, "estimated", SOURCE),),
    )


def random_economy(seed: int, regions: int = 3, sectors: int = 4, *, idle: int = 0) -> Economy:
    return Economy.from_published(random_published(seed, regions, sectors, idle=idle))
