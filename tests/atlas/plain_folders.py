"""Small economies written as folders of the plain layout, for tests of the store and its readers."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Arrays = Mapping[str, np.ndarray]


def labels(kind: str, count: int) -> list[str]:
    """R0, R1 … for regions, s0 … for sectors."""
    return [f"{kind}{i}" for i in range(count)]


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A CSV file of these rows, the first its header."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return path


def write_economy(
    folder: Path,
    years: Mapping[int, Arrays],
    regions: int,
    sectors: int,
    demands: int = 1,
    extensions: Sequence[Sequence[str]] = (),
) -> Path:
    """A folder of the plain layout with these arrays."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "regions.csv", [["region"], *([r] for r in labels("R", regions))])
    write_csv(folder / "sectors.csv", [["code", "name"], *([s, f"Sector {s}"] for s in labels("s", sectors))])
    roles = ["households", *[""] * (demands - 1)]
    rows = [[d, f"Demand {d}", role] for d, role in zip(labels("d", demands), roles, strict=True)]
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], *rows])
    if extensions:
        write_csv(folder / "extensions.csv", [["id", "name", "unit"], *extensions])
    for year, arrays in years.items():
        np.savez_compressed(folder / f"table_{year}.npz", **arrays)
    return folder


def balanced(seed: int, regions: int = 2, sectors: int = 3, demands: int = 1) -> dict[str, np.ndarray]:
    """Z, Y and x of a random economy that balances, in float64."""
    chance = np.random.default_rng(seed)
    n = regions * sectors
    Z, Y = chance.lognormal(size=(n, n)), n * chance.lognormal(size=(n, regions * demands))
    return {"Z": Z, "Y": Y, "x": Z.sum(axis=1) + Y.sum(axis=1)}


def small_economy(folder: Path, seed: int = 1, years: Sequence[int] = (2009,), **sizes: int) -> Path:
    """A folder with a random economy of two regions and three sectors."""
    shape = {"regions": 2, "sectors": 3, "demands": 1} | sizes
    return write_economy(folder, {year: balanced(seed + year, **shape) for year in years}, **shape)
