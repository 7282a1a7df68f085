"""The band of a scenario whose prices respond: other elasticities and closures, other reasons, the levers' own ranges.

Three parts, all solved exactly: every set and closure of the usual band with the levers' figures at their values; every
reason why buyers may turn, and every figure at its low and high value, with the set that is asked for; and seeded
draws in which elasticities (between the low and the long set, in logs), closures, reasons and figures all vary at once.
It is a range of what is assumed and no probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from kaldor.economy.equilibrium.prepared import Choice
from kaldor.economy.equilibrium.responses import beside
from kaldor.errors import KaldorError
from kaldor.twin.order import Order
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.closing import Sourcing
from kaldor.twin.responding.respondent import Respondent, turns

DRAWS = 12
"""Draws in which all is varied at once: enough to leave the corners, few enough to wait for."""


@dataclass(frozen=True, eq=False)
class Pair:
    """An answer and the balance that it is compared with."""

    answer: Answer
    balance: Answer


@dataclass(frozen=True, eq=False)
class Band:
    """The answers of a band, what was varied, and what had no answer."""

    pairs: tuple[Pair, ...]
    varied: tuple[str, ...]
    without: tuple[str, ...]
    draws: int
    seed: int

    @property
    def said(self) -> str:
        """What the band varies, in a sentence."""
        lone = len(self.varied) - self.draws
        none = f" {len(self.without)} of them have no answer, such as {self.without[0]}" if self.without else ""
        return (
            f"Band: {lone} answers with another set of elasticities, closure, reason or figure of a lever, and "
            f"{self.draws} draws of all of these at once (seed {self.seed}); a range of what is assumed and no "
            f"probability.{none}"
        )


@dataclass(frozen=True)
class _Wanted:
    label: str
    orders: tuple[Order, ...]
    choice: Choice
    why: Sourcing


def band_of(
    respondent: Respondent,
    orders: Sequence[Order],
    choice: Choice,
    why: Sourcing,
    *,
    known: Sequence[frozenset[str]] = (),
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Band:
    """All answers of the band of a scenario; `known` names the figures of each order that are no assumption."""
    free = _ranges(orders, known)
    wanted = [*_closures(orders, choice, why), *_figures(orders, choice, why, free)]
    wanted += _draws(orders, choice, free, draws, np.random.default_rng(seed))
    pairs, without = [], []
    for done, one in enumerate(wanted):
        progress(done, len(wanted))
        try:
            found = respondent.answer(one.orders, one.choice, one.why)
        except KaldorError as reason:
            without.append(f"{one.label}: {reason}")
            continue
        pairs.append(Pair(found, respondent.before(one.choice, one.why)))
    progress(len(wanted), len(wanted))
    return Band(tuple(pairs), tuple(one.label for one in wanted), tuple(without), draws, seed)


def _closures(orders: Sequence[Order], choice: Choice, why: Sourcing) -> Iterator[_Wanted]:
    for one in beside(choice):
        if one.meaning != choice.meaning:
            yield _Wanted(one.words, tuple(orders), one, why)
    if any(turns(order) for order in orders):
        for other in get_args(Sourcing):
            if other != why:
                yield _Wanted(f"buyers turn for {other}", tuple(orders), choice, other)


_Ranges = Sequence[tuple[int, str, float, float]]
"""Order, figure, low, high."""


def _ranges(orders: Sequence[Order], known: Sequence[frozenset[str]]) -> _Ranges:
    return [
        (number, figure.name, figure.low, figure.high)
        for number, order in enumerate(orders)
        for figure in order.lever.figures
        if np.any(order.strength) and figure.low < figure.high and not (known and figure.name in known[number])
    ]


def _with(orders: Sequence[Order], number: int, figure: str, value: float) -> tuple[Order, ...]:
    changed = replace(orders[number], figures={**orders[number].figures, figure: value})
    return (*orders[:number], changed, *orders[number + 1 :])


def _figures(orders: Sequence[Order], choice: Choice, why: Sourcing, free: _Ranges) -> Iterator[_Wanted]:
    for number, name, low, high in free:
        for value in sorted({low, high} - {orders[number].figures[name]}):
            label = f"lever {number + 1} ({orders[number].lever.id}): {name} = {value:g}"
            yield _Wanted(label, _with(orders, number, name, value), choice, why)


def _draws(
    orders: Sequence[Order], choice: Choice, free: _Ranges, count: int, rng: np.random.Generator
) -> Iterator[_Wanted]:
    closures = beside(choice)
    turning = any(turns(order) for order in orders)
    for number in range(count):
        drawn = tuple(orders)
        for position, name, low, high in free:
            drawn = _with(drawn, position, name, float(rng.uniform(low, high)))
        own = closures[int(rng.integers(len(closures)))]
        why: Sourcing = get_args(Sourcing)[int(rng.integers(3))] if turning else "real-cost"
        yield _Wanted(f"draw {number + 1}", drawn, replace(own, drawn=tuple(rng.uniform(size=7).tolist())), why)
