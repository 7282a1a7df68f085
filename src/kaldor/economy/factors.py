"""The factors of an account in two years, and how they are combined when some stand at one year, some at the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.economy.multipliers import VALUE_ADDED
from kaldor.economy.solve import LeontiefSolver
from kaldor.errors import InputError, Problem

FACTORS = ("intensity", "technology", "sourcing", "final-demand-mix", "final-demand-level")
KNOWN = (*FACTORS, "final-demand", "population")

_SOUND = 0.1  # a purchase whose parts cancel to less than this share of their size has no meaningful origins


@dataclass(frozen=True, eq=False)
class TwoYears:
    """Both years' factors, earlier first, in one price basis.

    S intensities (n each), A coefficients (n×n each), shares (n × regions each: final demand by region of use, adding
    up to 1), level of final demand (2 × regions, in the table's unit), people (2 × regions, or None); `direct`
    (2 × regions), `allocated` and `unallocated` (n each) in the extension's unit.
    """

    first: Economy
    unit: str
    S: tuple[Array, Array]
    A: tuple[Array, Array]
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
        A = combine(self.A[technology], self.A[state.get("sourcing", technology)], len(self.first.regions))
        # An economy whose outputs are all 1 has its coefficients as flows.
        return LeontiefSolver(replace(self.first, Z=A, x=np.ones(len(A))))

    def demand(self, state: Mapping[str, int], factors: Sequence[str]) -> Array:
        """Final demand (n × regions) with mix, origins, level and population at the years that the state names."""
        mix = state["final-demand"] if "final-demand" in factors else state["final-demand-mix"]
        level = state["final-demand"] if "final-demand" in factors else state["final-demand-level"]
        shares = combine(self.shares[mix], self.shares[state.get("sourcing", mix)], len(self.first.regions))
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
    earlier: Economy, later: Economy, extension: str, population: Mapping[str, tuple[float, float]] | None
) -> TwoYears:
    """The factors of both years, from economies in one price basis.

    An industry without any flow in one year takes the other year's intensity and inputs: that it appears is a
    change of who delivers, not of how clean it is.
    """
    pair = (earlier, later)
    S = [np.array(_amounts(e, extension) * e.per_output) for e in pair]
    A = [e.A() for e in pair]
    for mine, other in ((0, 1), (1, 0)):
        asleep = _asleep(pair[mine])
        S[mine][asleep] = S[other][asleep]
        A[mine][:, asleep] = A[other][:, asleep]
    level = np.array([e.Y_by_region.sum(axis=0) for e in pair])
    _check_level(pair, level)
    F = [_amounts(e, extension) for e in pair]
    return TwoYears(
        first=earlier,
        unit=_unit(earlier, extension),
        S=(S[0], S[1]),
        A=(A[0], A[1]),
        shares=(earlier.Y_by_region / level[0], later.Y_by_region / level[1]),
        level=level,
        people=None if population is None else np.array([population[r] for r in earlier.regions], dtype=float).T,
        direct=np.array([_direct(e, extension) for e in pair]),
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
    if extension != VALUE_ADDED and (one := earlier.extension(extension).unit) != (
        two := later.extension(extension).unit
    ):
        problems.append(Problem(f"extension '{extension}'", f"is in {one} and then in {two}.", "Convert one of them."))
    problems += _factor_problems(factors)
    if "population" in factors:
        problems += _population_problems(earlier, population)
    if problems:
        raise InputError(problems)


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


def _asleep(economy: Economy) -> NDArray[np.bool_]:
    """Industries without output that nobody uses either (n)."""
    unused = ~economy.Z.any(axis=1) & ~economy.Y_by_region.any(axis=1)
    return ~economy.has_output & unused


def _amounts(economy: Economy, extension: str) -> Array:
    if extension == VALUE_ADDED and extension not in economy.extensions:
        return economy.value_added
    return economy.extension(extension).F


def _direct(economy: Economy, extension: str) -> Array:
    if extension == VALUE_ADDED and extension not in economy.extensions:
        return np.zeros(len(economy.regions))
    return economy.direct_by_region(extension)


def _unit(economy: Economy, extension: str) -> str:
    if extension == VALUE_ADDED and extension not in economy.extensions:
        return economy.unit
    return economy.extension(extension).unit
