"""Supply and use tables turned into a symmetric one by Eurostat's models A to D: pure algebra.

Source: Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]
Model = Literal["A", "B", "C", "D"]

_MOST_CONDITION = 1e12


@dataclass(frozen=True, eq=False)
class Symmetric:
    """Flows Z (n × n), final demand Y (n × m), output x (n) and rows beneath F (k × n), of products or industries."""

    Z: Array
    Y: Array
    x: Array
    F: Array


def symmetric(model: Model, V: Array, U: Array, Y: Array, W: Array, where: str = "supply") -> Symmetric:
    """The table of products (A, B) or of industries (C, D) behind supply V and uses U (products × industries).

    `Y` is final demand by product, `W` rows beneath the uses by industry. Raises InputError where output is zero that
    is divided by, or where V cannot be inverted (A, C), with `where` as its place.
    """
    q, g = V.sum(axis=1), V.sum(axis=0)
    if model == "A":
        T = _solved(V, np.diag(q), where)
    elif model == "B":
        T = V.T / _positive(g, "industry", where)[:, None]
    elif model == "C":
        T = _solved(V.T, np.diag(g), where).T
    else:
        T = V.T / _positive(q, "product", where)
    if model in "AB":
        return Symmetric(U @ T, Y.copy(), q, W @ T)
    return Symmetric(T @ U, T @ Y, g, W.copy())


def _solved(V: Array, right: Array, where: str) -> Array:
    if np.linalg.cond(V) > _MOST_CONDITION:
        what = "it cannot be inverted: a product or an industry has no output, or two are alike."
        raise InputError(Problem(where, what, "Use model B or D, or add such rows and columns up first."))
    return np.asarray(np.linalg.solve(V, right), np.float64)


def _positive(output: Array, kind: str, where: str) -> Array:
    idle = np.flatnonzero(output == 0)
    if len(idle):
        what = f"{len(idle)} have no output (the first is number {int(idle[0]) + 1})."
        raise InputError(Problem(f"{where}, {kind}", what, "Leave them out of the declaration."))
    return output
