"""How firms behave under a shock: what can be set of it, and the numbers that the model runs on.

None of these is observed for an economy as a whole, and results depend on them more than on anything else, so every
run carries a band over their ranges (`kaldor.twin.shocks.ranges`, `.draws`). The model's equations are Hallegatte's
(2008, 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic.fields import FieldInfo

from kaldor.bounds import DAY, SHARE, SIZE, SPAN, STEP_DAYS, Bounds
from kaldor.economy.economy import Array, Economy
from kaldor.errors import UnknownLabelError
from kaldor.twin.shocks.assumptions import Assumptions, OfGoods, typed
from kaldor.twin.shocks.inputs import Inputs
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.replacing import Replacing, replacing

Sourcing = Literal["capacity", "ability"]


class Parameters(OfGoods):
    """Behaviour of a simulation: central values, and ranges for those that are drawn (`kaldor.twin.shocks.ranges`).

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
        return cls(dt=dt, inputs=assumptions.goods, **typed(assumptions))

    @model_validator(mode="after")
    def _known_ranges(self) -> Parameters:
        known = {r.name for r in RANGES}
        for name, (low, high) in self.ranges.items():
            if name not in known:
                raise ValueError(f"ranges: '{name}' is not drawn; known: {', '.join(sorted(known))}")
            if low > high:
                raise ValueError(f"ranges.{name}: {low} is larger than {high}")
            bounds = _bounds(type(self).model_fields[name])
            if bounds and not (bounds.hold(low) and bounds.hold(high)):
                raise ValueError(f"ranges.{name}: {low} to {high} is not within its bounds. Allowed: {bounds.said}")
        return self


def _bounds(field: FieldInfo) -> Bounds | None:
    """The least and the largest that a number may be, where its type says so."""
    marks = [
        *field.metadata,
        *(mark for one in get_args(field.annotation) for mark in getattr(one, "__metadata__", ())),
    ]
    return next((mark for mark in marks if isinstance(mark, Bounds)), None)


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
        stock_days=stock_days(economy, parameters, known, least=parameters.dt / parameters.psi),
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


def stock_days(economy: Economy, parameters: Parameters, known: Replacing, *, least: float = 0.0) -> Array:
    """Stocks by product and region of the holder (S × R, days): those typed, else those known, of `least` days."""
    stock = np.full((len(economy.sectors), len(economy.regions)), float(parameters.stock_days))
    usual = Parameters.model_fields["stock_days"].default
    for product, days in known.stock_days.items():
        held = max(days, least)
        # What is held for less time than other things is never held for longer than they are, whatever is drawn.
        stock[economy.sector_position(product)] = min(held, parameters.stock_days) if days < usual else held
    for name, days in parameters.inventory_days.items():
        region, _, product = name.rpartition("/")
        held_in = [economy.region_position(region)] if region else list(range(len(economy.regions)))
        stock[np.ix_(_products(economy, product), held_in)] = days
    return stock


def _specific(economy: Economy, parameters: Parameters, known: Replacing) -> Array:
    """The specific share of each product (S): as typed, else where the level lies between low, central and high."""
    said = parameters.specificity
    if said == "fixed" or isinstance(said, float | int):
        return _or_none(np.full(len(economy.sectors), 1.0 if said == "fixed" else float(said)))
    low, central, high = known.specificity
    level = 2 * parameters.specificity_level
    found = low + (central - low) * min(level, 1.0) + (high - central) * max(level - 1.0, 0.0)
    products_last = sorted((said or {}).items(), key=lambda one: one[0] not in economy.sector_groups)
    for name, share in products_last:
        found[_products(economy, str(name))] = share
    return _or_none(found)


def _or_none(share: Array) -> Array:
    """Shares so close to 0 or 1 that nothing can be divided by what is left are 0 or 1."""
    return np.where(share < 1e-9, 0.0, np.where(share > 1 - 1e-9, 1.0, share))


def _products(economy: Economy, name: str) -> list[int]:
    """Where the products of a group stand, or one product, or the parts that it was split into."""
    of_it = [sector for sector in economy.sectors if sector == name or sector.startswith(f"{name}.")]
    members = economy.sector_groups.get(name) or of_it
    if not members:
        raise UnknownLabelError("product", name, (*economy.sectors, *economy.sector_groups))
    return [economy.sector_position(member) for member in members]
