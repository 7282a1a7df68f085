"""Random economies for benchmarks, seeded, like official tables where that decides how fast they are solved.

Sizes of industries and of flows have heavy tails (log-normal), a quarter of the cells is filled, and most is bought at
home: cells of a region's own block are filled more often and hold four fifths of its inputs. Dense random tables
without any of that are nearly of rank one, which flatters every method that iterates. Value added is 30 to 60 % of
output or more.
"""

from __future__ import annotations

import numpy as np

FILLED = 0.25
AT_HOME = 0.8  # of inputs, and of final use
SPREAD = 1.5  # standard deviation of the logarithm of sizes and flows


def random_arrays(
    n: int,
    extensions: int,
    seed: int,
    *,
    sectors: int = 50,
    demands: int = 1,
    filled: float = FILLED,
    Z: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Z (n×n), Y (n × `demands` columns a region), x (n) and F (extensions × n), in balance to rounding.

    `Z`: where to write it, a file that is mapped into memory for instance.
    """
    rng = np.random.default_rng(seed)
    regions = n // sectors
    Z = np.zeros((n, n)) if Z is None else Z
    size = rng.lognormal(0, SPREAD, regions).repeat(sectors) * rng.lognormal(0, SPREAD, n)
    for region in range(regions):
        rows = slice(region * sectors, (region + 1) * sectors)
        Z[rows] = _sales(rng, size[rows], size, rows, filled)
    x = size * 1e3
    home, abroad = _bought(Z, regions, sectors)
    wanted = rng.uniform(0.4, 0.7, n) * x
    inside = np.divide(AT_HOME * wanted, home, out=np.zeros(n), where=home > 0)
    outside = np.divide((1 - AT_HOME) * wanted, abroad, out=np.zeros(n), where=abroad > 0)
    for region in range(regions):
        rows = slice(region * sectors, (region + 1) * sectors)
        scale = outside.copy()
        scale[rows] = inside[rows]
        Z[rows] *= scale
        # A row may sell no more to industries than it makes; final use takes the rest.
        Z[rows] *= np.minimum(1.0, 0.95 * x[rows] / np.maximum(Z[rows].sum(axis=1), 1e-300))[:, None]
    Y = rng.lognormal(0, SPREAD, (n, regions * demands)) * size.reshape(regions, sectors).sum(axis=1).repeat(demands)
    at_home = np.kron(np.eye(regions, dtype=bool), np.ones((sectors, demands), dtype=bool))
    bought_at_home = Y[at_home].reshape(n, demands).sum(axis=1)
    Y *= np.where(at_home, AT_HOME, (1 - AT_HOME) / (Y.sum(axis=1) / bought_at_home)[:, None])
    Y *= ((x - Z.sum(axis=1)) / Y.sum(axis=1))[:, None]
    return {"Z": Z, "Y": Y, "x": x, "F": rng.lognormal(0, SPREAD, (extensions, n))}


def _sales(rng: np.random.Generator, mine: np.ndarray, size: np.ndarray, own: slice, filled: float) -> np.ndarray:
    """What the industries of one region sell to all (sectors × n): by both sizes, some cells empty."""
    often = min(1.0, 2.5 * filled)  # of the cells at home; those abroad make up for it
    chance = np.full(len(size), max(0.0, filled - often * len(mine) / len(size)) * len(size) / (len(size) - len(mine)))
    chance[own] = often
    sold = np.zeros((len(mine), len(size)))
    there = rng.random(sold.shape, dtype=np.float32) < chance
    flows = np.exp(SPREAD * rng.standard_normal(int(there.sum()), dtype=np.float32)).astype(float)
    sold[there] = flows * np.broadcast_to(mine[:, None], there.shape)[there] * np.broadcast_to(size, there.shape)[there]
    return sold


def _bought(Z: np.ndarray, regions: int, sectors: int) -> tuple[np.ndarray, np.ndarray]:
    """What each industry buys at home and abroad before it is scaled to what it may spend."""
    home = np.concatenate(
        [Z[rows, rows].sum(axis=0) for rows in (slice(r * sectors, (r + 1) * sectors) for r in range(regions))]
    )
    return home, Z.sum(axis=0) - home
