"""Dividing by a matrix that is factored and kept: the one place where a factor is used, safe from several threads."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_solve

Floats = NDArray[np.floating]
Factored = tuple[Floats, NDArray[np.int32]]
"""What `scipy.linalg.lu_factor` gives: the triangles in one array, and the rows that were exchanged."""


def divided(factor: Factored, right: Floats, trans: Literal[0, 1] = 0) -> Floats:
    """Solve A x = right, or its transpose, with a kept factor, in its precision.

    The pivots are copied: LAPACK's wrapper counts them from 1 in place while it works, so that two threads with one
    factor would read each other's and write beyond their arrays.
    """
    lu, pivots = factor
    return lu_solve((lu, pivots.copy()), right.astype(lu.dtype, copy=False), trans=trans, check_finite=False)
