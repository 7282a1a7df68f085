"""Small EXIOBASE 3 downloads in the official layout: real labels, few regions and sectors, seeded numbers.

Layout after the description at doi 10.5281/zenodo.3583070: two header lines and a line of index names in Z, A, Y, F and
F_Y; x.txt, unit.txt and the lists of industries and products with one header line; all tab-separated.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

REGIONS = ("AT", "US", "WF")
SECTORS = {
    "ixi": {
        "Cultivation of wheat": "i01.b",
        "Manufacture of basic iron and steel and of ferro-alloys and first products thereof": "i27.a",
        "Production of electricity by coal": "i40.11.a",
        "Transmission of electricity": "i40.12",
        "Education (80)": "i80",
    },
    "pxp": {
        "Wheat": "p01.b",
        "Basic iron and steel and of ferro-alloys and first products thereof": "p27.a",
        "Electricity by coal": "p40.11.a",
        "Transmission services of electricity": "p40.12",
        "Education services (80)": "p80",
    },
}
DEMANDS = (
    "Final consumption expenditure by households",
    "Final consumption expenditure by non-profit organisations serving households (NPISH)",
    "Final consumption expenditure by government",
    "Gross fixed capital formation",
    "Changes in inventories",
    "Changes in valuables",
    "Exports: Total (fob)",
)
OLD = {
    "satellite": {
        "Taxes less subsidies on products purchased: Total": "M.EUR",
        "Operating surplus: Remaining net operating surplus": "M.EUR",
        "CO2 - combustion - air": "kg",
        "Employment people: High-skilled female": "1000 p",
    },
    "impacts": {"Value Added": "M.EUR", "GHG emissions (GWP100) | Problem oriented approach": "kg CO2 eq."},
}
NEW = {
    "air_emissions": {"CO2 - combustion - air": "kg", "CH4 - agriculture - air": "kg"},
    "employment": {"Employment people: High-skilled female": "1000 p"},
    "factor_inputs": {"Operating surplus: Remaining net operating surplus": "M.EUR"},
    "water": {"Water Consumption Blue - Agriculture - wheat": "Mm3"},
    "impacts": {"Value Added": "M.EUR"},
}
WITHOUT_FINAL_USE = ("employment", "factor_inputs")


def tables(system: str, seed: int = 1, extensions: dict[str, dict[str, str]] = OLD) -> dict[str, pd.DataFrame]:
    """The frames of one year: Z, A, Y, x, and F and F_Y of each folder, labelled as EXIOBASE labels them."""
    rng = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([REGIONS, SECTORS[system]], names=["region", "sector"])
    uses = pd.MultiIndex.from_product([REGIONS, DEMANDS], names=["region", "category"])
    n = len(rows)
    Z = rng.lognormal(2, 3, (n, n)) * (rng.random((n, n)) < 0.7)
    Y = rng.lognormal(4, 2, (n, len(uses)))
    Y[:, 4] -= 30  # inventories fall
    x = Z.sum(axis=1) + Y.sum(axis=1)
    found = {
        "Z": pd.DataFrame(Z, rows, rows),
        "A": pd.DataFrame(Z / x, rows, rows),
        "Y": pd.DataFrame(Y, rows, uses),
        "x": pd.DataFrame({"indout": x}, rows),
    }
    for folder, stressors in extensions.items():
        index = pd.Index(list(stressors), name="impact" if folder == "impacts" else "stressor")
        found[f"{folder}/F"] = pd.DataFrame(rng.lognormal(0, 5, (len(index), n)), index, rows)
        if folder not in WITHOUT_FINAL_USE:
            found[f"{folder}/F_Y"] = pd.DataFrame(rng.lognormal(0, 5, (len(index), len(uses))), index, uses)
    return found


def write(
    folder: Path,
    year: int = 2020,
    system: str = "pxp",
    extensions: dict[str, dict[str, str]] = OLD,
    seed: int = 1,
    leave_out: tuple[str, ...] = (),
) -> Path:
    """Write IOT_YEAR_SYSTEM unpacked into a folder; returns its path."""
    root = folder / f"IOT_{year}_{system}"
    root.mkdir(parents=True)
    for name, frame in tables(system, seed, extensions).items():
        if name not in leave_out:
            (root / name).parent.mkdir(exist_ok=True)
            frame.to_csv(root / f"{name}.txt", sep="\t")
    rows = [f"{region}\t{sector}\tM.EUR" for region in REGIONS for sector in SECTORS[system]]
    _write_lines(root / "unit.txt", "region\tsector\tunit", rows)
    for name, stressors in extensions.items():
        units = [f"{stressor}\t{unit}" for stressor, unit in stressors.items()]
        _write_lines(root / name / "unit.txt", "\tunit" if name == "impacts" else "stressor\tunit", units)
        _write_parameters(root / name, "Extension", {"F": ("2", "1"), "F_Y": ("2", "1"), "unit": ("1", "1")}, name)
    for file, key in (("industries.txt", "ixi"), ("products.txt", "pxp")):
        listed = [f"{k}\t{label}\t{code}\tX_{k}" for k, (label, code) in enumerate(SECTORS[key].items(), start=1)]
        _write_lines(root / file, "Number\tName\tCodeNr\tCodeTxt", listed)
    listed = [f"{k}\t{name}\ty{k}\tF_{k}" for k, name in enumerate(DEMANDS, start=164)]
    _write_lines(root / "finaldemands.txt", "Number\tName\tCodeNr\tCodeTxt", listed)
    metadata = {
        "description": f"EXIOBASE version 3.8.2 - {system} for {year}",
        "name": "exio382_test",
        "system": system,
        "version": "v3.82",
        "history": ["20210908 10:00:00 - FILEIO -  written as a test"],
    }
    (root / "metadata.json").write_text(json.dumps(metadata))
    shapes = {"Z": ("2", "2"), "A": ("2", "2"), "Y": ("2", "2"), "x": ("1", "2"), "unit": ("1", "2")}
    _write_parameters(root, "IOSystem", shapes, "exio3")
    return root


def zipped(root: Path) -> Path:
    """Pack an unpacked table into a zip of its name beside it, as it is downloaded, and return the zip."""
    path = root.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(root.parent).as_posix())
    return path


def _write_lines(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n")


def _write_parameters(folder: Path, kind: str, shapes: dict[str, tuple[str, str]], name: str) -> None:
    """The file by which pymrio finds the others: lines of header and columns of labels of each."""
    listed = {
        key: {"name": f"{key}.txt", "nr_header": header, "nr_index_col": columns}
        for key, (header, columns) in shapes.items()
        if (folder / f"{key}.txt").exists()
    }
    (folder / "file_parameters.json").write_text(json.dumps({"files": listed, "systemtype": kind, "name": name}))
