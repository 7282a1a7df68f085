"""Small files in the layout of Eora26 (worldmrio.com/eora26): a folder or zip of one year, few countries and sectors.

Labels are the publisher's own, misprints and trailing tabs included; ROW has the one sector TOTAL and six categories of
final demand, as in the files. Figures are drawn by a seed and balance.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

COUNTRIES = (("Australia", "AUS"), ("Sudan", "SUD"), ("South Sudan", "SDS"), ("Former USSR", "USR"))
SECTORS = ("Agriculture", "Mining and Quarrying", "Hotels and Restraurants", "Electricity, Gas and Water")
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
    ("Total CO2 emissions (Gg) from EDGAR", "Total"),
    ("Energy Usage (TJ)", "Coal"),
    ("Energy Usage (TJ)", "Petroleum"),
)


def eora26_files(year: int, *, price: str = "bp", seed: int = 1, with_row: bool = True) -> dict[str, str]:
    """The text of each file of one year, by name."""
    chance = np.random.default_rng(seed)
    regions = [*COUNTRIES, ("ROW", "ROW")] if with_row else list(COUNTRIES)
    industries = [(n, c, "Industries", s) for n, c in COUNTRIES for s in SECTORS]
    industries += [("ROW", "ROW", "Industries", "TOTAL")] if with_row else []
    demands = [(n, c, "Final demand", d) for n, c in regions for d in DEMANDS]
    n, m = len(industries), len(demands)
    size = np.array([100.0, 5.0, 1.0, 20.0]).repeat(len(SECTORS))  # countries differ
    size = np.append(size, 1.0) if with_row else size
    T = chance.lognormal(3, 1, (n, n)) * np.sqrt(size * size[:, None])
    FD = chance.lognormal(6, 1, (n, m)) * size[:, None]
    if with_row:
        T[-1, -1] = 0.0
        T[-1, :-1] *= 0.01
        T[:-1, -1] *= 0.01
    shares = chance.dirichlet(np.ones(len(INPUTS)), n).T
    VA = shares * (T.sum(axis=1) + FD.sum(axis=1) - T.sum(axis=0))
    Q, QY = chance.lognormal(1, 1, (len(SATELLITES), n)), chance.lognormal(0, 1, (len(SATELLITES), m))
    QY[:, np.arange(m) % len(DEMANDS) != 0] = 0.0  # only households emit
    matrices = {"T": T, "FD": FD, "VA": VA, "Q": Q, "QY": QY}
    files = {f"Eora26_{year}_{price}_{kind}.txt": _lines(matrix) for kind, matrix in matrices.items()}
    files["labels_T.txt"] = "".join("\t".join(label) + "\t\n" for label in industries)
    files["labels_FD.txt"] = "".join("\t".join(label) + "\t\n" for label in demands)
    files["labels_VA.txt"] = "".join(f"Primary inputs\t{name}\t\n" for name in INPUTS)
    files["labels_Q.txt"] = "".join("\t".join(label) + "\t\n" for label in SATELLITES)
    return files


def write_eora26(folder: Path, year: int, *, price: str = "bp", seed: int = 1, with_row: bool = True) -> Path:
    """A folder of one year as it is when the publisher's zip has been unpacked."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in eora26_files(year, price=price, seed=seed, with_row=with_row).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def zip_eora26(folder: Path, year: int, *, price: str = "bp", seed: int = 1, labels: bool = False) -> Path:
    """A zip of one year as the publisher packs it; the labels in it, or in indices.zip beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"Eora26_{year}_{price}.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as year_zip,
        zipfile.ZipFile(folder / "indices.zip", "w", zipfile.ZIP_DEFLATED) as indices,
    ):
        for name, text in eora26_files(year, price=price, seed=seed).items():
            (year_zip if labels or not name.startswith("labels") else indices).writestr(name, text)
    if labels:
        (folder / "indices.zip").unlink()
    return path


def _lines(matrix: np.ndarray) -> str:
    return "".join("\t".join(map(repr, row)) + "\n" for row in matrix.tolist())
