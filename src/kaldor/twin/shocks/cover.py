"""What users can make with what they have of each input, and what they then use of it.

For product s and user j, both relative to normal: m what the user would make (at least 1), σ the specific share, S/ψT
pooled stock over its threshold, A the cover of specific goods, e the importance of the input (1 stops the user, 0 never
does), κ what users save of it without making less:

    level    σ A m + min((1 − σ) m, S / ψT)
    loss     e (m − min(m, level / (1 − κ))) / m
    output   m (1 − o max loss − (1 − o) (1 − Π (1 − loss)))
    use      ρ times the level, ρ = output / max(level, output): of a critical input as much as is made

The overlap o says whether products that fall short hit the same firms (1, the largest loss counts) or firms by chance
(0, who is spared by one is hit by another). Only users who are short of something need any of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.shocks.behaviours import Behaviours
from kaldor.twin.shocks.table import Positions, Table
from kaldor.twin.shocks.targets import DAYS, Targets

_EQUAL = 1e-9  # losses that differ by less are alike: rounding does not choose
_NOTHING = 1e-12  # of what is specific: what so little is missing of is covered, but for rounding


class Uses(NamedTuple):
    """What users use of a product, relative to normal (q each): of the pool, of specific goods, and of the latter if
    all were covered; `made` is their output."""

    pooled: Array
    own: Array
    covered: Array
    made: Array


@dataclass(frozen=True, eq=False)
class Lack:
    """The users of one product who have less of it than they want, q of them over all runs.

    place, user   where each is in an array of B × n, and its industry; the `run` it is in
    wanted        m, of which the `pooled` and the `own` part of the level are there (q each)
    loss          what it costs them
    """

    product: int
    place: Positions
    run: Positions
    user: Positions
    wanted: Array
    pooled: Array
    own: Array
    loss: Array

    def uses(self, ratio: Array) -> Uses:
        """What they use where they make `ratio` (B × n)."""
        made = ratio.ravel()[self.place]
        level = self.pooled + self.own
        held = np.maximum(level, made)
        rho = np.divide(made, held, out=np.zeros_like(level), where=held > 0)
        return Uses(self.pooled * rho, self.own * rho, self.wanted * rho, made)

    def summed(self, table: Table, values: Array, runs: int) -> Array:
        """Values (q) summed by class and region of users: K × B × R."""
        key = (table.classes[self.user] * runs + self.run) * table.R + self.user // table.S
        return np.asarray(np.bincount(key, values, table.K * runs * table.R), float).reshape(table.K, runs, table.R)


@dataclass(frozen=True, eq=False)
class Short:
    """All products of which somebody lacks something, and what everybody can make of what it has: `most`, relative to
    normal output (B × n), `wanted` where nothing lacks."""

    lacks: tuple[Lack, ...]
    most: Array

    @classmethod
    def of(cls, lacks: tuple[Lack, ...], wanted: Array, overlap: Array) -> Short:
        """What lacks come to; `overlap` is that of each run (B × 1)."""
        worst = np.zeros(wanted.size)
        for lack in lacks:
            worst[lack.place] = np.maximum(worst[lack.place], lack.loss)
        lost = worst
        if (overlap != 1).any():
            spared = np.ones(wanted.size)
            for lack in lacks:
                spared[lack.place] *= 1 - lack.loss
            same = np.repeat(overlap[:, 0], wanted.shape[1])
            lost = same * worst + (1 - same) * (1 - spared)
        return cls(lacks, wanted * (1 - lost.reshape(wanted.shape)))

    def limiting(self) -> Positions:
        """The product whose lack costs each most (B × n, −1: none); of several the first."""
        worst, found = np.zeros(self.most.size), np.full(self.most.size, -1)
        for lack in self.lacks:
            worst[lack.place] = np.maximum(worst[lack.place], lack.loss)
        for lack in reversed(self.lacks):
            most = worst[lack.place]
            found[lack.place[(lack.loss >= most * (1 - _EQUAL) - _EQUAL) & (lack.loss > 0)]] = lack.product
        return found.reshape(self.most.shape)


@dataclass(frozen=True, eq=False)
class Cover:
    """What behaviours and the table say of lacks, all steps alike.

    threshold  ψ (B × 1), but for rounding: a stock that is full does not limit
    reach      how much of its normal use lies in stock within ψ at the start of a step (S × B × R)
    """

    table: Table
    targets: Targets
    behaviours: Behaviours
    threshold: Array
    reach: Array

    @classmethod
    def of(cls, table: Table, targets: Targets, behaviours: Behaviours) -> Cover:
        """Of a table under some behaviours."""
        reach = targets.years * (behaviours.psi / (behaviours.dt / DAYS))[None]
        return cls(table, targets, behaviours, behaviours.psi * (1 - 1e-12), reach)

    def short(self, wanted: Array, stock: Array, lowest: Array, coverage: Array | None, sigma: Array) -> Short | None:
        """Who is short of what; None where nobody is.

        wanted is m (B × n), `sigma` σ (S × B); `stock` is pooled (S × B × n), its `lowest` relative to the target of
        any user by product (S × B); `coverage` is that of suppliers' customers (S × G × K × B × R), or None.
        """
        most = wanted.max(axis=1)
        low = lowest < most * self.threshold[:, 0]
        beyond = self.reach.min(axis=2) < most
        concerned = low | beyond
        if coverage is not None:
            concerned |= (coverage < 1).any(axis=(1, 2, 4))
        lacks = []
        for s in np.flatnonzero(concerned.any(axis=1)):
            runs = np.flatnonzero(concerned[s])
            missing = None if coverage is None else self._missing(int(s), coverage[s][:, :, runs])
            lack = self._lack(int(s), runs, wanted, stock[s], missing, sigma[s], bool(beyond[s].any()))
            if len(lack.place):
                lacks.append(lack)
        return Short.of(tuple(lacks), wanted, self.behaviours.overlap) if lacks else None

    def _missing(self, s: int, coverage: Array) -> Array | None:
        """The share of specific use that is not covered in some runs (runs × n), None where all is.

        Only suppliers whose customers lack something count.
        """
        lost = 1 - coverage
        suppliers = np.flatnonzero(lost.any(axis=(0, 1, 2)))
        if not len(suppliers):
            return None
        sums = self.table.bought_from(s, suppliers, lost[..., suppliers])
        use = self.targets.use[s]
        return np.divide(sums, use, out=np.zeros_like(sums), where=use > 0)

    def _lack(
        self, s: int, runs: Positions, wanted: Array, stock: Array, missing: Array | None, sigma: Array, beyond: bool
    ) -> Lack:
        """Who lacks a product in some runs; `stock` is B × n, `sigma` B, `missing` runs × n.

        `beyond` says whether anybody wants more than lies within reach at the start of a step.
        """
        targets, behaviours, n = self.targets, self.behaviours, wanted.shape[1]
        m = wanted[runs]
        enough = targets.years_of(slice(s, s + 1))[0][runs] * ((1 - sigma)[:, None] * self.threshold)[runs]
        short = stock[runs] < enough * m * targets.use[s]
        if missing is not None:
            short |= missing > _NOTHING
        if beyond:
            short |= (m.reshape(len(runs), self.table.R, -1) > self.reach[s, runs][:, :, None]).reshape(m.shape)
            short &= targets.users[s]
        at = np.flatnonzero(short)
        row, user = np.divmod(at, n)
        run, m = runs[row], m.ravel()[at]
        region, sector, of = user // self.table.S, user % self.table.S, sigma[run]
        own = of * np.minimum(m, self.reach[s, run, region])
        if missing is not None:
            own *= 1 - np.minimum(missing.ravel()[at], 1)  # a sum of shares may round to a little above one
        place = run * n + user
        full = targets.use[s, user] * targets.years[s, run, region] * self.threshold[run, 0]
        pooled = np.minimum(m - of * m, stock.ravel()[place] / full)
        level = (pooled + own) / (1 - behaviours.saving[run, s])
        stops = behaviours.critical[s, sector] + behaviours.important[run, 0] * behaviours.less[s, sector]
        return Lack(s, place, run, user, m, pooled, own, np.maximum(1 - level / m, 0.0) * stops)
