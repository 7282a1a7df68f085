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
from kaldor.twin.acts import function
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


@dataclass(frozen=True)
class _Wanted:
    label: str
    orders: tuple[Order, ...]
    choice: Choice
    why: Sourcing


class Band:
    """The answers of a band, made one after the other: `pairs` gives each once, and what it was given may go again."""

    def __init__(
        self,
        respondent: Respondent,
        wanted: Sequence[_Wanted],
        draws: int,
        seed: int,
        progress: Callable[[int, int], None],
    ) -> None:
        self._respondent, self._wanted, self._progress = respondent, wanted, progress
        self._draws, self._seed = draws, seed
        self._without: list[str] = []

    def pairs(self) -> Iterator[Pair]:
        """Every answer that there is, each with its balance; to be asked for once."""
        for done, one in enumerate(self._wanted):
            self._progress(done, len(self._wanted))
            try:
                found = self._respondent.answer(one.orders, one.choice, one.why)
            except KaldorError as reason:
                self._without.append(f"{one.label}: {reason}")
                continue
            yield Pair(found, self._respondent.before(one.choice, one.why))
        self._progress(len(self._wanted), len(self._wanted))

    @property
    def said(self) -> str:
        """What the band varies, in a sentence, and what of it had no answer; once its pairs were asked for."""
        lone = len(self._wanted) - self._draws
        none = f" {len(self._without)} of them have no answer, such as {self._without[0]}" if self._without else ""
        return (
            f"Band: {lone} answers with another set of elasticities, closure, reason or figure of a lever, and "
            f"{self._draws} draws of all of these at once (seed {self._seed}); a range of what is assumed and no "
            f"probability.{none}"
        )


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
    """The band of a scenario; `known` names the figures of each order that are no assumption."""
    free = _ranges(orders, known)
    wanted = [*_closures(orders, choice, why), *_figures(orders, choice, why, free)]
    wanted += _draws(orders, choice, free, draws, np.random.default_rng(seed))
    return Band(respondent, wanted, draws, seed, progress)


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
        if np.any(order.strength)
        and figure.low < figure.high
        and not (known and figure.name in known[number])
        and figure.name not in unread(order)
    ]


def unread(order: Order, why: Sourcing = "taste") -> tuple[str, ...]:
    """Figures of an order that only fixed prices read; a premium is paid for another taste alone."""
    if order.lever.function is None:
        return ()
    act = function(order.lever.function)
    return (*act.fixed_only, *(("premium",) if act.sourcing and why != "taste" else ()))


def _with(orders: Sequence[Order], number: int, figure: str, value: float) -> tuple[Order, ...]:
    changed = replace(orders[number], figures={**orders[number].figures, figure: value})
    return (*orders[:number], changed, *orders[number + 1 :])


def _figures(orders: Sequence[Order], choice: Choice, why: Sourcing, free: _Ranges) -> Iterator[_Wanted]:
    for number, name, low, high in free:
        if name in unread(orders[number], why):
            continue
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
