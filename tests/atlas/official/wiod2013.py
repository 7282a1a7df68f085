"""Small workbooks in the layout of WIOD's release of 2013: one sheet WIOT_YYYY, labels in six rows and four columns.

Labels, their order and the numbers of industries and final demand are the release's own; regions and industries are
few. Figures are those of the small tables of 2016, and balance.
"""

from __future__ import annotations

from pathlib import Path

from tests.atlas.official import wiod2016
from tests.atlas.official.wiod2016 import REGIONS, figures
from tests.atlas.official.workbook import write_sheets
from tests.atlas.official.xlsb import Cell

INDUSTRIES = {
    "c1": ("AtB", "Agriculture, Hunting, Forestry and Fishing"),
    "c3": ("15t16", "Food, Beverages and Tobacco"),
    "c5": (19, "Leather, Leather and Footwear"),
    "c17": ("E", "Electricity, Gas and Water Supply"),
    "c35": ("P", "Private Households with Employed Persons"),
}
DEMANDS = dict(zip(("c37", "c38", "c39", "c41", "c42"), wiod2016.DEMANDS.values(), strict=True))
BELOW = {
    "II_fob": ("Total intermediate consumption", 60),
    "TXSP": ("taxes less subsidies on products", 61),
    "EXP_adj": ("Cif/ fob adjustments on exports", 62),
    "PURR": ("Direct purchases abroad by residents", 63),
    "PURNR": ("Purchases on the domestic territory by non-residents", 64),
    "VA": ("Value added at basic prices", 65),
    "IntTTM": ("International Transport Margins", 66),
    "GO": ("Output at basic prices", 69),
}


def sheet(year: int = 2009, seed: int = 1) -> list[list[Cell]]:
    """The sheet of a year: rows and columns by region and number."""
    uses, below = figures(seed)
    columns: list[tuple[str, Cell, str, str]] = [(r, *INDUSTRIES[c], c) for r in REGIONS for c in INDUSTRIES]
    columns += [(r, c, name, c) for r in REGIONS for c, name in DEMANDS.items()]
    rows: list[list[Cell]] = [
        [f"World Input-Output Table for {year}"],
        ["41 regions, in current prices"],
        ["(industry-by-industry)", None, None, None, *(code for _, code, _, _ in columns)],
        ["(millions of US$)", None, None, None, *(name for _, _, name, _ in columns), "Total output"],
        [None, None, None, None, *(region for region, _, _, _ in columns), "TOT"],
        [None, None, None, None, *(number for *_, number in columns), "c60"],
    ]
    for i, (region, code, name, number) in enumerate(columns[: len(uses)]):
        rows.append([code, name, region, number.replace("c", "r"), *uses[i].tolist(), float(uses[i].sum())])
    for code, (name, number) in BELOW.items():
        rows.append([None, name, "TOT", f"r{number}", *below[code].tolist(), float(below[code].sum())])
    return rows


def write_wiod2013(folder: Path, year: int = 2009, name: str = "", seed: int = 1) -> Path:
    """One year's workbook, under the release's own name unless another is given."""
    month = "Apr12" if year < 2008 else "Sep12"
    file = name or f"WIOT{year % 100:02d}_ROW_{month}.xlsx"
    return write_sheets(folder / file, {f"WIOT_{year}": sheet(year, seed)})
