"""The economy: one labelled, immutable object that every analysis of Kaldor reads.

Symbols as in Miller & Blair (2009): Z flows between industries (n×n), Y final demand (n×m), x output (n),
A = Z x̂⁻¹, F extensions (k×n), S = F x̂⁻¹, F_Y extensions of final use itself (k×m).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Redrawn, Source
from kaldor.atlas.roles import EXPORTS, IMPORTS, NET_EXPORTS, OUTSIDE
from kaldor.atlas.showing import in_a_line, in_html
from kaldor.atlas.validation import check_published
from kaldor.economy.cautions import cautions
from kaldor.errors import UnknownExtensionError, UnknownLabelError
from kaldor.words import Status

Array = NDArray[np.float64]
T = TypeVar("T")


class _Made:
    """What was derived from an economy, each thing once, also where several threads ask for it at the same time."""

    def __init__(self) -> None:
        self._things: dict[Callable[..., Any], Any] = {}
        self._making = RLock()

    def get(self, make: Callable[[Economy], T], economy: Economy) -> T:
        with self._making:
            if make not in self._things:
                self._things[make] = make(economy)
            thing: T = self._things[make]
            return thing

    def keep(self, make: Callable[[Economy], T], thing: T) -> None:
        with self._making:
            self._things.setdefault(make, thing)


@dataclass(frozen=True, eq=False)
class _Estimate:
    """How an estimate is drawn anew, and the very arrays that came of it: of changed ones its draws say nothing."""

    redrawn: Redrawn
    arrays: tuple[Array, ...]
    amounts: Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Extension:
    """What each industry (F, shape n) and each column of final demand (F_Y, shape m) emits, employs or extracts."""

    id: str
    name: str
    unit: str
    F: Array
    F_Y: Array
    status: Status
    source: Source


@dataclass(frozen=True, eq=False, repr=False)
class Economy:
    """Regions × sectors that sell to each other and to final use, in one year and one currency unit.

    Published outputs are kept: what Z and Y leave unexplained of x is `discrepancy`, and an extension's amount in
    an industry without output is its `unallocated` line. Both enter every total, so that nothing vanishes.
    Build one with `Economy.from_published`, which validates; arrays are read-only afterwards.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    sector_names: tuple[str, ...]
    demands: tuple[str, ...]
    demand_names: tuple[str, ...]
    Z: Array
    Y: Array
    x: Array
    unit: str
    year: int
    status: Status
    source: Source
    demand_roles: Mapping[str, str] = field(default_factory=dict)
    sector_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    _estimate: _Estimate | None = field(default=None, repr=False)
    _made: _Made = field(default_factory=_Made, init=False, repr=False)
    _made_of_flows: _Made = field(default_factory=_Made, init=False, repr=False)

    @classmethod
    def from_published(cls, table: PublishedEconomy) -> Economy:
        """Validate a published table and make it an economy.

        Raises InputError with every problem found (shapes, labels, non-finite or negative flows).
        """
        check_published(table)
        economy = cls(
            regions=table.regions,
            sectors=table.sectors,
            sector_names=table.sector_names,
            demands=table.demands,
            demand_names=table.demand_names,
            Z=_frozen(table.Z),
            Y=_frozen(table.Y),
            x=_frozen(table.x),
            unit=table.unit,
            year=table.year,
            status=table.status,
            source=table.source,
            demand_roles=dict(table.demand_roles),
            sector_groups=dict(table.sector_groups),
            extensions={e.id: _extension(e) for e in table.extensions},
            notes=table.notes,
        )
        object.__setattr__(economy, "notes", tuple(dict.fromkeys([*table.notes, *cautions(economy)])))
        return economy.drawn_anew_by(table.redrawn) if table.redrawn else economy

    def drawn_anew_by(self, redrawn: Redrawn) -> Economy:
        """The same economy, an estimate that `redrawn` draws anew from what it was made of."""
        amounts = {name: own.F for name, own in self.extensions.items()}
        return replace(self, _estimate=_Estimate(redrawn, (self.Z, self.Y, self.x), amounts))

    def redrawn_for(self, *extensions: str) -> Redrawn | None:
        """How this estimate is drawn anew; None where it is none, or its flows or these extensions were changed since.

        Raises UnknownExtensionError.
        """
        made = self._estimate
        own = [self.extension(name) for name in extensions]
        if made is None or any(a is not b for a, b in zip(made.arrays, (self.Z, self.Y, self.x), strict=True)):
            return None
        return made.redrawn if all(made.amounts.get(one.id) is one.F for one in own) else None

    @property
    def redrawn(self) -> Redrawn | None:
        """The same for all that the economy carries."""
        return self.redrawn_for(*self.extensions)

    def to_published(self) -> PublishedEconomy:
        """The same economy as a record that the store can write; `from_published` gives it back."""
        fields = {name: getattr(self, name) for name in PublishedEconomy.__dataclass_fields__ if name != "extensions"}
        extensions = tuple(PublishedExtension(**vars(e)) for e in self.extensions.values())
        return PublishedEconomy(**fields, extensions=extensions)

    def with_extensions(self, *extensions: Extension) -> Economy:
        """The same economy that also carries these extensions; one with a known id replaces the old one.

        The flows are the same, and so is what was or will be made of them alone: a factor is made once for both.
        """
        derived = replace(self, extensions={**self.extensions, **{e.id: e for e in extensions}})
        object.__setattr__(derived, "_made_of_flows", self._made_of_flows)
        return derived

    def once(self, make: Callable[[Economy], T], *, of_flows: bool = False) -> T:
        """What `make` returns for this economy, made at the first call and kept as long as the economy lives.

        For costly derivations of the floors above (a factor, a solved final demand); safe because nothing changes.
        `of_flows` says that `make` reads Z, Y, x and labels only: economies that differ by extensions then share it.
        """
        return (self._made_of_flows if of_flows else self._made).get(make, self)

    def keep(self, make: Callable[[Economy], T], thing: T, *, of_flows: bool = False) -> None:
        """Say what `once(make)` is to return where it is at hand already and nothing was made yet."""
        (self._made_of_flows if of_flows else self._made).keep(make, thing)

    def in_a_line(self) -> str:
        """What the table is: of what size and year, in which unit, how sure, from where."""
        return in_a_line(self)

    def __repr__(self) -> str:
        return f"Economy: {self.in_a_line()}"

    def _repr_html_(self) -> str:
        return in_html(self, self.extensions.values())

    # -- sizes and labels ------------------------------------------------------------------------------------------

    @property
    def n(self) -> int:
        """Number of region-sectors."""
        return len(self.x)

    @cached_property
    def index(self) -> pd.MultiIndex:
        """Labels of the n rows of Z: (region, sector)."""
        return pd.MultiIndex.from_product([self.regions, self.sectors], names=["region", "sector"])

    @property
    def final_demand_index(self) -> pd.MultiIndex:
        """Labels of the m columns of Y: (region, demand)."""
        return pd.MultiIndex.from_product([self.regions, self.demands], names=["region", "demand"])

    def region_position(self, region: str) -> int:
        """Place of a region among `regions`. Raises UnknownLabelError with the near match."""
        return _position("region", region, self.regions)

    def sector_position(self, sector: str) -> int:
        """Place of a sector among `sectors`. Raises UnknownLabelError with the near match."""
        return _position("sector", sector, self.sectors)

    def rows_of(self, region: str) -> slice:
        """The rows (and columns of Z) of one region."""
        start = self.region_position(region) * len(self.sectors)
        return slice(start, start + len(self.sectors))

    def group(self, name: str) -> tuple[str, ...]:
        """The sectors of a named group ("manufacturing", "energy" …). Raises UnknownLabelError."""
        if name not in self.sector_groups:
            raise UnknownLabelError("sector group", name, self.sector_groups)
        return self.sector_groups[name]

    def extension(self, name: str) -> Extension:
        """An extension by id. Raises UnknownExtensionError."""
        if name not in self.extensions:
            raise UnknownExtensionError(name, self.extensions)
        return self.extensions[name]

    # -- derived quantities, all from the published ones ------------------------------------------------------------

    @cached_property
    def has_output(self) -> NDArray[np.bool_]:
        """Which industries produce anything (n).

        Not those with an output below zero either, as two idle commodities of a published model have: they stay in
        every total, but nothing is a share of their output.
        """
        return self.x > 0

    @cached_property
    def per_output(self) -> Array:
        """1/x where there is output, zero elsewhere (n): multiplies columns to give A and S."""
        inverse = np.zeros_like(self.x)
        np.divide(1.0, self.x, out=inverse, where=self.has_output)
        return inverse

    @cached_property
    def value_added(self) -> Array:
        """Output less intermediate inputs (n), in `unit`: taxes less subsidies and transport margins included."""
        return self.x - self.Z.sum(axis=0)

    @cached_property
    def used_at_home(self) -> NDArray[np.bool_]:
        """Which columns of Y are somebody's use in a region of the table (m): all but exports from it and imports."""
        return np.tile([self.demand_roles.get(demand) not in OUTSIDE for demand in self.demands], len(self.regions))

    @cached_property
    def Y_by_region(self) -> Array:
        """Final use at home, all categories: n × regions, in `unit`; exports from the table are no home use."""
        return self._by_region(np.where(self.used_at_home, self.Y, 0.0) if self.trades_outside else self.Y)

    @cached_property
    def Y_with_outside(self) -> Array:
        """All columns of Y added up by region: n × regions, in `unit`, with what crosses the table's border."""
        return self._by_region(self.Y)

    @property
    def trades_outside(self) -> bool:
        """Whether final demand has columns of exports from the table or imports into it."""
        return not self.used_at_home.all()

    @cached_property
    def sold_outside(self) -> Array:
        """What each industry sells beyond the table's border (n), in `unit`: exports, and net exports above zero."""
        return np.asarray(self._of_role(EXPORTS).sum(axis=1) + np.maximum(self._of_role(NET_EXPORTS), 0.0).sum(axis=1))

    @cached_property
    def bought_outside(self) -> Array:
        """What is used of each product without being made in the table (n), in `unit`: imports, net exports below zero.

        Zero where the table's flows are of home products alone.
        """
        return np.asarray(np.maximum(-self._of_role(NET_EXPORTS), 0.0).sum(axis=1) - self._of_role(IMPORTS).sum(axis=1))

    def is_bought_outside(self, columns: NDArray[np.integer], values: Array) -> NDArray[np.bool_]:
        """Which cells of Y, given by column and value, are imports into the table: as in `bought_outside`."""
        return self._has_role(IMPORTS)[columns] | (self._has_role(NET_EXPORTS)[columns] & (values < 0))

    @cached_property
    def discrepancy(self) -> Array:
        """x − Z·1 − Y·1 (n), in `unit`: what published outputs have over published uses, kept as a line of its own."""
        return self.x - self.Z.sum(axis=1) - self.Y.sum(axis=1)

    @cached_property
    def idle_purchases(self) -> Array:
        """What industries without output buy (n), in `unit`: a use of its own, since A has no column for them."""
        return self.Z[:, ~self.has_output].sum(axis=1)

    @cached_property
    def unexplained(self) -> Array:
        """x − A·x − Y·1 (n), in `unit`: the uses that are neither final nor an input of output.

        The discrepancy, and what industries without output buy. With final demand it gives output: x = L (Y·1 + it).
        """
        return self.discrepancy + self.idle_purchases

    def A(self) -> Array:
        """Input coefficients Z x̂⁻¹ (n×n); made anew at each call, since it is as large as Z."""
        return self.Z * self.per_output

    def S(self, extension: str) -> Array:
        """Intensity F x̂⁻¹ of an extension (n), in its unit per `unit` of output; zero where there is no output."""
        return self.extension(extension).F * self.per_output

    def unallocated(self, extension: str) -> Array:
        """The part of F that stands in industries without output (n), in the extension's unit."""
        return np.where(self.has_output, 0.0, self.extension(extension).F)

    def direct_by_region(self, extension: str) -> Array:
        """Final users' own amount by region (regions), in the extension's unit: households' fuel and the like."""
        return self.extension(extension).F_Y.reshape(len(self.regions), len(self.demands)).sum(axis=1)

    def _has_role(self, role: str) -> NDArray[np.bool_]:
        return np.tile([self.demand_roles.get(demand) == role for demand in self.demands], len(self.regions))

    def _of_role(self, role: str) -> Array:
        return self.Y[:, self._has_role(role)]

    def _by_region(self, by_column: Array) -> Array:
        return by_column.reshape(self.n, len(self.regions), len(self.demands)).sum(axis=2)

    def sum_by_region(self, values: Array) -> Array:
        """Add the n rows of `values` up to regions: (n, …) → (regions, …)."""
        return values.reshape(len(self.regions), len(self.sectors), *values.shape[1:]).sum(axis=1)


def _extension(table: PublishedExtension) -> Extension:
    return Extension(
        id=table.id,
        name=table.name,
        unit=table.unit,
        F=_frozen(table.F),
        F_Y=_frozen(table.F_Y),
        status=table.status,
        source=table.source,
    )


def _frozen(values: NDArray[np.generic]) -> Array:
    """A read-only float64 view; a copy only where the type differs or the caller could still write."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.flags.writeable:
        array = array.copy() if array is values else array
        array.flags.writeable = False
    return array


def _position(kind: str, name: str, known: Sequence[str]) -> int:
    try:
        return known.index(name)
    except ValueError:
        raise UnknownLabelError(kind, name, known) from None
