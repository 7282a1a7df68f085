"""A small national table in the layout of Eurostat's manual, with the dataset.toml that declares it.

Rows and columns stand as in table 15.4 of the manual (products, imports, taxes, value added, output, employment);
figures are drawn by a seed and balance.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

PRODUCTS = {"CPA_A": "Agriculture", "CPA_B-E": "Industry", "CPA_G-I": "Trade"}
COLUMNS = ("agriculture", "industry", "trade")
DEMANDS = {"households": "households", "government": "government", "capital": "investment", "exports": "exports"}

DECLARED = """title = "Ruritania 1995"
unit = "million EUR"

[table]
file = "table.csv"
region = "POL"
year = 1995
rows = ["CPA_A", "CPA_B-E", "CPA_G-I"]
columns = ["agriculture", "industry", "trade"]
output = "P1"
names = "label"

[table.final_demand]
households = "households"
government = "government"
capital = "investment"
exports = "exports"

[[table.extensions]]
row = "EMP"
id = "jobs"
name = "Employment"
unit = "thousand people"

[[table.extensions]]
row = "CO2"
id = "co2"
name = "CO2 emissions"
unit = "kt CO2"
households = "households"
"""


def write_national_table(folder: Path, seed: int = 1) -> Path:
    """The folder of a table: table.csv and dataset.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(seed)
    flows = np.round(chance.lognormal(3, 1, (3, 3)), 1)
    demand = np.round(chance.lognormal(4, 1, (3, len(DEMANDS))), 1)
    output = np.round(flows.sum(axis=1) + demand.sum(axis=1), 1)
    value_added = np.round(output - flows.sum(axis=0) - 5, 1)
    rows = [["code", "label", *COLUMNS, *DEMANDS, "total"]]
    for i, (code, name) in enumerate(PRODUCTS.items()):
        rows.append([code, name, *map(str, flows[i]), *map(str, demand[i]), str(output[i])])
    rows.append(["P7", "Imported products", *["5.0"] * 3, "", "", "", "", "15.0"])
    rows.append(["B1G", "Value added", *map(str, value_added), "", "", "", "", ""])
    rows.append(["P1", "Output", *map(str, output), "", "", "", "", ""])
    rows.append(["EMP", "Employment", "12", "34", "56", "", "", "", "", ""])
    rows.append(["CO2", "CO2 emissions", "1.5", "20", "3", "7", "", "", "", ""])
    with (folder / "table.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    (folder / "dataset.toml").write_text(DECLARED, encoding="utf-8")
    return folder
