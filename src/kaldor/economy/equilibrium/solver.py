"""From the base to the new balance: steps with a factor made once, and anew only where the way bends.

Every answer carries what each equation was missed by and the one budget that was not asked for; an answer that misses
more than `TOLERANCE` is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kaldor.economy.equilibrium.acceleration import Ways
from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.factor import Factor, factor_of
from kaldor.economy.equilibrium.model import (
    Prices,
    Quantities,
    Unknowns,
    prices_at,
    quantities_at,
    residuals_at,
    walras,
)
from kaldor.economy.equilibrium.reasons import Names, left_idle, missed_most
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.tangent import Tangent
from kaldor.errors import NotConvergedError

TOLERANCE = 1e-11
_PATIENCE = 24  # steps with one factor
_SLOW = 0.7  # of the miss left by a step, on average of three, beyond which a new factor pays
_LONGEST = 1.0  # in logs, of any unknown in one step
_FACTORS = 6  # made anew for one part of the way
_IN_VAIN = 0.95  # of the miss left by a new factor: another at the same place would do no better
_SHORTEST = 1 / 64  # share of the shock that is tried before it is called without an answer


@dataclass(frozen=True, eq=False)
class Point:
    """Unknowns with all that follows from them."""

    scenario: Scenario
    at: Unknowns
    prices: Prices
    volumes: Quantities
    missed: Array

    @classmethod
    def of(cls, scenario: Scenario, at: Unknowns) -> Point:
        """Prices, volumes and what every equation is missed by at these unknowns."""
        prices = prices_at(scenario, at)
        volumes = quantities_at(scenario, at, prices)
        settled = replace(at, rental=prices.rental) if scenario.closure.capital == "by industry" else at
        return cls(scenario, settled, prices, volumes, residuals_at(scenario, at, prices, volumes))

    @property
    def worst(self) -> float:
        """The largest miss of an equation, in logs."""
        worst = float(np.abs(self.missed).max())
        return worst if np.isfinite(worst) else np.inf

    @cached_property
    def walras(self) -> float:
        """What the one budget that was not asked for is missed by, as a share of the world's spending."""
        return walras(self.scenario, self.at, self.prices, self.volumes)

    def as_base(self) -> Base:
        """This balance as the base of further shocks, at prices of one; not for one that charges for carbon or bars."""
        scenario, base, at = self.scenario, self.scenario.base, self.at
        price, sigma = np.exp(self.prices.producers), base.elasticities.sourcing[:, None, None]
        pull = self.volumes.demand * np.exp(sigma * self.prices.composite)
        away = np.exp(-sigma * self.prices.delivered) * scenario.shock.transport.transpose(1, 2, 0)
        flows = scenario.flows * pull[:, :, None, :] * (away * price.T[:, None, :])[..., None]
        wage = np.exp(self.prices.wage) * scenario.shock.wage_wedge
        return replace(
            base,
            fuel_carbon=scenario.fuel_carbon / np.exp(self.prices.composite),
            process_carbon=scenario.abatement[1] / price,
            flows=flows,
            stocks=self.volumes.stocks * price[:, :, None],
            output=base.output * np.exp(at.output) * price,
            labour=self.volumes.labour * wage,
            capital=self.volumes.capital * np.exp(self.prices.rental),
            tariffs=scenario.shock.tariffs,
        )

    def factor(self) -> Factor:
        """The factored tangent: it steers the steps and enters no answer."""
        return factor_of(Tangent(self.scenario, self.at, self.prices, self.volumes, np.float32))


_QUIET = np.errstate(divide="ignore", invalid="ignore", over="ignore")
"""A step that leads to no number is no answer and is refused; it needs no warning besides."""


