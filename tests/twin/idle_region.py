"""A table of three regions, one of which makes nothing at all: as official tables hold small economies in bad years."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.atlas.plain_folders import write_csv

CODES, GROUPS = ("farms", "works", "power"), ("", "manufacturing;materials", "energy")


def write_idle_region(folder: Path) -> Path:
    """A plain folder of DEU, FRA and POL for 2020; all of POL's rows and columns of industries are zero."""
    folder.mkdir()
    write_csv(folder / "regions.csv", [["region"], ["DEU"], ["FRA"], ["POL"]])
    write_csv(folder / "sectors.csv", [["code", "name", "groups"], *zip(CODES, CODES, GROUPS, strict=True)])
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], ["hh", "Households", "households"]])
    write_csv(folder / "extensions.csv", [["id", "name", "unit"], ["co2", "CO2", "kt CO2"]])
    (folder / "dataset.toml").write_text('title = "An idle region"\nunit = "million USD"\n', "utf-8")
    rng = np.random.default_rng(2)
    Z, Y = rng.uniform(1, 9, (9, 9)), rng.uniform(30, 60, (9, 3))
    Z[6:], Z[:, 6:], Y[6:], Y[:, 2] = 0, 0, 0, 0
    x = Z.sum(axis=1) + Y.sum(axis=1)
    F = np.where(x > 0, 0.2 * x, 0)[None]
    np.savez(folder / "table_2020.npz", Z=Z, Y=Y, x=x, F=F, F_Y=np.zeros((1, 3)))
    return folder
