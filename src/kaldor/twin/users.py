"""Who uses a product, which columns of a table a change keeps, and values of users as factors on what they buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.levies import Positions

Factor = float | Array
"""One number, or one for each user (…, users)."""

Values = TypeVar("Values", bound="float | NDArray[Any]")


@dataclass(frozen=True, eq=False)
class Users:
    """Who uses a product: columns of A (industries) and columns of Y (final demand)."""

    industries: Positions
    final: Positions

    @property
    def empty(self) -> bool:
        """Nobody."""
        return not len(self.industries) and not len(self.final)


class Kept:
    """Which columns of a table a change keeps, and where each of them stands among those."""

    def __init__(self, of: int, positions: Positions | None) -> None:
        self.of, self.some = of, positions is not None
        self.positions: Positions = np.arange(of) if positions is None else positions
        self._places = np.full(of, -1, dtype=np.intp)
        self._places[self.positions] = np.arange(len(self.positions))

    def at(self, columns: Positions) -> Positions:
        """Where columns of the table stand. Raises LookupError for one that is not kept."""
        found = self._places[columns] if self.some else columns
        if len(found) and found.min() < 0:
            raise LookupError(f"column {columns[int(np.argmin(found))]} is none on which these levers may act")
        return found

    def among(self, columns: Positions) -> Positions:
        """Where those of the columns stand that are kept."""
        found = self._places[columns]
        return found[found >= 0]


def for_all_suppliers(values: Values) -> Values:
    """Values of users (…, users) as a factor on what they buy from every country (…, regions × users)."""
    return cast(Values, values[..., None, :]) if isinstance(values, np.ndarray) and values.ndim else values
