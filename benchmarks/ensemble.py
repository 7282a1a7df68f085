"""Ensembles of futures: runs per second against ema_workbench, and 10,000 futures of ten levers with every outcome.

`ema`: both draw a Latin hypercube of ten strengths and evaluate the same function, totals of three extensions after ten
industries change how they produce. Both have the economy reduced to the same 10 × 10 system beforehand; ema_workbench
calls it once a future (its SequentialEvaluator), Kaldor solves all futures together. Ensembles of 10,000 runs, Kaldor
a hundred of them; the clock holds drawing, evaluating and collecting, in CPU seconds on one thread; results are checked
against each other.

`futures`: 10,000 futures of ten declared levers in Germany on WIOD 2009 with CO2, every outcome that the table can give
(the twin's own levers and measures, nothing simplified), against the same futures one by one by `Twin.run` on a sample.

`growth`: 1,000 futures of these levers and outcomes without growth and with it, on WIOD 2009 and on random economies of
3,500 and 9,800 rows: CPU seconds of the sweep, and the peak of the process beside twice the size of Z.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.footprint import WIOD, wiod_arrays
from benchmarks.grouped_economies import random_with_groups, wiod_with_groups
from benchmarks.measure import OURS, environment, run_worker
from benchmarks.random_economy import random_arrays

OUR_RUNS, THEIR_RUNS = 1_000_000, 10_000
FUTURES = 10_000
ONE_BY_ONE = 20  # of the futures, run alone for comparison
GROWN = 1_000  # futures of the part on growth
GROWN_ALONE = 2  # of these, run alone for comparison, in a process of their own
RANDOM_SIZES = ((70, 50), (49, 200))  # regions, sectors

OUR_WORK = """
import json, sys, time
from pathlib import Path
import numpy as np
from scipy.sparse import coo_array
from kaldor.atlas.published import PublishedEconomy, Source
from kaldor.economy.economy import Economy
from kaldor.economy.lowrank import Baseline
from kaldor.economy.lowrank_batch import Direction, Sliders
from kaldor.twin.futures.sampling import latin_hypercube
folder, regions, runs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
Z, Y, x, F = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x", "F"))
labels = lambda letter, count: tuple(f"{letter}{i:03d}" for i in range(count))
table = PublishedEconomy(
    labels("r", regions), labels("s", len(x) // regions), labels("s", len(x) // regions), ("y",), ("final",),
    Z, Y, x, "M$", 2009, "estimated", Source("random", "random", "", "", ""),
)
economy = Economy.from_published(table)
baseline = Baseline(economy, F[:3] * economy.per_output)
directions = []
for j in np.argsort(-x)[5:205:20]:
    rows = np.flatnonzero(Z[:, j])
    delta = coo_array((-0.3 * Z[rows, j] / x[j], (rows, np.full(len(rows), j))), shape=Z.shape)
    directions.append(Direction(delta))
sliders = Sliders(baseline, directions)
sliders.totals(latin_hypercube(10, 64, 0))  # the images are made, the kernel compiled, the sampler imported
part = 10_000  # an ensemble, as the peer's; a hundred of them, so that the clock has something to read
from threadpoolctl import threadpool_limits
threadpool_limits(1)  # as a sweep does; spinning threads would only add to the clock
started = time.process_time()
totals = [sliders.totals(latin_hypercube(10, part, seed)) for seed in range(runs // part)]
spent = time.process_time() - started
assert np.isfinite(totals).all()
# What a peer needs to evaluate the very same function: the reduced system, and points to compare on.
points = latin_hypercube(10, 50, 7)
np.savez(folder / "reduced.npz", G=sliders._G, SLU=sliders._SLU, x_J=sliders._x_J, t=sliders._t,
         points=points, totals=sliders.totals(points))
report(spent)
"""

THEIR_WORK = """
import logging, sys, time, warnings
from pathlib import Path
import numpy as np
warnings.simplefilter("ignore")
from ema_workbench import Model, RealParameter, Samplers, ScalarOutcome, SequentialEvaluator
folder, runs = Path(sys.argv[1]), int(sys.argv[2])
held = np.load(folder / "reduced.npz")
G, SLU, x_J, t, one = held["G"], held["SLU"], held["x_J"], held["t"], np.eye(10)
def totals(**strengths):
    s = np.fromiter(strengths.values(), float, 10)
    found = t + (s * np.linalg.solve(one - G * s, x_J)) @ SLU
    return {"a": found[0], "b": found[1], "c": found[2]}
from threadpoolctl import threadpool_limits
threadpool_limits(1)
model = Model("economy", function=totals)
model.uncertainties = [RealParameter(f"s{i}", 0, 1) for i in range(10)]
model.outcomes = [ScalarOutcome(name) for name in "abc"]
started = time.process_time()
with SequentialEvaluator(model) as evaluator:
    experiments, outcomes = evaluator.perform_experiments(runs, uncertainty_sampling=Samplers.LHS)
spent = time.process_time() - started
values = [totals(**{f"s{i}": p for i, p in enumerate(point)}) for point in held["points"]]
np.save(folder / "theirs.npy", np.array([[v[n] for n in "abc"] for v in values]))
report(spent)
"""

TEN_LEVERS = """
PLAN = {"carbon-price": 80, "electricity-efficiency": 10, "fuel-efficiency": 10, "electrification": 20,
        "carbon-capture": 20, "clean-electricity": 50, "material-efficiency": 20, "longer-life": 20,
        "reshoring": 20, "technology-adoption": 5}
"""

FUTURES_WORK = (
    TEN_LEVERS
    + """
import json, sys, time
from pathlib import Path
import numpy as np
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.twin.futures.ranges import lever_ranges
from kaldor.twin.futures.sampling import plan
from kaldor.twin.futures.sweep import sweep
from kaldor.twin.outcomes import outcomes
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
folder, source, runs, alone = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
store = Store(folder / "store")
add(source, store, as_id="wiod2013")
economy = Economy.from_published(store.economy("wiod2013", 2009, ["jrc_wiod_co2"]))
scenario = Scenario(id="ten", levers=tuple(
    LeverSetting(lever=id, strength=strength, regions=("DEU",)) for id, strength in PLAN.items()))
started = time.process_time()
twin = Twin(economy)
ranges = [one for one in lever_ranges(twin, scenario) if one.varies == "strength"]
design = plan(twin, scenario, ranges, runs=runs, seed=1, region="DEU")
result = sweep(twin, design, where=folder / "sweep")
spent = time.process_time() - started
assert not len(result.failed), result.failed.iloc[0]
before, worst = twin.before(), 0.0
declared = {metric.id: metric for metric in result.metrics}
started = time.process_time()
for number in range(alone):
    future = design.future(economy, number)
    one = outcomes(before, twin.run(future.scenario), region="DEU", metrics=declared)
    for id in declared:
        value, found = one[id].after, float(result.after[id][number])
        scale = max(abs(value), 1e-9 * float(economy.x.sum()) if declared[id].unit == "{money}" else 1e-9)
        worst = max(worst, abs(found - value) / scale)
singly = (time.process_time() - started) / alone
change = result.bands().loc["co2-production"]
(folder / "futures.json").write_text(json.dumps({
    "runs": runs, "metrics": len(declared), "one_by_one_s": singly, "error": worst, "seed": design.seed,
    "co2_kt": [round(change[p]) for p in ("p5", "p50", "p95")]}))
report(spent)
"""
)


GROWTH_WORK = (
    TEN_LEVERS
    + """
import json, sys, time
from dataclasses import replace
from pathlib import Path
import numpy as np
from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.economy import Economy
from kaldor.twin.futures.ranges import lever_ranges, packaged_growth_ranges
from kaldor.twin.futures.sampling import plan
from kaldor.twin.futures.sweep import sweep
from kaldor.twin.futures.growth import grown
from kaldor.twin.outcomes import outcomes
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
folder, growth, runs, alone = Path(sys.argv[1]), sys.argv[2] == "growth", int(sys.argv[3]), int(sys.argv[4])
about = json.loads((folder / "about.json").read_text())
Z, Y, x, co2, direct = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x", "co2", "direct"))
for array in (Z, Y, x, co2, direct):
    array.flags.writeable = False  # so that the economy takes them as they are
regions, sectors, demands = (tuple(about[name]) for name in ("regions", "sectors", "demands"))
source = Source("benchmark", "benchmark", "", "", "")
economy = Economy.from_published(PublishedEconomy(
    regions, sectors, sectors, demands, demands, Z, Y, x, "million USD", 2009, "estimated", source,
    demand_roles=about["roles"], sector_groups={name: tuple(of) for name, of in about["groups"].items()},
    extensions=(PublishedExtension("co2", "CO2", "kt CO2", co2, direct, "estimated", source),)))
started = time.process_time()
twin = Twin(economy)
home = about["home"]
scenario = Scenario(id="ten", levers=tuple(
    LeverSetting(lever=id, strength=strength, regions=(home,)) for id, strength in PLAN.items()))
ranges = [one for one in lever_ranges(twin, scenario) if one.varies == "strength"]
if growth:
    ranges += packaged_growth_ranges(economy)
design = plan(twin, scenario, ranges, runs=runs, seed=1, region=home, years=10 if growth else 0)
if not alone:
    result = sweep(twin, design, where=None)
    spent = time.process_time() - started
    assert not len(result.failed), result.failed.iloc[0]
    np.save(folder / f"{sys.argv[2]}.npy", result.after_values)
    (folder / "metrics.json").write_text(json.dumps([one.id for one in result.metrics]))
    report(spent)
else:
    del twin
    found, worst = np.load(folder / f"{sys.argv[2]}.npy"), 0.0
    scales = np.abs(found).max(axis=0)
    for number in range(alone):
        future = design.future(economy, number)
        larger = economy if future.factors is None else grown(economy, future.factors)
        one = Twin(larger)
        values = outcomes(one.before(), one.run(future.scenario), region=home)
        for column, id in enumerate(json.loads((folder / "metrics.json").read_text())):
            worst = max(worst, abs(values[id].after - found[number, column]) / max(scales[column], 1e-12))
    (folder / "worst.json").write_text(json.dumps(worst))
    report(time.process_time() - started)
"""
)


def run() -> dict[str, object]:
    """Measure both parts, print the tables, return the line of JSON."""
    rows = [_against_ema(*case) for case in _cases()]
    futures = _futures()
    _print_tables(rows, futures)
    growth = [_with_growth(*case) for case in _growth_cases()]
    _print_growth(growth)
    return {
        "name": "ensemble",
        "n": [row["n"] for row in rows],
        "ours": [row["ours"] for row in rows],
        "theirs": [row["theirs"] for row in rows],
        "runs_per_second": [[round(row["our_rate"]), round(row["their_rate"])] for row in rows],
        "ratio": [round(row["our_rate"] / row["their_rate"]) for row in rows],
        "error": [row["error"] for row in rows],
        "futures": futures,
        "growth": growth,
    }


def _cases() -> list[tuple[str, dict[str, np.ndarray], int]]:
    cases = [("WIOD 2009", wiod_arrays(), 41)] if WIOD.exists() else []
    return [*cases, ("random", random_arrays(n=2_500, extensions=3, seed=1), 50)]


def _against_ema(label: str, arrays: dict[str, np.ndarray], regions: int) -> dict[str, object]:
    peer = environment("ema")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for key, array in arrays.items():
            np.save(folder / f"{key}.npy", array)
        ours = run_worker(OURS, OUR_WORK, name, str(regions), str(OUR_RUNS))
        theirs = run_worker(peer, THEIR_WORK, name, str(THEIR_RUNS))
        found, expected = np.load(folder / "theirs.npy"), np.load(folder / "reduced.npz")["totals"]
    return {
        "label": label,
        "n": len(arrays["x"]),
        "ours": ours,
        "theirs": theirs,
        "our_rate": OUR_RUNS / ours["cpu_s"],
        "their_rate": THEIR_RUNS / theirs["cpu_s"],
        "error": float(np.max(np.abs(found - expected) / np.abs(expected))),
    }


def _futures() -> dict[str, object] | None:
    if not WIOD.exists():
        print("The real table (../shared) is not here: the 10,000 futures on it are left out.")
        return None
    with tempfile.TemporaryDirectory() as name:
        spent = run_worker(OURS, FUTURES_WORK, name, str(WIOD.parent), str(FUTURES), str(ONE_BY_ONE))
        return spent | json.loads((Path(name) / "futures.json").read_text())


def _growth_cases() -> Iterator[tuple[str, dict[str, np.ndarray], dict[str, object]]]:
    """Table by table: label, arrays, and the labels of what stands in them."""
    if WIOD.exists():
        yield "WIOD 2009", *wiod_with_groups()
    for regions, sectors in RANDOM_SIZES:
        yield "random", *random_with_groups(regions, sectors)


def _with_growth(label: str, arrays: dict[str, np.ndarray], about: dict[str, object]) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for key, array in arrays.items():
            np.save(folder / f"{key}.npy", array)
        size, n = arrays["Z"].nbytes, len(arrays["x"])
        arrays.clear()  # the workers read the files; what is measured is theirs
        (folder / "about.json").write_text(json.dumps(about))
        without, with_ = (run_worker(OURS, GROWTH_WORK, name, which, str(GROWN), "0") for which in ("none", "growth"))
        run_worker(OURS, GROWTH_WORK, name, "growth", str(GROWN), str(GROWN_ALONE))
        return {
            "label": label,
            "n": n,
            "without": without,
            "with": with_,
            "ratio": with_["cpu_s"] / without["cpu_s"],
            "limit_mb": (2 * size + 0.3e9) / 2**20,
            "error": json.loads((folder / "worst.json").read_text()),
        }


def _print_growth(rows: list[dict]) -> None:
    print(
        f"\n| {GROWN:,} futures | n | CPU s | with growth | ratio | peak MB | with growth | 2 Z + 0.3 GB | difference |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for row in rows:
        without, with_ = row["without"], row["with"]
        print(
            f"| {row['label']} | {row['n']:,} | {without['cpu_s']:.1f} | {with_['cpu_s']:.1f} | {row['ratio']:.2f} "
            f"| {without['peak_mb']:.0f} | {with_['peak_mb']:.0f} | {row['limit_mb']:.0f} | {row['error']:.0e} |"
        )


def _print_tables(rows: list[dict], futures: dict | None) -> None:
    print("| table | n | Kaldor runs/s | ema_workbench runs/s | times more | largest difference |")
    print("|---|--:|--:|--:|--:|--:|")
    for row in rows:
        print(
            f"| {row['label']} | {row['n']} | {row['our_rate']:,.0f} | {row['their_rate']:,.0f} "
            f"| {row['our_rate'] / row['their_rate']:,.0f} | {row['error']:.0e} |"
        )
    if futures:
        each = 1e3 * futures["cpu_s"] / futures["runs"]
        print("\n| futures on WIOD 2009 | outcomes each | CPU s | ms each | ms one by one | difference | peak MB |")
        print("|--:|--:|--:|--:|--:|--:|--:|")
        print(
            f"| {futures['runs']:,} | {futures['metrics']} | {futures['cpu_s']:.0f} | {each:.1f} "
            f"| {1e3 * futures['one_by_one_s']:.0f} | {futures['error']:.0e} | {futures['peak_mb']:.0f} |"
        )
