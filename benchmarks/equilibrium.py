"""A general equilibrium with its energy nest: factor, exact answers, a slider, draws, random scenarios.

On WIOD (where it is here) and a random table of 5,000 industries. Beside it two small tables that others can solve:
SciPy's `root` on our own equations, and cgelab's regional model in the corner where both are the same one (fixed
recipes, sourcing alike for all users of a region, fixed shares of final spending, capital mobile within a region, trade
in balance; what its accounts of government, investment and rest of the world need is a ten-billionth of output).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.footprint import WIOD, wiod_arrays
from benchmarks.measure import OURS, environment, run_worker
from benchmarks.random_economy import random_arrays

DRAWS, SCENARIOS, SLIDES = 100, 300, 60
SMALL_REGIONS, SMALL_SECTORS = 5, 10

OUR_WORK = """
import json, sys, time
from dataclasses import replace
from pathlib import Path
import kaldor
import numpy as np
from kaldor.economy.equilibrium.bars import bars
from kaldor.economy.equilibrium.base import Elasticities, every_user
from kaldor.economy.equilibrium.calibration import Accounts, Fuels, calibrate
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from kaldor.errors import KaldorError
folder, R, draws, scenarios, slides = Path(sys.argv[1]), *map(int, sys.argv[2:6])
Z, Y, x = (np.load(folder / f"{name}.npy") for name in ("Z", "Y", "x"))
S = len(x) // R
rng = np.random.default_rng(5)
fixed = np.zeros((R, S, R))
fixed[np.arange(R), :, np.arange(R)] = (x - Z.sum(axis=1) - Y.sum(axis=1)).reshape(R, S)
added = (x - Z.sum(axis=0)).reshape(R, S)
emitted = 0.3 * np.maximum(x, 0).reshape(R, S) * rng.lognormal(0, 1, (R, S))
accounts = Accounts(
    Z.reshape(R, S, R, S), Y.reshape(R, S, R, 1), fixed, x.reshape(R, S), 0.6 * np.maximum(added, 0), added, emitted,
    0.05 * emitted.sum(axis=1),
)
del Z
sourcing = np.where(np.arange(S) < 16, 5.0, 2.0)
central = Elasticities(sourcing, 0.2, 0.5, 0.5, 0.9, 0.4, 0.5)
started = time.process_time()
base = calibrate(accounts, Fuels((1, 7), (16,), (7,), 0.25, {10: 0.5, 11: 0.15, 7: 1.0}), central)
del accounts
calibrated = time.process_time() - started
started = time.process_time()
equilibrium = Equilibrium(base, Closure.of(base))
equilibrium._base_factor
factor = time.process_time() - started
none = Shock.none(base)

def carbon(price, regions):
    charged = np.zeros(R)
    charged[regions] = price * 1e-3
    return replace(none, carbon_price=every_user(charged, base.users))

def productive(rise, region, sectors):
    factors = np.ones((R, S))
    factors[region, sectors] += rise
    return replace(none, productivity=factors)

def taxed(rate, supplier, sectors, buyer):
    tariffs = none.tariffs.copy()
    tariffs[supplier, sectors, buyer] = rate
    return replace(none, tariffs=tariffs)

def paid(rate, region, sectors):
    tax = np.zeros((R, S))
    tax[region, sectors] = -rate
    return replace(none, output_tax=tax)

def cut(supplier, sectors, buyer):
    left = np.ones_like(base.flows)
    left[sectors, buyer, supplier] = 0
    found = bars(base, left)
    return replace(none, recipe=found.recipe, barred=found.barred, stocks=found.stocks)

def clock(shock):
    started = time.process_time()
    point = equilibrium.solve(shock)
    return time.process_time() - started, point.worst

