"""What levers make of an economy, before anything is solved.

A coefficient of A is technology (how much of a product an industry uses) times a sourcing share (from which country it
comes). Levers change one or the other, and combined levers compose on these instead of adding changes of A: using a
fifth less steel and buying it at home are both felt in full. Besides, levers change final use, the intensities of
extensions and the primary inputs (wages, taxes, profit, costs) that an industry pays per unit of output.

Levers act in the order of the scenario, each on what those before it left. What must see the work of all of them (a
tax on what is bought in the end) is given as a function of the finished change and evaluated afterwards.

Only the products that a lever touches are copied; everything else stays the baseline's.

One change holds one economy's, or those of many futures that differ in strengths, figures and growth alone: every
array then has the futures as its leading axis, a strength or figure is a column of them (futures × 1), and shapes
below are those of one. It keeps only the columns of the industries and final users on which any lever may act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from kaldor.atlas.roles import INVENTORIES, OUTSIDE
from kaldor.economy.economy import Array, Economy
from kaldor.twin.errors import ContradictingLeversError
from kaldor.twin.levies import ALL_PRODUCTS, FinalLevy, Levy, Positions, Recipient, rows_of_product
from kaldor.twin.scenario import Closure
from kaldor.twin.start import Start, published

Factor = float | Array
"""One number, or one for each user (…, users)."""

Rate = Array | Callable[["Change"], Array]
"""An array, or a function of the finished change that gives it."""

Values = TypeVar("Values", bound="float | NDArray[Any]")


@dataclass(frozen=True, eq=False)
class Users:
    """Who uses a product: columns of A (industries) and columns of Y (final demand)."""

    industries: Positions
    final: Positions

    @property
    def empty(self) -> bool:
        """Nobody."""
        return not len(self.industries) and not len(self.final)


@dataclass(frozen=True, eq=False)
class Moved:
    """What a lever of sourcing moved, as shares of each user's purchases of the product from each country.

    by_industry (regions × industries) and by_final (regions × final users), of those that the change keeps: the part of
    all that a user buys of the product which came from elsewhere before; 0 where nothing moved.
    """

    product: str
    by_industry: Array = field(repr=False)
    by_final: Array = field(repr=False)


class Change:
    """The levers' work on one economy; methods name what is changed, in the order in which levers act."""

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
        self.payers, self.buyers = _Kept(economy.n, industries), _Kept(economy.Y.shape[1], final)
        self._given = old
        self._regions, self._sectors = len(economy.regions), len(economy.sectors)
        self._A: dict[int, Array] = {}
        self._Y: dict[int, Array] = {}
        self._sales: Array | None = None
        self._S: dict[str, Array] = {}
        self._late: dict[str, list[Callable[[Change], Array]]] = defaultdict(list)
        self._claims: dict[int, NDArray[np.int32]] = {}
        self._claimants: list[tuple[NDArray[np.bool_], str]] = []
        self._levies: list[tuple[str, Rate, Recipient]] = []
        self._final_levies: list[tuple[str, Rate, Recipient, int, Positions]] = []
        self._premiums: dict[int, int] = {}
        self._settled: dict[int, Levy] = {}
        self._settled_final: dict[int, FinalLevy] = {}
        self.value_added_factor = np.ones((*self.shape, economy.n))
        self.spending: dict[str, Array] = {}

    # -- what is there -----------------------------------------------------------------------------------------------

    @property
    def x(self) -> Array:
        """Output (n) before any lever."""
        return self.start.x

    @property
    def per_output(self) -> Array:
        """1/x where there is output, zero elsewhere (n)."""
        return self.start.per_output

    @property
    def value_added_so_far(self) -> Array:
        """Value added per unit of output (n) after the levers so far, levies apart."""
        return self.start.v * self.value_added_factor

    def at(self, industries: Positions, values: Factor) -> Array:
        """Values of some industries among all (n), zero elsewhere."""
        spread = np.zeros((*np.broadcast_shapes(self.shape, np.shape(values)[:-1]), self.economy.n))
        spread[..., industries] = values
        return spread

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
            for block, columns, _ in self._sides(product, users):
                block[..., columns] *= _for_all_suppliers(factor)

    def bought(self, product: str, industries: Positions) -> Array:
        """How much of a product industries use per unit of output, from all countries, after the levers so far."""
        return np.asarray(self._inputs(product)[..., self.payers.at(industries)].sum(axis=-2))

    def final_use(self, product: str, columns: Positions) -> Array:
        """How much of a product columns of final demand buy, from all countries, after the levers so far."""
        return np.asarray(self._final(product)[..., self.buyers.at(columns)].sum(axis=-2))

    def suppliers(self, product: str, industries: Positions) -> Array:
        """From which countries industries buy a product (regions × industries); every column adds up to 1."""
        return self._shares(self._inputs(product), self.payers.at(industries), self.payers)

    def use_less(self, product: str, industries: Positions, amount: Array) -> None:
        """Industries use `amount` less of a product per unit of output, each country's part in proportion.

        `amount` must not exceed what they buy; see `bought`.
        """
        inputs, columns = self._inputs(product), self.payers.at(industries)
        total = inputs[..., columns].sum(axis=-2)
        less = 1 - np.divide(amount, total, out=np.zeros_like(total), where=total > 0)
        inputs[..., columns] *= _for_all_suppliers(less)

    def scale_sales(self, industries: Positions, factor: Array) -> None:
        """Final users everywhere buy `factor` times as much from some industries; changes of stocks stay."""
        lasting = self.buyers.among(self.final_users(self.economy.regions).final)
        for product in np.unique(industries % self._sectors):
            of_product = industries % self._sectors == product
            if not len(lasting):
                continue
            final = self._final(self.economy.sectors[int(product)])
            cells: tuple[Any, ...] = (..., *np.ix_(industries[of_product] // self._sectors, lasting))
            final[cells] *= np.where(final[cells] > 0, factor[..., of_product][..., None], 1.0)
        if self.buyers.some:
            self._sales = np.ones((*self.shape, self.economy.n)) if self._sales is None else self._sales
            self._sales[..., industries] *= factor

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
        for old, columns, kept in self._sides(source, users):
            moved = share * old[..., columns].sum(axis=-2)
            old[..., columns] *= _for_all_suppliers(1 - share)
            for product, part in parts.items():
                new = self._inputs(product) if kept is self.payers else self._final(product)
                new[..., columns] += self._shares(new, columns, kept) * _for_all_suppliers(moved * per_unit * part)

    def add_use(self, product: str, users: Users, per_unit: Factor) -> None:
        """Industries use `per_unit` more of a product per unit of output, bought as they do."""
        inputs, columns = self._inputs(product), self.payers.at(users.industries)
        inputs[..., columns] += self._shares(inputs, columns, self.payers) * _for_all_suppliers(per_unit)

    # -- sourcing: from which country it comes -----------------------------------------------------------------------

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

    def charge_moved(self, name: str, moved: Moved, premium: Factor) -> None:
        """Users pay `premium` (a share of the price) more for what was moved, as income of those who supply it now."""
        position = self.economy.sector_position(moved.product)
        if moved.by_industry.any():

            def by_supplier(change: Change) -> Array:
                bought = change._inputs(moved.product).sum(axis=-2)
                return moved.by_industry * _for_all_suppliers(premium * bought)

            self._premiums[len(self._levies)] = position
            self._levies.append((name, by_supplier, "suppliers"))
        if moved.by_final.any():

            def rate(change: Change) -> Array:
                bought = change._final(moved.product)
                dearer = moved.by_final * _for_all_suppliers(premium * bought.sum(axis=-2))
                return np.divide(dearer, bought, out=np.zeros_like(dearer), where=bought > 0)

            self._final_levies.append((name, rate, "suppliers", position, self.buyers.positions))

    # -- intensities and primary inputs ------------------------------------------------------------------------------

    def scale_intensity(self, extension: str, industries: Positions, factor: Factor) -> None:
        """Industries emit (employ, extract) `factor` times as much per unit of output."""
        self._intensity(extension)[..., industries] *= factor

    def add_intensity(self, extension: str, industries: Positions, amount: Factor) -> None:
        """Industries emit (employ, extract) `amount` more per unit of output."""
        self._intensity(extension)[..., industries] += amount

    def scale_primary(self, industries: Positions, factor: Factor) -> None:
        """Industries pay `factor` times as much value added (wages, profit, taxes) per unit of output."""
        self.value_added_factor[..., industries] *= factor

    def adjust_intensity(self, extension: str, amount: Callable[[Change], Array]) -> None:
        """Add to an intensity (n), once all levers have acted, what a function of the change so far makes of it."""
        self._late[extension].append(amount)

    def levy(self, name: str, rate: Rate, recipient: Recipient) -> None:
        """Industries pay `rate` (n) per unit of output besides; negative rates are subsidies."""
        self._levies.append((name, rate, recipient))

    def levy_final(self, name: str, rate: Rate, columns: Positions, recipient: Recipient = "treasury") -> None:
        """Some columns of final demand pay `rate` (n) per unit bought."""

        def cells(finished: Change) -> Array:
            return (rate(finished) if callable(rate) else rate)[..., None]

        self._final_levies.append((name, cells, recipient, ALL_PRODUCTS, columns))

    def spend(self, name: str, region: str, amount: Factor) -> None:
        """A region's treasury spends an amount (in the table's unit) that moves no flow."""
        so_far = self.spending.setdefault(name, np.zeros((*self.shape, self._regions)))
        so_far[..., [self.economy.region_position(region)]] += amount

    # -- what came of it -----------------------------------------------------------------------------------------------

    @property
    def levies(self) -> list[Levy]:
        """Levies on industries, on what they buy and emit after all levers. To be read when these have acted."""
        for number, (name, rate, recipient) in enumerate(self._levies):
            if number not in self._settled:
                found = rate(self) if callable(rate) else rate
                self._settled[number] = (
                    Levy(
                        name,
                        self.at(self.payers.positions, found.sum(axis=-2)),
                        recipient,
                        self._premiums[number],
                        found,
                        self.payers.positions,
                    )
                    if number in self._premiums
                    else Levy(name, found, recipient)
                )
        return [self._settled[number] for number in range(len(self._levies))]

    @property
    def final_levies(self) -> list[FinalLevy]:
        """Levies on final purchases, after all levers."""
        for number, (name, rate, recipient, product, columns) in enumerate(self._final_levies):
            if number not in self._settled_final:
                cells = rate(self) if callable(rate) else rate
                self._settled_final[number] = FinalLevy(name, cells, recipient, product, columns, self.economy)
        return [self._settled_final[number] for number in range(len(self._final_levies))]

    def intensity_so_far(self, extension: str) -> Array:
        """Intensity (n) of an extension after the levers so far."""
        return self._S[extension] if extension in self._S else self.start.S(extension)

    def intensity(self, extension: str) -> Array:
        """Intensity (n) of an extension after all levers."""
        found = self.intensity_so_far(extension)
        for late in self._late.get(extension, ()):
            found = found + late(self)
        return found

    def direct(self, extension: str) -> Array:
        """Direct amount of final use (m) of an extension: no lever moves it."""
        return self.start.direct(extension)

    def value_added(self, closure: Closure) -> Array:
        """Value added per unit of output (n), levies included, by a scenario's closure."""
        if closure == "profit":
            spent = sum((moved.sum(axis=-2) for _, moved in self.moved_inputs()), np.zeros(len(self.payers.positions)))
            return self.start.v - self.at(self.payers.positions, spent)
        return self.value_added_so_far + sum((levy.rate for levy in self.levies), np.zeros(self.economy.n))

    def cost_of_inputs(self, unit_costs: Array, industries: Positions) -> Array:
        """What costs per unit of each row (n) come to in all that industries buy per unit of output (industries)."""
        old = self.economy.Z[:, industries] * self.economy.per_output[industries]
        cost, columns = unit_costs @ old, self.payers.at(industries)
        for product, moved in self.moved_inputs():
            of_product = unit_costs[..., None, product :: self._sectors]
            cost = cost + (of_product @ moved[..., columns])[..., 0, :]
        return np.asarray(cost)

    def moved_inputs(self) -> Iterator[tuple[int, Array]]:
        """Changed less old coefficients of every product whose use was touched: position, (regions × industries)."""
        for product, block in self._A.items():
            yield product, block - self._old(product)

    def final_blocks(self) -> Mapping[int, Array]:
        """Final use (regions × final users) of every product whose final use was touched, by position."""
        return self._Y

    @property
    def sales(self) -> Array | None:
        """How many times as much (n) all other final users buy from each industry; None where as much as before."""
        return self._sales

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

    # -- inside ------------------------------------------------------------------------------------------------------

    def _inputs(self, product: str) -> Array:
        """Coefficients (regions × industries) of one product, copied at the first touch."""
        position = self.economy.sector_position(product)
        if position not in self._A:
            self._A[position] = self._copied(self._old(position), 2)
        return self._A[position]

    def _final(self, product: str) -> Array:
        """Final use (regions × final users) of one product, copied at the first touch."""
        position = self.economy.sector_position(product)
        if position not in self._Y:
            rows = rows_of_product(self.economy, position)
            self._Y[position] = self._copied(self.start.Y(rows, self.buyers.positions), 2)
        return self._Y[position]

    def _old(self, position: int) -> Array:
        """Coefficients (regions × industries) of one product before any lever."""
        if self._given is not None:
            return self._given(position)
        kept = self.payers.positions
        return self.economy.Z[position :: self._sectors][:, kept] * self.economy.per_output[kept]

    def _intensity(self, extension: str) -> Array:
        if extension not in self._S:
            self._S[extension] = self._copied(self.start.S(extension), 1)
        return self._S[extension]

    def _copied(self, values: Array, axes: int) -> Array:
        """A copy for every future, of an array that has this many axes for one."""
        return np.array(values if values.ndim > axes else np.broadcast_to(values, (*self.shape, *values.shape)))

    def _shares(self, block: Array, columns: Positions, kept: _Kept) -> Array:
        """From which countries each column buys (regions × columns); as its whole region does where it buys nothing."""
        chosen = block[..., columns]
        total = chosen.sum(axis=-2)
        if (total > 0).all():
            return np.asarray(chosen / _for_all_suppliers(total))
        width = kept.of // self._regions
        by_region = block.reshape(*block.shape[:-1], -1, width).sum(axis=-1)[..., columns // width]
        home = np.equal.outer(np.arange(self._regions), kept.positions[columns] // width).astype(float)
        region_total = _for_all_suppliers(by_region.sum(axis=-2))
        fallback = np.where(region_total > 0, by_region / np.where(region_total > 0, region_total, 1), home)
        total = _for_all_suppliers(total)
        return np.where(total > 0, chosen / np.where(total > 0, total, 1), fallback)

    def _sides(self, product: str, users: Users) -> Iterator[tuple[Array, Positions, _Kept]]:
        """Both blocks of a product that the users buy from: block, their columns of it, which columns it keeps."""
        if len(users.industries):
            yield self._inputs(product), self.payers.at(users.industries), self.payers
        if len(users.final):
            yield self._final(product), self.buyers.at(users.final), self.buyers

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
            taken = np.where(sources[:, home] & (places > 0), _for_all_suppliers(share) * old, 0.0)
            there = np.where(able[:, home], old, 0.0)
            total = _for_all_suppliers(there.sum(axis=-2))
            evenly = able[:, home] / np.maximum(places, 1)
            spread = np.where(total > 0, np.divide(there, total, out=np.zeros_like(there), where=total > 0), evenly)
            new = spread * _for_all_suppliers(taken.sum(axis=-2))
            return old - taken + new, new

        return self._resourced(product, users, turned)

    def _resourced(self, product: str, users: Users, act: Callable[[Array, Positions], tuple[Array, Array]]) -> Moved:
        """Let users buy a product elsewhere: `act` gives, for purchases and buyers' regions, the new and what came."""
        added = {id(kept): np.zeros((self._regions, len(kept.positions))) for kept in (self.payers, self.buyers)}
        for block, columns, kept in self._sides(product, users):
            old = block[..., columns]
            new, came = act(old, kept.positions[columns] // (kept.of // self._regions))
            bought = _for_all_suppliers(old.sum(axis=-2))
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


class _Kept:
    """Which columns of a table a change keeps, and where each of them stands among those."""

    def __init__(self, of: int, positions: Positions | None) -> None:
        self.of, self.some = of, positions is not None
        self.positions: Positions = np.arange(of) if positions is None else positions
        self._places = np.full(of, -1, dtype=np.intp)
        self._places[self.positions] = np.arange(len(self.positions))

    def at(self, columns: Positions) -> Positions:
        """Where columns of the table stand. Raises LookupError for one that is not kept."""
        found = self._places[columns] if self.some else columns
        if len(found) and found.min() < 0:
            raise LookupError(f"column {columns[int(np.argmin(found))]} is none on which these levers may act")
        return found

    def among(self, columns: Positions) -> Positions:
        """Where those of the columns stand that are kept."""
        found = self._places[columns]
        return found[found >= 0]


def _for_all_suppliers(values: Values) -> Values:
    """Values of users (…, users) as a factor on what they buy from every country (…, regions × users)."""
    return cast(Values, values[..., None, :]) if isinstance(values, np.ndarray) and values.ndim else values


def _capped(purchases: Array, cap: Factor, exempt: NDArray[np.bool_]) -> Array:
    """Purchases (suppliers × users) in which no supplier has more than `cap` of what a user buys, but for the exempt.

    Users with a negative purchase keep theirs.
    """
    total = purchases.sum(axis=-2)
    # With nothing bought from the exempt, k suppliers cannot all stay below 1/k: equal parts are the limit of the cap.
    many = np.count_nonzero(purchases > 0, axis=-2)
    at_home = np.where(exempt, purchases, 0.0).sum(axis=-2) > 0
    most = _for_all_suppliers(np.where(at_home, cap, np.maximum(cap, 1 / np.maximum(many, 1))) * total)
    acting = _for_all_suppliers((total > 0) & (purchases >= 0).all(axis=-2))
    full = np.zeros(purchases.shape, dtype=bool)
    result = purchases.copy()
    for _ in range(purchases.shape[-2]):
        over = acting & ~exempt & ~full & (result > most * (1 + 1e-12))
        if not over.any():
            break
        full |= over
        room = np.where(full, 0.0, purchases).sum(axis=-2)
        left = total - np.asarray(most)[..., 0, :] * np.count_nonzero(full, axis=-2)
        growth = _for_all_suppliers(np.divide(left, room, out=np.zeros_like(left), where=room > 0))
        changed = full.any(axis=-2, keepdims=True)
        result = np.where(changed, np.where(full, most, purchases * growth), result)
    return result
