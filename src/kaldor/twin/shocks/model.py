"""The adaptive regional input–output model with inventories: its state, and one step of it.

Written from Hallegatte (2008, 2013) and Guan et al. (2020). Flows are annual rates in the table's unit, stocks are
amounts, time is in days. A step, for industry j, product s and supplier i:

1. capacity     x_cap = α (1 − Δ) x̄
2. production   x = min(x_cap, demand, what the inputs in stock allow (`kaldor.twin.shocks.cover`))
3. rationing    each supplier delivers x, to all clients in proportion or class by class
4. stocks       S_sj + deliveries − a_sj x, of pooled goods and of those that only one's own supplier can fill
   (`kaldor.twin.shocks.specific`)
5. orders       a_sj x + (n_s a_sj x_opt − S_sj) / τ_s, never negative, x_opt = min(x_cap, demand)
6. sourcing     preferences for suppliers move towards what each can make, at the speed of substitution
7. overproduction  α rises with scarcity towards α_max over τ_α, and relaxes back to 1

B runs of the same shock, each with a behaviour of its own, go through a step side by side: what differs between them
has an axis of runs.

Rows that the table leaves unbalanced stay as they are: what it draws from inventories is supplied at a constant rate,
and what it does not explain of an output is a final use of its own.

Known limits: no prices (a shortage is met by rationing); technology is fixed; services are stocked like goods; normal
output is full capacity but for overproduction; foreign trade answers by quantity only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.behaviours import Behaviours
from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.cover import Cover, Short
from kaldor.twin.shocks.parameters import Behaviour
from kaldor.twin.shocks.routes import Terms
from kaldor.twin.shocks.specific import Own, divided
from kaldor.twin.shocks.table import Positions
from kaldor.twin.shocks.targets import DAYS, Targets
from kaldor.twin.shocks.trade import Held, Needs, Traded, trade

_FULL = 1 - 1e-14  # a supplier that is this close to delivering everything delivers everything: rounding, no shortage


@dataclass(eq=False)
class State:
    """All that changes from step to step, in B runs: what trade `held`, and by run

    alpha      overproduction, what was `supplied` (B × n each)
    backlog    final demand still asked for (B × S × R), final_w final users' preferences (B × n × R)
    remaining  what is still to be rebuilt, by supplier and industry hit (B × n × M)
    """

    now: int
    held: Held
    alpha: Array
    supplied: Array
    backlog: Array
    final_w: Array
    remaining: Array


@dataclass(frozen=True, eq=False)
class Rebuilding:
    """Industries that may lose capital in a run: their rows (M) and their capital stock (M, in the table's unit)."""

    industries: Positions
    capital: Array


@dataclass(frozen=True, eq=False)
class Now:
    """What shocks do in one step, in all runs alike.

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
    """What one step did in each run, as annual rates.

    output        made by each industry (B × n), after `lost` (B × n, share of capacity, destroyed capital included)
    wanted        what it would have made with enough inputs (B × n); `limiting` is the product that fell short (B × n,
                  −1: none)
    final_orders  of final users (n × R, or B × n × R where they differ), of which suppliers delivered the share
                  `final_fill` (B × n); `unmet` final demand by product (B × S × R)
    received      deliveries of each product to industries (S × B), and what they have `stored` then (S × B, amounts)
    rebuilt       deliveries for rebuilding (B × n × M)
    demanded      what all clients asked of an industry and what it `supplied`, inventories drawn down included (B × n)
    """

    output: Array
    final_orders: Array
    final_fill: Array
    unmet: Array
    received: Array
    stored: Array
    rebuilt: Array
    wanted: Array
    limiting: Positions
    demanded: Array
    supplied: Array
    lost: Array

    @property
    def final(self) -> Array:
        """Delivered final demand (B × n × R)."""
        return self.final_orders * self.final_fill[..., None]


def start(body: Body, behaviours: Sequence[Behaviour], *, longest_delay: int = 0, rebuilding: int = 0) -> State:
    """The undisturbed economy at time 0, with full stocks, one run for each behaviour.

    `longest_delay` in steps makes room for goods in transit; `rebuilding` is the number M of `Rebuilding`'s industries.

    Raises InputError if ψ n_s is shorter than a step for a product whose lack can stop a user: stocks would run out
    within a step.
    """
    for behaviour in behaviours:
        refuse_short_stocks(body, behaviour)
    n, S, R, B = body.n, body.S, body.R, len(behaviours)
    together = Behaviours.of(behaviours)
    targets, specific = Targets.of(body.use, together), together.specific_at(0)
    own_normal = body.links.by_group[:, :, :, None] * specific[:, None, None, :, None]
    ring = (longest_delay + 1,) if longest_delay else None
    stock = targets.amounts()
    stock *= (1 - specific)[:, :, None]
    held = Held(
        stock=stock,
        lowest=np.where(specific < 1, 1.0, np.nan),
        least=np.ones((B, n)) if together.sourcing == "ability" else None,
        g=(1 - specific)[:, :, None] * (body.use > 0)[:, None],
        w=np.ones((S, body.table.G, B, R)),
        limit=None,
        orders=body.orders[:, :, None] * (1 - specific)[:, None, :, None],
        transit=None if ring is None else np.zeros((*ring, *stock.shape)),
        own=Own(
            stock=own_normal * _own_years(body, _own_target(body, targets)),
            orders=own_normal,
            coverage=None,
            missing=np.zeros((S, B, R)),
            arrived=np.zeros((S, B)),
            transit=None if ring is None else np.zeros((*ring, *own_normal.shape)),
            idle=not specific.any(),
        ),
    )
    return State(
        now=0,
        held=held,
        alpha=np.ones((B, n)),
        supplied=np.tile(body.x + body.drawn, (B, 1)),
        backlog=np.zeros((B, S, R)),
        final_w=np.ones((B, n, R if body.table.G > 1 else 1)),
        remaining=np.zeros((B, n, rebuilding)),
    )


def _own_target(body: Body, targets: Targets) -> Array:
    """Stock that each group's customers would keep if all of a product were specific (S × G × K × B, amounts)."""
    return body.links.of_groups(body.links.normal * targets.years[:, None])


def _own_years(body: Body, own_target: Array) -> Array:
    """How long that lasts (S × G × K × B × 1)."""
    return divided(own_target, body.links.of_groups(body.links.normal))[..., None]


def refuse_short_stocks(body: Body, behaviour: Behaviour) -> None:
    """Raises InputError naming each product with ψ n_s < dt whose lack can stop a user."""
    days = behaviour.stock_days.min(axis=1)
    short = behaviour.can_stop & (behaviour.psi * days < behaviour.dt * (1 - 1e-12))
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
    """Advances a state by steps of `dt` days, one run for each behaviour."""

    def __init__(
        self,
        body: Body,
        behaviours: Sequence[Behaviour],
        rebuilding: Rebuilding | None = None,
        *,
        first_day: float = 0.0,
    ) -> None:
        """`first_day` is that of the first event: from then on users turn away from their own suppliers."""
        self.body, self.behaviours, self._first_day = body, Behaviours.of(behaviours), first_day
        self._rebuilding = rebuilding or Rebuilding(np.zeros(0, dtype=np.int64), np.zeros(0))
        self._h = self.behaviours.dt / DAYS
        self.targets = Targets.of(body.use, self.behaviours)
        self._own_target = _own_target(body, self.targets)
        self._own_years = _own_years(body, self._own_target)
        self._cover = Cover.of(body.table, self.targets, self.behaviours)
        self._per_x = np.divide(1.0, body.x, out=np.zeros(body.n), where=body.x > 0)

    def step(self, state: State, now: Now) -> Flow:
        """One step under a shock; changes `state` and returns what was made and delivered."""
        body, table, held = self.body, self.body.table, state.held
        final_orders = self._final_orders(state, now)
        asked = np.zeros((body.K, *state.alpha.shape))
        asked[body.industry_classes] = table.by_industry(held.asked)
        asked[body.final_class] += final_orders.sum(axis=-1)
        lost = self._lost(state, now)
        rebuild_orders = self._rebuild_orders(state, now)
        asked[body.rebuilding_class] += rebuild_orders.sum(axis=-1)
        demanded = asked.sum(axis=0)
        state.alpha = _overproduction(state.alpha, demanded, state.supplied, self.behaviours)
        capacity = state.alpha * (1 - lost) * body.x
        wanted = np.minimum(capacity, np.maximum(demanded - body.drawn, 0.0))
        full = np.maximum(self._per_x * wanted, 1.0)
        short = self._cover.short(full, held.stock, held.lowest, held.own.coverage, self.specific(state.now))
        bound = full if short is None else short.most
        output = np.minimum(wanted, bound * body.x)
        limiting = np.full(output.shape, -1) if short is None else short.limiting()
        limiting[output >= wanted * (1 - 1e-9)] = -1
        supplied = output + np.minimum(body.drawn, demanded)
        fill = _ration(asked, demanded, supplied)
        rebuilt = rebuild_orders * fill[body.rebuilding_class][..., None]
        if rebuilt.size:
            state.remaining = np.maximum(state.remaining - self._h * rebuilt, 0.0)
        unmet = self._unmet(state, now, final_orders, fill[body.final_class])
        able = capacity
        if held.least is not None:
            stocked = np.where(bound < full, bound, np.maximum(bound, held.least / self._cover.threshold))
            able = np.minimum(capacity, stocked * body.x)
        traded = self._trade(state, now, fill, output, wanted, short, self._per_x * able)
        state.supplied = supplied
        state.now += 1
        return Flow(
            output=output,
            final_orders=final_orders,
            final_fill=fill[body.final_class],
            unmet=unmet,
            received=traded.received,
            stored=traded.stored,
            rebuilt=rebuilt,
            wanted=wanted,
            limiting=limiting,
            demanded=demanded,
            supplied=supplied,
            lost=lost,
        )

    def specific(self, step: int) -> Array:
        """σ of each product in a step (S × B)."""
        return self.behaviours.specific_at(max(0.0, step * self.behaviours.dt - self._first_day))

    def _wished(self, now: Now) -> Array:
        """What final users would buy today (n × R)."""
        return self.body.final if now.demand is None else self.body.final * now.demand

    def _final_orders(self, state: State, now: Now) -> Array:
        """What final users of each region order from each supplier, backlog included (n × R, or B × n × R)."""
        body, behaviours = self.body, self.behaviours
        orders = wished = self._wished(now)
        if behaviours.final_substitution_days is not None or behaviours.backlog_days is not None:
            wanted = self._by_product(wished) + state.backlog * _per_year(behaviours.backlog_days)
            weighted = wished * state.final_w
            total = self._by_product(weighted)
            scale = np.divide(wanted, total, out=np.zeros_like(total), where=total > 0)
            orders = weighted * np.tile(scale, (1, body.R, 1))
        if now.limit is not None:
            limited = np.isfinite(now.limit)
            most = np.where(limited, now.limit, 0.0) * body.final
            orders = np.where(limited, np.minimum(orders, most), orders)
        return orders

    def _lost(self, state: State, now: Now) -> Array:
        """Share of capacity lost (B × n): to the shock itself, and with the capital that is not rebuilt yet."""
        if now.destroyed is not None:
            state.remaining = state.remaining + now.destroyed
        lost = np.broadcast_to(now.lost, state.alpha.shape)
        if not state.remaining.any():
            return lost
        intact = 1.0 - lost
        hit = self._rebuilding
        intact[:, hit.industries] *= np.maximum(1.0 - state.remaining.sum(axis=1) / hit.capital, 0.0)
        return 1.0 - intact

    def _rebuild_orders(self, state: State, now: Now) -> Array:
        """What rebuilding orders from each supplier (B × n × M), as a rate."""
        if now.rebuild is None:
            return state.remaining[:, :, :0]
        orders = state.remaining * (now.rebuild * (DAYS / self.behaviours.rebuild_days))[:, None]
        if now.limit is not None:
            orders *= np.minimum(now.limit[:, self._rebuilding.industries // self.body.S], 1.0)
        return orders

    def _unmet(self, state: State, now: Now, orders: Array, fill: Array) -> Array:
        """Final demand of each product by region that was not delivered, B × S × R, as rates; kept if backlogged."""
        body, table = self.body, self.body.table
        wished = self._wished(now)
        if orders.ndim == 2:  # the same in all runs: what suppliers hold back of it is a product of matrices
            by_product = orders.reshape(body.R, body.S, body.R).transpose(1, 0, 2)
            held_back = (table.by_product(1.0 - fill) @ by_product).swapaxes(0, 1)
        else:
            held_back = self._by_product(orders * (1.0 - fill)[..., None])
        unmet = self._by_product(wished) - self._by_product(orders) + held_back
        if self.behaviours.backlog_days is not None:
            state.backlog = np.maximum(0.0, state.backlog + self._h * unmet)
        return np.maximum(unmet, 0.0)

    def _by_product(self, values: Array) -> Array:
        """Sum rows over regions: (… × n × m) → (… × S × m)."""
        return values.reshape(*values.shape[:-2], self.body.R, self.body.S, -1).sum(axis=-3)

    def _trade(
        self, state: State, now: Now, fill: Array, output: Array, wanted: Array, short: Short | None, ability: Array
    ) -> Traded:
        """Deliver and order (see `kaldor.twin.shocks.trade`)."""
        body, behaviours, table = self.body, self.behaviours, self.body.table
        if behaviours.final_substitution_days is not None:
            aim = ability[..., None] if now.limit is None else np.minimum(ability[..., None], now.limit)
            speed = behaviours.share_of_way(behaviours.final_substitution_days)
            state.final_w = state.final_w + speed * (aim - state.final_w)
        turning = behaviours.substitution_days
        ratio = output * self._per_x
        needs = Needs(
            targets=self.targets,
            own_years=self._own_years,
            own_target=self._own_target,
            specific=self.specific(state.now),
            next=self.specific(state.now + 1),
            lacks={} if short is None else {lack.product: (lack, lack.uses(ratio)) for lack in short.lacks},
            psi=behaviours.psi,
            ratio=ratio,
            wanted=wanted * self._per_x,
            restock=behaviours.restock_days / DAYS,
            destock=behaviours.destock,
            ability=table.by_product(ability),
            speed=None if turning is None else behaviours.share_of_way(turning),
        )
        terms = Terms.of(table, now.limit, now.delay)
        share = table.by_product(fill[body.industry_classes])
        return trade(table, body.links, state.held, terms, needs, share, self._h, state.now)


def _per_year(days: float | None) -> float:
    """How often a time of some days goes into a year; never, if there is none."""
    return DAYS / days if days else 0.0


def _ration(asked: Array, demanded: Array, supplied: Array) -> Array:
    """Share of its orders that each supplier delivers to each class (K × B × n): first classes first."""
    if len(asked) == 1:
        share = np.divide(supplied, demanded, out=np.ones_like(demanded), where=demanded > 0)
        return np.where(share >= _FULL, 1.0, share)[None]
    fill = np.ones_like(asked)
    left = supplied.copy()
    for wish, delivered in zip(asked, fill, strict=True):
        share = np.divide(left, wish, out=np.ones_like(wish), where=wish > 0)
        delivered[:] = np.where(share >= _FULL, 1.0, np.maximum(share, 0.0))
        left = np.maximum(left - wish * delivered, 0.0)
    return fill


def _overproduction(alpha: Array, demanded: Array, supplied: Array, behaviours: Behaviours) -> Array:
    """α one step later: towards α_max with the scarcity that the last step's supply leaves, else back to 1."""
    short = np.maximum(demanded * _FULL - supplied, 0.0)
    scarcity = np.divide(short, demanded, out=np.zeros_like(demanded), where=demanded > 0)
    speed = behaviours.share_of_way(behaviours.overproduction_days)
    up = alpha + (behaviours.overproduction - alpha) * scarcity * speed
    down = alpha + (1.0 - alpha) * speed
    return np.where(scarcity > 0, up, down)
