"""Where the parts of a split sector stand in the new table, and how its rows and cells are called in messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.economy.split.line import Positions
from kaldor.economy.split.part import Label, SplitPart, output_of


class Layout:
    """Where old rows and new parts stand: S sectors with the parent at q become S + P − 1, its parts at q … q + P − 1.

    The last part, the rest, stands where the parent is spread to, so that all that is not taken out stays in it.
    """

    def __init__(self, economy: Economy, sector: str, parts_by_region: Mapping[str, Sequence[SplitPart]]) -> None:
        self.economy, self.sector = economy, sector
        self.parts_by_region = {region: tuple(parts) for region, parts in parts_by_region.items()}
        self._q = economy.sector_position(sector)
        first = next(iter(self.parts_by_region.values()))
        self.part_labels = tuple(f"{sector}.{part.label}" for part in first)
        parent_name = economy.sector_names[self._q]
        names = tuple(part.name or f"{parent_name}: {part.label}" for part in first)
        self.sectors = (*economy.sectors[: self._q], *self.part_labels, *economy.sectors[self._q + 1 :])
        self.sector_names = (*economy.sector_names[: self._q], *names, *economy.sector_names[self._q + 1 :])
        regions = np.arange(len(economy.regions))
        old = np.arange(len(economy.sectors))
        spread = old + np.where(old >= self._q, len(first) - 1, 0)
        self._place_of_old = (regions[:, None] * len(self.sectors) + spread).ravel()
        self.n = len(regions) * len(self.sectors)

    # the parts of a region

    def parts(self, region: str) -> tuple[SplitPart, ...]:
        """All parts, the rest last."""
        return self.parts_by_region[region]

    def named_parts(self, region: str) -> tuple[SplitPart, ...]:
        """All parts but the rest."""
        return self.parts_by_region[region][:-1]

    def named(self, region: str) -> slice:
        """Rows of the named parts."""
        return slice(self.rest(region) - len(self.part_labels) + 1, self.rest(region))

    def rest(self, region: str) -> int:
        """Row of the rest."""
        return int(self._place_of_old[self._parent(region)])

    def parent_output(self, region: str) -> float:
        """Output of the parent, in the table's unit."""
        return float(self.economy.x[self._parent(region)])

    def outputs(self, region: str) -> Array:
        """Output of the named parts, in the table's unit."""
        parent = self.parent_output(region)
        return np.array([output_of(part, parent) for part in self.named_parts(region)])

    def shares(self, region: str) -> Array:
        """Output of the named parts per unit of the parent's."""
        parent = self.parent_output(region)
        return self.outputs(region) / parent if parent else np.zeros(len(self.part_labels) - 1)

    def _parent(self, region: str) -> int:
        return self.economy.rows_of(region).start + self._q

    # old arrays in the new places

    def spread_rows(self, old: Array) -> Array:
        """The rows of an old array at their new places, those of the named parts zero."""
        new = np.zeros((self.n, *old.shape[1:]))
        new[self._place_of_old] = old
        return new

    def spread_columns(self, old: Array) -> Array:
        """The columns of Z at their new places."""
        new = np.zeros((len(old), self.n))
        new[:, self._place_of_old] = old
        return new

    def group(self, members: Sequence[str]) -> tuple[str, ...]:
        """A sector group with the parts in the parent's place."""
        return tuple(new for old in members for new in (self.part_labels if old == self.sector else (old,)))

    # typed labels

    def part_of(self, key: Label) -> int | None:
        """Number of the part that a typed label names, or None for other labels."""
        code = key if isinstance(key, str) else key[1]
        return self.part_labels.index(code) if code in self.part_labels else None

    def product_rows(self, key: Label) -> Positions:
        """Rows of a product while the parent's rows are still whole."""
        code = key if isinstance(key, str) else key[1]
        position = self.economy.sector_position(code)
        rows = self._place_of_old.reshape(len(self.economy.regions), -1)[:, position]
        return rows if isinstance(key, str) else rows[[self.economy.region_position(key[0])]]

    def user_columns(self, key: Label) -> Positions:
        """Columns of a user among those of Z and, behind them, of Y; the parent's code means all its parts."""
        code = key if isinstance(key, str) else key[1]
        regions = range(len(self.economy.regions))
        if not isinstance(key, str):
            regions = range((r := self.economy.region_position(key[0])), r + 1)
        if code in self.economy.demands:
            start, width, wanted = self.n, len(self.economy.demands), [self.economy.demands.index(code)]
        else:
            labels = self.part_labels if code == self.sector else (code,)
            start, width, wanted = 0, len(self.sectors), [self.sectors.index(label) for label in labels]
        return np.array([start + r * width + i for r in regions for i in wanted], dtype=np.intp)

    # words for messages

    def place(self, region: str, part: SplitPart, what: str) -> str:
        """The place of a typed value: "DEU/c12.steel, output"."""
        return f"{region}/{self.sector}.{part.label}, {what}"

    def cell_of_inputs(self, region: str) -> Callable[[int], str]:
        """What to call a cell of the parent's column, by its row: "FRA/c17 → DEU/c12"."""
        return lambda row: f"{self._row_text(row)} → {region}/{self.sector}"

    def cell_of_sales(self, region: str) -> Callable[[int], str]:
        """What to call a cell of the parent's row, by its column among those of Z and, behind them, of Y."""
        return lambda column: f"{region}/{self.sector} → {self._user_text(column)}"

    def _row_text(self, row: int) -> str:
        region, position = divmod(int(row), len(self.sectors))
        label = self.sectors[position]
        return f"{self.economy.regions[region]}/{self.sector if label == self.part_labels[-1] else label}"

    def _user_text(self, column: int) -> str:
        width, labels = len(self.sectors), self.sectors
        if column >= self.n:
            column, width, labels = column - self.n, len(self.economy.demands), self.economy.demands
        region, position = divmod(int(column), width)
        return f"{self.economy.regions[region]}/{labels[position]}"
