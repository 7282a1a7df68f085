"""Faults of labour accounts: employees are part of all persons engaged, and so cannot be more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaldor.atlas.quality.faults import Fault

if TYPE_CHECKING:
    import pandas as pd

PERSONS, EMPLOYEES = "jobs", "employees"
_ROUNDING = 1e-3  # of persons engaged: both are rounded when they are published


def labour_faults(frame: pd.DataFrame) -> list[Fault]:
    """Industries of a long table (extension, region, sector, year, value) with more employees than persons engaged."""
    if "extension" not in frame.columns or not {PERSONS, EMPLOYEES} <= set(frame["extension"]):
        return []
    keys = ["region", "sector", "year"]
    wide = frame.pivot(index=keys, columns="extension", values="value")[[PERSONS, EMPLOYEES]].dropna()
    odd = wide[wide[EMPLOYEES] > wide[PERSONS] * (1 + _ROUNDING)]
    return [
        Fault(
            "employees beyond persons",
            int(year),
            f"{region}/{sector}",
            f"{employees:,.6g} employees among {persons:,.6g} persons engaged",
            float(employees / persons) if persons > 0 else float("inf"),
        )
        for (region, sector, year), persons, employees in zip(odd.index, odd[PERSONS], odd[EMPLOYEES], strict=True)
    ]
