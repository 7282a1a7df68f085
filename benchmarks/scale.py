"""A table of GLORIA's size, n = 19,680: multipliers and accounts of 20 extensions, without a factor and with one.

164 regions by 120 sectors, 30 % of the cells filled, opened from files as a store opens them. The clock runs from there
to 20 columns of multipliers and 20 tables of country accounts, in CPU seconds over all threads; peak memory holds the
table, which is 2,955 MB in double precision. `check` is the largest gap between an extension and the sum of its
accounts of production, which are solved for, relative to its total.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import OURS, run_worker

REGIONS, SECTORS, EXTENSIONS, FILLED = 164, 120, 20, 0.3
BOUND_S, BOUND_MB = 40.0, 5_000.0

WRITE = """
import sys
from pathlib import Path
from benchmarks.scale import write_table
write_table(Path(sys.argv[1]), int(sys.argv[2]))
report(0.0)
"""

WORK = """
import json, sys, time
from pathlib import Path
import numpy as np
from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.multipliers import multipliers
from kaldor.economy.solve import solver_of
folder, regions, way = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
Z, Y, x, F = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("Z", "Y", "x", "F"))
labels = lambda letter, count: tuple(f"{letter}{i:03d}" for i in range(count))
source = Source("random", "random", "", "", "")
zero = np.zeros(Y.shape[1])
started = time.process_time()
table = PublishedEconomy(
    labels("r", regions), labels("s", len(x) // regions), labels("s", len(x) // regions), ("y",), ("final",),
    Z, Y, x, "M$", 2009, "estimated", source,
    extensions=tuple(PublishedExtension(f"e{i}", f"e{i}", "t", F[i], zero, "estimated", source) for i in range(len(F))),
)
economy = Economy.from_published(table)
if way == "factor":
    solver_of(economy).keep_factor()
accounts = [country_accounts(economy, name) for name in economy.extensions]
M = multipliers(economy)
cpu = time.process_time() - started
gaps = [account["production"].sum() / row.sum() - 1 for account, row in zip(accounts, F)]
(folder / f"{way}.json").write_text(json.dumps({"check": float(np.abs(gaps).max())}))
np.save(folder / f"{way}.npy", M.to_numpy())
report(cpu)
"""


def run() -> dict[str, object]:
    """Measure both ways, print the table, return the line of JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_worker(OURS, WRITE, name, str(REGIONS))  # in a process of its own, whose memory is not ours
        ways = {
            way: run_worker(OURS, WORK, name, str(REGIONS), way) | json.loads((folder / f"{way}.json").read_text())
            for way in ("products", "factor")
        }
        products, factor = (np.load(folder / f"{way}.npy") for way in ways)
        error = float(np.max(np.abs(products - factor) / np.abs(factor)))
    _print_table(ways, error)
    ours = ways["products"]
    return {
        "name": "scale",
        "n": REGIONS * SECTORS,
        "filled": FILLED,
        "ours": ours,
        "with_a_factor": ways["factor"],
        "bounds": {"cpu_s": BOUND_S, "peak_mb": BOUND_MB},
        "within": ours["cpu_s"] <= BOUND_S and ours["peak_mb"] <= BOUND_MB,
        "error": error,
    }


def write_table(folder: Path, regions: int) -> None:
    """Z, Y, x and F as files, Z filled where it lies."""
    from benchmarks.random_economy import random_arrays

    n = regions * SECTORS
    Z = np.lib.format.open_memmap(folder / "Z.npy", mode="w+", dtype=float, shape=(n, n))
    arrays = random_arrays(n, EXTENSIONS, seed=1, sectors=SECTORS, filled=FILLED, Z=Z)
    Z.flush()
    for name in ("Y", "x", "F"):
        np.save(folder / f"{name}.npy", arrays[name])


def _print_table(ways: dict[str, dict[str, float]], error: float) -> None:
    print("| how | CPU s | peak MB | accounts beside their total |")
    print("|---|--:|--:|--:|")
    for label, way in (("as chosen: products with A", "products"), ("with a factor kept", "factor")):
        its = ways[way]
        print(f"| {label} | {its['cpu_s']:.1f} | {its['peak_mb']:.0f} | {its['check']:.0e} |")
    print(f"\nLargest difference of a multiplier: {error:.0e}.")
