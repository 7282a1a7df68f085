"""Random economies on which every declared lever can act: named sectors and groups, jobs by sex, plausible sizes."""

from __future__ import annotations

import numpy as np

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.economy import Economy

SOURCE = Source("random", "Random table", "Kaldor's tests", "none", "Apache-2.0")
REGIONS = ("AAA", "BBB", "CCC")
SECTORS = (
    "mining",
    "fuels",
    "metals",
    "minerals",
    "electronics",
    "energy",
    "construction",
    "recycling",
    "services",
)
DEMANDS = ("households", "government", "investment", "inventories")


def random_world(seed: int, *, idle: int = 0, co2_per_output: float = 0.3) -> Economy:
    """Three regions, nine sectors; flows of some 10,000 million $, inventories that may be negative.

    The first `idle` industries of the first region have no output. CO2 in kt, `co2_per_output` kt per million $.
    """
    rng = np.random.default_rng(seed)
    n, m = len(REGIONS) * len(SECTORS), len(REGIONS) * len(DEMANDS)
    Z = 4_000 * rng.lognormal(0, 1, (n, n))
    Z[:idle] = 0
    Z[:, :idle] = 0
    x = Z.sum(axis=0) / rng.uniform(0.4, 0.7, n)
    x[:idle] = 0
    weights = rng.uniform(0.1, 1, (n, m))
    weights[:, 3::4] *= -0.02
    Y = weights / weights.sum(axis=1, keepdims=True) * (x - Z.sum(axis=1) - rng.normal(0, 1, n))[:, None]
    # Final demand other than inventories is never negative; what does not fit is the table's discrepancy.
    Y[:, np.arange(m) % 4 != 3] = np.maximum(Y[:, np.arange(m) % 4 != 3], 0)
    amounts = {
        "co2": ("kt CO2", co2_per_output * x * rng.lognormal(0, 0.5, n)),
        "jobs_female": ("thousand jobs", 1e-3 * x * rng.lognormal(0, 0.5, n)),
        "jobs_male": ("thousand jobs", 1e-3 * x * rng.lognormal(0, 0.5, n)),
    }
    return Economy.from_published(
        PublishedEconomy(
            regions=REGIONS,
            sectors=SECTORS,
            sector_names=SECTORS,
            demands=DEMANDS,
            demand_names=DEMANDS,
            Z=Z,
            Y=Y,
            x=x,
            unit="million $",
            year=2009,
            status="estimated",
            source=SOURCE,
            demand_roles={demand: demand for demand in DEMANDS},
            sector_groups={
                "manufacturing": ("fuels", "metals", "minerals", "electronics"),
                "light-industry": ("electronics", "recycling"),
                "chemicals": ("fuels",),
                "equipment": ("electronics",),
                "repair": ("services", "recycling"),
                "construction-materials": ("mining", "metals", "minerals"),
            },
            extensions=tuple(
                PublishedExtension(id, id, unit, F, np.zeros(m), "estimated", SOURCE)
                for id, (unit, F) in amounts.items()
            ),
        )
    )
