"""Better steps from what the last ones left: each industry's own price and output first, then all unknowns together.

A factor made elsewhere errs most where the way bends most: in single industries, each by its own matrix of two by two.
Sources: Walker & Ni (2011), SIAM J. Numer. Anal. 49 (mixtures of steps); Broyden (1965), Math. Comp. 19 (secants).
"""

from __future__ import annotations

import numpy as np

from kaldor.economy.equilibrium.base import Array

_REMEMBERED = 8  # steps looked back on
_TRUST = 0.03  # of the longest move of any unknown, squared: an industry that moved less keeps the factor's word
_MOST = 4.0  # an entry of a correction; with more, and where it all but turns or stops the step, there is none
_VOLUME = (0.2, 5.0)  # the determinants of corrections that are kept


class Ways:
    """The steps of one factor on `industries` net prices, as many outputs and what regions have."""

    def __init__(self, industries: int) -> None:
        self._industries = industries
        self._plain: list[Array] = []
        self._taken: list[Array] = []

    def accelerated(self, plain: Array) -> Array:
        """The step to take where the factor alone says `plain`."""
        self._plain.append(plain)
        if len(self._plain) < 2:
            return plain
        left = np.stack([b - a for a, b in zip(self._plain[:-1], self._plain[1:], strict=True)], axis=1)
        moved = np.stack(self._taken, axis=1)
        both = self._corrected(np.column_stack([left, plain]), left, moved)
        left, plain = both[:, :-1], both[:, -1]
        share = np.linalg.lstsq(left, plain, rcond=1e-10)[0]
        return np.asarray(plain - (moved + left) @ share)

    def took(self, step: Array) -> None:
        """Remember the step that was taken."""
        self._taken.append(step)
        if len(self._taken) > _REMEMBERED:
            del self._taken[0], self._plain[0]

    def _corrected(self, steps: Array, left: Array, moved: Array) -> Array:
        """Steps (unknowns, m) by what each industry's own two unknowns, once moved, left of theirs."""
        longest = np.abs(moved).max(axis=0)
        longest = np.where(longest > 0, longest, 1.0)
        went, fell = self._by_industry(moved / longest), self._by_industry(-left / longest)
        kept = _TRUST * np.eye(2)
        asked, found = went @ went.transpose(0, 2, 1) + kept, fell @ went.transpose(0, 2, 1) + kept
        corrected = steps.copy()
        own = _ratios(asked, found) @ self._by_industry(steps)
        corrected[: 2 * self._industries] = own.transpose(1, 0, 2).reshape(-1, steps.shape[1])
        return corrected

    def _by_industry(self, unknowns: Array) -> Array:
        """(unknowns, m) as (industries, 2, m)."""
        return unknowns[: 2 * self._industries].reshape(2, self._industries, unknowns.shape[1]).transpose(1, 0, 2)


def _ratios(asked: Array, found: Array) -> Array:
    """What asked is over found, matrix by matrix (n, 2, 2); one where that is no modest correction."""
    (a, b), (c, d) = found.transpose(1, 2, 0)
    volume = a * d - b * c
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.array([[d, -b], [-c, a]]).transpose(2, 0, 1) / volume[:, None, None]
        ratios = asked @ inverse
        size = np.linalg.det(asked) / volume
    modest = (size > _VOLUME[0]) & (size < _VOLUME[1]) & (np.abs(ratios).max(axis=(1, 2)) < _MOST)
    return np.where(modest[:, None, None], ratios, np.eye(2))
