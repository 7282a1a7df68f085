"""The factors of an account in two years, and how they are combined when some stand at one year, some at the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.economy.multipliers import is_of_the_table, unit_of
from kaldor.economy.solve import LeontiefSolver
from kaldor.errors import InputError, Problem

FACTORS = ("intensity", "technology", "sourcing", "final-demand-mix", "final-demand-level")
KNOWN = (*FACTORS, "final-demand", "population")

_SOUND = 0.1  # a purchase whose parts cancel to less than this share of their size has no meaningful origins


@dataclass(frozen=True, eq=False)
class Year:
    """One of two years, its flows divided by `prices` of their sellers (n), where these are given."""

    economy: Economy
    prices: Array | None = None

    def constant(self, values: Array) -> Array:
        """Amounts of money by row (n, …) at the prices asked for."""
        return values if self.prices is None else (values.T / self.prices).T

    @cached_property
    def per_output(self) -> Array:
        """One over output at the prices asked for (n), zero where there is none."""
        return self.economy.per_output if self.prices is None else self.economy.per_output * self.prices

    @cached_property
    def Y(self) -> Array:
        """Final demand by region (n × regions) at the prices asked for."""
        return self.constant(self.economy.Y_by_region)

    @cached_property
    def asleep(self) -> NDArray[np.bool_]:
        """Industries without output that nobody uses either (n)."""
        unused = ~self.economy.Z.any(axis=1) & ~self.economy.Y.any(axis=1)
        return ~self.economy.has_output & unused

    def inputs(self, rows: slice, columns: NDArray[np.bool_] | slice = slice(None)) -> Array:
        """Some rows of the coefficients, made anew."""
        block = self.economy.Z[rows][:, columns] * self.per_output[columns]
        if self.prices is not None:
            block /= self.prices[rows, None]
        return block

    def amounts(self, extension: str) -> Array:
        """An extension by industry (n); value added at the prices asked for is what outputs have over inputs then."""
        economy = self.economy
        if not is_of_the_table(economy, extension):
            return economy.extension(extension).F
        if self.prices is None:
            return economy.value_added
        return economy.x / self.prices - (1 / self.prices) @ economy.Z

    def direct(self, extension: str) -> Array:
        """Final users' own amount by region (regions)."""
        if is_of_the_table(self.economy, extension):
            return np.zeros(len(self.economy.regions))
        return self.economy.direct_by_region(extension)


@dataclass(frozen=True, eq=False)
class TwoYears:
    """Both years' factors, earlier first, in one price basis.

    S intensities (n each), shares (n × regions each: final demand by region of use, adding up to 1), level of final
    demand (2 × regions, in the table's unit), people (2 × regions, or None); `direct` (2 × regions), `allocated` and
    `unallocated` (n each) in the extension's unit. Coefficients are as large as the table and made when asked for.
    """

    years: tuple[Year, Year]
    unit: str
    S: tuple[Array, Array]
    shares: tuple[Array, Array]
    level: Array
    people: Array | None
    direct: Array
    allocated: tuple[Array, Array]
    unallocated: tuple[Array, Array]

    def matrix_factors(self, factors: Sequence[str]) -> tuple[str, ...]:
        """The factors that decide A."""
        return tuple(f for f in factors if f in {"technology", "sourcing"})

    def demand_factors(self, factors: Sequence[str]) -> tuple[str, ...]:
        """The factors that decide final demand alone."""
        return tuple(f for f in factors if f not in {"intensity", "technology", "sourcing"})

    def solver(self, state: Mapping[str, int]) -> LeontiefSolver:
        """The solver of A with technology and sourcing at the years that the state names."""
        technology = state["technology"]
        sourcing = state.get("sourcing", technology)
        year = self.years[technology]
        if technology == sourcing and year.prices is None and not year.asleep.any():
            return LeontiefSolver(year.economy)
        # An economy whose outputs are all 1 has its coefficients as flows.
        first = self.years[0].economy
        return LeontiefSolver(replace(first, Z=self._coefficients(technology, sourcing), x=np.ones(first.n)))

    def _coefficients(self, technology: int, sourcing: int) -> Array:
        """A (n × n) with the inputs of one year and their origins of another, one product of all regions at a time."""
        first = self.years[0].economy
        sectors, regions = len(first.sectors), len(first.regions)
        if technology == sourcing:
            return self._inputs(technology, slice(None))
        A = np.empty((first.n, first.n))
        for product in range(sectors):
            rows = slice(product, None, sectors)
            A[rows] = combine(self._inputs(technology, rows), self._inputs(sourcing, rows), regions)
        return A

    def _inputs(self, year: int, rows: slice) -> Array:
        """Rows of the coefficients of a year; an industry that sleeps in it has its inputs of the other."""
        block, asleep = self.years[year].inputs(rows), self.years[year].asleep
        if asleep.any():
            block[:, asleep] = self.years[1 - year].inputs(rows, asleep)
        return block

    def demand(self, state: Mapping[str, int], factors: Sequence[str]) -> Array:
        """Final demand (n × regions) with mix, origins, level and population at the years that the state names."""
        mix = state["final-demand"] if "final-demand" in factors else state["final-demand-mix"]
        level = state["final-demand"] if "final-demand" in factors else state["final-demand-level"]
        shares = combine(self.shares[mix], self.shares[state.get("sourcing", mix)], len(self.years[0].economy.regions))
        amount = self.level[level]
        if "population" in factors and self.people is not None:
            amount = amount / self.people[level] * self.people[state["population"]]
        return shares * amount


