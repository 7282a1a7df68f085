"""Why there is no balance, in the table's words: the equation missed most, or an industry that stocks leave idle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.model import Quantities

_IDLE = 0.1  # of its sales: an industry that makes less while the rest is taken from stocks has nearly stopped

_OF_REGIONS = ("The labour", "The budget", "The households' basket", "The capital")  # as `Tangent.matrix` orders rows


@dataclass(frozen=True)
class Names:
    """What regions and products are called; counted from 1 where they have no names."""

    regions: Sequence[str] = ()
    products: Sequence[str] = ()

    def industry(self, region: int, product: int) -> str:
        """A product with the region that makes it."""
        made = self.products[product] if self.products else f"product {product + 1}"
        return f"{made} made in {self.region(region)}"

    def region(self, region: int) -> str:
        """A region."""
        return self.regions[region] if self.regions else f"region {region + 1}"


def missed_most(base: Base, missed: Array, names: Names) -> str:
    """The equation that is missed most."""
    if not np.isfinite(missed).all():
        return "An equation"
    n = base.output.size
    position = int(np.abs(missed).argmax())
    if position < 2 * n:
        what = "price" if position < n else "market"
        return f"The {what} of {names.industry(*divmod(position % n, base.products))}"
    kind, region = divmod(position - 2 * n, base.regions)
    return f"{_OF_REGIONS[kind]} of {names.region(region)}"


def left_idle(volumes: Quantities, names: Names) -> str | None:
    """The industry that has nearly stopped since fixed withdrawals from stocks meet what is wanted of it, if any."""
    taken = -np.minimum(volumes.stocks.sum(axis=2), 0.0)
    sent = volumes.sent.sum(axis=2)
    share = np.divide(taken, sent, out=np.zeros_like(sent), where=sent > 0)
    region, product = divmod(int(share.argmax()), share.shape[1])
    if share[region, product] < 1 - _IDLE:
        return None
    return (
        f"Of {names.industry(region, product)}, {taken[region, product]:.4g} are taken out of stocks in this table "
        f"whatever happens, and there buyers want no more than {sent[region, product]:.4g}: a larger change would need "
        "a negative output. Ask for a smaller change, or let stocks follow sales (option stocks-with-sales)."
    )
