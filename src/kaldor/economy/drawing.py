"""Draw tables around a published one, cell by cell and block by block, and bring each back to what is better known.

Only filled cells are drawn and kept: four of five cells of a world table are empty, and zeros stay zeros.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from kaldor.economy.balance import scaling_factors
from kaldor.economy.economy import Array, Economy, Extension
from kaldor.economy.error_model import CellErrors, ErrorModel
from kaldor.economy.national_totals import NationalTotals, factors_of_mean_one

Rule = Literal["rows", "gras"]
Number = TypeVar("Number", np.float32, np.float64)

_BALANCED = 1e-9  # of the largest total


class Cells:
    """The filled cells of a matrix, row by row, with the errors that they are drawn with.

    `values` as published, `places` in the flattened matrix, `columns` and `in_row` (how many cells each row has). The
    cells of one block (rows, columns) share an error. The cells of one row in one block are a *run*: they stand side by
    side, so that what holds for all of them is said once.
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
        self._errors = errors
        self._blocks = (len(matrix) // block[0], matrix.shape[1] // block[1])
        runs = rows * self._blocks[1] + columns // block[1]
        self._run_starts = np.flatnonzero(np.diff(runs, prepend=-1))
        self._run_sizes = np.diff(self._run_starts, append=len(runs))
        self._runs = runs[self._run_starts]
        self._block_of_run = self._runs // (self._blocks[1] * block[0]) * self._blocks[1] + self._runs % self._blocks[1]

    def drawn(self, rng: np.random.Generator) -> Array:
        """The cells times log-normal factors of mean one: their own, and those of their blocks."""
        z = rng.standard_normal(len(self.places), dtype=np.float32)
        common = self._errors.common
        if common > 0:
            z *= np.float32(np.sqrt(1 - common))
            shared = rng.standard_normal(self._blocks) * np.sqrt(common)
            z += self.by_run(shared.ravel()[self._block_of_run].astype(np.float32))
        z -= self._sd / 2  # what makes the mean one: exp(s z − s²/2)
        z *= self._sd
        if self._errors.block > 0:
            of_blocks = np.log(factors_of_mean_one(rng, self._errors.block, self._blocks)).ravel()
            z += self.by_run(of_blocks[self._block_of_run].astype(np.float32))
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

    def sums_of_runs(self, values: Array) -> Array:
        """What the cells of each row add up to in each block of columns (rows × blocks)."""
        sums = np.zeros(self.shape[0] * self._blocks[1])
        if len(values):
            sums[self._runs] = np.add.reduceat(values, self._run_starts)
        return sums.reshape(self.shape[0], -1)

    def by_row(self, factors: Array) -> Array:
        """One factor a row, as one a cell."""
        return np.repeat(factors, self.in_row)

    def by_run(self, factors: NDArray[Number]) -> NDArray[Number]:
        """One factor a run, as one a cell."""
        return np.repeat(factors, self._run_sizes)

    def of_runs(self, factors: Array) -> Array:
        """Of factors (rows × blocks), those of the runs, as one a cell."""
        return self.by_run(factors.ravel()[self._runs])


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
        self._of_emissions = model.extensions.total
        self._totals = NationalTotals(
            self.Z.sums_of_runs(self.Z.values),
            self.Y.sums_of_runs(np.maximum(self.Y.values, 0.0)),
            trade=model.flows.total,
            final_use=model.final_demand.total,
        )

    def draw(self, seed: int, number: int) -> Drawn:
        """Draw number `number`, which depends on the seed and the number alone."""
        rng = np.random.default_rng([seed, number])
        Z, Y = self._added_up(rng, self.Z.drawn(rng), self.Y.drawn(rng))
        if self._rule == "gras":
            Z, Y = self._nearest(Z, Y)
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
        values = cells.drawn(rng)
        if self._of_emissions is not None:
            whole, found = cells.sums_of_rows(np.abs(cells.values)), cells.sums_of_rows(np.abs(values))
            whole = whole * factors_of_mean_one(rng, self._of_emissions, whole.shape)
            values *= cells.by_row(np.divide(whole, found, out=np.ones_like(found), where=found > 0))
        amounts = cells.filled(values)
        return replace(self._economy.extension(name), F=amounts[:, :cut].ravel(), F_Y=amounts[:, cut:].ravel())

    def _added_up(self, rng: np.random.Generator, Z: Array, Y: Array) -> tuple[Array, Array]:
        """The cells scaled to the published outputs and, nearly, to drawn national totals."""
        # Only what is above zero is scaled: a fall of inventories is no sale.
        fallen = self.Y.sums_of_rows(np.minimum(Y, 0.0))
        of_Z, of_Y = self._totals.factors(
            rng, self.Z.sums_of_runs(Z), self.Y.sums_of_runs(np.maximum(Y, 0.0)), self._target - fallen
        )
        Z *= self.Z.of_runs(of_Z)
        Y *= np.where(Y > 0, self.Y.of_runs(of_Y), 1.0)
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
