"""One slider move: output and all multipliers after ten industries change, against pymrio recomputing.

Five columns of A (how industries produce) and five rows (from whom all buy) change together; 20 extensions. Kaldor
prepares the baseline once and then answers moves of the slider; pymrio gets the changed A and runs calc_all. `full`
asks for x and M, `totals` for the total of each extension only. The results are checked against each other.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.footprint import EXTENSIONS, WIOD, wiod_arrays
from benchmarks.measure import OURS, environment, run_worker
from benchmarks.random_economy import random_arrays

OUR_WORK = """
import json, sys, time
from pathlib import Path
import numpy as np
from scipy.sparse import coo_array
from kaldor.atlas.published import PublishedEconomy, Source
from kaldor.economy.economy import Economy
from kaldor.economy.lowrank import Baseline
folder, regions = Path(sys.argv[1]), int(sys.argv[2])
Z, Y, x, F = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x", "F"))
for a in (Z, Y, x): a.flags.writeable = False
labels = lambda letter, count: tuple(f"{letter}{i:03d}" for i in range(count))
table = PublishedEconomy(
    labels("r", regions), labels("s", len(x) // regions), labels("s", len(x) // regions), ("y",), ("final",),
    Z, Y, x, "M$", 2009, "estimated", Source("random", "random", "", "", ""),
)
started = time.process_time()
economy = Economy.from_published(table)
baseline = Baseline(economy, F * economy.per_output)
pattern = np.load(folder / "pattern.npz")
delta = coo_array((pattern["values"], (pattern["rows"], pattern["columns"])), shape=Z.shape)
first = baseline.respond(delta)
prepared = time.process_time() - started
moves = 50
def clock(answer):
    started = time.process_time()
    for strength in np.linspace(0.1, 1, moves):
        found = answer(delta * strength)
    return (time.process_time() - started) / moves, found
full, found = clock(baseline.respond)
totals, sums = clock(baseline.totals)
np.savez(folder / "ours.npz", x=found.x, M=found.multipliers, totals=sums)
(folder / "moves.json").write_text(json.dumps({"prepare_s": prepared, "full_s": full, "totals_s": totals}))
report(full)
"""

THEIR_WORK = """
import sys, time
from pathlib import Path
import numpy as np, pandas as pd, pymrio
folder, regions = Path(sys.argv[1]), int(sys.argv[2])
Z, Y, x, F = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x", "F"))
labels = lambda letter, count: [f"{letter}{i:03d}" for i in range(count)]
rows = pd.MultiIndex.from_product([labels("r", regions), labels("s", len(x) // regions)], names=["region", "sector"])
uses = pd.MultiIndex.from_product([labels("r", regions), ["y"]], names=["region", "category"])
per_output = np.divide(1, x, out=np.zeros_like(x), where=x > 0)
A = Z * per_output
pattern = np.load(folder / "pattern.npz")
A[pattern["rows"], pattern["columns"]] += pattern["values"]
stressors = pd.Index(labels("e", len(F)), name="stressor")
# What the published output has over its uses is final use in Kaldor's baseline, and so it is here.
Y = Y + np.eye(Y.shape[1])[0] * (x - Z.sum(axis=1) - Y.sum(axis=1))[:, None]
started = time.process_time()
system = pymrio.IOSystem(
    A=pd.DataFrame(A, rows, rows), Y=pd.DataFrame(Y, rows, uses),
    e=dict(name="e", S=pd.DataFrame(F * per_output, stressors, rows)),
)
system.calc_all()
cpu = time.process_time() - started
np.savez(folder / "theirs.npz", x=system.x.iloc[:, 0].to_numpy(), M=system.e.M.to_numpy())
report(cpu)
"""


LU_WORK = """
import sys, time
import kaldor
import numpy as np
from scipy.linalg import lu_factor
n = int(sys.argv[1])
matrix = np.random.default_rng(0).random((n, n)) + n * np.eye(n)
started = time.process_time()
lu_factor(matrix, overwrite_a=True, check_finite=False)
report(time.process_time() - started)
"""


def run() -> dict[str, object]:
    """Measure each size in turn, print the table, return the line of JSON."""
    peer = environment("pymrio")
    rows = []
    for label, arrays, regions, with_peer in _cases():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for key, array in arrays.items():
                np.save(folder / f"{key}.npy", array)
            np.savez(folder / "pattern.npz", **_pattern(arrays))
            n = len(arrays["x"])
            del arrays
            ours = run_worker(OURS, OUR_WORK, name, str(regions)) | json.loads((folder / "moves.json").read_text())
            theirs = run_worker(peer, THEIR_WORK, name, str(regions)) if with_peer else None
            rows.append((label, n, ours, theirs, _largest_error(folder) if with_peer else None))
    _print_table(rows)
    measured = [row for row in rows if row[3]]
    return {
        "name": "whatif",
        "n": [row[1] for row in rows],
        "ours": [row[2] for row in rows],
        "theirs": [row[3] for row in rows],
        "ratio": [round(row[3]["cpu_s"] / row[2]["full_s"]) for row in measured],
        "ratio_totals": [round(row[3]["cpu_s"] / row[2]["totals_s"]) for row in measured],
        "move_share_of_one_lu": [row[2]["full_s"] / _lu_seconds(row[1]) for row in rows],
        "error": [row[4] for row in rows],
    }


def _cases() -> Iterator[tuple[str, dict[str, np.ndarray], int, bool]]:
    if WIOD.exists():
        yield "WIOD 2009", wiod_arrays(), 41, True
    else:
        print("The real table (../shared) is not here: only random economies are measured.")
    yield "random", random_arrays(n=5_000, extensions=EXTENSIONS, seed=1), 100, True
    # Of EXIOBASE's size; pymrio's calc_all would need some 6 GB and a minute, and is left out.
    yield "random", random_arrays(n=9_800, extensions=EXTENSIONS, seed=1), 196, False


def _pattern(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Five columns 20 % smaller, and five rows by up to ± 10 %: the full strength of the slider."""
    rng = np.random.default_rng(2)
    x = arrays["x"]
    large = np.argsort(-x)[:200]
    columns, rows = rng.choice(large, 5, replace=False), rng.choice(large, 5, replace=False)
    per_output = np.divide(1, x, out=np.zeros_like(x), where=x > 0)
    change = np.zeros_like(arrays["Z"])
    change[:, columns] = -0.2 * arrays["Z"][:, columns] * per_output[columns]
    change[rows] = rng.uniform(-0.1, 0.1, (5, 1)) * arrays["Z"][rows] * per_output
    at = np.nonzero(change)
    return {"rows": at[0], "columns": at[1], "values": change[at]}


def _lu_seconds(n: int) -> float:
    """CPU seconds of one dense double-precision LU of this size on this machine, on one thread."""
    return run_worker(OURS, LU_WORK, str(n))["cpu_s"]


def _largest_error(folder: Path) -> float:
    with np.load(folder / "ours.npz") as ours, np.load(folder / "theirs.npz") as theirs:
        return max(float(np.max(np.abs(ours[k] - theirs[k])) / np.max(np.abs(theirs[k]))) for k in ("x", "M"))


def _print_table(rows: list[tuple]) -> None:
    print("| table | n | prepared once | a move | totals only | pymrio | times less | times less, totals | peak MB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for label, n, ours, theirs, _ in rows:
        prepared, full, totals = ours["prepare_s"], ours["full_s"], ours["totals_s"]
        cells = [label, f"{n}", f"{prepared:.1f} s", f"{full * 1e3:.2f} ms", f"{totals * 1e3:.2f} ms"]
        if theirs:
            cpu = theirs["cpu_s"]
            cells += [f"{cpu:.2f} s", f"{cpu / full:,.0f}", f"{cpu / totals:,.0f}"]
        else:
            cells += ["–"] * 3
        print("| " + " | ".join([*cells, f"{ours['peak_mb']:.0f}"]) + " |")
