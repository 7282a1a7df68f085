"""A shock by the day, with and without rebuilding, against BoARIO 0.7.2: CPU per step, memory, and the same production.

One run beside one run, and beside them what a run costs in a band of 31, as every answer of Kaldor has one: its runs go
through the model together, BoARIO's one after the other, at the price of one each.

With specific goods, Kaldor's default, the same runs stand in rows of their own: BoARIO has none, nothing is compared.

Both get the same table, the same event and the same rules: inventories with a threshold, proportional rationing,
orders that follow suppliers' capacity at once, no destocking, overproduction, lost final demand. The clock runs over
the steps; preparing the model is printed beside it. BoARIO is GPL and is only run, in its own environment, through its
documented interface; Kaldor's model was written from the publications.

Rules that differ, and are therefore not compared:
- BoARIO rounds capital that recovers to one decimal of the currency; the table here is large, so that it drops out.
- Its recovery begins a day after the event ends and moves once a day, where Kaldor takes a day's mean: here each day
  of it is an event of its own.
- Where demand falls below yesterday's output, Kaldor lets overproduction relax over its time scale (Hallegatte 2008);
  BoARIO leaves it almost where it is. Until that happens to some industry production is equal to 2e-15 of normal;
  after it, largest errors of 1e-7 (capacity) and 5e-5 (rebuilding) are this rule's.
- It sells and buys nothing from inventories and has no discrepancy: negative final demand is not in the table here.
- Only Kaldor has priority rationing, bans, shortages, delays, price events, sourcing at a speed and a backlog.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import OURS, environment, machine, run_worker
from benchmarks.random_economy import random_arrays

N, STEPS, HIT, SHARE = 2_500, 80, 10, 0.3
BAND = 31  # runs: the central one and the default band
NOTHING = {"specificity": 0.0, "importance": "all critical", "overlap": 1.0}
BUILDERS = {"s001": 0.7, "s002": 0.3}

OUR_WORK = """
import json, sys, time
from pathlib import Path
import numpy as np
from kaldor.atlas.published import PublishedEconomy, Source
from kaldor.economy.economy import Economy
from kaldor.twin.shocks.body import prepare
from kaldor.twin.shocks.course import simulate
from kaldor.twin.shocks.events import Shock, resolved
from kaldor.twin.shocks.draws import draw
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.side_by_side import run_all
from kaldor.twin.shocks.timeline import groups_of_buyers, lay_out
folder, case = Path(sys.argv[1]), json.loads(sys.argv[2])
Z, Y, x = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x"))
for a in (Z, Y, x): a.flags.writeable = False
R = Y.shape[1]
labels = lambda letter, count: tuple(f"{letter}{i:03d}" for i in range(count))
table = PublishedEconomy(
    labels("r", R), labels("s", len(x) // R), labels("s", len(x) // R), ("y",), ("final",),
    Z, Y, x, "$", 2009, "estimated", Source("random", "random", "", "", ""),
)
started = time.process_time()
economy = Economy.from_published(table)
common = dict(start=5, regions=["r000"], sectors=case["sectors"], share=case["share"])
if case["rebuild"]:
    events = [dict(kind="capital", days=20, rebuilding=case["builders"], **common)]
else:
    events = [dict(kind="capacity", days=22, **common)]
    for day in range(1, 60):
        left = case["share"] * (1 - day / 60)
        events.append(dict(kind="capacity", days=1, **(common | dict(start=26 + day, share=left))))
shock = resolved(economy, Shock.model_validate(dict(id="event", events=events)))
parameters = Parameters(
    stock_days=90, psi=0.8, restock_days=60, overproduction=1.25, overproduction_days=365, substitution_days=0,
    rebuild_days=60, capital_per_value_added=4, **case["specific"],
)
behaviour = behaviour_of(economy, parameters)
body = prepare(economy, (), groups=groups_of_buyers(economy, shock, behaviour.stock_days))
timeline = lay_out(body, shock, 1.0, 4.0)
simulate(body, timeline, behaviour, 1)
prepared = time.process_time() - started
behaviours = [behaviour, *(drawn for _, drawn in draw(economy, parameters, case["runs"] - 1, seed=1))]
started = time.process_time()
courses = run_all(body, timeline, behaviours, case["steps"], keep=1, workers=1)
cpu = time.process_time() - started
np.save(folder / "ours.npy", courses[0].production / 365)
(folder / "ours.json").write_text(json.dumps({"prepare_s": prepared}))
report(cpu / case["steps"] / case["runs"])
"""

THEIR_WORK = """
import json, logging, sys, time, warnings
warnings.filterwarnings("ignore")
from pathlib import Path
import numpy as np, pandas as pd, pymrio
from boario import event
from boario.extended_models import ARIOPsiModel
from boario.simulation import Simulation
folder, case = Path(sys.argv[1]), json.loads(sys.argv[2])
logging.disable(logging.CRITICAL)
Z, Y, x = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x"))
R = Y.shape[1]
labels = lambda letter, count: [f"{letter}{i:03d}" for i in range(count)]
rows = pd.MultiIndex.from_product([labels("r", R), labels("s", len(x) // R)], names=["region", "sector"])
uses = pd.MultiIndex.from_product([labels("r", R), ["Final demand"]], names=["region", "category"])
started = time.process_time()
system = pymrio.IOSystem(
    Z=pd.DataFrame(Z, rows, rows), Y=pd.DataFrame(Y, rows, uses), x=pd.DataFrame({"indout": x}, index=rows)
)
system.calc_system()
model = ARIOPsiModel(
    system, order_type="alt", alpha_base=1.0, alpha_max=1.25, alpha_tau=365, rebuild_tau=60, main_inv_dur=90,
    psi_param=0.8, inventory_restoration_tau=60, monetary_factor=1,
)
value_added = pd.Series(x - Z.sum(axis=0), rows)
impact = 4 * case["share"] * value_added[[("r000", sector) for sector in case["sectors"]]]
if case["rebuild"]:
    kind = dict(event_type="rebuild", rebuild_tau=60, rebuilding_sectors=case["builders"])
else:
    kind = dict(event_type="recovery", recovery_tau=60, recovery_function="linear")
simulation = Simulation(model, n_temporal_units_to_sim=case["steps"])
simulation.add_event(event.from_series(impact, occurrence=5, duration=20, **kind))
prepared = time.process_time() - started
started = time.process_time()
simulation.loop()
cpu = time.process_time() - started
np.save(folder / "theirs.npy", simulation.production_realised.to_numpy())
(folder / "theirs.json").write_text(json.dumps({"prepare_s": prepared}))
report(cpu / case["steps"])
"""


def run() -> dict[str, object]:
    """Measure both events, print the table, return the line of JSON (CPU seconds are per step and run)."""
    peer = environment("boario")
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for key, array in _table().items():
            np.save(folder / f"{key}.npy", array)
        for label, rebuild in (("capacity", False), ("rebuilding", True)):
            case = {
                "rebuild": rebuild,
                "runs": 1,
                "steps": STEPS,
                "share": SHARE,
                "sectors": [f"s{i:03d}" for i in range(HIT)],
                "builders": BUILDERS,
            }
            theirs = run_worker(peer, THEIR_WORK, name, json.dumps(case))
            theirs |= json.loads((folder / "theirs.json").read_text())
            for specific in (NOTHING, {}):
                for runs in (1, BAND):
                    ours = run_worker(OURS, OUR_WORK, name, json.dumps(case | {"runs": runs, "specific": specific}))
                    ours |= json.loads((folder / "ours.json").read_text())
                    error = _largest_error(folder) if specific else None  # BoARIO has no specific goods
                    rows.append((label if specific else f"{label}, specific", runs, ours, theirs, error))
    _print_table(rows)
    return {
        "name": "shock",
        "n": [N for _ in rows],
        "case": [row[0] for row in rows],
        "runs": [row[1] for row in rows],
        "ours": [row[2] for row in rows],
        "theirs": [row[3] for row in rows],
        "ratio": [round(row[3]["cpu_s"] / row[2]["cpu_s"], 1) for row in rows],
        "memory_ratio": [round(row[2]["peak_mb"] / row[3]["peak_mb"], 2) for row in rows],
        "error": [row[4] for row in rows],
        "machine": machine(),
    }


def _table() -> dict[str, np.ndarray]:
    """The random economy in single dollars, so that amounts rounded to a decimal agree to the last digits."""
    arrays = random_arrays(n=N, extensions=1, seed=1)
    return {name: arrays[name] * 1e10 for name in ("Z", "Y", "x")}


def _largest_error(folder: Path) -> float:
    """Largest difference of production in any step of any industry, relative to its normal output."""
    ours, theirs = np.load(folder / "ours.npy"), np.load(folder / "theirs.npy")
    return float(np.max(np.abs(ours - theirs) / theirs[0]))


def _print_table(rows: list[tuple]) -> None:
    print(
        "| event | n | runs together | Kaldor CPU s a step and run | BoARIO CPU s a step | times less CPU | Kaldor MB "
        "| BoARIO MB | preparing, s (both) | largest error |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for label, runs, ours, theirs, error in rows:
        print(
            f"| {label} | {N} | {runs} | {ours['cpu_s']:.4f} | {theirs['cpu_s']:.3f} "
            f"| {theirs['cpu_s'] / ours['cpu_s']:.0f} | {ours['peak_mb']:.0f} | {theirs['peak_mb']:.0f} "
            f"| {ours['prepare_s']:.1f}, {theirs['prepare_s']:.1f} | {'' if error is None else f'{error:.0e}'} |"
        )
