"""From declared events to what they do in each step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.events import Ban, Capacity, Capital, Delay, Demand, Price, Shock, Shortage
from kaldor.twin.shocks.model import Now, Rebuilding
from kaldor.twin.shocks.table import Positions


@dataclass(frozen=True, eq=False)
class Timeline:
    """The events of a shock laid over an economy; `at(step)` gives what they do in a step of `dt` days.

    `rebuilding` and `destroyed` (n × M, amounts to rebuild by supplier and industry hit) come from events of kind
    "capital"; `price_rises` (n × R each) from those of kind "price": how much dearer each product becomes for the final
    users of each region at the event's height, with `costs`, by how much those of industries rise (n each), and
    `windfalls`, what the rise alone brings sellers on what is bought (n each, a year).
    """

    body: Body
    shock: Shock
    dt: float
    rebuilding: Rebuilding
    destroyed: tuple[Array, ...]
    price_rises: tuple[Array, ...]
    costs: tuple[Array, ...] = ()
    windfalls: tuple[Array, ...] = ()

    @property
    def longest_delay(self) -> int:
        """Steps of the longest delay of a route."""
        return max((self._steps(e.by) for e in self.shock.events if isinstance(e, Delay)), default=0)

    @property
    def first_day(self) -> float:
        """The day on which the first event begins."""
        return min(event.start for event in self.shock.events)

    def at(self, step: int) -> Now:
        """What happens in a step."""
        day = step * self.dt
        return Now(
            lost=self._lost(day),
            demand=self._demand(day),
            limit=self._limit(day),
            delay=self._delay(day),
            destroyed=self._destroyed(day),
            rebuild=self._rebuild(day),
        )

    def directly_lost(self, now: Now, lost: Array) -> Array:
        """Output that the events themselves take from each industry (annual rate), before anything spreads.

        Capacity lost, final demand that falls away and sales that may not cross a border; never more than all output.
        `lost` is the share of capacity lost (B × n in B runs, and so is the result).
        """
        direct = np.maximum(lost, 0.0) * self.body.x
        if now.demand is not None:
            direct = direct + (self.body.final * np.maximum(1.0 - now.demand, 0.0)).sum(axis=1)
        if now.limit is not None:
            blocked = np.maximum(1.0 - now.limit, 0.0)
            direct = direct + ((self.body.final + self.body.sales_by_region) * blocked).sum(axis=1)
        return np.minimum(direct, self.body.x)

    def _lost(self, day: float) -> Array:
        intact = np.ones(self.body.n)
        for event in self.shock.events:
            if isinstance(event, Capacity) and (strength := event.mean_strength(day, self.dt)):
                intact[_rows(self.body, event.regions, event.sectors)] *= 1 - strength * event.share
        return 1.0 - intact

    def _demand(self, day: float) -> Array | None:
        if not any(isinstance(event, Demand | Price) for event in self.shock.events):
            return None
        factor = np.ones_like(self.body.final)
        for event in self.shock.events:
            if isinstance(event, Demand):
                routes = _routes(self.body, self.body.economy.regions, event.regions, event.products)
                factor[routes] *= 1 + event.mean_strength(day, self.dt) * event.share
        prices = [event for event in self.shock.events if isinstance(event, Price)]
        for event, rise in zip(prices, self.price_rises, strict=True):
            if event.elasticity and (strength := event.mean_strength(day, self.dt)):
                factor *= (1 + strength * rise) ** event.elasticity
        return factor if (factor != 1).any() else None

    def _limit(self, day: float) -> Array | None:
        limit = None
        for event in self.shock.events:
            if not isinstance(event, Ban | Shortage) or not (strength := event.mean_strength(day, self.dt)):
                continue
            limit = np.full_like(self.body.final, np.inf) if limit is None else limit
            origins = event.origins if isinstance(event, Ban) else self.body.economy.regions
            destinations = event.destinations if isinstance(event, Ban) else event.regions
            routes = _routes(self.body, origins, destinations, event.products)
            limit[routes] = np.minimum(limit[routes], 1 - strength * event.share)
        return limit

    def _delay(self, day: float) -> Positions | None:
        delay = None
        for event in self.shock.events:
            if isinstance(event, Delay) and self._delayed(event, day):
                delay = np.zeros(self.body.final.shape, dtype=np.int64) if delay is None else delay
                routes = _routes(self.body, event.origins, event.destinations, event.products)
                delay[routes] = np.maximum(delay[routes], self._steps(event.by))
        return delay

    def _delayed(self, event: Delay, day: float) -> bool:
        """Whether goods are late in a step: in whole steps, those nearest to the event's days, one at least."""
        since = round(day / self.dt) - round(event.start / self.dt)
        return 0 <= since < self._steps(event.days)

    def _destroyed(self, day: float) -> Array | None:
        hit = [
            amounts
            for event, amounts in zip(self._capital_events(), self.destroyed, strict=True)
            if event.start - 1e-9 <= day < event.start + self.dt - 1e-9
        ]
        return sum(hit[1:], hit[0]) if hit else None

    def _rebuild(self, day: float) -> NDArray[np.bool_] | None:
        if not self.destroyed:
            return None
        ordered = np.zeros(len(self.rebuilding.industries), dtype=bool)
        for event, amounts in zip(self._capital_events(), self.destroyed, strict=True):
            if day >= event.start + event.days - 1e-9:
                ordered |= amounts.any(axis=0)
        return ordered if ordered.any() else None

    def _capital_events(self) -> list[Capital]:
        return [event for event in self.shock.events if isinstance(event, Capital)]

    def _steps(self, days: float) -> int:
        return max(1, round(days / self.dt))


