"""How a technology or a policy spreads: logistic, Bass and Gompertz curves from a first year to a chosen one.

Every curve here runs from 0 in the year `start` to 1 in the year `until` and stays there, so that a lever has exactly
its planned strength in the chosen year. Logistic and Gompertz have no beginning and no end of their own; the stretch
between 1 % and 99 % of saturation is taken and stretched to 0 and 1. The Bass curve begins by itself, and is divided by
its value at `until`.

- logistic: g(u) = 1 / (1 + e^−u); symmetric, fastest half-way. Griliches (1957), Econometrica 25.
- gompertz: g(u) = e^−e^−u; fastest at 37 %, with a long tail. Dixon (1980), Econometrica 48.
- bass: g(τ) = (1 − e^−(p+q)τ) / (1 + (q/p) e^−(p+q)τ), p innovation, q imitation, τ years since the start. Bass (1969),
  Management Science 15, eq. 4. Means over many products: p = 0.03, q = 0.38 (Sultan, Farley & Lehmann 1990).

All are monotone, so that each has an inverse: the year in which a share is reached.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from kaldor.bounds import OPEN_SHARE, YEAR, Bounds
from kaldor.declared import Declared

Array = NDArray[np.float64]
Curve = Literal["logistic", "gompertz", "bass", "linear", "step"]

_EDGE = 0.01  # of saturation: where the cut-out stretch of an endless curve begins and, mirrored, ends

BASS_P, BASS_Q = 0.03, 0.38
"""Mean coefficients of innovation and imitation (a year) over 213 applications: Sultan, Farley & Lehmann (1990)."""


class Adoption(Declared):
    """How a lever's strength rises: the curve, the year in which it begins and the year in which it is complete."""

    curve: Curve = "logistic"
    start: Annotated[float, YEAR]
    until: Annotated[float, YEAR]
    p: Annotated[float, OPEN_SHARE, Field(description="Bass: innovation, a year")] = BASS_P
    q: Annotated[float, Bounds(0, 5, high_open=True), Field(description="Bass: imitation, a year")] = BASS_Q
    source: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Adoption:
        if self.curve != "step" and not self.start < self.until:
            raise ValueError(f"until ({self.until:g}) must come after start ({self.start:g})")
        return self

    def share(self, year: ArrayLike) -> Array:
        """Share of full strength in a year or years: 0 up to `start`, 1 from `until` on."""
        if self.curve == "logistic":
            return logistic(year, self.start, self.until)
        if self.curve == "gompertz":
            return gompertz(year, self.start, self.until)
        if self.curve == "bass":
            return bass(year, self.start, self.until, self.p, self.q)
        if self.curve == "linear":
            return _elapsed(year, self.start, self.until)
        return np.where(np.asarray(year, dtype=float) >= self.start, 1.0, 0.0)

    def year_of(self, share: float) -> float:
        """The year in which a share (0 to 1) of full strength is reached."""
        if self.curve == "logistic":
            return logistic_year(share, self.start, self.until)
        if self.curve == "gompertz":
            return gompertz_year(share, self.start, self.until)
        if self.curve == "bass":
            return bass_year(share, self.start, self.until, self.p, self.q)
        if self.curve == "linear":
            return self.start + _checked(share) * (self.until - self.start)
        return self.start

    def begun(self, start: float) -> Adoption:
        """The same curve, begun in another year and taking as long."""
        return self.model_copy(update={"start": start, "until": self.until + start - self.start})


def logistic(year: ArrayLike, start: float, until: float) -> Array:
    """Share of full adoption on a logistic curve that is 0 at `start` and 1 at `until`."""
    reach = _logit(1 - _EDGE)
    u = reach * (2 * _elapsed(year, start, until) - 1)
    return _stretched(1 / (1 + np.exp(-u)), _EDGE, 1 - _EDGE)


def logistic_year(share: float, start: float, until: float) -> float:
    """The year in which `logistic` reaches a share (0 to 1)."""
    reach = _logit(1 - _EDGE)
    u = _logit(_EDGE + _checked(share) * (1 - 2 * _EDGE))
    return start + (u / reach + 1) / 2 * (until - start)


def gompertz(year: ArrayLike, start: float, until: float) -> Array:
    """Share of full adoption on a Gompertz curve that is 0 at `start` and 1 at `until`."""
    low, high = _loglog(_EDGE), _loglog(1 - _EDGE)
    u = low + (high - low) * _elapsed(year, start, until)
    return _stretched(np.exp(-np.exp(-u)), _EDGE, 1 - _EDGE)


def gompertz_year(share: float, start: float, until: float) -> float:
    """The year in which `gompertz` reaches a share (0 to 1)."""
    low, high = _loglog(_EDGE), _loglog(1 - _EDGE)
    u = _loglog(_EDGE + _checked(share) * (1 - 2 * _EDGE))
    return start + (u - low) / (high - low) * (until - start)


def bass(year: ArrayLike, start: float, until: float, p: float = BASS_P, q: float = BASS_Q) -> Array:
    """Share of full adoption on a Bass curve that is 0 at `start` and 1 at `until`; p and q are a year."""
    since = (until - start) * _elapsed(year, start, until)
    return np.asarray(_bass(since, p, q) / _bass(np.asarray(until - start, dtype=float), p, q))


def bass_year(share: float, start: float, until: float, p: float = BASS_P, q: float = BASS_Q) -> float:
    """The year in which `bass` reaches a share (0 to 1)."""
    reached = _checked(share) * float(_bass(np.asarray(until - start, dtype=float), p, q))
    return start + float(np.log((1 + reached * q / p) / (1 - reached)) / (p + q))


def _bass(since: Array, p: float, q: float) -> Array:
    decay = np.exp(-(p + q) * since)
    return np.asarray((1 - decay) / (1 + q / p * decay))


def _elapsed(year: ArrayLike, start: float, until: float) -> Array:
    """Part of the stretch from start to until that is over, 0 to 1."""
    return np.clip((np.asarray(year, dtype=float) - start) / (until - start), 0.0, 1.0)


def _stretched(values: Array, low: float, high: float) -> Array:
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _loglog(share: float) -> float:
    return float(-np.log(-np.log(share)))


def _checked(share: float) -> float:
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {share}")
    return share
