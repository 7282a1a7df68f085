"""A table in WIOD's 35 industries of which two make anything, in Poland, the USA and the rest of the world, by hand.

In million $, 2009 and 2011 alike: Polish food (c3) makes 200 of 40 of Polish crops, 50 of American and 20 of the rest
of the world; 150 of it are used in Poland, 50 in the USA. Nobody else buys inputs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kaldor.atlas.classifications import classification
from tests.atlas.official.wiod_sea import write_accounts
from tests.atlas.plain_folders import write_csv

REGIONS = ("POL", "USA", "RoW")
OUTPUT = {("POL", "c1"): 100, ("POL", "c3"): 200, ("USA", "c1"): 400, ("USA", "c3"): 100, ("RoW", "c1"): 50}
OUTPUT |= {("RoW", "c3"): 50}
BOUGHT = {("POL", "c1"): 40, ("USA", "c1"): 50, ("RoW", "c1"): 20}
USED = {("POL", "c1"): (60, 0, 0), ("POL", "c3"): (150, 50, 0), ("USA", "c1"): (0, 350, 0), ("USA", "c3"): (0, 100, 0)}
USED |= {("RoW", "c1"): (0, 0, 30), ("RoW", "c3"): (0, 0, 50)}

ACCOUNTS = {
    # in 2009 four zloty are a dollar
    ("POL", "GO", "c1", 2009): 400.0,
    ("POL", "GO", "c3", 2009): 800.0,
    ("POL", "LAB", "c1", 2009): 200.0,
    ("POL", "LAB", "c3", 2009): 100.0,
    ("POL", "COMP", "c1", 2009): 40.0,
    ("POL", "COMP", "c3", 2009): 112.0,
    ("POL", "VA", "c1", 2009): 160.0,
    ("POL", "VA", "c3", 2009): 300.0,
    ("POL", "EMP", "c1", 2009): 10.0,
    ("POL", "EMP", "c3", 2009): 8.0,
    ("POL", "EMPE", "c1", 2009): 2.0,
    ("POL", "EMPE", "c3", 2009): 9.0,  # more than there are persons
    ("POL", "H_EMP", "c1", 2009): 18.0,
    ("USA", "GO", "c1", 2009): 400.0,
    ("USA", "GO", "c3", 2009): 100.0,
    ("USA", "LAB", "c1", 2009): 40.0,
    ("USA", "LAB", "c3", 2009): 30.0,
    ("USA", "VA", "c1", 2009): 390.0,
    ("USA", "VA", "c3", 2009): 95.0,
    ("USA", "EMP", "c1", 2009): 4.0,
    ("USA", "EMP", "c3", 2009): 2.0,
    # two years later everything in the USA costs a quarter more, and nobody published labour income
    ("USA", "GO", "c1", 2011): 500.0,
    ("USA", "GO", "c3", 2011): 125.0,
    ("USA", "EMP", "c1", 2011): 4.4,
    ("USA", "EMP", "c3", 2011): 2.0,
    ("POL", "GO", "c1", 2011): 300.0,
    ("POL", "GO", "c3", 2011): 600.0,
    ("POL", "LAB", "c1", 2011): 120.0,
    ("POL", "LAB", "c3", 2011): 60.0,
    ("POL", "EMP", "c1", 2011): 9.0,
    ("POL", "EMP", "c3", 2011): 8.0,
}


def write_table(folder: Path) -> Path:
    """The table as a folder in Kaldor's layout, for 2009 and 2011."""
    folder.mkdir(parents=True)
    declared = classification("wiod35")
    write_csv(folder / "regions.csv", [["region"], *([region] for region in REGIONS)])
    write_csv(folder / "sectors.csv", [["code", "name"], *([s.code, s.name] for s in declared.sectors)])
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], ["c37", "Households", "households"]])
    text = 'title = "Three regions"\nunit = "million USD"\nclassification = "wiod35"\n'
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    place = {(r, s.code): i * 35 + k for i, r in enumerate(REGIONS) for k, s in enumerate(declared.sectors)}
    Z, Y, x = np.zeros((105, 105)), np.zeros((105, 3)), np.zeros(105)
    for label, amount in OUTPUT.items():
        x[place[label]], Y[place[label]] = amount, USED[label]
    for label, amount in BOUGHT.items():
        Z[place[label], place["POL", "c3"]] = amount
    for year in (2009, 2011):
        np.savez_compressed(folder / f"table_{year}.npz", Z=Z, Y=Y, x=x)
    return folder


def write_labour(folder: Path, accounts: dict[tuple[str, str, str, int], float] | None = None) -> Path:
    """The accounts that go with it, in the layout of release 2013."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "Socio_Economic_Accounts_July14.xlsx"
    return write_accounts(path, REGIONS[:2], ACCOUNTS if accounts is None else accounts)
