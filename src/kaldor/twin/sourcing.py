"""Sourcing: from which country a product comes, whatever is used of it.

Levers of sourcing move shares of what users buy from some countries to others. Two that move the same purchases to
different countries contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.twin.errors import ContradictingLeversError
from kaldor.twin.levies import Positions
from kaldor.twin.purchases import Purchases
from kaldor.twin.start import Start
from kaldor.twin.users import Factor, Users, for_all_suppliers


@dataclass(frozen=True, eq=False)
class Moved:
    """What a lever of sourcing moved, as shares of each user's purchases of the product from each country.

    by_industry (regions × industries) and by_final (regions × final users), of those that the change keeps: the part of
    all that a user buys of the product which came from elsewhere before; 0 where nothing moved.
    """

    product: str
    by_industry: Array = field(repr=False)
    by_final: Array = field(repr=False)


class Sourcing(Purchases):
    """Purchases that levers move between countries, in the order in which they act."""

    def __init__(self, economy: Economy, start: Start | None = None, **kept: Any) -> None:
        """Nobody has moved anything yet. `kept`: which columns, as `Purchases` takes them; all by default."""
        super().__init__(economy, start, **kept)
        self._claims: dict[int, NDArray[np.int32]] = {}
        self._claimants: list[tuple[NDArray[np.bool_], str]] = []

    def shift_sourcing(
        self,
        product: str,
        users: Users,
        *,
        to: Sequence[str],
        share: Factor,
        away_from: Sequence[str] | None = None,
        keep_home: bool = False,
        lever: str = "",
    ) -> Moved:
        """Users move a share of what they buy of a product from some countries to others; the amount stays.

        `away_from` defaults to all countries outside `to`. With `keep_home`, what users buy in their own country is
        neither left nor turned to. The new purchases are spread over `to` as users buy from them now (evenly where they
        do not); users without a country to turn to that makes the product stay.
        Raises ContradictingLeversError if another lever moves the same purchases elsewhere.
        """
        targets = np.repeat(self._marked(to)[:, None], self._regions, axis=1)
        sources = ~targets if away_from is None else self._marked(away_from)[:, None] & ~targets
        if keep_home:
            np.fill_diagonal(targets, False)
            np.fill_diagonal(sources, False)
        return self._turn(product, users, sources, targets, share, lever)

    def bring_home(
        self, product: str, users: Users, *, share: Factor, away_from: Sequence[str] | None = None, lever: str = ""
    ) -> Moved:
        """Users move a share of what they buy of a product abroad (or from some countries) to their own country."""
        home = np.eye(self._regions, dtype=bool)
        sources = ~home if away_from is None else self._marked(away_from)[:, None] & ~home
        return self._turn(product, users, sources, home, share, lever)

    def cap_share(self, product: str, users: Users, cap: Factor, *, abroad_only: bool = True) -> Moved:
        """No single (foreign) country supplies more than `cap` of what a user buys; the rest goes to the others.

        The excess is spread over the remaining suppliers in proportion, and again until all keep to the cap. A user
        with too few suppliers for the cap buys from those that it has in equal parts. Changes of stocks are left alone,
        and so is what a table shows as bought from an industry without output.
        """
        makers = self._makers(product)

        def capped(before: Array, home: Positions) -> tuple[Array, Array]:
            exempt = np.equal.outer(np.arange(self._regions), home) & abroad_only
            after = before.copy()
            after[..., makers, :] = _capped(before[..., makers, :], cap, exempt[makers])
            return after, np.maximum(after - before, 0)

        return self._resourced(product, users, capped)

    def _makers(self, product: str) -> NDArray[np.bool_]:
        """Which countries make a product."""
        return np.asarray(self.economy.has_output[self.economy.sector_position(product) :: self._sectors])

    def _marked(self, regions: Sequence[str]) -> NDArray[np.bool_]:
        marked = np.zeros(self._regions, dtype=bool)
        marked[[self.economy.region_position(region) for region in regions]] = True
        return marked

    def _turn(
        self,
        product: str,
        users: Users,
        sources: NDArray[np.bool_],
        targets: NDArray[np.bool_],
        share: Factor,
        lever: str,
    ) -> Moved:
        """Move a share of purchases from sources to targets (suppliers × countries of the users)."""
        self._claim(product, users, targets, lever)
        able = targets & self._makers(product)[:, None]  # who makes none cannot be turned to

        def turned(old: Array, home: Positions) -> tuple[Array, Array]:
            places = able[:, home].sum(axis=0)
            taken = np.where(sources[:, home] & (places > 0), for_all_suppliers(share) * old, 0.0)
            there = np.where(able[:, home], old, 0.0)
            total = for_all_suppliers(there.sum(axis=-2))
            evenly = able[:, home] / np.maximum(places, 1)
            spread = np.where(total > 0, np.divide(there, total, out=np.zeros_like(there), where=total > 0), evenly)
            new = spread * for_all_suppliers(taken.sum(axis=-2))
            return old - taken + new, new

        return self._resourced(product, users, turned)

    def _resourced(self, product: str, users: Users, act: Callable[[Array, Positions], tuple[Array, Array]]) -> Moved:
        """Let users buy a product elsewhere: `act` gives, for purchases and buyers' regions, the new and what came."""
        added = {id(kept): np.zeros((self._regions, len(kept.positions))) for kept in (self.payers, self.buyers)}
        for block, columns, kept in self.sides(product, users):
            old = block[..., columns]
            new, came = act(old, kept.positions[columns] // (kept.of // self._regions))
            bought = for_all_suppliers(old.sum(axis=-2))
            block[..., columns] = new
            part = added[id(kept)] = np.zeros_like(block)
            part[..., columns] = np.divide(came, bought, out=np.zeros_like(came), where=bought > 0)
        return Moved(product, added[id(self.payers)], added[id(self.buyers)])

    def _claim(self, product: str, users: Users, targets: NDArray[np.bool_], lever: str) -> None:
        """Remember who moves whose purchases where; two levers that pull apart contradict each other."""
        n, m = self.economy.n, self.economy.Y.shape[1]
        held = self._claims.setdefault(self.economy.sector_position(product), np.full(n + m, -1, dtype=np.int32))
        columns = np.concatenate([users.industries, n + users.final])
        home = np.concatenate([users.industries // self._sectors, users.final // len(self.economy.demands)])
        for number in np.unique(held[columns]):
            if number < 0:
                continue
            other = self._claimants[number]
            at = home[held[columns] == number]
            if (other[0][:, at] != targets[:, at]).any():
                raise ContradictingLeversError(
                    f"levers '{other[1]}' and '{lever}' both move the purchases of '{product}' of the same users, to "
                    f"different countries. Give them different products, users or regions, or keep one of them."
                )
        held[columns] = len(self._claimants)
        self._claimants.append((targets, lever))


def _capped(purchases: Array, cap: Factor, exempt: NDArray[np.bool_]) -> Array:
    """Purchases (suppliers × users) in which no supplier has more than `cap` of what a user buys, but for the exempt.

    Users with a negative purchase keep theirs.
    """
    total = purchases.sum(axis=-2)
    # With nothing bought from the exempt, k suppliers cannot all stay below 1/k: equal parts are the limit of the cap.
    many = np.count_nonzero(purchases > 0, axis=-2)
    at_home = np.where(exempt, purchases, 0.0).sum(axis=-2) > 0
    most = for_all_suppliers(np.where(at_home, cap, np.maximum(cap, 1 / np.maximum(many, 1))) * total)
    acting = for_all_suppliers((total > 0) & (purchases >= 0).all(axis=-2))
    full = np.zeros(purchases.shape, dtype=bool)
    result = purchases.copy()
    for _ in range(purchases.shape[-2]):
        over = acting & ~exempt & ~full & (result > most * (1 + 1e-12))
        if not over.any():
            break
        full |= over
        room = np.where(full, 0.0, purchases).sum(axis=-2)
        left = total - np.asarray(most)[..., 0, :] * np.count_nonzero(full, axis=-2)
        growth = for_all_suppliers(np.divide(left, room, out=np.zeros_like(left), where=room > 0))
        changed = full.any(axis=-2, keepdims=True)
        result = np.where(changed, np.where(full, most, purchases * growth), result)
    return result
