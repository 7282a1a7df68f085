"""How firms behave under a shock: parameters with ranges and sources, and draws of them for bands.

None of these is observed for an economy as a whole, and results depend on them more than on anything else, so every
run carries a band over their ranges. The model's equations are Hallegatte's (2008, 2014); what its two public programs
take for its parameters is quoted where the ranges are declared, and what is our own is called an assumption:

- BoARIO, documentation, "Changing the model parameters" (Juhel 2022);
- SR-ARIO, Stanford Urban Resilience Initiative (2022), after a program by Hallegatte: uniform default ranges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from kaldor.bounds import DAY, SHARE, SIZE, SPAN, STEP_DAYS, Bounds
from kaldor.economy.economy import Array, Economy
from kaldor.errors import UnknownLabelError
from kaldor.twin.shocks.assumptions import Assumptions, OfGoods
from kaldor.twin.shocks.inputs import Inputs, Replacing, replacing

Sourcing = Literal["capacity", "ability"]


@dataclass(frozen=True)
class Range:
    """A behavioural parameter: its unit, central value, plausible range, scale on which it is drawn, and its source."""

    name: str
    meaning: str
    unit: str
    central: float
    low: float
    high: float
    log: bool
    source: str


RANGES: tuple[Range, ...] = (
    Range(
        "stock_days",
        "stock that industries keep of each input, in days of use (n_s)",
        "days",
        60,
        20,
        90,
        True,
        "90 days: default of BoARIO; 60 to 120: default range of SR-ARIO. Assumed: 60, lean chains 20",
    ),
    Range(
        "psi",
        "share of the wanted stock below which production is cut (ψ)",
        "",
        0.8,
        0.5,
        0.95,
        False,
        "0.8: default of BoARIO; 0.7 to 0.9: default range of SR-ARIO. Our assumption: the wider range",
    ),
    Range(
        "restock_days",
        "time to bring stocks back to their target (τ_s)",
        "days",
        30,
        15,
        60,
        True,
        "15 to 45 days: default range of SR-ARIO; 60 days: default of BoARIO",
    ),
    Range(
        "overproduction",
        "largest output above normal capacity, relative to it (α_max)",
        "",
        1.2,
        1.0,
        1.25,
        False,
        "1.25: default of BoARIO; 1.0 to 1.5: default range of SR-ARIO; 1 is none. Our assumption: 1.2, at most 1.25",
    ),
    Range(
        "overproduction_days",
        "time to reach it (τ_α)",
        "days",
        365,
        90,
        365,
        True,
        "one year: default of BoARIO; 6 to 18 months: default range of SR-ARIO. Assumed: 90 to 365 days",
    ),
    Range(
        "substitution_days",
        "time over which industries turn to other suppliers of the same product",
        "days",
        90,
        14,
        365,
        True,
        "our assumption: two weeks to a year; never in a table with fixed shares",
    ),
    Range(
        "rebuild_days",
        "time over which rebuilding is ordered (τ_rebuild)",
        "days",
        180,
        90,
        365,
        True,
        "our assumption: a quarter to a year; default of BoARIO: 60 days, before what suppliers can deliver limits it",
    ),
    Range(
        "specificity_level",
        "where specificities lie in their ranges: 0 low, ½ central, 1 high",
        "",
        0.5,
        0.0,
        1.0,
        False,
        "one draw moves all kinds of goods together; the levels are our assumption (`kaldor.twin.shocks.inputs`)",
    ),
    Range(
        "lasting_share",
        "share of the specificity that no time takes away",
        "",
        0.5,
        0.25,
        0.75,
        False,
        "our assumption: in the long run most suppliers are replaced, at the elasticities of trade",
    ),
    Range(
        "fading_days",
        "time over which the rest of it fades after the first event",
        "days",
        180,
        90,
        365,
        True,
        "our assumption: a quarter to a year",
    ),
    Range(
        "important_share",
        "share of its users' output that an important, not critical input stops (ω)",
        "",
        0.5,
        0.0,
        1.0,
        False,
        "0, ½ and 1 are the three readings of Pichler et al. (2022)",
    ),
    Range(
        "overlap",
        "whether products that fall short hit the same firms (1) or firms by chance (0)",
        "",
        0.5,
        0.0,
        1.0,
        False,
        "our assumption: not known, so all of the range",
    ),
    Range(
        "saving",
        "share of their energy that users save without making less (κ)",
        "",
        0.05,
        0.0,
        0.1,
        False,
        "our assumption; the International Energy Agency saw the EU's demand for gas 13 % lower in 2022",
    ),
)


class Parameters(OfGoods):
    """Behaviour of a simulation: central values, and ranges for those that are drawn.

    `inventory_days` overrides `stock_days` for products ("c12" or a sector group), everywhere or as held in one region
    ("DEU/c12"): inventories as a lever. `ranges` replaces a parameter's range; low = high fixes it.

    `priority` names classes of clients in the order in which they are served, those not named together at the end. By
    default firms serve firms before final users and rebuilding, as in Hallegatte (2008) and Guan et al. (2020); with ()
    all are served in proportion (Hallegatte 2013). `sourcing` says what draws orders to a supplier: its capacity (as
    published), or what it is able to make with its stocks. With `destock` industries order less than they use while
    stocks are above target, which may oscillate. `backlog_days` keeps unmet final demand and asks for it again over so
    many days; without it, it is lost. A time of null means never.

    What is assumed of goods is that of `OfGoods`, `inputs` being a user's own facts; `non_essential` inputs never stop
    a user.
    """

    dt: Annotated[float, STEP_DAYS] = Field(default=1.0, description="days per step")
    stock_days: Annotated[float, SPAN] = 60.0
    psi: Annotated[float, Bounds(0, 1, low_open=True)] = 0.8
    restock_days: Annotated[float, SPAN] = 30.0
    overproduction: Annotated[float, Bounds(1, 100)] = 1.2
    overproduction_days: Annotated[float, SPAN] = 365.0
    substitution_days: Annotated[float, DAY] | None = 90.0
    final_substitution_days: Annotated[float, DAY] | None = None
    rebuild_days: Annotated[float, SPAN] = 180.0
    specificity_level: Annotated[float, SHARE] = 0.5
    inputs: Inputs | None = None
    backlog_days: Annotated[float, SPAN] | None = None
    sourcing: Sourcing = "capacity"
    destock: bool = False
    priority: tuple[str, ...] = ("industries",)
    non_essential: tuple[str, ...] = ()
    inventory_days: dict[str, Annotated[float, SPAN]] = Field(default_factory=dict)
    capital_per_value_added: Annotated[float, Bounds(0, 1_000, low_open=True)] = Field(
        default=4.0, description="capital stock in years of value added"
    )
    ranges: dict[str, tuple[Annotated[float, SIZE], Annotated[float, SIZE]]] = Field(default_factory=dict)

    @classmethod
    def assuming(cls, assumptions: Assumptions, dt: float) -> Parameters:
        """The usual behaviour in steps of `dt` days, with what a door says of goods in place of what is usual."""
        said = {name: getattr(assumptions, name) for name in OfGoods.model_fields}
        return cls(dt=dt, inputs=assumptions.goods, **said)

    @model_validator(mode="after")
    def _known_ranges(self) -> Parameters:
        known = {r.name for r in RANGES}
        for name, (low, high) in self.ranges.items():
            if name not in known:
                raise ValueError(f"ranges: '{name}' is not drawn; known: {', '.join(sorted(known))}")
            if low > high:
                raise ValueError(f"ranges.{name}: {low} is larger than {high}")
        return self


@dataclass(frozen=True, eq=False)
class Behaviour:
    """One set of numbers that the model runs on, for S products and R regions; times in days.

    stock_days      by product and region of the holder (S × R)
    specific        share of each product that no other supplier can fill at first (S), of which `lasting` stays
    critical, less  to which share of its users an input is critical, or important (S × S, users last); `important` is
                    the share of output that the latter stops
    saving          of each product, what users can do without (S); `overlap` of the firms that lacks hit
    """

    dt: float
    stock_days: Array
    specific: Array
    lasting: float
    fading_days: float | None
    critical: Array
    less: Array
    important: float
    overlap: float
    saving: Array
    psi: float
    restock_days: float
    overproduction: float
    overproduction_days: float
    substitution_days: float | None
    final_substitution_days: float | None
    rebuild_days: float
    backlog_days: float | None
    sourcing: Sourcing
    destock: bool

    @property
    def can_stop(self) -> NDArray[np.bool_]:
        """Products whose lack can stop a user (S)."""
        return np.asarray((self.critical + self.important * self.less).max(axis=1) > 0)


def behaviour_of(economy: Economy, parameters: Parameters) -> Behaviour:
    """The central behaviour for an economy. Raises UnknownLabelError (with the near match) for an unknown product."""
    known = replacing(economy, parameters.inputs)
    critical, less = known.critical.copy(), known.less.copy()
    if parameters.importance == "all critical":
        critical, less = np.ones_like(critical), np.zeros_like(less)
    for name in parameters.non_essential:
        critical[_products(economy, name)] = less[_products(economy, name)] = 0.0
    return Behaviour(
        dt=parameters.dt,
        stock_days=_stock_days(economy, parameters, known),
        specific=_specific(economy, parameters, known),
        lasting=parameters.lasting_share,
        fading_days=None if parameters.specificity == "fixed" else parameters.fading_days,
        critical=critical,
        less=less,
        important=parameters.important_share,
        overlap=parameters.overlap,
        saving=np.where(known.saved, parameters.saving, 0.0),
        psi=parameters.psi,
        restock_days=parameters.restock_days,
        overproduction=parameters.overproduction,
        overproduction_days=parameters.overproduction_days,
        substitution_days=parameters.substitution_days,
        final_substitution_days=parameters.final_substitution_days,
        rebuild_days=parameters.rebuild_days,
        backlog_days=parameters.backlog_days,
        sourcing=parameters.sourcing,
        destock=parameters.destock,
    )


def _stock_days(economy: Economy, parameters: Parameters, known: Replacing) -> Array:
    """Stocks by product and region of the holder: those typed, else those known, never shorter than a step allows."""
    stock = np.full((len(economy.sectors), len(economy.regions)), float(parameters.stock_days))
    for product, days in known.stock_days.items():
        stock[economy.sector_position(product)] = min(max(days, parameters.dt / parameters.psi), parameters.stock_days)
    for name, days in parameters.inventory_days.items():
        region, _, product = name.rpartition("/")
        held_in = [economy.region_position(region)] if region else list(range(len(economy.regions)))
        stock[np.ix_(_products(economy, product), held_in)] = days
    return stock


def _specific(economy: Economy, parameters: Parameters, known: Replacing) -> Array:
    """The specific share of each product (S): as typed, else where the level lies between low, central and high."""
    typed = parameters.specificity
    if typed == "fixed" or isinstance(typed, float | int):
        return _or_none(np.full(len(economy.sectors), 1.0 if typed == "fixed" else float(typed)))
    low, central, high = known.specificity
    level = 2 * parameters.specificity_level
    found = low + (central - low) * min(level, 1.0) + (high - central) * max(level - 1.0, 0.0)
    for name, share in (typed or {}).items():
        found[_products(economy, str(name))] = share
    return _or_none(found)


def _or_none(share: Array) -> Array:
    """Shares so close to 0 or 1 that nothing can be divided by what is left are 0 or 1."""
    return np.where(share < 1e-9, 0.0, np.where(share > 1 - 1e-9, 1.0, share))


def draw(economy: Economy, parameters: Parameters, count: int, seed: int) -> list[tuple[dict[str, float], Behaviour]]:
    """`count` behaviours from a Latin hypercube over the ranges, each with the values drawn.

    A product with `inventory_days` of its own keeps them, scaled as all stocks are: a lever stays a lever in every
    draw. The range of a parameter set away from its central value moves with it, keeping low and high as ratios.
    """
    return [_drawn(economy, parameters, row) for row in latin_hypercube(count, len(RANGES), seed)]


def latin_hypercube(count: int, dimensions: int, seed: int) -> Array:
    """A Latin hypercube in 0…1 (count × dimensions): in each dimension one point in each of `count` equal slices.

    The same numbers as `scipy.stats.qmc.LatinHypercube`, whose import takes longer than a small band of runs.
    Source: McKay, Beckman & Conover (1979), Technometrics 21(2).
    """
    rng = np.random.default_rng(seed)
    within = rng.uniform(size=(count, dimensions))
    slices = np.tile(np.arange(1, count + 1), (dimensions, 1))
    for one in slices:
        rng.shuffle(one)
    return np.asarray((slices.T - within) / count)


def _drawn(economy: Economy, parameters: Parameters, unit: Array) -> tuple[dict[str, float], Behaviour]:
    values = {}
    for r, u in zip(RANGES, unit, strict=True):
        central = getattr(parameters, r.name)
        if central is None:
            continue
        low, high = _bounds(r, central, parameters.ranges)
        values[r.name] = float(low * (high / low) ** u) if r.log and low > 0 else float(low + u * (high - low))
    behaviour = behaviour_of(
        economy, parameters.model_copy(update=dict(values) | {"stock_days": parameters.stock_days})
    )
    scale = values["stock_days"] / parameters.stock_days
    return values, replace(behaviour, stock_days=_no_shorter_than_a_step(behaviour, scale))


def _no_shorter_than_a_step(behaviour: Behaviour, scale: float) -> Array:
    """Stocks of a draw; where the range reaches below what a step allows (ψ n_s ≥ dt), the step's bound is taken."""
    scaled = behaviour.stock_days * scale
    return np.where(behaviour.can_stop[:, None], np.maximum(scaled, behaviour.dt / behaviour.psi), scaled)


def _bounds(r: Range, central: float, own: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    if r.name in own:
        return own[r.name]
    if central == r.central or not r.log:
        return min(r.low, central), max(r.high, central)
    return r.low * central / r.central, r.high * central / r.central


def _products(economy: Economy, name: str) -> list[int]:
    members = economy.sector_groups.get(name)
    if members is None:
        if name not in economy.sectors:
            raise UnknownLabelError("product", name, (*economy.sectors, *economy.sector_groups))
        members = (name,)
    return [economy.sector_position(member) for member in members]
