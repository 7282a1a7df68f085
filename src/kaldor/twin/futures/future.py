"""A future: a scenario on an economy that may have grown; and many of them that differ in numbers alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.futures.growth import Factors
from kaldor.twin.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Future:
    """One scenario on the economy, or on the economy grown by `factors`."""

    scenario: Scenario
    factors: Factors | None = None


@dataclass(frozen=True, eq=False)
class Futures:
    """Futures of the same levers at the same places, each with its own strengths, figures and growth.

    `strengths` (futures × levers); `figures`, for each lever those that are set, (futures) by name; `factors` with the
    futures as their leading axis, None where nothing grows. `scenario` is all that they share; the numbers in it are
    those of one of them.
    """

    scenario: Scenario
    strengths: Array = field(repr=False)
    figures: tuple[Mapping[str, Array], ...] = field(repr=False)
    factors: Factors | None = field(repr=False, default=None)

    def __len__(self) -> int:
        return len(self.strengths)

    @classmethod
    def of(cls, futures: Sequence[Future]) -> Futures:
        """Futures put together. Raises ValueError where they differ in more than numbers."""
        settings = [future.scenario.levers for future in futures]
        if len({_without_numbers(future.scenario) for future in futures}) != 1:
            raise ValueError("these futures differ in more than strengths, figures and growth")
        strengths = np.array([[one.strength for one in levers] for levers in settings], dtype=float)
        figures = tuple(
            {name: np.array([levers[i].figures[name] for levers in settings]) for name in one.figures}
            for i, one in enumerate(settings[0])
        )
        return cls(futures[0].scenario, strengths, figures, _stacked([future.factors for future in futures]))

    def part(self, at: slice) -> Futures:
        """Some of the futures."""
        figures = tuple({name: values[at] for name, values in one.items()} for one in self.figures)
        return replace(
            self,
            strengths=self.strengths[at],
            figures=figures,
            factors=None if self.factors is None else self.factors.of(at),
        )

    def one(self, number: int) -> Future:
        """One of the futures."""
        figures = [{name: float(values[number]) for name, values in one.items()} for one in self.figures]
        factors = None if self.factors is None else self.factors.of(number)
        return Future(self._scenario(self.strengths[number], figures), factors)

    def ends(self) -> tuple[Scenario, Scenario]:
        """The scenario with every number at its lowest and at its highest: within bounds if all futures are."""
        return tuple(  # type: ignore[return-value]
            self._scenario(
                end(self.strengths, axis=0),
                [{name: float(end(values)) for name, values in one.items()} for one in self.figures],
            )
            for end in (np.min, np.max)
        )

    def _scenario(self, strengths: Array, figures: Sequence[Mapping[str, float]]) -> Scenario:
        levers = tuple(
            setting.model_copy(update={"strength": float(strength), "figures": dict(set_)})
            for setting, strength, set_ in zip(self.scenario.levers, strengths, figures, strict=True)
        )
        return self.scenario.model_copy(update={"levers": levers})


def _without_numbers(scenario: Scenario) -> str:
    levers = tuple(
        one.model_copy(update={"strength": 0.0, "figures": dict.fromkeys(sorted(one.figures), 0.0)})
        for one in scenario.levers
    )
    return scenario.model_copy(update={"levers": levers, "id": "", "title": ""}).model_dump_json()


def _stacked(factors: Sequence[Factors | None]) -> Factors | None:
    """Factors of every future, 1 where one has none; None where nothing grows in any."""
    some = [one for one in factors if one is not None and not one.none]
    if not some:
        return None
    ones = np.ones_like(some[0].demand)
    ids = dict.fromkeys(id for one in some for id in one.intensities)

    def stacked(of: Callable[[Factors], Array | None]) -> Array:
        every = (None if one is None else of(one) for one in factors)
        return np.stack([ones if own is None else own for own in every])

    return Factors(
        stacked(lambda one: one.demand),
        {id: stacked(lambda one, id=id: one.intensities.get(id)) for id in ids},  # type: ignore[misc]
        stacked(lambda one: one.workers),
        stacked(lambda one: one.demand if one.product is None else one.product),
    )
