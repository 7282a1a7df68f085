"""Structural paths: through which supply chains, one by one, final demand causes emissions (or jobs, or extraction).

L = 1 + A + A² + … written out: the path i ← … ← k ← j carries s_i a_i… … a_kj y_j, from the producer i that emits to
the product j that is finally used. There are infinitely many; those above a threshold are found, all of them, and
what the others carry together is given as the exact remainder.

The search goes tier by tier, whole tiers as arrays. What stands upstream of a node through which f flows is worth
f M_node, whatever it branches into, so a node with f M_node below the threshold is never opened. The same bound is
set on edges first: no path brings more to an industry than demand takes of it in all, (L y)_j, so that a cell of A
with a_ij (L y)_j M_i below the threshold is on no path looked for, and few of the n² cells are left.

Known limits: as of the table itself (one price per row, sectors wider than products). Many small chains can carry
more than all large ones: read the paths with the remainder beside them.
Sources: Defourny & Thorbecke (1984), Economic Journal 94; Treloar (1997), Economic Systems Research 9; Lenzen (2003),
Structural Change and Economic Dynamics 14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array

from kaldor.digits import largest_first
from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import SHARE, Shown, amount, labelled
from kaldor.economy.multipliers import intensity
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem

Positions = NDArray[np.intp]

THRESHOLD = 1e-3
"""The share of the total that a chain carries to be found where nothing is said, at every door."""

_ROWS_AT_ONCE = 512  # rows of A weighted at a time, so that no second table stands beside Z
_OPEN_MOST = 5_000_000  # nodes of one tier; about a gigabyte of them and their children
_CHILDREN_AT_ONCE = 4_000_000


@dataclass(frozen=True, eq=False, repr=False)
class StructuralPaths(Shown):
    """The paths of one final demand that carry most, and what all others carry.

    `table` has the columns path (tuple of (region, sector), from the producer that emits to the product finally
    used), tier (0: the final product's own producer), value (in `unit`) and share (of `total`), the largest first.
    total = s L y; found = the sum of the table; remainder = total − found: the paths not in the table.
    `direct` is final users' own amount (households' fuel and the like): on no supply chain, so beside the total.
    `threshold` is the amount (in `unit`) from which on every path is in the table, up to the tier `longest` where one
    is given.
    """

    table: pd.DataFrame
    total: float
    direct: float
    unit: str
    threshold: float
    longest: int | None

    def in_a_line(self) -> str:
        """How much the paths carry of how much."""
        return f"{len(self.table):,} paths carry {amount(self.found)} of {amount(self.total)} {self.unit}"

    def main_table(self) -> pd.DataFrame:
        """The paths, the largest first."""
        return self.table

    @property
    def found(self) -> float:
        """What the paths of the table carry together, in `unit`."""
        return float(self.table["value"].sum())

    @property
    def remainder(self) -> float:
        """What all paths that are not in the table carry, in `unit`."""
        return self.total - self.found


def structural_paths(
    economy: Economy,
    extension: str,
    region: str,
    *,
    sector: str | Sequence[str] | None = None,
    threshold: float = THRESHOLD,
    most: int | None = None,
    longest: int | None = None,
) -> StructuralPaths:
    """Through which supply chains does a region's final demand (for some products, home-made or imported) cause most?

    `sector` narrows final demand to one product or several, of all regions of origin. `threshold` is a share of the
    total: every path that carries at least so much, of either sign, is found. `most` keeps the largest so many,
    `longest` stops at that tier (0: the final producers themselves).
    `direct` is the region's final users' own amount, and zero where a sector is named: it belongs to no product.
    Raises UnknownLabelError, UnknownExtensionError; InputError for a threshold that is not above 0 or opens too many
    paths; UnproductiveEconomyError.
    """
    demand = economy.Y_by_region[:, economy.region_position(region)].copy()
    direct = 0.0
    if sector is None:
        own = extension in economy.extensions
        direct = float(economy.direct_by_region(extension)[economy.region_position(region)]) if own else 0.0
    else:
        wanted = {economy.sector_position(s) for s in ([sector] if isinstance(sector, str) else sector)}
        products = np.arange(economy.n) % len(economy.sectors)
        demand[~np.isin(products, list(wanted))] = 0
    paths = paths_of_demand(economy, extension, demand, threshold=threshold, most=most, longest=longest)
    return replace(paths, direct=direct)


def paths_of_demand(
    economy: Economy,
    extension: str,
    demand: Array,
    *,
    threshold: float = THRESHOLD,
    most: int | None = None,
    longest: int | None = None,
) -> StructuralPaths:
    """As `structural_paths`, for any final demand (n, in the table's unit): an export, a purchase, a lever's change.

    Negative entries are allowed; their paths count by their size. `direct` is zero.
    """
    _check(economy, demand, threshold, most, longest)
    s = intensity(economy, extension)
    multipliers = solver_of(economy).solve(s, transposed=True)
    total = float(multipliers @ demand)
    search = _Search(economy, s, multipliers, demand, limit=threshold * abs(total), most=most)
    if total == 0 and search.gross > 0:
        raise InputError(Problem("structural paths", "the demand carries nothing in total.", "Ask for a part of it."))
    tiers = list(search.tiers(longest))
    own = [economy.extensions[extension]] if extension in economy.extensions else []
    unit = own[0].unit if own else economy.unit
    units = {"path": "", "tier": "stages", "value": unit, "share": SHARE}
    table = labelled(_table(economy, tiers, total, search.limit, most), economy, units, *own)
    return StructuralPaths(
        table=table,
        total=total,
        direct=0.0,
        unit=unit,
        threshold=search.limit,
        longest=longest,
    )


# -- the search ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Tier:
    """Open nodes of one tier: the industry, what flows through it, what it emits there, and its place one tier below.

    `parent` is the position in the tier before, of the industry that buys; in tier 0 there is none.
    """

    node: Positions
    flow: Array
    value: Array
    parent: Positions


class _Search:
    """All nodes upstream of a demand whose whole subtree is worth `limit` or more, tier by tier.

    Bounds are taken with absolute values, so that they hold where final demand, intensities or flows are negative;
    where nothing is, they are the multipliers themselves. With `most` the limit rises to the most-th largest path.
    """

    def __init__(
        self, economy: Economy, s: Array, multipliers: Array, demand: Array, *, limit: float, most: int | None
    ) -> None:
        carrier = economy if economy.Z.min() >= 0 else replace(economy, Z=np.abs(economy.Z))
        solver = solver_of(carrier)
        self._s, self._demand, self._most = s, demand, most
        known = carrier is economy and s.min() >= 0
        worth = multipliers if known else solver.solve(np.abs(s), transposed=True)
        self._worth = np.maximum(worth, 0.0)  # rounding may leave −1e-20
        reach = np.maximum(solver.solve(np.abs(demand)), 0.0)
        self.gross = float(self._worth @ np.abs(demand))
        self.limit = limit
        self._edges = _edges(economy, self._worth, reach, limit)

    def tiers(self, longest: int | None) -> Iterator[_Tier]:
        """Open nodes of tier 0, 1, …, until none is left or `longest` is reached."""
        if self.limit <= 0:  # nothing is demanded, or the demand carries nothing
            return
        node = np.flatnonzero(np.abs(self._demand) * self._worth >= self.limit)
        tier = self._opened(node, self._demand[node], np.full(len(node), -1))
        largest = np.empty(0)
        number = 0
        while len(tier.node):
            yield tier
            largest = self._raise_limit(largest, tier.value)
            if number == longest:
                return
            tier, number = self._next(tier), number + 1

    def _opened(self, node: Positions, flow: Array, parent: Positions) -> _Tier:
        return _Tier(node, flow, self._s[node] * flow, parent)

    def _next(self, tier: _Tier) -> _Tier:
        """Suppliers of a tier's nodes, those whose subtree reaches the limit."""
        indptr, indices, data = self._edges.indptr, self._edges.indices, self._edges.data
        counts = indptr[tier.node + 1] - indptr[tier.node]
        found: list[tuple[Positions, Array, Positions]] = []
        opened = 0
        for some in _batches(counts):
            edge = _ranges(indptr[tier.node[some]], counts[some])
            buyer = np.repeat(np.arange(some.start, some.stop), counts[some])
            flow = data[edge] * tier.flow[buyer]
            keep = np.flatnonzero(np.abs(flow) * self._worth[indices[edge]] >= self.limit)
            found.append((indices[edge[keep]].astype(np.intp), flow[keep], buyer[keep]))
            opened += len(keep)
            if opened > _OPEN_MOST:
                raise InputError(
                    Problem(
                        "structural paths",
                        f"more than {_OPEN_MOST:,} branches of one tier are above the threshold.",
                        "Raise the threshold, or ask for the largest paths only (most).",
                    )
                )
        node, flow, parent = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        return self._opened(node, flow, parent)

    def _raise_limit(self, largest: Array, values: Array) -> Array:
        """The `most` largest values so far; once there are so many, nothing smaller is looked for."""
        if self._most is None:
            return largest
        largest = np.sort(np.concatenate([largest, np.abs(values)]))[-self._most :]
        if len(largest) == self._most:
            self.limit = max(self.limit, float(largest[0]))
        return largest


def _edges(economy: Economy, worth: Array, reach: Array, limit: float) -> csc_array:
    """The cells a_ij of A that can be on a path above the limit: |a_ij| reach_j worth_i ≥ limit."""
    if limit <= 0:
        return csc_array((economy.n, economy.n))
    rows, columns, values = [], [], []
    for start in range(0, economy.n, _ROWS_AT_ONCE):
        block = economy.Z[start : start + _ROWS_AT_ONCE] * economy.per_output
        # A hair below the limit, since reach and worth are known to a relative 1e-12 only.
        row, column = np.nonzero(np.abs(block) * reach * worth[start : start + len(block), None] >= limit * (1 - 1e-9))
        rows.append(row + start)
        columns.append(column)
        values.append(block[row, column])
    cells = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csc_array(cells, shape=(economy.n, economy.n))


def _batches(counts: NDArray[np.integer]) -> Iterator[slice]:
    """Slices of a tier with not too many children each; at least one slice."""
    cumulated = np.cumsum(counts)
    start = 0
    while start == 0 or start < len(counts):
        before = cumulated[start - 1] if start else 0
        stop = max(int(np.searchsorted(cumulated, before + _CHILDREN_AT_ONCE, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _ranges(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Positions:
    """start, start + 1, …, start + length − 1 of each pair, one after the other."""
    offsets = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    return offsets + np.arange(len(offsets))


# -- the table ------------------------------------------------------------------------------------------------------


def _table(economy: Economy, tiers: Sequence[_Tier], total: float, limit: float, most: int | None) -> pd.DataFrame:
    """Nodes that themselves carry the limit or more, the largest first, each with its way down to the final product."""
    labels = list(economy.index)
    paths: list[tuple[tuple[str, str], ...]] = []
    values, numbers = [], []
    for number, tier in enumerate(tiers):
        kept = np.flatnonzero(np.abs(tier.value) >= limit) if limit > 0 else np.empty(0, dtype=np.intp)
        paths += [tuple(labels[i] for i in way) for way in _ways(tiers, number, kept).tolist()]
        values.append(tier.value[kept])
        numbers.append(np.full(len(kept), number))
    value = np.concatenate([np.empty(0), *values])
    tier_number = np.concatenate([np.empty(0, dtype=np.int64), *numbers])
    order = largest_first(np.abs(value))[:most]
    return pd.DataFrame(
        {
            "path": [paths[i] for i in order],
            "tier": tier_number[order],
            "value": value[order],
            "share": value[order] / (total or 1.0),
        }
    )


def _ways(tiers: Sequence[_Tier], number: int, positions: Positions) -> Positions:
    """Industries from each of these nodes down to tier 0 (nodes × number + 1)."""
    way = np.empty((len(positions), number + 1), dtype=np.intp)
    for step in range(number + 1):
        tier = tiers[number - step]
        way[:, step] = tier.node[positions]
        positions = tier.parent[positions]
    return way


def _check(economy: Economy, demand: Array, threshold: float, most: int | None, longest: int | None) -> None:
    problems = []
    if not 0 < threshold <= 1:
        problems.append(
            Problem("threshold", f"{threshold} is given.", "Expected a share of the total, above 0 up to 1.")
        )
    if most is not None and most < 1:
        problems.append(Problem("most", f"{most} is given.", "Expected 1 or more, or nothing."))
    if longest is not None and longest < 0:
        problems.append(Problem("longest", f"{longest} is given.", "Expected a tier of 0 or more, or nothing."))
    if demand.shape != (economy.n,) or not np.isfinite(demand).all():
        problems.append(Problem("demand", f"shape {demand.shape}.", f"Expected {economy.n} finite numbers."))
    if problems:
        raise InputError(problems)
