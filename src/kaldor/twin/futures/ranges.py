"""What is uncertain, between which bounds, and on whose word: the ranges from which futures are drawn.

A range varies one of four things: the strength of a lever of the scenario, a figure that a lever rests on, the growth
of demand, population or an extension's intensity, or the size or length of a shock of the stress test. Figures bring
their range and source from the lever's declaration; growth and the standard shocks have packaged ranges (growth.toml,
shocks.toml); a user's own are read from TOML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from kaldor.atlas.labels import RegionNames
from kaldor.bounds import AMOUNT, PLACE
from kaldor.declared import Declared, DeclaredFile, read, read_packaged
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.growth import Factors, Growth, factors_after
from kaldor.twin.order import orders_of
from kaldor.twin.scenario import Scenario

if TYPE_CHECKING:
    from kaldor.economy.economy import Array, Economy
    from kaldor.twin.shocks.events import Shock
    from kaldor.twin.twin import Twin

DELIVERY = 0.5
"""By how much of its plan a lever's strength may miss it, up or down, where nobody declares a range."""

_DELIVERY_SOURCE = "assumption: plans are delivered by half to one and a half, within the lever's bounds"


class Range(Declared):
    """One uncertain number: every value between `low` and `high` is held equally likely.

    `lever` is the place of the lever in the scenario, from 1. `growth` is "demand", "population" or the id of an
    extension whose intensity grows; rates are in % a year and multiply with those that the design itself declares.
    `shock` is the id of a shock of the stress test, or "all"; `changes` says whether its size or its length in days is
    multiplied. Only stress figures see it.
    """

    key: ClassVar[str] = "name"

    name: str
    varies: Literal["strength", "figure", "growth", "shock"]
    lever: Annotated[int, PLACE] | None = None
    figure: str = ""
    growth: str = ""
    shock: str = ""
    changes: Literal["size", "days"] | None = None
    regions: RegionNames = ("all",)
    low: Annotated[float, AMOUNT]
    high: Annotated[float, AMOUNT]
    unit: str
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _complete(self) -> Range:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low:g}) must lie below high ({self.high:g})")
        if (self.varies == "growth") != bool(self.growth) or (self.varies == "figure") != bool(self.figure):
            raise ValueError("give `figure` with varies = 'figure', `growth` with varies = 'growth', and only then")
        if (self.varies == "shock") != bool(self.shock) or bool(self.shock) != (self.changes is not None):
            raise ValueError("give `shock` and `changes` with varies = 'shock', and only then")
        if self.shock and self.low <= 0:
            raise ValueError(f"low ({self.low:g}) multiplies a shock and must lie above 0")
        if (self.varies in {"growth", "shock"}) != (self.lever is None):
            raise ValueError(
                "a strength or a figure needs `lever`, its place in the scenario; growth and shocks have none"
            )
        return self

    def as_growth(self, rate: float) -> Growth:
        """The growth that a value of this range declares, in % a year."""
        whole = self.growth in ("demand", "population")
        grows = {self.growth: rate} if whole else {"intensities": {self.growth: rate}}
        return Growth.model_validate({"regions": self.regions, "source": self.source, **grows})


class _Ranges(DeclaredFile):
    ranges: tuple[Range, ...]


def lever_ranges(twin: Twin, scenario: Scenario, *, delivery: float = DELIVERY) -> tuple[Range, ...]:
    """A range for the strength of every lever of a scenario and for every figure that its levers rest on.

    Strengths run from 1 − `delivery` to 1 + `delivery` times the plan, within the lever's bounds; figures over their
    declared range. A figure that the scenario itself sets is taken as known, a strength of 0 stays.
    """
    found: list[Range] = []
    for order, (number, setting) in zip(
        orders_of(twin.economy, scenario, twin.levers), enumerate(scenario.levers, start=1), strict=True
    ):
        parameter, label = order.lever.parameter, _label(scenario, number)
        ends = sorted((setting.strength * (1 - delivery), setting.strength * (1 + delivery)))
        low, high = max(ends[0], parameter.low), min(ends[1], parameter.high)
        if setting.strength == 0 or order.lever.function is None:
            continue
        if low < high:
            found.append(
                Range(
                    name=label,
                    varies="strength",
                    lever=number,
                    low=low,
                    high=high,
                    unit=parameter.unit,
                    source=_DELIVERY_SOURCE,
                )
            )
        found += [
            Range(
                name=f"{label}: {figure.name}",
                varies="figure",
                lever=number,
                figure=figure.name,
                low=figure.low,
                high=figure.high,
                unit=figure.unit,
                source=figure.source or f"the declaration of the lever {setting.lever}",
            )
            for figure in order.lever.figures
            if figure.name not in setting.figures and figure.low < figure.high
        ]
    return tuple(found)


def packaged_growth_ranges(economy: Economy) -> tuple[Range, ...]:
    """The package's ranges of growth that this economy can carry (an intensity needs its extension)."""
    known = {"demand", "population", *economy.extensions}
    return tuple(one for one in _packaged("growth.toml") if one.growth in known)


def packaged_shock_ranges(shocks: Mapping[str, Shock]) -> tuple[Range, ...]:
    """The package's ranges of size and length for those of its standard shocks that are among `shocks`."""
    return tuple(one for one in _packaged("shocks.toml") if one.shock in shocks)


