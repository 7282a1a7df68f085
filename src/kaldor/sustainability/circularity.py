"""Material and energy accounts of countries beside each other, and how much of what industries buy is recycled.

Sources: Wiedmann et al. (2015), PNAS 112(20), 6271-6276 (material footprint beside domestic extraction); UN SDG
indicators 8.4.1/12.2.1 (material footprint, per GDP); OECD (2008), Measuring Material Flows and Resource Productivity.
Known limits: only what the table's extensions carry; unused extraction, stocks and waste are not there, and shares of
recycled inputs are in money, where a secondary tonne is often cheaper than a primary one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import RATIO, SHARE, labelled
from kaldor.errors import InputError, Problem, UnknownLabelError

RECYCLING = "recycling"

MASS_UNITS = ("g", "kg", "t", "kt", "Mt", "Gt", "tonnes", "1000 t", "thousand tonnes", "million tonnes")
ENERGY_UNITS = ("J", "MJ", "GJ", "TJ", "PJ", "EJ", "kWh", "MWh", "GWh", "TWh", "toe", "ktoe", "Mtoe")


def material_accounts(economy: Economy, materials: Sequence[str]) -> pd.DataFrame:
    """Domestic extraction beside the material footprint of every region, for one or several materials added up.

    `materials`: ids of extensions that hold used extraction, all in one unit of mass. Columns as in
    `resource_accounts`. Raises InputError for a unit that is not a mass; UnknownExtensionError.
    """
    return resource_accounts(economy, materials, MASS_UNITS, "a mass of material")


def energy_accounts(economy: Economy, energy: Sequence[str]) -> pd.DataFrame:
    """Energy that a region's industries and households use beside its energy footprint.

    `energy`: ids of extensions in one unit of energy that do not count the same energy twice: net use, or primary
    supply, not gross use of fuel and of the power made of it. Columns as in `resource_accounts`.
    Raises InputError for a unit that is not energy; UnknownExtensionError.
    """
    return resource_accounts(economy, energy, ENERGY_UNITS, "energy")


def resource_accounts(economy: Economy, extensions: Sequence[str], units: Sequence[str], what: str) -> pd.DataFrame:
    """A resource by region: what is taken at home and what home's final use takes anywhere.

    Columns: `domestic` (production account), `footprint` (consumption account), `footprint_over_domestic` (1: as much
    is taken elsewhere for home as at home for others), `embodied_imports`, `embodied_exports`, `net_imports`, all in
    the extensions' unit; `domestic_per_value_added` and `footprint_per_final_demand` in that unit per the table's.
    Ratios are missing where there is nothing to divide by.
    """
    unit = _common_unit(economy, extensions, units, what)
    accounts = sum(country_accounts(economy, name) for name in extensions)
    value_added = economy.sum_by_region(economy.value_added)
    frame = pd.DataFrame(
        {
            "domestic": accounts["production"],
            "footprint": accounts["consumption"],
            "footprint_over_domestic": _ratio(accounts["consumption"], accounts["production"]),
            "embodied_imports": accounts["embodied_in_imports"],
            "embodied_exports": accounts["embodied_in_exports"],
            "net_imports": accounts["embodied_in_imports"] - accounts["embodied_in_exports"],
            "domestic_per_value_added": _ratio(accounts["production"], value_added),
            "footprint_per_final_demand": _ratio(accounts["consumption"], economy.Y_by_region.sum(axis=0)),
        },
        index=pd.Index(economy.regions, name="region"),
    )
    frame.attrs["extensions"] = tuple(extensions)
    per = f"{unit} per {economy.unit}"
    by_column = dict.fromkeys(frame.columns, unit) | {
        "footprint_over_domestic": RATIO,
        "domestic_per_value_added": per,
        "footprint_per_final_demand": per,
    }
    return labelled(frame, economy, by_column, *(economy.extensions[name] for name in extensions))


def recycled_input_share(economy: Economy, *, group: str = RECYCLING, primary: str | None = None) -> pd.DataFrame:
    """How much of what the industries of each region buy comes from the sectors of a recycling group, home or abroad.

    `group`: the name of a sector group of the table, by default "recycling". `primary`: a group that stands for the
    same materials from nature ("mining"); the share is then of the two together, else of all inputs.
    Returns one row a region: `recycled`, `compared_with` (table's unit) and `share` (0 to 1, missing without inputs).
    Raises UnknownLabelError if the table declares no such group.
    """
    recycled = _bought_from(economy, group)
    if primary is None:
        beside = economy.sum_by_region(economy.Z.sum(axis=0))
    else:
        beside = recycled + _bought_from(economy, primary)
    frame = pd.DataFrame(
        {"recycled": recycled, "compared_with": beside, "share": _ratio(recycled, beside)},
        index=pd.Index(economy.regions, name="region"),
    )
    frame.attrs["group"] = group
    units = {"recycled": economy.unit, "compared_with": economy.unit, "share": SHARE}
    return labelled(frame, economy, units, status="observed")


def _bought_from(economy: Economy, group: str) -> Array:
    """What each region's industries buy from a group of sectors, of all regions (regions)."""
    if group not in economy.sector_groups:
        raise UnknownLabelError(
            "sector group",
            group,
            economy.sector_groups,
            where=economy.source.id,
            remedy="Only a table with such sectors can answer; declare the group with the dataset.",
        )
    sells = np.tile(np.isin(economy.sectors, economy.group(group)), len(economy.regions))
    return economy.sum_by_region(economy.Z[sells].sum(axis=0))


def _common_unit(economy: Economy, extensions: Sequence[str], units: Sequence[str], what: str) -> str:
    if not extensions:
        raise InputError(Problem("extensions", "none named.", f"Known: {', '.join(economy.extensions) or 'none'}."))
    found = {name: economy.extension(name).unit for name in extensions}
    problems = [
        Problem(f"extension '{name}'", f"is in '{unit}', which is not {what}.", f"Expected one of {', '.join(units)}.")
        for name, unit in found.items()
        if unit not in units
    ]
    if len(set(found.values())) > 1:
        problems.append(Problem("extensions", f"are in {', '.join(sorted(set(found.values())))}.", "Convert to one."))
    if problems:
        raise InputError(problems)
    return next(iter(found.values()))


def _ratio(amount: pd.Series | Array, of: pd.Series | Array) -> Array:
    top, bottom = np.asarray(amount, dtype=np.float64), np.asarray(of, dtype=np.float64)
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
