"""How strongly each industry pulls on its suppliers and pushes on its customers: linkages and key sectors.

Sources: Rasmussen (1956), Studies in Inter-Sectoral Relations; Hirschman (1958); Miller & Blair (2009), section 12.2;
Beutel (2008), Eurostat Manual of Supply, Use and Input-Output Tables, ch. 15.
Known limit: linkages say how much is connected, not how much would grow; no capacity, price or import response.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import RATIO, labelled
from kaldor.economy.solve import LeontiefSolver, domestic_solver, solver_of
from kaldor.errors import InputError, Problem, UnknownLabelError

Scope = Literal["domestic", "global"]
Weights = Literal["equal", "output", "final_demand"]

_AT_ONCE = 512  # columns of the inverse held at a time

QUADRANTS = ("key", "backward", "forward", "weak")


def linkages(
    economy: Economy, *, scope: Scope = "domestic", weights: Weights | pd.Series = "equal", variation: bool = True
) -> pd.DataFrame:
    """Backward and forward linkages of every industry, beside the average, and its quadrant.

    `scope`: "domestic" follows inputs made in the same region only, each region compared with its own average; "global"
    follows all. Columns, dimensionless: `backward_direct` (column sums of A), `backward` (of L), `forward_direct` (row
    sums of the output coefficients B), `forward` (of the Ghosh inverse G), `forward_leontief` (row sums of L);
    `power` and `sensitivity`: Rasmussen's backward and forward linkages over their average (columns and rows of L);
    `sensitivity_ghosh` the same of G; with `variation`, the coefficients of variation `power_cv` and `sensitivity_cv`
    down the columns and along the rows of L (low: evenly spread; takes n solves); `quadrant`: "key" where both `power`
    and `sensitivity_ghosh` exceed 1, "backward", "forward" or "weak".
    `weights` of the average: every industry alike, by output, by final demand, or a Series over (region, sector).
    Industries without output have no linkages (missing).
    Raises UnknownLabelError for another scope; InputError for weights that do not fit; UnproductiveEconomyError.
    """
    if scope not in {"domestic", "global"}:
        raise UnknownLabelError("scope", scope, ("domestic", "global"))
    weight = _weights(economy, weights)
    if scope == "global":
        parts = [_measures(solver_of(economy), economy.Z, economy.x, economy.per_output, weight, variation)]
    else:
        parts = []
        for region in economy.regions:
            rows = economy.rows_of(region)
            Z = np.ascontiguousarray(economy.Z[rows, rows])
            solver = domestic_solver(economy, region)
            parts.append(_measures(solver, Z, economy.x[rows], economy.per_output[rows], weight[rows], variation))
    frame = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True).set_index(economy.index)
    frame[~economy.has_output] = np.nan
    frame["quadrant"] = _quadrants(frame["power"].to_numpy(), frame["sensitivity_ghosh"].to_numpy())
    frame.attrs.update(scope=scope, weights=weights if isinstance(weights, str) else "given")
    return labelled(frame, economy, RATIO)


def _measures(
    solver: LeontiefSolver, Z: Array, x: Array, per_output: Array, weight: Array, variation: bool
) -> dict[str, Array]:
    n = len(x)
    backward = solver.solve(np.ones(n), transposed=True)
    rows_of_L, ghosh = solver.solve(np.column_stack([np.ones(n), x])).T
    forward = ghosh * per_output  # G = x̂⁻¹ L x̂, so that its row sums are (L x)/x
    active = x > 0
    found = {
        "backward_direct": Z.sum(axis=0) * per_output,
        "backward": backward,
        "forward_direct": Z.sum(axis=1) * per_output,
        "forward": forward,
        "forward_leontief": rows_of_L,
        "power": _over_average(backward, weight, active),
        "sensitivity": _over_average(rows_of_L, weight, active),
        "sensitivity_ghosh": _over_average(forward, weight, active),
    }
    if variation:
        found["power_cv"], found["sensitivity_cv"] = _variation(solver, active)
    return found


def _over_average(values: Array, weight: Array, active: NDArray[np.bool_]) -> Array:
    total = weight[active].sum()
    if total <= 0:
        return np.full_like(values, np.nan)
    return values / (weight[active] @ values[active] / total)


def _variation(solver: LeontiefSolver, active: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Coefficient of variation (n − 1 in the variance) down each column and along each row of L, active ones only."""
    n = len(active)
    count = int(active.sum())
    sums, squares = np.zeros((2, n)), np.zeros((2, n))
    chosen = np.flatnonzero(active)
    for start in range(0, count, _AT_ONCE):
        columns = chosen[start : start + _AT_ONCE]
        units = np.zeros((n, len(columns)))
        units[columns, np.arange(len(columns))] = 1
        L = solver.solve(units) * active[:, None]
        sums[0, columns], squares[0, columns] = L.sum(axis=0), (L**2).sum(axis=0)
        sums[1] += L.sum(axis=1)
        squares[1] += (L**2).sum(axis=1)
    if count < 2:
        return np.full(n, np.nan), np.full(n, np.nan)
    mean = sums / count
    variance = np.maximum(squares - count * mean**2, 0) / (count - 1)
    cv = np.divide(np.sqrt(variance), mean, out=np.full_like(mean, np.nan), where=mean > 0)
    return cv[0], cv[1]


def _quadrants(power: Array, sensitivity: Array) -> list[str | None]:
    names = {(True, True): "key", (True, False): "backward", (False, True): "forward", (False, False): "weak"}
    return [None if np.isnan(p + s) else names[p > 1, s > 1] for p, s in zip(power, sensitivity, strict=True)]


def _weights(economy: Economy, weights: Weights | pd.Series) -> Array:
    if isinstance(weights, pd.Series):
        return _given(economy, weights)
    if weights == "equal":
        return np.ones(economy.n)
    if weights == "output":
        return economy.x
    if weights == "final_demand":
        return np.maximum(economy.Y.sum(axis=1), 0)
    raise InputError(
        Problem("weights", f"'{weights}' is not known.", "One of equal, output, final_demand, or a Series.")
    )


def _given(economy: Economy, weights: pd.Series) -> Array:
    missing = [row for row in economy.index if row not in weights.index]
    problems = [Problem("weights", f"none for {region}/{sector}.") for region, sector in missing]
    if not missing and (weights.reindex(economy.index) < 0).any():
        problems.append(Problem("weights", "some are below zero."))
    if problems:
        raise InputError(problems)
    return weights.reindex(economy.index).to_numpy(dtype=np.float64)