class Equilibrium:
    """One base with its closure: the factor of its tangent is made once and serves every shock.

    `like` is another of the same table, under other elasticities, labour or lending: its factor steers the steps here.
    `regions` and `products` name what an error is about.
    """

    def __init__(
        self,
        base: Base,
        closure: Closure,
        like: Equilibrium | None = None,
        *,
        regions: Sequence[str] = (),
        products: Sequence[str] = (),
    ) -> None:
        self.base, self.closure, self._like = base, closure, like
        self._names = Names(regions, products)
        self.steps = 0
        self.factors = 0

    @cached_property
    @_QUIET
    def at_base(self) -> Point:
        """The base itself, whose equations all hold."""
        scenario = Scenario(self.base, Shock.none(self.base), self.closure)
        point = Point.of(scenario, Unknowns.base(scenario))
        if point.worst > 1e-9:
            raise NotConvergedError(
                f"The table is no equilibrium at its own prices: an equation is missed by {point.worst:.2g}."
            )
        return point

    @cached_property
    def _base_factor(self) -> Factor:
        like = self._like
        if like and like.closure.capital == self.closure.capital and like.base.flows.shape == self.base.flows.shape:
            return like._base_factor
        return self.at_base.factor()

    @_QUIET
    def solve(
        self, shock: Shock, *, start: Point | None = None, progress: Callable[[float], None] | None = None
    ) -> Point:
        """The new balance under a shock, followed in parts where it is too large for one stride.

        `start` is a balance under another shock, such as a slider's last place: steps begin there, and where they do
        not lead to an answer, at the base.

        Raises NotConvergedError, which says how far the shock could be followed.
        """
        self.steps = self.factors = 0
        point = self._from(start, shock) if start else None
        point = point or self._from_base(shock, progress or (lambda done: None))
        if point.walras > 100 * TOLERANCE:
            raise NotConvergedError(f"The budget left over is missed by {point.walras:.2g} of world spending.")
        return point

    def _from(self, start: Point, shock: Shock) -> Point | None:
        try:
            return self._reach(Scenario(self.base, shock, self.closure), start.at, self._base_factor, factors=0)[0]
        except NotConvergedError:
            return None

    def _from_base(self, shock: Shock, progress: Callable[[float], None]) -> Point:
        point, done, stride, factor = self.at_base, 0.0, 1.0, self._base_factor
        while done < 1.0:
            aim = min(1.0, done + stride)
            part = shock if aim == 1.0 else shock.part(self.base, aim)
            try:
                point, factor = self._reach(Scenario(self.base, part, self.closure), point.at, factor)
            except NotConvergedError as reason:
                stride = (aim - done) / 2
                if stride < _SHORTEST:
                    raise self._without_answer(point, done, reason) from reason
            else:
                done, stride = aim, min(2 * stride, 1.0)
                progress(done)
        return point

    def _without_answer(self, point: Point, done: float, reason: NotConvergedError) -> NotConvergedError:
        """What is said where the way ends at a balance beyond which the shortest stride found none."""
        idle = left_idle(point.volumes, self._names)
        if idle:
            return NotConvergedError(f"There is no equilibrium beyond {done:.0%} of the change. {idle}")
        return NotConvergedError(f"No balance was found beyond {done:.0%} of the change. {reason}")

    def _reach(
        self, scenario: Scenario, at: Unknowns, factor: Factor, *, factors: int = _FACTORS
    ) -> tuple[Point, Factor]:
        """A balance by steps from these unknowns, with at most some new factors on the way, and the last factor."""
        point = self._steps_with(factor, Point.of(scenario, at))
        for _ in range(factors):
            if point.worst <= TOLERANCE:
                break
            before, factor = point.worst, point.factor()
            self.factors += 1
            point = self._steps_with(factor, point)
            if point.worst > _IN_VAIN * before:
                break
        if point.worst <= TOLERANCE:
            return point, factor
        missed = missed_most(self.base, point.missed, self._names)
        raise NotConvergedError(f"{missed} is still missed by {point.worst:.2g} after {self.steps} steps.")

    def _steps_with(self, factor: Factor, point: Point) -> Point:
        """As many accelerated steps as pay; the best point seen."""
        mobile = self.closure.capital == "mobile"
        best, misses, ways = point, [point.worst], Ways(self.base.output.size)
        for _ in range(_PATIENCE):
            if point.worst <= TOLERANCE:
                return point
            step = ways.accelerated(factor.step(point.missed))
            step *= min(1.0, _LONGEST / max(float(np.abs(step).max()), 1e-300))
            ways.took(step)
            try:
                point = Point.of(point.scenario, point.at.moved(step, mobile=mobile))
            except NotConvergedError:
                return best
            self.steps += 1
            misses.append(point.worst)
            if point.worst < best.worst:
                best = point
            if not np.isfinite(point.worst) or point.worst > 10 * best.worst:
                return best
            if len(misses) > 3 and misses[-1] > _SLOW**3 * misses[-4]:
                return best
        return best
