"""From the base to the new balance: steps with a factor made once, and anew only where the way bends.

Every answer carries what each equation was missed by and the one budget that was not asked for; an answer that misses
more than `TOLERANCE` is refused. Sources: Walker & Ni (2011), SIAM J. Numer. Anal. 49 (acceleration of steps).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.model import (
    Prices,
    Quantities,
    Unknowns,
    prices_at,
    quantities_at,
    residuals_at,
    walras,
)
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.tangent import Tangent
from kaldor.errors import NotConvergedError

TOLERANCE = 1e-11
_REMEMBERED = 8  # steps that the acceleration looks back on
_PATIENCE = 24  # steps with one factor
_SLOW = 0.7  # of the miss left by a step, on average of three, beyond which a new factor pays
_LONGEST = 1.0  # in logs, of any unknown in one step
_FACTORS = 6  # made anew for one part of the way
_SHORTEST = 1 / 64  # share of the shock that is tried before it is called without an answer

_OF_REGIONS = ("The labour", "The budget", "The households' basket", "The capital")  # as `Tangent.matrix` orders rows

Factor = tuple[NDArray[np.float32], NDArray[np.int32]]


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
        """The factored tangent, in single precision: it steers the steps and enters no answer."""
        matrix = Tangent(self.scenario, self.at, self.prices, self.volumes).matrix()
        if not np.isfinite(matrix).all():
            raise NotConvergedError("The equilibrium has no finite answer to a small change here.")
        lu, pivots = lu_factor(matrix.astype(np.float32), overwrite_a=True, check_finite=False)
        return lu, pivots


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
        self._regions, self._products = regions, products
        self.steps = 0
        self.factors = 0

    @cached_property
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

    def solve(
        self, shock: Shock, *, start: Unknowns | None = None, progress: Callable[[float], None] | None = None
    ) -> Point:
        """The new balance under a shock, followed in parts where it is too large for one stride.

        Raises NotConvergedError, which says how far the shock could be followed.
        """
        self.steps = self.factors = 0
        at = start or self.at_base.at
        done, stride, factor = 0.0, 1.0, self._base_factor
        while done < 1.0:
            aim = min(1.0, done + stride)
            part = shock if aim == 1.0 else shock.part(self.base, aim)
            scenario = Scenario(self.base, part, self.closure)
            try:
                point, factor = self._reach(scenario, at, factor)
            except NotConvergedError as reason:
                stride /= 2
                if stride < _SHORTEST:
                    raise NotConvergedError(
                        f"No balance was found beyond {done:.0%} of the change. {reason}"
                    ) from reason
                continue
            at, done, stride = point.at, aim, min(2 * stride, 1.0)
            if progress:
                progress(done)
        if point.walras > 100 * TOLERANCE:
            raise NotConvergedError(f"The budget left over is missed by {point.walras:.2g} of world spending.")
        return point

    def _reach(self, scenario: Scenario, at: Unknowns, factor: Factor) -> tuple[Point, Factor]:
        point = Point.of(scenario, at)
        for attempt in range(_FACTORS + 1):
            point = self._steps_with(factor, point)
            if point.worst <= TOLERANCE:
                return point, factor
            if attempt < _FACTORS:
                factor = point.factor()
                self.factors += 1
        missed = f"{self._equation(point)} is still missed by {point.worst:.2g}"
        raise NotConvergedError(f"{missed} after {self.steps} steps.")

    def _equation(self, point: Point) -> str:
        """The equation that is missed most, in words where regions and products have names."""
        if not self._regions or not np.isfinite(point.missed).all():
            return "An equation"
        n, R = self.base.output.size, self.base.regions
        position = int(np.abs(point.missed).argmax())
        if position < 2 * n:
            region, product = divmod(position % n, self.base.products)
            what = "price" if position < n else "market"
            return f"The {what} of {self._products[product]} made in {self._regions[region]}"
        kind, region = divmod(position - 2 * n, R)
        return f"{_OF_REGIONS[kind]} of {self._regions[region]}"

    def _steps_with(self, factor: Factor, point: Point) -> Point:
        """As many accelerated steps as pay; the best point seen."""
        mobile = self.closure.capital == "mobile"
        best, misses, ways = point, [point.worst], _Ways()
        for _ in range(_PATIENCE):
            if point.worst <= TOLERANCE:
                return point
            plain = -lu_solve(factor, point.missed.astype(np.float32), check_finite=False).astype(float)
            step = ways.accelerated(plain)
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


class _Ways:
    """Anderson's acceleration: the next step from what the last ones left of theirs."""

    def __init__(self) -> None:
        self._plain: list[Array] = []
        self._taken: list[Array] = []

    def accelerated(self, plain: Array) -> Array:
        self._plain.append(plain)
        if len(self._plain) < 2:
            return plain
        left = np.stack([b - a for a, b in zip(self._plain[:-1], self._plain[1:], strict=True)], axis=1)
        moved = np.stack(self._taken, axis=1)
        share = np.linalg.lstsq(left, plain, rcond=1e-10)[0]
        return np.asarray(plain - (moved + left) @ share)

    def took(self, step: Array) -> None:
        self._taken.append(step)
        if len(self._taken) > _REMEMBERED:
            del self._taken[0], self._plain[0]
