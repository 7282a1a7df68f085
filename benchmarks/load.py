"""Reading an EXIOBASE-size table from its official text, against pymrio's parse_exiobase3.

49 regions by 200 products (n = 9,800), 7 categories of final demand and 40 extensions, written once in the official
layout (Z, Y, x, F, F_Y; no A, which pymrio would read as well) into a temporary folder. Kaldor recognises the folder,
hashes and reads its files, and writes the dataset into a store with its provenance, all of it on the clock; a second
process opens the economy from that store. pymrio's parser makes data frames in memory. Imports are not on the clock.

The table is random but made plausible (`random_economy`), with 30 % of the cells of Z empty: more text to read than an
official table of this detail has. Numbers with all their digits, in balance.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.measure import OURS, environment, run_worker
from benchmarks.random_economy import SPREAD, random_arrays

REGIONS = tuple(f"{a}{b}" for a in "ABCDEFG" for b in "ABCDEFG")  # as many as EXIOBASE has, of two letters
SECTORS = [f"Product {k:03d} of the classification" for k in range(200)]
DEMANDS = [
    "Final consumption expenditure by households",
    "Final consumption expenditure by non-profit organisations serving households (NPISH)",
    "Final consumption expenditure by government",
    "Gross fixed capital formation",
    "Changes in inventories",
    "Changes in valuables",
    "Exports: Total (fob)",
]
EXTENSIONS = 40
EMPTY_CELLS = 0.3

WRITE = """
import sys
from pathlib import Path
from benchmarks.load import write_table
write_table(Path(sys.argv[1]))
report(0.0)
"""

READ = """
import sys, time
from pathlib import Path
import pandas, pyarrow.parquet, numba
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
started = time.process_time()
add(Path(sys.argv[1]), Store(Path(sys.argv[2])))
report(time.process_time() - started)
"""

OPEN = """
import sys, time
from pathlib import Path
import pandas, pyarrow.parquet
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
started = time.process_time()
economy = Economy.from_published(Store(Path(sys.argv[1])).economy("exiobase3_pxp", 2020))
assert economy.n == 9800 and len(economy.extensions) == 40
report(time.process_time() - started)
"""

THEIRS = """
import sys, time
import numpy as np, pymrio
started = time.process_time()
system = pymrio.parse_exiobase3(sys.argv[1])
cpu = time.process_time() - started
report(cpu)
parts = (system.Z, system.Y, system.satellite.F, system.satellite.F_Y)
np.savez(sys.argv[2], **{name: part.to_numpy()[:200] for name, part in zip(("Z", "Y", "F", "F_Y"), parts)})
"""


def run() -> dict[str, object]:
    """Write the table, measure both, print the table, return the line of JSON."""
    peer = environment("pymrio")
    with tempfile.TemporaryDirectory() as name:
        root, store = Path(name) / "IOT_2020_pxp", Path(name) / "store"
        run_worker(OURS, WRITE, str(root))  # in a process of its own: a child's peak memory begins with its parent's
        megabytes = sum(file.stat().st_size for file in root.rglob("*.txt")) / 1e6
        ours = run_worker(OURS, READ, str(root), str(store))
        opened = run_worker(OURS, OPEN, str(store))
        theirs = run_worker(peer, THEIRS, str(root), f"{name}/theirs.npz")
        error = _largest_error(store, Path(name) / "theirs.npz")
    dense = 8 * (len(REGIONS) * len(SECTORS)) ** 2 / 2**20
    _print_table(ours, opened, theirs, megabytes, dense)
    return {
        "name": "load",
        "n": len(REGIONS) * len(SECTORS),
        "text_mb": round(megabytes),
        "ours": ours,
        "opening": opened,
        "theirs": theirs,
        "ratio": round(theirs["cpu_s"] / ours["cpu_s"], 2),
        "opening_share": round(opened["cpu_s"] / ours["cpu_s"], 4),
        "peak_over_dense_Z": round(ours["peak_mb"] / dense, 2),
        "error": error,
    }


def write_table(root: Path) -> None:
    """The files of one year as EXIOBASE lays them out, with the parameter files by which pymrio finds them."""
    arrays = _arrays()
    industries = [(region, sector) for region in REGIONS for sector in SECTORS]
    uses = [(region, demand) for region in REGIONS for demand in DEMANDS]
    stressors = [(f"Stressor {k:02d} - air",) for k in range(EXTENSIONS)]
    (root / "satellite").mkdir(parents=True)
    _write_matrix(root / "Z.txt", arrays["Z"], industries, industries)
    _write_matrix(root / "Y.txt", arrays["Y"], industries, uses)
    _write_matrix(root / "satellite" / "F.txt", arrays["F"], stressors, industries)
    _write_matrix(root / "satellite" / "F_Y.txt", arrays["F_Y"], stressors, uses)
    totals = [
        f"{region}\t{sector}\t{value!r}"
        for (region, sector), value in zip(industries, arrays["x"].tolist(), strict=True)
    ]
    units = [f"{region}\t{sector}\tM.EUR" for region, sector in industries]
    _write_lines(root / "x.txt", ["region\tsector\tindout", *totals])
    _write_lines(root / "unit.txt", ["region\tsector\tunit", *units])
    _write_lines(root / "satellite" / "unit.txt", ["stressor\tunit", *(f"{name}\tkg" for (name,) in stressors)])
    metadata = {"description": "EXIOBASE version 3 - pxp for 2020", "name": "random", "system": "pxp", "history": []}
    (root / "metadata.json").write_text(json.dumps({**metadata, "version": "none"}))
    core = {"Z": (2, 2), "Y": (2, 2), "x": (1, 2), "unit": (1, 2)}
    _write_parameters(root, "IOSystem", core)
    _write_parameters(root / "satellite", "Extension", {"F": (2, 1), "F_Y": (2, 1), "unit": (1, 1)})


def _arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    n, sectors, demands = len(REGIONS) * len(SECTORS), len(SECTORS), len(DEMANDS)
    arrays = random_arrays(n, EXTENSIONS, seed=2, sectors=sectors, demands=demands, filled=1 - EMPTY_CELLS)
    return arrays | {"F_Y": rng.lognormal(0, SPREAD, (EXTENSIONS, arrays["Y"].shape[1]))}


def _write_matrix(path: Path, values: np.ndarray, rows: Sequence[tuple], columns: Sequence[tuple]) -> None:
    """Two header lines, a line of index names, then each row with its labels; numbers with all their digits."""
    labels = len(rows[0])
    with path.open("wb") as stream:
        for level in range(2):
            stream.write(("\t" * labels + "\t".join(column[level] for column in columns) + "\n").encode())
        names = ["region", "sector"] if labels == 2 else ["stressor"]
        stream.write(("\t".join(names) + "\t" * len(columns) + "\n").encode())
        for begin in range(0, len(values), 200):
            block = values[begin : begin + 200]
            texts = pc.cast(pa.array(block.ravel()), pa.string())
            offsets = np.arange(len(block) + 1, dtype=np.int32) * block.shape[1]
            lines = pc.binary_join(pa.ListArray.from_arrays(offsets, texts), "\t").to_pylist()
            for label, line in zip(rows[begin : begin + 200], lines, strict=True):
                stream.write(("\t".join(label) + "\t" + line + "\n").encode())


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n")


def _write_parameters(folder: Path, kind: str, shapes: dict[str, tuple[int, int]]) -> None:
    listed = {
        key: {"name": f"{key}.txt", "nr_header": str(header), "nr_index_col": str(columns)}
        for key, (header, columns) in shapes.items()
    }
    (folder / "file_parameters.json").write_text(json.dumps({"files": listed, "systemtype": kind, "name": "random"}))


def _largest_error(store: Path, theirs: Path) -> float:
    """The largest relative difference in the first rows of Z, Y, F and F_Y."""
    from kaldor.atlas.store import Store

    table = Store(store).economy("exiobase3_pxp", 2020)
    F, F_Y = (np.stack([getattr(extension, name) for extension in table.extensions]) for name in ("F", "F_Y"))
    errors = []
    with np.load(theirs) as found:
        for name, ours in (("Z", table.Z), ("Y", table.Y), ("F", F), ("F_Y", F_Y)):
            first = ours[: len(found[name])]
            errors.append(np.max(np.abs(first - found[name])) / np.max(np.abs(first)))
    return float(max(errors))


def _print_table(ours: dict, opened: dict, theirs: dict, megabytes: float, dense: float) -> None:
    print(f"Text: {megabytes:,.0f} MB; Z in float64: {dense:,.0f} MB.\n")
    print("| | CPU s | MB of text a CPU second | peak MB | peak over dense Z |")
    print("|---|--:|--:|--:|--:|")
    for label, its in (("Kaldor, first read into the store", ours), ("pymrio, read into memory", theirs)):
        rate = megabytes / its["cpu_s"]
        print(f"| {label} | {its['cpu_s']:.2f} | {rate:.0f} | {its['peak_mb']:.0f} | {its['peak_mb'] / dense:.2f} |")
    print(f"| Kaldor, opened from the store | {opened['cpu_s']:.3f} | – | {opened['peak_mb']:.0f} | – |")
    print(f"\nTimes less CPU: {theirs['cpu_s'] / ours['cpu_s']:.1f}. Opening: {opened['cpu_s'] / ours['cpu_s']:.2%}.")
