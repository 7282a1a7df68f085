"""The adaptive regional input–output model with inventories: its state, and one step of it.

Written from Hallegatte (2008, 2013) and Guan et al. (2020). Flows are annual rates in the table's unit, stocks are
amounts, time is in days. A step, for industry j, product s and supplier i:

1. capacity     x_cap = α (1 − Δ) x̄
2. production   x = min(x_cap, demand, min over essential s of S_sj / (ψ n_s a_sj))
3. rationing    each supplier delivers x, to all clients in proportion or class by class
4. stocks       S_sj + deliveries − a_sj x
5. orders       a_sj x + (n_s a_sj x_opt − S_sj) / τ_s, never negative, x_opt = min(x_cap, demand)
6. sourcing     preferences for suppliers move towards what each can make, at the speed of substitution
7. overproduction  α rises with scarcity towards α_max over τ_α, and relaxes back to 1

Rows that the table leaves unbalanced stay as they are: what it draws from inventories is supplied at a constant rate,
and what it does not explain of an output is a final use of its own.

Known limits: no prices (a shortage is met by rationing); technology is fixed; services are stocked like goods unless
their product is declared non-essential; foreign trade answers by quantity only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.shocks.parameters import Behaviour
from kaldor.twin.shocks.trade import Needs, Table, Terms, normal_orders, normal_use, stock_bounds, trade

DAYS = 365.0
FINAL, REBUILDING, INDUSTRIES = "final demand", "rebuilding", "industries"
_FULL = 1 - 1e-14  # a supplier that is this close to delivering everything delivers everything: rounding, no shortage

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Body:
    """An economy laid out for simulation: S products, R regions, n = R·S, K classes of clients.

    The table tells apart only the classes that industries are in, `industry_classes` of the K; `final_class` and
    `rebuilding_class` are those of the other clients. use (S × n), normal output x (n), orders of industries by their
    classes, final (n × R), drawn (n: supply from
    inventories that the table draws down), value_added per unit of output (n). All flows are annual rates in the
    table's unit.
    """

    economy: Economy
    table: Table
    K: int
    industry_classes: Positions
    final_class: int
    rebuilding_class: int
    use: Array = field(repr=False)
    orders: Array = field(repr=False)
    final: Array = field(repr=False)
    drawn: Array = field(repr=False)
    x: Array = field(repr=False)
    value_added: Array = field(repr=False)

    @property
    def n(self) -> int:
        """Region-sectors."""
        return len(self.x)

    @property
    def S(self) -> int:
        """Products (sectors)."""
        return self.table.S

    @property
    def R(self) -> int:
        """Regions."""
        return self.n // self.table.S


@dataclass(eq=False)
class State:
    """All that changes from step to step. Shapes as in `Body` and `kaldor.twin.shocks.trade`."""

    now: int
    stock: Array
    g: Array
    terms: Terms
    orders: Array
    alpha: Array
    backlog: Array
    final_w: Array
    supplied: Array
    remaining: Array
    transit: Array | None


@dataclass(frozen=True, eq=False)
class Rebuilding:
    """Industries that may lose capital in a run: their rows (M) and their capital stock (M, in the table's unit)."""

    industries: Positions
    capital: Array


@dataclass(frozen=True, eq=False)
class Now:
    """What shocks do in one step.

    lost       capacity lost (n, 0–1)
    demand     factor on final demand (n × R), or None
    limit      largest sales of a supplier to a region relative to normal (n × R, infinite where open), or None
    delay      steps that goods of a supplier take longer to a region (n × R), or None
    destroyed  what must be rebuilt from this step on, by supplier of the rebuilding and industry hit (n × M), or None
    rebuild    whose rebuilding is ordered in this step (M), or None for nobody's
    """

    lost: Array
    demand: Array | None = None
    limit: Array | None = None
    delay: Positions | None = None
    destroyed: Array | None = None
    rebuild: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Flow:
    """What one step did, as annual rates.

    output      made by each industry (n), after `lost` (n, share of capacity, destroyed capital included)
    wanted      what it would have made with enough inputs (n); `limiting` is the product that fell short (n, −1: none)
    final       delivered final demand (n × R) and `unmet`, by product (S × R)
    received    deliveries of each product to industries (S)
    rebuilt     deliveries for rebuilding (n × M)
    demanded    what all clients asked of an industry (n) and what it `supplied`, inventories drawn down included (n)
    """

    output: Array
    final: Array
    unmet: Array
    received: Array
    rebuilt: Array
    wanted: Array
    limiting: Positions
    demanded: Array
    supplied: Array
    lost: Array


def prepare(economy: Economy, priority: tuple[str, ...] = (), *, routes: bool = True) -> Body:
    """Lay an economy out for simulation; `priority` names classes of clients in the order in which they are served.

    Without `routes` no event can tell one region's purchases from another's (no ban, shortage or delay): quicker.

    Each entry is "final demand", "rebuilding", "industries" (all not named otherwise), a sector or a sector group.
    Without priority all clients are served in proportion to their orders. Raises UnknownLabelError.
    """
    industry_class, final_class, rebuilding_class, K = _client_classes(economy, priority)
    S, R, n = len(economy.sectors), len(economy.regions), economy.n
    industry_classes, compact = np.unique(industry_class, return_inverse=True)
    table = Table(economy.Z, S, R if routes else 1, np.tile(compact, R), len(industry_classes))
    final = np.maximum(economy.Y, 0).reshape(n, R, -1).sum(axis=2)
    final[np.arange(n), np.repeat(np.arange(R), S)] += np.maximum(economy.discrepancy, 0)
    drawn = np.maximum(-economy.Y, 0).sum(axis=1) + np.maximum(-economy.discrepancy, 0)
    orders = normal_orders(table)
    asked = np.zeros((n, K))
    asked[:, industry_classes] = orders
    asked[:, final_class] += final.sum(axis=1)
    # Normal output is made from the model's own sums, so that the undisturbed economy stands still to the last digit.
    x = np.where(economy.has_output, np.maximum(asked.sum(axis=1) - drawn, 0.0), 0.0)
    return Body(
        economy=economy,
        table=table,
        K=K,
        industry_classes=industry_classes,
        final_class=final_class,
        rebuilding_class=rebuilding_class,
        use=normal_use(table),
        orders=orders,
        final=final,
        drawn=drawn,
        x=x,
        value_added=economy.value_added * economy.per_output,
    )


def start(body: Body, behaviour: Behaviour, *, longest_delay: int = 0, rebuilding: int = 0) -> State:
    """The undisturbed economy at time 0, with full stocks.

    `longest_delay` in steps makes room for goods in transit; `rebuilding` is the number M of `Rebuilding`'s industries.

    Raises InputError if ψ n_s is shorter than a step for an essential product: stocks would run out within a step.
    """
    refuse_short_stocks(body, behaviour)
    n, S, R = body.n, body.S, body.R
    return State(
        now=0,
        stock=target_stock(body, behaviour),
        g=np.where(body.use > 0, 1.0, 0.0),
        terms=Terms(np.ones((n, body.table.D))),
        orders=body.orders.copy(),
        alpha=np.ones(n),
        backlog=np.zeros((S, R)),
        final_w=np.ones((n, body.table.D)),
        supplied=body.x + body.drawn,
        remaining=np.zeros((n, rebuilding)),
        transit=np.zeros((longest_delay + 1, S, n)) if longest_delay else None,
    )


def target_stock(body: Body, behaviour: Behaviour) -> Array:
    """Stock that each industry keeps of each product in normal times (S × n), as amounts."""
    return np.repeat(behaviour.stock_days / DAYS, body.S, axis=1) * body.use


def refuse_short_stocks(body: Body, behaviour: Behaviour) -> None:
    """Raises InputError naming each essential product with ψ n_s < dt."""
    days = behaviour.stock_days.min(axis=1)
    short = behaviour.essential & (behaviour.psi * days < behaviour.dt * (1 - 1e-12))
    problems = [
        Problem(
            f"stock of {body.economy.sectors[s]}",
            f"ψ n_s = {behaviour.psi:g} × {days[s]:g} days = {behaviour.psi * days[s]:g} days is less than a step of"
            f" {behaviour.dt:g} days: the stock would run out within one step.",
            f"Use steps of at most {behaviour.psi * days[s]:g} days, keep more stock, or declare it non-essential.",
        )
        for s in np.flatnonzero(short)
    ]
    if problems:
        raise InputError(problems)


class Stepper:
    """Advances a state by steps of `behaviour.dt` days."""

    def __init__(self, body: Body, behaviour: Behaviour, rebuilding: Rebuilding | None = None) -> None:
        self.body, self.behaviour = body, behaviour
        self._rebuilding = rebuilding or Rebuilding(np.zeros(0, dtype=np.int64), np.zeros(0))
        self._h = behaviour.dt / DAYS
        self._target = target_stock(body, behaviour)
        # A stock that is full to rounding does not limit.
        essential = behaviour.essential[:, None] * (1 - 1e-12)
        self._needed = essential * behaviour.psi * self._target
        self._per_x = np.divide(1.0, body.x, out=np.zeros(body.n), where=body.x > 0)
        self._product = np.tile(np.arange(body.S), body.R)

    def step(self, state: State, now: Now) -> Flow:
        """One step under a shock; changes `state` and returns what was made and delivered."""
        body, behaviour = self.body, self.behaviour
        bound, limiting = stock_bounds(state.stock, self._needed)
        final_orders = self._final_orders(state, now)
        asked = np.zeros((body.n, body.K))
        asked[:, body.industry_classes] = state.orders
        asked[:, body.final_class] += final_orders.sum(axis=1)
        lost = self._lost(state, now)
        rebuild_orders = self._rebuild_orders(state, now)
        asked[:, body.rebuilding_class] += rebuild_orders.sum(axis=1)
        demanded = asked.sum(axis=1)
        state.alpha = _overproduction(state.alpha, demanded, state.supplied, behaviour)
        capacity = state.alpha * (1 - lost) * body.x
        wanted = np.minimum(capacity, np.maximum(demanded - body.drawn, 0.0))
        output = np.minimum(wanted, bound * body.x)
        supplied = output + np.minimum(body.drawn, demanded)
        fill = _ration(asked, demanded, supplied)
        final = final_orders * fill[:, [body.final_class]]
        rebuilt = rebuild_orders * fill[:, [body.rebuilding_class]]
        if rebuilt.size:
            state.remaining = np.maximum(state.remaining - self._h * rebuilt, 0.0)
        unmet = self._unmet(state, now, final)
        ability = self._per_x * (np.minimum(capacity, bound * body.x) if behaviour.sourcing == "ability" else capacity)
        received = self._trade(
            state, now, fill[:, body.industry_classes], output * self._per_x, wanted * self._per_x, ability
        )
        state.supplied = supplied
        state.now += 1
        return Flow(
            output=output,
            final=final,
            unmet=unmet,
            received=received,
            rebuilt=rebuilt,
            wanted=wanted,
            limiting=np.where(output < wanted * (1 - 1e-9), limiting, -1),
            demanded=demanded,
            supplied=supplied,
            lost=lost,
        )

    def _final_orders(self, state: State, now: Now) -> Array:
        """What final users of each region order from each supplier (n × R), backlog included."""
        body, behaviour = self.body, self.behaviour
        orders = body.final if now.demand is None else body.final * now.demand
        if behaviour.final_substitution_days is not None or behaviour.backlog_days is not None:
            normal = self._by_product(orders)
            wanted = normal + state.backlog * (DAYS / behaviour.backlog_days if behaviour.backlog_days else 0.0)
            weighted = orders * state.final_w
            total = self._by_product(weighted)
            scale = np.divide(wanted, total, out=np.zeros_like(total), where=total > 0)
            orders = weighted * scale[self._product]
        if now.limit is not None:
            limited = np.isfinite(now.limit)
            most = np.where(limited, now.limit, 0.0) * body.final
            orders = np.where(limited, np.minimum(orders, most), orders)
        return orders

    def _lost(self, state: State, now: Now) -> Array:
        """Share of capacity lost (n): to the shock itself, and with the capital that is not rebuilt yet."""
        if now.destroyed is not None:
            state.remaining = state.remaining + now.destroyed
        if not state.remaining.any():
            return now.lost
        intact = 1.0 - now.lost
        hit = self._rebuilding
        intact[hit.industries] *= np.maximum(1.0 - state.remaining.sum(axis=0) / hit.capital, 0.0)
        return 1.0 - intact

    def _rebuild_orders(self, state: State, now: Now) -> Array:
        """What rebuilding orders from each supplier (n × M), as a rate."""
        if now.rebuild is None:
            return np.zeros((self.body.n, 0))
        orders = state.remaining * (now.rebuild * (DAYS / self.behaviour.rebuild_days))
        if now.limit is not None:
            orders *= np.minimum(now.limit[:, self._rebuilding.industries // self.body.S], 1.0)
        return orders

    def _unmet(self, state: State, now: Now, final: Array) -> Array:
        """Final demand of each product by region that was not delivered, S × R, as rates; kept if backlogged."""
        behaviour = self.behaviour
        orders = self.body.final if now.demand is None else self.body.final * now.demand
        unmet = self._by_product(orders) - self._by_product(final)
        if behaviour.backlog_days is not None:
            state.backlog = np.maximum(0.0, state.backlog + self._h * unmet)
        return np.maximum(unmet, 0.0)

    def _by_product(self, values: Array) -> Array:
        """Sum rows over regions: (n × m) → (S × m)."""
        return values.reshape(self.body.R, self.body.S, -1).sum(axis=0)

    def _trade(self, state: State, now: Now, fill: Array, ratio: Array, wanted: Array, ability: Array) -> Array:
        """Deliver and order (see `kaldor.twin.shocks.trade`); returns deliveries by product (S)."""
        body, behaviour = self.body, self.behaviour
        if behaviour.final_substitution_days is not None:
            state.final_w = _moved(state.final_w, ability, now.limit, behaviour.final_substitution_days, behaviour.dt)
        w = _moved(state.terms.w, ability, now.limit, behaviour.substitution_days, behaviour.dt)
        old, state.terms = state.terms, Terms(w, now.limit, now.delay)
        needs = Needs(body.use, self._target, ratio, wanted, behaviour.restock_days / DAYS, behaviour.destock)
        return trade(
            body.table,
            old,
            state.terms,
            needs,
            fill,
            self._h,
            now=state.now,
            g=state.g,
            stock=state.stock,
            orders=state.orders,
            transit=state.transit,
        )


def _client_classes(economy: Economy, priority: tuple[str, ...]) -> tuple[NDArray[np.int64], int, int, int]:
    """Class of each sector's industries (S), of final demand, of rebuilding, and how many there are."""
    if not priority:
        return np.zeros(len(economy.sectors), dtype=np.int64), 0, 0, 1
    known = (FINAL, REBUILDING, INDUSTRIES, *economy.sector_groups, *economy.sectors)
    for name in priority:
        if name not in known:
            raise UnknownLabelError("class of clients", name, known)
    last = len(priority)  # who is not named is served after all who are

    def rank(name: str) -> int:
        return priority.index(name) if name in priority else last

    sectors = np.full(len(economy.sectors), rank(INDUSTRIES), dtype=np.int64)
    for name in reversed(priority):
        if name in (FINAL, REBUILDING, INDUSTRIES):
            continue
        members = economy.sector_groups.get(name, (name,))
        sectors[[economy.sector_position(member) for member in members]] = priority.index(name)
    return sectors, rank(FINAL), rank(REBUILDING), last + 1


def _ration(asked: Array, demanded: Array, supplied: Array) -> Array:
    """Share of its orders that each supplier delivers to each class (n × K): first classes first."""
    if asked.shape[1] == 1:
        share = np.divide(supplied, demanded, out=np.ones(len(demanded)), where=demanded > 0)
        return np.where(share >= _FULL, 1.0, share)[:, None]
    fill = np.ones(asked.shape)
    left = supplied.copy()
    for served in range(asked.shape[1]):
        wish = asked[:, served]
        share = np.divide(left, wish, out=np.ones(len(wish)), where=wish > 0)
        fill[:, served] = np.where(share >= _FULL, 1.0, np.maximum(share, 0.0))
        left = np.maximum(left - wish * fill[:, served], 0.0)
    return fill


def _moved(w: Array, ability: Array, limit: Array | None, days: float | None, dt: float) -> Array:
    """Preferences for suppliers (n × R) one step nearer to what each can make and is allowed to send."""
    if days is None:
        return w
    aim = np.broadcast_to(ability[:, None], w.shape)
    if limit is not None:
        aim = np.minimum(aim, limit)
    speed = min(1.0, dt / days) if days > 0 else 1.0
    return np.array(aim) if speed >= 1 else w + speed * (aim - w)


def _overproduction(alpha: Array, demanded: Array, supplied: Array, behaviour: Behaviour) -> Array:
    """α one step later: towards α_max with the scarcity that the last step's supply leaves, else back to 1."""
    short = np.maximum(demanded * _FULL - supplied, 0.0)
    scarcity = np.divide(short, demanded, out=np.zeros(len(demanded)), where=demanded > 0)
    speed = min(1.0, behaviour.dt / behaviour.overproduction_days)
    up = alpha + (behaviour.overproduction - alpha) * scarcity * speed
    down = alpha + (1.0 - alpha) * speed
    return np.where(scarcity > 0, up, down)
