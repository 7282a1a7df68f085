"""Country footprints and multipliers of 20 extensions, against pymrio's calc_all.

Both get the same Z, Y, x and F in memory and make production- and consumption-based accounts, imports and exports
embodied, and multipliers. The clock runs from arrays to accounts; CPU seconds add up over threads. Three runs each, in
turns; the median counts.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.measure import OURS, environment, in_turns, run_worker
from benchmarks.random_economy import random_arrays

WIOD = Path(__file__).parents[2] / "shared" / "data" / "wiod2013_41x35" / "wiot_2009.npz"
EXTENSIONS = 20

OUR_WORK = """
import sys, time
from pathlib import Path
import numpy as np
from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.multipliers import multipliers
folder, regions = Path(sys.argv[1]), int(sys.argv[2])
Z, Y, x, F = (np.load(folder / f"{name}.npy", mmap_mode=None) for name in ("Z", "Y", "x", "F"))
for a in (Z, Y, x, F): a.flags.writeable = False
labels = lambda letter, count: tuple(f"{letter}{i:03d}" for i in range(count))
source = Source("random", "random", "", "", "")
started = time.process_time()
zero = np.zeros(Y.shape[1])
table = PublishedEconomy(
    labels("r", regions), labels("s", len(x) // regions), labels("s", len(x) // regions), ("y",), ("final",),
    Z, Y, x, "M$", 2009, "estimated", source,
    extensions=tuple(PublishedExtension(f"e{i}", f"e{i}", "t", F[i], zero, "estimated", source) for i in range(len(F))),
)
economy = Economy.from_published(table)
accounts = [country_accounts(economy, name) for name in economy.extensions]
M = multipliers(economy)
cpu = time.process_time() - started
# pymrio's production account leaves out what the table's discrepancy carries; Kaldor shows it, as a part of its own.
for a in accounts:
    a["production"] -= a["discrepancy"] + a["unallocated"]
columns = ["production", "consumption", "embodied_in_imports", "embodied_in_exports"]
np.savez(folder / "ours.npz", accounts=np.array([a[columns].to_numpy() for a in accounts]), M=M.to_numpy().T)
report(cpu)
"""

THEIR_WORK = """
import sys, time
from pathlib import Path
import numpy as np, pandas as pd, pymrio
folder, regions = Path(sys.argv[1]), int(sys.argv[2])
Z, Y, x, F = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x", "F"))
labels = lambda letter, count: [f"{letter}{i:03d}" for i in range(count)]
started = time.process_time()
rows = pd.MultiIndex.from_product([labels("r", regions), labels("s", len(x) // regions)], names=["region", "sector"])
uses = pd.MultiIndex.from_product([labels("r", regions), ["y"]], names=["region", "category"])
system = pymrio.IOSystem(
    Z=pd.DataFrame(Z, rows, rows, copy=False), Y=pd.DataFrame(Y, rows, uses, copy=False),
    x=pd.DataFrame({"indout": x}, index=rows),
    e=dict(name="e", F=pd.DataFrame(F, pd.Index(labels("e", len(F)), name="stressor"), rows)),
)
system.calc_all()
cpu = time.process_time() - started
e = system.e
parts = [e.D_pba_reg, e.D_cba_reg, e.D_imp_reg, e.D_exp_reg]
np.savez(folder / "theirs.npz", accounts=np.stack([p.to_numpy() for p in parts], axis=2), M=e.M.to_numpy())
report(cpu)
"""


def run() -> dict[str, object]:
    """Measure each size in turn, print the table, return the line of JSON."""
    peer = environment("pymrio")
    rows = []
    for label, arrays, regions in _cases():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for key, array in arrays.items():
                np.save(folder / f"{key}.npy", array)
            ours, theirs = in_turns(
                [
                    partial(run_worker, OURS, OUR_WORK, name, str(regions)),
                    partial(run_worker, peer, THEIR_WORK, name, str(regions)),
                ]
            )
            error = _largest_error(folder)
        rows.append((label, len(arrays["x"]), ours, theirs, error))
    _print_table(rows)
    return {
        "name": "footprint",
        "n": [row[1] for row in rows],
        "ours": [row[2] for row in rows],
        "theirs": [row[3] for row in rows],
        "ratio": [round(row[3]["cpu_s"] / row[2]["cpu_s"], 2) for row in rows],
        "memory_ratio": [round(row[2]["peak_mb"] / row[3]["peak_mb"], 2) for row in rows],
        "error": [row[4] for row in rows],
    }


def _cases() -> list[tuple[str, dict[str, np.ndarray], int]]:
    cases = []
    if WIOD.exists():
        cases.append(("WIOD 2009", wiod_arrays(), 41))
    else:
        print("The real table (../shared) is not here: only the random economy is measured.")
    cases.append(("random", random_arrays(n=5_000, extensions=EXTENSIONS, seed=1), 100))
    return cases


def wiod_arrays() -> dict[str, np.ndarray]:
    """WIOD 2009 with one column of final demand a region, and 20 seeded random extensions."""
    with np.load(WIOD) as table:
        Z, Y, x = (table[name].astype(float) for name in ("Z", "Y", "x"))
    F = np.random.default_rng(1).lognormal(0, 1, (EXTENSIONS, len(x))) * (x > 0)
    return {"Z": Z, "Y": Y.reshape(len(x), 41, -1).sum(axis=2), "x": x, "F": F}


def _largest_error(folder: Path) -> float:
    with np.load(folder / "ours.npz") as ours, np.load(folder / "theirs.npz") as theirs:
        accounts, M = ours["accounts"], ours["M"]
        errors = [_relative(accounts[:, :, k], theirs["accounts"][:, :, k]) for k in range(4)]
        return float(max(*errors, _relative(M, theirs["M"])))


def _relative(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))


def _print_table(rows: list[tuple]) -> None:
    print("| table | n | Kaldor CPU s | pymrio CPU s | times less CPU | Kaldor MB | pymrio MB | largest error |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for label, n, ours, theirs, error in rows:
        ratio = theirs["cpu_s"] / ours["cpu_s"]
        print(
            f"| {label} | {n} | {ours['cpu_s']:.2f} | {theirs['cpu_s']:.2f} | {ratio:.1f} "
            f"| {ours['peak_mb']:.0f} | {theirs['peak_mb']:.0f} | {error:.0e} |"
        )
