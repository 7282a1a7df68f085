"""Random economies for benchmarks: seeded, log-normal flows, 50 sectors a region, value added 30–60 % of output."""

from __future__ import annotations

import numpy as np


def random_arrays(n: int, extensions: int, seed: int) -> dict[str, np.ndarray]:
    """Z (n×n), Y (n × n/50, one column a region), x (n) and F (extensions × n), in balance to rounding."""
    rng = np.random.default_rng(seed)
    Z = rng.lognormal(0, 1, (n, n))
    x = Z.sum(axis=0) / rng.uniform(0.4, 0.7, n)
    # A row may sell no more to industries than it makes: scale rows, then let final use take the rest.
    sold = Z.sum(axis=1)
    Z *= np.minimum(1.0, 0.95 * x / sold)[:, None]
    Y = rng.uniform(0.1, 1, (n, n // 50))
    Y *= ((x - Z.sum(axis=1)) / Y.sum(axis=1))[:, None]
    return {"Z": Z, "Y": Y, "x": x, "F": rng.lognormal(0, 1, (extensions, n))}
