"""What levers make of an economy, before anything is solved.

A coefficient of A is technology (how much of a product an industry uses) times a sourcing share (from which country it
comes). Levers change one or the other, and combined levers compose on these instead of adding changes of A: using a
fifth less steel and buying it at home are both felt in full. Besides, levers change final use, the intensities of
extensions and the primary inputs (wages, taxes, profit, costs) that an industry pays per unit of output.

Levers act in the order of the scenario, each on what those before it left. What must see the work of all of them (a
tax on what is bought in the end) is given as a function of the finished change and evaluated afterwards.

Only the products that a lever touches are copied; everything else stays the baseline's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from kaldor.economy.economy import Array, Economy
from kaldor.twin.errors import ContradictingLeversError

Positions = NDArray[np.intp]
Recipient = Literal["treasury", "factors", "suppliers"]
Rate = Array | Callable[["Change"], Array]
"""An array, or a function of the finished change that gives it."""


@dataclass(frozen=True, eq=False)
class Users:
    """Who uses a product: columns of A (industries) and columns of Y (final demand)."""

    industries: Positions
    final: Positions

    @property
    def empty(self) -> bool:
        """Nobody."""
        return not len(self.industries) and not len(self.final)


@dataclass(frozen=True)
class Levy:
    """A payment per unit of output (n) that an industry makes besides its value added, and who receives it.

    `recipient` is a region's treasury ("treasury"), the industry's own primary factors ("factors": capital, wages), or
    the capital and labour of those who supply `product` ("suppliers": a dearer purchase), of whom `by_supplier`
    (regions × n) says who receives what part of the rate. A negative rate is a subsidy.
    """

    name: str
    rate: Array = field(repr=False)
    recipient: Recipient
    product: int = -1
    by_supplier: Array | None = field(default=None, repr=False)


@dataclass(frozen=True)
class FinalLevy:
    """A payment on final purchases: rate (n × m) per unit bought, and who receives it.

    "treasury": a tax of the buyer's region. "suppliers": a dearer purchase, income of the capital and labour of the
    industry (row) that is bought from. "factors": income of the buyer's region that stands in no industry.
    """

    name: str
    rate: Array = field(repr=False)
    recipient: Recipient = "treasury"


@dataclass(frozen=True, eq=False)
class Moved:
    """What a lever of sourcing moved, as shares of each user's purchases of the product from each country.

    by_industry (regions × n) and by_final (regions × m): the part of all that a user buys of the product which came
    from elsewhere before; 0 where nothing moved.
    """

    product: str
    by_industry: Array = field(repr=False)
    by_final: Array = field(repr=False)


class Change:
    """The levers' work on one economy; methods name what is changed, in the order in which levers act."""

    def __init__(self, economy: Economy) -> None:
        self.economy = economy
        self._regions, self._sectors = len(economy.regions), len(economy.sectors)
        self._A: dict[int, Array] = {}
        self._Y: dict[int, Array] = {}
        self._S: dict[str, Array] = {}
        self._direct: dict[str, Array] = {}
        self._late: dict[str, list[Callable[[Change], Array]]] = defaultdict(list)
        self._claims: dict[int, NDArray[np.int32]] = {}
        self._claimants: list[tuple[NDArray[np.bool_], str]] = []
        self._levies: list[tuple[str, Rate, Recipient]] = []
        self._final_levies: list[tuple[str, Rate, Recipient]] = []
        self._premiums: dict[int, int] = {}
        self._settled: dict[int, Levy] = {}
        self._settled_final: dict[int, FinalLevy] = {}
        self.value_added_factor = np.ones(economy.n)
        self.spending: dict[str, Array] = {}

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
        """Final demand of some roles ("households" …) in some regions; without roles, all but inventories."""
        role = self.economy.demand_roles
        wanted = [d for d in self.economy.demands if (role.get(d) in roles if roles else role.get(d) != "inventories")]
        return self.users(regions, demands=wanted)

    # -- technology: how much of a product is used -----------------------------------------------------------------

    def scale_use(self, products: Iterable[str], users: Users, factor: float) -> None:
        """Users take `factor` times as much of the products, from the same countries in the same shares."""
        for product in products:
            inputs, final = self._blocks(product)
            inputs[:, users.industries] *= factor
            final[:, users.final] *= factor

    def bought(self, product: str, industries: Positions) -> Array:
        """How much of a product industries use per unit of output, from all countries, after the levers so far."""
        inputs, _ = self._blocks(product)
        return np.asarray(inputs[:, industries].sum(axis=0))

    def final_use(self, product: str, columns: Positions) -> Array:
        """How much of a product columns of final demand buy, from all countries, after the levers so far."""
        _, final = self._blocks(product)
        return np.asarray(final[:, columns].sum(axis=0))

    def suppliers(self, product: str, industries: Positions) -> Array:
        """From which countries industries buy a product (regions × industries); every column adds up to 1."""
        inputs, _ = self._blocks(product)
        return self._shares(inputs, industries, self._sectors)

    def use_less(self, product: str, industries: Positions, amount: Array) -> None:
        """Industries use `amount` less of a product per unit of output, each country's part in proportion.

        `amount` must not exceed what they buy; see `bought`.
        """
        inputs, _ = self._blocks(product)
        total = inputs[:, industries].sum(axis=0)
        inputs[:, industries] *= 1 - np.divide(amount, total, out=np.zeros_like(total), where=total > 0)

    def scale_sales(self, industries: Positions, factor: Array) -> None:
        """Final users everywhere buy `factor` times as much from some industries; changes of stocks stay."""
        lasting = self.final_users(self.economy.regions).final
        for product in np.unique(industries % self._sectors):
            of_product = industries % self._sectors == product
            _, final = self._blocks(self.economy.sectors[int(product)])
            cells = np.ix_(industries[of_product] // self._sectors, lasting)
            final[cells] *= np.where(final[cells] > 0, factor[of_product][:, None], 1.0)

    def move_use(
        self, source: str, target: str | Mapping[str, float], users: Users, share: float, *, per_unit: float = 1.0
    ) -> None:
        """Users replace a share of what they buy of one product by `per_unit` as much of another, bought as they do.

        Several targets are given with the part (of 1) that each takes. Users that buy nothing of a target take it from
        the countries that all users of their region do.
        """
        parts = {target: 1.0} if isinstance(target, str) else target
        for old, columns, width, final in self._sides(source, users):
            moved = share * old[:, columns].sum(axis=0)
            old[:, columns] *= 1 - share
            for product, part in parts.items():
                new = self._blocks(product)[final]
                new[:, columns] += self._shares(new, columns, width) * moved * per_unit * part

    def add_use(self, product: str, users: Users, per_unit: Array | float) -> None:
        """Industries use `per_unit` more of a product per unit of output, bought as they do."""
        inputs, _ = self._blocks(product)
        inputs[:, users.industries] += self._shares(inputs, users.industries, self._sectors) * per_unit

    # -- sourcing: from which country it comes -----------------------------------------------------------------------

    def shift_sourcing(
        self,
        product: str,
        users: Users,
        *,
        to: Sequence[str],
        share: float,
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
        self, product: str, users: Users, *, share: float, away_from: Sequence[str] | None = None, lever: str = ""
    ) -> Moved:
        """Users move a share of what they buy of a product abroad (or from some countries) to their own country."""
        home = np.eye(self._regions, dtype=bool)
        sources = ~home if away_from is None else self._marked(away_from)[:, None] & ~home
        return self._turn(product, users, sources, home, share, lever)

    def cap_share(self, product: str, users: Users, cap: float, *, abroad_only: bool = True) -> Moved:
        """No single (foreign) country supplies more than `cap` of what a user buys; the rest goes to the others.

        The excess is spread over the remaining suppliers in proportion, and again until all keep to the cap. A user
        with too few suppliers for the cap buys from those that it has in equal parts. Changes of stocks are left alone,
        and so is what a table shows as bought from an industry without output.
        """
        makers = self._makers(product)
        moved = []
        for block, columns, width, _ in self._sides(product, users):
            before = block[:, columns]
            exempt = np.equal.outer(np.arange(self._regions), columns // width) & abroad_only
            after = before.copy()
            after[makers] = _capped(before[makers], cap, exempt[makers])
            block[:, columns] = after
            added = np.zeros_like(block)
            total = before.sum(axis=0)
            added[:, columns] = np.divide(
                np.maximum(after - before, 0), total, out=np.zeros_like(before), where=total > 0
            )
            moved.append(added)
        return Moved(product, *moved)

    def charge_moved(self, name: str, moved: Moved, premium: float) -> None:
        """Users pay `premium` (a share of the price) more for what was moved, as income of those who supply it now."""
        position = self.economy.sector_position(moved.product)
        if moved.by_industry.any():

            def by_supplier(change: Change) -> Array:
                return premium * moved.by_industry * change._blocks(moved.product)[0].sum(axis=0)

            self._premiums[len(self._levies)] = position
            self._levies.append((name, by_supplier, "suppliers"))
        if moved.by_final.any():

            def rate(change: Change) -> Array:
                bought = change._blocks(moved.product)[1]
                dearer = premium * moved.by_final * bought.sum(axis=0)
                per_unit = np.zeros_like(self.economy.Y)
                per_unit[position :: self._sectors] = np.divide(
                    dearer, bought, out=np.zeros_like(dearer), where=bought > 0
                )
                return per_unit

            self.levy_final(name, rate, "suppliers")

    # -- intensities and primary inputs ------------------------------------------------------------------------------

    def scale_intensity(self, extension: str, industries: Positions, factor: float | Array) -> None:
        """Industries emit (employ, extract) `factor` times as much per unit of output."""
        self._intensity(extension)[industries] *= factor

    def add_intensity(self, extension: str, industries: Positions, amount: float | Array) -> None:
        """Industries emit (employ, extract) `amount` more per unit of output."""
        self._intensity(extension)[industries] += amount

    def scale_direct(self, extension: str, regions: Sequence[str], factor: float) -> None:
        """Final users of some regions emit `factor` times as much themselves."""
        direct = self._direct.setdefault(extension, np.array(self.economy.extension(extension).F_Y))
        direct[self.users(regions, demands=self.economy.demands).final] *= factor

    def scale_primary(self, industries: Positions, factor: float | Array) -> None:
        """Industries pay `factor` times as much value added (wages, profit, taxes) per unit of output."""
        self.value_added_factor[industries] *= factor

    def adjust_intensity(self, extension: str, amount: Callable[[Change], Array]) -> None:
        """Add to an intensity (n), once all levers have acted, what a function of the change so far makes of it."""
        self._late[extension].append(amount)

    def levy(self, name: str, rate: Rate, recipient: Recipient) -> None:
        """Industries pay `rate` (n) per unit of output besides; negative rates are subsidies."""
        self._levies.append((name, rate, recipient))

    def levy_final(self, name: str, rate: Rate, recipient: Recipient = "treasury") -> None:
        """Final users pay `rate` (n × m) per unit bought."""
        self._final_levies.append((name, rate, recipient))

    def spend(self, name: str, region: str, amount: float) -> None:
        """A region's treasury spends an amount (in the table's unit) that moves no flow."""
        so_far = self.spending.setdefault(name, np.zeros(self._regions))
        so_far[self.economy.region_position(region)] += amount

    # -- what came of it -----------------------------------------------------------------------------------------------

    @property
    def levies(self) -> list[Levy]:
        """Levies on industries, on what they buy and emit after all levers. To be read when these have acted."""
        for number, (name, rate, recipient) in enumerate(self._levies):
            if number not in self._settled:
                found = rate(self) if callable(rate) else rate
                self._settled[number] = (
                    Levy(name, found.sum(axis=0), recipient, self._premiums[number], found)
                    if number in self._premiums
                    else Levy(name, found, recipient)
                )
        return [self._settled[number] for number in range(len(self._levies))]

    @property
    def final_levies(self) -> list[FinalLevy]:
        """Levies on final purchases, after all levers."""
        for number, (name, rate, recipient) in enumerate(self._final_levies):
            if number not in self._settled_final:
                self._settled_final[number] = FinalLevy(name, rate(self) if callable(rate) else rate, recipient)
        return [self._settled_final[number] for number in range(len(self._final_levies))]

    def intensity_so_far(self, extension: str) -> Array:
        """Intensity (n) of an extension after the levers so far."""
        return self._S[extension] if extension in self._S else self.economy.S(extension)

    def intensity(self, extension: str) -> Array:
        """Intensity (n) of an extension after all levers."""
        so_far = self.intensity_so_far(extension)
        return so_far + sum((late(self) for late in self._late.get(extension, ())), np.zeros(self.economy.n))

    def direct(self, extension: str) -> Array:
        """Direct amount of final use (m) of an extension after the change."""
        return self._direct.get(extension, self.economy.extension(extension).F_Y)

    def Y(self) -> Array:
        """Final demand (n × m) after the change."""
        if not self._Y:
            return self.economy.Y
        changed = np.array(self.economy.Y)
        for product, block in self._Y.items():
            changed[product :: self._sectors] = block
        return changed

    def delta_A(self) -> coo_array:
        """Changed less old coefficients, sparse (n × n)."""
        n = self.economy.n
        rows, columns, values = [np.empty(0, int)], [np.empty(0, int)], [np.empty(0)]
        for product, block in self._A.items():
            difference = block - self._old_inputs(product)
            region, column = np.nonzero(difference)
            rows.append(region * self._sectors + product)
            columns.append(column)
            values.append(difference[region, column])
        return coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(n, n))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _blocks(self, product: str) -> tuple[Array, Array]:
        """Coefficients (regions × n) and final use (regions × m) of one product, copied at the first touch."""
        position = self.economy.sector_position(product)
        if position not in self._A:
            self._A[position] = self._old_inputs(position)
            self._Y[position] = np.array(self.economy.Y[position :: self._sectors])
        return self._A[position], self._Y[position]

    def _old_inputs(self, position: int) -> Array:
        return self.economy.Z[position :: self._sectors] * self.economy.per_output

    def _intensity(self, extension: str) -> Array:
        if extension not in self._S:
            self._S[extension] = np.array(self.economy.S(extension))
        return self._S[extension]

    def _shares(self, block: Array, columns: Positions, width: int) -> Array:
        """From which countries each column buys (regions × columns); as its whole region does where it buys nothing."""
        chosen = block[:, columns]
        total = chosen.sum(axis=0)
        region = columns // width
        by_region = block.reshape(self._regions, self._regions, width).sum(axis=2)[:, region]
        home = (np.arange(self._regions)[:, None] == region).astype(float)
        region_total = by_region.sum(axis=0)
        fallback = np.where(region_total > 0, by_region / np.where(region_total > 0, region_total, 1), home)
        return np.where(total > 0, chosen / np.where(total > 0, total, 1), fallback)

    def _sides(self, product: str, users: Users) -> Iterator[tuple[Array, Positions, int, int]]:
        """Both blocks of a product with their users: block, columns, columns per region, 0 industries or 1 final."""
        inputs, final = self._blocks(product)
        yield inputs, users.industries, self._sectors, 0
        yield final, users.final, len(self.economy.demands), 1

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
        share: float,
        lever: str,
    ) -> Moved:
        """Move a share of purchases from sources to targets (suppliers × countries of the users)."""
        self._claim(product, users, targets, lever)
        able = targets & self._makers(product)[:, None]  # who makes none cannot be turned to
        added = []
        for block, columns, width, _ in self._sides(product, users):
            part = np.zeros_like(block)
            if len(columns):
                old, home = block[:, columns], columns // width
                places = able[:, home].sum(axis=0)
                taken = np.where(sources[:, home] & (places > 0), share * old, 0.0)
                there = np.where(able[:, home], old, 0.0)
                total, evenly = there.sum(axis=0), able[:, home] / np.maximum(places, 1)
                spread = np.where(total > 0, np.divide(there, total, out=np.zeros_like(there), where=total > 0), evenly)
                new = spread * taken.sum(axis=0)
                block[:, columns] = old - taken + new
                bought = old.sum(axis=0)
                part[:, columns] = np.divide(new, bought, out=np.zeros_like(new), where=bought > 0)
            added.append(part)
        return Moved(product, *added)

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


