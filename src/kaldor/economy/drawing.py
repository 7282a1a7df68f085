"""Draw tables around a published one, cell by cell, and bring each back to the published outputs.

Only filled cells are drawn and kept: four of five cells of a world table are empty, and zeros stay zeros.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from kaldor.economy.balance import scaling_factors
from kaldor.economy.economy import Array, Economy, Extension
from kaldor.economy.error_model import CellErrors, ErrorModel

Rule = Literal["rows", "gras"]
Small = NDArray[np.float32]

_BALANCED = 1e-9  # of the largest total


class Cells:
    """The filled cells of a matrix, row by row, with the errors that they are drawn with.

    `values` as published, `places` in the flattened matrix, `columns` and `in_row` (how many cells each row has). The
    cells of one block (rows, columns) share the part of their variance that the errors call common.
    """

    def __init__(self, matrix: Array, errors: CellErrors, total: float, block: tuple[int, int]) -> None:
        self.shape = matrix.shape
        self.places = np.flatnonzero(matrix)
        self.values: Array = matrix.ravel()[self.places]
        rows, columns = np.divmod(self.places, matrix.shape[1])
        self.columns = columns.astype(np.int32)
        self.in_row = np.bincount(rows, minlength=len(matrix))
        self._starts = np.concatenate([[0], np.cumsum(self.in_row)])
        self._sd = np.sqrt(np.log1p(errors.relative(self.values, total) ** 2)).astype(np.float32)
        self._common = errors.common
        self._blocks = (len(matrix) // block[0], matrix.shape[1] // block[1])
        if errors.common > 0:
            self._block = (rows // block[0] * self._blocks[1] + columns // block[1]).astype(np.int32)

    def drawn(self, rng: np.random.Generator) -> Array:
        """The cells times log-normal factors of mean one."""
        z = rng.standard_normal(len(self.places), dtype=np.float32)
        if self._common > 0:
            z *= np.float32(np.sqrt(1 - self._common))
            shared = rng.standard_normal(self._blocks, dtype=np.float32) * np.float32(np.sqrt(self._common))
            z += shared.ravel()[self._block]
        z -= self._sd / 2  # what makes the mean one: exp(s z − s²/2)
        z *= self._sd
        np.exp(z, out=z)
        return np.asarray(self.values * z)

    def sparse(self, values: Array) -> csr_array:
        """These values in the places of the cells."""
        return csr_array((values, self.columns, self._starts), shape=self.shape)

    def filled(self, values: Array) -> Array:
        """The whole matrix with these values in its cells, read-only."""
        whole = np.zeros(self.shape)
        whole.reshape(-1)[self.places] = values
        whole.flags.writeable = False
        return whole

    def sums_of_rows(self, values: Array) -> Array:
        """What the cells of each row add up to."""
        return np.asarray(self.sparse(values) @ np.ones(self.shape[1]))

    def by_row(self, factors: Array) -> Array:
        """One factor a row, as one a cell."""
        return np.repeat(factors, self.in_row)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawn table: the values of the filled cells of Z and Y, and all extensions."""

    Z: Array
    Y: Array
    extensions: dict[str, Extension]


class Drawer:
    """Draws tables with the outputs and the discrepancy of one economy; `Z` and `Y` know where the cells stand."""

    def __init__(self, economy: Economy, model: ErrorModel, rule: Rule) -> None:
        total, sectors, demands = float(economy.x.sum()), len(economy.sectors), len(economy.demands)
        self.Z = Cells(economy.Z, model.flows, total, (sectors, sectors))
        self.Y = Cells(economy.Y, model.final_demand, total, (sectors, demands))
        self._economy, self._rule = economy, rule
        self._extensions = {name: self._cells_of(own, model.extensions) for name, own in economy.extensions.items()}
        self._target = economy.x - economy.discrepancy

    def draw(self, seed: int, number: int) -> Drawn:
        """Draw number `number`, which depends on the seed and the number alone."""
        rng = np.random.default_rng([seed, number])
        Z, Y = self._balanced(self.Z.drawn(rng), self.Y.drawn(rng))
        return Drawn(Z, Y, {name: self._extension(rng, name) for name in self._extensions})

    def economy(self, drawn: Drawn) -> Economy:
        """A drawn table as an economy."""
        return replace(self._economy, Z=self.Z.filled(drawn.Z), Y=self.Y.filled(drawn.Y), extensions=drawn.extensions)

    def _cells_of(self, own: Extension, errors: CellErrors) -> Cells:
        """The amounts of an extension, one row a region: its industries, then its final users."""
        regions = len(self._economy.regions)
        amounts = np.concatenate([own.F.reshape(regions, -1), own.F_Y.reshape(regions, -1)], axis=1)
        return Cells(amounts, errors, float(np.abs(amounts).sum()), (1, amounts.shape[1]))

    def _extension(self, rng: np.random.Generator, name: str) -> Extension:
        cells, cut = self._extensions[name], len(self._economy.sectors)
        amounts = cells.filled(cells.drawn(rng))
        return replace(self._economy.extension(name), F=amounts[:, :cut].ravel(), F_Y=amounts[:, cut:].ravel())

    def _balanced(self, Z: Array, Y: Array) -> tuple[Array, Array]:
        if self._rule == "gras":
            return self._nearest(Z, Y)
        # Only what is above zero is scaled: a fall of inventories is no sale.
        fallen = self.Y.sums_of_rows(np.minimum(Y, 0.0))
        above = self.Z.sums_of_rows(Z) + self.Y.sums_of_rows(np.maximum(Y, 0.0))
        scale = np.divide(self._target - fallen, above, out=np.ones_like(above), where=above > 0)
        Z *= self.Z.by_row(scale)
        Y *= np.where(Y > 0, self.Y.by_row(scale), 1.0)
        return Z, Y

    def _nearest(self, Z: Array, Y: Array) -> tuple[Array, Array]:
        """The cells scaled by row and column to the published sums, which the published table shows to be possible."""
        economy, n = self._economy, self._economy.n
        columns = np.concatenate([economy.Z.sum(axis=0), economy.Y.sum(axis=0)])
        positive = hstack([self.Z.sparse(np.maximum(Z, 0)), self.Y.sparse(np.maximum(Y, 0))], format="csr")
        negative = hstack([self.Z.sparse(np.maximum(-Z, 0)), self.Y.sparse(np.maximum(-Y, 0))], format="csr")
        negative.eliminate_zeros()
        found = scaling_factors(positive, negative, self._target, columns, tolerance=_BALANCED)
        return (
            _scaled(self.Z, Z, found.rows, found.columns[:n]),
            _scaled(self.Y, Y, found.rows, found.columns[n:]),
        )


def _scaled(cells: Cells, values: Array, rows: Array, columns: Array) -> Array:
    """The values of cells times row and column factor; those below zero divided by them."""
    factor = cells.by_row(rows) * columns[cells.columns]
    return np.where(values < 0, values / factor, values * factor)
