"""Worlds whose industries need more than they make, everywhere or in one region alone, kept in a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.economy.starter import starter_world
from tests.atlas.plain_folders import write_csv

EVERYWHERE, AT_HOME = "sick-everywhere", "sick-at-home"
HOME = "IND"
YEAR = 2018


def keep_unproductive(store: Path, folder: Path) -> None:
    """Add both to a store: the starter world with outputs as they are and three times the flows, of all or at home."""
    world = starter_world()
    sectors, home = len(world.sectors), world.regions.index(HOME)
    own = slice(home * sectors, (home + 1) * sectors)
    everywhere, at_home = np.array(world.Z) * 3, np.array(world.Z)
    at_home[own, own] *= 3
    for name, Z in ((EVERYWHERE, everywhere), (AT_HOME, at_home)):
        add(_written(folder / name, Z), Store(store), as_id=name)


def _written(folder: Path, Z: np.ndarray) -> Path:
    world = starter_world()
    folder.mkdir(parents=True)
    names = world.sector_groups
    groups = [";".join(group for group, members in names.items() if code in members) for code in world.sectors]
    write_csv(folder / "regions.csv", [["region"], *([one] for one in world.regions)])
    rows = zip(world.sectors, world.sector_names, groups, strict=True)
    write_csv(folder / "sectors.csv", [["code", "name", "groups"], *rows])
    named = zip(world.demands, world.demand_names, strict=True)
    demands = [(code, name, world.demand_roles.get(code, "")) for code, name in named]
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], *demands])
    carried = [(one.id, one.name, one.unit) for one in world.extensions]
    write_csv(
        folder / "extensions.csv", [["id", "name", "unit"], *carried, ("ore", "Ore", "kt"), ("energy", "Energy", "TJ")]
    )
    F, F_Y = (np.stack([getattr(one, part) for one in world.extensions]) for part in ("F", "F_Y"))
    more, more_Y = np.ones((2, F.shape[1])), np.zeros((2, F_Y.shape[1]))
    np.savez(
        folder / f"table_{YEAR}.npz", Z=Z, Y=world.Y, x=world.x, F=np.vstack([F, more]), F_Y=np.vstack([F_Y, more_Y])
    )
    (folder / "dataset.toml").write_text(f'kind = "economy"\ntitle = "Sick"\nunit = "{world.unit}"\n', "utf-8")
    return folder
