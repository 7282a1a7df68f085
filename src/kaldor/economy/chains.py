"""What stands upstream of a block of industries, the chains inside the block netted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.economy.solve import solver_of


def block_rows(economy: Economy, region: str, sectors: Sequence[str]) -> NDArray[np.intp]:
    """Rows of some sectors of one region. Raises UnknownLabelError."""
    start = economy.rows_of(region).start
    return np.array([start + economy.sector_position(sector) for sector in sectors], dtype=np.intp)


def upstream_output(economy: Economy, block: NDArray[np.intp]) -> Array:
    """Output of every industry that the block's actual output takes: L[:, B] L[B, B]⁻¹ x[B] (n), in the table's unit.

    For rows outside the block this is (I − A_OO)⁻¹ A_OB x_B, all tiers of suppliers; the block's own rows give x_B.
    L_BB⁻¹ x_B is the demand from outside the block that makes it produce just what it does.
    Source: Dietzenbacher & Lahr (2013), Economic Systems Research 25 (extraction of blocks).
    """
    units = np.zeros((economy.n, len(block)))
    units[block, np.arange(len(block))] = 1
    L_columns = solver_of(economy).solve(units)
    demand = np.linalg.solve(L_columns[block], economy.x[block])
    return L_columns @ demand


def direct_inputs(economy: Economy, block: NDArray[np.intp]) -> Array:
    """What the block buys of every industry directly: Z[:, B] summed over the block (n), in the table's unit."""
    return economy.Z[:, block].sum(axis=1)
