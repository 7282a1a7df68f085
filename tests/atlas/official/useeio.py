"""A small USEEIO model: two regions, three commodities, two indicators; in JSON files and in a workbook.

Keys, file names, sheets and ids are those that useeior's exports write; figures are drawn by a seed. L and N follow
from A and D, production is output less what commodities use, and consumption is production without exports less
imports.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.atlas.official.workbook import write_sheets
from tests.atlas.official.xlsb import Cell

REGIONS = ("US-GA", "RoUS")
COMMODITIES = {"111CA": "Farms", "311FT": "Food, beverages and tobacco", "22": "Utilities"}
INDICATORS = {
    "GHG": ("Greenhouse Gases", "kg CO2 eq", "Impact Potential"),
    "JOBS": ("Jobs Supported", "jobs", "Economic & Social"),
}


def matrices(seed: int = 1) -> dict[str, np.ndarray]:
    """A, D, q and what follows from them, with production and consumption of each region as columns."""
    chance = np.random.default_rng(seed)
    n = len(REGIONS) * len(COMMODITIES)
    A = chance.random((n, n)) / (2 * n)
    q = np.round(chance.lognormal(22, 1, (n, 1)), 2)
    D = chance.random((len(INDICATORS), n)) / 100
    final = (q - A @ q)[:, 0]
    share = chance.random(n)
    production = np.column_stack([final * share, final * (1 - share)])
    consumption = production - chance.normal(0, 1e7, (n, 2))
    L = np.linalg.inv(np.eye(n) - A)
    return {"A": A, "D": D, "q": q, "L": L, "N": D @ L, "Production": production, "Consumption": consumption}


def write_useeio(folder: Path, seed: int = 1, year: int = 2020) -> Path:
    """The folder of a model."""
    (folder / "matrix").mkdir(parents=True, exist_ok=True)
    (folder / "demands").mkdir(exist_ok=True)
    values = matrices(seed)
    for name in ("A", "D", "q", "L", "N"):
        _write(folder / "matrix" / f"{name}.json", values[name].tolist())
    ids = [(f"{code}/{region}", code, name, region) for region in REGIONS for code, name in COMMODITIES.items()]
    keys = ("id", "code", "name", "location")
    sectors = [{"index": k} | dict(zip(keys, row, strict=True)) for k, row in enumerate(ids)]
    _write(folder / "sectors.json", sectors)
    indicators = [
        {"id": f"{group}/{code}/{unit}", "index": k, "name": name, "code": code, "unit": unit, "group": group}
        for k, (code, (name, unit, group)) in enumerate(INDICATORS.items())
    ]
    _write(folder / "indicators.json", indicators)
    demands = []
    for column, region in enumerate(REGIONS):
        for kind in ("Production", "Consumption"):
            id = f"{year}_{region}_{kind}_Complete"
            demands.append({"id": id, "year": year, "type": kind, "system": "Complete", "location": region})
            amounts = zip(ids, values[kind][:, column].tolist(), strict=True)
            _write(folder / "demands" / f"{id}.json", [{"sector": row[0], "amount": amount} for row, amount in amounts])
    _write(folder / "demands.json", demands)
    return folder


def sheets(seed: int = 1, year: int = 2020) -> dict[str, list[list[Cell]]]:
    """The sheets of a model's workbook, in the order of useeior's export, with some that no reader needs."""
    values = matrices(seed)
    ids = [f"{code}/{region}" for region in REGIONS for code in COMMODITIES]
    names = [name for name, _, _ in INDICATORS.values()]
    made = {
        name: _labelled(values[name], rows, columns)
        for name, rows, columns in (
            ("A", ids, ids), ("D", names, ids), ("L", ids, ids), ("N", names, ids), ("q", ids, ["q"]),
        )
    }  # fmt: skip
    demands: list[list[Cell]] = [["ID", "Year", "Type", "System", "Location"]]
    for column, region in enumerate(REGIONS):
        for kind in ("Production", "Consumption"):
            id = f"{year}_{region}_{kind}_Complete"
            demands.append([id, year, kind, "Complete", region])
            made[id] = _labelled(values[kind][:, [column]], ids, [id])
    made["demands"] = demands
    made["flows"] = [["Index", "ID", "Flowable", "Context", "Unit", "UUID"], [0, "CO2/air/kg", "CO2", "air", "kg", "u"]]
    header = ["Index", "ID", "Name", "Code", "Unit", "Group", "SimpleUnit", "SimpleName"]
    made["indicators"] = [header] + [
        [k, f"{group}/{code}/{unit}", name, code, unit, group, unit, name]
        for k, (code, (name, unit, group)) in enumerate(INDICATORS.items())
    ]
    sectors = [(region, code, name) for region in REGIONS for code, name in COMMODITIES.items()]
    made["commodities_meta"] = [["Index", "ID", "Name", "Code", "Location", "Category", "Description", "Unit"]] + [
        [k, f"{code}/{region}", name, int(code) if code.isdigit() else code, region, "x/y", None, "USD"]
        for k, (region, code, name) in enumerate(sectors)
    ]
    return made


def write_useeio_workbook(path: Path, seed: int = 1, year: int = 2020) -> Path:
    """The workbook of a model."""
    return write_sheets(path, sheets(seed, year))


def _labelled(values: np.ndarray, rows: Sequence[str], columns: Sequence[str]) -> list[list[Cell]]:
    return [[None, *columns], *([row, *line] for row, line in zip(rows, values.tolist(), strict=True))]


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