def read_ranges(path: Path) -> tuple[Range, ...]:
    """The [[ranges]] of a TOML file. Raises InputError with every problem of the file."""
    return read(_Ranges, path).ranges


@cache
def _packaged(file: str) -> tuple[Range, ...]:
    return read_packaged(_Ranges, "kaldor.twin.futures", file).ranges


def check_ranges(
    twin: Twin,
    scenario: Scenario,
    ranges: Sequence[Range],
    years: float,
    shocks: Mapping[str, Shock] | None = None,
) -> None:
    """Raise InputError with every range that does not fit scenario, economy or shocks; bounds are tried out.

    `shocks` are those of the stress test; None where none is asked for, and then no range may vary one.
    """
    problems = [
        Problem(f"range '{name}'", "the name stands twice.", "Names must be unique.")
        for name in sorted({r.name for r in ranges if [o.name for o in ranges].count(r.name) > 1})
    ]
    for one in ranges:
        if one.lever is not None and not 1 <= one.lever <= len(scenario.levers):
            problems.append(
                Problem(
                    f"range '{one.name}'", f"lever {one.lever} is not one of {len(scenario.levers)}.", "Count from 1."
                )
            )
        if one.growth and years == 0:
            problems.append(
                Problem(f"range '{one.name}'", "growth over 0 years changes nothing.", "Give the design `years`.")
            )
        if one.shock and shocks is None:
            what = "varies a shock, but no stress test is asked for."
            problems.append(Problem(f"range '{one.name}'", what, "Plan with stress=…, or leave the range out."))
        elif one.shock not in {"", "all", *(shocks or ())}:
            near = UnknownLabelError("shock", one.shock, (*(shocks or ()), "all"))
            problems.append(Problem(f"range '{one.name}'", str(near)))
    if not ranges:
        problems.append(Problem("design", "no range is given, so that all futures are one.", "Give at least one."))
    if problems:
        raise InputError(problems)
    for ends in ([r.low for r in ranges], [r.high for r in ranges]):
        future = future_of(twin.economy, scenario, (), years, ranges, np.array(ends))
        orders_of(twin.economy, future.scenario, twin.levers)
        shocks_of(shocks or {}, ranges, np.array(ends))


def future_of(
    economy: Economy,
    scenario: Scenario,
    growth: Sequence[Growth],
    years: float,
    ranges: Sequence[Range],
    values: np.ndarray,
) -> Future:
    """The future in which each range has its value: the scenario with these strengths and figures, and the growth."""
    settings = list(scenario.levers)
    rates = list(growth)
    for one, value in zip(ranges, values.tolist(), strict=True):
        if one.lever is not None:
            setting = settings[one.lever - 1]
            update: Mapping[str, object] = (
                {"strength": value} if one.varies == "strength" else {"figures": {**setting.figures, one.figure: value}}
            )
            settings[one.lever - 1] = setting.model_copy(update=dict(update))
        elif one.growth:
            rates.append(one.as_growth(value))
    factors: Factors | None = factors_after(economy, rates, years) if rates and years else None
    return Future(scenario.model_copy(update={"levers": tuple(settings)}), factors)


def futures_of(
    economy: Economy,
    scenario: Scenario,
    growth: Sequence[Growth],
    years: float,
    ranges: Sequence[Range],
    values: Array,
) -> Futures:
    """The futures of many rows of values (futures × ranges) at once: each what `future_of` makes of its row."""
    count = len(values)
    strengths = np.repeat([[setting.strength for setting in scenario.levers]], count, axis=0).astype(float)
    figures = [{name: np.full(count, value) for name, value in one.figures.items()} for one in scenario.levers]
    factors = factors_after(economy, growth, years).repeated(count) if years else None
    for one, column in zip(ranges, values.T, strict=True):
        if one.lever is not None and one.varies == "strength":
            strengths[:, one.lever - 1] = column
        elif one.lever is not None:
            figures[one.lever - 1][one.figure] = column
        elif one.growth and factors is not None:
            factors = factors.times(economy, one.as_growth(0.0), column, years)
    moving = factors if factors is not None and not factors.none else None
    return Futures(scenario, strengths, tuple(figures), moving)


def shocks_of(shocks: Mapping[str, Shock], ranges: Sequence[Range], values: np.ndarray) -> dict[str, Shock]:
    """The shocks of the future in which each range has its value; factors on the same shock multiply.

    Raises InputError where a shock so large or small cannot be.
    """
    from kaldor.twin.shocks.scaled import scaled

    factors = {id: {"size": 1.0, "days": 1.0} for id in shocks}
    for one, value in zip(ranges, values.tolist(), strict=True):
        for id in shocks if one.shock == "all" else (one.shock,) if one.shock else ():
            factors[id][str(one.changes)] *= value
    return {id: scaled(shock, size=factors[id]["size"], days=factors[id]["days"]) for id, shock in shocks.items()}


def _label(scenario: Scenario, number: int) -> str:
    """The lever's id; with its place where the scenario has it more than once."""
    id = scenario.levers[number - 1].lever
    alone = [setting.lever for setting in scenario.levers].count(id) == 1
    return id if alone else f"{id} ({number})"
