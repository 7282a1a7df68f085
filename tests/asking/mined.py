"""An economy of two mines and two scrap dealers whose accounts are done by hand, kept in a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from tests.atlas.plain_folders import write_csv

MINED = "mined"
YEAR = 2018


def keep_mined(store: Path, folder: Path) -> None:
    """Add it to a store. French scrap dealers buy 20 of German mines and 10 of German scrap dealers, and nobody else
    buys anything; final users in Germany buy 80, 40, 0, 25 and in France 0, 0, 50, 75.
    """
    folder.mkdir(parents=True)
    write_csv(folder / "regions.csv", [["region"], ["DEU"], ["FRA"]])
    write_csv(
        folder / "sectors.csv",
        [["code", "name", "groups"], ["mine", "Mining", "mining"], ["scrap", "Scrap", "recycling"]],
    )
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], ["hh", "Households", "households"]])
    write_csv(folder / "extensions.csv", [["id", "name", "unit"], ["ore", "Ore", "kt"], ["energy", "Energy", "TJ"]])
    Z = np.zeros((4, 4))
    Z[:2, 3] = 20, 10
    Y = np.array([[80.0, 0], [40, 0], [0, 50], [25, 75]])
    np.savez(
        folder / f"table_{YEAR}.npz",
        Z=Z,
        Y=Y,
        x=Z.sum(axis=1) + Y.sum(axis=1),
        F=np.array([[200.0, 0, 100, 0], [0, 50, 0, 300]]),
        F_Y=np.array([[0.0, 0], [7, 0]]),
    )
    add(folder, Store(store), as_id=MINED)
