"""Economies on which levers can act: arrays as in `benchmarks.random_economy`, with final demand by category, CO2 and
sector groups; and WIOD 2009 in the same form.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.footprint import WIOD
from benchmarks.random_economy import random_arrays

Named = tuple[dict[str, np.ndarray], dict[str, object]]

_DEMANDS = {"households": 0.6, "government": 0.2, "investment": 0.19, "inventories": 0.01}
_GROUPS = {  # which part of a region's sectors, in their order
    "manufacturing": (0.10, 0.50),
    "light-industry": (0.10, 0.30),
    "fuels": (0.30, 0.34),
    "minerals": (0.34, 0.38),
    "construction-materials": (0.34, 0.42),
    "electronics": (0.42, 0.45),
    "equipment": (0.42, 0.50),
    "energy": (0.50, 0.56),
    "construction": (0.56, 0.58),
}


def random_with_groups(regions: int, sectors: int) -> Named:
    """A random economy: Z, Y (n × 4 a region), x, co2 and direct (final users' own), and the labels."""
    n = regions * sectors
    arrays = random_arrays(n=n, extensions=1, seed=1, sectors=sectors, demands=len(_DEMANDS))
    bought = arrays["Y"].sum(axis=1)
    rng = np.random.default_rng(2)
    Y = arrays["Y"] * np.tile(list(_DEMANDS.values()), regions)
    Y *= (bought / Y.sum(axis=1))[:, None]
    names = [f"s{i:03d}" for i in range(sectors)]
    arrays |= {"Y": Y, "co2": 0.3 * arrays["x"] * rng.lognormal(0, 0.5, n), "direct": np.zeros(Y.shape[1])}
    del arrays["F"]
    return arrays, {
        "regions": [f"R{i:02d}" for i in range(regions)],
        "sectors": names,
        "demands": list(_DEMANDS),
        "roles": {demand: demand for demand in _DEMANDS},
        "groups": {name: names[int(low * sectors) : int(high * sectors)] for name, (low, high) in _GROUPS.items()},
        "home": "R00",
    }


def wiod_with_groups() -> Named:
    """WIOD 2009 with CO2, as Kaldor reads it."""
    from kaldor.atlas.add import add
    from kaldor.atlas.store import Store

    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name))
        add(WIOD.parent, store, as_id="wiod2013")
        table = store.economy("wiod2013", 2009, ["jrc_wiod_co2"])
        (co2,) = table.extensions
        arrays = {"Z": table.Z, "Y": table.Y, "x": table.x, "co2": co2.F, "direct": co2.F_Y}
        arrays = {key: np.array(array, dtype=float) for key, array in arrays.items()}
    return arrays, {
        "regions": table.regions,
        "sectors": table.sectors,
        "demands": table.demands,
        "roles": dict(table.demand_roles),
        "groups": {name: list(sectors) for name, sectors in table.sector_groups.items()},
        "home": "DEU",
    }
