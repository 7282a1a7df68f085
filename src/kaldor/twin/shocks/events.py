"""Shocks as declarations: what happens, to whom, how strongly, from when to when, and how it passes.

A shock is a list of events that may overlap or follow each other; days count from the start of the simulation. Each
kind of event says what it does to the model and how much of that is assumed:

capacity    industries can make less (a closed port, a strike, a power cut)
capital     industries lose capital, make less, and order its rebuilding
demand      final users buy less or more of some products
ban         suppliers of some regions sell less to users of others; users turn elsewhere at the speed of substitution
shortage    users of some regions get less of some products, from wherever they buy
delay       goods between regions take longer
price       some products become dearer for buyers in some regions, whoever sells or from some origins: price-only,
            or with an elasticity of final demand that is typed with its source
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from kaldor.atlas.blocs import Blocs
from kaldor.atlas.labels import RegionName, RegionNames, SectorName, SectorNames
from kaldor.bounds import AMOUNT, CHANGE, DAY, POSITIVE, SHARE, SPAN, Bounds
from kaldor.declared import Declared, DeclaredFile, Slug, parse, read
from kaldor.economy.economy import Economy
from kaldor.economy.names import regions_of, sectors_of
from kaldor.errors import InputError, KaldorError, Problem

Share = Annotated[float, SHARE]
Curve = Literal["step", "linear", "exponential"]
Labels = tuple[str, ...]

HONESTY = {
    "capacity": "simulated",
    "capital": "simulated",
    "demand": "simulated",
    "ban": "simulated",
    "shortage": "simulated",
    "delay": "simulated",
    "price": "assumed effect, traced",
}


class _Event(Declared):
    """When an event is in force: fully from day `start` for `days`, then passing by `recovery` over `recovery_days`.

    A linear recovery is over after `recovery_days`; of an exponential one 5 % is left then.
    """

    start: Annotated[float, DAY] = 0.0
    days: Annotated[float, SPAN]
    recovery: Curve = "step"
    recovery_days: Annotated[float, DAY] = 0.0

    @model_validator(mode="after")
    def _curve_has_length(self) -> _Event:
        if (self.recovery == "step") != (self.recovery_days == 0):
            raise ValueError("a recovery other than 'step' needs recovery_days, and 'step' has none")
        return self

    def mean_strength(self, day: float, days: float) -> float:
        """Share of the event (0–1) that is in force, on the mean of a step of some days that begins on a day."""
        return round((self._days_in_force(day + days) - self._days_in_force(day)) / days, 12)

    def _days_in_force(self, day: float) -> float:
        """Days before this one on which the event was in force, each counted by its strength: its integral."""
        past = day - self.start - self.days
        held = min(max(day - self.start, 0.0), self.days)
        if past <= 0 or self.recovery == "step":
            return held
        if self.recovery == "linear":
            past = min(past, self.recovery_days)
            return held + past - past**2 / (2 * self.recovery_days)
        return held + self.recovery_days * (1 - 0.05 ** (past / self.recovery_days)) / math.log(20)


class Capacity(_Event):
    """Industries of some sectors (codes or groups) of some regions lose a share of their capacity."""

    kind: Literal["capacity"]
    regions: RegionNames
    sectors: SectorNames
    share: Share


class Capital(_Event):
    """Industries lose a share of their capital (or an amount in the table's unit, spread by capital).

    Capacity falls in proportion. After `days` rebuilding is ordered from `rebuilding` (sector or group → share, sums
    to 1; the members of a group share evenly), each industry buying from whom it buys the product now. Capacity
    returns as rebuilding is delivered; there is no other `recovery`.
    """

    kind: Literal["capital"]
    regions: RegionNames
    sectors: SectorNames
    share: Share | None = None
    amount: Annotated[float, POSITIVE] | None = None
    rebuilding: dict[str, Share]

    @model_validator(mode="after")
    def _one_size(self) -> Capital:
        if (self.share is None) == (self.amount is None):
            raise ValueError("give either share or amount")
        if abs(sum(self.rebuilding.values()) - 1) > 1e-9:
            raise ValueError(f"the shares of rebuilding sum to {sum(self.rebuilding.values()):g}, not to 1")
        if self.recovery != "step":
            raise ValueError("capital comes back by rebuilding; use 'capacity' for a recovery curve")
        return self


class Demand(_Event):
    """Final users of some regions change what they buy of some products by a share (−0.3 is 30 % less)."""

    kind: Literal["demand"]
    regions: RegionNames
    products: SectorNames
    share: Annotated[float, CHANGE]


class Ban(_Event):
    """Suppliers in `origins` cut their sales of some products to users in `destinations` by a share (1: a full ban)."""

    kind: Literal["ban"]
    origins: RegionNames
    destinations: RegionNames
    products: SectorNames
    share: Share = 1.0


class Shortage(_Event):
    """Users in some regions get a share less of some products than normal, whoever supplies them."""

    kind: Literal["shortage"]
    regions: RegionNames
    products: SectorNames
    share: Share


class Delay(_Event):
    """Goods of some products from `origins` to `destinations` arrive `by` days later, while the event lasts."""

    kind: Literal["delay"]
    origins: RegionNames
    destinations: RegionNames
    products: SectorNames
    by: Annotated[float, SPAN]

    @model_validator(mode="after")
    def _ends_at_once(self) -> Delay:
        if self.recovery != "step":
            raise ValueError("a delay ends at once; declare several for a gradual end")
        return self


class Price(_Event):
    """Products become dearer by a share for buyers in `regions`; costs are passed on along all chains.

    `origins` are the sellers who ask more: all, those at home among them, unless some are named. Without an elasticity
    nothing moves but prices ("price-only"). With one (below 0, `source` says whence), final demand everywhere falls by
    it with each product's price, and the rest of the model carries that on: an assumed effect, traced. Industries use
    as much energy as before in either case.
    """

    kind: Literal["price"]
    regions: Annotated[RegionNames, Field(description="dearer for buyers in these regions")]
    origins: Annotated[RegionNames, Field(description="bought from sellers in these regions")] = ("all",)
    products: SectorNames
    rise: Annotated[float, Bounds(0, 1_000, low_open=True)]
    elasticity: Annotated[float, Bounds(-100, 0)] = 0.0
    source: str = ""

    @model_validator(mode="after")
    def _elasticity_has_a_source(self) -> Price:
        if self.elasticity and not self.source:
            raise ValueError("an elasticity needs its source")
        return self


Event = Annotated[Capacity | Capital | Demand | Ban | Shortage | Delay | Price, Field(discriminator="kind")]


class Part(Declared):
    """A firm (or plant), or a product, that the table lacks, typed as a part of a sector of one region.

    A firm makes what its sector makes, and others can step in for it: events name firm "plant" of "DEU" as the region
    "DEU.plant". A product is unlike the rest of its sector, and nothing replaces it: events name product "steel" of
    "c12" as the sector "c12.steel". Give output (table's unit) or output_share; inputs are purchases per unit of its
    output, customers are shares of its sales; keys are sector codes or "REGION/code". What is not typed is the
    parent's (see kaldor.economy.split).
    """

    kind: Literal["firm", "product"] = "firm"
    region: RegionName
    sector: SectorName
    label: str
    name: str = ""
    output: Annotated[float, AMOUNT] | None = None
    output_share: Annotated[float, SHARE] | None = None
    inputs: dict[str, Annotated[float, AMOUNT]] = Field(default_factory=dict)
    customers: dict[str, Share] = Field(default_factory=dict)


class Shock(DeclaredFile):
    """Events that happen together or in sequence, and the parts of sectors that they name."""

    id: Slug
    title: str = ""
    source: str = ""
    note: str = ""
    blocs: Blocs = Field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    events: tuple[Event, ...]

    @model_validator(mode="after")
    def _something_happens(self) -> Shock:
        if not self.events:
            raise ValueError("a shock needs at least one event")
        return self


def parse_shock(text: str, name: str) -> Shock:
    """A shock from TOML. Raises InputError with every problem: syntax, unknown keys, values out of bounds."""
    return parse(Shock, text, name)


def load_shock(path: Path) -> Shock:
    """A shock from a TOML file; as `parse_shock`."""
    return read(Shock, path)


def resolved(economy: Economy, shock: Shock) -> Shock:
    """The shock as `written_out` has it; its note then says who of a bloc is left out. Raises InputError."""
    written, said = written_out(economy, shock)
    return written.model_copy(update={"note": " ".join(filter(None, (shock.note, *said)))})


def written_out(economy: Economy, shock: Shock) -> tuple[Shock, tuple[str, ...]]:
    """The shock with blocs, groups and "all" as the economy's own labels, in its order, and who of blocs is left out.

    Names mean what `kaldor.economy.names` says. Raises InputError with every unknown label of every event.
    """
    problems: list[Problem] = []
    notes: list[str] = []
    events = []
    for number, event in enumerate(shock.events, start=1):
        names = _Names(economy, shock, f"{shock.id}: event {number}")
        events.append(event.model_copy(update=dict(names.written_out(event))))
        problems += names.problems
        notes += names.notes
    if problems:
        raise InputError(problems)
    return shock.model_copy(update={"events": tuple(events)}), tuple(dict.fromkeys(notes))


class _Names:
    """Turns the names of one event into labels, and gathers what it cannot and what must be said."""

    def __init__(self, economy: Economy, shock: Shock, place: str) -> None:
        self._economy, self._shock, self._place = economy, shock, place
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def written_out(self, event: Any) -> Iterator[tuple[str, Any]]:
        """The fields of the event that hold names, with labels in their place."""
        for field in ("regions", "origins", "destinations"):
            if hasattr(event, field):
                yield field, self._labels(field, getattr(event, field), self._regions, self._economy.regions)
        for field in ("sectors", "products"):
            if hasattr(event, field):
                yield field, self._labels(field, getattr(event, field), self._sectors, self._economy.sectors)
        if isinstance(event, Capital):
            shares: dict[str, float] = {}
            for name, share in event.rebuilding.items():
                members = self._labels("rebuilding", (name,), self._sectors, self._economy.sectors)
                for member in members:
                    shares[member] = shares.get(member, 0.0) + share / len(members)
            yield "rebuilding", shares

    def _regions(self, names: Labels, where: str) -> Labels:
        named = regions_of(self._economy, names, self._shock.blocs, where=where)
        self.notes += named.notes
        return named.regions

    def _sectors(self, names: Labels, where: str) -> Labels:
        return sectors_of(self._economy, names, where=where)

    def _labels(self, field: str, names: Labels, find: Callable[[Labels, str], Labels], known: Labels) -> Labels:
        where = f"{self._place}, {field}"
        try:
            found = set(find(names, where))
        except InputError as error:
            self.problems += error.problems
            return ()
        except KaldorError as error:
            self.problems.append(Problem(where, str(error)))
            return ()
        if not found:
            self.problems.append(Problem(where, "names nobody.", "Name at least one label of the economy, or 'all'."))
        return tuple(label for label in known if label in found)
