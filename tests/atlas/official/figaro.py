"""Small files in FIGARO's two formats, and in the SDMX formats of Eurostat's emissions by country and industry.

Labels, their order and the rows beneath the industries are Eurostat's; regions and industries are few. Figures are
drawn by a seed and balance.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np

REGIONS = ("AT", "GR", "GB", "FIGW1")
INDUSTRIES = ("A01", "C10T12", "C31_32", "D35", "O84")
DEMANDS = ("P3_S13", "P3_S14", "P3_S15", "P51G", "P5M")
BELOW = ("D21X31", "OP_RES", "OP_NRES", "D1", "D29X39", "B2A3G")
ONLINE = {"GR": "EL", "GB": "UK", "FIGW1": "WRL_REST"}
"""What the data sets online call a region that the files call otherwise."""

NACE = {"C10T12": "C10-C12", "C31_32": "C31_C32", "D35": "D", "O84": "O"}


def table(kind: str = "ind-by-ind", seed: int = 1) -> tuple[list[str], list[str], np.ndarray]:
    """Labels of rows and columns and the cells of one year."""
    chance = np.random.default_rng(seed)
    prefix = "CPA_" if kind == "prod-by-prod" else ""
    industries = [f"{region}_{prefix}{code}" for region in REGIONS for code in INDUSTRIES]
    uses = [f"{region}_{demand}" for region in REGIONS for demand in DEMANDS]
    n, m = len(industries), len(uses)
    cells = np.zeros((n + len(BELOW), n + m))
    cells[:n, :n] = np.round(chance.lognormal(2, 1, (n, n)), 6)
    cells[:n, n:] = np.round(chance.lognormal(5, 1, (n, m)), 6)
    cells[:n, n + 4 :: 5] *= -0.05  # stocks that shrink
    cells[n, :] = np.round(chance.lognormal(1, 0.5, n + m), 6)
    cells[n + 1, n + 1 :: 5], cells[n + 2, n + 1 :: 5] = 1.5, -1.25
    cells[n + 3, :n], cells[n + 4, :n] = 0.4 * cells[:n].sum(axis=1)[:n], -1.5
    cells[n + 5, :n] = cells[:n].sum(axis=1) - cells[: n + 5, :n].sum(axis=0)
    return [*industries, *(f"W2_{code}" for code in BELOW)], [*industries, *uses], cells


def write_figaro(
    folder: Path, year: int = 2022, *, form: str = "matrix", kind: str = "ind-by-ind", edition: int = 25, seed: int = 1
) -> Path:
    """One year's file; `form` is "matrix" or "flatfile"."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, columns, cells = table(kind, seed)
    path = folder / f"{form}_eu-ic-io_{kind}_{edition}ed_{year}.csv"
    if form == "matrix":
        lines = [["rowLabels", *columns]]
        lines += [[row, *map(repr, cells[i].tolist())] for i, row in enumerate(rows)]
    else:
        letter = "I" if kind == "ind-by-ind" else "P"
        stem = "icioi" if kind == "ind-by-ind" else "icio"
        header = ["refArea", f"row{letter}i", "counterpartArea", f"col{letter}i", "obsValue"]
        lines = [[f"{stem}Row", f"{stem}Col", *header]]
        lines += [
            [row, column, *row.split("_", 1), *column.split("_", 1), repr(float(cells[i, j]))]
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
        ]
    _write(path, lines)
    return path


def emissions(years: Sequence[int] = (2021, 2022), seed: int = 5) -> dict[tuple[str, str, int], float]:
    """Greenhouse gases by region, industry (HH for households) and year, by FIGARO's codes."""
    chance = np.random.default_rng(seed)
    labels = [(r, i, y) for r in REGIONS for i in (*INDUSTRIES, "HH") for y in years]
    return dict(zip(labels, np.round(chance.lognormal(7, 1, len(labels)), 3).tolist(), strict=True))


def write_emissions(folder: Path, *, form: str = "csv", packed: bool = False) -> Path:
    """env_ac_ghgfp as SDMX-CSV or TSV, with totals and a destination that the reader has to leave out."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = emissions()
    years = sorted({year for _, _, year in cells})
    rows = []  # industry, origin, destination, year, value
    for region in REGIONS:
        origin = ONLINE.get(region, region)
        for industry in (*INDUSTRIES, "HH"):
            values = [cells[region, industry, year] for year in years]
            rows.append((NACE.get(industry, industry), origin, "WORLD", values))
            rows.append((NACE.get(industry, industry), origin, "AT", [value / 10 for value in values]))
        total = [sum(cells[region, industry, year] for industry in INDUSTRIES) for year in years]
        rows.append(("TOTAL", origin, "WORLD", total))
    rows.append(("A01", "EU27_2020", "WORLD", [1.0] * len(years)))
    if form == "csv":
        lines = [
            [
                "DATAFLOW",
                "LAST UPDATE",
                "freq",
                "nace_r2",
                "na_item",
                "c_orig",
                "c_dest",
                "unit",
                "TIME_PERIOD",
                "OBS_VALUE",
                "OBS_FLAG",
                "CONF_STATUS",
            ]
        ]
        for industry, origin, destination, values in rows:
            for year, value in zip(years, values, strict=True):
                lines.append(
                    [
                        "ESTAT:ENV_AC_GHGFP(1.0)",
                        "01/10/25 23:00:00",
                        "A",
                        industry,
                        "TOTAL",
                        origin,
                        destination,
                        "THS_T",
                        str(year),
                        repr(value),
                        "",
                        "",
                    ]
                )
        text = "\n".join(",".join(line) for line in lines) + "\n"
        path = folder / "env_ac_ghgfp_linear.csv"
    else:
        head = "freq,nace_r2,na_item,c_orig,c_dest,unit\\TIME_PERIOD\t" + "\t".join(f"{year} " for year in years)
        body = [
            f"A,{industry},TOTAL,{origin},{destination},THS_T\t" + "\t".join(f"{value!r} e" for value in values)
            for industry, origin, destination, values in rows
        ]
        text = "\n".join([head, *body]) + "\n"
        path = folder / "env_ac_ghgfp.tsv"
    if packed:
        path = path.with_name(f"{path.name}.gz")
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def _write(path: Path, lines: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)
