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

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.behaviours import Behaviours
from kaldor.twin.shocks.table import Positions, Table

_EQUAL = 1e-9  # losses that differ by less are alike: rounding does not choose


@dataclass(frozen=True, eq=False)
class Short:
    """Users who may be short of something, q of them over all runs: which `run` and `user` each is (q), and

    wanted   m: what each would make, relative to normal and at least 1 (q)
    pooled   the part of `level` that comes of pooled goods, `own` that of specific ones (S × q)
    loss     of each product (S × q), and `most`, what each can make of what it has, relative to normal (q)
    """

    run: Positions
    user: Positions
    wanted: Array
    pooled: Array
    own: Array
    loss: Array
    most: Array

    @classmethod
    def of(
        cls,
        short: NDArray[np.bool_],
        wanted: Array,
        used: NDArray[np.bool_],
        stock: Array,
        target: Array,
        cover: Array | None,
        behaviours: Behaviours,
        specific: Array,
    ) -> Short:
        """Users where `short` (B × n); stock and target are S × B × n, `used` says who uses what (S × n), `specific` is
        σ (S × B), `cover` A (S × B × n)."""
        run, user = np.nonzero(short)
        m, sigma = wanted[run, user], specific[:, run]
        sector, region = user % len(stock), user // len(stock)
        enough = behaviours.psi[run, 0] * (1 - 1e-12) * target[:, run, user]
        share = np.divide(stock[:, run, user], enough, out=np.zeros_like(enough), where=enough > 0)
        pooled = np.minimum((1 - sigma) * m, share)
        # A stock of specific goods does not let its users make more of it than lies there at the start of a step.
        reach = behaviours.psi[run, 0] * behaviours.stock_days[run, :, region].T / behaviours.dt
        own = sigma * np.minimum(m, reach)
        if cover is not None:
            own *= cover[:, run, user]
        level = (pooled + own) / (1 - behaviours.saving[run].T)
        importance = behaviours.critical[:, sector] + behaviours.important[run, 0] * behaviours.less[:, sector]
        lacking = np.where(used[:, user], m - np.minimum(m, level), 0.0)
        loss = importance * (lacking / m)
        return cls(run, user, m, pooled, own, loss, m * (1 - _together(loss, behaviours.overlap[run, 0])))

    def limiting(self) -> Positions:
        """The product whose lack costs each most (q); of several the first."""
        most = self.loss.max(axis=0)
        return np.asarray((self.loss >= most * (1 - _EQUAL) - _EQUAL).argmax(axis=0))

    def use(self, ratio: Array) -> tuple[Array, Array, Array]:
        """What each uses of pooled and of specific goods, and its demand for the latter with all covered (S × q).

        Relative to normal use, `ratio` being what each makes relative to normal output (q).
        """
        level = self.pooled + self.own
        held = np.maximum(level, ratio)
        rho = np.divide(ratio, held, out=np.zeros_like(level), where=held > 0)
        return self.pooled * rho, self.own * rho, self.wanted * rho

    def sums(self, table: Table, values: Array, runs: int) -> Array:
        """Values (S × q) summed by class and region of users: S × K × B × R."""
        key = (table.classes[self.user] * runs + self.run) * table.R + self.user // table.S
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1))
        found = np.zeros((len(values), table.K * runs * table.R))
        if len(first):
            found[:, key[order][first]] = np.add.reduceat(values[:, order], first, axis=1)
        return found.reshape(len(values), table.K, runs, table.R)


def _together(loss: Array, overlap: Array) -> Array:
    """What several losses (S × q) come to."""
    largest = loss.max(axis=0)
    if (overlap == 1).all():
        return np.asarray(largest)
    return np.asarray(overlap * largest + (1 - overlap) * (1 - np.prod(1 - loss, axis=0)))
