"""Shocks as declarations: what happens, to whom, how strongly, from when to when, and how it passes.

A shock is a list of events that may overlap or follow each other; days count from the start of the simulation. Each
kind of event says what it does to the model and how much of that is assumed:

capacity    industries can make less (a closed port, a strike, a power cut)
capital     industries lose capital, make less, and order its rebuilding
demand      final users buy less or more of some products
ban         suppliers of some regions sell less to users of others; users turn elsewhere at the speed of substitution
shortage    users of some regions get less of some products, from wherever they buy
delay       goods between regions take longer
price       some products become dearer: price-only, or with an elasticity of final demand that is typed with its source
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from kaldor.atlas.blocs import Members
from kaldor.declared import Declared, DeclaredFile, Slug, parse, read
from kaldor.economy.economy import Economy
from kaldor.errors import InputError, KaldorError, Problem

Share = Annotated[float, Field(ge=0, le=1)]
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

    start: float = Field(default=0.0, ge=0)
    days: float = Field(gt=0)
    recovery: Curve = "step"
    recovery_days: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _curve_has_length(self) -> _Event:
        if (self.recovery == "step") != (self.recovery_days == 0):
            raise ValueError("a recovery other than 'step' needs recovery_days, and 'step' has none")
        return self

    def strength(self, day: float) -> float:
        """Share of the event that is in force on a day (0–1)."""
        if day < self.start - 1e-9:
            return 0.0
        past = day - self.start - self.days
        if past < -1e-9:
            return 1.0
        if self.recovery == "linear":
            return max(0.0, 1.0 - past / self.recovery_days)
        if self.recovery == "exponential":
            return float(0.05 ** (past / self.recovery_days))
        return 0.0


class Capacity(_Event):
    """Industries of some sectors (codes or groups) of some regions lose a share of their capacity."""

    kind: Literal["capacity"]
    regions: Labels
    sectors: Labels
    share: Share


class Capital(_Event):
    """Industries lose a share of their capital (or an amount in the table's unit, spread by capital).

    Capacity falls in proportion. After `days` rebuilding is ordered from `rebuilding` (sector or group → share, sums
    to 1; the members of a group share evenly), each industry buying from whom it buys the product now. Capacity
    returns as rebuilding is delivered; there is no other `recovery`.
    """

    kind: Literal["capital"]
    regions: Labels
    sectors: Labels
    share: Share | None = None
    amount: Annotated[float, Field(gt=0)] | None = None
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
    regions: Labels
    products: Labels
    share: Annotated[float, Field(ge=-1)]


class Ban(_Event):
    """Suppliers in `origins` cut their sales of some products to users in `destinations` by a share (1: a full ban)."""

    kind: Literal["ban"]
    origins: Labels
    destinations: Labels
    products: Labels
    share: Share = 1.0


class Shortage(_Event):
    """Users in some regions get a share less of some products than normal, whoever supplies them."""

    kind: Literal["shortage"]
    regions: Labels
    products: Labels
    share: Share


class Delay(_Event):
    """Goods of some products from `origins` to `destinations` arrive `by` days later, while the event lasts."""

    kind: Literal["delay"]
    origins: Labels
    destinations: Labels
    products: Labels
    by: float = Field(gt=0)

    @model_validator(mode="after")
    def _ends_at_once(self) -> Delay:
        if self.recovery != "step":
            raise ValueError("a delay ends at once; declare several for a gradual end")
        return self


class Price(_Event):
    """Products become dearer by a share for users in some regions; costs are passed on along all chains.

    Without an elasticity nothing moves but prices ("price-only"). With one (below 0, `source` says whence), final
    demand everywhere falls by it with each product's price, and the rest of the model carries that on: an assumed
    effect, traced. Industries use as much energy as before in either case.
    """

    kind: Literal["price"]
    regions: Labels
    products: Labels
    rise: float = Field(gt=0)
    elasticity: Annotated[float, Field(le=0)] = 0.0
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
    region: str
    sector: str
    label: str
    name: str = ""
    output: float | None = None
    output_share: float | None = None
    inputs: dict[str, float] = Field(default_factory=dict)
    customers: dict[str, float] = Field(default_factory=dict)


class Shock(DeclaredFile):
    """Events that happen together or in sequence, and the parts of sectors that they name."""

    id: Slug
    title: str = ""
    source: str = ""
    note: str = ""
    blocs: dict[str, Members] = Field(default_factory=dict)
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
    """The shock with blocs, groups and "all" written out as the economy's own labels.

    "all" names every region, product or sector; "!DEU" in a list of regions removes one. Raises InputError with every
    unknown label of every event.
    """
    problems: list[Problem] = []
    events = tuple(
        event.model_copy(update=dict(_expanded(economy, shock, event, f"{shock.id}: event {i}", problems)))
        for i, event in enumerate(shock.events, start=1)
    )
    if problems:
        raise InputError(problems)
    return shock.model_copy(update={"events": events})


def _expanded(
    economy: Economy, shock: Shock, event: Any, place: str, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    for field in ("regions", "origins", "destinations"):
        if hasattr(event, field):
            yield field, _labels(getattr(event, field), economy.regions, shock.blocs, f"{place}, {field}", problems)
    for field in ("sectors", "products"):
        if hasattr(event, field):
            yield (
                field,
                _labels(getattr(event, field), economy.sectors, economy.sector_groups, f"{place}, {field}", problems),
            )
    if isinstance(event, Capital):
        shares: dict[str, float] = {}
        for name, share in event.rebuilding.items():
            members = _labels((name,), economy.sectors, economy.sector_groups, f"{place}, rebuilding", problems)
            for member in members:
                shares[member] = shares.get(member, 0.0) + share / len(members)
        yield "rebuilding", shares


def _labels(names: Labels, known: Labels, groups: Mapping[str, Labels], place: str, problems: list[Problem]) -> Labels:
    """Names with groups and "all" written out, in the economy's order, without those that "!" removes."""
    from kaldor.errors import UnknownLabelError

    chosen: set[str] = set()
    removed: set[str] = set()
    for name in names:
        bare = name.removeprefix("!")
        members = known if bare == "all" else groups.get(bare, (bare,))
        unknown = [member for member in members if member not in known]
        if unknown:
            near: KaldorError = UnknownLabelError("label", unknown[0], (*known, *groups, "all"))
            problems.append(Problem(place, str(near)))
        (removed if name.startswith("!") else chosen).update(members)
    if not chosen and removed:
        chosen = set(known)
    kept = tuple(name for name in known if name in chosen - removed)
    if not kept and not problems:
        problems.append(Problem(place, "names nobody.", "Name at least one label of the economy, or 'all'."))
    return kept
