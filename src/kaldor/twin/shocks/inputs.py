"""Facts of how hard inputs are to replace and to do without, as they are declared.

`inputs.toml` holds them by WIOD's 35 industries: the share of each product that is differentiated or has a reference
price, and to which share of each user's divisions it is critical or important. A user's own file says the same of the
sectors of a table; `kaldor.twin.shocks.replacing` carries both to an economy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import model_validator

from kaldor.bounds import SHARE, SPAN
from kaldor.declared import Declared, DeclaredFile, read, read_packaged

Share = Annotated[float, SHARE]

DIFFERENTIATED, REFERENCE, EXCHANGE = (0.5, 1.0, 1.0), (0.0, 0.5, 0.75), (0.0, 0.25, 0.5)
"""Low, central and high specificity of each kind of goods in the first weeks: our assumptions. That suppliers of
differentiated goods are the ones whose loss spreads rests on Barrot & Sauvagnat (2016), that they are hardly replaced
within months on Boehm, Flaaen & Pandalai-Nayar (2019). The levels were set once, with overlap and fading at their
central values, so that published ranges are met (docs/methods/shocks.md); in the mean of a year 0.7 of them is left."""


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

    In what is shipped a product without `goods` counts as differentiated, one without a row as neither critical nor
    important; in a user's file both are as shipped.
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


def load_inputs(path: Path) -> Inputs:
    """A user's own facts from a TOML file. Raises InputError with every problem of it."""
    return read(Inputs, path)


@cache
def shipped() -> Inputs:
    """The facts that Kaldor ships, by WIOD's 35 industries."""
    return read_packaged(Inputs, __package__, "inputs.toml")
