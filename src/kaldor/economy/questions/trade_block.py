"""Which trade a question of the equilibrium is about: who sells what to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Inputs, names
from kaldor.economy.names import Named
from kaldor.economy.questions.responding import Responding, choice_of, positions, products_of, some_regions
from kaldor.economy.questions.subject import Asked
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Array


_NAMED = 3


class _Trade(Inputs):
    """Who sells what to whom."""

    supplier: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="Who sells: a country or bloc.", json_schema_extra=names("region")),
    ]
    buyer: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="Who buys: a country or bloc.", json_schema_extra=names("region")),
    ]
    product: Annotated[
        tuple[str, ...],
        Field(
            description="Only these products, by code, name or group; all if none.", json_schema_extra=names("sector")
        ),
    ] = ()


class OfTrade(Responding, _Trade):
    """Who sells what to whom, and how all respond."""


@dataclass(frozen=True, eq=False)
class Block:
    """The buyers as they were named, and positions of sellers, products and buyers."""

    buyers: Named
    sellers: list[int]
    products: list[int]
    inside: list[int]
    words: str

    def of_tariffs(self, like: Array, amount: float) -> Array:
        """An amount on the trade of the block, between different regions, 0 elsewhere (R supplier, S, R buyer)."""
        import numpy as np

        found = np.zeros_like(like)
        found[np.ix_(self.sellers, self.products, self.inside)] = amount
        found[np.arange(len(found)), :, np.arange(len(found))] = 0.0
        return found


def block_of_trade(asked: Asked, given: OfTrade) -> Block:
    """The trade that is meant. Raises UnknownLabelError, and InputError where sellers and buyers are the same."""
    economy = asked.economy
    choice_of(given)
    sellers, buyers = (some_regions(economy, getattr(given, one), one) for one in ("supplier", "buyer"))
    if not any(one != other for one in sellers.regions for other in buyers.regions):
        raise InputError(Problem("supplier", "sells to itself alone.", "Name another buyer or supplier."))
    both = [one for one in buyers.regions if one in sellers.regions]
    among = (
        f"What {', '.join(both[:_NAMED])}{' and others' if len(both) > _NAMED else ''} sell each other counts too.",
    )
    products = products_of(economy, given.product)
    what = ", ".join(given.product) or "all products"
    return Block(
        Named(buyers.regions, (*sellers.notes, *buyers.notes, *(among if len(both) > 1 else ()))),
        positions(economy.regions, sellers.regions),
        products,
        positions(economy.regions, buyers.regions),
        f"{what} of {', '.join(given.supplier)}",
    )