def combine(amounts: Array, origins: Array, regions: int) -> Array:
    """How much of each product from `amounts`, from which regions as in `origins`; both (n × c).

    Where nothing of the product was bought in the year of `origins`, or its parts cancel there (falling inventories),
    the origins cannot be told and those of `amounts` stay.
    """
    if amounts is origins:
        return amounts
    here, there = (array.reshape(regions, -1, array.shape[1]) for array in (amounts, origins))
    wanted, had = here.sum(axis=0), there.sum(axis=0)
    size = np.abs(there).sum(axis=0)
    sound = (size > 0) & (np.abs(had) >= _SOUND * size)
    scale = np.divide(wanted, had, out=np.zeros_like(had), where=sound)
    return np.where(sound, there * scale, here).reshape(amounts.shape)


def two_years(
    earlier: Economy,
    later: Economy,
    extension: str,
    population: Mapping[str, tuple[float, float]] | None,
    prices: Array | None = None,
) -> TwoYears:
    """The factors of both years; the later one's flows are divided by `prices` of their sellers (n), where given.

    An industry without any flow in one year takes the other year's intensity and inputs: that it appears is a
    change of who delivers, not of how clean it is.
    """
    years = (Year(earlier), Year(later, prices))
    F = [year.amounts(extension) for year in years]
    S = [np.array(amounts * year.per_output) for amounts, year in zip(F, years, strict=True)]
    for mine, other in ((0, 1), (1, 0)):
        asleep = years[mine].asleep
        S[mine][asleep] = S[other][asleep]
    level = np.array([year.Y.sum(axis=0) for year in years])
    _check_level((earlier, later), level)
    return TwoYears(
        years=years,
        unit=unit_of(earlier, extension),
        S=(S[0], S[1]),
        shares=(years[0].Y / level[0], years[1].Y / level[1]),
        level=level,
        people=None if population is None else np.array([population[r] for r in earlier.regions], dtype=float).T,
        direct=np.array([year.direct(extension) for year in years]),
        allocated=(np.where(earlier.has_output, F[0], 0), np.where(later.has_output, F[1], 0)),
        unallocated=(np.where(earlier.has_output, 0, F[0]), np.where(later.has_output, 0, F[1])),
    )


def check_pair(
    earlier: Economy,
    later: Economy,
    extension: str,
    factors: Sequence[str],
    population: Mapping[str, tuple[float, float]] | None,
) -> None:
    """Raise InputError with everything that keeps two economies from being compared by these factors."""
    problems = [
        Problem(f"{later.source.id} {later.year}", f"its {what} differ from those of {earlier.year}.", remedy)
        for what, remedy in (
            ("regions", "Aggregate both years to common regions first."),
            ("sectors", "Aggregate both years to common sectors first."),
            ("unit", "Both years must be in one currency unit."),
        )
        if getattr(earlier, what) != getattr(later, what)
    ]
    own = is_of_the_table(earlier, extension) and is_of_the_table(later, extension)
    if not own and (one := earlier.extension(extension).unit) != (two := later.extension(extension).unit):
        problems.append(Problem(f"extension '{extension}'", f"is in {one} and then in {two}.", "Convert one of them."))
    if not problems:
        problems += _gap_problems(earlier, later, extension)
    problems += _factor_problems(factors)
    if "population" in factors:
        problems += _population_problems(earlier, population)
    if problems:
        raise InputError(problems)


def _gap_problems(earlier: Economy, later: Economy, extension: str) -> Iterator[Problem]:
    """What was published in one of the years only is no change."""
    once = earlier.missing(extension) & later.has_output & ~later.missing(extension)
    once |= later.missing(extension) & earlier.has_output & ~earlier.missing(extension)
    if once.any():
        by_region = zip(earlier.regions, earlier.sum_by_region(once.astype(float)), strict=True)
        named = ", ".join(region for region, count in by_region if count)
        what = f"{once.sum()} industries have it in one of {earlier.year} and {later.year} only ({named})."
        yield Problem(f"extension '{extension}'", what, "Compare years in which the same ones were published.")


def _factor_problems(factors: Sequence[str]) -> list[Problem]:
    known = ", ".join(KNOWN)
    problems = [Problem("factors", f"'{f}' is no factor.", f"Known: {known}.") for f in factors if f not in KNOWN]
    if len(set(factors)) != len(factors):
        problems.append(Problem("factors", "one is named twice."))
    demand = {"final-demand-mix", "final-demand-level"} & set(factors)
    whole = "final-demand" in factors
    if not {"intensity", "technology"} <= set(factors) or whole == bool(demand) or len(demand) == 1:
        problems.append(
            Problem(
                "factors",
                f"{', '.join(factors) or 'none'} do not make up the account.",
                "Needed: intensity, technology and either final-demand-mix with final-demand-level or final-demand.",
            )
        )
    return problems


def _population_problems(earlier: Economy, population: Mapping[str, tuple[float, float]] | None) -> list[Problem]:
    given = population or {}
    return [
        Problem(
            "population",
            f"{'is not positive' if region in given else 'none'} for {region}.",
            "Give (earlier, later) for every region, the rest of the world included.",
        )
        for region in earlier.regions
        if region not in given or not all(people > 0 for people in given[region])
    ]


def _check_level(pair: tuple[Economy, Economy], level: Array) -> None:
    problems = [
        Problem(
            f"{e.source.id} {e.year}",
            f"final demand of {e.regions[q]} adds up to {level[i, q]:.4g}.",
            "It must be above zero to have a mix. Aggregate that region with another.",
        )
        for i, e in enumerate(pair)
        for q in np.flatnonzero(level[i] <= 0)
    ]
    if problems:
        raise InputError(problems)
