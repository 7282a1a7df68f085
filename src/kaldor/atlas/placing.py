"""Put the cells of an extension in the order of an economy's industries and demand categories, or say what misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.errors import InputError, Problem

Cells = Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Labels:
    """The labels of an economy: where a cell of an extension has to go. `roles` say which demand category is what."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    demands: tuple[str, ...]
    roles: Mapping[str, str]


def cells_of(columns: Any, keys: Sequence[str], year: int) -> Cells:
    """One year's cells of a long table (columns by name: keys, year, value), by their labels."""
    of_the_year = np.flatnonzero(np.asarray(columns["year"]) == year)
    # As plain lists: iterating over a frame's texts one by one takes longer than solving the economy.
    chosen = [np.asarray(columns[key], dtype=object)[of_the_year].tolist() for key in keys]
    values = np.asarray(columns["value"], dtype=np.float64)[of_the_year].tolist()
    return dict(zip(zip(*chosen, strict=True), values, strict=True))


def place_extension(
    place: str, labels: Labels, industries: Cells, households: Cells
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """F (n) from cells by (region, sector), and F_Y (m) from cells by (region,), which belong to households.

    Without any cells of households F_Y is zero. Raises InputError where a label stands on one side alone, or no
    demand category has the role "households".
    """
    problems: list[Problem] = []
    F = _placed(place, industries, [(r, s) for r in labels.regions for s in labels.sectors], problems)
    F_Y = np.zeros((len(labels.regions), len(labels.demands)))
    if households:
        column = [number for number, demand in enumerate(labels.demands) if labels.roles.get(demand) == "households"]
        own = _placed(place, households, [(r,) for r in labels.regions], problems)
        if column:
            F_Y[:, column[0]] = own
        else:
            what, remedy = "no demand category has the role 'households'.", "Give final_demand.csv a column role."
            problems.append(Problem(place, what, remedy))
    if problems:
        raise InputError(problems)
    return F, F_Y.reshape(-1)


def place_with_gaps(place: str, labels: Labels, industries: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """F (n) from cells by (region, sector), and which of its values are missing (n): F is 0 there.

    Raises InputError for cells of what the economy lacks, and where no cell is left.
    """
    order = [(region, sector) for region in labels.regions for sector in labels.sectors]
    problems: list[Problem] = []
    F = _placed(place, industries, order, problems, gaps=True)
    missing = np.array([label not in industries for label in order])
    if missing.all() and not problems:
        problems.append(Problem(place, "the extension has no value for any industry of the economy."))
    if problems:
        raise InputError(problems)
    return F, missing


def _placed(
    place: str, cells: Cells, labels: Sequence[tuple[str, ...]], problems: list[Problem], gaps: bool = False
) -> NDArray[np.float64]:
    known = set(labels)
    missing = [label for label in labels if label not in cells and not gaps]
    strangers = [label for label in cells if label not in known]
    for found, what in ((missing, "has no value for"), (strangers, "has values for what the economy lacks:")):
        if found:
            first = ", ".join("/".join(label) for label in found[:3])
            problems.append(Problem(place, f"the extension {what} {first} ({len(found):,} in all)."))
    return np.array([cells.get(label, 0.0) for label in labels])
