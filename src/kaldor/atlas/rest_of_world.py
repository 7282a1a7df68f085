"""Emissions of a rest of the world that holds countries which the table has apart: split among them by output.

Eurostat's footprints name 46 origins; what is left is their rest of the world. FIGARO's tables of 50 economies have
Albania, Montenegro, North Macedonia and Serbia apart. Each industry's amount of the rest is shared out by the outputs
of that industry, and households' own by their final demand: as if the rest emitted alike per unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kaldor.atlas.placing import Cells, Labels
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.regions import region_name

REST = "ROW"


def lacking(labels: Labels, industries: Cells, may: Sequence[str]) -> tuple[str, ...]:
    """The regions of a table, among those that `may` be in the rest of the world, that an extension does not name."""
    said = {label[0] for label in industries}
    return tuple(region for region in labels.regions if region in may and region not in said) if REST in said else ()


def shared_out(cells: Cells, regions: Sequence[str], weights: Mapping[tuple[str, ...], float]) -> Cells:
    """The same cells with those of the rest of the world shared out among it and `regions` by weights of the labels.

    A label is (region, sector) or (region,); where no weight is above zero the rest keeps all of it.
    """
    found = dict(cells)
    for label in [label for label in cells if label[0] == REST]:
        members = [(region, *label[1:]) for region in (REST, *regions)]
        heavy = np.array([max(0.0, weights.get(member, 0.0)) for member in members])
        shares = heavy / heavy.sum() if heavy.sum() > 0 else np.eye(len(members))[0]
        found |= {member: float(cells[label] * share) for member, share in zip(members, shares, strict=True)}
    return found


def outputs_of(table: PublishedEconomy) -> dict[tuple[str, ...], float]:
    """Output by (region, sector)."""
    labels = [(region, sector) for region in table.regions for sector in table.sectors]
    return dict(zip(labels, np.asarray(table.x, np.float64).tolist(), strict=True))


def consumption_of(table: PublishedEconomy) -> dict[tuple[str, ...], float]:
    """Households' final demand by (region,); empty where the table tells no households."""
    used = np.asarray(table.Y, np.float64).sum(axis=0).reshape(len(table.regions), -1)
    column = [k for k, demand in enumerate(table.demands) if table.demand_roles.get(demand) == "households"]
    return {(region,): float(used[i, column].sum()) for i, region in enumerate(table.regions)} if column else {}


def words(title: str, regions: Sequence[str]) -> str:
    """What must be said of regions that stand in the rest of the world of the source with this title."""
    names = [region_name(region) for region in sorted(regions)]
    verb = "stands" if len(names) == 1 else "stand"
    return (
        f"{title}: {', '.join(names)} {verb} in its rest of the world; where a table has such countries apart, its "
        "amounts are shared out among them by output (households' own by their final demand): estimated there."
    )
