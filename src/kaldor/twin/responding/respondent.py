"""Scenarios of one economy, answered where prices, trade and wages respond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.kept import Kept
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import CHOICES, Choice, Prepared, chosen
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from kaldor.errors import InputError, NotConvergedError, Problem
from kaldor.twin.acts import function
from kaldor.twin.change import Change
from kaldor.twin.order import Order
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.asked import Asked
from kaldor.twin.responding.closing import Responses, Sourcing
from kaldor.twin.responding.grown import Grown
from kaldor.twin.responding.sourcing import Dearer, dearer
from kaldor.twin.start import Start
from kaldor.twin.twin import act


class Respondent:
    """Answers the orders of scenarios on one economy; what is prepared serves every scenario.

    Raises InputError for an economy that cannot be calibrated, with the reason.
    """

    def __init__(self, economy: Economy) -> None:
        self.economy = economy
        self._prepared = Prepared(economy)
        self._balances: Kept[tuple[Choice, Sourcing], Answer] = Kept(CHOICES)
        self._lock = Lock()

    @property
    def megabytes(self) -> float:
        """What is kept for the next scenario, in MB (10⁶ bytes)."""
        with self._lock:
            return self._prepared.bytes / 1e6

    def choice(self, responses: Responses) -> Choice:
        """The set and closures of a scenario, and what it switches on.

        Raises UnknownLabelError for a set or an option that there is not, InputError for options that contradict.
        """
        own = elasticity_set(responses.set)
        options = tuple(sorted(set(responses.options)))
        return chosen(own, responses.labour, responses.capital, responses.lending, options)

    def before(self, choice: Choice, why: Sourcing) -> Answer:
        """The balance before any lever; what is measured of it serves every scenario of the choice."""
        key = choice, why
        with self._lock:
            if key in self._balances:
                return self._balances[key]
        found = Answer(self.economy, self._prepared.read, choice, why, self._equilibrium(choice).at_base)
        if choice.drawn is None:  # a draw is asked once
            with self._lock:
                self._balances[key] = found
        return found

    def answer(
        self,
        orders: Sequence[Order],
        choice: Choice,
        why: Sourcing,
        *,
        grown: Grown | None = None,
        start: Answer | None = None,
        place: str = "scenario",
    ) -> Answer:
        """The balance after the levers, and after what has grown besides; `start` is one nearby, to look from.

        Raises InputError where there is none or none was found, with the reason.
        """
        equilibrium = self._equilibrium(choice)
        read = self._prepared.read
        asked = Asked(self.economy, read, equilibrium.base)
        try:
            shock, turned = shock_of(self.economy, orders, asked, why, None if grown is None else grown.start)
            near = None if start is None else start.point
            if grown is not None:
                shock = grown.on(shock, equilibrium.base, equilibrium.closure)
                near = near or replace(equilibrium.at_base, at=grown.near(equilibrium.at_base.at))
            point = equilibrium.solve(shock, start=near)
        except NotConvergedError as reason:
            remedy = "Lower the levers' strengths"
            remedy += ", or ask at fixed prices (view = 'fixed prices')." if _say_at_fixed_prices(orders) else "."
            raise InputError(Problem(place, f"has no balance where prices respond: {reason}", remedy)) from reason
        said = () if turned is None else _said_of(turned, why, read.million, self.economy.unit)
        return Answer(self.economy, read, choice, why, point, tuple(orders), (*asked.said, *said), grown)

    def _equilibrium(self, choice: Choice) -> Equilibrium:
        with self._lock:
            return self._prepared.equilibrium(choice)


def shock_of(
    economy: Economy, orders: Sequence[Order], asked: Asked, why: Sourcing, start: Start | None = None
) -> tuple[Shock, Dearer | None]:
    """What the orders come to as a shock, and what makes buyers turn, where something does besides taste.

    `start` is the economy on which the levers act, where it has grown at fixed prices.
    """
    turning = [order for order in orders if turns(order)]
    if why == "taste" or not turning:
        return asked.shock(_changed(economy, orders, start)), None
    found = dearer(asked.base, _changed(economy, turning, start), asked.read.million)
    shock = asked.shock(_changed(economy, [order for order in orders if not turns(order)], start))
    if why == "tariff":
        return replace(shock, tariffs=shock.tariffs + found.rate), found
    return replace(shock, transport=shock.transport * (1 + found.rate)), found


def _say_at_fixed_prices(orders: Sequence[Order]) -> bool:
    """Whether any of the levers says something at fixed prices."""
    acting = [order for order in orders if order.lever.function is not None and order.strength]
    return any(function(str(order.lever.function)).at_fixed_prices for order in acting)


def turns(order: Order) -> bool:
    """Whether an order moves purchases from some countries to others."""
    return order.lever.function is not None and function(order.lever.function).sourcing and bool(order.strength)


def _changed(economy: Economy, orders: Sequence[Order], start: Start | None) -> Change:
    change = Change(economy, start)
    act(change, orders)
    return change


def _said_of(turned: Dearer, why: Sourcing, million: float, unit: str) -> tuple[str, ...]:
    """How large the cost or tariff is that moves purchases, and what it could not move."""
    what = "a tariff" if why == "tariff" else "a real cost"
    said = [
        f"Purchases move because of {what} of {100 * turned.mean:.3g} % on average on what is left, which moves at "
        "base prices just what the levers say; the typed premium is not added to it."
    ]
    if turned.unmoved > 0:
        said.append(f"{turned.unmoved / million:,.3g} {unit} stay where they are: nobody else supplies them at base.")
    if turned.capped:
        said.append("No finite cost drives away the last hundredth: a hundredth stays.")
    return tuple(said)
