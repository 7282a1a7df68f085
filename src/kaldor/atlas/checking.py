"""Look a stored dataset over: is every byte as it was written, and does the table balance?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kaldor.atlas.manifest import Manifest
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.reading import array_names
from kaldor.atlas.tables import file_hash
from kaldor.errors import Problem


@dataclass(frozen=True)
class Balance:
    """How one year of an economy balances; amounts in its unit.

    `largest_gap` is the largest |x − Z1 − Y1| of an industry, `gap_share` their sum over world output;
    `above_one` are the industries whose inputs exceed their output, the worst first, with that ratio.
    """

    year: int
    unit: str
    output: float
    value_added: float
    largest_gap: float
    largest_gap_at: str
    gap_share: float
    without_output: int
    negative_flows: int
    negative_outputs: int
    negative_final_demand: int
    above_one: tuple[tuple[str, float], ...]


def check(manifest: Manifest, folder: Path) -> list[Problem]:
    """Compare a content folder with its manifest: files missing, changed, foreign; arrays of a wrong shape."""
    place = f"dataset '{manifest.id}'"
    remedy = "Add the dataset again."
    problems = []
    for name, file in manifest.files.items():
        path = folder / name
        if not path.is_file():
            problems.append(Problem(f"{place}, {name}", "the file is missing.", remedy))
        elif path.stat().st_size != file.bytes:
            size = path.stat().st_size
            problems.append(Problem(f"{place}, {name}", f"has {size:,} bytes, not {file.bytes:,}.", remedy))
        elif file_hash(path) != file.sha256:
            problems.append(Problem(f"{place}, {name}", "its content has changed since it was written.", remedy))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    problems += [
        Problem(f"{place}, {name}", "is no file of this dataset.") for name in sorted(there - set(manifest.files))
    ]
    if manifest.kind == "economy" and not problems:
        problems += _shape_problems(manifest, folder)
    return problems


def balance(table: PublishedEconomy) -> Balance:
    """Sum up how a published table balances."""
    x = np.asarray(table.x, np.float64)
    gap = x - table.Z.sum(axis=1, dtype=np.float64) - table.Y.sum(axis=1, dtype=np.float64)
    inputs = table.Z.sum(axis=0, dtype=np.float64)
    labels = [f"{r}/{s}" for r in table.regions for s in table.sectors]
    worst = int(np.argmax(np.abs(gap)))
    above = np.flatnonzero((inputs >= x) & (inputs > 0))
    ratios = sorted(((labels[j], float(inputs[j] / x[j]) if x[j] > 0 else np.inf) for j in above), key=lambda p: -p[1])
    output = float(x.sum())
    return Balance(
        year=table.year,
        unit=table.unit,
        output=output,
        value_added=output - float(inputs.sum()),
        largest_gap=float(abs(gap[worst])),
        largest_gap_at=labels[worst],
        gap_share=float(np.abs(gap).sum() / output) if output else 0.0,
        without_output=int(np.count_nonzero(x == 0)),
        negative_flows=int(np.count_nonzero(np.asarray(table.Z) < 0)),
        negative_outputs=int(np.count_nonzero(x < 0)),
        negative_final_demand=int(np.count_nonzero(np.asarray(table.Y) < 0)),
        above_one=tuple(ratios),
    )


def _shape_problems(manifest: Manifest, folder: Path) -> list[Problem]:
    regions = manifest.counts["regions"]
    n, m, k = (
        regions * manifest.counts["sectors"],
        regions * manifest.counts["demand categories"],
        len(manifest.extensions),
    )
    shapes = {"Z": (n, n), "Y": (n, m), "x": (n,), "F": (k, n), "F_Y": (k, m)}
    problems = []
    for year in manifest.years:
        for name in array_names(manifest):
            shape = np.load(folder / str(year) / f"{name}.npy", mmap_mode="r").shape
            if shape != shapes[name]:
                where = f"dataset '{manifest.id}', {year}, {name}"
                problems.append(Problem(where, f"has shape {shape}, expected {shapes[name]}."))
    return problems
