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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.behaviours import Behaviours
from kaldor.twin.shocks.table import Positions, Table

_EQUAL = 1e-9  # losses that differ by less are alike: rounding does not choose


@dataclass(frozen=True, eq=False)
class Short:
    """Users who may be short of something, q of them over all runs, and the P products of which anybody may be.

    products  which of the S they are (P); which `run` and `user` each is (q), and where in an array of B × n (`place`)
    wanted    m: what each would make, relative to normal and at least 1 (q)
    pooled    the part of `level` that comes of pooled goods, `own` that of specific ones (P × q)
    loss      of each product (P × q), and `most`, what each can make of what it has, relative to normal (q)
    """

    products: Positions
    run: Positions
    user: Positions
    place: Positions
    wanted: Array
    pooled: Array
    own: Array
    loss: Array
    most: Array

    @classmethod
    def of(
        cls,
        short: NDArray[np.bool_],
        products: Positions,
        wanted: Array,
        stock: Array,
        target: Array,
        cover: Array | None,
        behaviours: Behaviours,
        specific: Array,
    ) -> Short:
        """Users where `short` (B × n); stock and target are S × B × n, `specific` is σ (S × B), `cover` A
        (S × B × n)."""
        place = np.flatnonzero(short)
        run, user = np.divmod(place, short.shape[1])
        m, sigma = wanted[run, user], specific[products][:, run]
        sector, region = user % len(stock), user // len(stock)

        def theirs(values: NDArray[Any]) -> NDArray[Any]:
            return np.array([values[s].ravel().take(place) for s in products])

        enough = theirs(target)
        enough *= (behaviours.psi[:, 0] * (1 - 1e-12))[run]
        with np.errstate(invalid="ignore"):  # where nothing is used there is nothing in stock, and nothing lacks
            share = np.divide(theirs(stock), enough, out=enough)
        own = sigma * m
        pooled = np.fmin(m - own, share, out=share)
        _within_reach(own, sigma, m, behaviours, products, run, region)
        if cover is not None:
            own *= theirs(cover)
        level = pooled + own
        for row in np.flatnonzero(behaviours.saving[:, products].any(axis=0)):
            level[row] /= 1 - behaviours.saving[run, products[row]]
        stopping = behaviours.critical[products] + behaviours.important[:, :, None] * behaviours.less[products]
        loss = np.maximum(1 - level / m, 0.0)
        loss *= stopping.transpose(1, 0, 2).reshape(len(products), -1).take(run * len(stock) + sector, axis=1)
        most = m * (1 - _together(loss, behaviours.overlap[run, 0]))
        return cls(products, run, user, place, m, pooled, own, loss, most)

    def limiting(self) -> Positions:
        """The product whose lack costs each most (q); of several the first."""
        most = self.loss.max(axis=0)
        return np.asarray(self.products[(self.loss >= most * (1 - _EQUAL) - _EQUAL).argmax(axis=0)])

    def use(self, ratio: Array) -> tuple[Array, Array, Array]:
        """What each uses of pooled and of specific goods, and its demand for the latter with all covered (P × q).

        Relative to normal use, `ratio` (B × n) being what each makes relative to normal output.
        """
        made = ratio.ravel()[self.place]
        level = self.pooled + self.own
        held = np.maximum(level, made)
        rho = np.divide(made, held, out=np.zeros_like(level), where=held > 0)
        return self.pooled * rho, self.own * rho, self.wanted * rho

    def sums(self, table: Table, values: Array, runs: int) -> Array:
        """Values (P × q) summed by class and region of users: S × K × B × R."""
        key = (table.classes[self.user] * runs + self.run) * table.R + self.user // table.S
        if table.K > 1:
            order = np.argsort(key, kind="stable")
            key, values = key[order], values[:, order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        found = np.zeros((table.S, table.K * runs * table.R))
        if len(first):
            found[self.products[:, None], key[first]] = np.add.reduceat(values, first, axis=1)
        return found.reshape(table.S, table.K, runs, table.R)


def _within_reach(
    own: Array, sigma: Array, m: Array, behaviours: Behaviours, products: Positions, run: Positions, region: Positions
) -> None:
    """Let users make no more of specific goods (P × q) than lies in stock at the start of a step."""
    reach = behaviours.stock_days[:, products] * (behaviours.psi / behaviours.dt)[:, :, None]
    for row in np.flatnonzero(reach.min(axis=(0, 2)) < m.max(initial=0.0)):
        np.minimum(own[row], sigma[row] * reach[run, row, region], out=own[row])


def _together(loss: Array, overlap: Array) -> Array:
    """What several losses (S × q) come to."""
    largest = loss.max(axis=0)
    if (overlap == 1).all():
        return np.asarray(largest)
    return np.asarray(overlap * largest + (1 - overlap) * (1 - np.prod(1 - loss, axis=0)))
