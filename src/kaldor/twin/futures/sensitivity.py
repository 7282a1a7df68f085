"""Which uncertain numbers decide an outcome: first- and total-order Sobol indices with intervals, counted by SALib.

With the variance V of an outcome over all futures: the first order S_i = V[E(outcome | x_i)] / V is the part that would
go if x_i were known; the total order T_i adds everything x_i does together with others. Σ S_i = 1 where numbers act
apart; T_i well above S_i shows that they act together; T_i near 0 says that x_i can be fixed.

Estimators: Saltelli et al. (2010), Computer Physics Communications 181, table 2, (b) and (f); intervals by bootstrap
over the base sample. They are wide (a base of 250 gives about ± 0.2 for a first order), so they are always shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array
from kaldor.errors import InputError, Problem
from kaldor.twin.futures.sampling import problem, sobol
from kaldor.twin.futures.sweep_result import Of, SweepResult
from kaldor.words import NOT_MODELLED

_RESAMPLES = 1_000


def sensitivity(
    result: SweepResult, metrics: Sequence[str] | None = None, *, of: Of = "change", confidence: float = 0.95
) -> pd.DataFrame:
    """First- and total-order indices of metrics in a sweep over a Sobol design.

    Index (metric, input); columns first, first_low, first_high, total, total_low, total_high; `attrs` hold seed, base
    and confidence. Metrics that respond are of the first part of the sample, `attrs["runs_of"]` futures, where prices
    respond in no more. A metric that never moves is left out and named in `attrs["constant"]`, one that only a
    subsample carries (stress figures) in `attrs["subsample"]`, one that is infinite in some futures in
    `attrs["infinite"]`, one that the levers have no data to move with the reason in `attrs["not_modelled"]`.
    Raises InputError where the design is not a Sobol sample, some futures failed (the indices need all of them), or a
    metric is asked for by name that only a subsample carries, that is infinite in some futures or that is not modelled.
    """
    design = result.design
    if design.method != "sobol":
        remedy = "Plan it with method='sobol'."
        raise InputError(Problem("sensitivity", f"the sweep is a {design.method} of {design.runs} runs.", remedy))
    if len(result.failed):
        what = f"{len(result.failed)} of {design.runs} futures failed, the first because: {result.failed.iloc[0]}"
        raise InputError(Problem("sensitivity", what, "Narrow the ranges so that every future can be run."))
    names = [one.name for one in design.ranges]
    wanted = list(metrics) if metrics is not None else [one.id for one in result.metrics]
    tables: dict[str, pd.DataFrame] = {}
    constant: list[str] = []
    subsample: list[str] = []
    infinite: list[str] = []
    unknown: dict[str, str] = {}
    for metric in wanted:
        values = result.values(metric, of).to_numpy()[: _whole(result, metric)]
        if metric in result.not_modelled and np.isnan(values).all():
            unknown[metric] = result.not_modelled[metric]
        elif np.isnan(values).any():
            subsample.append(metric)
        elif np.isinf(values).any():
            infinite.append(metric)
        elif _constant(values):
            constant.append(metric)
        else:
            tables[metric] = _indices(values, names, design.seed, confidence)
    if metrics is not None and unknown:
        raise InputError([Problem(f"metric '{id}'", f"{NOT_MODELLED}: {reason}") for id, reason in unknown.items()])
    if metrics is not None and subsample:
        what = f"only {len(result.stressed)} of {design.runs} futures carry {', '.join(subsample)}."
        raise InputError(Problem("sensitivity", what, "Plan with at most as many runs as may be under stress."))
    if metrics is not None and infinite:
        what = f"{', '.join(infinite)} is infinite in some futures, so that its variance is too."
        raise InputError(Problem("sensitivity", what, "Ask for another metric, or narrow the ranges."))
    found = pd.concat(tables, names=["metric", "input"]) if tables else _empty()
    base = design.runs // (len(names) + 2)
    found.attrs |= {
        "seed": design.seed,
        "base": base,
        "runs": design.runs,
        "runs_of": {id: _whole(result, id) for id in tables},
        "confidence": confidence,
        "of": of,
        "constant": constant,
        "subsample": subsample,
        "infinite": infinite,
        "not_modelled": unknown,
    }
    return found


def _whole(result: SweepResult, metric: str) -> int:
    """How many of the first futures are a whole Sobol sample of a metric: all, or those where prices respond."""
    responds = result.views.get(metric) == "prices respond"
    return len(result.design.responding) if responds and result.design.responding else result.design.runs


def sensitivity_of(
    function: Callable[[Array], Array],
    low: Sequence[float],
    high: Sequence[float],
    *,
    names: Sequence[str] | None = None,
    base: int = 1024,
    seed: int = 0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Indices of any function of (runs × inputs) → (runs), inputs uniform between `low` and `high`.

    Index input; columns as in `sensitivity`. Raises InputError for a base that is no power of 2, and where the function
    gives no figure for some runs (NaN, infinite) or the same for all: then there is no variance to share out.
    """
    bottom, top = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    inputs = bottom + sobol(len(bottom), base, seed) * (top - bottom)
    values = _with_variance(np.asarray(function(inputs), dtype=float), len(inputs))
    labels = list(names) if names is not None else [f"x{i + 1}" for i in range(len(bottom))]
    found = _indices(values, labels, seed, confidence)
    found.attrs |= {"seed": seed, "base": base, "runs": len(values), "confidence": confidence}
    return found


def _indices(values: Array, names: Sequence[str], seed: int, confidence: float) -> pd.DataFrame:
    from SALib.analyze import sobol as salib

    found = salib.analyze(
        problem(len(names), names),
        values,
        calc_second_order=False,
        num_resamples=_RESAMPLES,
        conf_level=confidence,
        seed=seed,
    )
    frame = pd.DataFrame(
        {
            "first": found["S1"],
            "first_low": found["S1"] - found["S1_conf"],
            "first_high": found["S1"] + found["S1_conf"],
            "total": found["ST"],
            "total_low": found["ST"] - found["ST_conf"],
            "total_high": found["ST"] + found["ST_conf"],
        },
        index=pd.Index(list(names), name="input"),
    )
    frame.attrs["unit"] = "share of variance"
    return frame


def _with_variance(values: Array, runs: int) -> Array:
    """The outcomes of all runs. Raises InputError where indices of them would mean nothing."""
    if values.shape != (runs,):
        raise InputError(Problem("sensitivity", f"the function gives {values.shape} values.", f"Expected {runs}."))
    if lacking := int((~np.isfinite(values)).sum()):
        what = f"{lacking} of {runs} outcomes are no figure (NaN or infinite)."
        raise InputError(Problem("sensitivity", what, "Narrow the ranges so that every run gives one."))
    if _constant(values):
        what = f"all {runs} outcomes are {values[0]:g}: there is no variance to share out."
        raise InputError(Problem("sensitivity", what, "Widen the ranges, or ask for an outcome that they move."))
    return values


def _constant(values: Array) -> bool:
    return float(np.ptp(values)) <= 1e-12 * max(1e-300, float(np.abs(values).max()))


def _empty() -> pd.DataFrame:
    columns = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    return pd.DataFrame(columns=columns, index=pd.MultiIndex.from_arrays([[], []], names=["metric", "input"]))