def _capped(purchases: Array, cap: float, exempt: NDArray[np.bool_]) -> Array:
    """Purchases (suppliers × users) in which no supplier has more than `cap` of what a user buys, but for the exempt.

    Users with a negative purchase keep theirs.
    """
    total = purchases.sum(axis=0)
    # With nothing bought from the exempt, k suppliers cannot all stay below 1/k: equal parts are the limit of the cap.
    many = np.count_nonzero(purchases > 0, axis=0)
    at_home = np.where(exempt, purchases, 0.0).sum(axis=0) > 0
    most = np.where(at_home, cap, np.maximum(cap, 1 / np.maximum(many, 1))) * total
    acting = (total > 0) & (purchases >= 0).all(axis=0)
    full = np.zeros(purchases.shape, dtype=bool)
    result = purchases.copy()
    for _ in range(len(purchases)):
        over = acting & ~exempt & ~full & (result > most * (1 + 1e-12))
        if not over.any():
            break
        full |= over
        room = np.where(full, 0.0, purchases).sum(axis=0)
        left = total - most * np.count_nonzero(full, axis=0)
        growth = np.divide(left, room, out=np.zeros_like(left), where=room > 0)
        changed = full.any(axis=0)
        result[:, changed] = np.where(full, most, purchases * growth)[:, changed]
    return result