goods = slice(2, 16)
usual = {
    "carbon price, one region": carbon(100, [2]), "carbon price, a quarter": carbon(100, list(range(R // 4))),
    "productivity": productive(0.05, 3, goods), "tariff": taxed(0.1, 0, goods, 5), "subsidy": paid(0.02, 3, goods),
    "ban": cut(0, goods, 5),
}
exact = {name: clock(shock)[0] for name, shock in usual.items()}

# Three levers at once, one of them moved at a time: each answer begins at the last one and is told in outcomes.
strengths, last, slid = {"carbon": 100.0, "tariff": 0.1, "productivity": 0.05}, None, []
most = {"carbon": 200.0, "tariff": 0.5, "productivity": 0.2}
sliding = np.random.default_rng(6)
for _ in range(slides):
    moved = sliding.choice(list(strengths))
    strengths[moved] = sliding.uniform(0, most[moved])
    started = time.process_time()
    three = replace(
        carbon(strengths["carbon"], [2]), tariffs=taxed(strengths["tariff"], 7, goods, 2).tariffs,
        productivity=productive(strengths["productivity"], 2, goods).productivity,
    )
    last = equilibrium.solve(three, start=last)
    outcomes_of(last)
    slid.append(time.process_time() - started)

started = time.process_time()
for _ in range(draws):
    def near(value, spread=0.3):
        return float(value * np.exp(rng.normal(0, spread)))
    drawn = Elasticities(
        1 + (sourcing - 1) * np.exp(rng.normal(0, 0.3, S)), near(0.2), near(0.5), near(0.5), near(0.9, 0.1), near(0.4),
        near(0.5),
    )
    other = replace(base, elasticities=drawn)
    Equilibrium(other, Closure.of(other), equilibrium).solve(carbon(100, [2]))
drawing = time.process_time() - started

def random_shock():
    kind = rng.integers(5)
    some = rng.choice(S, rng.integers(1, S), replace=False)
    a, b = rng.choice(R, 2, replace=False)
    if kind == 0:
        return carbon(rng.uniform(0, 500), rng.choice(R, rng.integers(1, R), replace=False))
    if kind == 1:
        return productive(rng.uniform(-0.2, 0.5), a, some)
    if kind == 2:
        return taxed(rng.uniform(0, 1), a, some, b)
    if kind == 3:
        return paid(rng.uniform(0, 0.3), a, some)
    return cut(a, some, b)

solved, refused, took, remedied = 0, {}, [], 0
following = Equilibrium(base, Closure.of(base, stocks="with sales"), equilibrium)
for _ in range(scenarios):
    shock = random_shock()
    try:
        spent, missed = clock(shock)
    except KaldorError as reason:
        remedied += following.solve(shock).worst <= 1e-11 if "follow sales" in str(reason) else 0
        words = " ".join(word for word in str(reason).split() if not any(map(str.isdigit, word)))
        refused[words] = refused.get(words, 0) + 1
    else:
        took.append(spent)
        solved += missed <= 1e-11
(folder / "ours.json").write_text(json.dumps({
    "calibrate_s": calibrated, "factor_s": factor, "exact_s": exact, "draws_s": drawing, "solved": solved,
    "refused": refused, "remedied": int(remedied),
    "slider_s": [float(np.mean(slid)), float(np.quantile(slid, 0.95))] if slid else [],
    "scenario_s": [float(np.median(took)), float(np.max(took))] if took else [],
}))
report(sum(exact.values()) / len(exact))
"""

SMALL_WORK = """
import json, sys, time
from dataclasses import replace
from pathlib import Path
import kaldor
import numpy as np
from scipy.optimize import root
from kaldor.economy.equilibrium.base import Base, Elasticities
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium, Point
folder, general = Path(sys.argv[1]), sys.argv[2] == "general"
d = np.load(folder / "small.npz")
labour = d["labour"]
R, S = labour.shape
flows = np.concatenate([d["Z"].reshape(R, S, R, S), d["Y"].reshape(R, S, R, 1)], axis=3).transpose(1, 2, 0, 3).copy()
nests = (0.2, 0.5, 0.5, 0.9, 0.4, 0.5) if general else (0.0, 0.0, float(d["factors"]), 1.0, 0.5, 0.5)
energy = np.zeros((S, 1), bool)
energy[:2] = general
base = Base(
    flows, np.zeros((R, S, R)), flows.sum(axis=(1, 3)).T, labour, d["capital"], np.zeros((R, S, R)),
    np.zeros((R, S + 1)), np.zeros((S, R, S + 1)), np.zeros((R, S)), np.ones((R, S)), energy,
    Elasticities(np.full(S, float(d["sourcing"])), *nests),
)
closure = Closure.of(base, capital="by industry" if general else "mobile", lending="pooled" if general else "fixed")
shock = replace(Shock.none(base), productivity=d["productivity"])
started = time.process_time()
point = Equilibrium(base, closure).solve(shock)
cpu = time.process_time() - started
outcomes = outcomes_of(point)
found = outcomes.spending / base.spending.sum(axis=1)
np.save(folder / "ours.npy", found)
if general:
    begin = Equilibrium(base, closure).at_base.at
    scenario = Scenario(base, shock, closure)
    equations = lambda step: Point.of(scenario, begin.moved(step, mobile=False)).missed
    started = time.process_time()
    theirs = root(equations, np.zeros(len(point.missed)), method="hybr", options={"xtol": 1e-12})
    spent = time.process_time() - started
    other = outcomes_of(Point.of(scenario, begin.moved(theirs.x, mobile=False)))
    error = float(np.abs(other.spending / base.spending.sum(axis=1) - found).max())
    (folder / "root.json").write_text(json.dumps({"cpu_s": spent, "error": error}))
report(cpu)
"""

THEIR_WORK = """
import sys, time, warnings
warnings.filterwarnings("ignore")
from pathlib import Path
import numpy as np, pandas as pd
from cgelab.calibrate import calibrate
from cgelab.closure import Closure
from cgelab.regional import solve_regions
from cgelab.sam import SAM
from cgelab.scenario import Scenario
from cgelab.spec import ModelSpec
folder = Path(sys.argv[1])
d = np.load(folder / "small.npz")
labour, capital, Y = d["labour"], d["capital"], d["Y"]
R, S = labour.shape
place = [(r, s) for r in range(R) for s in range(S)]
acts, coms = ([f"r{r}:{kind}{s}" for r, s in place] for kind in "ac")
homes = [f"r{r}:hh" for r in range(R)]
factors = [f"r{r}:{kind}" for r in range(R) for kind in ("lab", "cap")]
names = [*acts, *coms, *homes, *factors, "gov", "s_i", "row"]
M = pd.DataFrame(0.0, names, names)
M.loc[coms, acts], M.loc[coms, homes] = d["Z"], Y
for act, com, made in zip(acts, coms, d["Z"].sum(axis=1) + Y.sum(axis=1)):
    M.loc[act, com] = made
trace = 1e-10 * Y.sum()
for r in range(R):
    home, com = f"r{r}:hh", f"r{r}:c0"
    for kind, paid in (("lab", labour), ("cap", capital)):
        M.loc[f"r{r}:{kind}", acts[r * S : (r + 1) * S]] = paid[r]
        M.loc[home, f"r{r}:{kind}"] = paid[r].sum()
    for other in ("gov", "s_i"):
        M.loc[other, home] += trace
        M.loc[com, other] += trace
    M.loc["row", com] += trace
    M.loc[com, "row"] += trace
spec = ModelSpec(
    activities=acts, commodities=coms, households=homes, factors=factors, regions=[f"r{r}" for r in range(R)],
    sigma_va=float(d["factors"]), sigma_interregional=float(d["sourcing"]), numeraire_factor="r0:lab",
)
started = time.process_time()
economy = calibrate(SAM.from_square(M), spec, check_balance=False)
found = solve_regions(economy, Closure(), Scenario(productivity=d["productivity"].ravel()))
cpu = time.process_time() - started
# What households buy of each origin, made one quantity again: sources under the elasticity, products by fixed shares.
power = (float(d["sourcing"]) - 1) / float(d["sourcing"])
origins = Y.T.reshape(R, R, S)
bought = origins.sum(axis=1)
grown = (np.asarray(found.hh_quantity) / Y.T).reshape(R, R, S)
composite = (origins / bought[:, None] * grown**power).sum(axis=1) ** (1 / power)
shares = bought / bought.sum(axis=1, keepdims=True)
np.save(folder / "theirs.npy", np.exp((shares * np.log(composite)).sum(axis=1)) - 1)
report(cpu)
"""


def run() -> dict[str, object]:
    """Measure each table, print what it took, return the line of JSON."""
    large = [_large(*case) for case in _cases()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(folder / "small.npz", **small_table())
        general = run_worker(OURS, SMALL_WORK, name, "general")
        root = json.loads((folder / "root.json").read_text())
        ours = run_worker(OURS, SMALL_WORK, name, "theirs")
        theirs = run_worker(environment("cgelab"), THEIR_WORK, name)
        error = float(np.abs(np.load(folder / "ours.npy") - np.load(folder / "theirs.npy")).max())
    small = [("SciPy's root", general, root, root["error"]), ("cgelab 0.7.0", ours, theirs, error)]
    _print_tables(large, small)
    return {
        "name": "equilibrium",
        "n": [row["n"] for row in large],
        "ours": large,
        "small": SMALL_REGIONS * SMALL_SECTORS,
        "peers": [row[0] for row in small],
        "ours_small": [row[1] for row in small],
        "theirs": [row[2] for row in small],
        "ratio": [round(row[2]["cpu_s"] / row[1]["cpu_s"]) for row in small],
        "error": [row[3] for row in small],
    }


def _cases() -> list[tuple[str, dict[str, np.ndarray], int, int, int, int]]:
    cases = []
    if WIOD.exists():
        cases.append(("WIOD 2009", wiod_arrays(), 41, DRAWS, SCENARIOS, SLIDES))
    else:
        print("The real table (../shared) is not here: only random economies are measured.")
    cases.append(("random", random_arrays(n=5_000, extensions=1, seed=1), 100, 0, 0, 0))
    return cases


def _large(
    label: str, arrays: dict[str, np.ndarray], regions: int, draws: int, scenarios: int, slides: int
) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for key in ("Z", "Y", "x"):
            np.save(folder / f"{key}.npy", arrays[key])
        n = len(arrays["x"])
        arrays.clear()
        found = run_worker(OURS, OUR_WORK, name, *map(str, (regions, draws, scenarios, slides)))
        return (
            {"table": label, "n": n, "draws": draws, "scenarios": scenarios}
            | found
            | json.loads((folder / "ours.json").read_text())
        )


def small_table() -> dict[str, np.ndarray]:
    """Five regions of ten sectors in balanced trade: recipes, sources and tastes are drawn, outputs follow."""
    rng = np.random.default_rng(3)
    R, S = SMALL_REGIONS, SMALL_SECTORS
    inputs = rng.uniform(0.4, 0.6, (R, S))
    sources = 0.3 * rng.dirichlet(np.full(R, 2.0), (R, S))
    sources[np.arange(R), :, np.arange(R)] += 0.7
    A = np.einsum("dus,dsr,du->rsdu", rng.dirichlet(np.full(S, 2.0), (R, S)), sources, inputs).reshape(R * S, R * S)
    taste = np.einsum("ds,dsr->rsd", rng.dirichlet(np.full(S, 3.0), R), sources).reshape(R * S, R)
    earned = np.kron(np.eye(R), np.ones(S)) * (1 - inputs).ravel()
    values, vectors = np.linalg.eig(A + taste @ earned)
    x = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    x *= 1e4 / x.sum()
    added, shares = (1 - inputs) * x.reshape(R, S), rng.uniform(0.4, 0.8, (R, S))
    productivity = np.ones((R, S))
    productivity[0] = 1.1
    return {
        "Z": A * x, "Y": taste * (earned @ x), "labour": shares * added, "capital": (1 - shares) * added,
        "productivity": productivity, "factors": np.array(0.5), "sourcing": np.array(3.0),
    }  # fmt: skip


def _print_tables(large: list[dict], small: list[tuple]) -> None:
    print("| table | n | calibrate, CPU s | factor | exact, mean | slowest | 100 draws | peak MB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for row in large:
        exact = list(row["exact_s"].values())
        drawn = f"{row['draws_s']:.1f}" if row["draws"] else "–"
        print(
            f"| {row['table']} | {row['n']} | {row['calibrate_s']:.2f} | {row['factor_s']:.2f} | {np.mean(exact):.3f} "
            f"| {max(exact):.3f} | {drawn} | {row['peak_mb']:.0f} |"
        )
    for row in large:
        if row["scenarios"]:
            refused = "; ".join(f"{count} × {why}" for why, count in row["refused"].items()) or "none"
            print(
                f"\n{row['table']}: {row['solved']} of {row['scenarios']} random scenarios solved, refused: {refused}"
            )
            print(f"refusals that have an answer where stocks follow sales: {row['remedied']}")
            print("median and slowest CPU s: " + ", ".join(f"{spent:.2f}" for spent in row["scenario_s"]))
        if row["slider_s"]:
            mean, most = row["slider_s"]
            print(
                f"{row['table']}: a slider's next place with outcomes, three levers: {mean:.3f}, p95 {most:.3f} CPU s"
            )
    print("\n| peer, 5 regions × 10 sectors | Kaldor CPU s | theirs | times less | largest difference |")
    print("|---|--:|--:|--:|--:|")
    for peer, ours, theirs, error in small:
        ratio = theirs["cpu_s"] / ours["cpu_s"]
        print(f"| {peer} | {ours['cpu_s']:.4f} | {theirs['cpu_s']:.2f} | {ratio:.0f} | {error:.0e} |")
