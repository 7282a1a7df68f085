"""The same economy, larger or cleaner: what a path assumes of demand, population and technology.

Structure stays that of the base year: with g_r the factor on final demand of region r, and f_er the factor on what its
industries emit (or employ) of extension e per unit of output, at fixed prices

    Y' = Y ĝ,   x' = L (Y'1 + δ'),   Z' = A x̂',   F'_e = f_e F_e x'/x,   F_Y,e' = g f_e F_Y,e,

with the statistical discrepancy δ growing as the world's final demand does. Prices, value-added shares, technology and
sourcing stay, so that this is a scale of a known structure and no forecast. Growth that is equal everywhere multiplies
everything alike.

Where prices respond demand is no datum but what incomes buy; what grows is the number of workers and what each of them
makes (`kaldor.twin.responding.grown`). Without other data, workers grow as the population does, and each makes so much
more that product a head grows as demand a head is declared to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np
from pydantic import Field

from kaldor.atlas.labels import RegionNames
from kaldor.bounds import Bounds
from kaldor.declared import Declared
from kaldor.economy.economy import Array, Economy, Extension
from kaldor.economy.solve import share_solver, solver_of
from kaldor.errors import InputError, Problem

Rate = Annotated[float, Bounds(-50, 50, low_open=True, high_open=True)]


class Growth(Declared):
    """What some regions are assumed to do, in % a year; several declarations for the same region multiply.

    `population` and `demand` (final demand a head) multiply; `intensities` are changes of an extension per unit of
    output and per unit of final demand, so −2 for "co2" is a technology that emits 2 % less each year. Where prices
    respond: `labour` is the number who work or could (as the population if not given), `productivity` what each makes
    (if not given, so much that product a head grows as `demand`).
    """

    regions: RegionNames = ("all",)
    population: Rate = 0.0
    demand: Rate = 0.0
    labour: Rate | None = None
    productivity: Rate | None = None
    intensities: dict[str, Rate] = Field(default_factory=dict)
    source: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, eq=False)
class Factors:
    """How many times the base year: final demand (regions), intensities by extension (regions); where prices respond,
    `workers` and `product`, what all of them together make at the technology of the base year (regions each; None: no
    more workers, and as much product as demand).

    Of many futures all have these as a leading axis.
    """

    demand: Array
    intensities: Mapping[str, Array] = field(default_factory=dict)
    workers: Array | None = None
    product: Array | None = None

    @property
    def none(self) -> bool:
        """Whether everything stays as it is."""
        own = (self.demand, *self.intensities.values(), self.workers, self.product)
        return all(bool((one == 1).all()) for one in own if one is not None)

    def repeated(self, futures: int) -> Factors:
        """The same factors in so many futures."""

        def every(factor: Array) -> Array:
            return np.repeat(factor[None], futures, axis=0)

        return self._each(every)

    def _each(self, made: Callable[[Array], Array]) -> Factors:
        workers, product = (None if one is None else made(one) for one in (self.workers, self.product))
        intensities = {id: made(factor) for id, factor in self.intensities.items()}
        return Factors(made(self.demand), intensities, workers, product)

    def times(self, economy: Economy, growth: Growth, rates: Array, years: float) -> Factors:
        """Also the growth that is declared, but at a rate of each future (futures, in % a year) in place of its own."""
        up = (1 + rates[:, None] / 100) ** years
        at = np.array(_positions(economy, growth.regions, "growth", []), dtype=np.intp)
        found = self._each(np.copy)
        if growth.intensities:
            intensities = dict(found.intensities)
            for extension in growth.intensities:
                intensities.setdefault(extension, np.ones_like(found.demand))[:, at] *= up
            return replace(found, intensities=intensities)
        found.demand[:, at] *= up
        workers = np.ones_like(found.demand) if found.workers is None else found.workers
        if "population" in growth.model_fields_set:
            workers[:, at] *= up
        if found.product is not None:
            found.product[:, at] *= up
        return replace(found, workers=workers)

    def of(self, futures: slice | int) -> Factors:
        """The factors of some futures, where these are the leading axis."""
        return self._each(lambda factor: factor[futures])


def factors_after(economy: Economy, growth: Sequence[Growth], years: float) -> Factors:
    """What the declared growth makes in a number of years.

    Raises InputError with every unknown region or extension.
    """
    problems: list[Problem] = []
    demand, workers, product = np.ones((3, len(economy.regions)))
    intensities: dict[str, Array] = {}
    for number, one in enumerate(growth, start=1):
        place = f"growth {number}"
        at = np.array(_positions(economy, one.regions, place, problems), dtype=np.intp)
        demand[at] *= ((1 + one.population / 100) * (1 + one.demand / 100)) ** years
        working = 1 + (one.population if one.labour is None else one.labour) / 100
        workers[at] *= working**years
        made = (1 + one.population / 100) * (1 + one.demand / 100)
        product[at] *= (made if one.productivity is None else working * (1 + one.productivity / 100)) ** years
        for extension, rate in one.intensities.items():
            if extension not in economy.extensions:
                problems.append(Problem(place, f"unknown extension '{extension}'.", _known(economy.extensions)))
                continue
            intensities.setdefault(extension, np.ones(len(economy.regions)))[at] *= (1 + rate / 100) ** years
    if problems:
        raise InputError(problems)
    return Factors(demand, intensities, workers, product)


def grown(economy: Economy, factors: Factors) -> Economy:
    """The economy with final demand and intensities multiplied (see the module); arrays are new and read-only.

    Raises InputError where an industry would have to produce less than nothing (stocks that grow faster than use).
    """
    if factors.none:
        return economy
    per_column = np.repeat(factors.demand, len(economy.demands))
    Y = economy.Y * per_column
    world = float(Y.sum() / economy.Y.sum())
    x = solver_of(economy).solve(Y.sum(axis=1) + world * economy.unexplained)
    x = produced(economy, x)
    ratio = np.where(economy.has_output, x * economy.per_output, world)
    Z = economy.Z * ratio
    for array in (Y, x, Z):
        array.flags.writeable = False
    larger = replace(economy, Y=Y, x=x, Z=Z, extensions=_extensions(economy, factors, ratio, per_column))
    share_solver(economy, larger)
    return larger


def produced(economy: Economy, x: Array) -> Array:
    """Output (…, n), as published where nothing is produced. Raises InputError where it would fall below zero."""
    made = np.where(economy.has_output, x, 0.0)
    if made.min() < 0:
        where = economy.index[int(np.argmin(made.reshape(-1, economy.n).min(axis=0)))]
        raise InputError(Problem("growth", f"output of {where} would fall below zero.", "Let regions grow less apart."))
    return np.where(economy.has_output, x, economy.x)


def _extensions(economy: Economy, factors: Factors, ratio: Array, per_column: Array) -> dict[str, Extension]:
    found: dict[str, Extension] = {}
    sectors, demands = len(economy.sectors), len(economy.demands)
    for id, extension in economy.extensions.items():
        factor = factors.intensities.get(id, np.ones(len(economy.regions)))
        # What stands where nothing is produced has no output to follow; it stays.
        moved = np.where(economy.has_output, ratio * np.repeat(factor, sectors), 1.0)
        F, F_Y = extension.F * moved, extension.F_Y * per_column * np.repeat(factor, demands)
        F.flags.writeable = F_Y.flags.writeable = False
        found[id] = replace(extension, F=F, F_Y=F_Y)
    return found


def _positions(economy: Economy, names: Sequence[str], place: str, problems: list[Problem]) -> list[int]:
    positions: list[int] = []
    for name in names:
        if name == "all":
            positions += range(len(economy.regions))
        elif name in economy.regions:
            positions.append(economy.regions.index(name))
        else:
            problems.append(Problem(place, f"unknown region '{name}'.", _known(economy.regions)))
    return positions


def _known(names: Sequence[str] | Mapping[str, object]) -> str:
    return f"Known: {', '.join(names)}."