def groups_of_buyers(economy: Economy, shock: Shock, stock_days: Array) -> Positions:
    """The group of each region of buyers (R): those that every event of a resolved shock treats alike, and that keep
    the same stocks (`stock_days`, S × R), are in one."""
    named = [
        event.regions if isinstance(event, Shortage) else event.destinations
        for event in shock.events
        if isinstance(event, Ban | Shortage | Delay)
    ]
    told = np.array([[region in regions for region in economy.regions] for regions in named], dtype=float)
    _, groups = np.unique(
        np.vstack([stock_days, told.reshape(len(named), len(economy.regions))]), axis=1, return_inverse=True
    )
    return np.asarray(groups.ravel())


def lay_out(body: Body, shock: Shock, dt: float, capital_per_value_added: float) -> Timeline:
    """The timeline of a resolved shock. Raises InputError if capital is destroyed that an industry does not have."""
    events = [event for event in shock.events if isinstance(event, Capital)]
    rows = np.unique(np.concatenate([np.zeros(0, int), *(_rows(body, e.regions, e.sectors) for e in events)]))
    capital = capital_per_value_added * np.maximum(body.value_added * body.x, 0.0)
    rows = rows[capital[rows] > 0].astype(np.int64)
    destroyed = tuple(_destroyed_by(body, event, rows, capital) for event in events)
    lost = sum((amounts.sum(axis=0) for amounts in destroyed), np.zeros(len(rows)))
    problems = [
        Problem(
            f"{shock.id}: capital of {body.economy.index[row]}",
            f"{lost[m]:.6g} is destroyed, the industry has {capital[row]:.6g}.",
            "Lower the amount, or raise capital_per_value_added.",
        )
        for m, row in enumerate(rows)
        if lost[m] > capital[row] * (1 + 1e-9)
    ]
    if problems:
        raise InputError(problems)
    prices = [event for event in shock.events if isinstance(event, Price)]
    costs = tuple(_costs(body, event) for event in prices)
    rises = tuple(_price_rises(body, event, passed_on) for event, passed_on in zip(prices, costs, strict=True))
    windfalls = tuple(_windfall(body, event) for event in prices)
    return Timeline(body, shock, dt, Rebuilding(rows, capital[rows]), destroyed, rises, costs, windfalls)


def _windfall(body: Body, event: Price) -> Array:
    """What the rise alone brings each of its sellers, from industries and final users of its regions (n, a year)."""
    at = _routes(body, event.origins, event.regions, event.products)
    found = np.zeros_like(body.final)
    found[at] = event.rise * (body.final + body.sales_by_region)[at]
    return np.asarray(found.sum(axis=1))


def _price_rises(body: Body, event: Price, passed_on: Array) -> Array:
    """How much dearer each product becomes for final users (n × R): what is passed on, and the rise itself."""
    rises = np.repeat(passed_on[:, None], body.R, axis=1)
    rises[_routes(body, event.origins, event.regions, event.products)] += event.rise
    return rises


def _costs(body: Body, event: Price) -> Array:
    """By how much the costs of each industry rise (n) when a price event is passed on along all chains.

    Solves p = (I − Aᵀ)⁻¹ t with t the dearer purchases from the event's origins per unit of output of industries in its
    regions.
    Source: Miller & Blair (2009), ch. 2, the Leontief price model.
    """
    economy = body.economy
    users = _rows(body, event.regions, economy.sectors)
    per_unit = np.zeros(body.n)
    rows = np.sort(_rows(body, event.origins, event.products))
    per_unit[users] = event.rise * (economy.Z[np.ix_(rows, users)].sum(axis=0) * economy.per_output[users])
    return solver_of(economy).solve(per_unit, transposed=True)


def _destroyed_by(body: Body, event: Capital, rows: Positions, capital: Array) -> Array:
    """Amounts to rebuild, by supplier and industry hit (n × M)."""
    hit = np.isin(rows, _rows(body, event.regions, event.sectors))
    share = event.share if event.share is not None else float(event.amount or 0) / capital[rows[hit]].sum()
    amounts = np.where(hit, share * capital[rows], 0.0)
    sources = np.zeros((body.n, len(rows)))
    for sector, part in event.rebuilding.items():
        product = slice(body.economy.sector_position(sector), None, body.S)
        sources[product] = part * _sourcing(body, product, rows)
    return sources * amounts


def _sourcing(body: Body, product: slice, rows: Positions) -> Array:
    """From which region each industry buys a product (R × M); as its region's final users do where it buys none."""
    own = body.economy.Z[product][:, rows]
    final = body.final[product][:, rows // body.S]
    home = np.equal.outer(np.arange(body.R), rows // body.S).astype(float)
    total, final_total = own.sum(axis=0), final.sum(axis=0)
    fallback = np.where(final_total > 0, final / np.where(final_total > 0, final_total, 1.0), home)
    return np.where(total > 0, own / np.where(total > 0, total, 1.0), fallback)


def _rows(body: Body, regions: tuple[str, ...], sectors: tuple[str, ...]) -> Positions:
    at = np.array([body.economy.region_position(region) for region in regions], dtype=np.int64)
    of = np.array([body.economy.sector_position(sector) for sector in sectors], dtype=np.int64)
    return (at[:, None] * body.S + of).ravel()


def _routes(
    body: Body, origins: tuple[str, ...], destinations: tuple[str, ...], products: tuple[str, ...]
) -> tuple[Positions, Positions]:
    """Index of an n × R array: rows of products of the origins, columns of the destinations."""
    to = np.array([body.economy.region_position(region) for region in destinations], dtype=np.int64)
    rows, columns = np.ix_(_rows(body, origins, products), to)
    return rows, columns
