"""What industries and final users buy, product by product and from which countries, as levers change it.

A coefficient of A is technology (how much of a product an industry uses) times a sourcing share (from which country it
comes). Here is the technology, and what both blocks then are; `kaldor.twin.sourcing` moves the shares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
from scipy.sparse import coo_array

from kaldor.atlas.roles import INVENTORIES, OUTSIDE
from kaldor.economy.economy import Array, Economy
from kaldor.twin.levies import Positions, rows_of_product
from kaldor.twin.start import Start, published
from kaldor.twin.users import Factor, Kept, Users, for_all_suppliers


class Purchases:
    """The inputs and the final use of one economy, copied product by product when a lever touches them."""

    def __init__(
        self,
        economy: Economy,
        start: Start | None = None,
        *,
        industries: Positions | None = None,
        final: Positions | None = None,
        old: Callable[[int], Array] | None = None,
    ) -> None:
        """No lever has acted yet. `industries` and `final` are the columns kept, whole regions; all by default.

        `old` gives the old coefficients of a product at those columns (regions × industries), where they are at hand.
        """
        self.economy = economy
        self.start = published(economy) if start is None else start
        self.shape = self.start.shape
        self.payers, self.buyers = Kept(economy.n, industries), Kept(economy.Y.shape[1], final)
        self._given = old
        self._regions, self._sectors = len(economy.regions), len(economy.sectors)
        self._A: dict[int, Array] = {}
        self._Y: dict[int, Array] = {}

    # -- who and what ------------------------------------------------------------------------------------------------

    def users(
        self,
        regions: Sequence[str],
        sectors: Sequence[str] = (),
        demands: Sequence[str] = (),
    ) -> Users:
        """Industries of some sectors and final demand of some categories, in some regions."""
        at = np.array([self.economy.region_position(region) for region in regions], dtype=np.intp)
        of = np.array([self.economy.sector_position(sector) for sector in sectors], dtype=np.intp)
        by = np.array([self.economy.demands.index(demand) for demand in demands], dtype=np.intp)
        return Users(
            (at[:, None] * self._sectors + of).ravel(),
            (at[:, None] * len(self.economy.demands) + by).ravel(),
        )

    def industries(self, regions: Sequence[str], sectors: Sequence[str]) -> Positions:
        """Rows of some sectors of some regions."""
        return self.users(regions, sectors).industries

    def users_at(self, industries: Positions) -> Users:
        """Industries as users."""
        return Users(industries, np.empty(0, dtype=np.intp))

    def final_users(self, regions: Sequence[str], *roles: str) -> Users:
        """Final demand of some roles ("households" …) in some regions; without roles, all home use but inventories."""
        role = self.economy.demand_roles
        left_out = {INVENTORIES, *OUTSIDE}
        wanted = [d for d in self.economy.demands if (role.get(d) in roles if roles else role.get(d) not in left_out)]
        return self.users(regions, demands=wanted)

    # -- technology: how much of a product is used -----------------------------------------------------------------

    def scale_use(self, products: Iterable[str], users: Users, factor: Factor) -> None:
        """Users take `factor` times as much of the products, from the same countries in the same shares."""
        for product in products:
            for block, columns, _ in self.sides(product, users):
                block[..., columns] *= for_all_suppliers(factor)

    def bought(self, product: str, industries: Positions) -> Array:
        """How much of a product industries use per unit of output, from all countries, after the levers so far."""
        return np.asarray(self.inputs(product)[..., self.payers.at(industries)].sum(axis=-2))

    def final_use(self, product: str, columns: Positions) -> Array:
        """How much of a product columns of final demand buy, from all countries, after the levers so far."""
        return np.asarray(self.final(product)[..., self.buyers.at(columns)].sum(axis=-2))

    def suppliers(self, product: str, industries: Positions) -> Array:
        """From which countries industries buy a product (regions × industries); every column adds up to 1."""
        return self._shares(self.inputs(product), self.payers.at(industries), self.payers)

    def use_less(self, product: str, industries: Positions, amount: Array) -> None:
        """Industries use `amount` less of a product per unit of output, each country's part in proportion.

        `amount` must not exceed what they buy; see `bought`.
        """
        inputs, columns = self.inputs(product), self.payers.at(industries)
        total = inputs[..., columns].sum(axis=-2)
        less = 1 - np.divide(amount, total, out=np.zeros_like(total), where=total > 0)
        inputs[..., columns] *= for_all_suppliers(less)

    def move_use(
        self,
        source: str,
        target: str | Mapping[str, Factor],
        users: Users,
        share: Factor,
        *,
        per_unit: Factor = 1.0,
    ) -> None:
        """Users replace a share of what they buy of one product by `per_unit` as much of another, bought as they do.

        Several targets are given with the part (of 1) that each takes. Users that buy nothing of a target take it from
        the countries that all users of their region do.
        """
        parts: Mapping[str, Factor] = {target: 1.0} if isinstance(target, str) else target
        for old, columns, kept in self.sides(source, users):
            moved = share * old[..., columns].sum(axis=-2)
            old[..., columns] *= for_all_suppliers(1 - share)
            for product, part in parts.items():
                new = self.inputs(product) if kept is self.payers else self.final(product)
                new[..., columns] += self._shares(new, columns, kept) * for_all_suppliers(moved * per_unit * part)

    def add_use(self, product: str, users: Users, per_unit: Factor) -> None:
        """Industries use `per_unit` more of a product per unit of output, bought as they do."""
        inputs, columns = self.inputs(product), self.payers.at(users.industries)
        inputs[..., columns] += self._shares(inputs, columns, self.payers) * for_all_suppliers(per_unit)

    # -- what came of it -----------------------------------------------------------------------------------------------

    def moved_inputs(self) -> Iterator[tuple[int, Array]]:
        """Changed less old coefficients of every product whose use was touched: position, (regions × industries)."""
        for product, block in self._A.items():
            yield product, block - self._old(product)

    def final_blocks(self) -> Mapping[int, Array]:
        """Final use (regions × final users) of every product whose final use was touched, by position."""
        return self._Y

    def Y(self) -> Array:
        """Final demand (n × m) after the change, of one economy."""
        if not self._Y:
            return self.economy.Y
        changed = np.array(self.economy.Y)
        for product, block in self._Y.items():
            changed[product :: self._sectors] = block
        return changed

    def delta_A(self) -> coo_array:
        """Changed less old coefficients of one economy, sparse (n × n)."""
        n = self.economy.n
        rows, columns, values = [np.empty(0, int)], [np.empty(0, int)], [np.empty(0)]
        for product, difference in self.moved_inputs():
            region, column = np.nonzero(difference)
            rows.append(region * self._sectors + product)
            columns.append(self.payers.positions[column])
            values.append(difference[region, column])
        return coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(n, n))

    # -- the blocks ----------------------------------------------------------------------------------------------------

    def inputs(self, product: str) -> Array:
        """Coefficients (regions × industries) of one product, copied at the first touch."""
        position = self.economy.sector_position(product)
        if position not in self._A:
            self._A[position] = self.copied(self._old(position), 2)
        return self._A[position]

    def final(self, product: str) -> Array:
        """Final use (regions × final users) of one product, copied at the first touch."""
        position = self.economy.sector_position(product)
        if position not in self._Y:
            rows = rows_of_product(self.economy, position)
            self._Y[position] = self.copied(self.start.Y(rows, self.buyers.positions), 2)
        return self._Y[position]

    def _old(self, position: int) -> Array:
        """Coefficients (regions × industries) of one product before any lever."""
        if self._given is not None:
            return self._given(position)
        kept = self.payers.positions
        return self.economy.Z[position :: self._sectors][:, kept] * self.economy.per_output[kept]

    def copied(self, values: Array, axes: int) -> Array:
        """A copy for every future, of an array that has this many axes for one."""
        return np.array(values if values.ndim > axes else np.broadcast_to(values, (*self.shape, *values.shape)))

    def _shares(self, block: Array, columns: Positions, kept: Kept) -> Array:
        """From which countries each column buys (regions × columns); as its whole region does where it buys nothing."""
        chosen = block[..., columns]
        total = chosen.sum(axis=-2)
        if (total > 0).all():
            return np.asarray(chosen / for_all_suppliers(total))
        width = kept.of // self._regions
        by_region = block.reshape(*block.shape[:-1], -1, width).sum(axis=-1)[..., columns // width]
        home = np.equal.outer(np.arange(self._regions), kept.positions[columns] // width).astype(float)
        region_total = for_all_suppliers(by_region.sum(axis=-2))
        fallback = np.where(region_total > 0, by_region / np.where(region_total > 0, region_total, 1), home)
        total = for_all_suppliers(total)
        return np.where(total > 0, chosen / np.where(total > 0, total, 1), fallback)

    def sides(self, product: str, users: Users) -> Iterator[tuple[Array, Positions, Kept]]:
        """Both blocks of a product that the users buy from: block, their columns of it, which columns it keeps."""
        if len(users.industries):
            yield self.inputs(product), self.payers.at(users.industries), self.payers
        if len(users.final):
            yield self.final(product), self.buyers.at(users.final), self.buyers
