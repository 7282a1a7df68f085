"""The small functions by which levers act, one file for each kind of mechanism.

A lever's declaration names its function, an `Act`; each takes the change so far and the order (strength, regions,
sectors, products, bloc, figures), does one thing, and declares the figures that it reads. Strength and figures are
numbers, or columns of them (futures × 1) where the change holds many futures; so industries are always the last axis
(`...`), and what one cannot is refused for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import numpy as np

from kaldor.economy.economy import Array
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.twin.change import Change
    from kaldor.twin.order import Order

Does = Callable[["Change", "Order"], None]


ADDED_COST = "added_cost"
"""The figure that says what a lever costs whose function charges nothing: % of the output of the industries that act
(or make the products named) for each unit of strength, paid to their own capital and labour."""


@dataclass(frozen=True)
class Act:
    """What a lever may do: the `figures` that it reads, and those that it reads only where a lever `may` have them.

    `assumes` says that an effect size from outside enters, so that no lever that does this is merely simulated;
    `around_bloc` that it acts at the border of its bloc, whatever regions are named; `dollars` which
    figures, and whether the "strength", it reads as amounts of dollars; `charges` that what it costs enters purchases,
    prices or treasuries. One that does not may have the figure `added_cost`. `sourcing` that it moves purchases from
    some countries to others, which where prices respond takes a reason: a cost, a tariff or another taste.
    `at_fixed_prices` is false of one that says something only where prices respond. `gone` are figures that older
    versions read, and what stands in their place; `fixed_only` those that only fixed prices read.
    """

    does: Does
    figures: tuple[str, ...]
    may: tuple[str, ...]
    assumes: bool
    around_bloc: bool = False
    dollars: tuple[str, ...] = ()
    charges: bool = False
    sourcing: bool = False
    at_fixed_prices: bool = True
    gone: Mapping[str, str] = field(default_factory=dict)
    fixed_only: tuple[str, ...] = ()

    def __call__(self, change: Change, order: Order) -> None:
        """Let it act on a change."""
        self.does(change, order)
        if not self.charges and ADDED_COST in order.figures:
            industries = change.industries(order.regions, order.sectors or order.products)
            rate = np.broadcast_to(order.strength * order.figures[ADDED_COST] / 100, (*change.shape, len(industries)))
            paid = change.at(industries, np.array(rate))
            change.levy(f"cost of {order.lever.title}", paid, "factors")
            if order.lever.cost.bearer == "treasury":
                change.levy(f"cost of {order.lever.title} borne by the treasury", -paid, "treasury")


def act(
    *figures: str,
    may: tuple[str, ...] = (),
    assumes: bool = True,
    around_bloc: bool = False,
    dollars: tuple[str, ...] = (),
    charges: bool = False,
    sourcing: bool = False,
    at_fixed_prices: bool = True,
    gone: Mapping[str, str] | None = None,
    fixed_only: tuple[str, ...] = (),
) -> Callable[[Does], Act]:
    """Declare a function as one that a lever may name, with what it reads."""
    read = may if charges else (*may, ADDED_COST)
    return lambda does: Act(
        does, figures, read, assumes, around_bloc, dollars, charges, sourcing, at_fixed_prices, gone or {}, fixed_only
    )


@cache
def functions() -> Mapping[str, Act]:
    """Every function that a declaration may name."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return {name: one for module in modules for name, one in vars(module).items() if isinstance(one, Act)}


def function(name: str) -> Act:
    """The function of a lever by name."""
    return functions()[name]


def within(order: Order, asked: Array, there: Array, would: str, remedy: str) -> None:
    """Refuse a strength that asks some industry for more than is there, and name the largest that would not."""
    acting = asked > 0
    if (asked > there * (1 + 1e-12)).any():
        strength, unit = float(np.max(order.strength)), order.lever.parameter.unit
        room = np.divide(order.strength * there, asked, out=np.full(np.shape(asked), np.inf), where=acting)
        most = float(np.min(room))
        raise refused(order, f"strength {strength:g} {unit} {would}.", f"Stay at or below {most:.3g}, {remedy}.")


def refused(order: Order, what: str, remedy: str) -> InputError:
    """The error of a lever that asks for more than the economy has: which lever, which bound, what to do."""
    return InputError(Problem(f"lever '{order.lever.id}'", what, remedy))
