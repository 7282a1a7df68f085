"""How hard inputs are to replace and to do without, for an economy's own sectors.

`inputs.toml` holds the facts by WIOD's 35 industries: the share of each product that is differentiated or has a
reference price, and to which share of each user's divisions it is critical or important. Tables by NACE Rev. 2 are
mapped by its divisions. For others a plain assumption stands in, and is said. A user's own file takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from kaldor.atlas.classifications import classification
from kaldor.bounds import SHARE, SPAN
from kaldor.declared import Declared, DeclaredFile, read, read_packaged
from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem

Share = Annotated[float, SHARE]

DIFFERENTIATED, REFERENCE, EXCHANGE = (0.5, 1.0, 1.0), (0.0, 0.5, 0.75), (0.0, 0.25, 0.5)
"""Low, central and high specificity of each kind of goods in the first weeks: our assumptions. That suppliers of
differentiated goods are the ones whose loss spreads rests on Barrot & Sauvagnat (2016), that they are hardly replaced
within months on Boehm, Flaaen & Pandalai-Nayar (2019). The levels were set once, with overlap and fading at their
central values, so that published ranges are met (docs/methods/shocks.md); in the mean of a year 0.7 of them is left."""
STANDS_IN = {True: (0.35, 0.8, 0.95), False: DIFFERENTIATED}
"""The same where nothing is known of a table's goods: of manufactures, and of all else."""
_NAMED = 5  # sectors without a place that a message lists
UNMAPPED = (
    "Nothing is known of how specific or how critical this table's inputs are: every input stops its users, and 0.8 of"
    " manufactures and all of everything else come of suppliers that nobody replaces at first. Give facts of your own."
)


class Goods(Declared):
    """Shares of a product that are differentiated and that have a reference price; what is left has an exchange."""

    differentiated: Share
    reference: Share = 0.0

    @model_validator(mode="after")
    def _within_one(self) -> Goods:
        if self.differentiated + self.reference > 1 + 1e-9:
            raise ValueError("differentiated and reference add up to more than 1")
        return self

    @property
    def specificity(self) -> tuple[float, float, float]:
        """Low, central and high share of the product that no other supplier can fill soon."""
        exchange = 1 - self.differentiated - self.reference
        low, central, high = (
            self.differentiated * d + self.reference * r + exchange * x
            for d, r, x in zip(DIFFERENTIATED, REFERENCE, EXCHANGE, strict=True)
        )
        return low, central, high


class Energy(Declared):
    """Products of which users save a share without making less, and days of stock other than the usual."""

    saved: tuple[str, ...] = ()
    stock_days: Mapping[str, Annotated[float, SPAN]] = {}


class Nace(Declared):
    """Classifications by NACE Rev. 2, and the divisions that belong to each sector."""

    classifications: tuple[str, ...] = ()
    divisions: Mapping[str, tuple[str, ...]] = {}


class Inputs(DeclaredFile):
    """Facts by `sectors`: rows of `critical` and `important` are inputs, their columns users in that order.

    A product without `goods` counts as differentiated, one without a row as neither critical nor important.
    """

    sectors: tuple[str, ...]
    sources: Mapping[str, str]
    goods: Mapping[str, Goods] = {}
    critical: Mapping[str, tuple[Share, ...]] = {}
    important: Mapping[str, tuple[Share, ...]] = {}
    energy: Energy = Energy()
    nace: Nace = Nace()

    @model_validator(mode="after")
    def _names_and_lengths(self) -> Inputs:
        named = {*self.goods, *self.critical, *self.important, *self.energy.saved, *self.energy.stock_days}
        strangers = sorted((named | {*self.nace.divisions}) - {*self.sectors})
        if strangers:
            raise ValueError(f"names sectors that `sectors` does not: {', '.join(strangers)}")
        for table in (self.critical, self.important):
            for name, row in table.items():
                if len(row) != len(self.sectors):
                    raise ValueError(f"the row of {name} has {len(row)} numbers for {len(self.sectors)} sectors")
        for name in {*self.critical} & {*self.important}:
            if max(a + b for a, b in zip(self.critical[name], self.important[name], strict=True)) > 1 + 1e-9:
                raise ValueError(f"{name}: critical and important add up to more than 1 for a user")
        return self


@dataclass(frozen=True, eq=False)
class Replacing:
    """The facts for an economy of S sectors.

    specificity     low, central and high share of each product that no other supplier can fill soon (3 × S)
    critical, less  to which share of each user's divisions an input is critical, or important (S × S, users last)
    saved           whose users can save some of it (S), and `stock_days` of products other than the usual
    said            what must be said of it, or nothing
    """

    specificity: Array
    critical: Array
    less: Array
    saved: NDArray[np.bool_]
    stock_days: Mapping[str, float]
    said: str = ""


def load_inputs(path: Path) -> Inputs:
    """A user's own facts from a TOML file. Raises InputError with every problem of it."""
    return read(Inputs, path)


@cache
def shipped() -> Inputs:
    """The facts that Kaldor ships, by WIOD's 35 industries."""
    return read_packaged(Inputs, __package__, "inputs.toml")


