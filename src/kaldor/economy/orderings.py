"""The terms of a product of factors that all change, averaged over every order in which they may change.

With k factors there are k! orderings but only 2^k states (each factor at its earlier or later value): a factor's term
depends only on which others have changed before it. Everything here is exact; nothing is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Terms:
    """Each factor's term (factors × groups): mean over all orderings, its range, and the mean of the two polar ones."""

    mean: Array
    lowest: Array
    highest: Array
    polar: Array


def terms_of(values: Array) -> Terms:
    """Terms of k factors from the 2^k states: `values` has shape (2, …, 2, groups), 0 earlier and 1 later.

    The mean is the Shapley value: over all sets of factors changed before, the sum of p! (k−1−p)! / k! times the
    difference that the factor makes then, with p the size of the set. `polar` is the mean of the order in which the
    factors stand and of its reverse (Dietzenbacher & Los 1998). Both add up to the whole change.
    """
    k = values.ndim - 1
    before = np.indices((2,) * (k - 1)).reshape(k - 1, -1).sum(axis=0) if k > 1 else np.zeros(1, dtype=int)
    weights = np.array([factorial(size) * factorial(k - 1 - size) / factorial(k) for size in before])
    found = [_one(values, factor, weights) for factor in range(k)]
    return Terms(*(np.array(parts) for parts in zip(*found, strict=True)))


def _one(values: Array, factor: int, weights: Array) -> tuple[Array, Array, Array, Array]:
    k = values.ndim - 1
    difference: Array = np.asarray(values.take(1, axis=factor) - values.take(0, axis=factor))
    first = difference[(1,) * factor + (0,) * (k - 1 - factor)]
    reverse = difference[(0,) * factor + (1,) * (k - 1 - factor)]
    flat = difference.reshape(-1, values.shape[-1])
    return weights @ flat, flat.min(axis=0), flat.max(axis=0), (first + reverse) / 2
