"""Small files in the layout of GLORIA: a supply and use table in one matrix, satellites, and the ReadMe of labels.

Names of files, sheets and columns, regions, sectors with their numbers, categories and valuations are the publisher's
(ReadMe of release 059); regions and sectors are few, figures are drawn by a seed and balance. Democratic Yemen
makes and buys nothing, as in the files of recent years.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

REGIONS = (("Australia", "AUS"), ("Democratic Yemen", "DYE"), ("Romania", "ROU"), ("Rest of Africa", "XAF"))
SECTORS = (
    (1, "Growing wheat"),
    (86, "Machinery and equipment"),
    (93, "Electric power generation, transmission and distribution"),
)
EMPTY = 1
DEMANDS = (
    "Household final consumption P.3h",
    "Non-profit institutions serving households P.3n",
    "Government final consumption P.3g",
    "Gross fixed capital formation P.51",
    "Changes in inventories P.52",
    "Acquisitions less disposals of valuables P.53",
)
INPUTS = (
    "Compensation of employees D.1",
    "Taxes on production D.29",
    "Subsidies on production D.39",
    "Net operating surplus B.2n",
    "Net mixed income B.3n",
    "Consumption of fixed capital K.1",
)
SATELLITES = (
    ("Emissions (EDGAR)", "'co2_excl_short_cycle_org_c_total_EDGAR_consistent'", "kilotonnes"),
    ("Employment", "'Male.Low-skilled'", "1000 persons"),
)
NAME = "20240110_120secMother_AllCountries_002_{kind}-Results_{year}_{release}_Markup{price}(full).csv"


def gloria_matrices(seed: int = 1, *, by_products: bool = False) -> dict[str, np.ndarray]:
    """T, Y, V, TQ and YQ; `by_products` lets industries make each other's products, which GLORIA's own do not."""
    chance = np.random.default_rng(seed)
    r, s, d = len(REGIONS), len(SECTORS), len(DEMANDS)
    n, m = r * s, r * d
    live = np.repeat([region != EMPTY for region in range(r)], s)
    use = chance.lognormal(4, 1, (n, n)) * live * live[:, None]
    buys = np.repeat([region != EMPTY for region in range(r)], d)
    demand = chance.lognormal(7, 1, (n, m)) * live[:, None] * buys
    used = use.sum(axis=1) + demand.sum(axis=1)
    supply = np.zeros((n, n))
    for region in range(r):
        block = slice(region * s, (region + 1) * s)
        shares = np.eye(s)
        if by_products:
            shares = 0.9 * shares + 0.1 * chance.dirichlet(np.ones(s), s).T
        supply[block, block] = shares * used[block]
    value_added = supply.sum(axis=1) - use.sum(axis=0)
    inputs = np.zeros((r, len(INPUTS), n))
    parts = chance.dirichlet(np.ones(len(INPUTS)), n).T * value_added
    for region in range(r):
        block = slice(region * s, (region + 1) * s)
        inputs[region, :, block] = parts[:, block]
    T = np.zeros((r, 2, s, r, 2, s))
    T[:, 0, :, :, 1, :] = supply.reshape(r, s, r, s)
    T[:, 1, :, :, 0, :] = use.reshape(r, s, r, s)
    Y = np.zeros((r, 2, s, m))
    Y[:, 1] = demand.reshape(r, s, m)
    TQ = np.zeros((len(SATELLITES), r, 2, s))
    TQ[:, :, 0, :] = (chance.lognormal(0, 1, (len(SATELLITES), n)) * live).reshape(-1, r, s)
    YQ = np.zeros((len(SATELLITES), r, d))
    YQ[0, :, 0] = chance.lognormal(0, 1, r) * buys[::d]
    V = np.zeros((r * len(INPUTS), r, 2, s))
    V[:, :, 0, :] = inputs.reshape(-1, r, s)
    shapes = {"T": (2 * n, 2 * n), "Y": (2 * n, m), "V": (-1, 2 * n), "TQ": (-1, 2 * n), "YQ": (-1, m)}
    arrays = {"T": T, "Y": Y, "V": V, "TQ": TQ, "YQ": YQ}
    return {kind: array.reshape(shapes[kind]) for kind, array in arrays.items()}


def write_readme(path: Path, sectors: tuple[tuple[int, str], ...] = SECTORS) -> Path:
    """The workbook of labels, with the sheets and columns of the publisher's."""
    path.write_bytes(_readme(sectors))
    return path


@cache
def _readme(sectors: tuple[tuple[int, str], ...]) -> bytes:
    from openpyxl import Workbook

    sheets = {
        "Regions": [("Lfd_Nr", "Region_acronyms", "Region_names")]
        + [(i, code, name) for i, (name, code) in enumerate(REGIONS, 1)],
        "Sectors": [("Lfd_Nr", "Sector_names"), *sectors],
        "Value added and final demand": [("Lfd_Nr", "Value_added_names", "Final_demand_names")]
        + [(i, *names) for i, names in enumerate(zip(INPUTS, DEMANDS, strict=True), 1)],
        "Valuations": [("Lfd_Nr", "Valuation_names"), (1, "Basic prices"), (2, "Trade margins")],
        "Satellites": [("Lfd_Nr", "Sat_head_indicator", "Sat_indicator", "Sat_unit")]
        + [(i, *labels) for i, labels in enumerate(SATELLITES, 1)],
    }
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def write_gloria(
    folder: Path, year: int, *, release: str = "059", zipped: bool = False, satellites: bool = True, **how: object
) -> Path:
    """A folder with the ReadMe and a year's matrices and satellites, each a folder or zip as the publisher names it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_readme(folder / f"GLORIA_ReadMe_{release}.xlsx")
    places = {
        f"GLORIA_MRIOs_{int(release[:3])}_{year}": ("T", "Y", "V"),
        f"GLORIA_SatelliteAccounts_{release}_{year}": ("TQ", "YQ") if satellites else (),
    }
    matrices = gloria_matrices(**how)
    for place, kinds in places.items():
        texts = {
            NAME.format(kind=kind, year=year, release=release, price="001"): "".join(
                ",".join(map(repr, row)) + "\n" for row in matrices[kind].tolist()
            )
            for kind in kinds
        }
        if zipped and texts:
            with zipfile.ZipFile(folder / f"{place}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in texts.items():
                    archive.writestr(name, text)
        elif texts:
            (folder / place).mkdir(exist_ok=True)
            for name, text in texts.items():
                (folder / place / name).write_text(text, encoding="utf-8")
    return folder