def replacing(economy: Economy, own: Inputs | None = None) -> Replacing:
    """What is known of an economy's inputs: from the user's own facts, the shipped ones, or what stands in for them.

    Raises InputError where the user's own say nothing of some sectors.
    """
    inputs = own or shipped()
    places = _places(economy, inputs)
    if places is None and own is not None:
        raise _without_place(economy, own)
    if places is None:
        return _unmapped(economy)
    unknown = Goods(differentiated=1)
    each = [inputs.goods.get(sector, unknown).specificity for sector in inputs.sectors]
    at = [[inputs.sectors.index(sector) for sector in place] for place in places]
    specificity = np.array([np.mean([each[s] for s in here], axis=0) for here in at]).T.copy()
    critical, less = _merged(_square(inputs, inputs.critical), _square(inputs, inputs.important), at)
    return Replacing(
        specificity=_with_parts(economy, specificity, inputs.sectors),
        critical=critical,
        less=less,
        saved=np.array([any(sector in inputs.energy.saved for sector in place) for place in places]),
        stock_days={
            sector: min(inputs.energy.stock_days[one] for one in place)
            for sector, place in zip(economy.sectors, places, strict=True)
            if all(one in inputs.energy.stock_days for one in place)
        },
        said="" if own is None else f"Goods and inputs are what a file of your own says: {_sources(own)}.",
    )


def _sources(own: Inputs) -> str:
    return "; ".join(own.sources.values()).rstrip(".")


def _without_place(economy: Economy, own: Inputs) -> InputError:
    lacking = [one for one in economy.sectors if not {one, one.partition(".")[0]} & {*own.sectors}]
    known = ", ".join(lacking[:_NAMED]) + (f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else "")
    what = f"says nothing of {known}, which {economy.source.id} has."
    return InputError(Problem("goods, sectors", what, "Name every sector of the table, by its code."))


def _unmapped(economy: Economy) -> Replacing:
    S = len(economy.sectors)
    made = {*economy.sector_groups.get("manufacturing", ())}
    return Replacing(
        specificity=_with_parts(economy, np.array([STANDS_IN[s in made] for s in economy.sectors]).T.copy(), ()),
        critical=np.ones((S, S)),
        less=np.zeros((S, S)),
        saved=np.zeros(S, dtype=bool),
        stock_days={},
        said=UNMAPPED,
    )


def _with_parts(economy: Economy, specificity: Array, known: Sequence[str]) -> Array:
    """A product typed apart ("c12.steel" beside "c12.rest") is unlike any other: nobody else makes it."""
    for position, sector in enumerate(economy.sectors):
        parent, _, label = sector.rpartition(".")
        if label != "rest" and sector not in known and f"{parent}.rest" in economy.sectors:
            specificity[:, position] = 1.0
    return specificity


def _places(economy: Economy, inputs: Inputs) -> list[tuple[str, ...]] | None:
    """Which of the facts' sectors each sector of an economy belongs to; None where some have no place."""
    parents = [sector if sector in inputs.sectors else sector.partition(".")[0] for sector in economy.sectors]
    if {*parents} <= {*inputs.sectors}:
        return [(parent,) for parent in parents]
    if not any({*parents} <= {*classification(id).codes} for id in inputs.nace.classifications):
        return None
    home = {division: sector for sector, here in inputs.nace.divisions.items() for division in here}
    places = [tuple(dict.fromkeys(home[one] for one in divisions(parent) if one in home)) for parent in parents]
    return places if all(places) else None


_SECTIONS = {
    **{"A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (45, 47)},
    **{"H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68), "M": (69, 75), "N": (77, 82)},
    **{"O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93), "S": (94, 96), "T": (97, 98), "U": (99, 99)},
}


def divisions(code: str) -> list[str]:
    """The divisions of NACE Rev. 2 in a sector's code: "C10T12", "J62_63", "E37-E39", "F" or "41T43"."""
    numbers = [int(number[:2]) for number in re.findall(r"\d+", code)]
    if not numbers:
        bounds = [_SECTIONS[letter] for letter in re.findall("[A-U]", code)]
        return [f"{number:02d}" for low, high in bounds for number in range(low, high + 1)]
    if len(numbers) == 2 and re.search(r"\d(T|-)", code):
        numbers = list(range(numbers[0], numbers[1] + 1))
    return [f"{number:02d}" for number in dict.fromkeys(numbers)]


def _square(inputs: Inputs, rows: Mapping[str, Sequence[float]]) -> Array:
    none = (0.0,) * len(inputs.sectors)
    return np.array([rows.get(sector, none) for sector in inputs.sectors])


def _merged(critical: Array, less: Array, at: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    """Over the sectors that an input is made of the largest, over those of a user the mean."""
    needed = critical + less
    by_input = [np.array([table[here].max(axis=0) for here in at]) for table in (critical, needed)]
    crit, either = (np.array([table[:, here].mean(axis=1) for here in at]).T.copy() for table in by_input)
    return crit, either - crit
