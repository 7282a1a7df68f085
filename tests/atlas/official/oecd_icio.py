"""Small files in the layouts of the OECD's Inter-Country Input-Output tables, all five editions.

Labels, their order, the rows below the industries and the columns beside them are the publisher's (ReadMe of each
edition); regions and sectors are few, figures are drawn by a seed and balance in rows and columns.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

REGIONS = ("AUS", "CHN", "MEX", "ROW")
SPLITS = ("MX1", "MX2", "CN1", "CN2")
WHOLE = {"MX1": "MEX", "MX2": "MEX", "CN1": "CHN", "CN2": "CHN"}


@dataclass(frozen=True)
class Edition:
    """What an edition calls things: sectors, categories of final demand, the totals, the file of a year."""

    sectors: tuple[str, ...]
    demands: tuple[str, ...]
    file: str
    total: str
    below: tuple[str, ...]


EDITIONS = {
    2016: Edition(
        ("C01T05AGR", "C10T14MIN", "C15T16FOD", "C40T41EGW"),
        ("HFCE", "NPS", "GGFC", "GFCF", "INV", "DIRP"),
        "ICIO2016_{year}.csv",
        "",
        ("VA+TAXSUB", "OUT"),
    ),
    2018: Edition(
        ("01T03", "05T06", "10T12", "35T39"),
        ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "P33"),
        "ICIO2018_{year}.CSV",
        "TOTAL",
        ("TAXSUB", "VALU", "OUTPUT"),
    ),
    2021: Edition(
        ("01T02", "03", "10T12", "35"),
        ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR"),
        "ICIO2021_{year}.csv",
        "TOTAL",
        ("TAXSUB", "VALU", "OUTPUT"),
    ),
    2023: Edition(
        ("A01_02", "A03", "C10T12", "D"),
        ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR"),
        "{year}.csv",
        "OUT",
        ("TLS", "VA", "OUT"),
    ),
    2025: Edition(
        ("A01", "A02", "C10T12", "D"),
        ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR"),
        "{year}.csv",
        "OUT",
        ("TLS", "VA", "OUT"),
    ),
}


def write_icio(folder: Path, edition: int, year: int, *, extended: bool = False, seed: int = 1) -> Path:
    """One year's file of an edition; `extended` splits the producers of China and Mexico, as the publisher does."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = EDITIONS[edition]
    producers = (*REGIONS, *SPLITS) if extended else REGIONS
    industries = [f"{region}_{sector}" for region in producers for sector in kind.sectors]
    split = [extended and label[:3] in WHOLE.values() for label in industries]
    flows, demand, taxes, value_added = _figures(len(industries), len(REGIONS) * len(kind.demands), split, seed)
    output = flows.sum(axis=1) + demand.sum(axis=1)
    gap = np.zeros(len(industries))
    if edition == 2016:
        gap = np.where(output > 0, np.round(output * 0.001, 3), 0.0)
        output = output + gap
    value_added[:] = output - flows.sum(axis=0) - taxes[:, : len(industries)].sum(axis=0)

    columns = [f"{region}_{code}" for region in REGIONS for code in kind.demands]
    order = list(range(len(columns)))
    if edition == 2016:  # by category first, and with the country behind
        order = [r * len(kind.demands) + d for d in range(len(kind.demands)) for r in range(len(REGIONS))]
        columns = [f"{columns[k].split('_')[1]}_{columns[k].split('_')[0]}" for k in order]
    demand, taxes_on_demand = demand[:, order], taxes[:, len(industries) :][:, order]
    last = [*columns, "DISC"] if edition == 2016 else [*columns, kind.total]
    beside = gap if edition == 2016 else output

    rows: list[list[object]] = [["V1" if edition >= 2023 else "", *industries, *last]]
    rows += [
        [label, *map(repr, flows[i].tolist()), *map(repr, demand[i].tolist()), repr(float(beside[i]))]
        for i, label in enumerate(industries)
    ]
    blank = [""] * (len(columns) + 1)
    taxes_on_industries = taxes[:, : len(industries)]
    for label in kind.below:
        if label == "TAXSUB":
            for r, region in enumerate(REGIONS):
                line = [*taxes_on_industries[r], *taxes_on_demand[r]]
                rows.append([f"{region}_TAXSUB", *map(repr, map(float, line)), repr(float(sum(line)))])
        elif label == "TLS":
            line = [*taxes_on_industries.sum(axis=0), *taxes_on_demand.sum(axis=0)]
            rows.append(["TLS", *map(repr, map(float, line)), repr(float(sum(line)))])
        elif label in ("VA", "VALU"):
            line = [*value_added, *np.zeros(len(columns))]
            rows.append([label, *map(repr, map(float, line)), repr(float(sum(line)))])
        elif label == "VA+TAXSUB":
            rows.append([label, *map(repr, (value_added + taxes_on_industries.sum(axis=0)).tolist()), *blank])
        elif edition == 2016:
            rows.append([label, *map(repr, output.tolist()), *blank])
        else:
            line = [*output, *(demand.sum(axis=0) + taxes_on_demand.sum(axis=0))]
            rows.append([label, *map(repr, map(float, line)), repr(float(sum(line)))])
    name = kind.file.format(year=year)
    if edition >= 2023 and not extended:
        name = name.replace(".csv", "_SML.csv")
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        quoting = csv.QUOTE_MINIMAL
        csv.writer(stream, quoting=quoting, lineterminator="\n").writerows(rows)
    return path


def _figures(n: int, m: int, empty: list[bool], seed: int) -> tuple[np.ndarray, ...]:
    """Flows, final demand, taxes by country and value added; nothing of the producers that are split elsewhere."""
    chance = np.random.default_rng(seed)
    live = ~np.array(empty)
    flows = np.round(chance.lognormal(2, 1, (n, n)), 3) * live * live[:, None]
    demand = np.round(chance.lognormal(5, 1, (n, m)), 3) * live[:, None]
    taxes = np.round(chance.lognormal(0, 0.5, (len(REGIONS), n + m)), 3)
    taxes[:, :n] *= live
    return flows, demand, taxes, np.zeros(n)
