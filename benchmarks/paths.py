"""Structural paths of a country's final demand to a 1e-5 threshold, against MARIO's calc_spa.

Both get the same Z, Y, x and one extension in memory and look for every supply chain that carries 1e-5 of what the
final demand causes in all. The clock runs from arrays to the table of paths. What a published output has over its uses
is a column of final demand of its own, so that both have the same coefficients; only the country's own is traced.

The rules differ: MARIO stops at a path that itself carries less than the cutoff and at a greatest depth, Kaldor where
everything upstream carries less, at no depth. MARIO gets the depth of the longest path that there is, so that it looks
no further than it must. It may miss a large path behind a small one (`missed` counts those); the largest fifty are
compared, and every path that it finds must be among ours.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.footprint import WIOD, wiod_arrays
from benchmarks.measure import OURS, environment, run_worker
from benchmarks.random_economy import random_arrays

THRESHOLD = 1e-5
COMPARED = 50

OUR_WORK = """
import json, sys, time
from pathlib import Path
import numpy as np
from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.economy import Economy
from kaldor.economy.paths import structural_paths
folder, case = Path(sys.argv[1]), json.loads(sys.argv[2])
Z, Y, x, F = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x", "F"))
for a in (Z, Y, x, F): a.flags.writeable = False
labels = lambda letter, count: tuple(f"{letter}{i:03d}" for i in range(count))
source, R = Source("random", "random", "", "", ""), case["regions"]
started = time.process_time()
table = PublishedEconomy(
    labels("r", R), labels("s", len(x) // R), labels("s", len(x) // R), ("y",), ("final",),
    Z, Y, x, "M$", 2009, "estimated", source,
    extensions=(PublishedExtension("e", "e", "t", F[0], np.zeros(R), "estimated", source),),
)
economy = Economy.from_published(table)
paths = structural_paths(economy, "e", case["region"], threshold=case["threshold"])
cpu = time.process_time() - started
found = {" < ".join("/".join(label) for label in row.path): row.value for row in paths.table.itertuples()}
tiers = int(paths.table["tier"].max())
held = {"paths": found, "total": paths.total, "limit": paths.threshold, "tiers": tiers}
(folder / "ours.json").write_text(json.dumps(held))
report(cpu)
"""

THEIR_WORK = """
import json, sys, time
from pathlib import Path
import numpy as np, pandas as pd, mario
mario.set_log_verbosity("critical")
folder, case = Path(sys.argv[1]), json.loads(sys.argv[2])
Z, Y, x, F = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x", "F"))
labels = lambda letter, count: [f"{letter}{i:03d}" for i in range(count)]
R = case["regions"]
regions, sectors, names = labels("r", R), labels("s", len(x) // R), ["Region", "Level", "Item"]
started = time.process_time()
rows = pd.MultiIndex.from_product([regions, ["Sector"], sectors], names=names)
uses = pd.MultiIndex.from_product([regions, ["Consumption category"], ["discrepancy", "y"]], names=names)
final = np.zeros((len(x), 2 * R))
final[:, 1::2] = Y
final[:, 0] = x - Z.sum(axis=1) - Y.sum(axis=1)
satellite, factor = pd.Index(["e"], name="Item"), pd.Index(["v"], name="Item")
unit = lambda names, unit: pd.DataFrame({"unit": unit}, index=names)
database = mario.Database(
    table="IOT", Z=pd.DataFrame(Z, rows, rows), Y=pd.DataFrame(final, rows, uses),
    E=pd.DataFrame(F[:1], satellite, rows), EY=pd.DataFrame(np.zeros((1, 2 * R)), satellite, uses),
    V=pd.DataFrame((x - Z.sum(axis=0))[None], factor, rows),
    units={
        "Sector": unit(sectors, "M$"), "Satellite account": unit(["e"], "t"), "Factor of production": unit(["v"], "M$")
    },
)
found = database.calc_spa(
    "e", final_demand_region=case["region"], final_demand_category="y", max_depth=case["deepest"],
    cutoff=case["limit"], top_n=None,
)
cpu = time.process_time() - started
named = lambda path: " < ".join("/".join(step.split(" / ")[::2]) for step in path.split(" -> ")[:-1])
held = {"paths": dict(zip(map(named, found["path"]), found["contribution"])), "total": found.attrs["total_footprint"]}
(folder / "theirs.json").write_text(json.dumps(held))
report(cpu)
"""


def run() -> dict[str, object]:
    """Measure each table in turn, print the table, return the line of JSON."""
    peer = environment("mario")
    rows = []
    for label, arrays, regions, region in _cases():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for key, array in arrays.items():
                np.save(folder / f"{key}.npy", array)
            case = {"regions": regions, "region": f"r{region:03d}", "threshold": THRESHOLD}
            ours = run_worker(OURS, OUR_WORK, name, json.dumps(case))
            held = json.loads((folder / "ours.json").read_text())
            case |= {"limit": held["limit"], "deepest": held["tiers"]}
            theirs = run_worker(peer, THEIR_WORK, name, json.dumps(case))
            found = json.loads((folder / "theirs.json").read_text())
        rows.append((label, len(arrays["x"]), ours, theirs, _compared(held, found)))
    _print_table(rows)
    return {
        "name": "paths",
        "n": [row[1] for row in rows],
        "threshold": THRESHOLD,
        "ours": [row[2] for row in rows],
        "theirs": [row[3] for row in rows],
        "paths": [[row[4]["ours"], row[4]["theirs"]] for row in rows],
        "missed": [row[4]["missed"] for row in rows],
        "same_top": [row[4]["same_top"] for row in rows],
        "ratio": [round(row[3]["cpu_s"] / row[2]["cpu_s"], 1) for row in rows],
        "memory_ratio": [round(row[2]["peak_mb"] / row[3]["peak_mb"], 2) for row in rows],
        "error": [row[4]["error"] for row in rows],
    }


def _cases() -> list[tuple[str, dict[str, np.ndarray], int, int]]:
    """Label, arrays, number of regions and the region whose final demand is traced."""
    cases = []
    if WIOD.exists():
        cases.append(("WIOD 2009, CO2 of Germany", _wiod_co2(), 41, _position_of("DEU")))
    else:
        print("The real table (../shared) is not here: only random economies of its size are measured.")
    cases.append(("random", random_arrays(n=1_450, extensions=1, seed=1), 29, 0))
    return cases


def _wiod_co2() -> dict[str, np.ndarray]:
    """WIOD 2009 with the CO2 of its industries as the one extension."""
    import pandas as pd

    arrays = wiod_arrays()
    emitted = pd.read_csv(WIOD.parents[1] / "jrc_wiod_co2" / "F_co2_kt_wiod35_2000_2011.csv")["2009"].to_numpy(float)
    return arrays | {"F": np.where(arrays["x"] > 0, emitted, 0.0)[None]}


def _position_of(region: str) -> int:
    lines = (WIOD.parent / "regions.csv").read_text().splitlines()[1:]
    return [line.split(",")[0] for line in lines].index(region)


def _compared(ours: dict, theirs: dict) -> dict[str, object]:
    """How the peer's paths agree with ours: the largest fifty by name, all common ones by value."""
    mine, other = ours["paths"], theirs["paths"]
    foreign = [path for path, value in other.items() if path not in mine and abs(value) > ours["limit"] * (1 + 1e-9)]
    if foreign:
        raise SystemExit(f"MARIO finds a path that is not among ours: {foreign[0]}")
    common = [path for path in other if path in mine]
    error = max(abs(mine[path] - other[path]) / abs(mine[path]) for path in common)
    return {
        "ours": len(mine),
        "theirs": len(other),
        "missed": sum(path not in other and abs(value) > ours["limit"] * (1 + 1e-9) for path, value in mine.items()),
        "same_top": list(mine)[:COMPARED] == list(other)[:COMPARED],
        "error": float(max(error, abs(ours["total"] - theirs["total"]) / abs(ours["total"]))),
    }


def _print_table(rows: list[tuple]) -> None:
    print(
        "| table | n | Kaldor CPU s | MARIO CPU s | times less CPU | Kaldor MB | MARIO MB | paths, both "
        "| same largest 50 | largest error |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|---|--:|")
    for label, n, ours, theirs, compared in rows:
        print(
            f"| {label} | {n} | {ours['cpu_s']:.2f} | {theirs['cpu_s']:.1f} | {theirs['cpu_s'] / ours['cpu_s']:.0f} "
            f"| {ours['peak_mb']:.0f} | {theirs['peak_mb']:.0f} | {compared['ours']:,}, {compared['theirs']:,} "
            f"| {'yes' if compared['same_top'] else 'NO'} | {compared['error']:.0e} |"
        )
