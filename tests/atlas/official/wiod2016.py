"""Small files in the layouts of WIOD's release of 2016: workbook (xlsb, xlsx), its sheet as CSV, and the long header.

Labels, their order, lines of header, rows beneath the industries and numbers c1, r1 … are the release's own; regions
and industries are few. Figures are drawn by a seed and balance: output is uses, and inputs with value added.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from tests.atlas.official.workbook import write_sheets
from tests.atlas.official.xlsb import Cell, write_xlsb

REGIONS = ("AUS", "CHN", "ROW")
INDUSTRIES = {
    "A01": "Crop and animal production, hunting and related service activities",
    "C10-C12": "Manufacture of food products, beverages and tobacco products",
    "D35": "Electricity, gas, steam and air conditioning supply",
    "R_S": "Other service activities",
    "U": "Activities of extraterritorial organizations and bodies",
}
DEMANDS = {
    "CONS_h": "Final consumption expenditure by households",
    "CONS_np": "Final consumption expenditure by non-profit organisations serving households (NPISH)",
    "CONS_g": "Final consumption expenditure by government",
    "GFCF": "Gross fixed capital formation",
    "INVEN": "Changes in inventories and valuables",
}
BELOW = {
    "II_fob": ("Total intermediate consumption", 65),
    "TXSP": ("taxes less subsidies on products", 66),
    "EXP_adj": ("Cif/ fob adjustments on exports", 67),
    "PURR": ("Direct purchases abroad by residents", 68),
    "PURNR": ("Purchases on the domestic territory by non-residents ", 69),
    "VA": ("Value added at basic prices", 70),
    "IntTTM": ("International Transport Margins", 71),
    "GO": ("Output at basic prices", 73),
}
TITLE = (
    "Intercountry Input-Output Table",
    "43 countries, in current prices",
    "(industry-by-industry)",
    "(millions of US$)",
)


def figures(seed: int = 1) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Flows and final demand (industries × uses), and the rows beneath them (one value a use)."""
    chance = np.random.default_rng(seed)
    s, n, m = len(INDUSTRIES), len(REGIONS) * len(INDUSTRIES), len(REGIONS) * len(DEMANDS)
    flows = np.round(chance.lognormal(3, 1.5, (n, n)), 6)
    flows[s - 1 :: s] = flows[:, s - 1 :: s] = 0.0  # no industry U anywhere, as in the release for most countries
    demand = np.round(chance.lognormal(6, 1, (n, m)), 6)
    demand[s - 1 :: s] = 0.0
    demand[:, 4::5] *= chance.choice([-0.1, 0.1], (n, len(REGIONS)))
    uses = np.hstack([flows, demand])
    live = np.concatenate([uses[:, :n].sum(axis=0) > 0, np.ones(m)])
    below = {code: np.zeros(n + m) for code in BELOW}
    below["II_fob"] = uses.sum(axis=0)
    for code, size in (("TXSP", 5.0), ("IntTTM", 1.0)):
        below[code] = np.round(chance.normal(size, 1, n + m), 6) * live
    below["PURR"][n::5], below["PURNR"][n::5] = 7.5, -6.25
    below["GO"][:n] = uses.sum(axis=1)
    below["VA"][:n] = below["GO"][:n] - below["II_fob"][:n] - below["TXSP"][:n] - below["IntTTM"][:n]
    below["GO"][n:] = uses[:, n:].sum(axis=0) + sum(below[code][n:] for code in ("TXSP", "PURR", "PURNR", "IntTTM"))
    return uses, below


def sheet(seed: int = 1) -> list[list[Cell]]:
    """The sheet of a year: six lines of header, four columns of labels, a last column of totals."""
    uses, below = figures(seed)
    s, columns = len(INDUSTRIES), [(r, c, name) for r in REGIONS for c, name in INDUSTRIES.items()]
    columns += [(r, c, name) for r in REGIONS for c, name in DEMANDS.items()]
    numbers = [f"c{k + 1}" for _ in REGIONS for k in range(s)]
    numbers += [f"c{s + 1 + k}" for _ in REGIONS for k in range(len(DEMANDS))]
    rows: list[list[Cell]] = [
        [TITLE[0]],
        [TITLE[1]],
        [TITLE[2], None, None, None, *(code for _, code, _ in columns), "GO"],
        [TITLE[3], None, None, None, *(name for _, _, name in columns), "Total output"],
        [None, None, None, None, *(region for region, _, _ in columns), "TOT"],
        [None, None, None, None, *numbers, f"c{s + len(DEMANDS) + 1}"],
    ]
    for i, (region, code, name) in enumerate(columns[: len(uses)]):
        rows.append([code, name, region, f"r{i % s + 1}", *uses[i].tolist(), float(uses[i].sum())])
    for code, (name, number) in BELOW.items():
        rows.append([code, name, "TOT", f"r{number}", *below[code].tolist(), float(below[code].sum())])
    return rows


def write_wiod2016(folder: Path, year: int = 2014, form: str = "xlsb", seed: int = 1) -> Path:
    """One year's file; `form` is "xlsb", "xlsx", "csv" (the sheet) or "long" (columns IndustryCode … TOT)."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = sheet(seed)
    if form == "xlsb":
        return write_xlsb(folder / f"WIOT{year}_Nov16_ROW.xlsb", {str(year): rows})
    if form == "xlsx":
        return write_sheets(folder / f"WIOT{year}_Nov16_ROW.xlsx", {str(year): rows})
    if form == "long":
        header = [f"{region}{number[1:]}" for region, number in zip(rows[4][4:-1], rows[5][4:-1], strict=True)]
        body = [[*row[:3], row[3][1:], year, *map(repr, row[4:])] for row in rows[6:]]
        rows = [["IndustryCode", "IndustryDescription", "Country", "RNr", "Year", *header, "TOT"], *body]
        path = folder / f"WIOT{year}_October16_ROW.csv"
    else:
        path = folder / f"WIOT{year}_Nov16_ROW.csv"
        rows = [
            ["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row] for row in rows
        ]
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return path


def write_co2(folder: Path, *, years: tuple[int, ...] = (2013, 2014)) -> Path:
    """The workbook of CO2 accounts that belongs to it: a sheet a country, industries × years, households last."""
    chance = np.random.default_rng(3)
    sheets: dict[str, list[list[Cell]]] = {"Notes": [["CO2 emissions, kilotonnes"]]}
    for region in REGIONS:
        amounts = [[code, *np.round(chance.lognormal(8, 1, len(years)), 3).tolist()] for code in (*INDUSTRIES, "FC_HH")]
        sheets[region] = [[None, *years], *amounts]
    return write_sheets(folder / "CO2 emissions.xlsx", sheets)
